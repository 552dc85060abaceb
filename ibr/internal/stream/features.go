package stream

import "github.com/xmppreg/xmppreg/internal/xmltree"

// Features are what a server offers on a stream (RFC 6120 section 4.3.2).
type Features struct {
	element xmltree.Element
}

// Offers tells whether a feature is among them. It counts by its name and its
// namespace, never by its name alone.
func (f Features) Offers(space, local string) bool {
	return f.element.Child(space, local) != nil
}

// mechanisms returns the names of the mechanisms that are offered for SASL (RFC 6120
// section 6.3.3).
func (f Features) mechanisms() []string { return mechanismsIn(f.element.Child(nsSASL, "mechanisms")) }

// mechanisms2 returns the same for SASL2 (XEP-0388 section 2.1).
func (f Features) mechanisms2() []string {
	return mechanismsIn(f.element.Child(nsSASL2, "authentication"))
}

// offersBind2 tells whether a login with SASL2 may bind an address as well (XEP-0386
// section 2.1).
func (f Features) offersBind2() bool {
	offer := f.element.Child(nsSASL2, "authentication")
	if offer == nil {
		return false
	}
	inline := offer.Child(nsSASL2, "inline")
	return inline != nil && inline.Child(nsBind2, "bind") != nil
}

func mechanismsIn(list *xmltree.Element) (names []string) {
	if list == nil {
		return nil
	}
	for i := range list.Children {
		if c := &list.Children[i]; c.Is(list.Name.Space, "mechanism") {
			names = append(names, c.Text)
		}
	}
	return names
}

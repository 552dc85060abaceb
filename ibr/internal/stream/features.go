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

// mechanisms returns the names of the SASL mechanisms that are offered (RFC 6120
// section 6.3.3).
func (f Features) mechanisms() []string {
	var names []string
	if list := f.element.Child(nsSASL, "mechanisms"); list != nil {
		for i := range list.Children {
			if c := &list.Children[i]; c.Is(nsSASL, "mechanism") {
				names = append(names, c.Text)
			}
		}
	}
	return names
}

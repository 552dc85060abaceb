// Package xmltree holds XML elements as trees: the unit of what XMPP sends and
// receives over a WebSocket (RFC 7395 section 3.3.3).
//
// Registration keeps the order of what it was sent and looks at elements that
// nobody has named yet, so a tree fits better than structs with tags.
package xmltree

// The namespaces of XML itself and of the streams of XMPP.
const (
	NSXML          = "http://www.w3.org/XML/1998/namespace" // of xml:lang
	NSStream       = "http://etherx.jabber.org/streams"     // RFC 6120 section 4.8.1
	NSClient       = "jabber:client"                        // RFC 6120 section 4.8.2
	NSStreamErrors = "urn:ietf:params:xml:ns:xmpp-streams"  // RFC 6120 section 4.9.2
)

// A Name is that of an element or an attribute. The types of encoding/xml would do, but that
// package adds 3,000 bytes of Brotli to the module by being imported.
type Name struct {
	Space string // the namespace, empty for none
	Local string
}

// An Attr is an attribute.
type Attr struct {
	Name  Name
	Value string
}

// Element is one XML element with all that is in it. The zero value is not an
// element: it has no name.
type Element struct {
	// Name is the element's. In one that is to be written, an empty namespace
	// stands for that of the parent.
	Name Name

	// Attr are the attributes, without the declarations of namespaces.
	Attr []Attr

	// Text is the character data directly inside of the element, joined.
	Text string

	// Children are the elements directly inside.
	Children []Element

	// Secret marks an element whose text and attributes must not be logged,
	// wherever they appear again.
	Secret bool
}

// New returns an element with children. The namespace may be empty where it is
// the parent's.
func New(space, local string, children ...Element) Element {
	return Element{Name: Name{Space: space, Local: local}, Children: children}
}

// NewText returns an element of the parent's namespace that holds text.
func NewText(local, text string) Element {
	return Element{Name: Name{Local: local}, Text: text}
}

// With returns the element with one more attribute, or with none more if the
// value is empty.
func (e Element) With(local, value string) Element {
	return e.withAttr(Name{Local: local}, value)
}

// WithLang returns the element with xml:lang, or without if lang is empty.
func (e Element) WithLang(lang string) Element {
	return e.withAttr(Name{Space: NSXML, Local: "lang"}, lang)
}

func (e Element) withAttr(name Name, value string) Element {
	if value != "" {
		// The elements that e was made from must not share the new attribute.
		e.Attr = append(e.Attr[:len(e.Attr):len(e.Attr)], Attr{Name: name, Value: value})
	}
	return e
}

// AsSecret returns the element marked as [Element.Secret].
func (e Element) AsSecret() Element {
	e.Secret = true
	return e
}

// Is tells whether the element has this name.
func (e *Element) Is(space, local string) bool {
	return e.Name.Space == space && e.Name.Local == local
}

// Get returns the value of an attribute without a namespace, "" if there is
// none.
func (e *Element) Get(local string) string {
	return e.attr(Name{Local: local})
}

// Lang returns the element's own xml:lang, "" if it has none.
func (e *Element) Lang() string {
	return e.attr(Name{Space: NSXML, Local: "lang"})
}

func (e *Element) attr(name Name) string {
	for _, a := range e.Attr {
		if a.Name == name {
			return a.Value
		}
	}
	return ""
}

// Child returns the first child of that name, nil if there is none.
func (e *Element) Child(space, local string) *Element {
	for i := range e.Children {
		if e.Children[i].Is(space, local) {
			return &e.Children[i]
		}
	}
	return nil
}

// ChildText returns the text of the first child of that name, "" if there is
// none.
func (e *Element) ChildText(space, local string) string {
	if c := e.Child(space, local); c != nil {
		return c.Text
	}
	return ""
}

package ibr

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
)

// element is one XML element, read whole. Registration has to keep the order of
// what it is sent and to look at elements that nobody has named yet, so a tree
// fits better than structs with tags.
type element struct {
	name     xml.Name
	attr     []xml.Attr
	text     string // the character data directly inside, joined
	children []element
	secret   bool // of one that is sent: not to be logged, wherever it comes back
}

// maxDepth bounds the nesting of a stanza; no form comes near it.
const maxDepth = 256

var errTooDeep = errors.New("ibr: the server sent elements nested too deeply")

// readElement reads what follows start from r, up to and with its end.
func readElement(r xml.TokenReader, start xml.StartElement) (element, error) {
	return readElementAt(r, start, 1)
}

func readElementAt(r xml.TokenReader, start xml.StartElement, depth int) (element, error) {
	if depth > maxDepth {
		return element{}, errTooDeep
	}
	e := element{name: start.Name, attr: start.Attr}
	var text strings.Builder
	for {
		tok, err := r.Token()
		if tok == nil && err != nil {
			if err == io.EOF {
				err = io.ErrUnexpectedEOF
			}
			return element{}, err
		}
		switch t := tok.(type) {
		case xml.StartElement:
			child, err := readElementAt(r, t, depth+1)
			if err != nil {
				return element{}, err
			}
			e.children = append(e.children, child)
		case xml.CharData:
			text.Write(t)
		case xml.EndElement:
			e.text = text.String()
			return e, nil
		}
	}
}

// el builds an element. The namespace is given where it differs from the
// parent's and left empty elsewhere.
func el(space, local string, children ...element) element {
	return element{name: xml.Name{Space: space, Local: local}, children: children}
}

// textEl builds an element that holds character data.
func textEl(local, text string) element {
	return element{name: xml.Name{Local: local}, text: text}
}

// with returns the element with one more attribute, none if the value is empty.
func (e element) with(local, value string) element {
	if value == "" {
		return e
	}
	e.attr = append(e.attr[:len(e.attr):len(e.attr)], xml.Attr{Name: xml.Name{Local: local}, Value: value})
	return e
}

// asSecret returns the element as one whose content is not to be logged.
func (e element) asSecret() element {
	e.secret = true
	return e
}

// is tells whether the element has this name.
func (e *element) is(space, local string) bool {
	return e.name.Space == space && e.name.Local == local
}

// get returns the value of an attribute without a namespace.
func (e *element) get(local string) string {
	for _, a := range e.attr {
		if a.Name.Local == local && a.Name.Space == "" {
			return a.Value
		}
	}
	return ""
}

// lang returns the element's own xml:lang.
func (e *element) lang() string {
	for _, a := range e.attr {
		if a.Name.Local == "lang" && a.Name.Space == nsXML {
			return a.Value
		}
	}
	return ""
}

// child returns the first child of that name, nil if there is none.
func (e *element) child(space, local string) *element {
	for i := range e.children {
		if e.children[i].is(space, local) {
			return &e.children[i]
		}
	}
	return nil
}

// childText returns the text of the first child of that name.
func (e *element) childText(space, local string) string {
	if c := e.child(space, local); c != nil {
		return c.text
	}
	return ""
}

// xml returns the element as text, with the namespaces that it needs.
func (e *element) xml() ([]byte, error) {
	var b bytes.Buffer
	enc := xml.NewEncoder(&b)
	if err := e.encode(enc); err != nil {
		return nil, err
	}
	err := enc.Flush()
	return b.Bytes(), err
}

func (e *element) encode(enc *xml.Encoder) error {
	start := xml.StartElement{Name: e.name, Attr: e.attr}
	if err := enc.EncodeToken(start); err != nil {
		return err
	}
	if e.text != "" {
		if err := enc.EncodeToken(xml.CharData(e.text)); err != nil {
			return err
		}
	}
	for i := range e.children {
		if err := e.children[i].encode(enc); err != nil {
			return err
		}
	}
	return enc.EncodeToken(start.End())
}

package xmltree

import (
	"bytes"
	"encoding/xml"
	"io"
	"strings"
)

// MaxDepth is how deep elements may be nested. No form comes near it.
const MaxDepth = 256

const (
	nsXMLNS  = "http://www.w3.org/2000/xmlns/"
	nsClient = "jabber:client" // RFC 6120 section 4.8.2
)

// Stream error conditions for XML that XMPP does not take (RFC 6120 section
// 4.9.3).
const (
	NotWellFormed   = "not-well-formed"
	PolicyViolation = "policy-violation"
	RestrictedXML   = "restricted-xml"
)

// SyntaxError is what is wrong with XML that was received.
type SyntaxError struct {
	Condition string // the stream error condition that names the fault
	Text      string // what is wrong, to follow "the message": "has a comment"
}

func (e *SyntaxError) Error() string { return "the XML " + e.Text }

// Parse reads one complete element and nothing else but white space around it
// (RFC 7395 section 3.3.3). It must stay clear of what XMPP forbids (RFC 6120
// section 11.1) and declare each prefix that it uses ("Namespaces in XML 1.0").
// The error is a [*SyntaxError].
//
// An element with the prefix "stream" need not declare it: some servers send their
// stream errors as they would inside of the <stream:stream> of RFC 6120 section 4.8,
// which declares that prefix and jabber:client as the default namespace.
func Parse(text []byte) (*Element, error) {
	p := parser{spaces: make(map[string][]string)}
	d := xml.NewDecoder(bytes.NewReader(bytes.Trim(text, " \t\r\n")))
	for {
		token, err := d.RawToken()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, &SyntaxError{NotWellFormed, "is not well-formed"}
		}
		if err := p.token(token); err != nil {
			return nil, err
		}
	}
	if p.root == nil {
		return nil, &SyntaxError{NotWellFormed, "is not a complete element"}
	}
	return p.root, nil
}

// parser builds the tree from raw tokens, because the decoder's own translation
// of names accepts prefixes that nobody declared.
type parser struct {
	open   []openElement
	spaces map[string][]string // a prefix's namespaces, the innermost last
	root   *Element            // once it is complete
}

// openElement is an element whose end has not come.
type openElement struct {
	element  Element
	text     []byte
	rawName  xml.Name // with the prefix as it was written
	declares []string // prefixes
}

// token returns a *SyntaxError or nil.
func (p *parser) token(token xml.Token) error {
	switch token := token.(type) {
	case xml.StartElement:
		return p.start(token)
	case xml.EndElement:
		return p.end(token)
	case xml.CharData:
		if len(p.open) == 0 {
			return &SyntaxError{NotWellFormed, "has text outside of its element"}
		}
		o := &p.open[len(p.open)-1]
		o.text = append(o.text, token...)
	case xml.Comment:
		return &SyntaxError{RestrictedXML, "has a comment"}
	case xml.ProcInst:
		return &SyntaxError{RestrictedXML, "has a processing instruction or an XML declaration"}
	case xml.Directive:
		return &SyntaxError{RestrictedXML, "has a document type declaration"}
	}
	return nil
}

func (p *parser) start(start xml.StartElement) error {
	switch {
	case p.root != nil:
		return &SyntaxError{NotWellFormed, "holds more than one element"}
	case len(p.open) >= MaxDepth:
		return &SyntaxError{PolicyViolation, "nests its elements too deep"}
	}
	o := openElement{rawName: start.Name}
	for _, a := range start.Attr {
		prefix, ok := declaredPrefix(a)
		if !ok {
			continue
		}
		if !mayDeclare(prefix, a.Value) {
			return &SyntaxError{NotWellFormed, "has a namespace declaration that is not allowed"}
		}
		p.spaces[prefix] = append(p.spaces[prefix], a.Value)
		o.declares = append(o.declares, prefix)
	}
	if len(p.open) == 0 && start.Name.Space == "stream" {
		p.assume("stream", NSStream)
		p.assume("", nsClient)
	}
	space, ok := p.namespace(start.Name)
	if !ok || start.Name.Space == "xmlns" {
		return &SyntaxError{NotWellFormed, "uses a prefix that it does not declare"}
	}
	attrs, err := p.attributes(start.Attr)
	if err != nil {
		return err
	}
	o.element = Element{Name: xml.Name{Space: space, Local: start.Name.Local}, Attr: attrs}
	p.open = append(p.open, o)
	return nil
}

// assume declares a prefix for the whole message where its root does not.
func (p *parser) assume(prefix, space string) {
	if len(p.spaces[prefix]) == 0 {
		p.spaces[prefix] = []string{space}
	}
}

// attributes returns the attributes without the declarations of namespaces, with
// namespaces in place of prefixes. No attribute may come twice, also not under two
// prefixes.
func (p *parser) attributes(raw []xml.Attr) ([]xml.Attr, error) {
	var attrs []xml.Attr
	seen := make(map[xml.Name]bool, len(raw))
	for _, a := range raw {
		if strings.Contains(a.Name.Local, ":") {
			return nil, &SyntaxError{NotWellFormed, "has a name that is not allowed"}
		}
		name := a.Name
		switch name.Space {
		case "": // an attribute has no default namespace
		case "xmlns":
			name.Space = nsXMLNS
		default:
			space, ok := p.namespace(name)
			if !ok {
				return nil, &SyntaxError{NotWellFormed, "uses a prefix that it does not declare"}
			}
			name.Space = space
		}
		if seen[name] {
			return nil, &SyntaxError{NotWellFormed, "has the same attribute twice"}
		}
		seen[name] = true
		if _, isDeclaration := declaredPrefix(a); !isDeclaration {
			attrs = append(attrs, xml.Attr{Name: name, Value: a.Value})
		}
	}
	return attrs, nil
}

func (p *parser) end(end xml.EndElement) error {
	last := len(p.open) - 1
	if last < 0 || p.open[last].rawName != end.Name {
		return &SyntaxError{NotWellFormed, "has tags that do not match"}
	}
	o := &p.open[last]
	for _, prefix := range o.declares {
		stack := p.spaces[prefix]
		p.spaces[prefix] = stack[:len(stack)-1]
	}
	element := o.element
	element.Text = string(o.text)
	p.open = p.open[:last]
	if last == 0 {
		p.root = &element
		return nil
	}
	parent := &p.open[last-1].element
	parent.Children = append(parent.Children, element)
	return nil
}

// namespace returns what the prefix of a name stands for here.
func (p *parser) namespace(name xml.Name) (string, bool) {
	if strings.Contains(name.Local, ":") {
		return "", false
	}
	if name.Space == "xml" {
		return NSXML, true
	}
	if stack := p.spaces[name.Space]; len(stack) > 0 {
		return stack[len(stack)-1], true
	}
	return "", name.Space == ""
}

// declaredPrefix returns the prefix that an attribute declares, "" being that of
// the default namespace.
func declaredPrefix(a xml.Attr) (prefix string, ok bool) {
	switch {
	case a.Name.Space == "xmlns":
		return a.Name.Local, true
	case a.Name.Space == "" && a.Name.Local == "xmlns":
		return "", true
	}
	return "", false
}

// mayDeclare applies the constraints of "Namespaces in XML 1.0", sections 2.2
// and 3.
func mayDeclare(prefix, space string) bool {
	switch {
	case prefix == "xmlns" || space == nsXMLNS:
		return false
	case prefix == "xml" || space == NSXML:
		return prefix == "xml" && space == NSXML
	default:
		return prefix == "" || space != ""
	}
}

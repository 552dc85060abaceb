package xmltree

import "bytes"

const nsXMLNS = "http://www.w3.org/2000/xmlns/"

// Stream error conditions for XML that XMPP does not take (RFC 6120 section
// 4.9.3).
const (
	NotWellFormed       = "not-well-formed"
	PolicyViolation     = "policy-violation"
	RestrictedXML       = "restricted-xml"
	UnsupportedEncoding = "unsupported-encoding"
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
// More of anything than the bounds of this package allow is refused as soon as it
// is met. The error is a [*SyntaxError].
//
// An element with the prefix "stream" need not declare it: some servers send their
// stream errors as they would inside of the <stream:stream> of RFC 6120 section 4.8,
// which declares that prefix and jabber:client as the default namespace.
func Parse(text []byte) (*Element, error) {
	return parse(&scanner{rest: bytes.Trim(text, " \t\r\n")}, map[string][]string{})
}

// ParseStanza is [Parse] for a stanza that was taken out of its stream: where it does
// not declare the default namespace, that is jabber:client (RFC 6120 section 4.8.3).
func ParseStanza(text []byte) (*Element, error) {
	return parse(&scanner{rest: bytes.Trim(text, " \t\r\n")}, map[string][]string{"": {NSClient}})
}

// ParseDocument reads a document, which may have what [Parse] refuses in a message:
// comments, processing instructions, and an XML declaration of XML 1.0 in UTF-8. A
// document type declaration is refused here too.
func ParseDocument(text []byte) (*Element, error) {
	s := &scanner{rest: bytes.Trim(text, " \t\r\n"), isDocument: true}
	if err := s.declaration(); err != nil {
		return nil, err
	}
	return parse(s, map[string][]string{})
}

// parse reads what the scanner has, inside of declarations of namespaces.
func parse(s *scanner, spaces map[string][]string) (*Element, error) {
	if len(s.rest) > MaxBytes {
		return nil, &SyntaxError{PolicyViolation, "is longer than 4 MiB"}
	}
	p := parser{scanner: s, spaces: spaces}
	for len(s.rest) > 0 {
		if err := p.next(); err != nil {
			return nil, err
		}
	}
	if p.root == nil {
		return nil, &SyntaxError{NotWellFormed, "is not a complete element"}
	}
	return p.root, nil
}

// parser builds the tree from tags and text.
type parser struct {
	*scanner
	open       []openElement
	spaces     map[string][]string // a prefix's namespaces, the innermost last
	root       *Element            // once it is complete
	elements   int                 // so far
	attributes int
}

// openElement is an element whose end has not come.
type openElement struct {
	element  Element
	text     []byte
	rawName  Name     // with the prefix as it was written
	declares []string // prefixes
}

// next reads the next tag, text, or what is between them.
func (p *parser) next() error {
	isCDATA := p.take("<![CDATA[")
	if isCDATA || p.rest[0] != '<' {
		return p.characters(isCDATA)
	}
	if p.take("</") {
		name, err := p.endTag()
		if err != nil {
			return err
		}
		return p.end(name)
	}
	if skipped, err := p.skip(); skipped || err != nil {
		return err
	}
	p.take("<")
	tag, err := p.startTag(MaxAttributes - p.attributes)
	if err != nil {
		return err
	}
	if err := p.start(tag); err != nil || !tag.isEmpty {
		return err
	}
	return p.end(tag.name)
}

// characters reads text into the element that is open.
func (p *parser) characters(isCDATA bool) (err error) {
	if len(p.open) > 0 {
		o := &p.open[len(p.open)-1]
		if isCDATA {
			o.text, err = p.cdata(o.text)
		} else {
			o.text, err = p.text(o.text)
		}
		return err
	}
	// Between comments there may be white space.
	if !p.isDocument || isCDATA || !p.takeSpace() {
		return &SyntaxError{NotWellFormed, "has text outside of its element"}
	}
	return nil
}

func (p *parser) start(start tag) error {
	switch {
	case p.root != nil:
		return &SyntaxError{NotWellFormed, "holds more than one element"}
	case len(p.open) >= MaxDepth:
		return &SyntaxError{PolicyViolation, "nests its elements too deep"}
	case p.elements >= MaxElements:
		return &SyntaxError{PolicyViolation, "has too many elements"}
	}
	p.elements++
	p.attributes += len(start.attr)
	o := openElement{rawName: start.name}
	for _, a := range start.attr {
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
	if len(p.open) == 0 && start.name.Space == "stream" {
		p.assume("stream", NSStream)
		p.assume("", NSClient)
	}
	space, ok := p.namespace(start.name.Space)
	if !ok || start.name.Space == "xmlns" {
		return &SyntaxError{NotWellFormed, "uses a prefix that it does not declare"}
	}
	attrs, err := p.resolve(start.attr)
	if err != nil {
		return err
	}
	o.element = Element{Name: Name{Space: space, Local: start.name.Local}, Attr: attrs}
	p.open = append(p.open, o)
	return nil
}

// assume declares a prefix for the whole message where its root does not.
func (p *parser) assume(prefix, space string) {
	if len(p.spaces[prefix]) == 0 {
		p.spaces[prefix] = []string{space}
	}
}

// resolve returns the attributes without the declarations of namespaces, with
// namespaces in place of prefixes. No attribute may come twice, also not under two
// prefixes.
func (p *parser) resolve(raw []Attr) ([]Attr, error) {
	if len(raw) == 0 {
		return nil, nil
	}
	var attrs []Attr
	seen := make(map[Name]bool, len(raw))
	for _, a := range raw {
		name := a.Name
		switch name.Space {
		case "": // an attribute has no default namespace
		case "xmlns":
			name.Space = nsXMLNS
		default:
			space, ok := p.namespace(name.Space)
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
			attrs = append(attrs, Attr{Name: name, Value: a.Value})
		}
	}
	return attrs, nil
}

func (p *parser) end(name Name) error {
	last := len(p.open) - 1
	if last < 0 || p.open[last].rawName != name {
		return &SyntaxError{NotWellFormed, "has tags that do not match"}
	}
	o := &p.open[last]
	for _, prefix := range o.declares {
		stack := p.spaces[prefix]
		p.spaces[prefix] = stack[:len(stack)-1]
	}
	element := o.element
	element.Text = string(o.text)
	p.open[last] = openElement{}
	p.open = p.open[:last]
	if last == 0 {
		p.root = &element
		return nil
	}
	parent := &p.open[last-1].element
	parent.Children = append(parent.Children, element)
	return nil
}

// namespace returns what a prefix stands for here.
func (p *parser) namespace(prefix string) (string, bool) {
	if prefix == "xml" {
		return NSXML, true
	}
	if stack := p.spaces[prefix]; len(stack) > 0 {
		return stack[len(stack)-1], true
	}
	return "", prefix == ""
}

// declaredPrefix returns the prefix that an attribute declares, "" being that of
// the default namespace.
func declaredPrefix(a Attr) (prefix string, ok bool) {
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

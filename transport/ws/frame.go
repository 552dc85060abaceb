package ws

import (
	"bytes"
	"encoding/xml"
	"io"
	"strings"
)

// Namespaces.
const (
	nsFraming     = "urn:ietf:params:xml:ns:xmpp-framing"
	nsStreams     = "http://etherx.jabber.org/streams"
	nsStreamError = "urn:ietf:params:xml:ns:xmpp-streams"
	nsXML         = "http://www.w3.org/XML/1998/namespace"
	nsXMLNS       = "http://www.w3.org/2000/xmlns/"
)

// What goes over the wire as it stands.
const (
	closeElement = "<close xmlns='" + nsFraming + "'/>"
	streamEnd    = "</stream:stream>"
)

// maxDepth is how deep the elements of a message may be nested.
const maxDepth = 256

// Stream error conditions (RFC 6120 section 4.9.3) for messages that are wrong.
const (
	badFormat        = "bad-format"
	invalidNamespace = "invalid-namespace"
	notWellFormed    = "not-well-formed"
	policyViolation  = "policy-violation"
	restrictedXML    = "restricted-xml"
)

// violation says what is wrong with a message: a stream error condition, and a
// few words.
type violation struct {
	condition string
	text      string
}

// element is the top of a message: its name, and its attributes with their
// prefixes as they were written.
type element struct {
	name xml.Name
	attr []xml.Attr
}

func (e element) is(space, local string) bool {
	return e.name == xml.Name{Space: space, Local: local}
}

// parseMessage checks that a message is one complete well-formed element and
// nothing else (RFC 7395 section 3.3.3) that stays clear of what XMPP forbids
// (RFC 6120 section 11.1), declares every prefix that it uses, and has a
// namespace. The message must have been trimmed of white space.
func parseMessage(msg []byte) (element, *violation) {
	c := checker{spaces: make(map[string][]string)}
	d := xml.NewDecoder(bytes.NewReader(msg))
	for {
		tok, err := d.RawToken()
		if err == io.EOF {
			break
		}
		if err != nil {
			return element{}, &violation{notWellFormed, "it is not well-formed XML"}
		}
		if v := c.token(tok); v != nil {
			return element{}, v
		}
	}
	if !c.done {
		return element{}, &violation{notWellFormed, "its element is not complete"}
	}
	return c.top, nil
}

// checker follows the elements of one message.
type checker struct {
	open   []scope
	spaces map[string][]string // prefix to the namespaces declared, innermost last
	top    element
	done   bool // the top element has ended
}

// scope is an element that is open: its name as written, and the prefixes that
// it declares.
type scope struct {
	name     xml.Name
	prefixes []string
}

func (c *checker) token(tok xml.Token) *violation {
	switch tok := tok.(type) {
	case xml.StartElement:
		if c.done {
			return &violation{notWellFormed, "it holds more than one element"}
		}
		return c.start(tok)
	case xml.EndElement:
		return c.end(tok)
	case xml.CharData:
		// The message was trimmed, so any text out here is a stray one.
		if len(c.open) == 0 {
			return &violation{notWellFormed, "it has text outside of its element"}
		}
	case xml.Comment:
		return &violation{restrictedXML, "it has a comment"}
	case xml.ProcInst:
		return &violation{restrictedXML, "it has a processing instruction or an XML declaration"}
	case xml.Directive:
		return &violation{restrictedXML, "it has a document type declaration"}
	}
	return nil
}

func (c *checker) start(start xml.StartElement) *violation {
	if len(c.open) >= maxDepth {
		return &violation{policyViolation, "its elements are nested too deep"}
	}
	s := scope{name: start.Name}
	for _, a := range start.Attr {
		prefix, ok := declared(a)
		if !ok {
			continue
		}
		if !validDeclaration(prefix, a.Value) {
			return &violation{notWellFormed, "it has a namespace declaration that is not allowed"}
		}
		c.spaces[prefix] = append(c.spaces[prefix], a.Value)
		s.prefixes = append(s.prefixes, prefix)
	}
	c.open = append(c.open, s)

	space, ok := c.space(start.Name)
	if !ok || start.Name.Space == "xmlns" {
		return &violation{notWellFormed, "it uses a prefix that it does not declare"}
	}
	if v := c.attributes(start.Attr); v != nil {
		return v
	}
	if len(c.open) == 1 {
		if space == "" {
			return &violation{invalidNamespace, "its element has no namespace"}
		}
		c.top = element{xml.Name{Space: space, Local: start.Name.Local}, start.Attr}
	}
	return nil
}

// attributes checks the prefixes of attributes and that none comes twice,
// under the same prefix or another one.
func (c *checker) attributes(attrs []xml.Attr) *violation {
	var seen map[xml.Name]bool
	if len(attrs) > 1 {
		seen = make(map[xml.Name]bool, len(attrs))
	}
	for _, a := range attrs {
		name := a.Name
		if strings.Contains(name.Local, ":") {
			return &violation{notWellFormed, "it has a name that is not allowed"}
		}
		switch name.Space {
		case "":
		case "xmlns":
			name.Space = nsXMLNS
		default:
			space, ok := c.space(name)
			if !ok {
				return &violation{notWellFormed, "it uses a prefix that it does not declare"}
			}
			name.Space = space
		}
		if seen[name] {
			return &violation{notWellFormed, "it has the same attribute twice"}
		}
		if seen != nil {
			seen[name] = true
		}
	}
	return nil
}

func (c *checker) end(end xml.EndElement) *violation {
	if len(c.open) == 0 || c.open[len(c.open)-1].name != end.Name {
		return &violation{notWellFormed, "its tags do not match"}
	}
	for _, prefix := range c.open[len(c.open)-1].prefixes {
		stack := c.spaces[prefix]
		c.spaces[prefix] = stack[:len(stack)-1]
	}
	c.open = c.open[:len(c.open)-1]
	c.done = len(c.open) == 0
	return nil
}

// space returns the namespace that a name's prefix stands for here.
func (c *checker) space(name xml.Name) (string, bool) {
	if strings.Contains(name.Local, ":") {
		return "", false
	}
	if name.Space == "xml" {
		return nsXML, true
	}
	if stack := c.spaces[name.Space]; len(stack) > 0 {
		return stack[len(stack)-1], true
	}
	return "", name.Space == ""
}

// declared returns the prefix that an attribute declares, "" being the default
// namespace's.
func declared(a xml.Attr) (string, bool) {
	switch {
	case a.Name.Space == "xmlns":
		return a.Name.Local, true
	case a.Name.Space == "" && a.Name.Local == "xmlns":
		return "", true
	}
	return "", false
}

// validDeclaration applies the constraints of "Namespaces in XML 1.0",
// sections 2.2 and 3.
func validDeclaration(prefix, space string) bool {
	switch {
	case prefix == "xmlns" || space == nsXMLNS:
		return false
	case prefix == "xml" || space == nsXML:
		return prefix == "xml" && space == nsXML
	default:
		return prefix == "" || space != ""
	}
}

// streamHeader returns the start of an RFC 6120 stream for a received <open/>
// (RFC 7395 section 3.4).
func streamHeader(open []xml.Attr) []byte {
	return []byte("<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='" + nsStreams + "'" +
		carry(open, "from", "to", "id", "version") + ">")
}

// openElement returns the <open/> for the start tag of an RFC 6120 stream.
func openElement(stream []xml.Attr) []byte {
	return []byte("<open xmlns='" + nsFraming + "'" + carry(stream, "to", "from", "version") + "/>")
}

// errorElement returns a stream error (RFC 7395 section 3.5).
func errorElement(condition string) []byte {
	return []byte("<stream:error xmlns:stream='" + nsStreams + "'><" + condition + " xmlns='" + nsStreamError + "'/></stream:error>")
}

// carry writes those of the named attributes that are there, and xml:lang.
func carry(attrs []xml.Attr, names ...string) string {
	var b strings.Builder
	for _, name := range names {
		if hasAttr(attrs, "", name) {
			b.WriteString(" " + name + "='" + escape(attr(attrs, "", name)) + "'")
		}
	}
	if hasAttr(attrs, "xml", "lang") {
		b.WriteString(" xml:lang='" + escape(attr(attrs, "xml", "lang")) + "'")
	}
	return b.String()
}

// attr returns the value of an attribute, its prefix as it was written.
func attr(attrs []xml.Attr, prefix, local string) string {
	for _, a := range attrs {
		if a.Name.Space == prefix && a.Name.Local == local {
			return a.Value
		}
	}
	return ""
}

func hasAttr(attrs []xml.Attr, prefix, local string) bool {
	for _, a := range attrs {
		if a.Name.Space == prefix && a.Name.Local == local {
			return true
		}
	}
	return false
}

func escape(s string) string {
	var b strings.Builder
	// A strings.Builder never fails.
	_ = xml.EscapeText(&b, []byte(s))
	return b.String()
}

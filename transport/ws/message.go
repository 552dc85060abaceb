package ws

import (
	"bytes"

	"github.com/xmppreg/xmppreg/internal/xmltree"
	"github.com/xmppreg/xmppreg/transport"
)

// nsFraming is the namespace of <open/> and <close/> (RFC 7395 section 3.4).
const nsFraming = "urn:ietf:params:xml:ns:xmpp-framing"

// Stream error conditions (RFC 6120 section 4.9.3) for messages whose XML is fine.
const (
	badFormat        = "bad-format"
	invalidNamespace = "invalid-namespace"
)

// closeElement ends a stream (RFC 7395 section 3.6).
const closeElement = "<close xmlns='" + nsFraming + "'/>"

// A message is the content of one WebSocket message. It keeps nothing of a message that
// is too long, or that comes when too much is waiting.
type message struct {
	text    []byte
	problem *xmltree.SyntaxError // nil if there is none
}

var (
	isBinary       = &xmltree.SyntaxError{Condition: badFormat, Text: "is binary"}
	isTooLong      = &xmltree.SyntaxError{Condition: xmltree.PolicyViolation, Text: "is longer than 4 MiB"}
	isTooMuch      = &xmltree.SyntaxError{Condition: xmltree.PolicyViolation, Text: "is too much: more than 16 MiB wait to be read"}
	hasNoNamespace = &xmltree.SyntaxError{Condition: invalidNamespace, Text: "has no namespace"}
	isBeforeOpen   = &xmltree.SyntaxError{Condition: badFormat, Text: "came before <open/>"}
	opensAgain     = &xmltree.SyntaxError{Condition: badFormat, Text: "opens the stream once more"}
	isUnknownFrame = &xmltree.SyntaxError{Condition: badFormat, Text: "is an unknown element of the framing"}
)

// element returns the element of the message (RFC 7395 section 3.3.3), nil for a
// message of nothing but white space.
func (m message) element() (*transport.Element, *xmltree.SyntaxError) {
	if m.problem != nil {
		return nil, m.problem
	}
	if len(bytes.Trim(m.text, " \t\r\n")) == 0 {
		return nil, nil
	}
	e, err := xmltree.Parse(m.text)
	if err != nil {
		return nil, err.(*xmltree.SyntaxError) // as Parse promises
	}
	if e.Name.Space == "" {
		return nil, hasNoNamespace
	}
	return e, nil
}

// openElement opens a stream (RFC 7395 section 3.4).
func openElement(to transport.Target) string {
	e := xmltree.New(nsFraming, "open").With("to", to.Domain).With("version", "1.0").WithLang(to.Lang)
	return e.String()
}

// errorElement is a stream error (RFC 7395 section 3.5).
func errorElement(condition string) string {
	e := xmltree.New(xmltree.NSStream, "error", xmltree.New(xmltree.NSStreamErrors, condition))
	return e.String()
}

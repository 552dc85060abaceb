package ws

import (
	"bytes"
	"encoding/xml"
	"errors"
	"strings"
)

// What a unit of the outgoing stream is.
type unitKind int

const (
	unitOpen    unitKind = iota // a stream is opened or restarted
	unitElement                 // a stanza, or an element of the negotiation
	unitClose                   // the stream is closed
)

// unit is one WebSocket message to send.
type unit struct {
	kind unitKind
	data []byte
}

// Where in the outgoing stream the gatherer is.
type scanState int

const (
	inText     scanState = iota // between tags
	inOpening                   // after '<'
	inStartTag                  // in a start tag, outside of quotes
	inQuotes                    // in an attribute's value
	inEndTag                    // in an end tag
	inProcInst                  // in <?…?>
	inMarkup                    // in <!…, not known yet to be a CDATA section
	inCDATA                     // in a CDATA section
)

var (
	errStrayText   = errors.New("text outside of an element")
	errStrayEnd    = errors.New("an end tag without a start tag")
	errStrayLess   = errors.New("a '<' inside of a tag")
	errRestricted  = errors.New("a comment, processing instruction or document type")
	errEmptyStream = errors.New("a stream that ends with its start tag")
	errTag         = errors.New("a start tag that is not well-formed")
)

const cdataStart = "<![CDATA["

// gatherer cuts an outgoing RFC 6120 stream into WebSocket messages, however
// the stream is split over writes (RFC 7395 section 3.3.3). It trusts its input
// to be well-formed and only finds where an element ends.
type gatherer struct {
	state scanState
	quote byte
	depth int
	buf   []byte // the present element, from its first '<'
	tag   int    // where in buf the present tag begins
	// space is the default namespace that the stream's start tag declared.
	// A message has no stream around it that it could inherit that from.
	space string
	err   error
}

// push takes what was written and returns the messages that it completes.
func (g *gatherer) push(p []byte) ([]unit, error) {
	var units []unit
	for len(p) > 0 && g.err == nil {
		if n := g.plain(p); n > 0 {
			g.buf = append(g.buf, p[:n]...)
			p = p[n:]
			continue
		}
		units = g.next(p[0], units)
		p = p[1:]
	}
	return units, g.err
}

// plain returns how many bytes at the start of p are text or an attribute's
// value and nothing else.
func (g *gatherer) plain(p []byte) int {
	var end byte
	switch {
	case g.state == inText && g.depth > 0:
		end = '<'
	case g.state == inQuotes:
		end = g.quote
	default:
		return 0
	}
	if n := bytes.IndexByte(p, end); n >= 0 {
		return n
	}
	return len(p)
}

func (g *gatherer) next(b byte, units []unit) []unit {
	if g.state == inText && g.depth == 0 && b != '<' {
		if !isSpace(b) {
			g.err = errStrayText
		}
		return units
	}
	g.buf = append(g.buf, b)
	switch g.state {
	case inText:
		if b == '<' {
			g.tag = len(g.buf) - 1
			g.state = inOpening
		}
	case inOpening:
		switch b {
		case '/':
			g.state = inEndTag
		case '?':
			g.state = inProcInst
		case '!':
			g.state = inMarkup
		case '<', '>', '\'', '"':
			g.err = errTag
		default:
			g.state = inStartTag
		}
	case inStartTag:
		switch b {
		case '\'', '"':
			g.quote = b
			g.state = inQuotes
		case '<':
			g.err = errStrayLess
		case '>':
			g.state = inText
			return g.endOfStartTag(units)
		}
	case inQuotes:
		if b == g.quote {
			g.state = inStartTag
		}
	case inEndTag:
		switch b {
		case '<':
			g.err = errStrayLess
		case '>':
			g.state = inText
			return g.endOfEndTag(units)
		}
	case inProcInst:
		if b == '>' && g.buf[len(g.buf)-2] == '?' && len(g.buf)-g.tag > 3 {
			g.endOfProcInst()
		}
	case inMarkup:
		have := g.buf[g.tag:]
		if g.depth == 0 || !strings.HasPrefix(cdataStart, string(have)) {
			g.err = errRestricted
		} else if len(have) == len(cdataStart) {
			g.state = inCDATA
		}
	case inCDATA:
		if b == '>' && len(g.buf)-g.tag >= len(cdataStart)+3 && bytes.HasSuffix(g.buf, []byte("]]>")) {
			g.state = inText
		}
	}
	return units
}

func (g *gatherer) endOfStartTag(units []unit) []unit {
	empty := g.buf[len(g.buf)-2] == '/'
	if g.depth == 0 {
		start, err := startTag(g.buf)
		switch {
		case err != nil:
			g.err = errTag
			return units
		case start.Name == xml.Name{Space: "stream", Local: "stream"} && empty:
			g.err = errEmptyStream
			return units
		case start.Name == xml.Name{Space: "stream", Local: "stream"}:
			g.space = attr(start.Attr, "", "xmlns")
			g.buf = nil
			return append(units, unit{unitOpen, openElement(start.Attr)})
		}
		g.declare(start)
	}
	if !empty {
		g.depth++
		return units
	}
	return g.endOfElement(units)
}

func (g *gatherer) endOfEndTag(units []unit) []unit {
	if g.depth == 0 {
		name := bytes.TrimRight(g.buf[2:len(g.buf)-1], " \t\r\n")
		if string(name) != "stream:stream" {
			g.err = errStrayEnd
			return units
		}
		g.buf = nil
		return append(units, unit{unitClose, []byte(closeElement)})
	}
	g.depth--
	return g.endOfElement(units)
}

func (g *gatherer) endOfElement(units []unit) []unit {
	if g.depth > 0 {
		return units
	}
	data := g.buf
	g.buf = nil
	return append(units, unit{unitElement, data})
}

// endOfProcInst drops an XML declaration: a message must not have one.
func (g *gatherer) endOfProcInst() {
	if g.depth > 0 || !bytes.HasPrefix(g.buf, []byte("<?xml")) || !(isSpace(g.buf[5]) || g.buf[5] == '?') {
		g.err = errRestricted
		return
	}
	g.state = inText
	g.buf = nil
}

// declare adds the namespaces to a top-level start tag that it would inherit
// from the stream's start tag.
func (g *gatherer) declare(start xml.StartElement) {
	var declaration string
	name := start.Name.Local
	switch start.Name.Space {
	case "":
		if g.space != "" && !hasAttr(start.Attr, "", "xmlns") {
			declaration = " xmlns='" + escape(g.space) + "'"
		}
	case "stream":
		name = "stream:" + name
		if !hasAttr(start.Attr, "xmlns", "stream") {
			declaration = " xmlns:stream='" + nsStreams + "'"
		}
	}
	if declaration != "" {
		at := 1 + len(name)
		g.buf = append(g.buf[:at:at], declaration+string(g.buf[at:])...)
	}
}

// startTag parses a start tag, prefixes left as they are.
func startTag(tag []byte) (xml.StartElement, error) {
	tok, err := xml.NewDecoder(bytes.NewReader(tag)).RawToken()
	if err != nil {
		return xml.StartElement{}, err
	}
	start, ok := tok.(xml.StartElement)
	if !ok {
		return xml.StartElement{}, errTag
	}
	return start, nil
}

func isSpace(b byte) bool {
	return b == ' ' || b == '\t' || b == '\r' || b == '\n'
}

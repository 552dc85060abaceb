package xmltree

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// A scanner takes XML apart into tags and text. It knows as much of XML 1.0 as documents
// without a type declaration need, so it holds neither entities nor what would expand them.
type scanner struct {
	rest []byte // what is not read yet

	// A document may have comments, processing instructions and an XML declaration,
	// which the streams of XMPP may not (RFC 6120 section 11.1).
	isDocument bool
}

// A tag is a start tag, or an empty element. Its names have their prefixes as the space.
type tag struct {
	name    Name
	attr    []Attr
	isEmpty bool
}

func notWellFormed() error { return &SyntaxError{NotWellFormed, "is not well-formed"} }

// take takes a prefix of what is left, and tells whether it was there.
func (s *scanner) take(prefix string) bool {
	if len(s.rest) < len(prefix) || string(s.rest[:len(prefix)]) != prefix {
		return false
	}
	s.rest = s.rest[len(prefix):]
	return true
}

// takeTo takes all that is left up to an end, and the end.
func (s *scanner) takeTo(end string) ([]byte, error) {
	i := bytes.Index(s.rest, []byte(end))
	if i < 0 {
		return nil, notWellFormed()
	}
	taken := s.rest[:i]
	s.rest = s.rest[i+len(end):]
	return taken, nil
}

func isSpace(b byte) bool { return b == ' ' || b == '\t' || b == '\r' || b == '\n' }

// takeSpace tells whether there was any.
func (s *scanner) takeSpace() bool {
	n := 0
	for n < len(s.rest) && isSpace(s.rest[n]) {
		n++
	}
	s.rest = s.rest[n:]
	return n > 0
}

// takeName takes a name ("Namespaces in XML 1.0" section 4) apart.
func (s *scanner) takeName() (Name, error) {
	n, colon := 0, -1
	for n < len(s.rest) {
		r, size := rune(s.rest[n]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRune(s.rest[n:])
		}
		if r == ':' && colon < 0 && n > 0 {
			colon = n
		} else if !isNameStart(r) && (n == 0 || n == colon+1 || !isNamePart(r)) {
			break
		}
		n += size
	}
	name := string(s.rest[:n])
	s.rest = s.rest[n:]
	switch {
	case n == 0 || n == colon+1 || len(s.rest) > 0 && s.rest[0] == ':':
		return Name{}, &SyntaxError{NotWellFormed, "has a name that is not allowed"}
	case colon < 0:
		return Name{Local: name}, nil
	}
	return Name{Space: name[:colon], Local: name[colon+1:]}, nil
}

// isNameStart is NameStartChar without the colon (XML 1.0 section 2.3).
func isNameStart(r rune) bool {
	switch {
	case 'a' <= r|0x20 && r|0x20 <= 'z', r == '_':
		return true
	case r < 0xC0 || r == 0xD7 || r == 0xF7 || r == 0x37E || r > 0xEFFFF || r == utf8.RuneError:
		return false
	case r <= 0x2FF, 0x370 <= r && r <= 0x1FFF, r == 0x200C, r == 0x200D, 0x2070 <= r && r <= 0x218F,
		0x2C00 <= r && r <= 0x2FEF, 0x3001 <= r && r <= 0xD7FF, 0xF900 <= r && r <= 0xFDCF, 0xFDF0 <= r && r <= 0xFFFD:
		return true
	}
	return r >= 0x10000
}

// isNamePart tells what may follow in a name beside that.
func isNamePart(r rune) bool {
	return '0' <= r && r <= '9' || r == '-' || r == '.' || r == 0xB7 ||
		0x300 <= r && r <= 0x36F || r == 0x203F || r == 0x2040
}

// startTag reads a start tag whose "<" was taken. At most most attributes may be in it.
func (s *scanner) startTag(most int) (t tag, err error) {
	if t.name, err = s.takeName(); err != nil {
		return t, err
	}
	for {
		spaced := s.takeSpace()
		switch {
		case s.take("/>"):
			t.isEmpty = true
			return t, nil
		case s.take(">"):
			return t, nil
		case !spaced:
			return t, notWellFormed()
		case len(t.attr) == most:
			return t, &SyntaxError{PolicyViolation, "has too many attributes"}
		}
		a, err := s.attribute()
		if err != nil {
			return t, err
		}
		t.attr = append(t.attr, a)
	}
}

func (s *scanner) attribute() (a Attr, err error) {
	if a.Name, err = s.takeName(); err != nil {
		return a, err
	}
	s.takeSpace()
	if !s.take("=") {
		return a, notWellFormed()
	}
	s.takeSpace()
	quote := "'"
	if !s.take(quote) {
		quote = `"`
		if !s.take(quote) {
			return a, notWellFormed()
		}
	}
	raw, err := s.takeTo(quote)
	if err != nil {
		return a, err
	}
	if bytes.IndexByte(raw, '<') >= 0 {
		return a, notWellFormed()
	}
	value, err := unescape(nil, raw)
	a.Value = string(value)
	return a, err
}

// endTag reads an end tag whose "</" was taken.
func (s *scanner) endTag() (Name, error) {
	name, err := s.takeName()
	if err != nil {
		return name, err
	}
	s.takeSpace()
	if !s.take(">") {
		return name, notWellFormed()
	}
	return name, nil
}

// text appends character data, up to the next "<".
func (s *scanner) text(b []byte) ([]byte, error) {
	n := bytes.IndexByte(s.rest, '<')
	if n < 0 {
		n = len(s.rest)
	}
	raw := s.rest[:n]
	s.rest = s.rest[n:]
	if bytes.Contains(raw, []byte("]]>")) {
		return nil, notWellFormed()
	}
	return unescape(b, raw)
}

// cdata appends a CDATA section whose "<![CDATA[" was taken.
func (s *scanner) cdata(b []byte) ([]byte, error) {
	raw, err := s.takeTo("]]>")
	if err != nil {
		return nil, err
	}
	return appendText(b, raw)
}

// declaration reads the XML declaration of a document (XML 1.0 section 2.8), if there is
// one.
func (s *scanner) declaration() error {
	if len(s.rest) < len("<?xml ") || !isSpace(s.rest[len("<?xml")]) || !s.take("<?xml") {
		return nil
	}
	raw, err := s.takeTo("?>")
	if err != nil {
		return err
	}
	// It is like the inside of a tag.
	inside := scanner{rest: append([]byte("xml"+string(raw)), "/>"...)}
	t, err := inside.startTag(3)
	if err != nil {
		return notWellFormed()
	}
	for _, a := range t.attr {
		if a.Name.Local == "version" && a.Value != "1.0" || a.Name.Local == "encoding" && !strings.EqualFold(a.Value, "utf-8") {
			return &SyntaxError{UnsupportedEncoding, "is not XML 1.0 in UTF-8"}
		}
	}
	return nil
}

// skip reads what a document may have beside elements and text, and tells whether there
// was something of the kind.
func (s *scanner) skip() (bool, error) {
	switch {
	case s.take("<!--"):
		if !s.isDocument {
			return false, &SyntaxError{RestrictedXML, "has a comment"}
		}
		comment, err := s.takeTo("--")
		if err != nil || !s.take(">") || check(comment) != nil {
			return false, notWellFormed()
		}
	case s.take("<?"):
		if !s.isDocument {
			return false, &SyntaxError{RestrictedXML, "has a processing instruction or an XML declaration"}
		}
		instruction, err := s.takeTo("?>")
		if err != nil || check(instruction) != nil {
			return false, notWellFormed()
		}
	case s.take("<!"):
		return false, &SyntaxError{RestrictedXML, "has a document type declaration"}
	default:
		return false, nil
	}
	return true, nil
}

// unescape appends a text with references (XML 1.0 section 4.1).
func unescape(b, raw []byte) ([]byte, error) {
	for {
		i := bytes.IndexByte(raw, '&')
		if i < 0 {
			return appendText(b, raw)
		}
		var err error
		if b, err = appendText(b, raw[:i]); err != nil {
			return nil, err
		}
		raw = raw[i+1:]
		end := bytes.IndexByte(raw[:min(len(raw), len("#x10FFFF;")+8)], ';') // with some zeros
		if end < 0 {
			return nil, notWellFormed()
		}
		r, ok := reference(string(raw[:end]))
		if !ok {
			return nil, notWellFormed()
		}
		b = utf8.AppendRune(b, r)
		raw = raw[end+1:]
	}
}

// reference returns the character that a reference stands for.
func reference(name string) (rune, bool) {
	switch name {
	case "lt":
		return '<', true
	case "gt":
		return '>', true
	case "amp":
		return '&', true
	case "apos":
		return '\'', true
	case "quot":
		return '"', true
	}
	digits, ok := strings.CutPrefix(name, "#")
	base := rune(10)
	if hex, isHex := strings.CutPrefix(digits, "x"); isHex {
		digits, base = hex, 16
	}
	if !ok || digits == "" {
		return 0, false
	}
	var r rune
	for _, d := range []byte(digits) {
		switch {
		case '0' <= d && d <= '9':
			d -= '0'
		case base == 16 && 'a' <= d|0x20 && d|0x20 <= 'f':
			d = d | 0x20 - 'a' + 10
		default:
			return 0, false
		}
		if r = r*base + rune(d); r > utf8.MaxRune {
			return 0, false
		}
	}
	return r, isChar(r)
}

// appendText appends a text without references. Line ends become "\n" (XML 1.0 section
// 2.11).
func appendText(b, raw []byte) ([]byte, error) {
	if err := check(raw); err != nil {
		return nil, err
	}
	for {
		i := bytes.IndexByte(raw, '\r')
		if i < 0 {
			return append(b, raw...), nil
		}
		b = append(append(b, raw[:i]...), '\n')
		if raw = raw[i+1:]; len(raw) > 0 && raw[0] == '\n' {
			raw = raw[1:]
		}
	}
}

// check refuses what is not UTF-8, and characters that XML does not have.
func check(raw []byte) error {
	for i := 0; i < len(raw); {
		if c := raw[i]; c >= ' ' && c < utf8.RuneSelf {
			i++
			continue
		}
		r, size := utf8.DecodeRune(raw[i:])
		if r == utf8.RuneError && size == 1 || !isChar(r) {
			return notWellFormed()
		}
		i += size
	}
	return nil
}

// isChar is Char (XML 1.0 section 2.2).
func isChar(r rune) bool {
	return r == '\t' || r == '\n' || r == '\r' || ' ' <= r && r <= 0xD7FF || 0xE000 <= r && r <= 0xFFFD || 0x10000 <= r
}

package xmltree

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// String returns the element as XML that stands alone: each namespace is declared
// where it differs from the parent's. The elements of streams have the prefix
// "stream", because some servers and clients know them by that (RFC 6120 section
// 4.8.5).
func (e *Element) String() string {
	var b strings.Builder
	e.write(&b, "")
	return b.String()
}

// write writes the element into one whose default namespace is outer.
func (e *Element) write(b *strings.Builder, outer string) {
	space := e.Name.Space
	if space == "" {
		space = outer
	}
	tag, inner := e.Name.Local, space
	if space == NSStream {
		tag, inner = "stream:"+tag, outer
	}
	b.WriteString("<" + tag)
	switch {
	case space == NSStream:
		writeAttr(b, "xmlns:stream", space)
	case space != outer:
		writeAttr(b, "xmlns", space)
	}
	for i, a := range e.Attr {
		switch a.Name.Space {
		case "":
			writeAttr(b, a.Name.Local, a.Value)
		case NSXML:
			writeAttr(b, "xml:"+a.Name.Local, a.Value)
		default:
			prefix := "a" + strconv.Itoa(i)
			writeAttr(b, "xmlns:"+prefix, a.Name.Space)
			writeAttr(b, prefix+":"+a.Name.Local, a.Value)
		}
	}
	if e.Text == "" && len(e.Children) == 0 {
		b.WriteString("/>")
		return
	}
	b.WriteByte('>')
	Escape(b, e.Text)
	for i := range e.Children {
		e.Children[i].write(b, inner)
	}
	b.WriteString("</" + tag + ">")
}

func writeAttr(b *strings.Builder, name, value string) {
	b.WriteString(" " + name + "='")
	Escape(b, value)
	b.WriteByte('\'')
}

// Escape writes a text or the value of an attribute. What XML can't carry becomes U+FFFD.
func Escape(b *strings.Builder, s string) {
	done := 0
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		escaped := ""
		switch r {
		case '"':
			escaped = "&#34;"
		case '\'':
			escaped = "&#39;"
		case '&':
			escaped = "&amp;"
		case '<':
			escaped = "&lt;"
		case '>':
			escaped = "&gt;"
		case '\t':
			escaped = "&#x9;"
		case '\n':
			escaped = "&#xA;"
		case '\r':
			escaped = "&#xD;"
		default:
			if !isChar(r) || r == utf8.RuneError && size == 1 {
				escaped = "\uFFFD"
			}
		}
		if escaped != "" {
			b.WriteString(s[done:i])
			b.WriteString(escaped)
			done = i + size
		}
		i += size
	}
	b.WriteString(s[done:])
}

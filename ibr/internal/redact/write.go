package redact

import (
	"strings"

	"github.com/xmppreg/xmppreg/internal/xmltree"
)

// maxLogged bounds how much of a stanza is logged, in bytes.
const maxLogged = 4096

// writer writes elements as XML without what may be secret.
type writer struct {
	strings.Builder
	secrets []string
}

// write writes an element: "…" stands for each text and attribute that is left
// out.
func (b *writer) write(e *xmltree.Element, parentSpace string) {
	b.WriteByte('<')
	b.WriteString(e.Name.Local)
	space := e.Name.Space
	if space == "" {
		space = parentSpace
	}
	if space != parentSpace {
		b.writeAttr("xmlns", space)
	}
	for _, a := range e.Attr {
		value := a.Value
		switch {
		case !publicAttr[a.Name.Local]:
			value = "…"
		case a.Name.Local == "label":
			value = hide(value, b.secrets)
		}
		b.writeAttr(a.Name.Local, value)
	}
	text := strings.TrimSpace(e.Text)
	if text == "" && len(e.Children) == 0 {
		b.WriteString("/>")
		return
	}
	b.WriteByte('>')
	if text != "" {
		if publicText[xmltree.Name{Space: space, Local: e.Name.Local}] {
			xmltree.Escape(&b.Builder, hide(text, b.secrets))
		} else {
			b.WriteString("…")
		}
	}
	for i := range e.Children {
		if b.Len() > maxLogged {
			break
		}
		b.write(&e.Children[i], space)
	}
	b.WriteString("</" + e.Name.Local + ">")
}

func (b *writer) writeAttr(name, value string) {
	b.WriteString(" " + name + "='")
	xmltree.Escape(&b.Builder, value)
	b.WriteByte('\'')
}

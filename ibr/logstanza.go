package ibr

import (
	"encoding/xml"
	"strings"
)

// maxLogged bounds how much of a stanza is logged, in bytes.
const maxLogged = 4096

// observe counts and logs a stanza that went out or came in.
func (m *Manager) observe(level LogLevel, e *element) {
	m.emit(Counter{Name: "stanzas." + string(level), Amount: 1})
	var b strings.Builder
	writeSafely(&b, e, "")
	message := b.String()
	if len(message) > maxLogged {
		message = strings.ToValidUTF8(message[:maxLogged], "") + "…"
	}
	m.Log(level, message)
}

// publicText are the elements whose text is for everybody: what a form says to
// people, and what an error says. Of all other elements the text is left out,
// since any field may hold a secret: servers echo passwords, and a form may
// call one by any name.
var publicText = map[xml.Name]bool{
	{Space: nsRegister, Local: "instructions"}: true,
	{Space: nsData, Local: "title"}:            true,
	{Space: nsData, Local: "instructions"}:     true,
	{Space: nsData, Local: "desc"}:             true,
	{Space: nsOOB, Local: "url"}:               true,
	{Space: nsOOB, Local: "desc"}:              true,
	{Space: nsStanzaErrors, Local: "text"}:     true,
	{Space: nsMedia, Local: "uri"}:             true,
	{Space: nsSASL, Local: "mechanism"}:        true,
}

// publicAttr are the attributes that never hold what a user has typed.
var publicAttr = map[string]bool{
	"type": true, "id": true, "to": true, "from": true, "lang": true, "code": true,
	"var": true, "label": true, "cid": true, "width": true, "height": true, "max-age": true,
}

// writeSafely writes an element as XML without what may be secret: "…" stands
// for each text and attribute that is left out.
func writeSafely(b *strings.Builder, e *element, parentSpace string) {
	b.WriteByte('<')
	b.WriteString(e.name.Local)
	space := e.name.Space
	if space == "" {
		space = parentSpace // as el builds it
	}
	if space != parentSpace {
		writeAttr(b, "xmlns", space)
	}
	for _, a := range e.attr {
		if a.Name.Local == "xmlns" || a.Name.Space == "xmlns" {
			continue
		}
		value := a.Value
		if !publicAttr[a.Name.Local] {
			value = "…"
		}
		writeAttr(b, a.Name.Local, value)
	}
	text := strings.TrimSpace(e.text)
	if text == "" && len(e.children) == 0 {
		b.WriteString("/>")
		return
	}
	b.WriteByte('>')
	if text != "" {
		if publicText[xml.Name{Space: space, Local: e.name.Local}] {
			xml.EscapeText(b, []byte(text))
		} else {
			b.WriteString("…")
		}
	}
	for i := range e.children {
		if b.Len() > maxLogged {
			break
		}
		writeSafely(b, &e.children[i], space)
	}
	b.WriteString("</" + e.name.Local + ">")
}

func writeAttr(b *strings.Builder, name, value string) {
	b.WriteString(" " + name + "='")
	xml.EscapeText(b, []byte(value))
	b.WriteByte('\'')
}

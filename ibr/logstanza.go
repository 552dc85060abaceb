package ibr

import (
	"encoding/xml"
	"strings"
)

// maxLogged bounds how much of a stanza is logged, in bytes.
const maxLogged = 4096

// observe counts and logs a stanza that went out or came in. The secrets are what
// has gone out so far.
func (m *Manager) observe(level LogLevel, e *element, sent secrets) {
	m.emit(Counter{Name: "stanzas." + string(level), Amount: 1})
	w := safeWriter{secrets: sent}
	w.write(e, "")
	message := w.String()
	if len(message) > maxLogged {
		message = strings.ToValidUTF8(message[:maxLogged], "") + "…"
	}
	m.Log(level, message)
}

// publicText are the elements whose text is for everybody: what a form says to
// people, and what an error says. Secrets that the server repeats are hidden in
// them, and in labels. Of all other elements the text is left out,
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

// A safeWriter writes elements as XML without what may be secret.
type safeWriter struct {
	strings.Builder
	secrets secrets
}

// write writes an element: "…" stands for each text and attribute that is left
// out.
func (b *safeWriter) write(e *element, parentSpace string) {
	b.WriteByte('<')
	b.WriteString(e.name.Local)
	space := e.name.Space
	if space == "" {
		space = parentSpace // as el builds it
	}
	if space != parentSpace {
		b.writeAttr("xmlns", space)
	}
	for _, a := range e.attr {
		if a.Name.Local == "xmlns" || a.Name.Space == "xmlns" {
			continue
		}
		value := a.Value
		switch {
		case !publicAttr[a.Name.Local]:
			value = "…"
		case a.Name.Local == "label":
			value = b.secrets.hide(value)
		}
		b.writeAttr(a.Name.Local, value)
	}
	text := strings.TrimSpace(e.text)
	if text == "" && len(e.children) == 0 {
		b.WriteString("/>")
		return
	}
	b.WriteByte('>')
	if text != "" {
		if publicText[xml.Name{Space: space, Local: e.name.Local}] {
			xml.EscapeText(b, []byte(b.secrets.hide(text)))
		} else {
			b.WriteString("…")
		}
	}
	for i := range e.children {
		if b.Len() > maxLogged {
			break
		}
		b.write(&e.children[i], space)
	}
	b.WriteString("</" + e.name.Local + ">")
}

func (b *safeWriter) writeAttr(name, value string) {
	b.WriteString(" " + name + "='")
	xml.EscapeText(b, []byte(value))
	b.WriteByte('\'')
}

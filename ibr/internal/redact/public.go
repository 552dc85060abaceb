package redact

import "github.com/xmppreg/xmppreg/internal/xmltree"

// Namespaces of the elements whose text is public.
const (
	nsRegister     = "jabber:iq:register"
	nsData         = "jabber:x:data"
	nsMedia        = "urn:xmpp:media-element"
	nsOOB          = "jabber:x:oob"
	nsStanzaErrors = "urn:ietf:params:xml:ns:xmpp-stanzas"
	nsSASL         = "urn:ietf:params:xml:ns:xmpp-sasl"
)

// publicText are the elements whose text is for everybody: what a form says to
// people, and what an error says. Secrets that the server repeats are hidden in
// them, and in labels. Of all other elements the text is left out,
// since any field may hold a secret: servers echo passwords, and a form may
// call one by any name.
var publicText = map[xmltree.Name]bool{
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

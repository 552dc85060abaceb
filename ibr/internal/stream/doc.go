// Package stream is one stream with an XMPP server: it negotiates the stream
// features (RFC 6120 section 4.3), logs in (section 6, XEP-0388), binds an address
// (section 7, XEP-0386), asks and takes the answers (section 8.2.3, XEP-0030, XEP-0231), and tells
// why the stream has ended (section 4.9). It does not know what a registration
// is.
//
// mellium's Session would negotiate too, but it hides the condition of a login
// that failed, and makes the module larger by 60,000 bytes of Brotli.
package stream

// Namespaces.
const (
	nsStanzaErrors = "urn:ietf:params:xml:ns:xmpp-stanzas"   // RFC 6120 section 8.3.2
	nsSASL         = "urn:ietf:params:xml:ns:xmpp-sasl"      // RFC 6120 section 6
	nsSASL2        = "urn:xmpp:sasl:2"                       // XEP-0388
	nsBind2        = "urn:xmpp:bind:0"                       // XEP-0386
	nsBind         = "urn:ietf:params:xml:ns:xmpp-bind"      // RFC 6120 section 7
	nsDiscoInfo    = "http://jabber.org/protocol/disco#info" // XEP-0030
	nsBob          = "urn:xmpp:bob"                          // XEP-0231
)

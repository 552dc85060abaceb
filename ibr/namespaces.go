package ibr

// The namespaces that registration is made of.
const (
	nsRegister        = "jabber:iq:register"                     // XEP-0077
	nsRegisterFeature = "http://jabber.org/features/iq-register" // XEP-0077 section 8.2
	nsTokenFeature    = "urn:xmpp:ibr-token:0"                   // XEP-0445
	nsInviteFeature   = "urn:xmpp:invite"                        // what servers offered before XEP-0445
	nsPreauth         = "urn:xmpp:pars:0"                        // XEP-0445, XEP-0379
	nsExtensible      = "urn:xmpp:register:0"                    // XEP-0389
	nsData            = "jabber:x:data"                          // XEP-0004
	nsMedia           = "urn:xmpp:media-element"                 // XEP-0221
	nsBob             = "urn:xmpp:bob"                           // XEP-0231
	nsOOB             = "jabber:x:oob"                           // XEP-0066
	nsCaptcha         = "urn:xmpp:captcha"                       // XEP-0158
	nsStanzaErrors    = "urn:ietf:params:xml:ns:xmpp-stanzas"    // RFC 6120 section 8.3.2
	nsStreamErrors    = "urn:ietf:params:xml:ns:xmpp-streams"    // RFC 6120 section 4.9.2
	nsSASL            = "urn:ietf:params:xml:ns:xmpp-sasl"       // RFC 6120 section 6
	nsBind            = "urn:ietf:params:xml:ns:xmpp-bind"       // RFC 6120 section 7
	nsDiscoInfo       = "http://jabber.org/protocol/disco#info"  // XEP-0030
	nsXML             = "http://www.w3.org/XML/1998/namespace"   // xml:lang
	nsClient          = "jabber:client"                          // RFC 6120 section 4.8.2
	nsStream          = "http://etherx.jabber.org/streams"       // RFC 6120 section 4.8.1
)

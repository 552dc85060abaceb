package ibr

// The namespaces that registration is made of.
const (
	nsRegister        = "jabber:iq:register"                     // XEP-0077
	nsRegisterFeature = "http://jabber.org/features/iq-register" // XEP-0077 section 8.2
	nsTokenFeature    = "urn:xmpp:ibr-token:0"                   // XEP-0445
	nsInviteFeature   = "urn:xmpp:invite"                        // what servers offered before XEP-0445
	nsPreauth         = "urn:xmpp:pars:0"                        // XEP-0445, XEP-0379
	nsExtensible      = "urn:xmpp:register:0"                    // XEP-0389
)

// Package ibr registers and manages XMPP accounts in band.
//
// It implements the client's side of XEP-0077 (In-Band Registration) with the
// protocols that real servers put around it: data forms (XEP-0004, with the
// FORM_TYPE of XEP-0068), the media of CAPTCHAs (XEP-0158, XEP-0221, XEP-0231),
// out-of-band addresses (XEP-0066) and pre-authentication tokens (XEP-0445).
// For an account that is there already it logs in (SASL and resource binding,
// RFC 6120 sections 6 and 7) and asks what the server supports (XEP-0030).
// Errors are those of RFC 6120 section 8.3, or of the numeric codes before it
// (XEP-0086).
//
// A [Manager] owns at most one stream to one server. It asks for the form,
// keeps it, checks and sends the answers, and tells every outcome twice: as the
// result of the call and as an [Event].
//
//	m, err := ibr.NewManager(ibr.Config{Domain: "example.org", Dialer: &ws.Dialer{}})
//	form, err := m.RequestForm(ctx, "")
//	account, err := m.Submit(ctx, ibr.Values{Fields: map[string][]string{
//		"username": {"kim"}, "password": {"correct horse"},
//	}})
//
// The package knows neither sockets nor JavaScript. What it needs of the
// network is a [Dialer] that hands out a net.Conn speaking the XML stream of
// RFC 6120 section 4; package transport/ws has one for WebSockets.
package ibr

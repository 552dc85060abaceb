// Package ibr registers and manages XMPP accounts in band (XEP-0077): it asks for
// a server's form, checks and sends the answers, changes passwords and deletes
// accounts.
//
// # Signing up
//
// A [Manager] owns at most one stream to one server. [Manager.RequestForm] connects
// and brings the form, [Manager.Submit] fills it in and sends it:
//
//	m, err := ibr.NewManager(ibr.Config{Domain: "example.org", Dialer: &ws.Dialer{}})
//	form, err := m.RequestForm(ctx, "")
//	account, err := m.Submit(ctx, ibr.Values{Fields: map[string][]string{
//		"username": {"kim"}, "password": {"correct horse"},
//	}})
//
// A [Form] is plain data, whatever way the server writes it: old-style fields
// (XEP-0077 section 3.1), a data form (XEP-0004) with rules (XEP-0122) and the
// pictures of a CAPTCHA (XEP-0158, XEP-0221, XEP-0231), or only the address of a
// web page to go to instead (XEP-0066). Package form says more.
//
// A server may drop the stream while people type. Submit then connects again and
// sends the form as it was filled in. A form is good for one answer: after a
// failure the next one has to be asked for.
//
// An invitation is a pre-authentication token (XEP-0445) or a link that holds
// one: [Config].Token.
//
// # Accounts
//
// [Manager.Connect] logs in (SASL and resource binding, RFC 6120 sections 6 and 7)
// and asks what the server supports (XEP-0030). [Manager.ChangePassword] and
// [Manager.DeleteAccount] are for the account that is logged in, and
// [Manager.Unregister] is for a service that it has registered with.
//
// A program that is logged in already hands over neither its password nor a second
// session: [Manager.Attach] works over the program's own stream (package
// transport/link).
//
// # Errors
//
// Every operation fails with an [*Error]. Its [Reason] is what to choose one's
// words by:
//
//	switch {
//	case errors.Is(err, ibr.UsernameTaken):
//	case errors.Is(err, ibr.CaptchaFailed):
//	}
//
// The reason follows from the condition of the server's error (RFC 6120 sections
// 4.9.3, 6.5 and 8.3.3; XEP-0086 for numeric codes) and from what was being done.
// Where a request that changes something went out and no answer came, the error
// has OutcomeUnknown: the account may exist. [Manager.Verify] finds out by a login.
//
// # Events
//
// The outcome of a form, a registration, a password change and a deletion is told
// twice: as the result of the call, and as an [Event] to [Config].Events, where the
// end of a stream and stanzas for a log are told too.
// What is logged has no password, no token and nothing else that people type.
//
// # Contexts
//
// The methods may be called from any goroutine, and operations take turns. When
// the context of a call ends, the call returns at once with the reason [Aborted],
// and what is still to be closed is closed behind its back.
//
// # The network
//
// The package knows neither sockets nor JavaScript. Its [Dialer] opens a
// [Transport] of whole XML elements; package transport/ws has one for WebSockets
// (RFC 7395), which finds the server by itself (XEP-0156).
package ibr

//go:build js

// Package jsapi hands package ibr, and the report of package ws, to JavaScript:
// values, promises, errors and events. It holds no protocol.
//
// [Serve] gives the page one table of functions, which web/xmppreg.js wraps in
// the public API. The functions live as long as the module. A manager is a
// number there, so that nothing of JavaScript's keeps one of Go's alive:
//
//	build                                 string
//	open(options, emit)                   → manager
//	close(manager)
//	diagnose(manager)
//	setFormToSend(manager, values)
//	receive(manager, link, stanza)        the client of a link has received it
//	ended(manager, link)                  the client has lost its connection
//	sent(manager, number, problem)        what has come of a stanza that the client was to send
//
// and under the name operations, each with what resolves and what rejects a
// Promise of the page's as its first two arguments (web/run.js adds them):
//
//	requestForm(manager, { service }, signal)   → form
//	submit(manager, values, signal)             → account
//	sendForm(manager, undefined, signal)        → account
//	connect(manager, { jid, password, registerOnConnect }, signal)
//	changePassword(manager, { newPassword, values }, signal)
//	deleteAccount(manager, { values }, signal)
//	unregister(manager, { service }, signal)
//	verify(manager, undefined, signal)          → what came of an operation
//	disconnect(manager)
//	attach(manager, { jid, link }, signal)
//	validate(field, values)                     → rule
//	parseProvider(text)                         → { domain, token, isPage } or null
//	examine({ domain, url }, signal)            → report
//
// A link over the connection of a client of the page's is a number too, which the page
// chooses. Two events are about links and not for everybody: "stanza" with { link, number,
// stanza } that the client is to send, and "detached" with the number of a link that is over.
//
// For a module in a Worker the page has the same table, made of messages
// (web/worker-client.js). So nothing is handed over that can't be cloned, and all
// operations but validate, parseProvider and examine take a manager, one argument
// and a signal.
//
// Promises are rejected with a TypeError where an argument is wrong, and else
// with the plain properties of a RegistrationError.
package jsapi

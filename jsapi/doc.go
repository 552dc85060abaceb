//go:build js

// Package jsapi hands package ibr, and the report of package ws, to JavaScript:
// values, promises, errors and events. It holds no protocol.
//
// [Serve] gives the page one table of functions, which web/xmppreg.js wraps in
// the public API. The functions live as long as the module. A manager is a
// number there, so that nothing of JavaScript's keeps one of Go's alive:
//
//	build                                   string
//	open(options, emit)                     → manager
//	close(manager)
//	setFormToSend(manager, values)
//	requestForm(manager, { service }, signal)   → Promise of a form
//	submit(manager, values, signal)             → Promise of an account
//	sendForm(manager, undefined, signal)        → Promise of an account
//	connect(manager, { jid, password, registerOnConnect }, signal) → Promise
//	changePassword(manager, { newPassword, values }, signal)       → Promise
//	deleteAccount(manager, { values }, signal)  → Promise
//	unregister(manager, { service }, signal)    → Promise
//	disconnect(manager)                         → Promise
//	validate(field, values)                     → Promise of a rule
//	examine({ domain, url }, signal)            → Promise of a report
//
// For a module in a Worker the page has the same table, made of messages
// (web/worker-client.js). So nothing is handed over that can't be cloned, and all
// functions but open, close, setFormToSend, validate and examine are a manager's.
//
// Promises are rejected with a TypeError where an argument is wrong, and else
// with the plain properties of a RegistrationError.
package jsapi

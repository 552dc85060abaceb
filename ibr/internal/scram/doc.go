// Package scram is the client's side of SCRAM-SHA-1 (RFC 5802), SCRAM-SHA-256
// (RFC 7677) and SCRAM-SHA-512 (draft-melnikov-scram-sha-512), without channel
// binding: a browser tells no page about its TLS connection.
//
// A [Conversation] is a conversation of steps. Each takes the server's message and
// returns the client's next one, or an [*Error] that says what the server has done
// wrong.
//
// The work that a server asks for, thousands of rounds of HMAC, is done by the
// browser's WebCrypto where there is one: it does not hold the thread of the page.
package scram

// Package scripted is an XMPP server for tests: a [Dialer] that plays one script
// for each connection, and a [Peer] with which a script says what the server
// sends and what it expects. It stands at the seam of package transport, so
// there are whole elements and no bytes.
//
// It needs nothing but channels, and so it works inside of a bubble of package
// testing/synctest.
package scripted

import "time"

// Domain is the server that the tests talk to.
const Domain = "shore.example"

// Patience bounds what a script waits for. Nothing is expected to take long.
const Patience = 10 * time.Second

// A Script is what the server does with one connection. When it returns, the
// connection is lost, unless it was closed before.
type Script func(*Peer)

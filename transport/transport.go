// Package transport says how registration reaches an XMPP server: as an exchange
// of whole XML elements, not of bytes. The framing of RFC 7395 is one way to do
// that, and package ws does it over a WebSocket.
package transport

import (
	"context"

	"github.com/xmppreg/xmppreg/internal/xmltree"
)

// Element is one XML element with all that is in it.
type Element = xmltree.Element

// A Transport carries one stream (RFC 6120 section 4), which is open when a
// [Dialer] returns it. Its methods may be called from several goroutines.
//
// Contexts bound the call that they are given to and nothing after it.
type Transport interface {
	// Send sends one element. sent tells whether the server may have received it
	// although there is an error.
	Send(ctx context.Context, e *Element) (sent bool, err error)

	// Receive returns the next element that the server sent: stream features,
	// stanzas, a stream error. It is called by one goroutine at a time. After
	// the server's end of the stream it returns [io.EOF], and an [*Error] when
	// the connection is lost or the server breaks the rules of XML or of the
	// framing.
	Receive(ctx context.Context) (*Element, error)

	// Restart opens the stream anew over the same connection, as a login asks
	// for (RFC 6120 section 6.4.6). The server's new features are the next
	// element that Receive returns.
	Restart(ctx context.Context) error

	// Close ends the stream (RFC 6120 section 4.4) and the connection. It
	// returns nil when the connection has ended. When ctx ends first it returns
	// the context's error, and the closing goes on without the caller. Receive
	// fails from then on.
	Close(ctx context.Context) error

	// Secure tells whether a password may travel: the connection is encrypted,
	// or does not leave this machine.
	Secure() bool
}

// A Forgetter is a [Transport] that remembers which requests it has sent, to know the answers
// among what others receive over the same connection.
type Forgetter interface {
	// Forget tells that nobody waits any more for an answer to the request with that id:
	// it has come, or whoever asked has given up.
	Forget(id string)
}

// A Dialer opens streams.
type Dialer interface {
	// Dial finds the server, connects to it and opens a stream. Errors are an
	// [*Error], or the context's.
	Dial(ctx context.Context, to Target) (Transport, error)
}

// Target is whom a stream is opened to.
type Target struct {
	Domain string // as people write it ("example.org")
	Lang   string // the language that the server's texts are asked for in (BCP 47); empty leaves it to the server
}

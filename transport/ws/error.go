package ws

import (
	"context"
	"errors"
)

// Kinds of errors: what was being done.
const (
	kindDiscovery = "discovery"
	kindTransport = "transport"
)

// Reasons of errors, for programs to choose their words by.
const (
	reasonHostUnknown         = "host-unknown"
	reasonNoHostMeta          = "no-host-meta"
	reasonNoEndpoint          = "no-websocket-endpoint"
	reasonDiscoveryBlocked    = "discovery-blocked"
	reasonConnectFailed       = "connect-failed"
	reasonInsecureRedirect    = "insecure-redirect"
	reasonUnsupportedRedirect = "unsupported-redirect"
	reasonRedirectLoop        = "redirect-loop"
	reasonUnsafeURL           = "unsafe-url"
	reasonProtocol            = "protocol"
	reasonTimeout             = "timeout"
	reasonAborted             = "aborted"
	reasonStream              = "stream"
	reasonInviteInvalid       = "invite-invalid"
)

// Error is what [Discover], the methods of [Dialer] and those of [Conn] fail with.
// The exceptions are those that [net.Conn] has names for: [net.ErrClosed] after
// Close and [os.ErrDeadlineExceeded] after a deadline.
type Error struct {
	kind   string
	reason string
	text   string
	err    error
}

// Error returns a sentence for people. It names the addresses that were tried
// and what was wrong with each, and never holds anything that was sent.
func (e *Error) Error() string { return e.text }

// Kind returns "discovery" when the server's address could not be found, and
// "transport" when the WebSocket or what came over it was at fault.
func (e *Error) Kind() string { return e.kind }

// Reason returns one of: host-unknown, no-host-meta, no-websocket-endpoint,
// discovery-blocked, connect-failed, insecure-redirect, unsupported-redirect,
// redirect-loop, unsafe-url, protocol, timeout, aborted, stream, invite-invalid.
func (e *Error) Reason() string { return e.reason }

// Unwrap returns the cause, or nil: the context's error for timeout and
// aborted, [io.ErrUnexpectedEOF] for a connection that was lost.
func (e *Error) Unwrap() error { return e.err }

// contextError returns an *Error for a context that has ended, with what was
// done until then in its text, or nil if the context has not ended.
func contextError(ctx context.Context, kind, text string) *Error {
	err := ctx.Err()
	switch {
	case err == nil:
		return nil
	case errors.Is(err, context.DeadlineExceeded):
		return &Error{kind, reasonTimeout, "time ran out: " + text, err}
	default:
		return &Error{kind, reasonAborted, "given up: " + text, err}
	}
}

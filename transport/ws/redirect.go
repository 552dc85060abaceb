package ws

import (
	"context"
	"errors"
	"net/url"

	"github.com/xmppreg/xmppreg/transport"
)

// maxHops is how often see-other-uri is followed in a row.
const maxHops = 3

// A redirection is the end of a stream that the server has not opened because it
// wants to be reached at another address (RFC 7395 section 3.6.1).
type redirection struct{ uri string }

func (r *redirection) Error() string { return "redirected to " + quote(r.uri) }

// visits are the addresses that a stream was opened at.
type visits map[string]bool

// next returns the address to go to from the one that the server is at.
func (v visits) next(from *url.URL, uri string) (*url.URL, error) {
	to, err := redirectTarget(from, uri)
	if err != nil {
		return nil, err
	}
	if v[canonical(to)] || len(v) > maxHops {
		return nil, &transport.Error{Fault: transport.RedirectLoop, Text: "the server sends clients in circles, to " + withoutQuery(to)}
	}
	v[canonical(to)] = true
	return to, nil
}

// redirectTarget checks where a server at from sends the client. TLS is never
// left.
func redirectTarget(from *url.URL, uri string) (*url.URL, error) {
	to, err := parseAddress(uri)
	switch {
	case errors.Is(err, errInsecure), err == nil && from.Scheme == "wss" && to.Scheme == "ws":
		return nil, &transport.Error{Fault: transport.InsecureRedirect, Text: "the server sends clients to an address that is not encrypted, " + quote(uri)}
	case err != nil:
		return nil, &transport.Error{Fault: transport.UnsupportedRedirect, Text: "the server sends clients to an address that can't be used, " + quote(uri) + ": " + err.Error(), Err: err}
	}
	return to, nil
}

// follow opens the WebSocket that a server has named.
func (d *Dialer) follow(ctx context.Context, to *url.URL) (*socket, error) {
	s, f := tryAddress(ctx, to, 0)
	if s != nil {
		return s, nil
	}
	text := "the server sends clients to an address that could not be opened, " + withoutQuery(to) + ": " + f.Detail
	if err := interrupted(ctx, false, text); err != nil {
		return nil, err
	}
	return nil, &transport.Error{Fault: transport.ConnectFailed, Text: text}
}

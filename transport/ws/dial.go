package ws

import (
	"context"
	"errors"
	"net/url"
	"sync"

	"github.com/xmppreg/xmppreg/transport"
)

// Dialer finds a server's WebSocket and opens streams over it. The zero value is
// ready for use. A Dialer may be used from several goroutines and must not be
// copied.
type Dialer struct {
	// URL is a wss: address (ws: to this very machine only) that is used
	// instead of discovery, "" for none.
	URL string

	// Log, if not nil, is called with a level ("debug", "info" or "warning")
	// and a line that never holds anything secret. It may be called from
	// several goroutines.
	Log func(level, message string)

	mu sync.Mutex
	// moved holds, by domain, the address that a server named when it closed a
	// stream in the middle (see-other-uri): the next connection goes there first.
	moved map[string]*url.URL
}

var _ transport.Dialer = (*Dialer)(nil)

// Dial opens a WebSocket to a domain's server, and a stream over it. Addresses are
// tried in their order as soon as they are known, and ctx's time is shared among
// them. Where the server sends the client to another address before it has sent
// anything else, Dial goes there (RFC 7395 section 3.6.1).
//
// Its errors are a [*transport.Error]: those of [Discover]; UnsafeURL for a URL that
// must not be used; ConnectFailed if no WebSocket could be opened; Protocol if none
// speaks the subprotocol "xmpp", or the server breaks the rules of the framing;
// InsecureRedirect, UnsupportedRedirect and RedirectLoop for where the server must
// not send a client; Lost if the stream ended before it was open; Interrupted if
// ctx ended. A stream error in place of features is no error: Receive returns it.
func (d *Dialer) Dial(ctx context.Context, to transport.Target) (transport.Transport, error) {
	found, err := d.sources(to.Domain)
	if err != nil {
		return nil, err
	}
	socket, address, err := d.connect(ctx, found)
	if err != nil {
		return nil, err
	}
	s, err := d.openStream(ctx, socket, address, openElement(to), found.key)
	if err != nil {
		return nil, err
	}
	return s, nil
}

// openStream opens a stream over the WebSocket or, where the server wants that, over
// one to another address.
func (d *Dialer) openStream(ctx context.Context, socket *socket, address *url.URL, header, key string) (*stream, error) {
	moved := func(to *url.URL) { d.setMoved(key, to) }
	visited := visits{canonical(address): true}
	for {
		s := newStream(socket, address, header, d.log, moved)
		err := s.open(ctx)
		if err == nil {
			return s, nil
		}
		var other *redirection
		switch {
		case errors.As(err, &other):
		case ctx.Err() != nil:
			return nil, interrupted(ctx, false, withoutQuery(address)+": the WebSocket is open, the stream is not")
		default:
			return nil, err
		}
		if address, err = visited.next(address, other.uri); err != nil {
			return nil, err
		}
		d.log("info", "redirected to "+withoutQuery(address))
		if socket, err = d.follow(ctx, address); err != nil {
			return nil, err
		}
	}
}

// takeMoved returns where a server wanted to be reached, once.
func (d *Dialer) takeMoved(key string) *url.URL {
	d.mu.Lock()
	defer d.mu.Unlock()
	u := d.moved[key]
	delete(d.moved, key)
	return u
}

func (d *Dialer) setMoved(key string, u *url.URL) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.moved == nil {
		d.moved = make(map[string]*url.URL)
	}
	d.moved[key] = u
}

func (d *Dialer) log(level, message string) {
	if d.Log != nil {
		d.Log(level, message)
	}
}

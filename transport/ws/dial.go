package ws

import (
	"context"
	"errors"
	"net"
	"net/url"
	"strings"
	"sync"
	"time"
)

// attemptTime is how long one address is tried when the context has no
// deadline.
const attemptTime = 30 * time.Second

// Dialer finds a server's WebSocket and opens it. The zero value is ready for
// use. A Dialer may be used from several goroutines and must not be copied.
type Dialer struct {
	// URL is a wss: address (ws: to this very machine only) that is used
	// instead of discovery, "" for none.
	URL string

	// Log, if not nil, is called with a level ("debug", "info" or "warning")
	// and a line that never holds anything secret. It may be called from
	// several goroutines.
	Log func(level, message string)

	mu sync.Mutex
	// elsewhere holds, by domain, the addresses that servers named while they
	// closed a stream.
	elsewhere map[string]*url.URL
}

// Dial opens a WebSocket to a domain's server and returns it as an RFC 6120
// stream, of type [*Conn]. Addresses are tried in their order as soon as they
// are known, and ctx's time is shared among them. When ctx ends after Dial has
// returned, nothing happens to the stream.
//
// It fails with an [*Error]: those of [Discover]; unsafe-url for a URL that must
// not be used; connect-failed if no address could be connected; protocol if none
// speaks the subprotocol "xmpp"; timeout or aborted if ctx ended.
func (d *Dialer) Dial(ctx context.Context, domain string) (net.Conn, error) {
	queue, files, key, bad := d.sources(domain)
	if bad != nil {
		return nil, bad
	}
	if err := contextError(ctx, kindTransport, "nothing was tried"); err != nil {
		return nil, err
	}
	if u := d.takeElsewhere(key); u != nil {
		queue = append([]*url.URL{u}, queue...)
	}

	lookUpCtx, cancel := context.WithCancel(ctx)
	defer cancel() // ends the reading of files that are not needed any more
	for _, f := range files {
		d.log("debug", "reading "+f.address)
	}
	a := &attempts{
		dialer:  d,
		key:     key,
		queue:   queue,
		missing: len(files),
		arrived: lookUp(lookUpCtx, files),
		seen:    make(map[string]bool),
	}
	for a.fill(ctx) {
		if conn := a.try(ctx); conn != nil {
			return conn, nil
		}
		if ctx.Err() != nil {
			break
		}
	}
	return nil, a.failure(ctx, key)
}

// sources returns where the address comes from: the one that is known, or the
// files to look it up in. key is the domain's name among others.
func (d *Dialer) sources(domain string) (known []*url.URL, files []hostMeta, key string, bad *Error) {
	if d.URL != "" {
		u, err := parseAddress(d.URL)
		if err != nil {
			return nil, nil, "", &Error{kindTransport, reasonUnsafeURL, "the WebSocket's address can't be used: " + err.Error(), err}
		}
		return []*url.URL{u}, nil, strings.ToLower(domain), nil
	}
	host, bad := asciiDomain(domain)
	if bad != nil {
		return nil, nil, "", bad
	}
	return nil, hostMetaFiles(host), host, nil
}

// attempts is the state of one Dial.
type attempts struct {
	dialer  *Dialer
	key     string
	queue   []*url.URL      // addresses that are still to be tried
	seen    map[string]bool // addresses that were tried
	missing int             // how many files have not arrived
	arrived <-chan document
	found   []document
	tried   []string // what was tried, and what came of it
	reason  string   // of the failures so far
}

// fill takes the files that have arrived, and waits for more if there is no
// address left to try. It tells whether there is one.
func (a *attempts) fill(ctx context.Context) bool {
	for {
		for len(a.queue) > 0 && a.seen[canonical(a.queue[0])] {
			a.queue = a.queue[1:]
		}
		if a.missing == 0 {
			return len(a.queue) > 0
		}
		if len(a.queue) > 0 {
			select {
			case d := <-a.arrived:
				a.take(d)
			default:
				return true
			}
			continue
		}
		// Every file arrives, at the latest when ctx ends.
		a.take(<-a.arrived)
	}
}

func (a *attempts) take(d document) {
	a.missing--
	a.found = append(a.found, d)
	a.queue = append(a.queue, d.usable...)
	if d.Detail != "" {
		a.dialer.log("debug", d.Address+": "+d.Detail)
	}
}

// try opens the next address. One that hangs gets only its share of the time.
func (a *attempts) try(ctx context.Context) net.Conn {
	u := a.queue[0]
	a.queue = a.queue[1:]
	a.seen[canonical(u)] = true

	others := len(a.queue)
	if a.missing > 0 {
		others++
	}
	a.dialer.log("info", "opening "+bare(u))
	s, f := tryAddress(ctx, u, others)
	if s != nil {
		remember := func(address *url.URL) { a.dialer.setElsewhere(a.key, address) }
		return newConn(s, u, a.dialer.log, remember)
	}
	reason := reasonConnectFailed
	if f.Result == NoSubprotocol {
		reason = reasonProtocol
	}
	if a.reason == "" {
		a.reason = reason
	} else if a.reason != reason {
		a.reason = reasonConnectFailed
	}
	tried := bare(u) + ": " + f.Detail
	a.dialer.log("warning", tried)
	a.tried = append(a.tried, tried)
	return nil
}

// tryAddress opens one WebSocket, in its share of the time if others wait.
func tryAddress(ctx context.Context, u *url.URL, others int) (*socket, Finding) {
	cancel := context.CancelFunc(func() {})
	if end, ok := ctx.Deadline(); !ok {
		ctx, cancel = context.WithTimeout(ctx, attemptTime)
	} else if others > 0 {
		ctx, cancel = context.WithTimeout(ctx, time.Until(end)/time.Duration(others+1))
	}
	defer cancel()

	f := Finding{Address: u.String(), Result: Opens}
	s, err := openSocket(ctx, f.Address)
	if err == nil {
		return s, f
	}
	f.Result, f.Detail = Fails, err.Error()
	var withURL *url.Error
	switch {
	case errors.Is(err, errSubprotocol):
		f.Result = NoSubprotocol
	case ctx.Err() != nil:
		f.Result, f.Detail = Silent, "no answer in time"
	case errors.As(err, &withURL):
		f.Detail = withURL.Err.Error() // without the address, whose query may be secret
	}
	return nil, f
}

// failure returns the error for a Dial that found no address, or none that
// could be connected.
func (a *attempts) failure(ctx context.Context, host string) *Error {
	if len(a.tried) == 0 {
		return nothingFound(ctx, host, a.found)
	}
	text := "no WebSocket could be opened: " + strings.Join(a.tried, "; ")
	if err := contextError(ctx, kindTransport, text); err != nil {
		return err
	}
	return &Error{kindTransport, a.reason, text, nil}
}

// takeElsewhere returns where a server wanted to be reached, once.
func (d *Dialer) takeElsewhere(key string) *url.URL {
	d.mu.Lock()
	defer d.mu.Unlock()
	u := d.elsewhere[key]
	delete(d.elsewhere, key)
	return u
}

func (d *Dialer) setElsewhere(key string, u *url.URL) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.elsewhere == nil {
		d.elsewhere = make(map[string]*url.URL)
	}
	d.elsewhere[key] = u
}

func (d *Dialer) log(level, message string) {
	if d.Log != nil {
		d.Log(level, message)
	}
}

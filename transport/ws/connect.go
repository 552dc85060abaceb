package ws

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"time"

	"github.com/xmppreg/xmppreg/transport"
)

// attemptTime is how long one address is tried when the context has no
// deadline.
const attemptTime = 30 * time.Second

// sources are where the address of a domain's WebSocket comes from.
type sources struct {
	key       string     // the domain's name among others
	addresses []*url.URL // known ones
	files     []string   // the addresses of host-meta files to read
}

func (d *Dialer) sources(domain string) (sources, error) {
	if d.URL != "" {
		u, err := parseAddress(d.URL)
		if err != nil {
			return sources{}, &transport.Error{Fault: transport.UnsafeURL, Text: "the WebSocket's address can't be used: " + err.Error(), Err: err}
		}
		return sources{key: strings.ToLower(domain), addresses: []*url.URL{u}}, nil
	}
	host, err := asciiDomain(domain)
	if err != nil {
		return sources{}, err
	}
	return sources{key: host, files: hostMetaFiles(host)}, nil
}

// connect opens the first WebSocket that can be opened.
func (d *Dialer) connect(ctx context.Context, from sources) (*socket, *url.URL, error) {
	if err := interrupted(ctx, false, "nothing was tried"); err != nil {
		return nil, nil, err
	}
	candidates := from.addresses
	if u := d.takeMoved(from.key); u != nil {
		candidates = append([]*url.URL{u}, candidates...)
	}
	reading, cancel := context.WithCancel(ctx)
	defer cancel() // ends the reading of files that are not needed any more
	for _, file := range from.files {
		d.log("debug", "reading "+file)
	}
	a := &attempts{
		dialer:     d,
		candidates: candidates,
		missing:    len(from.files),
		arrived:    lookUp(reading, from.files),
		seen:       make(map[string]bool),
	}
	for a.fill() {
		if socket, address := a.try(ctx); socket != nil {
			return socket, address, nil
		}
		if ctx.Err() != nil {
			break
		}
	}
	return nil, nil, a.failure(ctx, from.key)
}

// attempts is the state of one connect.
type attempts struct {
	dialer     *Dialer
	candidates []*url.URL      // addresses that are still to be tried
	seen       map[string]bool // addresses that were tried
	missing    int             // how many files have not arrived
	arrived    <-chan document
	found      []document
	tried      []string        // what was tried, and what came of it
	fault      transport.Fault // of the failures so far
}

// fill takes the files that have arrived, and waits for more if there is no
// address left to try. It tells whether there is one.
func (a *attempts) fill() bool {
	for {
		for len(a.candidates) > 0 && a.seen[canonical(a.candidates[0])] {
			a.candidates = a.candidates[1:]
		}
		if a.missing == 0 {
			return len(a.candidates) > 0
		}
		if len(a.candidates) > 0 {
			select {
			case d := <-a.arrived:
				a.take(d)
			default:
				return true
			}
			continue
		}
		// Every file arrives, at the latest when the context ends.
		a.take(<-a.arrived)
	}
}

func (a *attempts) take(d document) {
	a.missing--
	a.found = append(a.found, d)
	a.candidates = append(a.candidates, d.usable...)
	if d.Detail != "" {
		a.dialer.log("debug", d.Address+": "+d.Detail)
	}
}

// try opens the next address. One that hangs gets only its share of the time.
func (a *attempts) try(ctx context.Context) (*socket, *url.URL) {
	u := a.candidates[0]
	a.candidates = a.candidates[1:]
	a.seen[canonical(u)] = true

	others := len(a.candidates)
	if a.missing > 0 {
		others++
	}
	a.dialer.log("info", "opening "+withoutQuery(u))
	s, f := tryAddress(ctx, u, others)
	if s != nil {
		return s, u
	}
	fault := transport.ConnectFailed
	if f.Result == NoSubprotocol {
		fault = transport.Protocol
	}
	if a.fault == "" {
		a.fault = fault
	} else if a.fault != fault {
		a.fault = transport.ConnectFailed
	}
	tried := withoutQuery(u) + ": " + f.Detail
	a.dialer.log("warning", tried)
	a.tried = append(a.tried, tried)
	return nil, nil
}

// failure returns the error of a connect that found no address, or could open no address
// that it found.
func (a *attempts) failure(ctx context.Context, host string) error {
	if len(a.tried) == 0 {
		return nothingFound(ctx, host, a.found)
	}
	text := "no WebSocket could be opened: " + strings.Join(a.tried, "; ")
	if err := interrupted(ctx, false, text); err != nil {
		return err
	}
	return &transport.Error{Fault: a.fault, Text: text}
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

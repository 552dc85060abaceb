//go:build js

package jsapi

import (
	"context"
	"errors"

	"github.com/hack-pad/safejs"

	"github.com/xmppreg/xmppreg/transport/link"
)

// clients are the connections of clients of the page's that a manager may work over. They
// need no lock: js/wasm has one thread, and nothing that uses them waits in between.
type clients struct {
	links   map[int]*link.Link // by the page's numbers
	stanzas map[int]chan error // that the page is sending: what comes of each
	last    int                // number of a stanza
}

// clientLink is a link over the connection of a client of the page's. When the manager is
// done with it, the page is told, which then forgets it too.
type clientLink struct {
	*link.Link
	m      *manager
	number int // the page's
}

// Close detaches from the client.
func (l *clientLink) Close(ctx context.Context) error {
	delete(l.m.clients.links, l.number)
	_, _ = l.m.emit.Invoke("detached", l.number)
	return l.Link.Close(ctx)
}

// attach works over the client's own connection that the page knows by a number.
func (m *manager) attach(ctx context.Context, options safejs.Value) (any, error) {
	o := reader{value: options}
	jid, number := o.string("jid"), int(o.float("link"))
	if o.err != nil {
		return nil, o.err
	}
	l := link.New(func(ctx context.Context, stanza string) error { return m.send(ctx, number, stanza) })
	m.clients.links[number] = l
	return nothing(m.ibr.Attach(ctx, jid, &clientLink{l, m, number}))
}

// send has the page's client send a stanza, and waits until it has, or has failed to.
func (m *manager) send(ctx context.Context, link int, stanza string) error {
	m.clients.last++
	number, sent := m.clients.last, make(chan error, 1)
	m.clients.stanzas[number] = sent
	defer delete(m.clients.stanzas, number)
	_, _ = m.emit.Invoke("stanza", toJS(object{{"link", link}, {"number", number}, {"stanza", stanza}}))
	select {
	case err := <-sent:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// sent tells what has come of a stanza that the page's client was to send: "", or what
// was wrong.
func (m *manager) sent(args []safejs.Value) {
	number, _ := argument(args, 0).Int()
	sent := m.clients.stanzas[number]
	if sent == nil {
		return
	}
	delete(m.clients.stanzas, number)
	var err error
	if problem, _ := asString(argument(args, 1)); problem != "" {
		err = errors.New(problem)
	}
	sent <- err
}

// receive takes a stanza that the page's client has received.
func (m *manager) receive(args []safejs.Value) {
	stanza, err := asString(argument(args, 1))
	if l := m.link(args); l != nil && err == nil {
		l.Deliver(stanza)
	}
}

// ended tells that the client's connection is lost.
func (m *manager) ended(args []safejs.Value) {
	if l := m.link(args); l != nil {
		l.End()
	}
}

// link returns the link whose number is the first argument, nil for one that is over.
func (m *manager) link(args []safejs.Value) *link.Link {
	number, _ := argument(args, 0).Int()
	return m.clients.links[number]
}

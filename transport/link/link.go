// Package link is a transport over a connection that a client has already: a stream
// (RFC 6120) that is open, logged in and in use for other things. Whoever has the client
// hands over what it receives, and sends what is to be sent.
package link

import (
	"context"
	"errors"
	"net"
	"strings"
	"sync"

	"github.com/xmppreg/xmppreg/internal/queue"
	"github.com/xmppreg/xmppreg/internal/xmltree"
	"github.com/xmppreg/xmppreg/transport"
)

// maxQueued bounds what waits to be received, in bytes. No form comes near it.
const maxQueued = 4 * xmltree.MaxBytes

// A Link carries requests over a client's own connection. It takes the answers to what was
// sent over it, and leaves all else to the client: that answers the server's requests, keeps
// the connection alive and resumes it (XEP-0198), and ends the stream.
//
// The connection must be encrypted, as new passwords travel over it.
type Link struct {
	send     func(ctx context.Context, stanza string) error
	received *queue.Queue[*transport.Element]

	mu    sync.Mutex
	asked map[string]chan struct{} // by the ids of what was sent, until Forget: holds one when something came for it
	over  error                    // why nothing can be sent any more, nil while it can
	ended chan struct{}            // closed then
}

var (
	_ transport.Transport = (*Link)(nil)
	_ transport.Forgetter = (*Link)(nil)
)

// New returns a link that sends by a function: one stanza at a time, in the namespace
// jabber:client, which it declares. send returns when the client has taken the stanza, and
// its error means that the client will not send it. It may be called from several goroutines.
func New(send func(ctx context.Context, stanza string) error) *Link {
	return &Link{
		send:     send,
		received: queue.New[*transport.Element](maxQueued),
		asked:    map[string]chan struct{}{},
		ended:    make(chan struct{}),
	}
}

// Deliver hands over a stanza that the client has received: every one, or every <iq/>.
// What is no answer to something that was sent over the link, or can't be parsed, is
// dropped. It does not wait.
func (l *Link) Deliver(stanza string) {
	if !l.mayConcern(stanza) {
		return
	}
	e, err := xmltree.ParseStanza([]byte(stanza))
	if err != nil || !e.Is(xmltree.NSClient, "iq") || e.Get("type") == "get" || e.Get("type") == "set" {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	came := l.asked[e.Get("id")]
	if came == nil || !l.received.Put(e, len(stanza)) {
		return
	}
	select {
	case came <- struct{}{}:
	default:
	}
}

// mayConcern tells whether a stanza may be an answer: it has an id that was sent, of
// letters and digits, which nobody writes in another way. That spares the parsing of nearly
// all that a client receives.
func (l *Link) mayConcern(stanza string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	for id := range l.asked {
		if strings.Contains(stanza, id) {
			return true
		}
	}
	return false
}

// End tells that the client has lost the connection, or has ended it: what was asked gets no
// answer any more. A connection that the client resumes (XEP-0198) is not lost.
func (l *Link) End() {
	l.end(&transport.Error{Fault: transport.Lost, Text: "the client has lost its connection, or ended it", Err: net.ErrClosed})
}

func (l *Link) end(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.over == nil {
		l.over = err
		l.received.End(err)
		close(l.ended)
	}
}

// Send has the client send an element. Its error is an [*transport.Error] of the fault
// Lost when the client does not.
func (l *Link) Send(ctx context.Context, e *transport.Element) (sent bool, err error) {
	if ctx.Err() != nil {
		return false, ctx.Err()
	}
	id := e.Get("id")
	came, err := l.ask(id)
	if err != nil {
		return false, err
	}
	taken := make(chan error, 1)
	go func() { taken <- l.send(ctx, e.String()) }()
	select {
	case err := <-taken:
		if err == nil {
			return true, nil
		}
		if ctx.Err() != nil {
			return true, ctx.Err()
		}
		l.Forget(id)
		return false, &transport.Error{Fault: transport.Lost, Text: "the client did not send the request: " + err.Error(), Err: err}
	case <-came: // some clients say so only when the server has confirmed it
		return true, nil
	case <-l.ended:
		return true, l.over
	case <-ctx.Done():
		return true, ctx.Err()
	}
}

// ask notes that an element of that id is sent.
func (l *Link) ask(id string) (came <-chan struct{}, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.over != nil {
		return nil, l.over
	}
	l.asked[id] = make(chan struct{}, 1)
	return l.asked[id], nil
}

// Forget lets go of an id: what comes for it from now on is dropped. It is not the first answer
// that does so, because that may be somebody's who was not asked.
func (l *Link) Forget(id string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.asked, id)
}

// Receive returns the next answer.
func (l *Link) Receive(ctx context.Context) (*transport.Element, error) {
	return l.received.Take(ctx)
}

// Restart fails: the stream is the client's.
func (l *Link) Restart(context.Context) error {
	return errors.New("link: the stream is the client's, which alone can restart it")
}

// Close detaches from the client, whose stream stays as it is.
func (l *Link) Close(context.Context) error {
	l.end(&transport.Error{Fault: transport.Lost, Text: "the link was closed here", Err: net.ErrClosed})
	l.received.Discard()
	return nil
}

// Secure tells that a password may travel: the client's own did.
func (l *Link) Secure() bool { return true }

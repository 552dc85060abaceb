package scripted

import (
	"context"
	"net"
	"sync"
	"sync/atomic"

	"github.com/xmppreg/xmppreg/internal/xmltree"
	"github.com/xmppreg/xmppreg/transport"
)

// conn is the client's side of a connection.
type conn struct {
	t         T
	secure    bool
	opened    chan struct{}      // closed when the stream is open
	sent      chan *message      // from the client; without a buffer, so that sending waits for the script
	left      chan struct{}      // closed when the client has closed the connection
	ended     chan struct{}      // closed when the script sends nothing more
	ready     chan struct{}      // holds one when there is something new to receive
	receiving atomic.Bool        // while somebody does
	leave     func()             // closes left, once
	mu        sync.Mutex         // guards what follows
	queue     []*xmltree.Element // to be received
	endErr    error              // what comes after that; nil if nothing has ended
}

// message is what a client sends.
type message struct {
	element *xmltree.Element // nil where the stream is opened anew
}

func newConn(t T, secure bool) *conn {
	c := &conn{
		t:      t,
		secure: secure,
		opened: make(chan struct{}),
		sent:   make(chan *message),
		left:   make(chan struct{}),
		ended:  make(chan struct{}),
		ready:  make(chan struct{}, 1),
	}
	c.leave = sync.OnceFunc(func() { close(c.left) })
	return c
}

// Send hands an element to the script when that is ready to take it. As over a
// real connection the server may have got what was on its way when the context
// or the connection ended.
func (c *conn) Send(ctx context.Context, e *xmltree.Element) (sent bool, err error) {
	received, err := xmltree.Parse([]byte(e.String()))
	if err != nil {
		c.t.Errorf("the client sends what is no XML: %v: %s", err, e)
		return false, err
	}
	return c.hand(ctx, &message{received})
}

// Restart opens the stream anew.
func (c *conn) Restart(ctx context.Context) error {
	_, err := c.hand(ctx, &message{})
	return err
}

func (c *conn) hand(ctx context.Context, m *message) (sent bool, err error) {
	if err := c.over(ctx); err != nil {
		return false, err
	}
	select {
	case c.sent <- m:
		return true, nil
	case <-c.left:
		return true, closed()
	case <-c.ended:
		return true, lost()
	case <-ctx.Done():
		return true, interrupted(ctx)
	}
}

// over returns why nothing can be sent any more, nil if it can.
func (c *conn) over(ctx context.Context) error {
	select {
	case <-c.left:
		return closed()
	case <-c.ended:
		return lost()
	case <-ctx.Done():
		return interrupted(ctx)
	default:
		return nil
	}
}

// Receive returns what the script has sent, and then how the connection ended.
func (c *conn) Receive(ctx context.Context) (*xmltree.Element, error) {
	if !c.receiving.CompareAndSwap(false, true) {
		c.t.Error("two goroutines receive at the same time")
	}
	defer c.receiving.Store(false)
	for {
		select {
		case <-c.left:
			return nil, closed()
		case <-ctx.Done():
			return nil, interrupted(ctx)
		default:
		}
		if e, end := c.pop(); e != nil || end != nil {
			return e, end
		}
		select {
		case <-c.ready:
		case <-c.left:
		case <-ctx.Done():
		}
	}
}

// Close ends the client's side, and waits for the end of the script's.
func (c *conn) Close(ctx context.Context) error {
	c.leave()
	select {
	case <-c.ended:
		return nil
	case <-ctx.Done():
		return interrupted(ctx)
	}
}

// Secure tells whether a password may travel.
func (c *conn) Secure() bool { return c.secure }

// push gives Receive an element, and tells whether that is still possible.
func (c *conn) push(e *xmltree.Element) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.endErr != nil {
		return false
	}
	c.queue = append(c.queue, e)
	c.wake()
	return true
}

// pop returns the next element, or how the connection ended, or neither.
func (c *conn) pop() (*xmltree.Element, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.queue) == 0 {
		return nil, c.endErr
	}
	e := c.queue[0]
	c.queue = c.queue[1:]
	return e, nil
}

// endWith ends the connection from the script's side. What came first counts.
func (c *conn) endWith(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.endErr != nil {
		return
	}
	c.endErr = err
	close(c.ended)
	c.wake()
}

func (c *conn) end() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.endErr
}

func (c *conn) wake() {
	select {
	case c.ready <- struct{}{}:
	default:
	}
}

// closed is the error of what is done after the client has closed the connection.
func closed() error {
	return &transport.Error{Fault: transport.Lost, Text: "the connection was closed here", Err: net.ErrClosed}
}

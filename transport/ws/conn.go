package ws

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/url"
	"os"
	"sync"
	"time"
)

// goodbye is how long Close waits for the server's <close/>, and the longest
// that a last message may take to be sent.
const goodbye = time.Second

// Conn is an RFC 6120 stream over a WebSocket (RFC 7395). It implements
// [net.Conn], and all its methods may be called from several goroutines at the
// same time.
//
// Errors are of type [*Error], except [io.EOF] after the server's
// </stream:stream>, [net.ErrClosed] after Close, and [os.ErrDeadlineExceeded].
//
// Read, Write and Close wait. In a browser they must not be called directly in
// a js.Func, which stops the event loop that they wait for: use a goroutine.
type Conn struct {
	log      func(level, message string)
	remember func(address *url.URL) // for see-other-uri in the middle of a stream

	readDeadline  *deadline
	writeDeadline *deadline

	life      context.Context // ends with Close
	endLife   context.CancelFunc
	closeOnce sync.Once
	ended     chan struct{} // closed when nothing more comes from the server

	// writing is held (by filling it) while a message is sent or another
	// WebSocket is opened in this one's place. It is a channel because those
	// who wait for it have deadlines. It guards gather.
	writing chan struct{}
	gather  gatherer

	// Used by run alone.
	held  []byte          // the stream header, until it is certain that the stream stays here
	opens int             // how many <open/> were received
	used  map[string]bool // addresses used, for see-other-uri

	mu        sync.Mutex // guards what follows
	sock      *socket
	address   *url.URL
	openSent  []byte // the last <open/> that was sent
	opensSent int
	begun     bool // something other than <open/> was sent or passed up
	closeSent bool
	failed    bool   // a stream error was received
	farewell  []byte // a stream error to send before <close/>

	in      [][]byte // what Read returns next
	unread  int      // the length of that, in bytes
	inErr   error    // what Read returns after that
	changed chan struct{}
}

var _ net.Conn = (*Conn)(nil)

func newConn(s *socket, address *url.URL, log func(level, message string), remember func(*url.URL)) *Conn {
	c := &Conn{
		log:           log,
		remember:      remember,
		readDeadline:  newDeadline(),
		writeDeadline: newDeadline(),
		ended:         make(chan struct{}),
		writing:       make(chan struct{}, 1),
		used:          map[string]bool{canonical(address): true},
		sock:          s,
		address:       address,
		changed:       make(chan struct{}),
	}
	c.life, c.endLife = context.WithCancel(context.Background())
	go c.run()
	return c
}

// Read reads the stream that the server sends. It never returns parts of two
// messages at once, so that a decoder that is replaced at a stream restart
// loses nothing.
func (c *Conn) Read(p []byte) (int, error) {
	for {
		deadline := c.readDeadline.wait()
		select {
		case <-c.life.Done():
			return 0, net.ErrClosed
		case <-deadline:
			return 0, os.ErrDeadlineExceeded
		default:
		}

		c.mu.Lock()
		if len(c.in) > 0 {
			n := copy(p, c.in[0])
			c.unread -= n
			if c.in[0] = c.in[0][n:]; len(c.in[0]) == 0 {
				c.in[0] = nil
				c.in = c.in[1:]
			}
			c.mu.Unlock()
			return n, nil
		}
		err, changed := c.inErr, c.changed
		c.mu.Unlock()
		if err != nil {
			return 0, err
		}

		select {
		case <-changed:
		case <-c.life.Done():
			return 0, net.ErrClosed
		case <-deadline:
			return 0, os.ErrDeadlineExceeded
		}
	}
}

// Write writes to the stream. What is written is kept until an element is
// complete and then sent as one message. When a deadline ends the sending of a
// message natively, the connection is lost.
func (c *Conn) Write(p []byte) (int, error) {
	deadline := c.writeDeadline.wait()
	select {
	case <-c.life.Done():
		return 0, net.ErrClosed
	case <-deadline:
		return 0, os.ErrDeadlineExceeded
	default:
	}
	select {
	case c.writing <- struct{}{}:
		defer func() { <-c.writing }()
	case <-c.life.Done():
		return 0, net.ErrClosed
	case <-deadline:
		return 0, os.ErrDeadlineExceeded
	}

	units, wrong := c.gather.push(p)
	if len(units) > 0 {
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		sent := make(chan struct{})
		defer close(sent)
		go func() {
			select {
			case <-deadline:
				cancel()
			case <-sent:
			}
		}()
		for _, u := range units {
			if err := c.send(ctx, u); err != nil {
				if ctx.Err() != nil {
					return 0, os.ErrDeadlineExceeded
				}
				return 0, err
			}
		}
	}
	if wrong != nil {
		return 0, &Error{kindTransport, reasonProtocol, "what is to be sent is not an XMPP stream: it has " + wrong.Error(), wrong}
	}
	return len(p), nil
}

// send sends one message. The caller holds writing.
func (c *Conn) send(ctx context.Context, u unit) error {
	c.mu.Lock()
	sock := c.sock
	if c.closeSent || c.inErr != nil {
		c.mu.Unlock()
		if u.kind == unitClose {
			return nil
		}
		return &Error{kindTransport, reasonStream, "the stream is closed", net.ErrClosed}
	}
	if u.kind == unitClose && c.failed {
		c.mu.Unlock()
		return nil // left to sendLast, which waits
	}
	switch u.kind {
	case unitOpen:
		c.openSent = u.data
		c.opensSent++
	case unitElement:
		c.begun = true
	case unitClose:
		c.begun = true
		c.closeSent = true
	}
	c.mu.Unlock()
	if err := sock.write(ctx, u.data); err != nil {
		return &Error{kindTransport, reasonStream, "the connection is lost: " + endOf(err), err}
	}
	return nil
}

// Close closes the stream and the WebSocket: it sends <close/> if a stream is
// open, waits for the server's for at most a second, and is done after less
// than two seconds in any case. It always returns nil. Calls after the first
// only wait for the first.
//
// In a browser it must not be called directly in a js.Func: use a goroutine.
func (c *Conn) Close() error {
	c.closeOnce.Do(func() {
		c.endLife()
		ctx, cancel := context.WithTimeout(context.Background(), goodbye)
		defer cancel()
		if c.sendLast(ctx) {
			select {
			case <-c.ended:
			case <-ctx.Done():
			}
		}
		c.mu.Lock()
		sock := c.sock
		c.mu.Unlock()
		sock.close()
	})
	return nil
}

// sendLast sends <close/> if a stream is open and that was not done before, and
// before it the stream error if there was one. It tells whether a stream was
// open.
//
// After a stream error the server closes the connection too (RFC 6120 section
// 4.9.1.1). Prosody does without the WebSocket's closing handshake, and what is
// sent after that Firefox reports as an interrupted connection, whatever it has
// received: so the server has the first go.
func (c *Conn) sendLast(ctx context.Context) bool {
	c.mu.Lock()
	failed, ended := c.failed, c.sock.ended
	c.mu.Unlock()
	if failed && closedWithin(ended, closeGrace) {
		return false
	}
	select {
	case c.writing <- struct{}{}:
		defer func() { <-c.writing }()
	case <-ctx.Done():
		return false
	}
	c.mu.Lock()
	sock, open, sent, farewell := c.sock, c.opensSent > 0, c.closeSent, c.farewell
	c.closeSent = true
	c.mu.Unlock()
	if !open || sent {
		return open
	}
	if farewell != nil && sock.write(ctx, farewell) != nil {
		return false
	}
	return sock.write(ctx, []byte(closeElement)) == nil
}

// LocalAddr returns an address that says nothing: a browser does not tell.
func (c *Conn) LocalAddr() net.Addr { return addr("websocket") }

// RemoteAddr returns the WebSocket's address, a wss: or ws: URL, which changes
// when the server sends the client elsewhere. It may hold a query, so it is not
// for logs.
func (c *Conn) RemoteAddr() net.Addr {
	c.mu.Lock()
	defer c.mu.Unlock()
	return addr(c.address.String())
}

// Secure tells whether a password may travel over the connection: over TLS, or
// to this very machine.
func (c *Conn) Secure() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.address.Scheme == "wss" || isLoopback(c.address.Hostname())
}

// SetDeadline sets both deadlines; the zero time lifts them.
func (c *Conn) SetDeadline(t time.Time) error {
	c.readDeadline.set(t)
	c.writeDeadline.set(t)
	return nil
}

// SetReadDeadline sets the time after which Read fails. A Read that waits is
// woken by a time in the past even if the deadline is lifted right after.
func (c *Conn) SetReadDeadline(t time.Time) error {
	c.readDeadline.set(t)
	return nil
}

// SetWriteDeadline sets the time after which Write fails.
func (c *Conn) SetWriteDeadline(t time.Time) error {
	c.writeDeadline.set(t)
	return nil
}

// addr is the address of a WebSocket.
type addr string

func (addr) Network() string  { return "websocket" }
func (a addr) String() string { return string(a) }

// deliver gives Read something to return.
func (c *Conn) deliver(p []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.in = append(c.in, p)
	c.unread += len(p)
	c.begun = true
	close(c.changed)
	c.changed = make(chan struct{})
}

// finish gives Read its error, after all that was delivered.
func (c *Conn) finish(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.inErr = err
	close(c.changed)
	c.changed = make(chan struct{})
	close(c.ended)
}

// release delivers the stream header that was held back.
func (c *Conn) release() {
	if c.held != nil {
		c.deliver(c.held)
		c.held = nil
	}
}

// run takes what the WebSocket receives until the stream has ended.
func (c *Conn) run() {
	for {
		c.mu.Lock()
		sock := c.sock
		c.mu.Unlock()
		m, err := sock.next()
		if err != nil {
			c.lost(err)
			sock.close()
			return
		}
		if !c.receive(m) {
			sock.close()
			return
		}
	}
}

// receive handles one message and tells whether the stream goes on.
func (c *Conn) receive(m message) bool {
	if m.wrong != nil {
		return c.violated(m.wrong)
	}
	data := bytes.Trim(m.data, " \t\r\n")
	if len(data) == 0 {
		return true
	}
	top, v := parseMessage(data)
	switch {
	case v != nil:
		return c.violated(v)
	case top.is(nsFraming, "open"):
		return c.opened(top)
	case top.is(nsFraming, "close"):
		return c.closed(top)
	case top.name.Space == nsFraming:
		return c.violated(&violation{badFormat, "it is no framing element that is known"})
	case c.opens == 0 && !top.is(nsStreams, "error"):
		return c.violated(&violation{badFormat, "it came before <open/>"})
	}
	c.mu.Lock()
	full := c.unread+len(data) > maxQueued
	c.failed = c.failed || !full && top.is(nsStreams, "error")
	c.mu.Unlock()
	if full {
		return c.violated(isTooMuch)
	}
	c.release()
	c.deliver(data)
	return true
}

// opened handles <open/>. The first one is held back until the next message,
// which may send the client elsewhere (RFC 7395 section 3.6.1).
func (c *Conn) opened(top element) bool {
	c.mu.Lock()
	begun, expected := c.begun, max(c.opensSent, 1)
	c.mu.Unlock()
	if c.opens >= expected {
		return c.violated(&violation{badFormat, "it opens the stream once more"})
	}
	c.opens++
	c.release()
	if c.opens == 1 && !begun {
		c.held = streamHeader(top.attr)
	} else {
		c.deliver(streamHeader(top.attr))
	}
	return true
}

// closed handles <close/>.
func (c *Conn) closed(top element) bool {
	if other := attr(top.attr, "", "see-other-uri"); other != "" {
		return c.seeOther(other)
	}
	c.release()
	switch {
	case c.opens > 0:
		c.deliver([]byte(streamEnd))
		c.finish(io.EOF)
	case c.hasBegun():
		// Only a stream error came before.
		c.finish(io.EOF)
	default:
		c.finish(&Error{kindTransport, reasonStream, "the server closed the stream instead of opening it", io.ErrUnexpectedEOF})
	}
	c.leave()
	return false
}

func (c *Conn) hasBegun() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.begun
}

// violated ends the stream after a message that is wrong.
func (c *Conn) violated(v *violation) bool {
	c.note("warning", "a message from the server is wrong: "+v.text)
	c.release()
	c.mu.Lock()
	c.farewell = errorElement(v.condition)
	c.mu.Unlock()
	c.finish(&Error{kindTransport, reasonProtocol, "the server broke the protocol: a message is wrong: " + v.text, nil})
	c.leave()
	return false
}

// lost ends the stream after the WebSocket has ended.
func (c *Conn) lost(err error) {
	c.mu.Lock()
	closeSent := c.closeSent
	c.mu.Unlock()
	c.release()
	if closeSent && c.opens > 0 {
		// Some servers answer <close/> by closing the WebSocket.
		c.deliver([]byte(streamEnd))
		c.finish(io.EOF)
		return
	}
	c.finish(&Error{kindTransport, reasonStream, "the connection was lost: " + endOf(err), io.ErrUnexpectedEOF})
}

// leave says goodbye in what little time there is for it.
func (c *Conn) leave() {
	ctx, cancel := context.WithTimeout(context.Background(), goodbye)
	defer cancel()
	c.sendLast(ctx)
}

func (c *Conn) note(level, message string) {
	if c.log != nil {
		c.log(level, message)
	}
}

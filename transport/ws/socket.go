package ws

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"time"

	"nhooyr.io/websocket"

	"github.com/xmppreg/xmppreg/internal/queue"
	"github.com/xmppreg/xmppreg/internal/xmltree"
)

// subprotocol is what RFC 7395 section 3.1 asks for.
const subprotocol = "xmpp"

// maxMessage is the longest message that is accepted, in bytes.
const maxMessage = xmltree.MaxBytes

// maxQueued bounds what a queue holds, in bytes. A server that sends more than that sends
// what nobody has asked for. A browser can't make a server wait, so the stream ends.
const maxQueued = 4 * maxMessage

// How long the closing of a WebSocket may take.
const (
	closeGrace  = 250 * time.Millisecond // for the server to close it by itself
	closeAnswer = 400 * time.Millisecond // for the server to answer when this side closes it
	closeAbort  = 200 * time.Millisecond // for the connection to end when it is cut off
)

var errSubprotocol = errors.New("the server does not speak the subprotocol xmpp")

// A pageSocket is what the library does not tell of a browser's WebSocket.
type pageSocket struct {
	closeNormally func()
	isOpen        func() bool
}

// dialOptions are set in another way on each platform.
type dialOptions = websocket.DialOptions

// socket is one WebSocket.
//
// A goroutine of its own does nothing but read it, into a queue that it never
// waits for. A browser reports a message and the close that follows it as two
// events. When both have come before the library is asked for the next message, it
// picks one at random, and the message may be lost.
type socket struct {
	conn     *websocket.Conn
	received *queue.Queue[message]
	ended    chan struct{} // closed when reading has ended

	closeNormally func()      // with the code 1000
	isOpen        func() bool // whether anything can still be sent: the peer may be closing it
	abort         context.CancelFunc
	once          sync.Once
	writing       sync.Mutex // held while a message is written
}

// handshake opens a WebSocket. In a browser ctx must not end before the WebSocket
// has, and the page's own WebSocket is given: see openSocket. Natively page is nil,
// and the library knows all.
func handshake(ctx context.Context, address string, opts *dialOptions, page *pageSocket) (*socket, error) {
	opts.Subprotocols = []string{subprotocol}
	conn, _, err := websocket.Dial(ctx, address, opts)
	if err != nil {
		return nil, err
	}
	// The limit is kept in receive. The library's own closes with the code 1009,
	// which a browser does not take from a page.
	conn.SetReadLimit(-1)
	s := &socket{
		conn:     conn,
		received: queue.New[message](maxQueued),
		ended:    make(chan struct{}),
	}
	if page != nil {
		s.closeNormally, s.isOpen = page.closeNormally, page.isOpen
	} else {
		// The error says only how the peer has closed.
		s.closeNormally = func() { _ = conn.Close(websocket.StatusNormalClosure, "") }
		s.isOpen = func() bool {
			select {
			case <-s.ended:
				return false
			default:
				return true
			}
		}
	}
	var readCtx context.Context
	readCtx, s.abort = readContext()
	go s.pump(readCtx)
	if conn.Subprotocol() == "" {
		s.close()
		return nil, errSubprotocol
	}
	return s, nil
}

// pump reads until the WebSocket ends. After the queue was full once, it keeps
// nothing more.
func (s *socket) pump(ctx context.Context) {
	defer s.letGo()
	defer close(s.ended)
	full := false
	for {
		m, err := s.receive(ctx)
		switch {
		case err != nil:
			s.received.End(err)
			return
		case full:
		case !s.received.Put(m, len(m.text)):
			full = true
			s.received.Put(message{problem: isTooMuch}, 0)
		}
	}
}

func (s *socket) receive(ctx context.Context) (message, error) {
	typ, r, err := s.conn.Reader(ctx)
	if err != nil {
		return message{}, err
	}
	text, err := io.ReadAll(io.LimitReader(r, maxMessage+1))
	if err != nil {
		return message{}, err
	}
	if len(text) > maxMessage {
		// Reading goes on, so that the end of the WebSocket is seen.
		if _, err := io.Copy(io.Discard, r); err != nil {
			return message{}, err
		}
		return message{problem: isTooLong}, nil
	}
	if typ != websocket.MessageText {
		return message{problem: isBinary}, nil
	}
	return message{text: text}, nil
}

// write sends one text message. Natively the WebSocket is lost when ctx ends
// before the message is out; a browser queues the message and returns at once.
func (s *socket) write(ctx context.Context, text string) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	return s.conn.Write(ctx, websocket.MessageText, []byte(text))
}

// close lets the WebSocket end, closes it with the code 1000 if the peer does not,
// and waits for its end, for less than a second. What is received from now on is dropped.
func (s *socket) close() {
	s.received.Discard()
	s.once.Do(func() {
		go func() {
			// A server closes by itself when the stream is closed. If both do it at
			// once, ejabberd sends two close frames, which a browser calls an error.
			if !closedWithin(s.ended, closeGrace) {
				s.closeNormally()
			}
		}()
	})
	if !closedWithin(s.ended, closeGrace+closeAnswer) {
		s.abort()
		closedWithin(s.ended, closeAbort)
	}
}

// closeReason says how a WebSocket ended, from the error that reading it ended
// with.
func closeReason(err error) string {
	var ce websocket.CloseError
	switch {
	case errors.As(err, &ce) && ce.Reason != "":
		return fmt.Sprintf("close code %d, %s", ce.Code, quote(ce.Reason))
	case errors.As(err, &ce):
		return fmt.Sprintf("close code %d", ce.Code)
	case errors.Is(err, net.ErrClosed):
		return "no close code known"
	default:
		return err.Error()
	}
}

// closedWithin waits for a channel to be closed and tells whether it was.
func closedWithin(c <-chan struct{}, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-c:
		return true
	case <-timer.C:
		return false
	}
}

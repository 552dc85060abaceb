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
)

// subprotocol is what RFC 7395 section 3.1 asks for.
const subprotocol = "xmpp"

// maxMessage is the longest message that is accepted, in bytes. Images of
// CAPTCHAs come inside of messages.
const maxMessage = 4 << 20

// maxQueued bounds what is received before it is read, in bytes: who sends more
// than that is not waiting for anything that was asked. Nothing waits for what
// was received to be read, as a browser can't make a server wait: the stream ends.
const maxQueued = 4 * maxMessage

// How long the closing of a WebSocket may take: for a server to do it, for one to
// answer that does not, and after that for the connection to be cut.
const (
	closeGrace  = 250 * time.Millisecond
	closeAnswer = 400 * time.Millisecond
	closeCut    = 200 * time.Millisecond
)

var errSubprotocol = errors.New("the server does not speak the subprotocol xmpp")

// dialOptions are what the platforms set differently.
type dialOptions = websocket.DialOptions

// message is what was received. Of a message that is too long, or that is too
// much, nothing is kept.
type message struct {
	data  []byte
	wrong *violation // nil if nothing is
}

var (
	isBinary  = &violation{badFormat, "it is binary"}
	isTooLong = &violation{policyViolation, "it is longer than 4 MiB"}
	isTooMuch = &violation{policyViolation, "with it, more than 16 MiB wait to be read"}
)

// socket is one WebSocket.
//
// A goroutine of its own does nothing but read it, into a queue that it never
// waits for. A browser reports a message and then the close that follows as two
// events, and a reader that is busy elsewhere when the second comes is free to
// see the close first and lose the message.
type socket struct {
	conn *websocket.Conn
	shut func() // closes with the code 1000

	mu    sync.Mutex
	queue []message
	size  int   // of the messages in the queue, in bytes
	err   error // why reading ended
	deaf  bool  // what is received is dropped

	more  chan struct{} // holds something when queue or err has changed
	ended chan struct{} // closed when reading has ended
	cut   context.CancelFunc
	once  sync.Once
}

// handshake opens a WebSocket. In a browser ctx must not end before the WebSocket
// has, and shut is what closes it there with the code 1000: see openSocket. Natively shut is
// nil, and the library closes it.
func handshake(ctx context.Context, address string, opts *dialOptions, shut func()) (*socket, error) {
	opts.Subprotocols = []string{subprotocol}
	conn, _, err := websocket.Dial(ctx, address, opts)
	if err != nil {
		return nil, err
	}
	// The limit is kept in pump. The library's own closes with the code 1009,
	// which a browser does not take from a page.
	conn.SetReadLimit(-1)
	s := &socket{
		conn:  conn,
		shut:  shut,
		more:  make(chan struct{}, 1),
		ended: make(chan struct{}),
	}
	if s.shut == nil {
		// The error says only how the peer has closed.
		s.shut = func() { _ = conn.Close(websocket.StatusNormalClosure, "") }
	}
	var readCtx context.Context
	readCtx, s.cut = readContext()
	go s.pump(readCtx)
	if conn.Subprotocol() == "" {
		s.close()
		return nil, errSubprotocol
	}
	return s, nil
}

// pump reads until the WebSocket ends.
func (s *socket) pump(ctx context.Context) {
	defer close(s.ended)
	for {
		m, err := s.receive(ctx)
		s.mu.Lock()
		if err != nil {
			s.err = err
		} else if !s.deaf {
			if s.size += len(m.data); s.size > maxQueued {
				m, s.deaf = message{wrong: isTooMuch}, true
			}
			s.queue = append(s.queue, m)
		}
		s.mu.Unlock()
		select {
		case s.more <- struct{}{}:
		default:
		}
		if err != nil {
			return
		}
	}
}

func (s *socket) receive(ctx context.Context) (message, error) {
	typ, r, err := s.conn.Reader(ctx)
	if err != nil {
		return message{}, err
	}
	data, err := io.ReadAll(io.LimitReader(r, maxMessage+1))
	if err != nil {
		return message{}, err
	}
	if len(data) > maxMessage {
		// Reading goes on, so that the end of the WebSocket is seen.
		if _, err := io.Copy(io.Discard, r); err != nil {
			return message{}, err
		}
		return message{wrong: isTooLong}, nil
	}
	if typ != websocket.MessageText {
		return message{wrong: isBinary}, nil
	}
	return message{data: data}, nil
}

// next returns the next message, or the error that ended the WebSocket once
// all messages have been returned. Only one goroutine may call it.
func (s *socket) next() (message, error) {
	for {
		s.mu.Lock()
		if len(s.queue) > 0 {
			m := s.queue[0]
			s.size -= len(m.data)
			s.queue[0] = message{}
			s.queue = s.queue[1:]
			s.mu.Unlock()
			return m, nil
		}
		err := s.err
		s.mu.Unlock()
		if err != nil {
			return message{}, err
		}
		<-s.more
	}
}

// write sends one text message. Natively the WebSocket is lost when ctx ends
// before the message is out; a browser queues the message and returns at once.
func (s *socket) write(ctx context.Context, msg []byte) error {
	return s.conn.Write(ctx, websocket.MessageText, msg)
}

// close lets the WebSocket end, closes it with the code 1000 if the peer does not,
// and waits for its end, for less than a second. What is received from now on is dropped.
func (s *socket) close() {
	s.mu.Lock()
	s.deaf = true
	s.mu.Unlock()
	s.once.Do(func() {
		go func() {
			// A server closes by itself when the stream is closed. If both do it at
			// once, ejabberd sends two close frames, which a browser calls an error.
			if !closedWithin(s.ended, closeGrace) {
				s.shut()
			}
		}()
	})
	if !closedWithin(s.ended, closeGrace+closeAnswer) {
		s.cut()
		closedWithin(s.ended, closeCut)
	}
}

// endOf says how a WebSocket ended, from the error that reading it ended with.
func endOf(err error) string {
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

package ws

import (
	"context"
	"io"
	"net/url"
	"sync"

	"github.com/xmppreg/xmppreg/internal/queue"
	"github.com/xmppreg/xmppreg/internal/xmltree"
	"github.com/xmppreg/xmppreg/transport"
)

// A state is how far the life of a stream has come:
//
//	opening → opened → running ⇄ restarting
//
// [stream.Close] leads from any of these to closing. What ends the stream leads
// from any to ended: the server's <close/>, a message that breaks the rules, or the
// end of the WebSocket.
type state int

const (
	opening    state = iota // the server's <open/> is awaited
	opened                  // what comes next may send the client to another address
	running                 // elements go both ways
	restarting              // the server's next <open/> is awaited
	closing                 // this side ends the stream: only the server's <close/> matters
	ended                   // nothing more comes from the server
)

// A stream is an XMPP stream over a WebSocket.
type stream struct {
	socket  *socket
	address *url.URL
	header  string                      // this side's <open/>
	log     func(level, message string) // not nil
	moved   func(to *url.URL)           // called when the server names another address for the next time

	sending  chan struct{} // holds a value while a message is sent: a lock that one can wait for with a context
	received *queue.Queue[*transport.Element]
	noMore   chan struct{} // closed in the state ended
	gone     chan struct{} // closed when Close is done
	once     sync.Once     // starts the closing

	mu        sync.Mutex
	state     state
	failed    bool                 // the server has sent a stream error
	problem   *xmltree.SyntaxError // the stream error to send before <close/>, nil if there is none
	closeSent bool
}

var _ transport.Transport = (*stream)(nil)

// newStream returns a stream over the WebSocket, which it owns from then on.
func newStream(s *socket, address *url.URL, header string, log func(level, message string), moved func(*url.URL)) *stream {
	st := &stream{
		socket:   s,
		address:  address,
		header:   header,
		log:      log,
		moved:    moved,
		sending:  make(chan struct{}, 1),
		received: queue.New[*transport.Element](maxQueued),
		noMore:   make(chan struct{}),
		gone:     make(chan struct{}),
	}
	go st.run()
	return st
}

// open sends <open/> and waits until the server has answered, and sent the
// element that follows. It fails with a [*redirection] if that one sends the client
// to another address.
func (s *stream) open(ctx context.Context) error {
	_, err := s.send(ctx, s.header, opening)
	if err == nil {
		err = s.received.Wait(ctx)
	}
	if err != nil {
		s.startClosing()
	}
	return err
}

// Receive returns the next element.
func (s *stream) Receive(ctx context.Context) (*transport.Element, error) {
	return s.received.Take(ctx)
}

// Secure tells whether the connection is encrypted or stays on this machine.
func (s *stream) Secure() bool {
	return s.address.Scheme == "wss" || isLoopback(s.address.Hostname())
}

// run handles what the WebSocket receives until the stream has ended.
func (s *stream) run() {
	for {
		m, err := s.socket.received.Take(context.Background())
		if err != nil {
			s.end(&transport.Error{Fault: transport.Lost, Text: "the connection was lost: " + closeReason(err), Err: io.ErrUnexpectedEOF})
			s.socket.close()
			return
		}
		if end := s.handle(m); end != nil {
			s.end(end)
			ctx, cancel := context.WithTimeout(context.Background(), closeTime)
			s.sendClose(ctx)
			cancel()
			s.socket.close()
			return
		}
	}
}

// handle handles one message. The error is the end of the stream.
func (s *stream) handle(m message) error {
	e, problem := m.element()
	switch {
	case problem != nil:
		return s.refuse(problem)
	case e == nil:
		return nil
	case e.Is(nsFraming, "close"):
		return s.handleClose(e)
	}
	s.mu.Lock()
	if s.state == closing {
		s.mu.Unlock()
		return nil
	}
	isError := e.Is(xmltree.NSStream, "error")
	waits := s.state == opening || s.state == restarting
	switch {
	case e.Is(nsFraming, "open") && !waits:
		problem = opensAgain
	case e.Is(nsFraming, "open") && s.state == opening:
		s.state = opened
	case e.Is(nsFraming, "open"):
		s.state = running
	case e.Name.Space == nsFraming:
		problem = isUnknownFrame
	case waits && !isError:
		problem = isBeforeOpen
	case !s.received.Put(e, len(m.text)):
		problem = isTooMuch
	default:
		s.failed = s.failed || isError
		s.state = running
	}
	s.mu.Unlock()
	if problem != nil {
		return s.refuse(problem)
	}
	return nil
}

// handleClose returns the error that the server's <close/> means.
func (s *stream) handleClose(e *transport.Element) error {
	s.mu.Lock()
	state := s.state
	s.mu.Unlock()
	uri := e.Get("see-other-uri")
	switch {
	case state <= opened && uri != "":
		return &redirection{uri}
	case state == opening:
		return &transport.Error{Fault: transport.Lost, Text: "the server closed the stream instead of opening it", Err: io.ErrUnexpectedEOF}
	case state == opened:
		return &transport.Error{Fault: transport.Lost, Text: "the server closed the stream right after opening it", Err: io.ErrUnexpectedEOF}
	case uri == "":
		return io.EOF
	}
	text := "the server closed the stream and names an address that can't be used, " + quote(uri)
	if to, err := redirectTarget(s.address, uri); err == nil {
		text = "the server closed the stream and wants to be reached at " + withoutQuery(to)
		s.moved(to)
	}
	return &transport.Error{Fault: transport.Lost, Text: text, Err: io.ErrUnexpectedEOF}
}

// refuse returns the end of the stream for a message that breaks the rules. The
// server is told.
func (s *stream) refuse(problem *xmltree.SyntaxError) error {
	text := "the server broke the protocol: a message " + problem.Text
	s.log("warning", text)
	s.mu.Lock()
	s.problem = problem
	s.mu.Unlock()
	return &transport.Error{Fault: transport.Protocol, Text: text, Err: problem}
}

// end makes Receive return err when all elements that have come were received.
func (s *stream) end(err error) {
	s.mu.Lock()
	s.state = ended
	s.mu.Unlock()
	s.received.End(err)
	close(s.noMore)
}

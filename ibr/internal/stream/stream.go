package stream

import (
	"context"
	"errors"
	"io"
	"sync"

	"github.com/xmppreg/xmppreg/ibr/internal/redact"
	"github.com/xmppreg/xmppreg/internal/jid"
	"github.com/xmppreg/xmppreg/internal/xmltree"
	"github.com/xmppreg/xmppreg/transport"
)

// A Direction is which way a stanza goes.
type Direction int

const (
	Sent Direction = iota
	Received
)

// Config is what a stream is opened with.
type Config struct {
	Dialer transport.Dialer // what opens it; a stream that is attached needs none
	Domain jid.JID
	Lang   string // the language that texts are asked for and chosen in (BCP 47); may be empty
	Login  *Login // nil for a guest

	// Offered is called with what the server offers before anybody has logged in, as soon as
	// that is known, by Open's own goroutine. It may be nil.
	Offered func(Features)

	// Observe is called with each stanza: redacted writes it for a log, without
	// its secrets. It may be called from several goroutines.
	Observe func(d Direction, redacted func() string)
}

// A Login has what is needed to log in.
type Login struct {
	Username string // the local part of the address, prepared (RFC 7622 section 3.3)
	Password string

	// MustProve says that the server must prove that it knows the password: it does not get
	// the password itself.
	MustProve bool
}

// A Stream is a stream that has been negotiated. Its methods may be called from
// several goroutines.
type Stream struct {
	config    Config
	transport transport.Transport
	features  Features
	address   jid.JID // the user's full address, the zero value for a guest
	isLent    bool    // the connection is a client's, who says when it is over
	secrets   redact.Secrets
	life      life
	done      chan struct{} // closed when nothing more comes from the server
	closing   sync.Once
	closed    chan struct{} // closed when the connection has ended, after closing

	mu      sync.Mutex
	pending map[string]*pendingRequest // by id; nil when nothing more comes
	idle    bool                       // nothing was pending then
}

// Open finds the server and opens a stream, logged in if the configuration has a
// login. Errors are an [*Error], a [*SASLError], a [*TasksError], a [*StanzaError]
// (no address was given), a [*ProtocolError], those of the [transport.Dialer],
// [ErrInsecure], [ErrServerClosed], or the cause of the context's end.
func Open(ctx context.Context, c Config) (*Stream, error) {
	t, err := c.Dialer.Dial(ctx, transport.Target{Domain: c.Domain.String(), Lang: c.Lang})
	if err != nil {
		return nil, err
	}
	s := newStream(c, t)
	if !t.Secure() {
		s.closeTransport()
		return nil, ErrInsecure
	}
	if err := s.negotiate(ctx); err != nil {
		s.closeTransport()
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		return nil, namedEnd(err)
	}
	s.begin()
	return s, nil
}

// Attach makes a stream of one that a client has opened, negotiated and logged in over as
// address. The transport brings nothing but answers to what is sent over it. That an answer
// does not come, or a request can't be sent, says nothing about the connection then. The only
// error is [ErrInsecure].
func Attach(c Config, t transport.Transport, address jid.JID) (*Stream, error) {
	s := newStream(c, t)
	if !t.Secure() {
		s.closeTransport()
		return nil, ErrInsecure
	}
	s.address, s.isLent = address, true
	s.begin()
	return s, nil
}

func newStream(c Config, t transport.Transport) *Stream {
	return &Stream{
		config:    c,
		transport: t,
		done:      make(chan struct{}),
		closed:    make(chan struct{}),
		pending:   map[string]*pendingRequest{},
	}
}

// begin lets requests be sent.
func (s *Stream) begin() {
	s.life.step(negotiated, nil)
	go s.read()
}

// Features returns what the server offers on the stream.
func (s *Stream) Features() Features { return s.features }

// Address returns the user's full address, the zero value for a guest.
func (s *Stream) Address() jid.JID { return s.address }

// IsGuest tells whether nobody is logged in.
func (s *Stream) IsGuest() bool { return s.address.Equal(jid.JID{}) }

// Usable tells whether requests may be sent: the stream has not ended, and this
// side has not given it up.
func (s *Stream) Usable() bool {
	now, _ := s.life.now()
	return now == open
}

// Done returns a channel that is closed when nothing more comes from the server.
func (s *Stream) Done() <-chan struct{} { return s.done }

// End returns why the stream has ended or was given up, nil while it is open, and
// whether no request was waiting for an answer when nothing more came.
func (s *Stream) End() (cause error, idle bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, cause = s.life.now()
	return cause, s.idle
}

// ClaimReport tells the caller whether to tell of the end of the stream. It is true once,
// for the first caller after the stream has ended or was given up.
func (s *Stream) ClaimReport() bool { return s.life.step(report, nil) }

// GiveUp ends the stream without waiting for it. What waits for an answer gets
// cause.
func (s *Stream) GiveUp(cause error) {
	s.life.step(givenUp, cause)
	s.closeTransport()
}

// GiveUpIfOwn is GiveUp for a stream that did not answer in time, as it would not answer the
// next request either. The connection of a client goes on: the client judges it.
func (s *Stream) GiveUpIfOwn(cause error) {
	if !s.isLent {
		s.GiveUp(cause)
	}
}

// Close ends the stream (RFC 6120 section 4.4) and waits until it has ended, or
// ctx has. What waits for an answer gets [ErrClosed].
func (s *Stream) Close(ctx context.Context) {
	s.GiveUp(ErrClosed)
	for _, end := range []<-chan struct{}{s.done, s.closed} {
		select {
		case <-end:
		case <-ctx.Done():
			return
		}
	}
}

// closeTransport closes the connection, once, behind the caller's back.
func (s *Stream) closeTransport() {
	s.closing.Do(func() {
		go func() {
			defer close(s.closed)
			_ = s.transport.Close(context.Background()) // there is nothing more to be done about it
		}()
	})
}

// read takes what the server sends until nothing more comes.
func (s *Stream) read() {
	cause := namedEnd(s.readStanzas())
	s.mu.Lock()
	s.idle = len(s.pending) == 0
	s.pending = nil
	s.life.step(over, cause) // together with pending, so that later requests fail with the cause
	s.mu.Unlock()
	close(s.done)
	s.closeTransport()
}

func (s *Stream) readStanzas() error {
	for {
		e, err := s.receive(context.Background())
		if err != nil {
			return err
		}
		s.config.Observe(Received, func() string { return s.secrets.Write(e) })
		if e.Is(xmltree.NSClient, "iq") {
			s.handleIQ(e)
		}
	}
}

// receive returns the next element. A stream error is returned as an [*Error].
func (s *Stream) receive(ctx context.Context) (*xmltree.Element, error) {
	e, err := s.transport.Receive(ctx)
	if err != nil {
		return nil, err
	}
	if e.Is(xmltree.NSStream, "error") {
		return nil, readStreamError(e, s.config.Lang)
	}
	return e, nil
}

// send sends a stanza. sent tells whether the server may have received it.
func (s *Stream) send(ctx context.Context, e xmltree.Element) (sent bool, err error) {
	s.secrets.AddFrom(&e)
	s.config.Observe(Sent, func() string { return s.secrets.Write(&e) })
	return s.transport.Send(ctx, &e)
}

// namedEnd names the end of a stream that came without an error.
func namedEnd(err error) error {
	if errors.Is(err, io.EOF) {
		return ErrServerClosed
	}
	return err
}

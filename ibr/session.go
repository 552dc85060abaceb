package ibr

import (
	"context"
	"crypto/rand"
	"encoding/xml"
	"errors"
	"io"
	"net"
	"sync"
	"time"

	"mellium.im/xmpp/jid"
)

// How long the server may take: to close its side, to do it by itself after a
// deletion, and to take an answer to something that it has asked.
const (
	closeTimeout  = 2 * time.Second
	deletionGrace = 250 * time.Millisecond
	replyTimeout  = 10 * time.Second
)

// A session is one stream with a server, from its features to its end. It sends
// requests and hands each answer to who asked.
type session struct {
	stream   *stream
	conn     net.Conn
	domain   jid.JID
	own      jid.JID // the user's full address, the zero value for a guest
	features features
	observe  func(LogLevel, *element, secrets) // sees each stanza

	tokenAccepted bool // used by the operation that has the turn

	// Guarded by the manager.
	told bool // somebody tells of its end, or has
	held bool // its end is not told yet

	mu      sync.Mutex
	pending map[string]*pending // by the id of the request; nil when the stream has ended
	sent    secrets             // what must not be logged if the server repeats it
	end     error               // why the stream ended
	idle    bool                // nothing was under way then
	done    chan struct{}       // closed when it has
}

// pending is a request that waits for its answer.
type pending struct {
	to     jid.JID      // who was asked
	answer chan element // holds one
}

// Why a session ends without the server's saying anything.
var (
	errStreamClosed = errors.New("ibr: the server closed the stream")
	errClosedHere   = errors.New("ibr: the stream was closed")
)

// openSession opens a stream over conn, which it owns from then on, and logs in
// if there are credentials.
func openSession(ctx context.Context, conn net.Conn, m *Manager, c *credentials) (*session, error) {
	s := &session{
		conn:    conn,
		domain:  m.domain,
		observe: m.observe,
		pending: map[string]*pending{},
		done:    make(chan struct{}),
	}
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	err := s.negotiate(ctx, m.config.Lang, c)
	if !stop() || err != nil {
		conn.Close()
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		return nil, streamEnd(err)
	}
	go s.serve()
	return s, nil
}

// negotiate opens the stream, and with credentials logs in and binds it to an
// address.
func (s *session) negotiate(ctx context.Context, lang string, c *credentials) (err error) {
	s.stream, s.features, err = openStream(s.conn, s.domain, lang)
	if err != nil || c == nil {
		return err
	}
	s.sent = s.sent.with(c.passwords[0]) // nobody reads yet
	err = s.stream.authenticate(ctx, s.features.mechanisms, c.account.Localpart(), c.passwords[0], lang)
	if err != nil {
		return err
	}
	if s.features, err = s.stream.start(s.domain, lang); err != nil {
		return err
	}
	s.own, err = s.stream.bind(ctx)
	return err
}

// streamEnd names the end of a stream that came without an error.
func streamEnd(err error) error {
	var syntax *xml.SyntaxError
	if errors.Is(err, io.EOF) || errors.As(err, &syntax) && syntax.Msg == "unexpected EOF" {
		return errStreamClosed
	}
	return err
}

// serve reads stanzas until the stream ends.
func (s *session) serve() {
	err := streamEnd(s.read())
	s.mu.Lock()
	s.idle = len(s.pending) == 0
	s.pending = nil
	if s.end == nil {
		s.end = err
	}
	close(s.done)
	s.mu.Unlock()
	s.stream.close() // answer the server's
	s.conn.Close()
}

func (s *session) read() error {
	for {
		e, err := s.stream.read()
		if err != nil {
			return err
		}
		s.log(LogReceived, e)
		if e.is(nsClient, "iq") {
			s.handleIQ(e)
		}
	}
}

// handleIQ gives an answer to who waits for it, and answers what the server
// asks: nothing is supported (RFC 6120 section 8.2.3 demands an answer).
func (s *session) handleIQ(iq *element) {
	switch iq.get("type") {
	case "get", "set":
		ctx, cancel := context.WithTimeout(context.Background(), replyTimeout)
		defer cancel()
		// A write that fails shows in reading too.
		_, _ = s.write(ctx, el(nsClient, "iq",
			el("", "error", el(nsStanzaErrors, "service-unavailable")).with("type", "cancel"),
		).with("type", "error").with("id", iq.get("id")).with("to", iq.get("from")))
		return
	}
	id := iq.get("id")
	s.mu.Lock()
	p := s.pending[id]
	if p != nil && s.mayAnswer(p.to, iq.get("from")) {
		delete(s.pending, id)
		p.answer <- *iq
	}
	s.mu.Unlock()
}

// isHome tells whether a request to that address is for the server itself, named
// or not.
func (s *session) isHome(to jid.JID) bool {
	return to.Equal(jid.JID{}) || to.Equal(s.domain)
}

// mayAnswer tells whether an answer from that address counts as one to a request
// (RFC 6120 section 8.1.2.1). For the server itself it may have no sender, the
// domain's, or the user's own address.
func (s *session) mayAnswer(to jid.JID, from string) bool {
	if from == "" {
		return s.isHome(to)
	}
	sender, err := jid.Parse(from)
	if err != nil {
		return false
	}
	if !s.isHome(to) {
		return sender.Equal(to)
	}
	return sender.Equal(s.domain) || !s.own.Equal(jid.JID{}) && (sender.Equal(s.own) || sender.Equal(s.own.Bare()))
}

// sendError says that a request did not go out, or went out without an answer.
type sendError struct {
	sent bool
	err  error
}

func (e *sendError) Error() string { return e.err.Error() }
func (e *sendError) Unwrap() error { return e.err }

// request sends an IQ of that type and waits for its answer. Every error is a
// *sendError.
func (s *session) request(ctx context.Context, typ string, to jid.JID, payload element) (*element, error) {
	if ctx.Err() != nil {
		return nil, &sendError{err: context.Cause(ctx)}
	}
	id := rand.Text()
	p := &pending{to: to, answer: make(chan element, 1)}
	s.mu.Lock()
	if s.pending == nil {
		err := s.end
		s.mu.Unlock()
		return nil, &sendError{err: err}
	}
	s.pending[id] = p
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		delete(s.pending, id)
		s.mu.Unlock()
	}()

	iq := el(nsClient, "iq", payload).with("type", typ).with("id", id).with("to", to.String())
	if sent, err := s.write(ctx, iq); err != nil {
		return nil, &sendError{sent: sent, err: s.cause(ctx, err)}
	}
	select {
	case answer := <-p.answer:
		return &answer, nil
	case <-s.done:
	case <-ctx.Done():
	}
	// The answer may have come in the same moment, and it is what counts.
	select {
	case answer := <-p.answer:
		return &answer, nil
	default:
		return nil, &sendError{sent: true, err: s.cause(ctx, errStreamClosed)}
	}
}

// cause returns why nothing more comes: the end of the stream, the end of the
// caller's patience, or err.
func (s *session) cause(ctx context.Context, err error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.end != nil:
		return s.end
	case ctx.Err() != nil:
		return context.Cause(ctx)
	}
	return err
}

// write sends a stanza. sent tells whether any of it may have gone out.
func (s *session) write(ctx context.Context, e element) (sent bool, err error) {
	s.mu.Lock()
	s.sent = s.sent.of(&e)
	s.mu.Unlock()
	s.log(LogSent, &e)
	return s.stream.write(ctx, &e)
}

// log tells of a stanza.
func (s *session) log(level LogLevel, e *element) {
	s.mu.Lock()
	sent := s.sent
	s.mu.Unlock()
	s.observe(level, e, sent)
}

// abandon gives up a stream that the server does not answer on.
func (s *session) abandon() {
	s.mu.Lock()
	if s.end == nil {
		s.end = errTimeout
	}
	s.mu.Unlock()
	go s.conn.Close() // it waits for the server a while
}

// isGuest tells whether nobody is logged in.
func (s *session) isGuest() bool { return s.own.Equal(jid.JID{}) }

// alive tells whether the stream is of use: it has not ended, and nobody has
// given it up.
func (s *session) alive() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.end == nil
}

// hasEnded tells whether nothing more comes.
func (s *session) hasEnded() bool {
	select {
	case <-s.done:
		return true
	default:
		return false
	}
}

// close ends the stream (RFC 6120 section 4.4) and waits for its end, a short
// while at most. What waits for an answer gets errClosedHere.
func (s *session) close() {
	s.mu.Lock()
	if s.end == nil {
		s.end = errClosedHere
	}
	s.mu.Unlock()
	s.stream.close()
	s.awaitEnd(closeTimeout)
	s.conn.Close()
	<-s.done
}

// awaitEnd waits until nothing more comes, for that long at most.
func (s *session) awaitEnd(limit time.Duration) {
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case <-s.done:
	case <-timer.C:
	}
}

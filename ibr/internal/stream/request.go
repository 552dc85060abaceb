package stream

import (
	"context"
	"time"

	"github.com/xmppreg/xmppreg/internal/jid"
	"github.com/xmppreg/xmppreg/internal/random"
	"github.com/xmppreg/xmppreg/internal/xmltree"
	"github.com/xmppreg/xmppreg/transport"
)

// replyTimeout bounds the answer to something that the server has asked.
const replyTimeout = 10 * time.Second

// endTimeout is how long receiving may take to notice that the connection has
// failed.
const endTimeout = time.Second

// The types of requests (RFC 6120 section 8.2.3).
const (
	Get = "get"
	Set = "set"
)

// pendingRequest is a request that waits for its answer.
type pendingRequest struct {
	to     jid.JID // who was asked
	answer chan *xmltree.Element
}

// Request sends a request and returns its result; to is the zero value where the
// server is meant without being named.
//
// An error in place of the result is a [*StanzaError], and an answer that is
// neither is [ErrMalformed]. Where no answer came although the request may have
// gone out, the error is an [*UnansweredError]. Any other error means that
// nothing was sent.
func (s *Stream) Request(ctx context.Context, typ string, to jid.JID, payload xmltree.Element) (*xmltree.Element, error) {
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	id := random.Text()
	p := &pendingRequest{to: to, answer: make(chan *xmltree.Element, 1)}
	if !s.expect(id, p) {
		return nil, s.cause(ctx, ErrServerClosed)
	}
	defer s.forget(id)

	iq := xmltree.New(xmltree.NSClient, "iq", payload).With("type", typ).With("id", id).With("to", to.String())
	sent, err := s.send(ctx, iq)
	switch {
	case err == nil:
		select {
		case answer := <-p.answer:
			return s.result(answer)
		case <-s.done:
			err = ErrServerClosed
		case <-ctx.Done():
		}
	case ctx.Err() == nil && (sent || !s.isLent):
		// The connection has failed. What was received before, a stream error
		// perhaps, says why.
		s.awaitEnd(ctx)
		s.GiveUp(err)
	}
	// The answer may have come in the same moment, and it is what counts.
	select {
	case answer := <-p.answer:
		return s.result(answer)
	default:
	}
	if err = s.cause(ctx, err); sent {
		err = &UnansweredError{err}
	}
	return nil, err
}

// result tells what an answer is (RFC 6120 section 8.2.3).
func (s *Stream) result(answer *xmltree.Element) (*xmltree.Element, error) {
	switch answer.Get("type") {
	case "result":
		return answer, nil
	case "error":
		return nil, readStanzaError(answer, s.config.Lang)
	}
	return nil, ErrMalformed
}

// expect notes a request. It is false when no answer can come any more.
func (s *Stream) expect(id string, p *pendingRequest) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.pending == nil || !s.Usable() {
		return false
	}
	s.pending[id] = p
	return true
}

// forget lets go of a request that is answered, or that nobody waits for any more.
func (s *Stream) forget(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.pending, id)
	if t, ok := s.transport.(transport.Forgetter); ok {
		t.Forget(id)
	}
}

// awaitEnd waits until nothing more comes from a connection that has failed.
func (s *Stream) awaitEnd(ctx context.Context) {
	timer := time.NewTimer(endTimeout)
	defer timer.Stop()
	select {
	case <-s.done:
	case <-ctx.Done():
	case <-timer.C:
	}
}

// cause returns why nothing more comes: the end of the stream, the end of the
// caller's patience, or err.
func (s *Stream) cause(ctx context.Context, err error) error {
	if _, end := s.life.now(); end != nil {
		return end
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}

// handleIQ hands an answer to the request that waits for it. A request of the server's
// gets the answer that it is not supported, because RFC 6120 section 8.2.3 demands an
// answer.
func (s *Stream) handleIQ(iq *xmltree.Element) {
	switch iq.Get("type") {
	case Get, Set:
		ctx, cancel := context.WithTimeout(context.Background(), replyTimeout)
		defer cancel()
		unsupported := xmltree.New("", "error", xmltree.New(nsStanzaErrors, "service-unavailable")).With("type", "cancel")
		// If it can't be sent, receiving fails too.
		_, _ = s.send(ctx, xmltree.New(xmltree.NSClient, "iq", unsupported).
			With("type", "error").With("id", iq.Get("id")).With("to", iq.Get("from")))
		return
	}
	id := iq.Get("id")
	s.mu.Lock()
	defer s.mu.Unlock()
	if p := s.pending[id]; p != nil && s.mayAnswer(p.to, iq.Get("from")) {
		delete(s.pending, id)
		p.answer <- iq
	}
}

// IsHome tells whether a request to that address is for the server itself, named
// or not.
func (s *Stream) IsHome(to jid.JID) bool {
	return to.Equal(jid.JID{}) || to.Equal(s.config.Domain)
}

// mayAnswer tells whether an answer from that address counts as one to a request
// (RFC 6120 section 8.1.2.1). For the server itself it may have no sender, the
// domain's, or the user's own address.
func (s *Stream) mayAnswer(to jid.JID, from string) bool {
	if from == "" {
		return s.IsHome(to)
	}
	sender, err := jid.Parse(from)
	if err != nil {
		return false
	}
	if !s.IsHome(to) {
		return sender.Equal(to)
	}
	return sender.Equal(s.config.Domain) || !s.IsGuest() && (sender.Equal(s.address) || sender.Equal(s.address.Bare()))
}

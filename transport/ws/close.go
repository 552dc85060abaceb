package ws

import (
	"context"
	"time"
)

// closeTime is how long the sending of <close/> and the waiting for the server's
// may take.
const closeTime = time.Second

// Close sends <close/>, waits for the server's, and closes the WebSocket with the
// code 1000, which takes less than two seconds in all. It returns when that is done
// or ctx has ended; then it goes on by itself.
func (s *stream) Close(ctx context.Context) error {
	s.startClosing()
	select {
	case <-s.gone:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// startClosing ends the stream from this side, without waiting for it.
func (s *stream) startClosing() {
	s.once.Do(func() {
		s.mu.Lock()
		s.state = max(s.state, closing)
		s.mu.Unlock()
		s.received.Discard()
		s.received.End(errClosed())
		go func() {
			defer close(s.gone)
			ctx, cancel := context.WithTimeout(context.Background(), closeTime)
			defer cancel()
			if s.sendClose(ctx) {
				select {
				case <-s.noMore:
				case <-ctx.Done():
				}
			}
			s.socket.close()
		}()
	})
}

// sendClose sends <close/> if that was not done before, and before it the stream
// error if there was one. It tells whether the server can answer.
//
// After a stream error of its own the server closes the connection too (RFC 6120
// section 4.9.1.1). Prosody does so without the WebSocket's closing handshake, and
// what is sent after that Firefox reports as an interrupted connection, whatever
// it has received. So the server is given the time to close first.
func (s *stream) sendClose(ctx context.Context) bool {
	s.mu.Lock()
	failed := s.failed
	s.mu.Unlock()
	if failed && closedWithin(s.socket.ended, closeGrace) {
		return false
	}
	select {
	case s.sending <- struct{}{}:
		defer func() { <-s.sending }()
	case <-ctx.Done():
		return false
	}
	s.mu.Lock()
	sent, problem := s.closeSent, s.problem
	s.closeSent = true
	s.mu.Unlock()
	if sent {
		return true
	}
	if !s.socket.isOpen() {
		return false
	}
	if problem != nil && s.socket.write(ctx, errorElement(problem.Condition)) != nil {
		return false
	}
	return s.socket.write(ctx, closeElement) == nil
}

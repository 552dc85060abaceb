package ws

import (
	"context"
	"io"

	"github.com/xmppreg/xmppreg/transport"
)

// Send sends one element as one message (RFC 7395 section 3.3.3).
func (s *stream) Send(ctx context.Context, e *transport.Element) (sent bool, err error) {
	return s.send(ctx, e.String(), running)
}

// Restart sends <open/> once more (RFC 7395 section 3.7).
func (s *stream) Restart(ctx context.Context) error {
	_, err := s.send(ctx, s.header, restarting)
	return err
}

// send sends one message unless the stream is over. next is restarting for a new
// <open/>, which changes the state; other values change nothing. sent tells whether
// the server may have received the message.
//
// When ctx ends natively in the middle of a message, the WebSocket is lost.
func (s *stream) send(ctx context.Context, text string, next state) (sent bool, err error) {
	if err := ctx.Err(); err != nil {
		return false, err
	}
	select {
	case s.sending <- struct{}{}:
		defer func() { <-s.sending }()
	case <-ctx.Done():
		return false, ctx.Err()
	}
	s.mu.Lock()
	if s.state >= closing {
		s.mu.Unlock()
		return false, errClosed()
	}
	if next == restarting {
		s.state = restarting
	}
	s.mu.Unlock()
	if !s.socket.isOpen() {
		return false, &transport.Error{Fault: transport.Lost, Text: "the connection was lost: the server closes it", Err: io.ErrUnexpectedEOF}
	}
	if err := s.socket.write(ctx, text); err != nil {
		if ctx.Err() != nil {
			return true, ctx.Err()
		}
		return true, &transport.Error{Fault: transport.Lost, Text: "the connection was lost: " + closeReason(err), Err: io.ErrUnexpectedEOF}
	}
	return true, nil
}

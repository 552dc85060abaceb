package ws

import (
	"context"
	"errors"
	"net"

	"github.com/xmppreg/xmppreg/transport"
)

// interrupted returns the error of an operation whose context has ended, and nil if ctx
// has not ended. text says how far the operation had got.
func interrupted(ctx context.Context, discovery bool, text string) error {
	err := ctx.Err()
	switch {
	case err == nil:
		return nil
	case errors.Is(err, context.DeadlineExceeded):
		text = "time ran out: " + text
	default:
		text = "given up: " + text
	}
	return &transport.Error{Fault: transport.Interrupted, Discovery: discovery, Text: text, Err: err}
}

// errClosed returns the error of using a stream after its end.
func errClosed() error {
	return &transport.Error{Fault: transport.Lost, Text: "the stream is closed", Err: net.ErrClosed}
}

//go:build js

package ws

import (
	"context"
	"errors"
	"net"
)

var errOpening = errors.New("it could not be opened (a browser does not say why)")

// openSocket opens a WebSocket.
//
// The library is given a context that does not end: it would close with the
// code 1008, which the browser refuses with an exception, and the WebSocket
// would stay open. When ctx ends first, the WebSocket is closed with 1000 the
// moment it opens.
func openSocket(ctx context.Context, address string) (*socket, error) {
	type result struct {
		s   *socket
		err error
	}
	opened := make(chan result)
	go func() {
		s, err := handshake(context.Background(), address, &dialOptions{})
		if errors.Is(err, net.ErrClosed) {
			err = errOpening
		}
		select {
		case opened <- result{s, err}:
		case <-ctx.Done():
			if s != nil {
				s.close()
			}
		}
	}()
	select {
	case r := <-opened:
		return r.s, r.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// readContext returns the context to read a WebSocket with. A browser has
// nothing that would cut a connection: it ends the closing by itself when the
// peer does not answer.
func readContext() (context.Context, context.CancelFunc) {
	return context.Background(), func() {}
}

//go:build !js

package ws

import (
	"context"
	"net/http"
)

// openSocket opens a WebSocket. It follows no HTTP redirects, as browsers don't.
func openSocket(ctx context.Context, address string) (*socket, error) {
	client := &http.Client{
		Transport: http.DefaultTransport,
		CheckRedirect: func(*http.Request, []*http.Request) error {
			return http.ErrUseLastResponse
		},
	}
	return handshake(ctx, address, &dialOptions{HTTPClient: client}, nil)
}

// readContext returns the context to read a WebSocket with, and what aborts
// the connection if the peer does not answer its closing.
func readContext() (context.Context, context.CancelFunc) {
	return context.WithCancel(context.Background())
}

// letGo closes the connection of a WebSocket that has ended: where the peer has ended only its
// own direction, the library would keep it open. What is being written is written first,
// because the library calls it lost when the connection is closed meanwhile.
func (s *socket) letGo() {
	s.writing.Lock()
	defer s.writing.Unlock()
	_ = s.conn.CloseNow()
}

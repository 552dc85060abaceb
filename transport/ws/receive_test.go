package ws

import (
	"context"
	"strings"
	"testing"
)

// soon is a context that ends long after the test should have.
func soon(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	t.Cleanup(cancel)
	return ctx
}

// receiveAll receives until an error, which it returns too.
func receiveAll(t *testing.T, s *stream) (string, error) {
	t.Helper()
	var b strings.Builder
	for {
		e, err := s.Receive(soon(t))
		if err != nil {
			return b.String(), err
		}
		b.WriteString(e.String())
	}
}

//go:build js

package ws

import (
	"context"
	"errors"
	"net"
	"time"

	"github.com/hack-pad/safejs"
)

var errOpening = errors.New("it could not be opened (a browser does not say why)")

// openGrace is how long a WebSocket that nobody waits for any more may go on
// opening. One that opens is closed as usual, while to close one that is still
// opening makes the browser complain on the console.
const openGrace = time.Second

// dialed is what has come of opening a WebSocket.
type dialed struct {
	s   *socket
	err error
}

// openSocket opens a WebSocket. When ctx ends first, the WebSocket is closed with 1000, the
// moment that it opens or when it takes too long over it.
func openSocket(ctx context.Context, address string) (*socket, error) {
	done := make(chan dialed, 1)
	abandon := make(chan func(), 1)
	go func() {
		s, err := openUnbounded(address, abandon)
		done <- dialed{s, err}
	}()
	select {
	case o := <-done:
		return o.s, o.err
	case <-ctx.Done():
	}
	go closeOnceOpen(done, abandon)
	return nil, ctx.Err()
}

// openUnbounded opens a WebSocket, however long that takes. While it waits, abandon holds what
// closes the WebSocket that is opening.
//
// The library is given a context that does not end while the WebSocket can
// open: it would close with the code 1008, which the browser refuses with an
// exception, and the WebSocket would stay open.
func openUnbounded(address string, abandon chan<- func()) (*socket, error) {
	failing, fail := context.WithCancel(context.Background())
	defer fail()
	onError, err := safejs.FuncOf(func(safejs.Value, []safejs.Value) any {
		fail()
		return nil
	})
	if err != nil {
		return nil, err
	}
	defer onError.Release()
	raw, release, err := lendWebSocket(address)
	if err != nil {
		return nil, err
	}
	defer release()
	_, _ = raw.Call("addEventListener", "error", onError)
	page := &pageSocket{
		closeNormally: func() { _, _ = raw.Call("close", 1000) },
		isOpen:        func() bool { return isOpen(raw) },
	}
	abandon <- page.closeNormally
	s, err := handshake(failing, address, &dialOptions{}, page)
	if errors.Is(err, net.ErrClosed) || err != nil && failing.Err() != nil {
		err = errOpening
	}
	_, _ = raw.Call("removeEventListener", "error", onError)
	return s, err
}

// closeOnceOpen closes a WebSocket that nobody waits for any more.
func closeOnceOpen(done <-chan dialed, abandon <-chan func()) {
	timer := time.NewTimer(openGrace)
	defer timer.Stop()
	var o dialed
	select {
	case o = <-done:
	case <-timer.C:
		(<-abandon)()
		o = <-done
	}
	if o.s != nil {
		o.s.close()
	}
}

// isOpen tells whether a WebSocket is neither closed nor closing. To send over one that
// is makes the browser complain on the console.
func isOpen(socket safejs.Value) bool {
	const open = 1
	value, err := socket.Get("readyState")
	if err != nil {
		return false
	}
	state, err := value.Int()
	return err == nil && state == open
}

// readContext returns the context to read a WebSocket with. A browser has
// nothing that aborts a connection: it ends the closing by itself when the
// peer does not answer.
func readContext() (context.Context, context.CancelFunc) {
	return context.Background(), func() {}
}

// letGo does nothing: a browser closes the connection of a WebSocket that has ended.
func (s *socket) letGo() {}

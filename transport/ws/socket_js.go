//go:build js

package ws

import (
	"context"
	"errors"
	"net"
	"sync"
	"syscall/js"
	"time"

	"github.com/hack-pad/safejs"
)

var errOpening = errors.New("it could not be opened (a browser does not say why)")

// openGrace is how long a WebSocket that nobody waits for any more may go on
// opening. One that opens is closed as usual, while to close one that is still
// opening makes the browser complain on the console.
const openGrace = time.Second

// openSocket opens a WebSocket.
//
// The library is given a context that does not end while the WebSocket can
// open: it would close with the code 1008, which the browser refuses with an
// exception, and the WebSocket would stay open. When ctx ends first, the
// WebSocket is closed with 1000, the moment that it opens or when it takes too
// long over it.
func openSocket(ctx context.Context, address string) (*socket, error) {
	type result struct {
		s   *socket
		err error
	}
	opened := make(chan result, 1)
	abandon := make(chan func(), 1)
	go func() {
		// The library waits for a close event, and of what the page's policy
		// forbids Chromium tells by an error event alone.
		failing, fail := context.WithCancel(context.Background())
		defer fail()
		onError, err := safejs.FuncOf(func(safejs.Value, []safejs.Value) any {
			fail()
			return nil
		})
		if err != nil {
			opened <- result{nil, err}
			return
		}
		defer onError.Release()
		var raw safejs.Value
		making.Lock()
		made := sync.OnceFunc(making.Unlock)
		defer made()
		release, err := watchNextWebSocket(func(socket safejs.Value) {
			raw = socket
			made()
			_, _ = raw.Call("addEventListener", "error", onError)
		})
		if err != nil {
			opened <- result{nil, err}
			return
		}
		defer release()
		// It returns to the event loop only when raw is known.
		shut := func() { _, _ = raw.Call("close", 1000) }
		abandon <- shut
		// The library's own Close waits with a lock that its handler of error events
		// takes too, and so would stop the program at a server that just hangs up.
		s, err := handshake(failing, address, &dialOptions{}, shut)
		if errors.Is(err, net.ErrClosed) || err != nil && failing.Err() != nil {
			err = errOpening
		}
		_, _ = raw.Call("removeEventListener", "error", onError)
		opened <- result{s, err}
	}()
	select {
	case r := <-opened:
		return r.s, r.err
	case <-ctx.Done():
	}
	go func() {
		timer := time.NewTimer(openGrace)
		defer timer.Stop()
		var r result
		select {
		case r = <-opened:
		case <-timer.C:
			(<-abandon)()
			r = <-opened
		}
		if r.s != nil {
			r.s.close()
		}
	}()
	return nil, ctx.Err()
}

// making is held from watching for the next WebSocket until that is made: an
// allocation may let another goroutine go on in between.
var making sync.Mutex

// watchNextWebSocket calls found with the next WebSocket that is made, which
// the library keeps to itself: without it, one that never opens could not be
// closed, and a browser lets the next one to the same server wait behind it.
// It stands in for the function that the library calls on each new WebSocket,
// once, and release gives that back if it was not called.
//
// No script of the page runs between this call and the making of the WebSocket:
// there is one thread, and neither waits for anything outside.
func watchNextWebSocket(found func(safejs.Value)) (release func(), err error) {
	const name = "addEventListener"
	constructor, err := safejs.Safe(js.Global()).Get("WebSocket")
	if err != nil {
		return nil, err
	}
	prototype, err := constructor.Get("prototype")
	if err != nil {
		return nil, err
	}
	own, err := prototype.Call("hasOwnProperty", name)
	if err != nil {
		return nil, err
	}
	isOwn, _ := own.Bool()
	original, err := prototype.Get(name)
	if err != nil {
		return nil, err
	}
	watching := true
	giveBack := func() {
		if watching = false; isOwn {
			_ = prototype.Set(name, original)
		} else {
			_ = prototype.Delete(name) // the inherited one shows again
		}
	}
	instead, err := safejs.FuncOf(func(socket safejs.Value, args []safejs.Value) any {
		giveBack()
		found(socket)
		_, _ = socket.Call(name, args[0], args[1])
		return nil
	})
	if err != nil {
		return nil, err
	}
	if err := prototype.Set(name, instead); err != nil {
		instead.Release()
		return nil, err
	}
	return func() {
		if watching {
			giveBack()
		}
		instead.Release()
	}, nil
}

// readContext returns the context to read a WebSocket with. A browser has
// nothing that would cut a connection: it ends the closing by itself when the
// peer does not answer.
func readContext() (context.Context, context.CancelFunc) {
	return context.Background(), func() {}
}

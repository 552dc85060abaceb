//go:build js

package ws

import (
	"errors"
	"sync"
	"syscall/js"

	"github.com/hack-pad/safejs"
)

var errFrozen = errors.New("the page lets nobody replace WebSocket")

// lending is held from a call of lendWebSocket until the library has taken what is lent.
// The goroutine of another one may run in between.
var lending sync.Mutex

// lendWebSocket makes a WebSocket, and has nhooyr.io/websocket take it: what the library gets
// from its next `new WebSocket` is this one. Until then the global WebSocket is a function that
// returns it; release puts the page's own back if that was not done.
//
// The library keeps the browser's WebSocket to itself, and offers no other way to do three
// things that need it:
//
//   - A dial that is given up must be closed. The library closes it with the code
//     1008, which a browser refuses with an exception: the WebSocket goes on opening,
//     and the browser lets the next one to the same server wait behind it.
//   - A WebSocket must be closed without waiting. The library's Close waits with a
//     lock that its handler of error events takes too: when the server just hangs
//     up, the handler blocks the event loop that Close waits for.
//   - What the page's policy forbids, Chromium tells by an error event alone. The
//     library waits for a close event.
//
// No script of the page runs before the library has taken it, as there is one thread and
// nothing in between waits for the event loop. No event of it is lost for the same reason.
func lendWebSocket(address string) (socket safejs.Value, release func(), err error) {
	const name = "WebSocket"
	global := safejs.Safe(js.Global())
	undo := func() {}
	lending.Lock()
	defer func() {
		if err != nil {
			undo()
			lending.Unlock()
		}
	}()
	own, err := global.Get(name)
	if err != nil {
		return socket, nil, err
	}
	if socket, err = own.New(address, []any{subprotocol}); err != nil {
		return socket, nil, err
	}
	undo = func() { _, _ = socket.Call("close") }
	// To make one may change what is there: see web/ahead.js.
	if own, err = global.Get(name); err != nil {
		return socket, nil, err
	}
	putBack := sync.OnceFunc(func() {
		_ = global.Set(name, own)
		lending.Unlock()
	})
	instead, err := safejs.FuncOf(func(safejs.Value, []safejs.Value) any {
		putBack()
		return safejs.Unsafe(socket)
	})
	if err != nil {
		return socket, nil, err
	}
	undo = func() {
		instead.Release()
		_, _ = socket.Call("close")
	}
	if err := global.Set(name, instead); err != nil {
		return socket, nil, err
	}
	// Of a property that can't be set, the browser says nothing.
	if now, _ := global.Get(name); !now.Equal(instead.Value()) {
		return socket, nil, errFrozen
	}
	return socket, func() {
		putBack()
		instead.Release()
	}, nil
}

//go:build js

package ws

import (
	"sync"
	"syscall/js"

	"github.com/hack-pad/safejs"
)

// watching is held from a call of watchNextWebSocket until the WebSocket is made.
// The goroutine of another one may run in between.
var watching sync.Mutex

// watchNextWebSocket calls found with the next WebSocket that is made, when the
// first event listener is added to it. It replaces addEventListener on the
// prototype of WebSocket until then; release puts it back if that was not done.
//
// nhooyr.io/websocket keeps the browser's WebSocket to itself, and offers no other
// way to do three things that need it:
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
// No script of the page runs between this call and the making of the WebSocket, as
// there is one thread and nothing in between waits for the event loop.
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
	watching.Lock()
	own, err := prototype.Call("hasOwnProperty", name)
	if err != nil {
		watching.Unlock()
		return nil, err
	}
	isOwn, _ := own.Bool()
	original, err := prototype.Get(name)
	if err != nil {
		watching.Unlock()
		return nil, err
	}
	putBack := sync.OnceFunc(func() {
		defer watching.Unlock()
		if isOwn {
			_ = prototype.Set(name, original)
		} else {
			_ = prototype.Delete(name) // the inherited one shows again
		}
	})
	instead, err := safejs.FuncOf(func(socket safejs.Value, args []safejs.Value) any {
		putBack()
		found(socket)
		_, _ = socket.Call(name, args[0], args[1])
		return nil
	})
	if err != nil {
		watching.Unlock()
		return nil, err
	}
	if err := prototype.Set(name, instead); err != nil {
		watching.Unlock()
		instead.Release()
		return nil, err
	}
	return func() {
		putBack()
		instead.Release()
	}, nil
}

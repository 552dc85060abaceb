//go:build js

package jsapi

import (
	"context"

	"github.com/hack-pad/safejs"
)

// withSignal returns a context that ends when the AbortSignal does, and a
// function that takes the listener off it again. Undefined is no signal.
func withSignal(signal safejs.Value) (context.Context, func(), error) {
	ctx, cancel := context.WithCancel(context.Background())
	if signal.IsUndefined() || signal.IsNull() {
		return ctx, cancel, nil
	}
	aborted, err := signal.Get("aborted")
	if err == nil {
		var is bool
		if is, err = aborted.Bool(); is {
			cancel()
		}
	}
	if err != nil {
		cancel()
		return nil, nil, typeError("signal is not an AbortSignal")
	}
	listener, err := safejs.FuncOf(func(safejs.Value, []safejs.Value) any {
		cancel()
		return nil
	})
	if err != nil {
		cancel()
		return nil, nil, err
	}
	if _, err := signal.Call("addEventListener", "abort", listener); err != nil {
		cancel()
		listener.Release()
		return nil, nil, typeError("signal is not an AbortSignal")
	}
	return ctx, func() {
		_, _ = signal.Call("removeEventListener", "abort", listener)
		listener.Release()
		cancel()
	}, nil
}

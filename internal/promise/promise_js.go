package promise

import (
	"context"
	"errors"

	"github.com/hack-pad/safejs"
)

// Await waits until a Promise is settled or ctx has ended. It must run in a
// goroutine, never directly in a function that JavaScript calls. The functions
// given to the Promise are released when it is settled, even if nobody waits any
// more.
func Await(ctx context.Context, promise safejs.Value) (safejs.Value, error) {
	type result struct {
		value safejs.Value
		err   error
	}
	settled := make(chan result, 1)
	var resolve, reject safejs.Func
	release := func() {
		resolve.Release()
		reject.Release()
	}
	resolve, err := safejs.FuncOf(func(_ safejs.Value, args []safejs.Value) any {
		settled <- result{value: first(args)}
		release()
		return nil
	})
	if err != nil {
		return safejs.Value{}, err
	}
	reject, err = safejs.FuncOf(func(_ safejs.Value, args []safejs.Value) any {
		settled <- result{err: errors.New(messageOf(first(args)))}
		release()
		return nil
	})
	if err != nil {
		resolve.Release()
		return safejs.Value{}, err
	}
	if _, err := promise.Call("then", resolve, reject); err != nil {
		release()
		return safejs.Value{}, err
	}
	select {
	case r := <-settled:
		return r.value, r.err
	case <-ctx.Done():
		return safejs.Value{}, ctx.Err()
	}
}

func first(args []safejs.Value) safejs.Value {
	if len(args) == 0 {
		return safejs.Undefined()
	}
	return args[0]
}

// messageOf returns what an Error says. A Promise may be rejected with anything.
func messageOf(reason safejs.Value) string {
	if reason.Type() == safejs.TypeObject {
		if message, err := reason.Get("message"); err == nil && message.Type() == safejs.TypeString {
			if text, err := message.String(); err == nil && text != "" {
				return text
			}
		}
	}
	return "it failed without a word"
}

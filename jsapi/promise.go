//go:build js

package jsapi

import (
	"fmt"
	"syscall/js"

	"github.com/hack-pad/safejs"

	"github.com/xmppreg/xmppreg/ibr"
)

// typeError is a wrong argument: JavaScript gets a TypeError.
type typeError string

func (e typeError) Error() string { return string(e) }

// promise runs work in a goroutine, because nothing that waits may run on the
// event loop, and returns a Promise of its result. It is rejected with what
// rejection makes of an error; a panic rejects it too.
func promise(work func() (any, error), rejection func(error) any) any {
	constructor, err := safejs.Safe(js.Global()).Get("Promise")
	if err != nil {
		return safejs.Undefined()
	}
	executor, err := safejs.FuncOf(func(_ safejs.Value, args []safejs.Value) any {
		resolve, reject := args[0], args[1]
		go func() {
			defer func() {
				if r := recover(); r != nil {
					settle(reject, rejection(fmt.Errorf("the program failed: %v", r)))
				}
			}()
			value, err := work()
			if err != nil {
				settle(reject, rejection(err))
				return
			}
			settle(resolve, value)
		}()
		return nil
	})
	if err != nil {
		return safejs.Undefined()
	}
	defer executor.Release() // the constructor has called it
	p, err := constructor.New(executor)
	if err != nil {
		return safejs.Undefined()
	}
	return p
}

// settle calls one of the two functions of a Promise, which do not throw.
func settle(f safejs.Value, value any) {
	_, _ = f.Invoke(toJS(value))
}

// rejected is a Promise that was never going to be kept.
func rejected(err error) any {
	return promise(func() (any, error) { return nil, err }, errorValue)
}

// errorValue is what an error is to JavaScript.
func errorValue(err error) any {
	switch e := err.(type) {
	case typeError:
		return newTypeError(string(e))
	case *ibr.Error:
		return registrationError(e)
	}
	return registrationError(&ibr.Error{Reason: ibr.Unknown, Detail: err.Error()})
}

func newTypeError(message string) any {
	constructor, err := safejs.Safe(js.Global()).Get("TypeError")
	if err != nil {
		return message
	}
	value, err := constructor.New(message)
	if err != nil {
		return message
	}
	return value
}

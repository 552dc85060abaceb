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

// deferred settles a Promise that the page has made: one function of the page's for
// each outcome. A Promise that is made here would take a function of this side's,
// and another call of it, each time.
type deferred struct{ resolve, reject safejs.Value }

// run runs work in a goroutine, because nothing that waits may run on the event
// loop, and settles with its outcome. rejection is what an error is to JavaScript;
// a panic rejects too.
func (d deferred) run(work func() (any, error), rejection func(error) any) {
	go func() {
		defer func() {
			if r := recover(); r != nil {
				call(d.reject, rejection(fmt.Errorf("the program failed: %v", r)))
			}
		}()
		value, err := work()
		if err != nil {
			call(d.reject, rejection(err))
			return
		}
		call(d.resolve, value)
	}()
}

// fail rejects at once.
func (d deferred) fail(err error) { call(d.reject, errorValue(err)) }

// call calls one of the functions of a Promise, which do not throw.
func call(f safejs.Value, value any) {
	_, _ = f.Invoke(toJS(value))
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

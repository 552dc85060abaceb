//go:build js

package ws

import (
	"context"
	"errors"

	"github.com/hack-pad/safejs"

	"github.com/xmppreg/xmppreg/internal/promise"
)

// fetch asks for one file with the browser's fetch, without credentials and
// referrer. The browser follows redirects by itself.
//
// A fetch that is refused says nothing about the cause. A second one, whose
// answer can't be read by anyone, tells a file that this page may not read from
// one that isn't there.
func fetch(ctx context.Context, address string) (response, error) {
	r, err := fetchOnce(ctx, address, "cors")
	var refused *refusedError
	if ctx.Err() == nil && errors.As(err, &refused) {
		if _, opaque := fetchOnce(ctx, address, "no-cors"); opaque == nil {
			return response{}, errBlocked
		}
	}
	return r, err
}

// refusedError is how a fetch failed before there was an answer.
type refusedError struct{ error }

func fetchOnce(ctx context.Context, address, mode string) (response, error) {
	signal, abort, err := newAbort()
	if err != nil {
		return response{}, err
	}
	defer abort() // this also ends the transfer of a body that is not read to its end
	asked, err := safejs.Global().Call("fetch", address, map[string]any{
		"mode":           mode,
		"credentials":    "omit",
		"referrerPolicy": "no-referrer",
		"redirect":       "follow",
		"signal":         signal,
	})
	if err != nil {
		return response{}, err
	}
	answer, err := promise.Await(ctx, asked)
	if err != nil {
		return response{}, &refusedError{err}
	}
	if mode == "no-cors" {
		return response{}, nil
	}
	return readAnswer(ctx, answer)
}

// newAbort returns an AbortSignal, and what aborts it.
func newAbort() (signal safejs.Value, abort func(), err error) {
	constructor, err := safejs.Global().Get("AbortController")
	if err != nil {
		return signal, nil, err
	}
	controller, err := constructor.New()
	if err != nil {
		return signal, nil, err
	}
	signal, err = controller.Get("signal")
	// An exception in abort would leave nothing to be done.
	return signal, func() { _, _ = controller.Call("abort") }, err
}

// readAnswer reads what a fetch has brought, and the file if it is there.
func readAnswer(ctx context.Context, answer safejs.Value) (r response, err error) {
	status, err := answer.Get("status")
	if err != nil {
		return r, err
	}
	if r.status, err = status.Int(); err != nil {
		return r, err
	}
	r.final = text(answer, "url")
	r.link = headerOf(answer, "Link")
	if r.status == 200 {
		r.body, err = readBody(ctx, answer)
	}
	return r, err
}

// headerOf returns a header of the answer; "" where there is none, or the server
// does not let a page read it (Access-Control-Expose-Headers).
func headerOf(answer safejs.Value, name string) string {
	headers, err := answer.Get("headers")
	if err != nil {
		return ""
	}
	value, err := headers.Call("get", name)
	if err != nil || value.Type() != safejs.TypeString {
		return ""
	}
	s, _ := value.String()
	return s
}

// readBody reads the body piece by piece, so that one without end is left in
// time.
func readBody(ctx context.Context, answer safejs.Value) ([]byte, error) {
	stream, err := answer.Get("body")
	if err != nil || stream.Type() != safejs.TypeObject {
		return nil, err // an answer without a body has null here
	}
	reader, err := stream.Call("getReader")
	if err != nil {
		return nil, err
	}
	var body []byte
	for {
		asked, err := reader.Call("read")
		if err != nil {
			return nil, err
		}
		piece, err := promise.Await(ctx, asked)
		if err != nil {
			return nil, err
		}
		done, err := piece.Get("done")
		if err != nil {
			return nil, err
		}
		if end, err := done.Truthy(); err != nil || end {
			return body, err
		}
		value, err := piece.Get("value")
		if err != nil {
			return nil, err
		}
		n, err := value.Length()
		if err != nil {
			return nil, err
		}
		if len(body)+n > maxDocument {
			return nil, errTooLong
		}
		at := len(body)
		body = append(body, make([]byte, n)...)
		if _, err := safejs.CopyBytesToGo(body[at:], value); err != nil {
			return nil, err
		}
	}
}

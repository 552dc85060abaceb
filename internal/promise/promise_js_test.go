package promise

import (
	"context"
	"errors"
	"syscall/js"
	"testing"

	"github.com/hack-pad/safejs"
)

func evaluate(source string) safejs.Value {
	return safejs.Safe(js.Global().Call("eval", source))
}

func TestValueOfAPromiseIsWaitedFor(t *testing.T) {
	for _, source := range []string{
		`Promise.resolve('done')`,
		`new Promise((resolve) => setTimeout(resolve, 1, 'done'))`,
	} {
		value, err := Await(context.Background(), evaluate(source))
		if err != nil {
			t.Fatal(err)
		}
		if s, err := value.String(); err != nil || s != "done" {
			t.Errorf("%s: %q, %v", source, s, err)
		}
	}
}

func TestRejectionIsAnErrorWithItsMessage(t *testing.T) {
	for source, want := range map[string]string{
		`Promise.reject(new Error('not today'))`: "not today",
		`Promise.reject(new Error(''))`:          "it failed without a word",
		`Promise.reject({ message: 7 })`:         "it failed without a word",
		`Promise.reject('text')`:                 "it failed without a word",
		`Promise.reject()`:                       "it failed without a word",
	} {
		if _, err := Await(context.Background(), evaluate(source)); err == nil || err.Error() != want {
			t.Errorf("%s: error %v, want %q", source, err, want)
		}
	}
}

func TestWhatIsNoPromiseIsAnError(t *testing.T) {
	for _, source := range []string{`undefined`, `7`, `({})`} {
		if _, err := Await(context.Background(), evaluate(source)); err == nil {
			t.Errorf("%s: no error", source)
		}
	}
}

func TestEndOfTheContextEndsTheWait(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Await(ctx, evaluate(`new Promise(() => {})`)); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

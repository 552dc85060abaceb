package ws

import (
	"context"
	"sync"
)

// maxQueued bounds what a queue holds, in bytes. A server that sends more than that sends
// what nobody has asked for. A browser can't make a server wait, so the stream ends.
const maxQueued = 4 * maxMessage

// A queue holds what was received until it is taken. Putting something into it
// never waits. One goroutine at a time may take.
type queue[T any] struct {
	changed chan struct{} // holds something when items or err have changed

	mu        sync.Mutex
	items     []queued[T]
	size      int   // of all items, in bytes
	err       error // why nothing more comes
	discarded bool
}

type queued[T any] struct {
	item T
	size int
}

func newQueue[T any]() *queue[T] {
	return &queue[T]{changed: make(chan struct{}, 1)}
}

// put appends an item. It returns false, and keeps nothing, if the queue would
// become too large.
func (q *queue[T]) put(item T, size int) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.discarded {
		return true
	}
	if q.size+size > maxQueued {
		return false
	}
	q.items = append(q.items, queued[T]{item, size})
	q.size += size
	q.signal()
	return true
}

// end makes take fail with the error once all items are taken. The first error
// counts.
func (q *queue[T]) end(err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.err == nil {
		q.err = err
	}
	q.signal()
}

// discard drops all items, now and from now on.
func (q *queue[T]) discard() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.items, q.size, q.discarded = nil, 0, true
}

func (q *queue[T]) signal() {
	select {
	case q.changed <- struct{}{}:
	default:
	}
}

// wait returns nil when there is an item. It fails with the error of end, or with
// the context's.
func (q *queue[T]) wait(ctx context.Context) error {
	for {
		q.mu.Lock()
		n, err := len(q.items), q.err
		q.mu.Unlock()
		if n > 0 {
			return nil
		}
		if err != nil {
			return err
		}
		select {
		case <-q.changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// take returns the next item, and fails as wait does.
func (q *queue[T]) take(ctx context.Context) (T, error) {
	for {
		if err := q.wait(ctx); err != nil {
			var none T
			return none, err
		}
		q.mu.Lock()
		if len(q.items) > 0 { // they may have been discarded in between
			first := q.items[0]
			q.items[0] = queued[T]{}
			q.items = q.items[1:]
			q.size -= first.size
			q.mu.Unlock()
			return first.item, nil
		}
		q.mu.Unlock()
	}
}

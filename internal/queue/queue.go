// Package queue holds what a transport has received until somebody takes it.
package queue

import (
	"context"
	"sync"
)

// A Queue holds what was received until it is taken. Putting something into it
// never waits. One goroutine at a time may take.
type Queue[T any] struct {
	limit   int           // of size
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

// New returns a queue that holds so many bytes at most.
func New[T any](limit int) *Queue[T] {
	return &Queue[T]{limit: limit, changed: make(chan struct{}, 1)}
}

// Put appends an item. It returns false, and keeps nothing, if the queue would
// become too large.
func (q *Queue[T]) Put(item T, size int) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.discarded {
		return true
	}
	if q.size+size > q.limit {
		return false
	}
	q.items = append(q.items, queued[T]{item, size})
	q.size += size
	q.signal()
	return true
}

// End makes Take fail with the error once all items are taken. The first error
// counts.
func (q *Queue[T]) End(err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.err == nil {
		q.err = err
	}
	q.signal()
}

// Discard drops all items, now and from now on.
func (q *Queue[T]) Discard() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.items, q.size, q.discarded = nil, 0, true
}

func (q *Queue[T]) signal() {
	select {
	case q.changed <- struct{}{}:
	default:
	}
}

// Wait returns nil when there is an item. It fails with the error of End, or with
// the context's.
func (q *Queue[T]) Wait(ctx context.Context) error {
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

// Take returns the next item, and fails as Wait does.
func (q *Queue[T]) Take(ctx context.Context) (T, error) {
	for {
		if err := q.Wait(ctx); err != nil {
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

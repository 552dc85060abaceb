package ibr

import (
	"context"
	"errors"
	"sync"
)

// Why an operation is over before its answer.
var (
	errTimeout    = errors.New("no answer in time")
	errDisconnect = errors.New("disconnected while the operation was under way")
)

// A queue lets operations use the stream one after the other, and ends all that
// are under way when the user disconnects.
type queue struct {
	turn      chan struct{} // holds one while an operation has the stream
	afterTurn func()        // reports a stream that was lost during the turn, before the next one

	mu      sync.Mutex
	life    context.Context // ends at the next disconnect
	endLife context.CancelCauseFunc
	single  map[operation]bool // operations under way that must not run twice at once
}

func newQueue(afterTurn func()) *queue {
	q := &queue{turn: make(chan struct{}, 1), afterTurn: afterTurn, single: map[operation]bool{}}
	q.life, q.endLife = context.WithCancelCause(context.Background())
	return q
}

// take waits for a turn.
func (q *queue) take() { q.turn <- struct{}{} }

// leave ends the turn.
func (q *queue) leave() {
	q.afterTurn()
	<-q.turn
}

// currentLife is the context that ends at the next disconnect.
func (q *queue) currentLife() context.Context {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.life
}

// endAll ends what is under way with errDisconnect.
func (q *queue) endAll() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.endLife(errDisconnect)
	q.life, q.endLife = context.WithCancelCause(context.Background())
}

// run runs an operation when its turn comes. Before the next one's turn it calls after
// with the error, once, whatever happens. The context that do gets ends with ctx and with
// life.
func (q *queue) run(life, ctx context.Context, do func(context.Context) error, after func(context.Context, error)) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer context.AfterFunc(life, func() { cancel(context.Cause(life)) })()

	select {
	case q.turn <- struct{}{}:
		defer q.leave()
	case <-ctx.Done():
	}
	err := context.Cause(ctx)
	if err == nil {
		err = context.Cause(life) // ctx learns of it a moment later
	}
	if err == nil {
		err = do(ctx)
	}
	after(ctx, err)
}

// begin notes that an operation has begun that must not run twice at once. It is false if
// it is under way already.
func (q *queue) begin(op operation) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.single[op] {
		return false
	}
	q.single[op] = true
	return true
}

// end notes that the operation has ended.
func (q *queue) end(op operation) {
	q.mu.Lock()
	defer q.mu.Unlock()
	delete(q.single, op)
}

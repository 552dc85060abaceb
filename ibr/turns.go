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

// turns let operations use the stream one after the other, and end all that
// are under way when the user disconnects.
type turns struct {
	turn      chan struct{} // holds one while an operation has the stream
	afterTurn func()        // reports a stream that was lost during the turn, before the next one

	mu      sync.Mutex
	life    context.Context // ends at the next disconnect
	endLife context.CancelCauseFunc
	single  map[purpose]bool // operations under way that must not run twice at once
}

func newTurns(afterTurn func()) *turns {
	t := &turns{turn: make(chan struct{}, 1), afterTurn: afterTurn, single: map[purpose]bool{}}
	t.life, t.endLife = context.WithCancelCause(context.Background())
	return t
}

// take waits for a turn.
func (t *turns) take() { t.turn <- struct{}{} }

// leave ends the turn.
func (t *turns) leave() {
	t.afterTurn()
	<-t.turn
}

// currentLife is the context that ends at the next disconnect.
func (t *turns) currentLife() context.Context {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.life
}

// endAll ends what is under way with errDisconnect.
func (t *turns) endAll() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.endLife(errDisconnect)
	t.life, t.endLife = context.WithCancelCause(context.Background())
}

// run runs an operation when its turn comes. Before the next one's turn it calls after
// with the error, once, whatever happens. The context that do gets ends with ctx and with
// life.
func (t *turns) run(life, ctx context.Context, do func(context.Context) error, after func(context.Context, error)) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer context.AfterFunc(life, func() { cancel(context.Cause(life)) })()

	select {
	case t.turn <- struct{}{}:
		defer t.leave()
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
func (t *turns) begin(p purpose) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.single[p] {
		return false
	}
	t.single[p] = true
	return true
}

// end notes that the operation has ended.
func (t *turns) end(p purpose) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.single, p)
}

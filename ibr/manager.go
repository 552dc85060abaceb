package ibr

import (
	"context"
	"sync/atomic"
)

// A Manager registers accounts with one server. Its methods may be called from
// any goroutine; what they do to the stream they do one after the other.
//
// Every operation returns its outcome. Forms, registrations, password changes and
// deletions tell theirs as an Event as well. The error is always an *Error. When
// the context of a call ends, the call returns at once, and what is still to be
// closed is closed behind its back.
type Manager struct {
	config Config
	turns  *turns
	events emitter

	// For the operation whose turn it is.
	user       user
	unsettled  *unsettled  // what the last operation of unknown outcome has sent; nil for none
	session    *session    // nil when there is none
	invitation *Invitation // what Config.Token is; nil while nobody has looked

	forms             forms
	supported         atomic.Bool
	registerOnConnect atomic.Bool
}

// operate runs an operation when its turn comes, and tells its outcome before the
// next one's turn. tell may be nil; its context is the operation's, which may have
// ended.
func (m *Manager) operate(ctx context.Context, do func(context.Context) error, tell func(context.Context, *Error)) error {
	return m.operateIn(m.turns.currentLife(), ctx, do, tell)
}

func (m *Manager) operateIn(life, ctx context.Context, do func(context.Context) error, tell func(context.Context, *Error)) error {
	var outcome *Error
	m.turns.run(life, ctx, do, func(ctx context.Context, err error) {
		if err != nil {
			outcome = failure(ctx, err)
		}
		if tell != nil {
			tell(ctx, outcome)
		}
	})
	if outcome == nil {
		return nil // and no *Error that is nil
	}
	return outcome
}

// withTimeout bounds one request.
func (m *Manager) withTimeout(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(ctx, m.config.Timeout, errTimeout)
}

// Disconnect ends what is under way, which fails with the reason Aborted, and
// closes the stream. It returns when the stream has ended. From then on nobody is
// logged in.
func (m *Manager) Disconnect() {
	m.turns.endAll()
	m.turns.take()
	defer m.turns.leave()
	m.user.loggedIn = false
	m.closeSession(context.Background(), "")
}

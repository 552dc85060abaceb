package ibr

import (
	"context"
	"errors"
	"sync"

	"mellium.im/xmpp/jid"
)

// A Manager registers accounts with one server. Its methods may be called from
// any goroutine; what they do to the stream they do one after the other.
//
// Every operation returns its outcome and tells it as an Event as well. The
// error is always an *Error.
type Manager struct {
	config Config

	turn chan struct{} // holds one while an operation has the stream

	// For the operation that has the turn; domain is written under mu as well.
	domain      jid.JID
	secondStage map[operation]*Form // what a server wants to know more
	asked       string              // the service that a form was asked of last, empty for the server itself
	askedBy     jid.JID             // who asked, the zero value for a guest
	loggedIn    bool                // the last stream was an account's, and nobody has logged out since
	abandoned   *session            // the stream that it gave up
	invitation  *Invitation         // what Config.Token is; nil while nobody has looked

	mu                sync.Mutex
	life              context.Context // ends at Disconnect, and with it what is under way
	endLife           context.CancelCauseFunc
	submitting        bool
	deleting          bool
	session           *session // nil when there is none
	form              *Form    // the form to fill in; nil when there is none or it is spent
	credentials       *credentials
	supported         bool
	registerOnConnect bool
	toSend            *toSend // the kept form

	telling  sync.Mutex // held while a stream's end is told by nobody who has the turn
	emitting sync.Mutex // events come one at a time
}

// Why an operation is over before its answer.
var (
	errTimeout    = errors.New("ibr: no answer in time")
	errDisconnect = errors.New("ibr: disconnected while the operation was under way")
)

// operate runs an operation when its turn comes, and tells its outcome before
// the next one's: tell is called once, whatever happens. The context that do gets
// ends with the caller's and with Disconnect.
func (m *Manager) operate(ctx context.Context, do func(context.Context) error, tell func(*Error)) error {
	return m.operateIn(m.currentLife(), ctx, do, tell)
}

func (m *Manager) operateIn(life, ctx context.Context, do func(context.Context) error, tell func(*Error)) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer context.AfterFunc(life, func() { cancel(context.Cause(life)) })()

	hasTurn := false
	select {
	case m.turn <- struct{}{}:
		hasTurn = true
		defer func() { <-m.turn }()
	case <-ctx.Done():
	}
	err := context.Cause(ctx)
	if err == nil {
		err = context.Cause(life) // ctx learns of it a moment later
	}
	if err == nil {
		err = do(ctx)
	}
	var e *Error
	if err != nil {
		e = m.failure(ctx, err)
	}
	if tell != nil {
		tell(e)
	}
	if hasTurn && m.abandoned != nil {
		m.release(m.abandoned)
		m.abandoned = nil
	}
	if e == nil {
		return nil // and no *Error that is nil
	}
	return e
}

// currentLife is the context that ends at the next Disconnect.
func (m *Manager) currentLife() context.Context {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.life
}

// withTimeout bounds one request.
func (m *Manager) withTimeout(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(ctx, m.config.Timeout, errTimeout)
}

// emit tells an event.
func (m *Manager) emit(e Event) {
	m.emitting.Lock()
	defer m.emitting.Unlock()
	m.config.Events(e)
}

// Disconnect ends what is under way, which fails with the reason Aborted, and
// closes the stream. It returns when the stream has ended.
func (m *Manager) Disconnect() {
	m.mu.Lock()
	m.endLife(errDisconnect)
	m.life, m.endLife = context.WithCancelCause(context.Background())
	m.mu.Unlock()
	m.turn <- struct{}{}
	defer func() { <-m.turn }()
	m.loggedIn = false
	m.closeSession("")
}

// begin tells whether an operation may begin of which there is one at a time,
// and notes that it has.
func (m *Manager) begin(underWay *bool) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	began := !*underWay
	*underWay = true
	return began
}

func (m *Manager) end(underWay *bool) {
	m.mu.Lock()
	*underWay = false
	m.mu.Unlock()
}

// Log tells what may help to find a fault, in its place among the events. It is
// for who makes the Dialer.
func (m *Manager) Log(level LogLevel, message string) {
	m.emit(Log{Level: level, Message: message})
}

// liveSession returns the stream if there is one that has not ended.
func (m *Manager) liveSession() *session {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.session != nil && m.session.alive() {
		return m.session
	}
	return nil
}

package ibr

import (
	"context"
	"errors"
	"time"

	"github.com/xmppreg/xmppreg/ibr/internal/stream"
)

// closeTimeout is how long the end of a stream is waited for.
const closeTimeout = 2 * time.Second

// install makes s the manager's stream, and sees that its end is told when it
// comes: after the outcome of the operation that is under way then.
func (m *Manager) install(s *session) {
	m.reportLostSession()
	m.session = s
	m.user.loggedIn = !s.IsGuest()
	m.forms.dropFormsOfOthers(s.Address().Bare())
	m.events.diagnose(Counter{Name: "streams.opened", Amount: 1})
	m.events.diagnose(Gauge{Name: "streams.open", Value: 1})
	m.events.emit(Connected{JID: s.Address().String()})
	go func() {
		<-s.Done()
		m.turns.take() // and to leave is to report it
		m.turns.leave()
	}()
}

// closeSession ends the stream, if there is one, for the reason. When ctx ends,
// it ends without the caller.
func (m *Manager) closeSession(ctx context.Context, reason Reason) {
	s := m.session
	if s == nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, closeTimeout)
	defer cancel()
	s.Close(ctx)
	m.reportEnd(s, reason)
}

// reportLostSession tells that the stream has ended, if it has.
func (m *Manager) reportLostSession() {
	if m.session != nil && !m.session.Usable() {
		m.reportEnd(m.session, endReason(m.session))
	}
}

// reportEnd tells that a stream has ended, unless that was told before.
func (m *Manager) reportEnd(s *session, reason Reason) {
	if !s.ClaimReport() {
		return
	}
	if m.session == s {
		m.session = nil
	}
	m.setSupported(false)
	m.events.diagnose(Gauge{Name: "streams.open", Value: 0})
	m.events.emit(Disconnected{Reason: reason})
}

// endReason says why a stream has ended. It is empty if the server has dropped a user who was
// silent, which is no error. To drop guests, some servers say not-authorized.
func endReason(s *session) Reason {
	cause, idle := s.End()
	var e *stream.Error
	if idle && errors.As(cause, &e) && (e.Condition == "connection-timeout" || e.Condition == "not-authorized" && s.IsGuest()) {
		return ""
	}
	return failure(context.Background(), cause).Reason
}

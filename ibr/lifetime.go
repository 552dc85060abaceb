package ibr

import (
	"context"
	"errors"
)

// install makes s the manager's stream and tells of its end when that comes.
func (m *Manager) install(s *session) {
	m.secondStage = map[operation]*Form{}
	m.loggedIn = !s.isGuest()
	m.forgetLast()
	m.mu.Lock()
	m.session = s
	// What one user was asked is not for another to answer.
	if m.form != nil && !m.form.owner.Equal(s.own.Bare()) {
		m.form = nil
	}
	if !m.askedBy.Equal(s.own.Bare()) {
		m.asked = ""
	}
	if m.toSend != nil && !m.toSend.isFor(s.own.Bare()) {
		m.toSend = nil
	}
	m.mu.Unlock()
	m.emit(Counter{Name: "streams.opened", Amount: 1})
	m.emit(Gauge{Name: "streams.open", Value: 1})
	m.emit(Connected{JID: s.own.String()})
	go func() {
		<-s.done
		m.telling.Lock()
		defer m.telling.Unlock()
		if m.mayTell(s) {
			m.disconnected(m.endOf(s))
		}
	}()
}

// forgetLast sees that the end of the last stream has been told before the next
// one is told of.
func (m *Manager) forgetLast() {
	m.telling.Lock()
	defer m.telling.Unlock()
	m.mu.Lock()
	last := m.session
	m.mu.Unlock()
	if last != nil && m.mayTell(last) {
		m.disconnected(m.endOf(last))
	}
}

// closeSession ends the stream, if there is one, for the reason.
func (m *Manager) closeSession(reason Reason) {
	m.mu.Lock()
	s := m.session
	m.mu.Unlock()
	if s == nil {
		return
	}
	tell := m.mayTell(s)
	s.close()
	if tell {
		m.disconnected(reason)
	}
}

// mayTell forgets s as the manager's stream. It is true for the first who asks:
// that one tells of the end.
func (m *Manager) mayTell(s *session) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if s.held {
		return false
	}
	if m.session == s {
		m.session = nil
	}
	first := !s.told
	s.told = true
	return first
}

// endOf says why a stream has ended. That a server drops who is silent is no
// error.
func (m *Manager) endOf(s *session) Reason {
	s.mu.Lock()
	end, idle := s.end, s.idle
	s.mu.Unlock()
	var e *streamError
	if idle && errors.As(end, &e) && (e.condition == "connection-timeout" || e.condition == "not-authorized" && s.isGuest()) {
		return ""
	}
	return m.failure(context.Background(), end).Reason
}

// disconnected tells that there is no stream any more.
func (m *Manager) disconnected(reason Reason) {
	m.setSupported(nil, false)
	m.emit(Gauge{Name: "streams.open", Value: 0})
	m.emit(Disconnected{Reason: reason})
}

// hold keeps back that the stream has ended, if it does, until the outcome of
// an operation has been told that may end it.
func (m *Manager) hold(s *session) {
	m.mu.Lock()
	s.held = true
	m.mu.Unlock()
}

// release tells of an end that was kept back, if it has come.
func (m *Manager) release(s *session) {
	m.mu.Lock()
	s.held = false
	m.mu.Unlock()
	if s.hasEnded() && m.mayTell(s) {
		m.disconnected(m.endOf(s))
	}
}

// abandon gives a stream up for the operation that has the turn, whose outcome
// is told before the end of the stream.
func (m *Manager) abandon(s *session) {
	m.hold(s)
	s.abandon()
	m.abandoned = s
}

// closeHeld ends a stream whose end was kept back, and tells of it.
func (m *Manager) closeHeld(s *session, reason Reason) {
	s.close()
	m.mu.Lock()
	s.held = false
	m.mu.Unlock()
	if m.mayTell(s) {
		m.disconnected(reason)
	}
}

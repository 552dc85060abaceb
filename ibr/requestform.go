package ibr

import (
	"context"
	"fmt"

	"mellium.im/xmpp/jid"
)

// RequestForm asks the server for its registration form (XEP-0077 section
// 3.1.1), and connects first if it must. The form is kept for Submit.
func (m *Manager) RequestForm(ctx context.Context) (*Form, error) {
	var form *Form
	err := m.operate(ctx, func(ctx context.Context) (err error) {
		form, err = m.requestForm(ctx)
		return err
	})
	if err != nil {
		return nil, m.registrationFailed(err)
	}
	return form, nil
}

func (m *Manager) requestForm(ctx context.Context) (*Form, error) {
	s, err := m.guest(ctx)
	if err != nil {
		return nil, err
	}
	iq, err := m.ask(ctx, s, request{op: opGet}, "get", m.domain.String(), jid.JID{}, el(nsRegister, "query"))
	if err != nil {
		return nil, err
	}
	query := iq.child(nsRegister, "query")
	if query == nil {
		return nil, malformed("The server answered without a registration form.")
	}
	form, ok := parseForm(query)
	if !ok {
		return nil, malformed("The server's registration form is empty: it has no field, no text and no address.")
	}
	form.Domain = m.domain.String()
	m.keepForm(form)
	m.emit(FormReceived{Form: form})
	return form, nil
}

// keepForm sets the form that Submit fills in, nil for none.
func (m *Manager) keepForm(form *Form) {
	m.mu.Lock()
	m.form = form
	m.mu.Unlock()
}

// registrationFailed tells the outcome and returns it. A guest's stream with a
// server that offers no registration serves no purpose, so it is closed.
func (m *Manager) registrationFailed(err error) *Error {
	e := m.asError(err)
	m.emit(Log{Level: LogWarning, Message: fmt.Sprintf("registration failed: %s (%s)", e.Reason, e.Condition)})
	m.emit(Failed{Err: e})
	if e.Kind == KindStream && e.Condition == "feature-not-implemented" {
		m.closeSession(e.Reason)
	}
	return e
}

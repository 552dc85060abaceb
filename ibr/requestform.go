package ibr

import (
	"context"
	"fmt"

	"mellium.im/xmpp/jid"
)

// RequestForm asks for a registration form (XEP-0077 section 3.1.1) and keeps it
// for Submit. With service empty it asks the user's own server: as the account
// that is logged in, and logs in to it again if the connection was lost since;
// else as a guest, and connects if it must. Disconnect makes a guest of who was
// logged in. With a service it asks the one at that address, for which the user
// has to be logged in.
//
// A server may answer with an error that has a Form. That one is kept as well.
func (m *Manager) RequestForm(ctx context.Context, service string) (*Form, error) {
	var form *Form
	err := m.operate(ctx, func(ctx context.Context) (err error) {
		form, err = m.requestForm(ctx, service)
		return err
	}, m.tellFailure)
	if err != nil {
		return nil, err
	}
	return form, nil
}

func (m *Manager) requestForm(ctx context.Context, service string) (*Form, error) {
	s, to, err := m.addressee(ctx, service)
	if err != nil {
		return nil, err
	}
	m.asked, m.askedBy = service, s.own.Bare()
	iq, err := m.ask(ctx, s, request{op: opGet}, "get", to, el(nsRegister, "query"))
	if err != nil {
		if e := m.asError(err); e.Form != nil {
			m.keepForm(e.Form) // the server wants this one answered instead
		}
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
	m.receive(ctx, s, to, form, iq)
	m.keepForm(form)
	m.emit(FormReceived{Form: form})
	return form, nil
}

// addressee returns the stream to ask over and the address to ask: the user's
// own server, or a service.
func (m *Manager) addressee(ctx context.Context, service string) (*session, jid.JID, error) {
	if service == "" {
		s, err := m.home(ctx)
		return s, m.domain, err
	}
	to, err := serviceAddress(service)
	if err != nil {
		return nil, to, err
	}
	s, err := m.account(ctx)
	return s, to, err
}

// addresseeOf returns the stream to answer a form over and the address to answer
// to. The form of an account is answered by that account: over a guest's stream
// its answers would register somebody else.
func (m *Manager) addresseeOf(ctx context.Context, form *Form) (*session, jid.JID, error) {
	owner := form.owner
	if owner.Equal(jid.JID{}) {
		return m.addressee(ctx, form.Service)
	}
	s, err := m.account(ctx)
	if err != nil {
		return nil, jid.JID{}, err
	}
	if !s.own.Bare().Equal(owner) {
		return nil, jid.JID{}, refuse(NotAuthorized, "not-authorized", "", fmt.Sprintf(
			"This form is the one of %s, and %s is logged in now. Ask for the form of that account, or log in as %s again.",
			owner, s.own.Bare(), owner))
	}
	to := m.domain
	if form.Service != "" {
		to, err = serviceAddress(form.Service)
	}
	return s, to, err
}

// keepForm sets the form that Submit fills in, nil for none.
func (m *Manager) keepForm(form *Form) {
	m.mu.Lock()
	m.form = form
	m.mu.Unlock()
}

// tellFailure tells that a form could not be had or was not accepted. A guest's
// stream with a server that offers no registration serves no purpose, so it is
// closed.
func (m *Manager) tellFailure(e *Error) {
	if e == nil {
		return
	}
	m.Log(LogWarning, fmt.Sprintf("registration failed: %s (%s)", e.Reason, e.Condition))
	m.emit(Failed{Err: e})
	if e.Kind == KindStream && e.Condition == "feature-not-implemented" {
		m.closeSession(e.Reason)
	}
}

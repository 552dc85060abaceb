package ibr

import (
	"context"

	"mellium.im/xmpp/jid"
)

// An Account is what a registration has made.
type Account struct {
	JID      string // the address to log in with, prepared as RFC 7622 wants it
	Username string // its local part
	Domain   string
	Service  string // the service that was registered with, empty for an account
}

// Submit fills in the form that RequestForm brought and sends it (XEP-0077
// section 3.1.2). Without a form it asks for one first, to know its kind. It
// connects again if the server has dropped the stream since: servers do that
// while people type.
//
// What the form itself rules out is refused with the name of the field before
// anything is sent. The request to create the account is never sent twice; if
// no answer comes, the error has OutcomeUnknown.
//
// A form is good for one answer. After a failure the next Submit asks for a new
// one, and if that has a CAPTCHA fails with CaptchaRequired and the form.
func (m *Manager) Submit(ctx context.Context, values Values) (*Account, error) {
	if !m.beginSubmit() {
		return nil, busy("Sending the form")
	}
	defer m.endSubmit()
	var account *Account
	err := m.operate(ctx, func(ctx context.Context) (err error) {
		account, err = m.submit(ctx, values)
		return err
	})
	if err != nil {
		return nil, m.registrationFailed(err)
	}
	m.emit(Succeeded{Account: account})
	return account, nil
}

func (m *Manager) beginSubmit() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.submitting {
		return false
	}
	m.submitting = true
	return true
}

func (m *Manager) endSubmit() {
	m.mu.Lock()
	m.submitting = false
	m.mu.Unlock()
}

func (m *Manager) submit(ctx context.Context, values Values) (*Account, error) {
	form, err := m.formToFillIn(ctx)
	if err != nil {
		return nil, err
	}
	payload, address, err := form.answer(values, m.domain)
	if err != nil {
		return nil, err
	}
	s, err := m.guest(ctx)
	if err != nil {
		return nil, err
	}
	m.keepForm(nil) // spent, whatever comes of it
	req := request{op: opSet, captcha: form.HasCaptcha(), oldStyle: !form.IsDataForm}
	_, err = m.ask(ctx, s, req, "set", m.domain.String(), jid.JID{}, el(nsRegister, "query", payload...))
	if err != nil {
		e := m.asError(err)
		if e.Form != nil {
			m.keepForm(e.Form)
		}
		return nil, e
	}
	return &Account{JID: address.String(), Username: address.Localpart(), Domain: m.domain.String()}, nil
}

// formToFillIn returns the kept form or asks for a new one. A CAPTCHA that
// nobody has seen can't have been answered.
func (m *Manager) formToFillIn(ctx context.Context) (*Form, error) {
	m.mu.Lock()
	form := m.form
	m.mu.Unlock()
	if form != nil {
		return form, nil
	}
	form, err := m.requestForm(ctx)
	if err != nil {
		return nil, err
	}
	if form.HasCaptcha() {
		return nil, &Error{Kind: KindForm, Reason: CaptchaRequired, Form: form}
	}
	return form, nil
}

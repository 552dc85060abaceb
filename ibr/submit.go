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
// while people type. The form of an account that was logged in is sent by that
// account only, which is logged in again.
//
// What the form itself rules out is refused with the name of the field before
// anything is sent. The request to create the account is never sent twice; if
// no answer comes, the error has OutcomeUnknown.
//
// A form is good for one answer. After a failure the next Submit asks for a new
// one, and if that has a CAPTCHA fails with CaptchaRequired and the form.
func (m *Manager) Submit(ctx context.Context, values Values) (*Account, error) {
	return m.register(m.currentLife(), ctx, func(ctx context.Context) (*Account, error) {
		form, err := m.formToFillIn(ctx)
		if err != nil {
			return nil, err
		}
		return m.submit(ctx, form, values)
	})
}

// register runs an operation that registers, one at a time, and tells its
// outcome.
func (m *Manager) register(life, ctx context.Context, do func(context.Context) (*Account, error)) (*Account, error) {
	if !m.begin(&m.submitting) {
		return nil, busy("Sending the form")
	}
	defer m.end(&m.submitting)
	var account *Account
	err := m.operateIn(life, ctx, func(ctx context.Context) (err error) {
		account, err = do(ctx)
		return err
	}, func(e *Error) {
		if m.tellFailure(e); e == nil {
			m.emit(Succeeded{Account: account})
		}
	})
	if err != nil {
		return nil, err
	}
	return account, nil
}

// submit fills in the form and sends it. A bare Connect then logs in to the
// account that it has made.
func (m *Manager) submit(ctx context.Context, form *Form, values Values) (*Account, error) {
	if form.Service == "" && m.domain.Equal(jid.JID{}) {
		// The name is one of the domain that the invitation is for.
		if err := m.readInvitation(ctx); err != nil {
			return nil, err
		}
	}
	if form.asksNothing() && (form.Service == "" || form.URL != "") {
		return nil, form.nothingToFillIn()
	}
	var address jid.JID
	var username func(string) (string, error)
	if form.Service == "" {
		username = func(name string) (_ string, err error) {
			address, err = prepare(name, m.domain)
			return address.Localpart(), err
		}
	}
	payload, err := form.fill(values, username)
	if err != nil {
		return nil, err
	}
	s, to, err := m.addresseeOf(ctx, form)
	if err != nil {
		return nil, err
	}
	if form.Service == "" && address.Equal(jid.JID{}) {
		address = s.own.Bare() // the record of an account need not ask for its name
	}
	password := form.password(values)
	m.spend(form)
	req := request{op: opSet, captcha: form.HasCaptcha(), oldStyle: !form.IsDataForm}
	_, err = m.ask(ctx, s, req, "set", to, el(nsRegister, "query", payload...))
	if err != nil {
		e := m.asError(err)
		if e.Form != nil {
			m.keepForm(e.Form)
		}
		if e.OutcomeUnknown && form.Service == "" && !s.isGuest() {
			m.learnPassword(s, address, password, m.knownCredentials().passwords...)
		}
		return nil, e
	}
	if form.Service != "" {
		return &Account{JID: to.String(), Username: first(values.Fields["username"]), Domain: m.domain.String(), Service: form.Service}, nil
	}
	m.learnPassword(s, address, password)
	return &Account{JID: address.String(), Username: address.Localpart(), Domain: m.domain.String()}, nil
}

// learnPassword remembers what a registration has set: the password of a new
// account, or a new one of the account that is logged in. If it may be another
// one still, those that it may be follow.
func (m *Manager) learnPassword(s *session, address jid.JID, password string, others ...string) {
	if password == "" || address.Localpart() == "" || !s.isGuest() && !s.own.Bare().Equal(address) {
		return
	}
	m.setCredentials(&credentials{account: address, passwords: append([]string{password}, others...)})
}

// spend forgets a form that is on its way: it is good for one answer, whatever
// comes of it.
func (m *Manager) spend(form *Form) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.form == form {
		m.form = nil
	}
	if m.toSend != nil && m.toSend.form == form {
		m.toSend = nil
	}
}

// formToFillIn returns the kept form or asks for a new one, of the service that
// the last one was asked of: no other may see the answers. A CAPTCHA that
// nobody has seen can't have been answered.
func (m *Manager) formToFillIn(ctx context.Context) (*Form, error) {
	m.mu.Lock()
	form := m.form
	m.mu.Unlock()
	if form != nil {
		return form, nil
	}
	form, err := m.requestForm(ctx, m.asked)
	if err != nil {
		return nil, err
	}
	if form.HasCaptcha() {
		return nil, &Error{Kind: KindForm, Reason: CaptchaRequired, Form: form}
	}
	return form, nil
}

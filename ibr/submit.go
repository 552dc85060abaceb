package ibr

import (
	"context"
	"fmt"

	"github.com/xmppreg/xmppreg/internal/jid"
	"github.com/xmppreg/xmppreg/internal/xmltree"
)

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
	return m.register(m.turns.currentLife(), ctx, func(ctx context.Context) (*Account, error) {
		form, err := m.formToFillIn(ctx)
		if err != nil {
			return nil, err
		}
		return m.submit(ctx, form, &keptAnswers{values: values})
	})
}

// register runs an operation that registers, one at a time, and tells its
// outcome.
func (m *Manager) register(life, ctx context.Context, do func(context.Context) (*Account, error)) (*Account, error) {
	if !m.turns.begin(toSet) {
		return nil, busy("a form is being sent")
	}
	defer m.turns.end(toSet)
	var account *Account
	err := m.operateIn(life, ctx, func(ctx context.Context) (err error) {
		account, err = do(ctx)
		return err
	}, func(ctx context.Context, e *Error) {
		if m.tellAndClose(ctx, e); e == nil {
			m.events.emit(Succeeded{Account: account})
		}
	})
	if err != nil {
		return nil, err
	}
	return account, nil
}

// formToFillIn returns the form that is there or asks for a new one, of the
// service that the last one was asked of. A CAPTCHA that nobody has seen can't
// have been answered.
func (m *Manager) formToFillIn(ctx context.Context) (*ownedForm, error) {
	if f := m.forms.toFillIn(); f != nil {
		return f, nil
	}
	f, err := m.requestForm(ctx, m.forms.lastService())
	if err != nil {
		return nil, err
	}
	if f.HasCaptcha() {
		return nil, &Error{Kind: KindForm, Reason: CaptchaRequired, Form: f.Form}
	}
	return f, nil
}

// submit fills in a form and sends it. A bare Connect then logs in to the account that it has
// made.
func (m *Manager) submit(ctx context.Context, f *ownedForm, answers *keptAnswers) (*Account, error) {
	if f.Service != "" {
		return m.submitToService(ctx, f, answers)
	}
	return m.submitAccount(ctx, f, answers)
}

// submitAccount registers an account with the user's own server, or changes what that has on
// record of one.
func (m *Manager) submitAccount(ctx context.Context, f *ownedForm, answers *keptAnswers) (*Account, error) {
	if m.user.domain.Equal(jid.JID{}) {
		// The name is one of the domain that the invitation is for.
		if err := m.readInvitation(ctx); err != nil {
			return nil, err
		}
	}
	if f.AsksNothing() {
		return nil, nothingToFillIn(f.Form)
	}
	if f.Domain == "" {
		f.ForAccount(m.user.domain.String()) // nobody has asked for this form
	}
	var address jid.JID
	payload, err := f.Fill(answers.values, func(name string) (_ string, err error) {
		address, err = prepareName(name, m.user.domain)
		return address.Localpart(), err
	})
	if err != nil {
		return nil, err
	}
	password := f.Password(answers.values)
	s, err := m.send(ctx, f, answers, password, payload)
	if err != nil {
		return nil, err
	}
	if f.begun != nil && password == "" {
		password = f.begun.password
	}
	if address.Equal(jid.JID{}) {
		if f.begun != nil {
			address, _ = m.user.domain.WithLocal(f.begun.account.Username)
		} else {
			address = s.session.Address().Bare() // the record of an account need not ask for its name
		}
	}
	account := &Account{JID: address.String(), Username: address.Localpart(), Domain: m.user.domain.String()}
	m.noteOutcome(m.submitted(s.session, *account, address, password), s.err)
	if s.err != nil {
		if s.err.OutcomeUnknown && s.session.Address().Bare().Equal(address) && password != "" {
			m.user.tryFirst(address, password)
		}
		return nil, s.err
	}
	m.learnPassword(s.session, address, password)
	m.noteResult(ctx, s, account, password)
	return account, nil
}

// submitToService registers with a service, whose user names are its own.
func (m *Manager) submitToService(ctx context.Context, f *ownedForm, answers *keptAnswers) (*Account, error) {
	if f.AsksNothing() && f.URL != "" {
		return nil, nothingToFillIn(f.Form)
	}
	payload, err := f.Fill(answers.values, nil)
	if err != nil {
		return nil, err
	}
	s, err := m.send(ctx, f, answers, "", payload)
	if err != nil {
		return nil, err
	}
	if s.err != nil {
		return nil, s.err
	}
	account := &Account{JID: f.Service, Service: f.Service, Domain: m.user.domain.String()}
	if names := answers.values.Fields["username"]; len(names) > 0 {
		account.Username = names[0]
	} else if f.begun != nil {
		account.Username = f.begun.account.Username
	}
	m.noteResult(ctx, s, account, "")
	return account, nil
}

// submitted is a form that makes an account or sets its password, as far as a login can tell
// what came of it.
func (m *Manager) submitted(s *session, account Account, address jid.JID, password string) unsettled {
	u := unsettled{operation: OperationSubmit, account: account, address: address}
	if password != "" && address.Localpart() != "" {
		u.passwords = []string{password}
	}
	if c := m.user.credentials; c != nil && s.Address().Bare().Equal(address) {
		u.before = c.passwords
	}
	return u
}

// A sending is the answers to a form that have gone out, and what has come of them.
type sending struct {
	form     *ownedForm
	question question
	session  *session
	result   *xmltree.Element
	err      *Error // what there is in place of a result
}

// send sends the answers to a form, which are spent then. It connects once more if the
// connection is lost before they are sent. password is that of an account, and may be empty.
// The error means that nothing was sent: the form and the answers can be sent again.
func (m *Manager) send(ctx context.Context, f *ownedForm, answers *keptAnswers, password string, payload []xmltree.Element) (*sending, error) {
	s := &sending{form: f, question: question{purpose: toSet, captcha: f.HasCaptcha(), oldStyle: !f.IsDataForm, password: password}}
	for range 2 {
		var err error
		if s.session, s.question.to, err = m.connectToAnswer(ctx, f); err != nil {
			return nil, err
		}
		s.result, s.err = m.ask(ctx, s.session, s.question, xmltree.New(nsRegister, "query", payload...))
		if s.err == nil || !s.err.unsent {
			m.forms.spend(f, answers)
			if s.err != nil && s.err.Form != nil {
				m.forms.fillInNext(&ownedForm{s.err.Form, s.session.Address().Bare(), f.begun})
			}
			return s, nil
		}
		if ctx.Err() != nil || s.session.Usable() {
			break
		}
	}
	return nil, s.err
}

// connectToAnswer returns the stream to answer a form over and the address to answer
// to. The form of an account is answered by that account: over a guest's stream
// its answers would register somebody else.
func (m *Manager) connectToAnswer(ctx context.Context, f *ownedForm) (*session, jid.JID, error) {
	if f.owner.Equal(jid.JID{}) {
		return m.connectToAsk(ctx, f.Service)
	}
	s, err := m.accountSession(ctx)
	if err != nil {
		return nil, jid.JID{}, err
	}
	if user := s.Address().Bare(); !user.Equal(f.owner) {
		return nil, jid.JID{}, refuse(NotAuthorized, "not-authorized", "",
			fmt.Sprintf("the form is the one of %s, and %s is logged in", f.owner, user))
	}
	to := m.user.domain
	if f.Service != "" {
		to, err = serviceAddress(f.Service)
	}
	return s, to, err
}

// nothingToFillIn is the error of a form that no account can be made with.
func nothingToFillIn(f *Form) *Error {
	e := &Error{Kind: KindForm, Reason: NotSupported, Type: "cancel", Condition: "feature-not-implemented",
		Detail: "the form has nothing to fill in"}
	if f.URL != "" {
		e.Form, e.URL = f, f.URL
	}
	return e
}

// noteResult notes what the result says is still to be done. A form in it is the next to
// fill in.
func (m *Manager) noteResult(ctx context.Context, s *sending, account *Account, password string) {
	query := s.result.Child(nsRegister, "query")
	if query == nil {
		return
	}
	said := s.form.ParseResult(query)
	account.Instructions, account.URL, account.Application, account.Form = said.Instructions, said.URL, said.Application, said.Form
	if said.Form == nil {
		return
	}
	m.completeForm(ctx, s.session, s.question, said.Form, s.result)
	if !said.Form.AsksNothing() {
		m.forms.fillInNext(&ownedForm{Form: said.Form, owner: s.session.Address().Bare(), begun: &begun{*account, password}})
	}
}

package ibr

import (
	"context"

	"mellium.im/xmpp/jid"
)

// ChangePassword changes the password of the account that is logged in (XEP-0077
// section 3.3). Changes that are asked for at once are made one after the other.
// From then on the manager logs in with the new password.
//
// A server that wants to know more answers with an error that has a Form: call
// again with the same password and the answers to it. Its user name and the new
// password are known, whatever values hold.
func (m *Manager) ChangePassword(ctx context.Context, newPassword string, values Values) error {
	return m.operate(ctx, func(ctx context.Context) error {
		return m.changePassword(ctx, newPassword, values)
	}, func(e *Error) {
		if e != nil {
			m.emit(PasswordChangeFailed{Err: e})
		} else {
			m.emit(PasswordChanged{NewPassword: newPassword})
		}
	})
}

func (m *Manager) changePassword(ctx context.Context, newPassword string, values Values) error {
	password := Field{Name: "password", Type: TextPrivate, Required: true}
	if _, err := password.answer(Values{Fields: map[string][]string{"password": {newPassword}}}); err != nil {
		return err
	}
	s, err := m.account(ctx)
	if err != nil {
		return err
	}
	username := s.own.Localpart()
	payload := []element{textEl("username", username), textEl("password", newPassword).asSecret()}
	err = m.inStages(ctx, s, stages{
		op:      opChange,
		to:      m.domain,
		first:   payload,
		values:  values,
		presets: map[string]string{"username": username, "password": newPassword},
	})
	e := m.asError(err)
	switch {
	case e == nil:
		m.setCredentials(&credentials{account: s.own.Bare(), passwords: []string{newPassword}})
		return nil
	case e.OutcomeUnknown:
		both := append([]string{newPassword}, m.knownCredentials().passwords...)
		m.setCredentials(&credentials{account: s.own.Bare(), passwords: both})
	}
	return e
}

// stages is a change that a server may want to know more for before it makes it
// (XEP-0077 sections 3.2 and 3.3): its first answer is an error with a form.
type stages struct {
	op      operation
	to      jid.JID           // who is asked, the zero value for nobody in particular
	first   []element         // what is sent without a form
	values  Values            // the user's answers to the form
	presets map[string]string // what is known without asking
}

// inStages sends the request, or the answers to the form that the server gave
// to the last one of this kind. A form that comes only now is filled in at
// once if there are answers, and no CAPTCHA that nobody has seen.
func (m *Manager) inStages(ctx context.Context, s *session, st stages) error {
	var form *Form
	if st.values.Fields != nil {
		form = m.secondStage[st.op]
	}
	for {
		payload := st.first
		if form != nil {
			answers, err := form.secondStageAnswer(st)
			if err != nil {
				return err
			}
			payload = answers
		}
		_, err := m.ask(ctx, s, request{op: st.op}, "set", st.to, el(nsRegister, "query", payload...))
		e := m.asError(err)
		if e == nil {
			delete(m.secondStage, st.op)
			return nil
		}
		m.secondStage[st.op] = e.Form
		if e.Form == nil || form != nil || len(st.values.Fields) == 0 || e.Form.HasCaptcha() {
			return e
		}
		form = e.Form
	}
}

// secondStageAnswer fills in the form of a second stage. What is known goes
// before what the caller says of it.
func (f *Form) secondStageAnswer(st stages) ([]element, error) {
	values := Values{Fields: map[string][]string{}, Complete: st.values.Complete}
	for name, value := range st.values.Fields {
		values.Fields[name] = value
	}
	for name, value := range st.presets {
		values.Fields[name] = []string{value}
	}
	return f.fill(values, nil)
}

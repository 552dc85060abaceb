package ibr

import (
	"context"

	"github.com/xmppreg/xmppreg/ibr/form"
	"github.com/xmppreg/xmppreg/internal/xmltree"
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
	}, func(_ context.Context, e *Error) {
		if e != nil {
			m.events.emit(PasswordChangeFailed{Err: e})
		} else {
			m.events.emit(PasswordChanged{NewPassword: newPassword})
		}
	})
}

func (m *Manager) changePassword(ctx context.Context, newPassword string, values Values) error {
	if err := form.CheckPassword(newPassword); err != nil {
		return err
	}
	s, err := m.accountSession(ctx)
	if err != nil {
		return err
	}
	account, username := s.Address().Bare(), s.Address().Localpart()
	e := m.askInStages(ctx, s, stages{
		question: question{purpose: toChange, to: m.user.domain, password: newPassword},
		payload: []xmltree.Element{
			xmltree.NewText("username", username),
			xmltree.NewText("password", newPassword).AsSecret(),
		},
		known:  map[string]string{"username": username, "password": newPassword},
		values: values,
	})
	u := unsettled{operation: OperationChangePassword, address: account, passwords: []string{newPassword}}
	if c := m.user.credentials; c != nil {
		u.before = c.passwords
	}
	m.noteOutcome(u, e)
	switch {
	case e == nil:
		m.user.credentials = &credentials{account: account, passwords: []string{newPassword}}
		return nil
	case e.OutcomeUnknown:
		m.user.tryFirst(account, newPassword)
	}
	return e
}

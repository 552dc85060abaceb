package ibr

import (
	"context"

	"github.com/xmppreg/xmppreg/ibr/form"
)

// SetFormToSend keeps answers for SendForm, and for Connect with
// RegisterOnConnect. They are sent as answers to the form that the manager has,
// or as old-style fields (XEP-0077 section 3.1) where it has none.
func (m *Manager) SetFormToSend(values Values) { m.forms.keep(values) }

// SendForm sends the answers that SetFormToSend has kept, and forgets them when
// they are on their way. It connects if it must, as Submit does, and does not
// ask for a form first.
func (m *Manager) SendForm(ctx context.Context) (*Account, error) {
	return m.sendForm(m.turns.currentLife(), ctx)
}

func (m *Manager) sendForm(life, ctx context.Context) (*Account, error) {
	return m.register(life, ctx, func(ctx context.Context) (*Account, error) {
		kept := m.forms.toSend()
		if kept == nil {
			return nil, refuse(BadRequest, "bad-request", "", "there is no form to send: SetFormToSend keeps one")
		}
		if kept.form != nil {
			return m.submit(ctx, kept.form, kept)
		}
		oldStyle := form.OldStyle(kept.values)
		if err := oldStyle.CheckNames(); err != nil {
			return nil, err
		}
		return m.submit(ctx, &ownedForm{Form: oldStyle}, kept)
	})
}

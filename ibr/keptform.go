package ibr

import (
	"context"
	"sort"
	"strings"

	"mellium.im/xmpp/jid"
)

// toSend is a form that is kept until there is a connection to send it over.
type toSend struct {
	form   *Form // the form it answers; old-style fields if there was none
	asked  bool  // the form was asked for
	values Values
}

// isFor tells whether that user may send it: who was asked for it, or anybody if
// nobody was.
func (k *toSend) isFor(user jid.JID) bool {
	return !k.asked || k.form.owner.Equal(user)
}

// SetFormToSend keeps answers for SendForm, and for Connect with
// RegisterOnConnect. They are sent as answers to the form that the manager has,
// or as old-style fields where it has none.
func (m *Manager) SetFormToSend(values Values) {
	m.mu.Lock()
	defer m.mu.Unlock()
	kept := &toSend{form: m.form, asked: m.form != nil, values: values}
	if !kept.asked {
		kept.form = oldStyleForm(values)
	}
	m.toSend = kept
}

// SendForm sends the answers that SetFormToSend has kept, and forgets them when
// they are on their way. It connects if it must, as Submit does, and does not
// ask for a form first.
func (m *Manager) SendForm(ctx context.Context) (*Account, error) {
	return m.sendForm(m.currentLife(), ctx)
}

func (m *Manager) sendForm(life, ctx context.Context) (*Account, error) {
	return m.register(life, ctx, func(ctx context.Context) (*Account, error) {
		m.mu.Lock()
		kept := m.toSend
		m.mu.Unlock()
		if kept == nil {
			return nil, refuse(BadRequest, "bad-request", "", "There is no form to send: set one first.")
		}
		if !kept.asked {
			if err := checkOldStyle(kept.form); err != nil {
				return nil, err
			}
		}
		return m.submit(ctx, kept.form, kept.values)
	})
}

// SetRegisterOnConnect decides what Connect is for: to register, or to log in.
func (m *Manager) SetRegisterOnConnect(enabled bool) {
	m.mu.Lock()
	m.registerOnConnect = enabled
	m.mu.Unlock()
}

// RegisterOnConnect tells what Connect is for: to register, or to log in.
func (m *Manager) RegisterOnConnect() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.registerOnConnect
}

// connectToRegister opens a guest's stream for Connect, and goes on to register
// when it has returned.
func (m *Manager) connectToRegister(ctx context.Context, domain jid.JID) error {
	life := m.currentLife()
	err := m.operateIn(life, ctx, func(ctx context.Context) error {
		if s := m.liveSession(); s != nil && (!s.isGuest() || !m.domain.Equal(domain)) {
			m.closeSession("")
		}
		m.loggedIn = false // a guest registers, even if the server can't be reached now
		m.setDomain(domain)
		_, err := m.guest(ctx)
		return err
	}, m.tellFailure)
	if err != nil {
		return err
	}
	m.mu.Lock()
	send := m.toSend != nil
	m.mu.Unlock()
	go func() {
		// The outcome is told by an event.
		if send {
			_, _ = m.sendForm(life, context.Background())
			return
		}
		_ = m.operateIn(life, context.Background(), func(ctx context.Context) error {
			_, err := m.requestForm(ctx, "")
			return err
		}, m.tellFailure)
	}()
	return nil
}

// schemaOrder is the order of the old-style fields in XEP-0077 section 14.1.
var schemaOrder = strings.Fields("username nick password name first last email address city state zip phone url date misc text key")

// oldStyleForm is the form that these values answer if the server's own form was
// never asked for.
func oldStyleForm(values Values) *Form {
	names := make([]string, 0, len(values.Fields))
	for name := range values.Fields {
		names = append(names, name)
	}
	sort.Strings(names)
	form := &Form{}
	for _, name := range append(schemaOrder[:len(schemaOrder):len(schemaOrder)], names...) {
		if _, given := values.Fields[name]; given && form.Field(name) == nil {
			form.Fields = append(form.Fields, Field{Name: name, Type: TextSingle, Required: name == "username" || name == "password"})
		}
	}
	return form
}

// checkOldStyle refuses a field that XEP-0077 does not name: it would become the
// name of an element.
func checkOldStyle(form *Form) error {
	for _, field := range form.Fields {
		known := false
		for _, name := range schemaOrder {
			known = known || field.Name == name
		}
		if !known {
			return refuse(Rejected, "not-acceptable", field.Name,
				"“"+field.Name+"” is no field of XEP-0077. Ask for the server's form first, and keep the answers to it then.")
		}
	}
	return nil
}

package ibr

import (
	"context"

	"github.com/xmppreg/xmppreg/ibr/internal/stream"
	"github.com/xmppreg/xmppreg/internal/jid"
)

// A Login is what a user logs in with.
type Login struct {
	JID      string // the address; a resource in it is ignored
	Password string
}

// Connect logs in (RFC 6120 sections 6 and 7) and sees whether the server
// supports registration. The address decides the domain. It returns at once
// when that account is logged in already.
//
// With the zero Login it uses what the manager knows: the last login, or the
// account that was just registered.
//
// With RegisterOnConnect it does not log in, but returns when the stream's
// features are there, and then sends the kept form if there is one, else asks
// for the form; their outcomes come as events.
func (m *Manager) Connect(ctx context.Context, login Login) error {
	if m.RegisterOnConnect() {
		return m.connectToRegister(ctx, login.JID)
	}
	c, err := credentialsOf(login)
	if err != nil {
		return err
	}
	return m.operate(ctx, func(ctx context.Context) error {
		if c == nil {
			_, err := m.accountSession(ctx)
			return err
		}
		_, err := m.logIn(ctx, c)
		return err
	}, nil)
}

// credentialsOf reads a login: nil for the zero Login.
func credentialsOf(login Login) (*credentials, error) {
	if login == (Login{}) {
		return nil, nil
	}
	account, err := accountAddress(login.JID)
	if err != nil {
		return nil, err
	}
	if login.Password == "" {
		return nil, refuse(Rejected, "not-acceptable", "password", "the password is missing")
	}
	return &credentials{account: account, passwords: []string{login.Password}}, nil
}

// logIn returns the stream of that account and opens it where there is none.
func (m *Manager) logIn(ctx context.Context, c *credentials) (*session, error) {
	if c == nil {
		return nil, refuse(NotAuthorized, "not-authorized", "", "the address and the password of an account are not known")
	}
	if s := m.usableSession(); s != nil {
		if s.Address().Bare().Equal(c.account) {
			return s, nil
		}
		m.closeSession(ctx, "")
	}
	m.useDomain(c.account.Domain())
	m.user.credentials = c // also if the login fails: from now on this account is meant
	s, err := m.dialAccount(ctx, c)
	if err != nil {
		if isNotAuthorized(err) {
			m.user.credentials = nil
		}
		return nil, err
	}
	return s, m.beginSession(ctx, s)
}

// beginSession makes the stream of an account the manager's, and sees what the server
// supports. It closes the stream if that fails.
func (m *Manager) beginSession(ctx context.Context, s *session) error {
	m.install(s)
	err := m.discoverSupport(ctx, s)
	if err != nil {
		m.closeSession(ctx, failure(ctx, err).Reason)
	}
	return err
}

// dialAccount opens a stream that is logged in, and remembers which password
// did it.
func (m *Manager) dialAccount(ctx context.Context, c *credentials) (s *session, err error) {
	domain := c.account.Domain()
	for _, password := range c.passwords {
		s, err = m.dial(ctx, domain, &stream.Login{
			Username:  c.account.Localpart(),
			Password:  password,
			MustProve: m.user.provers[domain.String()],
		})
		if err == nil {
			m.user.credentials = &credentials{account: c.account, passwords: []string{password}}
			return s, nil
		}
		if !isNotAuthorized(err) {
			return nil, err
		}
	}
	return nil, err
}

// isNotAuthorized tells whether a server refused a login for the password, or because there is
// no such account: servers do not tell the one from the other.
func isNotAuthorized(err error) bool {
	e, ok := err.(*Error)
	return ok && e.Kind == KindSASL && e.Condition == "not-authorized"
}

// SetRegisterOnConnect decides what Connect is for: to register, or to log in.
func (m *Manager) SetRegisterOnConnect(enabled bool) { m.registerOnConnect.Store(enabled) }

// RegisterOnConnect tells what Connect is for: to register, or to log in.
func (m *Manager) RegisterOnConnect() bool { return m.registerOnConnect.Load() }

// connectToRegister opens a guest's stream for Connect, and goes on to register
// when it has returned.
func (m *Manager) connectToRegister(ctx context.Context, address string) error {
	life := m.turns.currentLife()
	var domain jid.JID
	if address != "" {
		account, err := jid.Parse(address)
		if err != nil {
			return malformedAddress(address, err)
		}
		domain = account.Domain()
	}
	err := m.operateIn(life, ctx, func(ctx context.Context) error {
		if address == "" {
			domain = m.user.domain
		}
		if s := m.usableSession(); s != nil && (!s.IsGuest() || !m.user.domain.Equal(domain)) {
			m.closeSession(ctx, "")
		}
		m.user.loggedIn = false // a guest registers, even if the server can't be reached now
		m.useDomain(domain)
		_, err := m.guestSession(ctx)
		return err
	}, m.tellAndClose)
	if err != nil {
		return err
	}
	send := m.forms.toSend() != nil
	go func() {
		// The outcome is told by an event.
		if send {
			_, _ = m.sendForm(life, context.Background())
			return
		}
		_ = m.operateIn(life, context.Background(), func(ctx context.Context) error {
			_, err := m.requestForm(ctx, "")
			return err
		}, m.tellAndClose)
	}()
	return nil
}

package ibr

import (
	"context"
	"fmt"

	"mellium.im/xmpp/jid"
)

// A Login is what a user logs in with.
type Login struct {
	JID      string // the address; a resource in it is ignored
	Password string
}

// credentials are a login that the manager knows.
type credentials struct {
	account jid.JID // bare
	// passwords are tried in their order. There are several only after a change
	// of the password whose outcome is unknown.
	passwords []string
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
		domain := m.domainNow()
		if login.JID != "" {
			address, err := jid.Parse(login.JID)
			if err != nil {
				return malformedAddress(login.JID, err)
			}
			domain = address.Domain()
		}
		return m.connectToRegister(ctx, domain)
	}
	c, err := credentialsOf(login)
	if err != nil {
		return err
	}
	return m.operate(ctx, func(ctx context.Context) error {
		if c == nil {
			c = m.knownCredentials()
		}
		_, err := m.logIn(ctx, c)
		return err
	}, nil)
}

// credentialsOf brings a login into form: nil for the zero Login.
func credentialsOf(login Login) (*credentials, error) {
	if login == (Login{}) {
		return nil, nil
	}
	address, err := jid.Parse(login.JID)
	if err != nil || address.Localpart() == "" {
		return nil, malformedAddress(login.JID, err)
	}
	if login.Password == "" {
		return nil, refuse(Rejected, "not-acceptable", "password", "The password is missing.")
	}
	return &credentials{account: address.Bare(), passwords: []string{login.Password}}, nil
}

func malformedAddress(address string, err error) *Error {
	e := refuse(UsernameInvalid, "jid-malformed", "jid",
		fmt.Sprintf("%q is not the address of an account: it looks like user@example.org.", address))
	e.Err = err
	return e
}

// logIn returns the stream of that account and opens it where there is none.
func (m *Manager) logIn(ctx context.Context, c *credentials) (*session, error) {
	if c == nil {
		return nil, refuse(NotAuthorized, "not-authorized", "", "Log in first: the address and the password of an account are not known.")
	}
	if s := m.liveSession(); s != nil {
		if s.own.Bare().Equal(c.account) {
			return s, nil
		}
		m.closeSession("")
	}
	m.setDomain(c.account.Domain())
	m.setCredentials(c) // whatever comes of it, no other account is meant from now on
	s, err := m.dialAccount(ctx, c)
	if err != nil {
		if isWrongPassword(err) {
			m.setCredentials(nil)
		}
		return nil, err
	}
	m.install(s)
	if err := m.discoverSupport(ctx, s); err != nil {
		m.closeSession(m.asError(err).Reason)
		return nil, err
	}
	return s, nil
}

// knownCredentials are those of the last login, or of the account that was made
// since; nil for none.
func (m *Manager) knownCredentials() *credentials {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.credentials
}

func (m *Manager) setCredentials(c *credentials) {
	m.mu.Lock()
	m.credentials = c
	m.mu.Unlock()
}

// dialAccount opens a stream that is logged in, and remembers which password
// did it.
func (m *Manager) dialAccount(ctx context.Context, c *credentials) (s *session, err error) {
	for _, password := range c.passwords {
		one := &credentials{account: c.account, passwords: []string{password}}
		if s, err = m.dial(ctx, one); err == nil {
			m.setCredentials(one)
			return s, nil
		}
		if !isWrongPassword(err) {
			return nil, err
		}
	}
	return nil, err
}

// account returns the stream of the account that is logged in, or logs in again
// with what the manager knows.
func (m *Manager) account(ctx context.Context) (*session, error) {
	if s := m.liveSession(); s != nil && !s.isGuest() {
		return s, nil
	}
	return m.logIn(ctx, m.knownCredentials())
}

// setDomain makes a domain the manager's. A form of another one is dropped.
func (m *Manager) setDomain(domain jid.JID) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.domain.Equal(domain) {
		return
	}
	if !m.domain.Equal(jid.JID{}) {
		m.form, m.toSend, m.asked = nil, nil, ""
	}
	m.domain = domain
}

// domainNow is the domain, for who does not have the turn.
func (m *Manager) domainNow() jid.JID {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.domain
}

// forgetCredentials makes the manager know no account any more.
func (m *Manager) forgetCredentials() {
	m.mu.Lock()
	m.credentials, m.form, m.asked = nil, nil, ""
	m.mu.Unlock()
}

// isWrongPassword tells whether a login failed over the password.
func isWrongPassword(err error) bool {
	e, ok := err.(*Error)
	return ok && e.Kind == KindSASL && e.Condition == "not-authorized"
}

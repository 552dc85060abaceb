package ibr

import (
	"fmt"

	"github.com/xmppreg/xmppreg/ibr/form"
	"github.com/xmppreg/xmppreg/internal/jid"
)

// user is what is known of whom the manager acts for.
type user struct {
	domain      jid.JID         // the server, the zero value while it is not known
	credentials *credentials    // of the last login, or of the account that was made since; nil for none
	provers     map[string]bool // domains whose servers have offered to prove that they know a password
	loggedIn    bool            // the last stream was an account's, and nobody has logged out since
}

// credentials are a login that the manager knows.
type credentials struct {
	account jid.JID // bare
	// passwords are tried in their order. There are several only after a change
	// of the password whose outcome is unknown.
	passwords []string
}

// tryFirst notes that the account may have another password by now: it is tried first. If the
// manager did not know the old password, as over a client's own connection, it knows none now,
// because either may count.
func (u *user) tryFirst(account jid.JID, password string) {
	if c := u.credentials; c != nil {
		u.credentials = &credentials{account, append([]string{password}, c.passwords...)}
	}
}

// useDomain makes a domain the manager's. The forms of another one are dropped.
func (m *Manager) useDomain(domain jid.JID) {
	if m.user.domain.Equal(domain) {
		return
	}
	if !m.user.domain.Equal(jid.JID{}) {
		m.forms.dropAll()
	}
	m.user.domain = domain
}

// learnPassword remembers what a registration has set: the password of a new
// account, or a new one of the account that is logged in.
func (m *Manager) learnPassword(s *session, address jid.JID, password string) {
	if password == "" || address.Localpart() == "" || !s.IsGuest() && !s.Address().Bare().Equal(address) {
		return
	}
	m.user.credentials = &credentials{account: address, passwords: []string{password}}
}

// forgetAccount makes the manager know no account any more.
func (m *Manager) forgetAccount() {
	m.user.credentials, m.user.loggedIn = nil, false
	m.forms.dropForm()
}

// prepareName prepares the name of an account (RFC 7622 section 3.3) and returns
// its address. The name may be a whole address of the domain.
func prepareName(username string, domain jid.JID) (jid.JID, error) {
	local, ok := domain.LocalOf(username)
	if !ok {
		e := refuse(UsernameInvalid, "jid-malformed", "username", fmt.Sprintf("%q is an address of another domain than %s", username, domain))
		e.Rule = form.RuleOutside
		return jid.JID{}, e
	}
	account, err := domain.WithLocal(local)
	if err != nil || account.Localpart() == "" {
		e := refuse(UsernameInvalid, "jid-malformed", "username", fmt.Sprintf("%q can't be the local part of an address", username))
		e.Err = err
		return jid.JID{}, e
	}
	return account, nil
}

// accountAddress reads the address of an account.
func accountAddress(address string) (jid.JID, error) {
	account, err := jid.Parse(address)
	if err != nil || account.Localpart() == "" {
		return jid.JID{}, malformedAddress(address, err)
	}
	return account.Bare(), nil
}

func malformedAddress(address string, err error) *Error {
	e := refuse(UsernameInvalid, "jid-malformed", "jid", fmt.Sprintf("%q is not the address of an account", address))
	e.Err = err
	return e
}

// serviceAddress reads the address of a service.
func serviceAddress(service string) (jid.JID, error) {
	address, err := jid.Parse(service)
	if err != nil {
		e := refuse(BadRequest, "jid-malformed", "service", fmt.Sprintf("%q is not the address of a service", service))
		e.Err = err
		return jid.JID{}, e
	}
	return address, nil
}

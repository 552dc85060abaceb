package ibr

import (
	"context"
	"errors"
	"fmt"

	"mellium.im/xmpp/jid"
)

// DeleteAccount deletes the account that is logged in (XEP-0077 section 3.2) and
// returns when the stream has ended. The manager then knows no account any more.
//
// Servers answer and end the stream, or end it without an answer. A stream
// error that a server deletes its users with counts as success. When the
// connection is just lost, one login finds out: refused for the password means
// deleted.
//
// A server that wants to know more answers with an error that has a Form: call
// again with the answers to it.
func (m *Manager) DeleteAccount(ctx context.Context, values Values) error {
	if !m.begin(&m.deleting) {
		return busy("Deleting the account")
	}
	defer m.end(&m.deleting)
	var s *session
	return m.operate(ctx, func(ctx context.Context) (err error) {
		if s, err = m.account(ctx); err != nil {
			return err
		}
		m.hold(s)
		return m.deleteAccount(ctx, s, values)
	}, func(e *Error) {
		if e != nil {
			m.emit(AccountDeletionFailed{Err: e})
			if s != nil {
				m.release(s)
			}
			return
		}
		m.forgetCredentials()
		m.emit(AccountDeleted{JID: s.own.Bare().String()})
		s.awaitEnd(deletionGrace) // most servers end the stream themselves
		m.closeHeld(s, "")
	})
}

func (m *Manager) deleteAccount(ctx context.Context, s *session, values Values) error {
	err := m.inStages(ctx, s, stages{
		op:      opRemove,
		first:   []element{el("", "remove")},
		values:  values,
		presets: map[string]string{"username": s.own.Localpart()},
	})
	e := m.asError(err)
	var end *streamError
	switch {
	case e == nil:
		return nil
	case e.OutcomeUnknown && errors.As(e, &end) && (end.condition == "not-authorized" || end.condition == "conflict"):
		return nil
	case e.OutcomeUnknown && e.Kind != KindTimeout && !s.alive() && ctx.Err() == nil:
		return m.findOut(ctx, s, e)
	}
	return e
}

// findOut tells whether the account is still there after a deletion that was
// never answered: nil if it is not.
func (m *Manager) findOut(ctx context.Context, lost *session, unknown *Error) error {
	s, err := m.dialAccount(ctx, m.knownCredentials())
	switch {
	case err == nil:
		m.closeHeld(lost, StreamFailed)
		m.install(s)
		_ = m.discoverSupport(ctx, s) // the outcome is another one
		return &Error{Kind: KindTransport, Reason: StreamFailed, Err: unknown,
			Message: "The connection ended before the server deleted the account. It is still there: try again."}
	case isWrongPassword(err):
		return nil
	}
	return unknown
}

// Unregister cancels the registration with a service (XEP-0077 section 3.2). The
// user's own server and address are refused: to them the request would mean
// the account, which DeleteAccount deletes.
func (m *Manager) Unregister(ctx context.Context, service string) error {
	return m.operate(ctx, func(ctx context.Context) error {
		address, err := serviceAddress(service)
		if err != nil {
			return err
		}
		if c := m.knownCredentials(); c != nil && isAccount(address, c.account) {
			return noService(service)
		}
		s, err := m.account(ctx)
		if err != nil {
			return err
		}
		if isAccount(address, s.own.Bare()) {
			return noService(service) // a server may let somebody in under another address
		}
		_, err = m.ask(ctx, s, request{op: opRemove}, "set", address, el(nsRegister, "query", el("", "remove")))
		return err
	}, nil)
}

// isAccount tells whether a request to that address is about the account: it is
// the account's or its server's, whatever the resource, which servers overlook.
func isAccount(address, account jid.JID) bool {
	return address.Bare().Equal(account) || address.Bare().Equal(account.Domain())
}

// noService is the error of an Unregister that would delete the account.
func noService(service string) error {
	return refuse(BadRequest, "bad-request", "service", fmt.Sprintf(
		"%q is no service but your own account or its server, and to cancel that registration is to delete the account. If that is what you want, delete the account.", service))
}

// serviceAddress brings the address of a service into form.
func serviceAddress(service string) (jid.JID, error) {
	address, err := jid.Parse(service)
	if err != nil {
		e := refuse(BadRequest, "jid-malformed", "service", "“"+service+"” is not the address of a service.")
		e.Err = err
		return jid.JID{}, e
	}
	return address, nil
}

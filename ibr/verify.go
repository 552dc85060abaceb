package ibr

import (
	"context"
	"errors"

	"github.com/xmppreg/xmppreg/ibr/internal/stream"
	"github.com/xmppreg/xmppreg/internal/jid"
)

// An Operation is one whose outcome [Manager.Verify] finds out.
type Operation string

const (
	OperationSubmit         Operation = "submit" // of any form that makes an account or sets its password
	OperationChangePassword Operation = "changePassword"
	OperationDeleteAccount  Operation = "deleteAccount"
)

// A Verdict is what came of a request that was never answered.
type Verdict string

const (
	Done         Verdict = "done"     // the account was made, has the new password, or is deleted
	NotDone      Verdict = "not-done" // there is no such account with that password, it has the old password, or is still there
	StillUnknown Verdict = "unknown"
)

// A Verification is what Verify has found out.
type Verification struct {
	Operation Operation
	Verdict   Verdict
	JID       string   // the address of the account
	Account   *Account // of a submit that is done; else nil
	Err       *Error   // why it is still unknown; else nil
}

// An unsettled request went out and was never answered.
type unsettled struct {
	operation Operation
	account   Account // that a submit makes
	address   jid.JID
	passwords []string // to log in with if it is done, or to a deleted account; empty if none is known
	before    []string // to log in with if a change is not done; empty if none is known
}

// noteOutcome remembers an operation whose error has OutcomeUnknown, for Verify. It forgets the
// one before when another one has succeeded.
func (m *Manager) noteOutcome(u unsettled, e *Error) {
	switch {
	case e == nil:
		m.unsettled = nil
	case e.OutcomeUnknown:
		m.unsettled = &u
	}
}

// Verify finds out what came of the last operation whose error had OutcomeUnknown: it logs
// in with what was submitted, and sends nothing that creates or changes anything. A refusal
// counts if the server gives it twice, over two streams. That an account is locked says
// nothing about its password, unless the server has looked at that first. That something is
// not done holds for the moment: a server may be slow.
//
// When it is found out, the manager is logged in if the account is there, and knows no
// account any more if that is deleted. What is still unknown can be asked for again. The
// error is about Verify itself: there is nothing to find out, or the caller gave up.
func (m *Manager) Verify(ctx context.Context) (*Verification, error) {
	var found *Verification
	err := m.operate(ctx, func(ctx context.Context) (err error) {
		found, err = m.verify(ctx)
		return err
	}, nil)
	if err != nil {
		return nil, err
	}
	return found, nil
}

func (m *Manager) verify(ctx context.Context) (*Verification, error) {
	u := m.unsettled
	if u == nil {
		return nil, refuse(BadRequest, "unexpected-request", "", "there is no operation whose outcome is unknown")
	}
	verdict, e := m.judge(ctx, u)
	if verdict == StillUnknown && ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	found := &Verification{Operation: u.operation, Verdict: verdict, JID: u.address.String(), Err: e}
	if verdict == StillUnknown {
		return found, nil
	}
	m.unsettled = nil
	if verdict == Done && u.operation == OperationSubmit {
		found.Account = &u.account
	}
	if verdict == Done && u.operation == OperationDeleteAccount {
		m.forgetDeleted(ctx, u.address)
	}
	return found, nil
}

// forgetDeleted forgets an account that is gone, unless the user has gone on to another one.
func (m *Manager) forgetDeleted(ctx context.Context, account jid.JID) {
	if c := m.user.credentials; c != nil && !c.account.Equal(account) {
		return
	}
	if s := m.session; s != nil && !s.IsGuest() && !s.Address().Bare().Equal(account) {
		return
	}
	m.forgetAccount()
	m.closeSession(ctx, "")
}

// judge tells what came of a request. The error says why that is still unknown.
func (m *Manager) judge(ctx context.Context, u *unsettled) (Verdict, *Error) {
	if len(u.passwords) == 0 {
		return StillUnknown, refuse(NotAuthorized, "not-authorized", "", "the password that would show it is not known")
	}
	err := m.logInToFindOut(ctx, &credentials{account: u.address, passwords: u.passwords})
	switch {
	case u.operation == OperationDeleteAccount && isAccountRefused(err):
		return Done, nil
	case u.operation == OperationDeleteAccount && err == nil:
		return NotDone, nil
	case err == nil, isLockedWithThatPassword(err):
		return Done, nil
	case !isNotAuthorized(err):
		return StillUnknown, failure(ctx, err)
	case len(u.before) == 0:
		return NotDone, nil
	}
	if err = m.logInToFindOut(ctx, &credentials{account: u.address, passwords: u.before}); err == nil {
		return NotDone, nil
	}
	return StillUnknown, failure(ctx, err)
}

// logInToFindOut logs in over a new stream, which becomes the manager's if that has none of
// the account. The error says why the server did not let it in.
//
// It reports a refusal only if the server refuses twice, over two streams and in the same way,
// because one login may have been corrupted on its way: with one wrong letter, a user name is
// nobody's, and a password or a proof is wrong.
func (m *Manager) logInToFindOut(ctx context.Context, c *credentials) error {
	s, err := m.dialAccount(ctx, c)
	if isAccountRefused(err) {
		first := err
		if s, err = m.dialAccount(ctx, c); isAccountRefused(err) && !isSameRefusal(first, err) {
			return &Error{Kind: KindSASL, Reason: Protocol, Err: err,
				Detail: "the server refused the same login twice, for two reasons or at two steps"}
		}
	}
	if err != nil {
		return err
	}
	if now := m.usableSession(); now != nil && now.Address().Bare().Equal(c.account) {
		s.Close(ctx) // that one goes on
		return nil
	}
	m.closeSession(ctx, "")
	m.useDomain(c.account.Domain()) // not before: what fails leaves the manager where it was
	m.install(s)
	_ = m.discoverSupport(ctx, s) // what it fails with is not the outcome
	return nil
}

// isLockedWithThatPassword tells whether a login failed because the account is locked, and the
// server has said so only after the proof of the password. Before that, or with PLAIN, many
// servers look at the lock alone: the password may be any, and the account somebody else's.
func isLockedWithThatPassword(err error) bool {
	var refused *stream.SASLError
	return isLocked(err) && errors.As(err, &refused) && refused.Challenged
}

// isSameRefusal tells whether two logins were refused for the same reason and at the same
// step: a user name before the challenge of SCRAM, a proof after it.
func isSameRefusal(a, b error) bool {
	var first, second *stream.SASLError
	return errors.As(a, &first) && errors.As(b, &second) &&
		first.Condition == second.Condition && first.Challenged == second.Challenged
}

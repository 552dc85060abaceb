package ibr

import (
	"context"
	"errors"
	"time"

	"github.com/xmppreg/xmppreg/ibr/internal/stream"
	"github.com/xmppreg/xmppreg/internal/xmltree"
)

// deletionGrace is how long a server may take to end the stream by itself after a
// deletion.
const deletionGrace = 250 * time.Millisecond

// DeleteAccount deletes the account that is logged in (XEP-0077 section 3.2) and
// returns when the stream has ended. The manager then knows no account any more.
//
// Servers answer and end the stream, or end it without an answer. Then the manager logs in
// to find out. The account counts as deleted if the server refuses the login twice. If that
// settles nothing, the error has OutcomeUnknown.
//
// A server that wants to know more answers with an error that has a Form: call
// again with the answers to it.
func (m *Manager) DeleteAccount(ctx context.Context, values Values) error {
	if !m.turns.begin(toRemove) {
		return busy("the account is being deleted")
	}
	defer m.turns.end(toRemove)
	var s *session
	return m.operate(ctx, func(ctx context.Context) (err error) {
		if s, err = m.accountSession(ctx); err != nil {
			return err
		}
		u := unsettled{operation: OperationDeleteAccount, address: s.Address().Bare()}
		if c := m.user.credentials; c != nil {
			u.passwords = c.passwords
		}
		err = m.deleteAccount(ctx, s, values)
		var e *Error
		errors.As(err, &e)
		m.noteOutcome(u, e)
		return err
	}, func(ctx context.Context, e *Error) {
		if e != nil {
			m.events.emit(AccountDeletionFailed{Err: e})
			return
		}
		m.forgetAccount()
		m.events.emit(AccountDeleted{JID: s.Address().Bare().String()})
		waitForEnd(ctx, s, deletionGrace)
		m.closeSession(ctx, "")
	})
}

func (m *Manager) deleteAccount(ctx context.Context, s *session, values Values) error {
	e := m.askInStages(ctx, s, stages{
		question: question{purpose: toRemove},
		payload:  []xmltree.Element{xmltree.New("", "remove")},
		known:    map[string]string{"username": s.Address().Localpart()},
		values:   values,
	})
	switch {
	case e == nil:
		return nil
	case e.OutcomeUnknown && e.Reason != Malformed && e.Kind != KindTimeout && !s.Usable():
		return m.findOutDeletion(ctx, e)
	}
	return e
}

// findOutDeletion logs in to see what came of a deletion that was never answered:
// nil if the account is gone. unanswered is how the stream ended, and all that is known
// where no password is.
func (m *Manager) findOutDeletion(ctx context.Context, unanswered *Error) error {
	if m.user.credentials == nil {
		return unanswered
	}
	err := m.logInToFindOut(ctx, m.user.credentials)
	switch {
	case isAccountRefused(err):
		return nil
	case ctx.Err() != nil:
		e := interrupted(context.Cause(ctx), unanswered)
		e.OutcomeUnknown = err != nil
		return e
	case err == nil:
		return &Error{Kind: KindTransport, Reason: StreamFailed, Err: unanswered,
			Detail: "the connection ended before the server deleted the account, which is still there"}
	case saysDeleted(unanswered):
		return nil
	}
	return unanswered
}

// isAccountRefused tells whether a server refused a login as that of an account which is not
// there, or which is locked until the server's time of grace is over.
func isAccountRefused(err error) bool {
	return isNotAuthorized(err) || isLocked(err)
}

// isLocked tells whether a login failed because the account is locked for a while.
func isLocked(err error) bool {
	e, ok := err.(*Error)
	return ok && e.Kind == KindSASL && e.Condition == "account-disabled"
}

// saysDeleted tells whether a server ended the stream as it does when the account
// is gone (XEP-0077 section 3.2).
func saysDeleted(e *Error) bool {
	var end *stream.Error
	return errors.As(e, &end) && (end.Condition == "not-authorized" || end.Condition == "conflict")
}

// waitForEnd waits until nothing more comes from the server, for that long and
// until ctx ends at most.
func waitForEnd(ctx context.Context, s *session, limit time.Duration) {
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case <-s.Done():
	case <-timer.C:
	case <-ctx.Done():
	}
}

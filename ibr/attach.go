package ibr

import (
	"context"

	"github.com/xmppreg/xmppreg/ibr/internal/stream"
	"github.com/xmppreg/xmppreg/internal/jid"
)

// Attach lets the manager work over a stream that a client has opened and is logged in
// over as address, the full one that was bound to it: the user hands over no password, and
// there is no second session. It returns when the manager knows whether the server supports
// registration, as Connect does. The address decides the domain. It fails with Busy
// while the manager has a stream.
//
// Over t the manager sends requests and nothing else, and t brings nothing but the answers;
// a link.Link (package transport/link) is one that does. The manager closes t when it is done
// with it, as at Disconnect, and also if Attach fails. That must not end the client's stream.
//
// What else the manager does over a stream of its own it does over this one: ask for forms
// as the account, also a service's, change the password, delete the account, cancel
// registrations. When the connection is lost, it logs in by itself only if it knows a
// password: that of a Connect to the same account, or the one that it has set since. Without
// one, the outcome of a deletion that was not answered stays unknown.
func (m *Manager) Attach(ctx context.Context, address string, t Transport) error {
	isTaken := false
	err := m.operate(ctx, func(ctx context.Context) error {
		user, err := jid.Parse(address)
		if err != nil || user.Localpart() == "" {
			return malformedAddress(address, err)
		}
		if m.usableSession() != nil {
			return busy("the manager has a stream")
		}
		m.useDomain(user.Domain())
		if c := m.user.credentials; c != nil && !c.account.Equal(user.Bare()) {
			m.user.credentials = nil
		}
		isTaken = true
		s, err := stream.Attach(m.streamConfig(user.Domain()), t, user)
		if err != nil {
			return err
		}
		return m.beginSession(ctx, newSession(s))
	}, nil)
	if !isTaken {
		_ = t.Close(context.Background()) // there is nothing more to be done about it
	}
	return err
}

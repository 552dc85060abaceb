package ibr

import (
	"context"
	"fmt"

	"github.com/xmppreg/xmppreg/internal/jid"
	"github.com/xmppreg/xmppreg/internal/xmltree"
)

// Unregister cancels the registration with a service (XEP-0077 section 3.2). The
// user's own server and address are refused: to them the request would mean
// the account, which DeleteAccount deletes.
func (m *Manager) Unregister(ctx context.Context, service string) error {
	return m.operate(ctx, func(ctx context.Context) error {
		address, err := serviceAddress(service)
		if err != nil {
			return err
		}
		if c := m.user.credentials; c != nil && isAccount(address, c.account) {
			return noService(service)
		}
		s, err := m.accountSession(ctx)
		if err != nil {
			return err
		}
		if isAccount(address, s.Address().Bare()) {
			return noService(service) // a server may let somebody in under another address
		}
		remove := xmltree.New(nsRegister, "query", xmltree.New("", "remove"))
		if _, e := m.ask(ctx, s, question{purpose: toRemove, to: address}, remove); e != nil {
			return e
		}
		return nil
	}, nil)
}

// isAccount tells whether a request to that address is about the account: the address is
// the account's or its server's. Servers ignore the resource, and so does it.
func isAccount(address, account jid.JID) bool {
	return address.Bare().Equal(account) || address.Bare().Equal(account.Domain())
}

// noService is the error of an Unregister that would delete the account.
func noService(service string) error {
	return refuse(BadRequest, "bad-request", "service", fmt.Sprintf(
		"%q is the user's own account or its server: to cancel that registration is to delete the account", service))
}

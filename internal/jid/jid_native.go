//go:build !js

package jid

import "mellium.im/xmpp/jid"

// Parse reads an address and prepares its parts.
func Parse(address string) (JID, error) {
	j, err := jid.Parse(address)
	return prepared(j, err)
}

// New prepares the parts of an address. All but the domain may be empty.
func New(local, domain, resource string) (JID, error) {
	j, err := jid.New(local, domain, resource)
	return prepared(j, err)
}

// WithLocal returns the address with another local part, which it prepares.
func (j JID) WithLocal(local string) (JID, error) {
	other, err := jid.NewUnsafe("", j.domain, j.resource).WithLocal(local)
	return prepared(other, err)
}

func prepared(j jid.JID, err error) (JID, error) {
	if err != nil {
		return JID{}, err
	}
	domain, err := withoutDot(j.Domainpart())
	if err != nil {
		return JID{}, err
	}
	return JID{local: j.Localpart(), domain: domain, resource: j.Resourcepart()}, nil
}

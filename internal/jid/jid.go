// Package jid has the addresses of XMPP (RFC 7622).
//
// Natively it is mellium.im/xmpp/jid, whose tables are larger than the rest of this
// project's Go code. In a browser the same rules are computed from what the browser
// itself knows of Unicode: the string classes of PRECIS (RFC 8264) with the profiles
// UsernameCaseMapped and OpaqueString (RFC 8265), the rules for characters in their
// context (RFC 5892 appendix A), the Bidi Rule (RFC 5893) and the mapping of domain
// names (UTS #46). A test compares the two, code point by code point. The browser's
// Unicode may be newer: then it accepts characters that Go does not know yet.
package jid

import (
	"errors"
	"strings"
)

var errLength = errors.New("a part is empty or has more than 1023 bytes")

// most is how many bytes a part may have (RFC 7622 section 3.1).
const most = 1023

// withoutDot strips the dot at the end of a domain (RFC 7622 section 3.2) that was another
// character before it was mapped, such as the one that ends a sentence in Japanese.
func withoutDot(domain string) (string, error) {
	domain = strings.TrimSuffix(domain, ".")
	if domain == "" || len(domain) > most || strings.HasSuffix(domain, ".") {
		return "", errLength
	}
	return domain, nil
}

// A JID is an address whose parts are prepared, so that two are of the same entity
// if they are equal. The zero value is no address.
type JID struct {
	local, domain, resource string
}

// Bare returns the address without its resource.
func (j JID) Bare() JID { return JID{local: j.local, domain: j.domain} }

// Domain returns the address of the server.
func (j JID) Domain() JID { return JID{domain: j.domain} }

// Localpart returns what is before the @, often a user's name.
func (j JID) Localpart() string { return j.local }

// Domainpart returns the server's domain, with U-labels.
func (j JID) Domainpart() string { return j.domain }

// LocalOf returns the local part that a user name means at this server: people type whole
// addresses too. ok is false if it is the address of another server.
func (j JID) LocalOf(name string) (local string, ok bool) {
	address, _, _ := strings.Cut(name, "/")
	local, domain, found := strings.Cut(address, "@")
	if !found {
		return name, true
	}
	other, err := New("", domain, "")
	if err != nil {
		return name, true // no address at all
	}
	return local, other.Equal(j.Domain())
}

// Equal tells whether the two are the same.
func (j JID) Equal(other JID) bool { return j == other }

// String returns the address as it is written, "" for the zero value.
func (j JID) String() string {
	s := j.domain
	if j.local != "" {
		s = j.local + "@" + s
	}
	if j.resource != "" {
		s += "/" + j.resource
	}
	return s
}

package ibr

import (
	"context"
	"crypto/rand"

	"mellium.im/xmpp/jid"
)

// bind gives the stream an address and returns it (RFC 6120 section 7).
func (s *stream) bind(ctx context.Context) (jid.JID, error) {
	id := rand.Text()
	request := el(nsClient, "iq", el(nsBind, "bind")).with("type", "set").with("id", id)
	if _, err := s.write(ctx, &request); err != nil {
		return jid.JID{}, err
	}
	for {
		e, err := s.read()
		if err != nil {
			return jid.JID{}, err
		}
		if !e.is(nsClient, "iq") || e.get("id") != id {
			continue // nothing else is expected yet
		}
		if e.get("type") != "result" {
			return jid.JID{}, bindFailure(e)
		}
		if bound := e.child(nsBind, "bind"); bound != nil {
			if address, err := jid.Parse(bound.childText(nsBind, "jid")); err == nil {
				return address, nil
			}
		}
		return jid.JID{}, malformed("The server let the user in without giving an address.")
	}
}

// bindFailure is the error of a server that gives no address, as when the
// account has too many sessions.
func bindFailure(iq *element) *Error {
	e := stanzaError(iq, request{op: opGet}, "")
	e.Form = nil
	return e
}

package ibr

import (
	"context"
	"net"

	"mellium.im/xmpp/jid"
)

// guest returns the stream for a user without an account. Where there is none
// it opens one. It sees that registration is offered and sends the token.
func (m *Manager) guest(ctx context.Context) (*session, error) {
	if err := m.readInvitation(ctx); err != nil {
		return nil, err
	}
	s := m.liveSession()
	if s == nil {
		var err error
		if s, err = m.dial(ctx, nil); err != nil {
			return nil, err
		}
		m.install(s)
	}
	if !m.config.SkipFeature {
		if err := s.features.offersRegistration(m.invitation.Token != ""); err != nil {
			return nil, err
		}
	}
	return s, m.sendToken(ctx, s)
}

// home returns the stream to ask the server itself over: that of the account
// that is logged in, else a guest's. Who was logged in when the connection was
// lost still means that account, and is logged in again.
func (m *Manager) home(ctx context.Context) (*session, error) {
	s := m.liveSession()
	switch {
	case s != nil && !s.isGuest():
		return s, nil
	case s == nil && m.loggedIn && m.knownCredentials() != nil:
		return m.account(ctx)
	}
	return m.guest(ctx)
}

// dial connects to the server and opens a stream, logged in if there are
// credentials.
func (m *Manager) dial(ctx context.Context, c *credentials) (*session, error) {
	if m.domain.Equal(jid.JID{}) {
		return nil, refuse(BadRequest, "jid-malformed", "domain", "The domain of the server is missing.")
	}
	ctx, cancel := m.withTimeout(ctx)
	defer cancel()
	conn, err := m.config.Dialer.Dial(ctx, m.domain.String())
	if err != nil {
		return nil, m.failure(ctx, err)
	}
	if !isSecure(conn) {
		conn.Close()
		return nil, &Error{Kind: KindTransport, Reason: UnsafeURL}
	}
	s, err := openSession(ctx, conn, m, c)
	if err != nil {
		return nil, m.failure(ctx, err)
	}
	return s, nil
}

// isSecure tells whether passwords may travel over a connection.
func isSecure(conn net.Conn) bool {
	s, ok := conn.(interface{ Secure() bool })
	return ok && s.Secure()
}

// sendToken sends the pre-authentication token, once on each stream, before
// anything else (XEP-0445 section 3). It goes only to a server that offers to
// take it: others end the stream at such a request.
func (m *Manager) sendToken(ctx context.Context, s *session) error {
	if m.invitation.Token == "" || s.tokenAccepted {
		return nil
	}
	if !s.features.token {
		return notAdvertised(InviteUnsupported, "")
	}
	preauth := el(nsPreauth, "preauth").with("token", m.invitation.Token).asSecret()
	_, err := m.ask(ctx, s, request{op: opPreauth}, "set", m.domain, preauth)
	if err == nil {
		s.tokenAccepted = true
	}
	return err
}

// ask sends a request and returns the result; to is the zero value where the
// server is meant without being named. An error in place of the result is
// understood as an answer to req.
func (m *Manager) ask(ctx context.Context, s *session, req request, typ string, to jid.JID, payload element) (*element, error) {
	ctx, cancel := m.withTimeout(ctx)
	defer cancel()
	req.tokenOffered, req.tokenAccepted = s.features.token, s.tokenAccepted
	iq, err := s.request(ctx, typ, to, payload)
	if err != nil {
		e := m.failure(ctx, err)
		if req.op != opGet && req.op != opPreauth && wasSent(err) {
			e.outcomeUnknown(s.mayHave(req.op, to))
		}
		if e.Kind == KindTimeout && !req.optional {
			// A stream that does not answer is no use to the next operation either.
			m.abandon(s)
		}
		return nil, e
	}
	switch iq.get("type") {
	case "result":
		return iq, nil
	case "error":
		e := stanzaError(iq, req, m.config.Lang)
		if e.Form != nil {
			m.receive(ctx, s, to, e.Form, iq)
		}
		return nil, e
	}
	return nil, malformed("The server answered with something that is neither a result nor an error.")
}

// receive notes who asked whom for a form, and brings what it shows.
func (m *Manager) receive(ctx context.Context, s *session, from jid.JID, form *Form, iq *element) {
	form.Domain, form.owner = m.domain.String(), s.own.Bare()
	form.Invitations = s.isHome(from) && s.features.token
	switch {
	case !s.isHome(from):
		form.Service = from.String()
	case s.isGuest() && s.tokenAccepted:
		m.reserve(form)
	}
	m.resolveMedia(ctx, s, from, form, bitsOf(iq))
}

// malformed is the error of an answer that makes no sense.
func malformed(message string) *Error {
	return &Error{Kind: KindStanza, Reason: Malformed, Message: message}
}

package ibr

import (
	"context"
	"net"

	"mellium.im/xmpp/jid"
)

// guest returns the stream for a user without an account. Where there is none
// it opens one. It sees that registration is offered and sends the token.
func (m *Manager) guest(ctx context.Context) (*session, error) {
	s := m.liveSession()
	if s == nil {
		var err error
		if s, err = m.dial(ctx, nil); err != nil {
			return nil, err
		}
		m.install(s)
	}
	if !m.config.SkipFeature {
		if err := s.features.offersRegistration(m.config.Token != ""); err != nil {
			return nil, err
		}
	}
	return s, m.sendToken(ctx, s)
}

// home returns the stream to ask the server itself over: that of the account
// that is logged in, else a guest's.
func (m *Manager) home(ctx context.Context) (*session, error) {
	if s := m.liveSession(); s != nil && !s.isGuest() {
		return s, nil
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
	if m.config.Token == "" || s.tokenAccepted {
		return nil
	}
	if !s.features.token {
		return notAdvertised(InviteUnsupported, "")
	}
	preauth := el(nsPreauth, "preauth").with("token", m.config.Token)
	_, err := m.ask(ctx, s, request{op: opPreauth}, "set", m.domain.String(), jid.JID{}, preauth)
	if err == nil {
		s.tokenAccepted = true
	}
	return err
}

// ask sends a request and returns the result. An error in its place is
// understood as an answer to req.
func (m *Manager) ask(ctx context.Context, s *session, req request, typ, to string, service jid.JID, payload element) (*element, error) {
	ctx, cancel := m.withTimeout(ctx)
	defer cancel()
	req.tokenOffered, req.tokenAccepted = s.features.token, s.tokenAccepted
	if service.Equal(m.domain) {
		service = jid.JID{} // the server itself
	}
	iq, err := s.request(ctx, typ, to, service, payload)
	if err != nil {
		e := m.failure(ctx, err)
		if req.op != opGet && req.op != opPreauth && wasSent(err) {
			e.outcomeUnknown()
		}
		if e.Kind == KindTimeout && !req.optional {
			// A stream that does not answer is no use to the next operation either.
			s.abandon()
		}
		return nil, e
	}
	switch iq.get("type") {
	case "result":
		return iq, nil
	case "error":
		e := stanzaError(iq, req, m.config.Lang)
		if e.Form != nil {
			e.Form.Domain, e.Form.Service, e.Form.owner = m.domain.String(), service.String(), s.own.Bare()
			m.resolveMedia(ctx, s, m.orHome(service), e.Form, bitsOf(iq))
		}
		return nil, e
	}
	return nil, malformed("The server answered with something that is neither a result nor an error.")
}

// orHome is the address of a service, or of the server itself where none is
// named.
func (m *Manager) orHome(service jid.JID) jid.JID {
	if service.Equal(jid.JID{}) {
		return m.domain
	}
	return service
}

// malformed is the error of an answer that makes no sense.
func malformed(message string) *Error {
	return &Error{Kind: KindStanza, Reason: Malformed, Message: message}
}

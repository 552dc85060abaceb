package ibr

import (
	"context"

	"github.com/xmppreg/xmppreg/ibr/internal/stream"
	"github.com/xmppreg/xmppreg/internal/jid"
)

// A session is a stream and what was settled over it.
type session struct {
	*stream.Stream
	tokenAccepted bool
	secondStage   map[purpose]*Form // what the server wants to know more before it does this
}

// usableSession returns the stream if there is one that can be used.
func (m *Manager) usableSession() *session {
	if m.session != nil && m.session.Usable() {
		return m.session
	}
	return nil
}

// guestSession returns the stream for a user without an account, and opens one if there
// is none. It makes sure that registration is offered, and sends the token.
func (m *Manager) guestSession(ctx context.Context) (*session, error) {
	if err := m.readInvitation(ctx); err != nil {
		return nil, err
	}
	s := m.usableSession()
	if s == nil {
		var err error
		if s, err = m.dial(ctx, m.user.domain, nil); err != nil {
			return nil, err
		}
		m.install(s)
	}
	if m.config.RequireFeature {
		if e := checkOffer(s.Features(), m.invitation.Token != ""); e != nil {
			return nil, e
		}
	}
	return s, m.sendToken(ctx, s)
}

// homeSession returns the stream for requests to the user's own server. If an account is
// logged in, it is that account's, which is logged in again if the connection was lost;
// otherwise it is a guest's.
func (m *Manager) homeSession(ctx context.Context) (*session, error) {
	s := m.usableSession()
	switch {
	case s != nil && !s.IsGuest():
		return s, nil
	case s == nil && m.user.loggedIn:
		return m.accountSession(ctx)
	}
	return m.guestSession(ctx)
}

// accountSession returns the stream of the account that is logged in, or logs in
// again with what the manager knows.
func (m *Manager) accountSession(ctx context.Context) (*session, error) {
	if s := m.usableSession(); s != nil && !s.IsGuest() {
		return s, nil
	}
	return m.logIn(ctx, m.user.credentials)
}

// dial connects to a domain's server and opens a stream, logged in if there is a login. The
// manager's domain stays what it is.
func (m *Manager) dial(ctx context.Context, domain jid.JID, login *stream.Login) (*session, error) {
	if domain.Equal(jid.JID{}) {
		return nil, refuse(BadRequest, "jid-malformed", "domain", "the domain of the server is missing")
	}
	ctx, cancel := m.withTimeout(ctx)
	defer cancel()
	config := m.streamConfig(domain)
	config.Login, config.Offered = login, func(f stream.Features) { m.noteOffer(domain, f) }
	s, err := stream.Open(ctx, config)
	if err != nil {
		return nil, failure(ctx, err)
	}
	return newSession(s), nil
}

// noteOffer remembers a server that offers to prove that it knows a password: one that does
// not offer it any more may be another, which wants the password.
func (m *Manager) noteOffer(domain jid.JID, f stream.Features) {
	if !f.OffersProof() {
		return
	}
	if m.user.provers == nil {
		m.user.provers = map[string]bool{}
	}
	m.user.provers[domain.String()] = true
}

// streamConfig is what every stream of the manager with that domain is made with.
func (m *Manager) streamConfig(domain jid.JID) stream.Config {
	return stream.Config{
		Dialer:  m.config.Dialer,
		Domain:  domain,
		Lang:    m.config.Lang,
		Observe: m.logStanza,
	}
}

func newSession(s *stream.Stream) *session {
	return &session{Stream: s, secondStage: map[purpose]*Form{}}
}

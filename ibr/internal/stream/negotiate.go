package stream

import (
	"context"

	"github.com/xmppreg/xmppreg/internal/jid"
	"github.com/xmppreg/xmppreg/internal/random"
	"github.com/xmppreg/xmppreg/internal/xmltree"
)

// negotiate reads the stream features, and with a login logs in and binds the
// stream to an address (RFC 6120 section 4.3).
func (s *Stream) negotiate(ctx context.Context) (err error) {
	if s.features, err = s.receiveFeatures(ctx); err != nil {
		return err
	}
	if s.config.Offered != nil {
		s.config.Offered(s.features)
	}
	login := s.config.Login
	if login == nil {
		return nil
	}
	s.secrets.Add(login.Password)
	success, err := s.authenticate(ctx, login)
	if err != nil {
		return err
	}
	if success.Name.Space == nsSASL2 { // the stream goes on as it is
		if s.address, err = boundAddress(success); err != nil {
			return err
		}
	} else if err = s.transport.Restart(ctx); err != nil {
		return err
	}
	if s.features, err = s.receiveFeatures(ctx); err != nil || !s.IsGuest() {
		return err
	}
	s.address, err = s.bind(ctx)
	return err
}

// receiveFeatures reads <stream:features/>, the first that a server sends on a
// stream.
func (s *Stream) receiveFeatures(ctx context.Context) (Features, error) {
	e, err := s.receive(ctx)
	if err != nil {
		return Features{}, err
	}
	if !e.Is(xmltree.NSStream, "features") {
		return Features{}, unexpected(e)
	}
	return Features{*e}, nil
}

// bind gives the stream an address and returns it (RFC 6120 section 7). A server
// that gives none, for example because the account has too many sessions, answers with a
// [*StanzaError].
func (s *Stream) bind(ctx context.Context) (jid.JID, error) {
	id := random.Text()
	request := xmltree.New(xmltree.NSClient, "iq", xmltree.New(nsBind, "bind")).With("type", "set").With("id", id)
	if _, err := s.transport.Send(ctx, &request); err != nil {
		return jid.JID{}, err
	}
	for {
		e, err := s.receive(ctx)
		if err != nil {
			return jid.JID{}, err
		}
		if !e.Is(xmltree.NSClient, "iq") || e.Get("id") != id {
			continue // nothing else is expected yet
		}
		if e.Get("type") != "result" {
			return jid.JID{}, readStanzaError(e, s.config.Lang)
		}
		if bound := e.Child(nsBind, "bind"); bound != nil {
			if address, err := jid.Parse(bound.ChildText(nsBind, "jid")); err == nil && address.Localpart() != "" {
				return address, nil
			}
		}
		return jid.JID{}, ErrMalformed
	}
}

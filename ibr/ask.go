package ibr

import (
	"context"
	"errors"

	"github.com/xmppreg/xmppreg/ibr/form"
	"github.com/xmppreg/xmppreg/ibr/internal/stream"
	"github.com/xmppreg/xmppreg/internal/jid"
	"github.com/xmppreg/xmppreg/internal/xmltree"
)

// A purpose is what a request is for.
type purpose int

const (
	toGet     purpose = iota // a form is asked for, or anything else that changes nothing
	toSet                    // answers are sent
	toPreauth                // a pre-authentication token is sent
	toChange                 // a password is changed
	toRemove                 // an account or a registration is removed
	purposes                 // how many there are
)

// changes tells whether something on the server is to be changed.
func (p purpose) changes() bool {
	return p == toSet || p == toChange || p == toRemove
}

// A question is what must be known of a request to understand the error in its
// answer.
type question struct {
	purpose  purpose
	to       jid.JID // the zero value where the server is meant without being named
	captcha  bool    // the form that is sent has a CAPTCHA
	oldStyle bool    // old-style fields are sent
	password string  // the new password of an account that is sent; else empty
}

// ask sends a request and returns the result, or what the lack of one means.
func (m *Manager) ask(ctx context.Context, s *session, q question, payload xmltree.Element) (*xmltree.Element, *Error) {
	ctx, cancel := m.withTimeout(ctx)
	defer cancel()
	typ := stream.Get
	if q.purpose != toGet {
		typ = stream.Set
	}
	iq, err := s.Request(ctx, typ, q.to, payload)
	if err == nil {
		return iq, nil
	}
	var answer *stream.StanzaError
	if errors.As(err, &answer) {
		return nil, m.answerFailure(ctx, s, q, answer)
	}
	e := failure(ctx, err)
	var unanswered *stream.UnansweredError
	isAnswered := errors.Is(err, stream.ErrMalformed)
	isUnanswered := errors.As(err, &unanswered)
	e.unsent = !isAnswered && !isUnanswered
	switch {
	case !q.purpose.changes():
	case isUnanswered:
		e.markUnanswered()
	case isAnswered:
		e.OutcomeUnknown = true
	}
	if e.Kind == KindTimeout {
		s.GiveUpIfOwn(errTimeout)
	}
	return nil, e
}

// answerFailure is what an error in place of a result means.
func (m *Manager) answerFailure(ctx context.Context, s *session, q question, answer *stream.StanzaError) *Error {
	e := stanzaFailure(answer)
	e.Reason = q.reasonOf(answer, takesTokens(s.Features()) && !s.tokenAccepted)
	switch {
	case e.Reason == UsernameTaken || e.Reason == UsernameInvalid:
		e.Field = "username"
	case q.refusesPassword(answer):
		e.Reason, e.Field = Rejected, "password"
	}
	if query := answer.IQ.Child(nsRegister, "query"); query != nil {
		if attached, ok := form.ParseAttached(query); ok {
			m.completeForm(ctx, s, q, attached, answer.IQ)
			e.Form = attached
		}
	}
	return e
}

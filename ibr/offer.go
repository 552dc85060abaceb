package ibr

import (
	"context"

	"github.com/xmppreg/xmppreg/ibr/internal/stream"
	"github.com/xmppreg/xmppreg/internal/xmltree"
)

// checkOffer tells whether a guest may ask for a form: nil, or why not.
func checkOffer(f stream.Features, haveToken bool) *Error {
	switch {
	case f.Offers(nsRegisterFeature, "register"), takesTokens(f) && haveToken:
		return nil
	case takesTokens(f):
		return notAdvertised(InviteRequired, "the server offers registration with a token only (XEP-0445)")
	case f.Offers(nsExtensible, "register"):
		return notAdvertised(NotAdvertised, "the server offers registration by XEP-0389 only, which is not supported")
	}
	return notAdvertised(NotAdvertised, "the server does not offer registration")
}

// takesTokens tells whether the server takes pre-authentication tokens (XEP-0445),
// by either name of the feature.
func takesTokens(f stream.Features) bool {
	return f.Offers(nsTokenFeature, "register") || f.Offers(nsInviteFeature, "register")
}

// notAdvertised is the error of a stream that lacks the feature. It has the type and
// condition that a server gives for what it does not have.
func notAdvertised(reason Reason, detail string) *Error {
	return &Error{Kind: KindStream, Reason: reason, Type: "cancel", Condition: "feature-not-implemented", Detail: detail}
}

// isNotAdvertised tells whether an error is that of a stream which lacks the
// feature.
func isNotAdvertised(e *Error) bool {
	return e.Kind == KindStream && e.Condition == "feature-not-implemented"
}

// sendToken sends the pre-authentication token on each stream until the server has
// accepted it, before anything else (XEP-0445 section 3). It goes only to a server that offers to
// take it: others end the stream at such a request.
func (m *Manager) sendToken(ctx context.Context, s *session) error {
	if m.invitation.Token == "" || s.tokenAccepted {
		return nil
	}
	if !takesTokens(s.Features()) {
		return notAdvertised(InviteUnsupported, "the server does not offer to take tokens (XEP-0445)")
	}
	preauth := xmltree.New(nsPreauth, "preauth").With("token", m.invitation.Token).AsSecret()
	if _, e := m.ask(ctx, s, question{purpose: toPreauth, to: m.user.domain}, preauth); e != nil {
		return e
	}
	s.tokenAccepted = true
	return nil
}

package ibr

import (
	"context"
	"fmt"

	"github.com/xmppreg/xmppreg/ibr/form"
	"github.com/xmppreg/xmppreg/internal/jid"
	"github.com/xmppreg/xmppreg/internal/xmltree"
)

// RequestForm asks for a registration form (XEP-0077 section 3.1.1) and keeps it for
// Submit. With service empty it asks the user's own server. If an account is logged in,
// it asks as that account, and logs in again if the connection was lost. Otherwise it
// asks as a guest, and connects if it must. After Disconnect the user is a guest again.
// With a service it asks the one at that address, for which an account has to be logged
// in.
//
// A server may answer with an error that has a Form. That one is kept as well.
func (m *Manager) RequestForm(ctx context.Context, service string) (*Form, error) {
	var f *ownedForm
	err := m.operate(ctx, func(ctx context.Context) (err error) {
		f, err = m.requestForm(ctx, service)
		return err
	}, m.tellAndClose)
	if err != nil {
		return nil, err
	}
	return f.Form, nil
}

func (m *Manager) requestForm(ctx context.Context, service string) (*ownedForm, error) {
	s, to, err := m.connectToAsk(ctx, service)
	if err != nil {
		return nil, err
	}
	asker := s.Address().Bare()
	m.forms.noteRequest(service, asker)
	q := question{purpose: toGet, to: to}
	iq, e := m.ask(ctx, s, q, xmltree.New(nsRegister, "query"))
	if e != nil {
		if e.Form != nil {
			m.forms.fillInNext(&ownedForm{Form: e.Form, owner: asker}) // the server wants this one answered instead
		}
		return nil, e
	}
	query := iq.Child(nsRegister, "query")
	if query == nil {
		return nil, malformed("the answer has no registration form")
	}
	parsed, ok := form.Parse(query)
	if !ok {
		return nil, malformed("the registration form is empty: it has no field, no text and no address")
	}
	if parsed.IsTooLarge() {
		return nil, &Error{Kind: KindStanza, Reason: Protocol, Detail: fmt.Sprintf("the registration form has more than %d fields", xmltree.MaxFields)}
	}
	m.completeForm(ctx, s, q, parsed, iq)
	if ctx.Err() != nil {
		return nil, context.Cause(ctx) // images may be missing
	}
	received := &ownedForm{Form: parsed, owner: asker}
	m.forms.fillInNext(received)
	m.events.emit(FormReceived{Form: parsed})
	return received, nil
}

// connectToAsk returns the stream to ask over and the address to ask: the user's own
// server, or a service.
func (m *Manager) connectToAsk(ctx context.Context, service string) (*session, jid.JID, error) {
	if service == "" {
		s, err := m.homeSession(ctx)
		return s, m.user.domain, err
	}
	to, err := serviceAddress(service)
	if err != nil {
		return nil, to, err
	}
	s, err := m.accountSession(ctx)
	return s, to, err
}

// completeForm notes where a form comes from and whether it makes an account, settles the
// user name that an invitation is for, and gets the images that came beside it (XEP-0231).
func (m *Manager) completeForm(ctx context.Context, s *session, q question, f *Form, iq *xmltree.Element) {
	from := q.to
	f.Domain = m.user.domain.String()
	if s.IsHome(from) && (q.purpose == toGet || q.purpose == toSet) {
		f.ForAccount(f.Domain)
	}
	f.Invitations = s.IsHome(from) && takesTokens(s.Features())
	switch {
	case !s.IsHome(from):
		f.Service = from.String()
	case s.IsGuest() && s.tokenAccepted:
		f.Reserve(m.invitation.Username)
	}
	m.resolveMedia(ctx, s, from, f, iq)
}

// tellAndClose emits that a form was not received or not accepted, and closes a guest's
// stream if the server does not offer registration.
func (m *Manager) tellAndClose(ctx context.Context, e *Error) {
	if e == nil {
		return
	}
	m.Log(LogWarning, fmt.Sprintf("registration failed: %s (%s)", e.Reason, e.Condition))
	m.events.emit(Failed{Err: e})
	if isNotAdvertised(e) {
		m.closeSession(ctx, e.Reason)
	}
}

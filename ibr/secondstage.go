package ibr

import (
	"context"

	"github.com/xmppreg/xmppreg/ibr/form"
	"github.com/xmppreg/xmppreg/internal/xmltree"
)

// stages is a change that a server may want to know more for before it makes it
// (XEP-0077 sections 3.2 and 3.3): its first answer is an error with a form.
type stages struct {
	question question
	payload  []xmltree.Element // what is sent without a form
	known    map[string]string // answers that are known without asking
	values   Values            // the user's answers to the form
}

// askInStages sends the request, or the answers to the form that the server gave
// to the last one of this kind. A form that comes only now is filled in at once
// if there are answers, and no CAPTCHA that nobody has seen.
func (m *Manager) askInStages(ctx context.Context, s *session, st stages) *Error {
	purpose := st.question.purpose
	var asked *Form
	if st.values.Fields != nil {
		asked = s.secondStage[purpose]
	}
	for {
		q, payload := st.question, st.payload
		if asked != nil {
			q.captcha, q.password = asked.HasCaptcha(), "" // there is more than the password
			answers, err := asked.Fill(st.values.With(st.known), nil)
			if err != nil {
				return failure(ctx, err)
			}
			payload = answers
		}
		iq, e := m.ask(ctx, s, q, xmltree.New(nsRegister, "query", payload...))
		if e == nil {
			e = m.wantsMore(ctx, s, q, iq)
		}
		if e == nil {
			delete(s.secondStage, purpose)
			return nil
		}
		s.secondStage[purpose] = e.Form
		if e.Form == nil || asked != nil || len(st.values.Fields) == 0 || e.Form.HasCaptcha() {
			return e
		}
		asked = e.Form
	}
}

// wantsMore returns the error of a result with a form: what was asked for is not done until
// that is filled in too. It returns nil for any other result.
func (m *Manager) wantsMore(ctx context.Context, s *session, q question, iq *xmltree.Element) *Error {
	query := iq.Child(nsRegister, "query")
	if query == nil {
		return nil
	}
	attached, ok := form.ParseAttached(query)
	if !ok || attached.AsksNothing() {
		return nil
	}
	m.completeForm(ctx, s, q, attached, iq)
	return &Error{Kind: KindStanza, Reason: Rejected, Form: attached, Detail: "the server wants another form to be filled in first"}
}

package ibr

import (
	"sync"

	"github.com/xmppreg/xmppreg/ibr/form"
	"github.com/xmppreg/xmppreg/internal/jid"
)

// A form and the answers to it: package form says more.
type (
	// Form is what a server or service asks for before it registers somebody.
	Form = form.Form

	// Field is one question of a form.
	Field = form.Field

	// Values are a user's answers to a form.
	Values = form.Values
)

// An ownedForm is a form with the user that requested it. Only that user may answer
// it: the same answers over another stream would register somebody else.
type ownedForm struct {
	*Form
	owner jid.JID // a bare address, the zero value for a guest
	begun *begun  // what earlier answers have made, if the server asks for more; else nil
}

// begun is an account that the server wants to know more for.
type begun struct {
	account  Account
	password string // empty if it is not known, and at a service
}

// keptAnswers wait until there is a connection to send them over.
type keptAnswers struct {
	form   *ownedForm // the form that was asked for; nil if there was none
	values Values
}

// forms are the form to fill in and the answers to send.
type forms struct {
	mu      sync.Mutex
	current *ownedForm // nil when there is none or it is spent
	kept    *keptAnswers

	// The service that gave the last form. The next form is asked of it too, because the
	// answers are for nobody else.
	service string  // empty for the server itself
	asker   jid.JID // who asked it
}

// toFillIn returns the form to fill in, nil for none.
func (f *forms) toFillIn() *ownedForm {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.current
}

// fillInNext makes a form the one to fill in.
func (f *forms) fillInNext(next *ownedForm) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.current = next
}

// noteRequest remembers which service a form was asked of, and by whom.
func (f *forms) noteRequest(service string, asker jid.JID) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.service, f.asker = service, asker
}

// lastService returns the service that the last form was asked of.
func (f *forms) lastService() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.service
}

// keep keeps answers to the form to fill in.
func (f *forms) keep(values Values) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.kept = &keptAnswers{form: f.current, values: values}
}

// toSend returns the kept answers, nil for none.
func (f *forms) toSend() *keptAnswers {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.kept
}

// spend forgets a form that is on its way, and the answers to it that were kept:
// it is good for one answer, whatever comes of it.
func (f *forms) spend(sent *ownedForm, kept *keptAnswers) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.current == sent {
		f.current = nil
	}
	if f.kept != nil && (f.kept == kept || f.kept.form == sent) {
		f.kept = nil
	}
}

// dropFormsOfOthers drops what another user was asked: it is not for this one to answer.
func (f *forms) dropFormsOfOthers(user jid.JID) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.current != nil && !f.current.owner.Equal(user) {
		f.current = nil
	}
	if !f.asker.Equal(user) {
		f.service = ""
	}
	if f.kept != nil && f.kept.form != nil && !f.kept.form.owner.Equal(user) {
		f.kept = nil
	}
}

// dropForm drops the form to fill in, and forgets which service gave it.
func (f *forms) dropForm() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.current, f.service = nil, ""
}

// dropAll drops all that is for another server.
func (f *forms) dropAll() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.current, f.kept, f.service = nil, nil, ""
}

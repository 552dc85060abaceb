package ibr

import (
	"errors"
	"strings"
	"time"
)

// A Kind tells which part of the way an error comes from.
type Kind string

// The kinds of errors.
const (
	KindStanza    Kind = "stanza"    // the server's answer (RFC 6120 section 8.3)
	KindStream    Kind = "stream"    // a stream error (RFC 6120 section 4.9)
	KindSASL      Kind = "sasl"      // the login (RFC 6120 section 6.5)
	KindTransport Kind = "transport" // the connection
	KindDiscovery Kind = "discovery" // finding the server (XEP-0156)
	KindTimeout   Kind = "timeout"   // no answer in time
	KindAborted   Kind = "aborted"   // the caller gave up
	KindForm      Kind = "form"      // refused here, nothing was sent
)

// Error is why an operation failed. It is the only type of error that the
// operations of a Manager return.
//
// It works with errors.Is: of the target's Kind, Reason, Type, Condition and
// Field, those that are set must be equal, and empty ones match anything.
type Error struct {
	Kind   Kind   // where it comes from
	Reason Reason // what a caller chooses its words by

	Type        string // error type of RFC 6120 section 8.3.2: auth, cancel, continue, modify, wait; empty if there is none
	Condition   string // defined condition of a stanza, stream or SASL error; empty if there is none
	Text        string // the server's text, in the language of the stream where there is one
	Application string // name of the application-specific condition; empty if there is none

	Form           *Form     // the form that came with the error, or a new one to fill in; may be nil
	Field          string    // name of the field at fault, where that is known
	Rule           Rule      // which rule of the form Field breaks, where it was refused here; else empty
	RetryAt        time.Time // when to try again, where the server tells; else the zero value
	URL            string    // where else to go, as <gone/>, <redirect/> or the form says: https:, http:, mailto: or xmpp:
	OutcomeUnknown bool      // the request went out and no answer came: what it asks for may have happened

	Message string // what happened and what to do, for people, in English
	Err     error  // the cause; may be nil
}

// Error returns the message, and the server's text behind it.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Message)
	if e.Message == "" {
		b.WriteString(e.Reason.explain())
	}
	if e.Text != "" {
		b.WriteString(" The server says: ")
		b.WriteString(e.Text)
	}
	return b.String()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Is tells whether the Kind, Reason, Type, Condition and Field that target sets are
// those of e.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	if !ok {
		return false
	}
	return (t.Kind == "" || t.Kind == e.Kind) &&
		(t.Reason == "" || t.Reason == e.Reason) &&
		(t.Type == "" || t.Type == e.Type) &&
		(t.Condition == "" || t.Condition == e.Condition) &&
		(t.Field == "" || t.Field == e.Field)
}

// Errors to compare with by errors.Is.
var (
	ErrNotAdvertised  = &Error{Reason: NotAdvertised}
	ErrConflict       = &Error{Condition: "conflict"}
	ErrJIDMalformed   = &Error{Condition: "jid-malformed"}
	ErrNotAcceptable  = &Error{Condition: "not-acceptable"}
	ErrBusy           = &Error{Reason: Busy}
	ErrAborted        = &Error{Reason: Aborted}
	ErrTimeout        = &Error{Reason: Timeout}
	ErrOutcomeUnknown = &Error{Reason: OutcomeUnknown}
)

// refuse is an error of this side's own: the answers can't be sent as they are.
func refuse(reason Reason, condition, field, message string) *Error {
	return &Error{Kind: KindForm, Reason: reason, Type: "modify", Condition: condition, Field: field, Message: message}
}

// reasoned is what the errors of a Dialer may implement to say where they come
// from and what a caller chooses its words by.
type reasoned interface {
	error
	Kind() string
	Reason() string
}

// asReasoned finds what an error of the transport says about itself.
func asReasoned(err error) (kind Kind, reason Reason, ok bool) {
	var r reasoned
	if !errors.As(err, &r) {
		return "", "", false
	}
	return Kind(r.Kind()), Reason(r.Reason()), true
}

package ibr

import (
	"strconv"
	"strings"
	"time"

	"github.com/xmppreg/xmppreg/ibr/form"
)

// A Kind tells which part of the way an error comes from.
type Kind string

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
// With errors.Is it matches its Reason: errors.Is(err, ibr.UsernameTaken).
type Error struct {
	Kind   Kind   // where it comes from
	Reason Reason // what a caller chooses its words by

	Type        string // error type of RFC 6120 section 8.3.2: auth, cancel, continue, modify, wait; empty if there is none
	Condition   string // defined condition of a stanza, stream or SASL error; empty if there is none
	Text        string // the server's text, in the language of the stream where there is one
	Application string // name of the application-specific condition; empty if there is none

	Form           *Form     // the form that came with the error, or a new one to fill in; may be nil
	Field          string    // name of the field at fault, where that is known
	Rule           form.Rule // which rule of the form Field breaks, where it was refused here; else empty
	RetryAt        time.Time // when to try again, where the server tells; else the zero value
	URL            string    // where else to go, as <gone/>, <redirect/> or the form says: https:, http:, mailto: or xmpp:
	Domain         string    // the server that an invitation is for, where that is another one
	OutcomeUnknown bool      // the request went out and no answer came: what it asks for may have happened

	Detail string // a plain fact for a developer's log, in English; may be empty
	Err    error  // the cause; may be nil

	unsent bool // the request did not go out
}

// Error returns a line for a developer's log. The words for people are the
// caller's, who chooses them by the Reason.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(string(e.Reason))
	if e.Condition != "" && e.Condition != string(e.Reason) {
		b.WriteString(" (" + e.Condition + ")")
	}
	if e.Detail != "" {
		b.WriteString(": " + e.Detail)
	}
	if e.Text != "" {
		b.WriteString(": the server says: " + e.Text)
	}
	return onOneLine(b.String())
}

// onOneLine replaces white space by single spaces and leaves out what a terminal
// takes for commands: a server's text may be anything.
func onOneLine(text string) string {
	return strings.Map(func(r rune) rune {
		if strconv.IsPrint(r) {
			return r
		}
		return -1
	}, strings.Join(strings.Fields(text), " "))
}

// GenericText tells whether the text says no more than the reason does: it is what Prosody
// and ejabberd have for a name that is taken, in English.
func (e *Error) GenericText() bool {
	return e.Reason == UsernameTaken && (e.Text == "The requested username already exists." || e.Text == "User already exists")
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Is tells whether the target is the error's Reason.
func (e *Error) Is(target error) bool {
	reason, ok := target.(Reason)
	return ok && reason == e.Reason
}

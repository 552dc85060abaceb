package ibr

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"

	"mellium.im/xmpp/jid"
)

// failure makes an *Error of whatever ended an operation. ctx is the
// operation's.
func (m *Manager) failure(ctx context.Context, err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	if ctx.Err() != nil {
		return interrupted(context.Cause(ctx), err)
	}
	var end *streamError
	if errors.As(err, &end) {
		return m.streamFailure(end)
	}
	if kind, reason, ok := asReasoned(err); ok {
		return &Error{Kind: kind, Reason: reason, Message: err.Error(), Err: err}
	}
	var syntax *xml.SyntaxError
	switch {
	case errors.As(err, &syntax), errors.Is(err, errTooDeep):
		return &Error{Kind: KindStream, Reason: Protocol, Err: err}
	case errors.Is(err, errDisconnect), errors.Is(err, errClosedHere), errors.Is(err, context.Canceled),
		errors.Is(err, errTimeout), errors.Is(err, context.DeadlineExceeded):
		return interrupted(err, err)
	}
	return &Error{Kind: KindTransport, Reason: StreamFailed, Err: err}
}

// interrupted is the error of an operation whose caller gave up or whose time
// ran out. err may tell more of how far it got.
func interrupted(cause, err error) *Error {
	e := &Error{Kind: KindAborted, Reason: Aborted, Err: cause}
	if errors.Is(cause, errTimeout) || errors.Is(cause, context.DeadlineExceeded) {
		e.Kind, e.Reason = KindTimeout, Timeout
		if _, _, ok := asReasoned(err); ok {
			e.Message = err.Error()
		}
	}
	return e
}

// streamFailure is the error of a stream that the server ended with one (RFC
// 6120 section 4.9).
func (m *Manager) streamFailure(err *streamError) *Error {
	e := &Error{
		Kind:        KindStream,
		Reason:      StreamFailed,
		Condition:   err.condition,
		Application: err.application,
		Text:        chooseText(err.texts, m.config.Lang),
		Err:         err,
	}
	if reason, ok := streamReasons[err.condition]; ok {
		e.Reason = reason
	}
	return e
}

// outcomeUnknown marks the error of a request that went out and was never
// answered. A stream error keeps its own reason, but for the one that says only
// that time ran out. What may have happened is said for what was asked.
func (e *Error) outcomeUnknown(may string) {
	e.OutcomeUnknown = true
	switch {
	case e.Kind == KindStream && e.Condition != "" && e.Condition != "connection-timeout":
	case e.Reason == Aborted, e.Reason == Protocol:
	default:
		e.Reason = OutcomeUnknown
		e.Message = unanswered + " " + may
	}
}

const unanswered = "The request was sent, but no answer came."

// mayHave says what may have come of a request to that address which nobody
// answered, and how to find out.
func (s *session) mayHave(op operation, to jid.JID) string {
	home := s.isHome(to)
	switch {
	case op == opChange:
		return "The password may have been changed: log in with the new one, and with the old one if it is refused."
	case op == opRemove && home:
		return "The account may be deleted: try to log in to find out."
	case op == opRemove:
		return "The registration with the service may be cancelled: ask for the service's form to find out."
	case home && s.isGuest():
		return "The account may exist: try to log in before you register again."
	}
	// A form that is asked for shows what is on file.
	return "What you sent may have been taken: ask for the form again to find out."
}

// wasSent tells whether a request went out although it failed.
func wasSent(err error) bool {
	var e *sendError
	return errors.As(err, &e) && e.sent
}

// asError is the *Error in err, which every operation returns.
func (m *Manager) asError(err error) *Error {
	if err == nil {
		return nil
	}
	return m.failure(context.Background(), err)
}

// busy is the error of an operation that is under way already.
func busy(operation string) *Error {
	return &Error{Kind: KindForm, Reason: Busy,
		Message: fmt.Sprintf("%s is under way already. Wait until it has ended.", operation)}
}

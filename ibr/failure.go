package ibr

import (
	"context"
	"errors"

	"github.com/xmppreg/xmppreg/ibr/form"
	"github.com/xmppreg/xmppreg/ibr/internal/stream"
	"github.com/xmppreg/xmppreg/transport"
)

// ErrorOf returns what an error of a Dialer or a Transport is to a user of this
// package.
func ErrorOf(err error) *Error { return failure(context.Background(), err) }

// failure makes an *Error of whatever ended an operation. The packages
// below return facts; here they get the reason and the kind that a caller sees. ctx is the
// operation's.
func failure(ctx context.Context, err error) *Error {
	var (
		public     *Error
		refused    *form.Error
		streamErr  *stream.Error
		saslErr    *stream.SASLError
		tasks      *stream.TasksError
		stanzaErr  *stream.StanzaError
		breach     *stream.ProtocolError
		unreached  *transport.Error
		unanswered *stream.UnansweredError
	)
	if errors.As(err, &public) {
		return public
	}
	if ctx.Err() != nil {
		return interrupted(context.Cause(ctx), err)
	}
	switch {
	case errors.As(err, &refused):
		e := refuse(Rejected, refused.Condition, refused.Field, refused.Error())
		if refused.Rule == form.RuleOutside {
			e.Reason = UsernameInvalid
		}
		e.Rule, e.Err = refused.Rule, err
		return e
	case errors.As(err, &streamErr):
		return streamFailure(streamErr)
	case errors.As(err, &saslErr):
		return saslFailure(saslErr)
	case errors.As(err, &tasks):
		return &Error{Kind: KindSASL, Reason: NotSupported, Text: tasks.Text, Detail: tasks.Error(), Err: err}
	case errors.As(err, &stanzaErr):
		e := stanzaFailure(stanzaErr)
		e.Reason = question{purpose: toGet}.reasonOf(stanzaErr, false)
		return e
	case errors.As(err, &breach) && breach.InLogin:
		return &Error{Kind: KindSASL, Reason: Protocol, Detail: breach.Text, Err: err}
	case errors.As(err, &breach):
		return &Error{Kind: KindStream, Reason: Protocol, Detail: breach.Text, Err: err}
	case errors.As(err, &unreached):
		return transportFailure(unreached)
	case errors.Is(err, stream.ErrMalformed):
		e := malformed("the answer is neither a result nor an error, or makes no sense")
		e.Err = err
		return e
	case errors.Is(err, stream.ErrInsecure):
		return &Error{Kind: KindTransport, Reason: UnsafeURL, Detail: err.Error(), Err: err}
	case errors.Is(err, errDisconnect), errors.Is(err, stream.ErrClosed), errors.Is(err, context.Canceled),
		errors.Is(err, errTimeout), errors.Is(err, context.DeadlineExceeded):
		return interrupted(err, err)
	case errors.As(err, &unanswered):
		err = unanswered.Err
	}
	return &Error{Kind: KindTransport, Reason: StreamFailed, Detail: err.Error(), Err: err}
}

// interrupted is the error of an operation whose caller gave up or whose time
// ran out. err may tell how far it got.
func interrupted(cause, err error) *Error {
	e := &Error{Kind: KindAborted, Reason: Aborted, Err: cause}
	if errors.Is(cause, errTimeout) || errors.Is(cause, context.DeadlineExceeded) {
		e.Kind, e.Reason = KindTimeout, Timeout
		var unreached *transport.Error
		if errors.As(err, &unreached) {
			e.Detail = unreached.Text
		}
	}
	return e
}

// streamFailure is the error of a stream that the server ended with one (RFC
// 6120 section 4.9).
func streamFailure(err *stream.Error) *Error {
	e := &Error{Kind: KindStream, Reason: StreamFailed, Condition: err.Condition,
		Application: err.Application, Text: err.Text, Err: err}
	if reason, ok := streamReasons[err.Condition]; ok {
		e.Reason = reason
	}
	return e
}

// saslFailure is the error of a login that the server refused (RFC 6120 section
// 6.5).
func saslFailure(err *stream.SASLError) *Error {
	e := &Error{Kind: KindSASL, Reason: Unknown, Condition: err.Condition, Text: err.Text,
		Application: err.Application, RetryAt: err.RetryAt, Err: err}
	if reason, ok := saslReasons[err.Condition]; ok {
		e.Reason = reason
	}
	return e
}

// stanzaFailure is the error of an answer, without its reason: what an answer
// means depends on the question.
func stanzaFailure(err *stream.StanzaError) *Error {
	e := &Error{Kind: KindStanza, Type: err.Type, Condition: err.Condition, Text: err.Text,
		Application: err.Application, RetryAt: err.RetryAt, Err: err}
	if form.IsSafeAddress(err.Address) {
		e.URL = err.Address
	}
	return e
}

// transportFailure is the error of a server that could not be found or reached,
// or of a connection that was lost.
func transportFailure(err *transport.Error) *Error {
	if err.Fault == transport.Interrupted {
		return interrupted(err.Err, err)
	}
	e := &Error{Kind: KindTransport, Reason: Reason(err.Fault), Detail: err.Text, Err: err}
	if err.Discovery {
		e.Kind = KindDiscovery
	}
	return e
}

// malformed is the error of an answer that makes no sense.
func malformed(detail string) *Error {
	return &Error{Kind: KindStanza, Reason: Malformed, Detail: detail}
}

// refuse is an error of this side's own: what was asked for can't be sent.
func refuse(reason Reason, condition, field, detail string) *Error {
	return &Error{Kind: KindForm, Reason: reason, Type: "modify", Condition: condition, Field: field, Detail: detail}
}

// busy is the error of an operation while one of the same kind is under way.
func busy(underWay string) *Error {
	return &Error{Kind: KindForm, Reason: Busy, Detail: underWay}
}

// markUnanswered marks the error of a request that went out and was never
// answered. A stream error keeps its own reason, except connection-timeout, which
// says only that no answer came.
func (e *Error) markUnanswered() {
	e.OutcomeUnknown = true
	switch {
	case e.Kind == KindStream && e.Condition != "" && e.Condition != "connection-timeout":
	case e.Reason == Aborted, e.Reason == Protocol:
	default:
		e.Reason = OutcomeUnknown
		if e.Detail == "" {
			e.Detail = "the request went out and no answer came"
		}
	}
}

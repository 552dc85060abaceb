package ibr

import (
	"strings"

	"github.com/xmppreg/xmppreg/ibr/internal/stream"
)

// reasons says what a condition means to each operation, in the order of the
// operations. What depends on more than that is in reasonOf.
var reasons = map[string][operations]Reason{
	// get, set, preauth, change, remove
	"conflict":                {Rejected, UsernameTaken, InviteInvalid, Rejected, Rejected},
	"not-acceptable":          {Rejected, Rejected, InviteInvalid, Rejected, Rejected},
	"jid-malformed":           {BadRequest, UsernameInvalid, InviteInvalid, BadRequest, BadRequest},
	"bad-request":             {BadRequest, BadRequest, InviteInvalid, BadRequest, BadRequest},
	"not-allowed":             {NotAllowed, NotAllowed, InviteInvalid, NotAllowed, NotAllowed},
	"forbidden":               {Forbidden, Forbidden, InviteInvalid, Forbidden, Forbidden},
	"not-authorized":          {NotAuthorized, NotAuthorized, InviteInvalid, NotAuthorized, NotAuthorized},
	"registration-required":   {NotAuthorized, NotAuthorized, InviteInvalid, NotRegistered, NotRegistered},
	"unexpected-request":      {BadRequest, BadRequest, InviteInvalid, NotRegistered, NotRegistered},
	"service-unavailable":     {NotSupported, NotSupported, InviteUnsupported, NotSupported, NotSupported},
	"feature-not-implemented": {NotSupported, ServerError, InviteUnsupported, NotSupported, NotSupported},
	"item-not-found":          {NotSupported, BadRequest, InviteInvalid, NotRegistered, NotRegistered},
	"resource-constraint":     {Throttled, Throttled, Throttled, Throttled, Throttled},
	"internal-server-error":   {ServerError, ServerError, ServerError, ServerError, ServerError},
	"remote-server-timeout":   {Timeout, Timeout, Timeout, Timeout, Timeout},
	"remote-server-not-found": {HostUnknown, HostUnknown, HostUnknown, HostUnknown, HostUnknown},
}

// reasonOf tells what an answer with an error means. mayBeInvited says that the
// stream offers tokens and that none was accepted on it.
func (q question) reasonOf(answer *stream.StanzaError, mayBeInvited bool) Reason {
	condition := answer.Condition
	if q.op.changes() {
		switch {
		case q.op == opSet && condition == "not-acceptable" && mayBeInvited:
			// Nothing that had to be filled in was empty: that was refused here.
			return InviteRequired
		case q.captcha && (condition == "bad-request" || condition == "not-allowed" || condition == "service-unavailable"):
			return CaptchaFailed
		case q.op == opSet && condition == "not-allowed" && q.oldStyle && answer.Text == "":
			return CaptchaRequired
		}
	}
	if condition == "policy-violation" {
		switch {
		case answer.Type == "wait":
			return Throttled
		case answer.Type == "modify" && q.op.changes():
			return Rejected // the form was given, so it is the answers: a blocked name, a leaked password
		}
		return ServerMisconfigured
	}
	if row, ok := reasons[condition]; ok {
		return row[q.op]
	}
	return Unknown
}

// refusesPassword tells whether an answer refuses the new password. In a change there is
// nothing else that could be refused. A password that is not of ASCII alone may be one
// that the server can't prepare (RFC 4013): Prosody calls that a feature that it does not
// have, and ejabberd does not allow such a change.
func (q question) refusesPassword(answer *stream.StanzaError) bool {
	isPlain := !strings.ContainsFunc(q.password, func(r rune) bool { return r < ' ' || r > '~' })
	switch condition := answer.Condition; {
	case q.password == "", answer.Text == "", q.captcha:
		return false
	case q.op == opChange && (condition == "not-acceptable" || condition == "policy-violation" && answer.Type == "modify"):
		return true
	case q.op == opChange && condition == "not-allowed", condition == "feature-not-implemented":
		return !isPlain
	}
	return false
}

// streamReasons says what the conditions of stream errors mean (RFC 6120
// section 4.9.3).
var streamReasons = map[string]Reason{
	"host-unknown":          HostUnknown,
	"system-shutdown":       ServerError,
	"internal-server-error": ServerError,
	"resource-constraint":   ServerError,
	"policy-violation":      Forbidden,
	"not-well-formed":       Protocol,
	"invalid-xml":           Protocol,
	"bad-format":            Protocol,
}

// saslReasons says what the conditions of a failed login mean (RFC 6120 section
// 6.5). A mechanism that nobody speaks is one of the server's set-up.
var saslReasons = map[string]Reason{
	"account-disabled":       Forbidden,
	"aborted":                BadRequest,
	"credentials-expired":    NotAuthorized,
	"encryption-required":    ServerMisconfigured,
	"incorrect-encoding":     BadRequest,
	"invalid-authzid":        NotAuthorized,
	"invalid-mechanism":      NotSupported,
	"malformed-request":      BadRequest,
	"mechanism-too-weak":     NotSupported,
	"not-authorized":         NotAuthorized,
	"temporary-auth-failure": ServerError,
}

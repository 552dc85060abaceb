package ibr

import (
	"strings"

	"github.com/xmppreg/xmppreg/ibr/internal/stream"
)

// reasons says what a condition means, by what the request was for. What depends on more than
// that is in reasonOf.
var reasons = map[string][purposes]Reason{
	"conflict":                {toGet: Rejected, toSet: UsernameTaken, toPreauth: InviteInvalid, toChange: Rejected, toRemove: Rejected},
	"not-acceptable":          {toGet: Rejected, toSet: Rejected, toPreauth: InviteInvalid, toChange: Rejected, toRemove: Rejected},
	"jid-malformed":           {toGet: BadRequest, toSet: UsernameInvalid, toPreauth: InviteInvalid, toChange: BadRequest, toRemove: BadRequest},
	"bad-request":             {toGet: BadRequest, toSet: BadRequest, toPreauth: InviteInvalid, toChange: BadRequest, toRemove: BadRequest},
	"not-allowed":             {toGet: NotAllowed, toSet: NotAllowed, toPreauth: InviteInvalid, toChange: NotAllowed, toRemove: NotAllowed},
	"forbidden":               {toGet: Forbidden, toSet: Forbidden, toPreauth: InviteInvalid, toChange: Forbidden, toRemove: Forbidden},
	"not-authorized":          {toGet: NotAuthorized, toSet: NotAuthorized, toPreauth: InviteInvalid, toChange: NotAuthorized, toRemove: NotAuthorized},
	"registration-required":   {toGet: NotAuthorized, toSet: NotAuthorized, toPreauth: InviteInvalid, toChange: NotRegistered, toRemove: NotRegistered},
	"unexpected-request":      {toGet: BadRequest, toSet: BadRequest, toPreauth: InviteInvalid, toChange: NotRegistered, toRemove: NotRegistered},
	"service-unavailable":     {toGet: NotSupported, toSet: NotSupported, toPreauth: InviteUnsupported, toChange: NotSupported, toRemove: NotSupported},
	"feature-not-implemented": {toGet: NotSupported, toSet: ServerError, toPreauth: InviteUnsupported, toChange: NotSupported, toRemove: NotSupported},
	"item-not-found":          {toGet: NotSupported, toSet: BadRequest, toPreauth: InviteInvalid, toChange: NotRegistered, toRemove: NotRegistered},
	"resource-constraint":     {toGet: Throttled, toSet: Throttled, toPreauth: Throttled, toChange: Throttled, toRemove: Throttled},
	"internal-server-error":   {toGet: ServerError, toSet: ServerError, toPreauth: ServerError, toChange: ServerError, toRemove: ServerError},
	"remote-server-timeout":   {toGet: Timeout, toSet: Timeout, toPreauth: Timeout, toChange: Timeout, toRemove: Timeout},
	"remote-server-not-found": {toGet: HostUnknown, toSet: HostUnknown, toPreauth: HostUnknown, toChange: HostUnknown, toRemove: HostUnknown},
}

// reasonOf tells what an answer with an error means. mayBeInvited says that the
// stream offers tokens and that none was accepted on it.
func (q question) reasonOf(answer *stream.StanzaError, mayBeInvited bool) Reason {
	condition := answer.Condition
	if q.purpose.changes() {
		switch {
		case q.purpose == toSet && condition == "not-acceptable" && mayBeInvited:
			// Nothing that had to be filled in was empty: that was refused here.
			return InviteRequired
		case q.captcha && (condition == "bad-request" || condition == "not-allowed" || condition == "service-unavailable"):
			return CaptchaFailed
		case q.purpose == toSet && condition == "not-allowed" && q.oldStyle && answer.Text == "":
			return CaptchaRequired
		}
	}
	if condition == "policy-violation" {
		switch {
		case answer.Type == "wait":
			return Throttled
		case answer.Type == "modify" && q.purpose.changes():
			return Rejected // the form was given, so it is the answers: a blocked name, a leaked password
		}
		return ServerMisconfigured
	}
	if row, ok := reasons[condition]; ok {
		return row[q.purpose]
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
	case q.purpose == toChange && (condition == "not-acceptable" || condition == "policy-violation" && answer.Type == "modify"):
		return true
	case q.purpose == toChange && condition == "not-allowed", condition == "feature-not-implemented":
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

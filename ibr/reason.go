package ibr

// A Reason is what a caller chooses its words by: one of a closed list. It
// follows from the condition of an error and from what was being done, never
// from an error's text.
type Reason string

// The reasons.
const (
	NotAdvertised       Reason = "not-advertised"        // the server does not offer registration before login
	NotSupported        Reason = "not-supported"         // the server or service does not do this
	Forbidden           Reason = "forbidden"             // not for this user or from this address
	NotAllowed          Reason = "not-allowed"           // for nobody
	InviteRequired      Reason = "invite-required"       // only with an invitation
	InviteInvalid       Reason = "invite-invalid"        // the invitation is wrong, used or expired
	InviteUnsupported   Reason = "invite-unsupported"    // the server does not take invitations
	CaptchaRequired     Reason = "captcha-required"      // the form has a CAPTCHA that has to be solved first
	CaptchaFailed       Reason = "captcha-failed"        // the CAPTCHA's answer was wrong or late
	Throttled           Reason = "throttled"             // too many attempts, later perhaps
	UsernameTaken       Reason = "username-taken"        // somebody has that name
	UsernameInvalid     Reason = "username-invalid"      // no account can have that name
	Rejected            Reason = "rejected"              // the answers are not acceptable; the text says why
	BadRequest          Reason = "bad-request"           // the server did not understand
	NotRegistered       Reason = "not-registered"        // there is no account
	NotAuthorized       Reason = "not-authorized"        // wrong credentials, or not permitted on this connection
	ServerError         Reason = "server-error"          // the server failed
	OutcomeUnknown      Reason = "outcome-unknown"       // the request went out, the answer never came
	Timeout             Reason = "timeout"               // no answer in time
	Aborted             Reason = "aborted"               // the caller gave up
	Busy                Reason = "busy"                  // one of the same kind is under way
	NoHostMeta          Reason = "no-host-meta"          // the domain publishes no host-meta (XEP-0156)
	NoWebSocketEndpoint Reason = "no-websocket-endpoint" // host-meta names no WebSocket
	DiscoveryBlocked    Reason = "discovery-blocked"     // host-meta is there, but a web page may not read it (CORS)
	ConnectFailed       Reason = "connect-failed"        // no WebSocket could be opened
	InsecureRedirect    Reason = "insecure-redirect"     // the server sends the client to an unencrypted address
	UnsupportedRedirect Reason = "unsupported-redirect"  // the server sends the client to something that is no WebSocket
	RedirectLoop        Reason = "redirect-loop"         // the server sends the client round in circles
	UnsafeURL           Reason = "unsafe-url"            // the address given is not encrypted
	HostUnknown         Reason = "host-unknown"          // the server does not serve that domain
	ServerMisconfigured Reason = "server-misconfigured"  // only the server's operator can mend it
	StreamFailed        Reason = "stream"                // the connection to the server broke or was ended
	Protocol            Reason = "protocol"              // broken XML or framing from the server
	Malformed           Reason = "malformed"             // an answer that makes no sense
	ModuleExited        Reason = "module-exited"         // the WebAssembly module ended
	Unknown             Reason = "unknown"               // none of the above
)

var explanations = map[Reason]string{
	NotAdvertised:       "This server does not let people register here. Ask its operator how to get an account, or choose another server.",
	NotSupported:        "The server does not support this.",
	Forbidden:           "The server does not permit this to you or from your network.",
	NotAllowed:          "The server does not permit this.",
	InviteRequired:      "This server takes new accounts by invitation only. Ask somebody who uses it for one.",
	InviteInvalid:       "The invitation is not valid: it may have expired or have been used. Ask for a new one.",
	InviteUnsupported:   "This server does not take invitations.",
	CaptchaRequired:     "The server asks a question against robots. Answer it and send the form again.",
	CaptchaFailed:       "The answer to the question against robots was wrong or came too late. Answer the new one.",
	Throttled:           "There were too many attempts. Wait a while and try again.",
	UsernameTaken:       "Somebody has this user name already. Choose another one.",
	UsernameInvalid:     "An account can't have this user name. Choose another one.",
	Rejected:            "The server does not accept these answers.",
	BadRequest:          "The server did not understand the request.",
	NotRegistered:       "There is no such account.",
	NotAuthorized:       "The server refused the credentials, or does not permit this on such a connection.",
	ServerError:         "The server failed. Try again later.",
	OutcomeUnknown:      unanswered + " What it asks for may have happened: find out before you ask again.",
	Timeout:             "The server did not answer in time. Try again later.",
	Aborted:             "The operation was aborted.",
	Busy:                "The same operation is under way already. Wait until it has ended.",
	NoHostMeta:          "The domain does not say how to reach its XMPP server from a web page (XEP-0156).",
	NoWebSocketEndpoint: "The domain names no encrypted WebSocket of its XMPP server (XEP-0156).",
	DiscoveryBlocked:    "The domain does not let web pages read how to reach its XMPP server (CORS).",
	ConnectFailed:       "The server could not be reached. Try again later.",
	InsecureRedirect:    "The server points to an address that is not encrypted.",
	UnsupportedRedirect: "The server points to an address that is no WebSocket.",
	RedirectLoop:        "The server points from one address to the next without end.",
	UnsafeURL:           "The address of the server is not encrypted: it must begin with wss:.",
	HostUnknown:         "The server does not serve this domain. Check how the domain is written.",
	ServerMisconfigured: "The server is set up in a way that does not permit this. Only its operator can mend it.",
	StreamFailed:        "The connection to the server ended. Try again.",
	Protocol:            "The server sent something that is not XMPP.",
	Malformed:           "The server sent an answer that makes no sense.",
	ModuleExited:        "The program that talks to the server has ended. Load it again.",
	Unknown:             "Something went wrong.",
}

// explain says in English what the reason means and what to do.
func (r Reason) explain() string {
	if text, ok := explanations[r]; ok {
		return text
	}
	return explanations[Unknown]
}

// An operation is what was being done when an answer came.
type operation int

const (
	opGet     operation = iota // asking for the form
	opSet                      // sending it
	opPreauth                  // sending a token
	opChange                   // changing the password
	opRemove                   // deleting the account or registration
)

// reasons says what a condition means to each operation, in the order of the
// operations. What depends on more than that is in reasonOf.
var reasons = map[string][5]Reason{
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

// legacyConditions are the conditions that the numeric codes stood for
// (XEP-0086 section 3), for servers that send nothing else.
var legacyConditions = map[string]string{
	"302": "redirect",
	"400": "bad-request",
	"401": "not-authorized",
	"402": "payment-required",
	"403": "forbidden",
	"404": "item-not-found",
	"405": "not-allowed",
	"406": "not-acceptable",
	"407": "registration-required",
	"408": "remote-server-timeout",
	"409": "conflict",
	"500": "internal-server-error",
	"501": "feature-not-implemented",
	"502": "service-unavailable",
	"503": "service-unavailable",
	"504": "remote-server-timeout",
	"510": "service-unavailable",
}

// A request is what an answer is an answer to, as far as it changes the
// answer's meaning.
type request struct {
	op            operation
	captcha       bool // the form that was sent had a CAPTCHA
	oldStyle      bool // old-style fields were sent
	tokenOffered  bool // the stream offers tokens
	tokenAccepted bool // the server has accepted one on this stream
	optional      bool // nothing depends on the answer
}

// reasonOf tells what a stanza error means.
func (r request) reasonOf(typ, condition, text string) Reason {
	if r.op == opSet {
		switch {
		case condition == "not-acceptable" && r.tokenOffered && !r.tokenAccepted:
			// Nothing that had to be filled in was empty: that was refused here.
			return InviteRequired
		case r.captcha && (condition == "bad-request" || condition == "not-allowed" || condition == "service-unavailable"):
			return CaptchaFailed
		case condition == "not-allowed" && r.oldStyle && text == "":
			return CaptchaRequired
		}
	}
	if condition == "policy-violation" {
		if typ == "wait" {
			return Throttled
		}
		return ServerMisconfigured
	}
	if row, ok := reasons[condition]; ok {
		return row[r.op]
	}
	return Unknown
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

package ibr

// A Reason is what a caller chooses its words by: one of a closed list. It
// follows from the condition of an error and from what was being done, never from
// the wording of a text; whether there is one may count.
//
// It is an error for errors.Is alone: no operation returns it.
type Reason string

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

// Error returns the reason, so that errors.Is can compare an *Error with it.
func (r Reason) Error() string { return string(r) }

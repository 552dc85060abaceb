package transport

// A Fault is what kept a stream from being opened, or ended it: one of a closed
// list.
type Fault string

const (
	HostUnknown         Fault = "host-unknown"          // no domain can have that name
	NoHostMeta          Fault = "no-host-meta"          // the domain publishes no host-meta (XEP-0156)
	NoWebSocketEndpoint Fault = "no-websocket-endpoint" // host-meta names no WebSocket that can be used
	DiscoveryBlocked    Fault = "discovery-blocked"     // host-meta is there, but a web page may not read it (CORS)
	ConnectFailed       Fault = "connect-failed"        // no connection could be opened
	InsecureRedirect    Fault = "insecure-redirect"     // the server sends the client to an address that is not encrypted
	UnsupportedRedirect Fault = "unsupported-redirect"  // the server sends the client to an address that can't be used
	RedirectLoop        Fault = "redirect-loop"         // the server sends the client round in circles
	UnsafeURL           Fault = "unsafe-url"            // an address that was given is not encrypted
	Protocol            Fault = "protocol"              // the server broke the rules of XML or of the framing
	Lost                Fault = "stream"                // the connection was lost, or ended without an explanation
	InviteInvalid       Fault = "invite-invalid"        // the page does not exist or holds no invitation
	Interrupted         Fault = "interrupted"           // the context ended; it is what Err holds
)

// Error is why a stream could not be opened or has ended.
type Error struct {
	Fault     Fault
	Discovery bool   // it happened before there was an address to connect to
	Text      string // the addresses tried and what was wrong with each, for a log; nothing that is secret
	Err       error  // the cause; may be nil
}

// Error returns the text.
func (e *Error) Error() string { return e.Text }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

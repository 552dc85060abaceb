// Package http takes the place of net/http in the module. nhooyr.io/websocket names
// these few types of it in a browser, and uses none but Response, for the status that a
// browser never tells. The whole of net/http brings HTTP/2, TLS and a server with it.
package http

// StatusSwitchingProtocols is what a handshake ends with (RFC 9110, section 15.2.2).
const StatusSwitchingProtocols = 101

// A Response is what websocket.Dial returns beside the connection.
type Response struct {
	StatusCode int
}

// A ResponseWriter is an argument of websocket.Accept, which a browser has not.
type ResponseWriter any

// A Request is the other one.
type Request struct{}

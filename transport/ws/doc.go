// Package ws opens XMPP streams over WebSocket, in a browser (js/wasm) and in
// native Go. It is a [transport.Dialer].
//
// It finds the server's address with the host-meta files of XEP-0156
// (section 2.2, HTTP lookup), opens a WebSocket with the subprotocol "xmpp"
// (RFC 7395 section 3.1), and keeps the framing (sections 3.3 to 3.7) to itself:
//
//   - <open/> is exchanged before a stream is returned, and again when it is
//     restarted; the server's <close/> is answered;
//   - each element is one message (section 3.3.3);
//   - what is received must be one complete element without comment,
//     processing instruction or document type (RFC 6120 section 11.1). Anything
//     else is answered with a stream error and ends the stream;
//   - see-other-uri (section 3.6.1) is followed while the stream is opening,
//     and never from wss: to ws:. An address that comes later is remembered for
//     the next connection.
//
// There is no STARTTLS and no stream compression (section 3.9): the address
// decides. Only wss: addresses are used, or ws: to this very machine.
//
// # In a browser
//
// A page can't do all that a native program can:
//
//   - It can't ask the DNS, so host-meta is all there is, and it can read the
//     files only where the server sends Access-Control-Allow-Origin.
//   - It doesn't see the hops of a redirected fetch, only the last address,
//     which must be https:.
//   - It isn't told why a WebSocket could not be opened, and the close code of
//     one that ended is not known here either.
//   - It can close a WebSocket only with the codes 1000 and 3000 to 4999. One
//     that is given up while it is opening is closed the moment it opens, or
//     after a second, at which the browser complains on its console.
//   - It can't be made to wait inside a callback: the functions that take a
//     context must run in a goroutine, never directly in a js.Func.
package ws

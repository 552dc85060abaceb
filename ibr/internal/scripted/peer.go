package scripted

import (
	"io"
	"strings"
	"time"

	"github.com/xmppreg/xmppreg/internal/xmltree"
	"github.com/xmppreg/xmppreg/transport"
)

// A Peer is the server's side of a connection. What it does not expect fails the
// test.
type Peer struct {
	T      T
	Target transport.Target // whom the client wants to talk to

	conn *conn
}

// Open opens the stream and sends the features, if any are given. Where the
// stream is open already, it waits until the client opens it anew.
func (p *Peer) Open(features string) {
	select {
	case <-p.conn.opened:
		if m := p.take(); m == nil || m.element != nil {
			p.T.Error("the client does not open the stream anew")
		}
	default:
		close(p.conn.opened)
	}
	p.Send(features)
}

// Next returns the next element that the client sends. ok is false when the
// client closes the connection instead.
func (p *Peer) Next() (e *xmltree.Element, ok bool) {
	m := p.take()
	if m != nil && m.element == nil {
		p.T.Error("the client opens the stream anew")
		m = nil
	}
	if m == nil {
		return &xmltree.Element{}, false
	}
	return m.element, true
}

// take returns what the client sends, nil if it closes the connection instead.
func (p *Peer) take() *message {
	timer := time.NewTimer(Patience)
	defer timer.Stop()
	select {
	case m := <-p.conn.sent:
		return m
	case <-p.conn.left:
	case <-timer.C:
	}
	return nil
}

// Request returns the next element that the client sends, which must be there.
func (p *Peer) Request() *xmltree.Element {
	e, ok := p.Next()
	if !ok {
		p.T.Error("nothing came where a request was expected")
	}
	return e
}

// Send sends elements as they stand inside of a stream, where jabber:client is
// the default namespace and the prefix "stream" is declared. A
// "</stream:stream>" after them is as [Peer.Close].
func (p *Peer) Send(text string) {
	text, last := strings.CutSuffix(text, "</stream:stream>")
	const open, end = "<stream:stream xmlns='jabber:client' xmlns:stream='" + xmltree.NSStream + "'>", "</stream:stream>"
	stream, err := xmltree.Parse([]byte(open + text + end))
	if err != nil || strings.TrimSpace(stream.Text) != "" {
		p.T.Errorf("the script sends what are no elements: %v: %s", err, text)
		return
	}
	for i := range stream.Children {
		if !p.conn.push(&stream.Children[i]) {
			p.T.Errorf("the script sends this after the end: %s", text)
		}
	}
	if last {
		p.Close()
	}
}

// Result answers a request. payload is what is in the answer.
func (p *Peer) Result(request *xmltree.Element, payload string) {
	p.Send(`<iq type='result' id='` + request.Get("id") + `'>` + payload + `</iq>`)
}

// Fail answers a request with an error. payload is what is in the answer, the
// <error/> included.
func (p *Peer) Fail(request *xmltree.Element, payload string) {
	p.Send(`<iq type='error' id='` + request.Get("id") + `'>` + payload + `</iq>`)
}

// Drain waits until the client closes the connection, and fails the test if it
// sends something first. Before [Peer.Open] it lets the client wait for the
// stream.
func (p *Peer) Drain() {
	if e, ok := p.Next(); ok {
		p.T.Errorf("the client sends what is not expected: %s", e)
	}
}

// Finish waits until the client closes the connection, and closes it too.
func (p *Peer) Finish() {
	p.Drain()
	p.Close()
}

// Hang takes nothing that the client sends until that closes the connection.
func (p *Peer) Hang() { <-p.conn.left }

// Close ends the stream from the server's side: the client receives [io.EOF].
func (p *Peer) Close() { p.conn.endWith(io.EOF) }

// Lose loses the connection, as the end of the script does.
func (p *Peer) Lose() { p.conn.endWith(lost()) }

// Break ends the connection as after XML that is broken.
func (p *Peer) Break() {
	p.conn.endWith(&transport.Error{Fault: transport.Protocol, Text: "the XML is not well-formed"})
}

// Refuse lets dialing fail with that error. It comes in place of [Peer.Open].
func (p *Peer) Refuse(err error) { p.conn.endWith(err) }

// StanzaError is an <error/> of that type and condition.
func StanzaError(typ, condition string) string {
	return `<error type='` + typ + `'><` + condition + ` xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>`
}

// StreamError is a stream error with that condition, and the end of the stream.
func StreamError(condition string) string {
	return `<stream:error><` + condition + ` xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error></stream:stream>`
}

// Features are stream features.
func Features(features ...string) string {
	return `<stream:features xmlns:stream='` + xmltree.NSStream + `'>` + strings.Join(features, "") + `</stream:features>`
}

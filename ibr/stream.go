package ibr

import (
	"bytes"
	"context"
	"encoding/xml"
	"fmt"
	"io"
	"net"
	"time"

	"mellium.im/xmpp/jid"
)

// A stream is an XML stream with a server (RFC 6120 section 4): its header, its
// features, and one element after the other in both directions. mellium's
// Session would do this too, but it hides the condition of a login that failed,
// and it makes the module larger by 60,000 bytes of Brotli.
type stream struct {
	conn net.Conn
	dec  *xml.Decoder

	writing chan struct{} // holds one while somebody writes
	closed  bool          // this side has closed its stream; for who writes
}

// A streamError is what a server ends a stream with (RFC 6120 section 4.9).
type streamError struct {
	condition   string // defined condition, empty if there is none
	application string // application-specific condition
	texts       []*element
}

func (e *streamError) Error() string {
	return "stream error " + e.condition
}

// openStream opens a stream over conn and returns what the server offers.
func openStream(conn net.Conn, domain jid.JID, lang string) (*stream, features, error) {
	s := &stream{conn: conn, writing: make(chan struct{}, 1)}
	f, err := s.start(domain, lang)
	return s, f, err
}

// start opens the stream, or opens it anew after a login (RFC 6120 section
// 6.4.6), and returns what the server offers.
func (s *stream) start(domain jid.JID, lang string) (features, error) {
	s.dec = xml.NewDecoder(s.conn)
	if _, err := s.conn.Write(header(domain, lang)); err != nil {
		return features{}, err
	}
	start, err := s.nextStart()
	if err != nil {
		return features{}, err
	}
	if start.Name == (xml.Name{Space: nsStream, Local: "error"}) {
		_, err := s.readFrom(start) // what ends a stream may come before it
		return features{}, err
	}
	if start.Name != (xml.Name{Space: nsStream, Local: "stream"}) {
		return features{}, unexpected(start.Name)
	}
	e, err := s.read()
	if err != nil {
		return features{}, err
	}
	if !e.is(nsStream, "features") {
		return features{}, unexpected(e.name)
	}
	return parseFeatures(e), nil
}

// header is the start tag of the stream (RFC 6120 section 4.7).
func header(domain jid.JID, lang string) []byte {
	var b bytes.Buffer
	b.WriteString("<stream:stream xmlns='" + nsClient + "' xmlns:stream='" + nsStream + "' version='1.0' to='")
	xml.EscapeText(&b, []byte(domain.String())) // a bytes.Buffer does not fail
	if lang != "" {
		b.WriteString("' xml:lang='")
		xml.EscapeText(&b, []byte(lang))
	}
	b.WriteString("'>")
	return b.Bytes()
}

// unexpected is the error of an element that has no place in the negotiation of a
// stream, of which a login is a part (RFC 6120 section 4.3).
func unexpected(name xml.Name) error {
	return &Error{Kind: KindStream, Reason: Protocol,
		Message: fmt.Sprintf("The server sent <%s xmlns='%s'/> while the stream was being negotiated, which is not XMPP.", name.Local, name.Space)}
}

// nextStart returns the next start of an element. The end of the stream is
// io.EOF.
func (s *stream) nextStart() (xml.StartElement, error) {
	for {
		tok, err := s.dec.Token()
		if err != nil {
			return xml.StartElement{}, err
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			return tok, nil
		case xml.EndElement:
			return xml.StartElement{}, io.EOF
		}
	}
}

// read returns the next element at the top of the stream. A stream error is
// returned as a *streamError.
func (s *stream) read() (*element, error) {
	start, err := s.nextStart()
	if err != nil {
		return nil, err
	}
	return s.readFrom(start)
}

func (s *stream) readFrom(start xml.StartElement) (*element, error) {
	e, err := readElement(s.dec, start)
	if err != nil {
		return nil, err
	}
	if e.is(nsStream, "error") {
		return nil, newStreamError(&e)
	}
	return &e, nil
}

func newStreamError(e *element) *streamError {
	s := &streamError{}
	for i := range e.children {
		switch c := &e.children[i]; {
		case c.is(nsStreamErrors, "text"):
			s.texts = append(s.texts, c)
		case c.name.Space == nsStreamErrors && s.condition == "":
			s.condition = c.name.Local
		case c.name.Space != nsStreamErrors && s.application == "":
			s.application = c.name.Local
		}
	}
	return s
}

// write sends an element, and tells whether any of it may have gone out. When it
// fails, or ctx ends in the middle of it, the connection is closed: half an
// element is the end of the stream in any case.
func (s *stream) write(ctx context.Context, e *element) (sent bool, err error) {
	text, err := e.xml()
	if err != nil {
		return false, err
	}
	select {
	case s.writing <- struct{}{}:
		defer func() { <-s.writing }()
	case <-ctx.Done():
		return false, ctx.Err()
	}
	if s.closed {
		return false, errClosedHere
	}
	interrupted := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		s.conn.SetWriteDeadline(time.Unix(1, 0))
		close(interrupted)
	})
	_, err = s.conn.Write(text)
	if !stop() {
		<-interrupted
		s.conn.SetWriteDeadline(time.Time{})
	}
	if err != nil {
		s.conn.Close()
	}
	return true, err
}

// close closes this side of the stream (RFC 6120 section 4.4), once, if the
// connection takes it in time.
func (s *stream) close() {
	timer := time.NewTimer(closeTimeout)
	defer timer.Stop()
	select {
	case s.writing <- struct{}{}:
		defer func() { <-s.writing }()
	case <-timer.C:
		return
	}
	if s.closed {
		return
	}
	s.closed = true
	s.conn.SetWriteDeadline(time.Now().Add(closeTimeout))
	io.WriteString(s.conn, "</stream:stream>") // if it fails there is nobody to tell
}

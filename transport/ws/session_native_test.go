//go:build !js

package ws

import (
	"context"
	"encoding/xml"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"mellium.im/sasl"
	"mellium.im/xmlstream"
	"mellium.im/xmpp"
	"mellium.im/xmpp/jid"
	"mellium.im/xmpp/stanza"
	"mellium.im/xmpp/stream"
)

func between(s, start, end string) string {
	_, s, _ = strings.Cut(s, start)
	s, _, _ = strings.Cut(s, end)
	return s
}

func TestSessionLogsInOverTheConnection(t *testing.T) {
	long := strings.Repeat("long ", 20<<10)
	c := dial(t, "ws.example", func(p *peer) {
		open := p.read()
		if _, v := parseMessage([]byte(open)); v != nil || !strings.Contains(open, "to='shore.example'") {
			t.Errorf("received %s", open)
		}
		p.send(serverOpen,
			"<stream:features xmlns:stream='http://etherx.jabber.org/streams'><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>PLAIN</mechanism></mechanisms></stream:features>")
		if auth := p.read(); !strings.Contains(auth, "PLAIN") {
			t.Errorf("received %s", auth)
		}
		p.send("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>")
		p.read()
		p.send(serverOpen,
			"<stream:features xmlns:stream='http://etherx.jabber.org/streams'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></stream:features>")
		bind := p.read()
		p.send("<iq xmlns='jabber:client' type='result' id='" + between(bind, `id="`, `"`) + "'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>a@shore.example/r</jid></bind></iq>")

		msg := p.read()
		if _, v := parseMessage([]byte(msg)); v != nil || !strings.Contains(msg, long) {
			t.Errorf("received %.200s", msg)
		}
		p.send("<message xmlns='jabber:client' from='shore.example'><body>" + long + "</body></message>")
		p.send("<stream:error xmlns:stream='http://etherx.jabber.org/streams'><not-authorized xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>", closeElement)
		p.expect(closeElement)
	})

	user := jid.MustParse("a@shore.example")
	session, err := xmpp.NewSession(soon(t), user.Domain(), user, c, xmpp.Secure, xmpp.NewNegotiator(
		func(*xmpp.Session, *xmpp.StreamConfig) xmpp.StreamConfig {
			return xmpp.StreamConfig{Features: []xmpp.StreamFeature{
				xmpp.SASL("", "password", sasl.Plain), xmpp.BindResource(),
			}}
		}))
	if err != nil {
		t.Fatal(err)
	}
	if got := session.LocalAddr().String(); got != "a@shore.example/r" {
		t.Error(got)
	}
	body := xmlstream.Wrap(xmlstream.Token(xml.CharData(long)), xml.StartElement{Name: xml.Name{Local: "body"}})
	if err := session.Send(soon(t), stanza.Message{To: user.Domain()}.Wrap(body)); err != nil {
		t.Fatal(err)
	}
	var got string
	err = session.Serve(xmpp.HandlerFunc(func(r xmlstream.TokenReadEncoder, start *xml.StartElement) error {
		var m struct {
			Body string `xml:"body"`
		}
		err := xml.NewTokenDecoder(xmlstream.MultiReader(xmlstream.Token(*start), r)).Decode(&m)
		got = m.Body
		return err
	}))
	if !errors.Is(err, stream.NotAuthorized) {
		t.Errorf("served until %v", err)
	}
	if got != long {
		t.Errorf("got a message of %d bytes", len(got))
	}
}

func TestSessionIsInterruptedByItsContext(t *testing.T) {
	opened := make(chan struct{})
	c := dial(t, "ws.example", func(p *peer) {
		p.read()
		close(opened)
		p.read()
	})
	ctx, cancel := context.WithCancel(context.Background())
	result := make(chan error)
	go func() {
		_, err := xmpp.NewSession(ctx, jid.MustParse("shore.example"), jid.JID{}, c, xmpp.Secure, xmpp.NewNegotiator(
			func(*xmpp.Session, *xmpp.StreamConfig) xmpp.StreamConfig { return xmpp.StreamConfig{} }))
		result <- err
	}()
	<-opened
	cancel()
	for {
		select {
		case err := <-result:
			if !errors.Is(err, os.ErrDeadlineExceeded) && !errors.Is(err, context.Canceled) {
				t.Error(err)
			}
			return
		case <-time.After(10 * time.Millisecond):
			// The session was between two reads when it was interrupted.
			c.SetDeadline(time.Unix(1, 0))
		}
	}
}

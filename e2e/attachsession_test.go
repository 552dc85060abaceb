package e2e

import (
	"context"
	"encoding/xml"
	"strings"
	"testing"

	"mellium.im/xmlstream"
	"mellium.im/xmpp"
	"mellium.im/xmpp/jid"
	"mellium.im/xmpp/stanza"

	"github.com/xmppreg/xmppreg/ibr"
	"github.com/xmppreg/xmppreg/transport/link"
	"github.com/xmppreg/xmppreg/transport/ws"
)

// TestGoProgramWorksOverItsOwnSession changes the password and deletes the account over a
// Session of mellium.im/xmpp, which goes on with what is its own meanwhile.
func TestGoProgramWorksOverItsOwnSession(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	const address = "mel@example.test"
	dialer := &ws.Dialer{URL: server.WebSocketURL()}
	guest, err := ibr.NewManager(ibr.Config{Domain: "example.test", Dialer: dialer})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := guest.Submit(ctx, ibr.Values{Fields: map[string][]string{"username": {"mel"}, "password": {"first"}}}); err != nil {
		t.Fatal(err)
	}
	guest.Disconnect()

	session, err := newSession(ctx, server.WebSocketURL(), jid.MustParse(address), "first")
	if err != nil {
		t.Fatal(err)
	}
	defer session.Conn().Close()
	own := link.New(func(ctx context.Context, stanza string) error {
		return session.Send(ctx, xml.NewDecoder(strings.NewReader(stanza)))
	})
	messages := make(chan string, 1)
	served := make(chan error, 1)
	go func() {
		defer own.End()
		served <- session.Serve(xmpp.HandlerFunc(func(stream xmlstream.TokenReadEncoder, start *xml.StartElement) error {
			var text strings.Builder
			e := xml.NewEncoder(&text)
			received := xmlstream.Wrap(xmlstream.Inner(stream), *start)
			if _, err := xmlstream.Copy(e, withoutDeclarations(received)); err != nil {
				return err
			}
			if err := e.Flush(); err != nil {
				return err
			}
			if start.Name.Local == "message" {
				messages <- text.String()
			}
			own.Deliver(text.String())
			return nil
		}))
	}()

	m, err := ibr.NewManager(ibr.Config{Dialer: dialer})
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Attach(ctx, session.LocalAddr().String(), own); err != nil {
		t.Fatal(err)
	}
	if !m.SupportedByServer() {
		t.Error("the server is said not to support registration")
	}
	if form, err := m.RequestForm(ctx, ""); err != nil || !form.Registered {
		t.Errorf("form %v, %v", form, err)
	}
	if err := m.ChangePassword(ctx, "second", ibr.Values{}); err != nil {
		t.Error(err)
	}
	body := struct {
		stanza.Message
		Body string `xml:"body"`
	}{stanza.Message{To: session.LocalAddr(), Type: stanza.ChatMessage}, "hello"}
	if err := session.Encode(ctx, body); err != nil {
		t.Error(err)
	}
	select {
	case text := <-messages:
		if !strings.Contains(text, "hello") {
			t.Errorf("heard %s", text)
		}
	case <-ctx.Done():
		t.Error("its own message does not come")
	}
	if err := LogIn(ctx, server.WebSocketURL(), address, "second"); err != nil {
		t.Error(err)
	}
	if err := m.DeleteAccount(ctx, ibr.Values{}); err != nil {
		t.Error(err)
	}
	select {
	case <-served:
	case <-ctx.Done():
		t.Error("the server has not ended the session")
	}
	if err := LogIn(ctx, server.WebSocketURL(), address, "second"); err == nil {
		t.Error("the account is still there")
	}
}

// withoutDeclarations leaves the namespaces to the encoder, which declares them itself.
var withoutDeclarations = xmlstream.RemoveAttr(func(_ xml.StartElement, a xml.Attr) bool {
	return a.Name.Space == "" && a.Name.Local == "xmlns"
})

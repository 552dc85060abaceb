package e2e

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"

	"mellium.im/sasl"
	"mellium.im/xmpp"
	"mellium.im/xmpp/jid"
	xmppws "mellium.im/xmpp/websocket"
	"nhooyr.io/websocket"
)

// LogIn logs in over a WebSocket as any client would, with mellium's own
// session, and logs out again. It fails if the server refuses.
func LogIn(ctx context.Context, url, address, password string) error {
	j, err := jid.Parse(address)
	if err != nil {
		return err
	}
	session, err := newSession(ctx, url, j, password)
	if err != nil {
		return fmt.Errorf("%s can't log in: %w", address, err)
	}
	defer session.Conn().Close()
	defer session.Close()
	if bound := session.LocalAddr(); !bound.Bare().Equal(j) {
		return fmt.Errorf("%s is logged in as %s", address, bound)
	}
	return nil
}

// IsRefused tells whether LogIn has failed because the server knows no such account with that
// password. mellium keeps the type of such errors to itself, but writes them as XML.
func IsRefused(err error) bool {
	var failure interface {
		error
		xml.Marshaler
	}
	if !errors.As(err, &failure) {
		return false
	}
	text, err := xml.Marshal(failure)
	return err == nil && bytes.Contains(text, []byte("<not-authorized"))
}

// newSession logs in. The WebSocket is the session's Conn, to be closed after it.
func newSession(ctx context.Context, url string, account jid.JID, password string) (*xmpp.Session, error) {
	conn, _, err := websocket.Dial(ctx, url, &websocket.DialOptions{Subprotocols: []string{xmppws.WSProtocol}})
	if err != nil {
		return nil, err
	}
	// Each write is one message. The session writes a stanza at once as long as it
	// has less than 4096 bytes, and no stanza of a login has more.
	stream := websocket.NetConn(ctx, conn, websocket.MessageText)
	negotiator := xmppws.Negotiator(func(*xmpp.Session, *xmpp.StreamConfig) xmpp.StreamConfig {
		return xmpp.StreamConfig{Features: []xmpp.StreamFeature{
			xmpp.SASL("", password, sasl.ScramSha256, sasl.ScramSha1, sasl.Plain),
			xmpp.BindResource(),
		}}
	})
	session, err := xmpp.NewSession(ctx, account.Domain(), account, stream, xmpp.Secure, negotiator)
	if err != nil {
		conn.CloseNow()
		return nil, err
	}
	return session, nil
}

package e2e

import (
	"net/http"
	"strings"
	"testing"

	"nhooyr.io/websocket"

	"github.com/xmppreg/xmppreg/e2e/site"
)

// What servers send that no real one can be made to send.
const (
	openedStream = "<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' from='example.test' id='1' version='1.0'/>"
	offer        = "<stream:features xmlns:stream='http://etherx.jabber.org/streams'><register xmlns='http://jabber.org/features/iq-register'/></stream:features>"
	oldForm      = "<iq xmlns='jabber:client' type='result' id='ID'><query xmlns='jabber:iq:register'><username/><password/></query></iq>"
	empty        = "<iq xmlns='jabber:client' type='result' id='ID'/>"
)

// resultForm is an answer with a data form.
func resultForm(fields string) string {
	return "<iq xmlns='jabber:client' type='result' id='ID'>" + dataForm(fields) + "</iq>"
}

// scriptedServer is a server for one test: say returns what it sends for each message of a
// client's. It returns its host and port; the WebSocket is at /ws.
func scriptedServer(t *testing.T, say func(message string) []string) string {
	t.Helper()
	s, err := site.Start(site.Options{Handlers: map[string]http.Handler{
		"/ws": http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			conn, err := websocket.Accept(w, r, &websocket.AcceptOptions{InsecureSkipVerify: true, Subprotocols: []string{"xmpp"}})
			if err != nil {
				return
			}
			conn.SetReadLimit(-1)
			for {
				_, data, err := conn.Read(r.Context())
				if err != nil {
					return
				}
				for _, text := range say(string(data)) {
					kind := websocket.MessageText
					if rest, isBinary := strings.CutPrefix(text, asBinary); isBinary {
						kind, text = websocket.MessageBinary, rest
					}
					if err := conn.Write(r.Context(), kind, []byte(text)); err != nil {
						return
					}
				}
			}
		}),
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return hostOf(t, s.URL)
}

// asBinary begins what is sent as a binary message.
const asBinary = "binary:"

// replies is a server's side: it sends features for <open/>, and each of the answers in place of
// one to a request. In them id='ID' stands for the request's id.
func replies(features string, answers ...string) func(message string) []string {
	return func(message string) []string {
		switch {
		case strings.HasPrefix(message, "<open"):
			return []string{openedStream, features}
		case strings.HasPrefix(message, "<iq"):
			var all []string
			for _, a := range answers {
				all = append(all, strings.ReplaceAll(a, "id='ID'", "id='"+idOf(message)+"'"))
			}
			return all
		case strings.HasPrefix(message, "<close"):
			return []string{message}
		}
		return nil
	}
}

// idOf is the id of a request.
func idOf(message string) string {
	_, id, _ := strings.Cut(message, "id='")
	id, _, _ = strings.Cut(id, "'")
	return id
}

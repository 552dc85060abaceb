package e2e

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"nhooyr.io/websocket"

	"github.com/xmppreg/xmppreg/e2e/site"
)

// flood is a server that answers <open/> with one message, and all requests with the other.
// In the other, ID stands for the request's id.
func flood(t *testing.T, features, answer string) string {
	t.Helper()
	s, err := site.Start(site.Options{Handlers: map[string]http.Handler{
		"/ws": http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			conn, err := websocket.Accept(w, r, &websocket.AcceptOptions{InsecureSkipVerify: true, Subprotocols: []string{"xmpp"}})
			if err != nil {
				return
			}
			conn.SetReadLimit(-1)
			send := func(text string) { err = conn.Write(r.Context(), websocket.MessageText, []byte(text)) }
			for err == nil {
				var data []byte
				_, data, err = conn.Read(r.Context())
				switch message := string(data); {
				case strings.HasPrefix(message, "<open"):
					send("<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' from='example.test' id='1' version='1.0'/>")
					send(features)
				case strings.HasPrefix(message, "<iq"):
					_, id, _ := strings.Cut(message, "id='")
					id, _, _ = strings.Cut(id, "'")
					send(strings.Replace(answer, "ID", id, 1))
				case strings.HasPrefix(message, "<close"):
					send(message)
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

// TestMereNumberCostsThePageLittle has servers that send as many elements, attributes and
// fields as a message of that size can have, several times.
func TestMereNumberCostsThePageLittle(t *testing.T) {
	const offer = "<stream:features xmlns:stream='http://etherx.jabber.org/streams'><register xmlns='http://jabber.org/features/iq-register'/></stream:features>"
	form := func(fields string) string {
		return "<iq xmlns='jabber:client' type='result' id='ID'><query xmlns='jabber:iq:register'><x xmlns='jabber:x:data' type='form'>" + fields + "</x></query></iq>"
	}
	var attributes strings.Builder
	for i := range 300_000 {
		fmt.Fprintf(&attributes, " a%d=''", i)
	}
	for name, c := range map[string]struct{ features, answer string }{
		"elements":   {"<stream:features xmlns:stream='http://etherx.jabber.org/streams'>" + strings.Repeat("<a/>", 900_000) + "</stream:features>", ""},
		"attributes": {offer, "<iq xmlns='jabber:client' type='result' id='ID'" + attributes.String() + "/>"},
		"depth":      {offer, form(strings.Repeat("<a>", 500_000) + strings.Repeat("</a>", 500_000))},
		"fields":     {offer, form(strings.Repeat("<field var='f' type='text-single' label='A question'><value>x</value></field>", 50_000))},
	} {
		t.Run(name, func(t *testing.T) {
			address := flood(t, c.features, c.answer)
			var got struct {
				Reasons []string
				Longest float64
			}
			inPage(t, client(t, site.Options{}), fmt.Sprintf(`
				await load();
				const reasons = [];
				let longest = 0;
				for (let i = 0; i < 5; i++) {
					const reg = new RegistrationManager({ domain: 'example.test', url: 'ws://%s/ws' });
					const begin = performance.now();
					const { reason } = await failure(reg.requestForm());
					longest = Math.max(longest, performance.now() - begin);
					reasons.push(reason);
				}
				await new RegistrationManager(direct).requestForm(); // and all works on
				return { reasons, longest };
			`, address), &got)
			for _, reason := range got.Reasons {
				if reason != "protocol" {
					t.Errorf("reasons %v", got.Reasons)
					break
				}
			}
			if got.Longest > 1000 {
				t.Errorf("it took %.0f ms", got.Longest)
			}
			t.Logf("%.0f ms at most", got.Longest)
		})
	}
}

//go:build !js

package ws

import (
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"nhooyr.io/websocket"

	"github.com/xmppreg/xmppreg/transport"
)

// results is a report in short: "missing found; opens fails".
func results(r *Report) string {
	var all [2][]string
	for i, findings := range [][]Finding{r.Files, r.Sockets} {
		for _, f := range findings {
			all[i] = append(all[i], string(f.Result))
		}
	}
	return strings.Join(all[0], " ") + "; " + strings.Join(all[1], " ")
}

// connects serves a WebSocket on which nothing is said.
func connects(t *testing.T, host string) {
	t.Helper()
	serve(t, host, scripted(t, (*peer).untilEnd))
}

func TestExamineSaysWhatIsInTheFiles(t *testing.T) {
	connects(t, "a.example")
	const page = "<!doctype html><title>Hi</title>"
	for _, tc := range []struct {
		name, json, xml, want string
		links                 []string // of the first file
	}{
		{"both", jrd("wss://a.example/"), xrd("wss://a.example"), "found found; opens", []string{"wss://a.example/"}},
		{"json", jrd("wss://a.example/"), "", "found missing; opens", []string{"wss://a.example/"}},
		{"xml", "", xrd("wss://a.example/"), "missing found; opens", nil},
		{"neither", "", "", "missing missing; ", nil},
		{"page for everything", page, page, "broken broken; ", nil},
		{"too long", jrd("wss://a.example/") + strings.Repeat(" ", maxDocument), xrd(), "broken no-link; ", nil},
		{"only BOSH", `{"links":[{"rel":"urn:xmpp:alt-connections:xbosh","href":"https://a.example/"}]}`, "", "only-bosh missing; ", nil},
		{"only ws:", jrd("ws://a.example/"), "", "insecure missing; ", []string{"ws://a.example/"}},
		{"no address", jrd("/ws"), "", "unusable missing; ", []string{"/ws"}},
		{"one of two", jrd("ws://a.example/", "wss://a.example/"), "", "found missing; opens", []string{"ws://a.example/", "wss://a.example/"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			serveFiles(t, "shore.example", tc.json, tc.xml)
			r, err := new(Dialer).Examine(soon(t), "Shore.example")
			if err != nil {
				t.Fatal(err)
			}
			if got := results(r); got != tc.want || !slices.Equal(r.Files[0].Links, tc.links) {
				t.Errorf("%s, links %q; want %s, %q", got, r.Files[0].Links, tc.want, tc.links)
			}
			for _, f := range r.Files {
				if (f.Detail == "") != (f.Result == Found) || !strings.HasPrefix(f.Address, "https://shore.example/.well-known/host-meta") {
					t.Errorf("%+v", f)
				}
			}
		})
	}
}

func TestExamineSaysWhyThereIsNoFile(t *testing.T) {
	plain := httptest.NewServer(http.NotFoundHandler())
	defer plain.Close()
	serve(t, "shore.example", func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, ".json") {
			http.Redirect(w, r, plain.URL, http.StatusFound)
			return
		}
		http.Error(w, "later", http.StatusServiceUnavailable)
	})
	r, err := new(Dialer).Examine(soon(t), "shore.example")
	if err != nil || results(r) != "leaves-tls missing; " || r.Files[1].Detail != "HTTP status 503" {
		t.Errorf("%+v, %v", r, err)
	}
	r, err = new(Dialer).Examine(soon(t), "nowhere.example")
	if err != nil || results(r) != "unreachable unreachable; " {
		t.Errorf("%+v, %v", r, err)
	}
}

func TestExamineTriesEveryWebSocket(t *testing.T) {
	closed := make(chan string, 1)
	serve(t, "a.example", scripted(t, func(p *peer) { closed <- p.read() }))
	serve(t, "dumb.example", func(w http.ResponseWriter, r *http.Request) {
		c, err := websocket.Accept(w, r, nil)
		if err == nil {
			c.Read(r.Context())
		}
	})
	serveFiles(t, "shore.example",
		jrd("wss://a.example/", "wss://nothing.example/x?secret=1", "wss://dumb.example/"), xrd("wss://a.example", "wss://nowhere.example/"))
	r, err := new(Dialer).Examine(soon(t), "shore.example")
	if err != nil || results(r) != "found found; opens fails no-subprotocol fails" {
		t.Fatalf("%+v, %v", r, err)
	}
	for i, address := range []string{"wss://a.example/", "wss://nothing.example/x?secret=1", "wss://dumb.example/", "wss://nowhere.example/"} {
		if s := r.Sockets[i]; s.Address != address || (s.Detail == "") != (i == 0) || strings.Contains(s.Detail, "secret") {
			t.Errorf("%+v", s)
		}
	}
	if got := <-closed; got != "close code 1000" {
		t.Errorf("the server saw %s", got)
	}
}

func TestExamineLooksAtTheAddressThatIsKnown(t *testing.T) {
	connects(t, "a.example")
	for address, want := range map[string]string{"wss://a.example/": "; opens", "wss://b.example/": "; fails"} {
		r, err := (&Dialer{URL: address}).Examine(soon(t), "shore.example")
		if err != nil || results(r) != want {
			t.Errorf("%s: %+v, %v", address, r, err)
		}
	}
	_, err := (&Dialer{URL: "ws://a.example/"}).Examine(soon(t), "shore.example")
	checkError(t, err, transport.UnsafeURL)
	_, err = new(Dialer).Examine(soon(t), "a@shore.example")
	checkDiscovery(t, err, transport.HostUnknown)
}

func TestExamineEndsWithItsContext(t *testing.T) {
	for _, silent := range []string{"shore.example", "a.example"} {
		t.Run(silent, func(t *testing.T) {
			ctx, cancel := context.WithCancel(soon(t))
			defer cancel()
			serveFiles(t, "shore.example", jrd("wss://a.example/"), "")
			serve(t, silent, func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/.well-known/host-meta" || silent == "a.example" {
					cancel()
				}
				<-r.Context().Done()
			})
			_, err := new(Dialer).Examine(ctx, "shore.example")
			checkDiscovery(t, err, transport.Interrupted)
		})
	}
}

func TestExamineGivesASilentWebSocketItsShare(t *testing.T) {
	connects(t, "b.example")
	serve(t, "a.example", func(w http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	serveFiles(t, "shore.example", jrd("wss://a.example/", "wss://b.example/"), "")
	ctx, cancel := context.WithTimeout(context.Background(), 4*time.Second)
	defer cancel()
	r, err := new(Dialer).Examine(ctx, "shore.example")
	if err != nil || results(r) != "found missing; silent opens" || r.Sockets[0].Detail != "no answer in time" {
		t.Errorf("%+v, %v", r, err)
	}
}

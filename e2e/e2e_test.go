package e2e

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/xmppreg/xmppreg/e2e/proxy"
	"github.com/xmppreg/xmppreg/e2e/site"
)

// blank serves a page that does nothing, for tests of the ground that the real
// pages stand on.
func blank(t *testing.T) *site.Server {
	s, err := site.Start(site.Options{FS: fstest.MapFS{
		"index.html": {Data: []byte(`<!doctype html><title>blank</title><link rel=icon href=i.svg>`)},
		"i.svg":      {Data: []byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`)},
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// features is an expression for the stream features that an address gives.
func features(address, domain string) string {
	return fmt.Sprintf(`new Promise((ok, no) => {
		const s = new WebSocket(%q, 'xmpp');
		s.onopen = () => s.send("<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='%s' version='1.0'/>");
		s.onmessage = (e) => { if (e.data.includes('features')) { ok(e.data); s.close(1000); } };
		s.onclose = () => no(new Error('closed'));
	})`, address, domain)
}

func TestBrowserReachesProsody(t *testing.T) {
	tab := tabs.Tab(t)
	tab.Open(blank(t).URL)
	for _, address := range []string{server.WebSocketURL(), server.SecureWebSocketURL()} {
		var got string
		tab.Eval(features(address, "example.test"), &got)
		if !strings.Contains(got, "http://jabber.org/features/iq-register") {
			t.Errorf("%s: example.test does not offer registration: %s", address, got)
		}
		tab.Eval(features(address, "closed.test"), &got)
		if strings.Contains(got, "iq-register") {
			t.Errorf("%s: closed.test offers registration: %s", address, got)
		}
	}
}

func TestBrowserReadsHostMeta(t *testing.T) {
	tab := tabs.Tab(t)
	tab.Open(blank(t).URL)
	tab.ExpectProblem("https://private.test/", "https://missing.test/", "https://json.test/", "https://xml.test/", "https://nobody.test/")
	for address, want := range map[string]string{
		"https://json.test/.well-known/host-meta.json":    "200",
		"https://json.test/.well-known/host-meta":         "404",
		"https://xml.test/.well-known/host-meta":          "200",
		"https://xml.test/.well-known/host-meta.json":     "404",
		"https://missing.test/.well-known/host-meta.json": "404",
		"https://private.test/.well-known/host-meta.json": "TypeError",
		"https://nobody.invalid/.well-known/host-meta":    "TypeError",
	} {
		tab.ExpectProblem(address)
		var got string
		tab.Eval(fmt.Sprintf(`fetch(%q).then((r) => String(r.status), (e) => e.name)`, address), &got)
		if got != want {
			t.Errorf("%s: %s, want %s", address, got, want)
		}
	}
	var body string
	tab.Eval(`fetch('https://json.test/.well-known/host-meta.json').then((r) => r.text())`, &body)
	var meta struct{ Links []struct{ Rel, Href string } }
	if err := json.Unmarshal([]byte(body), &meta); err != nil {
		t.Fatal(err)
	}
	if last := meta.Links[len(meta.Links)-1]; last.Rel != site.Rel || last.Href != server.SecureWebSocketURL() {
		t.Errorf("json.test announces %v", meta.Links)
	}
}

func TestProxyDropsTheBrowser(t *testing.T) {
	p, err := proxy.Start(hostOf(t, server.WebSocketURL()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	tab := tabs.Tab(t)
	tab.Open(blank(t).URL)
	tab.Eval(fmt.Sprintf(`new Promise((ok) => {
		globalThis.s = new WebSocket('ws://%s/xmpp-websocket', 'xmpp');
		s.onopen = ok;
		s.onclose = (e) => { globalThis.code = e.code; };
	})`, p.Addr()), nil)
	if p.Open() != 1 {
		t.Errorf("%d sockets are open, want 1", p.Open())
	}
	p.Drop()
	tab.Wait(`globalThis.code === 1006`)
	if err := p.WaitOpen(t.Context(), 0); err != nil {
		t.Error(err)
	}
}

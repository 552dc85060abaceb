package site_test

import (
	"crypto/tls"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/xmppreg/xmppreg/e2e/certs"
	"github.com/xmppreg/xmppreg/e2e/site"
)

var files = fstest.MapFS{
	"index.html": {Data: []byte(`<xmpp-signup domain="old.test" lang=en></xmpp-signup>`)},
	"a.js":       {Data: []byte("plain")},
	"a.js.br":    {Data: []byte("brotli")},
	"a.js.gz":    {Data: []byte("gzip")},
	"m.wasm":     {Data: []byte("wasm")},

	"m-ABCDEFG7.wasm": {Data: []byte("wasm")},
	"sub/page.html":   {Data: []byte("page")},
	"sub/index.html":  {Data: []byte("sub")},
}

func start(t *testing.T, opts site.Options) *site.Server {
	t.Helper()
	opts.FS = files
	s, err := site.Start(opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

func get(t *testing.T, url, encoding string) (*http.Response, string) {
	t.Helper()
	cert, err := certs.Default()
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Transport: &http.Transport{
		TLSClientConfig:    &tls.Config{RootCAs: cert.Pool},
		DisableCompression: true,
		DisableKeepAlives:  true,
	}}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept-Encoding", encoding)
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(b)
}

func TestServesAFolder(t *testing.T) {
	s := start(t, site.Options{})
	for _, c := range []struct{ path, accept, mime, encoding, body string }{
		{"/", "", "text/html; charset=utf-8", "", `<xmpp-signup domain="old.test" lang=en></xmpp-signup>`},
		{"/a.js", "", "text/javascript; charset=utf-8", "", "plain"},
		{"/a.js", "gzip, deflate", "text/javascript; charset=utf-8", "gzip", "gzip"},
		{"/a.js", "gzip, deflate, br, zstd", "text/javascript; charset=utf-8", "br", "brotli"},
		{"/m.wasm", "br", "application/wasm", "", "wasm"},
		{"/sub/page.html?x=1", "br", "text/html; charset=utf-8", "", "page"},
		{"/sub/", "", "text/html; charset=utf-8", "", "sub"},
	} {
		for _, base := range []string{s.URL, s.TLSURL} {
			resp, body := get(t, base+c.path, c.accept)
			h := resp.Header
			if resp.StatusCode != 200 || h.Get("Content-Type") != c.mime || h.Get("Content-Encoding") != c.encoding || body != c.body {
				t.Errorf("%s%s with %q: %d %q %q %q", base, c.path, c.accept, resp.StatusCode, h.Get("Content-Type"), h.Get("Content-Encoding"), body)
			}
			if h.Get("Content-Security-Policy") != site.CSP {
				t.Errorf("%s%s: policy %q", base, c.path, h.Get("Content-Security-Policy"))
			}
		}
	}
	if resp, _ := get(t, s.URL+"/none", ""); resp.StatusCode != 404 {
		t.Errorf("a file that is not there: %d", resp.StatusCode)
	}
	if all := s.Requests(); len(all) != 15 || all[14].Status != 404 {
		t.Errorf("the requests are %v", all)
	}
}

func TestServesAFolderBadly(t *testing.T) {
	s := start(t, site.Options{WrongMIME: true, CSP: "none", Plain: true})
	resp, _ := get(t, s.URL+"/m.wasm", "")
	if got := resp.Header.Get("Content-Type"); got != "application/octet-stream" {
		t.Errorf("the module's type is %q", got)
	}
	if resp.Header.Get("Content-Security-Policy") != "" {
		t.Error("there is a policy")
	}
	if _, body := get(t, s.URL+"/a.js", "br"); body != "plain" {
		t.Errorf("a plain site sent %q", body)
	}
}

func TestWhatIsNamedByItsContentsIsKeptForEver(t *testing.T) {
	s := start(t, site.Options{})
	for path, want := range map[string]string{"/m-ABCDEFG7.wasm": "max-age=31536000, immutable", "/m.wasm": "no-cache", "/": "no-cache"} {
		if resp, _ := get(t, s.URL+path, ""); resp.Header.Get("Cache-Control") != want {
			t.Errorf("%s: %q", path, resp.Header.Get("Cache-Control"))
		}
	}
}

func TestWritesAttributes(t *testing.T) {
	s := start(t, site.Options{Attributes: map[string]string{"domain": `a"b.test`}})
	want := `<xmpp-signup lang=en domain="a&#34;b.test"></xmpp-signup>`
	if _, body := get(t, s.URL+"/", "br"); body != want {
		t.Errorf("got %s, want %s", body, want)
	}
	for page, want := range map[string]string{
		`<xmpp-signup>`:                    `<xmpp-signup url="u">`,
		`<xmpp-signup url>`:                `<xmpp-signup url="u">`,
		`<xmpp-account url='x' b>`:         `<xmpp-account b url="u">`,
		"<xmpp-signup\n url=\"x\"\n a>":    "<xmpp-signup\n\n a url=\"u\">",
		`<xmpp-signup data-url="x">`:       `<xmpp-signup data-url="x" url="u">`,
		`<p>xmpp-signup</p><xmpp-signups>`: `<p>xmpp-signup</p><xmpp-signups>`,
	} {
		if got := string(site.SetAttributes([]byte(page), map[string]string{"url": "u"})); got != want {
			t.Errorf("%s became %s, want %s", page, got, want)
		}
	}
}

func TestAnnouncesWebSockets(t *testing.T) {
	s := start(t, site.Options{Handlers: site.HostMetas(
		site.HostMeta{Domain: "localhost", Links: []string{"wss://a.test/ws"}, JSON: site.Missing},
		site.HostMeta{Links: []string{"wss://b.test/ws"}, XML: site.Broken, NoCORS: true},
	)})
	other := strings.Replace(s.URL, "127.0.0.1", "localhost", 1)
	for _, c := range []struct {
		url, body string
		status    int
		cors      string
	}{
		{other + "/.well-known/host-meta", `<Link rel="urn:xmpp:alt-connections:websocket" href="wss://a.test/ws">`, 200, "*"},
		{other + "/.well-known/host-meta.json", "not found", 404, "*"},
		{s.URL + "/.well-known/host-meta.json", `{"rel":"urn:xmpp:alt-connections:websocket","href":"wss://b.test/ws"}`, 200, ""},
		{s.URL + "/.well-known/host-meta", "Welcome", 200, ""},
	} {
		resp, body := get(t, c.url, "")
		if resp.StatusCode != c.status || !strings.Contains(body, c.body) || resp.Header.Get("Access-Control-Allow-Origin") != c.cors {
			t.Errorf("%s: %d %q %s", c.url, resp.StatusCode, resp.Header.Get("Access-Control-Allow-Origin"), body)
		}
	}
}

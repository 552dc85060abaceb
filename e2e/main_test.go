package e2e

import (
	"context"
	"fmt"
	"maps"
	"net/url"
	"os"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"github.com/xmppreg/xmppreg/e2e/browser"
	"github.com/xmppreg/xmppreg/e2e/certs"
	"github.com/xmppreg/xmppreg/e2e/debian"
	"github.com/xmppreg/xmppreg/e2e/ejabberd"
	"github.com/xmppreg/xmppreg/e2e/prosody"
	"github.com/xmppreg/xmppreg/e2e/site"
)

// What all tests of the package share. Who wants to stop a server, or to set
// it up differently, starts one of its own. TestOtherBrowsers and TestNewerServers run
// tests with others of these.
var (
	release debian.Release // of all servers
	server  *prosody.Server
	// announcing has the host-meta files of the domains.
	announcing *site.Server
	tabs       runner
)

// startProsody starts a server that the test's end stops.
func startProsody(t testing.TB, options prosody.Options) *prosody.Server {
	t.Helper()
	options.Debian = release
	s, err := prosody.Start(context.Background(), options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Stop)
	return s
}

// startEjabberd is the same with an ejabberd.
func startEjabberd(t testing.TB, options ejabberd.Options) *ejabberd.Server {
	t.Helper()
	options.Debian = release
	s, err := ejabberd.Start(context.Background(), options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Stop)
	return s
}

// domains announce their WebSocket, each in its way, at the real address
// https://DOMAIN/.well-known/…, where the browser's host rules lead.
func domains(address string) []site.HostMeta {
	links := []string{address}
	return []site.HostMeta{
		{Domain: "example.test", Links: links},
		{Domain: "closed.test", Links: links},
		{Domain: "json.test", Links: links, XML: site.Missing},
		{Domain: "xml.test", Links: links, JSON: site.Missing},
		{Domain: "broken.test", Links: links, JSON: site.Broken, XML: site.Broken},
		{Domain: "missing.test", JSON: site.Missing, XML: site.Missing},
		{Domain: "empty.test", JSON: site.Empty, XML: site.Empty},
		{Domain: "private.test", Links: links, NoCORS: true},
		{Domain: "xn--bcher-kva.test", Links: links}, // bücher.test
		{Domain: "plain.test", Links: []string{"ws://plain.test/xmpp-websocket"}, XML: site.Missing},
		{Domain: "dead.test", Links: []string{"wss://dead.test/xmpp-websocket"}},                    // no WebSocket there
		{Domain: "spare.test", Links: append([]string{"wss://dead.test/xmpp-websocket"}, links...)}, // one of two
	}
}

func TestMain(m *testing.M) {
	code, err := run(m)
	if err != nil {
		fmt.Fprintf(os.Stderr, "e2e: %v\nrun `make test`, which installs what is missing\n", err)
		code = 1
	}
	os.Exit(code)
}

func run(m *testing.M) (code int, err error) {
	server, announcing, err = startServers()
	if err != nil {
		return 1, err
	}
	defer server.Stop()
	defer announcing.Close()
	chromium, err := startChromium(announcing)
	if err != nil {
		return 1, err
	}
	defer chromium.Close()
	tabs = chromium
	return m.Run(), nil
}

// startChromium starts a browser for which a site has the domains.
func startChromium(meta *site.Server) (*browser.Browser, error) {
	cert, err := certs.Default()
	if err != nil {
		return nil, err
	}
	return browser.Start(browser.Options{
		SPKI:      []string{cert.SPKI},
		HostRules: []string{fmt.Sprintf("MAP *.test:443 127.0.0.1:%d", meta.TLSPort), "MAP *.test 127.0.0.1"},
	})
}

// A runner opens tabs.
type runner interface {
	Tab(testing.TB) *browser.Tab
}

// share lets the rest of a test, and the tests that it runs, share another server
// and another browser.
func share(t *testing.T, s *prosody.Server, b runner) {
	t.Helper()
	otherServer, otherTabs := server, tabs
	server, tabs = s, b
	t.Cleanup(func() { server, tabs = otherServer, otherTabs })
}

// nameOf is the name of a test without its "Test".
func nameOf(test func(*testing.T)) string {
	_, name, _ := strings.Cut(runtime.FuncForPC(reflect.ValueOf(test).Pointer()).Name(), ".Test")
	return name
}

// startServers starts an XMPP server and the site that announces its domains.
func startServers() (*prosody.Server, *site.Server, error) {
	var hosts []prosody.Host
	for _, d := range domains("") {
		name := strings.Replace(d.Domain, "xn--bcher-kva", "bücher", 1)
		hosts = append(hosts, prosody.Host{Name: name, Lua: fmt.Sprintf("allow_registration = %t", d.Domain != "closed.test")})
	}
	xmpp, err := prosody.Start(context.Background(), prosody.Options{Debian: release, Hosts: append(hosts, ownHosts...)})
	if err != nil {
		return nil, nil, err
	}
	// The pages lie there as well.
	dir, err := site.Dist()
	if err != nil {
		xmpp.Stop()
		return nil, nil, err
	}
	announced := append(domains(xmpp.SecureWebSocketURL()), site.HostMeta{Domain: handoverTest, Links: []string{xmpp.SecureWebSocketURL()}})
	files := site.HostMetas(announced...)
	maps.Copy(files, hostileFiles())
	meta, err := site.Start(site.Options{Dir: dir, Handlers: files})
	if err != nil {
		xmpp.Stop()
		return nil, nil, err
	}
	return xmpp, meta, nil
}

// pages serves the built pages with attributes written into them.
func pages(t testing.TB, attributes map[string]string) *site.Server {
	t.Helper()
	dir, err := site.Dist()
	if err != nil {
		t.Fatal(err)
	}
	s, err := site.Start(site.Options{Dir: dir, Attributes: attributes})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// hostOf is the host:port of an address.
func hostOf(t testing.TB, address string) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u.Host
}

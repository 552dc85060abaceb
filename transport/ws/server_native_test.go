//go:build !js

package ws

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime/pprof"
	"strings"
	"sync"
	"testing"
	"time"

	"nhooyr.io/websocket"

	"github.com/xmppreg/xmppreg/internal/xmltree"
	"github.com/xmppreg/xmppreg/transport"
)

// patience is how long a test waits for what must happen.
const patience = 2 * time.Minute

// network stands for the world: https and wss to any name ending in .example
// arrive at one server, which serves each name with the handler set for it.
var network struct {
	sync.Mutex
	hosts  map[string]http.Handler
	server *httptest.Server
}

func TestMain(m *testing.M) {
	network.hosts = make(map[string]http.Handler)
	network.server = httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		network.Lock()
		h := network.hosts[r.Host]
		network.Unlock()
		if h == nil {
			http.NotFound(w, r)
			return
		}
		h.ServeHTTP(w, r)
	}))
	address := network.server.Listener.Addr().String()
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.TLSClientConfig = &tls.Config{InsecureSkipVerify: true}
	transport.DisableKeepAlives = true
	transport.DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
		if strings.HasPrefix(addr, "nowhere.example") {
			return nil, errors.New("no such host")
		}
		if strings.HasSuffix(addr, ".example:443") {
			addr = address
		}
		return new(net.Dialer).DialContext(ctx, network, addr)
	}
	http.DefaultTransport = transport

	code := m.Run()
	if left := leftOver(); code == 0 && left != "" {
		fmt.Fprintf(os.Stderr, "goroutines are left over:\n%s\n", left)
		code = 1
	}
	os.Exit(code)
}

// leftOver waits until no goroutine of the package is left, apart from tests,
// and returns those that stay.
func leftOver() string {
	end := time.After(patience)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		var b bytes.Buffer
		if err := pprof.Lookup("goroutine").WriteTo(&b, 2); err != nil {
			return err.Error()
		}
		var left []string
		for _, g := range strings.Split(b.String(), "\n\n") {
			if strings.Contains(g, "ws.(*socket)") || strings.Contains(g, "ws.(*stream)") || strings.Contains(g, "ws.openSocket") || strings.Contains(g, "ws.readHostMeta") {
				left = append(left, g)
			}
		}
		if len(left) == 0 {
			return ""
		}
		select {
		case <-tick.C:
		case <-end:
			return strings.Join(left, "\n\n")
		}
	}
}

// serve serves a name for the length of a test.
func serve(t *testing.T, host string, h http.HandlerFunc) {
	t.Helper()
	network.Lock()
	defer network.Unlock()
	network.hosts[host] = h
	t.Cleanup(func() {
		network.Lock()
		defer network.Unlock()
		delete(network.hosts, host)
	})
}

// serveFiles serves host-meta files; an empty one is not there.
func serveFiles(t *testing.T, host, json, xml string) {
	t.Helper()
	serve(t, host, func(w http.ResponseWriter, r *http.Request) {
		body := map[string]string{"/.well-known/host-meta.json": json, "/.well-known/host-meta": xml}[r.URL.Path]
		if body == "" {
			http.NotFound(w, r)
			return
		}
		fmt.Fprint(w, body)
	})
}

func jrd(addresses ...string) string {
	var links []string
	for _, a := range addresses {
		links = append(links, fmt.Sprintf(`{"rel":"urn:xmpp:alt-connections:websocket","href":%q}`, a))
	}
	return `{"links":[` + strings.Join(links, ",") + `]}`
}

func xrd(addresses ...string) string {
	var b strings.Builder
	for _, a := range addresses {
		fmt.Fprintf(&b, "<Link rel='urn:xmpp:alt-connections:websocket' href='%s'/>", a)
	}
	return "<XRD xmlns='http://docs.oasis-open.org/ns/xri/xrd-1.0'>" + b.String() + "</XRD>"
}

// peer is the server's side of a WebSocket.
type peer struct {
	t    *testing.T
	conn *websocket.Conn
	ctx  context.Context
}

// scripted returns a handler that runs a script for every WebSocket, and closes
// it with 1000 after that.
func scripted(t *testing.T, script func(p *peer)) http.HandlerFunc {
	var running sync.WaitGroup
	t.Cleanup(running.Wait)
	return func(w http.ResponseWriter, r *http.Request) {
		running.Add(1)
		defer running.Done()
		conn, err := websocket.Accept(w, r, &websocket.AcceptOptions{Subprotocols: []string{"xmpp"}, InsecureSkipVerify: true})
		if err != nil {
			return
		}
		defer conn.CloseNow()
		conn.SetReadLimit(-1)
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		script(&peer{t, conn, ctx})
		conn.Close(websocket.StatusNormalClosure, "")
	}
}

// read returns the next message, or what ended the WebSocket.
func (p *peer) read() string {
	typ, data, err := p.conn.Read(p.ctx)
	switch {
	case err != nil && websocket.CloseStatus(err) >= 0:
		return fmt.Sprintf("close code %d", websocket.CloseStatus(err))
	case err != nil:
		return err.Error()
	case typ != websocket.MessageText:
		return "binary"
	}
	return string(data)
}

func (p *peer) expect(want string) {
	p.t.Helper()
	if got := p.read(); got != want {
		p.t.Errorf("the server received %.300q, want %q", got, want)
	}
}

// open answers the client's <open/> and offers features.
func (p *peer) open() {
	p.t.Helper()
	p.expect(clientOpen)
	p.send(serverOpen, features)
}

// untilEnd reads until the WebSocket ends, and closes the stream when the client
// does.
func (p *peer) untilEnd() {
	for {
		_, text, err := p.conn.Read(p.ctx)
		if err != nil {
			return
		}
		if string(text) == closeElement {
			p.send(closeElement)
		}
	}
}

func (p *peer) send(messages ...string) {
	for _, m := range messages {
		// The client may be gone already; its side of the test says whether it
		// was meant to be.
		_ = p.conn.Write(p.ctx, websocket.MessageText, []byte(m))
	}
}

const (
	clientOpen = "<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='shore.example' version='1.0'/>"
	serverOpen = "<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' from='shore.example' id='z9' version='1.0'/>"
	features   = "<stream:features xmlns:stream='http://etherx.jabber.org/streams'><register xmlns='http://jabber.org/features/iq-register'/></stream:features>"
	iqResult   = "<iq xmlns='jabber:client' type='result' id='r2'/>"
)

func seeOther(address string) string {
	return "<close xmlns='urn:ietf:params:xml:ns:xmpp-framing' see-other-uri='" + address + "'/>"
}

// open serves wss://HOST/x, where a script runs, and opens a stream there.
func open(t *testing.T, host string, script func(p *peer)) *stream {
	t.Helper()
	serve(t, host, scripted(t, script))
	return dial(t, &Dialer{URL: "wss://" + host + "/x"})
}

// openFails does the same where no stream can be opened, and returns why.
func openFails(t *testing.T, host string, script func(p *peer)) error {
	t.Helper()
	serve(t, host, scripted(t, script))
	return dialFails(t, &Dialer{URL: "wss://" + host + "/x"})
}

func dial(t *testing.T, d *Dialer) *stream {
	t.Helper()
	s, err := d.Dial(soon(t), shore)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close(context.Background()) })
	return s.(*stream)
}

func dialFails(t *testing.T, d *Dialer) error {
	t.Helper()
	s, err := d.Dial(soon(t), shore)
	if err == nil {
		s.Close(context.Background())
		t.Fatal("a stream was opened")
	}
	return err
}

var shore = transport.Target{Domain: "shore.example"}

// send sends an element that is given as XML.
func send(t *testing.T, s *stream, text string) {
	t.Helper()
	if sent, err := s.Send(soon(t), element(t, text)); err != nil || !sent {
		t.Fatalf("sent: %v, %v", sent, err)
	}
}

func element(t *testing.T, text string) *transport.Element {
	t.Helper()
	e, err := xmltree.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func expect(t *testing.T, s *stream, elements ...string) {
	t.Helper()
	for _, want := range elements {
		got, err := s.Receive(soon(t))
		if err != nil {
			t.Fatalf("got %v, want %.300s", err, want)
		}
		if got.String() != want {
			t.Fatalf("received %.300s, want %.300s", got, want)
		}
	}
}

// checkError checks an error of the connection.
func checkError(t *testing.T, err error, fault transport.Fault, parts ...string) {
	t.Helper()
	checkAnyError(t, err, false, fault, parts...)
}

// checkDiscovery checks an error of the search for an address.
func checkDiscovery(t *testing.T, err error, fault transport.Fault, parts ...string) {
	t.Helper()
	checkAnyError(t, err, true, fault, parts...)
}

func checkAnyError(t *testing.T, err error, discovery bool, fault transport.Fault, parts ...string) {
	t.Helper()
	var e *transport.Error
	if !errors.As(err, &e) || e.Discovery != discovery || e.Fault != fault {
		t.Fatalf("got %v (%#v), want %s, discovery: %v", err, err, fault, discovery)
	}
	for _, part := range parts {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("got %q, which does not say %q", err, part)
		}
	}
}

package webkit

import (
	"bytes"
	"context"
	"crypto/tls"
	_ "embed"
	"fmt"
	"io"
	"log"
	"mime"
	"net"
	"net/http"
	"net/http/httputil"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"github.com/xmppreg/xmppreg/e2e/certs"
)

// console is the script that keeps what a page writes to its console.
//
//go:embed console.js
var console string

// consoleKey is the description of the symbol under which console keeps it.
const consoleKey = "console"

// scriptPath is where each site has the script that begins a page.
const scriptPath = "/.begin-the-page.js"

// A front stands before all sites, as the proxy of one browser. It leads *.test to this
// machine and refuses other names. It begins each page with a script, because WebDriver
// has no way to run one before the page's own, and none to read the console. The
// script is a file of the page's own site, so that a Content-Security-Policy lets it run.
type front struct {
	listener net.Listener
	server   *http.Server
	secure   string
	refuse   func(name string)
	certs    *tls.Config
	sites    *httputil.ReverseProxy

	mu      sync.Mutex
	scripts strings.Builder
}

func startFront(secure string, refuse func(name string)) (*front, error) {
	cert, err := certs.Default()
	if err != nil {
		return nil, err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	f := &front{listener: l, secure: secure, refuse: refuse}
	f.certs = &tls.Config{Certificates: []tls.Certificate{cert.TLS}}
	f.scripts.WriteString(console)
	f.sites = &httputil.ReverseProxy{
		Rewrite:        f.rewrite,
		ModifyResponse: f.begin,
		FlushInterval:  -1, // each piece as it comes
		Transport: &http.Transport{
			DialContext:        f.dial,
			TLSClientConfig:    &tls.Config{InsecureSkipVerify: true},
			DisableCompression: true,
		},
		ErrorLog: log.New(io.Discard, "", 0), // connections break off in tests
		// The browser is to see that the connection broke, and no status.
		ErrorHandler: func(http.ResponseWriter, *http.Request, error) { panic(http.ErrAbortHandler) },
	}
	f.server = &http.Server{Handler: f}
	go f.server.Serve(l)
	return f, nil
}

func (f *front) url() string { return "http://" + f.listener.Addr().String() }

func (f *front) close() {
	f.server.Close()
	f.sites.Transport.(*http.Transport).CloseIdleConnections()
}

// add adds a script to those that each page begins with.
func (f *front) add(js string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	fmt.Fprintf(&f.scripts, "\n{\n%s\n}", js)
}

func (f *front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	host := r.URL.Hostname()
	if host != "127.0.0.1" && host != "localhost" && !strings.HasSuffix(host, ".test") {
		f.refuse(r.URL.Host)
		// For an answer WebKit would take it as that of the site.
		panic(http.ErrAbortHandler)
	}
	if r.Method != http.MethodConnect {
		f.serve(w, r)
		return
	}
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	fmt.Fprint(conn, "HTTP/1.1 200 OK\r\n\r\n")
	site := r.URL.Host
	within := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.URL.Scheme, r.URL.Host = "https", site
		f.serve(w, r)
	})}
	within.Serve(&once{Conn: tls.Server(conn, f.certs)})
}

// serve answers for a site.
func (f *front) serve(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == scriptPath {
		f.mu.Lock()
		defer f.mu.Unlock()
		w.Header().Set("Content-Type", "text/javascript")
		w.Header().Set("Cache-Control", "no-store")
		io.WriteString(w, f.scripts.String())
		return
	}
	f.sites.ServeHTTP(w, r)
}

func (f *front) rewrite(r *httputil.ProxyRequest) {
	r.Out.Host = r.In.Host
	if r.Out.URL.Scheme == "ws" {
		r.Out.URL.Scheme = "http"
	}
	if isPage(r.In) {
		r.Out.Header.Del("Accept-Encoding") // it is changed
	}
}

func isPage(r *http.Request) bool { return strings.HasPrefix(r.Header.Get("Accept"), "text/html") }

// dial connects to where a name leads.
func (f *front) dial(ctx context.Context, network, address string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	if strings.HasSuffix(host, ".test") {
		address = "127.0.0.1:" + port
		if port == "443" {
			address = f.secure
		}
	}
	return new(net.Dialer).DialContext(ctx, network, address)
}

// top is what a script must not come before: it would change the page.
var top = regexp.MustCompile(`(?i)^\s*<!doctype[^>]*>(\s*<html[^>]*>)?(\s*<head[^>]*>)?`)

// begin puts the script into a page.
func (f *front) begin(resp *http.Response) error {
	if kind, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type")); kind != "text/html" || !isPage(resp.Request) {
		return nil
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	at := len(top.Find(body))
	body = bytes.Join([][]byte{body[:at], []byte(`<script src="` + scriptPath + `"></script>`), body[at:]}, nil)
	resp.Body = io.NopCloser(bytes.NewReader(body))
	resp.ContentLength = int64(len(body))
	resp.Header.Set("Content-Length", strconv.Itoa(len(body)))
	return nil
}

// once is a listener for one connection, which is there already.
type once struct {
	net.Conn
	taken bool
}

func (o *once) Accept() (net.Conn, error) {
	if o.taken {
		return nil, net.ErrClosed
	}
	o.taken = true
	return o.Conn, nil
}

func (o *once) Close() error   { return nil }
func (o *once) Addr() net.Addr { return o.LocalAddr() }

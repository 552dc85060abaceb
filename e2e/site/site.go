// Package site serves a folder as a static web server does, under a strict
// Content-Security-Policy, and on request as badly as some do: slowly, or with the
// wrong MIME type.
package site

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"html"
	"io/fs"
	"log"
	"maps"
	"net"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/xmppreg/xmppreg/e2e/certs"
)

// hashed matches the hash of its contents in a file's name.
var hashed = regexp.MustCompile(`-[A-Z2-7]{8}\.`)

// CSP is the policy that the pages promise to work under, with WebSockets of loopback
// without TLS added, which tests use.
const CSP = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; " +
	"img-src 'self' blob:; media-src blob:; connect-src 'self' https: wss: ws://127.0.0.1:* ws://localhost:*"

// Options describe a site. The zero value serves nothing but Handlers.
type Options struct {
	Dir string // the folder to serve
	FS  fs.FS  // the folder to serve if it is not on disk

	// Attributes are written into the page's <xmpp-signup> and
	// <xmpp-account> tags, as a provider would write them.
	Attributes map[string]string

	// Handlers come before the folder's files. The patterns are those of
	// http.ServeMux, so they may name a method and a host.
	Handlers map[string]http.Handler

	CSP       string        // another policy; "none" for no policy at all
	WrongMIME bool          // serve .wasm as application/octet-stream
	Plain     bool          // leave the .br and .gz files alone
	CORS      bool          // pages of other origins may read the files
	Latency   time.Duration // before each answer
	Rate      int           // bytes of each body a second, 0 for no limit
	Listener  net.Listener  // for http, instead of a free port of loopback
}

// A Request is one that the site answered.
type Request struct {
	Method, Host, Path string
	Status             int
	Encoding           string // br, gzip or empty
	Bytes              int64  // of the body, as sent
}

// A Server is a running site.
type Server struct {
	URL  string // http://127.0.0.1:PORT
	Port int

	TLSURL  string // https://127.0.0.1:PORT, with certs.Default
	TLSPort int

	opts    Options
	files   fs.FS
	servers []*http.Server
	stop    context.CancelFunc

	mu       sync.Mutex
	requests []Request
}

// Start serves over http and over https, each on a port of its own.
func Start(opts Options) (*Server, error) {
	cert, err := certs.Default()
	if err != nil {
		return nil, err
	}
	plain := opts.Listener
	if plain == nil {
		if plain, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
			return nil, fmt.Errorf("site: %w", err)
		}
	}
	secure, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		plain.Close()
		return nil, fmt.Errorf("site: %w", err)
	}
	s := &Server{
		URL:     "http://" + plain.Addr().String(),
		Port:    plain.Addr().(*net.TCPAddr).Port,
		TLSURL:  "https://" + secure.Addr().String(),
		TLSPort: secure.Addr().(*net.TCPAddr).Port,
		opts:    opts,
		files:   opts.FS,
	}
	if opts.Dir != "" {
		s.files = os.DirFS(opts.Dir)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/", s.file)
	for pattern, h := range opts.Handlers {
		mux.Handle(pattern, h)
	}
	var base context.Context
	base, s.stop = context.WithCancel(context.Background())
	serve := func(l net.Listener) {
		server := &http.Server{
			Handler:     s.wrap(mux),
			BaseContext: func(net.Listener) context.Context { return base },
			// It would report each request that a browser aborts.
			ErrorLog: log.New(discard{}, "", 0),
		}
		s.servers = append(s.servers, server)
		go server.Serve(l)
	}
	serve(plain)
	serve(tls.NewListener(secure, &tls.Config{
		Certificates: []tls.Certificate{cert.TLS},
		NextProtos:   []string{"http/1.1"},
	}))
	return s, nil
}

// Close stops the site at once.
func (s *Server) Close() {
	s.stop()
	for _, server := range s.servers {
		server.Close()
	}
}

// Requests are all that were answered so far, in the order of their ends.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.requests)
}

// wrap records requests and delays answers.
func (s *Server) wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.opts.Latency > 0 {
			timer := time.NewTimer(s.opts.Latency)
			defer timer.Stop()
			select {
			case <-timer.C:
			case <-r.Context().Done():
				return
			}
		}
		rec := &recorder{ResponseWriter: w}
		if s.opts.Rate > 0 {
			next.ServeHTTP(&slowly{rec, s.opts.Rate}, r)
		} else {
			next.ServeHTTP(rec, r)
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		s.requests = append(s.requests, Request{
			Method: r.Method, Host: r.Host, Path: r.URL.Path,
			Status: rec.status, Encoding: w.Header().Get("Content-Encoding"), Bytes: rec.bytes,
		})
	})
}

// mimeTypes are fixed here because the system's table differs between machines.
var mimeTypes = map[string]string{
	".html": "text/html; charset=utf-8",
	".js":   "text/javascript; charset=utf-8",
	".mjs":  "text/javascript; charset=utf-8",
	".css":  "text/css; charset=utf-8",
	".svg":  "image/svg+xml",
	".png":  "image/png",
	".json": "application/json",
	".wasm": "application/wasm",
	".map":  "application/json",
	".ts":   "text/plain; charset=utf-8",
}

func (s *Server) file(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		http.Error(w, "GET or HEAD", http.StatusMethodNotAllowed)
		return
	}
	name := strings.TrimPrefix(path.Clean(r.URL.Path), "/")
	if strings.HasSuffix(r.URL.Path, "/") {
		name = path.Join(name, "index.html")
	}
	if s.files == nil || !fs.ValidPath(name) {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	switch s.opts.CSP {
	case "":
		h.Set("Content-Security-Policy", CSP)
	case "none":
	default:
		h.Set("Content-Security-Policy", s.opts.CSP)
	}
	h.Set("X-Content-Type-Options", "nosniff")
	if s.opts.CORS {
		h.Set("Access-Control-Allow-Origin", "*")
	}
	if hashed.MatchString(path.Base(name)) {
		h.Set("Cache-Control", "max-age=31536000, immutable")
	} else {
		h.Set("Cache-Control", "no-cache")
	}
	mime, ok := mimeTypes[path.Ext(name)]
	if !ok || s.opts.WrongMIME && path.Ext(name) == ".wasm" {
		mime = "application/octet-stream"
	}

	rewrite := len(s.opts.Attributes) > 0 && path.Ext(name) == ".html"
	if !s.opts.Plain && !rewrite {
		h.Set("Vary", "Accept-Encoding")
		for _, c := range []struct{ encoding, suffix string }{{"br", ".br"}, {"gzip", ".gz"}} {
			if !accepts(r, c.encoding) {
				continue
			}
			if b, err := fs.ReadFile(s.files, name+c.suffix); err == nil {
				h.Set("Content-Encoding", c.encoding)
				s.send(w, r, name, mime, b)
				return
			}
		}
	}
	b, err := fs.ReadFile(s.files, name)
	if err != nil {
		if !errors.Is(err, fs.ErrNotExist) {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		http.NotFound(w, r)
		return
	}
	if rewrite {
		b = SetAttributes(b, s.opts.Attributes)
	}
	s.send(w, r, name, mime, b)
}

func (s *Server) send(w http.ResponseWriter, r *http.Request, name, mime string, b []byte) {
	w.Header().Set("Content-Type", mime)
	info, err := fs.Stat(s.files, name)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	http.ServeContent(w, r, "", info.ModTime(), bytes.NewReader(b))
}

func accepts(r *http.Request, encoding string) bool {
	for e := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		name, q, _ := strings.Cut(strings.TrimSpace(e), ";")
		if name == encoding && strings.TrimSpace(q) != "q=0" {
			return true
		}
	}
	return false
}

var element = regexp.MustCompile(`<xmpp-(?:signup|account|check)\b[^>]*`)

// SetAttributes writes attributes into the page's <xmpp-signup>, <xmpp-account> and
// <xmpp-check> tags, in place of those that are there under the same name.
func SetAttributes(page []byte, attributes map[string]string) []byte {
	return element.ReplaceAllFunc(page, func(tag []byte) []byte {
		for _, name := range slices.Sorted(maps.Keys(attributes)) {
			old := regexp.MustCompile(`\s` + regexp.QuoteMeta(name) + `(\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+))?(\s|$)`)
			tag = old.ReplaceAll(tag, []byte("$3"))
			tag = fmt.Appendf(tag, ` %s="%s"`, name, html.EscapeString(attributes[name]))
		}
		return tag
	})
}

// discard is a log's writer that keeps nothing.
type discard struct{}

func (discard) Write(b []byte) (int, error) { return len(b), nil }

// recorder records the status and the length of an answer.
type recorder struct {
	http.ResponseWriter
	status int
	bytes  int64
}

func (r *recorder) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(b []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	n, err := r.ResponseWriter.Write(b)
	r.bytes += int64(n)
	return n, err
}

// Hijack hands out the connection, which a WebSocket needs.
func (r *recorder) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	r.status = http.StatusSwitchingProtocols
	return http.NewResponseController(r.ResponseWriter).Hijack()
}

// Unwrap lets http.ResponseController reach the rest.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// slowly sends a body at a limited rate.
type slowly struct {
	*recorder
	rate int
}

func (s *slowly) Write(b []byte) (n int, err error) {
	const piece = 16 << 10
	for len(b) > 0 && err == nil {
		var m int
		m, err = s.recorder.Write(b[:min(len(b), piece)])
		// Otherwise it would wait in a buffer for more.
		http.NewResponseController(s.recorder).Flush()
		n, b = n+m, b[m:]
		time.Sleep(time.Duration(m) * time.Second / time.Duration(s.rate))
	}
	return n, err
}

// Root finds the root of the project from the folder in which a test runs.
func Root() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", errors.New("site: no go.mod above the working directory")
		}
		dir = parent
	}
}

// Dist finds the built pages.
func Dist() (string, error) {
	root, err := Root()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(root, "dist")
	if _, err := os.Stat(filepath.Join(dir, "index.html")); err != nil {
		return "", errors.New("site: dist/ is not built; run `make dist`")
	}
	return dir, nil
}

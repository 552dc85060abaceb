package firefox

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
)

// A tunnel is the proxy that the browser uses for all names but those of this
// machine: it leads *.test to this machine and refuses all others.
type tunnel struct {
	listener net.Listener
	server   *http.Server
	secure   string

	mu      sync.Mutex
	refused []string
}

func startTunnel(secure string) (*tunnel, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	t := &tunnel{listener: l, secure: secure}
	t.server = &http.Server{Handler: t}
	go t.server.Serve(l)
	return t, nil
}

func (t *tunnel) port() int { return t.listener.Addr().(*net.TCPAddr).Port }

func (t *tunnel) close() { t.server.Close() }

// names returns the host names that were refused.
func (t *tunnel) names() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Clone(t.refused)
}

func (t *tunnel) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	host, port, _ := net.SplitHostPort(r.Host)
	if r.Method != http.MethodConnect || !strings.HasSuffix(host, ".test") {
		t.mu.Lock()
		t.refused = append(t.refused, r.Host)
		t.mu.Unlock()
		http.Error(w, "not from here", http.StatusBadGateway)
		return
	}
	address := "127.0.0.1:" + port
	if port == "443" {
		address = t.secure
	}
	site, err := net.Dial("tcp", address)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	defer site.Close()
	page, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	defer page.Close()
	fmt.Fprint(page, "HTTP/1.1 200 OK\r\n\r\n")
	go func() {
		io.Copy(site, page)
		site.Close()
	}()
	io.Copy(page, site)
}

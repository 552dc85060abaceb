package faults

import (
	"context"
	"crypto/tls"
	"fmt"
	"log"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"

	"nhooyr.io/websocket"

	"github.com/xmppreg/xmppreg/e2e/certs"
)

// A Message is one that came from a side.
type Message struct {
	Connection int
	From       Direction
	Text       string // as its sender wrote it
	Passed     string // as the other side got it first; empty if it did not
	Intact     bool   // the other side got it, whole and as it was, before it ended the stream
}

// A Run stands between one client and a server, at an address of its own.
type Run struct {
	listener net.Listener
	server   *http.Server
	secure   bool
	targets  []string
	ended    context.Context
	end      context.CancelFunc

	mu          sync.Mutex
	fault       Fault
	struck      bool
	count       [FromServer + 1]int
	messages    []*Message
	connections int
	open        int
	changed     chan struct{} // closed, and replaced, when open changes
}

// Start starts a run in front of WebSockets. The path of its address chooses among the
// targets.
func Start(fault Fault, targets ...string) (*Run, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("faults: %w", err)
	}
	return start(fault, l, false, targets), nil
}

// StartSecure is Start over TLS, with certs.Default.
func StartSecure(fault Fault, targets ...string) (*Run, error) {
	cert, err := certs.Default()
	if err != nil {
		return nil, err
	}
	l, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{
		Certificates: []tls.Certificate{cert.TLS},
		NextProtos:   []string{"http/1.1"},
	})
	if err != nil {
		return nil, fmt.Errorf("faults: %w", err)
	}
	return start(fault, l, true, targets), nil
}

func start(fault Fault, l net.Listener, secure bool, targets []string) *Run {
	r := &Run{listener: l, secure: secure, targets: targets, fault: fault, changed: make(chan struct{})}
	r.ended, r.end = context.WithCancel(context.Background())
	r.server = &http.Server{
		Handler:     http.HandlerFunc(r.serve),
		ConnContext: func(ctx context.Context, c net.Conn) context.Context { return context.WithValue(ctx, connKey{}, c) },
		ConnState:   r.note,
		ErrorLog:    log.New(discard{}, "", 0), // it would tell of each connection that ends
	}
	go r.server.Serve(l)
	return r
}

type connKey struct{}

type discard struct{}

func (discard) Write(b []byte) (int, error) { return len(b), nil }

// URL is the address for the target of that index.
func (r *Run) URL(target int) string {
	scheme := "ws"
	if r.secure {
		scheme = "wss"
	}
	return fmt.Sprintf("%s://%s/%d", scheme, r.listener.Addr(), target)
}

// Add adds a target. The client must not have come yet.
func (r *Run) Add(target string) { r.targets = append(r.targets, target) }

// Messages are those that came so far.
func (r *Run) Messages() []Message {
	r.mu.Lock()
	defer r.mu.Unlock()
	all := make([]Message, 0, len(r.messages))
	for _, m := range r.messages {
		all = append(all, *m)
	}
	return all
}

// Heal makes the network good from now on: a fault that has not struck never does.
func (r *Run) Heal() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.struck = true
}

// Struck tells whether the fault has struck, or there is none.
func (r *Run) Struck() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.struck || r.fault.Kind == None
}

// WaitClosed returns when the client holds no connection open.
func (r *Run) WaitClosed(ctx context.Context) error {
	for {
		r.mu.Lock()
		open, changed := r.open, r.changed
		r.mu.Unlock()
		if open == 0 {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return fmt.Errorf("faults: %d connections are still open", open)
		}
	}
}

// Close ends the run and all of its connections.
func (r *Run) Close() {
	r.end()
	r.server.Close()
}

// note counts the connections that do not carry a WebSocket. A WebSocket's are counted by serve.
func (r *Run) note(_ net.Conn, state http.ConnState) {
	switch state {
	case http.StateNew:
		r.counts(1)
	case http.StateClosed, http.StateHijacked:
		r.counts(-1)
	}
}

func (r *Run) counts(n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.open += n
	close(r.changed)
	r.changed = make(chan struct{})
}

// strikes tells whether the fault strikes now.
func (r *Run) strikes(d Direction, index int) Kind {
	if r.struck || r.fault.Direction != d || r.fault.Index != index {
		return None
	}
	r.struck = true
	return r.fault.Kind
}

// opens counts a WebSocket, and returns its number and what happens to it.
func (r *Run) opens() (number int, kind Kind) {
	r.mu.Lock()
	defer r.mu.Unlock()
	number = r.connections
	r.connections++
	return number, r.strikes(Opening, number)
}

// receives keeps a message, and returns what happens to it.
func (r *Run) receives(m *Message) Kind {
	r.mu.Lock()
	defer r.mu.Unlock()
	index := r.count[m.From]
	r.count[m.From]++
	r.messages = append(r.messages, m)
	return r.strikes(m.From, index)
}

// passed notes what the other side got of a message.
func (r *Run) passed(m *Message, text string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if m.Passed == "" {
		m.Passed = text
	}
	m.Intact = m.Intact || text == m.Text && !slices.ContainsFunc(r.messages, func(other *Message) bool {
		return other.Connection == m.Connection && other.From != m.From && strings.HasPrefix(other.Text, "<close ")
	})
}

func (r *Run) serve(w http.ResponseWriter, request *http.Request) {
	down, ok := request.Context().Value(connKey{}).(net.Conn)
	target, err := strconv.Atoi(strings.Trim(request.URL.Path, "/"))
	if !ok || err != nil || target >= len(r.targets) {
		http.NotFound(w, request)
		return
	}
	w.Header().Set("Connection", "close") // of answers that open no WebSocket
	number, kind := r.opens()
	switch kind {
	case Cut:
		cut(down)
		return
	case Refuse:
		http.Error(w, "come back later", http.StatusServiceUnavailable)
		return
	case Stall:
		select {
		case <-request.Context().Done(): // the client has given up
		case <-r.ended.Done():
		}
		return
	case Delay:
		late(r.ended)
	}
	server, up, err := dial(r.ended, r.targets[target])
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	client, err := websocket.Accept(w, request, &websocket.AcceptOptions{Subprotocols: []string{"xmpp"}, InsecureSkipVerify: true})
	if err != nil {
		up.Close()
		return
	}
	r.counts(1)
	defer r.counts(-1)
	l := &relay{run: r, number: number, client: newSide(client, down), server: newSide(server, up)}
	l.carry(r.ended)
}

// dial opens a WebSocket, and returns the connection that it goes over as well.
func dial(ctx context.Context, url string) (*websocket.Conn, net.Conn, error) {
	var conn net.Conn
	transport := &http.Transport{
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			var err error
			conn, err = (&net.Dialer{}).DialContext(ctx, network, address)
			return conn, err
		},
	}
	ws, _, err := websocket.Dial(ctx, url, &websocket.DialOptions{
		Subprotocols: []string{"xmpp"},
		HTTPClient:   &http.Client{Transport: transport},
	})
	return ws, conn, err
}

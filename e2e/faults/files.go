package faults

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
)

// EachFile returns every fault that can strike the host-meta files of a domain (XEP-0156),
// both or the one that is named. Where there are both, one is struck and the other is good.
func EachFile(only string) []Fault {
	var all []Fault
	kinds := []Kind{Cut, Stall, Delay, Fragment, Halve, Repeat, CorruptMarkup, Refuse}
	direction := OnlyFile
	if only == "" {
		kinds, direction = append(kinds, Reorder), OneFile
	}
	for i, name := range names {
		text, ok := Announce(Fault{}, "wss://127.0.0.1:40000/0", only).texts[name]
		if !ok {
			continue
		}
		for _, kind := range kinds {
			all = append(all, Fault{Kind: kind, Direction: direction, Index: i})
		}
		for value := range values(text) {
			all = append(all, Fault{Kind: CorruptValue, Direction: direction, Index: i, Value: value})
		}
	}
	return all
}

// The names of the files, in the order of the Index of a Fault.
var names = []string{"host-meta.json", "host-meta"}

func index(name string) int {
	if name == names[0] {
		return 0
	}
	return 1
}

// Files are what a domain announces.
type Files struct {
	fault Fault
	texts map[string]string // by name

	mu       sync.Mutex
	struck   bool
	answered map[string]chan struct{} // closed when the file was sent
}

// Announce returns the files that name a WebSocket: both, or the one that is named.
func Announce(fault Fault, address, only string) *Files {
	f := &Files{fault: fault, texts: map[string]string{
		names[0]: fmt.Sprintf(`{"links":[{"rel":"urn:xmpp:alt-connections:websocket","href":"%s"}]}`, address),
		names[1]: fmt.Sprintf(`<XRD xmlns="http://docs.oasis-open.org/ns/xri/xrd-1.0"><Link rel="urn:xmpp:alt-connections:websocket" href="%s"/></XRD>`, address),
	}, answered: map[string]chan struct{}{names[0]: make(chan struct{}), names[1]: make(chan struct{})}}
	for _, name := range names {
		if only != "" && name != only {
			delete(f.texts, name)
		}
	}
	return f
}

// Struck tells whether the fault has struck, or there is none.
func (f *Files) Struck() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.struck || f.fault.Kind == None
}

// Heal makes the files good from now on.
func (f *Files) Heal() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.struck = true
}

func (f *Files) strikes(name string) Kind {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.struck || f.fault.Kind == None || names[f.fault.Index] != name {
		return None
	}
	f.struck = true
	return f.fault.Kind
}

// sent notes that a file was sent.
func (f *Files) sent(name string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	select {
	case <-f.answered[name]:
	default:
		close(f.answered[name])
	}
}

// ServeHTTP serves one of the files.
func (f *Files) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name := r.URL.Path[strings.LastIndexByte(r.URL.Path, '/')+1:]
	text, ok := f.texts[name]
	if !ok {
		http.NotFound(w, r)
		return
	}
	defer f.sent(name)
	w.Header().Set("Access-Control-Allow-Origin", "*")
	w.Header().Set("Cache-Control", "no-store")
	parts := []string{text}
	half := len(text) / 2
	switch f.strikes(name) {
	case Cut:
		abort(w)
		return
	case Refuse:
		http.Error(w, "come back later", http.StatusServiceUnavailable)
		return
	case Stall:
		<-r.Context().Done()
		return
	case Delay:
		late(r.Context())
	case Reorder:
		waitFor(r.Context(), f.answered[names[1-index(name)]])
	case Fragment:
		parts = []string{text[:half], text[half:]}
	case Halve:
		w.Header().Set("Content-Length", fmt.Sprint(len(text)))
		parts = []string{text[:half]} // then the server closes, as the rest is missing
	case Repeat:
		parts = []string{text, text}
	case CorruptValue:
		parts = []string{corruptValue(text, f.fault.Value)}
	case CorruptMarkup:
		parts = []string{text[:len(text)-1] + "?"}
	}
	for _, part := range parts {
		w.Write([]byte(part))
		http.NewResponseController(w).Flush()
	}
}

func waitFor(ctx context.Context, c <-chan struct{}) {
	select {
	case <-c:
	case <-ctx.Done():
	}
}

// abort resets the connection of a request.
func abort(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	defer conn.Close()
	if tcp, ok := underlying(conn).(*net.TCPConn); ok {
		tcp.SetLinger(0)
		tcp.Close()
	}
}

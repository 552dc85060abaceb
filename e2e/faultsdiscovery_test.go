package e2e

import (
	"fmt"
	"net/http"
	"sync"
	"testing"

	"github.com/xmppreg/xmppreg/e2e/faults"
	"github.com/xmppreg/xmppreg/e2e/prosody"
	"github.com/xmppreg/xmppreg/e2e/site"
)

// announcedDomains is how many domains announce their WebSocket: so many runs can be made at
// once.
const announcedDomains = 8

// announcements are the host-meta files of domains, which change from run to run.
type announcements struct {
	domains chan string // that no run uses at the moment

	mu    sync.Mutex
	files map[string]*faults.Files
}

func (a *announcements) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	files := a.files[r.Host]
	a.mu.Unlock()
	if files == nil {
		http.NotFound(w, r)
		return
	}
	files.ServeHTTP(w, r)
}

// network gives a domain to an operation, whose files the fault strikes.
func (a *announcements) network(o *disturbed, fault faults.Fault, server string) (*faults.Run, network, func(), error) {
	run, err := faults.StartSecure(faults.Fault{}, server)
	if err != nil {
		return nil, nil, nil, err
	}
	domain := <-a.domains
	o.domain = domain
	files := faults.Announce(fault, run.URL(0), o.onlyFile)
	a.set(domain, files)
	return run, files, func() {
		run.Close()
		a.set(domain, nil)
		a.domains <- domain
	}, nil
}

func (a *announcements) set(domain string, files *faults.Files) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.files[domain] = files
}

// faultyDiscovery starts a server with domains that only their host-meta files lead to, and a
// browser that finds these.
func faultyDiscovery(t *testing.T) faultServer {
	a := &announcements{domains: make(chan string, announcedDomains), files: map[string]*faults.Files{}}
	var hosts []prosody.Host
	for i := range announcedDomains {
		name := fmt.Sprintf("announced%d.test", i)
		hosts = append(hosts, prosody.Host{Name: name, Lua: `allow_registration = true`})
		a.domains <- name
	}
	s := startProsody(t, prosody.Options{Hosts: hosts})
	meta, err := site.Start(site.Options{Handlers: map[string]http.Handler{"GET /.well-known/{file}": a}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(meta.Close)
	chromium, err := startChromium(meta)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(chromium.Close)
	share(t, server, chromium)
	return faultServer{name: newer("Prosody"), url: s.WebSocketURL(), announced: a, operations: []disturbed{
		{name: "discovery", script: "form", effect: faults.Creates, sets: 1, discovered: true},
		{name: "discovery without host-meta", script: "form", effect: faults.Creates, sets: 1, discovered: true, onlyFile: "host-meta.json"},
		{name: "discovery without host-meta.json", script: "form", effect: faults.Creates, sets: 1, discovered: true, onlyFile: "host-meta"},
	}}
}

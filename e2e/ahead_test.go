package e2e

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/xmppreg/xmppreg/e2e/browser"
	"github.com/xmppreg/xmppreg/e2e/proxy"
)

// withoutModule opens a page on which the module, for a Worker, does not come until
// arrive is called.
func withoutModule(t *testing.T) (tab *browser.Tab, arrive func()) {
	t.Helper()
	runIn(t, automatic)
	arrived := make(chan struct{})
	var f *faulty
	f = newFaulty(t, "xmppreg*.wasm", 1, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-arrived:
			f.ServeHTTP(w, r)
		case <-r.Context().Done():
		}
	}))
	return client(t, f.site()), func() { close(arrived) }
}

func TestServerIsConnectedToBeforeTheModuleIsThere(t *testing.T) {
	p, err := proxy.Start(hostOf(t, server.WebSocketURL()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	for name, whileWaiting := range map[string]struct {
		do          func(*browser.Tab)
		connections int
	}{
		"and not once more":               {func(*browser.Tab) {}, 1},
		"once more if the server hung up": {func(*browser.Tab) { p.Drop(); waitOpen(t, p, 0) }, 2},
	} {
		t.Run(name, func(t *testing.T) {
			before := p.Accepted()
			tab, arrive := withoutModule(t)
			inPage(t, tab, `globalThis.form = new RegistrationManager({ domain: 'example.test', url: 'ws://`+p.Addr()+`/xmpp-websocket' }).requestForm()`, nil)
			waitOpen(t, p, 1)
			tab.ExpectProblem(p.Addr()) // a browser tells of each connection that is lost while it opens
			whileWaiting.do(tab)
			arrive()
			var fields int
			tab.Eval(`form.then(({ fields }) => fields.length)`, &fields)
			if got := p.Accepted() - before; fields == 0 || got != whileWaiting.connections {
				t.Errorf("a form of %d fields came over %d connections", fields, got)
			}
		})
	}
}

func TestHostMetaIsReadBeforeTheModuleIsThere(t *testing.T) {
	tab, arrive := withoutModule(t)
	before := len(announcing.Requests())
	inPage(t, tab, `globalThis.form = new RegistrationManager({ domain: 'example.test' }).requestForm()`, nil)
	asked := func() (paths []string) {
		for _, r := range announcing.Requests()[before:] {
			if strings.HasPrefix(r.Path, "/.well-known/") {
				paths = append(paths, r.Path)
			}
		}
		slices.Sort(paths)
		return paths
	}
	both := []string{"/.well-known/host-meta", "/.well-known/host-meta.json"}
	for !slices.Equal(asked(), both) {
		tab.Wait(`globalThis.form !== undefined`)
	}
	arrive()
	var fields int
	tab.Eval(`form.then(({ fields }) => fields.length)`, &fields)
	if got := asked(); fields == 0 || !slices.Equal(got, both) {
		t.Errorf("a form of %d fields came after %q", fields, got)
	}
}

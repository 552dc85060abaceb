package e2e

import (
	"net/http"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xmppreg/xmppreg/e2e/browser"
	"github.com/xmppreg/xmppreg/e2e/site"
)

// links are the connections that pages are loaded over: the network of this machine as it
// is, and what Chromium's DevTools call by these names.
var links = []struct {
	name    string
	latency time.Duration
	down    float64 // bytes a second
	up      float64
}{
	{name: "unthrottled"},
	{"fast-4G", 165 * time.Millisecond, 9e6 / 8 * 0.9, 1.5e6 / 8 * 0.9},
	{"slow-4G", 562500 * time.Microsecond, 1.6e6 / 8 * 0.9, 0.75e6 / 8 * 0.9},
}

// BenchmarkColdStart measures a first visit, with nothing in the cache: when a field takes
// keys, and when the server's form is on the screen.
func BenchmarkColdStart(b *testing.B) {
	for _, link := range links {
		b.Run(link.name, func(b *testing.B) {
			pages := signUpPages(b, distant(b, link.latency))
			if link.latency > 0 {
				pages = slices.Delete(pages, 3, 4) // it loads the same files without a Worker
			}
			var m measured
			takeTurns(b, pages, func(page signUpPage, tab *browser.Tab) {
				if link.latency > 0 {
					tab.Throttle(page.site, link.latency, link.down, link.up)
				}
				tab.Open(page.url())
				field, form := seen(tab)
				m.add(page.name+"-field-ms", field)
				m.add(page.name+"-form-ms", form)
			})
			m.report(b)
		})
	}
}

// distant returns the address of the server's WebSocket over a line of that latency, which
// delays the answer to each handshake. Chromium's own throttling does so for a WebSocket of
// the page, and not for one of a Worker.
func distant(b *testing.B, latency time.Duration) string {
	if latency == 0 {
		return server.WebSocketURL()
	}
	target, err := url.Parse(server.WebSocketURL())
	if err != nil {
		b.Fatal(err)
	}
	line, err := site.Start(site.Options{Latency: latency, Handlers: map[string]http.Handler{
		"GET " + target.Path: httputil.NewSingleHostReverseProxy(&url.URL{Scheme: "http", Host: target.Host}),
	}})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(line.Close)
	return "ws" + strings.TrimPrefix(line.URL, "http") + target.Path
}

// visits is how often a page was there before, when a visit counts as warm. Chromium keeps
// the compiled code of a page's scripts after the second visit.
const visits = 3

// BenchmarkWarmStart measures a visit to a page that has been here before, from the cache.
func BenchmarkWarmStart(b *testing.B) {
	pages := signUpPages(b, server.WebSocketURL())[:4]
	visit := func(page signUpPage) (field, form float64) {
		tab := tabs.(*browser.Browser).Regular(b)
		page.prepare(tab)
		tab.Open(page.url())
		defer tab.Close()
		return seen(tab)
	}
	for range visits {
		for _, page := range pages {
			visit(page)
		}
	}
	var m measured
	for i := 0; b.Loop(); i++ {
		for j := range pages {
			page := pages[(i+j)%len(pages)]
			field, form := visit(page)
			m.add(page.name+"-field-ms", field)
			m.add(page.name+"-form-ms", form)
		}
	}
	m.report(b)
}

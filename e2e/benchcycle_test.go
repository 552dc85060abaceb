package e2e

import (
	"cmp"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/xmppreg/xmppreg/e2e/browser"
	"github.com/xmppreg/xmppreg/e2e/site"
)

// warmUp is how many cycles a page has behind it before they count: its code is compiled
// by then as it stays.
const warmUp = 20

// BenchmarkCycle measures a sign-up on a page that is loaded: the connection, the form,
// the answers, the server's result. Each has its page, and each cycle a name of its own.
// The ratios are to the page that is written by hand.
func BenchmarkCycle(b *testing.B) {
	pages := []struct {
		name  string
		setUp string // of the page, before its first cycle
		dir   string // of the build, if it is not dist/
		tab   *browser.Tab
	}{
		{name: "handwritten", setUp: `globalThis.cycle = (await import('/bench/cycle-handwritten.js')).cycle`},
		{name: "Strophe.js", setUp: `globalThis.StropheModule = await import('/strophe.js');
			globalThis.cycle = (await import('/bench/cycle-strophe.js')).cycle`},
		{name: "xmppreg", setUp: `globalThis.cycle = (await import('/bench/cycle-xmppreg.js')).cycle`},
		{name: "page-thread", setUp: `await (await import('/xmppreg.js')).load({ worker: false });
			globalThis.cycle = (await import('/bench/cycle-xmppreg.js')).cycle`},
		{name: "before", setUp: `globalThis.cycle = (await import('/bench/cycle-xmppreg.js')).cycle`, dir: *before},
	}
	if *before == "" {
		pages = pages[:4]
	}
	for i := range pages {
		page := &pages[i]
		page.tab = benchPage(b, page.dir)
		page.tab.Eval(fmt.Sprintf(`(async () => {
			%s;
			globalThis.options = { domain: 'example.test', url: %q, ...%s };
		})()`, page.setUp, server.WebSocketURL(), *settings), nil)
	}
	var m measured
	names := 0
	round := func(first int, count bool) {
		for i := range pages {
			page := pages[(first+i)%len(pages)]
			names++
			var got struct{ Result, End float64 }
			page.tab.Eval(fmt.Sprintf(`cycle(options, 'cycle%d')`, names), &got)
			if count {
				m.add(page.name+"-ms", got.Result)
				m.add(page.name+"-closed-ms", got.End)
			}
		}
	}
	for i := range warmUp {
		round(i, false)
	}
	for i := 0; b.Loop(); i++ {
		round(i, true)
	}
	m.report(b)
	for _, page := range pages[1:] {
		b.ReportMetric(m.median(page.name+"-ms")/m.median("handwritten-ms"), page.name+"-ratio")
	}
}

// benchPage opens an empty page beside the files of a build, dist/ if none is named, the
// scripts of bench/ and Strophe.js.
func benchPage(b *testing.B, dir string) *browser.Tab {
	b.Helper()
	root, err := site.Root()
	if err != nil {
		b.Fatal(err)
	}
	strophe, err := os.ReadFile(filepath.Join(root, "e2e/npm/node_modules/strophe.js/dist/strophe.esm.js"))
	if err != nil {
		b.Fatal(err)
	}
	s, err := site.Start(site.Options{Dir: cmp.Or(dir, filepath.Join(root, "dist")), Handlers: map[string]http.Handler{
		"GET /bench/":     http.FileServer(http.Dir(filepath.Join(root, "e2e"))),
		"GET /strophe.js": sends(strophe, "Content-Type", "text/javascript; charset=utf-8"),
		"GET /bench.html": sends([]byte(`<!doctype html><title>bench</title><link rel=icon href=icon.svg>`),
			"Content-Type", "text/html; charset=utf-8", "Content-Security-Policy", site.CSP),
	}})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(s.Close)
	tab := tabs.Tab(b)
	tab.Open(s.URL + "/bench.html")
	return tab
}

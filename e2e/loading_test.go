package e2e

import (
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xmppreg/xmppreg/e2e/site"
)

// loadingRate is the speed of a host, in bytes a second, at which the module
// takes long enough for its loading to be given up.
const loadingRate = 2_000_000

// readDist reads a file of dist/.
func readDist(t testing.TB, name string) []byte {
	t.Helper()
	dir, err := site.Dist()
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// sends answers with a body and these headers.
func sends(body []byte, headers ...string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.Header().Set("Content-Length", fmt.Sprint(len(body)))
		w.Write(body)
	})
}

// waitRequests waits until the site has ended n requests for the module or its
// .gz file, and returns them by path.
func waitRequests(t *testing.T, s *site.Server, module string, n int) map[string]site.Request {
	t.Helper()
	var found []site.Request
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		found = slices.DeleteFunc(s.Requests(), func(r site.Request) bool { return !strings.HasPrefix(r.Path, "/"+module) })
		if len(found) >= n {
			break
		}
	}
	if len(found) != n {
		t.Fatalf("requests for the module: %+v, want %d", found, n)
	}
	all := map[string]site.Request{}
	for _, r := range found {
		all[strings.TrimPrefix(r.Path, "/"+module)] = r
	}
	return all
}

func TestModuleIsLoadedFromEveryHost(t *testing.T) {
	module := built(t, "xmppreg*.wasm")
	raw, gz := readDist(t, module), readDist(t, module+".gz")
	beside := func(h http.Handler) map[string]http.Handler {
		return map[string]http.Handler{"GET /" + module + ".gz": h}
	}
	for name, c := range map[string]struct {
		site     site.Options
		requests int
		isBroken bool // the .gz file
	}{
		"that compresses":                 {site.Options{}, 1, false},
		"that compresses, wrong type":     {site.Options{WrongMIME: true}, 1, false},
		"without compression":             {site.Options{Plain: true, Rate: loadingRate}, 2, false},
		"without compression, wrong type": {site.Options{Plain: true, Rate: loadingRate, WrongMIME: true}, 2, false},
		"that names the .gz file's own encoding": {site.Options{Plain: true, Rate: loadingRate,
			Handlers: beside(sends(gz, "Content-Encoding", "gzip", "Content-Type", "application/x-gzip"))}, 2, false},
		"without a .gz file":             {site.Options{Plain: true, Handlers: beside(http.NotFoundHandler())}, 2, false},
		"without a .gz file, wrong type": {site.Options{Plain: true, WrongMIME: true, Handlers: beside(http.NotFoundHandler())}, 2, false},
		"with a page for the .gz file":   {site.Options{Plain: true, Handlers: beside(sends([]byte("<!doctype html><title>Welcome</title>")))}, 2, false},
		"with half a .gz file":           {site.Options{Plain: true, Rate: loadingRate, Handlers: beside(sends(gz[:len(gz)/2]))}, 1, true},
	} {
		t.Run(name, func(t *testing.T) {
			tab, s := clientAndSite(t, c.site)
			tab.ExpectProblem(module+".gz", "ReadableStream") // Firefox names no address
			var got failed
			inPage(t, tab, `return failure(load())`, &got)
			if got.Error {
				t.Errorf("%+v", got)
			}
			counted := module
			if c.isBroken {
				// The next try is without it. How often the browser asks for the rest of the other file is its own affair.
				counted += ".gz"
			}
			sent := waitRequests(t, s, counted, c.requests)[""]
			switch {
			case c.isBroken:
			case c.site.Rate > 0:
				if sent.Bytes >= int64(len(raw)) {
					t.Error("all of the uncompressed module was sent")
				}
			case c.site.Plain:
				if sent.Bytes != int64(len(raw)) {
					t.Errorf("%d bytes of %d were sent", sent.Bytes, len(raw))
				}
			case sent.Encoding != "br" && sent.Encoding != "gzip" || sent.Bytes > int64(len(gz)): // WebKitGTK takes Brotli over https alone
				t.Errorf("the module came with %d bytes, as %q", sent.Bytes, sent.Encoding)
			}
		})
	}
}

func TestModuleIsLoadedFromAnotherOrigin(t *testing.T) {
	module := built(t, "xmppreg*.wasm")
	raw, gz, br := readDist(t, module), readDist(t, module+".gz"), readDist(t, module+".br")
	allowed := []string{"Access-Control-Allow-Origin", "*", "Content-Type", "application/wasm"}
	for name, c := range map[string]struct {
		handlers map[string]http.Handler
		requests int
	}{
		"that compresses": {map[string]http.Handler{"": sends(br, append(allowed, "Content-Encoding", "br")...)}, 1},
		"that does not":   {map[string]http.Handler{"": sends(raw, allowed...), ".gz": sends(gz, allowed...)}, 2},
		// The page may not read that one.
		"with a .gz file of its own": {map[string]http.Handler{"": sends(raw, allowed...), ".gz": sends(gz)}, 2},
	} {
		t.Run(name, func(t *testing.T) {
			handlers := map[string]http.Handler{}
			for suffix, h := range c.handlers {
				handlers["GET /"+module+suffix] = h
			}
			other, err := site.Start(site.Options{Handlers: handlers})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(other.Close)
			tab := client(t, site.Options{})
			tab.ExpectProblem(module + ".gz")
			var got failed
			inPage(t, tab, fmt.Sprintf(`return failure(load({ wasmURL: '%s/%s?v=1' }))`, other.TLSURL, module), &got)
			if got.Error {
				t.Errorf("%+v", got)
			}
			waitRequests(t, other, module, c.requests)
		})
	}
}

func TestPageLoadsTheModuleOnce(t *testing.T) {
	module := built(t, "xmppreg*.wasm")
	dir, err := site.Dist()
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		site  site.Options
		names []string
	}{
		"from a host that compresses": {site.Options{}, []string{""}},
		"from a host that does not":   {site.Options{Plain: true, Rate: loadingRate}, []string{"", ".gz"}},
	} {
		t.Run(name, func(t *testing.T) {
			c.site.Dir, c.site.Attributes = dir, direct("example.test")
			s, err := site.Start(c.site)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(s.Close)
			tab := tabs.Tab(t)
			tab.Open(s.URL + "/")
			waitStep(tab, "form")
			requests := waitRequests(t, s, module, len(c.names))
			if names := slices.Sorted(maps.Keys(requests)); !slices.Equal(names, c.names) {
				t.Errorf("the page loaded %v of the module, want %v", names, c.names)
			}
			if c.site.Plain && requests[""].Bytes >= int64(len(readDist(t, module))) {
				t.Error("all of the uncompressed module was sent")
			}
		})
	}
}

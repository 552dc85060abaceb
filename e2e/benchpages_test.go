package e2e

import (
	"bytes"
	_ "embed"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"testing"
	"testing/fstest"

	"github.com/xmppreg/xmppreg/e2e/browser"
	"github.com/xmppreg/xmppreg/e2e/site"
)

//go:embed bench/seen.js
var seenScript string

// A signUpPage is a page that shows the server's form.
type signUpPage struct{ name, site, path string }

func (p signUpPage) url() string { return p.site + p.path }

// signUpPages serves the page that is written by hand, Converse.js and the built page, each
// as a careful provider does: compressed with Brotli, and with names that let a browser
// keep the large files. They talk to the server over its WebSocket at that address. The last two are the built page without a Worker, and in
// German, which is a file more to load.
func signUpPages(b *testing.B, socket string) []signUpPage {
	b.Helper()
	converse := benchFolder(b, "converse")
	dist := os.DirFS(filepath.Join(benchRoot(b), "e2e/npm/node_modules/converse.js/dist"))
	for name, as := range map[string]string{
		"converse.min.js":             "converse.min-AAAAAAAA.js",
		"converse.min.css":            "converse.min-AAAAAAAA.css",
		"emoji.json":                  "emoji.json",
		"webfonts/baumans.ttf":        "webfonts/baumans.ttf",
		"webfonts/muli.ttf":           "webfonts/muli.ttf",
		"shared-connection-worker.js": "shared-connection-worker.js",
	} {
		text, err := fs.ReadFile(dist, name)
		if err != nil {
			b.Fatal(err)
		}
		converse[as] = &fstest.MapFile{Data: text}
	}
	start := func(opts site.Options) string {
		s, err := site.Start(opts)
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(s.Close)
		return s.URL
	}
	attributes := map[string]string{"domain": "example.test", "url": socket}
	index := site.SetAttributes(readDist(b, "index.html"), attributes)
	ours := start(site.Options{Dir: filepath.Join(benchRoot(b), "dist"), Attributes: attributes, Handlers: map[string]http.Handler{
		"GET /bench/": http.FileServer(http.Dir(filepath.Join(benchRoot(b), "e2e"))),
		"GET /noworker.html": sends(bytes.Replace(index, []byte("<script "), []byte(`<script type="module" src="bench/in-page.js"></script><script `), 1),
			"Content-Type", "text/html; charset=utf-8", "Content-Security-Policy", site.CSP),
		"GET /german.html": sends(bytes.Replace(index, []byte(`lang="en"`), []byte(`lang="de"`), 1),
			"Content-Type", "text/html; charset=utf-8", "Content-Security-Policy", site.CSP),
	}})
	query := "/?" + url.Values{"url": {socket}}.Encode()
	return []signUpPage{
		{"handwritten", start(site.Options{FS: compressed(b, benchFolder(b, "handwritten"))}), query},
		{"Converse.js", start(site.Options{FS: compressed(b, converse), CSP: "none"}), query + "#converse/register"},
		{"xmppreg", ours, "/"},
		{"page-thread", ours, "/noworker.html"},
		{"German", ours, "/german.html"},
	}
}

// prepare makes a tab ready for the page.
func (p signUpPage) prepare(tab *browser.Tab) {
	tab.Timeout = patience
	if p.name == "Converse.js" {
		// The pictures of its sponsors, from its own site.
		tab.ExpectProblem("https://conversejs.org/media/logos/")
	}
	tab.OnNewDocument(seenScript)
}

// takeTurns measures all pages in each round, each in a new tab and another one first.
func takeTurns(b *testing.B, pages []signUpPage, measure func(page signUpPage, tab *browser.Tab)) {
	for i := 0; b.Loop(); i++ {
		for j := range pages {
			page := pages[(i+j)%len(pages)]
			tab := tabs.Tab(b)
			page.prepare(tab)
			measure(page, tab)
			tab.Close()
		}
	}
}

// seen waits for the server's form. It returns how many milliseconds after the start of
// the navigation a field took keys, and when the form was on the screen.
func seen(tab *browser.Tab) (field, form float64) {
	tab.Wait(`performance.getEntriesByName('form').length`)
	var at struct{ Field, Form float64 }
	tab.Eval(`Object.fromEntries(['field', 'form'].map((name) => [name, performance.getEntriesByName(name)[0].startTime]))`, &at)
	return at.Field, at.Form
}

func benchRoot(b *testing.B) string {
	b.Helper()
	root, err := site.Root()
	if err != nil {
		b.Fatal(err)
	}
	return root
}

// benchFolder reads a folder of bench/.
func benchFolder(b *testing.B, name string) fstest.MapFS {
	b.Helper()
	files := fstest.MapFS{}
	folder := filepath.Join(benchRoot(b), "e2e/bench", name)
	entries, err := os.ReadDir(folder)
	for _, entry := range entries {
		var text []byte
		if text, err = os.ReadFile(filepath.Join(folder, entry.Name())); err != nil {
			break
		}
		files[entry.Name()] = &fstest.MapFile{Data: text}
	}
	if err != nil {
		b.Fatal(err)
	}
	return files
}

// compressed puts a file that Brotli has compressed beside each text.
func compressed(b *testing.B, files fstest.MapFS) fstest.MapFS {
	b.Helper()
	all := fstest.MapFS{}
	for name, file := range files {
		all[name] = file
		if !slices.Contains([]string{".html", ".js", ".css", ".json", ".svg"}, path.Ext(name)) {
			continue
		}
		brotli := exec.Command("brotli", "--stdout", "--quality=11")
		brotli.Stdin = bytes.NewReader(file.Data)
		text, err := brotli.Output()
		if err != nil {
			b.Fatalf("brotli: %v", err)
		}
		all[name+".br"] = &fstest.MapFile{Data: text}
	}
	return all
}

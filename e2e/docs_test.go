package e2e

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/xmppreg/xmppreg/e2e/site"
)

var codeBlock = regexp.MustCompile("(?s)```(js|html|css)\n(.*?)```")

// example is a piece of code in the documentation.
type example struct{ file, kind, code string }

// examples are those of the README and of the pages on the API, with the domain and the
// paths of the tests.
func examples(t *testing.T) []example {
	t.Helper()
	var all []example
	for _, file := range []string{"README.md", "docs/api.md", "docs/worker.md"} {
		text, err := os.ReadFile(filepath.Join("..", file))
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range codeBlock.FindAllStringSubmatch(string(text), -1) {
			code := strings.NewReplacer("example.org", "example.test", "./xmppreg.js", "/xmppreg.js",
				`src="xmpp-`, `src="/xmpp-`, "wss://example.org/xmpp-websocket", server.SecureWebSocketURL()).Replace(m[2])
			all = append(all, example{file, m[1], code})
		}
	}
	if len(all) < 8 {
		t.Fatalf("only %d examples", len(all))
	}
	return all
}

// TestExamplesOfTheDocumentationRun runs the scripts of a file one after the
// other, as one who reads it would type them in, and opens each piece of HTML.
func TestExamplesOfTheDocumentationRun(t *testing.T) {
	dir, err := site.Dist()
	if err != nil {
		t.Fatal(err)
	}
	scripts := map[string]string{}
	var pages []example
	for _, e := range examples(t) {
		switch e.kind {
		case "js":
			scripts[e.file] += e.code + "\n"
		default:
			pages = append(pages, e)
		}
	}
	for file, script := range scripts {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			if !strings.Contains(script, "import {") {
				t.Fatal("nothing is imported")
			}
			s, err := site.Start(site.Options{Dir: dir, Handlers: map[string]http.Handler{
				"GET /example.html": content("text/html", `<!doctype html><title>example</title><link rel=icon href=icon.svg><script type=module src=example.js></script>`),
				"GET /example.js":   content("text/javascript", script+"\nglobalThis.ran = true;"),
			}})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(s.Close)
			tab := tabs.Tab(t)
			tab.Open(s.URL + "/example.html")
			tab.Wait("globalThis.ran")
		})
	}
	for i, page := range pages {
		t.Run(fmt.Sprintf("%s %s %d", page.file, page.kind, i), func(t *testing.T) {
			t.Parallel()
			body := page.code
			style := ""
			if page.kind == "css" {
				style, body = page.code, `<xmpp-signup domain="example.test"></xmpp-signup>`
			}
			if !strings.Contains(body, "<script") {
				body += `<script type="module" src="/xmpp-signup.js"></script>`
			}
			s, err := site.Start(site.Options{Dir: dir, Handlers: map[string]http.Handler{
				"GET /example.html": content("text/html", `<!doctype html><html lang="en"><title>example</title><link rel=icon href=icon.svg><link rel=stylesheet href=example.css>`+body),
				"GET /example.css":  content("text/css", style),
			}})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(s.Close)
			tab := tabs.Tab(t)
			tab.Open(s.URL + "/example.html")
			waitStep(tab, "form")
			if style == "" {
				return
			}
			var got []string
			tab.Eval(`[getComputedStyle($('button[data-submit]')).backgroundColor, getComputedStyle($('input')).borderRadius, getComputedStyle($('h2')).fontFamily]`, &got)
			if want := "rgb(0, 105, 92) 0px Georgia, serif"; strings.Join(got, " ") != want {
				t.Errorf("the style is %v, want %s", got, want)
			}
		})
	}
}

func content(mime, text string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", mime)
		fmt.Fprint(w, text)
	})
}

var importOfAFile = regexp.MustCompile(`(?m)^(?:import|export) .*from '\./([\w-]+\.js)';$`)

// TestFilesOfAWorkerAreNamed follows the imports of worker.js: whoever builds with esbuild
// copies the files that the documentation names.
func TestFilesOfAWorkerAreNamed(t *testing.T) {
	guide, err := os.ReadFile("../docs/package.md")
	if err != nil {
		t.Fatal(err)
	}
	files := []string{"worker.js"}
	for i := 0; i < len(files); i++ {
		if !strings.Contains(string(guide), "`"+files[i]+"`") {
			t.Errorf("docs/package.md does not name %s", files[i])
		}
		if files[i] == "build.js" {
			continue // the builder writes it, and it imports nothing
		}
		script, err := os.ReadFile("../web/" + files[i])
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range importOfAFile.FindAllStringSubmatch(string(script), -1) {
			if !slices.Contains(files, m[1]) {
				files = append(files, m[1])
			}
		}
	}
	if len(files) < 5 {
		t.Errorf("only %v were found", files)
	}
}

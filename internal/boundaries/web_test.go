// Package boundaries tests what each part of the project may know.
package boundaries

import (
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// protocol is what only Go code knows. Each is looked for in comments as well: who
// has to explain one uses it.
var protocol = map[string]*regexp.Regexp{
	"a namespace":                   regexp.MustCompile(`urn:(xmpp|ietf):[\w:.-]*|\bjabber:[\w:.-]+|https?://jabber\.org/[\w/#-]*|\bFORM_TYPE\b`),
	"a field's type":                regexp.MustCompile("['\"`](text-(single|multi|private)|list-(single|multi)|jid-(single|multi)|fixed|hidden)['\"`]"),
	"a datatype":                    regexp.MustCompile(`\bxs:[a-zA-Z]+`),
	"the name of a CAPTCHA's field": regexp.MustCompile("\\bcaptcha-fallback-\\w+|\\bcaptchahidden\\b|\\b(picture|speech|video)_(q|recog)\\b|\\baudio_recog\\b|\\b(ocr|qa):|['\"`](ocr|qa|SHA-256)['\"`]"),
}

// allowed is what may stand in a file all the same.
var allowed = []struct {
	file, match string // the latter a regular expression
	why         string
}{
	{"xmppreg.js", `^jabber:iq:register$`, "discoveryFeatures is asked for before the module is there"},
	{"check/snippets.js", `^urn:xmpp:alt-connections:websocket$`, "configuration for a server's operator to copy"},
	{"texts/*.js", `^(\w+_(q|recog)|(ocr|qa):)$`, "labels by the names of fields, for servers that send none"},
}

// TestWebKnowsNoProtocol shows that the pages get what they need to know of a
// field as data with it. The documentation of that data is in xmppreg.d.ts, which
// names what the server sent.
func TestWebKnowsNoProtocol(t *testing.T) {
	web := os.DirFS("../../web")
	used := map[string]bool{}
	err := fs.WalkDir(web, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && entry.Name() == "node_modules" {
			return fs.SkipDir
		}
		if !slices.Contains([]string{".js", ".html", ".css"}, path.Ext(name)) || name == "wasm_exec.js" {
			return nil
		}
		source, err := fs.ReadFile(web, name)
		if err != nil {
			return err
		}
		for i, line := range strings.Split(string(source), "\n") {
			for what, pattern := range protocol {
				for _, match := range pattern.FindAllString(line, -1) {
					if why := reason(name, match); why != "" {
						used[why] = true
						continue
					}
					t.Errorf("web/%s:%d: %s: %s", name, i+1, what, match)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range allowed {
		if !used[a.why] {
			t.Errorf("web/%s no longer has what it may have: %s", a.file, a.why)
		}
	}
}

// reason returns why a file may have it, "" if it may not.
func reason(name, match string) string {
	for _, a := range allowed {
		if ok, _ := path.Match(a.file, name); ok && regexp.MustCompile(a.match).MatchString(match) {
			return a.why
		}
	}
	return ""
}

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

	"github.com/xmppreg/xmppreg/e2e/browser"
	"github.com/xmppreg/xmppreg/e2e/site"
)

// strict is the policy of the README, to the letter.
const strict = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; " +
	"img-src 'self' blob:; media-src blob:; connect-src 'self' https: wss:"

// startSite starts a site with the built pages, and what opts add.
func startSite(t testing.TB, opts site.Options) *site.Server {
	t.Helper()
	if opts.Dir == "" {
		dir, err := site.Dist()
		if err != nil {
			t.Fatal(err)
		}
		opts.Dir = dir
	}
	s, err := site.Start(opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// embedder is a page of somebody else's, under a policy of its own.
func embedder(t *testing.T, policy, body string) *site.Server {
	t.Helper()
	s, err := site.Start(site.Options{Handlers: map[string]http.Handler{
		"GET /{$}": http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			w.Header().Set("Content-Security-Policy", policy)
			fmt.Fprint(w, `<!doctype html><html lang="en"><title>around</title><link rel="icon" href="data:,">`, body)
		}),
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

func TestPagesWorkUnderTheStrictPolicyWithoutAViolation(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(readme), "\n    "+strict+"\n") {
		t.Errorf("README.md does not name the policy %s", strict)
	}
	s := startSite(t, site.Options{CSP: strict})
	tab := tabs.Tab(t)
	tab.OnNewDocument(recordViolations)
	tab.Open(s.TLSURL + "/?domain=example.test")
	fillIn(tab, "strict", "correct horse")
	waitStep(tab, "done")
	checkViolations(t, tab)
	tab.Open(s.TLSURL + "/account.html?domain=example.test")
	signIn(tab, "strict", "correct horse")
	accountStep(tab, "account")
	checkViolations(t, tab)
	checkInlineIsForbidden(t, tab)
}

// checkInlineIsForbidden sees what a policy is for: that the page runs nothing
// but its own files.
func checkInlineIsForbidden(t *testing.T, tab *browser.Tab) {
	t.Helper()
	tab.ExpectProblem("Content Security Policy", "Content-Security-Policy") // Chromium, and the others
	for kind, add := range map[string]string{
		"script-src-elem inline":                      `document.body.append(Object.assign(document.createElement('script'), { textContent: 'globalThis.ran = "inline"' }))`,
		"script-src-attr inline":                      `document.body.append(Object.assign(document.createElement('i'), { id: 'attribute' })), $('#attribute').setAttribute('onclick', 'globalThis.ran = "attribute"'), $('#attribute').click()`,
		"script-src-elem https://elsewhere.test/x.js": `document.body.append(Object.assign(document.createElement('script'), { src: 'https://elsewhere.test/x.js' }))`,
		"style-src-elem inline":                       `document.body.append(Object.assign(document.createElement('style'), { textContent: 'body { display: none }' }))`,
	} {
		tab.Eval(`void (`+add+`)`, nil)
		tab.Wait(fmt.Sprintf(`violations.includes(%q)`, kind))
	}
	var ran string
	if tab.Eval(`globalThis.ran ?? ''`, &ran); ran != "" {
		t.Errorf("the page runs what is written into it: %s", ran)
	}
	if !tab.Visible("body") {
		t.Error("a style that is written into the page counts")
	}
}

// embedded is a block of docs/hosting.md about pages of other origins, with the
// address of the site for that of the pages.
func embedded(t *testing.T, doc hostingDoc, mark string, s *site.Server) string {
	t.Helper()
	i := slices.IndexFunc(doc.blocks, func(b hostingBlock) bool {
		return b.section == "In a page of another origin" && strings.Contains(b.text, mark)
	})
	if i < 0 {
		t.Fatalf("docs/hosting.md has no block with %s", mark)
	}
	return strings.ReplaceAll(doc.blocks[i].text, "https://signup.test", farAway(s))
}

// farAway is a site's address by a name that is another site than 127.0.0.1.
func farAway(s *site.Server) string {
	return fmt.Sprintf("https://localhost:%d", s.TLSPort)
}

var embedderPolicy = regexp.MustCompile(`(?m)^    (script-src .*)$`)

func TestElementWorksInAPageOfAnotherOrigin(t *testing.T) {
	doc := readHostingDoc(t, "example.test")
	s := startSite(t, site.Options{CORS: true})
	m := embedderPolicy.FindStringSubmatch(doc.text)
	if m == nil {
		t.Fatal("docs/hosting.md names no policy for the page around")
	}
	policy := "default-src 'none'; " + strings.NewReplacer(
		"https://signup.test", farAway(s),
		"wss://example.test", strings.TrimSuffix(server.SecureWebSocketURL(), "/xmpp-websocket"),
		"img-src", "img-src data:", // the page's own icon
	).Replace(m[1])
	page := embedder(t, policy, embedded(t, doc, "<script", s))
	tab := tabs.Tab(t)
	tab.OnNewDocument(recordViolations)
	tab.Open(page.TLSURL + "/")
	fillIn(tab, "embla", "correct horse")
	waitStep(tab, "done")
	checkViolations(t, tab)
	if err := logIn(t, "embla@example.test", "correct horse"); err != nil {
		t.Error(err)
	}
	for _, file := range []string{"xmpp-signup.js", built(t, "xmppreg-*.wasm"), built(t, "wasm_exec-*.js")} {
		if !slices.ContainsFunc(s.Requests(), func(r site.Request) bool { return r.Path == "/"+file && r.Status == 200 }) {
			t.Errorf("%s did not come from the other origin", file)
		}
	}
}

func TestPageWorksInASandboxedFrameOfAnotherOrigin(t *testing.T) {
	doc := readHostingDoc(t, "example.test")
	var page *site.Server
	opts := site.Options{CSP: strict + "; base-uri 'none'; form-action 'none'; frame-ancestors https://www.test"}
	// Each of the two names the other.
	s := startSite(t, site.Options{Attributes: map[string]string{"domain": "example.test"}, Handlers: map[string]http.Handler{
		"GET /{$}": http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			w.Header().Set("Content-Security-Policy", strings.Replace(opts.CSP, "https://www.test", page.TLSURL, 1))
			w.Write(site.SetAttributes(readDist(t, "index.html"), map[string]string{"domain": "example.test"}))
		}),
	}})
	policy := regexp.MustCompile("`(frame-src [^`]*)`").FindStringSubmatch(doc.text)
	if policy == nil {
		t.Fatal("docs/hosting.md names no frame-src for the page around")
	}
	page = embedder(t, "default-src 'none'; img-src data:; "+strings.ReplaceAll(policy[1], "https://signup.test", farAway(s)), embedded(t, doc, "<iframe", s))
	tab := tabs.Tab(t)
	tab.Open(page.TLSURL + "/")
	frame := tab.Frame(farAway(s))
	fillIn(frame, "frida", "correct horse")
	waitStep(frame, "done")
	if err := logIn(t, "frida@example.test", "correct horse"); err != nil {
		t.Error(err)
	}
	frame.Click("[data-action=copy]")
	frame.WaitText(".status", "Copied")
	frame.Click("[data-action=open]") // a link that is not allowed to lead to an app is an error on the console
}

func TestPageThatMayNotBeFramedIsNot(t *testing.T) {
	s := startSite(t, site.Options{CSP: strict + "; frame-ancestors 'none'"})
	page := embedder(t, "default-src 'none'; img-src data:; frame-src "+farAway(s), `<iframe src="`+farAway(s)+`/"></iframe>`)
	tab := tabs.Tab(t)
	tab.ExpectProblem("frame-ancestors")
	tab.Open(page.TLSURL + "/")
	tab.Wait(`$('iframe')`)
	for _, r := range s.Requests() {
		if strings.HasSuffix(r.Path, ".js") {
			t.Errorf("the page in the frame loaded %s", r.Path)
		}
	}
}

func TestPageWorksInAFolder(t *testing.T) {
	dist, err := site.Dist()
	if err != nil {
		t.Fatal(err)
	}
	root := t.TempDir()
	if err := os.Symlink(dist, filepath.Join(root, "join")); err != nil {
		t.Fatal(err)
	}
	// The one address that the page connects to, and its own.
	policy := strings.Replace(strict, "https: wss:", server.SecureWebSocketURL(), 1)
	s := startSite(t, site.Options{Dir: root, CSP: policy, Attributes: map[string]string{"domain": "example.test", "url": server.SecureWebSocketURL()}})
	tab := tabs.Tab(t)
	tab.OnNewDocument(recordViolations)
	tab.Open(s.TLSURL + "/join/")
	fillIn(tab, "jo", "correct horse")
	waitStep(tab, "done")
	checkViolations(t, tab)
	for _, r := range s.Requests() {
		if !strings.HasPrefix(r.Path, "/join/") {
			t.Errorf("the page asks for %s", r.Path)
		}
	}
}

// TestFilesWorkWithAQueryInTheirNames is about pages that add a version to
// every file they name, and about two names for one file.
func TestFilesWorkWithAQueryInTheirNames(t *testing.T) {
	module := built(t, "xmppreg-*.wasm")
	s := startSite(t, site.Options{CSP: strict, Handlers: map[string]http.Handler{
		"GET /page.html": http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			w.Header().Set("Content-Security-Policy", strict)
			fmt.Fprint(w, `<!doctype html><html lang="en"><title>client</title><link rel="icon" href="icon.svg?v=3"><link rel="stylesheet" href="style.css?v=3">
				<script type="module" src="xmpp-signup.js?v=3"></script><script type="module" src="xmpp-signup.js"></script>
				<xmpp-signup domain="example.test"></xmpp-signup>`)
		}),
	}})
	tab := tabs.Tab(t)
	tab.OnNewDocument(recordViolations)
	tab.Open(s.TLSURL + "/page.html?v=3#top")
	fillIn(tab, "quentin", "correct horse")
	waitStep(tab, "done")
	var jid string
	tab.Eval(fmt.Sprintf(`import('/xmppreg.js?v=3').then(async ({ RegistrationManager, load }) => {
		await load({ wasmURL: '%s?v=3' });
		const reg = new RegistrationManager({ domain: 'example.test' });
		const { jid } = await reg.submit({ username: 'queenie', password: 'correct horse' });
		await reg.disconnect();
		return jid;
	})`, module), &jid)
	if jid != "queenie@example.test" {
		t.Errorf("registered %q", jid)
	}
	checkViolations(t, tab)
}

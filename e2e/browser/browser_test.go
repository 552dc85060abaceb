package browser_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"nhooyr.io/websocket"

	"github.com/xmppreg/xmppreg/e2e/browser"
	"github.com/xmppreg/xmppreg/e2e/certs"
	"github.com/xmppreg/xmppreg/e2e/firefox"
	"github.com/xmppreg/xmppreg/e2e/site"
	"github.com/xmppreg/xmppreg/e2e/webkit"
)

var (
	page   *site.Server
	shared *browser.Browser
	fox    *firefox.Browser
	gtk    *webkit.Browser
)

// tabs is a browser of any kind.
type tabs interface {
	Tab(testing.TB) *browser.Tab
}

// inEach runs a test in each browser.
func inEach(t *testing.T, test func(*testing.T, tabs)) {
	t.Run("Chromium", func(t *testing.T) { test(t, shared) })
	t.Run("Firefox", func(t *testing.T) { test(t, fox) })
	t.Run("WebKit", func(t *testing.T) { test(t, gtk) })
}

var files = fstest.MapFS{
	"index.html": {Data: []byte(`<!doctype html><meta charset=utf-8><meta name=viewport content="width=device-width"><title>stub</title><link rel=icon href=i.svg><link rel=stylesheet href=s.css>
<body><h1>Hello</h1>
<input id=light value=old><label id=label for=check>agree</label><input type=checkbox id=check>
<button id=later hidden>Later</button><button id=covered>Covered</button><div id=cover></div>
<x-form></x-form><p id=out></p><script type=module src=m.js></script>`)},
	"i.svg": {Data: []byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`)},
	"s.css": {Data: []byte(`body { color-scheme: light dark } #cover { position: absolute; inset: 0; z-index: 1 } .gone { display: none }`)},
	"m.js": {Data: []byte(`
customElements.define('x-form', class extends HTMLElement {
	connectedCallback() {
		const root = this.attachShadow({mode: 'open'});
		root.innerHTML = '<form><input id=dark name=user required><button id=go>Go</button></form>';
		root.querySelector('form').addEventListener('submit', (e) => {
			e.preventDefault();
			document.querySelector('#out').textContent = 'sent ' + root.querySelector('input').value;
		});
	}
});
const keys = [];
document.addEventListener('keydown', (e) => { if (e.isTrusted) keys.push(e.key); globalThis.keys = keys.join(); });
setTimeout(() => { document.querySelector('#cover').classList.add('gone'); document.querySelector('#later').hidden = false; }, 100);
document.querySelector('#later').addEventListener('click', (e) => { document.querySelector('#out').textContent = 'clicked ' + e.isTrusted; });
`)},
}

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	cert, err := certs.Default()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	page, err = site.Start(site.Options{FS: files, Handlers: map[string]http.Handler{
		"/ws": http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			c, err := websocket.Accept(w, r, &websocket.AcceptOptions{InsecureSkipVerify: true})
			if err == nil {
				c.Write(r.Context(), websocket.MessageText, []byte("hello "+r.Host))
				c.Read(r.Context()) // until the page closes it
			}
		}),
		"/open": http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Access-Control-Allow-Origin", "*")
			io.WriteString(w, r.Host)
		}),
	}})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer page.Close()
	shared, err = browser.Start(browser.Options{
		SPKI:      []string{cert.SPKI},
		HostRules: []string{fmt.Sprintf("MAP example.test:443 127.0.0.1:%d", page.TLSPort)},
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer shared.Close()
	fox, err = firefox.Start(context.Background(), firefox.Options{Secure: strings.TrimPrefix(page.TLSURL, "https://")})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer fox.Close()
	gtk, err = webkit.Start(context.Background(), webkit.Options{Secure: strings.TrimPrefix(page.TLSURL, "https://")})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer gtk.Close()
	return m.Run()
}

func TestActsAsAPerson(t *testing.T) { inEach(t, actsAsAPerson) }

func actsAsAPerson(t *testing.T, b tabs) {
	tab := b.Tab(t)
	tab.Open(page.URL + "/")

	// In the document, by mouse and keyboard.
	tab.Click("#later")
	tab.WaitText("#out", "clicked true")
	tab.Type("#light", "er")
	if got := tab.Value("#light"); got != "older" {
		t.Errorf("after Type: %q", got)
	}
	tab.Fill("#light", "größer 日本 🦊")
	if got := tab.Value("#light"); got != "größer 日本 🦊" {
		t.Errorf("after Fill: %q", got)
	}
	tab.Fill("#light", "")
	if got := tab.Value("#light"); got != "" {
		t.Errorf("after Fill with nothing: %q", got)
	}
	tab.Press(browser.Tabulator + browser.Space)
	if !tab.Focused("#check") {
		t.Error("the tabulator did not go to the next field")
	}
	tab.Click("#label")
	var checked bool
	if tab.Eval(`document.querySelector('#check').checked`, &checked); checked {
		t.Error("space and a click on the label do not cancel out")
	}

	// Behind a shadow root.
	tab.Type("#dark", "romeo")
	tab.Press(browser.Enter)
	tab.WaitText("#out", "sent romeo")
	tab.Click(`document.querySelector('x-form').shadowRoot.querySelector('#go')`)
	if !tab.Visible("#dark") || tab.Visible("#cover") || tab.Visible("#nothing") {
		t.Error("Visible is wrong")
	}
	tab.WaitGone("#cover")

	var keys string
	if tab.Eval("keys", &keys); !strings.HasSuffix(keys, "r,o,m,e,o,Enter") {
		t.Errorf("the page saw the keys %s", keys)
	}
}

func TestWaitsAcrossNavigation(t *testing.T) {
	inEach(t, func(t *testing.T, b tabs) {
		tab := b.Tab(t)
		tab.Open(page.URL + "/")
		tab.Eval(`void setTimeout(() => location.search = '?again', 50)`, nil)
		tab.Wait(`location.search === '?again' && document.querySelector('x-form')`)
		tab.Reload()
		tab.Wait(`location.search === '?again' && document.querySelector('x-form')`)
	})
}

func TestLooksLikeAPhone(t *testing.T) {
	tab := shared.Tab(t)
	tab.Open(page.URL + "/")
	tab.Prefer("prefers-color-scheme", "dark")
	tab.Wait(`matchMedia('(prefers-color-scheme: dark)').matches`)
	tab.Viewport(360, 640, true)
	tab.Wait(`innerWidth === 360`)
}

func TestIsAsNarrowAsAPhone(t *testing.T) {
	inEach(t, func(t *testing.T, b tabs) {
		tab := b.Tab(t)
		tab.Open(page.URL + "/")
		tab.Viewport(320, 640, false)
		tab.Wait(`innerWidth === 320 && innerHeight === 640`)
	})
}

func TestAcceptsTheCertificate(t *testing.T) { inEach(t, acceptsTheCertificate) }

func acceptsTheCertificate(t *testing.T, b tabs) {
	tab := b.Tab(t)
	tab.Open("https://example.test/")
	tab.WaitText("h1", "Hello")

	tab.Open(page.URL + "/")
	var got string
	tab.Eval(`fetch('https://example.test/open').then((r) => r.text())`, &got)
	if got != "example.test" {
		t.Errorf("fetch over https got %q", got)
	}
	for url, want := range map[string]string{
		"wss://example.test/ws":                                 "hello example.test",
		strings.Replace(page.TLSURL, "https", "wss", 1) + "/ws": "hello 127.0.0.1",
		strings.Replace(page.URL, "http", "ws", 1) + "/ws":      "hello 127.0.0.1",
	} {
		tab.Eval(fmt.Sprintf(`new Promise((ok, no) => { const s = new WebSocket(%q); s.onmessage = (e) => { ok(e.data); s.close(1000); }; s.onerror = no; })`, url), &got)
		if !strings.HasPrefix(got, want) {
			t.Errorf("%s said %q", url, got)
		}
	}
}

func TestAcceptsNoOtherCertificate(t *testing.T) {
	stranger, err := certs.New("127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	other, err := browser.Start(browser.Options{SPKI: []string{stranger.SPKI}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(other.Close)
	tab := other.Tab(t)
	tab.ExpectProblem("ERR_CERT_AUTHORITY_INVALID")
	tab.Open(page.URL + "/")
	var got string
	tab.Eval(fmt.Sprintf(`fetch('%s/open').then(() => 'read', () => 'refused')`, page.TLSURL), &got)
	if got != "refused" {
		t.Errorf("a certificate that is not listed was %s", got)
	}
}

func TestFrameOfAnotherSiteIsSeenAndUsed(t *testing.T) {
	around, err := site.Start(site.Options{CSP: "none", FS: fstest.MapFS{
		"index.html": {Data: []byte(`<!doctype html><title>around</title><link rel=icon href=data:,><iframe src="https://example.test/" width=600 height=400></iframe>`)},
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(around.Close)
	tab := shared.Tab(t)
	tab.Open(around.URL + "/")
	frame := tab.Frame("https://example.test/")
	frame.Type("#dark", "juliet")
	frame.Press(browser.Enter)
	frame.WaitText("#out", "sent juliet")
	frame.ExpectProblem("careful")
	frame.Eval(`void console.warn('careful')`, nil)
	if all := strings.Join(frame.Console(), "\n"); len(frame.Problems()) > 0 || strings.Contains(strings.Join(tab.Console(), "\n"), "careful") {
		t.Errorf("the frame has the console\n%s", all)
	}
}

func TestTabIsClosedBeforeItsSite(t *testing.T) { inEach(t, isClosedBeforeItsSite) }

func isClosedBeforeItsSite(t *testing.T, b tabs) {
	asked, gone := make(chan struct{}), make(chan struct{})
	tab := b.Tab(t)
	serve := func() string {
		s, err := site.Start(site.Options{CSP: "none", FS: fstest.MapFS{
			"index.html": {Data: []byte(`<!doctype html><title>reading</title><link rel=icon href=data:,><script>fetch('/endless')</script>`)},
		}, Handlers: map[string]http.Handler{
			"/endless": http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				close(asked)
				<-r.Context().Done()
				close(gone)
			}),
		}})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			select {
			case <-gone:
			case <-time.After(10 * time.Second):
				t.Error("the page is still reading when its site is closed")
			}
			s.Close()
		})
		return s.URL
	}
	tab.Open(serve() + "/")
	<-asked
}

func TestTabsShareNothing(t *testing.T) { inEach(t, tabsShareNothing) }

func tabsShareNothing(t *testing.T, b tabs) {
	one, two := b.Tab(t), b.Tab(t)
	for _, tab := range []*browser.Tab{one, two} {
		tab.Open(page.URL + "/")
	}
	one.Eval(`void localStorage.setItem('k', 'v')`, nil)
	var got *string
	if two.Eval(`localStorage.getItem('k')`, &got); got != nil {
		t.Errorf("the other tab sees %q", *got)
	}
	// Nor does the one behind sleep, or miss what is typed into it.
	one.Type("#light", "er")
	if got := one.Value("#light"); got != "older" || !one.Focused("#light") {
		t.Errorf("after Type: %q", got)
	}
	two.Eval(`new Promise(requestAnimationFrame)`, nil)
}

func TestRecordsProblems(t *testing.T) {
	t.Run("Chromium", func(t *testing.T) {
		recordsProblems(t, shared, "exception: Uncaught Error: thrown", "exception: Uncaught (in promise) TypeError: unheard",
			"status of 404", "Content Security Policy")
	})
	t.Run("Firefox", func(t *testing.T) {
		recordsProblems(t, fox, "exception: Error: thrown", "exception: TypeError: unheard", "exception: uncaught exception: 7",
			"error: Content-Security-Policy")
	})
	t.Run("WebKit", func(t *testing.T) {
		recordsProblems(t, gtk, "exception: Error: thrown", "exception: TypeError: unheard", "exception: 7", "error: Content-Security-Policy")
	})
}

func recordsProblems(t *testing.T, b tabs, wants ...string) {
	tab := b.Tab(quiet{t})
	tab.Open(page.URL + "/")
	tab.Eval(`void (console.log('all is well'), console.warn('careful'), console.error('wrong', 7))`, nil)
	tab.Eval(`void setTimeout(() => { throw new Error('thrown') })`, nil)
	tab.Eval(`void Promise.reject(new TypeError('unheard'))`, nil)
	tab.Eval(`void Promise.reject(7)`, nil)
	tab.Eval(`fetch('/missing').then(() => 0)`, nil)
	tab.Eval(`void document.body.append(Object.assign(new Image(), {src: 'https://example.test/x.png'}))`, nil)

	// The browser's own reports have no set place among the page's messages.
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	missing := func() (all string, missing []string) {
		all = fmt.Sprint(tab.Problems())
		for _, want := range append([]string{"warning: careful", "error: wrong 7"}, wants...) {
			if !strings.Contains(all, want) {
				missing = append(missing, want)
			}
		}
		return all, missing
	}
	all, lacks := missing()
	for ; len(lacks) > 0 && ctx.Err() == nil; all, lacks = missing() {
		<-tick.C
	}
	if len(lacks) > 0 {
		t.Errorf("%q are not among the problems %s", lacks, all)
	}
	if strings.Contains(all, "all is well") {
		t.Errorf("what is no problem is among %s", all)
	}
	tab.ExpectProblem("/missing", "careful", "thrown")
	all = fmt.Sprint(tab.Problems())
	if strings.Contains(all, "status of 404") || strings.Contains(all, "careful") || !strings.Contains(all, "thrown") {
		t.Errorf("what is expected and what may not be are mixed up in %s", all)
	}
}

// quiet is a test that its page's problems do not fail.
type quiet struct{ testing.TB }

func (q quiet) Errorf(format string, args ...any) { q.Logf(format, args...) }

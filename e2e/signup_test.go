package e2e

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/xmppreg/xmppreg/e2e/browser"
	"github.com/xmppreg/xmppreg/e2e/prosody"
	"github.com/xmppreg/xmppreg/e2e/proxy"
	"github.com/xmppreg/xmppreg/e2e/site"
)

// patience bounds what the tests wait for.
const patience = 30 * time.Second

func logIn(t *testing.T, address, password string) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	return LogIn(ctx, server.WebSocketURL(), address, password)
}

// recording notes the requests of the page, by the types of their stanzas, and that it
// was dropped.
const recording = `globalThis.sent = []; addEventListener('logMessage', ({ detail }) => {
	if (detail.level === 'sent') sent.push(/type='(\w+)'/.exec(detail.message)[1]);
}); addEventListener('disconnected', () => { globalThis.dropped = true; })`

// signUp opens the sign-up page with these attributes in its tag.
func signUp(t *testing.T, attributes map[string]string) *browser.Tab {
	t.Helper()
	tab := tabs.Tab(t)
	tab.OnNewDocument(recording)
	tab.Open(pages(t, attributes).URL + "/")
	return tab
}

// waitStep waits until the sign-up has come to this step.
func waitStep(tab *browser.Tab, step string) {
	tab.Wait(fmt.Sprintf(`$('xmpp-signup')?.dataset.step === '%s'`, step))
}

// fillIn does what a person does who finds a form, and waits for the server's own:
// it may move what the mouse is aimed at.
func fillIn(tab *browser.Tab, username, password string) {
	waitStep(tab, "form")
	tab.Type("input[name=username]", username)
	tab.Type("input[name=password]", password)
	tab.Press(browser.Enter)
}

func direct(domain string) map[string]string {
	return map[string]string{"domain": domain, "url": server.WebSocketURL()}
}

func TestVisitorGetsAnAccountThatCanLogIn(t *testing.T) {
	tab := signUp(t, direct("example.test"))
	fillIn(tab, "Ann", "correct horse")
	waitStep(tab, "done")
	if got := tab.Text(".address"); got != "ann@example.test" {
		t.Errorf("the page shows the address %q", got)
	}
	if got := tab.Attribute("[data-action=open]", "href"); got != "xmpp:ann@example.test" {
		t.Errorf("the link for apps leads to %q", got)
	}
	if err := logIn(t, "ann@example.test", "correct horse"); err != nil {
		t.Error(err)
	}
	if err := logIn(t, "ann@example.test", "wrong horse"); err == nil {
		t.Error("any password will do")
	}
}

func TestTakenNameIsToldAtTheUserName(t *testing.T) {
	first := signUp(t, direct("example.test"))
	fillIn(first, "bob", "first")
	waitStep(first, "done")

	tab := signUp(t, direct("example.test"))
	fillIn(tab, "bob", "second")
	tab.Wait(`$('input[name=username]')?.getAttribute('aria-invalid') === 'true'`)
	tab.Wait(`active()?.name === 'username'`)
	// The server says the same in other words, which add nothing.
	if got := tab.Text("[data-field=username] .error"); got != "This user name is taken. Please choose another one." {
		t.Errorf("beside the user name stands %q", got)
	}
	if tab.Value("input[name=username]") != "bob" || tab.Value("input[name=password]") != "second" {
		t.Error("what was typed is lost")
	}
	tab.Screenshot("conflict")
	// Another name, and the password need not be typed again.
	tab.Fill("input[name=username]", "bobby")
	tab.Press(browser.Enter)
	waitStep(tab, "done")
	for address, password := range map[string]string{"bob@example.test": "first", "bobby@example.test": "second"} {
		if err := logIn(t, address, password); err != nil {
			t.Error(err)
		}
	}
	if err := logIn(t, "bob@example.test", "second"); err == nil {
		t.Error("the second visitor has got into the first one's account")
	}
}

func TestEmptyFieldIsRefusedBeforeItIsSent(t *testing.T) {
	tab := signUp(t, direct("example.test"))
	waitStep(tab, "form")
	tab.Type("input[name=username]", "carol")
	tab.Press(browser.Enter)
	tab.Wait(`$('input[name=password]')?.getAttribute('aria-invalid') === 'true'`)
	if !tab.Focused("input[name=password]") {
		t.Error("the empty field does not have the focus")
	}
	var sent []string
	tab.Eval("sent", &sent)
	if len(sent) != 1 || sent[0] != "get" {
		t.Errorf("the page sent %v, want the request for the form alone", sent)
	}
	if err := logIn(t, "carol@example.test", ""); err == nil {
		t.Error("there is an account without a password")
	}
}

func TestFormFitsAPhoneInTheDarkAndIsSentByKeyboard(t *testing.T) {
	tab := signUp(t, direct("example.test"))
	tab.Viewport(320, 640, true)
	tab.Prefer("prefers-color-scheme", "dark")
	waitStep(tab, "form")
	var wide bool
	tab.Eval(`document.documentElement.scrollWidth > 320`, &wide)
	if wide {
		t.Error("the page has to be scrolled sideways")
	}
	var background string
	tab.Eval(`getComputedStyle(document.documentElement).backgroundColor`, &background)
	var r, g, b int
	if _, err := fmt.Sscanf(background, "rgb(%d, %d, %d)", &r, &g, &b); err != nil || r+g+b > 3*80 {
		t.Errorf("the background is %s", background)
	}
	// From the top of the page, without a mouse.
	tabTo(t, tab, "input[name=username]")
	tab.Press("kai")
	tabTo(t, tab, "input[name=password]")
	tab.Press("correct horse")
	tab.Screenshot("phone-dark")
	tabTo(t, tab, "button[data-submit]")
	tab.Press(browser.Space)
	waitStep(tab, "done")
}

// tabTo presses the tabulator until the element has the focus.
func tabTo(t *testing.T, tab *browser.Tab, selector string) {
	t.Helper()
	for range 60 {
		if tab.Focused(selector) {
			return
		}
		tab.Press(browser.Tabulator)
	}
	t.Fatalf("the keyboard does not lead to %s", selector)
}

func TestRegistrationSwitchedOffIsSaid(t *testing.T) {
	tab := signUp(t, direct("closed.test"))
	waitStep(tab, "failed")
	if got := tab.Attribute(".problem", "data-reason"); got != "not-advertised" {
		t.Errorf("the reason is %q", got)
	}
	var sent []string
	tab.Eval("sent", &sent)
	if len(sent) != 0 {
		t.Errorf("the page sent %v", sent)
	}
	tab.Screenshot("closed")
}

func TestServerThatIsDownIsSaidAndTriedAgain(t *testing.T) {
	own := startProsody(t, prosody.Options{})
	own.Down()
	tab := tabs.Tab(t)
	tab.ExpectProblem(own.WebSocketURL())
	tab.Open(pages(t, map[string]string{"domain": "example.test", "url": own.WebSocketURL()}).URL + "/")
	waitStep(tab, "failed")
	tab.Screenshot("down")
	if err := own.Restart(context.Background()); err != nil {
		t.Fatal(err)
	}
	tab.Click("[data-action=retry]")
	waitStep(tab, "form")
}

func TestDomainLeadsToItsWebSocket(t *testing.T) {
	for _, domain := range []string{"example.test", "json.test", "xml.test"} {
		t.Run(domain, func(t *testing.T) {
			tab := tabs.Tab(t)
			tab.ExpectProblem("https://json.test/.well-known/host-meta", "https://xml.test/.well-known/host-meta.json")
			// The page that a provider puts up with nothing written into it.
			tab.Open(pages(t, nil).URL + "/?domain=" + domain)
			fillIn(tab, "dora", "correct horse")
			waitStep(tab, "done")
			if err := logIn(t, "dora@"+domain, "correct horse"); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestDomainOutsideASCIIWorks(t *testing.T) {
	for i, domain := range []string{"bücher.test", "BÜCHER.test", "xn--bcher-kva.test"} {
		t.Run(domain, func(t *testing.T) {
			tab := tabs.Tab(t)
			tab.Open(pages(t, nil).URL + "/?domain=" + url.QueryEscape(domain))
			username := fmt.Sprintf("u%d", i)
			fillIn(tab, username, "correct horse")
			waitStep(tab, "done")
			if got, want := tab.Text(".address"), username+"@bücher.test"; got != want {
				t.Errorf("the page shows the address %q, want %q", got, want)
			}
			if err := logIn(t, username+"@bücher.test", "correct horse"); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestPageWithTheModuleOfAnotherBuildSaysSo(t *testing.T) {
	dir, err := site.Dist()
	if err != nil {
		t.Fatal(err)
	}
	s, err := site.Start(site.Options{Dir: dir, Handlers: anotherBuild(t)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	tab := tabs.Tab(t)
	tab.ExpectProblem(".wasm.gz")
	tab.Open(s.URL + "/?domain=example.test")
	waitStep(tab, "failed")
	var details string
	tab.Eval(`$('.problem').textContent`, &details)
	if !strings.Contains(details, "different builds") {
		t.Errorf("the page says %q", details)
	}
}

func TestPageWhoseScriptsAreGoneSaysSo(t *testing.T) {
	dir, err := site.Dist()
	if err != nil {
		t.Fatal(err)
	}
	// As it is with a page of a build before, in a cache or on the server.
	script := "/" + built(t, "xmpp-signup-*.js")
	s, err := site.Start(site.Options{Dir: dir, Handlers: map[string]http.Handler{"GET " + script: http.NotFoundHandler()}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	tab := tabs.Tab(t)
	tab.ExpectProblem(script)
	tab.Open(s.URL + "/?domain=example.test")
	tab.WaitVisible(".late")
	if got := tab.Text(".late"); !strings.Contains(got, "load the page anew") {
		t.Errorf("the page says %q", got)
	}
}

func TestDomainWithoutAWebSocketIsExplained(t *testing.T) {
	for domain, reason := range map[string]string{
		"broken.test":    "no-websocket-endpoint",
		"empty.test":     "no-websocket-endpoint",
		"missing.test":   "no-host-meta",
		"private.test":   "discovery-blocked",
		"nobody.invalid": "no-host-meta",
	} {
		t.Run(domain, func(t *testing.T) {
			tab := tabs.Tab(t)
			tab.ExpectProblem("https://" + domain + "/")
			tab.OnNewDocument(`addEventListener('registrationFailed', ({ detail }) => { globalThis.failure = detail; })`)
			tab.Open(pages(t, nil).URL + "/?domain=" + domain)
			waitStep(tab, "failed")
			var got struct{ Reason, Kind, Message string }
			tab.Eval(`({ reason: failure.reason, kind: failure.kind, message: failure.message })`, &got)
			if got.Reason != reason || got.Kind != "discovery" {
				t.Errorf("%s: reason %s, kind %s, want %s", domain, got.Reason, got.Kind, reason)
			}
			for _, file := range []string{"host-meta.json", "host-meta"} {
				if address := "https://" + domain + "/.well-known/" + file; !strings.Contains(got.Message, address) {
					t.Errorf("%s: the message does not name %s: %s", domain, address, got.Message)
				}
			}
		})
	}
}

func TestVisitorIsAskedForTheDomainWhereNoneIsGiven(t *testing.T) {
	tab := tabs.Tab(t)
	tab.Open(pages(t, nil).URL + "/")
	tab.Type("input[name=domain]", "example.test")
	tab.Press(browser.Enter)
	waitStep(tab, "form")
}

func TestFormIsSentThoughTheServerDroppedTheVisitorMeanwhile(t *testing.T) {
	p, err := proxy.Start(hostOf(t, server.WebSocketURL()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	tab := signUp(t, map[string]string{"domain": "example.test", "url": "ws://" + p.Addr() + "/xmpp-websocket"})
	tab.ExpectProblem(p.Addr()) // Firefox reports a WebSocket that ends without a word
	waitStep(tab, "form")
	tab.Type("input[name=username]", "erin")
	p.Drop()
	tab.Wait(`globalThis.dropped`)
	if tab.Value("input[name=username]") != "erin" || !tab.Focused("input[name=username]") {
		t.Error("the visitor was disturbed")
	}
	tab.Type("input[name=password]", "correct horse")
	tab.Press(browser.Enter)
	waitStep(tab, "done")
	if err := logIn(t, "erin@example.test", "correct horse"); err != nil {
		t.Error(err)
	}
	if p.Accepted() != 2 {
		t.Errorf("%d connections were made, want 2", p.Accepted())
	}
}

func TestServersOwnTimeLimitDoesNotDisturbTheVisitor(t *testing.T) {
	own := startProsody(t, prosody.Options{C2STimeout: 5 * time.Second})
	tab := signUp(t, map[string]string{"domain": "example.test", "url": own.WebSocketURL()})
	tab.Type("input[name=username]", "fay")
	tab.Wait(`globalThis.dropped`)
	tab.Type("input[name=password]", "correct horse")
	tab.Press(browser.Enter)
	waitStep(tab, "done")
}

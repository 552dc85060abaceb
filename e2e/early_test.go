package e2e

import (
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xmppreg/xmppreg/e2e/browser"
	"github.com/xmppreg/xmppreg/e2e/site"
)

var earlyFields = host("early-fields.test", `additional_registration_fields = { "email+" }`)

// held serves the pages, but the module not before the returned function is
// called.
func held(t *testing.T, attributes map[string]string) (s *site.Server, release func()) {
	t.Helper()
	dir, err := site.Dist()
	if err != nil {
		t.Fatal(err)
	}
	wasm := built(t, "xmppreg*.wasm")
	released := make(chan struct{})
	s, err = site.Start(site.Options{Dir: dir, Attributes: attributes, Handlers: map[string]http.Handler{
		"GET /" + wasm: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			select {
			case <-released:
				w.Header().Set("Content-Type", "application/wasm")
				w.Header().Set("Content-Encoding", "gzip")
				http.ServeFile(w, r, filepath.Join(dir, wasm+".gz"))
			case <-r.Context().Done():
			}
		}),
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s, func() { close(released) }
}

// queued fills in the form of a page whose module is held, and sends it.
func queued(t *testing.T, domain, username string) (tab *browser.Tab, release func()) {
	t.Helper()
	s, release := held(t, direct(domain))
	tab = tabs.Tab(t)
	tab.Open(s.URL + "/")
	tab.Type("input[name=username]", username)
	tab.Type("input[name=password]", "correct horse")
	tab.Press(browser.Enter)
	waitStep(tab, "queued")
	return tab, release
}

func TestFieldsTakeKeysBeforeTheModuleIsThere(t *testing.T) {
	// It is sent when there is somebody to send it to, and the page says so.
	tab, release := queued(t, "example.test", "early")
	if got := tab.Text(".status"); !strings.Contains(got, "Waiting for") {
		t.Errorf("the page says %q", got)
	}
	tab.Screenshot("queued")
	release()
	waitStep(tab, "done")
	if err := logIn(t, "early@example.test", "correct horse"); err != nil {
		t.Error(err)
	}
}

func TestServersFormTakesThePlaceWithoutDisturbing(t *testing.T) {
	s, release := held(t, direct(earlyFields))
	tab := tabs.Tab(t)
	tab.Open(s.URL + "/")
	tab.Type("input[name=username]", "calm")
	tab.Eval(`$('input[name=username]').setSelectionRange(1, 2)`, nil)
	release()
	waitStep(tab, "form")
	var caret []int
	tab.Eval(`[active().selectionStart, active().selectionEnd]`, &caret)
	if !tab.Focused("input[name=username]") || tab.Value("input[name=username]") != "calm" || caret[0] != 1 || caret[1] != 2 {
		t.Errorf("the visitor was disturbed: %q, caret %v", tab.Value("input[name=username]"), caret)
	}
	if !tab.Visible("input[name=email]") {
		t.Error("the server's own fields are missing")
	}

	// The next time that form is there from the start, without any value.
	var remembered string
	tab.Eval(`localStorage.getItem('xmppreg:form:`+earlyFields+`')`, &remembered)
	if !strings.Contains(remembered, "email") || strings.Contains(remembered, "calm") {
		t.Errorf("remembered is %s", remembered)
	}
	tab.OnNewDocument(`addEventListener('registrationFormReceived', () => {
		globalThis.before ??= Boolean(document.querySelector('xmpp-signup').shadowRoot.querySelector('input[name=email]'));
	})`)
	tab.Reload()
	tab.Wait(`globalThis.before !== undefined`)
	var before bool
	tab.Eval(`before`, &before)
	if !before {
		t.Error("it was not there before the server sent it")
	}
}

func TestWhatIsMissingIsAskedForBeforeItIsSent(t *testing.T) {
	tab, release := queued(t, earlyFields, "hasty")
	release()
	// The server's form has a field more that has to be filled in.
	tab.Wait(`$('[data-field=email] .error')?.textContent`)
	if !tab.Focused("input[name=email]") {
		t.Error("the missing field does not have the focus")
	}
	if err := logIn(t, "hasty@"+earlyFields, "correct horse"); err == nil {
		t.Error("there is an account already")
	}
}

func TestWhatWasTypedIsThereAfterAReload(t *testing.T) {
	tab := signUp(t, direct("example.test"))
	waitStep(tab, "form")
	tab.Type("input[name=username]", "back")
	tab.Type("input[name=password]", "secret horse")
	tab.Reload()
	tab.Wait(`$('input[name=username]')?.value === 'back'`)
	waitStep(tab, "form")
	var kept string
	tab.Eval(`JSON.stringify({ ...localStorage, ...sessionStorage })`, &kept)
	if tab.Value("input[name=password]") != "" || strings.Contains(kept, "horse") {
		t.Error("the password was kept")
	}
	tab.Type("input[name=password]", "correct horse")
	tab.Press(browser.Enter)
	waitStep(tab, "done")
	tab.Eval(`JSON.stringify({ ...sessionStorage })`, &kept)
	if strings.Contains(kept, "back") {
		t.Error("what was typed is kept for the next visitor")
	}
}

package e2e

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/xmppreg/xmppreg/e2e/browser"
	"github.com/xmppreg/xmppreg/e2e/site"
)

// element opens a page of somebody's own with this body and the elements' script.
func element(t *testing.T, body string) *browser.Tab {
	t.Helper()
	tab, _ := ownPage(t, "", body)
	return tab
}

// ownPage opens such a page under a Content-Security-Policy, see site.Options.
// Beside it, other.html has no element.
func ownPage(t *testing.T, policy, body string) (*browser.Tab, *site.Server) {
	t.Helper()
	dir, err := site.Dist()
	if err != nil {
		t.Fatal(err)
	}
	const head = `<!doctype html><html lang="en"><meta charset="utf-8"><title>own</title><link rel="icon" href="icon.svg"><body>`
	s, err := site.Start(site.Options{Dir: dir, CSP: policy, Handlers: map[string]http.Handler{
		"GET /own.html":   content("text/html", head+body+`<script type="module" src="xmpp-signup.js"></script>`),
		"GET /other.html": content("text/html", strings.Replace(head, "own", "other", 1)),
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	tab := tabs.Tab(t)
	tab.Open(s.URL + "/own.html")
	return tab, s
}

func tagOf(domain string) string {
	return fmt.Sprintf(`<xmpp-signup domain="%s" url="%s"></xmpp-signup>`, domain, server.WebSocketURL())
}

func TestSuggestedPasswordIsShownAndLogsIn(t *testing.T) {
	tab := signUp(t, direct("example.test"))
	waitStep(tab, "form")
	tab.Type("input[name=password]", "password")
	tab.WaitText(".strength", "Easy to guess")
	tab.Click("[data-suggest]")
	tab.WaitText(".strength", "Very good")
	if got := tab.Attribute("input[name=password]", "type"); got != "text" {
		t.Error("the suggested password is not shown")
	}
	password := tab.Value("input[name=password]")
	if len(password) < 20 {
		t.Errorf("suggested is %q", password)
	}
	tab.Type("input[name=username]", "lazy")
	tab.Press(browser.Enter)
	waitStep(tab, "done")
	if err := logIn(t, "lazy@example.test", password); err != nil {
		t.Error(err)
	}
}

func TestEventsBubbleAndTellNoPassword(t *testing.T) {
	tab := element(t, tagOf("example.test"))
	tab.Eval(`(globalThis.told = [], globalThis.handed = [], ['registrationFormReceived', 'registrationSucceeded', 'registrationFailed', 'connected', 'disconnected', 'logMessage', 'handover', 'passwordChanged']
		.forEach((type) => addEventListener(type, ({ detail }) => told.push(type + ' ' + JSON.stringify(detail)))),
		$('xmpp-signup').addEventListener('handover', (event) => { event.preventDefault(); handed.push(event.detail); }), null)`, nil)
	fillIn(tab, "eve", "correct horse")
	waitStep(tab, "handover")
	var told []string
	tab.Eval("told", &told)
	var handed []struct{ JID, Username, Domain, Password, URL string }
	tab.Eval("handed", &handed)
	all := strings.Join(told, "\n")
	if !regexp.MustCompile(`registrationSucceeded .*"jid":"eve@example\.test"`).MatchString(all) {
		t.Errorf("the page heard %s", all)
	}
	if strings.Contains(all, "horse") || strings.Contains(all, "handover") {
		t.Errorf("the page heard the password: %s", all)
	}
	if len(handed) != 1 || handed[0].JID != "eve@example.test" || handed[0].Password != "correct horse" || handed[0].Username != "eve" || handed[0].URL != server.WebSocketURL() {
		t.Errorf("handed over is %+v", handed)
	}
	if got := tab.Text(".view"); !strings.Contains(got, "Signing you in") {
		t.Errorf("the element says %q", got)
	}
}

func TestElementSpeaksTheLanguageAroundIt(t *testing.T) {
	for lang, words := range map[string]string{
		"de-AT": "Konto", "fr": "compte", "es": "cuenta", "ar": "حساب", "nl": "account",
	} {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			tab := element(t, `<div lang="`+lang+`">`+tagOf("json.test")+`</div>`)
			waitStep(tab, "form")
			if got := tab.Text("button[data-submit]"); !strings.Contains(strings.ToLower(got), strings.ToLower(words)) {
				t.Errorf("the button says %q", got)
			}
			var dir string
			tab.Eval(`getComputedStyle($('button[data-submit]')).direction`, &dir)
			if want := map[bool]string{true: "rtl", false: "ltr"}[lang == "ar"]; dir != want {
				t.Errorf("it runs %s", dir)
			}
		})
	}
}

func TestElementGoesAlongWithALanguageThatChanges(t *testing.T) {
	for whose, change := range map[string]string{"its own": `$('xmpp-signup').lang = 'de'`, "the page's": `document.documentElement.lang = 'de'`} {
		t.Run(whose, func(t *testing.T) {
			tab := element(t, tagOf("json.test"))
			waitStep(tab, "form")
			tab.Type("input[name=username]", "ann")
			tab.Eval(`void (`+change+`)`, nil)
			tab.WaitText("button[data-submit]", "Konto")
			if got := tab.Value("input[name=username]"); got != "ann" {
				t.Errorf("the user name is %q", got)
			}
		})
	}
	for how, move := range map[string]string{"append": "append(signup)", "moveBefore": "moveBefore(signup, null)"} {
		t.Run("by a move with "+how, func(t *testing.T) {
			tab := element(t, tagOf("json.test")+`<div lang="de"></div>`)
			waitStep(tab, "form")
			tab.Type("input[name=username]", "ann")
			tab.Eval(`(() => {
				const signup = $('xmpp-signup');
				const part = $('div[lang=de]');
				if (part.moveBefore || '`+how+`' !== 'moveBefore') part.`+move+`;
				else part.append(signup);
			})()`, nil)
			tab.WaitText("button[data-submit]", "Konto")
			if got := tab.Value("input[name=username]"); got != "ann" {
				t.Errorf("the user name is %q", got)
			}
		})
	}
	t.Run("the page's, where a part of it has another", func(t *testing.T) {
		tab := element(t, `<div lang="fr">`+tagOf("json.test")+`</div>`)
		waitStep(tab, "form")
		var same bool
		tab.Eval(`(async () => {
			const { firstElementChild } = $('.view');
			document.documentElement.lang = 'de';
			await null; // observers are told
			return $('.view').firstElementChild === firstElementChild && $('xmpp-signup').dataset.step === 'form';
		})()`, &same)
		if !same {
			t.Error("the element began anew")
		}
	})
}

func TestElementFollowsItsProperties(t *testing.T) {
	tab := element(t, `<xmpp-signup></xmpp-signup>`)
	waitStep(tab, "domain")
	tab.Eval(fmt.Sprintf(`(Object.assign($('xmpp-signup'), { url: %q, domain: 'closed.test' }), null)`, server.WebSocketURL()), nil)
	waitStep(tab, "failed")
	tab.Eval(`($('xmpp-signup').domain = 'example.test', null)`, nil)
	waitStep(tab, "form")
	var got []string
	tab.Eval(`[$('xmpp-signup').getAttribute('domain'), $('xmpp-signup').url, $('xmpp-signup').token]`, &got)
	if strings.Join(got, " ") != "example.test "+server.WebSocketURL()+" " {
		t.Errorf("the attributes are %v", got)
	}
}

func TestControlsAreAsDarkAsTheElement(t *testing.T) {
	for _, c := range []struct{ page, scheme, text string }{
		{"", "light dark", "rgb(255, 255, 255)"},
		{"<style>xmpp-signup { color-scheme: light; }</style>", "light", "rgb(0, 0, 0)"},
	} {
		tab := element(t, c.page+tagOf("example.test"))
		tab.Prefer("prefers-color-scheme", "dark")
		waitStep(tab, "form")
		var scheme, text string
		tab.Eval(`getComputedStyle($('xmpp-signup')).colorScheme`, &scheme)
		// What the browser itself draws with.
		tab.Eval(`(() => {
			const input = $('input[name=username]');
			input.style.color = 'CanvasText';
			return getComputedStyle(input).color;
		})()`, &text)
		if scheme != c.scheme || text != c.text {
			t.Errorf("%q: color-scheme %q, the browser writes in %s", c.page, scheme, text)
		}
	}
}

package e2e

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/xmppreg/xmppreg/e2e/browser"
	"github.com/xmppreg/xmppreg/e2e/ejabberd"
	"github.com/xmppreg/xmppreg/e2e/site"
)

// checked opens the page that checks a set-up, with these attributes in its
// tag, and checks their domain.
func checked(t *testing.T, attributes map[string]string) *browser.Tab {
	t.Helper()
	return checkedAt(t, pages(t, attributes).URL+"/check.html", attributes["domain"])
}

func checkedAt(t *testing.T, address, domain string) *browser.Tab {
	t.Helper()
	tab := tabs.Tab(t)
	// Chromium tells of every failure on the console.
	tab.ExpectProblem("https://"+domain+"/.well-known/", "wss://")
	tab.OnNewDocument(`globalThis.steps = []; new MutationObserver(() => {
		const step = document.querySelector('xmpp-check')?.dataset.step;
		if (step && steps.at(-1) !== step) steps.push(step);
	}).observe(document, { subtree: true, attributes: true, attributeFilter: ['data-step'] })`)
	tab.Open(address)
	tab.Wait(`$('xmpp-check')?.dataset.step === 'domain'`)
	if got := tab.Value("input[name=domain]"); got != domain {
		t.Errorf("the domain to begin with is %q", got)
	}
	tab.Eval(`$('input[name=domain]').focus()`, nil)
	tab.Press(browser.Enter)
	tab.Wait(`$('xmpp-check').dataset.step === 'report'`)
	return tab
}

// findings is what the report says, one in a line: "json found ok".
func findings(tab *browser.Tab) string {
	var all []string
	tab.Eval(`[...$('.findings').children].map(({ dataset: d }) => [d.look, d.result, d.verdict].join(' '))`, &all)
	return strings.Join(all, "\n")
}

func TestCheckSaysWhatASignUpPageMeets(t *testing.T) {
	const (
		asked   = "\nregistration offered ok\nform data ok"
		unasked = "\nregistration unseen note"
	)
	for domain, want := range map[string]string{
		"example.test":   "json found ok\nxml found ok\nsocket opens ok" + asked,
		"json.test":      "json found ok\nxml missing note\nsocket opens ok" + asked,
		"xml.test":       "json missing note\nxml found ok\nsocket opens ok" + asked,
		"bücher.test":    "json found ok\nxml found ok\nsocket opens ok" + asked,
		"closed.test":    "json found ok\nxml found ok\nsocket opens ok\nregistration not-advertised problem",
		"spare.test":     "json found ok\nxml found ok\nsocket fails note\nsocket opens ok" + asked,
		"dead.test":      "json found ok\nxml found ok\nsocket fails problem" + unasked,
		"missing.test":   "json missing problem\nxml missing problem" + unasked,
		"broken.test":    "json broken problem\nxml broken problem" + unasked,
		"empty.test":     "json no-link problem\nxml no-link problem" + unasked,
		"plain.test":     "json insecure problem\nxml missing problem" + unasked,
		"private.test":   "json blocked problem\nxml blocked problem" + unasked,
		"nobody.invalid": "json unreachable problem\nxml unreachable problem" + unasked,
	} {
		t.Run(domain, func(t *testing.T) {
			t.Parallel()
			tab := checked(t, map[string]string{"domain": domain})
			if domain == "bücher.test" {
				tab.ExpectProblem("xn--bcher-kva.test")
			}
			if got := findings(tab); got != want {
				t.Errorf("it says\n%s\nwant\n%s", got, want)
			}
			bad := strings.Contains(want, "problem")
			if got := tab.Text(".summary"); strings.Contains(got, "does not work") != bad {
				t.Errorf("the summary is %q", got)
			}
			// Whoever asked for it is led to it, and those who do not see it hear it.
			if !tab.Focused("h2") || !strings.Contains(tab.Text("h2"), domain) {
				t.Errorf("the title %q does not have the focus", tab.Text("h2"))
			}
			if got := tab.Text(".status"); got != tab.Text(".summary") {
				t.Errorf("the status is %q", got)
			}
			var got struct {
				Words, Mends bool
				Origin       string
				Steps        []string
			}
			tab.Eval(`({
				words: [...$('.findings').children].every((e) => ({ ok: 'OK', note: 'Note', problem: 'Problem' })[e.dataset.verdict] === e.querySelector('.verdict').lastChild.data),
				mends: [...$('.findings').children].every((e) => e.dataset.verdict !== 'problem' || e.querySelector('.mend').textContent.length > 10),
				origin: $('.report > .hint').textContent.replace(/[\u2066-\u2069]/g, ''),
				steps,
			})`, &got)
			if !got.Words || !got.Mends {
				t.Errorf("%+v", got)
			}
			if !strings.Contains(got.Origin, "from http://127.0.0.1:") {
				t.Errorf("the origin is said to be %q", got.Origin)
			}
			if want := "domain examining report"; strings.Join(got.Steps, " ") != want {
				t.Errorf("steps %v", got.Steps)
			}
			tab.Screenshot("check-" + domain)
		})
	}
}

func TestCheckMendsWithWhatCanBeCopied(t *testing.T) {
	for domain, snippets := range map[string]map[string]string{
		"missing.test": {
			"json host-meta.json": `{"links":[{"rel":"urn:xmpp:alt-connections:websocket","href":"wss://missing.test/xmpp-websocket"}]}`,
			"json HTTP":           `Access-Control-Allow-Origin: *`,
			"json nginx":          `add_header Access-Control-Allow-Origin "*" always;`,
			"json Prosody":        `http_files_dir`,
			"json ejabberd":       `/.well-known/host-meta.json: mod_host_meta`,
			"json index.html":     `<xmpp-signup domain="missing.test" url="wss://missing.test/xmpp-websocket"></xmpp-signup>`,
			"xml host-meta":       `<Link rel="urn:xmpp:alt-connections:websocket" href="wss://missing.test/xmpp-websocket"/>`,
		},
		// The address that is known is in it.
		"xml.test":     {"json host-meta.json": `"href":"` + server.SecureWebSocketURL() + `"`},
		"json.test":    {"xml HTTP": `Access-Control-Allow-Origin: *`, "xml host-meta": `href="` + server.SecureWebSocketURL() + `"`},
		"private.test": {"json HTTP": `Access-Control-Allow-Origin: *`, "json nginx": `location ~ ^/\.well-known/host-meta(\.json)?$ {`},
		"dead.test":    {"socket nginx": `location = /xmpp-websocket {`, "socket ejabberd": `/xmpp-websocket: ejabberd_http_ws`, "socket Prosody": `"websocket"`},
		"closed.test":  {"registration Prosody": `allow_registration = true`, "registration ejabberd": `mod_register:`},
	} {
		t.Run(domain, func(t *testing.T) {
			t.Parallel()
			tab := checked(t, map[string]string{"domain": domain})
			var got map[string]string
			tab.Eval(`Object.fromEntries([...$('.findings').querySelectorAll('.snippet')].map((e) =>
				[e.closest('.finding').dataset.look + ' ' + e.querySelector('summary').textContent, e.querySelector('pre').textContent]))`, &got)
			for name, part := range snippets {
				if !strings.Contains(got[name], part) {
					t.Errorf("%s is\n%s\nwhich lacks\n%s\nof %v", name, got[name], part, slices.Sorted(maps.Keys(got)))
				}
			}
		})
	}
}

func TestCheckIsCopiedByKeyboard(t *testing.T) {
	tab := checked(t, map[string]string{"domain": "missing.test"})
	tabTo(t, tab, "summary")
	tab.Press(browser.Enter)
	tabTo(t, tab, "[data-action=copy]")
	if got := tab.Attribute("[data-action=copy]", "aria-label"); !strings.Contains(got, "host-meta.json") {
		t.Errorf("the button's name is %q", got)
	}
	tab.Press(browser.Space)
	// Whether a page may write to the clipboard is the browser's business.
	tab.Wait(`['Copied.', 'Selected. Copy it with the keyboard or the menu.'].includes($('[data-action=copy]').textContent)`)
	if got := tab.Text(".status"); got != tab.Text("[data-action=copy]") {
		t.Errorf("the status is %q", got)
	}
}

var keptOutTest = formHost("keptout.test", `<error type='auth'><forbidden xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>
	<text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>Not from your network.</text></error>`)

// Prosody then takes nobody without an invitation, and offers the form to all.
var invitingTest = host("inviting.test", `modules_enabled = { "invites"; "invites_register" }`)

func TestCheckSaysWhichForm(t *testing.T) {
	s := startEjabberd(t, ejabberd.Options{})
	for domain, c := range map[string]struct {
		url, want string
		says      []string
	}{
		alsoTest:       {server.WebSocketURL(), "registration offered ok\nform old ok", []string{"old style", "username (text-single, required)", "password (text-private, required)", "no CAPTCHA"}},
		"captcha.test": {s.WebSocketURL(), "registration offered ok\nform data ok", []string{"data form", "It has a CAPTCHA", "ocr"}},
		"https.test":   {server.WebSocketURL(), "registration elsewhere note", []string{"https://signup.test/new?a=1&b=2"}},
		goneTest:       {server.WebSocketURL(), "registration elsewhere note", []string{"https://signup.test/", "We have moved."}},
		invitingTest: {server.WebSocketURL(), "registration offered ok\nregistration invitations note\nform data ok",
			[]string{"also takes invitations", "registration_invite_only = false"}},
		keptOutTest: {server.WebSocketURL(), "registration forbidden problem", []string{"not to this browser", "Not from your network.", "ip_access: all"}},
	} {
		t.Run(domain, func(t *testing.T) {
			t.Parallel()
			tab := checked(t, map[string]string{"domain": domain, "url": c.url})
			if got, want := findings(tab), "page url ok\nsocket opens ok\n"+c.want; got != want {
				t.Errorf("it says\n%s\nwant\n%s", got, want)
			}
			var text string
			tab.Eval(`$('.findings').textContent`, &text)
			for _, part := range c.says {
				if !strings.Contains(text, part) {
					t.Errorf("it does not say %q:\n%s", part, text)
				}
			}
		})
	}
}

// TestCheckHasWordsForEverything judges what no server of the tests can be made
// to do.
func TestCheckHasWordsForEverything(t *testing.T) {
	root, err := site.Root()
	if err != nil {
		t.Fatal(err)
	}
	all := constants(sources(t, filepath.Join(root, "transport/ws")))["Result"]
	opens := slices.Index(all, "opens")
	files, _ := json.Marshal(all[:opens])
	sockets, _ := json.Marshal(all[opens:])
	reasons, _ := json.Marshal(constants(sources(t, filepath.Join(root, "ibr")))["Reason"])
	s, err := site.Start(site.Options{Dir: filepath.Join(root, "web"), Handlers: map[string]http.Handler{
		"GET /blank.html": content("text/html", `<!doctype html><title>blank</title><link rel=icon href=icon.svg>`),
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	tab := tabs.Tab(t)
	tab.Open(s.URL + "/blank.html")
	var got struct {
		Empty, Odd []string
		Reasons    map[string]string
		Lacking    string
	}
	tab.Eval(fmt.Sprintf(`(async () => {
		const { judge } = await import('/check/findings.js');
		const got = { empty: [], odd: [], reasons: {} };
		const finding = (address) => (result) => ({ address, result, detail: 'x', links: ['wss://a.test/'] });
		const report = { files: %s.map(finding('https://a.test/x.json')), sockets: %s.map(finding('wss://a.test/')) };
		for (const lang of ['en', 'de', 'fr', 'es', 'ar']) {
			const { texts } = await import('/texts/' + lang + '.js'), { texts: words } = await import('/check/texts/' + lang + '.js');
			const ask = (answer, files = report) => judge({ domain: 'a.test', report: files, answer, forbidden: ['x'] }, { words, texts });
			const alone = report.files.flatMap((file) => report.sockets.flatMap((socket) => ask(null, { files: [file], sockets: [socket] })));
			for (const { look, result, verdict, what, mend = '' } of [...ask(null), ...alone]) {
				if (!what || (verdict === 'problem') && !mend || (what + mend).includes('undefined')) got.empty.push([lang, look, result, verdict].join(' '));
			}
			for (const reason of %s) {
				const found = ask({ error: { reason, url: '', message: 'x' } }).filter(({ look }) => look === 'registration');
				got.reasons[reason] = found.map(({ result, verdict }) => result + ' ' + verdict).join();
				if (found.length !== 1 || !found[0].what) got.odd.push(lang + ' ' + reason);
			}
			const form = { fields: [{ name: 'ocr', type: 'text-single', control: 'line', captcha: 'image', media: [] }], isDataForm: true };
			got.lacking = ask({ form }).map(({ look, verdict }) => look + ' ' + verdict).pop();
		}
		return got;
	})()`, files, sockets, reasons), &got)
	if len(got.Empty)+len(got.Odd) > 0 {
		t.Errorf("without words: %q %q", got.Empty, got.Odd)
	}
	if got.Lacking != "form problem" {
		t.Errorf("a CAPTCHA without a picture is %q", got.Lacking)
	}
	for reason, want := range map[string]string{
		"invite-required": "invite-required note", "not-advertised": "not-advertised problem", "forbidden": "forbidden problem", "timeout": "timeout problem",
	} {
		if got.Reasons[reason] != want {
			t.Errorf("%s is %q", reason, got.Reasons[reason])
		}
	}
}

func TestCheckSeesWhatThePagesOwnPolicyForbids(t *testing.T) {
	dir, err := site.Dist()
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ connect, forbidden, want string }{
		"nothing":     {"'self'", "https://example.test/.well-known/host-meta.json", "page policy problem\njson unreachable problem\nxml unreachable problem\nregistration unseen note"},
		"no sockets":  {"'self' https:", server.SecureWebSocketURL(), "page policy problem\njson found ok\nxml found ok\nsocket fails problem\nregistration unseen note"},
		"all of them": {"'self' https: wss:", "", "json found ok\nxml found ok\nsocket opens ok\nregistration offered ok\nform data ok"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			before, _, _ := strings.Cut(site.CSP, "connect-src ")
			s, err := site.Start(site.Options{Dir: dir, CSP: before + "connect-src " + c.connect})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(s.Close)
			tab := tabs.Tab(t)
			tab.ExpectProblem("Content Security Policy", "example.test")
			tab.Open(s.URL + "/check.html?domain=example.test")
			tab.Wait(`$('xmpp-check')?.dataset.step === 'domain'`)
			tab.Click("[data-submit]")
			tab.Wait(`$('xmpp-check').dataset.step === 'report'`)
			if got := findings(tab); got != c.want {
				t.Errorf("it says\n%s\nwant\n%s", got, c.want)
			}
			if c.forbidden != "" && !strings.Contains(tab.Text(".findings > li"), c.forbidden) {
				t.Errorf("it does not name %s: %s", c.forbidden, tab.Text(".findings > li"))
			}
		})
	}
}

func TestCheckFromTheDomainItselfSaysThatCORSWasNotSeen(t *testing.T) {
	tab := checkedAt(t, "https://example.test/check.html?domain=example.test", "example.test")
	if got := tab.Text(".report > .hint"); !strings.Contains(got, "https://example.test") || !strings.Contains(got, "was not seen") {
		t.Errorf("it says %q", got)
	}
	tab = checkedAt(t, "https://example.test/check.html?domain=json.test", "json.test")
	if got := tab.Text(".report > .hint"); strings.Contains(got, "was not seen") {
		t.Errorf("it says %q", got)
	}
}

func TestCheckRefusesWhatIsNoDomain(t *testing.T) {
	tab := tabs.Tab(t)
	tab.Open(pages(t, nil).URL + "/check.html")
	tab.Wait(`$('xmpp-check')?.dataset.step === 'domain'`)
	for _, text := range []string{"", "https://example.test/", "a@example.test"} {
		tab.Fill("input[name=domain]", text)
		tab.Press(browser.Enter)
		tab.Wait(`$('input[name=domain]').getAttribute('aria-invalid') === 'true'`)
		if !tab.Focused("input[name=domain]") || tab.Attribute("xmpp-check", "data-step") != "domain" {
			t.Errorf("%q was taken", text)
		}
	}
	// It looks like one, and is none.
	tab.Fill("input[name=domain]", `a"b.test`)
	tab.Press(browser.Enter)
	tab.Wait(`$('.problem')?.dataset.reason === 'host-unknown' && $('xmpp-check').dataset.step === 'domain'`)
	if !tab.Focused(".problem") {
		t.Error("nobody is led to what is wrong")
	}
	tab.Fill("input[name=domain]", "example.test")
	tab.Press(browser.Enter)
	tab.Wait(`$('xmpp-check').dataset.step === 'report' && !$('.problem')`)
}

func TestCheckFitsAPhoneInEveryLanguage(t *testing.T) {
	for _, lang := range []string{"en", "de", "fr", "es", "ar"} {
		t.Run(lang, func(t *testing.T) {
			s := pages(t, map[string]string{"lang": lang, "domain": "plain.test"})
			tab := tabs.Tab(t)
			tab.Viewport(320, 640, true)
			tab.ExpectProblem("https://plain.test/")
			tab.Open(s.URL + "/check.html")
			tab.Wait(`$('xmpp-check')?.dataset.step === 'domain'`)
			tab.Eval(`$('input[name=domain]').focus()`, nil)
			tab.Press(browser.Enter)
			tab.Wait(`$('xmpp-check').dataset.step === 'report'`)
			var got struct {
				Wide    bool
				Lang    string
				English bool
			}
			tab.Eval(`(() => {
				for (const e of $('.findings').querySelectorAll('details')) e.open = true;
				return {
					wide: document.documentElement.scrollWidth > 320,
					lang: $('.frame').lang,
					english: $('h2').textContent.includes('sign-up page'),
				};
			})()`, &got)
			if got.Wide {
				t.Error("the page has to be scrolled sideways")
			}
			if got.Lang != lang || got.English != (lang == "en") {
				t.Errorf("%+v: %s", got, tab.Text("h2"))
			}
			tab.Screenshot("check-phone-" + lang)
		})
	}
}

func TestExamineIsTheSameInAWorker(t *testing.T) {
	for _, there := range []place{pageThread, worker} {
		t.Run(string(there), func(t *testing.T) {
			runIn(t, there)
			tab := client(t, site.Options{})
			tab.ExpectProblem("https://json.test/")
			var got struct {
				Report struct {
					Files, Sockets []struct {
						Address, Result, Detail string
						Links                   []string
					}
				}
				Aborted, Late, Domain failed
				Cause                 string
				Wrong                 []string
			}
			inPage(t, tab, `
				const { examine } = await import('/xmppreg.js');
				const wrong = [];
				for (const args of [[], [5], [' '], ['a', { signal: 5 }], ['a', { url: '' }], ['a', { token: 'b' }]]) {
					await examine(...args).catch((error) => wrong.push(error.name));
				}
				const control = new AbortController();
				const pending = examine('json.test', { signal: control.signal });
				control.abort('enough');
				return {
					wrong,
					cause: await pending.catch((error) => error.cause),
					late: await failure(pending),
					aborted: await failure(examine('json.test', { signal: AbortSignal.abort() })),
					domain: await failure(examine('a b')),
					report: await examine(' json.test '),
				};
			`, &got)
			if strings.Join(got.Wrong, " ") != strings.TrimSpace(strings.Repeat("TypeError ", 6)) {
				t.Errorf("wrong arguments: %v", got.Wrong)
			}
			for _, e := range []failed{got.Aborted, got.Late} {
				if e.Reason != "aborted" || !e.Registration {
					t.Errorf("%+v", e)
				}
			}
			if got.Cause != "enough" || got.Domain.Reason != "host-unknown" || got.Domain.Kind != "discovery" {
				t.Errorf("%q, %+v", got.Cause, got.Domain)
			}
			r := got.Report
			if len(r.Files) != 2 || len(r.Sockets) != 1 || r.Files[0].Result != "found" || r.Files[1].Detail != "HTTP status 404" ||
				!slices.Equal(r.Files[0].Links, []string{server.SecureWebSocketURL()}) || r.Sockets[0].Result != "opens" {
				t.Errorf("%+v", r)
			}
		})
	}
}

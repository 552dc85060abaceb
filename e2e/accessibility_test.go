package e2e

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/xmppreg/xmppreg/e2e/browser"
	"github.com/xmppreg/xmppreg/e2e/site"
)

// watching holds up what the page waits for, and looks at what is there.
//
//go:embed accessibility.js
var watching string

// axe is axe-core, as npm has it.
func axe(t *testing.T) string {
	t.Helper()
	root, err := site.Root()
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(filepath.Join(root, "e2e/npm/node_modules/axe-core/axe.min.js"))
	if err != nil {
		t.Fatalf("%v; run `make test`, which installs it", err)
	}
	return string(b)
}

// translated serves the built pages as a provider would who speaks a language.
func translated(t *testing.T, lang string, attributes map[string]string) *site.Server {
	t.Helper()
	dir, err := site.Dist()
	if err != nil {
		t.Fatal(err)
	}
	own := fmt.Sprintf(`<html lang=%q>`, lang)
	if lang == "ar" {
		own = `<html lang="ar" dir="rtl">`
	}
	handlers := map[string]http.Handler{}
	for path, file := range map[string]string{"GET /{$}": "index.html", "GET /account.html": "account.html", "GET /check.html": "check.html"} {
		page := strings.Replace(string(readDist(t, file)), `<html lang="en">`, own, 1)
		handlers[path] = sends(site.SetAttributes([]byte(page), attributes),
			"Content-Type", "text/html; charset=utf-8", "Content-Security-Policy", site.CSP)
	}
	s, err := site.Start(site.Options{Dir: dir, Handlers: handlers})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// watched opens a page in a language, with what looks at it.
func watched(t *testing.T, lang, path string, attributes map[string]string, before ...string) *browser.Tab {
	t.Helper()
	tab := tabs.Tab(t)
	// Where a test holds up the module, it is preloaded and not used for a while.
	tab.ExpectProblem("was preloaded using link preload")
	tab.OnNewDocument(axe(t))
	tab.OnNewDocument(watching)
	for _, js := range before {
		tab.OnNewDocument(js)
	}
	tab.Open(translated(t, lang, attributes).URL + path)
	return tab
}

// A look is how somebody looks at a page, and for what.
type look struct {
	width int64
	dark  bool
	names string // of accessibility.js
}

// looks are those at the page in each language. 320 px are what is left of 1280
// for who magnifies everything by four, 640 with letters twice as large what is
// left of that for who magnifies these alone.
var looks = map[string][]look{
	"en": {{1280, false, "axe layout borders"}, {320, true, "axe layout targets borders spaced"}, {640, true, "large"}},
	"de": {{320, false, "axe layout targets borders spaced"}, {640, true, "large"}},
	"ar": {{320, false, "axe layout targets borders spaced"}, {1280, true, "layout"}, {640, true, "large"}},
}

// inspect looks at a state of the page, all of it at once: what sticks to the
// screen's end would lie over the rest.
func inspect(t *testing.T, tab *browser.Tab, lang, state string) {
	t.Helper()
	for _, l := range looks[lang] {
		tab.Viewport(l.width, 4000, false)
		tab.Prefer("prefers-color-scheme", map[bool]string{false: "light", true: "dark"}[l.dark])
		names, _ := json.Marshal(strings.Fields(l.names))
		var problems []string
		tab.Eval(fmt.Sprintf(`inspect(%s)`, names), &problems)
		for _, p := range problems {
			t.Errorf("%s, %d px, dark %t: %s", state, l.width, l.dark, p)
		}
	}
	tab.Viewport(1000, 800, false)
}

const (
	conflict = `<error type='cancel'><conflict xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>`
	rejected = `<error type='modify'><not-acceptable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>
		<text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>The computer says no, and it says so at some length.</text></error>`
)

// wholeForm has a field of every kind.
var wholeForm = register(xData(`<title>All of them</title><instructions>Please read this first.</instructions>
	<field var='FORM_TYPE' type='hidden'><value>jabber:iq:register</value></field>
	<field type='fixed'><value>About the account</value></field>`+accountFields+`
	<field var='plain' type='text-single' label='Line'><value>given</value><desc>Anything at all.</desc></field>
	<field var='text' type='text-multi' label='Lines'><value>one</value><value>two</value></field>
	<field var='yes' type='boolean' label='Yes'><value>true</value><desc>You need not.</desc></field>
	<field type='fixed' var='more' label='A heading'><value>Two lines</value><value>of text</value></field>
	<field var='few' type='list-single' label='Few'><required/><option label='A'><value>a</value></option><option><value>b</value></option></field>
	<field var='lots' type='list-single' label='Lots'><required/>
		<option label='One'><value>1</value></option><option label='Two'><value>2</value></option><option label='Three'><value>3</value></option>
		<option label='Four'><value>4</value></option><option label='Five'><value>5</value></option><option label='Six'><value>6</value></option></field>
	<field var='some' type='list-multi' label='Some'><required/><option><value>x</value></option><option><value>y</value></option></field>
	<field var='open' type='list-multi' label='Open'>`+validate+`xs:string'><open/></validate><option><value>x</value></option></field>
	<field var='any' type='list-single' label='Any'>`+validate+`xs:string'><open/></validate><option><value>a</value></option></field>
	<field var='friend' type='jid-single' label='Friend'/>
	<field var='friends' type='jid-multi' label='Friends'><required/></field>
	<field var='email' type='text-single' label='Mail'/>
	<field var='born' type='text-single' label='Born'>`+validate+`xs:date'><range min='1900-01-01' max='2020-12-31'/></validate></field>
	<field var='age' type='text-single' label='Age'>`+validate+`xs:integer'><range min='14' max='120'/></validate></field>
	<field var='tea' type='text-single' label='Tea time'>`+validate+`xs:time'><basic/></validate></field>
	<field var='answers' type='hidden'><value>1</value></field>
	<field var='challenge' type='hidden'><value>c1</value></field>
	<field var='ocr' type='text-single' label='Letters in the picture'>
		<media xmlns='urn:xmpp:media-element' height='60' width='200'><uri type='image/png'>`+pictureCID+`</uri></media></field>
	<field var='audio_recog' type='text-single' label='What you hear'>
		<media xmlns='urn:xmpp:media-element'><uri type='audio/wav'>`+soundCID+`</uri></media></field>
	<field var='speech_q' type='text-single' label='What is asked'>
		<media xmlns='urn:xmpp:media-element'><uri type='audio/wav'>http://media.test/7.wav</uri></media></field>
	<field var='video_q' type='text-single' label='Colour of the car'/>`) + pictureBits + soundBits)

var (
	// takenTest has taken every name, unless somebody knows the password.
	takenTest = formHost("taken.test", register("<username/><password/>"),
		`test_wants = { password = "free for all" }`, "test_refusal = "+quoted(conflict))

	// wholeTest asks for everything, and takes nothing of it.
	wholeTest = formHost("whole.test", wholeForm, "test_refusal = "+quoted(rejected))
	keysTest  = formHost("keys.test", wholeForm, "test_refusal = "+quoted(rejected))

	// invitedTest takes nobody without an invitation.
	invitedTest = host("invited.test", `modules_enabled = { "invites"; "invites_register" }
		registration_invite_only = true`)

	elsewhereTest = strayHost("elsewhere.test", "https://signup.test/")

	// restTest has an account whose every change needs a code.
	restTest = formHost("rest.test", register("<username/><password/>"),
		`test_wants = { code = "1234" }`,
		"test_account_refusal = "+quoted(dataForm(`<title>One more thing</title><instructions>It takes three days.</instructions>
			`+accountFields+`<field var='code' type='text-single' label='Code from the letter'><required/></field>`)+rejected))
)

// other goes to another provider from where there is no form.
func other(tab *browser.Tab, domain string) {
	tab.Click("[data-action=provider]")
	tab.Fill("input[name=domain]", domain)
	tab.Press(browser.Enter)
}

func TestSignUpIsAccessibleInEveryState(t *testing.T) {
	for lang := range looks {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			tab := watched(t, lang, "/", map[string]string{"url": server.WebSocketURL()}, `shut('module')`)
			at := func(state string) { t.Helper(); inspect(t, tab, lang, state) }
			waitStep(tab, "domain")
			at("domain")
			// What else is wrong there is for the module to say.
			submit(tab)
			tab.WaitVisible("[data-field=domain] .error")
			at("domain, wrong")
			tab.Fill("input[name=domain]", takenTest)
			tab.Press(browser.Enter)
			waitStep(tab, "loading")
			at("expected form")
			submit(tab)
			tab.WaitVisible("[data-field=username] .error")
			at("expected form, wrong")
			tab.Fill("input[name=username]", "taken")
			tab.Fill("input[name=password]", "correct horse")
			tab.Click("[data-suggest]")
			submit(tab)
			waitStep(tab, "queued")
			at("queued")
			tab.Eval(`unshut('module')`, nil)
			tab.WaitVisible("[data-field=username] .error")
			waitStep(tab, "form")
			at("conflict")
			tab.Fill("input[name=username]", "free-"+lang)
			tab.Fill("input[name=password]", "free for all")
			tab.Eval(`shut('get', 'set')`, nil)
			submit(tab)
			waitStep(tab, "sending")
			at("sending")
			tab.Eval(`unshut('get', 'set')`, nil)
			waitStep(tab, "done")
			at("done")
			tab.Click("[data-action=copy]")
			tab.Wait(`$('.status').textContent`)
			at("copied")
		})
	}
}

// choosy are the attributes of a provider that has a choice of domains, and terms.
func choosy() map[string]string {
	return map[string]string{
		"domains": "example.test json.test closed.test", "url": server.WebSocketURL(), "terms": "/terms.html", "privacy": "/privacy.html",
	}
}

func TestChoiceTermsAndLastPageAreAccessible(t *testing.T) {
	for lang := range looks {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			tab := watched(t, lang, "/", choosy())
			at := func(state string) { t.Helper(); inspect(t, tab, lang, state) }
			waitStep(tab, "form")
			at("form")
			fillIn(tab, "Choosy-"+lang, "correct horse")
			tab.WaitText("[data-field=terms] .error", "")
			at("terms not agreed to")
			tab.Click("input[value='closed.test']")
			waitStep(tab, "failed")
			at("failed, with a choice")
			tab.Click("input[value='json.test']")
			waitStep(tab, "form")
			tab.Type("input[name=password]", browser.End)
			tab.Click("input[name=terms]")
			submit(tab)
			waitStep(tab, "done")
			tab.WaitVisible(".apps a")
			at("done")
			tab.Eval(`void (navigator.clipboard.writeText = async () => { throw new Error('no'); })`, nil)
			tab.Click("[data-action=copy]")
			tab.Wait(`getSelection().toString().includes('@json.test')`)
			at("selected")
		})
	}
}

func TestProblemsAndFormsAreAccessible(t *testing.T) {
	for lang := range looks {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			tab := watched(t, lang, "/?domain=closed.test", map[string]string{"url": server.WebSocketURL()})
			tab.ExpectProblem("ws://127.0.0.1:1/")
			at := func(state string) { t.Helper(); inspect(t, tab, lang, state) }
			waitStep(tab, "failed")
			at("closed")
			tab.Eval(`wrongServer = 'ws://127.0.0.1:1/'`, nil)
			other(tab, wholeTest)
			waitStep(tab, "failed")
			tab.Click("summary")
			at("no connection")
			tab.Eval(`wrongServer = ''`, nil)
			other(tab, invitedTest)
			fillIn(tab, "ann", "correct horse")
			tab.WaitVisible("input[name=invitation]")
			waitStep(tab, "form")
			at("invitation")
			other(tab, elsewhereTest)
			waitStep(tab, "elsewhere")
			at("elsewhere")
			other(tab, wholeTest)
			tab.WaitVisible("[data-renew]")
			waitStep(tab, "form")
			at("whole form")
			tab.Type("[name=friend]", "no address@")
			tab.Type("[name=email]", "no address")
			tab.Type("[name=age]", "old")
			submit(tab)
			tab.WaitVisible("[data-field=username] .error")
			at("whole form, wrong")
			tab.Type("[name=username]", "ann")
			tab.Type("[name=password]", "correct horse")
			tab.Click("[name=few][value=b]")
			tab.Eval(`(() => { const e = $('[name=lots]'); e.value = '2'; e.dispatchEvent(new Event('input', { bubbles: true })); })()`, nil)
			tab.Click("[name=some][value=x]")
			tab.Fill("[name=friend]", "ann@example.org")
			tab.Fill("[name=friends]", "ann@example.org")
			tab.Fill("[name=email]", "ann@example.org")
			tab.Fill("[name=age]", "42")
			tab.Type("[name=ocr]", "abc")
			submit(tab)
			tab.WaitVisible(".problem")
			waitStep(tab, "form")
			tab.Click("summary")
			at("refused")
			tab.Eval(`shut('get', 'set')`, nil)
			tab.Click("[data-renew]")
			waitStep(tab, "renewing")
			at("renewing")
			tab.Eval(`unshut('get', 'set')`, nil)
			waitStep(tab, "form")
		})
	}
}

// existing makes an account.
func existing(t *testing.T, username, domain, password string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if out, err := server.Ctl(ctx, "register", username, domain, password); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
}

func TestAccountPageIsAccessibleInEveryState(t *testing.T) {
	for lang := range looks {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			existing(t, "rest-"+lang, restTest, "first")
			existing(t, "gone-"+lang, "example.test", "first")
			tab := watched(t, lang, "/account.html", map[string]string{"url": server.WebSocketURL()})
			tab.ExpectProblem("ws://127.0.0.1:1/")
			at := func(state string) { t.Helper(); inspect(t, tab, lang, state) }
			accountStep(tab, "login")
			at("login")
			submit(tab)
			tab.WaitVisible("[data-field=username] .error")
			at("login, empty")
			signIn(tab, "rest-"+lang+"@"+restTest, "wrong")
			tab.Wait(`$('[data-field=password] .error')?.textContent.includes('response')`)
			accountStep(tab, "login")
			at("login, wrong")
			tab.Eval(`wrongServer = 'ws://127.0.0.1:1/'`, nil)
			signIn(tab, "rest-"+lang+"@"+restTest, "first")
			tab.WaitVisible(".problem")
			at("login, no connection")
			tab.Eval(`wrongServer = '', shut('open')`, nil)
			submit(tab)
			accountStep(tab, "connecting")
			at("connecting")
			tab.Eval(`unshut('open')`, nil)
			accountStep(tab, "account")
			at("account")
			tab.Type("[name=new-password]", "second")
			tab.Type("[name=repeat-password]", "secand")
			submit(tab)
			tab.WaitVisible("[data-field=repeat-password] .error")
			at("change, different")
			tab.Fill("[name=repeat-password]", "second")
			tab.Eval(`shut('get', 'set')`, nil)
			submit(tab)
			accountStep(tab, "changing")
			at("changing")
			tab.Eval(`unshut('get', 'set')`, nil)
			tab.WaitVisible("[data-section=change] [name=code]")
			at("change, more")
			tab.Type("[name=code]", "0")
			submit(tab)
			tab.WaitVisible(".problem")
			at("change, refused")
			tab.Fill("[name=code]", "1234")
			submit(tab)
			tab.WaitVisible("[data-section=change] .said")
			at("changed")
			tab.Eval(`sockets.at(-1).close()`, nil)
			accountStep(tab, "lost")
			at("lost")
			tab.Eval(`wrongServer = 'ws://127.0.0.1:1/'`, nil)
			tab.Click("[data-action=connect]")
			tab.WaitVisible(".problem")
			at("lost, no connection")
			tab.Eval(`wrongServer = ''`, nil)
			tab.Click("[data-action=connect]")
			accountStep(tab, "account")
			tab.Click("[data-action=sign-out]")
			accountStep(tab, "login")
			at("signed out")
			signIn(tab, "gone-"+lang+"@example.test", "first")
			accountStep(tab, "account")
			tab.Type("[name=confirm]", "nobody@"+restTest)
			tab.Click("[data-section=delete] button.danger")
			tab.WaitVisible("[data-field=confirm] .error")
			at("delete, wrong")
			tab.Fill("[name=confirm]", "gone-"+lang+"@example.test")
			tab.Eval(`shut('get', 'set')`, nil)
			tab.Click("[data-section=delete] button.danger")
			accountStep(tab, "deleting")
			at("deleting")
			tab.Eval(`unshut('get', 'set')`, nil)
			accountStep(tab, "deleted")
			at("deleted")
		})
	}
}

func TestCheckPageIsAccessible(t *testing.T) {
	for lang := range looks {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			tab := watched(t, lang, "/check.html", nil)
			tab.ExpectProblem("https://private.test/", "https://missing.test/", "wss://")
			at := func(state string) { t.Helper(); inspect(t, tab, lang, state) }
			tab.WaitVisible("[name=domain]")
			at("domain")
			for _, domain := range []string{"example.test", "missing.test", "private.test"} {
				tab.Fill("[name=domain]", domain)
				tab.Press(browser.Enter)
				tab.Wait(`$('xmpp-check').dataset.step === 'report' && $('h2')?.textContent.includes("` + domain + `")`)
				at("report of " + domain)
			}
		})
	}
}

// hears waits until a screen reader would have said exactly this since it was
// last asked, and forgets it.
func hears(t *testing.T, tab *browser.Tab, want ...string) {
	t.Helper()
	if want == nil {
		want = []string{}
	}
	encoded, _ := json.Marshal(want)
	var got []string
	tab.Eval(fmt.Sprintf(`(async () => {
		const want = %s;
		const said = () => heard.map(({ said }) => said).filter((text) => text !== '');
		for (const end = Date.now() + 10_000; Date.now() < end;) {
			await settled();
			const now = said();
			if (now.length > want.length || JSON.stringify(now) === JSON.stringify(want)) break;
			await new Promise(requestAnimationFrame);
		}
		const all = said();
		heard.length = 0;
		return all;
	})()`, encoded), &got)
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("a screen reader says\n\t%s\nwant\n\t%s", strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
	}
}

func TestScreenReaderHearsTheSignUpOnce(t *testing.T) {
	tab := watched(t, "en", "/", map[string]string{"url": server.WebSocketURL(), "domain": takenTest}, `shut('module', 'open', 'get')`)
	waitStep(tab, "loading")
	hears(t, tab, "status: Loading…")
	tabTo(t, tab, "input[name=username]")
	hears(t, tab, "focus: User name Your address will be name@taken.test")
	tab.Eval(`unshut('module')`, nil)
	hears(t, tab, "status: Connecting to taken.test…")
	tab.Eval(`unshut('open')`, nil)
	hears(t, tab, "status: Waiting for the form of taken.test…")
	tab.Eval(`unshut('get')`, nil)
	hears(t, tab, "status: The form is ready.")
	tab.Press("ann" + browser.Enter)
	hears(t, tab, "focus: Password (invalid) Please fill this in.")
	tab.Press("x")
	hears(t, tab, "status: Easy to guess: make it longer.")
	tabTo(t, tab, "[data-suggest]")
	hears(t, tab, "focus: Show: Password", "focus: Suggest a password")
	tab.Press(browser.Space)
	hears(t, tab, "status: Very good.", "status: A password is filled in and shown.")
	tab.Press(browser.Enter)
	hears(t, tab, "status: A password is filled in and shown.")
	tabTo(t, tab, "[data-submit]")
	tab.Eval(`shut('set')`, nil)
	tab.Press(browser.Enter)
	hears(t, tab, "focus: Create account", "status: Creating the account…")
	tab.Eval(`unshut('set')`, nil)
	hears(t, tab, "focus: User name (invalid) Your address will be ann@taken.test This user name is taken. Please choose another one.",
		"status: Getting a new form…", "status: The form is ready.")
	tab.Eval(`shut('get')`, nil)
	tab.Press("a" + browser.Enter)
	// The focus is there already.
	hears(t, tab, "status: Creating the account…", "status: Getting a new form…",
		"status: User name: This user name is taken. Please choose another one.")
	tab.Eval(`unshut('get')`, nil)
	hears(t, tab, "status: The form is ready.")
	tab.Press(browser.Tabulator + "free for all" + browser.Enter)
	waitStep(tab, "done")
	hears(t, tab, "focus: Password", "status: Easy to guess: make it longer.", "status: Could be guessed: a few more characters would help.",
		"status: Creating the account…", "focus: Your account is ready")
	tabTo(t, tab, "[data-action=copy]")
	tab.Press(browser.Space)
	tab.Wait(`$('.status').textContent`)
	hears(t, tab, "focus: Copy address", "status: "+tab.Text(".status"))
}

func TestScreenReaderHearsWhatIsWrongOnce(t *testing.T) {
	const (
		provider = "focus: Provider The part of the address after the @, such as example.org. The link of an invitation will do as well."
		none     = "status: Provider: That is not the name of a provider. It looks like example.org."
		closed   = "This server does not offer new accounts. Choose another provider, or ask this one how to get an account."
	)
	tab := watched(t, "en", "/?domain=closed.test", map[string]string{"url": server.WebSocketURL()})
	waitStep(tab, "failed")
	hears(t, tab, "status: Loading…", "status: Connecting to closed.test…", "status: Waiting for the form of closed.test…", "alert: "+closed)
	tabTo(t, tab, "[data-action=provider]")
	hears(t, tab, "focus: Technical details", "focus: Choose another provider")
	tab.Press(browser.Enter)
	hears(t, tab, provider)
	tab.Press("no provider" + browser.Enter)
	hears(t, tab, none)
	tab.Press(browser.Enter)
	hears(t, tab, none)
	// From a form that was there already to a page without one.
	tab.Eval(`shut('get')`, nil)
	tab.Fill("input[name=domain]", elsewhereTest)
	tab.Press(browser.Enter)
	waitStep(tab, "waiting")
	hears(t, tab, "focus: User name Your address will be name@elsewhere.test",
		"status: Loading…", "status: Connecting to elsewhere.test…", "status: Waiting for the form of elsewhere.test…")
	tab.Eval(`unshut('get')`, nil)
	hears(t, tab, "focus: Your account at elsewhere.test")
	if tab.Visible("[data-submit]") {
		t.Error("there is a button for a form that is not there")
	}
	tabTo(t, tab, "[data-action=provider]")
	hears(t, tab, "focus: Continue at signup.test", "focus: Choose another provider")
	tab.Press(browser.Enter)
	hears(t, tab, provider)
	tab.Fill("input[name=domain]", "closed.test")
	tab.Press(browser.Enter)
	hears(t, tab, "focus: User name Your address will be name@closed.test",
		"status: Loading…", "status: Connecting to closed.test…", "status: Waiting for the form of closed.test…", "focus: "+closed)
}

func TestScreenReaderHearsWhatIsWrongWithAField(t *testing.T) {
	tab := watched(t, "en", "/", map[string]string{"url": server.WebSocketURL(), "domain": wholeTest})
	waitStep(tab, "form")
	tab.Eval(`void $('[name=email]').focus()`, nil)
	tab.Press("nobody")
	hears(t, tab, "status: Loading…", "status: Connecting to whole.test…", "status: Waiting for the form of whole.test…",
		"status: The form is ready.", "focus: Mail")
	tab.Press(browser.Tabulator)
	hears(t, tab, "focus: Born From 1900-01-01 to 2020-12-31.", "status: Mail: That is not an email address. It looks like name@example.org.")
	// The module, which knows the server's rules, takes its time.
	tab.Eval(`void $('[name=age]').focus()`, nil)
	tab.Press("7")
	hears(t, tab, "focus: Age From 14 to 120.")
	tab.Press(browser.Tabulator)
	hears(t, tab, "focus: Tea time", "status: Age: This has to be from 14 to 120.")
	// All that is wrong at once is no reason to read out all of it.
	tab.Eval(`void $('[data-submit]').focus()`, nil)
	tab.Press(browser.Enter)
	hears(t, tab, "focus: Create account", "focus: Name (invalid) Your address will be name@whole.test Please fill this in.")
	for name, want := range map[string]string{
		"password": "focus: Secret (invalid) Please fill this in.",
		"few":      "focus: Few: A Please choose one.",
		"some":     "focus: Some required: x (invalid) Please choose at least one.",
		"friends":  "focus: Friends (invalid) One address on each line. Please fill this in.",
	} {
		tab.Eval(fmt.Sprintf(`void $('[name=%s]').focus()`, name), nil)
		hears(t, tab, want)
	}
}

func TestScreenReaderHearsTheAccountPageOnce(t *testing.T) {
	const unreachable = "focus: The server cannot be reached. Check your connection and try again. The server may be down for a while."
	existing(t, "ears", "example.test", "first")
	tab := watched(t, "en", "/account.html", direct("example.test"))
	tab.ExpectProblem("ws://127.0.0.1:1/")
	accountStep(tab, "login")
	hears(t, tab)
	tabTo(t, tab, "input[name=username]")
	hears(t, tab, "focus: User name Your address: name@example.test")
	tab.Press("ears" + browser.Tabulator)
	hears(t, tab, "focus: Password")
	tab.Press("wrong" + browser.Enter)
	hears(t, tab, "status: Signing in to example.test…", "status: Password: The address or the password is wrong. Check both, then try again. "+
		"The server says: The response provided by the client doesn't match the one we calculated.")
	tab.Eval(`wrongServer = 'ws://127.0.0.1:1/'`, nil)
	tab.Press(browser.Enter)
	hears(t, tab, "status: Signing in to example.test…", unreachable)
	tab.Eval(`wrongServer = ''`, nil)
	tab.Fill("input[name=password]", "first")
	hears(t, tab, "focus: Password")
	tab.Press(browser.Enter)
	hears(t, tab, "status: Signing in to example.test…", "focus: Your account", "status: You are signed in.")

	tabTo(t, tab, "[name=new-password]")
	tab.Press("second")
	hears(t, tab, "focus: Sign out", "focus: New password", "status: Easy to guess: make it longer.")
	tabTo(t, tab, "[name=repeat-password]")
	hears(t, tab, "focus: Show: New password", "focus: Suggest a password", "focus: New password, once more")
	tab.Press("secand" + browser.Enter)
	hears(t, tab, "status: New password, once more: This is not the same as above.")
	tab.Fill("[name=repeat-password]", "second")
	tab.Press(browser.Enter)
	hears(t, tab, "status: Changing the password…", "focus: The password is changed. Your apps will ask for the new one.")

	tab.Eval(`sockets.at(-1).close()`, nil)
	hears(t, tab, "status: The connection to example.test has ended. Sign in again")
	tab.Eval(`wrongServer = 'ws://127.0.0.1:1/'`, nil)
	tab.Eval(`$('[data-action=connect]').focus()`, nil)
	tab.Press(browser.Space)
	hears(t, tab, "focus: Sign in again", "status: Signing in to example.test…", unreachable)
	tab.Eval(`wrongServer = ''`, nil)
	tab.Eval(`$('[data-action=connect]').focus()`, nil)
	tab.Press(browser.Space)
	hears(t, tab, "focus: Sign in again", "status: Signing in to example.test…", "focus: Your account", "status: You are signed in.")

	const confirm = "To confirm, type the address of the account: ears@example.test"
	tab.Eval(`$('[name=confirm]').focus()`, nil)
	tab.Press("nobody" + browser.Enter)
	hears(t, tab, "focus: "+confirm, "status: "+confirm+": That is not the address of this account.")
	tab.Fill("[name=confirm]", "ears@example.test")
	tab.Press(browser.Enter)
	hears(t, tab, "status: Deleting the account…", "focus: The account is deleted")
	tabTo(t, tab, "[data-action=login]")
	hears(t, tab, "focus: Sign in with another account") // before it goes
	tab.Press(browser.Enter)
	hears(t, tab, "focus: User name Your address: name@example.test")
}

// A stop is a control that the keyboard leads to.
type stop struct {
	Name                string
	X, Y, Width, Height float64
	Problems            []string
}

// stops goes through the page from its top to its end, and checks what there is
// to see of it.
func stops(t *testing.T, tab *browser.Tab) []stop {
	t.Helper()
	tab.Eval(`toTop()`, nil)
	var all []stop
	for range 100 {
		tab.Press(browser.Tabulator)
		var s *stop
		tab.Eval(`stop()`, &s)
		if s == nil {
			return all
		}
		for _, p := range s.Problems {
			t.Errorf("at %s: %s", s.Name, p)
		}
		all = append(all, *s)
	}
	t.Fatalf("the keyboard does not get out again: %v", all)
	return nil
}

func TestKeyboardLeadsThroughThePageAsItIsSeen(t *testing.T) {
	existing(t, "hands", "example.test", "first")
	// A player has more to stop at once it knows what it plays.
	waitForm := func(tab *browser.Tab) {
		waitStep(tab, "form")
		tab.Wait(`$('audio')?.readyState > 0`)
	}
	for name, c := range map[string]struct {
		lang, path, domain string
		width              int64
		prefer             [2]string
		begin              func(tab *browser.Tab)
	}{
		"form with errors": {"en", "/", wholeTest, 1280, [2]string{"prefers-color-scheme", "light"}, func(tab *browser.Tab) {
			waitForm(tab)
			submit(tab)
			tab.WaitVisible("[data-field=username] .error")
		}},
		"form from right to left": {"ar", "/", wholeTest, 320, [2]string{"prefers-color-scheme", "dark"}, waitForm},
		"choice and terms": {"ar", "/", "example.test", 320, [2]string{"prefers-color-scheme", "dark"}, func(tab *browser.Tab) {
			tab.Eval(`void Object.assign($('xmpp-signup'), { domains: 'example.test json.test', terms: '/a.html', privacy: '/b.html' })`, nil)
			tab.WaitVisible("[name=terms]")
			waitStep(tab, "form")
		}},
		"last page": {"de", "/", "json.test", 320, [2]string{"forced-colors", "active"}, func(tab *browser.Tab) {
			fillIn(tab, "by-keyboard", "correct horse")
			waitStep(tab, "done")
			tab.WaitVisible(".apps a")
		}},
		"failure": {"en", "/", "closed.test", 320, [2]string{"forced-colors", "active"}, func(tab *browser.Tab) {
			waitStep(tab, "failed")
		}},
		"account": {"de", "/account.html", "example.test", 320, [2]string{"prefers-color-scheme", "dark"}, func(tab *browser.Tab) {
			signIn(tab, "hands", "first")
			accountStep(tab, "account")
			tab.Eval(`sockets.at(-1).close()`, nil)
			accountStep(tab, "lost")
		}},
	} {
		t.Run(name, func(t *testing.T) {
			tab := watched(t, c.lang, c.path, direct(c.domain))
			tab.Viewport(c.width, 600, false)
			tab.Prefer(c.prefer[0], c.prefer[1])
			c.begin(tab)
			all := stops(t, tab)
			var want int
			tab.Eval(`stopsWanted()`, &want)
			// Dates and times have parts.
			names := map[string]bool{}
			for i, s := range all {
				if i == 0 || s.Name != all[i-1].Name || s.Y != all[i-1].Y || s.X != all[i-1].X {
					names[fmt.Sprint(s.Name, s.X, s.Y)] = true
				}
			}
			if len(names) != want {
				t.Errorf("the keyboard stops %d times, want %d: %v", len(names), want, all)
			}
			for i, s := range all[1:] {
				before := all[i]
				row := s.Y < before.Y+before.Height && before.Y < s.Y+s.Height
				if across := s.X - before.X; row && (c.lang == "ar") != (across < 0) && across != 0 || !row && s.Y < before.Y {
					t.Errorf("%s (%v, %v) comes after %s (%v, %v)", s.Name, s.X, s.Y, before.Name, before.X, before.Y)
				}
			}
			for _, s := range slices.Backward(all) {
				tab.PressShift(browser.Tabulator)
				var back *stop
				tab.Eval(`stop()`, &back)
				if back == nil || back.Name != s.Name {
					t.Fatalf("on the way back there is %v, want %s", back, s.Name)
				}
			}
		})
	}
}

func TestEveryKindOfFieldIsFilledInByKeyboard(t *testing.T) {
	tab := watched(t, "en", "/", direct(keysTest))
	waitStep(tab, "form")
	tab.Eval(`toTop()`, nil)
	for _, step := range []struct{ name, keys string }{
		{"username", "ann"},
		{"password", "correct horse"},
		{"yes", browser.Space},
		{"few", browser.Down},
		{"lots", browser.Down + browser.Down},
		{"some", browser.Space},
		{"friends", "bob@example.org" + browser.Enter + "eve@example.org"},
		{"born", "01312001"},
		{"ocr", "abc"},
	} {
		tabTo(t, tab, "[name="+step.name+"]")
		tab.Press(step.keys)
	}
	tabTo(t, tab, "[data-submit]")
	tab.Press(browser.Space)
	tab.WaitVisible(".problem")
	if got, want := submissions(t, keysTest, 1)[0].String(), "submit: (hidden)FORM_TYPE=jabber:iq:register username=ann password=correct horse "+
		"plain=given text=one|two yes=0 few=b lots=2 some=x friends=bob@example.org|eve@example.org born=2001-01-31 (hidden)answers=1 (hidden)challenge=c1 ocr=abc"; got != want {
		t.Errorf("the server got\n%s\nwant\n%s", got, want)
	}
	// From the problem on to what the server said, in all detail.
	waitStep(tab, "form")
	tab.Press(browser.Tabulator + browser.Space)
	tab.WaitVisible(".technical")
	tab.Press(browser.Enter)
	tab.WaitGone(".technical")
	tabTo(t, tab, "[data-renew]")
	tab.Eval(`shut('get')`, nil)
	tab.Press(browser.Enter)
	waitStep(tab, "renewing")
	if !tab.Focused("[data-renew]") {
		t.Error("the button for another CAPTCHA has lost the focus")
	}
	tab.Eval(`unshut('get')`, nil)
	waitStep(tab, "form")
	if !tab.Focused("[data-renew]") {
		t.Error("the button for another CAPTCHA has lost the focus to it")
	}
}

// tells checks that Chromium tells screen readers of these things, in this order,
// and of others in between. The marks of direction are left out.
func tells(t *testing.T, tab *browser.Tab, want ...string) {
	t.Helper()
	all := tab.Told()
	rest := want
	for i, line := range all {
		all[i] = strings.NewReplacer(`\u2066`, "", `\u2068`, "", `\u2069`, "").Replace(line)
		if len(rest) > 0 && all[i] == rest[0] {
			rest = rest[1:]
		}
	}
	if len(rest) > 0 {
		t.Errorf("screen readers are not told of\n\t%s\nbut of\n\t%s", strings.Join(rest, "\n\t"), strings.Join(all, "\n\t"))
	}
}

func TestScreenReadersAreToldWhatEachFieldIs(t *testing.T) {
	tab := watched(t, "en", "/", direct(wholeTest))
	waitStep(tab, "form")
	// Nothing is called wrong that nobody has seen yet.
	tells(t, tab,
		`textbox "Name" "Your address will be name@whole.test" required`,
		`textbox "Secret" required`,
		`button "Show: Secret"`,
		`button "Suggest a password"`,
		`textbox "Line" "Anything at all."`,
		`checkbox "Yes" "You need not." checked`,
		`radiogroup "Few" required`,
		`combobox "Lots"`,
		`group "Some required"`,
		`textbox "Friends" "One address on each line." required`,
		`image "Picture with the characters that you are to type"`,
		`textbox "Letters in the picture" "One of these answers is enough. Picture with the characters that you are to type"`,
		`radio "A"`,
		`radio "b"`,
		`checkbox "x"`,
	)
	tab.Click("[data-field=password] button")
	tells(t, tab, `textbox "Secret" required`, `button "Hide: Secret" focused`)
	submit(tab)
	tab.WaitVisible("[data-field=username] .error")
	tells(t, tab,
		`textbox "Name" "Your address will be name@whole.test Please fill this in." invalid focused required`,
		`textbox "Secret" "Please fill this in." invalid required`,
		`button "Hide: Secret"`,
		`radiogroup "Few" "Please choose one." invalid required`,
		`combobox "Lots" "Please choose one." invalid`,
		`group "Some required" "Please choose at least one."`,
		`textbox "Friends" "One address on each line. Please fill this in." invalid required`,
		`checkbox "x" invalid`,
	)
}

func TestPasswordManagersKnowWhatIsAskedFor(t *testing.T) {
	existing(t, "keys", "example.test", "first")
	attributes := func(tab *browser.Tab) string {
		var all []string
		tab.Eval(`[...document.querySelector('xmpp-signup, xmpp-account').shadowRoot.querySelectorAll('input')].map((e) => [e.name, e.type, e.autocomplete].join(' ').trim())`, &all)
		return strings.Join(all, ", ")
	}
	tab := watched(t, "en", "/", direct("example.test"))
	waitStep(tab, "form")
	if got := attributes(tab); got != "username text username, password password new-password" {
		t.Errorf("to sign up: %s", got)
	}
	tab = watched(t, "en", "/account.html", direct("example.test"))
	accountStep(tab, "login")
	if got := attributes(tab); got != "username text username, password password current-password" {
		t.Errorf("to sign in: %s", got)
	}
	signIn(tab, "keys", "first")
	accountStep(tab, "account")
	if got := attributes(tab); got != "text username, new-password password new-password, repeat-password password new-password, confirm text off" {
		t.Errorf("to change the password: %s", got)
	}
}

func TestForcedColoursKeepWhatTheColoursSaid(t *testing.T) {
	tab := watched(t, "en", "/", map[string]string{"url": server.WebSocketURL(), "domain": takenTest}, `shut('get', 'set')`)
	tab.Prefer("forced-colors", "active")
	waitStep(tab, "waiting")
	submit(tab)
	tab.WaitVisible("[data-field=password] .error")
	tab.Type("[name=username]", "x")
	tab.Press(browser.Tabulator)
	var got struct{ Right, Wrong, Outline, Button, Ring, Gap string }
	tab.Eval(`(() => {
		const border = (e) => { const s = getComputedStyle(e); return s.borderTopStyle + ' ' + s.borderTopWidth; };
		const ring = getComputedStyle($('.status'), '::before');
		return {
			right: border($('[name=username]')), wrong: border($('[name=password]')), button: border($('[data-submit]')),
			outline: getComputedStyle(active()).outlineStyle + ' ' + getComputedStyle(active()).outlineWidth,
			ring: ring.borderTopColor, gap: ring.borderInlineEndColor,
		};
	})()`, &got)
	if got.Right != "solid 1px" || got.Wrong != "solid 3px" || got.Outline != "solid 3px" || got.Button != "solid 1px" || got.Ring == got.Gap {
		t.Errorf("%+v", got)
	}
	tab.Screenshot("forced-colours")
}

func TestNothingMovesForWhoWantsNoMotion(t *testing.T) {
	tab := watched(t, "en", "/", map[string]string{"url": server.WebSocketURL(), "domain": "example.test"}, `shut('module')`)
	waitStep(tab, "loading")
	var moving, still int
	const animations = `document.querySelector('xmpp-signup').shadowRoot.getAnimations().length`
	tab.Eval(animations, &moving)
	tab.Prefer("prefers-reduced-motion", "reduce")
	tab.Eval(animations, &still)
	if moving != 1 || still != 0 {
		t.Errorf("%d animations, and %d for who wants none", moving, still)
	}
}

func TestPageSpeaksTheLanguageAroundIt(t *testing.T) {
	tab := watched(t, "en", "/", direct("closed.test"))
	waitStep(tab, "failed")
	for _, c := range []struct{ outer, inner, lang, dir string }{
		{"de", "", "de", "ltr"},
		{"de-AT", "", "de", "ltr"},
		{"en", "fr", "fr", "ltr"},
		{"ar", "es", "es", "ltr"},
		{"fr", "ar-EG", "ar", "rtl"},
		{"ar", "", "ar", "rtl"},
		{"it", "", "en", "ltr"},
	} {
		var got struct{ Lang, Dir, Direction, Label string }
		// Below another shadow tree as well.
		tab.Eval(fmt.Sprintf(`(({ outer, inner }) => {
			document.documentElement.lang = outer;
			document.querySelector('main').replaceChildren();
			const box = document.createElement('div');
			if (inner) box.lang = inner;
			const element = document.createElement('xmpp-signup');
			element.setAttribute('url', 'ws://127.0.0.1:1/');
			box.attachShadow({ mode: 'open' }).append(element);
			document.querySelector('main').append(box);
			const frame = element.shadowRoot.firstElementChild;
			return { lang: frame.lang, dir: frame.dir, direction: getComputedStyle(frame).direction, label: frame.querySelector('label').textContent };
		})({ outer: %q, inner: %q })`, c.outer, c.inner), &got)
		if got.Lang != c.lang || got.Dir != c.dir || got.Direction != c.dir {
			t.Errorf("on a page in %s, in a part in %q: %+v", c.outer, c.inner, got)
		}
	}
}

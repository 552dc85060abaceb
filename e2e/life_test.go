package e2e

import (
	"fmt"
	"strings"
	"testing"

	"github.com/xmppreg/xmppreg/e2e/browser"
	"github.com/xmppreg/xmppreg/e2e/site"
)

// How an element lives in a page that others write: it is moved, made before its
// class is there, told other settings in the middle, left and come back to.

var ruledTest = formHost("ruled.test", dataForm(`<field type='text-single' var='username' label='Name'><required/></field>
<field type='text-private' var='password' label='Secret'><required/></field>
<field type='text-single' var='code' label='Code'><validate xmlns='http://jabber.org/protocol/xdata-validate' datatype='xs:string'><regex>[0-9]+</regex></validate></field>`))

// own opens a page of somebody's that may have scripts of its own in it.
func own(t *testing.T, body string) (*browser.Tab, *site.Server) {
	t.Helper()
	return ownPage(t, "none", body)
}

// whenSent runs a script in the moment that a form has been sent.
func whenSent(tab *browser.Tab, script string) {
	tab.Eval(fmt.Sprintf(`(() => {
		const signup = $('xmpp-signup');
		const sent = ({ detail }) => {
			if (detail.level !== 'sent' || !/type=.set/.test(detail.message)) return;
			signup.removeEventListener('logMessage', sent);
			%s
		};
		signup.addEventListener('logMessage', sent);
	})()`, script), nil)
}

func TestMovedElementLosesNothing(t *testing.T) {
	const places = `<div id="a">%s</div><div id="b"></div>`
	tab, _ := own(t, fmt.Sprintf(places, tagOf("example.test")))
	waitStep(tab, "form")
	tab.Type("input[name=username]", "mover")
	tab.Type("input[name=password]", "correct horse")
	tab.Eval(`b.append($('xmpp-signup'))`, nil)
	if user, password := tab.Value("input[name=username]"), tab.Value("input[name=password]"); user != "mover" || password != "correct horse" {
		t.Errorf("after the move there are %q and %q", user, password)
	}
	whenSent(tab, `a.append(signup);`)
	tab.Click("button[data-submit]")
	waitStep(tab, "done")
	tab.Eval(`b.append($('xmpp-signup'))`, nil)
	if got := tab.Text(".address"); got != "mover@example.test" {
		t.Errorf("the farewell names %q", got)
	}
	// Out of the page it ends, and begins anew.
	tab.Eval(`(async () => {
		const signup = $('xmpp-signup');
		signup.remove();
		await null;
		a.append(signup);
	})()`, nil)
	waitStep(tab, "form")
	if got := tab.Value("input[name=username]"); got != "" {
		t.Errorf("the form begins with %q", got)
	}
}

func TestPropertiesFromBeforeTheClassCount(t *testing.T) {
	tab, _ := own(t, `<script>
		const early = document.createElement('xmpp-signup');
		early.domain = 'example.test';
		early.url = '`+server.WebSocketURL()+`';
		early.token = undefined;
		document.body.append(early);
	</script>`)
	waitStep(tab, "form")
	var got []any
	tab.Eval(`(() => {
		const { domain, url, token } = early;
		early.url = null;
		early.token = undefined;
		return [domain, Boolean(url), token, early.hasAttribute('url'), early.hasAttribute('token'), Object.keys(early).length];
	})()`, &got)
	if fmt.Sprint(got) != "[example.test true  false false 0]" {
		t.Errorf("domain, url, token, attributes, own properties: %v", got)
	}
}

func TestElementThatIsToldAnotherDomainWhileAFormWaitsGoesThere(t *testing.T) {
	tab, release := queued(t, earlyFields, "early")
	tab.Eval(`$('xmpp-signup').domain = 'example.test'`, nil)
	release()
	fillIn(tab, "elsewhere", "correct horse")
	waitStep(tab, "done")
	if got := tab.Text(".address"); got != "elsewhere@example.test" {
		t.Errorf("the account is %q", got)
	}
}

func TestSettingsThatChangeWhileAFormIsSentWaitForTheOutcome(t *testing.T) {
	tab, _ := own(t, tagOf("example.test"))
	waitStep(tab, "form")
	tab.Eval(`(() => {
		globalThis.handed = [];
		const signup = $('xmpp-signup');
		signup.addEventListener('handover', ({ detail }) => handed.push(detail.jid + ' ' + detail.password));
		// A page that puts away the invitation that was used.
		signup.addEventListener('registrationSucceeded', () => { signup.token = ''; });
	})()`, nil)
	fillIn(tab, "cleared", "correct horse")
	waitStep(tab, "done")
	var handed []string
	tab.Eval(`handed`, &handed)
	if strings.Join(handed, ", ") != "cleared@example.test correct horse" {
		t.Errorf("handed over: %q", handed)
	}
	// What is done is done for that domain; another one begins anew.
	tab.Eval(`$('xmpp-signup').domain = 'EXAMPLE.test'`, nil)
	waitStep(tab, "form")
	whenSent(tab, `signup.domain = 'json.test';`)
	fillIn(tab, "cleared", "correct horse") // it is taken
	tab.WaitText(".suffix", "@json.test")
	waitStep(tab, "form")
}

func TestFormWithRulesWaitsForTheModuleToo(t *testing.T) {
	s, release := held(t, direct(ruledTest))
	tab := tabs.Tab(t)
	tab.Open(s.URL + "/")
	tab.Eval(fmt.Sprintf(`localStorage.setItem('xmppreg:form:%s', JSON.stringify({ title: '', instructions: '', fields: [
		{ name: 'username', control: 'line', label: 'Name', required: true },
		{ name: 'password', control: 'password', label: 'Secret', required: true },
		{ name: 'code', control: 'line', label: 'Code', type: 'text-single', checked: true,
			validation: { datatype: 'xs:string', method: 'regex', min: '', max: '', regex: '[0-9]+', listMin: 0, listMax: 0 } }] }))`, ruledTest), nil)
	tab.Reload()
	tab.Type("input[name=username]", "ruled")
	tab.Type("input[name=password]", "correct horse")
	tab.Type("input[name=code]", "none")
	tab.Press(browser.Enter)
	waitStep(tab, "queued")
	release()
	tab.WaitVisible("[data-field=code] .error")
	waitStep(tab, "form")
}

func TestWhoLeavesBeforeTheFormIsThereFindsTheFieldsAgain(t *testing.T) {
	// Nothing that the server sends arrives before the page is come back to.
	tab, s := own(t, `<script>
		// A browser that could not keep the page loads it anew.
		globalThis.back = performance.getEntriesByType('navigation')[0].type === 'back_forward';
		addEventListener('pageshow', ({ persisted }) => { globalThis.back ||= persisted; });
		delete globalThis.Worker;
		globalThis.WebSocket = class extends WebSocket {
			constructor(...args) {
				super(...args);
				this.addEventListener('message', (event) => { if (!globalThis.back) event.stopImmediatePropagation(); });
			}
		};
	</script>`+tagOf("example.test"))
	tab.ExpectProblem("/xmpp-websocket")
	waitStep(tab, "connecting")
	tab.Type("input[name=username]", "gone-before")
	tab.Type("input[name=password]", "correct horse")
	tab.Press(browser.Enter)
	waitStep(tab, "queued")
	tab.Open(s.URL + "/other.html")
	tab.Eval(`void setTimeout(() => history.back())`, nil)
	tab.Wait(`document.title === 'own' && $('xmpp-signup')?.dataset.step === 'form'`)
	if user := tab.Value("input[name=username]"); user != "gone-before" {
		t.Errorf("the user name is %q", user)
	}
	if err := logIn(t, "gone-before@example.test", "correct horse"); err == nil {
		t.Error("the form was sent after the page had been left")
	}
}

func TestDomainThatWasTypedSurvives(t *testing.T) {
	tab, _ := own(t, `<xmpp-signup url="`+server.WebSocketURL()+`"></xmpp-signup>`)
	waitStep(tab, "domain")
	tab.Type("input[name=domain]", "example.te")
	tab.Eval(`$('xmpp-signup').lang = 'de'`, nil)
	tab.Wait(`$('label').textContent.startsWith('Anbieter')`)
	if got := tab.Value("input[name=domain]"); got != "example.te" {
		t.Errorf("in another language the field has %q", got)
	}
	tab.Fill("input[name=domain]", "example.test")
	tab.Press(browser.Enter)
	waitStep(tab, "form")
	tab.Type("input[name=username]", "kept")
	tab.Reload()
	waitStep(tab, "form")
	if got := tab.Value("input[name=username]"); got != "kept" {
		t.Errorf("after a reload the user name is %q", got)
	}
}

func TestWhatWasTypedIsKeptWhenTheTabGoesToTheBackground(t *testing.T) {
	tab, _ := own(t, tagOf("example.test")+tagOf("example.test"))
	waitStep(tab, "form")
	tab.Type("input[name=username]", "phone")
	// As a browser says it of a tab that it may end without another word.
	tab.Eval(`document.dispatchEvent(new Event('visibilitychange'))`, nil)
	var kept string
	tab.Eval(`sessionStorage.getItem('xmppreg:typed:example.test')`, &kept)
	if kept != `{"username":"phone"}` {
		t.Errorf("kept is %s", kept)
	}
	// The other element, with nothing in it, takes nothing from it.
	tab.Eval(`void document.querySelectorAll('xmpp-signup')[1].remove()`, nil)
	tab.Reload()
	waitStep(tab, "form")
	if got := tab.Value("input[name=username]"); got != "phone" {
		t.Errorf("after a reload the user name is %q", got)
	}
}

func TestWhatWasTypedIsKeptUntilItsFieldComes(t *testing.T) {
	tab, _ := own(t, `<script>
		// No form ever comes: those that are drawn first have no such field.
		delete globalThis.Worker;
		globalThis.WebSocket = class extends EventTarget { readyState = 0; close() {} };
		sessionStorage.setItem('xmppreg:typed:example.test', '{"username":"early","email":"ann@example.org"}');
	</script>`+tagOf("example.test"))
	waitStep(tab, "connecting")
	tab.Fill("input[name=username]", "late")
	var kept map[string]string
	tab.Eval(`(document.dispatchEvent(new Event('visibilitychange')), JSON.parse(sessionStorage.getItem('xmppreg:typed:example.test')))`, &kept)
	if len(kept) != 2 || kept["username"] != "late" || kept["email"] != "ann@example.org" {
		t.Errorf("kept is %v", kept)
	}
}

func TestShapeOfAFormIsFoundAgainHoweverTheDomainIsWritten(t *testing.T) {
	// The second time no WebSocket ever opens.
	tab, _ := own(t, `<script>
		delete globalThis.Worker;
		if (localStorage.length) globalThis.WebSocket = class extends EventTarget { readyState = 0; close() {} };
	</script>`+tagOf("Example.TEST"))
	waitStep(tab, "form")
	title := tab.Text("h2")
	tab.Reload()
	waitStep(tab, "connecting")
	if got := tab.Text("h2"); got != title || strings.Contains(got, "Example") {
		t.Errorf("the form that is drawn first is called %q, the server's %q", got, title)
	}
}

func TestFocusStaysWithWhoWentOnToSomethingElse(t *testing.T) {
	tab, _ := own(t, `<input id="mine" aria-label="mine">`+tagOf("example.test"))
	for range 2 { // the second time the name is taken
		waitStep(tab, "form")
		whenSent(tab, `mine.focus();`)
		fillIn(tab, "busy", "correct horse")
		tab.Wait(`$('xmpp-signup').dataset.step === 'done' || $('[data-field=username] .error')?.textContent`)
		if !tab.Focused("#mine") {
			t.Error("the focus was taken away")
		}
		tab.Eval(`void $('xmpp-signup').replaceWith($('xmpp-signup').cloneNode())`, nil)
	}
}

var formInAnErrorTest = formHost("form-in-an-error.test", dataForm(`<field type='text-single' var='username' label='Name'><required/></field>
<field type='text-private' var='password' label='Secret'><required/></field>`)+
	`<error type='modify'><not-acceptable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/><text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>First this.</text></error>`)

func TestFormInAnErrorIsDrawnAndSent(t *testing.T) {
	tab := signUp(t, direct(formInAnErrorTest))
	waitStep(tab, "form")
	tab.WaitText(".problem q", "First this.")
	tab.WaitText("[data-field=password] label", "Secret")
	fillIn(tab, "ann", "correct horse")
	waitStep(tab, "done")
	sentBy(t, tab, "get set")
}

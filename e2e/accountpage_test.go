package e2e

import (
	"strings"
	"testing"

	"github.com/xmppreg/xmppreg/e2e/browser"
)

// account waits until the account page has come to this step.
func accountStep(tab *browser.Tab, step string) {
	tab.Wait(`$('xmpp-account')?.dataset.step === '` + step + `'`)
}

func signIn(tab *browser.Tab, username, password string) {
	tab.Fill("input[name=username]", username)
	tab.Fill("input[name=password]", password)
	tab.Press(browser.Enter)
}

func TestUserChangesThePasswordAndDeletesTheAccountOnThePage(t *testing.T) {
	up := signUp(t, direct("example.test"))
	fillIn(up, "paula", "first")
	waitStep(up, "done")

	tab := tabs.Tab(t)
	// What the page tells others must hold no password.
	tab.OnNewDocument(`globalThis.told = []; for (const type of ['passwordChanged', 'accountDeleted', 'connected', 'logMessage']) {
		addEventListener(type, ({ detail }) => told.push(JSON.stringify(detail)));
	}`)
	tab.Open(pages(t, direct("example.test")).URL + "/account.html")
	signIn(tab, "paula", "wrong")
	tab.Wait(`$('[data-field=password] .error')?.textContent`)
	tab.Screenshot("account-wrong-password")
	signIn(tab, "paula", "first")
	accountStep(tab, "account")
	if got := tab.Text(".address"); got != "paula@example.test" {
		t.Errorf("signed in as %q", got)
	}

	// Twice, and not the same.
	tab.Type("input[name=new-password]", "second")
	tab.Type("input[name=repeat-password]", "secand")
	tab.Press(browser.Enter)
	tab.Wait(`$('[data-field=repeat-password] .error')?.textContent`)
	tab.Fill("input[name=repeat-password]", "second")
	tab.Press(browser.Enter)
	tab.Wait(`$('[data-section=change] .said')?.textContent`)
	tab.Screenshot("account")
	if err := logIn(t, "paula@example.test", "first"); err == nil {
		t.Error("the old password still works")
	}
	if err := logIn(t, "paula@example.test", "second"); err != nil {
		t.Error(err)
	}

	tab.Click("[data-action=sign-out]")
	accountStep(tab, "login")
	if got := tab.Value("input[name=password]"); got != "" {
		t.Error("the password is still in the page")
	}
	signIn(tab, "paula@example.test", "second")
	accountStep(tab, "account")

	// The address typed in to confirm, first a wrong one.
	tab.Type("input[name=confirm]", "paul@example.test")
	tab.Click("[data-section=delete] button.danger")
	tab.Wait(`$('[data-field=confirm] .error')?.textContent`)
	if err := logIn(t, "paula@example.test", "second"); err != nil {
		t.Error(err)
	}
	tab.Fill("input[name=confirm]", "paula@example.test")
	tab.Click("[data-section=delete] button.danger")
	accountStep(tab, "deleted")
	if err := logIn(t, "paula@example.test", "second"); err == nil {
		t.Error("the account is still there")
	}
	var secrets int
	tab.Eval(`told.filter((detail) => /first|second|wrong/.test(detail)).length`, &secrets)
	if secrets > 0 {
		t.Error("the page told others a password")
	}
}

// heldUp opens the account page of a user who exists, signed in. What the page
// sends waits while its gate is shut.
func heldUp(t *testing.T, username, domain string) *browser.Tab {
	t.Helper()
	existing(t, username, domain, "first")
	tab := watched(t, "en", "/account.html", direct(domain))
	accountStep(tab, "login")
	signIn(tab, username, "first")
	accountStep(tab, "account")
	return tab
}

// changeTo sends another password, and waits until the page does nothing else.
func changeTo(tab *browser.Tab, password string) {
	tab.Fill("input[name=new-password]", password)
	tab.Fill("input[name=repeat-password]", password)
	tab.Eval(`shut('set')`, nil)
	tab.Press(browser.Enter)
	accountStep(tab, "changing")
}

// deletes is the same for a deletion.
func deletes(tab *browser.Tab, address string) {
	tab.Type("input[name=confirm]", address)
	tab.Eval(`shut('set')`, nil)
	tab.Press(browser.Enter)
	accountStep(tab, "deleting")
}

func TestAccountPageGoesOnInAnotherLanguage(t *testing.T) {
	tab := heldUp(t, "lara", "example.test")
	speak := func(lang, title string) {
		t.Helper()
		tab.Eval(`void ($('xmpp-account').lang = '`+lang+`')`, nil)
		tab.WaitText("h2", title)
	}
	changeTo(tab, "second")
	speak("de", "Dein Konto")
	tab.WaitText(".status", "Passwort wird geändert")
	tab.Eval(`unshut('set')`, nil)
	tab.WaitText(".said", "Das Passwort ist geändert")
	accountStep(tab, "account")
	if err := logIn(t, "lara@example.test", "second"); err != nil {
		t.Error(err)
	}

	// What was said and typed stays, and so does the focus.
	tab.Type("input[name=confirm]", "lara@")
	speak("fr", "Votre compte")
	tab.WaitText(".said", "Le mot de passe est changé")
	if !tab.Focused("input[name=confirm]") {
		t.Error("the focus is lost")
	}
	tab.Press("nowhere.test" + browser.Enter)
	tab.WaitText("[data-field=confirm] .error", "l’adresse de ce compte")
	// So does what is wrong with a field.
	speak("es", "Tu cuenta")
	tab.WaitText("[data-field=confirm] .error", "la dirección de esta cuenta")
	tab.Fill("input[name=new-password]", "third")
	tab.Press(browser.Enter)
	tab.WaitText("[data-field=repeat-password] .error", "Rellena este campo")
	speak("fr", "Votre compte")
	tab.WaitText("[data-field=repeat-password] .error", "Veuillez remplir")
	if got := tab.Value("input[name=confirm]"); got != "lara@nowhere.test" {
		t.Errorf("confirmed is %q", got)
	}
	tab.Eval(`sockets.at(-1).close()`, nil)
	accountStep(tab, "lost")
	tab.ExpectProblem("ws://127.0.0.1:1/")
	tab.Eval(`wrongServer = 'ws://127.0.0.1:1/'`, nil)
	tab.Click("[data-action=connect]")
	tab.WaitText(".problem", "Le serveur")
	speak("en", "Your account")
	tab.WaitText(".problem", "The server cannot be reached")
	tab.WaitText(".notice", "has ended")
	tab.Eval(`wrongServer = ''`, nil)
	tab.Click("[data-action=connect]")
	accountStep(tab, "account")

	tab.Fill("input[name=confirm]", "lara@example.test")
	tab.Press(browser.Enter)
	accountStep(tab, "deleted")
	speak("es", "La cuenta está eliminada")
	tab.WaitText(".address", "lara@example.test")
	tab.Click("[data-action=login]")
	accountStep(tab, "login")
	tab.Type("input[name=username]", "lara")
	tab.Type("input[name=password]", "sec")
	speak("de", "anmelden")
	tab.Press("ond")
	if got := tab.Value("input[name=username]") + " " + tab.Value("input[name=password]"); got != "lara second" {
		t.Errorf("typed is %q", got)
	}
	tab.Eval(`shut('open')`, nil)
	tab.Press(browser.Enter)
	accountStep(tab, "connecting")
	speak("en", "Sign in")
	tab.WaitText(".status", "Signing in")
	tab.Eval(`unshut('open')`, nil)
	tab.WaitText("[data-field=password] .error", "wrong")
	speak("de", "anmelden")
	tab.WaitText("[data-field=password] .error", "falsch")
}

func TestServersQuestionIsKeptInAnotherLanguage(t *testing.T) {
	tab := heldUp(t, "lynn", restTest)
	changeTo(tab, "second")
	tab.Eval(`unshut('set')`, nil)
	tab.WaitVisible("[data-section=change] [name=code]")
	tab.Type("[name=code]", "12")
	tab.Eval(`void ($('xmpp-account').lang = 'de')`, nil)
	tab.WaitText("[data-section=change]", "Der Server möchte mehr wissen")
	tab.Press("34" + browser.Enter)
	tab.WaitText(".said", "Das Passwort ist geändert")
}

func TestNewSettingsWaitForTheOutcome(t *testing.T) {
	tab := heldUp(t, "mila", policyTest)
	moves := func(domain string) {
		t.Helper()
		tab.Eval(`void ($('xmpp-account').domain = '`+domain+`')`, nil)
		tab.Eval(`unshut('set')`, nil)
	}
	changeTo(tab, "short")
	moves("example.test")
	accountStep(tab, "login")
	tab.WaitText(".problem", "The server did not accept this password")
	tab.WaitText("h2", "example.test")

	tab.Eval(`void ($('xmpp-account').domain = '`+policyTest+`')`, nil)
	tab.WaitText("h2", policyTest)
	signIn(tab, "mila", "first")
	accountStep(tab, "account")
	changeTo(tab, "battery staple")
	moves("example.test")
	accountStep(tab, "login")
	tab.WaitText(".status", "The password is changed.")
	tab.WaitText("h2", "example.test")
	if err := logIn(t, "mila@"+policyTest, "battery staple"); err != nil {
		t.Error(err)
	}

	tab.Eval(`void ($('xmpp-account').domain = '`+policyTest+`')`, nil)
	tab.WaitText("h2", policyTest)
	signIn(tab, "mila", "battery staple")
	accountStep(tab, "account")
	deletes(tab, "mila@"+policyTest)
	moves("example.test")
	accountStep(tab, "deleted")
	tab.WaitText(".address", "mila@"+policyTest)
	tab.Click("[data-action=login]")
	tab.WaitText("h2", "example.test")
}

func TestWhoLeftInTheMiddleOfAChangeLearnsThatItsOutcomeIsNotKnown(t *testing.T) {
	tab := heldUp(t, "nina", "example.test")
	leaves := func(words string) {
		t.Helper()
		tab.Eval(`void dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))`, nil)
		accountStep(tab, "login")
		tab.WaitText(".problem", words)
		var page string
		tab.Eval(`$('xmpp-account').shadowRoot.querySelector('.frame').innerText + [...$('.view').querySelectorAll('input')].map((e) => e.value).join()`, &page)
		for _, secret := range []string{"nina", "first", "second"} {
			if strings.Contains(page, secret) {
				t.Errorf("who comes back finds %q in %s", secret, page)
			}
		}
		tab.Eval(`unshut('set')`, nil)
	}
	changeTo(tab, "second")
	leaves("whether the password was changed")
	tab.WaitText(".status", "You are signed out.")
	tab.Eval(`void ($('xmpp-account').lang = 'de')`, nil)
	tab.WaitText(".problem", "Melde dich mit dem neuen Passwort an.")
	tab.Eval(`void ($('xmpp-account').lang = 'en')`, nil)
	// It is said until it is found out.
	leaves("whether the password was changed")
	signIn(tab, "nina", "second")
	tab.WaitVisible("[data-field=password] .error")
	signIn(tab, "nina", "first")
	accountStep(tab, "account")
	if tab.Visible(".problem") {
		t.Error("it is still said")
	}
	deletes(tab, "nina@example.test")
	leaves("whether the account was deleted")
	signIn(tab, "nina", "first")
	accountStep(tab, "account")
	// Nothing was under way.
	tab.Eval(`void dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))`, nil)
	accountStep(tab, "login")
	if tab.Visible(".problem") {
		t.Errorf("said is %q", tab.Text(".problem"))
	}
}

func TestAnswersOfTheServerLeaveTheFocusToWhoIsElsewhereInThePage(t *testing.T) {
	existing(t, "peta", restTest, "first")
	tab := watched(t, "en", "/account.html", direct(restTest))
	accountStep(tab, "login")
	tab.Eval(`void (document.body.appendChild(document.createElement('input')).id = 'mine')`, nil)
	// hears goes on in the page's own field until a screen reader has said this.
	hears := func(gate, words string) {
		t.Helper()
		tab.Eval(`(heard.length = 0, mine.focus(), unshut('`+gate+`'))`, nil)
		tab.Wait(`heard.some(({ said }) => said?.includes(` + "`" + words + "`" + `))`)
		var active string
		tab.Eval(`document.activeElement.id`, &active)
		if active != "mine" {
			t.Errorf("%s: the focus was drawn away", words)
		}
	}
	tab.Eval(`shut('open')`, nil)
	signIn(tab, "peta", "wrong")
	accountStep(tab, "connecting")
	hears("open", "Password: The address or the password is wrong.")
	signIn(tab, "peta", "first")
	accountStep(tab, "account")
	changeTo(tab, "second")
	hears("set", "The server wants to know more.")
	tab.Type("[name=code]", "0")
	tab.Eval(`shut('set')`, nil)
	tab.Press(browser.Enter)
	accountStep(tab, "changing")
	hears("set", "alert: The server did not accept this.")
	tab.Fill("[name=code]", "1234")
	tab.Eval(`shut('set')`, nil)
	tab.Press(browser.Enter)
	accountStep(tab, "changing")
	hears("set", "The password is changed.")
}

func TestAccountStaysOpenWhereItsElementIsMoved(t *testing.T) {
	tab := heldUp(t, "olga", "example.test")
	move := func() {
		t.Helper()
		var step string
		tab.Eval(`(async () => {
			document.body.appendChild(document.createElement('section')).append($('xmpp-account'));
			await new Promise(requestAnimationFrame);
			return $('xmpp-account').dataset.step;
		})()`, &step)
		if step != "account" && step != "changing" {
			t.Errorf("the step is %q", step)
		}
	}
	move()
	changeTo(tab, "second")
	move()
	tab.Eval(`unshut('set')`, nil)
	tab.WaitText(".said", "The password is changed.")
	if err := logIn(t, "olga@example.test", "second"); err != nil {
		t.Error(err)
	}
}

func TestAccountElementTakesPropertiesSetBeforeItsScript(t *testing.T) {
	tab := element(t, "")
	var got []string
	tab.Eval(`(async () => {
		const own = document.body.appendChild(document.createElement('xmpp-account'));
		Object.assign(own, { domain: 'example.test', url: 'wss://nowhere.test/ws' });
		await import('/xmpp-account.js');
		const before = [own.getAttribute('domain'), own.getAttribute('url'), own.dataset.step];
		own.url = null;
		return [...before, String(own.getAttribute('url')), own.url, own.dataset.step];
	})()`, &got)
	if strings.Join(got, " ") != "example.test wss://nowhere.test/ws login null  login" {
		t.Errorf("the element has %q", got)
	}
	tab.WaitText("h2", "example.test")
}

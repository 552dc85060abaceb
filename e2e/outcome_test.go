package e2e

import (
	"fmt"
	"testing"

	"github.com/xmppreg/xmppreg/e2e/browser"
)

// Whoever has sent a form learns what came of it, whatever else happens
// meanwhile: the account may be there.

// sending fills in the form that there is, and sends it. What the page sends
// waits from then on.
func sending(tab *browser.Tab, username, password string) {
	waitStep(tab, "form")
	tab.Fill("input[name=username]", username)
	tab.Fill("input[name=password]", password)
	tab.Eval(`shut('set')`, nil)
	tab.Press(browser.Enter)
	waitStep(tab, "sending")
}

func TestNothingElseIsBegunWhileAFormIsSent(t *testing.T) {
	tab := watched(t, "en", "/?domain="+openToGuestsTest, map[string]string{"url": server.WebSocketURL()})
	fillIn(tab, "steady", "short")
	tab.WaitVisible("[data-section=invitation]")
	tab.Type("input[name=invitation]", "nonsense")
	sending(tab, "steady", "correct horse")
	tab.Click("[data-action=provider]")
	tab.Click("[data-section=invitation] [type=submit]")
	tab.Eval(`void $('input[name=invitation]').focus()`, nil)
	tab.Press(browser.Enter)
	tab.Eval(`unshut('set')`, nil)
	waitStep(tab, "done")
	if got := tab.Text(".address"); got != "steady@"+openToGuestsTest {
		t.Errorf("the account is %q", got)
	}
}

func TestAccountThatMayBeThereIsNamedUntilItIsKnown(t *testing.T) {
	// The server is out of reach from then on, so that nothing can be found out.
	const cut = `wrongServer = 'ws://127.0.0.1:1/', sockets.at(-1).close()`
	for name, c := range map[string]struct{ before, script, words, suffix, taken string }{
		"put back later": {"", `(async () => {
			const signup = $('xmpp-signup');
			signup.remove();
			await new Promise(requestAnimationFrame);
			document.body.append(signup);
		})()`, "may have been created", "@" + takenTest, "may be your own"},
		"another domain":   {"", `$('xmpp-signup').domain = 'example.test', ` + cut, "may have been created", "@example.test", ""},
		"another language": {cut, `$('xmpp-signup').lang = 'de'`, "wurde vielleicht erstellt", "@" + takenTest, "Vielleicht ist es deiner"},
	} {
		t.Run(name, func(t *testing.T) {
			tab := watched(t, "en", "/", direct(takenTest))
			tab.ExpectProblem("ws://127.0.0.1:1/")
			sending(tab, "Ann", "correct horse")
			if c.before != "" {
				tab.Eval(c.before, nil)
				tab.WaitText(".problem", "may have been created")
			}
			tab.Eval(c.script, nil)
			tab.WaitText(".suffix", c.suffix)
			tab.WaitText(".problem", c.words)
			tab.WaitText(".problem", "ann@"+takenTest)
			if c.taken == "" {
				return
			}
			tab.Eval(`wrongServer = ''`, nil)
			sending(tab, "ann", "battery staple")
			tab.Eval(`unshut('set')`, nil)
			tab.WaitText("[data-field=username] .error", c.taken)
		})
	}
}

func TestAccountIsHandedOverWithTheAddressThatItWasMadeAt(t *testing.T) {
	tab, _ := own(t, tagOf("example.test"))
	waitStep(tab, "form")
	tab.Eval(`void $('xmpp-signup').addEventListener('handover', ({ detail }) => { globalThis.handed = detail.jid + ' ' + detail.url; })`, nil)
	whenSent(tab, `signup.url = 'https://[';`)
	fillIn(tab, "settled", "correct horse")
	tab.Wait(`globalThis.handed`)
	var handed string
	tab.Eval(`handed`, &handed)
	if handed != "settled@example.test "+server.WebSocketURL() {
		t.Errorf("handed over: %q", handed)
	}
	// The user is told of the account, and whatever the page changed meanwhile counts later.
	waitStep(tab, "done")
	if got := tab.Text(".address"); got != "settled@example.test" {
		t.Errorf("the last page names %q", got)
	}
	// The next account cannot be made there.
	tab.Eval(`$('xmpp-signup').url = 'https://[/'`, nil)
	waitStep(tab, "failed")
}

func TestUserIsToldOfTheAccountThoughThePageNamesAnotherDomainMeanwhile(t *testing.T) {
	tab := watched(t, "en", "/", direct("example.test"))
	sending(tab, "told", "correct horse")
	tab.Eval(`$('xmpp-signup').domain = 'json.test'`, nil)
	tab.Eval(`unshut('set')`, nil)
	waitStep(tab, "done")
	if got := tab.Text(".address"); got != "told@example.test" {
		t.Errorf("the last page names %q", got)
	}
	tab.Eval(`$('xmpp-signup').domain = 'JSON.test'`, nil)
	waitStep(tab, "form")
}

func TestPageThatIsComeBackToSaysNothingOfThePictureThatWasNotWaitedFor(t *testing.T) {
	tab := watched(t, "en", "/", direct(alternatives))
	waitStep(tab, "form")
	tab.Eval(`shut('get')`, nil)
	tab.Click("[data-renew]")
	waitStep(tab, "renewing")
	for _, name := range []string{"pagehide", "pageshow"} {
		tab.Eval(fmt.Sprintf(`void dispatchEvent(new PageTransitionEvent('%s', { persisted: true }))`, name), nil)
	}
	waitStep(tab, "form")
	if tab.Visible(".problem") {
		t.Errorf("the page says %q", tab.Text(".problem"))
	}
	tab.Click("[data-renew]")
	waitStep(tab, "renewing")
	tab.Eval(`unshut('get')`, nil)
	waitStep(tab, "form")
}

func TestRefusalIsSaidInTheLanguageThatWasChosenMeanwhile(t *testing.T) {
	tab := watched(t, "en", "/", direct(takenTest))
	sending(tab, "ann", "correct horse")
	tab.Eval(`$('xmpp-signup').lang = 'de'`, nil)
	tab.Eval(`unshut('set')`, nil)
	tab.WaitText("[data-field=username] .error", "Dieser Benutzername ist vergeben.")
	waitStep(tab, "form")
	if got := tab.Text("[data-submit]"); got != "Konto erstellen" {
		t.Errorf("the button says %q", got)
	}
	if !tab.Focused("input[name=username]") || tab.Text("[data-field=username] .error") == "" {
		t.Error("the refusal is not at the user name any more")
	}
	// Nothing has to be typed again.
	tab.Fill("input[name=password]", "free for all")
	tab.Press(browser.Enter)
	waitStep(tab, "done")
}

func TestFormThatWaitsIsSentInAnotherLanguage(t *testing.T) {
	tab, release := queued(t, "example.test", "polyglot")
	tab.Eval(`$('xmpp-signup').lang = 'de'`, nil)
	tab.WaitText("[data-submit]", "Konto erstellen")
	waitStep(tab, "queued")
	release()
	waitStep(tab, "done")
	if err := logIn(t, "polyglot@example.test", "correct horse"); err != nil {
		t.Error(err)
	}
}

func TestAnswersOfTheServerLeaveTheFocusToWhoFillsInTheOtherForm(t *testing.T) {
	tab := heldUp(t, "quinn", policyTest)
	for _, c := range []struct{ password, answer, words string }{
		{"short", `unshut('set')`, "New password: The server did not accept this password."},
		{"battery staple", `unshut('set')`, "The password is changed."},
		{"correct horse", `(sockets.at(-1).close(), unshut('set'))`, "alert: The password is still the old one"},
	} {
		changeTo(tab, c.password)
		tab.Fill("input[name=confirm]", "qui")
		tab.Eval(`void (heard.length = 0)`, nil)
		tab.Eval(c.answer, nil)
		tab.Wait(`heard.some(({ said }) => said?.includes('` + c.words + `'))`)
		tab.Press("nn")
		if got := tab.Value("input[name=confirm]"); got != "quinn" {
			t.Errorf("%s: in the other form stands %q", c.words, got)
		}
	}
}

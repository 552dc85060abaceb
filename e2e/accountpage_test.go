package e2e

import (
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

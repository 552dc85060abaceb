package e2e

import (
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

package e2e

import (
	"fmt"
	"strings"
	"testing"

	"github.com/xmppreg/xmppreg/e2e/browser"
)

// as has the browser say that it is another one.
func as(tab *browser.Tab, userAgent string, touchPoints int) {
	tab.OnNewDocument(fmt.Sprintf(`Object.defineProperty(navigator, 'userAgent', { value: %q });
		Object.defineProperty(navigator, 'maxTouchPoints', { value: %d })`, userAgent, touchPoints))
}

// appsOn are the links of the last page to apps, after the words above them.
func appsOn(tab *browser.Tab) string {
	tab.WaitVisible(".apps a")
	var all []string
	tab.Eval(`[$('h3'), ...$('xmpp-signup').shadowRoot.querySelectorAll('.apps a')].map(({ textContent, href = '' }) =>
		(textContent.replace(/[\u2066-\u2069]/g, '') + ' ' + href).trim())`, &all)
	return strings.Join(all, "\n")
}

// TestLastPageLeadsToAppsForTheVisitorsPlatform has what real browsers call themselves.
func TestLastPageLeadsToAppsForTheVisitorsPlatform(t *testing.T) {
	const (
		mac = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15"
		all = "All apps https://xmpp.org/software/"
	)
	s := pages(t, direct("example.test"))
	for i, c := range []struct {
		userAgent string
		touch     int
		want      string
	}{
		{"Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/137.0.0.0 Mobile Safari/537.36", 5,
			"Apps for Android\nCheogram https://cheogram.com/\nConversations https://conversations.im/\nmonocles chat https://monocles.chat/"},
		{"Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1", 5,
			"Apps for iOS\nMonal https://monal-im.org/\nSiskin IM https://siskin.im/"},
		{mac, 5, "Apps for iOS\nMonal https://monal-im.org/\nSiskin IM https://siskin.im/"},
		{mac, 0, "Apps for macOS\nBeagle IM https://beagle.im/\nConverse.js (in the browser) https://conversejs.org/\nMonal https://monal-im.org/"},
		{"Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0", 10,
			"Apps for Windows\nConverse.js (in the browser) https://conversejs.org/\nGajim https://gajim.org/"},
		{"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", 0,
			"Apps for Linux\nConverse.js (in the browser) https://conversejs.org/\nDino https://dino.im/\nGajim https://gajim.org/"},
		{"Mozilla/5.0 (Mobile; rv:48.0; A405DL) Gecko/48.0 Firefox/48.0 KAIOS/2.5", 0,
			"Apps\nConverse.js (in the browser) https://conversejs.org/"},
	} {
		tab := tabs.Tab(t)
		as(tab, c.userAgent, c.touch)
		tab.Open(s.URL + "/")
		fillIn(tab, fmt.Sprintf("platform-%d", i), "correct horse")
		waitStep(tab, "done")
		if got := appsOn(tab); got != c.want+"\n"+all {
			t.Errorf("%s:\n%s\nwant\n%s", c.userAgent, got, c.want+"\n"+all)
		}
		tab.Close()
	}
}

func TestLastPageSaysWhatToDoNext(t *testing.T) {
	tab := signUp(t, direct("example.test"))
	fillIn(tab, "next", "correct horse")
	waitStep(tab, "done")
	if got := tab.Text("slot[name=next]"); !strings.Contains(got, "next@example.test") || !strings.Contains(got, "Any XMPP app") {
		t.Errorf("the page says %q", got)
	}
	if got := tab.Text(".view"); !strings.Contains(got, "Nothing happens if there is no such app yet.") {
		t.Errorf("the page does not say that the link for apps may do nothing: %q", got)
	}
	var strong []string
	tab.Eval(`[...$('xmpp-signup').shadowRoot.querySelectorAll('.primary')].map(({ textContent }) => textContent)`, &strong)
	if strings.Join(strong, ", ") != "Copy address" {
		t.Errorf("the strong buttons are %q", strong)
	}
	// The clipboard is the browser's business; where it is closed to the page, the address is selected.
	tab.Eval(`void (navigator.clipboard.writeText = async (text) => { globalThis.copied = text; })`, nil)
	tab.Click("[data-action=copy]")
	tab.WaitText("[data-action=copy]", "Copied.")
	var copied string
	tab.Eval(`copied`, &copied)
	if copied != "next@example.test" {
		t.Errorf("copied is %q", copied)
	}
	tab.Eval(`void (navigator.clipboard.writeText = async () => { throw new Error('no'); })`, nil)
	tab.Click("[data-action=copy]")
	tab.WaitText(".view", "Selected. Copy it with the keyboard or the menu.")
	var selected string
	tab.Eval(`getSelection().toString()`, &selected)
	if selected != "next@example.test" {
		t.Errorf("selected is %q", selected)
	}
	tab.Screenshot("last-page")
}

// TestProviderPutsWordsAndAppsIntoTheLastPage has them stand there, and nowhere before; also
// where the server still wants something, and no app would be let in.
func TestProviderPutsWordsAndAppsIntoTheLastPage(t *testing.T) {
	for domain, isReady := range map[string]bool{"example.test": true, confirmTest: false} {
		tab := element(t, fmt.Sprintf(`<xmpp-signup domain="%s" url="%s">
			<p slot="next" id="next">Ask at the desk for the <a href="https://example.test/rooms">list of rooms</a>.</p>
			<ul slot="apps" id="apps"><li>Our own app</li></ul>
		</xmpp-signup>`, domain, server.WebSocketURL()))
		waitStep(tab, "form")
		if tab.Visible("#next") || tab.Visible("#apps") {
			t.Errorf("%s: the provider's words are there before the account is", domain)
		}
		fillIn(tab, "slotted", "correct horse")
		waitStep(tab, "done")
		tab.WaitVisible("#next")
		tab.WaitVisible("#apps")
		if tab.Visible("[data-action=open]") != isReady {
			t.Errorf("%s: an installed app is offered: %t", domain, !isReady)
		}
		var seen []string
		tab.Eval(`['slot[name=next] > p', 'slot[name=apps] > *'].filter((selector) => $(selector)?.checkVisibility())`, &seen)
		if len(seen) > 0 {
			t.Errorf("%s: beside the provider's words stand %v", domain, seen)
		}
		var loaded bool
		tab.Eval(`performance.getEntriesByType('resource').some(({ name }) => /\/apps-/.test(name))`, &loaded)
		if loaded {
			t.Errorf("%s: the list of apps was loaded, which nobody sees", domain)
		}
	}
}

func TestAppsAreNotLoadedBeforeTheyAreNeeded(t *testing.T) {
	tab := signUp(t, direct("example.test"))
	waitStep(tab, "form")
	var loaded []string
	const scripts = `performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname).filter((name) => /\/apps-/.test(name))`
	tab.Eval(scripts, &loaded)
	if len(loaded) > 0 {
		t.Errorf("there is %v before anything is sent", loaded)
	}
	fillIn(tab, "light", "correct horse")
	waitStep(tab, "done")
	tab.WaitVisible(".apps a")
	tab.Eval(scripts, &loaded)
	if len(loaded) != 1 {
		t.Errorf("loaded is %v", loaded)
	}
}

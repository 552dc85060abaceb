package e2e

import (
	"net/url"
	"strings"
	"testing"

	"github.com/xmppreg/xmppreg/e2e/browser"
)

// several are the attributes of a provider with more than one domain.
func several(domains string) map[string]string {
	return map[string]string{"domains": domains, "url": server.WebSocketURL()}
}

// offered is what the visitor may choose from, the chosen one with an asterisk.
func offered(tab *browser.Tab) string {
	var all []string
	tab.Eval(`[...$('xmpp-signup').shadowRoot.querySelectorAll('[data-field=domain] label')].map((label) =>
		label.textContent + (label.querySelector('input').checked ? '*' : ''))`, &all)
	return strings.Join(all, " ")
}

func TestVisitorChoosesAmongTheDomainsOfAProvider(t *testing.T) {
	tab := signUp(t, several("example.test JSON.test  xml.test,json.test"))
	waitStep(tab, "form")
	if got := offered(tab); got != "@example.test* @json.test @xml.test" {
		t.Errorf("offered is %s", got)
	}
	tab.Type("input[name=username]", "choosy")
	tab.Type("input[name=password]", "correct horse")
	tab.Click("input[value='json.test']")
	tab.WaitText("h2", "json.test")
	waitStep(tab, "form")
	if got := tab.Text(".suffix"); got != "@json.test" {
		t.Errorf("behind the name stands %q", got)
	}
	if got := tab.Value("input[name=username]") + " " + tab.Value("input[name=password]"); got != "choosy correct horse" {
		t.Errorf("of what was typed is left: %q", got)
	}
	if !tab.Focused("input[value='json.test']") {
		t.Error("the focus was moved away from the choice")
	}
	tab.Screenshot("domains")

	// The choice is kept for as long as the tab is open.
	tab.Reload()
	waitStep(tab, "form")
	if got := offered(tab); got != "@example.test @json.test* @xml.test" {
		t.Errorf("after a reload: %s", got)
	}
	tab.Type("input[name=password]", "correct horse")
	tab.Press(browser.Enter)
	waitStep(tab, "done")
	if got := tab.Text(".address"); got != "choosy@json.test" {
		t.Errorf("the address is %q", got)
	}
	if err := logIn(t, "choosy@json.test", "correct horse"); err != nil {
		t.Error(err)
	}
}

func TestAnotherDomainMayDoWhereOneFails(t *testing.T) {
	tab := signUp(t, several("closed.test example.test"))
	waitStep(tab, "failed")
	tab.Click("input[value='example.test']")
	waitStep(tab, "form")
	if got := offered(tab); got != "@closed.test @example.test*" {
		t.Errorf("offered is %s", got)
	}
	if tab.Visible(".problem") {
		t.Error("it still says what was wrong with the other one")
	}
}

func TestDomainOfAChoiceMayBeGivenFromOutside(t *testing.T) {
	s := pages(t, several("example.test json.test xml.test"))
	for query, want := range map[string]string{
		"":                     "@example.test* @json.test @xml.test",
		"?domain=xml.test":     "@example.test @json.test @xml.test*",
		"?domain=missing.test": "@example.test* @json.test @xml.test",
	} {
		tab := tabs.Tab(t)
		tab.Open(s.URL + "/" + query)
		waitStep(tab, "form")
		if got := offered(tab); got != want {
			t.Errorf("%q: offered is %s, want %s", query, got, want)
		}
	}
	// The page chooses by an attribute.
	tab := signUp(t, map[string]string{"domains": "example.test json.test", "domain": "json.test", "url": server.WebSocketURL()})
	waitStep(tab, "form")
	if got := offered(tab); got != "@example.test @json.test*" {
		t.Errorf("offered is %s", got)
	}
	// One domain is no choice.
	tab = signUp(t, several("json.test"))
	waitStep(tab, "form")
	if got := offered(tab) + tab.Text(".suffix"); got != "@json.test" {
		t.Errorf("offered is %s", got)
	}
}

func TestInvitationDecidesAmongTheDomains(t *testing.T) {
	s := inviting(t)
	tab := tabs.Tab(t)
	attributes := map[string]string{"domains": "example.test invite.test", "url": s.WebSocketURL()}
	tab.Open(pages(t, attributes).URL + "/?token=" + url.QueryEscape(inviteAnybody(t, s)))
	waitStep(tab, "form")
	if got := offered(tab); got != "" {
		t.Errorf("it offers %s", got)
	}
	fillIn(tab, "invited", "correct horse")
	waitStep(tab, "done")
	if err := logInAt(t, s, "invited@invite.test", "correct horse"); err != nil {
		t.Error(err)
	}

	// An invitation of another provider is none here.
	tab = tabs.Tab(t)
	attributes["domains"] = "example.test json.test"
	tab.Open(pages(t, attributes).URL + "/?token=" + url.QueryEscape(inviteAnybody(t, s)))
	waitStep(tab, "failed")
	if got := tab.Text(".problem"); !strings.Contains(got, "another provider") {
		t.Errorf("the page says %q", got)
	}
}

func TestBadAttributesAreSaidToThePagesAuthor(t *testing.T) {
	for name, c := range map[string]struct{ attribute, value, want string }{
		"no domain":          {"domains", "example.test https://json.test/", `domains: "https://json.test/" is not a domain`},
		"one left out":       {"domains", "json.test xml.test", `domain: "example.test" is none of the domains json.test xml.test`},
		"no address":         {"terms", "https://", `terms: "https://" is not the address of a web page`},
		"no address of HTTP": {"privacy", "javascript:alert(1)", `privacy: "javascript:alert(1)" is not the address of a web page`},
	} {
		t.Run(name, func(t *testing.T) {
			tab := tabs.Tab(t)
			tab.ExpectProblem(c.want)
			attributes := direct("example.test")
			attributes[c.attribute] = c.value
			tab.Open(pages(t, attributes).URL + "/")
			waitStep(tab, "failed")
			var details string
			tab.Eval(`$('.problem .technical').textContent`, &details)
			if !strings.Contains(details, c.want) {
				t.Errorf("the page says %q", details)
			}
			if console := strings.Join(tab.Console(), "\n"); !strings.Contains(console, c.want) {
				t.Errorf("the console says %q", console)
			}
			// It is mended without a reload.
			tab.Eval(`void $('xmpp-signup').removeAttribute('`+c.attribute+`')`, nil)
			waitStep(tab, "form")
		})
	}
}

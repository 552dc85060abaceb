package e2e

import (
	"maps"
	"strings"
	"testing"

	"github.com/xmppreg/xmppreg/e2e/browser"
)

var (
	ownTerms   = formHost("own-terms.test", dataForm(accountFields))
	askedTerms = formHost("asked-terms.test", dataForm(accountFields+`<field var='accept-tos' type='boolean'/>`))
	saidTerms  = formHost("said-terms.test", dataForm(accountFields+`<field var='tos' type='boolean' label='I will be kind'/>`))
)

// termsPage opens the sign-up page of a provider that has terms.
func termsPage(t *testing.T, domain string) *browser.Tab {
	t.Helper()
	attributes := maps.Clone(direct(domain))
	attributes["terms"], attributes["privacy"] = "https://example.test/terms?a=1#b", "privacy.html"
	return signUp(t, attributes)
}

// agreed is the box's words, whether it is ticked, and the links beside it.
func agreed(tab *browser.Tab) (box struct {
	Label   string
	Checked bool
	Links   []string
}) {
	tab.Eval(`(() => {
		const boxes = [...$('xmpp-signup').shadowRoot.querySelectorAll('input[type=checkbox]')];
		if (boxes.length !== 1) throw new Error(boxes.length + ' boxes');
		const field = boxes[0].closest('.field');
		return {
			label: field.querySelector('label').textContent,
			checked: boxes[0].checked,
			links: [...field.querySelectorAll('a')].map(({ textContent, href, rel, target }) => [textContent, new URL(href).pathname, rel, target].join(' ')),
		};
	})()`, &box)
	return box
}

func TestNothingIsSentBeforeTheTermsAreAgreedTo(t *testing.T) {
	tab := termsPage(t, ownTerms)
	waitStep(tab, "form")
	box := agreed(tab)
	if box.Checked || !strings.Contains(box.Label, "terms of service") || !strings.Contains(box.Label, "privacy policy") {
		t.Errorf("the box is %+v", box)
	}
	want := []string{"Terms of service /terms noopener noreferrer _blank", "Privacy policy /privacy.html noopener noreferrer _blank"}
	if strings.Join(box.Links, "\n") != strings.Join(want, "\n") {
		t.Errorf("the links are %q", box.Links)
	}
	fillIn(tab, "agreeable", "correct horse")
	tab.WaitText("[data-field=terms] .error", "Please tick this box")
	if !tab.Focused("input[name=terms]") || tab.Attribute("input[name=terms]", "aria-invalid") != "true" {
		t.Error("the box is not marked as wrong, or does not have the focus")
	}
	var required bool
	tab.Eval(`$('input[name=terms]').required`, &required)
	if !required {
		t.Error("nothing says that it has to be ticked")
	}
	var sent []string
	tab.Eval("sent", &sent)
	if len(sent) != 1 {
		t.Errorf("the page sent %v", sent)
	}
	tab.Screenshot("terms")

	// What was ticked stays in another language, and the server never hears of it.
	tab.Press(browser.Space)
	tab.Eval(`void ($('xmpp-signup').lang = 'de')`, nil)
	tab.WaitText("[data-field=terms] label", "Nutzungsbedingungen")
	waitStep(tab, "form")
	if !agreed(tab).Checked {
		t.Error("the box is not ticked any more")
	}
	tab.Click("button[data-submit]")
	waitStep(tab, "done")
	if got := submissions(t, ownTerms, 1)[0].String(); strings.Contains(got, "terms") || !strings.Contains(got, "username=agreeable") {
		t.Errorf("the server got %s", got)
	}
}

func TestTermsThatTheServerAsksForAreNotAskedForTwice(t *testing.T) {
	for domain, c := range map[string]struct{ name, label string }{
		askedTerms: {"accept-tos", "terms of service"}, // without words of the server's
		saidTerms:  {"tos", "I will be kind"},
	} {
		t.Run(domain, func(t *testing.T) {
			tab := termsPage(t, domain)
			waitStep(tab, "form")
			box := agreed(tab)
			if !strings.Contains(box.Label, c.label) || len(box.Links) != 2 {
				t.Errorf("the box is %+v", box)
			}
			fillIn(tab, "asked", "correct horse")
			tab.WaitText("[data-field="+c.name+"] .error", "Please tick this box")
			tab.Press(browser.Space)
			tab.Click("button[data-submit]")
			waitStep(tab, "done")
			if got := submissions(t, domain, 1)[0].String(); !strings.Contains(got, c.name+"=1") && !strings.Contains(got, c.name+"=true") {
				t.Errorf("the server got %s", got)
			}
		})
	}
}

// TestTermsAreThereWithTheFirstPaint ticks the page's own box before the server's form, which asks
// for the same, is there.
func TestTermsAreThereWithTheFirstPaint(t *testing.T) {
	attributes := maps.Clone(direct(askedTerms))
	attributes["terms"] = "/terms.html"
	s, release := held(t, attributes)
	tab := tabs.Tab(t)
	tab.Open(s.URL + "/")
	tab.Type("input[name=username]", "quick")
	tab.Type("input[name=password]", "correct horse")
	tab.Press(browser.Enter)
	tab.WaitText("[data-field=terms] .error", "Please tick this box")
	tab.Press(browser.Space)
	tab.Click("button[data-submit]")
	waitStep(tab, "queued")
	release()
	waitStep(tab, "done")
	if got := submissions(t, askedTerms, 1); !strings.Contains(got[len(got)-1].String(), "accept-tos=") {
		t.Errorf("the server got %v", got)
	}
}

func TestTermsMayBeChangedByThePage(t *testing.T) {
	tab := termsPage(t, ownTerms)
	waitStep(tab, "form")
	tab.Type("input[name=username]", "still-here")
	tab.Eval(`void ($('xmpp-signup').terms = null)`, nil)
	if box := agreed(tab); box.Label != "I have read the privacy policy." || len(box.Links) != 1 {
		t.Errorf("the box is %+v", box)
	}
	tab.Eval(`void ($('xmpp-signup').privacy = '')`, nil)
	if tab.Visible("input[type=checkbox]") || tab.Value("input[name=username]") != "still-here" {
		t.Error("there is a box still, or what was typed is gone")
	}
}

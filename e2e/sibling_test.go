package e2e

import (
	_ "embed"
	"fmt"
	"testing"

	"github.com/xmppreg/xmppreg/e2e/browser"
	"github.com/xmppreg/xmppreg/e2e/site"
)

//go:embed spy.js
var spying string

// A secret is a password that is in no word of the pages.
const secret = "zq-correct-horse-zq"

// spied opens a page beside whose element there is a script that looks for secrets.
func spied(t *testing.T, path string) *browser.Tab {
	t.Helper()
	dir, err := site.Dist()
	if err != nil {
		t.Fatal(err)
	}
	s, err := site.Start(site.Options{Dir: dir, Attributes: direct("example.test")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	tab := tabs.Tab(t)
	tab.OnNewDocument(spying)
	tab.ExpectProblem("deprecated") // the script reads whatever there is
	tab.Open(s.URL + path)
	return tab
}

// findsNone checks that a script finds this nowhere.
func findsNone(t *testing.T, tab *browser.Tab, state, secret, options string) {
	t.Helper()
	var places []string
	tab.Eval(fmt.Sprintf(`spy(%q, %s)`, secret, options), &places)
	for _, place := range places {
		t.Errorf("%s: the password is in %s", state, place)
	}
}

func TestScriptBesideTheSignUpFindsNoPassword(t *testing.T) {
	tab := spied(t, "/")
	waitStep(tab, "form")
	tab.Type("input[name=username]", "spied")
	tab.Type("input[name=password]", secret)
	findsNone(t, tab, "typed", secret, "{}")
	tab.Click("[data-field=password] button[aria-controls]")
	findsNone(t, tab, "shown", secret, "{}")
	tab.Eval(`void document.dispatchEvent(new Event('visibilitychange'))`, nil)
	findsNone(t, tab, "in the background", secret, "{}")
	tab.Click(".primary")
	waitStep(tab, "done")
	findsNone(t, tab, "done", secret, "{ withFields: true }")

	// A name that is taken: what was typed stays, and is sent once more.
	tab.Reload()
	fillIn(tab, "spied", secret)
	tab.WaitVisible("[data-field=username] .error")
	waitStep(tab, "form")
	findsNone(t, tab, "refused", secret, "{}")
	// The script is able to find something.
	tab.Eval(`void $('xmpp-signup').setAttribute('title', '`+secret+`')`, nil)
	var places []string
	if tab.Eval(fmt.Sprintf(`spy(%q)`, secret), &places); len(places) == 0 {
		t.Error("the script does not find what is there")
	}
}

func TestScriptBesideTheAccountFindsNoPassword(t *testing.T) {
	existing(t, "spied-account", "example.test", secret)
	tab := spied(t, "/account.html")
	accountStep(tab, "login")
	signIn(tab, "spied-account", "not-"+secret)
	tab.WaitVisible("[data-field=password] .error")
	findsNone(t, tab, "refused", secret, "{}")
	signIn(tab, "spied-account", secret)
	accountStep(tab, "account")
	findsNone(t, tab, "signed in", secret, "{ withFields: true }")
	const next = "zq-battery-staple-zq"
	tab.Fill("input[name=new-password]", next)
	tab.Fill("input[name=repeat-password]", next)
	findsNone(t, tab, "new one typed", next, "{}")
	tab.Press(browser.Enter)
	tab.WaitText(".said", "The password is changed.")
	for _, password := range []string{secret, next} {
		findsNone(t, tab, "changed", password, "{ withFields: true }")
	}
	tab.Click("[data-action=sign-out]")
	accountStep(tab, "login")
	for _, password := range []string{secret, next} {
		findsNone(t, tab, "signed out", password, "{ withFields: true }")
	}
}

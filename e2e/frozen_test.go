package e2e

import (
	"testing"

	"github.com/xmppreg/xmppreg/e2e/browser"
)

// freezing makes every prototype that a page's globals have unchangeable, before any other
// script runs, as pages do that trust no other script. What inherits a property from them
// cannot have one of that name assigned.
const freezing = `for (const name of Object.getOwnPropertyNames(globalThis)) {
	const { value } = Object.getOwnPropertyDescriptor(globalThis, name);
	if (typeof value !== 'function') continue;
	if (value.prototype) Object.freeze(value.prototype);
	Object.freeze(value);
}`

func TestPagesWorkWhereAllPrototypesAreFrozen(t *testing.T) {
	for name, before := range map[string]string{"worker": "", "page": "delete globalThis.Worker;"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tab := tabs.Tab(t)
			tab.OnNewDocument(before + freezing)
			s := pages(t, direct("example.test"))
			tab.Open(s.URL + "/")
			fillIn(tab, "frozen-"+name, "correct horse")
			waitStep(tab, "done")
			if runs := runsModule(tab); runs != (name == "page") {
				t.Errorf("the page's own thread runs the module: %t", runs)
			}
			tab.Reload()
			fillIn(tab, "frozen-"+name, "correct horse") // it is taken
			tab.WaitVisible("[data-field=username] .error")
			tab.Open(s.URL + "/account.html")
			signIn(tab, "frozen-"+name, "correct horse")
			accountStep(tab, "account")
			tab.Fill("input[name=new-password]", "battery staple")
			tab.Fill("input[name=repeat-password]", "battery staple")
			tab.Press(browser.Enter)
			tab.WaitText(".said", "The password is changed.")
		})
	}
}

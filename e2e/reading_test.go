package e2e

import (
	"testing"

	"github.com/xmppreg/xmppreg/e2e/browser"
)

// reading opens the page that asks for a provider, and answers before the module is there,
// which release lets come.
func reading(t *testing.T, answer string) (tab *browser.Tab, release func()) {
	t.Helper()
	s, release := held(t, map[string]string{"url": server.WebSocketURL()})
	tab = tabs.Tab(t)
	tab.Open(s.URL + "/")
	tab.Type("input[name=domain]", answer)
	tab.Press(browser.Enter)
	waitStep(tab, "reading")
	return tab, release
}

func TestAnswerForTheProviderIsReadAsSoonAsTheModuleIsThere(t *testing.T) {
	tab, release := reading(t, "ann@example.test")
	tab.WaitText(".status", "Loading…")
	if !tab.Focused("input[name=domain]") {
		t.Error("the focus is lost")
	}
	tab.Press(browser.Enter) // does nothing
	release()
	waitStep(tab, "form")
	tab.WaitText(".suffix", "@example.test")
}

func TestAnswerThatIsNoProviderIsSaidAsSoonAsTheModuleIsThere(t *testing.T) {
	tab, release := reading(t, "no provider at all")
	release()
	tab.WaitText("[data-field=domain] .error", "That is not the name of a provider.")
	waitStep(tab, "domain")
	if !tab.Focused("input[name=domain]") {
		t.Error("the focus is lost")
	}
}

package e2e

import (
	"testing"

	"github.com/xmppreg/xmppreg/e2e/browser"
)

func TestAnswerForTheProviderIsReadAsSoonAsTheModuleIsThere(t *testing.T) {
	s, release := held(t, map[string]string{"url": server.WebSocketURL()})
	tab := tabs.Tab(t)
	tab.Open(s.URL + "/")
	tab.Type("input[name=domain]", "ann@example.test")
	tab.Press(browser.Enter)
	waitStep(tab, "reading")
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
	s, release := held(t, map[string]string{"url": server.WebSocketURL()})
	tab := tabs.Tab(t)
	tab.Open(s.URL + "/")
	tab.Type("input[name=domain]", "no provider at all")
	tab.Press(browser.Enter)
	waitStep(tab, "reading")
	release()
	tab.WaitText("[data-field=domain] .error", "That is not the name of a provider.")
	waitStep(tab, "domain")
	if !tab.Focused("input[name=domain]") {
		t.Error("the focus is lost")
	}
}

package e2e

import (
	"fmt"
	"testing"

	"github.com/xmppreg/xmppreg/e2e/browser"
	"github.com/xmppreg/xmppreg/e2e/proxy"
)

// An element is moved, copied, taken away and put back in each of its steps.

// A stirring is what is done to an element in one of its steps.
type stirring struct {
	tag, step, first string // first is the step that a copy begins with
	changes          int    // requests that were sent so far and change something
}

// stir moves, copies, takes away and puts back an element. Nothing is sent again, nothing
// stays open, and no copy knows what was typed.
func stir(t *testing.T, tab *browser.Tab, p *proxy.Proxy, s stirring) {
	t.Helper()
	const values = `[...original.shadowRoot.querySelectorAll('input')].map(({ value }) => value).join(' ')`
	var moved struct{ Before, After, Step, Page string }
	tab.Eval(fmt.Sprintf(`(async () => {
		globalThis.original = $('%s');
		const before = %[2]s;
		document.body.append(document.createElement('section'));
		document.body.lastChild.append(original);
		await new Promise(requestAnimationFrame);
		return { before, after: %[2]s, step: original.dataset.step };
	})()`, s.tag, values), &moved)
	if moved.Step != s.step || moved.Before != moved.After {
		t.Errorf("%s: after a move it is at %q, and its fields are %q, before %q", s.step, moved.Step, moved.After, moved.Before)
	}
	tab.Eval(`void document.body.append(globalThis.copy = original.cloneNode(true))`, nil)
	tab.Wait(fmt.Sprintf(`copy.shadowRoot.querySelector('.view')?.childNodes.length && copy.dataset.step === %q`, s.first))
	var secrets int
	tab.Eval(`[...copy.shadowRoot.querySelectorAll('input')].filter(({ value }) => /correct horse|battery/.test(value)).length`, &secrets)
	if secrets > 0 {
		t.Errorf("%s: a copy knows the password", s.step)
	}
	tab.Eval(`(copy.remove(), original.remove())`, nil)
	waitOpen(t, p, 0)
	tab.Eval(`void document.body.append(original)`, nil)
	tab.Wait(fmt.Sprintf(`original.dataset.step === %q`, s.first))
	tab.Eval(`[...original.shadowRoot.querySelectorAll('input')].filter(({ value }) => /correct horse|battery/.test(value)).length`, &secrets)
	if secrets > 0 {
		t.Errorf("%s: the element knows the password when it is back", s.step)
	}
	changesSent(t, tab, s.changes)
}

func TestSignUpIsStirredInEachStep(t *testing.T) {
	for step, c := range map[string]struct {
		changes int
		reach   func(*testing.T, *browser.Tab, *proxy.Proxy)
	}{
		"form": {0, func(t *testing.T, tab *browser.Tab, p *proxy.Proxy) {
			waitStep(tab, "form")
			tab.Fill("input[name=username]", "stirred-form")
			tab.Fill("input[name=password]", "correct horse")
		}},
		"sending": {1, func(t *testing.T, tab *browser.Tab, p *proxy.Proxy) {
			sending(tab, "stirred-sending", "correct horse")
		}},
		"refused": {1, func(t *testing.T, tab *browser.Tab, p *proxy.Proxy) {
			existing(t, "stirred-refused", "example.test", "battery staple")
			fillIn(tab, "stirred-refused", "correct horse")
			tab.WaitVisible("[data-field=username] .error")
			waitStep(tab, "form")
		}},
		"done": {1, func(t *testing.T, tab *browser.Tab, p *proxy.Proxy) {
			fillIn(tab, "stirred-done", "correct horse")
			waitStep(tab, "done")
		}},
	} {
		t.Run(step, func(t *testing.T) {
			t.Parallel()
			tab, p := overBrokenLine(t, "en", "/", "example.test")
			c.reach(t, tab, p)
			at := step
			if step == "refused" {
				at = "form"
			}
			stir(t, tab, p, stirring{tag: "xmpp-signup", step: at, first: "form", changes: c.changes})
		})
	}
	t.Run("loading", func(t *testing.T) {
		t.Parallel()
		p, url := breaking(t)
		tab := watched(t, "en", "/", map[string]string{"domain": "example.test", "url": url}, `globalThis.changes = 0; shut('module')`)
		tab.ExpectProblem(p.Addr())
		waitStep(tab, "loading")
		tab.Fill("input[name=password]", "correct horse")
		stir(t, tab, p, stirring{tag: "xmpp-signup", step: "loading", first: "loading"})
		tab.Eval(`unshut('module')`, nil)
		waitStep(tab, "form")
	})
}

func TestAccountPageIsStirredInEachStep(t *testing.T) {
	for step, c := range map[string]struct {
		changes int
		reach   func(*testing.T, *browser.Tab, *proxy.Proxy)
	}{
		"account": {0, func(t *testing.T, tab *browser.Tab, p *proxy.Proxy) {
			tab.Fill("input[name=new-password]", "battery staple")
		}},
		"changing": {1, func(t *testing.T, tab *browser.Tab, p *proxy.Proxy) {
			changeTo(tab, "battery staple")
		}},
		"verifying": {1, func(t *testing.T, tab *browser.Tab, p *proxy.Proxy) {
			changeTo(tab, "battery staple")
			findingOut(t, tab, p, proxy.Server, accountStep)
			p.SetMode(proxy.Forward)
		}},
		"lost": {0, func(t *testing.T, tab *browser.Tab, p *proxy.Proxy) {
			p.Drop()
			accountStep(tab, "lost")
		}},
		"deleting": {1, func(t *testing.T, tab *browser.Tab, p *proxy.Proxy) {
			deletes(tab, "stirred-deleting@example.test")
		}},
		"deleted": {1, func(t *testing.T, tab *browser.Tab, p *proxy.Proxy) {
			deletes(tab, "stirred-deleted@example.test")
			tab.Eval(`unshut('set')`, nil)
			accountStep(tab, "deleted")
		}},
	} {
		t.Run(step, func(t *testing.T) {
			t.Parallel()
			tab, p := signedIn(t, "stirred-"+step)
			c.reach(t, tab, p)
			stir(t, tab, p, stirring{tag: "xmpp-account", step: step, first: "login", changes: c.changes})
		})
	}
}

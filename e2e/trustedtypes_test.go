package e2e

import (
	"testing"

	"github.com/xmppreg/xmppreg/e2e/browser"
	"github.com/xmppreg/xmppreg/e2e/site"
)

// demanding is a policy that takes no address of a script that nobody has vouched for.
const demanding = strict + "; require-trusted-types-for 'script'; trusted-types "

// runsModule tells whether the page's own thread runs the module: then what runs it is among
// the page's globals, under a symbol.
func runsModule(tab *browser.Tab) (runs bool) {
	tab.Eval(`Object.getOwnPropertySymbols(globalThis).some(({ description }) => description.startsWith('xmppreg Go'))`, &runs)
	return runs
}

func TestPagesWorkUnderTrustedTypesWithoutAViolation(t *testing.T) {
	s := startSite(t, site.Options{CSP: demanding + "xmppreg"})
	tab := tabs.Tab(t)
	tab.OnNewDocument(recordViolations)
	inWorker := func() {
		t.Helper()
		checkViolations(t, tab)
		if runsModule(tab) {
			t.Error("the module runs in the page's own thread")
		}
	}
	tab.Open(s.TLSURL + "/?domain=example.test")
	fillIn(tab, "trusted", "correct horse")
	waitStep(tab, "done")
	inWorker()
	tab.Open(s.TLSURL + "/account.html?domain=example.test")
	signIn(tab, "trusted", "correct horse")
	accountStep(tab, "account")
	inWorker()
	tab.ExpectProblem("https://example.test/", "wss://") // what it finds is not the point
	tab.Open(s.TLSURL + "/check.html?domain=example.test")
	tab.Wait(`$('xmpp-check')?.dataset.step === 'domain'`)
	tab.Eval(`$('input[name=domain]').focus()`, nil)
	tab.Press(browser.Enter)
	tab.Wait(`$('xmpp-check').dataset.step === 'report'`)
	checkViolations(t, tab) // it uses no Worker, so that it sees the page's own policy
	// Nobody else is trusted by it, nor has the page another Worker than before.
	var refused bool
	tab.ExpectProblem("TrustedScriptURL", "Trusted Type")
	tab.Eval(`(() => { try { new Worker('/worker.js'); } catch (error) { return error instanceof TypeError; } return false; })()`, &refused)
	if !refused {
		t.Error("any script of the page makes a Worker of any address")
	}
}

func TestClientWorksUnderTrustedTypes(t *testing.T) {
	runIn(t, worker)
	tab := client(t, site.Options{CSP: site.CSP + "; require-trusted-types-for 'script'; trusted-types xmppreg"})
	var jid string
	inPage(t, tab, `
		const { jid } = await new RegistrationManager(direct).submit({ username: 'trusted-client', password: 'correct horse' });
		return /native code/.test(Worker) ? jid : 'The page has another Worker now.';
	`, &jid)
	if jid != "trusted-client@example.test" {
		t.Error(jid)
	}
}

func TestPageThatTrustsNobodyHasTheModuleInItsOwnThread(t *testing.T) {
	s := startSite(t, site.Options{CSP: demanding + "'none'"})
	tab := tabs.Tab(t)
	tab.ExpectProblem("TrustedScriptURL", "Trusted Type", "TrustedTypePolicy", "trusted-types")
	tab.Open(s.TLSURL + "/?domain=example.test")
	fillIn(tab, "untrusted", "correct horse")
	waitStep(tab, "done")
	if !runsModule(tab) {
		t.Error("the module runs elsewhere")
	}
}

package e2e

import (
	"context"
	"fmt"
	"testing"

	"github.com/xmppreg/xmppreg/e2e/browser"
	"github.com/xmppreg/xmppreg/e2e/proxy"
)

// When the answer to a request is lost, the pages find out by themselves what came of it.
// The line breaks at the right moment, behind the page or in front of it, and the server is
// a real one.

// breaking is a proxy in front of the server that a test breaks.
func breaking(t *testing.T) (p *proxy.Proxy, url string) {
	t.Helper()
	p, err := proxy.Start(hostOf(t, server.WebSocketURL()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p, "ws://" + p.Addr() + "/xmpp-websocket"
}

// overBrokenLine opens a page that reaches the server through a proxy.
func overBrokenLine(t *testing.T, lang, path, domain string) (*browser.Tab, *proxy.Proxy) {
	t.Helper()
	p, url := breaking(t)
	tab := watched(t, lang, path, map[string]string{"domain": domain, "url": url},
		`globalThis.changes = 0;
		addEventListener('logMessage', ({ detail: { level, message } }) => {
			if (level === 'sent' && /^<iq[^>]* type='set'.*jabber:iq:register/.test(message)) changes++;
		});
		globalThis.told = []; for (const type of ['registrationSucceeded', 'passwordChanged', 'accountDeleted']) {
			addEventListener(type, ({ detail }) => told.push(type + ' ' + (detail?.jid ?? detail)));
		}`)
	tab.ExpectProblem(p.Addr()) // the browser reports each connection that fails
	return tab, p
}

// loses lets the request go that waits at the gate, and breaks the line when it, or the
// answer to it, is lost.
func loses(t *testing.T, tab *browser.Tab, p *proxy.Proxy, to proxy.Side) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	p.Lose(to)
	tab.Eval(`unshut('set')`, nil)
	if err := p.WaitLost(ctx); err != nil {
		t.Fatal(err)
	}
	p.Drop()
}

// changesSent counts the requests of the page that change something.
func changesSent(t *testing.T, tab *browser.Tab, want int) {
	t.Helper()
	var sets int
	tab.Eval(`changes`, &sets)
	if sets != want {
		t.Errorf("the page sent %d requests that change something, want %d", sets, want)
	}
}

func overhears(tab *browser.Tab, words string) {
	tab.Wait(fmt.Sprintf(`heard.some(({ said }) => said?.includes(%q))`, words))
}

func toldBy(t *testing.T, tab *browser.Tab, want string) {
	t.Helper()
	var told string
	tab.Eval(`told.join()`, &told)
	if told != want {
		t.Errorf("the page told %q, want %q", told, want)
	}
}

func TestAccountWhoseAnswerIsLostIsFoundToBeThere(t *testing.T) {
	tab, p := overBrokenLine(t, "en", "/", "example.test")
	tab.Eval(`void $('xmpp-signup').addEventListener('handover', ({ detail }) => { globalThis.handed = detail.jid + ' ' + detail.password; })`, nil)
	sending(tab, "Found", "correct horse")
	loses(t, tab, p, proxy.Client)
	waitStep(tab, "done")
	if got := tab.Text(".address"); got != "found@example.test" {
		t.Errorf("the last page names %q", got)
	}
	if tab.Visible(".problem") {
		t.Errorf("it says %q", tab.Text(".problem"))
	}
	overhears(tab, "was lost. Finding out what happened")
	toldBy(t, tab, "registrationSucceeded found@example.test")
	var handed string
	tab.Eval(`handed`, &handed)
	if handed != "found@example.test correct horse" {
		t.Errorf("handed over: %q", handed)
	}
	if err := logIn(t, "found@example.test", "correct horse"); err != nil {
		t.Error(err)
	}
	changesSent(t, tab, 1)
}

func TestAccountWhoseFormIsLostIsFoundNotToBeThere(t *testing.T) {
	tab, p := overBrokenLine(t, "en", "/", "example.test")
	sending(tab, "Lost", "correct horse")
	loses(t, tab, p, proxy.Server)
	tab.WaitText(".problem", "was not created.")
	tab.WaitText(".problem", "lost@example.test")
	tab.WaitText(".problem", "Send the form again.")
	waitStep(tab, "form")
	if !tab.Focused(".problem") {
		t.Error("the focus is not at what is said")
	}
	if user, password := tab.Value("input[name=username]"), tab.Value("input[name=password]"); user != "Lost" || password != "correct horse" {
		t.Errorf("the form has %q and %q", user, password)
	}
	changesSent(t, tab, 1)
	toldBy(t, tab, "")
	tab.Click("button[data-submit]")
	waitStep(tab, "done")
	if err := logIn(t, "lost@example.test", "correct horse"); err != nil {
		t.Error(err)
	}
	changesSent(t, tab, 2)
}

func TestFormWithAQuestionIsANewOneWhenTheFirstIsLost(t *testing.T) {
	tab, p := overBrokenLine(t, "en", "/", alternatives)
	waitStep(tab, "form")
	tab.Type("input[name=audio_recog]", "bell")
	sending(tab, "lost-ear", "correct horse")
	loses(t, tab, p, proxy.Server)
	tab.WaitText(".problem", "was not created.")
	tab.WaitText(".problem", "Answer the question, then send the form again.")
	tab.Wait(`$('input[name=audio_recog]')?.value === ''`)
	waitStep(tab, "form")
	tab.Type("input[name=audio_recog]", "bell")
	tab.Press(browser.Enter)
	waitStep(tab, "done")
}

// unreachable loses a form, or the answer to it, and the server with it.
func unreachable(t *testing.T, tab *browser.Tab, p *proxy.Proxy, to proxy.Side) {
	t.Helper()
	p.SetMode(proxy.Refuse)
	loses(t, tab, p, to)
	tab.WaitVisible("[data-action=verify]")
}

func TestWhatIsStillUnknownIsFoundOutWhenSomebodyAsks(t *testing.T) {
	for name, c := range map[string]struct {
		lost   proxy.Side
		settle func(*testing.T, *browser.Tab)
	}{
		"made": {proxy.Client, func(t *testing.T, tab *browser.Tab) {
			waitStep(tab, "done")
			tab.WaitText(".address", "asked-made@example.test")
		}},
		"not-made": {proxy.Server, func(t *testing.T, tab *browser.Tab) {
			tab.WaitText(".problem", "was not created")
			waitStep(tab, "form")
			if !tab.Focused(".problem") || tab.Visible("[data-action=verify]") {
				t.Error("what is said now is not at the focus, or offers to ask again")
			}
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tab, p := overBrokenLine(t, "en", "/", "example.test")
			sending(tab, "asked-"+name, "correct horse")
			unreachable(t, tab, p, c.lost)
			tab.WaitText(".problem", "may have been created")
			// Once more, in vain.
			tab.Eval(`void (heard.length = 0)`, nil)
			tab.Click("[data-action=verify]")
			overhears(tab, "Finding out what happened")
			waitStep(tab, "form")
			overhears(tab, "may have been created")
			tab.Wait(`$('.problem') === $('xmpp-signup').shadowRoot.activeElement`)
			p.SetMode(proxy.Forward)
			tab.Press(browser.Tabulator + browser.Enter)
			c.settle(t, tab)
			changesSent(t, tab, 1)
		})
	}
}

func TestFormThatIsSentAgainFindsTheAccountOfTheFirst(t *testing.T) {
	tab, p := overBrokenLine(t, "en", "/", "example.test")
	sending(tab, "twice", "correct horse")
	unreachable(t, tab, p, proxy.Client)
	p.SetMode(proxy.Forward)
	tab.Click("button[data-submit]")
	waitStep(tab, "done")
	tab.WaitText(".address", "twice@example.test")
}

// findingOut holds the page up while it finds out.
func findingOut(t *testing.T, tab *browser.Tab, p *proxy.Proxy, to proxy.Side, step func(*browser.Tab, string)) {
	t.Helper()
	p.SetMode(proxy.Hang)
	loses(t, tab, p, to)
	step(tab, "verifying")
	waitOpen(t, p, 1)
}

func TestFindingOutIsStopped(t *testing.T) {
	tab, p := overBrokenLine(t, "en", "/", "example.test")
	sending(tab, "stopped", "correct horse")
	findingOut(t, tab, p, proxy.Client, waitStep)
	tab.Click("button[data-submit]") // does nothing
	tab.Click("[data-action=stop]")
	tab.WaitText(".problem", "may have been created")
	if !tab.Focused(".problem") {
		t.Error("the focus is lost")
	}
	waitOpen(t, p, 0)
	p.SetMode(proxy.Forward)
	tab.Click("[data-action=verify]")
	waitStep(tab, "done")
	changesSent(t, tab, 1)
}

func TestWhoLeavesThePageWhileItFindsOutLearnsItWhenBack(t *testing.T) {
	tab, p := overBrokenLine(t, "en", "/", "example.test")
	sending(tab, "back", "correct horse")
	findingOut(t, tab, p, proxy.Client, waitStep)
	tab.Eval(`void dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))`, nil)
	waitOpen(t, p, 0)
	tab.WaitText(".problem", "may have been created")
	p.SetMode(proxy.Forward)
	tab.Eval(`void dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))`, nil)
	waitStep(tab, "done")
	changesSent(t, tab, 1)
}

func TestLanguageThatChangesWhileThePageFindsOutLosesNothing(t *testing.T) {
	tab, p := overBrokenLine(t, "en", "/", "example.test")
	sending(tab, "spoken", "correct horse")
	findingOut(t, tab, p, proxy.Client, waitStep)
	speak := func(lang, selector, words string) {
		t.Helper()
		tab.Eval(`void ($('xmpp-signup').lang = '`+lang+`')`, nil)
		tab.WaitText(selector, words)
	}
	speak("de", ".status", "ging verloren. Es wird nachgesehen")
	tab.Click("[data-action=stop]")
	tab.WaitText("[data-action=verify]", "Noch einmal nachsehen")
	speak("fr", "[data-action=verify]", "Vérifier à nouveau")
	p.SetMode(proxy.Forward)
	tab.Click("[data-action=verify]")
	waitStep(tab, "done")
	tab.WaitText(".address", "spoken@example.test")
}

// signedIn opens the account page of a user who exists, signed in through a proxy.
func signedIn(t *testing.T, username string) (*browser.Tab, *proxy.Proxy) {
	t.Helper()
	existing(t, username, "example.test", "first")
	tab, p := overBrokenLine(t, "en", "/account.html", "example.test")
	accountStep(tab, "login")
	signIn(tab, username, "first")
	accountStep(tab, "account")
	return tab, p
}

func TestChangeOfThePasswordWhoseAnswerIsLostIsFoundOut(t *testing.T) {
	for name, c := range map[string]struct {
		lost                              proxy.Side
		place, words, password, told, new string
	}{
		"changed":     {proxy.Client, ".said", "The password is changed.", "second", "passwordChanged null", ""},
		"not-changed": {proxy.Server, ".problem", "The password is still the old one", "first", "", "second"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			t.Run("at once", func(t *testing.T) {
				tab, p := signedIn(t, "at-once-"+name)
				changeTo(tab, "second")
				loses(t, tab, p, c.lost)
				tab.WaitText(c.place, c.words)
				accountStep(tab, "account")
				overhears(tab, "Finding out what happened")
				overhears(tab, c.words)
				toldBy(t, tab, c.told)
				if got := tab.Value("input[name=new-password]"); got != c.new {
					t.Errorf("the form has %q", got)
				}
				if err := logIn(t, "at-once-"+name+"@example.test", c.password); err != nil {
					t.Error(err)
				}
				changesSent(t, tab, 1)
			})
			for _, button := range []string{"verify", "connect"} {
				t.Run("by the button "+button, func(t *testing.T) {
					tab, p := signedIn(t, button+"-"+name)
					changeTo(tab, "second")
					unreachable(t, tab, p, c.lost)
					tab.WaitText(".problem", "It is not known whether the password")
					accountStep(tab, "lost")
					p.SetMode(proxy.Forward)
					tab.Click("[data-action=" + button + "]")
					tab.WaitText(c.place, c.words)
					accountStep(tab, "account")
					if tab.Visible("[data-action=verify]") {
						t.Error("the page still offers to ask")
					}
					changesSent(t, tab, 1)
				})
			}
		})
	}
}

func TestFindingOutOnTheAccountPageIsStopped(t *testing.T) {
	tab, p := signedIn(t, "halted")
	changeTo(tab, "second")
	findingOut(t, tab, p, proxy.Client, accountStep)
	tab.Click("[data-action=stop]")
	tab.WaitText(".problem", "It is not known whether the password")
	accountStep(tab, "lost")
	waitOpen(t, p, 0)
	p.SetMode(proxy.Forward)
	tab.Click("[data-action=verify]")
	tab.WaitText(".said", "The password is changed.")
}

func TestDeletionWhoseAnswerIsLostIsFoundOut(t *testing.T) {
	for name, lost := range map[string]proxy.Side{"deleted": proxy.Client, "not-deleted": proxy.Server} {
		for _, button := range []string{"", "verify"} {
			t.Run(name+" "+button, func(t *testing.T) {
				t.Parallel()
				username := "q-" + button + name
				tab, p := signedIn(t, username)
				deletes(tab, username+"@example.test")
				if button == "" {
					loses(t, tab, p, lost)
				} else {
					unreachable(t, tab, p, lost)
					tab.WaitText(".problem", "It is not known whether the account")
					p.SetMode(proxy.Forward)
					tab.Click("[data-action=verify]")
				}
				if lost == proxy.Client {
					accountStep(tab, "deleted")
					tab.WaitText(".address", username+"@example.test")
					toldBy(t, tab, "accountDeleted "+username+"@example.test")
				} else {
					tab.WaitText(".problem", "The account is not deleted")
					if got := tab.Value("input[name=confirm]"); got != username+"@example.test" {
						t.Errorf("the form has %q", got)
					}
				}
				changesSent(t, tab, 1)
			})
		}
	}
}

func TestFindingOutIsAccessible(t *testing.T) {
	for lang := range looks {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			tab, p := overBrokenLine(t, lang, "/", "example.test")
			at := func(state string) {
				t.Helper()
				inspect(t, tab, lang, state)
				tab.Viewport(320, 900, false)
				tab.Screenshot("findout-" + lang + "-" + state)
				tab.Viewport(1000, 800, false)
			}
			sending(tab, "seen-"+lang, "correct horse")
			findingOut(t, tab, p, proxy.Server, waitStep)
			at("finding out")
			tab.Click("[data-action=stop]")
			tab.WaitVisible("[data-action=verify]")
			at("unknown")
			tab.Click("[data-action=verify]")
			waitStep(tab, "verifying")
			at("finding out again")
			tab.Click("[data-action=stop]")
			tab.WaitVisible("[data-action=verify]")
			p.SetMode(proxy.Forward)
			tab.Click("[data-action=verify]")
			tab.Wait(`$('.problem') && !$('[data-action=verify]')`)
			waitStep(tab, "form")
			at("not made")
		})
	}
}

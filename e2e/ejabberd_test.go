package e2e

import (
	"context"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/xmppreg/xmppreg/e2e/browser"
	"github.com/xmppreg/xmppreg/e2e/ejabberd"
	"github.com/xmppreg/xmppreg/e2e/site"
)

// keepBlobs lets a test read what the page shows: the page itself may not fetch
// it.
const keepBlobs = `delete globalThis.Worker; globalThis.blobs = {}; {
	const make = URL.createObjectURL;
	URL.createObjectURL = (blob) => { const url = make.call(URL, blob); blobs[url] = blob; return url; };
}`

// captchaAnswer reads the answer out of the image that the page shows.
func captchaAnswer(t *testing.T, tab *browser.Tab) string {
	t.Helper()
	tab.Wait(`$('[data-field=ocr] img')?.complete && $('[data-field=ocr] img').naturalWidth > 0`)
	var encoded string
	tab.Eval(`blobs[$('[data-field=ocr] img').src].arrayBuffer()
		.then((b) => btoa(Array.from(new Uint8Array(b), (c) => String.fromCharCode(c)).join('')))`, &encoded)
	image, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := ejabberd.Answer(image)
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

func TestCaptchaOfEjabberdIsSolvedOnThePage(t *testing.T) {
	s := startEjabberd(t, ejabberd.Options{CaptchaSize: 60_000}) // more than the 32 KiB that the WebSocket library takes by itself
	tab := tabs.Tab(t)
	tab.OnNewDocument(keepBlobs)
	tab.Open(pages(t, map[string]string{"domain": "captcha.test", "url": s.WebSocketURL()}).URL + "/")
	waitStep(tab, "form")
	tab.Type("input[name=username]", "gus")
	tab.Type("input[name=password]", "correct horse")
	first := captchaAnswer(t, tab)
	tab.Screenshot("captcha")
	tab.Type("input[name=ocr]", "000000x")
	tab.Press(browser.Enter)

	// A wrong answer: another image, and nothing else is asked again.
	tab.Wait(`$('[data-field=ocr] .error')?.textContent`)
	tab.Wait(`$('xmpp-signup').dataset.step === 'form'`)
	if tab.Value("input[name=username]") != "gus" || tab.Value("input[name=password]") != "correct horse" || tab.Value("input[name=ocr]") != "" {
		t.Error("what was typed is lost, or the old answer is still there")
	}
	second := captchaAnswer(t, tab)
	if second == first {
		t.Error("the image is the old one")
	}
	tab.Type("input[name=ocr]", second)
	tab.Press(browser.Enter)
	waitStep(tab, "done")
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := LogIn(ctx, s.WebSocketURL(), "gus@captcha.test", "correct horse"); err != nil {
		t.Error(err)
	}
}

func TestCaptchaOutlivesTheStreamThatEjabberdDrops(t *testing.T) {
	s := startEjabberd(t, ejabberd.Options{NegotiationTimeout: 5 * time.Second})
	tab := tabs.Tab(t)
	tab.OnNewDocument(keepBlobs + `; addEventListener('disconnected', ({ detail }) => { globalThis.dropped = JSON.stringify(detail); })`)
	tab.Open(pages(t, map[string]string{"domain": "captcha.test", "url": s.WebSocketURL()}).URL + "/")
	waitStep(tab, "form")
	tab.Type("input[name=username]", "hal")
	answer := captchaAnswer(t, tab)
	tab.Wait(`globalThis.dropped`)
	var dropped string
	tab.Eval(`dropped`, &dropped)
	if dropped != `{"reason":null}` {
		t.Errorf("the end of a silent guest's stream was told as %s", dropped)
	}
	tab.Type("input[name=password]", "correct horse")
	tab.Type("input[name=ocr]", answer)
	tab.Press(browser.Enter)
	waitStep(tab, "done")
}

func TestAccountsLifeAtEjabberd(t *testing.T) {
	s := startEjabberd(t, ejabberd.Options{})
	tab := client(t, site.Options{})
	var got struct {
		Fields               []string
		Old, Deleted, Strong failed
		Denied, Name, None   failed
		URL                  string
		Events               []string
	}
	inPage(t, tab, fmt.Sprintf(`
		const at = (domain) => new RegistrationManager({ domain, url: %q });
		const reg = at('open.test');
		const events = [];
		for (const type of ['passwordChanged', 'accountDeleted', 'accountDeletionFailed', 'disconnected']) reg.addEventListener(type, () => events.push(type));
		const form = await reg.requestForm();
		await reg.submit({ username: 'ines', password: 'first' });
		await reg.connect();
		await reg.changePassword('second');
		const old = await failure(at('open.test').connect({ jid: 'ines@open.test', password: 'first' }));
		await reg.deleteAccount();
		const deleted = await failure(at('open.test').connect({ jid: 'ines@open.test', password: 'second' }));
		const values = { username: 'bad1', password: 'x' };
		return {
			fields: form.fields.map(({ name, type }) => name + ' ' + type), events, old, deleted,
			strong: await failure(at('strong.test').submit(values)),
			denied: await failure(at('ipdeny.test').submit(values)),
			name: await failure(at('names.test').submit(values)),
			none: await failure(at('noreg.test').requestForm()),
			url: (await at('redirect.test').requestForm()).url,
		};
	`, s.WebSocketURL()), &got)
	if fields := strings.Join(got.Fields, ", "); fields != "username text-single, password text-private" {
		t.Errorf("fields %s", fields)
	}
	if events := strings.Join(got.Events, " "); events != "disconnected passwordChanged accountDeleted disconnected" {
		t.Errorf("events %s", events)
	}
	for name, e := range map[string]struct {
		got    failed
		reason string
	}{
		"old password":       {got.Old, "not-authorized"},
		"deleted account":    {got.Deleted, "not-authorized"},
		"weak password":      {got.Strong, "rejected"},
		"network refused":    {got.Denied, "forbidden"},
		"name refused":       {got.Name, "forbidden"},
		"without a register": {got.None, "not-advertised"},
	} {
		if e.got.Reason != e.reason || !e.got.Registration {
			t.Errorf("%s: %+v", name, e.got)
		}
	}
	if got.URL != "https://redirect.test/signup" {
		t.Errorf("the address is %q", got.URL)
	}
}

func TestEveryHashOfEjabberdIsLoggedInWith(t *testing.T) {
	s := startEjabberd(t, ejabberd.Options{Global: `
host_config:
  names.test:
    auth_scram_hash: sha256
  open.test:
    auth_scram_hash: sha512
`})
	tab := client(t, site.Options{})
	for domain, mechanism := range map[string]string{
		"strong.test": "SCRAM-SHA-1", "names.test": "SCRAM-SHA-256", "open.test": "SCRAM-SHA-512",
	} {
		seen := logInTwice(t, tab, domain, s.WebSocketURL())
		if want := fmt.Sprint([]string{mechanism, mechanism}); fmt.Sprint(seen.Mechanisms) != want || seen.Derived != 1 ||
			!strings.HasPrefix(seen.JID, "zoë,=x@"+domain+"/") {
			t.Errorf("%s: logged in as %s with %s, and WebCrypto derived %d keys", domain, seen.JID, seen.Mechanisms, seen.Derived)
		}
	}
}

func TestThrottlingOfEjabberdIsSaid(t *testing.T) {
	s := startEjabberd(t, ejabberd.Options{RegistrationTimeout: time.Hour})
	tab := client(t, site.Options{})
	var got failed
	inPage(t, tab, fmt.Sprintf(`
		const reg = new RegistrationManager({ domain: 'open.test', url: %q });
		await reg.submit({ username: 'one', password: 'x' });
		return failure(reg.submit({ username: 'two', password: 'x' }));
	`, s.WebSocketURL()), &got)
	if got.Reason != "throttled" || got.Type != "wait" || got.Condition != "resource-constraint" {
		t.Errorf("%+v", got)
	}
}

func TestCaptchasOfEjabberdAreLimited(t *testing.T) {
	s := startEjabberd(t, ejabberd.Options{CaptchaLimit: 1})
	var got refusal
	inPage(t, client(t, site.Options{}), fmt.Sprintf(`
		const reg = new RegistrationManager({ domain: 'captcha.test', url: %q });
		await reg.requestForm();
		return reg.requestForm().catch((e) => e);
	`, s.WebSocketURL()), &got)
	if got.Reason != "throttled" || got.Type != "wait" || got.Condition != "resource-constraint" || got.Text != "Too many CAPTCHA requests" {
		t.Errorf("%+v", got)
	}
	tab := signUp(t, map[string]string{"domain": "captcha.test", "url": s.WebSocketURL()})
	waitStep(tab, "failed")
	refused(t, tab, "throttled", "Too many CAPTCHA requests")
	if !tab.Visible("[data-action=retry]") {
		t.Error("it can't be tried again")
	}
	tab.Screenshot("captcha-limit")
}

func TestCaptchaThatEjabberdCannotMakeIsItsError(t *testing.T) {
	s := startEjabberd(t, ejabberd.Options{})
	if err := s.BreakCaptchas(); err != nil {
		t.Fatal(err)
	}
	tab := signUp(t, map[string]string{"domain": "captcha.test", "url": s.WebSocketURL()})
	waitStep(tab, "failed")
	refused(t, tab, "server-error", "Unable to generate a CAPTCHA")
	tab.Screenshot("captcha-error")
}

func TestCaptchaThatCannotBeExchangedIsSaid(t *testing.T) {
	s := startEjabberd(t, ejabberd.Options{})
	tab := signUp(t, map[string]string{"domain": "captcha.test", "url": s.WebSocketURL()})
	waitStep(tab, "form")
	tab.Type("input[name=username]", "gil")
	if err := s.BreakCaptchas(); err != nil {
		t.Fatal(err)
	}
	tab.Click("[data-field=ocr] button") // get another one
	refused(t, tab, "server-error", "Unable to generate a CAPTCHA")
	if got := tab.Value("input[name=username]"); got != "gil" {
		t.Errorf("the user name is %q now", got)
	}
}

func TestEjabberdSpeaksTheVisitorsLanguage(t *testing.T) {
	s := startEjabberd(t, ejabberd.Options{})
	var got map[string]struct {
		Instructions        string
		Taken, Old, Captcha string
	}
	inPage(t, client(t, site.Options{}), fmt.Sprintf(`
		const all = {};
		await new RegistrationManager({ domain: 'open.test', url: %[1]q }).submit({ username: 'lena', password: 'pw' });
		for (const lang of ['de', 'de-AT', 'en', 'xx', '']) {
			const at = (domain) => new RegistrationManager({ domain, url: %[1]q, lang });
			const text = (promise) => promise.then(() => 'no error', (e) => e.text);
			const form = await at('captcha.test').requestForm();
			all[lang] = {
				instructions: (await at('open.test').requestForm()).instructions,
				taken: await text(at('open.test').submit({ username: 'lena', password: 'pw' })),
				denied: await text(at('ipdeny.test').submit({ username: 'lena', password: 'pw' })),
				captcha: form.fields.find((field) => field.name === 'ocr').label,
			};
		}
		return all;
	`, s.WebSocketURL()), &got)
	const german = "Wählen Sie zum Registrieren auf diesem Server einen Benutzernamen und ein Passwort"
	const english = "Choose a username and password to register with this server"
	for lang, texts := range got {
		if strings.HasPrefix(lang, "de") {
			if texts.Instructions != german || texts.Taken != "Benutzer existiert bereits" || strings.HasPrefix(texts.Captcha, "Enter") {
				t.Errorf("%s: %+v", lang, texts)
			}
		} else if texts.Instructions != english || texts.Taken != "User already exists" || !strings.HasPrefix(texts.Captcha, "Enter") {
			t.Errorf("%s: %+v", lang, texts)
		}
	}
	if len(got) != 5 {
		t.Errorf("%d languages", len(got))
	}

	// The page speaks English, and shows what the server says in the language of the page's author.
	tab := signUp(t, map[string]string{"domain": "open.test", "url": s.WebSocketURL(), "lang": "de"})
	waitStep(tab, "form")
	if got := tab.Text(".instructions"); got != german {
		t.Errorf("instructions %q", got)
	}
	fillIn(tab, "lena", "correct horse")
	tab.WaitText("[data-field=username] .error", "Benutzer existiert bereits")
	tab.Screenshot("german")
}

func TestRulesOfEjabberdAreSaidOnThePage(t *testing.T) {
	s := startEjabberd(t, ejabberd.Options{})
	at := func(domain string) map[string]string {
		return map[string]string{"domain": domain, "url": s.WebSocketURL()}
	}
	for _, test := range []struct{ domain, username, password, reason, words string }{
		{"names.test", "badger", "correct horse", "forbidden", "Access denied by service policy"},
		{"ipdeny.test", "ann", "correct horse", "forbidden", "Access denied by service policy"},
		{"strong.test", "ann", "short", "rejected", "The password is too weak"},
	} {
		t.Run(test.domain, func(t *testing.T) {
			tab := signUp(t, at(test.domain))
			fillIn(tab, test.username, test.password)
			refused(t, tab, test.reason, test.words)
			kept(t, tab, test.username, test.password)
			tab.Screenshot("ejabberd-" + strings.TrimSuffix(test.domain, ".test"))
			if test.domain == "ipdeny.test" {
				return // nothing to be done
			}
			waitStep(tab, "form")
			tab.Fill("input[name=username]", "ann")
			tab.Fill("input[name=password]", "Tr0ub4dor & co, 27 of them")
			tab.Press(browser.Enter)
			waitStep(tab, "done")
			ctx, cancel := context.WithTimeout(context.Background(), patience)
			defer cancel()
			if err := LogIn(ctx, s.WebSocketURL(), "ann@"+test.domain, "Tr0ub4dor & co, 27 of them"); err != nil {
				t.Error(err)
			}
		})
	}
	t.Run("redirect.test", func(t *testing.T) {
		tab := signUp(t, at("redirect.test"))
		waitStep(tab, "elsewhere")
		if got := tab.Attribute(".redirect a", "href"); got != "https://redirect.test/signup" {
			t.Errorf("the link leads to %q", got)
		}
		if got := tab.Text(".instructions"); got != "To register, visit https://redirect.test/signup" {
			t.Errorf("instructions %q", got)
		}
		tab.Screenshot("ejabberd-redirect")
	})
	t.Run("noreg.test", func(t *testing.T) {
		tab := signUp(t, at("noreg.test"))
		waitStep(tab, "failed")
		refused(t, tab, "not-advertised", "")
	})
}

package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/xmppreg/xmppreg/e2e/browser"
	"github.com/xmppreg/xmppreg/e2e/site"
)

// How the pages follow their state: a view that is drawn anew takes nothing from
// who is using it.

// parts opens an empty page that can import the files of web/ one by one.
func parts(t *testing.T) *browser.Tab {
	t.Helper()
	s := startSite(t, site.Options{Dir: "../web", Handlers: map[string]http.Handler{
		"GET /empty.html": content("text/html", `<!doctype html><html lang="en"><title>empty</title><link rel="icon" href="icon.svg"><body>`),
	}})
	tab := tabs.Tab(t)
	tab.Open(s.URL + "/empty.html")
	return tab
}

func TestNodesThatAreDescribedAgainStay(t *testing.T) {
	tab := parts(t)
	var got []string
	tab.Eval(`import('/view.js').then(({ h, render }) => {
		const wrong = [];
		const check = (what, right) => { if (!right) wrong.push(what); };
		const root = document.body.appendChild(document.createElement('div'));
		const show = (...views) => render(root, views);
		const heard = [];
		const field = (key, more) => h('input', { key, name: key, oninput: () => heard.push(key), ...more });

		show(field('a'), field('b'), h('p', { class: 'x y', title: 'old' }, 'one'));
		const [a, b, p] = root.children;
		check('parts', p.getAttribute('part') === 'x y' && a.getAttribute('part') === 'input');
		a.value = 'typed';
		a.focus();
		a.setSelectionRange(1, 3);
		show(field('new'), field('a', { required: true }), field('b'), h('p', { class: 'x' }, 'two', h('b', {}, 'three')));
		check('nodes', root.children[1] === a && root.children[2] === b && root.children[3] === p);
		check('value', a.value === 'typed');
		check('focus', document.activeElement === a && a.selectionStart === 1 && a.selectionEnd === 3);
		check('attributes', a.required && p.className === 'x' && !p.hasAttribute('title'));
		check('text', p.textContent === 'twothree');

		const [text] = p.childNodes;
		show(field('b'), field('a'), h('p', { class: 'x' }, 'two'));
		check('order', root.children[0] === b && root.children[1] === a && root.children.length === 3);
		check('same text', p.firstChild === text);

		show(field('a', { oninput: () => heard.push('later') }), field('b', { oninput: null }));
		a.dispatchEvent(new Event('input'));
		b.dispatchEvent(new Event('input'));
		check('listeners: ' + heard, heard.join() === 'later');

		// A property counts where the description changes, and is set after the options that it depends on.
		const options = names => names.map(name => h('option', { value: name }, name));
		show(h('select', { value: 'y' }, options(['x', 'y'])));
		const select = root.firstChild;
		check('select', select.value === 'y');
		select.value = 'x';
		show(h('select', { value: 'y' }, options(['x', 'y'])));
		check('what was chosen', select.value === 'x');
		show(h('select', { value: 'z' }, options(['z', 'x'])));
		check('another choice', root.firstChild === select && select.value === 'z');

		// Names that hide what a form can do.
		const names = ['append', 'insertBefore', 'removeChild', 'setAttribute', 'childNodes', 'nextSibling', 'remove', 'addEventListener'];
		const form = n => h('form', { id: 'f' + n, onsubmit: () => {} }, names.slice(n).map(name => field(name)));
		show(form(0), h('hr'));
		const [made] = root.children;
		show(form(3), h('hr'));
		check('form', root.firstElementChild === made && made.getAttributeNode('id').value === 'f3' && made.elements.length === 5);

		show(h('p', {}, '<b>text</b>', null, false, undefined, '', ['more', [null, h('i')]]));
		check('markup', root.innerHTML === '<p>&lt;b&gt;text&lt;/b&gt;more<i></i></p>');
		show();
		check('empty', root.childNodes.length === 0);
		return wrong;
	})`, &got)
	if len(got) > 0 {
		t.Errorf("not as described: %v", got)
	}
}

func TestWhatComesOfAnAttemptThatIsOverReachesNobody(t *testing.T) {
	tab := parts(t)
	var got []string
	tab.Eval(`import('/attempt.js').then(async ({ Attempt }) => {
		const heard = [];
		class Manager extends EventTarget {
			answers = [];
			ask(signal) {
				signal.addEventListener('abort', () => heard.push('cut off'));
				return new Promise((resolve, reject) => this.answers.push({ resolve, reject }));
			}
			disconnect() {
				heard.push('left');
				return Promise.resolve();
			}
		}
		const page = document.body.appendChild(document.createElement('div'));
		page.addEventListener('connected', () => heard.push('page connected'));
		page.addEventListener('disconnected', () => heard.push('page disconnected'));
		const attempts = [1, 2, 3].map(name => {
			const manager = new Manager();
			const attempt = new Attempt(manager);
			attempt.on('connected', () => heard.push(name + ' connected'));
			attempt.forward(page, ['connected'], { afterEnd: false });
			attempt.forward(page, ['disconnected'], { afterEnd: true });
			const ask = () => attempt.run((m, signal) => m.ask(signal)).then(a => heard.push(name + ' ' + a), e => heard.push(name + ' ' + e));
			return { manager, attempt, ask };
		});
		const [first, second, third] = attempts;
		for (const { ask } of attempts) { ask(); ask(); }
		first.attempt.end();
		for (const { manager: { answers: [one, other] } } of attempts) {
			one.resolve('answered');
			other.reject('refused');
		}
		await new Promise(requestAnimationFrame);
		heard.push('|');
		for (const { manager } of [first, second]) {
			manager.dispatchEvent(new CustomEvent('connected'));
			manager.dispatchEvent(new CustomEvent('disconnected'));
		}
		heard.push('|');
		// Who comes back goes on with the same attempt.
		third.ask();
		third.attempt.pause();
		third.manager.answers[2].reject('aborted');
		await new Promise(requestAnimationFrame);
		third.attempt.resume();
		third.ask();
		third.manager.answers[3].resolve('again');
		await new Promise(requestAnimationFrame);
		return heard;
	})`, &got)
	want := "cut off, cut off, left, 2 answered, 2 refused, 3 answered, 3 refused, |, " +
		"page disconnected, 2 connected, page connected, page disconnected, |, cut off, cut off, cut off, left, 3 aborted, 3 again"
	if all := strings.Join(got, ", "); all != want {
		t.Errorf("heard was\n%s\nwant\n%s", all, want)
	}
}

// hold types into the field with this name, and has the caret somewhere in it.
func hold(tab *browser.Tab, name, text string) {
	tab.Fill("[name="+name+"]", text)
	tab.Eval(fmt.Sprintf(`(globalThis.holds = $('[name=%s]'), holds.setSelectionRange(1, 3))`, name), nil)
}

// holds checks that nothing of it has changed, not even the element.
func holds(t *testing.T, tab *browser.Tab, what, text string) {
	t.Helper()
	var got struct {
		Same       bool
		Value      string
		Start, End int
	}
	tab.Eval(`({ same: active() === holds, value: holds.value, start: holds.selectionStart, end: holds.selectionEnd })`, &got)
	if !got.Same || got.Value != text || got.Start != 1 || got.End != 3 {
		t.Errorf("%s: %+v, want %q with the focus and its caret", what, got, text)
	}
}

func TestWhoIsTypingIsNotDisturbedByWhatIsDrawnAnew(t *testing.T) {
	tab := watched(t, "en", "/", direct(alternatives))
	waitStep(tab, "form")
	tab.Type("[name=password]", "correct horse")
	tab.Type("[name=ocr]", "abc")
	hold(tab, "username", "someone")
	steady := func(what string) { t.Helper(); holds(t, tab, what, "someone") }

	tab.Eval(`void $('xmpp-signup').setAttribute('lang', 'ar')`, nil)
	tab.WaitText("[data-submit]", "إنشاء")
	steady("another language")
	waitStep(tab, "form")
	steady("the form in that language")
	tab.Eval(`void $('xmpp-signup').removeAttribute('lang')`, nil)
	tab.WaitText("[data-submit]", "Create account")
	waitStep(tab, "form")
	steady("the language from before")

	tab.Eval(`(shut('get'), $('[data-renew]').click())`, nil)
	waitStep(tab, "renewing")
	steady("a renewal")
	tab.Eval(`unshut('get')`, nil)
	waitStep(tab, "form")
	steady("a renewed form")
	if got := tab.Value("[name=ocr]"); got != "" {
		t.Errorf("the answer to the picture from before is %q", got)
	}

	tab.Eval(`(shut('get'), $('xmpp-signup').url += '?again')`, nil)
	waitStep(tab, "waiting")
	steady("another attribute")
	tab.Eval(`unshut('get')`, nil)
	waitStep(tab, "form")
	steady("the form of that address")

	// Something is wrong beside another field, and is put right.
	tab.Eval(`(() => {
		const e = $('[name=password]');
		const put = (value) => { e.value = value; e.dispatchEvent(new Event('input', { bubbles: true })); };
		put('');
		e.dispatchEvent(new Event('change', { bubbles: true }));
		globalThis.put = put;
	})()`, nil)
	tab.WaitText("[data-field=password] .error", "Please fill this in")
	steady("an error")
	tab.Eval(`put('correct horse')`, nil)
	tab.Wait(`!$('[data-field=password] .error').textContent`)
	steady("no error any more")

	tab.Eval(`put('battery staple')`, nil)
	tab.Eval(`document.body.append($('xmpp-signup').parentNode.appendChild(document.createElement('hr')))`, nil)
	steady("another page around it")
	if got := tab.Value("[name=password]"); got != "battery staple" {
		t.Errorf("the password is %q", got)
	}
}

func TestAccountPageKeepsTheCaretInAnotherLanguage(t *testing.T) {
	tab := heldUp(t, "carla", "example.test")
	tab.Type("[name=new-password]", "battery staple")
	tab.Click("[data-field=new-password] button")
	hold(tab, "confirm", "carla@")
	tab.Eval(`void ($('xmpp-account').lang = 'de')`, nil)
	tab.WaitText("h2", "Dein Konto")
	holds(t, tab, "another language", "carla@")
	if shown := tab.Attribute("[name=new-password]", "type"); shown != "text" || tab.Value("[name=new-password]") != "battery staple" {
		t.Error("the password that was shown is not shown any more")
	}
	tab.Eval(`sockets.at(-1).close()`, nil)
	accountStep(tab, "lost")
	holds(t, tab, "a lost connection", "carla@")
}

var wordsTest = formHost("words.test", dataForm(`<title>Terms</title>
	<instructions>By registering you accept https://shore.example/tos, (see https://shore.example/a_(b)?c=1&amp;d#e).</instructions>
	<field type='fixed'><value>Not safe: http://shore.example/ and javascript:https://shore.example/x and xhttps://shore.example/</value></field>
	<field type='fixed' label='Help'><value>https://help.shore.example</value></field>`+accountFields+`
	<field type='boolean' var='tos' label='I have read https://shore.example/tos'><desc>Or &lt;a href="https://other.example/">this&lt;/a>.</desc></field>
	<field type='list-single' var='plan' label='Plan of https://shore.example/plans'><required/><option><value>a</value></option><option><value>b</value></option></field>`))

func TestAddressesInTheServersWordsAreLinks(t *testing.T) {
	tab := formOf(t, wordsTest)
	var links []string
	tab.Eval(`[...$('.view').querySelectorAll('a')].map((a) =>
		[a.getAttribute('href'), a.textContent, a.target, a.rel, (a.closest('[data-field]') ?? a.closest('.field') ?? a.parentNode).className].join(' '))`, &links)
	const how = " _blank noopener noreferrer "
	want := []string{
		"https://shore.example/tos https://shore.example/tos" + how + "lines instructions",
		"https://shore.example/a_(b)?c=1&d#e https://shore.example/a_(b)?c=1&d#e" + how + "lines instructions",
		"https://help.shore.example/ https://help.shore.example" + how + "field fixed",
		"https://shore.example/tos https://shore.example/tos" + how + "field",
		"https://other.example/ https://other.example/" + how + "field",
		"https://shore.example/plans https://shore.example/plans" + how + "field",
	}
	if !slices.Equal(links, want) {
		t.Errorf("the links are\n%s\nwant\n%s", strings.Join(links, "\n"), strings.Join(want, "\n"))
	}
	if got := tab.Text(".instructions"); got != "By registering you accept https://shore.example/tos, (see https://shore.example/a_(b)?c=1&d#e)." {
		t.Errorf("the words are %q", got)
	}
	tab.Screenshot("links")
	// The words of a label are its control's, but for the link among them.
	var got struct {
		Name           string
		Words, Link    bool
		Text, Required string
	}
	tab.Eval(`(() => {
		const box = $('[name=tos]'), label = box.labels[0];
		const clicked = (element) => { const before = box.checked; element.click(); return box.checked !== before; };
		label.querySelector('a').addEventListener('click', (event) => event.preventDefault());
		return { name: label.textContent, words: clicked(label.firstChild), link: clicked(label.querySelector('a')) };
	})()`, &got)
	if got.Name != "I have read https://shore.example/tos" || !got.Words || got.Link {
		t.Errorf("of the label: %+v", got)
	}
}

func TestOnlyAddressesThatAreWhatTheySeemBecomeLinks(t *testing.T) {
	tab := parts(t)
	for text, want := range map[string]string{
		"https://shore.example/tos.":                        "https://shore.example/tos",
		"(see https://shore.example/tos)!":                  "https://shore.example/tos",
		"[https://shore.example/tos], and":                  "https://shore.example/tos",
		"https://shore.example/a_(b_(c))).":                 "https://shore.example/a_(b_(c))",
		"“https://shore.example/tos”":                       "https://shore.example/tos",
		"'https://shore.example/tos'":                       "https://shore.example/tos",
		"«https://shore.example/tos»;":                      "https://shore.example/tos",
		"**https://shore.example/tos**":                     "https://shore.example/tos",
		"https://shore.example/tos…":                        "https://shore.example/tos",
		"https://shore.example/?a=1&b=(2)#c.":               "https://shore.example/?a=1&b=(2)#c",
		"请看https://shore.example/tos。谢谢":                    "https://shore.example/tos",
		"（https://shore.example/tos）、":                      "https://shore.example/tos",
		"اقرأ https://shore.example/tos، ثم":                "https://shore.example/tos",
		"اقرأ https://shore.example/tos؟":                   "https://shore.example/tos",
		"HTTPS://Shore.Example:8443/TOS":                    "HTTPS://Shore.Example:8443/TOS",
		"https://bücher.example/":                           "https://bücher.example/",
		"https://[2001:db8::1]/":                            "https://[2001:db8::1]/",
		"https://a.example/ and https://b.example/":         "https://a.example/ https://b.example/",
		"Write to mailto:help@shore.example.":               "mailto:help@shore.example",
		"mailto:help@shore.example?subject=Hi, or else":     "mailto:help@shore.example?subject=Hi",
		"Ask in xmpp:help@muc.shore.example?join!":          "xmpp:help@muc.shore.example?join",
		"<xmpp:shore.example>":                              "xmpp:shore.example",
		"https://shore.example/\u202Efdp.exe":               "https://shore.example/",
		"https://shore.example\u200B.evil.example/":         "https://shore.example",
		"https://shore.example\x00/":                        "https://shore.example",
		"https://shore.example\\@evil.example/":             "https://shore.example",
		"https://shore.example．evil.example/":               "https://shore.example",
		"https://shore.example/" + strings.Repeat("a", 9):   "https://shore.example/aaaaaaaaa",
		"https://shore.example/" + strings.Repeat(")", 1e5): "",
		"https://shore.example@evil.example/":               "",
		"https://user:secret@shore.example/":                "",
		"https://0x7f.1/":                                   "",
		"https://shore.example:99999/":                      "",
		"https://shore%2Eexample/":                          "",
		"https://":                                          "",
		"https:///tos":                                      "",
		"http://shore.example/":                             "",
		"javascript:https://shore.example/":                 "",
		"http://shore.example/?to=https://shore.example/":   "",
		"view-source:https://shore.example/":                "",
		"data:text/html,https":                              "",
		"shore.example and www.shore.example":               "",
		"help@shore.example":                                "",
		"mailto:nobody":                                     "",
		"xmpp:":                                             "",
		"xmpp://shore.example":                              "",
		"web+xmpp:shore.example":                            "",
		"ftp://shore.example/":                              "",
	} {
		encoded, _ := json.Marshal(text)
		var got struct {
			Links, Text string
			Right       bool
		}
		tab.Eval(fmt.Sprintf(`Promise.all(['/links.js', '/view.js'].map((name) => import(name))).then(([{ withLinks }, { h, render }]) => {
			const p = document.createElement('p');
			render(p, [h('span', {}, withLinks(%s))]);
			const links = [...p.querySelectorAll('a')];
			return { links: links.map((a) => a.textContent).join(' '), text: p.textContent,
				right: links.every((a) => a.target === (a.protocol === 'https:' ? '_blank' : '') && a.rel === 'noopener noreferrer' && a.referrerPolicy === 'no-referrer' && a.dir === 'ltr'
					&& a.href === new URL(a.textContent).href) };
		})`, encoded), &got)
		if got.Links != want || got.Text != text || !got.Right {
			t.Errorf("%.80s: %.80s, want %s, %t", text, got.Links, want, got.Right)
		}
	}
}

var termsOfAll = formHost("linked.test", dataForm(`<title>Of https://shore.example/</title>`+accountFields+`
	<field type='text-single' var='code' label='Code'><desc>From mailto:office@shore.example.</desc></field>
	<field type='boolean' var='tos' label='I accept https://shore.example/tos (all of it)'/>
	<field type='list-single' var='plan' label='Plan'><required/><option label='Free, see xmpp:sales@shore.example'><value>a</value></option><option><value>b</value></option></field>`),
	"test_refusal = "+quoted(`<error type='modify'><not-acceptable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>
		<text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>Names are as in https://shore.example/names.</text></error>`))

func TestLinkInALabelIsFollowedWithoutTickingItsBox(t *testing.T) {
	tab := formOf(t, termsOfAll)
	tab.Eval(`(globalThis.followed = [], $('.view').addEventListener('click', (event) => {
		const link = event.target.closest('a');
		if (link) { event.preventDefault(); followed.push(link.textContent); }
	}))`, nil)
	tells(t, tab, `checkbox "I accept https://shore.example/tos (all of it)"`, `link "https://shore.example/tos"`)
	tabTo(t, tab, "[data-field=tos] a")
	tab.Press(browser.Enter)
	tab.Click("[data-field=plan] a")
	var got struct {
		Followed      []string
		Ticked, Chose bool
	}
	tab.Eval(`({ followed, ticked: $('[name=tos]').checked, chose: $('[name=plan]').checked })`, &got)
	if strings.Join(got.Followed, " ") != "https://shore.example/tos xmpp:sales@shore.example" || got.Ticked || got.Chose {
		t.Errorf("%+v", got)
	}
	tab.Click("[data-field=tos] label")
	tab.Wait(`$('[name=tos]').checked`)
	tab.Click("[name=plan]")
	fillIn(tab, "ann", "correct horse")
	tab.WaitText(".problem q a", "https://shore.example/names")
	if title := tab.Text("h2 a"); title != "https://shore.example/" {
		t.Errorf("the title links to %q", title)
	}
}

var confirmTest = formHost("confirm.test", register("<username/><password/>"), "test_result = "+quoted(register(
	"<instructions>Open the link that was sent to your e-mail address, or https://confirm.test/mail.</instructions><email-confirmation-required/>")))

func TestWhatIsStillToBeDoneIsSaidBeforeTheAccountIsReady(t *testing.T) {
	tab := watched(t, "en", "/", direct(confirmTest))
	fillIn(tab, "kim", "correct horse")
	waitStep(tab, "done")
	var got struct {
		First, Second, Link string
		Focused             bool
	}
	tab.Eval(`(() => {
		const [first, second] = $('.view').children;
		return { first: first.textContent, second: second.textContent, link: first.querySelector('a').href, focused: active() === first };
	})()`, &got)
	if got.First != "Open the link that was sent to your e-mail address, or https://confirm.test/mail." ||
		got.Second != "Then your account is ready" || got.Link != "https://confirm.test/mail" || !got.Focused {
		t.Errorf("the last page begins with %+v", got)
	}
	inspect(t, tab, "en", "done, with instructions")
	tab.Screenshot("instructions")
	if jid := tab.Text(".address"); jid != "kim@confirm.test" {
		t.Errorf("the address is %q", jid)
	}
	if text := tab.Text(".view"); !strings.Contains(text, "When that is done, sign in") || strings.Contains(text, "Your account is ready") {
		t.Errorf("the last page says %q", text)
	}
}

var (
	mailTest    = formHost("mail.test", register("<username/><password/>"), "test_result = "+quoted(register("<email-confirmation-required/>")))
	silentTest  = formHost("silent.test", register("<username/><password/>"), "test_result = "+quoted(register("<moon-phase-required/>")))
	moreAskTest = formHost("more-asked.test", register("<username/><password/>"), `test_wants = { code = "1234" }`,
		"test_result = "+quoted(dataForm(`<title>One more thing</title><instructions>A code is on its way.</instructions>
			<field var='code' type='text-single' label='Code'><required/></field>`)))
)

func TestResultWithoutWordsIsSaidInThePages(t *testing.T) {
	for host, want := range map[string]string{
		mailTest:   "Open the link in the email that the server has sent you.",
		silentTest: "The server wants something more before you can sign in, and does not say what. Ask the provider.",
	} {
		tab := formOf(t, host)
		tab.Eval(`addEventListener('handover', () => { globalThis.handed = true; }, true)`, nil)
		fillIn(tab, "kim", "correct horse")
		waitStep(tab, "done")
		var got struct {
			First  string
			Handed bool
		}
		tab.Eval(`({ first: $('.view').firstElementChild.textContent, handed: Boolean(globalThis.handed) })`, &got)
		if got.First != want || tab.Text("h2") != "Then your account is ready" || got.Handed {
			t.Errorf("%s: handed over %t, the last page says %q", host, got.Handed, tab.Text(".view"))
		}
	}
}

func TestFormInAResultIsFilledInToo(t *testing.T) {
	tab := formOf(t, moreAskTest)
	fillIn(tab, "kim", "correct horse")
	tab.WaitVisible("input[name=code]")
	waitStep(tab, "form")
	if title, text := tab.Text("h2"), tab.Text(".view"); title != "One more thing" || !strings.Contains(text, "A code is on its way.") || !tab.Focused("input[name=code]") {
		t.Errorf("the page says %q", text)
	}
	if got := tab.Text("[data-submit]"); got != "Continue" {
		t.Errorf("the button says %q", got)
	}
	tab.Type("input[name=code]", "1234")
	tab.Press(browser.Enter)
	waitStep(tab, "done")
	if jid := tab.Text(".address"); jid != "kim@more-asked.test" {
		t.Errorf("the address is %q", jid)
	}
}

// announced is an expression for what is read out beside the status.
const announced = `[...$('.frame').querySelectorAll('[role=status]')].at(-1).textContent`

func TestErrorThatIsGoneIsNotFoundByAScreenReader(t *testing.T) {
	tab := watched(t, "en", "/", direct(takenTest), `{
		// Nothing goes by itself.
		const real = setTimeout;
		globalThis.setTimeout = (act, ms, ...args) => (ms === 5000 ? 0 : real(act, ms, ...args));
	}`)
	waitStep(tab, "form")
	tab.Type("input[name=username]", "gone")
	// Where the focus is already, what is wrong is read out.
	tab.Press(browser.Enter)
	tab.Press(browser.Enter)
	tab.Wait(announced + ` === 'Password: Please fill this in.'`)
	tab.Type("input[name=password]", "free for all")
	tab.Wait(`!` + announced)
	tab.Fill("input[name=password]", "")
	tab.Press(browser.Enter)
	tab.Press(browser.Enter)
	tab.Wait(announced + ` === 'Password: Please fill this in.'`)
	// As a password manager does it.
	tab.Eval(`$('[name=password]').value = 'free for all'`, nil)
	tab.Press(browser.Enter)
	waitStep(tab, "done")
	for _, line := range tab.Told() {
		if strings.Contains(line, "fill this in") {
			t.Errorf("a screen reader finds %s", line)
		}
	}
	tab.Wait(`!` + announced)
}

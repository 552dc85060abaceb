package e2e

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/xmppreg/xmppreg/e2e/browser"
	"github.com/xmppreg/xmppreg/e2e/ejabberd"
	"github.com/xmppreg/xmppreg/e2e/proxy"
	"github.com/xmppreg/xmppreg/e2e/site"
)

// attachTest has what clients expect of a server, and lets them resume their streams.
var attachTest = host("attach.test", `modules_enabled = { "blocklist"; "bookmarks"; "carbons"; "pep"; "private"; "smacks"; "vcard_legacy" }`)

// serveClients serves the clients of e2e/clients with the adapters of examples/attach, as
// they are but for stanza, which has to be bundled.
func serveClients(t *testing.T) *site.Server {
	t.Helper()
	root, err := site.Root()
	if err != nil {
		t.Fatal(err)
	}
	dist, err := site.Dist()
	if err != nil {
		t.Fatal(err)
	}
	tools := filepath.Join(root, "e2e/npm")
	bundle := exec.Command(filepath.Join(tools, "node_modules/esbuild/bin/esbuild"), "stanza.js", "--bundle", "--format=esm", "--log-level=warning")
	bundle.Dir = filepath.Join(root, "e2e/clients")
	bundle.Env = append(os.Environ(), "NODE_PATH="+filepath.Join(tools, "node_modules"))
	bundle.Stderr = os.Stderr
	stanza, err := bundle.Output()
	if err != nil {
		t.Fatal(err)
	}
	s, err := site.Start(site.Options{CSP: "none", FS: overlay{
		fstest.MapFS{
			"index.html":        {Data: []byte(`<!doctype html><title>client</title><link rel=icon href=icon.svg>`)},
			"clients/stanza.js": {Data: stanza},
		},
		os.DirFS(filepath.Join(root, "e2e")),
		os.DirFS(filepath.Join(root, "examples")),
		os.DirFS(tools),
		os.DirFS(dist),
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// An overlay is what several file systems have, the first ones first.
type overlay []fs.FS

func (o overlay) Open(name string) (file fs.File, err error) {
	for _, files := range o {
		if file, err = files.Open(name); err == nil {
			return file, nil
		}
	}
	return nil, err
}

// A clientTest is a page with one client, at one server.
type clientTest struct {
	*browser.Tab
	domain, url, username string
}

// run runs the body of an async function, which has logIn() of the client in its scope, the
// server, and the account that it is for.
func (c clientTest) run(body string, into any) {
	c.Eval(fmt.Sprintf(`(async () => {
		const { RegistrationManager } = await import('/xmppreg.js');
		const account = { domain: %q, username: %q };
		const manage = options => new RegistrationManager({ domain: account.domain, url: %[3]q, ...options });
		const logIn = async (password, url = %[3]q) => {
			const client = await (await import('/clients/%[4]s.js')).connect({ ...account, password, url });
			const parse = (xml) => new DOMParser().parseFromString(xml, 'text/xml').documentElement;
			client.say ??= (body) => client.send("<message xmlns='jabber:client' type='chat' to='" + client.jid + "' id='" + body + "'><body>" + body + "</body></message>");
			client.ask ??= (id) => client.send("<iq xmlns='jabber:client' type='get' to='" + account.domain + "' id='" + id + "'><query xmlns='jabber:iq:register'/></iq>");
			client.chat = async (body) => {
				await client.say(body);
				await client.heard.until((stanza) => stanza.localName === 'message' && stanza.textContent.includes(body));
			};
			return client;
		};
		const supported = (reg) => reg.supportedByServer || new Promise((resolve) => reg.addEventListener('supportedByServerChanged', resolve));
		%[5]s
	})()`, c.domain, c.username, c.url, strings.TrimRight(c.username, "0123456789"), body), into)
}

// TestOverTheConnectionOfAClient takes each client through the life of an account at each
// server, and each that can resume its stream (XEP-0198) through the loss of its connection.
func TestOverTheConnectionOfAClient(t *testing.T) {
	pages := serveClients(t)
	other := startEjabberd(t, ejabberd.Options{})
	for _, s := range []struct{ name, domain, url string }{
		{"prosody", attachTest, server.WebSocketURL()},
		{"ejabberd", "open.test", other.WebSocketURL()},
	} {
		for _, name := range []string{"raw", "strophe", "xmppjs", "stanza", "converse"} {
			open := func(t *testing.T, number string) clientTest {
				c := clientTest{tabs.Tab(t), s.domain, s.url, name + number}
				// What the clients themselves complain about, and how ejabberd ends a stream.
				c.ExpectProblem("/node_modules/", "/clients/stanza.js", "https://conversejs.org/", "curve25519_compiled.wasm", "Data frame received after close")
				c.Open(pages.URL + "/")
				return c
			}
			t.Run(s.name+"/"+name+"/life", func(t *testing.T) {
				t.Parallel()
				testAccountsLifeOverAClient(t, open(t, "1"))
			})
			if name == "raw" {
				t.Run(s.name+"/"+name+"/loss", func(t *testing.T) {
					t.Parallel()
					testClientThatLosesItsConnection(t, open(t, "2"))
				})
				continue
			}
			for number, lost := range map[string]proxy.Side{"3": proxy.Server, "4": proxy.Client} {
				t.Run(s.name+"/"+name+"/resumption"+number, func(t *testing.T) {
					t.Parallel()
					testClientThatResumesItsStream(t, open(t, number), lost)
				})
			}
		}
	}
}

// testAccountsLifeOverAClient changes the password and goes on chatting, logs in anew with
// it, and deletes the account.
func testAccountsLifeOverAClient(t *testing.T, c clientTest) {
	var got struct {
		Registered []bool
		Deleted    string
		Events     []string
	}
	c.run(`
		await manage().submit({ username: account.username, password: 'first' });
		const client = await logIn('first');
		const [reg, other] = [manage(), manage()];
		await client.attach(reg);
		await client.attach(other);
		await Promise.all([supported(reg), supported(other)]);
		const busy = await client.attach(reg).catch((error) => error.reason);
		if (busy !== 'busy') throw new Error('attached twice: ' + busy);

		// Both managers and the client itself ask for the same at once.
		client.ask('own-1');
		const forms = await Promise.all([reg.requestForm(), other.requestForm()]);
		await client.heard.until((stanza) => stanza.getAttribute('id') === 'own-1');
		await reg.changePassword('second');
		await client.chat('hello');
		await Promise.all([reg.disconnect(), other.disconnect()]);
		await client.chat('still here');
		await client.stop();

		const again = await logIn('second');
		const last = manage(), events = [];
		for (const type of ['accountDeleted', 'accountDeletionFailed', 'disconnected']) last.addEventListener(type, () => events.push(type));
		let deleted;
		last.addEventListener('accountDeleted', ({ detail }) => { deleted = detail.jid; });
		await again.attach(last);
		await last.deleteAccount();
		await again.ended;
		return { registered: forms.map(({ registered }) => registered), deleted, events };
	`, &got)
	if !slices.Equal(got.Registered, []bool{true, true}) {
		t.Errorf("the managers' forms are those of an account: %v", got.Registered)
	}
	if got.Deleted != c.username+"@"+c.domain || strings.Join(got.Events, " ") != "accountDeleted disconnected" {
		t.Errorf("deleted %q, events %v", got.Deleted, got.Events)
	}
	c.checkLogin(t, "second", false)
}

// testClientThatResumesItsStream breaks the connection while what is sent to one side is
// lost: the request, or the answer to it.
func testClientThatResumesItsStream(t *testing.T, c clientTest, lost proxy.Side) {
	p := c.overProxy(t)
	c.run(fmt.Sprintf(`
		await manage().submit({ username: account.username, password: 'first' });
		const client = await logIn('first', 'ws://%s' + new URL(%q).pathname);
		globalThis.reg = manage();
		await client.attach(reg);
		await supported(reg);
		await client.chat('hello'); // and stream management is on by now
		globalThis.chat = client.chat;
		globalThis.events = [];
		for (const type of ['disconnected', 'passwordChanged', 'registrationFormReceived']) reg.addEventListener(type, () => events.push(type));
	`, p.Addr(), c.url), nil)
	p.Lose(lost)
	operation := "changePassword('second')"
	if lost == proxy.Client {
		// After a change whose answer is lost the client could not log in to resume.
		operation = "requestForm()"
	}
	c.breakWhen(t, p, "done", operation)
	var events string
	c.Eval(`done.then(() => chat('back again')).then(() => events.join())`, &events)
	if want := map[proxy.Side]string{proxy.Server: "passwordChanged", proxy.Client: "registrationFormReceived"}[lost]; events != want {
		t.Errorf("events %s, want %s", events, want)
	}
	c.checkLogin(t, "second", lost == proxy.Server)
}

// testClientThatLosesItsConnection breaks a connection that can't be resumed.
func testClientThatLosesItsConnection(t *testing.T, c clientTest) {
	p := c.overProxy(t)
	c.ExpectProblem("WebSocket")
	for operation, detail := range map[string]string{`changePassword('second')`: "passwordChangeFailed", `deleteAccount()`: "accountDeletionFailed"} {
		c.run(fmt.Sprintf(`
			await manage().submit({ username: account.username, password: 'first' }).catch(() => {});
			const client = await logIn('first', 'ws://%s' + new URL(%q).pathname);
			globalThis.reg = manage();
			globalThis.events = [];
			for (const type of ['disconnected', %q]) reg.addEventListener(type, () => events.push(type));
			await client.attach(reg);
			await supported(reg);
		`, p.Addr(), c.url, detail), nil)
		p.Lose(proxy.Server)
		c.breakWhen(t, p, "failed", operation+".catch(({ reason, outcomeUnknown }) => [reason, outcomeUnknown])")
		var got string
		c.Eval(`failed.then((failed) => [...failed, ...events].join(' '))`, &got)
		// The failure is told, and then the end.
		if want := "outcome-unknown true " + detail; !strings.HasPrefix(got, want) {
			t.Errorf("%s: %s, want %s", operation, got, want)
		}
		c.checkLogin(t, "first", true)
	}
}

// TestLinkIsAsItIsDocumented attaches a manager to a client that does what the test says.
func TestLinkIsAsItIsDocumented(t *testing.T) {
	var got struct {
		AtOnce                                               int
		First, Sent                                          string
		Supported                                            bool
		Thrown, Rejected, Busy, NoAddress, Wrong, Lost, Away failed
		Events                                               []string
		Again                                                bool
	}
	inPage(t, client(t, site.Options{}), `
		const jid = 'kim@example.test/r1', sent = [], events = [];
		let sending = () => {};
		const awaited = new Map();
		const send = (xml) => {
			awaited.get(sent.push(xml))?.(xml);
			return sending();
		};
		const next = (count) => sent[count - 1] ?? new Promise((resolve) => awaited.set(count, resolve));
		const answer = (xml, payload = '') => '<iq xmlns="jabber:client" type="result" from="example.test" id="' + / id='([^']+)'/.exec(xml)[1] + '">' + payload + '</iq>';
		const features = '<query xmlns="http://jabber.org/protocol/disco#info"><feature var="jabber:iq:register"/></query>';

		const reg = new RegistrationManager(direct);
		for (const type of ['connected', 'disconnected', 'passwordChanged', 'passwordChangeFailed', 'accountDeletionFailed']) reg.addEventListener(type, () => events.push(type));
		const link = await reg.attach({ jid, send });
		const atOnce = sent.length;
		const first = await next(1);
		// Operations wait for what the server supports.
		const change = reg.changePassword('new');
		link.receive(answer(first, features));
		const second = await next(2);
		const supported = reg.supportedByServer;
		for (const other of ['', '<', '<message xmlns="jabber:client"/>', answer(first), second]) link.receive(other);
		link.receive(answer(second));
		await change;

		sending = () => { throw new Error('no line'); };
		const thrown = await failure(reg.changePassword('other'));
		sending = () => Promise.reject('no line either');
		const rejected = await failure(reg.changePassword('other'));
		sending = () => new Promise(() => {}); // it never says so, and sends it
		const silent = reg.changePassword('newer');
		link.receive(answer(await next(5)));
		await silent;

		const busy = await failure(reg.attach({ jid, send }));
		const noAddress = await failure(new RegistrationManager().attach({ jid: 'example.test', send }));
		const wrong = await failure((async () => link.receive(5))());

		sending = () => {};
		const losing = failure(reg.changePassword('newest'));
		const last = await next(6);
		link.ended();
		const lost = await losing;
		link.receive(answer(last));
		link.ended();
		const other = new RegistrationManager();
		const own = await other.attach({ jid, send });
		own.receive(answer(await next(7), features));
		const form = failure(other.requestForm());
		await next(8);
		await other.disconnect();
		const away = await form;

		const again = await reg.attach({ jid, send });
		again.receive(answer(await next(9), features));
		const once = reg.changePassword('once more');
		again.receive(answer(await next(10)));
		await once;
		await reg.disconnect();
		return { atOnce, first, sent: second, supported, thrown, rejected, busy, noAddress, wrong, lost, away, events, again: sent.length === 10 };
	`, &got)
	if got.AtOnce != 0 || !strings.Contains(got.First, "disco#info") || !got.Supported {
		t.Errorf("%d stanzas were sent before the caller had the link; the first is %s; supported: %t", got.AtOnce, got.First, got.Supported)
	}
	if !strings.HasPrefix(got.Sent, `<iq xmlns='jabber:client' type='set' id='`) || !strings.Contains(got.Sent, "<password>new</password>") {
		t.Errorf("sent %s", got.Sent)
	}
	for name, c := range map[string]struct {
		got, want failed
		says      string
	}{
		"thrown":       {got.Thrown, failed{Reason: "stream", Kind: "transport"}, "the client did not send the request: no line"},
		"rejected":     {got.Rejected, failed{Reason: "stream", Kind: "transport"}, "the client did not send the request: no line either"},
		"busy":         {got.Busy, failed{Reason: "busy", Kind: "form"}, ""},
		"no address":   {got.NoAddress, failed{Reason: "username-invalid", Kind: "form"}, ""},
		"lost":         {got.Lost, failed{Reason: "outcome-unknown", Kind: "transport", OutcomeUnknown: true}, ""},
		"disconnected": {got.Away, failed{Reason: "aborted", Kind: "aborted"}, ""},
	} {
		if e := c.got; !e.Registration || e.Reason != c.want.Reason || e.Kind != c.want.Kind || e.OutcomeUnknown != c.want.OutcomeUnknown || !strings.Contains(e.Message, c.says) {
			t.Errorf("%s: %+v", name, e)
		}
	}
	if got.Wrong.Name != "TypeError" {
		t.Errorf("a stanza that is no string: %+v", got.Wrong)
	}
	if want := "connected passwordChanged passwordChangeFailed passwordChangeFailed passwordChanged passwordChangeFailed disconnected connected passwordChanged disconnected"; strings.Join(got.Events, " ") != want {
		t.Errorf("events\n%s\nwant\n%s", strings.Join(got.Events, " "), want)
	}
	if !got.Again {
		t.Error("something else was sent")
	}
}

// TestAccountPageOfAClientAsksForNoLogin puts <xmpp-account> into a client that is away at
// first, and loses its connection later.
func TestAccountPageOfAClientAsksForNoLogin(t *testing.T) {
	c := clientTest{tabs.Tab(t), attachTest, server.WebSocketURL(), "raw9"}
	c.Open(serveClients(t).URL + "/")
	c.run(`
		await manage().submit({ username: account.username, password: 'first' });
		globalThis.logIn = logIn;
		const element = document.createElement('xmpp-account');
		// Before there is such an element.
		element.connection = (manager) => {
			if (!globalThis.client) throw new Error('away');
			return client.attach(manager);
		};
		document.body.append(element);
		await import('/xmpp-account.js');
	`, nil)
	shows := func(step string) {
		t.Helper()
		c.Wait(`$('xmpp-account').dataset.step === '` + step + `'`)
	}
	shows("failed")
	if text := c.Text(".problem"); !strings.Contains(text, "Your client is not connected.") {
		t.Errorf("it says %q", text)
	}
	c.Screenshot("attach-away")
	c.Eval(`logIn('first').then((client) => { globalThis.client = client; })`, nil)
	c.Click("[data-action=connect]")
	shows("account")
	c.Screenshot("attach-account")
	if got, want := c.Text(".address"), c.username+"@"+c.domain; got != want {
		t.Errorf("it is the account of %s, want %s", got, want)
	}
	isThere := func(selector string) (there bool) {
		t.Helper()
		c.Eval(`Boolean($('`+selector+`'))`, &there)
		return there
	}
	if isThere("[data-action]") || isThere("input[name=password]") {
		t.Error("there is a way to sign in or out")
	}
	c.Type("input[name=new-password]", "second")
	c.Type("input[name=repeat-password]", "second")
	c.Press(browser.Enter)
	c.Wait(`$('[data-section=change] .said')?.textContent`)
	c.checkLogin(t, "second", true)

	c.Eval(`client.stop()`, nil)
	shows("lost")
	c.Eval(`logIn('second').then((client) => { globalThis.client = client; })`, nil)
	c.Click("[data-action=connect]")
	shows("account")
	c.Type("input[name=confirm]", c.username+"@"+c.domain)
	c.Click("[data-section=delete] button.danger")
	shows("deleted")
	if isThere("[data-action]") {
		t.Error("somebody else may sign in")
	}
	c.checkLogin(t, "second", false)
}

// breakWhen breaks the connection when an operation has sent its request, and something was
// lost since. The variable is the promise of the operation.
func (c clientTest) breakWhen(t *testing.T, p *proxy.Proxy, variable, operation string) {
	t.Helper()
	c.Eval(`void (() => {
		globalThis.wire = [];
		const { send } = WebSocket.prototype;
		WebSocket.prototype.send = function (text) {
			wire.push(text);
			return send.call(this, text);
		};
		globalThis.`+variable+` = reg.`+operation+`;
	})()`, nil)
	c.Wait(`wire.some((text) => text.includes('jabber:iq:register'))`)
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := p.WaitLost(ctx); err != nil {
		t.Fatal(err)
	}
	p.Drop()
}

// overProxy is a proxy in front of the server.
func (c clientTest) overProxy(t *testing.T) *proxy.Proxy {
	t.Helper()
	p, err := proxy.Start(hostOf(t, c.url))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p
}

// checkLogin logs in from elsewhere.
func (c clientTest) checkLogin(t *testing.T, password string, want bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := LogIn(ctx, c.url, c.username+"@"+c.domain, password); (err == nil) != want {
		t.Errorf("login with %q: %v", password, err)
	}
}

package e2e

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/xmppreg/xmppreg/e2e/browser"
	"github.com/xmppreg/xmppreg/e2e/prosody"
	"github.com/xmppreg/xmppreg/e2e/proxy"
	"github.com/xmppreg/xmppreg/e2e/site"
)

func TestAccountsLife(t *testing.T) {
	tab := client(t, site.Options{})
	var got struct {
		Events              []string
		Supported           []bool
		Features            []string
		Old, Again, Deleted failed
	}
	inPage(t, tab, `
		const events = [];
		const reg = new RegistrationManager({ url: direct.url });
		for (const type of ['connected', 'passwordChanged', 'accountDeleted', 'supportedByServerChanged', 'disconnected', 'passwordChangeFailed', 'accountDeletionFailed']) {
			reg.addEventListener(type, ({ detail }) => events.push(type + ' ' + JSON.stringify(detail).replace(/\/[^"]*/, '/…')));
		}
		await new RegistrationManager(direct).submit({ username: 'life', password: 'first' });
		const supported = [reg.supportedByServer];
		await reg.connect({ jid: 'life@example.test', password: 'first' });
		supported.push(reg.supportedByServer);
		await reg.changePassword('second');
		await reg.disconnect();
		supported.push(reg.supportedByServer);
		const other = () => new RegistrationManager(direct);
		const old = await failure(other().connect({ jid: 'life@example.test', password: 'first' }));
		await reg.connect(); // uses the new one
		await reg.deleteAccount();
		const again = await failure(reg.connect());
		const deleted = await failure(other().connect({ jid: 'life@example.test', password: 'second' }));
		return { events, supported, features: reg.discoveryFeatures, old, again, deleted };
	`, &got)
	want := []string{
		`connected {"jid":"life@example.test/…"}`,
		`supportedByServerChanged {"supported":true}`,
		`passwordChanged {"newPassword":"second"}`,
		`supportedByServerChanged {"supported":false}`,
		`disconnected {"reason":null}`,
		`connected {"jid":"life@example.test/…"}`,
		`supportedByServerChanged {"supported":true}`,
		`accountDeleted {"jid":"life@example.test"}`,
		`supportedByServerChanged {"supported":false}`,
		`disconnected {"reason":null}`,
	}
	if events := strings.Join(got.Events, "\n"); events != strings.Join(want, "\n") {
		t.Errorf("events\n%s\nwant\n%s", events, strings.Join(want, "\n"))
	}
	if fmt.Sprint(got.Supported) != "[false true false]" || fmt.Sprint(got.Features) != "[jabber:iq:register]" {
		t.Errorf("supported %v, features %v", got.Supported, got.Features)
	}
	for name, e := range map[string]failed{"the old password": got.Old, "after the deletion": got.Deleted} {
		if e.Kind != "sasl" || e.Reason != "not-authorized" || e.Condition != "not-authorized" || !e.Registration {
			t.Errorf("login with %s: %+v", name, e)
		}
	}
	if got.Again.Kind != "form" || got.Again.Reason != "not-authorized" {
		t.Errorf("the manager still knows the account: %+v", got.Again)
	}
}

func TestEveryStorageOfPasswordsIsLoggedInTo(t *testing.T) {
	own := startProsody(t, prosody.Options{Hosts: []prosody.Host{
		{Name: "sha1.test", Lua: `allow_registration = true`},
		{Name: "sha256.test", Lua: "allow_registration = true\npassword_hash = 'SHA-256'"},
		{Name: "plain.test", Lua: "allow_registration = true\nauthentication = 'internal_plain'"},
	}})
	tab := client(t, site.Options{})
	for _, tt := range []struct{ domain, mechanism string }{
		{"sha1.test", "SCRAM-SHA-1"}, {"sha256.test", "SCRAM-SHA-256"}, {"plain.test", "SCRAM-SHA-256"},
	} {
		seen := logInTwice(t, tab, tt.domain, own.WebSocketURL())
		if !strings.HasPrefix(seen.JID, "zoë,=x@"+tt.domain+"/") {
			t.Errorf("logged in as %s", seen.JID)
		}
		if want := fmt.Sprint([]string{tt.mechanism, tt.mechanism}); fmt.Sprint(seen.Mechanisms) != want || seen.Derived != 1 {
			t.Errorf("%s: logged in with %s, and WebCrypto derived %d keys", tt.domain, seen.Mechanisms, seen.Derived)
		}
	}
}

// logins are what logInTwice has seen.
type logins struct {
	JID        string
	Mechanisms []string // that the page has asked for
	Derived    int      // by WebCrypto
}

// logInTwice registers Zoë and logs her in, with WebCrypto and then without it, as
// on a page that is no secure context.
func logInTwice(t *testing.T, tab *browser.Tab, domain, address string) (seen logins) {
	t.Helper()
	inPage(t, tab, fmt.Sprintf(`
		const mechanisms = [];
		let derived = 0;
		const { send } = WebSocket.prototype;
		WebSocket.prototype.send = function (data) {
			const [, name] = data.match(/^<auth .*mechanism=['"]([^'"]*)/) ?? [];
			if (name) mechanisms.push(name);
			return send.call(this, data);
		};
		const { deriveBits } = SubtleCrypto.prototype;
		SubtleCrypto.prototype.deriveBits = function (...args) { derived++; return deriveBits.apply(this, args); };

		const reg = new RegistrationManager({ domain: %q, url: %q });
		await reg.submit({ username: 'Zoë,=x', password: 'P4ä ss\u00a0wörd of some length' });
		const connected = new Promise((ok) => reg.addEventListener('connected', ({ detail }) => { if (detail.jid) ok(detail.jid); }));
		await reg.connect(); // as the account that was just made
		await reg.disconnect();
		Object.defineProperty(crypto, 'subtle', { value: undefined, configurable: true });
		await reg.connect();
		await reg.disconnect();

		delete crypto.subtle;
		Object.assign(WebSocket.prototype, { send });
		Object.assign(SubtleCrypto.prototype, { deriveBits });
		return { jid: await connected, mechanisms, derived };
	`, domain, address), &seen)
	return seen
}

func TestDeletionThatTheNetworkCutsOffIsFoundOut(t *testing.T) {
	p, err := proxy.Start(hostOf(t, server.WebSocketURL()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	tab := client(t, site.Options{})
	// The page's socket loses the answer: it is closed as the request goes out. Prosody
	// 13 sends it all the same, which Chromium complains of.
	tab.ExpectProblem(p.Addr())
	var got struct {
		Events []string
		Error  failed
	}
	inPage(t, tab, fmt.Sprintf(`
		const reg = new RegistrationManager({ domain: 'example.test', url: 'ws://%s/xmpp-websocket' });
		await reg.submit({ username: 'cut', password: 'pw' });
		await reg.connect();
		const events = [];
		for (const type of ['accountDeleted', 'accountDeletionFailed', 'disconnected']) reg.addEventListener(type, () => events.push(type));
		const send = WebSocket.prototype.send;
		WebSocket.prototype.send = function (data) {
			send.call(this, data);
			if (!data.includes('remove')) return;
			WebSocket.prototype.send = send;
			this.close(1000);
		};
		const error = await failure(reg.deleteAccount());
		return { events, error };
	`, p.Addr()), &got)
	if got.Error.Name != "" || strings.Join(got.Events, " ") != "accountDeleted disconnected" {
		t.Errorf("%+v", got)
	}
	if err := logIn(t, "cut@example.test", "pw"); err == nil {
		t.Error("the account is still there")
	}
}

func TestFormIsKeptAndSentOnConnect(t *testing.T) {
	tab := client(t, site.Options{})
	var got struct {
		First, Second string
		Nothing       failed
		Form          bool
	}
	inPage(t, tab, `
		const first = new RegistrationManager(direct);
		first.setFormToSend({ username: 'kept', password: 'pw' });
		const { jid } = await first.sendCachedForm();
		const nothing = await failure(first.sendCachedForm());

		const second = new RegistrationManager(direct);
		second.registerOnConnect = true;
		const form = new Promise((ok) => second.addEventListener('registrationFormReceived', () => ok(true)));
		await second.connect();
		const asked = await form;
		await second.disconnect();
		second.setFormToSend({ username: 'kept2', password: 'pw' });
		const account = new Promise((ok) => second.addEventListener('registrationSucceeded', ({ detail }) => ok(detail.jid)));
		await second.connect();
		return { first: jid, nothing, form: asked, second: await account };
	`, &got)
	if got.First != "kept@example.test" || got.Second != "kept2@example.test" || !got.Form || got.Nothing.Kind != "form" {
		t.Errorf("%+v", got)
	}
	for _, jid := range []string{got.First, got.Second} {
		if err := logIn(t, jid, "pw"); err != nil {
			t.Error(err)
		}
	}
}

// gateway is a component with a registration of its own, as a gateway to
// another network has one (XEP-0100).
const gateway = `
local st = require "util.stanza";
local accounts = {};
module:add_feature("jabber:iq:register");
module:hook("iq-get/host/jabber:iq:register:query", function (event)
	local reply = st.reply(event.stanza):query("jabber:iq:register");
	local account = accounts[event.stanza.attr.from:match("^[^/]*")];
	if account then reply:tag("registered"):up(); end
	reply:text_tag("username", account or ""):text_tag("password", "");
	return event.origin.send(reply);
end);
module:hook("iq-set/host/jabber:iq:register:query", function (event)
	local query = event.stanza.tags[1];
	local user = event.stanza.attr.from:match("^[^/]*");
	accounts[user] = not query:get_child("remove") and query:get_child_text("username") or nil;
	return event.origin.send(st.reply(event.stanza));
end);
`

func TestServicesAreRegisteredWith(t *testing.T) {
	own := startProsody(t, prosody.Options{
		Hosts: []prosody.Host{{Name: "example.test", Lua: `allow_registration = true
			Component "rooms.example.test" "muc"
				muc_registration_include_form = true
				allow_unaffiliated_register = true
			Component "gateway.example.test" "gateway"`}},
		Plugins: map[string]string{"gateway": gateway},
	})
	if out, err := own.Ctl(context.Background(), "shell", "muc", "create", "hall@rooms.example.test"); err != nil {
		t.Fatal(err, out)
	}
	tab := client(t, site.Options{})
	var got struct {
		Guest, Nobody        failed
		Empty, Filled, After struct {
			Service    string
			Registered bool
			Fields     []struct {
				Name  string
				Value any
			}
		}
		Room, RoomAfter struct {
			Service    string
			Registered bool
			IsDataForm bool
		}
		Account struct{ JID, Username, Service string }
	}
	inPage(t, tab, fmt.Sprintf(`
		const reg = new RegistrationManager({ domain: 'example.test', url: %q });
		const service = 'gateway.example.test', room = 'hall@rooms.example.test';
		const guest = await failure(new RegistrationManager({ domain: 'example.test', url: %[1]q }).requestForm({ service }));
		await reg.submit({ username: 'sam', password: 'pw' });
		await reg.connect();
		const nobody = await failure(reg.requestForm({ service: 'nobody.example.test' }));
		const empty = await reg.requestForm({ service });
		const account = await reg.submit({ username: 'Sam On Another Network', password: 'other' });
		const filled = await reg.requestForm({ service });
		await reg.unregister({ service });
		const after = await reg.requestForm({ service });
		const roomForm = await reg.requestForm({ service: ' ' + room + '\n' }); // as it was pasted
		await reg.submit({ 'muc#register_roomnick': 'Sam' });
		const roomAfter = await reg.requestForm({ service: room });
		await reg.unregister({ service: '\t' + room + ' ' });
		return { guest, nobody, empty, account, filled, after, room: roomForm, roomAfter };
	`, own.WebSocketURL()), &got)
	if got.Guest.Reason != "not-authorized" || got.Guest.Kind != "form" {
		t.Errorf("a guest: %+v", got.Guest)
	}
	if got.Nobody.Kind != "stanza" || !got.Nobody.Registration {
		t.Errorf("a service that is not there: %+v", got.Nobody)
	}
	if got.Empty.Registered || got.Empty.Service != "gateway.example.test" || len(got.Empty.Fields) != 2 {
		t.Errorf("before: %+v", got.Empty)
	}
	if got.Account.Service != "gateway.example.test" || got.Account.Username != "Sam On Another Network" {
		t.Errorf("account: %+v", got.Account)
	}
	if !got.Filled.Registered || got.Filled.Fields[0].Value != "Sam On Another Network" {
		t.Errorf("on file: %+v", got.Filled)
	}
	if got.After.Registered {
		t.Errorf("after it was cancelled: %+v", got.After)
	}
	if got.Room.Registered || !got.Room.IsDataForm || got.Room.Service != "hall@rooms.example.test" || !got.RoomAfter.Registered {
		t.Errorf("the room: %+v, then %+v", got.Room, got.RoomAfter)
	}
}

func TestNoSecretIsInTheLog(t *testing.T) {
	tab := client(t, site.Options{})
	var messages []string
	inPage(t, tab, `
		const reg = new RegistrationManager(direct);
		const messages = [];
		for (const type of ['logMessage', 'setGauge', 'updateCounter']) {
			reg.addEventListener(type, ({ detail }) => messages.push(JSON.stringify(detail)));
		}
		await reg.submit({ username: 'quiet', password: 'S3CRET-1' });
		await reg.connect();
		await reg.changePassword('S3CRET-2');
		await failure(reg.submit({ username: 'quiet', password: 'S3CRET-3' }));
		await reg.deleteAccount();
		return messages;
	`, &messages)
	if len(messages) < 10 {
		t.Errorf("only %d messages", len(messages))
	}
	for _, m := range messages {
		if strings.Contains(m, "S3CRET") || strings.Contains(m, "xmpp-sasl") && !strings.Contains(m, "mechanism") {
			t.Error(m)
		}
	}
}

func TestDiagnosticEventsAreMadeOnceSomebodyListens(t *testing.T) {
	tab := client(t, site.Options{})
	var got struct{ Before, After []string }
	inPage(t, tab, `
		await load();
		const dispatched = [];
		const { dispatchEvent } = EventTarget.prototype;
		EventTarget.prototype.dispatchEvent = function (event) {
			dispatched.push(event.type);
			return dispatchEvent.call(this, event);
		};
		const reg = new RegistrationManager(direct);
		await reg.requestForm();
		const before = dispatched.splice(0);
		reg.addEventListener('logMessage', () => {});
		await reg.submit({ username: 'listener', password: 'correct horse' });
		await reg.disconnect();
		EventTarget.prototype.dispatchEvent = dispatchEvent;
		return { before, after: [...new Set(dispatched)].sort() };
	`, &got)
	if want := []string{"connected", "registrationFormReceived"}; !slices.Equal(got.Before, want) {
		t.Errorf("with no listener there were %v, want %v", got.Before, want)
	}
	if want := []string{"disconnected", "logMessage", "registrationSucceeded", "setGauge", "updateCounter"}; !slices.Equal(got.After, want) {
		t.Errorf("with a listener there were %v, want %v", got.After, want)
	}
}

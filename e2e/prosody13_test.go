package e2e

import (
	"fmt"
	"strings"
	"testing"

	"github.com/xmppreg/xmppreg/e2e/browser"
	"github.com/xmppreg/xmppreg/e2e/debian"
	"github.com/xmppreg/xmppreg/e2e/prosody"
	"github.com/xmppreg/xmppreg/e2e/servertest"
	"github.com/xmppreg/xmppreg/e2e/site"
)

// prosody13 starts a server of the newer release, with a host for each thing that
// Prosody 13 has and Prosody 0.12 has not.
func prosody13(t *testing.T) *prosody.Server {
	t.Helper()
	servertest.Need(t, debian.Trixie)
	release = debian.Trixie
	t.Cleanup(func() { release = debian.Installed })
	return startProsody(t, prosody.Options{Hosts: []prosody.Host{
		{Name: "beside.test", Lua: `allow_registration = true
			modules_enabled = { "sasl2"; "sasl2_bind2"; "sasl2_fast"; "sasl2_sm" }`},
		{Name: "alone.test", Lua: `allow_registration = true
			modules_enabled = { "sasl2"; "sasl2_bind2" }
			modules_disabled = { "saslauth" }`},
		{Name: "grace.test", Lua: `allow_registration = true
			registration_delete_grace_period = "1 day"`},
	}})
}

// A life of an account, from the sign-up to the deletion.
type life struct {
	Features string // that the server offers before the login
	Login    string // how the client has begun the last login
	Old      failed // of a login with the password from before the change
	Events   []string
	Later    failed // of a login after the deletion
	Again    failed // of another sign-up with the same name
}

func liveAt(t *testing.T, domain, address string) (got life) {
	t.Helper()
	inPage(t, client(t, site.Options{}), fmt.Sprintf(`
		const at = { domain: %q, url: %q };
		const seen = {};
		const { send } = WebSocket.prototype;
		WebSocket.prototype.send = function (data) {
			this.addEventListener('message', ({ data }) => { if (data.includes('features')) seen.features ??= data; });
			if (data.includes('mechanism=')) seen.login = data;
			return send.call(this, data);
		};
		const events = [];
		const reg = new RegistrationManager(at);
		for (const type of ['connected', 'passwordChanged', 'accountDeleted', 'disconnected', 'passwordChangeFailed', 'accountDeletionFailed']) {
			reg.addEventListener(type, ({ detail }) => { if (type !== 'connected' || detail.jid) events.push(type); });
		}
		await reg.submit({ username: 'ines', password: 'first' });
		await reg.connect();
		await reg.changePassword('second');
		await reg.disconnect();
		const other = (password) => new RegistrationManager(at).connect({ jid: 'ines@' + at.domain, password });
		const old = await failure(other('first'));
		await reg.connect();
		await reg.deleteAccount();
		const later = await failure(other('second'));
		const again = await failure(new RegistrationManager(at).submit({ username: 'ines', password: 'third' }));
		WebSocket.prototype.send = send;
		return { ...seen, old, events, later, again };
	`, domain, address), &got)
	// After the sign-up the manager's stream is open, and another one logs in.
	if events := strings.Join(got.Events, " "); !strings.HasSuffix(events, "connected passwordChanged disconnected connected accountDeleted disconnected") {
		t.Errorf("%s: events %s", domain, events)
	}
	if got.Old.Reason != "not-authorized" {
		t.Errorf("%s: login with the old password: %+v", domain, got.Old)
	}
	return got
}

func TestOtherWaysToLogInAreLeftAlone(t *testing.T) {
	got := liveAt(t, "beside.test", prosody13(t).SecureWebSocketURL())
	for _, offered := range []string{
		"<authentication xmlns='urn:xmpp:sasl:2'>", "<bind xmlns='urn:xmpp:bind:0'>",
		"<mechanism>SCRAM-SHA-1-PLUS</mechanism>", "<channel-binding type='tls-exporter'/>",
	} {
		if !strings.Contains(got.Features, offered) {
			t.Errorf("the server does not offer %s: %s", offered, got.Features)
		}
	}
	if !strings.Contains(got.Login, "SCRAM-SHA-1'") && !strings.Contains(got.Login, `SCRAM-SHA-1"`) {
		t.Errorf("the client logs in with %s", got.Login)
	}
	if got.Later.Reason != "not-authorized" || got.Again.Name != "" {
		t.Errorf("after the deletion: %+v, %+v", got.Later, got.Again)
	}
}

func TestDeletedAccountThatTheServerKeepsForAWhile(t *testing.T) {
	got := liveAt(t, "grace.test", prosody13(t).WebSocketURL())
	if got.Later.Condition != "account-disabled" || got.Again.Reason != "username-taken" {
		t.Errorf("after the deletion: %+v, %+v", got.Later, got.Again)
	}
}

func TestServerWithSASL2AloneLetsIn(t *testing.T) {
	got := liveAt(t, "alone.test", prosody13(t).WebSocketURL())
	if strings.Contains(got.Features, "<mechanisms") {
		t.Errorf("the server offers SASL as well: %s", got.Features)
	}
	for _, sent := range []string{"<authenticate xmlns='urn:xmpp:sasl:2' mechanism='SCRAM-SHA-1'", "<bind xmlns='urn:xmpp:bind:0'>"} {
		if !strings.Contains(got.Login, sent) {
			t.Errorf("the client logs in with %s", got.Login)
		}
	}
	if got.Later.Reason != "not-authorized" || got.Again.Name != "" {
		t.Errorf("after the deletion: %+v, %+v", got.Later, got.Again)
	}
}

func TestSignUpNeedsNoWayToLogInThatItKnows(t *testing.T) {
	s := prosody13(t)
	tab := signUp(t, map[string]string{"domain": "alone.test", "url": s.WebSocketURL()})
	fillIn(tab, "ann", "correct horse")
	waitStep(tab, "done")
	if out, err := s.Ctl(t.Context(), "shell", "user", "list", "alone.test"); err != nil || !strings.Contains(out, "ann@alone.test") {
		t.Errorf("the accounts are %s (%v)", out, err)
	}
}

func TestAccountPageSaysThatAnAccountIsSwitchedOff(t *testing.T) {
	s := prosody13(t)
	tell := func(tab *browser.Tab, words string) {
		t.Helper()
		tab.WaitText(".problem", words)
		accountStep(tab, "login")
		if !tab.Focused(".problem") {
			t.Error("the focus is not at what is said")
		}
		if got := tab.Text(".problem"); strings.Contains(got, "password is wrong") {
			t.Errorf("the page says %q", got)
		}
	}
	open := func(domain, username string) *browser.Tab {
		t.Helper()
		if out, err := s.Ctl(t.Context(), "register", username, domain, "first"); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		tab := tabs.Tab(t)
		tab.Open(pages(t, map[string]string{"domain": domain, "url": s.WebSocketURL()}).URL + "/account.html")
		accountStep(tab, "login")
		return tab
	}
	t.Run("by the provider", func(t *testing.T) {
		tab := open("beside.test", "olive")
		if out, err := s.Ctl(t.Context(), "shell", "user", "disable", "olive@beside.test"); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		signIn(tab, "olive", "first")
		tell(tab, "This account is switched off")
		tab.Screenshot("account-disabled")
		if out, err := s.Ctl(t.Context(), "shell", "user", "enable", "olive@beside.test"); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		tab.Click("[data-submit]") // what was typed is still there
		accountStep(tab, "account")
	})
	t.Run("until its deletion", func(t *testing.T) {
		tab := open("grace.test", "petra")
		signIn(tab, "petra", "first")
		accountStep(tab, "account")
		tab.Fill("input[name=confirm]", "petra@grace.test")
		tab.Press(browser.Enter)
		accountStep(tab, "deleted")
		tab.Click("[data-action=login]")
		accountStep(tab, "login")
		signIn(tab, "petra", "first")
		tell(tab, "This account is")
		tab.Screenshot("account-in-grace")
		t.Log(tab.Text(".problem"))
	})
}

// Package library has tests of the Go packages against real servers, without a browser.
package library

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/xmppreg/xmppreg/e2e/debian"
	"github.com/xmppreg/xmppreg/e2e/ejabberd"
	"github.com/xmppreg/xmppreg/e2e/prosody"
	"github.com/xmppreg/xmppreg/e2e/servertest"
	"github.com/xmppreg/xmppreg/ibr"
	"github.com/xmppreg/xmppreg/transport/ws"
)

// A place is a host of a server.
type place struct{ url, domain string }

func prosodyOf(t *testing.T, release debian.Release, hosts ...prosody.Host) *prosody.Server {
	return servertest.Start(t, prosody.Start, prosody.Options{Debian: release, Hosts: hosts})
}

func ejabberdOf(t *testing.T, release debian.Release) place {
	s := servertest.Start(t, ejabberd.Start, ejabberd.Options{Debian: release})
	return place{s.WebSocketURL(), "open.test"}
}

// manager returns a manager for the place, and its events.
func (p place) manager(t *testing.T, config ibr.Config) (*ibr.Manager, <-chan ibr.Event) {
	t.Helper()
	events := make(chan ibr.Event, 1000)
	config.Domain, config.Dialer = p.domain, &ws.Dialer{URL: p.url}
	config.Events = func(e ibr.Event) {
		if _, isLog := e.(ibr.Log); !isLog {
			events <- e
		}
	}
	m, err := ibr.NewManager(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(m.Disconnect)
	return m, events
}

func answers(username, password string) ibr.Values {
	return ibr.Values{Fields: map[string][]string{"username": {username}, "password": {password}}}
}

// disconnected waits for the end of a stream and returns its reason.
func disconnected(t *testing.T, events <-chan ibr.Event) ibr.Reason {
	t.Helper()
	timer := time.NewTimer(time.Minute)
	defer timer.Stop()
	for {
		select {
		case e := <-events:
			if end, ok := e.(ibr.Disconnected); ok {
				return end.Reason
			}
		case <-timer.C:
			t.Fatal("the stream goes on")
		}
	}
}

// TestPasswordThatIsNotRefusedHereIsTakenByEveryServer shows the same from the other side:
// what may be sent is stored, and lets in.
func TestPasswordThatIsNotRefusedHereIsTakenByEveryServer(t *testing.T) {
	servertest.EachRelease(t, func(t *testing.T, release debian.Release) {
		open := prosodyOf(t, release, prosody.Host{Name: "open.test", Lua: "allow_registration = true"})
		for name, p := range map[string]place{"Prosody": {open.WebSocketURL(), "open.test"}, "ejabberd": ejabberdOf(t, release)} {
			for i, password := range []string{
				"correct horse", "pässwörd", "パスワード", "密码 ♥", "пароль", "ｆｕｌｌ", "\u0627\u0628", "\u05D0 1\u05D0", "ﬁ", "ſ", "e\u0301", "\U0002F800",
				"a\u00A0b", "a\u3000b", "a\u2003b", "a\u00ADb", "a\u200Db", "a\u2060b", "a\uFE0Fb", "a\uFEFFb", "a\u034Fb", "a\u1806b",
			} {
				m, _ := p.manager(t, ibr.Config{})
				account, err := m.Submit(t.Context(), answers(fmt.Sprintf("u%d", i), password))
				if err != nil {
					t.Errorf("%s, %+q: %v", name, password, err)
					continue
				}
				m.Disconnect()
				if err := m.Connect(t.Context(), ibr.Login{JID: account.JID, Password: password}); err != nil {
					t.Errorf("%s, %+q: %v", name, password, err)
				}
				m.Disconnect()
			}
		}
	})
}

// TestStreamErrorsHaveTheirReasons ends streams for what servers end them for.
func TestStreamErrorsHaveTheirReasons(t *testing.T) {
	servertest.EachRelease(t, func(t *testing.T, release debian.Release) {
		hosts := []prosody.Host{{Name: "open.test", Lua: "allow_registration = true"}}
		s := prosodyOf(t, release, hosts...)
		at := func(domain string) place { return place{s.WebSocketURL(), domain} }

		unknown, _ := at("unknown.test").manager(t, ibr.Config{})
		if _, err := unknown.RequestForm(t.Context(), ""); !errors.Is(err, ibr.HostUnknown) {
			t.Errorf("host-unknown: %v", err)
		}

		// A visitor who says nothing is dropped, which is no error, and can go on.
		brief := servertest.Start(t, prosody.Start, prosody.Options{Debian: release, Hosts: hosts, C2STimeout: time.Second})
		silent, events := place{brief.WebSocketURL(), "open.test"}.manager(t, ibr.Config{})
		if _, err := silent.RequestForm(t.Context(), ""); err != nil {
			t.Fatal(err)
		}
		if reason := disconnected(t, events); reason != "" {
			t.Errorf("connection-timeout: %q", reason)
		}
		if _, err := silent.Submit(t.Context(), answers("kim", "pw")); err != nil {
			t.Errorf("after connection-timeout: %v", err)
		}

		// The password is changed, and the account deleted, in another session.
		login := ibr.Login{JID: "kim@open.test", Password: "old"}
		first, _ := at("open.test").manager(t, ibr.Config{})
		if _, err := first.Submit(t.Context(), answers("kim", "old")); err != nil {
			t.Fatal(err)
		}
		second, events := at("open.test").manager(t, ibr.Config{})
		for _, m := range []*ibr.Manager{first, second} {
			if err := m.Connect(t.Context(), login); err != nil {
				t.Fatal(err)
			}
		}
		if err := first.ChangePassword(t.Context(), "new", ibr.Values{}); err != nil {
			t.Fatal(err)
		}
		if reason := disconnected(t, events); reason != ibr.StreamFailed {
			t.Errorf("Password changed: %q", reason)
		}
		login.Password = "new"
		if err := second.Connect(t.Context(), login); err != nil {
			t.Fatal(err)
		}
		if err := first.DeleteAccount(t.Context(), ibr.Values{}); err != nil {
			t.Fatal(err)
		}
		if reason := disconnected(t, events); reason != ibr.StreamFailed {
			t.Errorf("Account deleted: %q", reason)
		}
		if err := second.Connect(t.Context(), ibr.Login{}); !errors.Is(err, ibr.NotAuthorized) {
			t.Errorf("a deleted account: %v", err)
		}
	})
}

// TestLanguageThatIsNoneDisturbsNoServer says what WebKit says where no language is set.
func TestLanguageThatIsNoneDisturbsNoServer(t *testing.T) {
	servertest.EachRelease(t, func(t *testing.T, release debian.Release) {
		p := ejabberdOf(t, release)
		for _, lang := range []string{"C", "POSIX", "en_US.UTF-8", "", "de-ch"} {
			m, _ := p.manager(t, ibr.Config{Lang: lang})
			if _, err := m.RequestForm(t.Context(), ""); err != nil {
				t.Errorf("%q: %v", lang, err)
			}
			m.Disconnect()
		}
	})
}

// TestServerWithSASL2AloneLetsIn is about Prosody 13: older ones have no SASL2.
func TestServerWithSASL2AloneLetsIn(t *testing.T) {
	servertest.Need(t, debian.Trixie)
	s := prosodyOf(t, debian.Trixie, prosody.Host{Name: "alone.test", Lua: `allow_registration = true
		modules_enabled = { "sasl2"; "sasl2_bind2" }
		modules_disabled = { "saslauth" }`})
	m, _ := place{s.WebSocketURL(), "alone.test"}.manager(t, ibr.Config{})
	if _, err := m.Submit(t.Context(), answers("kim", "old")); err != nil {
		t.Fatal(err)
	}
	if err := m.Connect(t.Context(), ibr.Login{}); err != nil {
		t.Fatal(err)
	}
	if err := m.ChangePassword(t.Context(), "new", ibr.Values{}); err != nil {
		t.Error(err)
	}
	m.Disconnect()
	if err := m.Connect(t.Context(), ibr.Login{JID: "kim@alone.test", Password: "old"}); !errors.Is(err, ibr.NotAuthorized) {
		t.Errorf("with the old password: %v", err)
	}
	if err := m.Connect(t.Context(), ibr.Login{JID: "kim@alone.test", Password: "new"}); err != nil {
		t.Fatal(err)
	}
	if err := m.DeleteAccount(t.Context(), ibr.Values{}); err != nil {
		t.Error(err)
	}
}

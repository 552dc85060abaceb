package prosody_test

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/xmppreg/xmppreg/e2e/debian"
	"github.com/xmppreg/xmppreg/e2e/prosody"
	"github.com/xmppreg/xmppreg/e2e/servertest"
)

func start(t *testing.T, options prosody.Options) *prosody.Server {
	t.Helper()
	return servertest.Start(t, prosody.Start, options)
}

func TestRegistersOverWebSocket(t *testing.T) {
	servertest.EachRelease(t, registersOverWebSocket)
}

func registersOverWebSocket(t *testing.T, release debian.Release) {
	s := start(t, prosody.Options{Debian: release})
	if got := servertest.Dial(t, s.WebSocketURL(), "example.test", nil).Register("alice"); !strings.Contains(got, "result") {
		t.Errorf("over ws: got %s", got)
	}
	tlsConfig := &tls.Config{RootCAs: s.Certificate.Pool}
	if got := servertest.Dial(t, s.SecureWebSocketURL(), "example.test", tlsConfig).Register("bob"); !strings.Contains(got, "result") {
		t.Errorf("over wss: got %s", got)
	}
	if features := servertest.Dial(t, s.WebSocketURL(), "closed.test", nil).Until("features"); strings.Contains(features, "iq-register") {
		t.Errorf("closed.test offers registration: %s", features)
	}
}

func TestOptionsReachTheConfiguration(t *testing.T) {
	servertest.EachRelease(t, optionsReachTheConfiguration)
}

func optionsReachTheConfiguration(t *testing.T, release debian.Release) {
	s := start(t, prosody.Options{
		Debian: release,
		Hosts: []prosody.Host{
			{Name: "fields.test", Lua: `allow_registration = true; registration_title = "Join us"`},
			{Name: "plugin.test", Lua: `modules_enabled = { "hello" }`},
		},
		Global:     `registration_instructions = "All of it, please."`,
		C2STimeout: 5 * time.Second,
		Plugins:    map[string]string{"hello": `module:log("info", "Hello from %s", module.host)`},
	})
	c := servertest.Dial(t, s.WebSocketURL(), "fields.test", nil)
	form := c.Form()
	for _, want := range []string{"Join us", "All of it, please."} {
		if !strings.Contains(form, want) {
			t.Errorf("the form lacks %q: %s", want, form)
		}
	}
	c.Until("connection-timeout")
	if !strings.Contains(s.Log(), "Hello from plugin.test") {
		t.Error("the plugin did not run")
	}
}

func TestModulesOfOurOwnAreThereForEveryHost(t *testing.T) {
	servertest.EachRelease(t, modulesOfOurOwnAreThereForEveryHost)
}

func modulesOfOurOwnAreThereForEveryHost(t *testing.T, release debian.Release) {
	s := start(t, prosody.Options{Debian: release, Hosts: []prosody.Host{
		{Name: "form.test", Lua: `allow_registration = true; modules_enabled = { "test_form" }
			test_form = [[<query xmlns='jabber:iq:register'><shoesize/></query>]]
			test_wants = { password = "secret" }
			test_refusal = [[<error type='wait'><resource-constraint xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>]]`},
		{Name: "policy.test", Lua: `allow_registration = true; modules_enabled = { "password_policy" }; password_policy = { length = 100 }`},
		{Name: "block.test", Lua: `allow_registration = true; modules_enabled = { "block_registrations" }; block_registrations_users = { "alice" }`},
	}})
	dial := func(host string) *servertest.Client { return servertest.Dial(t, s.WebSocketURL(), host, nil) }
	if got := dial("form.test").Form(); !strings.Contains(got, "<query xmlns='jabber:iq:register'><shoesize/></query>") {
		t.Errorf("the form: %s", got)
	}
	if got := dial("form.test").Register("alice"); !strings.Contains(got, "type='result'") {
		t.Errorf("what is wanted: %s", got)
	}
	c := dial("form.test")
	c.Until("features")
	c.Send(`<iq xmlns='jabber:client' type='set' id='r1'><query xmlns='jabber:iq:register'><password>other</password></query></iq>`)
	if got := c.Until("r1"); !strings.Contains(got, "<resource-constraint") {
		t.Errorf("what is not wanted: %s", got)
	}
	servertest.Eventually(t, "what was sent is not in the log", func() bool { return strings.Count(s.Log(), "submitted ") == 2 })
	for host, want := range map[string]string{"policy.test": "minimum 100", "block.test": "not-acceptable"} {
		if got := dial(host).Register("alice"); !strings.Contains(got, want) {
			t.Errorf("%s: %s holds no %s", host, got, want)
		}
	}
}

func TestRestartKeepsAccountsAndPorts(t *testing.T) {
	servertest.EachRelease(t, restartKeepsAccountsAndPorts)
}

func restartKeepsAccountsAndPorts(t *testing.T, release debian.Release) {
	s := start(t, prosody.Options{Debian: release})
	url := s.WebSocketURL()
	servertest.Dial(t, url, "example.test", nil).Register("alice")

	s.Down()
	if conn, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", s.HTTPPort)); err == nil {
		conn.Close()
		t.Error("the port is still open while the server is down")
	}
	if err := s.Restart(t.Context()); err != nil {
		t.Fatal(err)
	}
	if s.WebSocketURL() != url {
		t.Errorf("the address is %s, was %s", s.WebSocketURL(), url)
	}
	if got := servertest.Dial(t, url, "example.test", nil).Register("alice"); !strings.Contains(got, "conflict") {
		t.Errorf("the account is gone: got %s", got)
	}
}

func TestInvitesAsItIsAskedTo(t *testing.T) { servertest.EachRelease(t, invitesAsItIsAskedTo) }

func invitesAsItIsAskedTo(t *testing.T, release debian.Release) {
	s := start(t, prosody.Options{Debian: release, Global: prosody.InviteExpiry, Hosts: []prosody.Host{
		{Name: "invite.test", Lua: `registration_invite_only = true; modules_enabled = { "invites"; "invites_register" }`},
		{Name: "page.test", Lua: `modules_enabled = { "invites"; "invites_page"; "invites_register" }`},
	}})
	servertest.Dial(t, s.WebSocketURL(), "page.test", nil).Register("alice")
	for _, test := range []struct {
		invitation prosody.Invitation
		want       string
	}{
		{prosody.Invitation{Host: "invite.test"}, "xmpp:invite.test?register;preauth="},
		{prosody.Invitation{Host: "invite.test", Name: "bob"}, "xmpp:bob@invite.test?register;preauth="},
		{prosody.Invitation{Host: "invite.test", Name: "boss", Contact: true}, "xmpp:boss@invite.test?roster;preauth="},
		{prosody.Invitation{Host: "invite.test", Expired: true}, "xmpp:invite.test?register;preauth="},
		{prosody.Invitation{Host: "page.test", Name: "bob"}, fmt.Sprintf("https://page.test:%d/invites_page?", s.HTTPSPort)},
		{prosody.Invitation{Host: "page.test", ForApps: true}, "xmpp:page.test?register;preauth="},
		{prosody.Invitation{Host: "page.test", Name: "alice", Reset: true, ForApps: true}, "xmpp:alice@page.test?register;preauth="},
	} {
		link, err := s.Invite(t.Context(), test.invitation)
		if err != nil {
			t.Fatalf("%+v: %v", test.invitation, err)
		}
		if !strings.HasPrefix(link, test.want) {
			t.Errorf("%+v: %s, want %s…", test.invitation, link, test.want)
		}
		c := servertest.Dial(t, s.WebSocketURL(), test.invitation.Host, nil)
		c.Until("features")
		_, token, _ := strings.Cut(link, "preauth=")
		if token == "" {
			_, token, _ = strings.Cut(link, "?")
		}
		token, _, _ = strings.Cut(token, ";")
		c.Send(fmt.Sprintf(`<iq xmlns='jabber:client' type='set' id='p1' to='%s'><preauth xmlns='urn:xmpp:pars:0' token='%s'/></iq>`, test.invitation.Host, token))
		if got := c.Until("p1"); strings.Contains(got, "result") == test.invitation.Expired {
			t.Errorf("%+v: %s", test.invitation, got)
		}
	}
}

func TestCtl(t *testing.T) { servertest.EachRelease(t, ctl) }

func ctl(t *testing.T, release debian.Release) {
	s := start(t, prosody.Options{Debian: release})
	out, err := s.Ctl(t.Context(), "LC_ALL=C", "shell", "host", "list")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out, "example.test") {
		t.Errorf("no host in %q", out)
	}
	if _, err := s.Ctl(t.Context(), "mod_nothing"); err == nil {
		t.Error("a command that fails gives no error")
	}
}

func TestStartSaysWhyItFailed(t *testing.T) {
	servertest.EachRelease(t, startSaysWhyItFailed)
}

func startSaysWhyItFailed(t *testing.T, release debian.Release) {
	s, err := prosody.Start(t.Context(), prosody.Options{Debian: release, Global: "this is not Lua"})
	if err == nil {
		s.Stop()
		t.Fatal("a broken configuration started")
	}
	if !strings.Contains(err.Error(), "ended before it answered") || !strings.Contains(err.Error(), "prosody.cfg.lua") {
		t.Errorf("the error does not say why: %v", err)
	}
}

func TestStopLeavesNothing(t *testing.T) {
	servertest.EachRelease(t, stopLeavesNothing)
}

func stopLeavesNothing(t *testing.T, release debian.Release) {
	t.Setenv("TMPDIR", servertest.Folder(t))
	s := start(t, prosody.Options{Debian: release})
	addr := fmt.Sprintf("127.0.0.1:%d", s.HTTPPort)
	s.Stop()
	s.Stop() // once more does no harm
	if conn, err := net.Dial("tcp", addr); err == nil {
		conn.Close()
		t.Error("the port is still open")
	}
	if left, _ := filepath.Glob(filepath.Join(os.TempDir(), "xmppreg-prosody-*")); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
}

func TestKilledProgramLeavesNoServer(t *testing.T) {
	servertest.EachRelease(t, killedProgramLeavesNoServer)
}

func killedProgramLeavesNoServer(t *testing.T, release debian.Release) {
	report, pid := servertest.Orphan(t, servertest.Folder(t), func() string {
		s := start(t, prosody.Options{Debian: release})
		return fmt.Sprintf("%d %t", s.HTTPPort, s.InContainer())
	})
	var port int
	var inContainer bool
	if _, err := fmt.Sscan(report, &port, &inContainer); err != nil {
		t.Fatal(err)
	}
	containers := func() string {
		if !inContainer {
			return ""
		}
		out, err := exec.CommandContext(t.Context(), "docker", "ps", "-aq", "--filter", fmt.Sprintf("name=^xmppreg-%d-", pid)).Output()
		if err != nil {
			t.Fatal(err)
		}
		return string(out)
	}
	servertest.Eventually(t, "the server outlived its program", func() bool {
		conn, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err == nil {
			conn.Close()
		}
		return errors.Is(err, syscall.ECONNREFUSED) && containers() == ""
	})
}

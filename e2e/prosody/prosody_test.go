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

	"github.com/xmppreg/xmppreg/e2e/prosody"
	"github.com/xmppreg/xmppreg/e2e/servertest"
)

func start(t *testing.T, options prosody.Options) *prosody.Server {
	t.Helper()
	return servertest.Start(t, prosody.Start, options)
}

func TestRegistersOverWebSocket(t *testing.T) {
	s := start(t, prosody.Options{})
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
	s := start(t, prosody.Options{
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
	s := start(t, prosody.Options{Hosts: []prosody.Host{
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
	s := start(t, prosody.Options{})
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

func TestCtl(t *testing.T) {
	s := start(t, prosody.Options{Hosts: []prosody.Host{
		{Name: "invite.test", Lua: `registration_invite_only = true; modules_enabled = { "invites"; "invites_register" }`},
	}})
	out, err := s.Ctl(t.Context(), "LC_ALL=C", "mod_invites", "generate", "invite.test")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out, "xmpp:invite.test?register;preauth=") {
		t.Errorf("no invitation in %q", out)
	}
}

func TestStartSaysWhyItFailed(t *testing.T) {
	s, err := prosody.Start(t.Context(), prosody.Options{Global: "this is not Lua"})
	if err == nil {
		s.Stop()
		t.Fatal("a broken configuration started")
	}
	if !strings.Contains(err.Error(), "ended before it answered") || !strings.Contains(err.Error(), "prosody.cfg.lua") {
		t.Errorf("the error does not say why: %v", err)
	}
}

func TestStopLeavesNothing(t *testing.T) {
	t.Setenv("TMPDIR", servertest.Folder(t))
	s := start(t, prosody.Options{})
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
	report, pid := servertest.Orphan(t, servertest.Folder(t), func() string {
		s := start(t, prosody.Options{})
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

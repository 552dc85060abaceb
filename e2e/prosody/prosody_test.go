package prosody_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"nhooyr.io/websocket"

	"github.com/xmppreg/xmppreg/e2e/prosody"
)

// start starts a server that the test's end stops, and shows its log if the
// test failed.
func start(t *testing.T, opts prosody.Options) *prosody.Server {
	t.Helper()
	s, err := prosody.Start(t.Context(), opts)
	if err != nil {
		t.Fatalf("%v\nrun `make test`, which installs what is missing", err)
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("Prosody's log:\n%s", s.Log())
		}
		s.Stop()
	})
	return s
}

// client is an XMPP stream over a WebSocket, by hand.
type client struct {
	t    *testing.T
	conn *websocket.Conn
}

func dial(t *testing.T, url, host string, config *tls.Config) *client {
	t.Helper()
	conn, _, err := websocket.Dial(t.Context(), url, &websocket.DialOptions{
		Subprotocols: []string{"xmpp"},
		HTTPClient:   &http.Client{Transport: &http.Transport{TLSClientConfig: config}},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.CloseNow() })
	c := &client{t, conn}
	c.send(fmt.Sprintf(`<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='%s' version='1.0'/>`, host))
	return c
}

func (c *client) send(s string) {
	c.t.Helper()
	if err := c.conn.Write(c.t.Context(), websocket.MessageText, []byte(s)); err != nil {
		c.t.Fatal(err)
	}
}

// until reads messages up to the first that holds want.
func (c *client) until(want string) string {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.t.Context(), 10*time.Second)
	defer cancel()
	for {
		_, b, err := c.conn.Read(ctx)
		if err != nil {
			c.t.Fatalf("waiting for %q: %v", want, err)
		}
		if strings.Contains(string(b), want) {
			return string(b)
		}
	}
}

func (c *client) register(name string) string {
	c.t.Helper()
	c.until("features")
	c.send(fmt.Sprintf(`<iq xmlns='jabber:client' type='set' id='r1'><query xmlns='jabber:iq:register'><username>%s</username><password>secret</password></query></iq>`, name))
	return c.until(`r1`)
}

func TestRegistersOverWebSocket(t *testing.T) {
	s := start(t, prosody.Options{})
	if got := dial(t, s.WebSocketURL(), "example.test", nil).register("alice"); !strings.Contains(got, "result") {
		t.Errorf("over ws: got %s", got)
	}
	tlsConfig := &tls.Config{RootCAs: s.Certificate.Pool}
	if got := dial(t, s.SecureWebSocketURL(), "example.test", tlsConfig).register("bob"); !strings.Contains(got, "result") {
		t.Errorf("over wss: got %s", got)
	}
	if features := dial(t, s.WebSocketURL(), "closed.test", nil).until("features"); strings.Contains(features, "iq-register") {
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
		C2STimeout: time.Second,
		Plugins:    map[string]string{"hello": `module:log("info", "Hello from %s", module.host)`},
	})
	c := dial(t, s.WebSocketURL(), "fields.test", nil)
	c.until("features")
	c.send(`<iq xmlns='jabber:client' type='get' id='g1'><query xmlns='jabber:iq:register'/></iq>`)
	form := c.until("g1")
	for _, want := range []string{"Join us", "All of it, please."} {
		if !strings.Contains(form, want) {
			t.Errorf("the form lacks %q: %s", want, form)
		}
	}
	c.until("connection-timeout")
	if !strings.Contains(s.Log(), "Hello from plugin.test") {
		t.Error("the plugin did not run")
	}
}

func TestRestartKeepsAccountsAndPorts(t *testing.T) {
	s := start(t, prosody.Options{})
	url := s.WebSocketURL()
	dial(t, url, "example.test", nil).register("alice")

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
	if got := dial(t, url, "example.test", nil).register("alice"); !strings.Contains(got, "conflict") {
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
	t.Setenv("TMPDIR", shared(t))
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

// shared is a temporary folder that Prosody's user may enter.
func shared(t *testing.T) string {
	dir, err := os.MkdirTemp("", "xmppreg-test-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

// TestKilledProgramLeavesNoServer runs this test binary once more, as a
// program that starts a server and is killed before it can stop it.
func TestKilledProgramLeavesNoServer(t *testing.T) {
	const role = "XMPPREG_TEST_VICTIM"
	if file := os.Getenv(role); file != "" {
		s := start(t, prosody.Options{})
		if s.InContainer() {
			fmt.Println("in a container")
		}
		if err := os.WriteFile(file, []byte(s.WebSocketURL()), 0o600); err != nil {
			t.Fatal(err)
		}
		syscall.Kill(os.Getpid(), syscall.SIGKILL)
		<-t.Context().Done()
	}

	dir := shared(t)
	file := filepath.Join(dir, "url")
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestKilledProgramLeavesNoServer$")
	cmd.Env = append(os.Environ(), role+"="+file, "TMPDIR="+dir)
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
		t.Fatalf("the program was to be killed: %v\n%s", err, out)
	}
	url, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	addr := strings.TrimSuffix(strings.TrimPrefix(string(url), "ws://"), "/xmpp-websocket")

	ctx, cancel := context.WithTimeout(t.Context(), 15*time.Second)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	containers := func() string {
		if !strings.Contains(string(out), "in a container") {
			return ""
		}
		out, err := exec.CommandContext(ctx, "docker", "ps", "-aq", "--filter", fmt.Sprintf("name=^xmppreg-%d-", cmd.Process.Pid)).Output()
		if err != nil {
			t.Fatal(err)
		}
		return string(out)
	}
	for {
		conn, err := net.Dial("tcp", addr)
		if errors.Is(err, syscall.ECONNREFUSED) && containers() == "" {
			break
		}
		if err == nil {
			conn.Close()
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatal("the server outlived its program")
		}
	}
}

// Package servertest has what the tests of several server packages need.
package servertest

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"nhooyr.io/websocket"

	"github.com/xmppreg/xmppreg/e2e/debian"
)

// A Server is one that a test has started.
type Server interface {
	Log() string
	Stop()
}

// Start starts a server that the test's end stops, and shows its log if the test failed.
func Start[Options any, S Server](t *testing.T, start func(context.Context, Options) (S, error), options Options) S {
	t.Helper()
	s, err := start(t.Context(), options)
	if err != nil {
		t.Fatalf("%v\nrun `make test`, which installs what is missing", err)
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the server's log:\n%s", s.Log())
		}
		s.Stop()
	})
	return s
}

// EachRelease runs a test against the servers of each release. See Need.
func EachRelease(t *testing.T, test func(t *testing.T, release debian.Release)) {
	for _, release := range []debian.Release{debian.Installed, debian.Trixie} {
		t.Run(release.String(), func(t *testing.T) {
			Need(t, release)
			test(t, release)
		})
	}
}

// Need ends a test that has no servers of the release to run against. It fails if they
// are missing, and is skipped where nobody but root could use them.
func Need(t *testing.T, release debian.Release) {
	t.Helper()
	if _, err := release.Root(); errors.Is(err, debian.ErrNotRoot) {
		t.Skip(err)
	} else if err != nil {
		t.Fatal(err)
	}
}

// A Client is an XMPP stream over a WebSocket whose messages a test writes and reads
// as text.
type Client struct {
	t    *testing.T
	conn *websocket.Conn
}

// Dial opens a stream to host. config is for an address of the kind wss.
func Dial(t *testing.T, url, host string, config *tls.Config) *Client {
	t.Helper()
	conn, _, err := websocket.Dial(t.Context(), url, &websocket.DialOptions{
		Subprotocols: []string{"xmpp"},
		HTTPClient:   &http.Client{Transport: &http.Transport{TLSClientConfig: config}},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.CloseNow() })
	conn.SetReadLimit(1 << 20) // CAPTCHAs are large
	c := &Client{t, conn}
	c.Send(fmt.Sprintf(`<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='%s' version='1.0'/>`, host))
	return c
}

// Send sends a message.
func (c *Client) Send(s string) {
	c.t.Helper()
	if err := c.conn.Write(c.t.Context(), websocket.MessageText, []byte(s)); err != nil {
		c.t.Fatal(err)
	}
}

// Until reads messages up to the first that holds want, and returns that.
func (c *Client) Until(want string) string {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.t.Context(), 30*time.Second)
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

// Form asks for the registration form and returns the answer.
func (c *Client) Form() string {
	c.t.Helper()
	c.Until("features")
	c.Send(`<iq xmlns='jabber:client' type='get' id='g1'><query xmlns='jabber:iq:register'/></iq>`)
	return c.Until("g1")
}

// Register asks for an account and returns the answer.
func (c *Client) Register(name string) string {
	c.t.Helper()
	c.Until("features")
	c.Send(fmt.Sprintf(`<iq xmlns='jabber:client' type='set' id='r1'><query xmlns='jabber:iq:register'><username>%s</username><password>secret</password></query></iq>`, name))
	return c.Until("r1")
}

// Folder returns a temporary folder that a server's user may enter, unlike the
// test's own.
func Folder(t *testing.T) string {
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

// Orphan runs the test that calls it once more as another program, and kills that
// program when start has returned, before it can stop the server that start has
// started. It returns what start returned there, and the id of that process. The
// temporary files of the other program are in dir.
func Orphan(t *testing.T, dir string, start func() string) (report string, pid int) {
	t.Helper()
	const role = "XMPPREG_TEST_VICTIM"
	if file := os.Getenv(role); file != "" {
		if err := os.WriteFile(file, []byte(start()), 0o600); err != nil {
			t.Fatal(err)
		}
		syscall.Kill(os.Getpid(), syscall.SIGKILL)
		<-t.Context().Done()
	}
	file := filepath.Join(dir, "report")
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$")
	cmd.Env = append(os.Environ(), role+"="+file, "TMPDIR="+dir)
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
		t.Fatalf("the program was to be killed: %v\n%s", err, out)
	}
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(b), cmd.Process.Pid
}

// Processes lists the processes whose home is in dir: servers with their temporary
// files there, and their helpers.
func Processes(t *testing.T, dir string) (found []string) {
	t.Helper()
	files, err := filepath.Glob("/proc/[0-9]*/environ")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		env, _ := os.ReadFile(file) // the process may have ended, or be another user's
		if bytes.Contains(env, []byte("HOME="+dir+"/")) {
			cmd, _ := os.ReadFile(filepath.Join(filepath.Dir(file), "cmdline"))
			found = append(found, string(bytes.ReplaceAll(cmd, []byte{0}, []byte{' '})))
		}
	}
	return found
}

// Eventually waits until done returns true, and fails the test with the text what if
// it never does.
func Eventually(t *testing.T, what string, done func() bool) {
	t.Helper()
	timer := time.NewTimer(15 * time.Second)
	defer timer.Stop()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !done() {
		select {
		case <-tick.C:
		case <-timer.C:
			t.Fatal(what)
		}
	}
}

// Package firefox drives a headless Firefox, over WebDriver BiDi, for the tabs
// of package browser. Nothing that it does by itself leaves the machine.
package firefox

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"github.com/xmppreg/xmppreg/e2e/process"
)

// preferences are the profile's. When Firefox has started, it adds the ones that it
// recommends for WebDriver.
//
//go:embed user.js
var preferences string

// A Browser is a running Firefox with a profile of its own, which accepts every
// certificate. Close it.
type Browser struct {
	process *process.Process
	session *session
	tunnel  *tunnel
	dir     string
	closing sync.Once
}

// Find looks for the browser to use: $FIREFOX, or one that is installed.
func Find() (string, error) {
	if path := os.Getenv("FIREFOX"); path != "" {
		return exec.LookPath(path)
	}
	for _, name := range []string{"firefox-esr", "firefox"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", errors.New("firefox: no Firefox is installed; `make test` installs it, or set FIREFOX")
}

// Options are the browser's, for all of its tabs.
type Options struct {
	// Secure is the host:port of the site that https://*.test leads to. With
	// another port *.test is this machine; no other name leads anywhere.
	Secure string
}

// Start starts a browser.
func Start(ctx context.Context, opts Options) (*Browser, error) {
	path, err := Find()
	if err != nil {
		return nil, err
	}
	b := new(Browser)
	if b.dir, err = os.MkdirTemp("", "xmppreg-firefox-"); err != nil {
		return nil, fmt.Errorf("firefox: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	if err := b.start(ctx, path, opts); err != nil {
		log, _ := os.ReadFile(b.file("log"))
		b.Close()
		return nil, fmt.Errorf("firefox: starting %s: %w\n%s", path, err, process.Tail(string(log), 20))
	}
	return b, nil
}

func (b *Browser) file(name string) string { return filepath.Join(b.dir, name) }

func (b *Browser) start(ctx context.Context, path string, opts Options) error {
	var err error
	if b.tunnel, err = startTunnel(opts.Secure); err != nil {
		return err
	}
	if err := os.WriteFile(b.file("user.js"), fmt.Appendf(nil, preferences, b.tunnel.port()), 0o600); err != nil {
		return err
	}
	log, err := os.Create(b.file("log"))
	if err != nil {
		return err
	}
	defer log.Close()
	cmd := exec.Command(path, "--headless", "--no-remote", "--profile", b.dir, "--remote-debugging-port=0")
	cmd.Env = append(os.Environ(), "HOME="+b.dir, "TMPDIR="+b.dir, "MOZ_CRASHREPORTER_DISABLE=1",
		"MOZ_DISABLE_NONLOCAL_CONNECTIONS=1", // Firefox crashes if it connects elsewhere all the same
		"MOZ_HEADLESS_WIDTH=1000", "MOZ_HEADLESS_HEIGHT=900")
	if b.process, err = process.Launch(cmd, log); err != nil {
		return err
	}
	var at struct {
		Host string `json:"ws_host"`
		Port int    `json:"ws_port"`
	}
	err = b.process.WaitReady(ctx, func() (bool, error) {
		data, err := os.ReadFile(b.file("WebDriverBiDiServer.json"))
		return err == nil && json.Unmarshal(data, &at) == nil, nil
	})
	if err != nil {
		return err
	}
	if b.session, err = connect(ctx, fmt.Sprintf("ws://%s:%d/session", at.Host, at.Port)); err != nil {
		return err
	}
	wanted := object{"alwaysMatch": object{"acceptInsecureCerts": true}}
	if err := b.session.call(ctx, "session.new", object{"capabilities": wanted}, nil); err != nil {
		return err
	}
	return b.session.call(ctx, "session.subscribe", object{"events": []string{"log.entryAdded"}}, nil)
}

// Refused are the names that the browser asked for although they lead nowhere.
func (b *Browser) Refused() []string { return b.tunnel.names() }

// Close ends the browser and removes its profile.
func (b *Browser) Close() { b.closing.Do(b.close) }

func (b *Browser) close() {
	if b.session != nil {
		b.session.conn.CloseNow()
	}
	if b.process != nil {
		b.process.End(10*time.Second, b.process.Terminate, func() { syscall.Kill(-b.process.Pid(), syscall.SIGKILL) })
	}
	if b.tunnel != nil {
		b.tunnel.close()
	}
	os.RemoveAll(b.dir)
}

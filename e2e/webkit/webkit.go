// Package webkit drives WebKitGTK, over WebDriver, for the tabs of package browser. It
// shows its windows on a screen in memory. Nothing that it does leaves the machine.
package webkit

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/xmppreg/xmppreg/e2e/process"
)

// driver is the program that starts the browser and speaks WebDriver.
const driver = "WebKitWebDriver"

// Find looks for the driver to use: $WEBKIT, or the one that is installed.
func Find() (string, error) {
	if path := os.Getenv("WEBKIT"); path != "" {
		return exec.LookPath(path)
	}
	if path, err := exec.LookPath(driver); err == nil {
		return path, nil
	}
	return "", errors.New("webkit: no " + driver + " is installed; `make test` installs it, or set WEBKIT")
}

// Options are the browser's, for all of its tabs.
type Options struct {
	// Secure is the host:port of the site that https://*.test leads to. With
	// another port *.test is this machine; no other name leads anywhere.
	Secure string

	// Locale is that of the user, as in LC_ALL. It need not be installed; the browser then
	// speaks en-US. With C.UTF-8 navigator.language is "C".
	Locale string // "en_US.UTF-8" if empty
}

// A Browser is a screen, on which each tab is a browser of its own: WebDriver has one
// session for each. It accepts every certificate. Close it.
type Browser struct {
	path    string // of the driver
	dir     string
	options Options
	screen  *process.Process
	display string
	closing sync.Once

	mu      sync.Mutex
	tabs    int
	refused []string
}

// The screen's size. It is as high as the longest page of a test, because a screenshot
// has what the window shows.
const screenSize = "1280x4000x24"

// Start starts the screen.
func Start(ctx context.Context, opts Options) (*Browser, error) {
	path, err := Find()
	if err != nil {
		return nil, err
	}
	if _, err := exec.LookPath("Xvfb"); err != nil {
		return nil, errors.New("webkit: no Xvfb is installed; `make test` installs it")
	}
	b := &Browser{path: path, options: opts}
	if b.dir, err = os.MkdirTemp("", "xmppreg-webkit-"); err != nil {
		return nil, fmt.Errorf("webkit: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	if err := b.startScreen(ctx); err != nil {
		log, _ := os.ReadFile(b.file("screen.log"))
		b.Close()
		return nil, fmt.Errorf("webkit: starting Xvfb: %w\n%s", err, process.Tail(string(log), 20))
	}
	return b, nil
}

func (b *Browser) file(name string) string { return filepath.Join(b.dir, name) }

func (b *Browser) startScreen(ctx context.Context) error {
	log, err := os.Create(b.file("screen.log"))
	if err != nil {
		return err
	}
	defer log.Close()
	// It takes the first display that is free, and says which.
	r, w, err := os.Pipe()
	if err != nil {
		return err
	}
	defer r.Close()
	cmd := exec.Command("Xvfb", "-displayfd", "3", "-screen", "0", screenSize, "-nolisten", "tcp")
	cmd.Env = append(os.Environ(), "HOME="+b.dir)
	cmd.ExtraFiles = []*os.File{w}
	b.screen, err = process.Launch(cmd, log)
	w.Close()
	if err != nil {
		return err
	}
	context.AfterFunc(ctx, func() { r.Close() })
	display, err := bufio.NewReader(r).ReadString('\n')
	if err != nil {
		return fmt.Errorf("it does not say which display it has: %w", err)
	}
	b.display = ":" + strings.TrimSpace(display)
	return nil
}

// Refused are the names that the tabs asked for although they lead nowhere.
func (b *Browser) Refused() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]string(nil), b.refused...)
}

func (b *Browser) refuse(name string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.refused = append(b.refused, name)
}

// Close ends the screen, with which browsers end that are still there.
func (b *Browser) Close() { b.closing.Do(b.close) }

func (b *Browser) close() {
	if b.screen != nil {
		end(b.screen)
	}
	os.RemoveAll(b.dir)
}

// end ends a process with all of its children.
func end(p *process.Process) {
	p.End(10*time.Second, p.Terminate, func() { syscall.Kill(-p.Pid(), syscall.SIGKILL) })
}

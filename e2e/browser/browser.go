// Package browser drives a headless Chromium as a person would: it looks,
// clicks and types. A test gets a tab with an empty profile of its own, and
// fails when its page throws or complains on the console.
package browser

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/chromedp/chromedp"
)

// Options are the browser's, for all of its tabs.
type Options struct {
	// SPKI are the hashes of the keys that the browser accepts without a
	// certificate authority: that of certs.Default.
	SPKI []string

	// HostRules say where names lead, such as "MAP example.test:443
	// 127.0.0.1:4443". A name without a rule does not leave the machine.
	HostRules []string

	Lang string // of the browser, "en-US" if empty
}

// A Browser is a running Chromium with a profile of its own. Close it.
type Browser struct {
	ctx    context.Context
	cancel []context.CancelFunc
	dir    string // what Chromium leaves in its temporary folder when it is killed
}

// Find looks for the browser to use: $CHROME, or one that is installed.
func Find() (string, error) {
	if path := os.Getenv("CHROME"); path != "" {
		return exec.LookPath(path)
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", errors.New("browser: no Chromium is installed; `make test` installs it, or set CHROME")
}

// Start starts a browser.
func Start(opts Options) (*Browser, error) {
	path, err := Find()
	if err != nil {
		return nil, err
	}
	if opts.Lang == "" {
		opts.Lang = "en-US"
	}
	// Nothing of a test leaves the machine; localhost needs no resolver.
	rules := append(opts.HostRules, "MAP * ~NOTFOUND", "EXCLUDE 127.0.0.1", "EXCLUDE localhost")
	flags := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path),
		chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("lang", opts.Lang),
		chromedp.Flag("accept-lang", opts.Lang),
		chromedp.Flag("host-resolver-rules", strings.Join(rules, ", ")),
		chromedp.Flag("ignore-certificate-errors-spki-list", strings.Join(opts.SPKI, ",")),
		chromedp.WindowSize(1000, 800),
	)
	if os.Getuid() == 0 {
		flags = append(flags, chromedp.NoSandbox)
	}
	dir, err := os.MkdirTemp("", "xmppreg-browser-")
	if err != nil {
		return nil, fmt.Errorf("browser: %w", err)
	}
	flags = append(flags, chromedp.Env("TMPDIR="+dir))
	b := &Browser{dir: dir}
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), flags...)
	b.cancel = append(b.cancel, cancel)
	b.ctx, cancel = chromedp.NewContext(ctx)
	b.cancel = append(b.cancel, cancel)

	// The browser lives as long as the context that it was started with, so
	// its start is bounded from outside.
	timer := time.AfterFunc(time.Minute, cancel)
	defer timer.Stop()
	if err := chromedp.Do(b.ctx); err != nil {
		b.Close()
		return nil, fmt.Errorf("browser: starting %s: %w", path, err)
	}
	return b, nil
}

// Close ends the browser and removes its profile.
func (b *Browser) Close() {
	for i := len(b.cancel) - 1; i >= 0; i-- {
		b.cancel[i]()
	}
	os.RemoveAll(b.dir)
}

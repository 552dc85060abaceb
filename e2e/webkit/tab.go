package webkit

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/xmppreg/xmppreg/e2e/browser"
	"github.com/xmppreg/xmppreg/e2e/process"
)

// Tab opens a tab with a profile of its own. See browser.NewTab. The console has what
// the page's scripts write and throw, and where its policy is violated, and nothing
// that WebKit itself complains of: it tells no WebDriver.
func (b *Browser) Tab(t testing.TB) *browser.Tab {
	t.Helper()
	return browser.NewTab(t, "webkit", func(note func(browser.Problem)) (browser.Driver, error) {
		b.mu.Lock()
		b.tabs++
		p := &page{note: note, dir: b.file("tab-" + strconv.Itoa(b.tabs))}
		b.mu.Unlock()
		p.ctx, p.cancel = context.WithCancel(context.Background())
		ctx, cancel := context.WithTimeout(p.ctx, time.Minute)
		defer cancel()
		if err := p.start(ctx, b); err != nil {
			log, _ := os.ReadFile(p.file("log"))
			p.Close()
			return nil, fmt.Errorf("starting %s: %w\n%s", b.path, err, process.Tail(string(log), 20))
		}
		return p, nil
	})
}

// page is the browser.Driver of a page of WebKit's.
type page struct {
	session
	ctx    context.Context
	cancel context.CancelFunc
	note   func(browser.Problem)
	dir    string
	driver *process.Process
	front  *front
}

func (p *page) file(name string) string { return filepath.Join(p.dir, name) }

// small takes the room off the browser's own buttons, beside which no page is as narrow
// as a phone.
const small = `* { min-width: 0; min-height: 0; padding: 0; margin: 0; border-width: 0; font-size: 1px; }`

func (p *page) start(ctx context.Context, b *Browser) error {
	style := p.file(".config/gtk-3.0/gtk.css")
	if err := os.MkdirAll(filepath.Dir(style), 0o700); err != nil {
		return err
	}
	if err := os.WriteFile(style, []byte(small), 0o600); err != nil {
		return err
	}
	log, err := os.Create(p.file("log"))
	if err != nil {
		return err
	}
	defer log.Close()
	if p.front, err = startFront(b.options.Secure, b.refuse); err != nil {
		return err
	}
	port, err := process.FreePort()
	if err != nil {
		return err
	}
	cmd := exec.Command(b.path, "--port="+strconv.Itoa(port))
	cmd.Env = append(os.Environ(), "HOME="+p.dir, "TMPDIR="+p.dir, "XDG_CONFIG_HOME="+p.file(".config"), "XDG_RUNTIME_DIR="+p.dir,
		"DISPLAY="+b.display, "GDK_BACKEND=x11", "LC_ALL="+cmp.Or(b.options.Locale, "en_US.UTF-8"), "LANGUAGE=",
		"NO_AT_BRIDGE=1", "GTK_A11Y=none", "GSETTINGS_BACKEND=memory", "DBUS_SESSION_BUS_ADDRESS=disabled:")
	if p.driver, err = process.Launch(cmd, log); err != nil {
		return err
	}
	p.address = fmt.Sprintf("http://127.0.0.1:%d", port)
	err = p.driver.WaitReady(ctx, func() (bool, error) {
		return p.send(ctx, "GET", p.address+"/status", nil, nil) == nil, nil
	})
	if err != nil {
		return err
	}
	// The driver would wait for a page until its scripts, too, load nothing more.
	err = p.open(ctx, object{"acceptInsecureCerts": true, "pageLoadStrategy": "none", "webkitgtk:browserOptions": object{
		"args": []string{"--automation", "--proxy=" + p.front.url()},
	}})
	if err != nil {
		return err
	}
	// WebKit would bound each script with a timer of the page's, which a test may change.
	if err := p.post(ctx, "timeouts", object{"script": nil}, nil); err != nil {
		return err
	}
	return p.Viewport(ctx, 1000, 800, false)
}

func (p *page) Context() context.Context { return p.ctx }

func (p *page) Close() {
	if p.id != "" {
		ctx, cancel := context.WithTimeout(p.ctx, 10*time.Second)
		_ = p.close(ctx)
		cancel()
	}
	p.cancel()
	if p.driver != nil {
		end(p.driver)
	}
	if p.front != nil {
		p.front.close()
	}
	os.RemoveAll(p.dir)
}

func (p *page) Navigate(ctx context.Context, url string) error {
	return p.load(ctx, "url", object{"url": url})
}

func (p *page) Reload(ctx context.Context) error {
	return p.load(ctx, "refresh", object{})
}

// load has another document take this one's place, and waits until it is loaded.
func (p *page) load(ctx context.Context, command string, params object) error {
	if err := p.ask(ctx, `globalThis[Symbol.for('old')] = true`, nil); err != nil {
		return err
	}
	if err := p.post(ctx, command, params, nil); err != nil {
		return err
	}
	tick := time.NewTicker(15 * time.Millisecond)
	defer tick.Stop()
	for {
		// WebKit never answers for a process that just gives way to another.
		once, cancel := context.WithTimeout(ctx, 2*time.Second)
		var loaded bool
		err := p.ask(once, `!globalThis[Symbol.for('old')] && document.readyState === 'complete'`, &loaded)
		cancel()
		if loaded {
			return nil
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return fmt.Errorf("it is not loaded: %w", cmp.Or(err, ctx.Err()))
		}
	}
}

// ask evaluates an expression that does not wait.
func (p *page) ask(ctx context.Context, js string, result any) error {
	return p.post(ctx, "execute/sync", object{"args": []any{}, "script": "return " + js}, result)
}

// until evaluates an expression in each frame until it is true.
func (p *page) until(ctx context.Context, js string) error {
	for {
		b, err := p.Evaluate(ctx, `new Promise(requestAnimationFrame).then(() => `+js+`)`)
		if err != nil || string(b) == "true" {
			return err
		}
	}
}

func (p *page) OnNewDocument(_ context.Context, js string) error {
	p.front.add(js)
	return nil
}

func (p *page) Evaluate(ctx context.Context, js string) (json.RawMessage, error) {
	var got struct {
		Value, Error string
		Console      []browser.Problem
	}
	err := p.post(ctx, "execute/async", object{"args": []any{}, "script": evaluation(js)}, &got)
	for _, m := range got.Console {
		p.note(m)
	}
	if err == nil && got.Error != "" {
		err = errors.New(got.Error)
	}
	return json.RawMessage(got.Value), err
}

// evaluation is the body of a function that the driver calls with one more, which takes
// the result. A page that is left sends its own before it sleeps, because it may be come
// back to, and the driver would wait for that.
func evaluation(js string) string {
	return `
		const done = arguments[0];
		const over = new AbortController();
		const end = (result) => {
			over.abort();
			done({ ...result, console: globalThis[Symbol.for('` + consoleKey + `')]?.splice(0) ?? [] });
		};
		addEventListener('pagehide', () => end({ error: 'the page was left' }), over);
		` + browser.AsJSON(js) + `.then((value) => end({ value }), (error) => end({ error: String(error) }));`
}

func (p *page) Click(ctx context.Context, x, y float64) error {
	return p.act(ctx, object{"type": "pointer", "id": "mouse", "actions": browser.ClickActions(x, y)})
}

func (p *page) Press(ctx context.Context, text string, shift bool) error {
	return p.act(ctx, object{"type": "key", "id": "keyboard", "actions": browser.KeyActions(text, shift)})
}

func (p *page) SelectAll(ctx context.Context) error {
	return p.act(ctx, object{"type": "key", "id": "keyboard", "actions": browser.SelectAllActions})
}

func (p *page) act(ctx context.Context, input object) error {
	return p.post(ctx, "actions", object{"actions": []object{input}}, nil)
}

// Viewport makes the window larger than the page by what is around it.
func (p *page) Viewport(ctx context.Context, width, height int64, mobile bool) error {
	if mobile {
		return fmt.Errorf("a mobile WebKit: %w", errors.ErrUnsupported)
	}
	around, err := p.size(ctx, `[outerWidth - innerWidth, outerHeight - innerHeight]`)
	if err != nil {
		return err
	}
	if err := p.post(ctx, "window/rect", object{"width": width + around[0], "height": height + around[1]}, nil); err != nil {
		return err
	}
	// The page learns of it later.
	return p.until(ctx, fmt.Sprintf(`innerWidth === %d && innerHeight === %d`, width, height))
}

func (p *page) size(ctx context.Context, js string) (size [2]int64, err error) {
	b, err := p.Evaluate(ctx, js)
	if err != nil {
		return size, err
	}
	return size, json.Unmarshal(b, &size)
}

func (p *page) Screenshot(ctx context.Context) ([]byte, error) {
	// It has what the window shows, so that is made as high as the page.
	before, err := p.size(ctx, `[innerWidth, innerHeight]`)
	if err != nil {
		return nil, err
	}
	whole, err := p.size(ctx, `[innerWidth, Math.max(innerHeight, document.documentElement.scrollHeight)]`)
	if err != nil {
		return nil, err
	}
	if whole != before {
		if err := p.Viewport(ctx, whole[0], whole[1], false); err != nil {
			return nil, err
		}
		defer p.Viewport(ctx, before[0], before[1], false)
	}
	var png []byte
	err = p.get(ctx, "screenshot", &png)
	return png, err
}

package browser

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/heapprofiler"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// Tab opens a tab with a profile of its own. See NewTab.
func (b *Browser) Tab(t testing.TB) *Tab {
	t.Helper()
	ctx, cancel := chromedp.NewContext(b.ctx, chromedp.WithNewBrowserContext())
	return attach(t, ctx, cancel)
}

// Frame is the frame of another site that shows a page whose address begins with
// url, once it is there. It has a process, and a console, of its own.
func (tab *Tab) Frame(url string) *Tab {
	tab.t.Helper()
	ctx, cancel := context.WithTimeout(tab.driver.Context(), tab.Timeout)
	defer cancel()
	tick := time.NewTicker(15 * time.Millisecond)
	defer tick.Stop()
	for {
		infos, err := chromedp.Targets(ctx)
		if err != nil {
			tab.t.Fatalf("browser: looking for a frame: %v", err)
		}
		for _, info := range infos {
			if info.Type == "iframe" && strings.HasPrefix(info.URL, url) {
				ctx, cancel := chromedp.NewContext(tab.driver.Context(), chromedp.WithTargetID(info.TargetID))
				return attach(tab.t, ctx, cancel)
			}
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			tab.t.Fatalf("browser: there is no frame of %s", url)
		}
	}
}

// attach makes a tab of a context that has not run.
func attach(t testing.TB, ctx context.Context, cancel context.CancelFunc) *Tab {
	t.Helper()
	return NewTab(t, "", func(note func(Problem)) (Driver, error) {
		timer := time.AfterFunc(20*time.Second, cancel)
		err := chromedp.Do(ctx)
		timer.Stop()
		if err != nil {
			cancel()
			return nil, err
		}
		messages := chromedp.Console(ctx)
		c := &chromium{ctx: ctx, cancel: cancel}
		c.console.Go(func() {
			for m, err := range messages {
				if err != nil {
					return
				}
				note(Problem{string(m.Type), m.Text, m.URL})
			}
		})
		return c, nil
	})
}

// chromium is the Driver of a page of Chromium's.
type chromium struct {
	ctx     context.Context
	cancel  context.CancelFunc
	console sync.WaitGroup
}

func (c *chromium) Context() context.Context { return c.ctx }

func (c *chromium) Close() {
	c.cancel()
	c.console.Wait()
}

func (c *chromium) Navigate(ctx context.Context, url string) error {
	return chromedp.Do(ctx, chromedp.Navigate(url))
}

func (c *chromium) Reload(ctx context.Context) error { return chromedp.Do(ctx, chromedp.Reload()) }

func (c *chromium) OnNewDocument(ctx context.Context, js string) error {
	return chromedp.Do(ctx, chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: js})
		return err
	}))
}

// Evaluate uses Runtime.evaluate, which, unlike what chromedp.Poll makes of a
// predicate, works under a policy that forbids eval.
func (c *chromium) Evaluate(ctx context.Context, js string) (json.RawMessage, error) {
	s, err := chromedp.Run(ctx, chromedp.Evaluate[string](AsJSON(js), chromedp.EvalAwaitPromise))
	return json.RawMessage(s), err
}

func (c *chromium) Click(ctx context.Context, x, y float64) error {
	return chromedp.Do(ctx, chromedp.MouseClickXY(x, y))
}

func (c *chromium) Press(ctx context.Context, keys string, shift bool) error {
	if shift {
		return chromedp.Do(ctx, chromedp.KeyEvent(keys, chromedp.KeyModifiers(chromedp.ModifierShift)))
	}
	return chromedp.Do(ctx, chromedp.KeyEvent(keys))
}

// SelectAll sends the command instead of Ctrl+A: only a window system would translate
// these keys, and the browser runs without one.
func (c *chromium) SelectAll(ctx context.Context) error {
	return chromedp.Do(ctx, chromedp.KeyEvent("a", chromedp.KeyModifiers(chromedp.ModifierCtrl), func(p *input.DispatchKeyEventParams) {
		if p.Type != kb.KeyUp {
			p.Commands = []string{"selectAll"}
		}
	}))
}

func (c *chromium) Screenshot(ctx context.Context) ([]byte, error) {
	return chromedp.Run(ctx, chromedp.FullScreenshot(100))
}

// inChromium runs a step that only Chromium can do.
func (tab *Tab) inChromium(what string, actions ...chromedp.Action[chromedp.Void]) {
	tab.t.Helper()
	tab.do(what, func(ctx context.Context) error {
		if _, ok := tab.driver.(*chromium); !ok {
			return errors.ErrUnsupported
		}
		return chromedp.Do(ctx, actions...)
	})
}

// SharpViewport is Viewport on a screen with two dots for each pixel of CSS.
func (tab *Tab) SharpViewport(width, height int64, mobile bool) {
	tab.t.Helper()
	tab.inChromium("setting the viewport", viewport(width, height, mobile, chromedp.EmulateScale(2)))
}

func (c *chromium) Viewport(ctx context.Context, width, height int64, mobile bool) error {
	return chromedp.Do(ctx, viewport(width, height, mobile))
}

func viewport(width, height int64, mobile bool, opts ...chromedp.EmulateViewportOption) chromedp.Action[chromedp.Void] {
	if mobile {
		opts = append(opts, chromedp.EmulateMobile, chromedp.EmulateTouch)
	}
	return chromedp.EmulateViewport(width, height, opts...)
}

// Prefer sets what the user prefers, such as "prefers-color-scheme", "dark".
func (tab *Tab) Prefer(feature, value string) {
	tab.t.Helper()
	tab.inChromium("setting a preference", chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: feature, Value: value}},
		})
		return err
	}))
}

// Throttle slows the page's requests to a site down as a mobile connection does:
// latency before each answer, and bytes a second for all of them together. It leaves
// the requests of Workers alone.
func (tab *Tab) Throttle(site string, latency time.Duration, down, up float64) {
	tab.t.Helper()
	tab.inChromium("slowing the network down", chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		if _, err := cdp.Call(ctx, t, network.Enable, network.EnableParams{}); err != nil {
			return err
		}
		_, err := cdp.Call(ctx, t, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{
			MatchedNetworkConditions: []*network.Conditions{{
				URLPattern: site + "/*",
				Latency:    float64(latency.Milliseconds()), DownloadThroughput: down, UploadThroughput: up,
			}},
		})
		return err
	}))
}

// CollectGarbage collects the page's garbage until a JavaScript expression is
// true.
func (tab *Tab) CollectGarbage(until string) {
	tab.t.Helper()
	ctx, cancel := tab.step()
	defer cancel()
	for gone := false; !gone; {
		if ctx.Err() != nil {
			tab.t.Fatalf("browser: collecting garbage: %s did not become true in %v", until, tab.Timeout)
		}
		tab.inChromium("collecting garbage", chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
			_, err := cdp.Call(ctx, t, heapprofiler.CollectGarbage, cdp.Empty{})
			return err
		}))
		tab.Eval("Promise.resolve("+until+").then(Boolean)", &gone)
	}
}

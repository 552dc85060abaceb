package firefox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/xmppreg/xmppreg/e2e/browser"
)

// object is one of JSON's.
type object = map[string]any

// Tab opens a tab with a profile of its own. See browser.NewTab.
func (b *Browser) Tab(t testing.TB) *browser.Tab {
	t.Helper()
	return browser.NewTab(t, "firefox", func(note func(browser.Problem)) (browser.Driver, error) {
		p := &page{session: b.session}
		p.ctx, p.cancel = context.WithCancel(b.session.ctx)
		ctx, cancel := context.WithTimeout(p.ctx, 30*time.Second)
		defer cancel()
		var user struct{ UserContext string }
		if err := p.call(ctx, "browser.createUserContext", object{}, &user); err != nil {
			return nil, err
		}
		p.user = user.UserContext
		var created struct{ Context string }
		if err := p.call(ctx, "browsingContext.create", object{"type": "window", "userContext": p.user}, &created); err != nil {
			return nil, err
		}
		p.id = created.Context
		p.listen(p.id, func(e entry) { note(problem(e)) })
		return p, nil
	})
}

// problem translates an entry of the console. Only what was thrown has a stack,
// unlike what Firefox itself complains of.
func problem(e entry) browser.Problem {
	p := browser.Problem{Kind: e.Level, Text: e.Text}
	thrown := e.Type == "javascript" && len(e.StackTrace.CallFrames) > 0
	if len(e.StackTrace.CallFrames) > 0 {
		p.URL = e.StackTrace.CallFrames[0].URL
	}
	switch {
	case e.Level == "warn":
		p.Kind = "warning"
	case e.Level == "error" && thrown:
		p.Kind = "exception"
	}
	return p
}

// page is the browser.Driver of a page of Firefox's.
type page struct {
	*session
	ctx      context.Context
	cancel   context.CancelFunc
	user, id string
}

func (p *page) Context() context.Context { return p.ctx }

func (p *page) Close() {
	p.listen(p.id, nil)
	ctx, cancel := context.WithTimeout(p.session.ctx, 10*time.Second)
	defer cancel()
	_ = p.call(ctx, "browser.removeUserContext", object{"userContext": p.user}, nil)
	p.cancel()
}

func (p *page) Navigate(ctx context.Context, url string) error {
	return p.call(ctx, "browsingContext.navigate", object{"context": p.id, "url": url, "wait": "complete"}, nil)
}

func (p *page) Reload(ctx context.Context) error {
	return p.call(ctx, "browsingContext.reload", object{"context": p.id, "wait": "complete"}, nil)
}

func (p *page) OnNewDocument(ctx context.Context, js string) error {
	return p.call(ctx, "script.addPreloadScript", object{"functionDeclaration": "() => {" + js + "}", "contexts": []string{p.id}}, nil)
}

func (p *page) Evaluate(ctx context.Context, js string) (json.RawMessage, error) {
	var got struct {
		Type             string
		Result           struct{ Value json.RawMessage }
		ExceptionDetails struct{ Text string }
	}
	err := p.call(ctx, "script.evaluate", object{
		"expression": browser.AsJSON(js), "target": object{"context": p.id}, "awaitPromise": true,
	}, &got)
	if err == nil && got.Type == "exception" {
		err = errors.New(got.ExceptionDetails.Text)
	}
	if err != nil {
		return nil, err
	}
	var value string
	if err := json.Unmarshal(got.Result.Value, &value); err != nil {
		return nil, fmt.Errorf("no JSON came of it: %w", err)
	}
	return json.RawMessage(value), nil
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

// act gives input to the page. It brings its window to the front, because only that
// one has the focus.
func (p *page) act(ctx context.Context, input object) error {
	if err := p.call(ctx, "browsingContext.activate", object{"context": p.id}, nil); err != nil {
		return err
	}
	return p.call(ctx, "input.performActions", object{"context": p.id, "actions": []object{input}}, nil)
}

func (p *page) Viewport(ctx context.Context, width, height int64, mobile bool) error {
	if mobile {
		return fmt.Errorf("a mobile Firefox: %w", errors.ErrUnsupported)
	}
	return p.call(ctx, "browsingContext.setViewport", object{"context": p.id, "viewport": object{"width": width, "height": height}}, nil)
}

func (p *page) Screenshot(ctx context.Context) ([]byte, error) {
	var got struct{ Data []byte }
	err := p.call(ctx, "browsingContext.captureScreenshot", object{"context": p.id, "origin": "document"}, &got)
	return got.Data, err
}

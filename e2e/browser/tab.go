package browser

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/heapprofiler"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/xmppreg/xmppreg/e2e/site"
)

// Keys for Press.
const (
	Enter     = kb.Enter
	Tabulator = kb.Tab
	Escape    = kb.Escape
	Backspace = kb.Backspace
	Delete    = kb.Delete
	Up        = kb.ArrowUp
	Down      = kb.ArrowDown
	Left      = kb.ArrowLeft
	Right     = kb.ArrowRight
	Home      = kb.Home
	End       = kb.End
	Space     = " "
)

// A Tab is a page in a profile of its own. Its methods fail the test
// themselves; they are for the test's goroutine.
//
// An element is named by a CSS selector, which also finds what is inside open
// shadow roots, or by a JavaScript expression that begins with "document.".
type Tab struct {
	// Timeout bounds each wait and each step, 20 seconds unless changed.
	Timeout time.Duration

	t     testing.TB
	ctx   context.Context
	close func()

	mu       sync.Mutex
	problems []Problem
	console  []string
	synced   map[string]chan struct{}
	expected []string
	syncs    int
}

// A Problem is what a page's author would find in the console.
type Problem struct {
	Kind string // exception, error or warning
	Text string
	URL  string
}

func (p Problem) String() string {
	s := p.Kind + ": " + p.Text
	if p.URL != "" {
		s += " (" + p.URL + ")"
	}
	return s
}

// Tab opens a tab that the test's end closes. The test fails if there are
// problems by then that were not expected.
func (b *Browser) Tab(t testing.TB) *Tab {
	t.Helper()
	ctx, cancel := chromedp.NewContext(b.ctx, chromedp.WithNewBrowserContext())
	return attach(t, ctx, cancel)
}

// Frame is the frame of another site that shows a page whose address begins with
// url, once it is there. It has a process, and a console, of its own.
func (tab *Tab) Frame(url string) *Tab {
	tab.t.Helper()
	ctx, cancel := context.WithTimeout(tab.ctx, tab.Timeout)
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
				ctx, cancel := chromedp.NewContext(tab.ctx, chromedp.WithTargetID(info.TargetID))
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
	tab := &Tab{Timeout: 20 * time.Second, t: t, ctx: ctx, synced: make(map[string]chan struct{})}
	timer := time.AfterFunc(tab.Timeout, cancel)
	err := chromedp.Do(ctx)
	timer.Stop()
	if err != nil {
		cancel()
		t.Fatalf("browser: opening a tab: %v", err)
	}
	messages := chromedp.Console(ctx)
	var done sync.WaitGroup
	done.Go(func() {
		for m, err := range messages {
			if err != nil {
				return
			}
			tab.note(m)
		}
	})
	tab.close = sync.OnceFunc(func() {
		for _, p := range tab.Problems() {
			t.Errorf("the page: %v", p)
		}
		if t.Failed() {
			t.Logf("the console:\n%s", strings.Join(tab.Console(), "\n"))
			tab.screenshot(t.Name())
		}
		cancel()
		done.Wait()
	})
	t.Cleanup(tab.close)
	return tab
}

// Close closes the tab before the test's end does.
func (tab *Tab) Close() {
	tab.t.Helper()
	tab.close()
}

// note keeps a message of the console.
func (tab *Tab) note(m chromedp.ConsoleMessage) {
	tab.mu.Lock()
	defer tab.mu.Unlock()
	if arrived, ok := tab.synced[m.Text]; ok {
		close(arrived)
		delete(tab.synced, m.Text)
		return
	}
	tab.console = append(tab.console, m.String())
	switch m.Type {
	case chromedp.ConsoleException, chromedp.ConsoleError, chromedp.ConsoleWarning, "assert":
		tab.problems = append(tab.problems, Problem{string(m.Type), m.Text, m.URL})
	}
}

// sync waits until all that the page wrote by now has arrived.
func (tab *Tab) sync() {
	tab.mu.Lock()
	tab.syncs++
	mark := fmt.Sprintf("browser: sync %d", tab.syncs)
	arrived := make(chan struct{})
	tab.synced[mark] = arrived
	tab.mu.Unlock()
	ctx, cancel := context.WithTimeout(tab.ctx, tab.Timeout)
	defer cancel()
	if err := chromedp.Do(ctx, void(fmt.Sprintf(`console.debug(%q)`, mark))); err != nil {
		return // a page that crashed has said all it will
	}
	select {
	case <-arrived:
	case <-ctx.Done():
	}
}

// ExpectProblem declares that problems whose text or address contains one of
// parts are part of the test: Chromium reports every refused connection as an
// error, whatever the page makes of it. Exceptions are never expected.
func (tab *Tab) ExpectProblem(parts ...string) {
	tab.mu.Lock()
	defer tab.mu.Unlock()
	tab.expected = append(tab.expected, parts...)
}

// Problems are the exceptions, errors and warnings so far, without those that
// were expected.
func (tab *Tab) Problems() []Problem {
	tab.sync()
	tab.mu.Lock()
	defer tab.mu.Unlock()
	var found []Problem
	for _, p := range tab.problems {
		if !tab.isExpected(p) {
			found = append(found, p)
		}
	}
	return found
}

func (tab *Tab) isExpected(p Problem) bool {
	if p.Kind == string(chromedp.ConsoleException) {
		return false
	}
	for _, part := range tab.expected {
		if strings.Contains(p.Text, part) || strings.Contains(p.URL, part) {
			return true
		}
	}
	return false
}

// Console is all that the page wrote, a line for each message.
func (tab *Tab) Console() []string {
	tab.mu.Lock()
	defer tab.mu.Unlock()
	return append([]string(nil), tab.console...)
}

// Context is for chromedp's own actions.
func (tab *Tab) Context() context.Context { return tab.ctx }

// do runs one step within the time for it.
func (tab *Tab) do(what string, actions ...chromedp.Action[chromedp.Void]) {
	tab.t.Helper()
	ctx, cancel := context.WithTimeout(tab.ctx, tab.Timeout)
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		tab.t.Fatalf("browser: %s: %v", what, err)
	}
}

// scope is what expressions find elements with, in the document and in open
// shadow trees: $(selector) is the first such element, null if there is none,
// and active() the one that has the focus.
const scope = `const $ = (selector, root = document) => {
	const here = root.querySelector(selector);
	if (here) return here;
	for (const { shadowRoot } of root.querySelectorAll('*')) {
		const there = shadowRoot && $(selector, shadowRoot);
		if (there) return there;
	}
	return null;
};
const active = (root = document) => (root.activeElement?.shadowRoot ? active(root.activeElement.shadowRoot) : root.activeElement)`

// void runs an expression for its effect.
func void(js string) chromedp.Action[chromedp.Void] {
	return func(ctx context.Context, t *chromedp.Target) (chromedp.Void, error) {
		_, err := evaluate(js+", null")(ctx, t)
		return chromedp.Void{}, err
	}
}

// evaluate runs an expression, waits if it is a promise, and returns its value
// as JSON. Runtime.evaluate, unlike what chromedp.Poll makes of a predicate,
// works under a policy that forbids eval. The expression has $ and active of
// scope.
func evaluate(js string) chromedp.Action[json.RawMessage] {
	wrapped := `(async () => {` + scope + `; return JSON.stringify(await (` + js + `)) ?? "null"; })()`
	run := chromedp.Evaluate[string](wrapped, chromedp.EvalAwaitPromise)
	return func(ctx context.Context, t *chromedp.Target) (json.RawMessage, error) {
		s, err := run(ctx, t)
		return json.RawMessage(s), err
	}
}

// Open goes to a page and returns when it is loaded.
func (tab *Tab) Open(url string) {
	tab.t.Helper()
	tab.do("opening "+url, chromedp.Navigate(url))
}

// OnNewDocument runs a script at the start of each page to come, before the
// page's own.
func (tab *Tab) OnNewDocument(js string) {
	tab.t.Helper()
	tab.do("adding a script", chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: js})
		return err
	}))
}

// CollectGarbage lets the page's objects go that nothing refers to.
func (tab *Tab) CollectGarbage() {
	tab.t.Helper()
	tab.do("collecting garbage", chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, heapprofiler.CollectGarbage, cdp.Empty{})
		return err
	}))
}

// Reload loads the page once more.
func (tab *Tab) Reload() {
	tab.t.Helper()
	tab.do("reloading", chromedp.Reload())
}

// Eval evaluates a JavaScript expression, waits if it is a promise, and
// decodes its value into into, which may be nil.
func (tab *Tab) Eval(js string, into any) {
	tab.t.Helper()
	ctx, cancel := context.WithTimeout(tab.ctx, tab.Timeout)
	defer cancel()
	b, err := chromedp.Run(ctx, evaluate(js))
	if err == nil && into != nil {
		err = json.Unmarshal(b, into)
	}
	if err != nil {
		tab.t.Fatalf("browser: evaluating %s: %v", js, err)
	}
}

// Wait returns when a JavaScript expression is true. It asks again and again,
// and across a change of page.
func (tab *Tab) Wait(js string) {
	tab.t.Helper()
	if err := tab.poll(js, nil); err != nil {
		tab.t.Fatalf("browser: waiting for %s: %v", js, err)
	}
}

var errNotYet = errors.New("it did not become true")

// poll evaluates an expression until it is truthy and decodes it into into.
func (tab *Tab) poll(js string, into any) error {
	ctx, cancel := context.WithTimeout(tab.ctx, tab.Timeout)
	defer cancel()
	tick := time.NewTicker(15 * time.Millisecond)
	defer tick.Stop()
	last := errNotYet
	for {
		b, err := chromedp.Run(ctx, evaluate(js))
		switch string(b) {
		case "", "null", "false", `""`, "0":
		default:
			if into == nil {
				return nil
			}
			return json.Unmarshal(b, into)
		}
		if ctx.Err() == nil && err != nil {
			last = err // perhaps the page is just changing
		} else if err == nil {
			last = errNotYet
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return fmt.Errorf("%w in %v", last, tab.Timeout)
		}
	}
}

// element is a JavaScript expression for the element that selector names, or
// null.
func element(selector string) string {
	if strings.HasPrefix(selector, "document.") {
		return "(" + selector + ")"
	}
	q, _ := json.Marshal(selector)
	return `$(` + string(q) + `)`
}

// on is an expression about the element e, null where there is none.
func on(selector, js string) string {
	return `((e) => e && (` + js + `))(` + element(selector) + `)`
}

const visible = `e.checkVisibility({opacityProperty: true, visibilityProperty: true}) && e.getBoundingClientRect().width > 0 && e.getBoundingClientRect().height > 0`

// WaitVisible returns when the element can be seen.
func (tab *Tab) WaitVisible(selector string) {
	tab.t.Helper()
	if err := tab.poll(on(selector, visible), nil); err != nil {
		tab.t.Fatalf("browser: waiting to see %s: %v", selector, err)
	}
}

// WaitGone returns when the element can't be seen.
func (tab *Tab) WaitGone(selector string) {
	tab.t.Helper()
	if err := tab.poll("!"+on(selector, visible), nil); err != nil {
		tab.t.Fatalf("browser: waiting for %s to go: %v", selector, err)
	}
}

// WaitText returns when the element can be seen and its text contains text.
func (tab *Tab) WaitText(selector, text string) {
	tab.t.Helper()
	q, _ := json.Marshal(text)
	if err := tab.poll(on(selector, visible+` && e.innerText.includes(`+string(q)+`)`), nil); err != nil {
		var now any
		if b, err := chromedp.Run(tab.ctx, evaluate(on(selector, "e.innerText"))); err == nil {
			json.Unmarshal(b, &now)
		}
		tab.t.Fatalf("browser: waiting for %q in %s: %v; it says %v", text, selector, err, now)
	}
}

// Visible tells whether the element can be seen now.
func (tab *Tab) Visible(selector string) bool {
	tab.t.Helper()
	var yes bool
	tab.Eval(`!!`+on(selector, visible), &yes)
	return yes
}

// Text is what the element shows.
func (tab *Tab) Text(selector string) string {
	tab.t.Helper()
	return tab.property(selector, "e.innerText")
}

// Value is what a form control holds.
func (tab *Tab) Value(selector string) string {
	tab.t.Helper()
	return tab.property(selector, "e.value")
}

// Attribute is one of the element's, empty where it has none.
func (tab *Tab) Attribute(selector, name string) string {
	tab.t.Helper()
	q, _ := json.Marshal(name)
	return tab.property(selector, "e.getAttribute("+string(q)+") ?? ''")
}

func (tab *Tab) property(selector, js string) string {
	tab.t.Helper()
	var s *string
	tab.Eval(on(selector, js), &s)
	if s == nil {
		tab.t.Fatalf("browser: there is no %s", selector)
	}
	return *s
}

// Focused tells whether the element has the keyboard's attention.
func (tab *Tab) Focused(selector string) bool {
	tab.t.Helper()
	var yes bool
	tab.Eval(`!!`+on(selector, "e.getRootNode().activeElement === e"), &yes)
	return yes
}

// Click clicks the element with the mouse, once it can be seen, is enabled,
// stands still, and nothing lies over it.
func (tab *Tab) Click(selector string) {
	tab.t.Helper()
	at := on(selector, visible+` && !e.disabled && (async () => {
		e.scrollIntoView({block: 'nearest', inline: 'nearest', behavior: 'instant'});
		const box = () => { const r = e.getClientRects()[0] ?? e.getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]; };
		const before = box();
		await new Promise((r) => requestAnimationFrame(() => requestAnimationFrame(r)));
		const [x, y] = box();
		if (x !== before[0] || y !== before[1]) return null;
		let top = document.elementFromPoint(x, y);
		while (top?.shadowRoot?.elementFromPoint(x, y) && top.shadowRoot.elementFromPoint(x, y) !== top) {
			top = top.shadowRoot.elementFromPoint(x, y);
		}
		for (let n = top; n; n = n.parentNode ?? n.host) {
			if (n === e || n.control === e) return [x, y];
		}
		return null;
	})()`)
	var xy []float64
	if err := tab.poll(at, &xy); err != nil {
		tab.t.Fatalf("browser: waiting to click %s: %v", selector, err)
	}
	tab.do("clicking "+selector, chromedp.MouseClickXY(xy[0], xy[1]))
}

// Type clicks a text field and types text behind what is there.
func (tab *Tab) Type(selector, text string) {
	tab.t.Helper()
	tab.Click(selector)
	tab.Press(End)
	tab.Press(text)
}

// Fill replaces what is in a text field by typing over it.
func (tab *Tab) Fill(selector, text string) {
	tab.t.Helper()
	tab.Click(selector)
	// What Ctrl+A does is the window system's to know, and there is none.
	tab.do("selecting all", chromedp.KeyEvent("a", chromedp.KeyModifiers(chromedp.ModifierCtrl), func(p *input.DispatchKeyEventParams) {
		if p.Type != kb.KeyUp {
			p.Commands = []string{"selectAll"}
		}
	}))
	if text == "" {
		text = Backspace
	}
	tab.Press(text)
}

// Press presses keys, one after the other, wherever the focus is: text as it
// is typed, or one of this package's constants.
func (tab *Tab) Press(keys string) {
	tab.t.Helper()
	tab.do("typing", chromedp.KeyEvent(keys))
}

// PressShift presses keys with Shift held down.
func (tab *Tab) PressShift(keys string) {
	tab.t.Helper()
	tab.do("typing", chromedp.KeyEvent(keys, chromedp.KeyModifiers(chromedp.ModifierShift)))
}

// Viewport makes the page as large as on a phone or a desk.
func (tab *Tab) Viewport(width, height int64, mobile bool) {
	tab.t.Helper()
	opts := []chromedp.EmulateViewportOption{}
	if mobile {
		opts = append(opts, chromedp.EmulateMobile, chromedp.EmulateTouch)
	}
	tab.do("setting the viewport", chromedp.EmulateViewport(width, height, opts...))
}

// Prefer sets what the user prefers, such as "prefers-color-scheme", "dark".
func (tab *Tab) Prefer(feature, value string) {
	tab.t.Helper()
	tab.do("setting a preference", chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: feature, Value: value}},
		})
		return err
	}))
}

// Throttle slows all requests of the tab down as a mobile connection does:
// latency before each answer, and bytes a second for all of them together.
func (tab *Tab) Throttle(latency time.Duration, down, up float64) {
	tab.t.Helper()
	tab.do("slowing the network down", chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		if _, err := cdp.Call(ctx, t, network.Enable, network.EnableParams{}); err != nil {
			return err
		}
		_, err := cdp.Call(ctx, t, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{
			MatchedNetworkConditions: []*network.Conditions{{
				Latency: float64(latency.Milliseconds()), DownloadThroughput: down, UploadThroughput: up,
			}},
		})
		return err
	}))
}

// Told is what Chromium tells screen readers of the page: a line for each thing
// that has a role of its own, such as `textbox "Name" "Your own." required`, with
// its name, its description, and its states.
func (tab *Tab) Told() []string {
	tab.t.Helper()
	var lines []string
	tab.do("reading the accessibility tree", chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		tree, err := cdp.Call(ctx, t, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{})
		if err != nil {
			return err
		}
		for _, node := range tree.Nodes {
			if line := told(node); line != "" {
				lines = append(lines, line)
			}
		}
		return nil
	}))
	return lines
}

func told(node *accessibility.Node) string {
	if node.Ignored || node.Role == nil {
		return ""
	}
	text := func(v *accessibility.Value) (s string) {
		if v != nil {
			json.Unmarshal(v.Value, &s)
		}
		return s
	}
	role := text(node.Role)
	switch role {
	case "StaticText", "InlineTextBox", "LineBreak", "ListMarker", "generic", "none", "paragraph", "RootWebArea", "LabelText":
		return ""
	}
	line := fmt.Sprintf("%s %q", role, text(node.Name))
	if description := text(node.Description); description != "" {
		line += fmt.Sprintf(" %q", description)
	}
	for _, p := range node.Properties {
		value := string(p.Value.Value)
		switch p.Name {
		case "required", "invalid", "checked", "expanded", "disabled", "readonly", "focused", "live", "pressed":
			switch value = strings.Trim(value, `"`); value {
			case "false", "off":
			case "true":
				line += " " + string(p.Name)
			default:
				line += " " + string(p.Name) + "=" + value
			}
		}
	}
	return line
}

// Screenshot saves the whole page as build/screenshots/NAME.png and returns
// the file's name.
func (tab *Tab) Screenshot(name string) string {
	tab.t.Helper()
	file, err := tab.save(name)
	if err != nil {
		tab.t.Fatalf("browser: taking a screenshot: %v", err)
	}
	return file
}

// screenshot is Screenshot for a test that failed already.
func (tab *Tab) screenshot(name string) {
	file, err := tab.save(name)
	if err != nil {
		tab.t.Logf("no screenshot: %v", err)
		return
	}
	tab.t.Logf("the page as it was: %s", file)
}

func (tab *Tab) save(name string) (string, error) {
	root, err := site.Root()
	if err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(tab.ctx, tab.Timeout)
	defer cancel()
	b, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	if err != nil {
		return "", err
	}
	dir := filepath.Join(root, "build", "screenshots")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	file := filepath.Join(dir, strings.NewReplacer("/", "_", " ", "_").Replace(name)+".png")
	return file, os.WriteFile(file, b, 0o644)
}

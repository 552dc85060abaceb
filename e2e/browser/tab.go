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

	t      testing.TB
	album  string
	driver Driver
	close  func()

	mu       sync.Mutex
	problems []Problem
	console  []string
	synced   map[string]chan struct{}
	expected []string
	syncs    int
}

// A Problem is what a page's author would find in the console.
type Problem struct {
	Kind string // exception, error, warning or assert
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

// NewTab makes a tab of a page that the test's end closes. The test fails if
// there are problems by then that were not expected. open gets a function that
// takes what is written to the page's console, be it a problem or not. album is
// the folder of the browser's screenshots inside build/screenshots.
func NewTab(t testing.TB, album string, open func(note func(Problem)) (Driver, error)) *Tab {
	t.Helper()
	tab := &Tab{Timeout: 20 * time.Second, t: t, album: album, synced: make(map[string]chan struct{})}
	var err error
	if tab.driver, err = open(tab.note); err != nil {
		t.Fatalf("browser: opening a tab: %v", err)
	}
	tab.close = sync.OnceFunc(func() {
		for _, p := range tab.Problems() {
			t.Errorf("the page: %v", p)
		}
		if t.Failed() {
			t.Logf("the console:\n%s", strings.Join(tab.Console(), "\n"))
			tab.screenshot(t.Name())
		}
		tab.driver.Close()
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
func (tab *Tab) note(m Problem) {
	tab.mu.Lock()
	defer tab.mu.Unlock()
	if arrived, ok := tab.synced[m.Text]; ok {
		close(arrived)
		delete(tab.synced, m.Text)
		return
	}
	tab.console = append(tab.console, m.String())
	switch m.Kind {
	case "exception", "error", "warning", "assert":
		tab.problems = append(tab.problems, m)
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
	ctx, cancel := tab.step()
	defer cancel()
	if _, err := tab.driver.Evaluate(ctx, fmt.Sprintf(`console.debug(%q)`, mark)); err != nil {
		return // a page that has crashed writes nothing more
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
	if p.Kind == "exception" {
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

// step bounds one step, or a wait.
func (tab *Tab) step() (context.Context, context.CancelFunc) {
	return context.WithTimeout(tab.driver.Context(), tab.Timeout)
}

// do runs one step within the time for it.
func (tab *Tab) do(what string, action func(context.Context) error) {
	tab.t.Helper()
	ctx, cancel := tab.step()
	defer cancel()
	if err := action(ctx); err != nil {
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

// Open goes to a page and returns when it is loaded. At the test's end, the tab is
// closed before the site, because the page may still be reading from it.
func (tab *Tab) Open(url string) {
	tab.t.Helper()
	tab.t.Cleanup(tab.close)
	tab.do("opening "+url, func(ctx context.Context) error { return tab.driver.Navigate(ctx, url) })
}

// OnNewDocument runs a script at the start of each page to come, before the
// page's own.
func (tab *Tab) OnNewDocument(js string) {
	tab.t.Helper()
	tab.do("adding a script", func(ctx context.Context) error { return tab.driver.OnNewDocument(ctx, js) })
}

// Reload loads the page once more.
func (tab *Tab) Reload() {
	tab.t.Helper()
	tab.do("reloading", tab.driver.Reload)
}

// Eval evaluates a JavaScript expression, waits if it is a promise, and
// decodes its value into into, which may be nil.
func (tab *Tab) Eval(js string, into any) {
	tab.t.Helper()
	ctx, cancel := tab.step()
	defer cancel()
	b, err := tab.driver.Evaluate(ctx, js)
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
	ctx, cancel := tab.step()
	defer cancel()
	tick := time.NewTicker(15 * time.Millisecond)
	defer tick.Stop()
	last := errNotYet
	for {
		b, err := tab.driver.Evaluate(ctx, js)
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

// on is an expression about the element e. It is null if there is no such element.
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
		if b, err := tab.driver.Evaluate(tab.driver.Context(), on(selector, "e.innerText")); err == nil {
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

// Attribute is the value of one of the element's attributes, empty if the element does
// not have it.
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
		// By the next frame the page has reacted: Chromium may put off timers until then.
		await new Promise((r) => requestAnimationFrame(() => setTimeout(() => requestAnimationFrame(r))));
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
	tab.do("clicking "+selector, func(ctx context.Context) error { return tab.driver.Click(ctx, xy[0], xy[1]) })
}

// enter clicks a text field. If the page has moved just then and the click has hit
// something else, it clicks again, as a person does who sees no caret.
func (tab *Tab) enter(selector string) {
	tab.t.Helper()
	for range 5 {
		tab.Click(selector)
		if tab.Focused(selector) {
			return
		}
	}
	tab.t.Fatalf("browser: a click on %s does not give it the focus", selector)
}

// Type clicks a text field and types text after what is there.
func (tab *Tab) Type(selector, text string) {
	tab.t.Helper()
	tab.enter(selector)
	tab.Press(End)
	tab.Press(text)
}

// Fill replaces what is in a text field by typing over it.
func (tab *Tab) Fill(selector, text string) {
	tab.t.Helper()
	tab.enter(selector)
	tab.do("selecting all", tab.driver.SelectAll)
	if text == "" {
		text = Backspace
	}
	tab.Press(text)
}

// Press presses keys, one after the other, wherever the focus is: text as it
// is typed, or one of this package's constants.
func (tab *Tab) Press(keys string) {
	tab.t.Helper()
	tab.do("typing", func(ctx context.Context) error { return tab.driver.Press(ctx, keys, false) })
}

// PressShift presses keys with Shift held down.
func (tab *Tab) PressShift(keys string) {
	tab.t.Helper()
	tab.do("typing", func(ctx context.Context) error { return tab.driver.Press(ctx, keys, true) })
}

// Viewport makes the page as large as on a phone or a desk.
func (tab *Tab) Viewport(width, height int64, mobile bool) {
	tab.t.Helper()
	tab.do("setting the viewport", func(ctx context.Context) error { return tab.driver.Viewport(ctx, width, height, mobile) })
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

// screenshot is Screenshot for a test that has failed already.
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
	ctx, cancel := tab.step()
	defer cancel()
	b, err := tab.driver.Screenshot(ctx)
	if err != nil {
		return "", err
	}
	dir := filepath.Join(root, "build", "screenshots", tab.album)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	file := filepath.Join(dir, strings.NewReplacer("/", "_", " ", "_").Replace(name)+".png")
	return file, os.WriteFile(file, b, 0o644)
}

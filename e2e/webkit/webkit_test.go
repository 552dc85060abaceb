package webkit_test

import (
	"context"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/xmppreg/xmppreg/e2e/browser"
	"github.com/xmppreg/xmppreg/e2e/servertest"
	"github.com/xmppreg/xmppreg/e2e/webkit"
)

func start(t *testing.T) *webkit.Browser {
	t.Helper()
	b, err := webkit.Start(context.Background(), webkit.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	return b
}

// blank is a tab with a page that is of no site.
func blank(t *testing.T, b *webkit.Browser) *browser.Tab {
	t.Helper()
	tab := b.Tab(t)
	tab.Open("data:text/html,<!doctype html><title>blank</title>")
	return tab
}

func TestNamesLeadNowhereElse(t *testing.T) {
	b := start(t)
	tab := blank(t, b)
	tab.Eval(`fetch('https://example.org/').then(() => { throw new Error('read'); }, () => {})`, nil)
	tab.Eval(`new Promise((ok) => { new WebSocket('wss://example.net/').onclose = ok; }).then(() => {})`, nil)
	if got, want := slices.Compact(b.Refused()), []string{"example.org:443", "example.net:443"}; !slices.Equal(got, want) {
		t.Errorf("WebKit asked for %v, want %v", got, want)
	}
}

func TestCloseLeavesNothing(t *testing.T) {
	dir := servertest.Folder(t)
	t.Setenv("TMPDIR", dir)
	b := start(t)
	tab := blank(t, b)
	if all := strings.Join(servertest.Processes(t, dir), "\n"); !strings.Contains(all, "Xvfb") || !strings.Contains(all, "MiniBrowser") {
		t.Errorf("the processes are\n%s", all)
	}
	tab.Close()
	b.Close()
	b.Close() // once more does no harm
	servertest.Eventually(t, "processes are left", func() bool { return len(servertest.Processes(t, dir)) == 0 })
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left: %v (%v)", left, err)
	}
}

func TestKilledProgramLeavesNoBrowser(t *testing.T) {
	dir := servertest.Folder(t)
	servertest.Orphan(t, dir, func() string {
		blank(t, start(t))
		return "started"
	})
	servertest.Eventually(t, "WebKit outlived its program", func() bool { return len(servertest.Processes(t, dir)) == 0 })
}

func TestMissingWebKitIsSaid(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	t.Setenv("WEBKIT", "")
	_, err := webkit.Start(context.Background(), webkit.Options{})
	if err == nil || !strings.Contains(err.Error(), "make test") {
		t.Errorf("the error is %v", err)
	}
}

package firefox_test

import (
	"context"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/xmppreg/xmppreg/e2e/firefox"
	"github.com/xmppreg/xmppreg/e2e/servertest"
)

func start(t *testing.T) *firefox.Browser {
	t.Helper()
	b, err := firefox.Start(context.Background(), firefox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	return b
}

func TestNamesLeadNowhereElse(t *testing.T) {
	b := start(t)
	tab := b.Tab(t)
	tab.ExpectProblem("https://", "wss://")
	tab.Open("data:text/html,<!doctype html><title>blank</title>")
	tab.Eval(`fetch('https://example.org/').then(() => { throw new Error('read'); }, () => {})`, nil)
	tab.Eval(`new Promise((ok) => { new WebSocket('wss://example.net/').onclose = ok; }).then(() => {})`, nil)
	if got, want := b.Refused(), []string{"example.org:443", "example.net:443"}; !slices.Equal(got, want) {
		t.Errorf("Firefox asked for %v, want %v", got, want)
	}
}

func TestCloseLeavesNothing(t *testing.T) {
	dir := servertest.Folder(t)
	t.Setenv("TMPDIR", dir)
	b := start(t)
	if len(servertest.Processes(t, dir)) == 0 {
		t.Error("Firefox is not found among the processes")
	}
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
		start(t)
		return "started"
	})
	servertest.Eventually(t, "Firefox outlived its program", func() bool { return len(servertest.Processes(t, dir)) == 0 })
}

func TestMissingFirefoxIsSaid(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	t.Setenv("FIREFOX", "")
	_, err := firefox.Start(context.Background(), firefox.Options{})
	if err == nil || !strings.Contains(err.Error(), "make test") {
		t.Errorf("the error is %v", err)
	}
}

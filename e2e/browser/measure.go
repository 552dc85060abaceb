package browser

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	cdpbrowser "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/heapprofiler"
	"github.com/chromedp/cdproto/io"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/tracing"
	"github.com/chromedp/chromedp"
)

// Regular opens a tab in the browser's own profile, which all such tabs share. Unlike
// the profiles of Tab, it keeps compiled code beside the files of its cache.
func (b *Browser) Regular(t testing.TB) *Tab {
	t.Helper()
	ctx, cancel := chromedp.NewContext(b.ctx)
	return attach(t, ctx, cancel)
}

// Version is the browser's name and version.
func (b *Browser) Version() (string, error) {
	return chromedp.Run(b.ctx, func(ctx context.Context, t *chromedp.Target) (string, error) {
		version, err := cdp.Call(ctx, t, cdpbrowser.GetVersion, cdp.Empty{})
		return version.Product, err
	})
}

// SlowCPU makes the page's main thread as many times slower.
func (tab *Tab) SlowCPU(times float64) {
	tab.t.Helper()
	tab.inChromium("slowing the processor down", chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetCPUThrottlingRate, emulation.SetCPUThrottlingRateParams{Rate: times})
		return err
	}))
}

// Work is what a page's main thread has done.
type Work struct {
	Total   time.Duration // of all tasks
	Longest time.Duration // of one task
	PID     int           // of the process that shows the page
}

// Work opens a page and adds up its main thread's tasks, from the start of the
// navigation until the page calls performance.mark(until).
func (tab *Tab) Work(url, until string) Work {
	tab.t.Helper()
	tab.inChromium("starting a trace", chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		// What Chromium's category "toplevel" has of a task leaves out its microtasks.
		_, err := cdp.Call(ctx, t, tracing.Start, tracing.StartParams{
			TransferMode: tracing.StartTransferModeReturnAsStream,
			TraceConfig:  &tracing.TraceConfig{IncludedCategories: []string{"blink.user_timing", "disabled-by-default-devtools.timeline"}},
		})
		return err
	}))
	tab.Open(url)
	tab.Wait(fmt.Sprintf("performance.getEntriesByName(%q).length", until))
	var text []byte
	tab.inChromium("ending a trace", chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		end := chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
			_, err := cdp.Call(ctx, t, tracing.End, cdp.Empty{})
			return err
		})
		done, err := chromedp.WaitEvent(tracing.TracingComplete, nil, end)(ctx, t)
		for err == nil {
			var part io.ReadResult
			part, err = cdp.Call(ctx, t, io.Read, io.ReadParams{Handle: done.Stream})
			text = append(text, part.Data...)
			if part.EOF {
				break
			}
		}
		return err
	}))
	work, err := readWork(text, until)
	if err != nil {
		tab.t.Fatalf("browser: reading a trace: %v", err)
	}
	return work
}

// readWork reads a trace in the form that Chromium's about:tracing has. Its times are
// microseconds.
func readWork(text []byte, until string) (Work, error) {
	type event struct {
		Name, Ph string
		TS, Dur  float64
		PID, TID int
		Args     json.RawMessage
	}
	var trace struct{ TraceEvents []event }
	if err := json.Unmarshal(text, &trace); err != nil {
		return Work{}, err
	}
	slices.SortStableFunc(trace.TraceEvents, func(a, b event) int { return int(a.TS - b.TS) })
	i := slices.IndexFunc(trace.TraceEvents, func(e event) bool { return e.Name == until })
	if i < 0 {
		return Work{}, fmt.Errorf("it has no mark %q", until)
	}
	navigation := func(e event) (args struct{ Data struct{ NavigationID string } }) {
		json.Unmarshal(e.Args, &args)
		return args
	}
	end := trace.TraceEvents[i]
	begun := -1.0
	for _, e := range trace.TraceEvents[:i] {
		// Each picture that is SVG has a navigation of its own.
		if e.Name == "navigationStart" && e.PID == end.PID && navigation(e) == navigation(end) {
			begun = e.TS
		}
	}
	if begun < 0 {
		return Work{}, errors.New("it has no navigation")
	}
	work := Work{PID: end.PID}
	for _, e := range trace.TraceEvents {
		if e.Name != "RunTask" || e.Ph != "X" || e.PID != end.PID || e.TID != end.TID || e.TS+e.Dur < begun || e.TS > end.TS {
			continue
		}
		// The task that contains an end of the time counts for its part inside.
		part := min(e.TS+e.Dur, end.TS) - max(e.TS, begun)
		task := time.Duration(part * float64(time.Microsecond))
		work.Total += task
		work.Longest = max(work.Longest, task)
	}
	return work, nil
}

// Footprint is the memory that a process has for itself alone, in bytes, as Chromium
// defines a private memory footprint on Linux.
func Footprint(pid int) (bytes int64, err error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(status)) {
		name, value, _ := strings.Cut(line, ":")
		if name != "RssAnon" && name != "VmSwap" {
			continue
		}
		kB, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(value), " kB"), 10, 64)
		if err != nil {
			return 0, err
		}
		bytes += kB << 10
	}
	return bytes, nil
}

// Heap collects the page's garbage and returns what JavaScript holds of its memory
// afterwards, in bytes. WebAssembly's memory and what is in Workers are not among it.
func (tab *Tab) Heap() int64 {
	tab.t.Helper()
	var bytes int64
	tab.inChromium("measuring the heap", chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		if _, err := cdp.Call(ctx, t, heapprofiler.CollectGarbage, cdp.Empty{}); err != nil {
			return err
		}
		use, err := cdp.Call(ctx, t, runtime.GetHeapUsage, cdp.Empty{})
		bytes = int64(use.UsedSize + use.EmbedderHeapUsedSize + use.BackingStorageSize)
		return err
	}))
	return bytes
}

package e2e

import (
	"testing"
	"time"

	"github.com/xmppreg/xmppreg/e2e/browser"
)

// BenchmarkMainThread measures how long the page's main thread works until the server's
// form is on the screen, and for how long at a time, as Chromium's trace has it: on this
// machine's processor, and on one that is four times slower.
func BenchmarkMainThread(b *testing.B) {
	pages := signUpPages(b, server.WebSocketURL())[:4]
	for _, processor := range []struct {
		name  string
		times float64
	}{{"plain", 1}, {"slow", 4}} {
		b.Run(processor.name, func(b *testing.B) {
			var m measured
			takeTurns(b, pages, func(page signUpPage, tab *browser.Tab) {
				tab.SlowCPU(processor.times)
				work := tab.Work(page.url(), "form")
				m.add(page.name+"-longest-ms", milliseconds(work.Longest))
				m.add(page.name+"-total-ms", milliseconds(work.Total))
			})
			m.report(b)
		})
	}
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

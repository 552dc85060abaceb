package e2e

import (
	"testing"

	"github.com/xmppreg/xmppreg/e2e/browser"
)

// BenchmarkMemory measures what a page holds when its form is there: the memory of its
// process for itself alone, and what of it is JavaScript's. WebAssembly's memory is not
// among the latter.
func BenchmarkMemory(b *testing.B) {
	pages := signUpPages(b, server.WebSocketURL())[:4]
	var m measured
	takeTurns(b, pages, func(page signUpPage, tab *browser.Tab) {
		work := tab.Work(page.url(), "form")
		heap := tab.Heap()
		process, err := browser.Footprint(work.PID)
		if err != nil {
			b.Fatal(err)
		}
		m.add(page.name+"-MB", float64(process)/1e6)
		m.add(page.name+"-heap-MB", float64(heap)/1e6)
	})
	m.report(b)
}

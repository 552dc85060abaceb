package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// written makes a folder with results and a folder of documentation, and runs the program.
func written(t *testing.T, page string) (docs string, err error) {
	t.Helper()
	from, docs := t.TempDir(), t.TempDir()
	put := func(folder, name string, content any) {
		text, ok := content.(string)
		if !ok {
			b, err := json.Marshal(content)
			if err != nil {
				t.Fatal(err)
			}
			text = string(b)
		}
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	series := func(all map[string][]float64) any {
		var list []map[string]any
		for name, values := range all {
			list = append(list, map[string]any{"name": name, "values": values})
		}
		return map[string]any{"browser": "Chrome/1.2.3", "series": list}
	}
	put(from, "ColdStart-slow-4G.json", series(map[string][]float64{"xmppreg-form-ms": {12000, 11000, 13000}, "Converse.js-form-ms": {9000}}))
	put(from, "Cycle.json", series(map[string][]float64{"handwritten-ms": {10, 8, 12}, "xmppreg-ms": {13, 11, 16}}))
	put(from, "native.txt", "goos: linux\npkg: github.com/xmppreg/xmppreg/ibr/form\ncpu: X\nBenchmarkParse/a_form-2   100  2500 ns/op  1392 B/op  6 allocs/op\nBenchmarkHash/SHA-1-2 10 5000 ns/op\nPASS\n")
	put(from, "wasm.txt", "pkg: github.com/xmppreg/xmppreg/ibr/form\nBenchmarkParse/a_form   100  7500 ns/op  1392 B/op  6 allocs/op\nBenchmarkHash/SHA-1 10 9000 ns/op\nPASS\n")
	put(from, "parts", map[string]any{"parts": map[string]int64{"code of runtime": 900, "code of internal/runtime/maps": 100, "section data": 500, "code of " + ownPackages + "ibr": 200}})
	put(docs, "performance.md", page)
	return docs, run(from, filepath.Join(from, "parts"), docs)
}

func read(t *testing.T, docs, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(docs, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestFiguresStandBetweenTheMarks(t *testing.T) {
	docs, err := written(t, "before\n"+beginMark+"stale\n"+endMark+"after\n")
	if err != nil {
		t.Fatal(err)
	}
	page := read(t, docs, "performance.md")
	if !strings.HasPrefix(page, "before\n"+beginMark) || !strings.HasSuffix(page, endMark+"after\n") || strings.Contains(page, "stale") {
		t.Errorf("the page is\n%s", page)
	}
	for _, want := range []string{
		"Chrome 1.2.3",
		"| first visit, slow 4G | – | **9,000** (9,000–9,000) | **12,000** (11,200–12,800) | – |",
		"| xmppreg | **13.0** (11.4–15.4) | × 1.30 |",
		"| `ibr/form Parse/a form` | 2.5 | 7.5 | 1392 | 6 |",
		"| `ibr/form Hash/SHA-1` | 5.0 | 9.0 | 0 | 0 |",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("%s is not in\n%s", want, page)
		}
	}
}

func TestPlotsShowWhatWasMeasured(t *testing.T) {
	docs, err := written(t, beginMark+endMark)
	if err != nil {
		t.Fatal(err)
	}
	for name, wants := range map[string][]string{
		"coldstart.svg": {"slow 4G", "Converse.js", "12,000"},
		"weight.svg":    {"runtime", "data", "ibr"},
	} {
		plot := read(t, docs, name)
		for _, want := range append(wants, "<svg") {
			if !strings.Contains(plot, want) {
				t.Errorf("%s has no %s", name, want)
			}
		}
	}
}

func TestPageWithoutMarksIsLeftAlone(t *testing.T) {
	for _, page := range []string{"", beginMark, endMark + beginMark} {
		docs, err := written(t, page)
		if err == nil || read(t, docs, "performance.md") != page {
			t.Errorf("%q: error %v, and the page is %q", page, err, read(t, docs, "performance.md"))
		}
	}
}

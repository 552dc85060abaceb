package e2e

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/xmppreg/xmppreg/e2e/browser"
)

// The benchmarks measure this project beside others, in turn, so that what the machine
// does meanwhile happens to all of them alike. One operation of a benchmark is one round:
// -benchtime=50x takes 50. All that is measured is a time, a size or their ratio, and
// nothing is asserted of it.

var (
	results  = flag.String("results", "", "`folder` in which the benchmarks write all that they measure")
	before   = flag.String("before", "", "`folder` of another build, as dist/ is one, that BenchmarkCycle measures too")
	settings = flag.String("settings", "{}", "`JSON` with more options for the RegistrationManager of BenchmarkCycle")
)

// measured is what a benchmark has measured: a series of values, one for each round, by
// its name.
type measured struct {
	names  []string
	values map[string][]float64
}

func (m *measured) add(name string, value float64) {
	if m.values == nil {
		m.values = make(map[string][]float64)
	}
	if m.values[name] == nil {
		m.names = append(m.names, name)
	}
	m.values[name] = append(m.values[name], value)
}

func (m *measured) median(name string) float64 {
	sorted := slices.Sorted(slices.Values(m.values[name]))
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}

// report prints the median of each series, and writes all values where -results says.
// Names end in the unit, as in "cycle-ms".
func (m *measured) report(b *testing.B) {
	b.Helper()
	b.ReportMetric(0, "ns/op") // of a whole round: it tells nothing
	for _, name := range m.names {
		b.ReportMetric(m.median(name), name)
	}
	if *results == "" {
		return
	}
	type series struct {
		Name   string    `json:"name"`
		Values []float64 `json:"values"`
	}
	var all struct {
		Browser string   `json:"browser"`
		Series  []series `json:"series"`
	}
	var err error
	if all.Browser, err = tabs.(*browser.Browser).Version(); err != nil {
		b.Fatal(err)
	}
	for _, name := range m.names {
		all.Series = append(all.Series, series{name, m.values[name]})
	}
	text, err := json.MarshalIndent(all, "", "\t")
	if err == nil {
		err = os.MkdirAll(*results, 0o755)
	}
	if err == nil {
		name := strings.ReplaceAll(strings.TrimPrefix(b.Name(), "Benchmark"), "/", "-")
		err = os.WriteFile(filepath.Join(*results, name+".json"), append(text, '\n'), 0o644)
	}
	if err != nil {
		b.Fatal(err)
	}
}

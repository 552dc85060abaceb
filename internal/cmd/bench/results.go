package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/tools/benchmark/parse"
)

// results are all that was measured.
type results struct {
	// series are the values of each round, by the benchmark's name, a slash, and the name
	// of what was measured.
	series map[string][]float64

	// code are the benchmarks of single functions, natively and as WebAssembly. Their names
	// begin with the folder of their package.
	code map[string]function

	browser, machine string
}

// A function is the time and memory of one call.
type function struct {
	ns             [2]float64 // natively, as WebAssembly; 0 where it was not measured
	bytes, objects uint64     // natively
}

// readResults reads a folder with a file of JSON for each benchmark of e2e, and with what
// the others printed: native.txt and wasm.txt.
func readResults(folder string) (*results, error) {
	r := &results{series: map[string][]float64{}, code: map[string]function{}}
	files, err := filepath.Glob(filepath.Join(folder, "*.json"))
	if err != nil {
		return nil, err
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		var measured struct {
			Browser string
			Series  []struct {
				Name   string
				Values []float64
			}
		}
		if err := json.Unmarshal(text, &measured); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		r.browser = measured.Browser
		benchmark := strings.TrimSuffix(filepath.Base(file), ".json")
		for _, s := range measured.Series {
			if len(s.Values) > 0 {
				r.series[benchmark+"/"+s.Name] = s.Values
			}
		}
	}
	if len(r.series) == 0 {
		return nil, fmt.Errorf("%s holds no results; run `make bench`", folder)
	}
	for i, name := range []string{"native.txt", "wasm.txt"} {
		text, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			return nil, err
		}
		if err := r.readCode(text, i); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	if r.machine, err = machine(); err != nil {
		return nil, err
	}
	return r, nil
}

// packageLine matches what `go test` prints before the benchmarks of a package.
var packageLine = regexp.MustCompile(`(?m)^pkg: github\.com/xmppreg/xmppreg/(.*)$`)

// threads matches what `go test` adds to each name where several threads ran: their
// number.
var threads = regexp.MustCompile(`-\d+$`)

// readCode reads what `go test` printed, natively for place 0, as WebAssembly for 1.
func (r *results) readCode(text []byte, place int) error {
	starts := packageLine.FindAllSubmatchIndex(text, -1)
	for i, start := range starts {
		end := len(text)
		if i+1 < len(starts) {
			end = starts[i+1][0]
		}
		set, err := parse.ParseSet(bytes.NewReader(text[start[1]:end]))
		if err != nil {
			return err
		}
		suffixes := map[string]bool{}
		for name := range set {
			suffixes[threads.FindString(name)] = true
		}
		for name, found := range set {
			if len(suffixes) == 1 { // otherwise the number is the name's own
				name = threads.ReplaceAllString(name, "")
			}
			name = strings.TrimPrefix(name, "Benchmark")
			name = string(text[start[2]:start[3]]) + " " + strings.ReplaceAll(name, "_", " ")
			f := r.code[name]
			f.ns[place] = found[0].NsPerOp
			if place == 0 {
				f.bytes, f.objects = found[0].AllocedBytesPerOp, found[0].AllocsPerOp
			}
			r.code[name] = f
		}
	}
	return nil
}

// quantile is the value below which a part of all values lies.
func quantile(values []float64, part float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	at := part * float64(len(sorted)-1)
	i := int(at)
	if i+1 == len(sorted) {
		return sorted[i]
	}
	return sorted[i] + (at-float64(i))*(sorted[i+1]-sorted[i])
}

// median is the middle of a series, 0 if it was not measured.
func (r *results) median(name string) float64 {
	if len(r.series[name]) == 0 {
		return 0
	}
	return quantile(r.series[name], 0.5)
}

package main

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
)

// tables returns all figures as Markdown.
func (r *results) tables() string {
	var w strings.Builder
	fmt.Fprintf(&w, "Measured in %s, headless, against a Prosody on the same machine:\n%s.\n"+
		"Each figure is the median of rounds that take turns; eight of ten rounds lie in the range in parentheses.\n", strings.Replace(strings.TrimPrefix(r.browser, "Headless"), "/", " ", 1), r.machine)

	w.WriteString("\n### From the navigation to the form\n\n" +
		"\"4G\" is what Chromium's DevTools call by that name. A warm visit comes after three others, and\n" +
		"finds all files in the cache.\n\n![A first visit, by link](coldstart.svg)\n\n")
	visits := func(what string) (rows [][]string) {
		for _, link := range links {
			rows = append(rows, r.row("first visit, "+link.name, "ColdStart-"+link.key, what))
		}
		return append(rows, r.row("warm visit, no throttling", "WarmStart", what))
	}
	r.table(&w, "to the server's form, ms", visits("-form-ms"))
	w.WriteByte('\n')
	r.table(&w, "to a field that takes keys, ms", visits("-field-ms"))
	if n := r.series["ColdStart-slow-4G/German-field-ms"]; n != nil {
		fmt.Fprintf(&w, "\nIn German, where a visitor loads a file more, it is %s ms to a field and %s ms to the form over slow 4G.\n",
			cell(n), cell(r.series["ColdStart-slow-4G/German-form-ms"]))
	}

	w.WriteString("\n### A cycle\n\nOn a page that is loaded: from the start of the connection to the server's result, and until the connection\nis closed.\n\n")
	rows := [][]string{{"who", "to the result, ms", "to the page by hand", "closed, ms"}}
	for _, who := range []struct{ key, name string }{
		{"handwritten", "a page by hand"}, {"Strophe.js", "Strophe.js"}, {"xmppreg", "xmppreg"}, {"page-thread", "xmppreg without a Worker"},
	} {
		rows = append(rows, []string{who.name, cell(r.series["Cycle/"+who.key+"-ms"]),
			times(r.median("Cycle/"+who.key+"-ms"), r.median("Cycle/handwritten-ms")), cell(r.series["Cycle/"+who.key+"-closed-ms"])})
	}
	writeTable(&w, rows)

	w.WriteString("\n### The page's main thread\n\nUntil the form is there, by Chromium's trace.\n\n")
	r.table(&w, "ms", [][]string{
		r.row("longest task", "MainThread-plain", "-longest-ms"),
		r.row("all tasks", "MainThread-plain", "-total-ms"),
		r.row("longest task, processor four times slower", "MainThread-slow", "-longest-ms"),
		r.row("all tasks, processor four times slower", "MainThread-slow", "-total-ms"),
	})

	w.WriteString("\n### Memory\n\nOf the page's process for itself alone when the form is there, and of it JavaScript's heap after a\ncollection. WebAssembly's memory and what is in a Worker are part of the process alone.\n\n")
	r.table(&w, "MB", [][]string{r.row("process", "Memory", "-MB"), r.row("JavaScript's heap", "Memory", "-heap-MB")})

	w.WriteString("\n### A login\n\nWith SCRAM-SHA-1 and the 10,000 rounds that Prosody asks for.\n\n")
	rows = [][]string{{"what", "ms", "to WebCrypto"}}
	for _, step := range []struct{ key, name string }{
		{"browser-alone-ms", "the browser's WebCrypto alone, for the rounds"},
		{"answer-ms", "from the server's challenge to the answer on its way"},
		{"answer-without-WebCrypto-ms", "the same without WebCrypto, as on a page that is no secure context"},
		{"login-ms", "the whole login: connection, SCRAM, address, service discovery"},
	} {
		rows = append(rows, []string{step.name, cell(r.series["Login/"+step.key]), times(r.median("Login/"+step.key), r.median("Login/browser-alone-ms"))})
	}
	writeTable(&w, rows)

	w.WriteString("\n### Functions\n\nTime and memory of one call. WebAssembly runs under Node here.\n\n")
	rows = [][]string{{"benchmark", "native, µs", "WebAssembly, µs", "bytes", "objects"}}
	for _, name := range slices.Sorted(maps.Keys(r.code)) {
		f := r.code[name]
		row := []string{"`" + name + "`", "–", "–", "–", "–"}
		for i, ns := range f.ns {
			if ns > 0 {
				row[1+i] = number(ns / 1000)
			}
		}
		if f.ns[0] > 0 {
			row[3], row[4] = fmt.Sprint(f.bytes), fmt.Sprint(f.objects)
		}
		rows = append(rows, row)
	}
	writeTable(&w, rows)

	w.WriteString("\n### The module\n\n![The module's parts](weight.svg)\n")
	return w.String()
}

// row is what one benchmark has measured of each page; of xmppreg without a Worker too, where
// it was measured.
func (r *results) row(name, benchmark, what string) []string {
	row := []string{name}
	for _, page := range pages {
		row = append(row, cell(r.series[benchmark+"/"+page.key+what]))
	}
	return append(row, cell(r.series[benchmark+"/page-thread"+what]))
}

// table writes what was measured of each page.
func (r *results) table(w *strings.Builder, unit string, rows [][]string) {
	header := []string{unit}
	for _, page := range pages {
		header = append(header, page.name)
	}
	writeTable(w, append([][]string{append(header, "xmppreg without a Worker")}, rows...))
}

// writeTable writes rows, the first of which is the header.
func writeTable(w *strings.Builder, rows [][]string) {
	for i, row := range rows {
		w.WriteString("| " + strings.Join(row, " | ") + " |\n")
		if i == 0 {
			w.WriteString("| --- |" + strings.Repeat(" ---: |", len(row)-1) + "\n")
		}
	}
}

// cell is a series' median and range.
func cell(values []float64) string {
	if len(values) == 0 {
		return "–"
	}
	return fmt.Sprintf("**%s** (%s–%s)", number(quantile(values, 0.5)), number(quantile(values, 0.1)), number(quantile(values, 0.9)))
}

// number has as many places as a measured value deserves.
func number(v float64) string {
	switch {
	case v < 100:
		return fmt.Sprintf("%.1f", v)
	case v < 999.5:
		return fmt.Sprintf("%.0f", v)
	}
	n := int(math.Round(v))
	return fmt.Sprintf("%d,%03d", n/1000, n%1000)
}

// times is how many times as much as another value a value is.
func times(v, of float64) string {
	if v == 0 || of == 0 {
		return "–"
	}
	return fmt.Sprintf("× %.2f", v/of)
}

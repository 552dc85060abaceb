// Bench writes what `make bench` has measured into docs/: the tables of
// docs/performance.md between two marks, and the plots.
//
// It is a module of its own, because the plotting library is nothing that a program
// needs which imports this project.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// The marks are comments in docs/performance.md, each in a line of its own.
const (
	beginMark = "<!-- Written by `make bench`, from here -->\n"
	endMark   = "<!-- to here -->\n"
)

func main() {
	from := flag.String("from", "build/bench", "`folder` with the results")
	parts := flag.String("parts", "build/parts.json", "`file` with the sizes of the module's parts")
	docs := flag.String("docs", "docs", "`folder` of the documentation")
	flag.Parse()
	if err := run(*from, *parts, *docs); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(from, partsFile, docs string) error {
	r, err := readResults(from)
	if err != nil {
		return err
	}
	weights, err := readParts(partsFile)
	if err != nil {
		return err
	}
	page := filepath.Join(docs, "performance.md")
	text, err := os.ReadFile(page)
	if err != nil {
		return err
	}
	text, err = replace(text, r.tables())
	if err != nil {
		return fmt.Errorf("%s: %w", page, err)
	}
	if err := os.WriteFile(page, text, 0o644); err != nil {
		return err
	}
	if err := plotColdStart(r, filepath.Join(docs, "coldstart.svg")); err != nil {
		return err
	}
	return plotWeight(weights, filepath.Join(docs, "weight.svg"))
}

// replace puts a text between the marks.
func replace(page []byte, with string) ([]byte, error) {
	before, rest, begins := bytes.Cut(page, []byte(beginMark))
	_, after, ends := bytes.Cut(rest, []byte(endMark))
	if !begins || !ends {
		return nil, fmt.Errorf("it lacks the line %q or, after it, %q", strings.TrimSpace(beginMark), strings.TrimSpace(endMark))
	}
	return fmt.Appendf(nil, "%s%s\n%s\n%s%s", before, beginMark, strings.TrimSpace(with), endMark, after), nil
}

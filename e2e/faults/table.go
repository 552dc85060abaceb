package faults

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
)

// A Table counts runs, by where they were made, what was disturbed and how. It may be used by
// several goroutines.
type Table struct {
	mu    sync.Mutex
	rows  []string
	count map[cell]int
	wrong map[cell]int
}

type cell struct {
	row  string
	kind Kind
}

// Add counts a run.
func (t *Table) Add(row string, kind Kind, isRight bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.count == nil {
		t.count, t.wrong = map[cell]int{}, map[cell]int{}
	}
	if t.count[cell{row, ""}] == 0 {
		t.rows = append(t.rows, row)
	}
	for _, c := range []cell{{row, kind}, {row, ""}, {"", kind}, {"", ""}} {
		t.count[c]++
		if !isRight {
			t.wrong[c]++
		}
	}
}

// Markdown is the table: a row for each operation, a column for each kind. What went wrong
// stands beside the number of runs.
func (t *Table) Markdown() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	var b strings.Builder
	write := func(first string, row func(Kind) string) {
		b.WriteString("| " + first)
		for _, kind := range append(slices.Clone(Kinds), "") {
			b.WriteString(" | " + row(kind))
		}
		b.WriteString(" |\n")
	}
	fmt.Fprintf(&b, "%d runs, %d of them right.\n\n", t.count[cell{}], t.count[cell{}]-t.wrong[cell{}])
	write("", func(kind Kind) string {
		if kind == "" {
			return "all"
		}
		return string(kind)
	})
	write("---", func(Kind) string { return "---:" })
	for _, row := range append(slices.Sorted(slices.Values(t.rows)), "") {
		name := row
		if row == "" {
			name = "all"
		}
		write(name, func(kind Kind) string {
			c := cell{row, kind}
			switch {
			case t.count[c] == 0:
				return ""
			case t.wrong[c] > 0:
				return fmt.Sprintf("%d, wrong %d", t.count[c], t.wrong[c])
			}
			return fmt.Sprint(t.count[c])
		})
	}
	return b.String()
}

// The marks that a page has around the table, each in a line of its own.
const (
	from = "<!-- Written by `make faults`, from here -->\n"
	to   = "<!-- to here -->\n"
)

// WriteInto puts a text between the marks of a page.
func WriteInto(page, text string) error {
	b, err := os.ReadFile(page)
	if err != nil {
		return fmt.Errorf("faults: %w", err)
	}
	before, rest, hasFrom := strings.Cut(string(b), from)
	_, after, hasTo := strings.Cut(rest, to)
	if !hasFrom || !hasTo {
		return fmt.Errorf("faults: %s lacks the marks %q and %q", page, from, to)
	}
	return os.WriteFile(page, []byte(before+from+"\n"+text+"\n"+to+after), 0o644)
}

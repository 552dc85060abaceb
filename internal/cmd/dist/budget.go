package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// budgetName is the file that says what a visitor may have to download.
const budgetName = "internal/cmd/dist/budget.json"

// partsName is what the module of the last build consists of. Nothing in the module
// tells it, because it has no names any more.
const partsName = "build/parts.json"

// A budget is how much a visitor may download, and what it was made of when that was
// settled.
type budget struct {
	Total  int64 `json:"total"`  // with Brotli
	Module int64 `json:"module"` // with Brotli
	// The sizes of the files with Brotli, and the sizes of the module's parts
	// uncompressed, because only the whole module can be compressed.
	Files map[string]int64 `json:"files"`
	Parts map[string]int64 `json:"parts"`
}

func readBudget() (*budget, error) {
	var b budget
	text, err := os.ReadFile(budgetName)
	if err == nil {
		err = json.Unmarshal(text, &b)
	}
	if err == nil && (b.Total == 0 || b.Module == 0) {
		err = errors.New("it has no budget")
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", budgetName, err)
	}
	return &b, nil
}

// check tells whether the files are over the budget, and by what they grew.
func (b *budget) check(files []weight, parts map[string]int64) error {
	var total, module int64
	now := map[string]int64{}
	for _, file := range files {
		now[file.plain()] = file.size[2]
		total += file.size[2]
		if file.plain() == moduleName {
			module = file.size[2]
		}
	}
	var over []string
	if total > b.Total {
		over = append(over, fmt.Sprintf("a visitor downloads %d bytes, %d over the budget of %d", total, total-b.Total, b.Total))
	}
	if module > b.Module {
		over = append(over, fmt.Sprintf("the module has %d bytes, %d over the budget of %d", module, module-b.Module, b.Module))
	}
	if over == nil {
		return nil
	}
	over = append(over, "Since the budget was made, in bytes with Brotli:")
	over = append(over, grown(b.Files, now, len(now))...)
	if parts == nil {
		over = append(over, "The module's parts are not known: "+partsName+" is of another build.")
	} else {
		over = append(over, "The module's parts, in bytes before compression:")
		over = append(over, grown(b.Parts, parts, 20)...)
	}
	return errors.New(strings.Join(over, "\n"))
}

// grown lists what is larger than before, the largest growth first.
func grown(before, now map[string]int64, most int) []string {
	type growth struct {
		name string
		by   int64
	}
	var all []growth
	for name, size := range now {
		if by := size - before[name]; by > 0 {
			all = append(all, growth{name, by})
		}
	}
	slices.SortFunc(all, func(a, b growth) int {
		if a.by != b.by {
			return int(b.by - a.by)
		}
		return strings.Compare(a.name, b.name)
	})
	var lines []string
	for _, g := range all[:min(most, len(all))] {
		note := ""
		if _, ok := before[g.name]; !ok {
			note = ", which is new"
		}
		lines = append(lines, fmt.Sprintf("  %+8d  %s%s", g.by, g.name, note))
	}
	if lines == nil {
		lines = []string{"  nothing has grown"}
	}
	return lines
}

// newBudget writes a budget of one percent more than what is built.
func newBudget(dist string) error {
	files, sum, err := weights(dist)
	if err != nil {
		return err
	}
	b := budget{Total: sum[2] + sum[2]/100, Files: map[string]int64{}}
	for _, file := range files {
		b.Files[file.plain()] = file.size[2]
	}
	b.Module = b.Files[moduleName] + b.Files[moduleName]/100
	if b.Parts, err = readParts(dist); err != nil {
		return err
	}
	if b.Parts == nil {
		return fmt.Errorf("%s is of another build; run `make dist`", partsName)
	}
	text, err := json.MarshalIndent(b, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(budgetName, append(text, '\n'), 0o644)
}

type partsOf struct {
	Build string           `json:"build"`
	Parts map[string]int64 `json:"parts"`
}

// writeParts keeps what the module consists of. A module for debugging has no parts.
func (m *module) writeParts() error {
	text, err := json.MarshalIndent(partsOf{m.id, m.parts}, "", "  ")
	if err != nil {
		return err
	}
	return folder{filepath.Base(partsName): text}.write(filepath.Dir(partsName))
}

// readParts returns what the module in dist consists of, nil if that is not known.
func readParts(dist string) (map[string]int64, error) {
	text, err := os.ReadFile(filepath.Join(dist, infoName))
	if err != nil {
		return nil, err
	}
	var built info
	if err := json.Unmarshal(text, &built); err != nil {
		return nil, err
	}
	text, err = os.ReadFile(partsName)
	if os.IsNotExist(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var of partsOf
	if err := json.Unmarshal(text, &of); err != nil || of.Build != built.Build {
		return nil, err
	}
	return of.Parts, nil
}

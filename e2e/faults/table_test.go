package faults

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestTableCountsRunsAndStandsBetweenTheMarks(t *testing.T) {
	var table Table
	table.Add("login", Cut, true)
	table.Add("login", Cut, false)
	table.Add("login", Delay, true)
	table.Add("deletion", Cut, true)
	page := filepath.Join(t.TempDir(), "page.md")
	if err := os.WriteFile(page, []byte("before\n"+from+"old\n"+to+"after\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := WriteInto(page, table.Markdown()); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	got := string(b)
	for _, want := range []string{
		"before\n" + from, to + "after\n", "4 runs, 3 of them right.",
		"| login | 2, wrong 1 |  |  | 1 |", "| deletion | 1 |", "| all | 3, wrong 1 |  |  | 1 |", " | 4, wrong 1 |\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing in\n%s", want, got)
		}
	}
	if strings.Contains(got, "old") {
		t.Error("the old table is still there")
	}
	if err := WriteInto(filepath.Join(t.TempDir(), "none.md"), ""); err == nil {
		t.Error("there is no such page")
	}
}

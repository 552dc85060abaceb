package main

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
)

// section is the heading of a version: "## [1.2.3] - 2026-01-31", or without the date.
var section = regexp.MustCompile(`(?m)^## \[(\d[^\]\s]*)\].*$`)

// checkChangelog refuses a version without a section in the changelog, or with
// one that says nothing.
func checkChangelog(text []byte, version string) error {
	var known []string
	for _, m := range section.FindAllSubmatchIndex(text, -1) {
		name := string(text[m[2]:m[3]])
		known = append(known, name)
		if name != version {
			continue
		}
		rest := text[m[1]:]
		if end := bytes.Index(rest, []byte("\n## ")); end >= 0 {
			rest = rest[:end]
		}
		if !bytes.Contains(rest, []byte("\n- ")) {
			return fmt.Errorf("CHANGELOG.md says nothing about version %s", version)
		}
		return nil
	}
	return fmt.Errorf("CHANGELOG.md has no section for version %s (it has %s): add `## [%s] - DATE` with what has changed",
		version, strings.Join(known, ", "), version)
}

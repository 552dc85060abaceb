// Package docs holds nothing but the tests of the documentation.
package docs

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

const root = "../.."

var (
	named   = regexp.MustCompile(`\b(?:Test|Fuzz|Benchmark)[A-Z]\w+`)
	written = regexp.MustCompile(`(?m)^func ((?:Test|Fuzz|Benchmark)\w+)\(`)
)

// writtenTests returns the tests of the project: in each the folders with a test of
// that name.
func writtenTests(t *testing.T) map[string][]string {
	t.Helper()
	there := map[string][]string{}
	err := filepath.WalkDir(root, func(file string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && (d.Name() == "node_modules" || d.Name() == ".git" || d.Name() == "build") {
			return fs.SkipDir
		}
		if err != nil || !strings.HasSuffix(file, "_test.go") {
			return err
		}
		b, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		folder, err := filepath.Rel(root, filepath.Dir(file))
		for _, m := range written.FindAllSubmatch(b, -1) {
			there[string(m[1])] = append(there[string(m[1])], filepath.ToSlash(folder))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return there
}

func TestEveryTestThatTheDocumentationNamesIsThere(t *testing.T) {
	there := writtenTests(t)
	for file, text := range documents(t) {
		for _, name := range named.FindAllString(text, -1) {
			if there[name] == nil {
				t.Errorf("%s names %s, which is not there", file, name)
			}
		}
	}
}

// command matches what runs one test: -run, -fuzz or -bench with a name, and the
// folder of the package, perhaps on the next line.
var command = regexp.MustCompile(`-(?:run|fuzz|bench) '(\w+)[^']*'[^\n]*?\s\./([\w/]+)`)

func TestCommandsOfTheDocumentationRunTests(t *testing.T) {
	there := writtenTests(t)
	found := command.FindAllStringSubmatch(documents(t)["CONTRIBUTING.md"], -1)
	if len(found) < 8 {
		t.Errorf("CONTRIBUTING.md has only %d commands", len(found))
	}
	for _, m := range found {
		if !slices.Contains(there[m[1]], m[2]) {
			t.Errorf("%s: there is no %s in %s", m[0], m[1], m[2])
		}
	}
}

var (
	// file matches a file or folder of the project, as it is named in code spans
	// and in the map of docs/architecture.md.
	file = regexp.MustCompile("(?:`|(?m:^  ))((?:\\.ci|docs|e2e|examples|ibr|internal|jsapi|scripts|transport|wasm|web)/[\\w./-]*)(?:`|\\s)")
	// notThere matches files of web/ that `make dist` makes, and the language xx of an
	// example.
	notThere = regexp.MustCompile(`^web/(xmppreg\.wasm|wasm_exec\.js|build\.js)$|/xx\.js$`)
)

func TestEveryFileThatTheDocumentationNamesIsThere(t *testing.T) {
	found := 0
	for document, text := range documents(t) {
		for _, m := range file.FindAllStringSubmatch(text, -1) {
			if notThere.MatchString(m[1]) {
				continue
			}
			found++
			if _, err := os.Stat(filepath.Join(root, m[1])); err != nil {
				t.Errorf("%s names %s, which is not there", document, m[1])
			}
		}
	}
	if found < 50 {
		t.Errorf("only %d files were found", found)
	}
}

// documents are the texts of the documentation by their paths from the root.
func documents(t *testing.T) map[string]string {
	t.Helper()
	texts := map[string]string{}
	for _, pattern := range []string{"*.md", "docs/*.md"} {
		files, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil || len(files) == 0 {
			t.Fatalf("there is no documentation %s (%v)", pattern, err)
		}
		for _, file := range files {
			b, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			name, err := filepath.Rel(root, file)
			if err != nil {
				t.Fatal(err)
			}
			texts[filepath.ToSlash(name)] = string(b)
		}
	}
	return texts
}

// TestTableOfServersFitsAndAgreesWithItsSections looks at docs/servers.md, which
// is read in a terminal and on a phone, too.
func TestTableOfServersFitsAndAgreesWithItsSections(t *testing.T) {
	const widest = 80
	text := documents(t)["docs/servers.md"]
	for i, line := range strings.Split(text, "\n") {
		if n := utf8.RuneCountInString(line); n > widest {
			t.Errorf("line %d has %d characters, more than %d", i+1, n, widest)
		}
	}
	var servers []string
	rows := map[string][]string{}
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(line, "| ") || strings.HasPrefix(line, "| -") {
			continue
		}
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "| "), " | ")
		if servers == nil {
			servers = cells[1:]
			continue
		}
		rows[cells[0]] = cells[1:]
	}
	if len(servers) < 3 || len(rows) < 20 {
		t.Fatalf("the table has %d rows for the servers %v", len(rows), servers)
	}
	both := testsIn(t, "e2e/newerservers_test.go", regexp.MustCompile(`(?m)^\t(Test\w+),$`))
	newer := testsIn(t, "e2e/prosody13_test.go", regexp.MustCompile(`(?m)^func (Test\w+)\(`))
	_, sections, _ := strings.Cut(text, "\n## ")
	described := map[string]bool{}
	for _, section := range strings.Split(sections, "\n## ") {
		name, body, _ := strings.Cut(section, "\n")
		described[name] = true
		cells := rows[name]
		if len(cells) != len(servers) {
			t.Errorf("the row %q has the cells %q", name, cells)
			continue
		}
		tests := testsOfServers(body)
		for i, server := range servers {
			want := "–"
			for _, test := range tests[server] {
				if both[test] {
					want = "both"
				} else if newer[test] && want == "–" {
					want = "13"
				} else if want == "–" {
					want = "yes"
				}
			}
			if cells[i] != want {
				t.Errorf("%s, %s: the table says %q, and the tests are %v, so it is %q", name, server, cells[i], tests[server], want)
			}
		}
	}
	for name := range rows {
		if !described[name] {
			t.Errorf("the row %q has no section", name)
		}
	}
}

// testsIn are the tests that a file lists.
func testsIn(t *testing.T, file string, list *regexp.Regexp) map[string]bool {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(root, file))
	if err != nil {
		t.Fatal(err)
	}
	tests := map[string]bool{}
	for _, m := range list.FindAllStringSubmatch(string(b), -1) {
		tests[m[1]] = true
	}
	if len(tests) == 0 {
		t.Fatalf("%s lists no tests", file)
	}
	return tests
}

// testsOfServers are the tests that a section of docs/servers.md lists for each
// server.
func testsOfServers(section string) map[string][]string {
	tests := map[string][]string{}
	server := ""
	for line := range strings.Lines(section) {
		if name, ok := strings.CutPrefix(line, "**"); ok {
			server, _, _ = strings.Cut(name, "**")
		}
		tests[server] = append(tests[server], named.FindAllString(line, -1)...)
	}
	return tests
}

var (
	link    = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	heading = regexp.MustCompile(`(?m)^#+ (.+)$`)
	noSlug  = regexp.MustCompile(`[^\p{L}\p{N} _-]`)
)

// slugs are the names by which links lead to the headings of a text, as GitHub
// makes them.
func slugs(text string) map[string]bool {
	there := map[string]bool{}
	for _, m := range heading.FindAllStringSubmatch(text, -1) {
		there[strings.ReplaceAll(noSlug.ReplaceAllString(strings.ToLower(m[1]), ""), " ", "-")] = true
	}
	return there
}

func TestEveryLinkOfTheDocumentationLeadsSomewhere(t *testing.T) {
	texts := documents(t)
	for file, text := range texts {
		for _, m := range link.FindAllStringSubmatch(text, -1) {
			to, part, _ := strings.Cut(m[1], "#")
			if strings.Contains(to, ":") {
				continue // of the web
			}
			name := file
			if to != "" {
				name = path.Join(path.Dir(file), to)
			}
			if _, err := os.Stat(filepath.Join(root, name)); err != nil {
				t.Errorf("%s leads to %s, which is not there", file, m[1])
			} else if part != "" && !slugs(texts[name])[part] {
				t.Errorf("%s leads to %s, where there is no such heading", file, m[1])
			}
		}
	}
}

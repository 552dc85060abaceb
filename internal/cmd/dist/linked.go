package main

import (
	"bufio"
	"bytes"
	"cmp"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/google/licensecheck"
)

// licensesName is the file with the licences of all that is shipped.
const licensesName = "LICENSES.txt"

// A component is something of other people that is linked into the module: Go's standard
// library (with its runtime, and wasm_exec.js), or a Go module.
type component struct {
	Path    string `json:"path"` // of the Go module; "std" for the standard library
	Version string `json:"version"`
	Sum     string `json:"sum,omitempty"` // as in go.sum; not for what comes with the toolchain
	License string `json:"license"`       // an SPDX identifier

	texts []string // of the licence, and what has to go with it
}

// A componentKey names a component.
type componentKey struct{ path, version string }

// std is the path of the standard library, as vulnerability databases name it.
const std = "std"

// permitted are the licences that the module may be under: all of them only ask for their
// text to go with it.
var permitted = []string{"Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT"}

// linked lists what is linked into the module, sorted by path and version.
func linked(goVersion string) ([]component, error) {
	const format = `{{if .Standard}}` + std + ` {{.ImportPath}}{{else if not .Module.Main}}{{.Module.Path}} {{.Module.Version}} {{.Module.Dir}}{{end}}`
	cmd := exec.Command("go", "list", "-overlay="+overlayName, "-deps", "-f", format, "./wasm")
	cmd.Env = buildEnv()
	list, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	root, err := goEnv("GOROOT")
	if err != nil {
		return nil, err
	}
	vendored, err := vendoredModules(root)
	if err != nil {
		return nil, err
	}
	dirs := map[componentKey]string{}
	for line := range strings.Lines(string(list)) {
		words := strings.SplitN(strings.TrimSpace(line), " ", 3)
		switch {
		case len(words) == 3:
			dirs[componentKey{words[0], words[1]}] = words[2]
		case len(words) == 2:
			dirs[componentKey{std, strings.TrimPrefix(goVersion, "go")}] = root
			if name, ok := strings.CutPrefix(words[1], "vendor/"); ok {
				m, ok := vendored[name]
				if !ok {
					return nil, fmt.Errorf("of which module is %s in the standard library?", name)
				}
				dirs[m] = root
			}
		}
	}
	sums, err := os.ReadFile("go.sum")
	if err != nil {
		return nil, err
	}
	var all []component
	for key, dir := range dirs {
		c := component{Path: key.path, Version: key.version}
		if dir != root {
			if c.Sum = sumOf(sums, c.Path, c.Version); c.Sum == "" {
				return nil, fmt.Errorf("go.sum has no hash of %s %s", c.Path, c.Version)
			}
		}
		if c.License, c.texts, err = licenseIn(dir); err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	slices.SortFunc(all, func(a, b component) int {
		return cmp.Or(strings.Compare(a.Path, b.Path), strings.Compare(a.Version, b.Version))
	})
	return all, nil
}

// vendoredModules tells of which module a package is that the standard library has a copy of.
func vendoredModules(root string) (map[string]componentKey, error) {
	list, err := os.ReadFile(filepath.Join(root, "src/vendor/modules.txt"))
	if err != nil {
		return nil, err
	}
	packages := map[string]componentKey{}
	var of componentKey
	for lines := bufio.NewScanner(bytes.NewReader(list)); lines.Scan(); {
		line := lines.Text()
		if name, ok := strings.CutPrefix(line, "# "); ok {
			of.path, of.version, _ = strings.Cut(name, " ")
		} else if !strings.HasPrefix(line, "#") {
			packages[line] = of
		}
	}
	return packages, nil
}

// sumOf returns the hash that go.sum has of a module.
func sumOf(sums []byte, path, version string) string {
	for line := range strings.Lines(string(sums)) {
		if sum, ok := strings.CutPrefix(line, path+" "+version+" "); ok {
			return strings.TrimSpace(sum)
		}
	}
	return ""
}

// licenseIn reads the licence of what is in a folder, and the notices beside it.
func licenseIn(dir string) (id string, texts []string, err error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return "", nil, err
	}
	for _, entry := range entries {
		name := strings.ToUpper(strings.TrimSuffix(entry.Name(), filepath.Ext(entry.Name())))
		isLicense := name == "LICENSE" || name == "LICENCE" || name == "COPYING"
		if entry.IsDir() || !isLicense && name != "NOTICE" && name != "PATENTS" {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, entry.Name()))
		if err != nil {
			return "", nil, err
		}
		texts = append(texts, strings.TrimSpace(string(text)))
		if !isLicense {
			continue
		}
		found := licensecheck.Scan(text)
		if id != "" || len(found.Match) != 1 || found.Percent < 90 || !slices.Contains(permitted, found.Match[0].ID) {
			return "", nil, fmt.Errorf("%s is not one of the licences %v", filepath.Join(dir, entry.Name()), permitted)
		}
		id = found.Match[0].ID
	}
	if id == "" {
		return "", nil, fmt.Errorf("%s has no licence, so it can't be shipped", dir)
	}
	return id, texts, nil
}

// licenses returns LICENSES.txt: our licence, and those of all that is linked.
func licenses(ours []byte, linked []component) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "xmppreg is under this licence:\n\n%s\n\nIts WebAssembly module and wasm_exec.js hold what follows. Nothing else is of other people.\n", bytes.TrimSpace(ours))
	for _, c := range linked {
		name := "The Go module " + c.Path
		if c.Path == std {
			name = "Go's standard library, runtime and wasm_exec.js,"
		}
		fmt.Fprintf(&b, "\n%s\n%s version %s (%s):\n", strings.Repeat("=", 78), name, c.Version, c.License)
		for _, text := range c.texts {
			fmt.Fprintf(&b, "\n%s\n", text)
		}
	}
	return b.Bytes()
}

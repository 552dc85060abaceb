package main

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"testing"

	"github.com/xmppreg/xmppreg/internal/wasmfile"
)

// TestAllThatIsLinkedIsListed compares the list with what the linker wrote into the module
// about its Go modules, and with the packages that the module's functions are of.
func TestAllThatIsLinkedIsListed(t *testing.T) {
	atRoot(t)
	var built info
	text, err := os.ReadFile("dist/" + infoName)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &built); err != nil {
		t.Fatal(err)
	}
	listed := map[string]string{} // sums, by path and version
	var paths []string
	for _, c := range built.Linked {
		paths = append(paths, c.Path)
		if c.Sum != "" {
			listed[c.Path+" "+c.Version] = c.Sum
		}
	}

	binary, err := os.ReadFile("web/" + moduleName)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := wasmfile.Parse(binary)
	if err != nil {
		t.Fatal(err)
	}
	memory, err := parsed.Memory()
	if err != nil {
		t.Fatal(err)
	}
	_, said, _ := bytes.Cut(memory, []byte("path\tgithub.com/xmppreg/xmppreg/wasm\n"))
	said, _, _ = bytes.Cut(said, []byte("build\t"))
	of, err := debug.ParseBuildInfo(string(said))
	if err != nil {
		t.Fatal(err)
	}
	linked := map[string]string{}
	for _, m := range of.Deps {
		linked[m.Path+" "+m.Version] = m.Sum
	}
	if len(linked) == 0 || !maps.Equal(listed, linked) {
		t.Errorf("listed are %v, linked %v", listed, linked)
	}

	parts, err := readParts("dist")
	if err != nil || parts == nil {
		t.Fatalf("%s: %v", partsName, err)
	}
	for part := range parts {
		name, ok := strings.CutPrefix(part, "code of ")
		name, vendored := strings.CutPrefix(name, "vendor/")
		host, _, _ := strings.Cut(name, "/")
		if !ok || strings.HasPrefix(name, "github.com/xmppreg/xmppreg/") || !vendored && !strings.Contains(host, ".") {
			continue
		}
		if !slices.ContainsFunc(paths, func(path string) bool { return strings.HasPrefix(name+"/", path+"/") }) {
			t.Errorf("%s is of nothing that is listed", part)
		}
	}
}

func TestLicensesOfAllThatIsLinkedAreThere(t *testing.T) {
	files := distFiles(t)
	root, err := goEnv("GOROOT")
	if err != nil {
		t.Fatal(err)
	}
	dirs := []string{".", root}
	cmd := exec.Command("go", "list", "-overlay="+overlayName, "-deps", "-f", "{{with .Module}}{{.Dir}}{{end}}", "./wasm")
	cmd.Env = buildEnv()
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	dirs = append(dirs, strings.Fields(string(out))...)
	slices.Sort(dirs)
	dirs = slices.Compact(dirs)
	for _, dir := range dirs {
		found, err := filepath.Glob(filepath.Join(dir, "LICENSE*"))
		if err != nil || len(found) != 1 {
			t.Fatalf("%s: %v, %v", dir, found, err)
		}
		text, err := os.ReadFile(found[0])
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Contains(files[licensesName], bytes.TrimSpace(text)) {
			t.Errorf("%s is missing", found[0])
		}
	}
	if packed, err := os.ReadFile("web/" + licensesName); err != nil || !bytes.Equal(packed, files[licensesName]) {
		t.Errorf("the package has other ones (%v)", err)
	}
}

func TestWhatHasNoLicenseIsNotShipped(t *testing.T) {
	for _, text := range []string{"", "All rights reserved.", "GNU AFFERO GENERAL PUBLIC LICENSE\nVersion 3, 19 November 2007"} {
		dir := t.TempDir()
		if text != "" {
			if err := os.WriteFile(filepath.Join(dir, "LICENSE"), []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if id, _, err := licenseIn(dir); err == nil {
			t.Errorf("%q is %s", text, id)
		}
	}
}

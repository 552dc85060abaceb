package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func TestAuditFailsOnFindingsAndSaysWhatItCouldNotCheck(t *testing.T) {
	atRoot(t)
	const (
		clean       = "exit 0"
		unreachable = `echo 'govulncheck: fetching vulnerabilities: no such host' >&2; exit 1`
		noAudit     = `echo '{"message": "405 Method Not Allowed"}'; exit 1`
		cleanAudit  = `echo '{"auditReportVersion": 2}'`
	)
	for name, c := range map[string]struct {
		vulncheck, npm, strict string
		good                   bool
		want                   string
	}{
		"clean":                         {clean, cleanAudit, "1", true, "the WebAssembly module: no known vulnerability"},
		"a vulnerability in Go":         {"echo GO-2026-0001; exit 3", cleanAudit, "", false, "GO-2026-0001"},
		"a vulnerability of npm's":      {clean, `echo '{"auditReportVersion": 2, "x": "GHSA-1"}'; exit 1`, "", false, "GHSA-1"},
		"no database":                   {unreachable, cleanAudit, "", true, "NOT CHECKED: the Go packages"},
		"no database, and that matters": {unreachable, cleanAudit, "1", false, "NOT CHECKED: the Go packages"},
		"no registry":                   {clean, noAudit, "", true, "NOT CHECKED: npm's packages"},
		"no registry, and that matters": {clean, noAudit, "1", false, "NOT CHECKED: npm's packages"},
		"packages that don't build":     {"echo 'undefined: x'; exit 1", cleanAudit, "", false, "govulncheck failed"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			for name, script := range map[string]string{"govulncheck": c.vulncheck, "npm": c.npm, "go": clean} {
				if err := os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\n"+script+"\n"), 0o755); err != nil {
					t.Fatal(err)
				}
			}
			cmd := exec.Command("scripts/audit.sh")
			cmd.Env = append(os.Environ(), "PATH="+dir+":"+os.Getenv("PATH"), "GOVULNCHECK="+filepath.Join(dir, "govulncheck"), "STRICT="+c.strict)
			out, err := cmd.CombinedOutput()
			if (err == nil) != c.good || !strings.Contains(string(out), c.want) {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
}

// TestDependenciesArePinnedWithTheirHashes leaves out Go's modules: Go itself refuses one
// that go.sum has no hash of.
func TestDependenciesArePinnedWithTheirHashes(t *testing.T) {
	atRoot(t)
	var lock struct {
		Packages map[string]struct {
			Integrity string
			Link      bool
		}
	}
	text, err := os.ReadFile("e2e/npm/package-lock.json")
	if err == nil {
		err = json.Unmarshal(text, &lock)
	}
	if err != nil {
		t.Fatal(err)
	}
	for name, p := range lock.Packages {
		// What lies inside of another package is pinned with that one.
		inside := !strings.HasPrefix(name, "node_modules/") || strings.Contains(name, "/src/")
		if !inside && !p.Link && !strings.HasPrefix(p.Integrity, "sha512-") {
			t.Errorf("%s has no hash in package-lock.json", name)
		}
	}
	var manifest struct{ DevDependencies map[string]string }
	text, err = os.ReadFile("e2e/npm/package.json")
	if err == nil {
		err = json.Unmarshal(text, &manifest)
	}
	if err != nil || len(manifest.DevDependencies) == 0 {
		t.Fatal(err)
	}
	for name, version := range manifest.DevDependencies {
		if !regexp.MustCompile(`^\d+\.\d+\.\d+$`).MatchString(version) {
			t.Errorf("%s is in the version %q", name, version)
		}
	}
	// `go install NAME@VERSION` looks into no go.sum.
	makefile, err := os.ReadFile("Makefile")
	if err != nil {
		t.Fatal(err)
	}
	if found := regexp.MustCompile(`\S+@v\d\S*`).FindAll(makefile, -1); found != nil {
		t.Errorf("the Makefile gets %q, which belong into internal/tools/go.mod", found)
	}
}

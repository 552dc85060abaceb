package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// project writes a project that can be released as version 1.2.3, with changes,
// and returns its folder. Changes with an empty text remove a file.
func project(t *testing.T, changes map[string]string) string {
	t.Helper()
	files := map[string]string{
		"CHANGELOG.md":            "# Changelog\n\n## [Unreleased]\n\n## [1.2.3] - 2026-01-31\n\n### Added\n\n- All of it.\n\n## [1.2.2]\n\n## [1.2.1]\n\n- Less of it.\n",
		"web/package.json":        `{"version": "1.2.3"}`,
		"dist/build-info.json":    `{"version": "1.2.3"}`,
		"dist/index.html":         "<!doctype html>",
		"dist/sub/script-7.js":    "export {};",
		"dist/sub/script-7.js.gz": "compressed",
	}
	maps.Copy(files, changes)
	root := t.TempDir()
	for name, text := range files {
		if text == "" {
			continue
		}
		to := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(to, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

// packed stands in for npm.
func packed(_, to string) error {
	return os.WriteFile(filepath.Join(to, "xmppreg-1.2.3.tgz"), []byte("package"), 0o644)
}

func TestReleaseHasTheArchivesThePackageAndTheirChecksums(t *testing.T) {
	t.Setenv("SOURCE_DATE_EPOCH", "1700000000")
	root := project(t, nil)
	out := filepath.Join(root, "build/release")
	if err := os.MkdirAll(out, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(out, "xmppreg-1.2.2.tgz"), []byte("old"), 0o644); err != nil {
		t.Fatal(err)
	}
	names, err := release(root, "1.2.3", out, packed)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"xmppreg-1.2.3.cdx.json", "xmppreg-1.2.3.tgz", "xmppreg-pages-1.2.3.tar.gz", "xmppreg-pages-1.2.3.zip", sumsName}
	if !slices.Equal(names, want) {
		t.Errorf("it says that it made %v, want %v", names, want)
	}
	there, err := os.ReadDir(out)
	if err != nil {
		t.Fatal(err)
	}
	var sums strings.Builder
	for _, entry := range there {
		if !slices.Contains(want, entry.Name()) {
			t.Errorf("%s is left of another release", entry.Name())
		}
		if entry.Name() != sumsName {
			fmt.Fprintf(&sums, "%x  %s\n", sha256.Sum256(read(t, out, entry.Name())), entry.Name())
		}
	}
	if got := string(read(t, out, sumsName)); got != sums.String() || len(there) != len(want) {
		t.Errorf("the checksums are\n%s, want\n%s", got, sums.String())
	}

	files := map[string]string{}
	for _, name := range []string{"build-info.json", "index.html", "sub/script-7.js", "sub/script-7.js.gz"} {
		files["xmppreg-1.2.3/"+name] = string(read(t, root, "dist/"+name))
	}
	if got := untar(t, read(t, out, "xmppreg-pages-1.2.3.tar.gz")); !maps.Equal(got, files) {
		t.Errorf("the .tar.gz holds %q", got)
	}
	if got := unzip(t, read(t, out, "xmppreg-pages-1.2.3.zip")); !maps.Equal(got, files) {
		t.Errorf("the .zip holds %q", got)
	}
}

func TestReleaseDependsOnlyOnSourcesAndVersion(t *testing.T) {
	t.Setenv("SOURCE_DATE_EPOCH", "1700000000")
	var sums [2]string
	for i := range sums {
		root := project(t, nil)
		// Who made dist/, and when, does not matter.
		if err := os.Chmod(filepath.Join(root, "dist/index.html"), []fs.FileMode{0o600, 0o755}[i]); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(filepath.Join(root, "dist/index.html"), time.Time{}, time.Unix(int64(i)*1e6, 0)); err != nil {
			t.Fatal(err)
		}
		out := filepath.Join(t.TempDir(), "release")
		if _, err := release(root, "1.2.3", out, packed); err != nil {
			t.Fatal(err)
		}
		sums[i] = string(read(t, out, sumsName))
	}
	if sums[0] != sums[1] {
		t.Errorf("two releases differ:\n%s\n%s", sums[0], sums[1])
	}
}

func TestVersionThatCannotBeReleasedIsRefused(t *testing.T) {
	t.Setenv("SOURCE_DATE_EPOCH", "1700000000")
	for name, c := range map[string]struct {
		version string
		changes map[string]string
		want    string
	}{
		"none":                             {"", nil, "make release VERSION=1.2.3"},
		"not in the changelog":             {"1.3.0", nil, "CHANGELOG.md has no section for version 1.3.0 (it has 1.2.3, 1.2.2, 1.2.1)"},
		"as a tag has it":                  {"v1.2.3", nil, "no section for version v1.2.3"},
		"the part of another":              {"1.2", nil, "no section for version 1.2 "},
		"what is not released":             {"Unreleased", nil, "no section for version Unreleased"},
		"a path":                           {"../1.2.3", nil, "no section for version ../1.2.3"},
		"nothing to say about it":          {"1.2.2", nil, "CHANGELOG.md says nothing about version 1.2.2"},
		"another than that of the package": {"1.2.1", nil, `web/package.json has version "1.2.3": write "1.2.1" into it`},
		"another than what is built":       {"1.2.3", map[string]string{"dist/build-info.json": `{"version": "1.2.1"}`}, `dist/ is of version "1.2.1", not "1.2.3"; run ` + "`make dist`"},
		"nothing built":                    {"1.2.3", map[string]string{"dist/build-info.json": ""}, "run `make dist`"},
		"no changelog":                     {"1.2.3", map[string]string{"CHANGELOG.md": ""}, "CHANGELOG.md"},
	} {
		t.Run(name, func(t *testing.T) {
			root := project(t, c.changes)
			out := filepath.Join(root, "build/release")
			_, err := release(root, c.version, out, packed)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("the error is %v, want %s", err, c.want)
			}
			if _, err := os.Stat(out); err == nil {
				t.Error("there are files of it all the same")
			}
		})
	}
}

func TestFailureLeavesTheLastReleaseAlone(t *testing.T) {
	t.Setenv("SOURCE_DATE_EPOCH", "1700000000")
	root := project(t, nil)
	out := filepath.Join(root, "build/release")
	if _, err := release(root, "1.2.3", out, packed); err != nil {
		t.Fatal(err)
	}
	before := string(read(t, out, sumsName))
	broken := errors.New("npm is broken")
	if _, err := release(root, "1.2.3", out, func(string, string) error { return broken }); !errors.Is(err, broken) {
		t.Errorf("the error is %v", err)
	}
	if got := string(read(t, out, sumsName)); got != before {
		t.Errorf("the checksums have become %s", got)
	}
	if _, err := os.Stat(out + ".new"); err == nil {
		t.Error("half of a release is left")
	}
}

func TestFilesCarryTheTimeThatIsAskedFor(t *testing.T) {
	t.Setenv("SOURCE_DATE_EPOCH", "1700000000")
	if got, err := commitTime(t.TempDir()); err != nil || got.Unix() != 1_700_000_000 {
		t.Errorf("the time is %v, %v", got, err)
	}
	t.Setenv("SOURCE_DATE_EPOCH", "yesterday")
	if _, err := commitTime(t.TempDir()); err == nil || !strings.Contains(err.Error(), `"yesterday"`) {
		t.Errorf("the error is %v", err)
	}
	t.Setenv("SOURCE_DATE_EPOCH", "")
	if _, err := commitTime(t.TempDir()); err == nil || !strings.Contains(err.Error(), "set SOURCE_DATE_EPOCH") {
		t.Errorf("without git, the error is %v", err)
	}
}

func read(t *testing.T, dir, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func untar(t *testing.T, b []byte) map[string]string {
	t.Helper()
	unzipped, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for r := tar.NewReader(unzipped); ; {
		header, err := r.Next()
		if err == io.EOF {
			return files
		}
		if err != nil {
			t.Fatal(err)
		}
		contents, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		files[header.Name] = string(contents)
		if header.Mode != 0o644 || header.ModTime.Unix() != 1_700_000_000 {
			t.Errorf("%s has the mode %o and the time %v", header.Name, header.Mode, header.ModTime)
		}
	}
}

func unzip(t *testing.T, b []byte) map[string]string {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, f := range r.File {
		contents, err := fs.ReadFile(r, f.Name)
		if err != nil {
			t.Fatal(err)
		}
		files[f.Name] = string(contents)
		if f.Mode() != 0o644 || f.Modified.Unix() != 1_700_000_000 {
			t.Errorf("%s has the mode %o and the time %v", f.Name, f.Mode(), f.Modified)
		}
	}
	return files
}

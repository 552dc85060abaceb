package e2e

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xmppreg/xmppreg/e2e/site"
)

// runMake runs make at the project's root, as somebody does who is not in a make
// already.
func runMake(t *testing.T, args ...string) (string, error) {
	t.Helper()
	root, err := site.Root()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "make", args...)
	cmd.Dir = root
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "MAKE") && !strings.HasPrefix(v, "MFLAGS=") && !strings.HasPrefix(v, "VERSION=") {
			cmd.Env = append(cmd.Env, v)
		}
	}
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func TestReleaseHoldsThePagesAndThePackage(t *testing.T) {
	root, err := site.Root()
	if err != nil {
		t.Fatal(err)
	}
	manifest, err := os.ReadFile(filepath.Join(root, "web/package.json"))
	if err != nil {
		t.Fatal(err)
	}
	var this struct{ Version string }
	if err := json.Unmarshal(manifest, &this); err != nil {
		t.Fatal(err)
	}
	// It is what `make release` runs; make would build dist/ anew if a source is younger,
	// under the eyes of the other tests.
	if out, err := runMake(t, "--dry-run", "release", "VERSION="+this.Version); err != nil ||
		!strings.HasSuffix(strings.TrimSpace(out), `go run ./internal/cmd/release -version "`+this.Version+`"`) {
		t.Errorf("make release would run something else (%v):\n%s", err, out)
	}
	p := &project{dir: t.TempDir()}
	release := filepath.Join(p.dir, "release")
	cmd := exec.CommandContext(t.Context(), "go", "run", "./internal/cmd/release", "-version", this.Version, "-out", release)
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "SOURCE_DATE_EPOCH=1700000000", "npm_config_cache="+filepath.Join(p.dir, ".npm"))
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}

	pages := filepath.Join("release", "xmppreg-pages-"+this.Version+".tar.gz")
	p.run(t, "tar", "-xzf", pages)
	p.run(t, "diff", "-r", filepath.Join(root, "dist"), "xmppreg-"+this.Version)
	checkTarball(t, filepath.Join(root, "web"), unpack(t, filepath.Join(release, "xmppreg-"+this.Version+".tgz")))
	p.dir = release
	sums := string(p.run(t, "sha256sum", "--check", "--strict", "SHA256SUMS"))
	if n := strings.Count(sums, ": OK\n"); n != 4 {
		t.Errorf("%d files have a checksum:\n%s", n, sums)
	}
}

func TestReleaseOfAVersionThatTheChangelogDoesNotHaveIsRefused(t *testing.T) {
	for version, want := range map[string]string{
		"999.0.0": "CHANGELOG.md has no section for version 999.0.0",
		"":        "make release VERSION=1.2.3",
	} {
		out, err := runMake(t, "release", "VERSION="+version)
		if err == nil || !strings.Contains(out, want) {
			t.Errorf("make release VERSION=%s says (%v):\n%s", version, err, out)
		}
	}
}

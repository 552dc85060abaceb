package main

import (
	"bytes"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
)

// TestTwoBuildsInTwoFoldersAreEqual builds the same sources in another folder, as another
// commit, with nothing of the first build at hand, and with other settings of the machine's.
func TestTwoBuildsInTwoFoldersAreEqual(t *testing.T) {
	atRoot(t)
	there := filepath.Join(t.TempDir(), "another", "folder")
	copySources(t, there)
	run := func(env []string, name string, args ...string) {
		t.Helper()
		cmd := exec.Command(name, args...)
		cmd.Dir = there
		cmd.Env = append(os.Environ(), env...)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%s %v: %v\n%s", name, args, err, out)
		}
	}
	run(nil, "git", "init", "--quiet")
	run(nil, "git", "-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "--quiet", "--allow-empty", "--message=another")
	run(nil, "go", "build", "-o", "build/dist", "./internal/cmd/dist")
	run([]string{"GOCACHE=" + t.TempDir(), "GOFLAGS=-buildvcs=true", "TZ=Asia/Tokyo", "LC_ALL=C"}, "build/dist")

	one, other := everyFile(t, "dist"), everyFile(t, filepath.Join(there, "dist"))
	if !slices.Equal(one, other) {
		t.Fatalf("one build has\n%v\nthe other\n%v", one, other)
	}
	for i := range one {
		one[i] = "dist/" + one[i]
	}
	for _, name := range append(one, packed...) {
		a, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(filepath.Join(there, name))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(a, b) {
			t.Errorf("%s differs; is it of these sources? (`make dist`)", name)
		}
	}
}

// packed are the files that a build puts beside the sources, for the npm package.
var packed = []string{"web/" + moduleName, "web/" + glueName, "web/" + buildName, "web/" + licensesName, "web/LICENSE", "web/README.md"}

// copySources copies all that a build is made from, and nothing that one has made.
func copySources(t *testing.T, there string) {
	t.Helper()
	err := filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && slices.Contains([]string{".git", "build", "dist", "node_modules"}, d.Name()) && name != "internal/cmd/dist":
			return fs.SkipDir
		case !d.Type().IsRegular() || slices.Contains(packed, name):
			return nil
		}
		b, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		return folder{name: b}.write(there)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// everyFile lists the files of a folder, the compressed ones too.
func everyFile(t *testing.T, dir string) (names []string) {
	t.Helper()
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			names = append(names, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

package main

import (
	"bytes"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestTwoBuildsInTwoFoldersAreEqual builds the same sources in another folder, as another
// commit, with nothing of the first build at hand, and with other settings of the machine's.
func TestTwoBuildsInTwoFoldersAreEqual(t *testing.T) {
	atRoot(t)
	list, err := exec.Command("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard").Output()
	if err != nil {
		t.Skip("only git tells what the sources are")
	}
	there := filepath.Join(t.TempDir(), "another", "folder")
	for name := range strings.SplitSeq(strings.Trim(string(list), "\x00"), "\x00") {
		info, err := os.Lstat(name)
		if err != nil || !info.Mode().IsRegular() {
			continue
		}
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := (folder{name: b}).write(there); err != nil {
			t.Fatal(err)
		}
	}
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
	for _, name := range []string{moduleName, glueName, buildName, licensesName, "LICENSE", "README.md"} {
		one = append(one, name)
		other = append(other, name)
	}
	if !slices.Equal(one, other) {
		t.Fatalf("one build has\n%v\nthe other\n%v", one, other)
	}
	for i, name := range one {
		dir := "dist"
		if i >= len(one)-6 {
			dir = "web"
		}
		a, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(filepath.Join(there, dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(a, b) {
			t.Errorf("%s/%s differs; is it of these sources? (`make dist`)", dir, name)
		}
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

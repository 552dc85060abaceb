// Release makes what a release consists of, out of what `make dist` has built:
// the folder dist/ as a .tar.gz and as a .zip, the npm package, a bill of materials
// (SBOM), and SHA256SUMS, which `sha256sum --check` reads. It publishes nothing.
//
// The files depend on the sources and the version alone: whoever makes the same
// release gets the same bytes.
package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// sumsName is the name of the list of checksums.
const sumsName = "SHA256SUMS"

func main() {
	version := flag.String("version", "", "the `version` to release, as CHANGELOG.md has it")
	out := flag.String("out", "build/release", "the `folder` to put the files into; it is replaced")
	only := flag.Bool("check", false, "only check that the version can be released")
	flag.Parse()
	if *only {
		if err := checkVersion(".", *version); err != nil {
			fail(err)
		}
		return
	}
	names, err := release(".", *version, *out, npmPack)
	if err != nil {
		fail(err)
	}
	for _, name := range names {
		fmt.Println(filepath.Join(*out, name))
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "release:", err)
	os.Exit(1)
}

// release makes the files of a version of the project at root and returns their
// names. pack makes the npm package of a folder and puts it into another.
func release(root, version, out string, pack func(from, to string) error) ([]string, error) {
	if err := checkVersion(root, version); err != nil {
		return nil, err
	}
	info, err := readBuildInfo(filepath.Join(root, "dist/build-info.json"))
	if err != nil {
		return nil, fmt.Errorf("%w; run `make dist`", err)
	}
	if info.Version != version {
		return nil, fmt.Errorf("dist/ is of version %q, not %q; run `make dist`", info.Version, version)
	}
	made, err := commitTime(root)
	if err != nil {
		return nil, err
	}
	files, err := readFolder(filepath.Join(root, "dist"))
	if err != nil {
		return nil, err
	}
	// The files are made in a folder beside the final one, which is replaced when
	// everything has worked: a failure leaves no half of a release.
	next := out + ".new"
	if err := os.RemoveAll(next); err != nil {
		return nil, err
	}
	defer os.RemoveAll(next)
	if err := os.MkdirAll(next, 0o755); err != nil {
		return nil, err
	}
	folder := "xmppreg-" + version
	for suffix, archive := range map[string]func(string, []file, time.Time) ([]byte, error){".tar.gz": tarball, ".zip": zipped} {
		b, err := archive(folder, files, made)
		if err != nil {
			return nil, err
		}
		if err := os.WriteFile(filepath.Join(next, "xmppreg-pages-"+version+suffix), b, 0o644); err != nil {
			return nil, err
		}
	}
	if err := writeSBOM(next, version, info, files, made); err != nil {
		return nil, err
	}
	if err := pack(filepath.Join(root, "web"), next); err != nil {
		return nil, err
	}
	names, err := writeSums(next)
	if err != nil {
		return nil, err
	}
	if err := os.RemoveAll(out); err != nil {
		return nil, err
	}
	return names, os.Rename(next, out)
}

// checkVersion refuses a version that the changelog does not describe, or that is
// not the one of the npm package.
func checkVersion(root, version string) error {
	if version == "" {
		return errors.New("which version? make release VERSION=1.2.3")
	}
	text, err := os.ReadFile(filepath.Join(root, "CHANGELOG.md"))
	if err != nil {
		return err
	}
	if err := checkChangelog(text, version); err != nil {
		return err
	}
	packaged, err := versionIn(filepath.Join(root, "web/package.json"))
	if err == nil && packaged != version {
		err = fmt.Errorf("web/package.json has version %q: write %q into it", packaged, version)
	}
	return err
}

// versionIn reads the version that a JSON file names.
func versionIn(name string) (string, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return "", err
	}
	var has struct{ Version string }
	if err := json.Unmarshal(text, &has); err != nil {
		return "", fmt.Errorf("%s: %w", name, err)
	}
	return has.Version, nil
}

// commitTime is the time that all files of the archives carry. Web servers make
// ETags of it, so it must be another one in each release. SOURCE_DATE_EPOCH
// (https://reproducible-builds.org/specs/source-date-epoch/) comes first, then
// the time of the last commit.
func commitTime(root string) (time.Time, error) {
	seconds := os.Getenv("SOURCE_DATE_EPOCH")
	if seconds == "" {
		cmd := exec.Command("git", "log", "-1", "--format=%ct")
		cmd.Dir = root
		out, err := cmd.Output()
		if err != nil {
			return time.Time{}, fmt.Errorf("git does not tell the time of the last commit (%w): set SOURCE_DATE_EPOCH, in seconds since 1970", err)
		}
		seconds = strings.TrimSpace(string(out))
	}
	n, err := strconv.ParseInt(seconds, 10, 64)
	if err != nil {
		return time.Time{}, fmt.Errorf("SOURCE_DATE_EPOCH: %q is not a number of seconds", seconds)
	}
	return time.Unix(n, 0).UTC(), nil
}

// npmPack runs npm, whose archives are reproducible.
func npmPack(from, to string) error {
	// npm would take a relative path for the name of a package.
	from, err := filepath.Abs(from)
	if err != nil {
		return err
	}
	var said bytes.Buffer
	cmd := exec.Command("npm", "pack", "--pack-destination", to, from)
	cmd.Stderr = &said
	if _, err := cmd.Output(); err != nil {
		return fmt.Errorf("npm pack: %w\n%s", err, said.Bytes())
	}
	return nil
}

// writeSums writes the checksums of all files of a folder into it, and returns
// the names of all files with that of the checksums.
func writeSums(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir) // sorted
	if err != nil {
		return nil, err
	}
	var names []string
	var sums bytes.Buffer
	for _, entry := range entries {
		b, err := os.ReadFile(filepath.Join(dir, entry.Name()))
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(&sums, "%x  %s\n", sha256.Sum256(b), entry.Name())
		names = append(names, entry.Name())
	}
	return append(names, sumsName), os.WriteFile(filepath.Join(dir, sumsName), sums.Bytes(), 0o644)
}

// Dist builds dist/, the folder that a provider copies to a web server, and
// weighs what a visitor downloads of it.
package main

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"text/tabwriter"
)

// limit is what all that a visitor of the sign-up page downloads may weigh,
// as Brotli.
const limit = 1_450_000

// buildArgs are the flags of the module, here and nowhere else. Leaving out
// inlining makes it a quarter smaller.
func buildArgs(build, out string) []string {
	return []string{"build", "-trimpath", "-ldflags=-s -w -X main.build=" + build, "-gcflags=all=-l", "-o", out, "./wasm"}
}

// buildEnv is the environment of the module's build.
func buildEnv() []string { return append(os.Environ(), "GOOS=js", "GOARCH=wasm") }

// served are the kinds of files of web/ that a web server hands out.
var served = []string{".html", ".js", ".css", ".svg", ".ts"}

const placeholder = "__BUILD__"

func main() {
	size := flag.Bool("size", false, "weigh what is built, and fail over the limit")
	flag.Parse()
	run := func() error { return build("dist") }
	if *size {
		run = func() error { return weigh("dist") }
	}
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "dist:", err)
		os.Exit(1)
	}
}

// build makes the folder beside its place and then puts it there, so that what
// is there is always whole.
func build(dist string) error {
	pages, err := webFiles()
	if err != nil {
		return err
	}
	id, err := buildID(pages)
	if err != nil {
		return err
	}
	next := dist + ".new"
	if err := os.RemoveAll(next); err != nil {
		return err
	}
	defer os.RemoveAll(next)
	if err := os.MkdirAll(next, 0o755); err != nil {
		return err
	}

	wasm, err := filepath.Abs(filepath.Join(next, "xmppreg.wasm"))
	if err != nil {
		return err
	}
	cmd := exec.Command("go", buildArgs(id, wasm)...)
	cmd.Env = buildEnv()
	cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("building the module: %w", err)
	}
	goroot, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return fmt.Errorf("go env GOROOT: %w", err)
	}
	glue, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(goroot)), "lib", "wasm", "wasm_exec.js"))
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(next, "wasm_exec.js"), glue, 0o644); err != nil {
		return err
	}
	for _, name := range pages {
		b, err := os.ReadFile(filepath.Join("web", name))
		if err != nil {
			return err
		}
		if filepath.Ext(name) == ".js" {
			b = bytes.ReplaceAll(b, []byte(placeholder), []byte(id))
		}
		to := filepath.Join(next, name)
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(to, b, 0o644); err != nil {
			return err
		}
	}
	if err := compress(next, dist); err != nil {
		return err
	}
	if err := os.RemoveAll(dist); err != nil {
		return err
	}
	if err := os.Rename(next, dist); err != nil {
		return err
	}
	fmt.Printf("dist/ is built: %s\n", id)
	return nil
}

// webFiles lists what is served of web/, without what is built or tested there.
func webFiles() ([]string, error) {
	var names []string
	err := filepath.WalkDir("web", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		base := d.Name()
		if d.IsDir() {
			if base == "node_modules" || base == "test" || base == "tests" || base == "testdata" || base[0] == '.' {
				return fs.SkipDir
			}
			return nil
		}
		name, err := filepath.Rel("web", path)
		if err != nil {
			return err
		}
		test := strings.Contains(base, ".test.") || strings.Contains(base, "_test.")
		declares := strings.HasSuffix(base, ".d.ts") || filepath.Ext(base) != ".ts"
		if slices.Contains(served, filepath.Ext(base)) && declares && !test && base[0] != '.' && name != "wasm_exec.js" {
			names = append(names, name)
		}
		return nil
	})
	if err == nil && !slices.Contains(names, "index.html") {
		err = errors.New("there is no web/index.html")
	}
	return names, err
}

// buildID is a hash of all that the build is made of: sources, what they
// depend on, flags and the toolchain. Page scripts and module both carry it,
// to notice when they do not belong together.
func buildID(pages []string) (string, error) {
	version, err := exec.Command("go", "env", "GOVERSION").Output()
	if err != nil {
		return "", fmt.Errorf("go env GOVERSION: %w", err)
	}
	h := sha256.New()
	fmt.Fprintf(h, "%s%q\n", version, buildArgs("", ""))
	files := []string{"go.mod", "go.sum"}
	for _, name := range pages {
		files = append(files, filepath.Join("web", name))
	}
	for _, dir := range []string{"wasm", "jsapi", "ibr", "transport"} {
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if errors.Is(err, fs.ErrNotExist) {
				return nil
			}
			if err == nil && filepath.Ext(path) == ".go" && !strings.HasSuffix(path, "_test.go") {
				files = append(files, path)
			}
			return err
		})
		if err != nil {
			return "", err
		}
	}
	slices.Sort(files)
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(h, "%s %x\n", filepath.ToSlash(name), sha256.Sum256(b))
	}
	return hex.EncodeToString(h.Sum(nil))[:12], nil
}

// compress writes .br and .gz beside every file of dir. What old has of the
// very same file is taken from there: quality 11 takes its time.
func compress(dir, old string) error {
	names, err := filesOf(dir)
	if err != nil {
		return err
	}
	if _, err := exec.LookPath("brotli"); err != nil {
		return errors.New("brotli is not installed; `make dist` installs it")
	}
	errs := make([]error, len(names))
	var wg sync.WaitGroup
	for i, name := range names {
		wg.Go(func() { errs[i] = compressFile(dir, old, name) })
	}
	wg.Wait()
	return errors.Join(errs...)
}

func compressFile(dir, old, name string) error {
	path := filepath.Join(dir, name)
	b, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if before, err := os.ReadFile(filepath.Join(old, name)); err == nil && bytes.Equal(before, b) {
		br, err1 := os.ReadFile(filepath.Join(old, name+".br"))
		gz, err2 := os.ReadFile(filepath.Join(old, name+".gz"))
		if err1 == nil && err2 == nil {
			return errors.Join(os.WriteFile(path+".br", br, 0o644), os.WriteFile(path+".gz", gz, 0o644))
		}
	}
	var gz bytes.Buffer
	w, err := gzip.NewWriterLevel(&gz, gzip.BestCompression)
	if err != nil {
		return err
	}
	w.Write(b) // a bytes.Buffer takes everything
	w.Close()
	if err := os.WriteFile(path+".gz", gz.Bytes(), 0o644); err != nil {
		return err
	}
	if out, err := exec.Command("brotli", "--force", "--no-copy-stat", "--quality=11", "--output="+path+".br", path).CombinedOutput(); err != nil {
		return fmt.Errorf("brotli %s: %w\n%s", name, err, out)
	}
	// Readable for the web server, wherever the folder is copied.
	return errors.Join(os.Chmod(path, 0o644), os.Chmod(path+".br", 0o644))
}

// filesOf lists the files of dir that are not compressed.
func filesOf(dir string) ([]string, error) {
	var names []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		if ext := filepath.Ext(path); ext == ".br" || ext == ".gz" {
			return nil
		}
		name, err := filepath.Rel(dir, path)
		names = append(names, filepath.ToSlash(name))
		return err
	})
	return names, err
}

// weigh prints what a visitor of index.html downloads.
func weigh(dist string) error {
	names, err := downloads(dist)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "raw\tgzip\tbrotli\t\t")
	var sum [3]int64
	for _, name := range names {
		for i, suffix := range []string{"", ".gz", ".br"} {
			info, err := os.Stat(filepath.Join(dist, name+suffix))
			if err != nil {
				return err
			}
			sum[i] += info.Size()
			fmt.Fprintf(w, "%d\t", info.Size())
		}
		fmt.Fprintf(w, "  %s\n", name)
	}
	fmt.Fprintf(w, "%d\t%d\t%d\t  in all, of %d\n", sum[0], sum[1], sum[2], limit)
	w.Flush()
	if sum[2] > limit {
		return fmt.Errorf("the page weighs %d bytes, %d over the limit of %d", sum[2], sum[2]-limit, limit)
	}
	return nil
}

var (
	htmlTag = regexp.MustCompile(`<(?:script|link|img)\b[^>]*>`)
	htmlRef = regexp.MustCompile(`(?:src|href)\s*=\s*["']?([^"'\s>]+)`)
	// A name in quotes is a file that a script loads, if there is one of
	// that name.
	jsRef  = regexp.MustCompile("[\"'`]([^\"'`\\s]+\\.(?:m?js|wasm|css|svg|json))(?:\\?[^\"'`]*)?[\"'`]")
	cssRef = regexp.MustCompile(`url\(\s*["']?([^"')]+)|@import\s+["']([^"']+)`)
)

// downloads follows the references of index.html.
func downloads(dist string) ([]string, error) {
	all, err := filesOf(dist)
	if err != nil {
		return nil, fmt.Errorf("%w; run `make dist`", err)
	}
	var found []string
	var follow func(name string) error
	follow = func(name string) error {
		name, _, _ = strings.Cut(name, "?")
		name = strings.TrimPrefix(name, "./")
		if !slices.Contains(all, name) || slices.Contains(found, name) {
			return nil
		}
		found = append(found, name)
		b, err := os.ReadFile(filepath.Join(dist, name))
		if err != nil {
			return err
		}
		var refs []string
		add := func(re *regexp.Regexp, text string) {
			for _, m := range re.FindAllStringSubmatch(text, -1) {
				refs = append(refs, m[1:]...)
			}
		}
		switch filepath.Ext(name) {
		case ".html":
			for _, tag := range htmlTag.FindAllString(string(b), -1) {
				add(htmlRef, tag)
			}
		case ".js":
			add(jsRef, string(b))
		case ".css":
			add(cssRef, string(b))
		}
		for _, ref := range refs {
			if err := follow(ref); err != nil {
				return err
			}
		}
		return nil
	}
	if err := follow("index.html"); err != nil {
		return nil, err
	}
	for _, name := range []string{"index.html", "xmppreg.wasm", "wasm_exec.js"} {
		if !slices.Contains(found, name) {
			return nil, fmt.Errorf("index.html does not lead to %s, so the weight would mean nothing", name)
		}
	}
	return found, nil
}

// Dist builds dist/, the folder that a provider copies to a web server, and
// weighs what a visitor downloads of it. It also puts what is built into web/,
// where `npm pack` takes it.
//
// Each file that a page loads has a hash of its contents in its name: a browser may
// keep it for ever, and files of two builds do not get mixed up. Plain names are for
// the pages, and for what other people's pages refer to: the scripts of the public
// API, the style and the types.
package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// public are the scripts that other people's pages refer to.
var public = []string{"xmppreg.js", "xmpp-signup.js", "xmpp-account.js", "xmpp-check.js"}

// served are the kinds of files of web/ that a web server hands out.
var served = []string{".html", ".js", ".css", ".svg", ".ts"}

// The files that are built into web/, for the npm package.
const (
	moduleName = "xmppreg.wasm"
	glueName   = "wasm_exec.js"
	buildName  = "build.js" // tells the page's scripts which build of the module is theirs
)

func main() {
	size := flag.Bool("size", false, "weigh what is built, and fail over the budget")
	debug := flag.Bool("debug", false, "leave names of functions and lines in the module, for stack traces")
	rebudget := flag.Bool("budget", false, "make what is built the budget, and one percent more")
	flag.Parse()
	run := func() error { return build("dist", *debug) }
	switch {
	case *size:
		run = func() error { return weigh("dist", os.Stdout) }
	case *rebudget:
		run = func() error { return newBudget("dist") }
	}
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "dist:", err)
		os.Exit(1)
	}
}

// A folder is the contents of files by their names.
type folder map[string][]byte

func (f folder) write(dir string) error {
	for name, b := range f {
		to := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			return err
		}
		// A file that has not changed keeps its modification time.
		if old, err := os.ReadFile(to); err == nil && bytes.Equal(old, b) {
			continue
		}
		if err := os.WriteFile(to, b, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// build makes the folder under another name and renames it at the end, so that
// dist/ is always complete.
func build(dist string, debug bool) error {
	m, err := compile(debug)
	if err != nil {
		return err
	}
	files, err := assemble("web", m)
	if err != nil {
		return err
	}
	license, err := os.ReadFile("LICENSE")
	if err != nil {
		return err
	}
	files[licensesName] = licenses(license, m.linked)
	next := dist + ".new"
	if err := os.RemoveAll(next); err != nil {
		return err
	}
	defer os.RemoveAll(next)
	if err := files.write(next); err != nil {
		return err
	}
	if err := compress(next, dist, slices.Collect(maps.Keys(files))); err != nil {
		return err
	}
	info, err := describe(next, m, files)
	if err != nil {
		return err
	}
	if err := (folder{infoName: info}).write(next); err != nil {
		return err
	}
	if err := compress(next, dist, []string{infoName}); err != nil {
		return err
	}
	if err := os.RemoveAll(dist); err != nil {
		return err
	}
	if err := os.Rename(next, dist); err != nil {
		return err
	}
	if err := pack("web", m, files[licensesName]); err != nil {
		return err
	}
	if err := m.writeParts(); err != nil {
		return err
	}
	fmt.Printf("%s/ is built: %s\n", dist, m.id)
	return nil
}

// pack puts the files of the npm package into web/ that are built and not sources.
func pack(web string, m *module, licenses []byte) error {
	files := folder{moduleName: m.wasm, glueName: m.glue, buildName: []byte(m.script()), licensesName: licenses}
	for name, from := range map[string]string{"README.md": "docs/package.md", "LICENSE": "LICENSE"} {
		b, err := os.ReadFile(from)
		if err != nil {
			return err
		}
		files[name] = b
	}
	return files.write(web)
}

// A builder makes dist/ of web/ and the module.
type builder struct {
	web    string
	module *module
	files  folder
	hashed map[string]string   // names with a hash, by the names in web/
	chunks map[string][]string // what each script imports, by its name in web/
}

// assemble makes all files of dist/ except LICENSES.txt, build-info.json and the compressed ones.
func assemble(web string, m *module) (folder, error) {
	b := &builder{web: web, module: m, files: folder{}, hashed: map[string]string{}, chunks: map[string][]string{}}
	b.add(moduleName, m.wasm)
	b.add(glueName, m.glue)
	names, err := webFiles(web)
	if err != nil {
		return nil, err
	}
	pages := folder{}
	for _, name := range names {
		contents, err := os.ReadFile(filepath.Join(web, name))
		if err != nil {
			return nil, err
		}
		switch path.Ext(name) {
		case ".html":
			pages[name] = contents
		case ".ts":
			b.files[name] = contents
		case ".css":
			if contents, err = minifyStyle(contents); err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
			fallthrough
		case ".svg":
			b.files[name] = contents
			b.add(name, contents)
		}
	}
	if err := b.scripts(pages); err != nil {
		return nil, err
	}
	for name, page := range pages {
		if b.files[name], err = b.page(page); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return b.files, nil
}

// add adds a file under a name that its contents give it.
func (b *builder) add(name string, contents []byte) {
	b.hashed[name] = hashedName(name, contents)
	b.files[b.hashed[name]] = contents
}

// hashedName puts a hash of the contents in front of the name's first dot.
func hashedName(name string, contents []byte) string {
	dir, base := path.Split(name)
	stem, rest, _ := strings.Cut(base, ".")
	sum := sha256.Sum256(contents)
	return dir + stem + "-" + base32.StdEncoding.EncodeToString(sum[:])[:8] + "." + rest
}

// webFiles lists the files of web/ that are served: no built ones, no tests.
func webFiles(web string) ([]string, error) {
	var names []string
	err := filepath.WalkDir(web, func(path string, d fs.DirEntry, err error) error {
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
		name, err := filepath.Rel(web, path)
		if err != nil {
			return err
		}
		test := strings.Contains(base, ".test.") || strings.Contains(base, "_test.")
		declares := strings.HasSuffix(base, ".d.ts") || filepath.Ext(base) != ".ts"
		built := name == glueName || name == buildName
		if slices.Contains(served, filepath.Ext(base)) && declares && !test && !built && base[0] != '.' {
			names = append(names, filepath.ToSlash(name))
		}
		return nil
	})
	if err == nil && !slices.Contains(names, "index.html") {
		err = errors.New("there is no web/index.html")
	}
	return names, err
}

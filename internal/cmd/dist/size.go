package main

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"text/tabwriter"
)

// weigh prints how much a visitor of index.html downloads whose language is the
// page's own, and fails above the budget.
func weigh(dist string, to io.Writer) error {
	b, err := readBudget()
	if err != nil {
		return err
	}
	files, sum, err := weights(dist)
	if err != nil {
		return err
	}
	if err := printWeights(files, sum, b, to); err != nil {
		return err
	}
	parts, err := readParts(dist)
	if err != nil {
		return err
	}
	return b.check(files, parts)
}

// A weight is the size of a file: raw, with gzip and with Brotli.
type weight struct {
	name string
	size [3]int64
}

// plain is the name without its hash.
func (w weight) plain() string { return hashInName.ReplaceAllString(w.name, ".") }

// hashInName matches the hash in a name.
var hashInName = regexp.MustCompile(`-[A-Z2-7]{8}\.`)

// weights returns the sizes of each file, and the sums.
func weights(dist string) (files []weight, sum [3]int64, err error) {
	names, err := downloads(dist)
	if err != nil {
		return nil, sum, err
	}
	for _, name := range names {
		file := weight{name: name}
		for i, suffix := range []string{"", ".gz", ".br"} {
			if !isCompressed(name) {
				suffix = "" // it is sent as it is
			}
			info, err := os.Stat(filepath.Join(dist, name+suffix))
			if err != nil {
				return nil, sum, err
			}
			file.size[i] = info.Size()
			sum[i] += info.Size()
		}
		files = append(files, file)
	}
	return files, sum, nil
}

func printWeights(files []weight, sum [3]int64, b *budget, to io.Writer) error {
	w := tabwriter.NewWriter(to, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "raw\tgzip\tbrotli\t\t")
	for _, file := range files {
		fmt.Fprintf(w, "%d\t%d\t%d\t  %s\n", file.size[0], file.size[1], file.size[2], file.name)
	}
	fmt.Fprintf(w, "%d\t%d\t%d\t  in all, of %d\n", sum[0], sum[1], sum[2], b.Total)
	return w.Flush()
}

var (
	// A relative address in quotes is that of a file that a script loads, if
	// there is such a file.
	jsRef = regexp.MustCompile("[\"'`](\\.{1,2}/[^\"'`\\s]+\\.(?:m?js|wasm|css|svg|json))(?:\\?[^\"'`]*)?[\"'`]")
	// These are loaded only when they are needed.
	laterRef = regexp.MustCompile(`\bimport\(["'][^"']*["']`)
	cssRef   = regexp.MustCompile(`url\(\s*["']?([^"')]+)|@import\s+["']([^"']+)`)
)

// filesOf lists the files of dir without the compressed ones.
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
			add(jsRef, laterRef.ReplaceAllString(string(b), ""))
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
	for _, name := range []string{moduleName, glueName} {
		stem, rest, _ := strings.Cut(name, ".")
		if !slices.ContainsFunc(found, func(name string) bool {
			return strings.HasPrefix(name, stem+"-") && strings.HasSuffix(name, "."+rest)
		}) {
			return nil, fmt.Errorf("index.html does not lead to %s, so the sum would mean nothing", name)
		}
	}
	return found, nil
}

package site

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// ExampleNames are the folders of examples/, each with a page.
var ExampleNames = []string{"converse", "strophe", "xmppjs"}

// Examples returns the folders of the examples as they are when somebody tries them
// out: with the built pages in xmppreg/, npm's packages in node_modules/ and the
// adapters in attach/.
func Examples() (fs.FS, error) {
	root, err := Root()
	if err != nil {
		return nil, err
	}
	dist, err := Dist()
	if err != nil {
		return nil, err
	}
	modules := filepath.Join(root, "e2e", "npm", "node_modules")
	if _, err := os.Stat(modules); err != nil {
		return nil, errors.New("site: e2e/npm/node_modules is not installed; run `make examples`")
	}
	return examples{
		pages: os.DirFS(filepath.Join(root, "examples")),
		beside: map[string]fs.FS{
			"xmppreg":      os.DirFS(dist),
			"node_modules": os.DirFS(modules),
			"attach":       os.DirFS(filepath.Join(root, "examples", "attach")),
		},
	}, nil
}

type examples struct {
	pages  fs.FS
	beside map[string]fs.FS // in each of the folders of pages
}

func (e examples) Open(name string) (fs.File, error) {
	if _, inside, ok := strings.Cut(name, "/"); ok {
		folder, file, _ := strings.Cut(inside, "/")
		if files := e.beside[folder]; files != nil && file != "" {
			return files.Open(file)
		}
	}
	return e.pages.Open(name)
}

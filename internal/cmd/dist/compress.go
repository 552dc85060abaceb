package main

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
)

// isCompressed tells whether a file gets a .br and a .gz beside it. Pages do
// not: people write their domain into them, and a server that prefers the
// compressed file would go on sending the page without it.
func isCompressed(name string) bool { return filepath.Ext(name) != ".html" }

// compress writes .br and .gz beside files of dir. Where the folder old has the same
// file, its compressed files are copied, because Brotli's quality 11 is slow.
func compress(dir, old string, names []string) error {
	if _, err := exec.LookPath("brotli"); err != nil {
		return errors.New("brotli is not installed; `make dist` installs it")
	}
	errs := make([]error, len(names))
	var wg sync.WaitGroup
	for i, name := range names {
		if isCompressed(name) {
			wg.Go(func() { errs[i] = compressFile(dir, old, name) })
		}
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
	// The web server must be able to read them, wherever the folder is copied.
	return errors.Join(os.Chmod(path, 0o644), os.Chmod(path+".br", 0o644))
}

package main

import (
	"encoding/json"
	"os"
	"path/filepath"
)

const infoName = "build-info.json"

// info is build-info.json: what a build consists of.
type info struct {
	Version   string              `json:"version"` // of the package
	Build     string              `json:"build"`   // of the module, as xmppreg.js exports it
	GoVersion string              `json:"goVersion"`
	Linked    []component         `json:"linked"` // into the module, of other people
	Files     map[string]fileInfo `json:"files"`
}

type fileInfo struct {
	Bytes     int64  `json:"bytes"`
	Gzip      int64  `json:"gzip,omitempty"`   // 0 where there is no such file
	Brotli    int64  `json:"brotli,omitempty"` // 0 where there is no such file
	Integrity string `json:"integrity"`
}

// describe returns build-info.json. The files' compressed copies are in dir.
func describe(dir string, m *module, files folder) ([]byte, error) {
	manifest, err := os.ReadFile("web/package.json")
	if err != nil {
		return nil, err
	}
	var this struct{ Version string }
	if err := json.Unmarshal(manifest, &this); err != nil {
		return nil, err
	}
	all := info{Version: this.Version, Build: m.id, GoVersion: m.goVersion, Linked: m.linked, Files: map[string]fileInfo{}}
	for name, contents := range files {
		file := fileInfo{Bytes: int64(len(contents)), Integrity: integrity(contents)}
		for suffix, size := range map[string]*int64{".gz": &file.Gzip, ".br": &file.Brotli} {
			stat, err := os.Stat(filepath.Join(dir, name+suffix))
			if os.IsNotExist(err) && !isCompressed(name) {
				continue
			}
			if err != nil {
				return nil, err
			}
			*size = stat.Size()
		}
		all.Files[name] = file
	}
	b, err := json.MarshalIndent(all, "", "  ")
	return append(b, '\n'), err
}

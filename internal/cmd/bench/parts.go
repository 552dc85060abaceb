package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
)

// A part is some of the module, with its size before compression.
type part struct {
	name string
	size int64
}

// ownPackages begin the names of this project's packages.
const ownPackages = "github.com/xmppreg/xmppreg/"

// readParts reads what the module consists of, as internal/cmd/dist has written it: a
// size for the code of each package, and for each other section. It puts together what is
// small or belongs together, the largest part first.
func readParts(file string) ([]part, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("%w; run `make dist`", err)
	}
	var written struct{ Parts map[string]int64 }
	if err := json.Unmarshal(text, &written); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	sums := map[string]int64{}
	for name, size := range written.Parts {
		sums[group(name)] += size
	}
	var all []part
	for name, size := range sums {
		all = append(all, part{name, size})
	}
	slices.SortFunc(all, func(a, b part) int {
		return cmp.Or(cmp.Compare(b.size, a.size), strings.Compare(a.name, b.name))
	})
	const most = 16
	if len(all) > most {
		rest := part{name: "all other code"}
		for _, p := range all[most:] {
			rest.size += p.size
		}
		all = append(all[:most], rest)
	}
	return all, nil
}

// group names what a part is counted with.
func group(name string) string {
	code, isCode := strings.CutPrefix(name, "code of ")
	if !isCode {
		if name == "section data" {
			return "data"
		}
		return "other sections"
	}
	if own, ok := strings.CutPrefix(code, ownPackages); ok {
		return own
	}
	for _, path := range []string{"runtime", "internal/runtime", "crypto", "reflect", "os", "syscall", "encoding", "net", "nhooyr.io/websocket", "unicode"} {
		if code == path || strings.HasPrefix(code, path+"/") {
			switch path {
			case "internal/runtime":
				return "runtime"
			case "crypto", "encoding", "net":
				return path + "/…"
			}
			return path
		}
	}
	return code
}

package boundaries

import (
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/xmppreg/xmppreg/"

// imports are what each package of the module may import of the others: those
// below it (docs/architecture.md).
var imports = map[string][]string{
	"wasm":                  {"ibr", "jsapi", "transport/ws"},
	"jsapi":                 {"ibr", "ibr/form", "transport", "transport/link", "transport/ws"},
	"ibr":                   {"ibr/form", "ibr/internal/stream", "internal/jid", "internal/langtag", "internal/xmltree", "transport"},
	"ibr/form":              {"internal/jid", "internal/saslprep", "internal/xmltree"},
	"ibr/internal/stream":   {"ibr/internal/redact", "ibr/internal/scram", "internal/jid", "internal/random", "internal/xmltree", "transport"},
	"ibr/internal/scram":    {"internal/promise", "internal/random", "internal/saslprep"},
	"ibr/internal/redact":   {"internal/xmltree"},
	"ibr/internal/scripted": {"internal/xmltree", "transport"}, // for tests alone
	"transport":             {"internal/xmltree"},
	"transport/link":        {"internal/queue", "internal/xmltree", "transport"},
	"transport/ws":          {"internal/promise", "internal/queue", "internal/xmltree", "transport"},
	"internal/jid":          nil,
	"internal/langtag":      nil,
	"internal/promise":      nil,
	"internal/queue":        nil,
	"internal/random":       nil,
	"internal/saslprep":     nil,
	"internal/xmltree":      nil,
}

// owners are the only packages that may import a library.
var owners = map[string][]string{
	"nhooyr.io/websocket":          {"transport/ws"},
	"github.com/hack-pad/safejs":   {"ibr/internal/scram", "internal/jid", "internal/langtag", "internal/promise", "internal/random", "internal/saslprep", "jsapi", "transport/ws"},
	"mellium.im/sasl":              {"ibr/internal/scripted"},
	"mellium.im/xmpp/jid":          {"internal/jid"},
	"syscall/js":                   {"jsapi", "transport/ws"},
	"encoding/json":                {"transport/ws"}, // where there is no browser's
	"net/http":                     {"transport/ws"},
	"github.com/chromedp/chromedp": nil,
}

func TestNoRoomImportsOneAboveIt(t *testing.T) {
	for _, env := range [][]string{{"GOOS=linux", "GOARCH=amd64"}, {"GOOS=js", "GOARCH=wasm"}} {
		cmd := exec.Command("go", "list", "-f", `{{.ImportPath}} {{join .Imports " "}}`,
			"./wasm/...", "./jsapi/...", "./ibr/...", "./transport/...", "./internal/jid/...", "./internal/langtag/...", "./internal/promise/...", "./internal/queue/...", "./internal/random/...", "./internal/saslprep/...", "./internal/xmltree/...")
		cmd.Dir = "../.."
		cmd.Env = append(os.Environ(), env...)
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("%v: go list: %v", env, err)
		}
		seen := 0
		for line := range strings.Lines(string(out)) {
			fields := strings.Fields(line)
			name := strings.TrimPrefix(fields[0], module)
			allowed, ok := imports[name]
			if !ok {
				t.Errorf("%s is in no room: say here what it may import, and in docs/architecture.md what it is", name)
				continue
			}
			seen++
			for _, imported := range fields[1:] {
				own, ours := strings.CutPrefix(imported, module)
				if ours && !slices.Contains(allowed, own) {
					t.Errorf("%s imports %s", name, own)
				}
				if owners, ok := owners[imported]; ok && !slices.Contains(owners, name) {
					t.Errorf("%s imports %s, which is for %v", name, imported, owners)
				}
			}
		}
		if seen < len(imports)-2 { // wasm and jsapi are for browsers alone
			t.Errorf("%v: only %d packages are there", env, seen)
		}
	}
}

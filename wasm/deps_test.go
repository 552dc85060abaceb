//go:build !js

package main_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// imports lists what each of the module's packages imports.
func imports(t *testing.T) map[string][]string {
	t.Helper()
	cmd := exec.Command("go", "list", "-deps", "-f", "{{.ImportPath}} {{join .Imports \" \"}}", ".")
	cmd.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm")
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	all := map[string][]string{}
	for line := range strings.Lines(string(out)) {
		words := strings.Fields(line)
		all[words[0]] = words[1:]
	}
	if all["nhooyr.io/websocket"] == nil || all["github.com/xmppreg/xmppreg/internal/jid"] == nil {
		t.Fatalf("this is not the module's list: %s", out)
	}
	return all
}

// TestModuleLinksNothingThatWasLeftOut names what would make the module larger
// without need, in thousands of bytes of Brotli.
func TestModuleLinksNothingThatWasLeftOut(t *testing.T) {
	all := imports(t)
	for path, why := range map[string]string{
		"encoding/json":                  "110: the browser has JSON.parse",
		"encoding/xml":                   "13: internal/xmltree knows as much of XML as XMPP takes",
		"mellium.im/sasl":                "it makes the types of TLS part of the program; SCRAM is this project's own",
		"mellium.im/xmpp":                "60: its Session makes the types of TLS part of the program",
		"mellium.im/xmpp/jid":            "129 with golang.org/x/text: the browser has tables of Unicode itself",
		"golang.org/x/net/idna":          "see mellium.im/xmpp/jid",
		"golang.org/x/text/transform":    "see mellium.im/xmpp/jid: the other packages of golang.org/x/text import it",
		"golang.org/x/text/unicode/norm": "see mellium.im/xmpp/jid",
		"mellium.im/xmpp/websocket":      "a second WebSocket library",
		"mellium.im/xmpp/form":           "forms are this project's own",
		"golang.org/x/net/websocket":     "a second WebSocket library",
		"regexp":                         "85",
	} {
		if all[path] != nil {
			t.Errorf("the module imports %s (%s)", path, why)
		}
	}
}

// TestOnlyWebsocketNamesNetHTTP shows that nothing but nhooyr.io/websocket needs
// net/http, whose place a few types take when internal/cmd/dist builds the module, and
// that nothing else needs what comes with it.
func TestOnlyWebsocketNamesNetHTTP(t *testing.T) {
	all := imports(t)
	reached := map[string]bool{}
	var reach func(path string)
	reach = func(path string) {
		if reached[path] || path == "net/http" {
			return
		}
		reached[path] = true
		for _, imported := range all[path] {
			if imported == "net/http" && path != "nhooyr.io/websocket" {
				t.Errorf("%s imports net/http", path)
			}
			reach(imported)
		}
	}
	reach("github.com/xmppreg/xmppreg/wasm")
	if !reached["nhooyr.io/websocket"] {
		t.Fatal("the module does not import nhooyr.io/websocket")
	}
	for _, path := range []string{"crypto/rand", "crypto/tls", "crypto/x509", "net/textproto", "mime/multipart", "compress/gzip"} {
		if reached[path] {
			t.Errorf("the module imports %s without net/http", path)
		}
	}
}

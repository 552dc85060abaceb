//go:build !js

package main_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// TestModuleLinksNothingThatWasLeftOut names what would make the module larger
// without need, in thousands of bytes of Brotli.
func TestModuleLinksNothingThatWasLeftOut(t *testing.T) {
	cmd := exec.Command("go", "list", "-deps", ".")
	cmd.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm")
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	deps := map[string]bool{}
	for _, line := range strings.Fields(string(out)) {
		deps[line] = true
	}
	if !deps["nhooyr.io/websocket"] || !deps["mellium.im/xmpp/jid"] {
		t.Fatalf("this is not the module's list: %s", out)
	}
	for path, why := range map[string]string{
		"encoding/json":              "110: the browser has JSON.parse",
		"mellium.im/sasl":            "SCRAM is this project's own: its types make crypto/tls part of the program",
		"mellium.im/xmpp":            "60: its Session makes the types of TLS part of the program",
		"mellium.im/xmpp/websocket":  "a second WebSocket library",
		"mellium.im/xmpp/form":       "forms are this project's own",
		"golang.org/x/net/websocket": "a second WebSocket library",
		"regexp":                     "85",
	} {
		if deps[path] {
			t.Errorf("the module imports %s (%s)", path, why)
		}
	}
}

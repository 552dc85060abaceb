// Package replycase reads the cases that the tests of several packages share:
// what a server or a client sends, and what must come of it.
package replycase

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"
)

// A Case is one line of the file.
type Case struct {
	Name      string
	Direction string // "server->client", "client->server", "http->client" or "event->client"
	XML       string // one WebSocket message, or the body of an HTTP answer; empty for most events
	Expect    struct {
		Outcome string // "error:REASON", or a word for what must happen
		State   string // what the client has done before
		Detail  string // further conditions, for people to read
		Cause   string // why an event happens
		Image   string // what becomes of the image of a CAPTCHA
	}
}

// OfTransport tells whether the case belongs to package transport/ws: how a
// server is found, how a WebSocket opens, and what its messages must be like. All
// others belong to package ibr.
func (c Case) OfTransport() bool {
	switch prefix, _, _ := strings.Cut(c.Name, "-"); prefix {
	case "hostmeta", "open", "frame", "close", "subprotocol", "ws":
		return true
	}
	return false
}

// Read reads all cases of a file. No two may have the same name.
func Read(t testing.TB, path string) []Case {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var cases []Case
	seen := map[string]bool{}
	for line := range bytes.Lines(text) {
		var c Case
		if err := json.Unmarshal(line, &c); err != nil {
			t.Fatalf("%s, line %d: %v", path, len(cases)+1, err)
		}
		if c.Name == "" || seen[c.Name] {
			t.Fatalf("%s, line %d: the name %q is missing, or another case has it", path, len(cases)+1, c.Name)
		}
		seen[c.Name] = true
		cases = append(cases, c)
	}
	if len(cases) == 0 {
		t.Fatalf("%s holds no cases", path)
	}
	return cases
}

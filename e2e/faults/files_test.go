package faults

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func TestEachKindStrikesAFile(t *testing.T) {
	const address = "wss://127.0.0.1:40000/0"
	whole := Announce(Fault{}, address, "").texts
	for index, name := range names {
		text := whole[name]
		for kind, want := range map[Kind]string{
			None: text, Delay: text, Fragment: text, Reorder: text,
			Repeat: text + text, CorruptValue: corruptValue(text, 1), CorruptMarkup: text[:len(text)-1] + "?",
			Cut: "", Stall: "", Halve: "", Refuse: "",
		} {
			t.Run(string(kind)+" "+name, func(t *testing.T) {
				files := Announce(Fault{Kind: kind, Index: index, Value: 1}, address, "")
				s := httptest.NewServer(files)
				defer s.Close()
				client := &http.Client{Timeout: 2 * time.Second}
				get := func(name string) string {
					answer, err := client.Get(s.URL + "/.well-known/" + name)
					if err != nil {
						return ""
					}
					defer answer.Body.Close()
					body, err := io.ReadAll(answer.Body)
					if err != nil || answer.StatusCode != http.StatusOK {
						return ""
					}
					return string(body)
				}
				other := make(chan string)
				if kind == Reorder {
					go func() { other <- get(names[1-index]) }()
				}
				if got := get(name); got != want {
					t.Errorf("it came as %q, want %q", got, want)
				}
				if kind == Reorder {
					if got := <-other; got != whole[names[1-index]] {
						t.Errorf("the other came as %q", got)
					}
				}
				if !files.Struck() {
					t.Error("the fault has not struck")
				}
				if got := get(name); got != text {
					t.Errorf("the next time it came as %q", got)
				}
			})
		}
	}
	if only := Announce(Fault{}, address, names[1]).texts; len(only) != 1 || !strings.HasPrefix(only[names[1]], "<XRD") {
		t.Errorf("there is %v", only)
	}
}

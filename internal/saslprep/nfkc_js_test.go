package saslprep

import (
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"golang.org/x/text/unicode/rangetable"
)

// TestNFKCIsThatOfTheTables compares the browser's with that of native Go, which
// decides whether a password is the one that was set.
func TestNFKCIsThatOfTheTables(t *testing.T) {
	known := rangetable.Assigned(norm.Version)
	for base := rune(0); base <= unicode.MaxRune; base += 0x400 {
		text := []rune("e\u0301")
		for r := base; r < base+0x400; r++ {
			if utf8.ValidRune(r) && unicode.Is(known, r) {
				text = append(text, r, 'a')
			}
		}
		if got, want := nfkc(string(text)), norm.NFKC.String(string(text)); got != want {
			t.Errorf("from %U: %+q, want %+q", base, got, want)
		}
	}
}

package random

import (
	"strings"
	"testing"
)

func TestTextIsNeverTheSame(t *testing.T) {
	seen := map[string]bool{}
	for range 1000 {
		text := Text()
		if len(text) < 26 || strings.Trim(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdef0123456789") != "" {
			t.Fatalf("%q", text)
		}
		if seen[text] {
			t.Fatalf("%q twice", text)
		}
		seen[text] = true
	}
}

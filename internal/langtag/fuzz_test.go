package langtag

import (
	"strings"
	"testing"
)

// FuzzCanonical shows that what comes out is the same once more, and fit for an attribute.
func FuzzCanonical(f *testing.F) {
	for _, seed := range []string{"en", "DE-ch", "zh-hant-tw", "en_US.UTF-8", "C", "POSIX", "i-klingon", "x-a", "en-u-ca-buddhist", "sl-rozaj-biske"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, tag string) {
		got := Canonical(tag)
		if again := Canonical(got); again != got {
			t.Errorf("%q became %q, and that %q", tag, got, again)
		}
		if strings.Trim(strings.ToLower(got), "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
			t.Errorf("%q became %q", tag, got)
		}
	})
}

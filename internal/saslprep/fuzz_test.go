package saslprep

import (
	"testing"
	"unicode/utf8"
)

// FuzzAllowed shows that a password that is allowed is the same when it is prepared twice,
// and stays allowed.
func FuzzAllowed(f *testing.F) {
	for _, seed := range []string{"correct horse", "pä\u00A0ss", "I\u00ADX", "\u2168", "\u0627\u0628", "\u06271", "\U0001F40E", "\u1100\u1161\u11a8", "a\u0301\u0327"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, password string) {
		if !Allowed(password) || !utf8.ValidString(password) {
			return
		}
		prepared := Prepare(password)
		if again := Prepare(prepared); again != prepared {
			t.Errorf("%+q became %+q, and that %+q", password, prepared, again)
		}
		if prepared == "" || !Allowed(prepared) {
			t.Errorf("%+q is allowed, and %+q is not", password, prepared)
		}
	})
}

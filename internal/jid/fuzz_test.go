package jid

import (
	"strings"
	"testing"
)

// FuzzParse shows that an address is read back from what it is written as, and that its
// parts are addresses of the same.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"kim@shore.example", "KIM@Shore.Example/r1", "shore.example", "[::1]", "kim@127.0.0.1", "zoë@bücher.example/ⅷ", "@a", "a@", "a@b/", "a/b@c",
		"\u05d0@\u05d0.example", "ſ@ſ.example", "a@xn--bcher-kva.example", "\u0660\u0661@x", "a\u200cb@x", "ß@faß.example", "a@b.", "a@-b",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, address string) {
		if strings.ContainsRune(address, '\uFFFD') {
			return // a browser makes that of what is not UTF-8
		}
		j, err := Parse(address)
		if err != nil {
			if j != (JID{}) {
				t.Errorf("%q: an address %q with the error %v", address, j, err)
			}
			return
		}
		again, err := Parse(j.String())
		if err != nil || again != j {
			t.Errorf("%q became %q, and that %q, %v", address, j, again, err)
		}
		if bare := j.Bare(); !bare.Domain().Equal(j.Domain()) || bare.Localpart() != j.Localpart() {
			t.Errorf("%q: bare it is %q", address, bare)
		}
		if j.Localpart() != "" {
			if local, ok := j.Domain().LocalOf(j.String()); !ok || local != j.Localpart() {
				t.Errorf("%q is %q of its domain: %t", j, local, ok)
			}
			if other, err := j.Domain().WithLocal(j.Localpart()); err != nil || !other.Equal(j.Bare()) {
				t.Errorf("%q has the local part of %q, %v", j, other, err)
			}
		}
	})
}

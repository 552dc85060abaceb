package jid

import (
	"strings"
	"testing"
)

// The two builds must say the same of these; in a browser, the tests beside this one
// compare them with far more.
func TestAddressesArePrepared(t *testing.T) {
	for raw, want := range map[string]string{
		"example.net":                        "example.net",
		"Kim@Example.NET./Home":              "kim@example.net/Home",
		"kim@example.net/rp@rp/rp":           "kim@example.net/rp@rp/rp",
		"kim@example.net//@":                 "kim@example.net//@",
		"kim@example。":                       "kim@example",
		"[::1]":                              "[::1]",
		"127.0.0.1":                          "127.0.0.1",
		"kim@example.net/ foo":               "kim@example.net/ foo",
		"STRAßE@example.net":                 "straße@example.net",
		"ΣΑΣ@example.net":                    "σασ@example.net",
		"Ａｋｉ@example.net":                    "aki@example.net",
		"ﾊﾞ@example.net":                     "バ@example.net",
		"A\u030A@example.net":                "å@example.net",
		"kim@BÜCHER.example":                 "kim@bücher.example",
		"kim@xn--bcher-kva.example":          "kim@bücher.example",
		"kim@xn--mgbh0fb.xn--kgbechtv":       "kim@مثال.إختبار",
		"kim@straße。example":                 "kim@straße.example",
		"kim@example.net/a\u3000b Ⅳ ♚":       "kim@example.net/a b Ⅳ ♚",
		"l·l@example.net":                    "l·l@example.net",
		"אב1@example.net":                    "אב1@example.net",
		"\u0915\u094D\u200D\u0937@a.example": "\u0915\u094D\u200D\u0937@a.example",
		"نامه\u200Cای@example.net":           "نامه\u200Cای@example.net",
		"kim@نامه\u200Cای.example":           "kim@نامه\u200Cای.example",
		strings.Repeat("a", 1023) + "@a":     strings.Repeat("a", 1023) + "@a",
	} {
		if j, err := Parse(raw); err != nil || j.String() != want {
			t.Errorf("%+q: got %+q, %v; want %+q", raw, j, err, want)
		}
	}
}

func TestWhatIsNoAddressIsRefused(t *testing.T) {
	for _, raw := range []string{
		"", "@", "/", ".", "..", "。", "a...", "kim@a。。。", "kim@", "@example.net", "example.net/", "kim@/home", "kim@example.net/",
		"\xFF@example.net", "kim@\xFF", "kim@example.net/\xFF",
		`b"d@a`, "b&d@a", "b'd@a", "b:d@a", "b<d@a", "b>d@a", "b d@a", "b\td@a", "b\x7Fd@a", "kim@example.net/\x01",
		"b＠d@a", "henryⅣ@a", "♚@a", "a·l@a", "\uFEFFkim@a", "kim@example.net/\uFEFFa", "a\u200Cb@a",
		"אa@a", "1א@a", "\u0301a@a", "\u1100@a", "kim@[127.0.0.1]", "[::1", "::1]", "::1",
		"kim@my_host", "kim@a!", "kim@-a", "kim@a-", "kim@ab--c", "kim@xn--a", "kim@xn--zzzzzzzzz99999", "kim@\u0301a",
		"kim@1א.example", "kim@ü≠", "kim@ü％", "kim@ü／", "kim@a\u200Cb",
		strings.Repeat("a", 1024) + "@a", "a@a/" + strings.Repeat("a", 1024), strings.Repeat("ü", 512),
	} {
		if j, err := Parse(raw); err == nil {
			t.Errorf("%+q: got %+q", raw, j)
		}
	}
}

func TestPartsOfAnAddress(t *testing.T) {
	j, err := New("Kim", "Example.net", "Home")
	if err != nil {
		t.Fatal(err)
	}
	if j.Localpart() != "kim" || j.Domainpart() != "example.net" || j.String() != "kim@example.net/Home" {
		t.Errorf("got %q, %q, %q", j.Localpart(), j.Domainpart(), j)
	}
	if j.Bare().String() != "kim@example.net" || j.Domain().String() != "example.net" || (JID{}).String() != "" {
		t.Errorf("got %q, %q, %q", j.Bare(), j.Domain(), JID{})
	}
	other, err := j.WithLocal("BÄR")
	if err != nil || other.String() != "bär@example.net/Home" || other.Equal(j) {
		t.Errorf("got %q, %v", other, err)
	}
	for _, local := range []string{"a b", "a@b", "\xFF", strings.Repeat("a", 1024)} {
		if other, err := j.WithLocal(local); err == nil {
			t.Errorf("%q: got %q", local, other)
		}
	}
	if parsed, err := Parse("kim@EXAMPLE.net/Home"); err != nil || !parsed.Equal(j) {
		t.Errorf("got %q, %v", parsed, err)
	}
}

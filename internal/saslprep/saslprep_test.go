package saslprep

import (
	"encoding/binary"
	"testing"
)

func TestPasswordThatServersMayRefuseIsNotAllowed(t *testing.T) {
	for password, want := range map[string]bool{
		"correct horse":     true,
		"pässwörd":          true,
		"пароль":            true,
		"パスワード":             true,
		"密码":                true,
		"I\u00ADX":          true, // RFC 4013 section 3
		"\u00AA":            true,
		"\u2168":            true,
		"a\u00A0b":          true, // becomes a space
		"ｆｕｌｌ":              true,
		"\u0627\u0628":      true,
		"\u05D0 1\u05D0":    true,
		"\u2665 heart":      true, // older than Unicode 3.2
		"\U0002F800":        true,
		"\u0007":            false, // RFC 4013 section 3
		"\u06271":           false,
		"\u0627a\u0628":     false,
		"1\u05D0":           false,
		"":                  false,
		"\u200B":            false,
		"a\u200Bb":          false,
		"a\u1680b":          false,
		"a\x7f":             false,
		"\uE000":            false,
		"\uFFFD":            false,
		"\uFFFE":            false,
		"\u200E":            false,
		"\u2028":            false,
		"\u0221":            false, // the first of table A.1
		"\U000EFFFD":        false, // the last of it
		"\U0001F600":        false,
		"correct\U0001F40E": false,
		"\u20BD":            false,
		"\U0001F130":        false, // to Unicode 6 an A
		"\U0010FFFF":        false,
		"\u0340":            false,
		"\U000E0001":        false,
	} {
		if got := Allowed(password); got != want {
			t.Errorf("%+q is allowed: %t, want %t", password, got, want)
		}
	}
}

func TestSetsAreThoseOfTheRFC(t *testing.T) {
	// The ends of the first and the last ranges, and how many code points there are.
	for name, tc := range map[string]struct {
		set   []byte
		count int
		in    []rune
		out   []rune
	}{
		"disallowed":  {disallowed, 1019105, []rune{0, 0x1F, 0x7F, 0x9F, 0xD800, 0x10FFFF}, []rune{0x20, 0x7E, 0xA0, 0x220, 0x1D172}},
		"rightToLeft": {rightToLeft, 1044, []rune{0x5BE, 0x5D0, 0xFE76, 0xFEFC}, []rune{0x5BD, 0x5BF, 0xFEFD}},
	} {
		count := 0
		for rest, isRange := tc.set, false; len(rest) > 0; isRange = !isRange {
			number, n := binary.Uvarint(rest)
			if rest = rest[n:]; isRange {
				count += int(number)
			}
		}
		if count != tc.count {
			t.Errorf("%s has %d code points, want %d", name, count, tc.count)
		}
		for _, r := range tc.in {
			if !isIn(r, tc.set) {
				t.Errorf("%U is not in %s", r, name)
			}
		}
		for _, r := range tc.out {
			if isIn(r, tc.set) {
				t.Errorf("%U is in %s", r, name)
			}
		}
	}
}

func TestPasswordIsPrepared(t *testing.T) {
	for password, want := range map[string]string{
		"plain":                 "plain",
		"I\u00ADX":              "IX", // the examples of RFC 4013 section 3
		"user":                  "user",
		"USER":                  "USER",
		"\u00AA":                "a",
		"\u2168":                "IX",
		"a\u00A0b\u3000c\u2003": "a b c ",
		"a\u200Bb\uFEFFc\u034F": "abc",
		"e\u0301":               "\u00E9",
		"":                      "",
	} {
		if got := Prepare(password); got != want {
			t.Errorf("%+q becomes %+q, want %+q", password, got, want)
		}
	}
}

// Package saslprep prepares passwords as SASLprep says (RFC 4013), a profile of
// stringprep (RFC 3454).
package saslprep

import (
	"encoding/binary"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Prepare maps and normalizes a password (RFC 4013 sections 2.1 and 2.2). It refuses
// nothing: a server that has stored the password has taken it.
func Prepare(password string) string { return nfkc(mapped(password)) }

// Allowed tells whether a password may be set. It may not if a code point is prohibited or is
// not in Unicode 3.2 (newer emoji), if it mixes directions, or if nothing is left of it (RFC
// 4013 sections 2.3 to 2.5). Some servers refuse such a password; others store another one.
//
// Two more code points are refused, because servers disagree about them: the Ogham space mark,
// which ejabberd does not take, and the zero width space, which RFC 3454 has in two tables: to
// Prosody it is a space, to others it is nothing.
func Allowed(password string) bool {
	m := mapped(password)
	prepared := nfkc(m)
	return prepared != "" && !strings.ContainsAny(password, "\u1680\u200B") && !containsAny(m, disallowed) && !containsAny(prepared, disallowed) && isOneDirection(prepared)
}

// mapped maps spaces to the one of ASCII, and others to nothing.
func mapped(password string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r > unicode.MaxASCII && unicode.Is(unicode.Zs, r):
			return ' '
		case r == 0x00AD, r == 0x034F, r == 0x1806, r >= 0x180B && r <= 0x180D,
			r >= 0x200B && r <= 0x200D, r == 0x2060, r >= 0xFE00 && r <= 0xFE0F, r == 0xFEFF:
			return -1 // commonly mapped to nothing (RFC 3454 table B.1)
		}
		return r
	}, password)
}

// isOneDirection tells whether a text that has letters from right to left has no others,
// and begins and ends with them (RFC 3454 section 6).
func isOneDirection(s string) bool {
	if !containsAny(s, rightToLeft) {
		return true
	}
	first, _ := utf8.DecodeRuneInString(s)
	last, _ := utf8.DecodeLastRuneInString(s)
	return isIn(first, rightToLeft) && isIn(last, rightToLeft) && !strings.ContainsFunc(s, func(r rune) bool {
		return unicode.IsLetter(r) && !isIn(r, rightToLeft)
	})
}

func containsAny(s string, set []byte) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return isIn(r, set) })
}

// isIn tells whether a code point is in one of the sets of this package.
func isIn(r rune, set []byte) bool {
	for next := uint64(0); len(set) > 0; {
		for _, inside := range [...]bool{false, true} {
			count, n := binary.Uvarint(set)
			set = set[n:]
			if next += count; uint64(r) < next {
				return inside
			}
		}
	}
	return false
}

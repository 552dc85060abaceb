package scram

import (
	"strings"
	"unicode"
)

// prepare prepares a password as SASLprep says (RFC 4013 sections 2.1 and 2.2): the
// server has done the same when it stored it.
func prepare(password string) string {
	mapped := strings.Map(func(r rune) rune {
		switch {
		case r > unicode.MaxASCII && unicode.Is(unicode.Zs, r):
			return ' '
		case r == 0x00AD, r == 0x034F, r == 0x1806, r >= 0x180B && r <= 0x180D,
			r >= 0x200B && r <= 0x200D, r == 0x2060, r >= 0xFE00 && r <= 0xFE0F, r == 0xFEFF:
			return -1 // commonly mapped to nothing (RFC 3454 table B.1)
		}
		return r
	}, password)
	return nfkc(mapped)
}

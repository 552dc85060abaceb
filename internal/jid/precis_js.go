package jid

import (
	"slices"
	"strings"
)

// The code points of RFC 5892 section 2.6 as RFC 8264 section 9.6 has them, and
// OldHangulJamo of section 9.9, in the syntax of a character class.
const (
	exceptionsValid   = `\u00DF\u03C2\u06FD\u06FE\u0F0B\u3007`
	exceptionsInvalid = `\u0640\u07FA\u302E\u302F\u3031-\u3035\u303B`
	contextual        = `\u00B7\u0375\u05F3\u05F4\u0660-\u0669\u06F0-\u06F9\u200C\u200D\u30FB`
	oldHangulJamo     = `\u1100-\u11FF\uA960-\uA97C\uD7B0-\uD7C6\uD7CB-\uD7FB`
)

// The string classes of RFC 8264 section 4: the code points whose derived property
// (section 8) is PVALID, and the ones that depend on their context. Code points with the
// property HasCompat are not in identifierClass. FreeformClass has them as FREE_PVAL, and
// they are in it already as letters, numbers, spaces, symbols or punctuation marks.
var (
	identifierClass = pattern{source: `^(?:[!-~` + exceptionsValid + contextual + `]|(?![` + exceptionsInvalid + oldHangulJamo +
		`\p{DI}])[\p{Ll}\p{Lu}\p{Lo}\p{Nd}\p{Lm}\p{Mn}\p{Mc}])*$`}
	freeformClass = pattern{source: `^(?:[ -~` + exceptionsValid + contextual + `]|(?![` + exceptionsInvalid + oldHangulJamo +
		`\p{DI}])[\p{L}\p{N}\p{M}\p{Zs}\p{S}\p{P}])*$`}
)

// caseMappedUsername is UsernameCaseMapped for a string that is not of ASCII alone.
// As in golang.org/x/text, the Bidi Rule is for each of these, be there a letter
// from right to left or not.
func caseMappedUsername(s string) (string, error) {
	s, err := foldWidth(s)
	if err != nil {
		return "", err
	}
	// A sigma is mapped as if it were never the last of a word.
	if s, err = lower(strings.ReplaceAll(s, "Σ", "σ")); err != nil {
		return "", err
	}
	if s, err = normalize("NFC", s); err != nil {
		return "", err
	}
	if err := check(&identifierClass, s); err != nil {
		return "", err
	}
	// Of a string in NFC, NFKC changes exactly the code points that are HasCompat.
	switch compat, err := normalize("NFKC", s); {
	case err != nil:
		return "", err
	case compat != s:
		return "", errDisallowed
	}
	return s, checkBidi(s)
}

// foldWidth maps fullwidth and halfwidth code points to their decompositions (RFC
// 8265 section 3.3.2), as far as these are allowed.
func foldWidth(s string) (string, error) {
	var b strings.Builder
	for _, r := range s {
		switch {
		case 0xFF01 <= r && r <= 0xFF5E: // of ASCII
			b.WriteRune(r - 0xFF01 + '!')
		case 0xFF65 <= r && r <= 0xFF9F: // Katakana
			wide, err := normalize("NFKC", string(r))
			if err != nil {
				return "", err
			}
			b.WriteString(wide)
		default:
			b.WriteRune(r)
		}
	}
	return b.String(), nil
}

// opaqueString is OpaqueString for a string that is not of ASCII alone.
func opaqueString(s string) (string, error) {
	s, err := normalize("NFC", strings.Map(func(r rune) rune {
		if isSpace(r) {
			return ' '
		}
		return r
	}, s))
	if err != nil {
		return "", err
	}
	return s, check(&freeformClass, s)
}

// isSpace tells whether a code point is of the category Zs, which RFC 8264 calls
// Spaces.
func isSpace(r rune) bool {
	switch r {
	case ' ', 0xA0, 0x1680, 0x202F, 0x205F, 0x3000:
		return true
	}
	return 0x2000 <= r && r <= 0x200A
}

// check tells whether a string is of a class, with regard to the contexts.
func check(class *pattern, s string) error {
	ok, err := class.matches(s)
	if err == nil && !ok {
		err = errDisallowed
	}
	if err != nil {
		return err
	}
	return checkContext([]rune(s))
}

// The code points with a rule of their own in RFC 5892 appendix A.
const (
	middleDot         = 0x00B7
	greekKeraia       = 0x0375
	geresh            = 0x05F3
	gershayim         = 0x05F4
	nonJoiner         = 0x200C
	joiner            = 0x200D
	katakanaMiddleDot = 0x30FB
)

func isArabicIndicDigit(r rune) bool { return 0x0660 <= r && r <= 0x0669 }

func isExtendedArabicIndicDigit(r rune) bool { return 0x06F0 <= r && r <= 0x06F9 }

// The scripts that the rules name.
var (
	greek    = pattern{source: `^\p{sc=Greek}$`}
	hebrew   = pattern{source: `^\p{sc=Hebrew}$`}
	japanese = pattern{source: `[\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Han}]`}
)

func isGreek(r rune) (bool, error) { return greek.matches(string(r)) }

func isHebrew(r rune) (bool, error) { return hebrew.matches(string(r)) }

// checkContext applies the rules of RFC 5892 appendix A.
func checkContext(s []rune) error {
	for i, r := range s {
		ok := true
		var err error
		switch {
		case r == nonJoiner:
			if ok, err = isVirama(at(s, i-1)); !ok && err == nil {
				ok, err = isBetweenJoining(s, i)
			}
		case r == joiner:
			ok, err = isVirama(at(s, i-1))
		case r == middleDot:
			ok = at(s, i-1) == 'l' && at(s, i+1) == 'l'
		case r == greekKeraia:
			ok, err = isGreek(at(s, i+1))
		case r == geresh || r == gershayim:
			ok, err = isHebrew(at(s, i-1))
		case r == katakanaMiddleDot:
			ok, err = japanese.matches(string(s))
		case isArabicIndicDigit(r):
			ok = !slices.ContainsFunc(s, isExtendedArabicIndicDigit)
		}
		if err == nil && !ok {
			err = errContext
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// at returns what is at that place, a space if nothing is there.
func at(s []rune, i int) rune {
	if i < 0 || i >= len(s) {
		return ' '
	}
	return s[i]
}

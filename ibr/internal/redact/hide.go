package redact

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// hide puts "…" in place of each secret in a text and of what follows the path
// of a URL. It stops when the text is longer than what is logged.
func hide(text string, secrets []string) string {
	var b strings.Builder
	end := 0 // of the secrets so far; they may overlap
	for i := 0; i < len(text) && b.Len() <= maxLogged; i++ {
		for _, secret := range secrets {
			if n := lengthAt(text, i, secret); i+n > max(end, i) {
				if i >= end {
					b.WriteString("…")
				}
				end = i + n
			}
		}
		if i >= end {
			b.WriteByte(text[i])
		}
	}
	return withoutQueries(b.String()) // last: a secret may look like a URL
}

// shortSecret is the length in characters from which a secret is found inside
// of words too. A shorter one is hidden where it stands alone: in place of each
// "e" of a text, "…" would leave nothing to read and tell what the secret is.
const shortSecret = 4

// lengthAt returns how many bytes of the text the secret takes that begins at i,
// plain or percent-encoded, 0 if it does not begin there.
func lengthAt(text string, i int, secret string) int {
	n := encodedLength(text[i:], secret)
	if strings.HasPrefix(text[i:], secret) {
		n = max(n, len(secret))
	}
	if n > 0 && utf8.RuneCountInString(secret) < shortSecret {
		before, _ := utf8.DecodeLastRuneInString(text[:i])
		after, _ := utf8.DecodeRuneInString(text[i+n:])
		if isOfWord(before) || isOfWord(after) {
			return 0
		}
	}
	return n
}

func isOfWord(r rune) bool {
	return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r))
}

// encodedLength returns the length of the secret at the start of a text, where
// any of its bytes may be percent-encoded (RFC 3986 section 2.1), and a space be
// a plus sign; 0 if it is not there.
func encodedLength(text, secret string) int {
	i := 0
	for j := 0; j < len(secret); j++ {
		switch {
		case i == len(text):
			return 0
		case text[i] == '%':
			if i+3 > len(text) {
				return 0
			}
			if b, err := strconv.ParseUint(text[i+1:i+3], 16, 8); err != nil || byte(b) != secret[j] {
				return 0
			}
			i += 3
		case text[i] == secret[j], text[i] == '+' && secret[j] == ' ':
			i++
		default:
			return 0
		}
	}
	return i
}

// withoutQueries cuts the query and the fragment off each URL in a text: tokens
// are in there.
func withoutQueries(text string) string {
	var b strings.Builder
	for text != "" && b.Len() <= maxLogged {
		n := strings.IndexFunc(text, unicode.IsSpace)
		if n < 0 {
			n = len(text)
		}
		word := text[:n]
		if path, query, found := cutAny(word, "?#"); found && query != "" && (strings.ContainsAny(path, ":/") || strings.Contains(query, "=")) {
			word = word[:len(path)+1] + "…"
		}
		b.WriteString(word)
		_, space := utf8.DecodeRuneInString(text[n:])
		b.WriteString(text[n : n+space])
		text = text[n+space:]
	}
	return b.String()
}

// cutAny is strings.Cut at the first of some characters.
func cutAny(s, chars string) (before, after string, found bool) {
	if i := strings.IndexAny(s, chars); i >= 0 {
		return s[:i], s[i+1:], true
	}
	return s, "", false
}

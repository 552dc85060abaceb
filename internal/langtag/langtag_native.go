//go:build !js

package langtag

import "golang.org/x/text/language"

// canonical is Canonical for what is not a locale of POSIX. A tag with a subtag that the
// package does not know is none for it: it can't tell whether the rest is well-formed.
func canonical(tag string) string {
	// Once is not enough: of an extension that comes twice it leaves one for another time.
	for range len(tag) {
		parsed, err := language.BCP47.Parse(tag)
		if err != nil {
			return ""
		}
		if parsed.String() == tag {
			return tag
		}
		tag = parsed.String()
	}
	return tag
}

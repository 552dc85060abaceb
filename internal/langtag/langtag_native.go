//go:build !js

package langtag

import (
	"errors"

	"golang.org/x/text/language"
)

// canonical is Canonical for what is not a locale of POSIX.
func canonical(tag string) string {
	parsed, err := language.BCP47.Parse(tag)
	var unknown language.ValueError // well-formed, but with a subtag that is not known
	if err != nil && !errors.As(err, &unknown) {
		return ""
	}
	return parsed.String()
}

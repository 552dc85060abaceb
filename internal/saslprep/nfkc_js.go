package saslprep

import (
	"strings"
	"unicode/utf8"

	"github.com/hack-pad/safejs"
)

// nfkc returns a string in the normalization form KC (UAX #15), which the browser
// knows. It leaves the string as it is where a page has broken String.prototype.
func nfkc(s string) string {
	if !strings.ContainsFunc(s, func(r rune) bool { return r >= utf8.RuneSelf }) {
		return s
	}
	value := safejs.Global()
	for _, name := range []string{"String", "prototype", "normalize"} {
		var err error
		if value, err = value.Get(name); err != nil {
			return s
		}
	}
	value, err := value.Call("call", s, "NFKC")
	if err != nil {
		return s
	}
	normalized, err := value.String()
	if err != nil {
		return s
	}
	return normalized
}

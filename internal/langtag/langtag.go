// Package langtag has the language tags of BCP 47 (RFC 5646).
package langtag

import "strings"

// Canonical returns the canonical form of a tag, as "de-CH" for "DE-ch". It is empty for
// what is no well-formed tag: some servers end a stream that has one in its xml:lang.
//
// It takes the locales of POSIX too ("de_CH.UTF-8"), which some browsers hand on. The ones
// of no language are no tag: "C" and "POSIX".
func Canonical(tag string) string {
	tag, _, _ = strings.Cut(strings.TrimSpace(tag), ".")
	tag, _, _ = strings.Cut(tag, "@")
	tag = strings.ReplaceAll(tag, "_", "-")
	if tag == "" || strings.EqualFold(tag, "posix") {
		return ""
	}
	return canonical(tag)
}

//go:build !js

package saslprep

import "golang.org/x/text/unicode/norm"

// nfkc returns a string in the normalization form KC (UAX #15).
func nfkc(s string) string { return norm.NFKC.String(s) }

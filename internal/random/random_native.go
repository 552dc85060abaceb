//go:build !js

package random

import "crypto/rand"

// Text returns letters and digits with at least 128 random bits.
func Text() string { return rand.Text() }

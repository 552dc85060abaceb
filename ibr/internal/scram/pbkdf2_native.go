//go:build !js

package scram

import (
	"context"
	"crypto/pbkdf2"
)

// saltedPassword is SaltedPassword of RFC 5802 section 3: PBKDF2 (RFC 8018 section
// 5.2) with HMAC, of the hash function's length.
func (m *Mechanism) saltedPassword(_ context.Context, password string, salt []byte, iterations int) ([]byte, error) {
	return pbkdf2.Key(m.newHash, password, salt, iterations, m.newHash().Size())
}

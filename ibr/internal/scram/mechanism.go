package scram

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"hash"
)

// A Mechanism is one of the family, which differ in the hash function alone.
type Mechanism struct {
	Name      string // as servers offer it
	newHash   func() hash.Hash
	webCrypto string // the hash function's name in the Web Cryptography API
}

// The mechanisms that are spoken.
var (
	SHA1   = &Mechanism{"SCRAM-SHA-1", sha1.New, "SHA-1"}
	SHA256 = &Mechanism{"SCRAM-SHA-256", sha256.New, "SHA-256"}
	SHA512 = &Mechanism{"SCRAM-SHA-512", sha512.New, "SHA-512"}
)

// digest is H of RFC 5802 section 2.2.
func (m *Mechanism) digest(data []byte) []byte {
	h := m.newHash()
	h.Write(data)
	return h.Sum(nil)
}

// hmac is HMAC of RFC 5802 section 2.2. These few rounds are Go's own: to ask
// WebCrypto takes longer.
func (m *Mechanism) hmac(key []byte, text string) []byte {
	h := hmac.New(m.newHash, key)
	h.Write([]byte(text))
	return h.Sum(nil)
}

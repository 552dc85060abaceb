package stream

import (
	"context"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"hash"
	"strings"

	"mellium.im/xmpp/jid"

	"github.com/xmppreg/xmppreg/internal/xmltree"
)

// Bits are bits of binary (XEP-0231).
type Bits struct {
	Type string // MIME type
	Data []byte
}

// ReadBits returns the bits of binary among the children of an element, by their
// content id. Those whose content id is not theirs are left out.
func ReadBits(parent *xmltree.Element) map[string]Bits {
	all := map[string]Bits{}
	for i := range parent.Children {
		c := &parent.Children[i]
		if !c.Is(nsBob, "data") {
			continue
		}
		cid := c.Get("cid")
		if data, err := decodeBase64(c.Text); err == nil && len(data) > 0 && hashFits(cid, data) {
			all[cid] = Bits{Type: c.Get("type"), Data: data}
		}
	}
	return all
}

// FetchBits asks for bits of binary (XEP-0231 section 2.3). Without an error they
// are empty if the answer has none that fit.
func (s *Stream) FetchBits(ctx context.Context, from jid.JID, cid string) (Bits, error) {
	iq, err := s.Request(ctx, Get, from, xmltree.New(nsBob, "data").With("cid", cid))
	if err != nil {
		return Bits{}, err
	}
	return ReadBits(iq)[cid], nil
}

// decodeBase64 decodes what may be broken into lines (XEP-0231 section 2.1).
func decodeBase64(text string) ([]byte, error) {
	return base64.StdEncoding.DecodeString(strings.Join(strings.Fields(text), ""))
}

// hashes are the algorithms of content ids that can be checked (XEP-0231 section
// 2.2, XEP-0300 section 3).
var hashes = map[string]func() hash.Hash{
	"sha1":    sha1.New,
	"sha-1":   sha1.New,
	"sha-256": sha256.New,
	"sha256":  sha256.New,
	"sha-512": sha512.New,
	"sha512":  sha512.New,
}

// hashFits tells whether the data is what its content id says. Of an algorithm
// that is not known nothing can be said, and nothing is held against it.
func hashFits(cid string, data []byte) bool {
	id, _, _ := strings.Cut(cid, "@")
	algorithm, sum, ok := strings.Cut(id, "+")
	if !ok {
		return true
	}
	newHash, known := hashes[strings.ToLower(algorithm)]
	if !known {
		return true
	}
	h := newHash()
	h.Write(data)
	return subtle.ConstantTimeCompare([]byte(hex.EncodeToString(h.Sum(nil))), []byte(strings.ToLower(sum))) == 1
}

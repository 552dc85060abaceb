package ibr

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
)

// bits are bits of binary (XEP-0231) by their content id.
type bits map[string]Media

// bitsOf returns the bits of binary that came with the form in an answer.
func bitsOf(iq *element) bits {
	b := bits{}
	b.readBits(iq)
	if query := iq.child(nsRegister, "query"); query != nil {
		b.readBits(query)
	}
	return b
}

// readBits reads the bits of binary among the children of an element.
func (b bits) readBits(parent *element) {
	for i := range parent.children {
		c := &parent.children[i]
		if !c.is(nsBob, "data") {
			continue
		}
		cid := c.get("cid")
		data, err := decodeBase64(c.text)
		if err != nil || len(data) == 0 || !hashFits(cid, data) {
			continue
		}
		b[cid] = Media{Type: c.get("type"), Data: data}
	}
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

// resolveMedia gives each medium of the form that is named by a content id its
// data: from the answer that the form came in, else by asking for it. Media
// that can't be had are left out, and so are those that are too many.
func (m *Manager) resolveMedia(ctx context.Context, s *session, to jid.JID, form *Form, inline bits) {
	ctx, cancel := m.withTimeout(ctx)
	defer cancel()
	asked, kept := 0, 0
	for i := range form.Fields {
		field := &form.Fields[i]
		var media []Media
		for _, medium := range field.Media {
			if kept == maxMedia {
				break
			}
			if cid, isCID := strings.CutPrefix(medium.URL, "cid:"); isCID {
				got, ok := inline[cid]
				if !ok && asked < maxFetched && s.alive() {
					asked++
					got = m.fetchBits(ctx, s, to, cid)
					inline[cid] = got // asked once, whatever came of it
				}
				if len(got.Data) == 0 {
					continue
				}
				medium.Data = got.Data
			}
			media = append(media, medium)
			kept++
		}
		field.Media = media
	}
}

const (
	maxMedia   = 16 // of one form: many may name the same data, and a page keeps that once for each
	maxFetched = 8  // of one form, that are asked for
)

// fetchBits asks for bits of binary that did not come with the form (XEP-0231
// section 2.3). Some servers end the stream of a guest who does.
func (m *Manager) fetchBits(ctx context.Context, s *session, to jid.JID, cid string) Media {
	iq, err := m.ask(ctx, s, request{op: opGet, optional: true}, "get", to, el(nsBob, "data").with("cid", cid))
	if err != nil {
		m.Log(LogWarning, "an image of the form could not be had from the server")
		return Media{}
	}
	b := bits{}
	b.readBits(iq)
	return b[cid]
}

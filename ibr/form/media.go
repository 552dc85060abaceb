package form

import (
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"hash"
	"slices"
	"strconv"
	"strings"

	"github.com/xmppreg/xmppreg/internal/xmltree"
)

// A Media is one way to perceive a question (XEP-0221): an image, a sound or a
// film.
type Media struct {
	Type   string // MIME type; "image/*" where the server only says that it is an image
	URL    string // where it is: https: or http:; a cid: whose Data is here
	Data   []byte // the medium itself, where it came over the stream (XEP-0231)
	Width  int    // in pixels, 0 if unknown
	Height int    // in pixels, 0 if unknown
}

// Kind returns "image", "audio" or "video", and "" for anything else.
func (m *Media) Kind() string {
	kind, _, _ := strings.Cut(strings.ToLower(m.Type), "/")
	switch kind {
	case "image", "audio", "video":
		return kind
	}
	return ""
}

// parseMedia reads a media element (XEP-0221 section 2). Only what can be shown
// without running anything is kept. What came over the stream stands first, then
// what is encrypted on its way, then the rest.
func parseMedia(media *xmltree.Element) []Media {
	var all []Media
	width, _ := strconv.ParseUint(media.Get("width"), 10, 16)
	height, _ := strconv.ParseUint(media.Get("height"), 10, 16)
	for i := range media.Children {
		uri := &media.Children[i]
		if !uri.Is(nsMedia, "uri") {
			continue
		}
		m := Media{Type: uri.Get("type"), URL: strings.TrimSpace(uri.Text), Width: int(width), Height: int(height)}
		if m.Kind() != "" && schemePreference(m.URL) > 0 {
			all = append(all, m)
		}
	}
	slices.SortStableFunc(all, func(a, b Media) int { return schemePreference(b.URL) - schemePreference(a.URL) })
	return all
}

// schemePreference is the greater the better a medium's address is, and 0 for a
// scheme that media can't have.
func schemePreference(address string) int {
	switch scheme(address) {
	case "cid":
		return 3
	case "https":
		return 2
	case "http":
		return 1
	}
	return 0
}

// markFallbacks marks the fields for users who can't be shown the CAPTCHA:
// "captcha-fallback-text" and "captcha-fallback-url" of ejabberd, and "url" in a form
// that is wholly one of XEP-0158; elsewhere "url" is a user's home page.
func (f *Form) markFallbacks() {
	formType := f.Field("FORM_TYPE")
	isCaptcha := formType != nil && first(formType.Values) == nsCaptcha
	for i := range f.Fields {
		switch field := &f.Fields[i]; field.Name {
		case "captcha-fallback-text", "captcha-fallback-url":
			field.Fallback = true
		case "url":
			field.Fallback = isCaptcha
		}
	}
}

// showFallbackImage makes an image of a fallback's address where the CAPTCHA has
// no media of its own.
func (f *Form) showFallbackImage() {
	ocr := f.Field("ocr")
	if ocr == nil || len(ocr.Media) > 0 {
		return
	}
	for _, name := range []string{"captcha-fallback-url", "url"} {
		field := f.Field(name)
		if field == nil || !field.Fallback {
			continue
		}
		if address := first(field.Values); isOnTheWeb(address) {
			ocr.Media = []Media{{Type: "image/*", URL: address}}
			return
		}
	}
}

// isOnTheWeb tells whether an address is one that a browser loads by itself.
func isOnTheWeb(address string) bool {
	s := scheme(address)
	return s == "https" || s == "http"
}

const (
	maxMedia   = 16 // of one form: many may name the same data, and a page keeps that once for each
	maxFetched = 8  // of one form, that are asked for
)

// ResolveMedia gets the data of each medium of the form that is named by a content id
// (XEP-0231): from the <iq/> that the form came in, or from the answer that fetch returns
// for the content id, nil if there is no answer. If fetch is nil, nothing is asked for.
// Media whose data can't be had are left out, and so are more media than a form may have.
func (f *Form) ResolveMedia(iq *xmltree.Element, fetch func(cid string) *xmltree.Element) {
	known := make(bits)
	known.read(iq)
	if query := iq.Child(nsRegister, "query"); query != nil {
		known.read(query)
	}
	fetched, kept := 0, 0
	for i := range f.Fields {
		field := &f.Fields[i]
		var media []Media
		for _, m := range field.Media {
			if kept == maxMedia {
				break
			}
			if cid, isCID := strings.CutPrefix(m.URL, "cid:"); isCID {
				if _, asked := known[cid]; !asked && fetched < maxFetched && fetch != nil {
					fetched++
					known[cid] = nil // asked once only, also if the answer is of no use
					if answer := fetch(cid); answer != nil {
						known.read(answer)
					}
				}
				if m.Data = known[cid]; len(m.Data) == 0 {
					continue
				}
			}
			media = append(media, m)
			kept++
		}
		field.Media = media
	}
}

// bits are bits of binary (XEP-0231) by their content id.
type bits map[string][]byte

// read adds the bits of binary among the children of an element. Bits that do not match
// their content id are left out.
func (b bits) read(parent *xmltree.Element) {
	for i := range parent.Children {
		c := &parent.Children[i]
		if !c.Is(nsBob, "data") {
			continue
		}
		data, err := decodeBase64(c.Text)
		if cid := c.Get("cid"); err == nil && len(data) > 0 && hashFits(cid, data) {
			b[cid] = data
		}
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

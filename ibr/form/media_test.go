package form

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"strings"
	"testing"

	"github.com/xmppreg/xmppreg/internal/xmltree"
)

// picture is data with its content id.
func picture(size int) (cid string, data []byte) {
	data = bytes.Repeat([]byte("picture "), size/8+1)[:size]
	sum := sha256.Sum256(data)
	return "sha-256+" + hex.EncodeToString(sum[:]) + "@bob.xmpp.org", data
}

func bob(cid string, data []byte) string {
	return "<data xmlns='urn:xmpp:bob' cid='" + cid + "' type='image/png'>" + base64.StdEncoding.EncodeToString(data) + "</data>"
}

// captchaIQ is an answer whose form has a field ocr with these uri elements, and
// this beside the form.
func captchaIQ(t *testing.T, uris, beside string) (*Form, *xmltree.Element) {
	t.Helper()
	iq := parseXML(t, `<iq xmlns='jabber:client' type='result'><query xmlns='jabber:iq:register'><x xmlns='jabber:x:data' type='form'>`+
		`<field var='ocr'><media xmlns='urn:xmpp:media-element' width='200' height='60'>`+uris+`</media></field></x>`+beside+`</query></iq>`)
	form, ok := Parse(iq.Child(nsRegister, "query"))
	if !ok {
		t.Fatal("no form")
	}
	return form, iq
}

func pngURI(address string) string { return "<uri type='image/png'>" + address + "</uri>" }

func TestImageIsTakenFromTheAnswerOrFetched(t *testing.T) {
	cid, data := picture(100_000)
	otherID, other := picture(99)
	encoded := base64.StdEncoding.EncodeToString(data)
	broken := "<data xmlns='urn:xmpp:bob' cid='" + cid + "' type='image/png'>" + encoded[:76] + "\n" + encoded[76:] + "</data>"
	for _, c := range []struct {
		what    string
		beside  string // the form
		fetched string // the answer, empty for none
		asks    bool
		found   bool
	}{
		{"beside the form", bob(cid, data), "", false, true},
		{"fetched", "", "<iq xmlns='jabber:client'>" + bob(cid, data) + "</iq>", true, true},
		{"in lines", "", "<iq xmlns='jabber:client'>" + broken + "</iq>", true, true},
		{"not to be had", "", "", true, false},
		{"broken beside the form", strings.Replace(bob(cid, data), "cGlj", "!", 1), "<iq xmlns='jabber:client'>" + bob(cid, data) + "</iq>", true, true},
		{"another image under this name", bob(cid, other), "<iq xmlns='jabber:client'>" + bob(cid, other) + "</iq>", true, false},
		{"another image", bob(otherID, other), "<iq xmlns='jabber:client'>" + bob(otherID, other) + "</iq>", true, false},
		{"an empty one", bob(cid, nil), "<iq xmlns='jabber:client'>" + bob(cid, nil) + "</iq>", true, false},
	} {
		t.Run(c.what, func(t *testing.T) {
			form, iq := captchaIQ(t, pngURI("cid:"+cid)+pngURI("cid:"+cid), c.beside)
			var asked []string
			form.ResolveMedia(iq, func(cid string) *xmltree.Element {
				asked = append(asked, cid)
				if c.fetched == "" {
					return nil
				}
				return parseXML(t, c.fetched)
			})
			if want := map[bool]int{true: 1}[c.asks]; len(asked) != want || want > 0 && asked[0] != cid {
				t.Errorf("asked for %q", asked)
			}
			media := form.Fields[0].Media
			switch {
			case !c.found && len(media) > 0:
				t.Errorf("there is an image: %.100v", media)
			case c.found && (len(media) != 2 || !bytes.Equal(media[0].Data, data) || media[0].Type != "image/png" || media[0].Width != 200 || media[0].Height != 60):
				t.Errorf("media %.100v", media)
			}
		})
	}
}

func TestNothingIsFetchedWithoutAWayTo(t *testing.T) {
	cid, _ := picture(100)
	form, iq := captchaIQ(t, pngURI("cid:"+cid)+pngURI("https://shore.example/7.png"), "")
	form.ResolveMedia(iq, nil)
	if media := form.Fields[0].Media; len(media) != 1 || media[0].URL != "https://shore.example/7.png" {
		t.Errorf("media %+v", media)
	}
}

func TestHashOfAnImageIsCheckedWhereItsNameIsKnown(t *testing.T) {
	// The sums are those of "abc" (FIPS 180-2, appendix).
	const (
		sha1   = "a9993e364706816aba3e25717850c26c9cd0d89d"
		sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
		sha512 = "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"
	)
	for cid, fits := range map[string]bool{
		"sha1+" + sha1 + "@bob.xmpp.org":                   true,
		"sha-1+" + sha1 + "@bob.xmpp.org":                  true,
		"SHA-1+" + strings.ToUpper(sha1) + "@bob.xmpp.org": true,
		"sha256+" + sha256 + "@bob.xmpp.org":               true,
		"sha-256+" + sha256:                                true,
		"sha512+" + sha512 + "@bob.xmpp.org":               true,
		"sha-512+" + sha512 + "@bob.xmpp.org":              true,
		"sha1+" + sha256 + "@bob.xmpp.org":                 false,
		"sha-256+" + sha256[:63] + "@bob.xmpp.org":         false,
		"sha-256+" + sha1 + "@bob.xmpp.org":                false,
		"sha1+@bob.xmpp.org":                               false,
		"sha3-256+30@bob.xmpp.org":                         true,
		"blurb+30@bob.xmpp.org":                            true,
		"7.png@shore.example":                              true,
	} {
		form, iq := captchaIQ(t, pngURI("cid:"+cid), bob(cid, []byte("abc")))
		form.ResolveMedia(iq, nil)
		if got := len(form.Fields[0].Media) == 1; got != fits {
			t.Errorf("%s fits: %t", cid, got)
		}
	}
}

// TestMediaOfAFormAreNotWithoutEnd has fields that name one picture over and over,
// and one with pictures that are not there.
func TestMediaOfAFormAreNotWithoutEnd(t *testing.T) {
	cid, data := picture(100)
	many := strings.Repeat(pngURI("cid:"+cid), maxMedia-1)
	media := func(uris string) string { return "<media xmlns='urn:xmpp:media-element'>" + uris + "</media>" }
	query := parseXML(t, `<iq xmlns='jabber:client'><query xmlns='jabber:iq:register'><x xmlns='jabber:x:data' type='form'>`+
		`<field var='a'>`+media(many)+`</field><field var='ocr'>`+media(pngURI("cid:"+cid))+`</field>`+
		`<field var='b'>`+media(many+pngURI("https://shore.example/x.png"))+`</field></x>`+bob(cid, data)+`</query></iq>`)
	form, _ := Parse(query.Child(nsRegister, "query"))
	form.ResolveMedia(query, nil)
	for name, want := range map[string]int{"a": maxMedia - 1, "ocr": 1, "b": 0} {
		if got := len(form.Field(name).Media); got != want {
			t.Errorf("%s has %d media, want %d", name, got, want)
		}
	}

	var uris strings.Builder
	for i := range 3 * maxFetched {
		uris.WriteString(pngURI("cid:sha1+" + strings.Repeat("0", i) + "@bob.xmpp.org"))
	}
	form, iq := captchaIQ(t, uris.String(), "")
	asked := 0
	form.ResolveMedia(iq, func(string) *xmltree.Element { asked++; return nil })
	if asked != maxFetched {
		t.Errorf("asked %d times, want %d", asked, maxFetched)
	}
}

func TestOnlyWhatCanBeShownSafelyIsKept(t *testing.T) {
	form, _ := captchaIQ(t, "<uri type='text/html'>https://shore.example/x.html</uri>"+pngURI("http://shore.example/x.png")+
		pngURI("javascript:alert(1)")+pngURI("data:image/png;base64,AA==")+pngURI("/x.png")+pngURI("cid:sha1+0@bob.xmpp.org")+
		"<uri xmlns='other' type='image/png'>https://shore.example/y.png</uri>"+
		"<uri type='Audio/ogg'>\n HTTPS://shore.example/x.ogg \n</uri><uri type='video/webm'>https://shore.example/x.webm</uri>", "")
	var got []string
	for _, m := range form.Field("ocr").Media {
		got = append(got, m.Kind()+" "+m.URL)
	}
	if want := "image cid:sha1+0@bob.xmpp.org, audio HTTPS://shore.example/x.ogg, video https://shore.example/x.webm, image http://shore.example/x.png"; strings.Join(got, ", ") != want {
		t.Errorf("media %v, want %s", got, want)
	}
}

func TestAddressBesideACaptchaIsItsImage(t *testing.T) {
	const (
		image    = `<media xmlns='urn:xmpp:media-element'><uri type='image/png'>https://shore.example/own.png</uri></media>`
		fallback = `<field var='captcha-fallback-url'><value>https://shore.example/c/7/image</value></field>`
		homepage = `<field var='url'><value>https://shore.example/c/7</value></field>`
		captcha  = `<field var='FORM_TYPE' type='hidden'><value>urn:xmpp:captcha</value></field>`
		register = `<field var='FORM_TYPE' type='hidden'><value>jabber:iq:register</value></field>`
		ocr      = `<field var='ocr'/>`
	)
	for _, c := range []struct{ fields, want string }{
		{register + fallback + ocr, "image/* https://shore.example/c/7/image"},
		{captcha + homepage + ocr, "image/* https://shore.example/c/7"},
		{captcha + homepage + fallback + ocr, "image/* https://shore.example/c/7/image"},
		{register + homepage + ocr, ""},
		{homepage + ocr, ""},
		{captcha + homepage + `<field var='ocr'>` + image + `</field>`, "image/png https://shore.example/own.png"},
		{captcha + `<field var='url'><value>javascript:alert(1)</value></field>` + ocr, ""},
		{captcha + `<field var='url'/>` + ocr, ""},
	} {
		var got string
		for _, m := range dataFormOf(t, c.fields).Field("ocr").Media {
			got += m.Type + " " + m.URL
		}
		if got != c.want {
			t.Errorf("%s: the image is %q, want %q", c.fields, got, c.want)
		}
	}
}

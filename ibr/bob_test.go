package ibr

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"strings"
	"testing"
)

// picture is data with its content id.
func picture(size int) (cid string, data []byte) {
	data = bytes.Repeat([]byte("picture "), size/8+1)[:size]
	sum := sha256.Sum256(data)
	return "sha-256+" + hex.EncodeToString(sum[:]) + "@bob.xmpp.org", data
}

func captchaWith(cid string) string {
	return strings.Replace(captchaQuery, "<field type='text-single' var='ocr'>",
		"<field type='text-single' var='ocr'><media xmlns='urn:xmpp:media-element'><uri type='image/png'>cid:"+cid+"</uri></media>", 1)
}

func TestImageIsFetchedByItsContentID(t *testing.T) {
	cid, data := picture(100_000)
	m, _ := newTestManager(t, Config{}, func(p *peer) {
		giveForm(openFeatures, captchaWith(cid))(p)
		get := p.request()
		if d := get.child(nsBob, "data"); get.get("type") != "get" || get.get("to") != "shore.example" || d == nil || d.get("cid") != cid {
			p.t.Errorf("sent %s", xmlOf(get))
		}
		encoded := base64.StdEncoding.EncodeToString(data)
		p.result(get, "<data xmlns='urn:xmpp:bob' cid='"+cid+"' type='image/png'>"+encoded[:76]+"\n"+encoded[76:]+"</data>")
		p.finish()
	})
	form, err := m.RequestForm(background, "")
	if err != nil {
		t.Fatal(err)
	}
	media := form.Field("ocr").Media
	if len(media) != 1 || !bytes.Equal(media[0].Data, data) || media[0].Type != "image/png" {
		t.Errorf("media %.100v", media)
	}
}

func TestImageThatCannotBeHadIsLeftOut(t *testing.T) {
	cid, _ := picture(100)
	_, other := picture(99)
	for name, answer := range map[string]script{
		"not found": func(p *peer) { p.fail(p.request(), stanzaErr("cancel", "item-not-found")); p.finish() },
		"another image": func(p *peer) {
			p.result(p.request(), "<data xmlns='urn:xmpp:bob' cid='"+cid+"' type='image/png'>"+base64.StdEncoding.EncodeToString(other)+"</data>")
			p.finish()
		},
		"the stream ends": func(p *peer) {
			p.request()
			p.send(`<stream:error><not-authorized xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error></stream:stream>`)
		},
	} {
		t.Run(name, func(t *testing.T) {
			m, events := newTestManager(t, Config{}, func(p *peer) {
				giveForm(openFeatures, captchaWith(cid))(p)
				answer(p)
			})
			form, err := m.RequestForm(background, "")
			if err != nil || len(form.Field("ocr").Media) > 0 || !form.HasCaptcha() {
				t.Errorf("form %+v, %v", form, err)
			}
			if len(eventsOf[Failed](events)) > 0 {
				t.Error("told as a failure")
			}
		})
	}
}

func TestNewImageComesWithAWrongAnswer(t *testing.T) {
	cid, data := picture(50)
	bob := "<data xmlns='urn:xmpp:bob' cid='" + cid + "' type='image/png'>" + base64.StdEncoding.EncodeToString(data) + "</data>"
	m, _ := newTestManager(t, Config{}, func(p *peer) {
		giveForm(openFeatures, captchaQuery)(p)
		p.fail(p.request(), strings.Replace(captchaWith(cid), "</query>", bob+"</query>", 1)+stanzaErr("cancel", "not-allowed"))
		p.finish()
	})
	if _, err := m.RequestForm(background, ""); err != nil {
		t.Fatal(err)
	}
	_, err := m.Submit(background, Values{Fields: map[string][]string{"username": {"kim"}, "password": {"pw"}, "ocr": {"wrong"}}})
	var e *Error
	if !errors.As(err, &e) || e.Reason != CaptchaFailed || e.Form == nil || !bytes.Equal(e.Form.Field("ocr").Media[0].Data, data) {
		t.Errorf("error %#v", err)
	}
}

// TestMediaOfAFormAreNotWithoutEnd has fields that name one picture over and over.
func TestMediaOfAFormAreNotWithoutEnd(t *testing.T) {
	cid, data := picture(100)
	many := strings.Repeat("<uri type='image/png'>cid:"+cid+"</uri>", maxMedia-1)
	query := strings.Replace(captchaWith(cid), "<field type='text-single' var='ocr'>",
		"<field var='a'><media xmlns='urn:xmpp:media-element'>"+many+"</media></field><field type='text-single' var='ocr'>", 1)
	query = strings.Replace(query, "</x>", "<field var='b'><media xmlns='urn:xmpp:media-element'>"+many+"<uri type='image/png'>https://shore.example/x.png</uri></media></field></x>", 1)
	query = strings.Replace(query, "</query>", "<data xmlns='urn:xmpp:bob' cid='"+cid+"' type='image/png'>"+base64.StdEncoding.EncodeToString(data)+"</data></query>", 1)
	m, _ := newTestManager(t, Config{}, func(p *peer) {
		giveForm(openFeatures, query)(p)
		p.finish()
	})
	form, err := m.RequestForm(background, "")
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]int{"a": maxMedia - 1, "ocr": 1, "b": 0} {
		if got := len(form.Field(name).Media); got != want {
			t.Errorf("%s has %d media, want %d", name, got, want)
		}
	}
}

func TestOnlyWhatCanBeShownSafelyIsKept(t *testing.T) {
	query := strings.Replace(captchaQuery, "<field type='text-single' var='ocr'>", "<field type='text-single' var='ocr'><media xmlns='urn:xmpp:media-element' width='200' height='60'>"+
		"<uri type='text/html'>https://shore.example/x.html</uri><uri type='image/png'>http://shore.example/x.png</uri>"+
		"<uri type='image/png'>javascript:alert(1)</uri><uri type='image/png'>data:image/png;base64,AA==</uri><uri type='image/png'>/x.png</uri>"+
		"<uri type='audio/ogg'>\n https://shore.example/x.ogg \n</uri></media>", 1)
	m, _ := newTestManager(t, Config{}, func(p *peer) {
		giveForm(openFeatures, query)(p)
		p.finish()
	})
	form, err := m.RequestForm(background, "")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, medium := range form.Field("ocr").Media {
		got = append(got, medium.Type+" "+medium.URL)
	}
	if want := "audio/ogg https://shore.example/x.ogg, image/png http://shore.example/x.png"; strings.Join(got, ", ") != want {
		t.Errorf("media %v, want %s", got, want)
	}
	if medium := form.Field("ocr").Media[0]; medium.Width != 200 || medium.Height != 60 {
		t.Errorf("size %d by %d", medium.Width, medium.Height)
	}
}

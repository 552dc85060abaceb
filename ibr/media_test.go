package ibr

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"strings"
	"testing"

	"github.com/xmppreg/xmppreg/ibr/internal/scripted"
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
		get := p.Request()
		if d := get.Child("urn:xmpp:bob", "data"); get.Get("type") != "get" || get.Get("to") != "shore.example" || d == nil || d.Get("cid") != cid {
			p.T.Errorf("sent %s", get.String())
		}
		encoded := base64.StdEncoding.EncodeToString(data)
		p.Result(get, "<data xmlns='urn:xmpp:bob' cid='"+cid+"' type='image/png'>"+encoded[:76]+"\n"+encoded[76:]+"</data>")
		p.Finish()
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
		"not found": func(p *peer) { p.Fail(p.Request(), scripted.StanzaError("cancel", "item-not-found")); p.Finish() },
		"another image": func(p *peer) {
			p.Result(p.Request(), "<data xmlns='urn:xmpp:bob' cid='"+cid+"' type='image/png'>"+base64.StdEncoding.EncodeToString(other)+"</data>")
			p.Finish()
		},
		"the stream ends": func(p *peer) {
			p.Request()
			p.Send(`<stream:error><not-authorized xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error></stream:stream>`)
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
		p.Fail(p.Request(), strings.Replace(captchaWith(cid), "</query>", bob+"</query>", 1)+scripted.StanzaError("cancel", "not-allowed"))
		p.Finish()
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

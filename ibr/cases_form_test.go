package ibr

import (
	"bytes"
	"encoding/base64"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xmppreg/xmppreg/ibr/form"
	"github.com/xmppreg/xmppreg/ibr/internal/scripted"
	"github.com/xmppreg/xmppreg/internal/replycase"
)

// playFeatures offers what the case has, to who has no token and to who has one.
func playFeatures(t *testing.T, c replycase.Case) {
	ask := func(t *testing.T, token string, goesOn bool) error {
		m, events := newCase(t, Config{Token: token}, func(p *peer) {
			p.Open(c.XML)
			if token != "" {
				preauth := p.Request()
				if child := preauth.Child(nsPreauth, "preauth"); child == nil || child.Get("token") != token {
					p.T.Errorf("sent %s first, want the token", preauth.String())
				}
				p.Result(preauth, "")
			}
			if goesOn {
				get := p.Request()
				if get.Get("type") != "get" || get.Child(nsRegister, "query") == nil {
					p.T.Errorf("sent %s, want the request for the form", get.String())
				}
				p.Result(get, plainQuery)
			}
			p.Finish() // fails the test at any other request
		})
		_, err := m.RequestForm(background, "")
		if d := eventsOf[Disconnected](events); !goesOn && len(d) != 1 {
			t.Errorf("disconnected %v", d)
		}
		return err
	}
	e := checkOutcome(t, c, ask(t, "", c.Expect.Outcome == "continue"))
	if e != nil && (e.Kind != KindStream || e.Type != "cancel" || e.Condition != "feature-not-implemented") {
		t.Errorf("error %#v", e)
	}
	if c.Name == "features-eibr-only" && e != nil && !strings.Contains(e.Error(), "XEP-0389") {
		t.Errorf("the protocol is not named: %v", e)
	}
	if strings.Contains(c.XML, nsTokenFeature) || strings.Contains(c.XML, nsInviteFeature) {
		if err := ask(t, caseToken, true); err != nil {
			t.Errorf("with a token: %v", err)
		}
	}
}

// playNoFeatures waits for features in vain.
func playNoFeatures(t *testing.T, c replycase.Case) {
	closed := make(chan struct{})
	m, _ := newCase(t, Config{Timeout: 100 * time.Millisecond}, func(p *peer) {
		p.Open("")
		p.Drain()
		close(closed)
	})
	_, err := m.RequestForm(background, "")
	checkOutcome(t, c, err)
	<-closed
}

// playForm asks for the form, looks at it, and sends it back filled in.
func playForm(t *testing.T, c replycase.Case) {
	config, features := Config{}, openFeatures
	if strings.Contains(c.Expect.State, "preauth accepted") {
		config.Token, features = caseToken, tokenFeatures
	}
	var set element
	m, events := newCase(t, config, func(p *peer) {
		p.Open(features)
		if config.Token != "" {
			p.Result(p.Request(), "")
		}
		get := p.Request()
		p.Send(replyTo(c, "g1", get))
		if c.Expect.Image == "rejected" && strings.Contains(c.XML, ">cid:") {
			// It is asked for what came broken.
			bits := p.Request()
			if bits.Child("urn:xmpp:bob", "data") == nil {
				p.T.Errorf("sent %s, want the request for the image", bits.String())
			}
			p.Fail(bits, scripted.StanzaError("cancel", "item-not-found"))
		}
		if c.Expect.Outcome == "ignore" {
			p.Result(get, plainQuery)
		}
		if again, ok := p.Next(); ok {
			set = again
			p.Result(set, "")
			p.Drain()
		}
		p.Send(`</stream:stream>`)
	})
	form, err := m.RequestForm(background, "")
	if e := checkOutcome(t, c, err); e != nil {
		checkSaid(t, c, e)
		return
	}
	p := &played{t: t, c: c, m: m, events: events, form: form}
	checkForm(p)
	if details := formDetails[c.Name]; details != nil {
		details(p)
	}
	switch {
	case c.Expect.Outcome == "redirect", c.Expect.Outcome == "instructions":
		return
	case strings.HasPrefix(c.Name, "form-validate-"), c.Name == "captcha-audio-choice":
		return // what may be sent is the matter of validation
	}
	filledIn := typedAnswers(formAnswers[c.Name]...)
	if c.Expect.Outcome == "password-reset" {
		filledIn = values("password", typedPassword)
	}
	if _, err := m.Submit(background, filledIn); err != nil {
		t.Fatal(err)
	}
	m.Disconnect()
	p.set = set
	checkAnswers(p)
	if details := setDetails[c.Name]; details != nil {
		details(p)
	}
}

// checkForm compares the form with the case's XML.
func checkForm(p *played) {
	t, form := p.t, p.form
	t.Helper()
	if p.c.Expect.Outcome == "ignore" {
		if form.Field("password") == nil {
			t.Error("the form is the one that nobody has asked for")
		}
		return
	}
	iq := readXML(t, p.c.XML)
	query := iq.Child(nsRegister, "query")
	var names []string
	for i := range form.Fields {
		names = append(names, form.Fields[i].Name)
	}
	if want := namesIn(query, form.IsDataForm); !reflect.DeepEqual(names, want) {
		t.Errorf("the fields are %q, want %q", names, want)
	}
	if oob := query.Child("jabber:x:oob", "x"); oob != nil && form.URL != strings.TrimSpace(oob.ChildText("jabber:x:oob", "url")) {
		t.Errorf("the address is %q", form.URL)
	}
	if form.Instructions == "" && query.Child(nsRegister, "instructions") != nil {
		t.Error("the instructions are missing")
	}
	switch p.c.Expect.Outcome {
	case "form":
		if !form.IsDataForm || form.Field("username") == nil {
			t.Errorf("not the data form: %+v", form)
		}
	case "fields", "password-reset":
		if form.IsDataForm || form.Field("password") == nil || form.Registered != (p.c.Expect.Outcome == "password-reset") {
			t.Errorf("not the old-style fields: %+v", form)
		}
	case "redirect":
		if len(form.Fields) > 0 || form.URL != "https://shore.example/join" {
			t.Errorf("not the address: %+v", form)
		}
	case "instructions":
		if len(form.Fields) > 0 || form.URL != "" {
			t.Errorf("not the instructions: %+v", form)
		}
	default:
		t.Errorf("nothing is known of the outcome %q", p.c.Expect.Outcome)
	}
	if strings.HasPrefix(p.c.Name, "captcha-") && !form.HasCaptcha() {
		t.Error("the CAPTCHA was not noticed")
	}
	checkImage(p)
}

// namesIn returns the names of what the server asks for, each once.
func namesIn(query element, isDataForm bool) []string {
	var names []string
	parent, space := query, nsRegister
	if isDataForm {
		parent, space = query.Child(nsData, "x"), nsData
	}
	for i := range parent.Children {
		c := &parent.Children[i]
		name := c.Name.Local
		if isDataForm {
			name = c.Get("var")
		}
		switch {
		case c.Name.Space != space, isDataForm && c.Name.Local != "field", slices.Contains(names, name):
		case !isDataForm && slices.Contains([]string{"registered", "instructions", "remove"}, name):
		default:
			names = append(names, name)
		}
	}
	return names
}

// checkImage sees that the image of a CAPTCHA is there as it must be.
func checkImage(p *played) {
	t := p.t
	t.Helper()
	if p.c.Expect.Image == "" {
		return
	}
	media := p.form.Field("ocr").Media
	if p.c.Expect.Image == "rejected" {
		if len(media) > 0 {
			t.Errorf("there is an image: %+v", media)
		}
		return
	}
	if len(media) == 0 {
		t.Fatal("there is no image")
	}
	switch image := media[0]; p.c.Expect.Image {
	case "inline":
		iq := readXML(t, p.c.XML)
		want, err := base64.StdEncoding.DecodeString(iq.Child(nsRegister, "query").ChildText("urn:xmpp:bob", "data"))
		if err != nil || len(want) == 0 || !bytes.Equal(image.Data, want) || image.Type != "image/png" || !strings.HasPrefix(image.URL, "cid:") {
			t.Errorf("the image is %+v, want %x (%v)", image, want, err)
		}
	case "url":
		if !strings.HasPrefix(image.URL, "https://") || image.Data != nil {
			t.Errorf("the image is %+v", image)
		}
	case "link":
		if !strings.HasPrefix(image.URL, "http://") || image.Data != nil {
			t.Errorf("the image is %+v", image)
		}
	default:
		t.Errorf("nothing is known of the image %q", p.c.Expect.Image)
	}
}

// formAnswers are what the user types into a form beyond what is typed into any.
var formAnswers = map[string][]string{
	"form-text-multi":         {"bio", "first\nsecond"},
	"form-addresses-in-words": {"tos", "true"},
	"form-jids":               {"ref", "ann@shore.example", "friends", "bob@shore.example\nshore.example"},
}

// formDetails check what only the detail of a case says about its form.
var formDetails = map[string]func(*played){
	"get-fields": func(p *played) {
		for i, typ := range []form.FieldType{form.TextSingle, form.TextPrivate} {
			if f := p.form.Fields[i]; f.Type != typ || !f.Required || f.Values != nil {
				p.t.Errorf("the field is %+v", f)
			}
		}
		p.isText("instructions", p.form.Instructions, "Pick a name.")
	},
	"get-fields-duplicate": func(p *played) {
		p.isText("user name", firstOf(p.form.Field("username").Values), "a")
	},
	"get-registered-reset": func(p *played) {
		if f := p.form.Field("username"); firstOf(f.Values) != "reserved7" || !f.ReadOnly {
			p.t.Errorf("there is more to ask for than a new password: %+v", f)
		}
	},
	"get-instructions-oob": func(p *played) {
		p.isText("instructions", p.form.Instructions, "Sign up on the web.")
	},
	"get-instructions-url-in-text": func(p *played) {
		p.isText("instructions", p.form.Instructions, "Go to https://shore.example/join today")
	},
	"form-type-foreign": func(p *played) {
		for _, l := range eventsOf[Log](p.events) {
			if l.Level == LogReceived && strings.Contains(l.Message, "FORM_TYPE") {
				return
			}
		}
		p.t.Error("the form was not logged")
	},
	"form-text-multi": func(p *played) {
		if got := p.form.Field("bio").Values; !reflect.DeepEqual(got, []string{"one", "two"}) {
			p.t.Errorf("the lines are %q", got)
		}
	},
	"form-jids": func(p *played) {
		if p.form.Field("ref").Type != form.JIDSingle || p.form.Field("friends").Type != form.JIDMulti {
			p.t.Errorf("form %+v", p.form)
		}
		for name, wrong := range map[string]string{"ref": "@shore.example", "friends": "bob@shore.example\nbob@@shore.example"} {
			_, err := p.m.Submit(background, typedAnswers(name, wrong))
			if !isLike(err, &Error{Kind: KindForm, Field: name, Condition: "jid-malformed"}) {
				p.t.Errorf("%s, %q: %v", name, wrong, err)
			}
		}
	},
	"form-html-in-labels": func(p *played) {
		p.isText("title", p.form.Title, "<b>Join</b>")
		p.isText("label", p.form.Field("username").Label, "<img src=x onerror=alert(1)>")
	},
	"form-many-instructions": func(p *played) {
		p.isText("title", p.form.Title, "Join")
		p.isText("instructions", p.form.Instructions, "One.\nTwo.")
	},
	"captcha-bob-inline": func(p *played) {
		for _, name := range []string{"challenge", "sid", "from"} {
			if f := p.form.Field(name); f.Type != form.Hidden {
				p.t.Errorf("the field is %+v", f)
			}
		}
		if image := p.form.Field("ocr").Media[0]; image.Width != 200 || image.Height != 60 {
			p.t.Errorf("the image is %d by %d", image.Width, image.Height)
		}
	},
	"captcha-https-image": func(p *played) {
		p.isText("address", p.form.Field("ocr").Media[0].URL, "https://shore.example/captcha/7.png")
	},
	"captcha-svg-image": func(p *played) {
		p.isText("type", p.form.Field("ocr").Media[0].Type, "image/svg+xml")
	},
	"captcha-multi-uri": func(p *played) {
		if media := p.form.Field("ocr").Media; len(media) != 2 || media[1].URL != "http://shore.example/7.png" {
			p.t.Errorf("media %+v", media)
		}
	},
	"captcha-fallback-url": func(p *played) {
		p.isText("address", p.form.Field("ocr").Media[0].URL, "https://shore.example/captcha/7/image")
		p.isText("type", string(p.form.Field("captcha-fallback-text").Type), string(form.Fixed))
	},
	"captcha-url-field": func(p *played) {
		p.isText("address", p.form.Field("ocr").Media[0].URL, "https://shore.example/c/7")
	},
	"captcha-qa": func(p *played) {
		p.isText("question", p.form.Field("qa").Label, "Colour of a clear sky?")
		p.isText("type", string(p.form.Field("qa").Type), string(form.TextSingle))
	},
}

func (p *played) isText(what, got, want string) {
	p.t.Helper()
	if got != want {
		p.t.Errorf("the %s is %q, want %q", what, got, want)
	}
}

// playImageGone asks for the image of a CAPTCHA that the server has forgotten, and
// then for another one.
func playImageGone(t *testing.T, c replycase.Case) {
	cid, data := picture(100)
	gone, _ := picture(99)
	m, events := newCase(t, Config{}, func(p *peer) {
		giveForm(openFeatures, captchaWith(gone))(p)
		p.Send(replyTo(c, "b1", p.Request()))
		get := p.Request()
		if get.Get("type") != "get" || get.Child(nsRegister, "query") == nil {
			p.T.Errorf("sent %s, want the request for the form", get.String())
		}
		p.Result(get, captchaWith(cid))
		p.Result(p.Request(), "<data xmlns='urn:xmpp:bob' cid='"+cid+"' type='image/png'>"+base64.StdEncoding.EncodeToString(data)+"</data>")
		p.Finish()
	})
	form, err := m.RequestForm(background, "")
	if err != nil {
		t.Fatal(err)
	}
	if media := form.Field("ocr").Media; c.Expect.Outcome != "captcha-unavailable" || len(media) > 0 || !form.HasCaptcha() {
		t.Errorf("form %+v, want %s", form, c.Expect.Outcome)
	}
	if form, err = m.RequestForm(background, ""); err != nil {
		t.Fatal(err)
	}
	if media := form.Field("ocr").Media; len(media) != 1 || !bytes.Equal(media[0].Data, data) {
		t.Errorf("media %+v", media)
	}
	if failed := eventsOf[Failed](events); len(failed) > 0 {
		t.Errorf("told as a failure: %v", failed[0].Err)
	}
}

// playOtherHash shows the image with the hash that the case has, with a hash that
// nobody can check, and with a wrong one.
func playOtherHash(t *testing.T, c replycase.Case) {
	playForm(t, c)
	unknown, wrong := c, c
	unknown.XML = strings.ReplaceAll(c.XML, "sha-256+", "blurb+")
	t.Run("unknown label", func(t *testing.T) { playForm(t, unknown) })
	wrong.XML, wrong.Expect.Image = strings.ReplaceAll(c.XML, "sha-256+a", "sha-256+b"), "rejected"
	t.Run("wrong hash", func(t *testing.T) { playForm(t, wrong) })
}

// playPreauth sends a token that is not accepted.
func playPreauth(t *testing.T, c replycase.Case) {
	m, _ := newCase(t, Config{Token: caseToken}, func(p *peer) {
		p.Open(tokenFeatures)
		p.Send(replyTo(c, "p1", p.Request()))
		p.Finish() // fails the test if the form is asked for all the same
	})
	_, err := m.RequestForm(background, "")
	checkSaid(t, c, checkOutcome(t, c, err))
}

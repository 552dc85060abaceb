package form

import (
	"fmt"
	"strings"
	"testing"
)

// TestAsManyAnswersAreGivenAsTheCaptchaNeeds gives those that are named.
func TestAsManyAnswersAreGivenAsTheCaptchaNeeds(t *testing.T) {
	const (
		account   = `<field var='username'><required/></field><field var='password' type='text-private'><required/></field>`
		challenge = `<field var='challenge' type='hidden'><value>c-77</value></field>`
		three     = `<field var='ocr'/><field var='audio_recog'/><field var='qa'/>`
		email     = `<field var='email'><required/></field>`
	)
	count := func(n string) string {
		return challenge + `<field var='answers' type='hidden'><value>` + n + `</value></field>`
	}
	for _, c := range []struct {
		what     string
		fields   string
		suffice  int
		answered string
		field    string // at fault
		missing  int
	}{
		{"one of three", account + count("1") + three, 1, "", "ocr", 1},
		{"one of three, answered", account + count("1") + three, 1, "qa", "", 0},
		{"two of three, one answered", account + count("2") + three, 2, "ocr", "audio_recog", 1},
		{"two of three", account + count("2") + three, 2, "", "ocr", 2},
		{"two of three, answered", account + count(" 2 ") + three, 2, "qa audio_recog", "", 0},
		{"all", account + count("3") + three, 3, "ocr", "audio_recog", 2},
		{"none", account + count("0") + three, 0, "", "", 0},
		{"one where nothing is said", account + challenge + three, 1, "", "ocr", 1},
		{"one where nothing is said, answered", account + challenge + three, 1, "qa", "", 0},
		{"garbage is nothing", account + count("two") + three, 1, "", "ocr", 1},
		{"the only one", account + challenge + `<field var='ocr'/>`, 1, "", "ocr", 1},
		{"a question that belongs to no CAPTCHA", account + three, 0, "", "", 0},
		{"nothing to answer", account + count("2"), 0, "", "", 0},
		{"a required one counts", account + count("2") + three + `<field var='video_q'><required/></field>`, 2, "video_q", "ocr", 1},
		{"two required ones are more than one", account + count("1") + three + `<field var='video_q'><required/></field><field var='picture_q'><required/></field>`, 2, "video_q picture_q", "", 0},
		{"an answer of another name", account + count("1") + `<field var='captcha'><media xmlns='urn:xmpp:media-element'><uri type='image/png'>https://shore.example/7.png</uri></media></field>`, 1, "", "captcha", 1},
		{"required alone", account + challenge + `<field var='ocr'><required/></field><field var='qa'/>`, 1, "ocr", "", 0},
		{"as in the example of XEP-0158 section 3.2", count("2") + `<field var='ocr'/><field var='audio_recog'/><field var='qa'><required/></field><field var='SHA-256'/>`, 2, "qa SHA-256", "", 0},
		{"as in the example of XEP-0158 section 4", count("3") + `<field var='ocr'/><field var='SHA-256'/>` + account, 1, "ocr", "", 0},
		{"the same without an answer", count("3") + `<field var='ocr'/><field var='SHA-256'/>` + account, 1, "", "ocr", 1},
		{"one that people can't give", account + count("2") + `<field var='ocr'/><field var='SHA-256'/>`, 1, "ocr", "SHA-256", 1},
		{"fewer than are required anyhow", count("3") + `<field var='ocr'/><field var='qa'/>` + email + account, 1, "qa", "", 0},
		{"one all the same", count("3") + `<field var='ocr'/><field var='qa'/>` + email + account, 1, "", "ocr", 1},
		{"more than there are", count("99") + three + account, 3, "ocr qa", "audio_recog", 1},
	} {
		t.Run(c.what, func(t *testing.T) {
			form := dataFormOf(t, c.fields)
			if got := form.CaptchaAnswers(); got != c.suffice {
				t.Errorf("%d answers suffice, want %d", got, c.suffice)
			}
			v := answers("username", "kim", "password", "pw", "email", "kim@shore.example")
			for _, name := range strings.Fields(c.answered) {
				v.Fields[name] = []string{"7"}
			}
			_, err := form.Fill(v, nil)
			if c.field == "" {
				isRefused(t, err, "", "")
				return
			}
			isRefused(t, err, c.field, RuleAnswers)
			if want := fmt.Sprintf("%d more wanted", c.missing); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("the error is %v, want %s", err, want)
			}
		})
	}
}

func TestCaptchaIsNoticed(t *testing.T) {
	const image = `<media xmlns='urn:xmpp:media-element'><uri type='image/png'>https://shore.example/7.png</uri></media>`
	for fields, want := range map[string]bool{
		`<field var='username'/>`: false,
		`<field var='challenge' type='hidden'><value>c-77</value></field>`: true,
		`<field var='challenge'/>`: false,
		`<field var='FORM_TYPE' type='hidden'><value>urn:xmpp:captcha</value></field>`:   true,
		`<field var='FORM_TYPE' type='hidden'><value>jabber:iq:register</value></field>`: false,
		`<field var='qa'/>`:                          true,
		`<field var='qa' type='hidden'/>`:            false,
		`<field var='letters'>` + image + `</field>`: true,
		`<field type='fixed'>` + image + `<value>What is this?</value></field><field var='answer'/>`: true,
	} {
		if got := dataFormOf(t, fields).HasCaptcha(); got != want {
			t.Errorf("%s has a CAPTCHA: %t", fields, got)
		}
	}
	form, _ := queryForm(t, `<qa/>`)
	if form.HasCaptcha() {
		t.Error("an old-style field is taken for a CAPTCHA")
	}
}

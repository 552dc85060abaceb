package form

import (
	"testing"

	"github.com/xmppreg/xmppreg/internal/xmltree"
)

// FuzzForm reads any element as an answer with a form, draws it, and fills it in:
// nothing may panic, and what is to be sent must be XML.
func FuzzForm(f *testing.F) {
	for _, content := range []string{
		`<instructions>Pick a name.</instructions><username/><password/>`,
		`<username/><password/><x xmlns='jabber:x:data' type='form'><field type='hidden' var='FORM_TYPE'><value>jabber:iq:register</value></field><field type='text-single' var='username'><required/></field><field type='text-private' var='password'><required/></field></x>`,
		`<x xmlns='jabber:x:data' type='form'><field type='hidden' var='challenge'><value>c-77</value></field><field type='hidden' var='answers'><value>2</value></field><field type='text-single' var='ocr'><required/><media xmlns='urn:xmpp:media-element'><uri type='image/png'>cid:sha1+0@bob.xmpp.org</uri></media></field><field var='captcha-fallback-url'><value>https://shore.example/7</value></field></x><data xmlns='urn:xmpp:bob' cid='sha1+0@bob.xmpp.org'>AAAA</data>`,
		`<x xmlns='jabber:x:data' type='form'><field var='pin'><validate xmlns='http://jabber.org/protocol/xdata-validate' datatype='xs:int'><regex>[a-z@.]{4,}|(k|kim)*</regex></validate></field><field var='tags' type='list-multi'><validate xmlns='http://jabber.org/protocol/xdata-validate' datatype='xs:date'><range min='2003-10-06' max='2004-01-01'/><list-range min='1' max='2'/></validate><option><value>a</value></option></field></x>`,
		`<x xmlns='jabber:x:oob'><url>https://x.example</url></x>`,
	} {
		f.Add([]byte("<iq xmlns='jabber:client' type='result' id='1'><query xmlns='jabber:iq:register'>" + content + "</query></iq>"))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		iq, err := xmltree.Parse(data)
		if err != nil {
			return
		}
		query := iq.Child(nsRegister, "query")
		if query == nil {
			return
		}
		form, _ := Parse(query)
		form.ResolveMedia(iq, func(string) *xmltree.Element { return iq })
		values := Values{Fields: map[string][]string{}}
		for i := range form.Fields {
			field := &form.Fields[i]
			drawn(field)
			if len(field.Options) > 0 {
				values.Fields[field.Name] = []string{field.Options[0].Value}
			} else if field.Type == Boolean {
				values.Fields[field.Name] = []string{"1"}
			} else {
				values.Fields[field.Name] = []string{"kim@shore.example"}
			}
		}
		form.HasCaptcha()
		form.CaptchaAnswers()
		payload, err := form.Fill(values, nil)
		if err != nil {
			return
		}
		if text := sent(payload); text != "" {
			if _, err := xmltree.Parse([]byte(text)); err != nil {
				t.Fatalf("what is sent can't be read: %v\n%s", err, text)
			}
		}
	})
}

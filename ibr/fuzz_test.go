package ibr

import (
	"bytes"
	"encoding/xml"
	"testing"
)

const validatedQuery = `<query xmlns='jabber:iq:register'><x xmlns='jabber:x:data' type='form'><field var='pin'><validate xmlns='http://jabber.org/protocol/xdata-validate' datatype='xs:int'><regex>[a-z@.]{4,}|(k|kim)*</regex></validate></field><field var='tags' type='list-multi'><validate xmlns='http://jabber.org/protocol/xdata-validate' datatype='xs:date'><range min='2003-10-06' max='2004-01-01'/><list-range min='1' max='2'/></validate><option><value>a</value></option></field></x></query>`

// FuzzAnswer reads any answer of a server as a form and as an error, fills the
// form in, and logs it: nothing may panic, and nothing may be sent that a form
// does not ask for.
func FuzzAnswer(f *testing.F) {
	for _, query := range []string{plainQuery, dataQuery, captchaQuery, changeForm, stanzaErr("cancel", "conflict"), validatedQuery, "<query xmlns='jabber:iq:register'><x xmlns='jabber:x:oob'><url>https://x.example</url></x></query>"} {
		f.Add([]byte("<iq xmlns='jabber:client' type='result' id='1'>" + query + "</iq>"))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		dec := xml.NewDecoder(bytes.NewReader(data))
		tok, err := dec.Token()
		if err != nil {
			return
		}
		start, ok := tok.(xml.StartElement)
		if !ok {
			return
		}
		iq, err := readElement(dec, start)
		if err != nil {
			return
		}
		e := stanzaError(&iq, request{op: opSet}, "en")
		if e.Reason == "" || e.Error() == "" {
			t.Errorf("an error without a reason or words: %+v", e)
		}
		bitsOf(&iq)
		query := iq.child(nsRegister, "query")
		if query == nil {
			return
		}
		form, _ := parseForm(query)
		values := Values{Fields: map[string][]string{}}
		for _, field := range form.Fields {
			if len(field.Options) > 0 {
				values.Fields[field.Name] = []string{field.Options[0].Value}
			} else if field.Type == Boolean {
				values.Fields[field.Name] = []string{"1"}
			} else {
				values.Fields[field.Name] = []string{"kim@shore.example"}
			}
		}
		payload, err := form.fill(values, nil)
		if err != nil {
			return
		}
		out := el(nsRegister, "query", payload...)
		text, err := out.xml()
		if err != nil {
			return // a name that can't be written is not sent
		}
		back := xml.NewDecoder(bytes.NewReader(text))
		tok, err = back.Token()
		if err != nil {
			t.Fatalf("what is sent can't be read: %v\n%s", err, text)
		}
		if _, err := readElement(back, tok.(xml.StartElement)); err != nil {
			t.Fatalf("what is sent can't be read: %v\n%s", err, text)
		}
	})
}

package form

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/xmppreg/xmppreg/internal/linear"
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
		checkReadBack(t, form, values, payload)
		form.ParseResult(query)
	})
}

// checkReadBack sees that a server reads the answers to a form in what is sent, and nothing
// else.
func checkReadBack(t *testing.T, form *Form, values Values, payload []xmltree.Element) {
	t.Helper()
	written := xmltree.New(nsRegister, "query", payload...)
	query, err := xmltree.Parse([]byte(written.String()))
	if err != nil {
		t.Fatalf("what is sent can't be read: %v\n%s", err, written.String())
	}
	answers := query.Children
	if form.IsDataForm {
		if len(answers) != 1 || !answers[0].Is(nsData, "x") || answers[0].Get("type") != "submit" {
			t.Fatalf("sent %s", written.String())
		}
		answers = answers[0].Children
	}
	for i := range form.Fields {
		field := &form.Fields[i]
		if field.Type == Fixed || field.Name == "" {
			continue
		}
		want, err := field.answer(values, newBudget())
		if err != nil || want == nil {
			continue
		}
		if len(answers) == 0 {
			t.Fatalf("the answer to %q is missing in %s", field.Name, written.String())
		}
		answer := &answers[0]
		answers = answers[1:]
		name, got := answer.Name.Local, []string{answer.Text}
		if form.IsDataForm {
			name, got = answer.Get("var"), nil
			for j := range answer.Children {
				got = append(got, answer.Children[j].Text)
			}
		}
		if name != field.Name || !slices.Equal(got, want) && !isEmpty(append(got, want...)) {
			t.Errorf("the answer to %q is %q and %q, want %q", field.Name, name, got, want)
		}
	}
	if len(answers) > 0 {
		t.Errorf("there are more answers than questions in %s", written.String())
	}
}

// FuzzValues fills in a form of one field with any answers. What is sent is what was
// answered, or it is refused.
func FuzzValues(f *testing.F) {
	types := []FieldType{Boolean, Hidden, JIDMulti, JIDSingle, ListMulti, ListSingle, TextMulti, TextPrivate, TextSingle}
	for i, value := range []string{"kim", "a\nb\r\nc", "\x01", "<&>'\"", "\uFFFE", "", " ", "1", "kim@shore.example", "\U0001F40E"} {
		f.Add(byte(i), value, value+"2", i%2 == 0, "xs:int", "[a-z]+")
	}
	f.Fuzz(func(t *testing.T, typ byte, a, b string, isData bool, datatype, pattern string) {
		field := Field{Name: "password", Type: types[int(typ)%len(types)], Required: typ&16 != 0, Domain: "shore.example",
			Options: []Option{{Value: a}}, Values: []string{"preset"}}
		if !isData && field.Type.takesSeveral() {
			return // no such field of the old style
		}
		if typ&32 != 0 {
			field.Validation = &Validation{Datatype: datatype, Method: ByRegex, Regex: pattern, Min: a, Max: b, ListMax: 2}
		}
		form := &Form{IsDataForm: isData, Fields: []Field{field}}
		values := Values{Fields: map[string][]string{"password": {a, b}}, Complete: typ&64 != 0}
		if !field.Type.takesSeveral() {
			values.Fields["password"] = []string{a}
		}
		payload, err := form.Fill(values, nil)
		rule := field.Check(values.Fields["password"])
		var refused *Error
		switch {
		case err != nil && !errors.As(err, &refused):
			t.Fatalf("error %v", err)
		case field.Type != Hidden && (err != nil) != (rule != ""):
			t.Errorf("error %v, and the rule %q", err, rule)
		case err != nil && len(a) > 3 && a != b && strings.Contains(err.Error(), a) && !strings.Contains(datatype+pattern+"password holds is missing", a) && field.Validation == nil:
			t.Errorf("the error tells the answer: %v", err)
		case err == nil:
			checkReadBack(t, form, values, payload)
		}
	})
}

func TestTimeIsLinear(t *testing.T) {
	for name, piece := range map[string]string{
		"fields":   "<field var='fN' type='text-single'><value>x</value></field>",
		"options":  "<option label='N'><value>oN</value></option>",
		"values":   "<value>vN</value>",
		"lines":    "<instructions>N</instructions>",
		"media":    "<media xmlns='urn:xmpp:media-element'><uri type='image/png'>https://x.example/N</uri></media>",
		"captions": "<field var='N'><media xmlns='urn:xmpp:media-element'><uri type='image/png'>cid:sha1+N@bob.xmpp.org</uri></media></field>",
	} {
		inField := strings.HasPrefix(piece, "<option") || strings.HasPrefix(piece, "<value") || strings.HasPrefix(piece, "<media")
		linear.Check(t, name, 500, func(n int) func() {
			var b strings.Builder
			b.WriteString("<iq xmlns='jabber:client'><query xmlns='jabber:iq:register'><x xmlns='jabber:x:data' type='form'>")
			if inField {
				b.WriteString("<field var='f' type='list-multi'>")
			}
			for i := range n {
				b.WriteString(strings.ReplaceAll(piece, "N", strconv.Itoa(i)))
			}
			if inField {
				b.WriteString("</field>")
			}
			b.WriteString("</x></query></iq>")
			return func() {
				iq, err := xmltree.Parse([]byte(b.String()))
				if err != nil {
					t.Fatal(err)
				}
				form, _ := Parse(iq.Child(nsRegister, "query"))
				form.ResolveMedia(iq, func(string) *xmltree.Element { return nil })
				_, _ = form.Fill(Values{Fields: map[string][]string{"f": {"o1", "v1"}}}, nil)
			}
		})
	}
}

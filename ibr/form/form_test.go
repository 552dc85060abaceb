package form

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/xmppreg/xmppreg/internal/replycase"
	"github.com/xmppreg/xmppreg/internal/xmltree"
)

// patience is what only a computation without end takes, on any machine.
const patience = time.Minute

// caseXML returns the <iq/> of one of the cases that all packages share.
func caseXML(t *testing.T, name string) *xmltree.Element {
	t.Helper()
	for _, c := range replycase.Read(t, "../testdata/cases.jsonl") {
		if c.Name == name {
			return parseXML(t, c.XML)
		}
	}
	t.Fatalf("there is no case %s", name)
	return nil
}

// caseForm returns the form of one of the cases.
func caseForm(t *testing.T, name string) *Form {
	t.Helper()
	form, ok := Parse(caseXML(t, name).Child(nsRegister, "query"))
	if !ok {
		t.Fatalf("%s has no form", name)
	}
	return form
}

func parseXML(t *testing.T, text string) *xmltree.Element {
	t.Helper()
	e, err := xmltree.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// queryForm returns the form of a <query/> that holds this.
func queryForm(t *testing.T, content string) (*Form, bool) {
	t.Helper()
	return Parse(parseXML(t, `<query xmlns='jabber:iq:register'>`+content+`</query>`))
}

// dataFormOf returns a data form with these fields.
func dataFormOf(t *testing.T, fields string) *Form {
	t.Helper()
	form, ok := queryForm(t, `<x xmlns='jabber:x:data' type='form'>`+fields+`</x>`)
	if !ok {
		t.Fatalf("no form: %s", fields)
	}
	return form
}

// answers are values by the names of their fields: a name, its value, and so on.
func answers(pairs ...string) Values {
	v := Values{Fields: map[string][]string{}}
	for i := 0; i < len(pairs); i += 2 {
		v.Fields[pairs[i]] = []string{pairs[i+1]}
	}
	return v
}

// sentFor returns the values that a payload has for a field of a data form.
func sentFor(payload []xmltree.Element, name string) (values []string) {
	for _, field := range payload[0].Children {
		if field.Get("var") == name {
			for _, value := range field.Children {
				values = append(values, value.Text)
			}
		}
	}
	return values
}

// isRefused checks that the error tells of a rule of a field. Without a rule there
// must be no error.
func isRefused(t *testing.T, err error, field string, rule Rule) {
	t.Helper()
	var e *Error
	switch {
	case rule == "" && err != nil:
		t.Errorf("refused: %v", err)
	case rule != "" && (!errors.As(err, &e) || e.Field != field || e.Rule != rule):
		t.Errorf("the error is %#v, want the rule %q of %q", err, rule, field)
	}
}

func TestFormWithoutAQuestionAsksNothing(t *testing.T) {
	for content, want := range map[string]bool{
		`<username/>`: false,
		`<x xmlns='jabber:x:data' type='form'><field var='f' type='boolean'/></x>`:                                                  false,
		`<instructions>Ask us.</instructions>`:                                                                                      true,
		`<key>k</key><instructions>Ask us.</instructions>`:                                                                          true,
		`<x xmlns='jabber:x:data' type='form'><field type='fixed'><value>Ask us.</value></field><field var='h' type='hidden'/></x>`: true,
	} {
		if form, _ := queryForm(t, content); form.AsksNothing() != want {
			t.Errorf("%s asks nothing: %t", content, !want)
		}
	}
}

func TestInvitationReservesTheUserName(t *testing.T) {
	for _, c := range []struct {
		content, invited string
		value            string
		readOnly         bool
	}{
		{`<username/><password/>`, "kim", "kim", true},
		{`<username>ann</username>`, "kim", "kim", true},
		{`<username>ann</username>`, "", "ann", true},
		{`<username/>`, "", "", false},
		{`<x xmlns='jabber:x:data' type='form'><field var='username' type='hidden'><value>u-1</value></field></x>`, "kim", "u-1", false},
	} {
		form, _ := queryForm(t, c.content)
		form.Reserve(c.invited)
		if field := form.Field("username"); first(field.Values) != c.value || field.ReadOnly != c.readOnly {
			t.Errorf("%s for %q: %+v", c.content, c.invited, field)
		}
	}
	form, _ := queryForm(t, `<email/>`)
	form.Reserve("kim") // has nothing to do, and does no harm
	if len(form.Fields) != 1 {
		t.Errorf("fields %+v", form.Fields)
	}
}

// TestErrorTellsADeveloperWhatIsWrong and nothing of what was typed, which may be a
// password.
func TestErrorTellsADeveloperWhatIsWrong(t *testing.T) {
	number := &Validation{Datatype: "xs:integer", Method: ByRange, Min: "18", Max: "120"}
	for _, c := range []struct {
		field  Field
		values []string
		want   string
	}{
		{Field{Required: true}, nil, "is missing"},
		{Field{}, []string{"hunter2", "b"}, "has several values where one is wanted"},
		{Field{}, []string{"hunter2\x01"}, "holds a character that XML does not take"},
		{Field{Type: Boolean}, []string{"hunter2"}, "is neither true nor false"},
		{Field{Type: JIDSingle}, []string{"hunter2@@"}, "is not an XMPP address"},
		{Field{Type: ListSingle, Options: []Option{{Value: "a"}}}, []string{"hunter2"}, "is not among the options"},
		{Field{Validation: number}, []string{"17"}, `is not in the range from "18" to "120"`},
		{Field{Validation: number}, []string{"hunter2"}, "is not of the datatype xs:integer"},
		{Field{Validation: &Validation{Method: ByRegex, Regex: "[0-9]+"}}, []string{"hunter2"}, "does not fit the pattern [0-9]+"},
		{Field{Type: ListMulti, Validation: &Validation{Method: Open, ListMin: 2}}, []string{"hunter2"}, "has too few or too many choices: from 2 to 0 are wanted, 0 being no bound"},
	} {
		c.field.Name = "age"
		if c.field.Type == "" {
			c.field.Type = TextSingle
		}
		form := &Form{IsDataForm: true, Fields: []Field{c.field}}
		_, err := form.Fill(Values{Fields: map[string][]string{"age": c.values}}, nil)
		if err == nil || err.Error() != `form: the answer to "age" `+c.want || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%q: %v, want %s", c.values, err, c.want)
		}
	}
}

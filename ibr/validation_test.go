package ibr

import (
	"encoding/xml"
	"errors"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/xmppreg/xmppreg/internal/replycase"
)

// queryOf returns the <query/> of one of the shared cases.
func queryOf(t *testing.T, name string) string {
	t.Helper()
	for _, c := range replycase.Read(t, "testdata/cases.jsonl") {
		if c.Name == name {
			return c.XML[strings.Index(c.XML, "<query"):strings.LastIndex(c.XML, "</iq>")]
		}
	}
	t.Fatalf("there is no case %s", name)
	return ""
}

// formOf reads a data form with these fields.
func formOf(t *testing.T, fields string) *Form {
	t.Helper()
	dec := xml.NewDecoder(strings.NewReader(`<query xmlns='jabber:iq:register'><x xmlns='jabber:x:data' type='form'>` + fields + `</x></query>`))
	start, err := dec.Token()
	if err != nil {
		t.Fatal(err)
	}
	query, err := readElement(dec, start.(xml.StartElement))
	if err != nil {
		t.Fatal(err)
	}
	form, _ := parseForm(&query)
	return form
}

// TestAnswersThatAFormRulesOutAreNotSent submits answers to the forms of the
// shared cases: first those that are refused, then some that go through.
func TestAnswersThatAFormRulesOutAreNotSent(t *testing.T) {
	type refused struct {
		value, field string
		rule         Rule
		message      string
	}
	for _, c := range []struct {
		name    string
		field   string
		refused []refused
		sent    []string
	}{
		{"form-validate-int-range", "age", []refused{
			{"17", "age", RuleRange, "“age” must be a whole number from 18 to 120."},
			{"121", "age", RuleRange, "“age” must be a whole number from 18 to 120."},
			{"eighteen", "age", RuleDatatype, "“age” must be a whole number from 18 to 120."},
			{"18.5", "age", RuleDatatype, "“age” must be a whole number from 18 to 120."},
		}, []string{"18", "120", "020", ""}},
		{"form-validate-regex", "pin", []refused{
			{"123", "pin", RuleRegex, "“pin” must fit the pattern of the server: [0-9]{4}"},
			{"12345", "pin", RuleRegex, "“pin” must fit the pattern of the server: [0-9]{4}"},
			{"a1234", "pin", RuleRegex, "“pin” must fit the pattern of the server: [0-9]{4}"},
		}, []string{"1234", ""}},
		{"form-validate-regex-bad", "pin", nil, []string{"1234", "anything"}},
		{"form-validate-list-range", "m", []refused{
			{"a|b|c", "m", RuleListRange, "Choose 1 to 2 of “m”."},
			{"a|d", "m", RuleOption, "“m” does not offer the choice \"d\"."},
		}, []string{"a", "b|c", ""}},
		{"form-validate-open-list", "l", []refused{
			{"a|b", "l", RuleSingle, "“l” takes one value only."},
		}, []string{"a", "something else"}},
		{"form-jids", "ref", []refused{
			{"ann@@shore.example", "ref", RuleJID, "“ref”: \"ann@@shore.example\" is not an XMPP address. It looks like name@example.org."},
			{"@shore.example", "ref", RuleJID, "“ref”: \"@shore.example\" is not an XMPP address. It looks like name@example.org."},
		}, []string{"ann@shore.example", ""}},
		{"form-jids", "friends", []refused{
			{"ann@shore.example\nbob b@shore.example", "friends", RuleJID, "“friends”: \"bob b@shore.example\" is not an XMPP address. It looks like name@example.org."},
		}, []string{"ann@shore.example\nbob@shore.example", "ann@shore.example|bob@shore.example"}},
		{"captcha-audio-choice", "ocr", []refused{
			{"", "ocr", RuleAnswers, "Answer one of: “Letters in the picture”, “Type what you hear”."},
		}, []string{"q8Rt2"}},
		{"captcha-audio-choice", "audio_recog", []refused{
			{"", "ocr", RuleAnswers, "Answer one of: “Letters in the picture”, “Type what you hear”."},
		}, []string{"seven"}},
	} {
		t.Run(c.name+"-"+c.field, func(t *testing.T) {
			query := queryOf(t, c.name)
			for _, value := range c.sent {
				sent := make(chan element, 1)
				m, _ := newTestManager(t, Config{}, func(p *peer) {
					giveForm(openFeatures, query)(p)
					set := p.request()
					sent <- set
					p.result(set, "")
					p.finish()
				})
				if _, err := m.RequestForm(background, ""); err != nil {
					t.Fatal(err)
				}
				for _, r := range c.refused {
					_, err := m.Submit(background, answers(c.field, r.value))
					var e *Error
					if !errors.As(err, &e) || e.Kind != KindForm || e.Reason != Rejected || e.Type != "modify" || e.Field != r.field || e.Rule != r.rule || e.Message != r.message {
						t.Errorf("%q: %#v", r.value, err)
					}
				}
				if _, err := m.Submit(background, answers(c.field, value)); err != nil {
					t.Errorf("%q: %v", value, err)
					continue
				}
				set := <-sent // the first that came, so none of the refused did
				want := strings.FieldsFunc(value, func(r rune) bool { return r == '|' || r == '\n' })
				if got := sentFor(&set, c.field); strings.Join(got, "|") != strings.Join(want, "|") {
					t.Errorf("sent %q, want %q", got, want)
				}
			}
		})
	}
}

// answers are those of a user who types kim, pw and one answer more, the values of
// which are parted by "|".
func answers(field, value string) Values {
	v := values("username", "kim", "password", "pw")
	v.Fields[field] = strings.Split(value, "|")
	return v
}

// sentFor returns the values that a request has for a field.
func sentFor(set *element, name string) (values []string) {
	x := set.child(nsRegister, "query").child(nsData, "x")
	for i := range x.children {
		if field := &x.children[i]; field.get("var") == name {
			for j := range field.children {
				values = append(values, field.children[j].text)
			}
		}
	}
	return values
}

func TestCheckTellsTheRuleThatIsBroken(t *testing.T) {
	options := `<option><value>1</value></option><option><value>2</value></option><option><value>3</value></option>`
	validate := func(attributes, method string) string {
		return `<validate xmlns='http://jabber.org/protocol/xdata-validate' ` + attributes + `>` + method + `</validate>`
	}
	integer := validate(`datatype='xs:integer'`, `<range min='1' max='10'/>`)
	for _, c := range []struct {
		what   string
		field  string
		values []string
		want   Rule
	}{
		{"nothing required", `<field var='f'><required/>`, nil, RuleRequired},
		{"empty required", `<field var='f'><required/>`, []string{""}, RuleRequired},
		{"nothing", `<field var='f'>`, nil, ""},
		{"nothing chosen, required", `<field var='f' type='list-multi'><required/>` + options, nil, RuleRequired},
		{"yes, required", `<field var='f' type='boolean'><required/>`, []string{"on"}, ""},
		{"no, required", `<field var='f' type='boolean'><required/>`, []string{"0"}, ""},
		{"neither, required", `<field var='f' type='boolean'><required/>`, nil, RuleRequired},
		{"two for one", `<field var='f'>`, []string{"a", "b"}, RuleSingle},
		{"two secrets", `<field var='f' type='text-private'>`, []string{"a", "b"}, RuleSingle},
		{"two lines", `<field var='f' type='text-multi'>`, []string{"a\nb", "c"}, ""},
		{"a bell", `<field var='f'>`, []string{"a\ab"}, RuleCharacter},
		{"broken text", `<field var='f' type='text-multi'>`, []string{"a", "b\xff"}, RuleCharacter},
		{"a character before what it is in", `<field var='f' type='list-single'>` + options, []string{"\x00"}, RuleCharacter},
		{"perhaps", `<field var='f' type='boolean'>`, []string{"perhaps"}, RuleBoolean},
		{"false", `<field var='f' type='boolean'>`, []string{"false"}, ""},
		{"a choice", `<field var='f' type='list-single'>` + options, []string{"2"}, ""},
		{"another choice", `<field var='f' type='list-single'>` + options, []string{"4"}, RuleOption},
		{"one wrong choice of several", `<field var='f' type='list-multi'>` + options, []string{"1", "4"}, RuleOption},
		{"a full address", `<field var='f' type='jid-single'>`, []string{"ann@shore.example/pda"}, ""},
		{"no address", `<field var='f' type='jid-single'>`, []string{"ann@"}, RuleJID},
		{"no address among several", `<field var='f' type='jid-multi'>`, []string{"ann@shore.example\n@x"}, RuleJID},
		{"hidden", `<field var='f' type='hidden'><required/>` + integer, []string{"a", "b"}, ""},
		{"fixed", `<field var='f' type='fixed'><required/>` + integer, []string{"a", "b"}, ""},

		{"no number", `<field var='f'>` + integer, []string{"a"}, RuleDatatype},
		{"outside", `<field var='f'>` + integer, []string{"11"}, RuleRange},
		{"inside", `<field var='f'>` + integer, []string{"10"}, ""},
		{"empty and not required", `<field var='f'>` + integer, []string{""}, ""},
		{"a secret outside", `<field var='f' type='text-private'>` + integer, []string{"11"}, RuleRange},
		{"a line outside", `<field var='f' type='text-multi'>` + integer, []string{"1\n11"}, RuleRange},
		{"no number in a later line", `<field var='f' type='text-multi'>` + integer, []string{"11", "a"}, RuleDatatype},
		{"lines with an empty one", `<field var='f' type='text-multi'>` + integer, []string{"1\n\n2"}, ""},
		{"an address of a datatype", `<field var='f' type='jid-single'>` + integer, []string{"ann@shore.example"}, ""},
		{"a boolean of a datatype", `<field var='f' type='boolean'>` + integer, []string{"on"}, ""},

		{"no bounds", `<field var='f'>` + validate(`datatype='xs:int'`, `<range/>`), []string{"-5"}, ""},
		{"only a lower bound", `<field var='f'>` + validate(`datatype='xs:int'`, `<range min='0'/>`), []string{"-5"}, RuleRange},
		{"only an upper bound", `<field var='f'>` + validate(`datatype='xs:int'`, `<range max='0'/>`), []string{"5"}, RuleRange},
		{"an upper bound that is none", `<field var='f'>` + validate(`datatype='xs:byte'`, `<range min='0' max='1000'/>`), []string{"127"}, ""},
		{"a lower bound that is none", `<field var='f'>` + validate(`datatype='xs:byte'`, `<range min='x' max='5'/>`), []string{"6"}, RuleRange},
		{"bounds the wrong way round", `<field var='f'>` + validate(`datatype='xs:int'`, `<range min='5' max='1'/>`), []string{"9"}, ""},
		{"bounds of a text", `<field var='f'>` + validate(``, `<range min='5' max='6'/>`), []string{"9"}, ""},
		{"bounds of an address", `<field var='f'>` + validate(`datatype='xs:anyURI'`, `<range min='a' max='b'/>`), []string{"c"}, ""},
		{"not of its datatype without a method", `<field var='f'>` + validate(`datatype='xs:date'`, ``), []string{"tomorrow"}, RuleDatatype},
		{"of an unknown datatype", `<field var='f'>` + validate(`datatype='x:house'`, `<range min='1' max='2'/>`), []string{"3"}, ""},
		{"by an unknown method", `<field var='f'>` + validate(`datatype='xs:int'`, `<luhn/>`), []string{"a"}, RuleDatatype},
		{"a date in time", `<field var='f'>` + validate(`datatype='xs:dateTime'`, `<range min='2003-10-05T00:00:00-07:00' max='2003-10-24T23:59:59-07:00'/>`), []string{"2003-10-25T06:59:59Z"}, ""},
		{"a date too late", `<field var='f'>` + validate(`datatype='xs:dateTime'`, `<range min='2003-10-05T00:00:00-07:00' max='2003-10-24T23:59:59-07:00'/>`), []string{"2003-10-25T07:00:00Z"}, RuleRange},
		{"NaN", `<field var='f'>` + validate(`datatype='xs:double'`, `<range min='0' max='1'/>`), []string{"NaN"}, ""},

		{"fits", `<field var='f'>` + validate(``, `<regex>[a-z]+</regex>`), []string{"abc"}, ""},
		{"fits in part", `<field var='f'>` + validate(``, `<regex>[a-z]+</regex>`), []string{"abc1"}, RuleRegex},
		{"a line that does not fit", `<field var='f' type='text-multi'>` + validate(``, `<regex>[a-z]+</regex>`), []string{"abc\n\n1"}, RuleRegex},
		{"no number and does not fit", `<field var='f'>` + validate(`datatype='xs:int'`, `<regex>[0-9]</regex>`), []string{"a"}, RuleDatatype},
		{"an empty pattern", `<field var='f'>` + validate(``, `<regex/>`), []string{"abc"}, ""},
		{"a pattern that is not understood", `<field var='f'>` + validate(``, `<regex>(?=b)a</regex>`), []string{"b"}, ""},
		{"a pattern that asks for too much", `<field var='f'>` + validate(``, `<regex>((a{0,100}){0,100}){0,100}</regex>`), []string{"b"}, ""},
		{"more than can be matched", `<field var='f'>` + validate(``, `<regex>(a{9}){9}</regex>`), []string{strings.Repeat("a", 1_000_000)}, ""},

		{"open to another choice", `<field var='f' type='list-single'>` + validate(``, `<open/>`) + options, []string{"4"}, ""},
		{"open to one that is no number", `<field var='f' type='list-single'>` + validate(`datatype='xs:int'`, `<open/>`) + options, []string{"a"}, RuleDatatype},
		{"open to several", `<field var='f' type='list-multi'>` + validate(``, `<open/>`) + options, []string{"1", "a", "b"}, ""},
		{"a basic list is not open", `<field var='f' type='list-single'>` + validate(``, `<basic/>`) + options, []string{"4"}, RuleOption},
		{"a range makes a list open", `<field var='f' type='list-single'>` + integer + options, []string{"4"}, ""},
		{"but not to what is outside", `<field var='f' type='list-multi'>` + integer + options, []string{"1", "11"}, RuleRange},
		{"a pattern makes a list open", `<field var='f' type='list-single'>` + validate(``, `<regex>[a-c]</regex>`) + options, []string{"b"}, ""},
		{"but not to what does not fit", `<field var='f' type='list-single'>` + validate(``, `<regex>[a-c]</regex>`) + options, []string{"d"}, RuleRegex},
		{"what is offered is the server's own affair", `<field var='f' type='list-single'>` + validate(``, `<regex>[a-c]</regex>`) + options, []string{"1"}, ""},

		{"too few", `<field var='f' type='list-multi'>` + validate(``, `<list-range min='2'/>`) + options, []string{"1"}, RuleListRange},
		{"too many", `<field var='f' type='list-multi'>` + validate(``, `<list-range max='1'/>`) + options, []string{"1", "2"}, RuleListRange},
		{"none at all", `<field var='f' type='list-multi'>` + validate(``, `<list-range min='2'/>`) + options, nil, ""},
		{"enough, typed ones among them", `<field var='f' type='list-multi'>` + validate(``, `<open/><list-range min='2' max='2'/>`) + options, []string{"1", "a"}, ""},
		{"too many, typed ones among them", `<field var='f' type='list-multi'>` + validate(``, `<list-range max='1'/><open/>`) + options, []string{"1", "a"}, RuleListRange},
		{"a range of a list-single", `<field var='f' type='list-single'>` + validate(``, `<list-range min='2'/>`) + options, []string{"1"}, ""},
		{"a range of lines", `<field var='f' type='text-multi'>` + validate(``, `<list-range max='1'/>`), []string{"1\n2"}, ""},
	} {
		t.Run(c.what, func(t *testing.T) {
			form := formOf(t, c.field+`</field>`)
			if got := form.Fields[0].Check(c.values); got != c.want {
				t.Errorf("breaks %q, want %q", got, c.want)
			}
			// The same is refused when the form is filled in.
			_, err := form.fill(Values{Fields: map[string][]string{"f": c.values}}, nil)
			var e *Error
			switch errors.As(err, &e); {
			case c.want == "" && err != nil:
				t.Errorf("refused: %v", err)
			case c.want != "" && (e == nil || e.Rule != c.want || e.Field != "f" || e.Kind != KindForm || e.Reason != Rejected):
				t.Errorf("refused by %#v", err)
			}
		})
	}
}

func TestPresetValueIsTheServersOwnAffair(t *testing.T) {
	form := formOf(t, `<field var='age'><validate xmlns='http://jabber.org/protocol/xdata-validate' datatype='xs:integer'><range min='18'/></validate><value>unknown</value></field>`+
		`<field var='list' type='list-single'><option><value>a</value></option><value>b</value></field>`)
	if _, err := form.fill(Values{}, nil); err != nil {
		t.Errorf("as it is: %v", err)
	}
	if _, err := form.fill(values("age", "unknown"), nil); !errors.Is(err, &Error{Field: "age"}) {
		t.Errorf("typed: %v", err)
	}
}

func TestListWithManyChoicesIsCheckedAtOnce(t *testing.T) {
	const many = 150_000
	field := Field{Name: "list", Type: ListMulti}
	for i := range many {
		field.Options = append(field.Options, Option{Value: "choice " + strconv.Itoa(i)})
		field.Values = append(field.Values, "choice "+strconv.Itoa(many-i-1))
	}
	form := &Form{IsDataForm: true, Fields: []Field{field}}
	start := time.Now()
	for name, v := range map[string]Values{"chosen": {Fields: map[string][]string{"list": field.Values}}, "preset": {}} {
		if sent, err := form.fill(v, nil); err != nil || len(sent[0].children[0].children) != many || sent[0].children[0].secret {
			t.Errorf("%s: %v", name, err)
		}
	}
	if took := time.Since(start); took > patience {
		t.Errorf("took %v", took)
	}
}

func TestValidationOfAFieldIsRead(t *testing.T) {
	const ns = `xmlns='http://jabber.org/protocol/xdata-validate'`
	for _, c := range []struct {
		xml  string
		want *Validation
	}{
		{``, nil},
		{`<validate datatype='xs:int'/>`, nil}, // of another namespace
		{`<validate ` + ns + `/>`, &Validation{Datatype: "xs:string", Method: Basic}},
		{`<validate ` + ns + ` datatype='xs:dateTime'/>`, &Validation{Datatype: "xs:dateTime", Method: Basic}},
		{`<validate ` + ns + ` datatype='xs:date'><basic/></validate>`, &Validation{Datatype: "xs:date", Method: Basic}},
		{`<validate ` + ns + `><open/></validate>`, &Validation{Datatype: "xs:string", Method: Open}},
		{`<validate ` + ns + ` datatype='xs:int'><range min='1' max='5'/></validate>`, &Validation{Datatype: "xs:int", Method: ByRange, Min: "1", Max: "5"}},
		{`<validate ` + ns + ` datatype='xs:int'><range min='1'/></validate>`, &Validation{Datatype: "xs:int", Method: ByRange, Min: "1"}},
		{"<validate " + ns + "><regex>\n  [a-z]{2} [0-9]\n</regex></validate>", &Validation{Datatype: "xs:string", Method: ByRegex, Regex: "[a-z]{2} [0-9]"}},
		{`<validate ` + ns + `><luhn/></validate>`, &Validation{Datatype: "xs:string", Method: Basic}},
		{`<validate ` + ns + `><list-range min='1' max='3'/></validate>`, &Validation{Datatype: "xs:string", Method: Basic, ListMin: 1, ListMax: 3}},
		{`<validate ` + ns + `><open/><list-range max='3'/></validate>`, &Validation{Datatype: "xs:string", Method: Open, ListMax: 3}},
		{`<validate ` + ns + `><list-range min='2' max='2'/><regex>a</regex></validate>`, &Validation{Datatype: "xs:string", Method: ByRegex, Regex: "a", ListMin: 2, ListMax: 2}},
		{`<validate ` + ns + `><list-range min='-1' max='many'/></validate>`, &Validation{Datatype: "xs:string", Method: Basic}},
		{`<validate ` + ns + `><list-range min='99999999999999999999' max='1.5'/></validate>`, &Validation{Datatype: "xs:string", Method: Basic}},
		{`<validate ` + ns + `><list-range min='3' max='2'/></validate>`, &Validation{Datatype: "xs:string", Method: Basic}},
		// The method in the namespace of the form, as in the example of section 4.2.
		{`<xdv:validate xmlns:xdv='http://jabber.org/protocol/xdata-validate' datatype='xs:int'><range max='5'/></xdv:validate>`, &Validation{Datatype: "xs:int", Method: ByRange, Max: "5"}},
		{`<validate ` + ns + ` datatype='xs:int'/><validate ` + ns + `/>`, &Validation{Datatype: "xs:int", Method: Basic}},
	} {
		form := formOf(t, `<field var='f'>`+c.xml+`</field>`)
		if got := form.Fields[0].Validation; !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s is %+v, want %+v", c.xml, got, c.want)
		}
	}
}

func TestRefusalSaysWhatToDo(t *testing.T) {
	number := &Validation{Datatype: "xs:integer", Method: ByRange, Min: "18", Max: "120"}
	for _, c := range []struct {
		field  Field
		values []string
		want   string
	}{
		{Field{Required: true}, nil, "“Age:?” must be filled in."},
		{Field{}, []string{"a", "b"}, "“Age:?” takes one value only."},
		{Field{}, []string{"a\x01"}, "“Age:?” holds a character that can't be sent (U+0001). Type it anew."},
		{Field{Type: Boolean}, []string{"x"}, "“Age:?” is answered by yes or no."},
		{Field{Validation: number}, []string{"17"}, "“Age:?” must be a whole number from 18 to 120."},
		{Field{Validation: number}, []string{"x"}, "“Age:?” must be a whole number from 18 to 120."},
		{Field{Validation: &Validation{Datatype: "xs:integer", Method: Basic, Min: "18"}}, []string{"x"}, "“Age:?” must be a whole number."},
		{Field{Validation: &Validation{Datatype: "xs:date"}}, []string{"x"}, "“Age:?” must be a date (such as 2004-09-22)."},
		{Field{Validation: &Validation{Method: ByRegex, Regex: "[0-9]+"}}, []string{"x"}, "“Age:?” must fit the pattern of the server: [0-9]+"},
		{Field{Description: "Digits only.", Validation: &Validation{Method: ByRegex, Regex: "[0-9]+"}}, []string{"x"}, "“Age:?” must be as the server describes it: Digits only."},
		{Field{Type: ListMulti, Validation: &Validation{Method: Open, ListMin: 2}}, []string{"x"}, "Choose at least 2 of “Age:?”."},
		{Field{Type: ListMulti, Validation: &Validation{Method: Open, ListMax: 1}}, []string{"x", "y"}, "Choose at most 1 of “Age:?”."},
		{Field{Type: ListMulti, Validation: &Validation{Method: Open, ListMin: 2, ListMax: 2}}, []string{"x"}, "Choose 2 of “Age:?”."},
	} {
		c.field.Name, c.field.Label = "age", "Age:? "
		if c.field.Type == "" {
			c.field.Type = TextSingle
		}
		_, err := c.field.answer(Values{Fields: map[string][]string{"age": c.values}})
		if err == nil || err.Error() != c.want {
			t.Errorf("%q: %v, want %s", c.values, err, c.want)
		}
	}
}

// TestAsManyChallengesAreAnsweredAsTheCaptchaWants answers those that are named.
func TestAsManyChallengesAreAnsweredAsTheCaptchaWants(t *testing.T) {
	const (
		account   = `<field var='username'><required/></field><field var='password' type='text-private'><required/></field>`
		challenge = `<field var='challenge' type='hidden'><value>c-77</value></field>`
		three     = `<field var='ocr' label='Letters'/><field var='audio_recog' label='Sound'/><field var='qa' label='Question'/>`
	)
	count := func(n string) string {
		return challenge + `<field var='answers' type='hidden'><value>` + n + `</value></field>`
	}
	for _, c := range []struct {
		what     string
		fields   string
		answered string
		field    string
		message  string
	}{
		{"one of three", account + count("1") + three, "", "ocr", "Answer one of: “Letters”, “Sound”, “Question”."},
		{"one of three, answered", account + count("1") + three, "qa", "", ""},
		{"two of three, one answered", account + count("2") + three, "ocr", "audio_recog", "Answer one of: “Sound”, “Question”."},
		{"two of three", account + count("2") + three, "", "ocr", "Answer 2 of: “Letters”, “Sound”, “Question”."},
		{"two of three, answered", account + count(" 2 ") + three, "qa audio_recog", "", ""},
		{"all", account + count("3") + three, "ocr", "audio_recog", "Answer “Sound”, “Question”."},
		{"none", account + count("0") + three, "", "", ""},
		{"one where nothing is said", account + challenge + three, "", "ocr", "Answer one of: “Letters”, “Sound”, “Question”."},
		{"one where nothing is said, answered", account + challenge + three, "qa", "", ""},
		{"garbage is nothing", account + count("two") + three, "", "ocr", "Answer one of: “Letters”, “Sound”, “Question”."},
		{"the only one", account + challenge + `<field var='ocr' label='Letters'/>`, "", "ocr", "Answer “Letters”."},
		{"a question that belongs to no CAPTCHA", account + three, "", "", ""},
		{"nothing to answer", account + count("2"), "", "", ""},
		{"a required one counts", account + count("2") + three + `<field var='video_q'><required/></field>`, "video_q sound", "ocr", "Answer one of: “Letters”, “Sound”, “Question”."},
		{"a challenge of another name", account + count("1") + `<field var='captcha'><media xmlns='urn:xmpp:media-element'><uri type='image/png'>https://shore.example/7.png</uri></media></field>`, "", "captcha", "Answer “captcha”."},
		{"required alone", account + challenge + `<field var='ocr'><required/></field><field var='qa'/>`, "ocr", "", ""},
		{"as in the example of XEP-0158 section 3.2", count("2") + `<field var='ocr'/><field var='audio_recog'/><field var='qa'><required/></field><field var='SHA-256' label='e03d7'/>`, "qa SHA-256", "", ""},
		{"as in the example of XEP-0158 section 4", count("3") + `<field var='ocr'/><field var='SHA-256' label='93C7A'/>` + account, "ocr", "", ""},
		{"the same without an answer", count("3") + `<field var='ocr'/><field var='SHA-256' label='93C7A'/>` + account, "", "ocr", "Answer one of: “ocr”, “93C7A”."},
		{"fewer than are required anyhow", count("3") + `<field var='ocr'/><field var='qa'/><field var='email'><required/></field>` + account, "qa", "", ""},
		{"one all the same", count("3") + `<field var='ocr'/><field var='qa'/><field var='email'><required/></field>` + account, "", "ocr", "Answer one of: “ocr”, “qa”."},
		{"more than there are", count("99") + three + account, "ocr qa", "audio_recog", "Answer “Sound”."},
	} {
		t.Run(c.what, func(t *testing.T) {
			form := formOf(t, c.fields)
			v := values("username", "kim", "password", "pw", "email", "kim@shore.example")
			for _, name := range strings.Fields(c.answered) {
				v.Fields[name] = []string{"7"}
			}
			_, err := form.fill(v, nil)
			var e *Error
			switch errors.As(err, &e); {
			case c.field == "" && err != nil:
				t.Errorf("refused: %v", err)
			case c.field != "" && (e == nil || e.Rule != RuleAnswers || e.Field != c.field || e.Message != c.message || e.Reason != Rejected):
				t.Errorf("refused by %#v, want %s: %s", err, c.field, c.message)
			}
		})
	}
}

func TestSettledNameIsNotChanged(t *testing.T) {
	form := &Form{Fields: []Field{{Name: "username", Type: TextSingle, Values: []string{"kim"}, ReadOnly: true}}}
	username := func(name string) (string, error) { return strings.ToLower(name), nil }
	var e *Error
	if _, err := form.fill(values("username", "ann"), username); !errors.As(err, &e) || e.Rule != RuleReserved || e.Field != "username" || e.Message != "“username” is settled: it is \"kim\"." {
		t.Errorf("error %#v", e)
	}
	for _, v := range []Values{{}, values("username", "kim"), values("username", "Kim")} {
		if sent, err := form.fill(v, username); err != nil || len(sent) != 1 || sent[0].text != "kim" {
			t.Errorf("%v: sent %v, %v", v, sent, err)
		}
	}
}

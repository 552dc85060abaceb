package form

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/xmppreg/xmppreg/internal/xmltree"
)

// sent is a payload as it goes out.
func sent(payload []xmltree.Element) string {
	query := xmltree.New(nsRegister, "query", payload...)
	return query.String()
}

// TestAnswersThatAFormRulesOutAreRefused gives answers to the forms of the shared
// cases: first those that are refused, then some that are sent.
func TestAnswersThatAFormRulesOutAreRefused(t *testing.T) {
	type refused struct {
		value, field string
		rule         Rule
	}
	for _, c := range []struct {
		name    string
		field   string
		refused []refused
		sent    []string
	}{
		{"form-validate-int-range", "age", []refused{
			{"17", "age", RuleRange}, {"121", "age", RuleRange}, {"eighteen", "age", RuleDatatype}, {"18.5", "age", RuleDatatype},
		}, []string{"18", "120", "020", ""}},
		{"form-validate-regex", "pin", []refused{
			{"123", "pin", RuleRegex}, {"12345", "pin", RuleRegex}, {"a1234", "pin", RuleRegex},
		}, []string{"1234", ""}},
		{"form-validate-regex-bad", "pin", nil, []string{"1234", "anything"}},
		{"form-validate-list-range", "m", []refused{
			{"a|b|c", "m", RuleListRange}, {"a|d", "m", RuleOption},
		}, []string{"a", "b|c", ""}},
		{"form-validate-open-list", "l", []refused{
			{"a|b", "l", RuleSingle},
		}, []string{"a", "something else"}},
		{"form-jids", "ref", []refused{
			{"ann@@shore.example", "ref", RuleJID}, {"@shore.example", "ref", RuleJID},
		}, []string{"ann@shore.example", ""}},
		{"form-jids", "friends", []refused{
			{"ann@shore.example\nbob b@shore.example", "friends", RuleJID},
		}, []string{"ann@shore.example\nbob@shore.example", "ann@shore.example|bob@shore.example"}},
		{"captcha-audio-choice", "ocr", []refused{
			{"", "ocr", RuleAnswers},
		}, []string{"q8Rt2"}},
		{"captcha-audio-choice", "audio_recog", []refused{
			{"", "ocr", RuleAnswers},
		}, []string{"seven"}},
	} {
		t.Run(c.name+"-"+c.field, func(t *testing.T) {
			form := caseForm(t, c.name)
			fill := func(value string) ([]xmltree.Element, error) {
				v := answers("username", "kim", "password", "pw")
				v.Fields[c.field] = strings.Split(value, "|")
				return form.Fill(v, nil)
			}
			for _, r := range c.refused {
				_, err := fill(r.value)
				isRefused(t, err, r.field, r.rule)
				var e *Error
				if want := map[bool]string{true: "jid-malformed", false: "not-acceptable"}[r.rule == RuleJID]; !errors.As(err, &e) || e.Condition != want {
					t.Errorf("%q: the error is %#v, want the condition %s", r.value, err, want)
				}
			}
			for _, value := range c.sent {
				payload, err := fill(value)
				if err != nil {
					t.Errorf("%q: %v", value, err)
					continue
				}
				want := strings.FieldsFunc(value, func(r rune) bool { return r == '|' || r == '\n' })
				if got := sentFor(payload, c.field); strings.Join(got, "|") != strings.Join(want, "|") {
					t.Errorf("sent %q, want %q", got, want)
				}
			}
		})
	}
}

func TestOldStyleFormIsFilledIn(t *testing.T) {
	form, _ := queryForm(t, `<username/><password/><email/><key>k-1</key>`)
	payload, err := form.Fill(answers("username", "kim", "password", "p<w", "email", "kim@shore.example", "key", "mine", "other", "x"), nil)
	if err != nil {
		t.Fatal(err)
	}
	const want = `<query xmlns='jabber:iq:register'><username>kim</username><password>p&lt;w</password><email>kim@shore.example</email><key>k-1</key></query>`
	if got := sent(payload); got != want {
		t.Errorf("sent %s, want %s", got, want)
	}
	for _, e := range payload {
		if e.Secret == (e.Name.Local == "key") {
			t.Errorf("%s is secret: %t", e.Name.Local, e.Secret)
		}
	}
}

func TestDataFormIsFilledIn(t *testing.T) {
	const options = `<option><value>a</value></option><option><value>b</value></option>`
	form := dataFormOf(t, `<field var='FORM_TYPE' type='hidden'><value>jabber:iq:register</value></field>`+
		`<field type='fixed'><value>Welcome</value></field><field var='username'/><field var='about' type='text-multi'/>`+
		`<field var='terms' type='boolean'/><field var='one' type='list-single'>`+options+`</field>`+
		`<field var='some' type='list-multi'><value>a</value>`+options+`</field><field var='city'><value>Kiel</value></field><field var='nick'/>`)
	hidden := `<field type='hidden' var='FORM_TYPE'><value>jabber:iq:register</value></field>`
	field := func(name string, values ...string) string {
		return `<field var='` + name + `'><value>` + strings.Join(values, `</value><value>`) + `</value></field>`
	}
	for _, c := range []struct {
		what   string
		values Values
		want   string
	}{
		{"nothing", Values{}, hidden + field("some", "a") + field("city", "Kiel")},
		{"nothing of a page's form", Values{Complete: true}, hidden + field("terms", "0") + field("city", "Kiel")},
		{"everything", Values{Fields: map[string][]string{
			"username": {"kim"}, "about": {"one\r\ntwo\n"}, "terms": {"on"}, "one": {"b"}, "some": {"a", "b"}, "city": {"Ulm"}, "nick": {"k"},
		}}, hidden + field("username", "kim") + field("about", "one", "two") + field("terms", "1") + field("one", "b") + field("some", "a", "b") + field("city", "Ulm") + field("nick", "k")},
		{"what was there is taken away", answers("terms", "", "city", "", "some", ""), hidden + field("terms", "0") + `<field var='city'><value/></field>`},
		{"no", answers("terms", "false"), hidden + field("terms", "0") + field("some", "a") + field("city", "Kiel")},
	} {
		payload, err := form.Fill(c.values, nil)
		if err != nil {
			t.Errorf("%s: %v", c.what, err)
			continue
		}
		if got, want := sent(payload), `<query xmlns='jabber:iq:register'><x xmlns='jabber:x:data' type='submit'>`+c.want+`</x></query>`; got != want {
			t.Errorf("%s: sent %s, want %s", c.what, got, want)
		}
	}
}

// TestOnlyWhatPeopleTypeIsSecret and not what a list offers, which the log may show.
func TestOnlyWhatPeopleTypeIsSecret(t *testing.T) {
	form := dataFormOf(t, `<field var='key' type='hidden'><value>k</value></field><field var='name'/><field var='yes' type='boolean'/>`+
		`<field var='offered' type='list-single'><option><value>a</value></option></field>`+
		`<field var='typed' type='list-multi'><validate xmlns='http://jabber.org/protocol/xdata-validate'><open/></validate><option><value>a</value></option></field>`)
	payload, err := form.Fill(Values{Fields: map[string][]string{"name": {"kim"}, "yes": {"1"}, "offered": {"a"}, "typed": {"a", "own"}}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range payload[0].Children {
		if name := e.Get("var"); e.Secret != (name == "name" || name == "typed") {
			t.Errorf("%s is secret: %t", name, e.Secret)
		}
	}
}

func TestUserNameOfAnAccountIsPrepared(t *testing.T) {
	malformed := errors.New("malformed")
	prepare := func(name string) (string, error) {
		if strings.Contains(name, "@") {
			return "", malformed
		}
		return strings.ToLower(name), nil
	}
	for _, c := range []struct {
		content string
		values  Values
		want    string // of the payload
		err     error
	}{
		{`<username/><password/>`, answers("username", "Kim", "password", "PW"), `<username>kim</username><password>PW</password>`, nil},
		{`<username/><password/>`, answers("username", "k@m", "password", "PW"), ``, malformed},
		{`<email/>`, answers("email", "Kim@Shore"), `<email>Kim@Shore</email>`, nil},
		{`<x xmlns='jabber:x:data' type='form'><field var='username' type='hidden'><value>U@1</value></field></x>`, Values{},
			`<x xmlns='jabber:x:data' type='submit'><field type='hidden' var='username'><value>U@1</value></field></x>`, nil},
	} {
		form, _ := queryForm(t, c.content)
		payload, err := form.Fill(c.values, prepare)
		if err != c.err {
			t.Errorf("%s: %v", c.content, err)
		}
		if got, want := sent(payload), `<query xmlns='jabber:iq:register'>`+c.want+`</query>`; err == nil && got != want {
			t.Errorf("sent %s, want %s", got, want)
		}
	}
}

func TestSettledNameIsNotChanged(t *testing.T) {
	form := &Form{Fields: []Field{{Name: "username", Type: TextSingle, Values: []string{"kim"}, ReadOnly: true}}}
	prepare := func(name string) (string, error) { return strings.ToLower(name), nil }
	_, err := form.Fill(answers("username", "ann"), prepare)
	isRefused(t, err, "username", RuleReserved)
	for _, v := range []Values{{}, answers("username", "kim"), answers("username", "Kim")} {
		if sent, err := form.Fill(v, prepare); err != nil || len(sent) != 1 || sent[0].Text != "kim" {
			t.Errorf("%v: sent %v, %v", v, sent, err)
		}
	}
}

func TestOnlyAServiceDoesWithoutAPassword(t *testing.T) {
	form := dataFormOf(t, `<field var='nick'/><field var='password' type='text-private'/>`)
	_, err := form.Fill(answers("nick", "kim"), nil)
	isRefused(t, err, "", "")
	_, err = form.Fill(answers("nick", "kim"), func(name string) (string, error) { return name, nil })
	isRefused(t, err, "password", RuleRequired)
}

func TestPasswordIsTheOneThatTheAnswersSet(t *testing.T) {
	for _, c := range []struct {
		content string
		values  Values
		want    string
	}{
		{`<username/><password/>`, answers("username", "kim", "password", "pw"), "pw"},
		{`<username/><password/>`, answers("username", "kim"), ""},
		{`<password>old</password>`, Values{}, "old"},
		{`<username/>`, answers("password", "pw"), ""},
		{`<x xmlns='jabber:x:data' type='form'><field var='password' type='fixed'><value>x</value></field></x>`, answers("password", "pw"), ""},
		{`<x xmlns='jabber:x:data' type='form'><field var='password' type='hidden'><value>x</value></field></x>`, answers("password", "pw"), "x"},
	} {
		form, _ := queryForm(t, c.content)
		if got := form.Password(c.values); got != c.want {
			t.Errorf("%s: %q, want %q", c.content, got, c.want)
		}
	}
}

func TestNewPasswordMustBeSendable(t *testing.T) {
	for password, rule := range map[string]Rule{"correct horse": "", " ": "", "": RuleRequired, "a\x00b": RuleCharacter, "\xff": RuleCharacter} {
		isRefused(t, CheckPassword(password), "password", rule)
	}
}

func TestWhatIsKnownGoesBeforeWhatIsAnswered(t *testing.T) {
	v := Values{Fields: map[string][]string{"username": {"bob"}, "old_password": {"pw"}}, Complete: true}
	got := v.With(map[string]string{"username": "kim", "password": "new"})
	want := Values{Fields: map[string][]string{"username": {"kim"}, "password": {"new"}, "old_password": {"pw"}}, Complete: true}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("values %v, want %v", got, want)
	}
	if v.Fields["username"][0] != "bob" || len(v.Fields) != 2 {
		t.Errorf("the answers have become %v", v)
	}
}

func TestValuesWithoutAFormBecomeOldStyleFields(t *testing.T) {
	v := answers("email", "e", "password", "p", "username", "u", "key", "k")
	form := OldStyle(v)
	if err := form.CheckNames(); err != nil {
		t.Error(err)
	}
	payload, err := form.Fill(v, nil)
	if err != nil {
		t.Fatal(err)
	}
	const want = `<query xmlns='jabber:iq:register'><username>u</username><password>p</password><email>e</email><key>k</key></query>`
	if got := sent(payload); got != want {
		t.Errorf("sent %s, want %s", got, want)
	}
	if _, err := OldStyle(answers("username", "")).Fill(answers("username", ""), nil); err == nil {
		t.Error("the user name may be empty")
	}
}

func TestNamesThatAreNoFieldsBecomeNoElements(t *testing.T) {
	for _, name := range []string{"accept terms", "x/><remove", "", "remove"} {
		err := OldStyle(answers("username", "kim", name, "1")).CheckNames()
		var e *Error
		if !errors.As(err, &e) || e.Field != name || e.Rule != "" {
			t.Errorf("%q: %#v", name, err)
		}
	}
}

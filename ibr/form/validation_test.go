package form

import (
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"
)

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
			form := dataFormOf(t, c.field+`</field>`)
			if got := form.Fields[0].Check(c.values); got != c.want {
				t.Errorf("breaks %q, want %q", got, c.want)
			}
			// The same is refused when the form is filled in.
			_, err := form.Fill(Values{Fields: map[string][]string{"f": c.values}}, nil)
			isRefused(t, err, "f", c.want)
		})
	}
}

func TestPresetValueIsTheServersOwnAffair(t *testing.T) {
	form := dataFormOf(t, `<field var='age'><validate xmlns='http://jabber.org/protocol/xdata-validate' datatype='xs:integer'><range min='18'/></validate><value>unknown</value></field>`+
		`<field var='list' type='list-single'><option><value>a</value></option><value>b</value></field>`)
	if _, err := form.Fill(Values{}, nil); err != nil {
		t.Errorf("as it is: %v", err)
	}
	_, err := form.Fill(answers("age", "unknown"), nil)
	isRefused(t, err, "age", RuleDatatype)
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
		if sent, err := form.Fill(v, nil); err != nil || len(sent[0].Children[0].Children) != many || sent[0].Children[0].Secret {
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
		form := dataFormOf(t, `<field var='f'>`+c.xml+`</field>`)
		if got := form.Fields[0].Validation; !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s is %+v, want %+v", c.xml, got, c.want)
		}
	}
}

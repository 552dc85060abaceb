package e2e

import (
	"encoding/base64"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/xmppreg/xmppreg/e2e/browser"
	"github.com/xmppreg/xmppreg/e2e/prosody"
	"github.com/xmppreg/xmppreg/e2e/servertest"
	"github.com/xmppreg/xmppreg/e2e/site"
)

// ownHosts are hosts of the shared server for one test each.
var ownHosts []prosody.Host

// host adds a host to the shared server, where anybody may register. It is for
// variables of the package, as they are there before the server starts.
func host(name, lua string) string {
	ownHosts = append(ownHosts, prosody.Host{Name: name, Lua: "allow_registration = true\n" + lua})
	return name
}

// formHost adds a host that sends this <query/> as its form, see
// mod_test_form.lua. more is Lua.
func formHost(name, query string, more ...string) string {
	lua := `modules_enabled = { "test_form" }` + "\ntest_form = " + quoted(query) + "\n"
	return host(name, lua+strings.Join(more, "\n"))
}

// quoted is a string in Lua.
func quoted(s string) string { return "[==[" + s + "]==]" }

// register is the payload of a registration form, dataForm one with a data form.
func register(children string) string {
	return "<query xmlns='jabber:iq:register'>" + children + "</query>"
}

func dataForm(children string) string { return register(xData(children)) }

func xData(children string) string {
	return "<x xmlns='jabber:x:data' type='form'>" + children + "</x>"
}

// accountFields are what every account needs.
const accountFields = `<field var='username' type='text-single' label='Name'><required/></field>
	<field var='password' type='text-private' label='Secret'><required/></field>`

// A submission is a <query/> that the server got.
type submission struct {
	Forms []struct {
		Type   string `xml:"type,attr"`
		Fields []struct {
			Type   string   `xml:"type,attr"`
			Var    string   `xml:"var,attr"`
			Values []string `xml:"value"`
		} `xml:"field"`
	} `xml:"jabber:x:data x"`
	Old []struct {
		XMLName xml.Name
		Text    string `xml:",chardata"`
	} `xml:",any"`
}

// String has the answers in their order: "username=ann password=secret".
func (s submission) String() string {
	var parts []string
	for _, f := range s.Old {
		parts = append(parts, f.XMLName.Local+"="+f.Text)
	}
	for _, form := range s.Forms {
		parts = append(parts, form.Type+":")
		for _, f := range form.Fields {
			part := f.Var + "=" + strings.Join(f.Values, "|")
			if f.Type != "" {
				part = "(" + f.Type + ")" + part
			}
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, " ")
}

// submissions are all that a host with mod_test_form got, once there are n.
func submissions(t *testing.T, host string, n int) []submission {
	t.Helper()
	line := regexp.MustCompile(`\b` + regexp.QuoteMeta(host) + `:test_form\s+info\s+submitted (\S+)`)
	var lines [][]string
	servertest.Eventually(t, fmt.Sprintf("%s did not get %d forms", host, n), func() bool {
		lines = line.FindAllStringSubmatch(server.Log(), -1)
		return len(lines) >= n
	})
	all := make([]submission, len(lines))
	for i, l := range lines {
		query, err := base64.StdEncoding.DecodeString(l[1])
		if err != nil {
			t.Fatal(err)
		}
		if err := xml.Unmarshal(query, &all[i]); err != nil {
			t.Fatalf("%v in %s", err, query)
		}
	}
	return all
}

// arrived checks that a host got one form, with these answers.
func arrived(t *testing.T, host, want string) {
	t.Helper()
	all := submissions(t, host, 1)
	if got := all[0].String(); got != want || len(all) != 1 {
		t.Errorf("%s got %d forms, the first of them\n%s\nwant\n%s", host, len(all), got, want)
	}
}

// formOf opens the sign-up page of a host, and waits for the host's own form.
func formOf(t *testing.T, host string) *browser.Tab {
	t.Helper()
	tab := signUp(t, direct(host))
	waitStep(tab, "form")
	return tab
}

// sentBy checks which requests the page has sent so far.
func sentBy(t *testing.T, tab *browser.Tab, want string) {
	t.Helper()
	var sent []string
	tab.Eval(`sent`, &sent)
	if got := strings.Join(sent, " "); got != want {
		t.Errorf("the page sent %q, want %q", got, want)
	}
}

// drawn describes the fields on the page, in their order: the name, the kind
// and the number of its controls, and whether it says that it is required.
func drawn(tab *browser.Tab) string {
	var fields []string
	tab.Eval(`[...$('.fields').children].map((e) => {
		const controls = [...e.querySelectorAll('input, select, textarea')];
		return [e.dataset.field ?? 'text', controls[0]?.type, controls.length > 1 && controls.length, (controls[0]?.required || e.ariaRequired === 'true' || e.querySelector('.required')) && 'required']
			.filter(Boolean).join(' ');
	})`, &fields)
	return strings.Join(fields, ", ")
}

// submit presses the button that sends the form.
func submit(tab *browser.Tab) { tab.Click("button[data-submit]") }

// wrong waits until a field is marked as wrong and has the focus. What was never
// sent is not to be called the server's refusal.
func wrong(t *testing.T, tab *browser.Tab, name string) {
	t.Helper()
	tab.Wait(fmt.Sprintf(`$('[data-field="%s"]:is([aria-invalid=true], :has([aria-invalid=true]))')
		&& active()?.name === '%[1]s'`, name))
	if said := tab.Text(fmt.Sprintf(`[data-field="%s"] .error`, name)); said == "" || strings.Contains(said, "The server did not") {
		t.Errorf("about %s the page says %q", name, said)
	}
}

var fieldsTest = host("fields.test", `
	modules_enabled = { "test_form" }
	registration_title = "Join fields.test"
	registration_instructions = "We need a little more.\nThank you."
	additional_registration_fields = {
		"email+"; "nick";
		{ name = "plan", type = "list-single", label = "Plan", required = true,
			options = { { value = "s", label = "Small" }, { value = "l", label = "Large" } } };
		{ name = "news", type = "boolean", label = "Send me news" };
		{ name = "about", type = "text-multi", label = "About you" };
	}`)

func TestFieldsThatProsodyIsToldToAskForAreAskedFor(t *testing.T) {
	tab := formOf(t, fieldsTest)
	waitStep(tab, "form")
	if title, text := tab.Text("h2"), tab.Text(".instructions"); title != "Join fields.test" || text != "We need a little more.\nThank you." {
		t.Errorf("title %q, instructions %q", title, text)
	}
	want := "username text required, password password required, email email required, nick text, plan radio 2 required, news checkbox, about textarea"
	if got := drawn(tab); got != want {
		t.Errorf("drawn are\n%s\nwant\n%s", got, want)
	}
	tab.Type("input[name=username]", "ann")
	tab.Type("input[name=password]", "correct horse")
	submit(tab)
	wrong(t, tab, "email")
	tab.Type("input[name=email]", "ann@example.org")
	submit(tab)
	wrong(t, tab, "plan")
	tab.Screenshot("fields")
	sentBy(t, tab, "get")

	tab.Click("input[name=plan][value=l]")
	tab.Click("input[name=news]")
	tab.Type("textarea[name=about]", "One line.")
	tab.Press(browser.Enter)
	tab.Press("Another <&>.")
	submit(tab)
	waitStep(tab, "done")
	arrived(t, fieldsTest, "submit: (hidden)FORM_TYPE=jabber:iq:register username=ann password=correct horse "+
		"email=ann@example.org plan=l news=1 about=One line.|Another <&>.")
	if err := logIn(t, "ann@fields.test", "correct horse"); err != nil {
		t.Error(err)
	}
}

var boundsTest = host("bounds.test", `
	modules_enabled = { "test_form" }
	additional_registration_fields = {
		{ name = "age", type = "text-single", label = "Age", datatype = "xs:integer", range_min = 14, range_max = 120, required = true };
	}`)

func TestValueThatProsodyWillNotTakeIsRefusedOnThePage(t *testing.T) {
	tab := formOf(t, boundsTest)
	tab.Type("input[name=username]", "ben")
	tab.Type("input[name=password]", "correct horse")
	for _, age := range []string{"old", "30.5", "13", "121"} {
		tab.Fill("input[name=age]", age)
		submit(tab)
		wrong(t, tab, "age")
	}
	if said := tab.Text("[data-field=age] .error"); !strings.Contains(said, "14") || !strings.Contains(said, "120") {
		t.Errorf("the bounds are not in %q", said)
	}
	tab.Screenshot("bounds")
	sentBy(t, tab, "get")
	tab.Fill("input[name=age]", "14")
	submit(tab)
	waitStep(tab, "done")
	sentBy(t, tab, "get set")
	if err := logIn(t, "ben@bounds.test", "correct horse"); err != nil {
		t.Error(err)
	}
}

const validate = `<validate xmlns='http://jabber.org/protocol/xdata-validate' datatype='`

var ruledForm = dataForm(accountFields +
	`<field var='zip' type='text-single' label='Postal code'>` + validate + `xs:string'><regex>[0-9]{5}</regex></validate></field>
	<field var='born' type='text-single' label='Born'>` + validate + `xs:date'><range max='2020-12-31'/></validate></field>
	<field var='page' type='text-single' label='Page'>` + validate + `xs:anyURI'><basic/></validate></field>
	<field var='many' type='list-multi' label='Some'>` + validate + `xs:string'><list-range min='1' max='2'/></validate>
		<option><value>a</value></option><option><value>b</value></option><option><value>c</value></option></field>
	<field var='any' type='list-single' label='Any'>` + validate + `xs:string'><open/></validate>
		<option><value>a</value></option><option><value>b</value></option></field>`)

var (
	validationTest    = formHost("validation.test", ruledForm)
	validationAPITest = formHost("validation-api.test", ruledForm)
)

func TestRulesOfAFormAreCheckedByTheModule(t *testing.T) {
	tab := client(t, site.Options{})
	var got struct {
		Bad  map[string]refusal
		Good struct{ JID string }
	}
	inPage(t, tab, `
		const reg = new RegistrationManager({ ...direct, domain: 'validation-api.test' });
		const good = { username: 'val', password: 'pw', zip: '01234', born: '2020-12-31', page: 'https://example.org/', many: ['a', 'c'], any: 'z' };
		const bad = {};
		for (const [name, value] of Object.entries({ zip: '1234', born: '2021-01-01', page: 'no page', many: ['a', 'b', 'c'] })) {
			bad[name] = await reg.submit({ ...good, [name]: value }).catch((e) => e);
		}
		return { bad, good: await reg.submit(good) };
	`, &got)
	for name, rule := range map[string]string{"zip": "regex", "born": "range", "page": "datatype", "many": "list-range"} {
		if e := got.Bad[name]; e.Field != name || e.Rule != rule || e.Reason != "rejected" || e.Kind != "form" {
			t.Errorf("%s: %+v", name, e)
		}
	}
	if got.Good.JID != "val@validation-api.test" {
		t.Errorf("%+v", got.Good)
	}
	arrived(t, validationAPITest, "submit: username=val password=pw zip=01234 born=2020-12-31 page=https://example.org/ many=a|c any=z")
}

func TestRulesOfAFormAreSaidOnThePage(t *testing.T) {
	tab := formOf(t, validationTest)
	tab.Type("[name=username]", "vera")
	tab.Type("[name=password]", "pw")
	tab.Type("[name=zip]", "1234")
	submit(tab)
	wrong(t, tab, "zip")
	tab.Type("[name=zip]", "5")
	// A control for dates, as every language has its own.
	tab.Eval(`(() => { const e = $('[name=born]'); e.focus(); e.value = '2021-01-01'; e.dispatchEvent(new Event('input', { bubbles: true })); })()`, nil)
	submit(tab)
	wrong(t, tab, "born")
	tab.Eval(`(() => { const e = $('[name=born]'); e.value = '2020-12-31'; e.dispatchEvent(new Event('input', { bubbles: true })); })()`, nil)
	tab.Type("[name=page]", "no page")
	submit(tab)
	wrong(t, tab, "page")
	tab.Fill("[name=page]", "https://example.org/")
	for _, value := range []string{"a", "b", "c"} {
		tab.Click("[name=many][value=" + value + "]")
	}
	submit(tab)
	wrong(t, tab, "many") // two at most
	tab.Screenshot("validation")
	tab.Click("[name=many][value=b]")
	tab.Type("[name=any]", "something else")
	sentBy(t, tab, "get")
	submit(tab)
	waitStep(tab, "done")
	all := submissions(t, validationTest, 1)
	if got, want := all[len(all)-1].String(), "submit: username=vera password=pw zip=12345 born=2020-12-31 page=https://example.org/ many=a|c any=something else"; got != want {
		t.Errorf("the server got\n%s\nwant\n%s", got, want)
	}
}

// A refusal is a RegistrationError, as JSON has it.
type refusal struct {
	Kind, Reason, Type, Condition, Text, Application, Field, Rule, URL string
	RetryAt                                                            string
	OutcomeUnknown                                                     bool
	Form                                                               *struct {
		Title  string
		Fields []struct {
			Name, Type, Label string
			Value             any
		}
	}
}

var typesTest = formHost("types.test", dataForm(`<title>All of them</title>
	<instructions>First line.</instructions><instructions>Second line.</instructions>
	<field var='FORM_TYPE' type='hidden'><value>jabber:iq:register</value></field>
	<field type='fixed'><value>About the account</value></field>
	<field var='username' label='Name'><required/></field>
	<field var='password' type='text-private' label='Secret'><required/><desc>Long is good.</desc></field>
	<field var='plain' type='text-single' label='Line'><value>given</value></field>
	<field var='text' type='text-multi' label='Lines'><value>one</value><value></value><value>three</value></field>
	<field var='yes' type='boolean' label='Yes'><value>true</value></field>
	<field var='no' type='boolean' label='No'/>
	<field type='fixed' var='more' label='A heading'><value>Two lines</value><value>of text</value></field>
	<field var='few' type='list-single' label='Few'><required/><option label='A'><value>a</value></option><option><value>b</value></option></field>
	<field var='lots' type='list-single' label='Lots'><value>3</value>
		<option label='One'><value>1</value></option><option label='Two'><value>2</value></option><option label='Three'><value>3</value></option>
		<option label='Four'><value>4</value></option><option label='Five'><value>5</value></option><option label='Six'><value>6</value></option></field>
	<field var='some' type='list-multi' label='Some'><value>x</value><option><value>x</value></option><option><value>y</value></option><option><value>z</value></option></field>
	<field var='friend' type='jid-single' label='Friend'/>
	<field var='friends' type='jid-multi' label='Friends'/>
	<field var='hidden' type='hidden'><value>1</value><value>2</value></field>
	<field var='odd' type='colour' label='Unknown type'/>
	<field var='unasked' type='text-single' label='Left empty'/>`))

func TestEveryTypeOfFieldIsDrawnAndSentBack(t *testing.T) {
	tab := formOf(t, typesTest)
	waitStep(tab, "form")
	if got := tab.Text(".instructions"); got != "First line.\nSecond line." {
		t.Errorf("instructions %q", got)
	}
	want := "text, username text required, password password required, plain text, text textarea, yes checkbox, no checkbox, text, " +
		"few radio 2 required, lots select-one, some checkbox 3, friend text, friends textarea, odd text, unasked text"
	if got := drawn(tab); got != want {
		t.Errorf("drawn are\n%s\nwant\n%s", got, want)
	}
	for selector, want := range map[string]string{
		"[name=plain]": "given", "[name=text]": "one\n\nthree", "[name=lots]": "3",
	} {
		if got := tab.Value(selector); got != want {
			t.Errorf("in %s stands %q", selector, got)
		}
	}
	var checked []string
	tab.Eval(`[...$('.fields').querySelectorAll(':checked[type]')].map((e) => e.name + e.value)`, &checked)
	if got := strings.Join(checked, " "); got != "yeson somex" {
		t.Errorf("checked are %s", got)
	}
	tab.Type("[name=username]", "ty")
	tab.Type("[name=password]", "p&<w")
	tab.Fill("[name=plain]", "") // taken away: must not come back
	tab.Click("[name=yes]")
	tab.Click("[name=no]")
	tab.Click("[name=few][value=b]")
	tab.Click("[name=some][value=x]")
	tab.Click("[name=some][value=y]")
	tab.Click("[name=some][value=z]")
	tab.Type("[name=friend]", "no address@")
	submit(tab)
	wrong(t, tab, "friend")
	tab.Fill("[name=friend]", "a@example.org")
	tab.Type("[name=friends]", "b@example.org\nc@example.org/phone\n")
	tab.Type("[name=odd]", "blue")
	tab.Screenshot("types")
	submit(tab)
	waitStep(tab, "done")
	sentBy(t, tab, "get set")
	arrived(t, typesTest, "submit: (hidden)FORM_TYPE=jabber:iq:register username=ty password=p&<w plain= text=one||three yes=0 no=1 "+
		"few=b lots=3 some=y|z friend=a@example.org friends=b@example.org|c@example.org/phone (hidden)hidden=1|2 odd=blue")
	if err := logIn(t, "ty@types.test", "p&<w"); err != nil {
		t.Error(err)
	}
}

// oddForms are forms as servers that are odd, old or wrong may send them.
var oddForms = []struct{ name, host, drawn, arrived string }{{
	name:    "no FORM_TYPE, and nothing around the fields",
	host:    formHost("plain.test", dataForm(accountFields)),
	drawn:   "username text required, password password required",
	arrived: "submit: username=odd password=secret",
}, {
	name: "old style in any order with a field that nobody knows",
	host: formHost("old.test", register(`<password/><instructions>All of it.</instructions><key>k3y</key><email>a@example.org</email>
		<shoesize/><username/><registered-by xmlns='urn:example'/>`)),
	drawn:   "password password required, email email required, shoesize text required, username text required",
	arrived: "password=secret key=k3y email=a@example.org shoesize=43 username=odd",
}, {
	name: "old style beside a form",
	host: formHost("both.test", register(`<username/><password/><misc/>`+
		xData(accountFields+`<field var='shoesize'/>`))),
	drawn:   "username text required, password password required, shoesize text",
	arrived: "submit: username=odd password=secret shoesize=43",
}, {
	name: "two forms",
	host: formHost("two.test", register(xData(accountFields+`<field var='shoesize'/>`)+
		xData(`<field var='username' label='Not this one'/>`))),
	drawn:   "username text required, password password required, shoesize text",
	arrived: "submit: username=odd password=secret shoesize=43",
}, {
	name: "a form that is a result comes first",
	host: formHost("result.test", register(`<x xmlns='jabber:x:data' type='result'><field var='username'><value>x</value></field></x>`+
		xData(accountFields+`<field var='shoesize'/>`))),
	drawn:   "username text required, password password required, shoesize text",
	arrived: "submit: username=odd password=secret shoesize=43",
}, {
	name: "fields without a name, twice the same name, and foreign elements",
	host: formHost("names.test", dataForm(`<reported><field var='reported'/></reported><extra xmlns='urn:example'><field var='foreign'/></extra>
		<field label='No name'><value>lost</value></field><field type='hidden'><value>lost</value></field>`+
		accountFields+`<field var='username' label='Again'/><field var='shoesize'><extra xmlns='urn:example'>x</extra><required/></field>
		<field var='shoesize' type='hidden'><value>40</value></field>
		<page xmlns='http://jabber.org/protocol/xdata-layout'><fieldref var='username'/></page>`)),
	drawn:   "username text required, password password required, shoesize text required",
	arrived: "submit: username=odd password=secret shoesize=43",
}, {
	name: "names that a page might trip over",
	host: formHost("trap.test", dataForm(`<field var='submit' type='hidden'><value>a</value></field><field var='__proto__' type='hidden'><value>b</value></field>`+
		accountFields+`<field var='shoesize'/><field var='constructor'><value>c</value></field><field var='append'><value>d</value></field>
		<field var='a b"]'><value>e</value></field>`)),
	drawn: `username text required, password password required, shoesize text, constructor text, append text, a b"] text`,
	arrived: `submit: (hidden)submit=a (hidden)__proto__=b username=odd password=secret shoesize=43 ` +
		`constructor=c append=d a b"]=e`,
}, {
	name: "a list without choices",
	host: formHost("choices.test", dataForm(accountFields+
		`<field var='shoesize' type='list-single'/><field var='colours' type='list-multi'/>`)),
	drawn:   "username text required, password password required, shoesize text, colours textarea",
	arrived: "submit: username=odd password=secret shoesize=43",
}}

func TestOddFormsAreDrawnAndSent(t *testing.T) {
	for _, test := range oddForms {
		t.Run(test.host, func(t *testing.T) {
			t.Parallel()
			tab := formOf(t, test.host)
			waitStep(tab, "form")
			if got := drawn(tab); got != test.drawn {
				t.Errorf("%s: drawn are\n%s\nwant\n%s", test.name, got, test.drawn)
			}
			tab.Type("[name=username]", "odd")
			tab.Type("[name=password]", "secret")
			if strings.Contains(test.drawn, "shoesize") {
				tab.Type("[name=shoesize]", "43")
			}
			submit(tab)
			waitStep(tab, "done")
			arrived(t, test.host, test.arrived)
			if err := logIn(t, "odd@"+test.host, "secret"); err != nil {
				t.Error(err)
			}
		})
	}
}

var emptyForms = map[string]string{
	"nothing":            formHost("nothing.test", register("")),
	"an empty data form": formHost("empty-form.test", dataForm("")),
	"another answer":     formHost("other.test", "<query xmlns='jabber:iq:auth'><username/></query>"),
	"no answer at all":   formHost("none.test", ""),
}

func TestAnswerWithoutAFormIsMalformed(t *testing.T) {
	for what, domain := range emptyForms {
		t.Run(domain, func(t *testing.T) {
			t.Parallel()
			tab := signUp(t, direct(domain))
			waitStep(tab, "failed")
			if got := tab.Attribute(".problem", "data-reason"); got != "malformed" {
				t.Errorf("%s: the reason is %s", what, got)
			}
		})
	}
}

// stagesHost adds a host that asks for a code once it has seen the rest, of
// visitors and of users.
func stagesHost(name string) string {
	const refusal = `<error type='modify'>
		<not-acceptable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>
		<text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>A code is on its way to you.</text></error>`
	const stage = `<title>One more thing</title><instructions>It takes three days.</instructions>` + accountFields + `
		<field var='ticket' type='hidden'><value>t1</value></field>
		<field var='code' type='text-single' label='Code from the letter'><required/></field>`
	return formHost(name, register("<username/><password/>"),
		`test_wants = { ticket = "t1"; code = "1234" }`,
		"test_refusal = "+quoted(dataForm(stage)+refusal),
		"test_account_refusal = "+quoted(dataForm(strings.Replace(stage, "Name'>", "Name'><value>uma</value>", 1))+refusal))
}

var (
	stagesTest    = stagesHost("stages.test")
	stagesAPITest = stagesHost("stages-api.test")
)

func TestFormInAnErrorIsTheErrorsForm(t *testing.T) {
	tab := client(t, site.Options{})
	var got struct {
		Error   refusal
		Wrong   refusal
		Account struct{ JID string }
		Told    []string
	}
	inPage(t, tab, `
		const reg = new RegistrationManager({ ...direct, domain: 'stages-api.test' });
		const told = [];
		for (const type of ['registrationFormReceived', 'registrationFailed', 'registrationSucceeded']) reg.addEventListener(type, () => told.push(type));
		const error = await reg.submit({ username: 'tim', password: 'pw' }).catch((e) => e);
		const wrong = await reg.submit({ username: 'tim', password: 'pw', code: '1' }).catch((e) => e);
		return { error, wrong, account: await reg.submit({ username: 'tim', password: 'pw', code: '1234' }), told };
	`, &got)
	for _, e := range []refusal{got.Error, got.Wrong} {
		var fields []string
		if e.Form != nil {
			for _, f := range e.Form.Fields {
				fields = append(fields, f.Name+" "+f.Type)
			}
		}
		if e.Reason != "rejected" || e.Text != "A code is on its way to you." || e.Form == nil || e.Form.Title != "One more thing" ||
			strings.Join(fields, ", ") != "username text-single, password text-private, ticket hidden, code text-single" {
			t.Errorf("%+v, fields %v", e, fields)
		}
	}
	if got.Account.JID != "tim@stages-api.test" {
		t.Errorf("account %+v", got.Account)
	}
	if told := strings.Join(got.Told, " "); told != "registrationFormReceived registrationFailed registrationFailed registrationSucceeded" {
		t.Errorf("events %s", told)
	}
	if all := submissions(t, stagesAPITest, 3); all[2].String() != "submit: username=tim password=pw (hidden)ticket=t1 code=1234" {
		t.Errorf("the server got %v", all)
	}
}

func TestFormInAnErrorIsDrawnAndKeepsWhatWasTyped(t *testing.T) {
	tab := formOf(t, stagesTest)
	fillIn(tab, "tom", "correct horse")
	tab.WaitVisible("input[name=code]")
	tab.WaitText(".problem", "A code is on its way to you.")
	if got, want := drawn(tab), "username text required, password password required, code text required"; got != want {
		t.Errorf("drawn are\n%s\nwant\n%s", got, want)
	}
	if tab.Value("input[name=username]") != "tom" || tab.Value("input[name=password]") != "correct horse" {
		t.Error("what was typed is lost")
	}
	if title, text := tab.Text("h2"), tab.Text(".view"); title != "One more thing" || !strings.Contains(text, "It takes three days.") {
		t.Errorf("the form's title is %q, or its instructions are not shown", title)
	}
	tab.Screenshot("stages")
	sentBy(t, tab, "get set")
	tab.Type("input[name=code]", "1234")
	tab.Press(browser.Enter)
	waitStep(tab, "done")
	sentBy(t, tab, "get set set")
	all := submissions(t, stagesTest, 2)
	for i, want := range []string{
		"username=tom password=correct horse",
		"submit: username=tom password=correct horse (hidden)ticket=t1 code=1234",
	} {
		if got := all[i].String(); got != want {
			t.Errorf("form %d: %s, want %s", i+1, got, want)
		}
	}
	if err := logIn(t, "tom@stages.test", "correct horse"); err != nil {
		t.Error(err)
	}
}

func TestFormInAnErrorOfAChangeIsAnsweredOnThePage(t *testing.T) {
	up := formOf(t, stagesTest)
	fillIn(up, "uma", "first")
	up.Type("input[name=code]", "1234")
	up.Press(browser.Enter)
	waitStep(up, "done")
	before := len(submissions(t, stagesTest, 2))

	tab := tabs.Tab(t)
	tab.Open(pages(t, direct(stagesTest)).URL + "/account.html")
	signIn(tab, "uma", "first")
	accountStep(tab, "account")
	tab.Type("input[name=new-password]", "second")
	tab.Type("input[name=repeat-password]", "second")
	tab.Press(browser.Enter)
	tab.WaitVisible("[data-section=change] input[name=code]")
	tab.WaitText("[data-section=change]", "A code is on its way to you.")
	tab.Screenshot("account-stages")
	tab.Type("[data-section=change] input[name=code]", "1234")
	tab.Press(browser.Enter)
	tab.Wait(`$('[data-section=change] .said')?.textContent`)
	all := submissions(t, stagesTest, before+2)
	if got := all[len(all)-1].String(); got != "submit: username=uma password=second (hidden)ticket=t1 code=1234" {
		t.Errorf("the server got %s", got)
	}
	if err := logIn(t, "uma@stages.test", "second"); err != nil {
		t.Error(err)
	}
}

var scriptsTest = formHost("scripts.test", dataForm(`<title>הרשמה</title><instructions>أهلاً بك! 欢迎 — स्वागत है</instructions>
	<field var='FORM_TYPE' type='hidden'><value>jabber:iq:register</value></field>
	<field var='username' type='text-single' label='שם משתמש'><required/><desc>حروف وأرقام فقط</desc></field>
	<field var='password' type='text-private' label='密码'><required/></field>
	<field var='entities' type='text-single' label='Q&amp;A &#x1F600; &lt;3'><value>&#x1F600;&amp;&quot;&lt;&#233;</value></field>
	<field var='lang' type='list-single' label='اللغة'><value>he</value>
		<option label='עברית'><value>he</value></option><option label='العربية'><value>ar</value></option></field>
	<field var='about' type='text-multi' label='Ελλάδα'/>`))

func TestAnyScriptIsShownInItsDirectionAndSentBack(t *testing.T) {
	tab := formOf(t, scriptsTest)
	waitStep(tab, "form")
	var got struct {
		Labels     []string
		Directions []string
		Value      string
	}
	tab.Eval(`(() => {
		const spans = [...$('.fields').querySelectorAll('.field > label > span:first-child, .field > legend > span:first-child')];
		const direction = (e) => getComputedStyle(e).direction;
		return {
			labels: spans.map((e) => e.textContent),
			directions: [...spans, $('h2'), $('.instructions')].map(direction),
			value: $('[name=entities]').value,
		};
	})()`, &got)
	if labels := strings.Join(got.Labels, "; "); labels != "שם משתמש; 密码; Q&A 😀 <3; اللغة; Ελλάδα" {
		t.Errorf("labels %s", labels)
	}
	if directions := strings.Join(got.Directions, " "); directions != "rtl ltr ltr rtl ltr rtl rtl" {
		t.Errorf("directions %s", directions)
	}
	if got.Value != `😀&"<é` {
		t.Errorf("the value is %q", got.Value)
	}
	tab.Type("[name=username]", "يوسف")
	tab.Type("[name=password]", "密码 ♥")
	tab.Click("[name=lang][value=ar]")
	tab.Type("[name=about]", "שלום\nGrüße 👋🏽")
	tab.Screenshot("scripts")
	submit(tab)
	waitStep(tab, "done")
	tab.Screenshot("scripts-done")
	if got := tab.Text(".address"); got != "يوسف@scripts.test" {
		t.Errorf("the address is %q", got)
	}
	arrived(t, scriptsTest, `submit: (hidden)FORM_TYPE=jabber:iq:register username=يوسف password=密码 ♥ entities=😀&"<é lang=ar about=שלום|Grüße 👋🏽`)
	if err := logIn(t, "يوسف@scripts.test", "密码 ♥"); err != nil {
		t.Error(err)
	}
}

// markup is what a server must not be able to put into a page, in XML.
const markup = `&lt;b onclick=&quot;x()&quot;&gt;bold&lt;/b&gt;&lt;img src=x onerror=evil()&gt;&lt;script&gt;evil()&lt;/script&gt;`

var markupTest = formHost("markup.test", dataForm(fmt.Sprintf(`<title>%[1]s</title><instructions>%[1]s</instructions>
	<field type='fixed'><value>%[1]s</value></field>
	<field var='username' type='text-single' label='%[1]s'><required/><desc>%[1]s</desc></field>
	<field var='password' type='text-private' label='Secret'><required/></field>
	<field var='list' type='list-single' label='List'><value>%[1]s</value><option label='%[1]s'><value>%[1]s</value></option></field>
	<field var='text' type='text-multi' label='Text'><value>%[1]s</value></field>`, markup)),
	fmt.Sprintf("test_refusal = %s", quoted(fmt.Sprintf(`<error type='modify'><not-acceptable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>
		<text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>%s</text></error>`, markup))))

func TestMarkupInAFormStaysText(t *testing.T) {
	const text = `<b onclick="x()">bold</b><img src=x onerror=evil()><script>evil()</script>`
	tab := formOf(t, markupTest)
	tab.Type("input[name=username]", "mal")
	tab.Type("input[name=password]", "pw")
	shown := func(want int) {
		t.Helper()
		encoded, _ := json.Marshal(text)
		var got struct{ Texts, Elements int }
		tab.Eval(fmt.Sprintf(`({
			texts: $('.view').parentNode.textContent.split(%s).length - 1,
			elements: $('.view').parentNode.querySelectorAll('b, img, script, [onclick], [onerror]').length,
		})`, encoded), &got)
		if got.Texts != want || got.Elements != 0 {
			t.Errorf("%d times as text, want %d; %d elements", got.Texts, want, got.Elements)
		}
	}
	shown(6) // title, instructions, fixed text, label, description, option
	if got := tab.Value("[name=text]"); got != text {
		t.Errorf("the value is %q", got)
	}
	tab.Screenshot("markup")
	tab.Press(browser.Enter)
	tab.Wait(`$('.problem q')`)
	shown(7 + 1) // the words of the error, and once more in its details
}

// The form has a MiB: a text as long as a book, and more fields than anybody
// would fill in.
var largeTest = formHost("large.test", dataForm(accountFields+
	"<field type='fixed'><value>"+strings.Repeat("These are the terms of service. ", 16<<10)+"</value></field>"+
	manyFields()))

func manyFields() string {
	var b strings.Builder
	for i := range 500 {
		fmt.Fprintf(&b, "<field var='q%d' type='text-single' label='Question %[1]d'><desc>%s</desc></field>", i, strings.Repeat("It means a lot. ", 60))
	}
	return b.String()
}

func TestFormOfAMebibyteIsDrawnAndSent(t *testing.T) {
	tab := formOf(t, largeTest)
	tab.Type("input[name=username]", "large")
	tab.Type("input[name=password]", "pw")
	tab.Type("input[name=q499]", "the last")
	var got struct{ Fields, Size int }
	tab.Eval(`({
		fields: $('.fields').querySelectorAll('[data-field]').length,
		size: $('.fields').textContent.length,
	})`, &got)
	if got.Fields != 502 || got.Size < 1e6 {
		t.Errorf("%d fields, %d characters", got.Fields, got.Size)
	}
	submit(tab)
	waitStep(tab, "done")
	arrived(t, largeTest, "submit: username=large password=pw q499=the last")
}

// TestFewerFieldsAreMarked has forms where some fields may be left empty.
func TestFewerFieldsAreMarked(t *testing.T) {
	for _, c := range []struct{ host, marked string }{
		{fewOptional, "Name, Secret, Shoe size optional"},
		{fewRequired, "Name required, Secret required, Shoe size, Hat, Belt"},
		{allRequired, "Name, Secret"},
	} {
		tab := formOf(t, c.host)
		waitStep(tab, "form")
		var got []string
		tab.Eval(`[...$('.fields').querySelectorAll('label')].map((label) => label.textContent)`, &got)
		if got := strings.Join(got, ", "); got != c.marked {
			t.Errorf("%s: the labels are %s, want %s", c.host, got, c.marked)
		}
		var required bool
		tab.Eval(`$('input[name=username]').required && $('input[name=password]').required`, &required)
		if !required {
			t.Errorf("%s: not all that is required says so", c.host)
		}
	}
}

var (
	fewOptional = formHost("few-optional.test", dataForm(accountFields+`<field var='shoesize' label='Shoe size'/>`))
	fewRequired = formHost("few-required.test", dataForm(accountFields+
		`<field var='shoesize' label='Shoe size'/><field var='hat' label='Hat'/><field var='belt' label='Belt'/>`))
	allRequired = formHost("all-required.test", dataForm(accountFields))
)

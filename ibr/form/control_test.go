package form

import (
	"fmt"
	"strings"
	"testing"
)

// drawn is all that a page is told of a field, in one line: control, keyboard,
// content, and then what is not as with most fields.
func drawn(field *Field) string {
	content := field.Content()
	parts := []string{string(field.Control()), string(field.Keyboard()), string(content.Type)}
	add := func(name string, value, none any) {
		if value != none {
			parts = append(parts, fmt.Sprintf("%s=%v", name, value))
		}
	}
	add("of", content.Min+"…"+content.Max, "…")
	min, max := field.Range()
	add("range", min+"…"+max, "…")
	least, most := field.Choices()
	add("choices", fmt.Sprintf("%d…%d", least, most), "0…0")
	add("multiple", field.Multiple(), false)
	add("open", field.Open(), false)
	add("checked", field.Checked(), false)
	add("true", field.IsTrue(), false)
	add("fallback", field.Fallback, false)
	add("captcha", field.Captcha(), CaptchaKind(""))
	add("link", field.Link(), "")
	add("autocomplete", field.Autocomplete(), "")
	add("generic", field.Generic(), false)
	add("agreement", field.Agreement(), false)
	return strings.Join(parts, " ")
}

// validated is the content of a field that says this about its values.
func validated(datatype, methods string) string {
	return `<validate xmlns='http://jabber.org/protocol/xdata-validate' datatype='` + datatype + `'>` + methods + `</validate>`
}

// TestPageIsToldHowToDrawAField has fields as servers send them.
func TestPageIsToldHowToDrawAField(t *testing.T) {
	const (
		options = `<option><value>a</value></option><option><value>b</value></option>`
		media   = `<media xmlns='urn:xmpp:media-element'><uri type='%s/x'>https://shore.example/7</uri></media>`
	)
	captcha := func(fields string) string {
		return `<field var='FORM_TYPE' type='hidden'><value>urn:xmpp:captcha</value></field>` + fields
	}
	for _, c := range []struct{ fields, want string }{ // the last field is the one
		// By its type.
		{`<field var='f'/>`, "line text text"},
		{`<field var='f' type='text-single'/>`, "line text text"},
		{`<field var='f' type='text-private'/>`, "password text text"},
		{`<field var='f' type='text-multi'/>`, "lines text text multiple=true"},
		{`<field var='f' type='jid-single'/>`, "line email address checked=true"},
		{`<field var='f' type='jid-multi'/>`, "lines email address multiple=true checked=true"},
		{`<field var='f' type='boolean'/>`, "checkbox text text"},
		{`<field var='f' type='boolean'><value>1</value></field>`, "checkbox text text true=true"},
		{`<field var='f' type='boolean'><value>true</value></field>`, "checkbox text text true=true"},
		{`<field var='f' type='boolean'><value>false</value></field>`, "checkbox text text"},
		{`<field var='f'><value>1</value></field>`, "line text text"},
		{`<field var='f' type='list-single'>` + options + `</field>`, "choice text text"},
		{`<field var='f' type='list-multi'>` + options + `</field>`, "choices text text multiple=true"},
		{`<field var='f' type='hidden'><value>https://shore.example/</value></field>`, "none text text"},
		{`<field var='f' type='fixed'><value>Welcome</value></field>`, "text text text"},
		{`<field var='f' type='of-the-future'/>`, "line text text"},

		// A list without options can only be answered by what it does not offer.
		{`<field var='f' type='list-single'/>`, "line text text open=true"},
		{`<field var='f' type='list-multi'/>`, "choices text text multiple=true open=true"},
		{`<field var='f' type='list-single'>` + validated("xs:string", `<open/>`) + options + `</field>`, "choice text text open=true checked=true"},
		{`<field var='f' type='list-single'>` + validated("xs:string", `<basic/>`) + options + `</field>`, "choice text text"},
		{`<field var='f' type='list-single'>` + validated("xs:integer", `<range min='1' max='9'/>`) + options + `</field>`, "choice numeric integer range=1…9 open=true checked=true"},
		{`<field var='f' type='list-multi'>` + validated("xs:string", `<regex>[a-c]</regex>`) + options + `</field>`, "choices text text multiple=true open=true checked=true"},
		{`<field var='f' type='text-multi'>` + validated("xs:string", `<open/>`) + `</field>`, "lines text text multiple=true checked=true"},

		// How many choices.
		{`<field var='f' type='list-multi'>` + validated("xs:string", `<list-range min='1' max='2'/>`) + options + `</field>`, "choices text text choices=1…2 multiple=true checked=true"},
		{`<field var='f' type='list-multi'>` + validated("xs:string", `<list-range max='2'/>`) + options + `</field>`, "choices text text choices=0…2 multiple=true checked=true"},
		{`<field var='f' type='list-multi'>` + validated("xs:string", `<list-range min='3' max='2'/>`) + options + `</field>`, "choices text text multiple=true"},
		{`<field var='f' type='list-single'>` + validated("xs:string", `<list-range min='2'/>`) + options + `</field>`, "choice text text"},
		{`<field var='f' type='text-multi'>` + validated("xs:string", `<list-range max='2'/>`) + `</field>`, "lines text text multiple=true"},

		// By its datatype.
		{`<field var='f'>` + validated("xs:string", ``) + `</field>`, "line text text"},
		{`<field var='f'>` + validated("x:house", ``) + `</field>`, "line text text"},
		{`<field var='f'>` + validated("xs:integer", ``) + `</field>`, "line numeric integer checked=true"},
		{`<field var='f'>` + validated("xsd:integer", ``) + `</field>`, "line numeric integer checked=true"},
		{`<field var='f'>` + validated("xs:byte", ``) + `</field>`, "line numeric integer of=-128…127 checked=true"},
		{`<field var='f'>` + validated("xs:short", ``) + `</field>`, "line numeric integer of=-32768…32767 checked=true"},
		{`<field var='f'>` + validated("xs:int", ``) + `</field>`, "line numeric integer of=-2147483648…2147483647 checked=true"},
		{`<field var='f'>` + validated("xs:long", ``) + `</field>`, "line numeric integer of=-9223372036854775808…9223372036854775807 checked=true"},
		{`<field var='f'>` + validated("xs:unsignedByte", ``) + `</field>`, "line numeric integer of=0…255 checked=true"},
		{`<field var='f'>` + validated("xs:unsignedShort", ``) + `</field>`, "line numeric integer of=0…65535 checked=true"},
		{`<field var='f'>` + validated("xs:unsignedInt", ``) + `</field>`, "line numeric integer of=0…4294967295 checked=true"},
		{`<field var='f'>` + validated("xs:unsignedLong", ``) + `</field>`, "line numeric integer of=0…18446744073709551615 checked=true"},
		{`<field var='f'>` + validated("xs:nonNegativeInteger", ``) + `</field>`, "line numeric integer of=0… checked=true"},
		{`<field var='f'>` + validated("xs:positiveInteger", ``) + `</field>`, "line numeric integer of=1… checked=true"},
		{`<field var='f'>` + validated("xs:nonPositiveInteger", ``) + `</field>`, "line text integer of=…0 checked=true"},
		{`<field var='f'>` + validated("xs:negativeInteger", ``) + `</field>`, "line text integer of=…-1 checked=true"},
		{`<field var='f'>` + validated("xs:decimal", ``) + `</field>`, "line decimal decimal checked=true"},
		{`<field var='f'>` + validated("xs:double", ``) + `</field>`, "line decimal decimal checked=true"},
		{`<field var='f'>` + validated("xs:float", ``) + `</field>`, "line decimal decimal checked=true"},
		{`<field var='f'>` + validated("xs:date", ``) + `</field>`, "line text date checked=true"},
		{`<field var='f'>` + validated("xs:time", ``) + `</field>`, "line text time checked=true"},
		{`<field var='f'>` + validated("xs:dateTime", ``) + `</field>`, "line text datetime checked=true"},
		{`<field var='f'>` + validated("xs:anyURI", ``) + `</field>`, "line url uri checked=true"},
		{`<field var='f'>` + validated("xs:language", ``) + `</field>`, "line text language checked=true"},
		{`<field var='f'>` + validated("xs:boolean", ``) + `</field>`, "line text boolean checked=true"},
		{`<field var='f' type='text-private'>` + validated("xs:int", ``) + `</field>`, "password numeric integer of=-2147483648…2147483647 checked=true"},
		{`<field var='f' type='text-multi'>` + validated("xs:int", ``) + `</field>`, "lines numeric integer of=-2147483648…2147483647 multiple=true checked=true"},
		{`<field var='f' type='jid-single'>` + validated("xs:integer", `<range min='1'/>`) + `</field>`, "line email address checked=true"},
		{`<field var='f' type='boolean'>` + validated("xs:integer", `<range min='1'/>`) + `</field>`, "checkbox text text"},
		{`<field var='f' type='fixed'>` + validated("xs:integer", `<range min='1'/>`) + `</field>`, "text text text"},
		{`<field var='f' type='hidden'>` + validated("xs:integer", `<range min='1'/>`) + `</field>`, "none text text"},

		// By the bounds that the server sets. A keyboard for numbers may have no minus.
		{`<field var='f'>` + validated("xs:integer", `<range min='18' max='120'/>`) + `</field>`, "line numeric integer range=18…120 checked=true"},
		{`<field var='f'>` + validated("xs:integer", `<range min='18'/>`) + `</field>`, "line numeric integer range=18… checked=true"},
		{`<field var='f'>` + validated("xs:integer", `<range max='-18'/>`) + `</field>`, "line numeric integer range=…-18 checked=true"},
		{`<field var='f'>` + validated("xs:integer", `<range min='-5' max='5'/>`) + `</field>`, "line text integer range=-5…5 checked=true"},
		{`<field var='f'>` + validated("xs:decimal", `<range min=' -0.5 '/>`) + `</field>`, "line text decimal range=-0.5… checked=true"},
		{`<field var='f'>` + validated("xs:byte", `<range min='0' max='1000'/>`) + `</field>`, "line numeric integer of=-128…127 range=0… checked=true"},
		{`<field var='f'>` + validated("xs:integer", `<range min='5' max='1'/>`) + `</field>`, "line numeric integer checked=true"},
		{`<field var='f'>` + validated("xs:integer", `<range min='x' max='y'/>`) + `</field>`, "line numeric integer checked=true"},
		{`<field var='f'>` + validated("xs:date", `<range min='2003-10-05' max='2003-10-24'/>`) + `</field>`, "line text date range=2003-10-05…2003-10-24 checked=true"},
		{`<field var='f'>` + validated("xs:string", `<range min='a' max='m'/>`) + `</field>`, "line text text range=a…m checked=true"},
		{`<field var='f'>` + validated("xs:string", `<regex>[0-9]{4}</regex>`) + `</field>`, "line text text checked=true"},

		// By the names that XEP-0077 gives.
		{`<field var='username'/>`, "line text text autocomplete=username"},
		{`<field var='password' type='text-private'/>`, "password text text autocomplete=new-password"},
		{`<field var='nick'/>`, "line text text autocomplete=nickname"},
		{`<field var='name'/>`, "line text text autocomplete=name"},
		{`<field var='first'/>`, "line text text autocomplete=given-name"},
		{`<field var='last'/>`, "line text text autocomplete=family-name"},
		{`<field var='address'/>`, "line text text autocomplete=address-line1"},
		{`<field var='address' type='text-multi'/>`, "lines text text multiple=true autocomplete=street-address"},
		{`<field var='city'/>`, "line text text autocomplete=address-level2"},
		{`<field var='state'/>`, "line text text autocomplete=address-level1"},
		{`<field var='state' type='list-single'>` + options + `</field>`, "choice text text autocomplete=address-level1"},
		{`<field var='zip'/>`, "line text text autocomplete=postal-code"},
		{`<field var='misc'/>`, "line text text"},
		{`<field var='text'/>`, "line text text"},
		{`<field var='email'/>`, "line email text autocomplete=email"},
		{`<field var='phone'/>`, "line tel text autocomplete=tel"},
		{`<field var='url'/>`, "line url text autocomplete=url"},
		{`<field var='date'/>`, "line text date autocomplete=bday"},
		{`<field var='date' label='Hired on'/>`, "line text date"},

		// By labels that say no more than the name does.
		{`<field var='email' label='Email'/>`, "line email text autocomplete=email generic=true"},
		{`<field var='email' label='E-mail address: *'/>`, "line email text autocomplete=email generic=true"},
		{`<field var='email' label='Email of your school'/>`, "line email text autocomplete=email"},
		{`<field var='username' label='USER'/>`, "line text text autocomplete=username generic=true"},
		{`<field var='date' label='Birth date'/>`, "line text date autocomplete=bday generic=true"},
		{`<field var='f' label='f'/>`, "line text text generic=true"},
		{`<field var='f' label='Email'/>`, "line text text"},
		{`<field var='email' label='email|e-mail'/>`, "line email text autocomplete=email"},
		{`<field var='email' label='|'/>`, "line email text autocomplete=email"},

		// Boxes to agree to something.
		{`<field var='terms' type='boolean'/>`, "checkbox text text agreement=true"},
		{`<field var='accept-tos' type='boolean'/>`, "checkbox text text agreement=true"},
		{`<field var='x#privacy_policy' type='boolean'/>`, "checkbox text text agreement=true"},
		{`<field var='newsletter' type='boolean'/>`, "checkbox text text"},
		{`<field var='photos' type='boolean'/>`, "checkbox text text"},
		{`<field var='terms'/>`, "line text text"},
		{`<field var='date'>` + validated("xs:string", ``) + `</field>`, "line text text autocomplete=bday"},
		{`<field var='email'>` + validated("xs:string", `<regex>.+@shore[.]example</regex>`) + `</field>`, "line email text checked=true autocomplete=email"},
		{`<field var='phone'>` + validated("xs:integer", ``) + `</field>`, "line numeric integer checked=true autocomplete=tel"},
		{`<field var='email' type='text-multi'/>`, "lines text text multiple=true"},
		{`<field var='email' type='text-private'/>`, "password text text"},
		{`<field var='email' type='list-single'>` + options + `</field>`, "choice text text autocomplete=email"},
		{`<field var='email' type='list-single'>` + validated("xs:string", `<open/>`) + options + `</field>`, "choice email text open=true checked=true autocomplete=email"},
		{`<field var='date' type='list-multi'/>`, "choices text text multiple=true open=true"},

		// Answers to a CAPTCHA.
		{`<field var='ocr'/>`, "line text text captcha=image"},
		{`<field var='picture_q'/>`, "line text text captcha=image"},
		{`<field var='picture_recog'/>`, "line text text captcha=image"},
		{`<field var='audio_recog'/>`, "line text text captcha=audio"},
		{`<field var='speech_q'/>`, "line text text captcha=audio"},
		{`<field var='speech_recog'/>`, "line text text captcha=audio"},
		{`<field var='video_q'/>`, "line text text captcha=video"},
		{`<field var='video_recog'/>`, "line text text captcha=video"},
		{`<field var='qa'/>`, "line text text captcha=question"},
		{`<field var='qa' type='list-single'>` + options + `</field>`, "choice text text captcha=question"},
		{`<field var='ocr' type='hidden'/>`, "none text text"},
		{`<field var='ocr' type='fixed'/>`, "text text text"},
		{`<field var='letters'>` + fmt.Sprintf(media, "image") + `</field>`, "line text text captcha=image"},
		{`<field var='letters'>` + fmt.Sprintf(media, "AUDIO") + `</field>`, "line text text captcha=audio"},
		{`<field var='letters'>` + fmt.Sprintf(media, "video") + `</field>`, "line text text captcha=video"},
		{`<field var='email'>` + fmt.Sprintf(media, "image") + `</field>`, "line text text captcha=image"},
		{`<field var='qa'>` + fmt.Sprintf(media, "image") + `</field>`, "line text text captcha=question"},
		{`<field type='fixed'>` + fmt.Sprintf(media, "image") + `</field>`, "text text text"},
		// Work for a machine is left out, unless nothing else will do.
		{`<field var='SHA-256'/>`, "none text text captcha=question"},
		{`<field var='SHA-256'><required/></field>`, "line text text captcha=question"},
		{`<field var='captchahidden' type='hidden'/>`, "none text text"},
		{`<field var='captchahidden' type='text-single'><required/></field>`, "none text text"},

		// What is there for those who can't be shown it.
		{`<field var='captcha-fallback-text' type='fixed'><value>Visit our page.</value></field>`, "text text text fallback=true"},
		{`<field var='captcha-fallback-text'><value>Visit our page.</value></field>`, "text text text fallback=true"},
		{`<field var='captcha-fallback-url'><value>https://shore.example/7</value></field>`, "text text text fallback=true link=https://shore.example/7"},
		{`<field var='captcha-fallback-url' type='hidden'><value>http://shore.example/7</value></field>`, "text text text fallback=true link=http://shore.example/7"},
		{`<field var='captcha-fallback-url'><value>javascript:alert(1)</value></field>`, "text text text fallback=true"},
		{`<field var='captcha-fallback-url'><required/><value>https://shore.example/7</value></field>`, "text text text fallback=true link=https://shore.example/7"},
		{captcha(`<field var='url'><value>https://shore.example/7</value></field>`), "text text text fallback=true link=https://shore.example/7"},
		{captcha(`<field var='url'/>`), "text text text fallback=true"},

		// A text that is an address.
		{`<field type='fixed'><value> https://shore.example/terms </value></field>`, "text text text link=https://shore.example/terms"},
		{`<field type='fixed'><value>http://shore.example/terms</value></field>`, "text text text"},
		{`<field type='fixed'><value>xmpp:shore.example</value></field>`, "text text text"},
		{`<field type='fixed'><value>https://shore.example/terms and more</value></field>`, "text text text"},
		{`<field type='fixed'><value>https://shore.example/</value><value>https://shore.example/</value></field>`, "text text text"},
		{`<field var='f'><value>https://shore.example/</value></field>`, "line text text"},
	} {
		fields := dataFormOf(t, c.fields).Fields
		if got := drawn(&fields[len(fields)-1]); got != c.want {
			t.Errorf("%s\n is %s\nwant %s", c.fields, got, c.want)
		}
	}
}

func TestOldStyleFieldsAreDrawnByTheirNames(t *testing.T) {
	form, _ := queryForm(t, `<username/><password/><email/><phone/><url/><date/><zip/><key>k</key><ocr/>`)
	var got []string
	for i := range form.Fields {
		got = append(got, form.Fields[i].Name+": "+drawn(&form.Fields[i]))
	}
	const want = "username: line text text autocomplete=username, password: password text text autocomplete=new-password, " +
		"email: line email text autocomplete=email, phone: line tel text autocomplete=tel, url: line url text autocomplete=url, " +
		"date: line text date autocomplete=bday, zip: line text text autocomplete=postal-code, key: none text text, " +
		"ocr: line text text captcha=image"
	if strings.Join(got, ", ") != want {
		t.Errorf("the fields are %s, want %s", strings.Join(got, ", "), want)
	}
}

func TestTitleThatAServerHasByItselfIsGeneric(t *testing.T) {
	form, _ := queryForm(t, `<x xmlns='jabber:x:data' type='form'><title>Creating a new account</title>`+
		`<instructions>Choose a username and password for use with this service.</instructions><field var='username'/></x>`)
	if !form.GenericTitle() || !form.GenericInstructions() {
		t.Error("Prosody's own words count as the operator's")
	}
	form, _ = queryForm(t, `<x xmlns='jabber:x:data' type='form'><title>Creating a new account</title>`+
		`<instructions>No spam, please.</instructions><field var='username'/></x>`)
	if form.GenericInstructions() {
		t.Error("an operator's words count for nothing")
	}
}

func TestSettledValueIsNotChecked(t *testing.T) {
	form := dataFormOf(t, `<field var='username' type='jid-single'/>`)
	form.Reserve("kim@shore.example")
	if field := form.Field("username"); field.Checked() || field.Control() != ControlLine {
		t.Errorf("the field is %s", drawn(field))
	}
}

// TestFieldOfACallersOwnIsDrawn has fields that no server has sent: the zero value
// is a line of text, and a method that is not known is none.
func TestFieldOfACallersOwnIsDrawn(t *testing.T) {
	for _, c := range []struct {
		field Field
		want  string
	}{
		{Field{}, "line text text"},
		{Field{Type: ListSingle, Options: []Option{{Value: "a"}}, Validation: &Validation{}}, "choice text text"},
		{Field{Type: ListSingle, Options: []Option{{Value: "a"}}, Validation: &Validation{Method: "luhn"}}, "choice text text"},
		{Field{Type: TextSingle, Media: []Media{{Type: "text/html"}}}, "line text text"},
	} {
		if got := drawn(&c.field); got != c.want {
			t.Errorf("%+v is %s, want %s", c.field, got, c.want)
		}
	}
}

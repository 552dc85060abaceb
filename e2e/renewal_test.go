package e2e

import (
	"fmt"
	"strings"
	"testing"

	"github.com/xmppreg/xmppreg/e2e/browser"
)

// What becomes of an error, and of what was typed, when the form that comes in place
// of a refused one has other fields.

const (
	nameTaken   = `<error type='cancel'><conflict xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>`
	wrongAnswer = `<error type='cancel'><not-allowed xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>`

	secretField = `<field var='password' type='text-private' label='Secret'><required/></field>`
	nameField   = `<field var='username' type='text-single' label='Name'><required/></field>`
	wrongWords  = "That was not the right answer, or it came too late."
	takenWords  = "This user name is taken."
)

// A renewal is a form that comes in place of another one.
type renewal struct {
	host, refused string // the field that was refused
	answer        string // what was typed there
	said          string
	now           string // the selector of the control, or of the problem, that what was wrong is said at
	drawn         string
	holds         string // what the control holds
}

func newRenewal(name, form, next, refusal string, r renewal) *renewal {
	r.host = formHost(name+".renewal.test", dataForm(form), "test_refusal = "+quoted(refusal), "test_next_form = "+quoted(dataForm(next)))
	return &r
}

func options(values ...string) string {
	var b strings.Builder
	for _, v := range values {
		fmt.Fprintf(&b, `<option><value>%s</value></option>`, v)
	}
	return b.String()
}

func question(name, label, more string) string {
	return fmt.Sprintf(`<field var='%s' type='text-single' label='%s'>%s<required/></field>`, name, label, more)
}

var renewals = map[string]*renewal{
	"another label": newRenewal("label", accountFields+question("qa", "Solve: 1 + 12", ""), accountFields+question("qa", "Solve: 2 + 12", ""),
		wrongAnswer, renewal{refused: "qa", answer: "12", said: wrongWords, now: "input[name=qa]"}),
	"another description": newRenewal("description", accountFields+question("qa", "Solve", "<desc>1 + 12</desc>"), accountFields+question("qa", "Solve", "<desc>2 + 12</desc>"),
		wrongAnswer, renewal{refused: "qa", answer: "12", said: wrongWords, now: "input[name=qa]"}),
	"another type": newRenewal("type", accountFields+question("qa", "Solve", ""), accountFields+`<field var='qa' type='list-single' label='Choose'><required/>`+options("13", "14")+`</field>`,
		wrongAnswer, renewal{refused: "qa", answer: "12", said: wrongWords, now: "input[name=qa]", drawn: "radio"}),
	"another kind of CAPTCHA": newRenewal("kind", challenge+question("ocr", "Letters", ""), challenge+question("qa", "Solve: 2 + 12", ""),
		wrongAnswer, renewal{refused: "ocr", answer: "abc", said: wrongWords, now: "input[name=qa]"}),
	"CAPTCHA under another name": newRenewal("name", challenge+question("ocr", "Letters", ""),
		challenge+`<field var='picture-7' type='text-single' label='Cats'><media xmlns='urn:xmpp:media-element'><uri type='image/png'>http://pictures.test/7.png</uri></media></field>`,
		wrongAnswer, renewal{refused: "ocr", answer: "abc", said: wrongWords, now: "input[name=picture-7]"}),
	"CAPTCHA in front of the rest": newRenewal("front", challenge+question("ocr", "Letters", ""), question("qa", "Solve: 2 + 12", "")+challenge,
		wrongAnswer, renewal{refused: "ocr", answer: "abc", said: wrongWords, now: "input[name=qa]"}),
	"no CAPTCHA any more": newRenewal("none", challenge+question("ocr", "Letters", ""), accountFields,
		wrongAnswer, renewal{refused: "ocr", answer: "abc", said: wrongWords, now: ".problem"}),
	"proposals instead of a name": newRenewal("proposals", accountFields, `<field var='username' type='list-single' label='Name'><required/>`+options("ann1", "ann2")+`</field>`+secretField,
		nameTaken, renewal{refused: "username", answer: "ann", said: takenWords, now: "input[name=username]", drawn: "radio"}),
	"many proposals": newRenewal("many", accountFields, `<field var='username' type='list-single' label='Name'><required/>`+options("ann1", "ann2", "ann3", "ann4", "ann5", "ann6")+`</field>`+secretField,
		nameTaken, renewal{refused: "username", answer: "ann", said: takenWords, now: "select[name=username]", drawn: "select-one"}),
	"proposals with the name": newRenewal("with", accountFields, `<field var='username' type='list-single' label='Name'><required/>`+options("ann", "ann2", "ann3", "ann4", "ann5", "ann6")+`</field>`+secretField,
		nameTaken, renewal{refused: "username", answer: "ann", said: takenWords, now: "select[name=username]", drawn: "select-one", holds: "ann"}),
	"proposals beside a name": newRenewal("beside", accountFields, `<field var='username' type='list-single' label='Name'><required/>`+validate+`xs:string'><open/></validate>`+options("ann1", "ann2")+`</field>`+secretField,
		nameTaken, renewal{refused: "username", answer: "ann", said: takenWords, now: "input[name=username]", drawn: "text", holds: "ann"}),
	"several lines for a name": newRenewal("lines", accountFields, `<field var='username' type='text-multi' label='Names'><required/></field>`+secretField,
		nameTaken, renewal{refused: "username", answer: "ann", said: takenWords, now: "textarea[name=username]", drawn: "textarea", holds: "ann"}),
	"a name that is settled": newRenewal("settled", accountFields, `<field var='username' type='fixed' label='Name'><value>ann1</value></field>`+secretField,
		nameTaken, renewal{refused: "username", answer: "ann", said: takenWords, now: ".problem"}),
	"no field for the name": newRenewal("gone", accountFields, question("nickname", "Called", "")+secretField,
		nameTaken, renewal{refused: "username", answer: "ann", said: takenWords, now: ".problem"}),
}

func TestWhatWasWrongIsSaidWhereTheNextFormHasAPlaceForIt(t *testing.T) {
	for name, r := range renewals {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tab := watched(t, "en", "/", direct(r.host), recording)
			waitStep(tab, "form")
			if r.refused != "username" {
				tab.Type("input[name=username]", "ann")
			}
			tab.Type("input[name=password]", "correct horse")
			tab.Type("input[name="+r.refused+"]", r.answer)
			tab.Eval(`settled().then(() => { heard.length = 0; })`, nil)
			tab.Press(browser.Enter)
			sent := "get set get"
			tab.Wait(fmt.Sprintf(`sent.join(' ') === %q && $('xmpp-signup').dataset.step === 'form'`, sent))
			tab.Wait(fmt.Sprintf(`active()?.matches(%q)`, r.now))
			var got struct {
				Said, Where, Type, Value, Password string
				Heard                              []string
			}
			tab.Eval(fmt.Sprintf(`settled().then(() => {
				const said = [...$('.frame').querySelectorAll('.error, .problem .what')].filter(({ textContent }) => textContent);
				const place = $(%[1]q);
				const isBeside = said[0]?.matches('.error') && said[0].closest('.field') === place.closest('.field');
				return {
					said: said.map(({ textContent }) => textContent).join(' | '),
					where: isBeside || said[0]?.closest('.problem') === place ? '' : 'elsewhere',
					type: place.type, value: place.value ?? '', password: $('[name=password]').value,
					heard: heard.map(({ said }) => said).filter(said => said?.includes(%[2]q)),
				};
			})`, r.now, r.said), &got)
			if !strings.HasPrefix(got.Said, r.said) || strings.Contains(got.Said, " | ") || got.Where != "" {
				t.Errorf("the page says %q, %s", got.Said, got.Where)
			}
			if r.drawn != "" && got.Type != r.drawn || r.holds != "" && got.Value != r.holds || got.Password != "correct horse" {
				t.Errorf("%+v", got)
			}
			if isCaptcha := r.said == wrongWords; isCaptcha && len(got.Heard) != 1 || len(got.Heard) == 0 {
				t.Errorf("a screen reader says it as %q", got.Heard)
			}
		})
	}
}

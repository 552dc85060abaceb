package e2e

import (
	"maps"
	"strings"
	"testing"
)

// knownFields asks for what XEP-0077 has names for, with Prosody's own labels, title and
// instructions.
var knownFields = host("known-fields.test", `additional_registration_fields = {
	"nick", "name", "first", "last", "email+", "address", "city", "state", "zip", "phone", "url", "date",
	{ name = "misc", type = "text-single", label = "misc" },
	{ name = "text", type = "text-single", label = "How did you hear of us?" },
}`)

// TestFieldsOfARegistrationHaveWordsKeyboardAndAutocomplete has each field as: label, type,
// inputmode, autocomplete. In English the server's words stay, but for those that are only the
// field's name.
func TestFieldsOfARegistrationHaveWordsKeyboardAndAutocomplete(t *testing.T) {
	for lang, want := range map[string]string{
		"en": `
			username: User name, text, , username
			password: Password, password, , new-password
			nick: Nickname, text, , nickname
			name: Full Name, text, , name
			first: Given Name, text, , given-name
			last: Family Name, text, , family-name
			email: Email address, email, , email
			address: Street, text, , address-line1
			city: City, text, , address-level2
			state: State or region, text, , address-level1
			zip: Postal code, text, , postal-code
			phone: Telephone number, tel, , tel
			url: Webpage, url, , url
			date: Birth date, date, , bday
			misc: Other information, text, ,
			text: How did you hear of us?, text, ,`,
		"de": `
			username: Benutzername, text, , username
			password: Passwort, password, , new-password
			nick: Spitzname, text, , nickname
			name: Vollständiger Name, text, , name
			first: Vorname, text, , given-name
			last: Nachname, text, , family-name
			email: E-Mail-Adresse, email, , email
			address: Straße und Hausnummer, text, , address-line1
			city: Ort, text, , address-level2
			state: Bundesland oder Region, text, , address-level1
			zip: Postleitzahl, text, , postal-code
			phone: Telefonnummer, tel, , tel
			url: Website, url, , url
			date: Geburtsdatum, date, , bday
			misc: Sonstige Angaben, text, ,
			text: How did you hear of us?, text, ,`,
	} {
		t.Run(lang, func(t *testing.T) {
			attributes := maps.Clone(direct(knownFields))
			attributes["lang"] = lang
			tab := signUp(t, attributes)
			waitStep(tab, "form")
			tab.Wait(`$('input[name=text]')`)
			var got []string
			tab.Eval(`[...$('xmpp-signup').shadowRoot.querySelectorAll('[data-field]')].map((field) => {
				const input = field.querySelector('input');
				const label = field.querySelector('label > span').textContent;
				return field.dataset.field + ': ' + [label, input.type, input.inputMode, input.autocomplete].join(', ').trim();
			})`, &got)
			if want := strings.ReplaceAll(strings.TrimSpace(want), "\t", ""); strings.Join(got, "\n") != want {
				t.Errorf("the fields are\n%s\nwant\n%s", strings.Join(got, "\n"), want)
			}
			// What Prosody says above them by itself adds nothing to what the page has said before.
			title, instructions := tab.Text("h2"), tab.Text(".instructions")
			if !strings.Contains(title, knownFields) || !strings.Contains(instructions, "XMPP") {
				t.Errorf("above them stands %q, %q", title, instructions)
			}
		})
	}
}

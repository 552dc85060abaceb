package ibr

import (
	"errors"
	"testing"
)

func TestOnlyAnAddressThatMayBeFollowedIsGivenAsOne(t *testing.T) {
	for address, followed := range map[string]bool{
		"https://shore.example/new":         true,
		"HTTP://shore.example/new":          true,
		"mailto:accounts@shore.example":     true,
		"xmpp:shore.example?register":       true,
		"javascript:alert(document.domain)": false,
		"java\tscript:alert(1)":             false,
		"data:text/html,x":                  false,
		"//shore.example/new":               false,
		"see our page":                      false,
	} {
		t.Run(address, func(t *testing.T) {
			want, stray := address, "Elsewhere."
			if !followed {
				want, stray = "", "Elsewhere.\n"+address
			}
			m, _ := newTestManager(t, Config{}, func(p *peer) {
				giveForm(openFeatures, `<query xmlns='jabber:iq:register'><instructions>Elsewhere.</instructions><x xmlns='jabber:x:oob'><url> `+address+`
				</url></x></query>`)(p)
				p.fail(p.request(), `<error type='cancel'><gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>`+address+`</gone></error>`)
				p.finish()
			})
			form, err := m.RequestForm(background, "")
			if err != nil || form.URL != want || form.Instructions != stray {
				t.Errorf("url %q, instructions %q, %v", form.URL, form.Instructions, err)
			}
			_, err = m.RequestForm(background, "")
			var e *Error
			if !errors.As(err, &e) || e.URL != want {
				t.Errorf("error %#v", err)
			}
		})
	}
}

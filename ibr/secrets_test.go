package ibr

import (
	"errors"
	"strings"
	"testing"
)

// failText is an error with a text for people.
func failText(condition, text string) string {
	return `<error type='modify'><` + condition + ` xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/><text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>` + text + `</text></error>`
}

// nothingSecret fails the test if something with SECRET in it was logged.
func nothingSecret(t *testing.T, events *recorder, said string) {
	t.Helper()
	logged := false
	for _, l := range eventsOf[Log](events) {
		if strings.Contains(l.Message, "SECRET") {
			t.Errorf("logged: %s", l.Message)
		}
		logged = logged || strings.Contains(l.Message, said)
	}
	if !logged {
		t.Errorf("%q was not logged", said)
	}
}

func TestSecretThatTheServerRepeatsIsNotLogged(t *testing.T) {
	t.Run("registration", func(t *testing.T) {
		m, events := newTestManager(t, Config{Token: "tok-SECRET"}, func(p *peer) {
			p.Open(tokenFeatures)
			p.Result(p.Request(), "")
			p.Result(p.Request(), `<query xmlns='jabber:iq:register'><instructions>Used: tok-SECRET</instructions><x xmlns='jabber:x:oob'><url>https://shore.example/register?t=SECRET</url></x><x xmlns='jabber:x:data' type='form'><title>For tok-SECRET</title><field type='hidden' var='challenge'><value>c-1</value></field><field type='text-single' var='username'/><field type='text-private' var='password'/><field type='text-single' var='ocr' label='Not tok-SECRET'/><field type='list-single' var='of'><option><value>anybody</value></option></field></x></query>`)
			p.Fail(p.Request(), failText("not-acceptable", "The password pw-SECRET of name-secret, not ocr%2DSECRET, is too weak for anybody"))
			p.Finish()
		})
		if _, err := m.RequestForm(background, ""); err != nil {
			t.Fatal(err)
		}
		_, err := m.Submit(background, values("username", "name-SECRET", "password", "pw-SECRET", "ocr", "ocr-SECRET", "of", "anybody"))
		var e *Error
		if !errors.As(err, &e) || !strings.Contains(e.Text, "pw-SECRET") {
			t.Errorf("the user is not told what the server says: %v", err)
		}
		nothingSecret(t, events, "The password … of …, not …, is too weak for anybody")
	})
	t.Run("old-style fields", func(t *testing.T) {
		m, events := newTestManager(t, Config{}, func(p *peer) {
			giveForm(openFeatures, plainQuery)(p)
			p.Fail(p.Request(), failText("not-acceptable", "pw-SECRET is too weak"))
			p.Finish()
		})
		if _, err := m.Submit(background, values("username", "kim", "password", "pw-SECRET")); err == nil {
			t.Error("no error")
		}
		nothingSecret(t, events, "… is too weak")
	})
	t.Run("change", func(t *testing.T) {
		m, events := newTestManager(t, Config{}, func(p *peer) {
			p.Login("old-SECRET")
			p.Fail(p.Request(), changeForm+failText("not-authorized", "new-SECRET is no better than old-SECRET"))
			p.Fail(p.Request(), failText("not-acceptable", "new-SECRET, old-SECRET: no"))
			p.Finish()
		})
		if err := m.Connect(background, Login{JID: "kim@shore.example", Password: "old-SECRET"}); err != nil {
			t.Fatal(err)
		}
		if err := m.ChangePassword(background, "new-SECRET", values("old_password", "old-SECRET")); err == nil {
			t.Error("no error")
		}
		nothingSecret(t, events, "… is no better than …")
		nothingSecret(t, events, "…, …: no")
	})
}

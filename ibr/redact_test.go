package ibr

import (
	"errors"
	"strings"
	"testing"
)

func TestSecretsAreHiddenInATextOfTheServer(t *testing.T) {
	for _, tt := range []struct {
		secrets    secrets
		text, want string
	}{
		{secrets{"hunter2secret"}, "The password hunter2secret is too weak", "The password … is too weak"},
		{secrets{"hunter2secret"}, "“xhunter2secretx”", "“x…x”"},
		{secrets{"p&s w/ü%"}, "at p%26s%20w%2F%C3%BC%25, p%26s+w%2f%c3%bc%25, p&s w/ü%", "at …, …, …"},
		{secrets{"p%41s"}, "p%41s p%2541s pAs", "… … pAs"},
		{secrets{"100%25"}, "100%25 100%2525 100%", "… … 100%"},
		{secrets{"abcdef", "defghi", "abcd"}, "abcdefghi.", "…."},
		// A short one is hidden as a word only.
		{secrets{"e"}, "The password e is too weak: “e”", "The password … is too weak: “…”"},
		{secrets{"12ü"}, "12ü 112ü 12üe (12%C3%BC)", "… 112ü 12üe (…)"},
		{nil, "Go to https://shore.example/join?t=TOKEN#x now", "Go to https://shore.example/join?… now"},
		{nil, "xmpp:shore.example?register;preauth=TOKEN\nhttps://shore.example/#TOKEN", "xmpp:shore.example?…\nhttps://shore.example/#…"},
		{nil, "register?t=TOKEN", "register?…"},
		{nil, "What is 2:1? Who? C# or why?no.", "What is 2:1? Who? C# or why?no."},
		{secrets{"TOKEN"}, "https://shore.example/TOKEN/x?y=TOKEN", "https://shore.example/…/x?…"},
		{secrets{"a:b?c=d"}, "a:b?c=d is too weak", "… is too weak"},
		{nil, "", ""},
	} {
		if got := tt.secrets.hide(tt.text); got != tt.want {
			t.Errorf("%q without %q is %q, want %q", tt.text, []string(tt.secrets), got, tt.want)
		}
	}
	long := strings.Repeat("x", 1<<20)
	if got := (secrets{"secret"}).hide(long + " secret"); len(got) > 2*maxLogged {
		t.Errorf("%d bytes for the log", len(got))
	}
}

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
			p.open(tokenFeatures)
			p.result(p.request(), "")
			p.result(p.request(), `<query xmlns='jabber:iq:register'><instructions>Used: tok-SECRET</instructions><x xmlns='jabber:x:oob'><url>https://shore.example/register?t=SECRET</url></x><x xmlns='jabber:x:data' type='form'><title>For tok-SECRET</title><field type='hidden' var='challenge'><value>c-1</value></field><field type='text-single' var='username'/><field type='text-private' var='password'/><field type='text-single' var='ocr' label='Not tok-SECRET'/><field type='list-single' var='of'><option><value>anybody</value></option></field></x></query>`)
			p.fail(p.request(), failText("not-acceptable", "The password pw-SECRET of name-secret, not ocr%2DSECRET, is too weak for anybody"))
			p.finish()
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
			p.fail(p.request(), failText("not-acceptable", "pw-SECRET is too weak"))
			p.finish()
		})
		if _, err := m.Submit(background, values("username", "kim", "password", "pw-SECRET")); err == nil {
			t.Error("no error")
		}
		nothingSecret(t, events, "… is too weak")
	})
	t.Run("change", func(t *testing.T) {
		m, events := newTestManager(t, Config{}, func(p *peer) {
			p.login("old-SECRET")
			p.fail(p.request(), changeForm+failText("not-authorized", "new-SECRET is no better than old-SECRET"))
			p.fail(p.request(), failText("not-acceptable", "new-SECRET, old-SECRET: no"))
			p.finish()
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

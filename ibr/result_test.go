package ibr

import (
	"reflect"
	"testing"

	"github.com/xmppreg/xmppreg/ibr/form"
	"github.com/xmppreg/xmppreg/ibr/internal/scripted"
)

const codeQuery = `<query xmlns='jabber:iq:register'><x xmlns='jabber:x:data' type='form'><instructions>Type the code from your e-mail.</instructions>` +
	`<field type='hidden' var='FORM_TYPE'><value>jabber:iq:register</value></field><field var='code'><required/></field></x></query>`

func TestResultSaysWhatIsStillToBeDone(t *testing.T) {
	for name, c := range map[string]struct {
		result string
		want   Account
	}{
		"nothing":            {"", Account{}},
		"words":              {"<query xmlns='jabber:iq:register'><instructions>Open your mail.</instructions></query>", Account{Instructions: "Open your mail."}},
		"an element alone":   {"<query xmlns='jabber:iq:register'><email-confirmation-required/></query>", Account{Application: "email-confirmation-required"}},
		"another namespace":  {"<query xmlns='jabber:iq:register'><approval xmlns='urn:example:n'/></query>", Account{Application: "approval"}},
		"an address":         {"<query xmlns='jabber:iq:register'><x xmlns='jabber:x:oob'><url>https://shore.example/go</url><desc>Confirm.</desc></x></query>", Account{URL: "https://shore.example/go", Instructions: "Confirm."}},
		"the answers":        {"<query xmlns='jabber:iq:register'><username>kim</username><password>SECRET</password><email/></query>", Account{}},
		"the form once more": {plainQuery, Account{}},
		"the submitted form": {"<query xmlns='jabber:iq:register'><x xmlns='jabber:x:data' type='submit'><field var='username'><value>kim</value></field></x></query>", Account{}},
		"beside the query":   {"<note xmlns='urn:example:n'/>", Account{}},
	} {
		t.Run(name, func(t *testing.T) {
			m, _ := newTestManager(t, Config{}, func(p *peer) {
				giveForm(openFeatures, plainQuery)(p)
				p.Result(p.Request(), c.result)
				p.Finish()
			})
			account, err := m.Submit(background, kim)
			c.want.JID, c.want.Username, c.want.Domain = "kim@shore.example", "kim", "shore.example"
			if err != nil || !reflect.DeepEqual(account, &c.want) {
				t.Errorf("account %+v, %v; want %+v", account, err, c.want)
			}
		})
	}
}

// A server may take the answers and ask for a code that it has sent by e-mail.
func TestFormInAResultIsTheNextToFillIn(t *testing.T) {
	m, events := newTestManager(t, Config{}, func(p *peer) {
		giveForm(openFeatures, plainQuery)(p)
		p.Result(p.Request(), codeQuery)
		set := p.Request()
		checkSubmitted(p, set, "shore.example", map[string]string{"FORM_TYPE": "jabber:iq:register", "code": "1234"})
		p.Fail(set, codeQuery+scripted.StanzaError("modify", "not-acceptable"))
		p.Result(p.Request(), "")
		p.Finish()
	}, func(p *peer) {
		p.Login("a&b<c")
		p.Finish()
	})
	account, err := m.Submit(background, kim)
	if err != nil || account.JID != "kim@shore.example" || account.Form == nil || account.Form.Field("code") == nil || account.Form.Domain != "shore.example" {
		t.Fatalf("account %+v, %v", account, err)
	}
	if succeeded := eventsOf[Succeeded](events); len(succeeded) != 1 || succeeded[0].Account != account {
		t.Errorf("events %v", eventNames(events))
	}
	if _, err := m.Submit(background, values("code", "1234")); !isLike(err, &Error{Reason: Rejected}) {
		t.Fatalf("a wrong code: %v", err)
	}
	account, err = m.Submit(background, values("code", "5678"))
	if err != nil || !reflect.DeepEqual(account, &Account{JID: "kim@shore.example", Username: "kim", Domain: "shore.example"}) {
		t.Fatalf("account %+v, %v", account, err)
	}
	logInAgain(t, m)
}

func TestResultWithAFormIsNoPasswordChange(t *testing.T) {
	m, events := loggedIn(t, func(p *peer) {
		p.Result(p.Request(), codeQuery)
		set := p.Request()
		checkSubmitted(p, set, "shore.example", map[string]string{"FORM_TYPE": "jabber:iq:register", "code": "1234"})
		p.Result(set, "")
		p.Finish()
	}, "SECRET new")
	err := m.ChangePassword(background, "SECRET new", Values{})
	if e, ok := err.(*Error); !ok || e.Reason != Rejected || e.Form == nil || e.Form.Field("code") == nil {
		t.Fatalf("error %#v", err)
	}
	if err := m.ChangePassword(background, "SECRET new", values("code", "1234")); err != nil {
		t.Fatal(err)
	}
	if n := len(eventsOf[PasswordChanged](events)); n != 1 {
		t.Errorf("told %d times", n)
	}
	logInAgain(t, m)
}

func TestWrongCaptchaOfASecondStageIsOne(t *testing.T) {
	for _, condition := range []string{"not-allowed", "bad-request", "service-unavailable"} {
		m, _ := loggedIn(t, func(p *peer) {
			for range 2 {
				p.Fail(p.Request(), captchaQuery+scripted.StanzaError("cancel", condition))
				p.Fail(p.Request(), captchaQuery+scripted.StanzaError("cancel", condition))
			}
			p.Finish()
		}, "")
		if err := m.ChangePassword(background, "SECRET new", Values{}); !isLike(err, &Error{Condition: condition}) || err.(*Error).Reason == CaptchaFailed {
			t.Errorf("%s: the first stage: %v", condition, err)
		}
		if err := m.ChangePassword(background, "SECRET new", values("ocr", "x")); !isLike(err, &Error{Reason: CaptchaFailed}) || err.(*Error).Form == nil {
			t.Errorf("%s: %v", condition, err)
		}
		_ = m.DeleteAccount(background, Values{})
		if err := m.DeleteAccount(background, values("ocr", "x", "password", "pw")); !isLike(err, &Error{Reason: CaptchaFailed}) || err.(*Error).Form == nil {
			t.Errorf("%s: %v", condition, err)
		}
		m.Disconnect()
	}
}

func TestWholeAddressMeansItsLocalPart(t *testing.T) {
	for _, name := range []string{"kim@shore.example", "KIM@Shore.Example", "kim@shore.example./phone"} {
		m, _ := newTestManager(t, Config{}, func(p *peer) {
			giveForm(openFeatures, plainQuery)(p)
			set := p.Request()
			if got := set.Child(nsRegister, "query").ChildText(nsRegister, "username"); got != "kim" {
				p.T.Errorf("%q went out as %q", name, got)
			}
			p.Result(set, "")
			p.Finish()
		})
		m.SetFormToSend(values("username", name, "password", "pw")) // as old-style fields, without a form
		if account, err := m.Submit(background, values("username", name, "password", "pw")); err != nil || account.JID != "kim@shore.example" {
			t.Errorf("%q became %+v, %v", name, account, err)
		}
		m.Disconnect()
	}
	m, _ := newTestManager(t, Config{})
	m.SetFormToSend(values("username", "kim@sea.example", "password", "pw"))
	if _, err := m.SendForm(background); !isLike(err, &Error{Kind: KindForm, Reason: UsernameInvalid, Field: "username", Rule: form.RuleOutside}) {
		t.Errorf("an address of another domain: %v", err)
	}
}

func TestUserNameOfAServiceIsItsOwn(t *testing.T) {
	m, _ := loggedIn(t, func(p *peer) {
		p.Send(`<iq type='result' from='icq.example' id='` + p.Request().Get("id") + `'>` + plainQuery + `</iq>`)
		set := p.Request()
		query := set.Child(nsRegister, "query")
		if name, password := query.ChildText(nsRegister, "username"), query.ChildText(nsRegister, "password"); name != "kim@shore.example" || password != "\U0001F40E" {
			p.T.Errorf("sent %q and %q", name, password)
		}
		p.Send(`<iq type='result' from='icq.example' id='` + set.Get("id") + `'/>`)
		p.Finish()
	}, "")
	if _, err := m.RequestForm(background, "icq.example"); err != nil {
		t.Fatal(err)
	}
	if _, err := m.Submit(background, values("username", "kim@shore.example", "password", "\U0001F40E")); err != nil {
		t.Error(err)
	}
}

// TestFormInTheResultOfAServiceIsTheServices has a service want to know more before the user is
// registered. Those answers are for it too: to the user's server, they would be about the
// account.
func TestFormInTheResultOfAServiceIsTheServices(t *testing.T) {
	m, _ := loggedIn(t, func(p *peer) {
		for _, payload := range []string{plainQuery, codeQuery, ""} {
			request := p.Request()
			if to := request.Get("to"); to != "icq.example" {
				p.T.Errorf("sent to %s: %s", to, request)
			}
			p.Send(`<iq type='result' from='icq.example' id='` + request.Get("id") + `'>` + payload + `</iq>`)
		}
		p.Finish()
	}, "")
	if _, err := m.RequestForm(background, "icq.example"); err != nil {
		t.Fatal(err)
	}
	account, err := m.Submit(background, values("username", "kim", "password", "theirs"))
	if err != nil || account.Form == nil || account.Form.Service != "icq.example" {
		t.Fatalf("account %+v, %v", account, err)
	}
	account, err = m.Submit(background, values("code", "1234"))
	if want := (&Account{JID: "icq.example", Service: "icq.example", Username: "kim", Domain: "shore.example"}); err != nil || !reflect.DeepEqual(account, want) {
		t.Errorf("account %+v, %v", account, err)
	}
}

func TestPasswordThatServersMayRefuseIsNotSent(t *testing.T) {
	m, _ := loggedIn(t, (*peer).Finish, "")
	if err := m.ChangePassword(background, "horse \U0001F40E", Values{}); !isLike(err, &Error{Kind: KindForm, Reason: Rejected, Field: "password", Rule: form.RuleSASLprep}) {
		t.Errorf("error %v", err)
	}
}

func TestServerThatRefusesThePasswordBlamesIt(t *testing.T) {
	fail := func(typ, condition, text string) string {
		return `<error type='` + typ + `'><` + condition + ` xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/><text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>` + text + `</text></error>`
	}
	for name, c := range map[string]struct {
		password, answer string
		set, change      Error
	}{
		"feature-not-implemented": {"pässword", fail("cancel", "feature-not-implemented", "Failed to set password: password fails SASLprep"),
			Error{Reason: Rejected, Field: "password"}, Error{Reason: Rejected, Field: "password"}},
		"feature-not-implemented to a plain one": {"password", fail("cancel", "feature-not-implemented", "Error saving to storage"),
			Error{Reason: ServerError}, Error{Reason: NotSupported}},
		"not-acceptable": {"pässword", fail("modify", "not-acceptable", "The password contains unacceptable characters"),
			Error{Reason: Rejected}, Error{Reason: Rejected, Field: "password"}},
		"not-allowed": {"pässword", fail("cancel", "not-allowed", "The password contains unacceptable characters"),
			Error{Reason: NotAllowed}, Error{Reason: Rejected, Field: "password"}},
		"not-allowed of a plain one": {"password", fail("cancel", "not-allowed", "Nobody may"),
			Error{Reason: NotAllowed}, Error{Reason: NotAllowed}},
		"weak": {"password", fail("modify", "policy-violation", "Too weak"),
			Error{Reason: Rejected}, Error{Reason: Rejected, Field: "password"}},
	} {
		t.Run(name, func(t *testing.T) {
			m, _ := newTestManager(t, Config{}, func(p *peer) {
				giveForm(openFeatures, dataQuery)(p)
				p.Fail(p.Request(), c.answer)
				p.Finish()
			})
			check := func(what string, err error, want Error) {
				e, ok := err.(*Error)
				if !ok || e.Reason != want.Reason || e.Field != want.Field || e.Text == "" {
					t.Errorf("%s: error %#v", what, err)
				}
			}
			_, err := m.Submit(background, values("username", "kim", "password", c.password))
			check("set", err, c.set)
			account, _ := loggedIn(t, func(p *peer) {
				p.Fail(p.Request(), c.answer)
				p.Finish()
			}, "")
			check("change", account.ChangePassword(background, c.password, Values{}), c.change)
		})
	}
}

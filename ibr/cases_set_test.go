package ibr

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/xmppreg/xmppreg/internal/replycase"
)

// playSet sends a form that is answered as the case says.
func playSet(t *testing.T, c replycase.Case) {
	config := Config{}
	features, query := openFeatures, dataQuery
	switch {
	case strings.Contains(c.Expect.State, "CAPTCHA form"):
		query = captchaQuery
	case strings.Contains(c.Expect.State, "legacy fields"):
		query = plainQuery
	case strings.Contains(c.Expect.State, "preauth done"):
		config.Token, features = caseToken, tokenFeatures
	}
	m, events := newCase(t, config, func(p *peer) {
		p.Open(features)
		if config.Token != "" {
			p.Result(p.Request(), "")
		}
		p.Result(p.Request(), query)
		set := p.Request()
		switch {
		case c.Expect.Cause == "1006":
			return
		case strings.Contains(c.XML, "xmpp-framing"):
			p.Send(`</stream:stream>`) // what the transport makes of <close/>
		case strings.Contains(c.XML, "stream:error"):
			p.Send(c.XML + `</stream:stream>`)
		case c.XML != "":
			p.Send(replyTo(c, "s1", set))
		}
		// From now on nothing is sent but the request for another form.
		for e, ok := p.Next(); ok; e, ok = p.Next() {
			if e.Get("type") != "get" {
				p.T.Errorf("sent %s", e.String())
			}
			p.Result(e, captchaQuery)
		}
		p.Send(`</stream:stream>`)
	})
	if _, err := m.RequestForm(background, ""); err != nil {
		t.Fatal(err)
	}
	if c.Expect.Cause == "timer" {
		m.config.Timeout = time.Second
	}
	account, err := m.Submit(background, typedAnswers())
	p := &played{t: t, c: c, m: m, events: events}
	switch c.Expect.Outcome {
	case "success":
		want := &Account{JID: "kim@shore.example", Username: "kim", Domain: "shore.example"}
		if query := readXML(t, c.XML).Child(nsRegister, "query"); query != nil {
			want.Instructions = query.ChildText(nsRegister, "instructions")
			if query.Child(nsRegister, "email-confirmation-required") != nil {
				want.Application = "email-confirmation-required"
			}
		}
		if err != nil || !reflect.DeepEqual(account, want) {
			t.Fatalf("account %+v, %v", account, err)
		}
		if n := len(eventsOf[Succeeded](events)); n != 1 {
			t.Errorf("told %d times", n)
		}
	case "redirect":
		if !errors.As(err, &p.err) || p.err.Reason != Unknown || p.err.URL == "" {
			t.Fatalf("error %#v, want one with an address", err)
		}
	default:
		if p.err = checkOutcome(t, c, err); p.err == nil {
			t.Fatalf("nothing is known of the outcome %q", c.Expect.Outcome)
		}
	}
	if p.err != nil {
		checkSaid(t, c, p.err)
		answered := strings.Contains(c.XML, "<iq")
		if p.err.OutcomeUnknown == answered {
			t.Errorf("that the outcome is unknown is said to be %t", p.err.OutcomeUnknown)
		}
		if failed := eventsOf[Failed](events); len(failed) != 1 || len(eventsOf[Succeeded](events)) > 0 {
			t.Errorf("told as %v", eventNames(events))
		}
	}
	if details := setDetails[c.Name]; details != nil {
		details(p)
	}
}

// setDetails check what only the detail of a case says about what was sent, or
// about what came of it.
var setDetails = map[string]func(*played){
	"get-form-and-fields": func(p *played) {
		query := p.set.Child(nsRegister, "query")
		if len(query.Children) != 1 || query.Child(nsData, "x") == nil {
			p.t.Errorf("sent %s, want the form only", p.set.String())
		}
	},
	"form-text-multi": func(p *played) {
		if got := p.sent("bio"); !reflect.DeepEqual(got, []string{"first", "second"}) {
			p.t.Errorf("sent the lines %q", got)
		}
	},
	"form-jids": func(p *played) {
		if ref, friends := p.sent("ref"), p.sent("friends"); !reflect.DeepEqual(ref, []string{"ann@shore.example"}) || !reflect.DeepEqual(friends, []string{"bob@shore.example", "shore.example"}) {
			p.t.Errorf("sent %q and %q", ref, friends)
		}
	},
	"get-registered-reset": func(p *played) {
		query := p.set.Child(nsRegister, "query")
		p.isText("user name", query.ChildText(nsRegister, "username"), "reserved7")
	},
	"captcha-bob-inline": func(p *played) {
		for name, want := range map[string]string{"challenge": "c-77", "sid": "g1", "from": "shore.example", "ocr": "q8Rt2"} {
			p.isText(name, strings.Join(p.sent(name), " "), want)
		}
	},
	"captcha-fallback-url": func(p *played) {
		if got := p.sent("captcha-fallback-text"); got != nil {
			p.t.Errorf("sent the text %q", got)
		}
	},

	"set-ok-echo": func(p *played) {
		if n := len(eventsOf[FormReceived](p.events)); n != 1 || p.m.forms.current != nil {
			p.t.Errorf("the echo was taken for a form: %d came", n)
		}
		if got := p.m.user.credentials.passwords; !reflect.DeepEqual(got, []string{typedPassword}) {
			p.t.Errorf("%q was kept", got)
		}
	},
	"set-error-conflict-echo": func(p *played) {
		p.isText("field", p.err.Field, "username")
		if n := len(eventsOf[FormReceived](p.events)); n != 1 || p.err.Form != nil || p.m.forms.current != nil || p.m.user.credentials != nil {
			p.t.Errorf("the echo was kept: %#v", p.err)
		}
	},
	"set-error-conflict-code-only":      hasCondition("conflict"),
	"set-error-conflict-code-text-only": hasText("Conflict"),
	"set-error-text-before-condition":   hasText("Taken"),
	"set-error-missing":                 hasText("Email is blank"),
	"set-error-weak-password":           (*played).blamesNoField,
	"set-error-bad-username":            (*played).blamesNoField,
	"set-error-no-text": func(p *played) {
		p.isText("text", p.err.Text, "")
	},
	"set-error-captcha-wrong":      (*played).asksForANewForm,
	"set-error-captcha-needed":     (*played).asksForANewForm,
	"set-error-captcha-bad-submit": (*played).asksForANewForm,
	"set-error-gone": func(p *played) {
		p.isText("address", p.err.URL, "https://shore.example/join")
	},
	"set-error-type-odd": func(p *played) { p.isText("type", p.err.Type, "banana") },
	"set-error-code-odd": hasCondition(""),
	"set-error-no-error-child": func(p *played) {
		// The request has ended, so that the next one may begin.
		p.asksForANewForm()
	},
	"set-error-two-texts": func(p *played) {
		p.isText("text", p.err.Text, "Taken")
		c := p.c
		for lang, want := range map[string]string{"de-AT": "Vergeben", "EN": "Taken", "fr": "Vergeben", "": "Vergeben"} {
			m, _ := newTestManager(p.t, Config{Lang: lang}, func(p *peer) {
				giveForm(openFeatures, plainQuery)(p)
				p.Send(replyTo(c, "s1", p.Request()))
				p.Finish()
			})
			_, err := m.Submit(background, kim)
			var e *Error
			errors.As(err, &e)
			p.isText("text in "+lang, e.Text, want)
		}
	},
	"set-error-markup-text": hasText("<script>x()</script>"),
	"set-error-long-text": func(p *played) {
		if len(p.err.Text) < 500 {
			p.t.Errorf("the text was cut to %d bytes", len(p.err.Text))
		}
	},
	"set-error-token-name-mismatch": hasText("The invite is for another name"),
	"set-reply-timeout": func(p *played) {
		if !p.err.OutcomeUnknown {
			p.t.Errorf("the account may exist: %#v", p.err)
		}
	},
	"set-socket-dropped": func(p *played) {
		// Another connection would fail the test.
		p.m.Disconnect()
		if n := len(eventsOf[Connected](p.events)); n != 1 {
			p.t.Errorf("connected %d times", n)
		}
	},
	"stream-policy-violation": hasCondition("policy-violation"),
}

func hasCondition(want string) func(*played) {
	return func(p *played) { p.isText("condition", p.err.Condition, want) }
}

func hasText(want string) func(*played) {
	return func(p *played) {
		p.isText("text", p.err.Text, want)
		if !strings.Contains(p.err.Error(), want) {
			p.t.Errorf("the error is %q", p.err)
		}
	}
}

// blamesNoField sees that what only the text tells is left to the text.
func (p *played) blamesNoField() {
	p.isText("field", p.err.Field, "")
	if p.err.Text == "" {
		p.t.Error("the text is missing")
	}
}

// asksForANewForm sends the same answers once more: the form is spent, and a
// CAPTCHA in the new one is for the user to solve.
func (p *played) asksForANewForm() {
	p.t.Helper()
	_, err := p.m.Submit(background, typedAnswers())
	var e *Error
	if !errors.As(err, &e) || e.Reason != CaptchaRequired || e.Form == nil || e.Form.Field("ocr") == nil {
		p.t.Errorf("error %#v", err)
	}
	if n := len(eventsOf[FormReceived](p.events)); n != 2 {
		p.t.Errorf("%d forms came", n)
	}
}

// sent returns what was sent for a field of a data form.
func (p *played) sent(name string) (values []string) {
	x := p.set.Child(nsRegister, "query").Child(nsData, "x")
	for i := range x.Children {
		if field := &x.Children[i]; field.Get("var") == name {
			for _, value := range field.Children {
				values = append(values, value.Text)
			}
		}
	}
	return values
}

// checkAnswers sees that what was sent is what was asked for and no more, and that
// what is hidden went back unchanged.
func checkAnswers(p *played) {
	t := p.t
	t.Helper()
	if p.set.Get("type") != "set" || p.set.Get("to") != "shore.example" || p.set.Child(nsRegister, "query") == nil {
		t.Fatalf("sent %s", p.set.String())
	}
	query := p.set.Child(nsRegister, "query")
	if !p.form.IsDataForm {
		if got, want := namesIn(query, false), fieldNames(p.form); !reflect.DeepEqual(got, want) || len(query.Children) != len(want) {
			t.Errorf("sent %s, want the fields %q", p.set.String(), want)
		}
		p.isText("password", query.ChildText(nsRegister, "password"), typedPassword)
		return
	}
	x := query.Child(nsData, "x")
	if len(query.Children) != 1 || x == nil || x.Get("type") != "submit" {
		t.Fatalf("sent %s, want the form only", p.set.String())
	}
	p.isText("user name", strings.Join(p.sent("username"), " "), "kim")
	p.isText("password", strings.Join(p.sent("password"), " "), typedPassword)
	asked := fieldNames(p.form)
	for i := range x.Children {
		if field := &x.Children[i]; !field.Is(nsData, "field") || p.form.Field(field.Get("var")) == nil {
			t.Errorf("sent %s, want the fields %q", p.set.String(), asked)
		}
	}
	iq := readXML(t, p.c.XML)
	came := iq.Child(nsRegister, "query").Child(nsData, "x")
	for i := range came.Children {
		if field := &came.Children[i]; field.Get("type") == "hidden" {
			p.isText(field.Get("var"), strings.Join(p.sent(field.Get("var")), " "), field.ChildText(nsData, "value"))
		}
	}
}

func fieldNames(form *Form) (names []string) {
	for i := range form.Fields {
		names = append(names, form.Fields[i].Name)
	}
	return names
}

// playAnsweredTwice lets the server answer a request twice, the second time while
// another one waits.
func playAnsweredTwice(t *testing.T, c replycase.Case) {
	m, events := newCase(t, Config{}, func(p *peer) {
		giveForm(openFeatures, plainQuery)(p)
		set := p.Request()
		p.Send(replyTo(c, "s1", set))
		get := p.Request()
		p.Send(replyTo(c, "s1", set))
		p.Result(get, plainQuery)
		p.Finish()
	})
	if _, err := m.Submit(background, typedAnswers()); err != nil {
		t.Fatal(err)
	}
	if form, err := m.RequestForm(background, ""); err != nil || form.Field("password") == nil {
		t.Errorf("form %+v, %v", form, err)
	}
	if got, want := eventNames(events), []string{"Connected", "FormReceived", "Succeeded", "FormReceived"}; c.Expect.Outcome != "ignore" || !reflect.DeepEqual(got, want) {
		t.Errorf("events %v, want %v", got, want)
	}
}

// playTimeoutWhileTyping lets the server drop the user who fills in the form.
func playTimeoutWhileTyping(t *testing.T, c replycase.Case) {
	shown := make(chan struct{})
	m, events := newCase(t, Config{}, func(p *peer) {
		giveForm(openFeatures, captchaQuery)(p)
		<-shown
		p.Send(c.XML + `</stream:stream>`)
		p.Drain()
	}, func(p *peer) {
		p.Open(openFeatures)
		set := p.Request()
		if got := set.String(); set.Get("type") != "set" || !strings.Contains(got, "c-77") || !strings.Contains(got, typedPassword) || !strings.Contains(got, "q8Rt2") {
			p.T.Errorf("sent %s, want the form as it was filled in", got)
		}
		p.Result(set, "")
		p.Finish()
	})
	_, err := m.RequestForm(background, "")
	close(shown)
	if err != nil {
		t.Fatal(err)
	}
	if d := waitFor[Disconnected](t, events); d.Reason != "" {
		t.Errorf("disconnected for %q", d.Reason)
	}
	if _, err := m.Submit(background, typedAnswers()); err != nil {
		t.Fatal(err)
	}
	want := []string{"Connected", "FormReceived", "Disconnected", "Connected", "Succeeded"}
	if got := eventNames(events); c.Expect.Outcome != "reconnect" || !reflect.DeepEqual(got, want) {
		t.Errorf("events %v, want %v", got, want)
	}
}

// playStreamError ends the stream in place of its features.
func playStreamError(t *testing.T, c replycase.Case) {
	stream := readXML(t, c.XML)
	condition := ""
	if len(stream.Children) > 0 {
		condition = stream.Children[0].Name.Local
	}
	m, _ := newCase(t, Config{}, func(p *peer) { // another connection would fail the test
		p.Open(c.XML)
		p.Close()
	})
	_, err := m.RequestForm(background, "")
	e := checkOutcome(t, c, err)
	checkSaid(t, c, e)
	if e.Kind != KindStream || e.Condition != condition || e.OutcomeUnknown {
		t.Errorf("error %#v", e)
	}
}

// playNoStreamError sends what is no stream error, before the answer.
func playNoStreamError(t *testing.T, c replycase.Case) {
	m, events := newCase(t, Config{}, func(p *peer) {
		p.Open(openFeatures)
		get := p.Request()
		p.Send(c.XML)
		p.Result(get, plainQuery)
		p.Finish()
	})
	_, err := m.RequestForm(background, "")
	checkOutcome(t, c, err)
	if got, want := eventNames(events), []string{"Connected", "FormReceived"}; c.Expect.Outcome != "ignore" || !reflect.DeepEqual(got, want) {
		t.Errorf("events %v, want %v", got, want)
	}
}

// playServer sends something of the server's own while the user fills in the form.
func playServer(t *testing.T, c replycase.Case) {
	asked := readXML(t, c.XML)
	typed := make(chan struct{})
	m, events := newCase(t, Config{}, func(p *peer) {
		giveForm(openFeatures, plainQuery)(p)
		p.Send(c.XML)
		if c.Expect.Outcome == "reply" {
			answer := p.Request()
			refused := answer.Child("jabber:client", "error")
			if answer.Name != asked.Name || answer.Get("type") != "error" || answer.Get("id") != asked.Get("id") || answer.Get("to") != asked.Get("from") ||
				refused == nil || refused.Get("type") != "cancel" || refused.Child("urn:ietf:params:xml:ns:xmpp-stanzas", "service-unavailable") == nil {
				p.T.Errorf("answered %s", answer.String())
			}
		}
		close(typed)
		set := p.Request()
		if set.Get("type") != "set" {
			p.T.Errorf("sent %s, want the form", set.String())
		}
		p.Result(set, "")
		p.Finish()
	})
	if _, err := m.RequestForm(background, ""); err != nil {
		t.Fatal(err)
	}
	<-typed
	if _, err := m.Submit(background, typedAnswers()); err != nil {
		t.Fatal(err)
	}
	if got, want := eventNames(events), []string{"Connected", "FormReceived", "Succeeded"}; !reflect.DeepEqual(got, want) {
		t.Errorf("events %v, want %v", got, want)
	}
	if outcome := c.Expect.Outcome; outcome != "reply" && outcome != "ignore" {
		t.Errorf("nothing is known of the outcome %q", outcome)
	}
}

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
		p.open(features)
		if config.Token != "" {
			p.result(p.request(), "")
		}
		p.result(p.request(), query)
		set := p.request()
		switch {
		case c.Expect.Cause == "1006":
			return
		case strings.Contains(c.XML, "xmpp-framing"):
			p.send(`</stream:stream>`) // what the transport makes of <close/>
		case strings.Contains(c.XML, "stream:error"):
			p.send(c.XML + `</stream:stream>`)
		case c.XML != "":
			p.send(replyTo(c, "s1", set))
		}
		// From now on nothing is sent but the request for another form.
		for e, ok := p.next(); ok; e, ok = p.next() {
			if e.get("type") != "get" {
				p.t.Errorf("sent %s", xmlOf(e))
			}
			p.result(e, captchaQuery)
		}
		p.send(`</stream:stream>`)
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
		if want := (&Account{JID: "kim@shore.example", Username: "kim", Domain: "shore.example"}); err != nil || !reflect.DeepEqual(account, want) {
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
		query := p.set.child(nsRegister, "query")
		if len(query.children) != 1 || query.child(nsData, "x") == nil {
			p.t.Errorf("sent %s, want the form only", xmlOf(p.set))
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
		query := p.set.child(nsRegister, "query")
		p.isText("user name", query.childText(nsRegister, "username"), "reserved7")
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
		if n := len(eventsOf[FormReceived](p.events)); n != 1 || p.m.form != nil {
			p.t.Errorf("the echo was taken for a form: %d came", n)
		}
		if got := p.m.knownCredentials().passwords; !reflect.DeepEqual(got, []string{typedPassword}) {
			p.t.Errorf("%q was kept", got)
		}
	},
	"set-error-conflict-echo": func(p *played) {
		p.isText("field", p.err.Field, "username")
		if n := len(eventsOf[FormReceived](p.events)); n != 1 || p.err.Form != nil || p.m.form != nil || p.m.knownCredentials() != nil {
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
		if p.err.Error() != Rejected.explain() {
			p.t.Errorf("the text is %q", p.err)
		}
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
		iq := readXML(p.t, p.c.XML)
		for lang, want := range map[string]string{"de-AT": "Vergeben", "EN": "Taken", "fr": "Vergeben", "": "Vergeben"} {
			p.isText("text in "+lang, stanzaError(iq, request{op: opSet}, lang).Text, want)
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
		if !strings.Contains(p.err.Error(), "log in") {
			p.t.Errorf("it is not proposed to log in: %v", p.err)
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
	x := p.set.child(nsRegister, "query").child(nsData, "x")
	for i := range x.children {
		if field := &x.children[i]; field.get("var") == name {
			for _, value := range field.children {
				values = append(values, value.text)
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
	if p.set.get("type") != "set" || p.set.get("to") != "shore.example" || p.set.child(nsRegister, "query") == nil {
		t.Fatalf("sent %s", xmlOf(p.set))
	}
	query := p.set.child(nsRegister, "query")
	if !p.form.IsDataForm {
		if got, want := namesIn(query, false), fieldNames(p.form); !reflect.DeepEqual(got, want) || len(query.children) != len(want) {
			t.Errorf("sent %s, want the fields %q", xmlOf(p.set), want)
		}
		p.isText("password", query.childText(nsRegister, "password"), typedPassword)
		return
	}
	x := query.child(nsData, "x")
	if len(query.children) != 1 || x == nil || x.get("type") != "submit" {
		t.Fatalf("sent %s, want the form only", xmlOf(p.set))
	}
	p.isText("user name", strings.Join(p.sent("username"), " "), "kim")
	p.isText("password", strings.Join(p.sent("password"), " "), typedPassword)
	asked := fieldNames(p.form)
	for i := range x.children {
		if field := &x.children[i]; !field.is(nsData, "field") || p.form.Field(field.get("var")) == nil {
			t.Errorf("sent %s, want the fields %q", xmlOf(p.set), asked)
		}
	}
	iq := readXML(t, p.c.XML)
	came := iq.child(nsRegister, "query").child(nsData, "x")
	for i := range came.children {
		if field := &came.children[i]; field.get("type") == "hidden" {
			p.isText(field.get("var"), strings.Join(p.sent(field.get("var")), " "), field.childText(nsData, "value"))
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
		set := p.request()
		p.send(replyTo(c, "s1", set))
		get := p.request()
		p.send(replyTo(c, "s1", set))
		p.result(get, plainQuery)
		p.finish()
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
		p.send(c.XML + `</stream:stream>`)
		p.drain()
	}, func(p *peer) {
		p.open(openFeatures)
		set := p.request()
		if got := xmlOf(set); set.get("type") != "set" || !strings.Contains(got, "c-77") || !strings.Contains(got, typedPassword) || !strings.Contains(got, "q8Rt2") {
			p.t.Errorf("sent %s, want the form as it was filled in", got)
		}
		p.result(set, "")
		p.finish()
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

// playStreamError ends the stream before it is of use: in place of its header,
// and in place of its features.
func playStreamError(t *testing.T, c replycase.Case) {
	stream := readXML(t, c.XML)
	condition := ""
	if len(stream.children) > 0 {
		condition = stream.children[0].name.Local
	}
	for place, play := range map[string]script{
		"header": func(p *peer) {
			p.readHeader()
			p.send(c.XML)
		},
		"features": func(p *peer) {
			p.open(c.XML)
			p.send(`</stream:stream>`)
		},
	} {
		t.Run(place, func(t *testing.T) {
			m, _ := newCase(t, Config{}, play) // another connection would fail the test
			_, err := m.RequestForm(background, "")
			e := checkOutcome(t, c, err)
			checkSaid(t, c, e)
			if e.Kind != KindStream || e.Condition != condition || e.OutcomeUnknown {
				t.Errorf("error %#v", e)
			}
		})
	}
}

// playNoStreamError sends what is no stream error, before the answer.
func playNoStreamError(t *testing.T, c replycase.Case) {
	m, events := newCase(t, Config{}, func(p *peer) {
		p.open(openFeatures)
		get := p.request()
		p.send(c.XML)
		p.result(get, plainQuery)
		p.finish()
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
		p.send(c.XML)
		if c.Expect.Outcome == "reply" {
			answer := p.request()
			refused := answer.child(nsClient, "error")
			if answer.name != asked.name || answer.get("type") != "error" || answer.get("id") != asked.get("id") || answer.get("to") != asked.get("from") ||
				refused == nil || refused.get("type") != "cancel" || refused.child(nsStanzaErrors, "service-unavailable") == nil {
				p.t.Errorf("answered %s", xmlOf(answer))
			}
		}
		close(typed)
		set := p.request()
		if set.get("type") != "set" {
			p.t.Errorf("sent %s, want the form", xmlOf(set))
		}
		p.result(set, "")
		p.finish()
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

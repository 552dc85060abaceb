package ibr

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/xmppreg/xmppreg/ibr/form"
	"github.com/xmppreg/xmppreg/ibr/internal/scripted"
	"github.com/xmppreg/xmppreg/internal/xmltree"
	"github.com/xmppreg/xmppreg/transport"
)

func TestAccountIsRegisteredOverOneStream(t *testing.T) {
	for _, tt := range []struct{ name, query, want string }{
		{"old-style fields", plainQuery, `<query xmlns='jabber:iq:register'><username>kim</username><password>a&amp;b&lt;c</password></query>`},
		{"data form", dataQuery, `<query xmlns='jabber:iq:register'><x xmlns='jabber:x:data' type='submit'><field type='hidden' var='FORM_TYPE'><value>jabber:iq:register</value></field><field var='username'><value>kim</value></field><field var='password'><value>a&amp;b&lt;c</value></field></x></query>`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var get, set element
			m, events := newTestManager(t, Config{}, func(p *peer) {
				p.Open(openFeatures)
				get = p.Request()
				p.Result(get, tt.query)
				set = p.Request()
				p.Result(set, "")
				p.Finish()
			})
			form, err := m.RequestForm(context.Background(), "")
			if err != nil {
				t.Fatal(err)
			}
			if form.Domain != "shore.example" || form.IsDataForm != (tt.query == dataQuery) {
				t.Errorf("form %+v", form)
			}
			account, err := m.Submit(context.Background(), kim)
			if err != nil {
				t.Fatal(err)
			}
			if want := (Account{JID: "kim@shore.example", Username: "kim", Domain: "shore.example"}); *account != want {
				t.Errorf("account %+v, want %+v", *account, want)
			}
			m.Disconnect()

			if get.Get("type") != "get" || get.Get("to") != "shore.example" || get.Child(nsRegister, "query") == nil {
				t.Errorf("asked with %s", get.String())
			}
			if set.Get("type") != "set" || set.Get("to") != "shore.example" || set.Get("id") == get.Get("id") {
				t.Errorf("sent %s", set.String())
			}
			if got := set.Children[0].String(); got != tt.want {
				t.Errorf("sent\n%s\nwant\n%s", got, tt.want)
			}
			want := []string{"Connected", "FormReceived", "Succeeded", "Disconnected"}
			if got := eventNames(events); !reflect.DeepEqual(got, want) {
				t.Errorf("events %v, want %v", got, want)
			}
			if d := eventsOf[Disconnected](events)[0]; d.Reason != "" {
				t.Errorf("disconnected for %q, though it was asked for", d.Reason)
			}
		})
	}
}

func eventNames(r *recorder) (names []string) {
	for _, e := range r.events() {
		switch e.(type) {
		case Log, Gauge, Counter:
		default:
			names = append(names, strings.TrimPrefix(reflect.TypeOf(e).String(), "ibr."))
		}
	}
	return names
}

func TestWithoutTheFeatureNothingIsSent(t *testing.T) {
	m, events := newTestManager(t, Config{}, func(p *peer) {
		p.Open(`<stream:features xmlns:stream='http://etherx.jabber.org/streams'><register xmlns='jabber:iq:register'/></stream:features>`)
		p.Finish() // fails the test at any request
	})
	_, err := m.RequestForm(context.Background(), "")
	want := &Error{Kind: KindStream, Reason: NotAdvertised, Type: "cancel", Condition: "feature-not-implemented"}
	if !isLike(err, want) {
		t.Errorf("error %#v", err)
	}
	if got, want := eventNames(events), []string{"Connected", "Failed", "Disconnected"}; !reflect.DeepEqual(got, want) {
		t.Errorf("events %v, want %v", got, want)
	}
	if d := waitFor[Disconnected](t, events); d.Reason != NotAdvertised {
		t.Errorf("disconnected for %q", d.Reason)
	}
}

func TestFormIsAskedForWithoutTheFeatureToo(t *testing.T) {
	m, _ := newManagerOf(t, Config{}, func(p *peer) {
		p.Open(`<stream:features xmlns:stream='http://etherx.jabber.org/streams'/>`)
		p.Result(p.Request(), plainQuery)
		p.Finish()
	})
	if _, err := m.RequestForm(context.Background(), ""); err != nil {
		t.Fatal(err)
	}
}

func TestSubmitWithoutAFormAsksForOneFirst(t *testing.T) {
	m, events := newTestManager(t, Config{}, func(p *peer) {
		p.Open(openFeatures)
		p.Result(p.Request(), dataQuery)
		p.Result(p.Request(), "")
		p.Finish()
	})
	if _, err := m.Submit(context.Background(), kim); err != nil {
		t.Fatal(err)
	}
	if n := len(eventsOf[FormReceived](events)); n != 1 {
		t.Errorf("%d forms came", n)
	}
}

func TestSubmitReconnectsWhenTheServerDropsASilentGuest(t *testing.T) {
	for _, tt := range []struct{ name, last string }{
		{"stream error", `<stream:error><connection-timeout xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error></stream:stream>`},
		{"close", `</stream:stream>`},
		{"lost connection", ``},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m, events := newTestManager(t, Config{}, func(p *peer) {
				p.Open(openFeatures)
				p.Result(p.Request(), captchaQuery)
				p.Send(tt.last)
			}, func(p *peer) {
				p.Open(openFeatures)
				set := p.Request() // no second get: the CAPTCHA's answer belongs to the first form
				if set.Get("type") != "set" || !strings.Contains(set.String(), "c-77") {
					p.T.Errorf("sent %s", set.String())
				}
				p.Result(set, "")
				p.Finish()
			})
			if _, err := m.RequestForm(context.Background(), ""); err != nil {
				t.Fatal(err)
			}
			waitFor[Disconnected](t, events)
			values := Values{Fields: map[string][]string{"username": {"kim"}, "password": {"pw"}, "ocr": {"q8Rt2"}}}
			if _, err := m.Submit(context.Background(), values); err != nil {
				t.Fatal(err)
			}
			if failed := eventsOf[Failed](events); len(failed) > 0 {
				t.Errorf("the loss was told as a failure: %v", failed[0].Err)
			}
		})
	}
}

func TestTokenIsSentAgainOnANewStream(t *testing.T) {
	preauth := func(p *peer) {
		e := p.Request()
		if e.Get("type") != "set" || e.Get("to") != "shore.example" || e.Children[0].Name.Space != nsPreauth || e.Children[0].Get("token") != "t-1" {
			p.T.Errorf("sent %s, want the token", e.String())
		}
		p.Result(e, "")
	}
	m, events := newTestManager(t, Config{Token: "t-1"}, func(p *peer) {
		p.Open(tokenFeatures)
		preauth(p)
		p.Result(p.Request(), plainQuery)
		p.Send(`</stream:stream>`)
	}, func(p *peer) {
		p.Open(tokenFeatures)
		preauth(p)
		p.Result(p.Request(), "")
		p.Finish()
	})
	if _, err := m.RequestForm(context.Background(), ""); err != nil {
		t.Fatal(err)
	}
	waitFor[Disconnected](t, events)
	if _, err := m.Submit(context.Background(), kim); err != nil {
		t.Fatal(err)
	}
}

func TestTokenIsNotSentWhereNobodyTakesIt(t *testing.T) {
	m, _ := newTestManager(t, Config{Token: "t-1"}, func(p *peer) {
		p.Open(openFeatures)
		p.Finish()
	})
	if _, err := m.RequestForm(context.Background(), ""); !isLike(err, &Error{Reason: InviteUnsupported}) {
		t.Errorf("error %v", err)
	}
}

func TestFormIsSpentByAFailedSubmit(t *testing.T) {
	m, _ := newTestManager(t, Config{}, func(p *peer) {
		p.Open(openFeatures)
		p.Result(p.Request(), captchaQuery)
		p.Fail(p.Request(), scripted.StanzaError("cancel", "conflict"))
		if get := p.Request(); get.Get("type") != "get" {
			p.T.Errorf("sent %s, want a new get", get.String())
		} else {
			p.Result(get, captchaQuery)
		}
		p.Finish() // and nothing more
	})
	if _, err := m.RequestForm(context.Background(), ""); err != nil {
		t.Fatal(err)
	}
	values := Values{Fields: map[string][]string{"username": {"kim"}, "password": {"pw"}, "ocr": {"q8Rt2"}}}
	_, err := m.Submit(context.Background(), values)
	if !isLike(err, &Error{Reason: UsernameTaken, Field: "username"}) || !errors.Is(err, UsernameTaken) {
		t.Errorf("first error %v", err)
	}
	_, err = m.Submit(context.Background(), values)
	var e *Error
	if !errors.As(err, &e) || e.Reason != CaptchaRequired || e.Form == nil || e.Form.Field("ocr") == nil {
		t.Errorf("second error %#v", err)
	}
}

func TestFormInsideAnErrorTakesTheOldOnesPlace(t *testing.T) {
	m, _ := newTestManager(t, Config{}, func(p *peer) {
		p.Open(openFeatures)
		p.Result(p.Request(), plainQuery)
		p.Fail(p.Request(), dataQuery+scripted.StanzaError("modify", "not-acceptable"))
		set := p.Request()
		if set.Get("type") != "set" || set.Children[0].Child(nsData, "x") == nil {
			p.T.Errorf("sent %s, want the new form", set.String())
		}
		p.Result(set, "")
		p.Finish()
	})
	if _, err := m.RequestForm(context.Background(), ""); err != nil {
		t.Fatal(err)
	}
	_, err := m.Submit(context.Background(), kim)
	var e *Error
	if !errors.As(err, &e) || e.Form == nil || !e.Form.IsDataForm || e.Form.Domain != "shore.example" {
		t.Fatalf("error %#v", err)
	}
	if _, err := m.Submit(context.Background(), kim); err != nil {
		t.Fatal(err)
	}
}

func TestFormInsideTheErrorOfARequestIsAnswered(t *testing.T) {
	for name, first := range map[string]func(*Manager) error{
		"after requestForm": func(m *Manager) error {
			_, err := m.RequestForm(context.Background(), "")
			return err
		},
		"after submit, which asks first": func(m *Manager) error {
			_, err := m.Submit(context.Background(), kim)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			m, events := newTestManager(t, Config{}, func(p *peer) {
				p.Open(openFeatures)
				p.Fail(p.Request(), captchaQuery+scripted.StanzaError("auth", "forbidden"))
				set := p.Request()
				if set.Get("type") != "set" || !strings.Contains(set.String(), "c-77") {
					p.T.Errorf("sent %s, want the answers to the form", set.String())
				}
				p.Result(set, "")
				p.Finish()
			})
			var e *Error
			if err := first(m); !errors.As(err, &e) || e.Reason != Forbidden || e.Form == nil {
				t.Fatalf("error %#v", err)
			}
			if n := len(eventsOf[FormReceived](events)); n > 0 {
				t.Errorf("%d forms were told of as if they were an answer", n)
			}
			answers := Values{Fields: map[string][]string{"username": {"kim"}, "password": {"pw"}, "ocr": {"q8Rt2"}}}
			if _, err := m.Submit(context.Background(), answers); err != nil {
				t.Fatal(err)
			}
		})
	}
}

func TestWhatTheFormRulesOutIsNotSent(t *testing.T) {
	m, _ := newTestManager(t, Config{}, func(p *peer) {
		p.Open(openFeatures)
		p.Result(p.Request(), plainQuery)
		p.Result(p.Request(), "") // the only set is the good one
		p.Finish()
	})
	if _, err := m.RequestForm(context.Background(), ""); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, username, password string
		want                     Error
	}{
		{"no password", "kim", "", Error{Kind: KindForm, Reason: Rejected, Type: "modify", Condition: "not-acceptable", Field: "password"}},
		{"no name", "", "pw", Error{Kind: KindForm, Reason: Rejected, Condition: "not-acceptable", Field: "username"}},
		{"a space", "kim li", "pw", Error{Kind: KindForm, Reason: UsernameInvalid, Condition: "jid-malformed", Field: "username"}},
		{"an address of another domain", "kim@sea.example", "pw", Error{Kind: KindForm, Reason: UsernameInvalid, Condition: "jid-malformed", Field: "username", Rule: form.RuleOutside}},
		{"half an address", "kim@", "pw", Error{Kind: KindForm, Reason: UsernameInvalid, Condition: "jid-malformed", Field: "username"}},
		{"an address without a name", "@shore.example", "pw", Error{Kind: KindForm, Reason: UsernameInvalid, Condition: "jid-malformed", Field: "username"}},
		{"an emoji", "kim", "horse \U0001F40E", Error{Kind: KindForm, Reason: Rejected, Field: "password", Rule: form.RuleSASLprep}},
		{"a mix of directions", "kim", "a\u05D0", Error{Kind: KindForm, Reason: Rejected, Field: "password", Rule: form.RuleSASLprep}},
		{"too long", strings.Repeat("k", 1024), "pw", Error{Kind: KindForm, Reason: UsernameInvalid, Condition: "jid-malformed", Field: "username"}},
		{"a control character", "kim", "p\x01w", Error{Kind: KindForm, Reason: Rejected, Field: "password"}},
		{"broken text", "kim", "p\uFFFDw", Error{Kind: KindForm, Reason: Rejected, Field: "password"}},
		{"a noncharacter", "kim", "p\uFFFEw", Error{Kind: KindForm, Reason: Rejected, Field: "password"}},
	} {
		_, err := m.Submit(context.Background(), Values{Fields: map[string][]string{"username": {tt.username}, "password": {tt.password}}})
		if !isLike(err, &tt.want) {
			t.Errorf("%s: error %#v", tt.name, err)
		}
	}
	if account, err := m.Submit(context.Background(), Values{Fields: map[string][]string{"username": {"KIM"}, "password": {"pw"}}}); err != nil || account.JID != "kim@shore.example" {
		t.Errorf("the prepared address is %v, %v", account, err)
	}
}

func TestFormWithoutFieldsIsNotSent(t *testing.T) {
	for name, c := range map[string]struct{ query, url string }{
		"elsewhere":  {`<query xmlns='jabber:iq:register'><instructions>See our page.</instructions><x xmlns='jabber:x:oob'><url>https://shore.example/new</url></x></query>`, "https://shore.example/new"},
		"registered": {`<query xmlns='jabber:iq:register'><registered/></query>`, ""},
		"only shown": {`<query xmlns='jabber:iq:register'><x xmlns='jabber:x:data' type='form'><field type='hidden' var='FORM_TYPE'><value>jabber:iq:register</value></field><field type='fixed'><value>Closed.</value></field></x></query>`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			m, events := newTestManager(t, Config{}, func(p *peer) {
				giveForm(openFeatures, c.query)(p)
				if e, ok := p.Next(); ok {
					p.T.Errorf("sent %s", e.String())
				}
			})
			_, err := m.Submit(background, kim)
			var e *Error
			if !errors.As(err, &e) || e.Kind != KindForm || e.Reason != NotSupported || e.URL != c.url {
				t.Errorf("error %#v", err)
			}
			if len(eventsOf[Failed](events)) != 1 || len(eventsOf[Succeeded](events)) > 0 {
				t.Errorf("events %v", eventNames(events))
			}
			m.Disconnect()
		})
	}
}

func TestSecondSubmitIsBusy(t *testing.T) {
	asked, answer := make(chan struct{}), make(chan struct{})
	m, events := newTestManager(t, Config{}, func(p *peer) {
		p.Open(openFeatures)
		p.Result(p.Request(), plainQuery)
		set := p.Request()
		close(asked)
		<-answer
		p.Result(set, "")
		p.Finish()
	})
	first := make(chan error, 1)
	go func() {
		_, err := m.Submit(context.Background(), kim)
		first <- err
	}()
	<-asked
	if _, err := m.Submit(context.Background(), kim); !errors.Is(err, Busy) {
		t.Errorf("error %v", err)
	}
	close(answer)
	if err := <-first; err != nil {
		t.Errorf("the first failed: %v", err)
	}
	if failed := eventsOf[Failed](events); len(failed) > 0 {
		t.Errorf("busy was told as a failure of the registration: %v", failed[0].Err)
	}
}

func TestOutcomeIsUnknownWhenNoAnswerComes(t *testing.T) {
	streamError := func(condition string) script {
		return func(p *peer) { p.Send(scripted.StreamError(condition)) }
	}
	for _, tt := range []struct {
		name string
		end  script
		want Reason
	}{
		{"connection lost", func(*peer) {}, OutcomeUnknown},
		{"stream closed", (*peer).Close, OutcomeUnknown},
		{"connection-timeout", streamError("connection-timeout"), OutcomeUnknown},
		{"policy-violation", streamError("policy-violation"), Forbidden},
		{"not-authorized", streamError("not-authorized"), StreamFailed},
		{"broken XML", (*peer).Break, Protocol},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m, _ := newTestManager(t, Config{}, func(p *peer) {
				p.Open(openFeatures)
				p.Result(p.Request(), plainQuery)
				p.Request()
				tt.end(p)
			})
			_, err := m.Submit(context.Background(), kim)
			var e *Error
			if !errors.As(err, &e) || !e.OutcomeUnknown || e.Reason != tt.want {
				t.Errorf("error %#v", err)
			}
		})
	}
}

func TestTimeAndPatienceRunOut(t *testing.T) {
	silent := func(p *peer) { p.Finish() }
	for _, tt := range []struct {
		name string
		play script
		set  bool
		want Error
	}{
		{"no stream", (*peer).Drain, false, Error{Kind: KindTimeout, Reason: Timeout}},
		{"no features", func(p *peer) { p.Open(""); silent(p) }, false, Error{Kind: KindTimeout, Reason: Timeout}},
		{"no form", func(p *peer) { p.Open(openFeatures); p.Request(); silent(p) }, false, Error{Kind: KindTimeout, Reason: Timeout}},
		{"no answer", func(p *peer) { giveForm(openFeatures, plainQuery)(p); p.Request(); silent(p) }, true, Error{Kind: KindTimeout, Reason: OutcomeUnknown}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m, _ := newTestManager(t, Config{Timeout: 200 * time.Millisecond}, tt.play)
				_, err := m.RequestForm(context.Background(), "")
				if tt.set {
					_, err = m.Submit(context.Background(), kim)
				}
				if !isLike(err, &tt.want) {
					t.Errorf("error %#v", err)
				}
			})
		})
	}
}

func TestAbort(t *testing.T) {
	t.Run("before anything", func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		m, events := newTestManager(t, Config{})
		if _, err := m.RequestForm(ctx, ""); !errors.Is(err, Aborted) {
			t.Errorf("error %v", err)
		}
		if len(eventsOf[Failed](events)) != 1 {
			t.Error("no event told of it")
		}
	})
	t.Run("for a reason of the caller's own", func(t *testing.T) {
		closed := errors.New("dialog closed")
		ctx, cancel := context.WithCancelCause(context.Background())
		cancel(closed)
		m, _ := newTestManager(t, Config{})
		if _, err := m.RequestForm(ctx, ""); !errors.Is(err, Aborted) || !errors.Is(err, closed) {
			t.Errorf("error %v", err)
		}
	})
	t.Run("while the answer is awaited", func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.Background())
		m, _ := newTestManager(t, Config{}, func(p *peer) {
			p.Open(openFeatures)
			p.Result(p.Request(), plainQuery)
			p.Request()
			cancel()
			p.Finish()
		})
		_, err := m.Submit(ctx, kim)
		var e *Error
		if !errors.As(err, &e) || e.Reason != Aborted || e.Kind != KindAborted || !e.OutcomeUnknown {
			t.Errorf("error %#v", err)
		}
	})
	t.Run("by disconnecting", func(t *testing.T) {
		asked := make(chan struct{})
		m, events := newTestManager(t, Config{}, func(p *peer) {
			p.Open(openFeatures)
			p.Request()
			close(asked)
			p.Finish()
		})
		failed := make(chan error, 1)
		go func() {
			_, err := m.RequestForm(context.Background(), "")
			failed <- err
		}()
		<-asked
		m.Disconnect()
		if err := <-failed; !errors.Is(err, Aborted) {
			t.Errorf("error %v", err)
		}
		if d := waitFor[Disconnected](t, events); d.Reason != "" {
			t.Errorf("disconnected for %q", d.Reason)
		}
	})
	t.Run("and then it works again", func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.Background())
		m, _ := newTestManager(t, Config{}, func(p *peer) {
			p.Open(openFeatures)
			get := p.Request()
			cancel()
			next := p.Request() // the same stream serves the next request
			p.Result(get, `<query xmlns='jabber:iq:register'><username/></query>`)
			p.Result(next, plainQuery)
			p.Finish()
		})
		if _, err := m.RequestForm(ctx, ""); !errors.Is(err, Aborted) {
			t.Errorf("error %v", err)
		}
		form, err := m.RequestForm(context.Background(), "")
		if err != nil || form.Field("password") == nil {
			t.Errorf("form %+v, %v: the late answer counted", form, err)
		}
	})
}

func TestAnAnswerCountsOnlyFromWhoWasAsked(t *testing.T) {
	m, _ := newTestManager(t, Config{}, func(p *peer) {
		p.Open(openFeatures)
		get := p.Request()
		id := get.Get("id")
		for _, forged := range []string{
			`<iq type='result' id='other'><query xmlns='jabber:iq:register'><username/></query></iq>`,
			`<iq type='result' id='` + id + `' from='mallory@shore.example'><query xmlns='jabber:iq:register'><username/></query></iq>`,
			`<iq type='result' id='` + id + `' from='evil.example'><query xmlns='jabber:iq:register'><username/></query></iq>`,
			`<iq type='result' id='` + id + `' from='@'><query xmlns='jabber:iq:register'><username/></query></iq>`,
			`<message id='` + id + `'><body>hello</body></message>`,
			`<error xmlns='jabber:client' type='cancel'><conflict xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>`,
		} {
			p.Send(forged)
		}
		p.Send(`<iq type='result' id='` + id + `' from='SHORE.example' to='shore.example/9f'>` + plainQuery + `</iq>`)
		p.Finish()
	})
	form, err := m.RequestForm(context.Background(), "")
	if err != nil || form.Field("password") == nil {
		t.Errorf("form %+v, %v", form, err)
	}
}

func TestWhatTheServerAsksIsAnswered(t *testing.T) {
	m, _ := newTestManager(t, Config{}, func(p *peer) {
		p.Open(openFeatures)
		get := p.Request()
		p.Send(`<iq type='get' id='x1' from='shore.example'><ping xmlns='urn:xmpp:ping'/></iq>`)
		if pong := p.Request(); pong.Get("type") != "error" || pong.Get("id") != "x1" || pong.Get("to") != "shore.example" {
			p.T.Errorf("answered %s", pong.String())
		}
		p.Result(get, plainQuery)
		p.Finish()
	})
	if _, err := m.RequestForm(context.Background(), ""); err != nil {
		t.Fatal(err)
	}
}

func TestErrorsOfTheTransportKeepTheirReason(t *testing.T) {
	cause := errors.New("nobody home")
	m, _ := newTestManager(t, Config{}, func(p *peer) {
		p.Refuse(&transport.Error{Fault: transport.NoHostMeta, Discovery: true, Text: "tried https://shore.example/", Err: cause})
	})
	_, err := m.RequestForm(context.Background(), "")
	if !isLike(err, &Error{Kind: KindDiscovery, Reason: NoHostMeta}) || !errors.Is(err, cause) || !strings.Contains(err.Error(), "tried https://shore.example/") {
		t.Errorf("error %#v", err)
	}
}

func TestDomainIsChecked(t *testing.T) {
	for domain, ok := range map[string]bool{
		"example.org": true, "EXAMPLE.org": true, "bücher.example": true, "xn--bcher-kva.example": true, "127.0.0.1": true, "localhost": true,
		"": true, "a b": false, "kim@example.org": false, "example.org/x": false, "example.org?x": false, "example.org#x": false, "example.org:5222": false, "<a>": false,
	} {
		_, err := NewManager(Config{Domain: domain, Dialer: scripted.NewDialer(t)})
		if (err == nil) != ok {
			t.Errorf("%q: %v", domain, err)
		}
		if err != nil && strings.Contains(err.Error(), "ibr:") {
			t.Errorf("a page would show %q", err)
		}
	}
}

func TestNoSecretIsLogged(t *testing.T) {
	m, events := newTestManager(t, Config{Token: "tok-SECRET"}, func(p *peer) {
		p.Open(tokenFeatures)
		p.Result(p.Request(), "")
		p.Result(p.Request(), `<query xmlns='jabber:iq:register'><x xmlns='jabber:x:data' type='form'><field type='hidden' var='challenge'><value>c-SECRET</value></field><field type='text-single' var='username'/><field type='text-single' var='recovery phrase'><value>p-SECRET</value></field></x></query>`)
		set := p.Request()
		p.Fail(set, `<query xmlns='jabber:iq:register'><username>kim</username><password>pw-SECRET</password><odd secret='a-SECRET'>SECRET</odd></query>`+scripted.StanzaError("cancel", "conflict"))
		p.Finish()
	})
	if _, err := m.Submit(context.Background(), Values{Fields: map[string][]string{"username": {"kim"}, "recovery phrase": {"r-SECRET"}}}); !isLike(err, &Error{Reason: CaptchaRequired}) {
		t.Fatalf("error %v", err)
	}
	if _, err := m.Submit(context.Background(), Values{Fields: map[string][]string{"username": {"kim"}, "recovery phrase": {"r-SECRET"}}}); err == nil {
		t.Fatal("no error")
	}
	logs := eventsOf[Log](events)
	if len(logs) < 6 {
		t.Errorf("only %d log messages", len(logs))
	}
	for _, l := range logs {
		if strings.Contains(l.Message, "SECRET") || strings.Contains(l.Message, "kim") {
			t.Errorf("logged: %s", l.Message)
		}
	}
}

func TestDiagnosticsAreMadeOnlyWhereTheyAreWanted(t *testing.T) {
	m, events := newTestManager(t, Config{}, func(p *peer) {
		p.Open(openFeatures)
		p.Result(p.Request(), plainQuery)
		p.Result(p.Request(), "")
		p.Finish()
	})
	m.SetDiagnostics(false)
	if _, err := m.RequestForm(context.Background(), ""); err != nil {
		t.Fatal(err)
	}
	if logs, gauges, counters := eventsOf[Log](events), eventsOf[Gauge](events), eventsOf[Counter](events); len(logs)+len(gauges)+len(counters) > 0 {
		t.Errorf("nobody wanted %v, %v, %v", logs, gauges, counters)
	}
	m.SetDiagnostics(true)
	if _, err := m.Submit(context.Background(), Values{Fields: map[string][]string{"username": {"kim"}, "password": {"pw-SECRET"}}}); err != nil {
		t.Fatal(err)
	}
	m.Disconnect()
	for _, level := range []LogLevel{LogSent, LogReceived} {
		if !slices.ContainsFunc(eventsOf[Log](events), func(l Log) bool { return l.Level == level }) {
			t.Errorf("no stanza was logged as %s", level)
		}
	}
	if want := []Gauge{{"streams.open", 0}}; !reflect.DeepEqual(eventsOf[Gauge](events), want) {
		t.Errorf("gauges %v", eventsOf[Gauge](events))
	}
}

func TestLanguageOfTheStreamIsAWellFormedTagOrNone(t *testing.T) {
	for lang, want := range map[string]string{"DE-ch": "de-CH", "de_CH.UTF-8": "de-CH", "C": "", "": ""} {
		m, _ := newTestManager(t, Config{Lang: lang}, func(p *peer) {
			if p.Target.Lang != want {
				p.T.Errorf("%q went out as %q, want %q", lang, p.Target.Lang, want)
			}
			giveForm(openFeatures, plainQuery)(p)
			p.Finish()
		})
		if _, err := m.RequestForm(background, ""); err != nil {
			t.Error(err)
		}
		m.Disconnect()
	}
}

func TestFormOfTooManyFieldsIsRefused(t *testing.T) {
	fields := func(n int) string {
		var b strings.Builder
		b.WriteString("<query xmlns='jabber:iq:register'><x xmlns='jabber:x:data' type='form'>")
		for i := range n {
			b.WriteString("<field var='f" + strconv.Itoa(i) + "'/>")
		}
		return b.String() + "</x></query>"
	}
	m, _ := newTestManager(t, Config{}, func(p *peer) {
		giveForm(openFeatures, fields(xmltree.MaxFields))(p)
		p.Result(p.Request(), fields(xmltree.MaxFields+1))
		p.Finish()
	})
	if f, err := m.RequestForm(background, ""); err != nil || len(f.Fields) != xmltree.MaxFields {
		t.Errorf("as many fields as may be: %v", err)
	}
	if _, err := m.RequestForm(background, ""); !isLike(err, &Error{Kind: KindStanza, Reason: Protocol}) {
		t.Errorf("one more: %v", err)
	}
}

package ibr

import (
	"context"
	"errors"
	"net"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestAccountIsRegisteredOverOneStream(t *testing.T) {
	for _, tt := range []struct{ name, query, want string }{
		{"old-style fields", plainQuery, `<query xmlns="jabber:iq:register"><username xmlns="jabber:iq:register">kim</username><password xmlns="jabber:iq:register">a&amp;b&lt;c</password></query>`},
		{"data form", dataQuery, `<query xmlns="jabber:iq:register"><x xmlns="jabber:x:data" type="submit"><field xmlns="jabber:x:data" type="hidden" var="FORM_TYPE"><value xmlns="jabber:x:data">jabber:iq:register</value></field><field xmlns="jabber:x:data" var="username"><value xmlns="jabber:x:data">kim</value></field><field xmlns="jabber:x:data" var="password"><value xmlns="jabber:x:data">a&amp;b&lt;c</value></field></x></query>`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var get, set element
			m, events := newTestManager(t, Config{}, func(p *peer) {
				p.open(openFeatures)
				get = p.request()
				p.result(get, tt.query)
				set = p.request()
				p.result(set, "")
				p.finish()
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

			if get.get("type") != "get" || get.get("to") != "shore.example" || get.child(nsRegister, "query") == nil {
				t.Errorf("asked with %s", xmlOf(get))
			}
			if set.get("type") != "set" || set.get("to") != "shore.example" || set.get("id") == get.get("id") {
				t.Errorf("sent %s", xmlOf(set))
			}
			// Read back, every element has its namespace.
			set.child(nsRegister, "query").attr = nil
			if got := clean(set.children[0]); got != tt.want {
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

// clean writes an element that was read without its xmlns attributes.
func clean(e element) string {
	var strip func(*element)
	strip = func(e *element) {
		kept := e.attr[:0:0]
		for _, a := range e.attr {
			if a.Name.Local != "xmlns" {
				kept = append(kept, a)
			}
		}
		e.attr = kept
		for i := range e.children {
			strip(&e.children[i])
		}
	}
	strip(&e)
	return xmlOf(e)
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
		p.open(`<stream:features xmlns:stream='http://etherx.jabber.org/streams'><register xmlns='jabber:iq:register'/></stream:features>`)
		p.finish() // fails the test at any request
	})
	_, err := m.RequestForm(context.Background(), "")
	want := &Error{Kind: KindStream, Reason: NotAdvertised, Type: "cancel", Condition: "feature-not-implemented"}
	if !errors.Is(err, want) {
		t.Errorf("error %#v", err)
	}
	if got, want := eventNames(events), []string{"Connected", "Failed", "Disconnected"}; !reflect.DeepEqual(got, want) {
		t.Errorf("events %v, want %v", got, want)
	}
	if d := waitFor[Disconnected](t, events); d.Reason != NotAdvertised {
		t.Errorf("disconnected for %q", d.Reason)
	}
}

func TestSkipFeatureAsksAllTheSame(t *testing.T) {
	m, _ := newTestManager(t, Config{SkipFeature: true}, func(p *peer) {
		p.open(`<stream:features xmlns:stream='http://etherx.jabber.org/streams'/>`)
		p.result(p.request(), plainQuery)
		p.finish()
	})
	if _, err := m.RequestForm(context.Background(), ""); err != nil {
		t.Fatal(err)
	}
}

func TestSubmitWithoutAFormAsksForOneFirst(t *testing.T) {
	m, events := newTestManager(t, Config{}, func(p *peer) {
		p.open(openFeatures)
		p.result(p.request(), dataQuery)
		p.result(p.request(), "")
		p.finish()
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
				p.open(openFeatures)
				p.result(p.request(), captchaQuery)
				p.send(tt.last)
			}, func(p *peer) {
				p.open(openFeatures)
				set := p.request() // no second get: the CAPTCHA's answer belongs to the first form
				if set.get("type") != "set" || !strings.Contains(xmlOf(set), "c-77") {
					p.t.Errorf("sent %s", xmlOf(set))
				}
				p.result(set, "")
				p.finish()
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
		e := p.request()
		if e.get("type") != "set" || e.get("to") != "shore.example" || e.children[0].name.Space != nsPreauth || e.children[0].get("token") != "t-1" {
			p.t.Errorf("sent %s, want the token", xmlOf(e))
		}
		p.result(e, "")
	}
	m, events := newTestManager(t, Config{Token: "t-1"}, func(p *peer) {
		p.open(tokenFeatures)
		preauth(p)
		p.result(p.request(), plainQuery)
		p.send(`</stream:stream>`)
	}, func(p *peer) {
		p.open(tokenFeatures)
		preauth(p)
		p.result(p.request(), "")
		p.finish()
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
		p.open(openFeatures)
		p.finish()
	})
	if _, err := m.RequestForm(context.Background(), ""); !errors.Is(err, &Error{Reason: InviteUnsupported}) {
		t.Errorf("error %v", err)
	}
}

func TestFormIsSpentByAFailedSubmit(t *testing.T) {
	m, _ := newTestManager(t, Config{}, func(p *peer) {
		p.open(openFeatures)
		p.result(p.request(), captchaQuery)
		p.fail(p.request(), stanzaErr("cancel", "conflict"))
		if get := p.request(); get.get("type") != "get" {
			p.t.Errorf("sent %s, want a new get", xmlOf(get))
		} else {
			p.result(get, captchaQuery)
		}
		p.finish() // and nothing more
	})
	if _, err := m.RequestForm(context.Background(), ""); err != nil {
		t.Fatal(err)
	}
	values := Values{Fields: map[string][]string{"username": {"kim"}, "password": {"pw"}, "ocr": {"q8Rt2"}}}
	_, err := m.Submit(context.Background(), values)
	if !errors.Is(err, &Error{Reason: UsernameTaken, Field: "username"}) || !errors.Is(err, ErrConflict) {
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
		p.open(openFeatures)
		p.result(p.request(), plainQuery)
		p.fail(p.request(), dataQuery+stanzaErr("modify", "not-acceptable"))
		set := p.request()
		if set.get("type") != "set" || set.children[0].child(nsData, "x") == nil {
			p.t.Errorf("sent %s, want the new form", xmlOf(set))
		}
		p.result(set, "")
		p.finish()
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
				p.open(openFeatures)
				p.fail(p.request(), captchaQuery+stanzaErr("auth", "forbidden"))
				set := p.request()
				if set.get("type") != "set" || !strings.Contains(xmlOf(set), "c-77") {
					p.t.Errorf("sent %s, want the answers to the form", xmlOf(set))
				}
				p.result(set, "")
				p.finish()
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
		p.open(openFeatures)
		p.result(p.request(), plainQuery)
		p.result(p.request(), "") // the only set is the good one
		p.finish()
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
		{"an address", "kim@shore.example", "pw", Error{Kind: KindForm, Reason: UsernameInvalid, Condition: "jid-malformed", Field: "username"}},
		{"too long", strings.Repeat("k", 1024), "pw", Error{Kind: KindForm, Reason: UsernameInvalid, Condition: "jid-malformed", Field: "username"}},
		{"a control character", "kim", "p\x01w", Error{Kind: KindForm, Reason: Rejected, Field: "password"}},
		{"broken text", "kim", "p\uFFFDw", Error{Kind: KindForm, Reason: Rejected, Field: "password"}},
		{"a noncharacter", "kim", "p\uFFFEw", Error{Kind: KindForm, Reason: Rejected, Field: "password"}},
	} {
		_, err := m.Submit(context.Background(), Values{Fields: map[string][]string{"username": {tt.username}, "password": {tt.password}}})
		if !errors.Is(err, &tt.want) {
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
				if e, ok := p.next(); ok {
					p.t.Errorf("sent %s", xmlOf(e))
				}
			})
			_, err := m.Submit(background, kim)
			var e *Error
			if !errors.As(err, &e) || e.Kind != KindForm || e.Reason != NotSupported || e.URL != c.url || !strings.Contains(e.Message, c.url) {
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
		p.open(openFeatures)
		p.result(p.request(), plainQuery)
		set := p.request()
		close(asked)
		<-answer
		p.result(set, "")
		p.finish()
	})
	first := make(chan error, 1)
	go func() {
		_, err := m.Submit(context.Background(), kim)
		first <- err
	}()
	<-asked
	if _, err := m.Submit(context.Background(), kim); !errors.Is(err, ErrBusy) {
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
	const streamError = `<stream:error><%s xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error></stream:stream>`
	for _, tt := range []struct {
		name, last string
		want       Reason
	}{
		{"connection lost", ``, OutcomeUnknown},
		{"stream closed", `</stream:stream>`, OutcomeUnknown},
		{"connection-timeout", strings.Replace(streamError, "%s", "connection-timeout", 1), OutcomeUnknown},
		{"policy-violation", strings.Replace(streamError, "%s", "policy-violation", 1), Forbidden},
		{"not-authorized", strings.Replace(streamError, "%s", "not-authorized", 1), StreamFailed},
		{"broken XML", `<iq></query>`, Protocol},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m, _ := newTestManager(t, Config{}, func(p *peer) {
				p.open(openFeatures)
				p.result(p.request(), plainQuery)
				p.request()
				p.send(tt.last)
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
	silent := func(p *peer) { p.finish() }
	for _, tt := range []struct {
		name string
		play script
		set  bool
		want Error
	}{
		{"no stream", func(p *peer) { p.conn.Read(make([]byte, 1)); p.dec.InputOffset(); drainConn(p) }, false, Error{Kind: KindTimeout, Reason: Timeout}},
		{"no features", func(p *peer) { p.open(""); silent(p) }, false, Error{Kind: KindTimeout, Reason: Timeout}},
		{"no form", func(p *peer) { p.open(openFeatures); p.request(); silent(p) }, false, Error{Kind: KindTimeout, Reason: Timeout}},
		{"no answer", func(p *peer) { giveForm(openFeatures, plainQuery)(p); p.request(); silent(p) }, true, Error{Kind: KindTimeout, Reason: OutcomeUnknown}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m, _ := newTestManager(t, Config{Timeout: 200 * time.Millisecond}, tt.play)
				_, err := m.RequestForm(context.Background(), "")
				if tt.set {
					_, err = m.Submit(context.Background(), kim)
				}
				if !errors.Is(err, &tt.want) {
					t.Errorf("error %#v", err)
				}
			})
		})
	}
}

func drainConn(p *peer) {
	buf := make([]byte, 1024)
	for {
		if _, err := p.conn.Read(buf); err != nil {
			return
		}
	}
}

func TestAbort(t *testing.T) {
	t.Run("before anything", func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		m, events := newTestManager(t, Config{})
		if _, err := m.RequestForm(ctx, ""); !errors.Is(err, ErrAborted) {
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
		if _, err := m.RequestForm(ctx, ""); !errors.Is(err, ErrAborted) || !errors.Is(err, closed) {
			t.Errorf("error %v", err)
		}
	})
	t.Run("while the answer is awaited", func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.Background())
		m, _ := newTestManager(t, Config{}, func(p *peer) {
			p.open(openFeatures)
			p.result(p.request(), plainQuery)
			p.request()
			cancel()
			p.finish()
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
			p.open(openFeatures)
			p.request()
			close(asked)
			p.finish()
		})
		failed := make(chan error, 1)
		go func() {
			_, err := m.RequestForm(context.Background(), "")
			failed <- err
		}()
		<-asked
		m.Disconnect()
		if err := <-failed; !errors.Is(err, ErrAborted) {
			t.Errorf("error %v", err)
		}
		if d := waitFor[Disconnected](t, events); d.Reason != "" {
			t.Errorf("disconnected for %q", d.Reason)
		}
	})
	t.Run("and then it works again", func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.Background())
		m, _ := newTestManager(t, Config{}, func(p *peer) {
			p.open(openFeatures)
			get := p.request()
			cancel()
			next := p.request() // the same stream serves the next request
			p.result(get, `<query xmlns='jabber:iq:register'><username/></query>`)
			p.result(next, plainQuery)
			p.finish()
		})
		if _, err := m.RequestForm(ctx, ""); !errors.Is(err, ErrAborted) {
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
		p.open(openFeatures)
		get := p.request()
		id := get.get("id")
		for _, forged := range []string{
			`<iq type='result' id='other'><query xmlns='jabber:iq:register'><username/></query></iq>`,
			`<iq type='result' id='` + id + `' from='mallory@shore.example'><query xmlns='jabber:iq:register'><username/></query></iq>`,
			`<iq type='result' id='` + id + `' from='evil.example'><query xmlns='jabber:iq:register'><username/></query></iq>`,
			`<iq type='result' id='` + id + `' from='@'><query xmlns='jabber:iq:register'><username/></query></iq>`,
			`<message id='` + id + `'><body>hello</body></message>`,
			`<error xmlns='jabber:client' type='cancel'><conflict xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>`,
		} {
			p.send(forged)
		}
		p.send(`<iq type='result' id='` + id + `' from='SHORE.example' to='shore.example/9f'>` + plainQuery + `</iq>`)
		p.finish()
	})
	form, err := m.RequestForm(context.Background(), "")
	if err != nil || form.Field("password") == nil {
		t.Errorf("form %+v, %v", form, err)
	}
}

func TestWhatTheServerAsksIsAnswered(t *testing.T) {
	m, _ := newTestManager(t, Config{}, func(p *peer) {
		p.open(openFeatures)
		get := p.request()
		p.send(`<iq type='get' id='x1' from='shore.example'><ping xmlns='urn:xmpp:ping'/></iq>`)
		if pong := p.request(); pong.get("type") != "error" || pong.get("id") != "x1" || pong.get("to") != "shore.example" {
			p.t.Errorf("answered %s", xmlOf(pong))
		}
		p.result(get, plainQuery)
		p.finish()
	})
	if _, err := m.RequestForm(context.Background(), ""); err != nil {
		t.Fatal(err)
	}
}

// failingDialer fails as a transport does that says why.
type failingDialer struct{ err error }

func (d failingDialer) Dial(context.Context, string) (net.Conn, error) { return nil, d.err }

type transportError struct{}

func (transportError) Error() string  { return "nobody home" }
func (transportError) Kind() string   { return "discovery" }
func (transportError) Reason() string { return "no-host-meta" }

func TestErrorsOfTheTransportKeepTheirReason(t *testing.T) {
	m, err := NewManager(Config{Domain: "shore.example", Dialer: failingDialer{transportError{}}})
	if err != nil {
		t.Fatal(err)
	}
	_, err = m.RequestForm(context.Background(), "")
	want := &Error{Kind: KindDiscovery, Reason: NoHostMeta}
	if !errors.Is(err, want) || !errors.Is(err, transportError{}) || err.Error() != "nobody home" {
		t.Errorf("error %#v", err)
	}
}

func TestDomainIsChecked(t *testing.T) {
	for domain, ok := range map[string]bool{
		"example.org": true, "EXAMPLE.org": true, "bücher.example": true, "xn--bcher-kva.example": true, "127.0.0.1": true, "localhost": true,
		"": true, "a b": false, "kim@example.org": false, "example.org/x": false, "example.org?x": false, "example.org#x": false, "example.org:5222": false, "<a>": false,
	} {
		_, err := NewManager(Config{Domain: domain})
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
		p.open(tokenFeatures)
		p.result(p.request(), "")
		p.result(p.request(), `<query xmlns='jabber:iq:register'><x xmlns='jabber:x:data' type='form'><field type='hidden' var='challenge'><value>c-SECRET</value></field><field type='text-single' var='username'/><field type='text-single' var='recovery phrase'><value>p-SECRET</value></field></x></query>`)
		set := p.request()
		p.fail(set, `<query xmlns='jabber:iq:register'><username>kim</username><password>pw-SECRET</password><odd secret='a-SECRET'>SECRET</odd></query>`+stanzaErr("cancel", "conflict"))
		p.finish()
	})
	if _, err := m.Submit(context.Background(), Values{Fields: map[string][]string{"username": {"kim"}, "recovery phrase": {"r-SECRET"}}}); !errors.Is(err, &Error{Reason: CaptchaRequired}) {
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

package stream

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/xmppreg/xmppreg/ibr/internal/scripted"
	"github.com/xmppreg/xmppreg/internal/jid"
	"github.com/xmppreg/xmppreg/internal/xmltree"
	"github.com/xmppreg/xmppreg/transport"
)

func TestRequestsAreToldApart(t *testing.T) {
	s, _ := openGuest(t, func(p *scripted.Peer) {
		first, second := p.Request(), p.Request()
		if first.Get("id") == "" || first.Get("id") == second.Get("id") {
			p.T.Errorf("sent %s and %s", first, second)
		}
		for _, request := range []*xmltree.Element{second, first} {
			if !request.Is(xmltree.NSClient, "iq") || request.Child("jabber:iq:register", "query") == nil {
				p.T.Errorf("sent %s", request)
			}
			p.Result(request, "<to>"+request.Get("type")+" "+request.Get("to")+"</to>")
		}
		p.Finish()
	})
	done := make(chan struct{})
	go func() {
		defer close(done)
		if answer, err := s.Request(background, Get, home, question); err != nil || answer.ChildText(xmltree.NSClient, "to") != "get shore.example" {
			t.Errorf("answer %v, %v", answer, err)
		}
	}()
	if answer, err := s.Request(background, Set, jid.JID{}, question); err != nil || answer.ChildText(xmltree.NSClient, "to") != "set " {
		t.Errorf("answer %v, %v", answer, err)
	}
	<-done
}

func TestAnAnswerCountsOnlyFromWhoWasAsked(t *testing.T) {
	s, _ := openGuest(t, func(p *scripted.Peer) {
		id := p.Request().Get("id")
		for _, forged := range []string{
			`<iq type='result' id='other'/>`,
			`<iq type='result'/>`,
			`<iq type='result' id='` + id + `' from='mallory@shore.example'/>`,
			`<iq type='result' id='` + id + `' from='evil.example'/>`,
			`<iq type='error' id='` + id + `' from='evil.example'/>`,
			`<iq type='result' id='` + id + `' from='@'/>`,
			`<iq xmlns='jabber:server' type='result' id='` + id + `'/>`,
			`<message id='` + id + `'><body>hello</body></message>`,
			`<error xmlns='jabber:client' type='cancel'><conflict xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>`,
		} {
			p.Send(forged)
		}
		p.Send(`<iq type='result' id='` + id + `' from='SHORE.example' to='shore.example/9f'><right/></iq>`)
		p.Finish()
	})
	answer, err := s.Request(background, Get, home, question)
	if err != nil || answer.Child(xmltree.NSClient, "right") == nil {
		t.Errorf("answer %v, %v", answer, err)
	}
}

func TestWhoMayAnswer(t *testing.T) {
	const own, bare = "kim@shore.example/r1", "kim@shore.example"
	for _, tt := range []struct {
		asked string
		login bool
		may   []string
		not   []string
	}{
		{"", false, []string{"", "shore.example", "SHORE.example"}, []string{"@", "shore.example/x", own, bare, "gw.shore.example"}},
		{"shore.example", false, []string{"", "shore.example"}, []string{own, bare, "gw.shore.example"}},
		{"", true, []string{"", "shore.example", own, bare}, []string{"kim@shore.example/r2", "bob@shore.example", "gw.shore.example"}},
		{"shore.example", true, []string{"", "shore.example", own, bare}, []string{"kim@shore.example/r2", "bob@shore.example", "gw.shore.example"}},
		{"gw.shore.example", true, []string{"gw.shore.example", "GW.shore.example"}, []string{"", "shore.example", own, bare, "gw.shore.example/x"}},
	} {
		s := &Stream{config: Config{Domain: home}}
		if tt.login {
			s.address = address(own)
		}
		var asked jid.JID
		if tt.asked != "" {
			asked = address(tt.asked)
		}
		for _, from := range tt.may {
			if !s.mayAnswer(asked, from) {
				t.Errorf("asked %q, logged in: %t: an answer from %q does not count", tt.asked, tt.login, from)
			}
		}
		for _, from := range tt.not {
			if s.mayAnswer(asked, from) {
				t.Errorf("asked %q, logged in: %t: an answer from %q counts", tt.asked, tt.login, from)
			}
		}
	}
}

func TestConnectionThatFailsWhileSomethingIsSentIsGivenUp(t *testing.T) {
	for range 50 {
		reached := make(chan struct{})
		s, _ := openGuest(t, func(p *scripted.Peer) {
			<-reached
			p.Lose()
			p.Drain()
		})
		failed := ask(background, s)
		close(reached)
		err := <-failed
		var e *transport.Error
		if !errors.As(err, &e) || e.Fault != transport.Lost {
			t.Fatalf("error %v", err)
		}
		var unanswered *UnansweredError
		if errors.As(err, &unanswered) && s.Usable() {
			t.Fatal("what went out is lost, and the stream is of use still")
		}
	}
}

func TestAnAnswerCountsOnce(t *testing.T) {
	s, _ := openGuest(t, func(p *scripted.Peer) {
		first := p.Request()
		p.Result(first, "<first/>")
		p.Result(first, "<again/>")
		second := p.Request()
		p.Fail(first, scripted.StanzaError("cancel", "conflict"))
		p.Result(second, "<second/>")
		p.Finish()
	})
	for _, want := range []string{"first", "second"} {
		if answer, err := s.Request(background, Set, jid.JID{}, question); err != nil || answer.Child(xmltree.NSClient, want) == nil {
			t.Errorf("answer %v, %v", answer, err)
		}
	}
}

func TestAnswerThatComesTooLateDoesNotCount(t *testing.T) {
	ctx, cancel := context.WithCancel(background)
	s, _ := openGuest(t, func(p *scripted.Peer) {
		first := p.Request()
		cancel()
		second := p.Request() // over the same stream
		p.Result(first, "<late/>")
		p.Result(second, "<right/>")
		p.Finish()
	})
	_, err := s.Request(ctx, Get, jid.JID{}, question)
	isUnanswered(t, err, context.Canceled)
	if answer, err := s.Request(background, Get, jid.JID{}, question); err != nil || answer.Child(xmltree.NSClient, "right") == nil {
		t.Errorf("answer %v, %v", answer, err)
	}
}

func TestAnswerBeforeTheEndOfTheStreamCounts(t *testing.T) {
	for range 50 {
		s, _ := openGuest(t, func(p *scripted.Peer) {
			p.Send(`<iq type='result' id='` + p.Request().Get("id") + `'/>` + scripted.StreamError("conflict"))
			p.Drain()
		})
		if _, err := s.Request(background, Set, jid.JID{}, question); err != nil {
			t.Fatal(err)
		}
	}
}

func TestAnswerOfNoKnownTypeIsMalformed(t *testing.T) {
	for _, typ := range []string{"", "type='banana'", "type='Result'"} {
		s, _ := openGuest(t, func(p *scripted.Peer) {
			p.Send(`<iq ` + typ + ` id='` + p.Request().Get("id") + `'/>`)
			p.Finish()
		})
		if _, err := s.Request(background, Set, jid.JID{}, question); err != ErrMalformed {
			t.Errorf("%s: error %v", typ, err)
		}
	}
}

func TestTimeRunsOut(t *testing.T) {
	late := errors.New("late")
	for name, play := range map[string]scripted.Script{
		"no answer":    func(p *scripted.Peer) { p.Request(); p.Finish() },
		"is not taken": (*scripted.Peer).Hang,
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, _ := openGuest(t, play)
				ctx, cancel := context.WithTimeoutCause(background, time.Second, late)
				defer cancel()
				begin := time.Now()
				_, err := s.Request(ctx, Set, jid.JID{}, question)
				isUnanswered(t, err, late)
				if took := time.Since(begin); took != time.Second {
					t.Errorf("it took %v", took)
				}
				if !s.Usable() {
					t.Error("the stream has ended with the request")
				}
			})
		})
	}
	t.Run("before it is sent", func(t *testing.T) {
		s, _ := openGuest(t, (*scripted.Peer).Finish)
		ctx, cancel := context.WithCancelCause(background)
		cancel(late)
		_, err := s.Request(ctx, Set, jid.JID{}, question)
		isUnsent(t, err, late)
	})
}

func TestWhatTheServerAsksIsAnswered(t *testing.T) {
	for _, typ := range []string{"get", "set"} {
		s, _ := openGuest(t, func(p *scripted.Peer) {
			request := p.Request()
			p.Send(`<iq type='` + typ + `' id='x1' from='shore.example'><ping xmlns='urn:xmpp:ping'/></iq>`)
			answer := p.Request()
			refused := answer.Child(xmltree.NSClient, "error")
			if answer.Get("type") != "error" || answer.Get("id") != "x1" || answer.Get("to") != "shore.example" ||
				refused == nil || refused.Get("type") != "cancel" || refused.Child(nsStanzaErrors, "service-unavailable") == nil {
				p.T.Errorf("answered %s", answer)
			}
			p.Send(`<message/><presence/><iq type='result' id='x1'/><iq type='error' id='x1'/><odd xmlns='urn:example:odd'/>`)
			p.Result(request, "")
			p.Finish() // none of those is answered
		})
		if _, err := s.Request(background, Get, jid.JID{}, question); err != nil {
			t.Fatal(err)
		}
	}
}

func TestServerThatAsksAndDoesNotListenHoldsUpNobodyForLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _ := openGuest(t, func(p *scripted.Peer) {
			request := p.Request()
			p.Send(`<iq type='get' id='q1'><x xmlns='y'/></iq>`)
			p.Result(request, "")
			p.Hang()
		})
		begin := time.Now()
		if _, err := s.Request(background, Get, jid.JID{}, question); err != nil {
			t.Error(err)
		}
		if took := time.Since(begin); took != replyTimeout {
			t.Errorf("it took %v", took)
		}
	})
}

func TestErrorsOfServersAreUnderstood(t *testing.T) {
	const ns = " xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'"
	for name, tt := range map[string]struct {
		payload string
		want    StanzaError
	}{
		"as it should be": {
			"<query xmlns='jabber:iq:register'/><error type='modify'><not-acceptable" + ns + "/><text" + ns + "> Too short </text></error>",
			StanzaError{Type: "modify", Condition: "not-acceptable", Text: "Too short"},
		},
		"texts in languages": {
			"<error type='cancel'><conflict" + ns + "/><text" + ns + " xml:lang='de'>Vergeben</text><text" + ns + " xml:lang='en'>Taken</text></error>",
			StanzaError{Type: "cancel", Condition: "conflict", Text: "Taken"},
		},
		"text first, and outside of the namespace": {
			"<error type='cancel'><text>Taken</text><conflict" + ns + "/></error>",
			StanzaError{Type: "cancel", Condition: "conflict", Text: "Taken"},
		},
		"bare text and a code": {
			"<error code='409'> Conflict </error>",
			StanzaError{Condition: "conflict", Text: "Conflict"},
		},
		"a condition and a code that differ": {
			"<error code='409' type='wait'><resource-constraint" + ns + "/></error>",
			StanzaError{Type: "wait", Condition: "resource-constraint"},
		},
		"an unknown code": {"<error code='999'/>", StanzaError{}},
		"an unknown type": {"<error type='banana'><gone" + ns + "/></error>", StanzaError{Type: "banana", Condition: "gone"}},
		"nothing":         {"", StanzaError{}},
		"an address":      {"<error type='modify'><redirect" + ns + "> xmpp:other.example </redirect></error>", StanzaError{Type: "modify", Condition: "redirect", Address: "xmpp:other.example"}},
		"application":     {"<error type='cancel'><conflict" + ns + "/><taken xmlns='urn:example:x'/></error>", StanzaError{Type: "cancel", Condition: "conflict", Application: "taken"}},
		"when to try again": {
			"<error type='wait'><resource-constraint" + ns + "/><retry xmlns='urn:xmpp:http:upload:0' stamp='2026-11-29T10:00:00Z'/></error>",
			StanzaError{Type: "wait", Condition: "resource-constraint", Application: "retry", RetryAt: time.Date(2026, 11, 29, 10, 0, 0, 0, time.UTC)},
		},
	} {
		t.Run(name, func(t *testing.T) {
			s, _ := openGuest(t, func(p *scripted.Peer) {
				p.Fail(p.Request(), tt.payload)
				p.Finish()
			})
			_, err := s.Request(background, Set, jid.JID{}, question)
			var got *StanzaError
			if !errors.As(err, &got) {
				t.Fatalf("error %v", err)
			}
			if got.IQ == nil || got.IQ.Get("type") != "error" {
				t.Errorf("the answer is %v", got.IQ)
			}
			tt.want.IQ = got.IQ
			if *got != tt.want {
				t.Errorf("error %#v, want %#v", *got, tt.want)
			}
		})
	}
}

func TestLegacyCodesHaveConditions(t *testing.T) {
	for code, condition := range legacyConditions {
		iq, err := xmltree.Parse([]byte("<iq xmlns='jabber:client'><error code='" + code + "'/></iq>"))
		if err != nil {
			t.Fatal(err)
		}
		if got := readStanzaError(iq, ""); got.Condition != condition {
			t.Errorf("code %s is %s, want %s", code, got.Condition, condition)
		}
	}
}

func TestTextIsChosenByItsLanguage(t *testing.T) {
	text := func(lang, text string) *xmltree.Element {
		e := xmltree.NewText("text", text).WithLang(lang)
		return &e
	}
	texts := []*xmltree.Element{text("de", "Vergeben"), text("en", "Taken"), text("pt-BR", "Em uso")}
	for lang, want := range map[string]string{
		"de": "Vergeben", "DE": "Vergeben", "de-AT": "Vergeben", "en": "Taken", "EN-us": "Taken", "pt": "Em uso", "pt-PT": "Em uso", "fr": "Vergeben", "": "Vergeben",
	} {
		if got := textIn(lang, texts); got != want {
			t.Errorf("in %q: %q, want %q", lang, got, want)
		}
	}
	if got := textIn("de", []*xmltree.Element{text("", "one"), text("de-AT", "two"), text("de", " three ")}); got != "three" {
		t.Errorf("the same tag does not count most: %q", got)
	}
	if got := textIn("en", nil); got != "" {
		t.Errorf("no text is %q", got)
	}
}

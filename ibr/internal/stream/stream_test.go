package stream

import (
	"context"
	"errors"
	"io"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/xmppreg/xmppreg/ibr/internal/scripted"
	"github.com/xmppreg/xmppreg/internal/jid"
	"github.com/xmppreg/xmppreg/internal/xmltree"
	"github.com/xmppreg/xmppreg/transport"
)

var (
	background = context.Background()
	home       = address(scripted.Domain)
	guests     = scripted.Features(`<register xmlns='http://jabber.org/features/iq-register'/>`)
	kim        = &Login{Username: "kim", Password: "pw"}
	question   = xmltree.New("jabber:iq:register", "query")
)

// address parses an address that is known to be one.
func address(s string) jid.JID {
	j, err := jid.Parse(s)
	if err != nil {
		panic(err)
	}
	return j
}

// observer keeps the stanzas that a stream has told of.
type observer struct {
	mu      sync.Mutex
	stanzas map[Direction][]string
}

func (o *observer) add(d Direction, redacted func() string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.stanzas == nil {
		o.stanzas = map[Direction][]string{}
	}
	o.stanzas[d] = append(o.stanzas[d], redacted())
}

func (o *observer) of(d Direction) []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.stanzas[d]
}

// configFor is the configuration of one stream with the server that plays the
// script.
func configFor(t *testing.T, login *Login, play scripted.Script) (Config, *observer) {
	o := &observer{}
	return Config{
		Dialer:  scripted.NewDialer(t, play),
		Domain:  home,
		Lang:    "en",
		Login:   login,
		Observe: o.add,
	}, o
}

// openGuest opens a stream on which nobody is logged in, and closes it at the end
// of the test.
func openGuest(t *testing.T, play scripted.Script) (*Stream, *observer) {
	t.Helper()
	return openAs(t, nil, func(p *scripted.Peer) {
		p.Open(guests)
		play(p)
	})
}

// openKim does the same as kim@shore.example/r1.
func openKim(t *testing.T, play scripted.Script) (*Stream, *observer) {
	t.Helper()
	return openAs(t, kim, func(p *scripted.Peer) {
		letIn(p)
		p.Restart("kim@shore.example/r1")
		play(p)
	})
}

func letIn(p *scripted.Peer) {
	if !p.Auth("kim", "pw") {
		p.T.Error("kim did not log in")
	}
	p.Send(scripted.Success)
}

func openAs(t *testing.T, login *Login, play scripted.Script) (*Stream, *observer) {
	t.Helper()
	config, o := configFor(t, login, play)
	s, err := Open(background, config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close(background) })
	return s, o
}

// failToOpen returns the error of a stream that can't be opened.
func failToOpen(t *testing.T, login *Login, play scripted.Script) error {
	t.Helper()
	config, o := configFor(t, login, play)
	s, err := Open(background, config)
	if s != nil || err == nil {
		t.Fatal("the stream was opened")
	}
	if sent := o.of(Sent); len(sent) > 0 {
		t.Errorf("told of %q", sent)
	}
	return err
}

// ask sends a request behind the caller's back and returns where its error comes.
func ask(ctx context.Context, s *Stream) <-chan error {
	failed := make(chan error, 1)
	go func() {
		_, err := s.Request(ctx, Set, jid.JID{}, question)
		failed <- err
	}()
	return failed
}

// isUnanswered sees that a request may have gone out, and why no answer came.
func isUnanswered(t *testing.T, err, want error) {
	t.Helper()
	var unanswered *UnansweredError
	if !errors.As(err, &unanswered) || !errors.Is(unanswered.Err, want) {
		t.Errorf("error %v, want one that no answer came: %v", err, want)
	}
}

// isUnsent sees that a request has not gone out, and why.
func isUnsent(t *testing.T, err, want error) {
	t.Helper()
	var unanswered *UnansweredError
	if errors.As(err, &unanswered) || !errors.Is(err, want) {
		t.Errorf("error %v, want one that nothing was sent: %v", err, want)
	}
}

func TestAStreamEndsForTheServersReason(t *testing.T) {
	isLost := func(err error) bool {
		var e *transport.Error
		return errors.As(err, &e) && e.Fault == transport.Lost && errors.Is(err, io.ErrUnexpectedEOF)
	}
	for name, tt := range map[string]struct {
		end   func(*scripted.Peer)
		cause func(error) bool
	}{
		"close":           {(*scripted.Peer).Close, func(err error) bool { return err == ErrServerClosed }},
		"connection lost": {(*scripted.Peer).Lose, isLost},
		"broken XML": {(*scripted.Peer).Break, func(err error) bool {
			var e *transport.Error
			return errors.As(err, &e) && e.Fault == transport.Protocol
		}},
		"stream error": {func(p *scripted.Peer) { p.Send(scripted.StreamError("system-shutdown")) }, func(err error) bool {
			var e *Error
			return errors.As(err, &e) && e.Condition == "system-shutdown"
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Run("while nothing is under way", func(t *testing.T) {
				s, _ := openGuest(t, func(p *scripted.Peer) {
					tt.end(p)
					p.Drain()
				})
				<-s.Done()
				if cause, idle := s.End(); !idle || !tt.cause(cause) {
					t.Errorf("ended by %v, idle: %t", cause, idle)
				}
				if s.Usable() {
					t.Error("the stream is of use still")
				}
				if !s.ClaimReport() || s.ClaimReport() {
					t.Error("the end is not to be told once")
				}
				_, err := s.Request(background, Get, jid.JID{}, question)
				var unanswered *UnansweredError
				if errors.As(err, &unanswered) || !tt.cause(err) {
					t.Errorf("a request afterwards: %v", err)
				}
			})
			t.Run("while an answer is awaited", func(t *testing.T) {
				s, _ := openGuest(t, func(p *scripted.Peer) {
					p.Request()
					tt.end(p)
					p.Drain()
				})
				_, err := s.Request(background, Set, jid.JID{}, question)
				var unanswered *UnansweredError
				if !errors.As(err, &unanswered) || !tt.cause(unanswered.Err) {
					t.Errorf("error %v", err)
				}
				if _, idle := s.End(); idle {
					t.Error("nothing is said to have been under way")
				}
			})
		})
	}
}

// TestWhoAsksWhileTheStreamEndsGetsItsCause has requests and the end of the
// stream meet.
func TestWhoAsksWhileTheStreamEndsGetsItsCause(t *testing.T) {
	for range 50 {
		s, _ := openGuest(t, func(p *scripted.Peer) {
			p.Send(scripted.StreamError("system-shutdown"))
			p.Drain()
		})
		for ended := false; !ended; {
			select {
			case <-s.Done():
				ended = true
			default:
			}
			runtime.Gosched() // in a browser nobody else runs by itself
			_, err := s.Request(background, Get, jid.JID{}, question)
			var e *Error
			var lost *transport.Error
			if !errors.As(err, &e) && !errors.As(err, &lost) { // what is sent to who has gone is lost
				t.Fatalf("error %v", err)
			}
		}
	}
}

func TestNothingIsReportedOfAnOpenStream(t *testing.T) {
	s, _ := openGuest(t, (*scripted.Peer).Finish)
	if cause, _ := s.End(); cause != nil || s.ClaimReport() || !s.Usable() {
		t.Errorf("the stream has ended: %v", cause)
	}
}

func TestGivingUpIsDoneAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		impatient := errors.New("impatient")
		asked, release := make(chan struct{}), make(chan struct{})
		s, _ := openGuest(t, func(p *scripted.Peer) {
			p.Request()
			close(asked)
			p.Drain()
			<-release // so the connection is not closed for a long time
		})
		failed := ask(background, s)
		<-asked
		begin := time.Now()
		s.GiveUp(impatient)
		isUnanswered(t, <-failed, impatient)
		if took := time.Since(begin); took > 0 {
			t.Errorf("it took %v", took)
		}
		if cause, _ := s.End(); cause != impatient || s.Usable() {
			t.Errorf("given up for %v", cause)
		}
		_, err := s.Request(background, Get, jid.JID{}, question)
		isUnsent(t, err, impatient)
		s.GiveUp(errors.New("second"))
		if cause, _ := s.End(); cause != impatient {
			t.Errorf("given up for %v", cause)
		}
		close(release)
	})
}

func TestTheEndOfAStreamThatWasGivenUpIsReportedOnce(t *testing.T) {
	s, _ := openGuest(t, (*scripted.Peer).Finish)
	var told atomic.Int32
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			s.GiveUp(ErrClosed)
			if s.ClaimReport() {
				told.Add(1)
			}
		})
	}
	all.Wait()
	<-s.Done()
	if s.ClaimReport() || told.Load() != 1 {
		t.Errorf("told %d times", told.Load())
	}
}

func TestClosingWaitsForTheServer(t *testing.T) {
	asked := make(chan struct{})
	var closedThere atomic.Bool
	s, _ := openGuest(t, func(p *scripted.Peer) {
		p.Request()
		close(asked)
		p.Drain()
		closedThere.Store(true)
		p.Close()
	})
	failed := ask(background, s)
	<-asked
	s.Close(background)
	if !closedThere.Load() {
		t.Error("the server has not closed its side")
	}
	isUnanswered(t, <-failed, ErrClosed)
	if cause, idle := s.End(); cause != ErrClosed || idle {
		t.Errorf("ended by %v, idle: %t", cause, idle)
	}
	s.Close(background) // nothing is left to be done
}

func TestClosingGoesOnBehindTheCallersBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release, closedThere := make(chan struct{}), make(chan struct{})
		s, _ := openGuest(t, func(p *scripted.Peer) {
			p.Drain()
			<-release
			p.Close()
			close(closedThere)
		})
		ctx, cancel := context.WithTimeout(background, 2*time.Second)
		defer cancel()
		begin := time.Now()
		s.Close(ctx)
		if took := time.Since(begin); took != 2*time.Second {
			t.Errorf("it took %v", took)
		}
		close(release)
		<-closedThere
		<-s.closed
	})
}

func TestStanzasAreObservedWithoutTheirSecrets(t *testing.T) {
	s, o := openKim(t, func(p *scripted.Peer) {
		p.Fail(p.Request(), `<error type='modify'><not-acceptable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>`+
			`<text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>hunter2 is no better than pw</text></error>`)
		p.Finish()
	})
	_, err := s.Request(background, Set, jid.JID{}, xmltree.New("jabber:iq:register", "query", xmltree.NewText("password", "hunter2").AsSecret()))
	var e *StanzaError
	if !errors.As(err, &e) || e.Text != "hunter2 is no better than pw" {
		t.Errorf("error %v", err)
	}
	id := e.IQ.Get("id")
	sent := "<iq xmlns='jabber:client' type='set' id='" + id + "'><query xmlns='jabber:iq:register'><password>…</password></query></iq>"
	received := "<iq xmlns='jabber:client' type='error' id='" + id + "'><error type='modify'><not-acceptable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>" +
		"<text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>… is no better than …</text></error></iq>"
	if got := o.of(Sent); len(got) != 1 || got[0] != sent {
		t.Errorf("sent %q, want %q", got, sent)
	}
	if got := o.of(Received); len(got) != 1 || got[0] != received {
		t.Errorf("received %q, want %q", got, received)
	}
}

// TestWhatNobodyAskedForChangesNothing has a server that sends on an open stream what belongs
// to a negotiation, and answers that nobody waits for.
func TestWhatNobodyAskedForChangesNothing(t *testing.T) {
	const unasked = `<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:features>` +
		`<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>` +
		`<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>` +
		`<success xmlns='urn:xmpp:sasl:2'><authorization-identifier>bob@shore.example/r1</authorization-identifier></success>` +
		`<challenge xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>cj0=</challenge>` +
		`<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><not-authorized/></failure>` +
		`<iq type='result' id='1'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>bob@shore.example/r1</jid></bind></iq>` +
		`<iq type='result' id='2'><query xmlns='jabber:iq:register'><remove/></query></iq>` +
		`<iq type='error' id='3'><error type='cancel'><gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>` +
		`<message from='evil.example'><body>hello</body></message><presence type='unsubscribed'/>`
	s, _ := openKim(t, func(p *scripted.Peer) {
		p.Send(unasked)
		p.Result(p.Request(), "<right/>")
		p.Send(unasked)
		p.Result(p.Request(), "<right/>")
		p.Finish()
	})
	for range 2 {
		if answer, err := s.Request(background, Get, jid.JID{}, question); err != nil || answer.Child(xmltree.NSClient, "right") == nil {
			t.Errorf("answer %v, %v", answer, err)
		}
	}
	if s.Address().String() != "kim@shore.example/r1" || !s.Features().Offers(nsBind, "bind") || s.Features().Offers("urn:ietf:params:xml:ns:xmpp-tls", "starttls") {
		t.Errorf("the address is %v, the features are %v", s.Address(), s.Features())
	}
}

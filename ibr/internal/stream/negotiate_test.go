package stream

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/xmppreg/xmppreg/ibr/internal/scripted"
	"github.com/xmppreg/xmppreg/internal/jid"
	"github.com/xmppreg/xmppreg/transport"
)

func TestAGuestSeesTheFeatures(t *testing.T) {
	s, o := openGuest(t, func(p *scripted.Peer) {
		if want := (transport.Target{Domain: "shore.example", Lang: "en"}); p.Target != want {
			p.T.Errorf("talks to %v", p.Target)
		}
		p.Finish()
	})
	if !s.Features().Offers("http://jabber.org/features/iq-register", "register") {
		t.Error("registration is not offered")
	}
	if s.Features().Offers("urn:xmpp:ibr-token:0", "register") || s.Features().Offers("http://jabber.org/features/iq-register", "query") {
		t.Error("a feature counts by a part of its name")
	}
	if !s.IsGuest() || !s.Address().Equal(jid.JID{}) {
		t.Errorf("logged in as %v", s.Address())
	}
	if len(o.of(Sent)) > 0 {
		t.Error("a guest has sent something")
	}
}

func TestALoginGivesAnAddressAndOtherFeatures(t *testing.T) {
	s, _ := openKim(t, (*scripted.Peer).Finish)
	if s.IsGuest() || s.Address().String() != "kim@shore.example/r1" {
		t.Errorf("logged in as %v", s.Address())
	}
	if !s.Features().Offers(nsBind, "bind") || s.Features().Offers(nsSASL, "mechanisms") {
		t.Error("the features are those of before the login")
	}
}

// places are where a server may send something while a stream is negotiated.
var places = map[string]struct {
	login *Login
	reach scripted.Script
}{
	"in place of the features": {nil, func(p *scripted.Peer) { p.Open("") }},
	"in the login":             {kim, func(p *scripted.Peer) { p.Auth("kim", "pw") }},
	"after the login":          {kim, func(p *scripted.Peer) { letIn(p); p.Open("") }},
}

func TestElementThatHasNoPlaceInANegotiationIsNamed(t *testing.T) {
	for name, place := range places {
		t.Run(name, func(t *testing.T) {
			err := failToOpen(t, place.login, func(p *scripted.Peer) {
				place.reach(p)
				p.Send(`<iq type='get' id='1'/>`)
				p.Drain()
			})
			var e *ProtocolError
			if want := "<iq xmlns='jabber:client'/> came while the stream was being negotiated"; !errors.As(err, &e) || e.InLogin || err.Error() != want {
				t.Errorf("error %v, want %s", err, want)
			}
		})
	}
}

func TestStreamErrorInANegotiationIsUnderstood(t *testing.T) {
	for name, place := range places {
		t.Run(name, func(t *testing.T) {
			err := failToOpen(t, place.login, func(p *scripted.Peer) {
				place.reach(p)
				p.Send(`<stream:error><own xmlns='urn:example:errors'/><host-unknown xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>` +
					`<text xmlns='urn:ietf:params:xml:ns:xmpp-streams' xml:lang='de'>Unbekannt</text>` +
					`<text xmlns='urn:ietf:params:xml:ns:xmpp-streams' xml:lang='en'> Unknown </text></stream:error></stream:stream>`)
				p.Drain()
			})
			var e *Error
			if want := (Error{Condition: "host-unknown", Application: "own", Text: "Unknown"}); !errors.As(err, &e) || *e != want {
				t.Errorf("error %#v, want %#v", err, want)
			}
		})
	}
}

func TestEndOfAStreamInANegotiationKeepsItsCause(t *testing.T) {
	for name, place := range places {
		t.Run(name, func(t *testing.T) {
			end := func(by func(*scripted.Peer)) error {
				return failToOpen(t, place.login, func(p *scripted.Peer) {
					place.reach(p)
					by(p)
					p.Drain()
				})
			}
			if err := end((*scripted.Peer).Close); err != ErrServerClosed {
				t.Errorf("closed: error %v", err)
			}
			var e *transport.Error
			if err := end((*scripted.Peer).Lose); !errors.As(err, &e) || e.Fault != transport.Lost {
				t.Errorf("lost: error %v", err)
			}
			if err := end((*scripted.Peer).Break); !errors.As(err, &e) || e.Fault != transport.Protocol {
				t.Errorf("broken XML: error %v", err)
			}
		})
	}
}

func TestErrorOfTheDialerStaysAsItIs(t *testing.T) {
	want := &transport.Error{Fault: transport.NoHostMeta, Discovery: true, Text: "nobody home"}
	if err := failToOpen(t, nil, func(p *scripted.Peer) { p.Refuse(want) }); err != want {
		t.Errorf("error %v", err)
	}
}

func TestNothingTravelsOverAnInsecureConnection(t *testing.T) {
	for _, login := range []*Login{nil, kim} {
		config, _ := configFor(t, login, func(p *scripted.Peer) {
			p.Open(scripted.LoginFeatures("PLAIN"))
			p.Drain()
		})
		config.Dialer.(*scripted.Dialer).Insecure = true
		if _, err := Open(background, config); err != ErrInsecure {
			t.Errorf("error %v", err)
		}
	}
}

// TestOpeningIsAbortedAtOnce ends the context at each step, while the server
// neither takes nor sends anything, nor closes the connection.
func TestOpeningIsAbortedAtOnce(t *testing.T) {
	hang := (*scripted.Peer).Hang
	wait := (*scripted.Peer).Drain
	success := func(p *scripted.Peer) { p.Auth("kim", "pw"); p.Send(scripted.Success) }
	for name, step := range map[string]struct {
		login *Login
		reach func(p *scripted.Peer)
		then  func(p *scripted.Peer)
	}{
		"features":                    {nil, func(p *scripted.Peer) { p.Open("") }, wait},
		"login is not taken":          {kim, func(p *scripted.Peer) { p.Open(scripted.LoginFeatures("PLAIN")) }, hang},
		"login is not answered":       {kim, func(p *scripted.Peer) { p.Auth("kim", "pw") }, wait},
		"stream is not opened anew":   {kim, success, hang},
		"features after the login":    {kim, func(p *scripted.Peer) { success(p); p.Open("") }, wait},
		"address is not taken":        {kim, func(p *scripted.Peer) { success(p); p.Open(scripted.Features()) }, hang},
		"address is not given":        {kim, func(p *scripted.Peer) { success(p); p.Open(scripted.Features()); p.Request() }, wait},
		"something else is sent only": {kim, func(p *scripted.Peer) { success(p); p.Open(scripted.Features()); p.Request(); p.Send("<message/>") }, wait},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				dialogClosed := errors.New("dialog closed")
				ctx, cancel := context.WithCancelCause(background)
				release := make(chan struct{})
				config, _ := configFor(t, step.login, func(p *scripted.Peer) {
					step.reach(p)
					synctest.Wait() // until the client waits
					cancel(dialogClosed)
					step.then(p)
					<-release
				})
				begin := time.Now()
				s, err := Open(ctx, config)
				if s != nil || err != dialogClosed || time.Since(begin) > 0 {
					t.Errorf("error %v after %v", err, time.Since(begin))
				}
				close(release)
			})
		})
	}
	t.Run("dialling", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancel(background)
			release := make(chan struct{})
			config, _ := configFor(t, nil, func(p *scripted.Peer) {
				cancel()
				p.Drain()
				<-release
			})
			begin := time.Now()
			if _, err := Open(ctx, config); !errors.Is(err, context.Canceled) || time.Since(begin) > 0 {
				t.Errorf("error %v after %v", err, time.Since(begin))
			}
			close(release)
		})
	})
}

func TestAddressIsAwaitedAmongOtherStanzas(t *testing.T) {
	s, _ := openAs(t, kim, func(p *scripted.Peer) {
		letIn(p)
		p.Open(scripted.Features())
		bind := p.Request()
		if bind.Get("type") != "set" || bind.Child(nsBind, "bind") == nil {
			p.T.Errorf("sent %s", bind)
		}
		p.Send(`<presence/><iq type='result' id='other'/><message id='` + bind.Get("id") + `'/>`)
		p.Result(bind, `<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>kim@shore.example/x</jid></bind>`)
		p.Finish()
	})
	if s.Address().String() != "kim@shore.example/x" {
		t.Errorf("the address is %v", s.Address())
	}
}

func TestAddressThatIsNotGiven(t *testing.T) {
	open := func(answer func(p *scripted.Peer)) error {
		return failToOpen(t, kim, func(p *scripted.Peer) {
			letIn(p)
			p.Open(scripted.Features())
			answer(p)
			p.Drain()
		})
	}
	var e *StanzaError
	err := open(func(p *scripted.Peer) { p.Fail(p.Request(), scripted.StanzaError("wait", "resource-constraint")) })
	if !errors.As(err, &e) || e.Type != "wait" || e.Condition != "resource-constraint" {
		t.Errorf("error %v", err)
	}
	for _, payload := range []string{
		"",
		"<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>",
		"<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid/></bind>",
		"<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>@x</jid></bind>",
		"<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>shore.example/r1</jid></bind>",
		"<bind xmlns='urn:example:other'><jid>kim@shore.example/r1</jid></bind>",
	} {
		if err := open(func(p *scripted.Peer) { p.Result(p.Request(), payload) }); err != ErrMalformed {
			t.Errorf("%s: error %v", payload, err)
		}
	}
}

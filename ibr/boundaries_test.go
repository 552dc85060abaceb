package ibr

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"mellium.im/xmpp/jid"
)

// What one user, service or stream has been told must not reach another, and
// what was not sent must not be called done.

// bindThen lets kim in and leaves service discovery to the test.
func (p *peer) bindThen(discovery func(element)) {
	p.auth("kim", "pw")
	p.send(`<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>`)
	p.restart("kim@shore.example/r1")
	discovery(p.request())
}

func values(pairs ...string) Values {
	v := Values{Fields: map[string][]string{}}
	for i := 0; i < len(pairs); i += 2 {
		v.Fields[pairs[i]] = []string{pairs[i+1]}
	}
	return v
}

func TestAnswersForAServiceNeverGoElsewhere(t *testing.T) {
	const gateway = "gw.shore.example"
	m, _ := connected(t, func(p *peer) {
		answer := func(typ, payload string) {
			e := p.request()
			if e.get("to") != gateway {
				p.t.Errorf("sent %s", xmlOf(e))
			}
			p.send(`<iq type='` + typ + `' from='` + gateway + `' id='` + e.get("id") + `'>` + payload + `</iq>`)
		}
		answer("result", `<query xmlns='jabber:iq:register'><username/><password/></query>`)
		answer("error", stanzaErr("modify", "not-acceptable"))
		answer("result", `<query xmlns='jabber:iq:register'><username/><password/></query>`)
		answer("result", "")
		p.finish()
	})
	if _, err := m.RequestForm(background, gateway); err != nil {
		t.Fatal(err)
	}
	v := values("username", "kim", "password", "gateway-secret")
	if _, err := m.Submit(background, v); !errors.Is(err, ErrNotAcceptable) {
		t.Errorf("error %v", err)
	}
	if account, err := m.Submit(background, v); err != nil || account.Service != gateway {
		t.Errorf("account %v, %v", account, err)
	}
}

func TestKeptFormStaysBoundToItsForm(t *testing.T) {
	m, _ := connected(t, func(p *peer) {
		p.result(p.request(), `<query xmlns='jabber:iq:register'><username/><password/></query>`)
		e := p.request()
		p.send(`<iq type='result' from='gw.shore.example' id='` + e.get("id") + `'><query xmlns='jabber:iq:register'><username/></query></iq>`)
		if e = p.request(); e.get("to") != "shore.example" {
			p.t.Errorf("sent %s", xmlOf(e))
		}
		p.result(e, "")
		p.finish()
	})
	if _, err := m.RequestForm(background, ""); err != nil {
		t.Fatal(err)
	}
	m.SetFormToSend(kim)
	if _, err := m.RequestForm(background, "gw.shore.example"); err != nil {
		t.Fatal(err)
	}
	if _, err := m.SendForm(background); err != nil {
		t.Fatal(err)
	}
}

func TestFormOfOneUserIsNotSentByAnother(t *testing.T) {
	m, _ := connected(t, func(p *peer) {
		e := p.request()
		p.send(`<iq type='result' from='room.shore.example' id='` + e.get("id") + `'><query xmlns='jabber:iq:register'><registered/><key>kims-key</key><email>kim@private.example</email><nick/></query></iq>`)
		p.finish()
	}, func(p *peer) {
		p.auth("bob", "x")
		p.send(`<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>`)
		p.bind("bob@shore.example/r1", true)
		if e := p.request(); e.get("type") != "get" || strings.Contains(xmlOf(e), "kim") {
			p.t.Errorf("bob sent %s", xmlOf(e))
		} else {
			p.fail(e, stanzaErr("cancel", "not-allowed"))
		}
		p.finish()
	})
	if _, err := m.RequestForm(background, "room.shore.example"); err != nil {
		t.Fatal(err)
	}
	if err := m.Connect(background, Login{JID: "bob@shore.example", Password: "x"}); err != nil {
		t.Fatal(err)
	}
	if _, err := m.Submit(background, values("nick", "bobby")); !errors.Is(err, &Error{Reason: NotAllowed}) {
		t.Errorf("error %v", err)
	}
}

func TestFailedChangeOfAccountLeavesNoAccountToDelete(t *testing.T) {
	m, events := connected(t, (*peer).finish, func(p *peer) {
		p.auth("bob", "x")
		p.refuseLogin("not-authorized")
	})
	if err := m.Connect(background, Login{JID: "bob@shore.example", Password: "x"}); !isWrongPassword(err) {
		t.Errorf("error %v", err)
	}
	if err := m.DeleteAccount(background, Values{}); !errors.Is(err, &Error{Kind: KindForm, Reason: NotAuthorized}) {
		t.Errorf("error %v", err)
	}
	if len(eventsOf[AccountDeleted](events)) > 0 {
		t.Error("kim's account was deleted")
	}
}

func TestUnregisterDeletesNoAccount(t *testing.T) {
	refused := func(m *Manager, service string) {
		t.Helper()
		err := m.Unregister(background, service)
		if !errors.Is(err, &Error{Kind: KindForm, Reason: BadRequest, Field: "service"}) || !strings.Contains(err.Error(), "delete the account") {
			t.Errorf("%q: error %v", service, err)
		}
	}
	m, _ := connected(t, (*peer).finish) // fails the test at any request
	for _, service := range []string{"shore.example", "Shore.Example", "shore.example/x", "kim@shore.example", "KIM@shore.example", "kim@shore.example/r1"} {
		refused(m, service)
	}
	m.Disconnect()
	refused(m, "shore.example") // without logging in

	// The server calls kim by another name.
	m, _ = newTestManager(t, Config{}, func(p *peer) {
		p.auth("kim", "pw")
		p.send(`<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>`)
		p.bind("kim@users.example/r1", true)
		p.finish()
	})
	if err := m.Connect(background, kimsLogin); err != nil {
		t.Fatal(err)
	}
	refused(m, "kim@users.example")
}

func TestDeletionThatWasNeverSentIsNoSuccess(t *testing.T) {
	m, events := connected(t, func(p *peer) { p.send(`</stream:stream>`) }, func(p *peer) {
		p.bindThen(func(element) {
			p.send(`<stream:error><conflict xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error></stream:stream>`)
			p.drain()
		})
	})
	waitFor[Disconnected](t, events)
	var e *Error
	if err := m.DeleteAccount(background, Values{}); !errors.As(err, &e) || e.OutcomeUnknown {
		t.Errorf("error %#v", err)
	}
	if len(eventsOf[AccountDeleted](events)) > 0 {
		t.Error("told as deleted")
	}
}

func TestConnectQueuedBehindADeletionKnowsNoAccount(t *testing.T) {
	asked, answer := make(chan struct{}), make(chan struct{})
	m, _ := connected(t, func(p *peer) {
		set := p.request()
		close(asked)
		<-answer
		p.result(set, "")
		p.finish()
	})
	deleted, connect := make(chan error, 1), make(chan error, 1)
	go func() { deleted <- m.DeleteAccount(background, Values{}) }()
	<-asked
	go func() { connect <- m.Connect(background, Login{}) }()
	close(answer)
	if err := <-deleted; err != nil {
		t.Error(err)
	}
	if err := <-connect; err != nil && !errors.Is(err, &Error{Kind: KindForm, Reason: NotAuthorized}) {
		t.Errorf("error %v", err)
	}
}

func TestConnectIsAbortedDuringDiscovery(t *testing.T) {
	asked := make(chan struct{})
	m, _ := newTestManager(t, Config{}, func(p *peer) {
		p.bindThen(func(element) {
			close(asked)
			p.finish()
		})
	})
	got := make(chan error, 1)
	go func() { got <- m.Connect(background, kimsLogin) }()
	<-asked
	m.Disconnect()
	if err := <-got; !errors.Is(err, ErrAborted) {
		t.Errorf("error %v", err)
	}
}

func TestSupportIsNeverTrueWithoutAStream(t *testing.T) {
	for range 50 {
		m, events := newTestManager(t, Config{}, func(p *peer) {
			p.bindThen(func(disco element) {
				p.send(`<iq type='result' id='` + disco.get("id") + `'><query xmlns='http://jabber.org/protocol/disco#info'><feature var='jabber:iq:register'/></query></iq></stream:stream>`)
				p.drain()
			})
		})
		_ = m.Connect(background, kimsLogin)
		waitFor[Disconnected](t, events)
		m.Disconnect()
		if m.SupportedByServer() {
			t.Fatal("supported by nobody")
		}
	}
}

func TestStreamThatDoesNotAnswerIsGivenUp(t *testing.T) {
	synctest.Test(t, streamThatDoesNotAnswerIsGivenUp)
}

func streamThatDoesNotAnswerIsGivenUp(t *testing.T) {
	m, events := newTestManager(t, Config{Timeout: 200 * time.Millisecond}, func(p *peer) {
		p.open(openFeatures)
		p.request()
		p.drain()
	}, func(p *peer) {
		giveForm(openFeatures, plainQuery)(p)
		p.finish()
	})
	if _, err := m.RequestForm(background, ""); !errors.Is(err, ErrTimeout) {
		t.Errorf("error %v", err)
	}
	if _, err := m.RequestForm(background, ""); err != nil {
		t.Error(err)
	}
	if got, want := eventNames(events), []string{"Connected", "Failed", "Disconnected", "Connected", "FormReceived"}; !reflect.DeepEqual(got, want) {
		t.Errorf("events %v, want %v", got, want)
	}
	if d := eventsOf[Disconnected](events)[0]; d.Reason != Timeout {
		t.Errorf("disconnected for %q", d.Reason)
	}
}

func TestServerThatAsksAndDoesNotListenHoldsNobodyUp(t *testing.T) {
	synctest.Test(t, serverThatAsksAndDoesNotListenHoldsNobodyUp)
}

func serverThatAsksAndDoesNotListenHoldsNobodyUp(t *testing.T) {
	release := make(chan struct{})
	m, _ := newTestManager(t, Config{Timeout: 200 * time.Millisecond}, func(p *peer) {
		giveForm(openFeatures, plainQuery)(p)
		p.send(`<iq type='get' id='q1'><x xmlns='y'/></iq>`)
		<-release
	})
	if _, err := m.RequestForm(background, ""); err != nil {
		t.Fatal(err)
	}
	_, err := m.Submit(background, kim)
	if !errors.Is(err, ErrTimeout) && !errors.Is(err, ErrOutcomeUnknown) {
		t.Errorf("error %v", err)
	}
	m.Disconnect()
	close(release)
}

func TestDroppedGuestIsNoError(t *testing.T) {
	const streamError = `<stream:error><%s xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error></stream:stream>`
	for condition, want := range map[string]Reason{"connection-timeout": "", "not-authorized": "", "system-shutdown": ServerError} {
		m, events := newTestManager(t, Config{}, func(p *peer) {
			giveForm(openFeatures, plainQuery)(p)
			p.send(strings.Replace(streamError, "%s", condition, 1))
		})
		if _, err := m.RequestForm(background, ""); err != nil {
			t.Fatal(err)
		}
		if d := waitFor[Disconnected](t, events); d.Reason != want {
			t.Errorf("%s: disconnected for %q", condition, d.Reason)
		}
	}
}

func TestStreamErrorBeforeTheStreamKeepsItsReason(t *testing.T) {
	m, _ := newTestManager(t, Config{}, func(p *peer) {
		p.readHeader()
		p.send(`<stream:error xmlns:stream='http://etherx.jabber.org/streams'><host-unknown xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>`)
	})
	if _, err := m.RequestForm(background, ""); !errors.Is(err, &Error{Kind: KindStream, Reason: HostUnknown}) {
		t.Errorf("error %v", err)
	}
}

func TestLostTokenCreatesNoAccount(t *testing.T) {
	m, _ := newTestManager(t, Config{Token: "t-1"}, func(p *peer) {
		p.open(tokenFeatures)
		p.request()
	})
	var e *Error
	if _, err := m.RequestForm(background, ""); !errors.As(err, &e) || e.OutcomeUnknown || e.Reason != StreamFailed {
		t.Errorf("error %#v", err)
	}
}

func TestKeptFormWaitsForItsDomain(t *testing.T) {
	m, events := newTestManager(t, Config{}, func(p *peer) {
		p.open(openFeatures)
		set := p.request()
		if set.get("type") != "set" {
			p.t.Errorf("sent %s", xmlOf(set))
		}
		p.result(set, "")
		p.finish()
	})
	m.domain = jid.JID{} // as if none had been given
	m.SetRegisterOnConnect(true)
	m.SetFormToSend(kim)
	if err := m.Connect(background, Login{JID: "shore.example"}); err != nil {
		t.Fatal(err)
	}
	waitFor[Succeeded](t, events)
}

func TestNamesThatAreNoFieldsAreNotSent(t *testing.T) {
	for _, name := range []string{"accept terms", "x/><remove", "", "remove"} {
		m, _ := newTestManager(t, Config{})
		v := values("username", "kim", "password", "pw", name, "1")
		m.SetFormToSend(v)
		var e *Error
		if _, err := m.SendForm(background); !errors.As(err, &e) || e.Kind != KindForm || e.Field != name || e.OutcomeUnknown {
			t.Errorf("%q: %#v", name, err)
		}
	}
}

func TestOwnPasswordThatAFormChangesIsRemembered(t *testing.T) {
	m, _ := connected(t, func(p *peer) {
		p.result(p.request(), `<query xmlns='jabber:iq:register'><registered/><username>kim</username><password/></query>`)
		p.result(p.request(), "")
		p.finish()
	}, func(p *peer) {
		p.login("new")
		p.finish()
	})
	if _, err := m.Submit(background, values("password", "new")); err != nil {
		t.Fatal(err)
	}
	m.Disconnect()
	if err := m.Connect(background, Login{}); err != nil {
		t.Error(err)
	}
}

func TestSecondStageKeepsThePasswordThatWasAskedFor(t *testing.T) {
	m, events := connected(t, func(p *peer) {
		p.fail(p.request(), changeForm+stanzaErr("modify", "not-authorized"))
		set := p.request()
		if got := xmlOf(set); !strings.Contains(got, ">new<") || strings.Contains(got, "other") {
			p.t.Errorf("sent %s", got)
		}
		p.result(set, "")
		p.finish()
	})
	if err := m.ChangePassword(background, "new", values("password", "other", "username", "bob", "old_password", "pw")); err != nil {
		t.Fatal(err)
	}
	if got := eventsOf[PasswordChanged](events); !reflect.DeepEqual(got, []PasswordChanged{{"new"}}) {
		t.Errorf("events %v", got)
	}
}

func TestServiceMayDoWithoutAPassword(t *testing.T) {
	form := &Form{IsDataForm: true, Service: "room.shore.example", Fields: []Field{{Name: "nick", Type: TextSingle}, {Name: "password", Type: TextPrivate}}}
	if _, err := form.fill(values("nick", "kim"), nil); err != nil {
		t.Error(err)
	}
}

func TestNothingIsRegisteredAfterADisconnect(t *testing.T) {
	for range 20 {
		m, _ := newTestManager(t, Config{}, func(p *peer) {
			p.open(openFeatures)
			p.next() // the form may be on its way, or not
			p.send(`</stream:stream>`)
		})
		m.SetRegisterOnConnect(true)
		m.SetFormToSend(kim)
		_ = m.Connect(background, Login{})
		m.Disconnect() // newTestManager fails if there is another connection
	}
}

func TestAfterADeletionTheHomeServerIsAskedAgain(t *testing.T) {
	m, _ := connected(t, func(p *peer) {
		e := p.request()
		p.send(`<iq type='result' from='gw.shore.example' id='` + e.get("id") + `'><query xmlns='jabber:iq:register'><username/></query></iq>`)
		p.result(p.request(), "")
		p.finish()
	}, func(p *peer) {
		giveForm(openFeatures, plainQuery)(p)
		p.result(p.request(), "")
		p.finish()
	})
	if _, err := m.RequestForm(background, "gw.shore.example"); err != nil {
		t.Fatal(err)
	}
	if err := m.DeleteAccount(background, Values{}); err != nil {
		t.Fatal(err)
	}
	if account, err := m.Submit(background, kim); err != nil || account.Service != "" {
		t.Errorf("account %v, %v", account, err)
	}
}

func TestLoginThatFailsForAWhileIsRemembered(t *testing.T) {
	m, _ := newTestManager(t, Config{}, func(p *peer) {
		p.auth("kim", "pw")
		p.refuseLogin("temporary-auth-failure")
	}, func(p *peer) {
		p.login("pw")
		p.finish()
	})
	if err := m.Connect(background, kimsLogin); !errors.Is(err, &Error{Kind: KindSASL, Reason: ServerError}) {
		t.Errorf("error %v", err)
	}
	if err := m.Connect(background, Login{}); err != nil {
		t.Error(err)
	}
}

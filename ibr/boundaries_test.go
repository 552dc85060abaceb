package ibr

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/xmppreg/xmppreg/ibr/form"
	"github.com/xmppreg/xmppreg/ibr/internal/scripted"
	"github.com/xmppreg/xmppreg/internal/jid"
)

// What one user, service or stream has been told must not reach another, and
// what was not sent must not be called done.

// bindThen lets kim in and leaves service discovery to the test.
func bindThen(p *peer, discovery func(element)) {
	p.Auth("kim", "pw")
	p.Send(scripted.Success)
	p.Restart("kim@shore.example/r1")
	discovery(p.Request())
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
			e := p.Request()
			if e.Get("to") != gateway {
				p.T.Errorf("sent %s", e.String())
			}
			p.Send(`<iq type='` + typ + `' from='` + gateway + `' id='` + e.Get("id") + `'>` + payload + `</iq>`)
		}
		answer("result", `<query xmlns='jabber:iq:register'><username/><password/></query>`)
		answer("error", scripted.StanzaError("modify", "not-acceptable"))
		answer("result", `<query xmlns='jabber:iq:register'><username/><password/></query>`)
		answer("result", "")
		p.Finish()
	})
	if _, err := m.RequestForm(background, gateway); err != nil {
		t.Fatal(err)
	}
	v := values("username", "kim", "password", "gateway-secret")
	if _, err := m.Submit(background, v); !errors.Is(err, Rejected) {
		t.Errorf("error %v", err)
	}
	if account, err := m.Submit(background, v); err != nil || account.Service != gateway {
		t.Errorf("account %v, %v", account, err)
	}
}

func TestKeptFormStaysBoundToItsForm(t *testing.T) {
	m, _ := connected(t, func(p *peer) {
		p.Result(p.Request(), `<query xmlns='jabber:iq:register'><username/><password/></query>`)
		e := p.Request()
		p.Send(`<iq type='result' from='gw.shore.example' id='` + e.Get("id") + `'><query xmlns='jabber:iq:register'><username/></query></iq>`)
		if e = p.Request(); e.Get("to") != "shore.example" {
			p.T.Errorf("sent %s", e.String())
		}
		p.Result(e, "")
		p.Finish()
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
		e := p.Request()
		p.Send(`<iq type='result' from='room.shore.example' id='` + e.Get("id") + `'><query xmlns='jabber:iq:register'><registered/><key>kims-key</key><email>kim@private.example</email><nick/></query></iq>`)
		p.Finish()
	}, func(p *peer) {
		p.Auth("bob", "x")
		p.Send(scripted.Success)
		p.Bind("bob@shore.example/r1", true)
		if e := p.Request(); e.Get("type") != "get" || strings.Contains(e.String(), "kim") {
			p.T.Errorf("bob sent %s", e.String())
		} else {
			p.Fail(e, scripted.StanzaError("cancel", "not-allowed"))
		}
		p.Finish()
	})
	if _, err := m.RequestForm(background, "room.shore.example"); err != nil {
		t.Fatal(err)
	}
	if err := m.Connect(background, Login{JID: "bob@shore.example", Password: "x"}); err != nil {
		t.Fatal(err)
	}
	if _, err := m.Submit(background, values("nick", "bobby")); !isLike(err, &Error{Reason: NotAllowed}) {
		t.Errorf("error %v", err)
	}
}

func TestFailedChangeOfAccountLeavesNoAccountToDelete(t *testing.T) {
	m, events := connected(t, (*peer).Finish, func(p *peer) {
		p.Auth("bob", "x")
		p.RefuseLogin("not-authorized")
	})
	if err := m.Connect(background, Login{JID: "bob@shore.example", Password: "x"}); !isNotAuthorized(err) {
		t.Errorf("error %v", err)
	}
	if err := m.DeleteAccount(background, Values{}); !isLike(err, &Error{Kind: KindForm, Reason: NotAuthorized}) {
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
		if !isLike(err, &Error{Kind: KindForm, Reason: BadRequest, Field: "service"}) || !strings.Contains(err.Error(), "delete the account") {
			t.Errorf("%q: error %v", service, err)
		}
	}
	m, _ := connected(t, (*peer).Finish) // fails the test at any request
	for _, service := range []string{"shore.example", "Shore.Example", "shore.example/x", "kim@shore.example", "KIM@shore.example", "kim@shore.example/r1"} {
		refused(m, service)
	}
	m.Disconnect()
	refused(m, "shore.example") // without logging in

	// The server calls kim by another name.
	m, _ = newTestManager(t, Config{}, func(p *peer) {
		p.Auth("kim", "pw")
		p.Send(scripted.Success)
		p.Bind("kim@users.example/r1", true)
		p.Finish()
	})
	if err := m.Connect(background, kimsLogin); err != nil {
		t.Fatal(err)
	}
	refused(m, "kim@users.example")
}

func TestDeletionThatWasNeverSentIsNoSuccess(t *testing.T) {
	m, events := connected(t, func(p *peer) { p.Send(`</stream:stream>`) }, func(p *peer) {
		bindThen(p, func(element) {
			p.Send(`<stream:error><conflict xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error></stream:stream>`)
			p.Drain()
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
		set := p.Request()
		close(asked)
		<-answer
		p.Result(set, "")
		p.Finish()
	})
	deleted, connect := make(chan error, 1), make(chan error, 1)
	go func() { deleted <- m.DeleteAccount(background, Values{}) }()
	<-asked
	go func() { connect <- m.Connect(background, Login{}) }()
	close(answer)
	if err := <-deleted; err != nil {
		t.Error(err)
	}
	if err := <-connect; err != nil && !isLike(err, &Error{Kind: KindForm, Reason: NotAuthorized}) {
		t.Errorf("error %v", err)
	}
}

func TestConnectIsAbortedDuringDiscovery(t *testing.T) {
	asked := make(chan struct{})
	m, _ := newTestManager(t, Config{}, func(p *peer) {
		bindThen(p, func(element) {
			close(asked)
			p.Finish()
		})
	})
	got := make(chan error, 1)
	go func() { got <- m.Connect(background, kimsLogin) }()
	<-asked
	m.Disconnect()
	if err := <-got; !errors.Is(err, Aborted) {
		t.Errorf("error %v", err)
	}
}

func TestSupportIsNeverTrueWithoutAStream(t *testing.T) {
	for range 50 {
		m, events := newTestManager(t, Config{}, func(p *peer) {
			bindThen(p, func(disco element) {
				p.Send(`<iq type='result' id='` + disco.Get("id") + `'><query xmlns='http://jabber.org/protocol/disco#info'><feature var='jabber:iq:register'/></query></iq></stream:stream>`)
				p.Drain()
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
		p.Open(openFeatures)
		p.Request()
		p.Drain()
	}, func(p *peer) {
		giveForm(openFeatures, plainQuery)(p)
		p.Finish()
	})
	if _, err := m.RequestForm(background, ""); !errors.Is(err, Timeout) {
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
		p.Send(`<iq type='get' id='q1'><x xmlns='y'/></iq>`)
		<-release
	})
	if _, err := m.RequestForm(background, ""); err != nil {
		t.Fatal(err)
	}
	_, err := m.Submit(background, kim)
	if !errors.Is(err, Timeout) && !errors.Is(err, OutcomeUnknown) {
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
			p.Send(strings.Replace(streamError, "%s", condition, 1))
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
		p.Open(scripted.StreamError("host-unknown"))
	})
	if _, err := m.RequestForm(background, ""); !isLike(err, &Error{Kind: KindStream, Reason: HostUnknown}) {
		t.Errorf("error %v", err)
	}
}

func TestLostTokenCreatesNoAccount(t *testing.T) {
	m, _ := newTestManager(t, Config{Token: "t-1"}, func(p *peer) {
		p.Open(tokenFeatures)
		p.Request()
	})
	var e *Error
	if _, err := m.RequestForm(background, ""); !errors.As(err, &e) || e.OutcomeUnknown || e.Reason != StreamFailed {
		t.Errorf("error %#v", err)
	}
}

func TestKeptFormWaitsForItsDomain(t *testing.T) {
	m, events := newTestManager(t, Config{}, func(p *peer) {
		p.Open(openFeatures)
		set := p.Request()
		if set.Get("type") != "set" {
			p.T.Errorf("sent %s", set.String())
		}
		p.Result(set, "")
		p.Finish()
	})
	m.user.domain = jid.JID{} // as if none had been given
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
		p.Result(p.Request(), `<query xmlns='jabber:iq:register'><registered/><username>kim</username><password/></query>`)
		p.Result(p.Request(), "")
		p.Finish()
	}, func(p *peer) {
		p.Login("new")
		p.Finish()
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
		p.Fail(p.Request(), changeForm+scripted.StanzaError("modify", "not-authorized"))
		set := p.Request()
		if got := set.String(); !strings.Contains(got, ">new<") || strings.Contains(got, "other") {
			p.T.Errorf("sent %s", got)
		}
		p.Result(set, "")
		p.Finish()
	})
	if err := m.ChangePassword(background, "new", values("password", "other", "username", "bob", "old_password", "pw")); err != nil {
		t.Fatal(err)
	}
	if got := eventsOf[PasswordChanged](events); !reflect.DeepEqual(got, []PasswordChanged{{"new"}}) {
		t.Errorf("events %v", got)
	}
}

func TestServiceMayDoWithoutAPassword(t *testing.T) {
	form := &Form{IsDataForm: true, Service: "room.shore.example", Fields: []Field{{Name: "nick", Type: form.TextSingle}, {Name: "password", Type: form.TextPrivate}}}
	if _, err := form.Fill(values("nick", "kim"), nil); err != nil {
		t.Error(err)
	}
}

func TestNothingIsRegisteredAfterADisconnect(t *testing.T) {
	for range 20 {
		m, _ := newTestManager(t, Config{}, func(p *peer) {
			p.Open(openFeatures)
			p.Next() // the form may be on its way, or not
			p.Send(`</stream:stream>`)
		})
		m.SetRegisterOnConnect(true)
		m.SetFormToSend(kim)
		_ = m.Connect(background, Login{})
		m.Disconnect() // newTestManager fails if there is another connection
	}
}

func TestAfterADeletionTheHomeServerIsAskedAgain(t *testing.T) {
	m, _ := connected(t, func(p *peer) {
		e := p.Request()
		p.Send(`<iq type='result' from='gw.shore.example' id='` + e.Get("id") + `'><query xmlns='jabber:iq:register'><username/></query></iq>`)
		p.Result(p.Request(), "")
		p.Finish()
	}, func(p *peer) {
		giveForm(openFeatures, plainQuery)(p)
		p.Result(p.Request(), "")
		p.Finish()
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
		p.Auth("kim", "pw")
		p.RefuseLogin("temporary-auth-failure")
	}, func(p *peer) {
		p.Login("pw")
		p.Finish()
	})
	if err := m.Connect(background, kimsLogin); !isLike(err, &Error{Kind: KindSASL, Reason: ServerError}) {
		t.Errorf("error %v", err)
	}
	if err := m.Connect(background, Login{}); err != nil {
		t.Error(err)
	}
}

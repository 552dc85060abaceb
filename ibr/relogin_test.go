package ibr

import (
	"strings"
	"testing"

	"github.com/xmppreg/xmppreg/ibr/internal/scripted"
)

// What was asked for as an account is answered as that account, though the
// connection was lost in between.

const (
	kimsRecord = `<query xmlns='jabber:iq:register'><registered/><username>kim</username><password/></query>`
	lost       = `</stream:stream>`
)

// record answers the request for kim's form, and drops her.
func record(p *peer) {
	p.Result(p.Request(), kimsRecord)
	p.Send(lost)
}

// change expects that kim sets her password to "second".
func change(p *peer) {
	set := p.Request()
	if got := set.String(); set.Get("type") != "set" || !strings.Contains(got, ">kim<") || !strings.Contains(got, ">second<") {
		p.T.Errorf("sent %s", got)
	}
	p.Result(set, "")
	p.Finish()
}

// backAs is a login after the drop, as kim.
func backAs(play script) script {
	return func(p *peer) {
		p.Login("pw")
		play(p)
	}
}

var second = values("username", "kim", "password", "second")

func TestFormOfAnAccountIsSentByThatAccount(t *testing.T) {
	for name, send := range map[string]func(*Manager) error{
		"submit": func(m *Manager) error {
			_, err := m.Submit(background, second)
			return err
		},
		"kept form": func(m *Manager) error {
			m.SetFormToSend(second)
			_, err := m.SendForm(background)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			m, events := connected(t, record, backAs(change))
			if _, err := m.RequestForm(background, ""); err != nil {
				t.Fatal(err)
			}
			waitFor[Disconnected](t, events)
			if err := send(m); err != nil {
				t.Fatal(err)
			}
			for _, c := range eventsOf[Connected](events) {
				if c.JID != "kim@shore.example/r1" {
					t.Errorf("connected as %q", c.JID)
				}
			}
		})
	}
}

func TestFormOfAnAccountIsSentByThatAccountAfterADisconnect(t *testing.T) {
	m, _ := connected(t, func(p *peer) {
		p.Result(p.Request(), kimsRecord)
		p.Finish()
	}, backAs(change))
	if _, err := m.RequestForm(background, ""); err != nil {
		t.Fatal(err)
	}
	m.Disconnect()
	if _, err := m.Submit(background, second); err != nil {
		t.Error(err)
	}
}

func TestFormOfAnAccountIsNotSentByAnother(t *testing.T) {
	bob := Login{JID: "bob@shore.example", Password: "x"}
	for name, ask := range map[string]struct {
		service string
		answer  script
	}{
		"of the server": {"", record},
		"of a service": {"room.shore.example", func(p *peer) {
			get := p.Request()
			p.Send(`<iq type='result' from='room.shore.example' id='` + get.Get("id") + `'>` + kimsRecord + `</iq>` + lost)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			m, events := connected(t, ask.answer, func(p *peer) {
				p.Auth("bob", "x")
				p.RefuseLogin("temporary-auth-failure")
			}, func(p *peer) {
				p.Auth("bob", "x")
				p.Send(scripted.Success)
				p.Bind("bob@shore.example/r1", true)
				p.Finish() // and nothing of kim's
			})
			if _, err := m.RequestForm(background, ask.service); err != nil {
				t.Fatal(err)
			}
			waitFor[Disconnected](t, events)
			if err := m.Connect(background, bob); err == nil {
				t.Fatal("no error")
			}
			_, err := m.Submit(background, second)
			if !isLike(err, &Error{Kind: KindForm, Reason: NotAuthorized}) || !strings.Contains(err.Error(), "kim@shore.example") {
				t.Errorf("error %v", err)
			}
		})
	}
}

func TestFormOfAnAccountThatCanNotLogInIsNotSent(t *testing.T) {
	m, events := connected(t, record, func(p *peer) {
		p.Auth("kim", "pw")
		p.RefuseLogin("not-authorized")
	})
	if _, err := m.RequestForm(background, ""); err != nil {
		t.Fatal(err)
	}
	waitFor[Disconnected](t, events)
	if _, err := m.Submit(background, second); !isNotAuthorized(err) {
		t.Errorf("error %v", err)
	}
	// Nothing is known to log in with any more.
	if _, err := m.Submit(background, second); !isLike(err, &Error{Kind: KindForm, Reason: NotAuthorized}) {
		t.Errorf("error %v", err)
	}
}

func TestFormIsAskedForAsWhoWasLoggedIn(t *testing.T) {
	m, events := connected(t, func(p *peer) { p.Send(lost) }, backAs(func(p *peer) {
		p.Result(p.Request(), kimsRecord)
		p.Finish()
	}))
	waitFor[Disconnected](t, events)
	form, err := m.RequestForm(background, "")
	if err != nil || !form.Registered {
		t.Errorf("form %+v, %v", form, err)
	}
}

func TestFormIsAskedForByAGuestAfterADisconnect(t *testing.T) {
	asGuest := func(p *peer) {
		giveForm(openFeatures, plainQuery)(p)
		p.Finish()
	}
	t.Run("asked for", func(t *testing.T) {
		m, _ := connected(t, (*peer).Finish, asGuest)
		m.Disconnect()
		if _, err := m.RequestForm(background, ""); err != nil {
			t.Error(err)
		}
	})
	t.Run("asked for after the connection was lost", func(t *testing.T) {
		m, events := connected(t, func(p *peer) { p.Send(lost) }, asGuest)
		waitFor[Disconnected](t, events)
		m.Disconnect()
		if _, err := m.RequestForm(background, ""); err != nil {
			t.Error(err)
		}
	})
	t.Run("never logged in", func(t *testing.T) {
		m, events := newTestManager(t, Config{}, func(p *peer) {
			giveForm(openFeatures, plainQuery)(p)
			p.Result(p.Request(), "") // the manager knows an account from now on
			p.Send(lost)
		}, asGuest)
		if _, err := m.Submit(background, kim); err != nil {
			t.Fatal(err)
		}
		waitFor[Disconnected](t, events)
		if _, err := m.RequestForm(background, ""); err != nil {
			t.Error(err)
		}
	})
}

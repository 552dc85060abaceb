package ibr

import (
	"errors"
	"testing"
)

func TestOutcomeOfAnUnansweredRequestIsUnknown(t *testing.T) {
	nobody := func(*peer) {} // the connection is lost, and the next one too
	fromRoom := func(p *peer, payload string) {
		get := p.Request()
		p.Send(`<iq type='result' from='room.shore.example' id='` + get.Get("id") + `'>` + payload + `</iq>`)
	}
	for name, tt := range map[string]struct {
		play script
		more []script
		do   func(*Manager) error
	}{
		"change": {
			play: func(p *peer) { p.Request() },
			do:   func(m *Manager) error { return m.ChangePassword(background, "new", Values{}) },
		},
		"deletion": {
			play: func(p *peer) { p.Request() },
			more: []script{nobody},
			do:   func(m *Manager) error { return m.DeleteAccount(background, Values{}) },
		},
		"end of a registration with a service": {
			play: func(p *peer) { p.Request() },
			do:   func(m *Manager) error { return m.Unregister(background, "room.shore.example") },
		},
		"registration with a service": {
			play: func(p *peer) {
				fromRoom(p, `<query xmlns='jabber:iq:register'><nick/></query>`)
				p.Request()
			},
			do: func(m *Manager) error {
				if _, err := m.RequestForm(background, "room.shore.example"); err != nil {
					return err
				}
				_, err := m.Submit(background, values("nick", "kim"))
				return err
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			m, _ := connected(t, tt.play, tt.more...)
			err := tt.do(m)
			if !errors.Is(err, OutcomeUnknown) || !err.(*Error).OutcomeUnknown {
				t.Errorf("error %v", err)
			}
		})
	}
	t.Run("registration", func(t *testing.T) {
		m, _ := newTestManager(t, Config{}, func(p *peer) {
			giveForm(openFeatures, plainQuery)(p)
			p.Request()
		})
		_, err := m.Submit(background, kim)
		if !errors.Is(err, OutcomeUnknown) || !err.(*Error).OutcomeUnknown {
			t.Errorf("error %v", err)
		}
	})
}

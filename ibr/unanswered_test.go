package ibr

import (
	"errors"
	"strings"
	"testing"
)

func TestUnansweredRequestSaysWhatMayHaveHappened(t *testing.T) {
	nobody := func(*peer) {} // the connection is lost, and the next one too
	fromRoom := func(p *peer, payload string) {
		get := p.request()
		p.send(`<iq type='result' from='room.shore.example' id='` + get.get("id") + `'>` + payload + `</iq>`)
	}
	for name, tt := range map[string]struct {
		play script
		more []script
		do   func(*Manager) error
		want string
	}{
		"change": {
			play: func(p *peer) { p.request() },
			do:   func(m *Manager) error { return m.ChangePassword(background, "new", Values{}) },
			want: "The password may have been changed",
		},
		"deletion": {
			play: func(p *peer) { p.request() },
			more: []script{nobody},
			do:   func(m *Manager) error { return m.DeleteAccount(background, Values{}) },
			want: "The account may be deleted",
		},
		"end of a registration with a service": {
			play: func(p *peer) { p.request() },
			do:   func(m *Manager) error { return m.Unregister(background, "room.shore.example") },
			want: "The registration with the service may be cancelled",
		},
		"registration with a service": {
			play: func(p *peer) {
				fromRoom(p, `<query xmlns='jabber:iq:register'><nick/></query>`)
				p.request()
			},
			do: func(m *Manager) error {
				if _, err := m.RequestForm(background, "room.shore.example"); err != nil {
					return err
				}
				_, err := m.Submit(background, values("nick", "kim"))
				return err
			},
			want: "What you sent may have been taken",
		},
	} {
		t.Run(name, func(t *testing.T) {
			m, _ := connected(t, tt.play, tt.more...)
			err := tt.do(m)
			if !errors.Is(err, ErrOutcomeUnknown) || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "may exist") {
				t.Errorf("error %v", err)
			}
		})
	}
	t.Run("registration", func(t *testing.T) {
		m, _ := newTestManager(t, Config{}, func(p *peer) {
			giveForm(openFeatures, plainQuery)(p)
			p.request()
		})
		_, err := m.Submit(background, kim)
		if !errors.Is(err, ErrOutcomeUnknown) || !strings.Contains(err.Error(), "The account may exist: try to log in") {
			t.Errorf("error %v", err)
		}
	})
}

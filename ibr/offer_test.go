package ibr

import (
	"errors"
	"testing"

	"github.com/xmppreg/xmppreg/ibr/internal/scripted"
)

// TestWhatIsOfferedNoMoreIsNotSent has servers that offer less after the connection was lost
// than they did when they gave out the form. Nothing that was typed goes to them.
func TestWhatIsOfferedNoMoreIsNotSent(t *testing.T) {
	takesToken := func(p *peer) { p.Result(p.Request(), "") }
	for name, tt := range map[string]struct {
		token         string
		first, second string // features
		want          Reason
	}{
		"registration": {"", openFeatures, scripted.Features(), NotAdvertised},
		"registration, now with an invitation only": {"", openFeatures, scripted.Features(`<register xmlns='urn:xmpp:ibr-token:0'/>`), InviteRequired},
		"registration by another specification":     {"", openFeatures, scripted.Features(`<register xmlns='urn:xmpp:register:0'/>`), NotAdvertised},
		"invitations":                               {"t-1", tokenFeatures, openFeatures, InviteUnsupported},
		"all":                                       {"t-1", tokenFeatures, scripted.Features(), NotAdvertised},
	} {
		t.Run(name, func(t *testing.T) {
			m, events := newTestManager(t, Config{Token: tt.token}, func(p *peer) {
				p.Open(tt.first)
				if tt.token != "" {
					takesToken(p)
				}
				p.Result(p.Request(), plainQuery)
				p.Lose()
				p.Drain()
			}, func(p *peer) {
				p.Open(tt.second)
				p.Finish()
			})
			if _, err := m.RequestForm(background, ""); err != nil {
				t.Fatal(err)
			}
			waitFor[Disconnected](t, events)
			_, err := m.Submit(background, kim)
			if !errors.Is(err, tt.want) || isUnknown(err) {
				t.Errorf("error %v, want %q", err, tt.want)
			}
		})
	}
}

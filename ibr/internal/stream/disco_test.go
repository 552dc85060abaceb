package stream

import (
	"errors"
	"testing"

	"github.com/xmppreg/xmppreg/ibr/internal/scripted"
)

func TestSupportIsWhatServiceDiscoverySays(t *testing.T) {
	const ns = "<query xmlns='http://jabber.org/protocol/disco#info'>"
	for payload, want := range map[string]bool{
		ns + "<identity category='server' type='im'/><feature var='urn:xmpp:ping'/><feature var='jabber:iq:register'/></query>": true,
		ns + "<feature var='urn:xmpp:ping'/></query>":                                  false,
		ns + "<feature/><other var='jabber:iq:register'/></query>":                     false,
		ns + "<feature xmlns='urn:example:other' var='jabber:iq:register'/></query>":   false,
		"<query xmlns='urn:example:other'><feature var='jabber:iq:register'/></query>": false,
		"": false,
	} {
		s, _ := openKim(t, func(p *scripted.Peer) {
			get := p.Request()
			if get.Get("type") != "get" || get.Get("to") != "shore.example" || get.Child(nsDiscoInfo, "query") == nil {
				p.T.Errorf("sent %s", get)
			}
			p.Result(get, payload)
			p.Finish()
		})
		if got, err := s.Supports(background, home, "jabber:iq:register"); err != nil || got != want {
			t.Errorf("%s: %t, %v", payload, got, err)
		}
	}
	s, _ := openKim(t, func(p *scripted.Peer) {
		p.Fail(p.Request(), scripted.StanzaError("cancel", "service-unavailable"))
		p.Finish()
	})
	var e *StanzaError
	if _, err := s.Supports(background, home, "jabber:iq:register"); !errors.As(err, &e) {
		t.Errorf("error %v", err)
	}
}

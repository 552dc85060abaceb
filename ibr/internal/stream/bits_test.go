package stream

import (
	"errors"
	"testing"

	"github.com/xmppreg/xmppreg/ibr/internal/scripted"
)

func TestBitsAreAskedForByTheirContentID(t *testing.T) {
	const cid = "sha1+8f35fef110ffc5df08d579a50083ff9308fb6242@bob.xmpp.org"
	s, _ := openGuest(t, func(p *scripted.Peer) {
		get := p.Request()
		if d := get.Child(nsBob, "data"); get.Get("type") != "get" || get.Get("to") != "shore.example" || d == nil || d.Get("cid") != cid {
			p.T.Errorf("sent %s", get)
		}
		p.Result(get, "<data xmlns='urn:xmpp:bob' cid='"+cid+"' type='image/png'>YWJj</data>")
		p.Fail(p.Request(), scripted.StanzaError("cancel", "item-not-found"))
		p.Finish()
	})
	answer, err := s.RequestBits(background, home, cid)
	if err != nil || answer.ChildText(nsBob, "data") != "YWJj" {
		t.Errorf("answer %v, %v", answer, err)
	}
	var e *StanzaError
	if _, err := s.RequestBits(background, home, cid); !errors.As(err, &e) || e.Condition != "item-not-found" {
		t.Errorf("error %v", err)
	}
}

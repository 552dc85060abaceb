package stream

import (
	"errors"
	"testing"

	"github.com/xmppreg/xmppreg/ibr/internal/scripted"
)

func TestBitsAreRequestedByTheirContentID(t *testing.T) {
	s, _ := openGuest(t, func(p *scripted.Peer) {
		get := p.Request()
		if d := get.Child(nsBob, "data"); get.Get("type") != "get" || get.Get("to") != "shore.example" || d == nil || d.Get("cid") != "x" {
			p.T.Errorf("sent %s", get)
		}
		p.Result(get, "<data xmlns='urn:xmpp:bob' cid='x' type='image/png'>YWJj</data>")
		p.Fail(p.Request(), scripted.StanzaError("cancel", "item-not-found"))
		p.Finish()
	})
	answer, err := s.RequestBits(background, home, "x")
	if err != nil || answer.ChildText(nsBob, "data") != "YWJj" {
		t.Errorf("%v, %v", answer, err)
	}
	var e *StanzaError
	if _, err := s.RequestBits(background, home, "x"); !errors.As(err, &e) || e.Condition != "item-not-found" {
		t.Errorf("error %v", err)
	}
}

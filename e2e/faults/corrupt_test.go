package faults

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
)

const message = `<iq xmlns='jabber:client' type="set" id='z9'><query xmlns='jabber:iq:register'><username>kim &amp; k</username><password/></query> </iq>`

// isWellFormed tells whether a message is one element.
func isWellFormed(text string) bool {
	d := xml.NewDecoder(strings.NewReader(text))
	for {
		if _, err := d.Token(); err != nil {
			return errors.Is(err, io.EOF)
		}
	}
}

func TestEveryValueBecomesAnotherAndTheRestStays(t *testing.T) {
	var got []string
	for i, s := range values(message) {
		other := corruptValue(message, i)
		if other == message || len(other) != len(message) || !isWellFormed(other) {
			t.Errorf("%d: %s", i, other)
		}
		got = append(got, other[s.from:s.to])
	}
	want := "jabber:dlient, sft, z0, jabber:iq:segister, kim &amp; l"
	if found := strings.Join(got, ", "); found != want {
		t.Errorf("got  %s\nwant %s", found, want)
	}
}

func TestBrokenMarkupIsNotWellFormed(t *testing.T) {
	for _, m := range []string{message, `<close xmlns='urn:ietf:params:xml:ns:xmpp-framing'/>`} {
		if broken := corruptMarkup(m); len(broken) != len(m) || isWellFormed(broken) {
			t.Error(broken)
		}
	}
}

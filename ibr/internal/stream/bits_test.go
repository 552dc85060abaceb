package stream

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"testing"

	"github.com/xmppreg/xmppreg/ibr/internal/scripted"
	"github.com/xmppreg/xmppreg/internal/xmltree"
)

// picture is data with its content id.
func picture(size int) (cid string, data []byte) {
	data = bytes.Repeat([]byte("picture "), size/8+1)[:size]
	sum := sha256.Sum256(data)
	return "sha-256+" + hex.EncodeToString(sum[:]) + "@bob.xmpp.org", data
}

func TestBitsCountOnlyUnderTheirContentID(t *testing.T) {
	// The sums are those of "abc" (FIPS 180).
	const sha1 = "a9993e364706816aba3e25717850c26c9cd0d89d"
	const sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
	const sha512 = "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"
	for _, tt := range []struct {
		cid, text string
		kept      bool
	}{
		{"sha1+" + sha1 + "@bob.xmpp.org", "YWJj", true},
		{"sha-1+" + sha1 + "@bob.xmpp.org", "YWJj", true},
		{"SHA-1+A9993E364706816ABA3E25717850C26C9CD0D89D@bob.xmpp.org", "YWJj", true},
		{"sha-256+" + sha256 + "@bob.xmpp.org", "YWJj", true},
		{"sha256+" + sha256, "YWJj", true},
		{"sha-512+" + sha512 + "@bob.xmpp.org", "YWJj", true},
		{"sha512+" + sha512 + "@bob.xmpp.org", "YWJj", true},
		{"blake2b-256+00@bob.xmpp.org", "YWJj", true}, // nothing can be said of it
		{"sha3-256+00@bob.xmpp.org", "YWJj", true},
		{"any@bob.xmpp.org", "YWJj", true},
		{"any@bob.xmpp.org", "\n  YW\n\tJj  ", true}, // in lines

		{"sha1+" + sha256 + "@bob.xmpp.org", "YWJj", false},
		{"sha1+@bob.xmpp.org", "YWJj", false},
		{"sha-256+" + sha256 + "@bob.xmpp.org", "YWJk", false},
		{"sha-256+" + sha256[:63] + "@bob.xmpp.org", "YWJj", false},
		{"any@bob.xmpp.org", "", false},
		{"any@bob.xmpp.org", "YW=j", false},
		{"any@bob.xmpp.org", "<abc>", false},
	} {
		data := xmltree.NewText("data", tt.text).With("cid", tt.cid).With("type", "image/png")
		data.Name.Space = nsBob
		parent := xmltree.New(nsClient, "iq", data)
		bits, kept := ReadBits(&parent)[tt.cid]
		if kept != tt.kept || kept && (bits.Type != "image/png" || string(bits.Data) != "abc") {
			t.Errorf("%s, %q: kept: %t, %+v", tt.cid, tt.text, kept, bits)
		}
	}
}

func TestBitsAreAmongOtherElements(t *testing.T) {
	parent, err := xmltree.Parse([]byte(`<iq xmlns='jabber:client'><query xmlns='jabber:iq:register'/>
		<data xmlns='urn:xmpp:bob' cid='one'>YWJj</data><data xmlns='urn:example:other' cid='other'>YWJj</data><data xmlns='urn:xmpp:bob' cid='two'>eHl6</data></iq>`))
	if err != nil {
		t.Fatal(err)
	}
	if all := ReadBits(parent); len(all) != 2 || string(all["one"].Data) != "abc" || string(all["two"].Data) != "xyz" {
		t.Errorf("%+v", all)
	}
}

func TestBitsAreFetchedByTheirContentID(t *testing.T) {
	cid, data := picture(100_000)
	s, _ := openGuest(t, func(p *scripted.Peer) {
		get := p.Request()
		if d := get.Child(nsBob, "data"); get.Get("type") != "get" || get.Get("to") != "shore.example" || d == nil || d.Get("cid") != cid {
			p.T.Errorf("sent %s", get)
		}
		encoded := base64.StdEncoding.EncodeToString(data)
		p.Result(get, "<data xmlns='urn:xmpp:bob' cid='"+cid+"' type='image/png'>"+encoded[:76]+"\n"+encoded[76:]+"</data>")
		p.Finish()
	})
	bits, err := s.FetchBits(background, home, cid)
	if err != nil || bits.Type != "image/png" || !bytes.Equal(bits.Data, data) {
		t.Errorf("%.100v, %v", bits, err)
	}
}

func TestBitsThatCannotBeHad(t *testing.T) {
	cid, _ := picture(100)
	_, other := picture(99)
	s, _ := openGuest(t, func(p *scripted.Peer) {
		p.Fail(p.Request(), scripted.StanzaError("cancel", "item-not-found"))
		p.Result(p.Request(), "<data xmlns='urn:xmpp:bob' cid='"+cid+"' type='image/png'>"+base64.StdEncoding.EncodeToString(other)+"</data>")
		p.Result(p.Request(), "<data xmlns='urn:xmpp:bob' cid='other' type='image/png'>YWJj</data>")
		p.Result(p.Request(), "")
		p.Finish()
	})
	var e *StanzaError
	if _, err := s.FetchBits(background, home, cid); !errors.As(err, &e) || e.Condition != "item-not-found" {
		t.Errorf("error %v", err)
	}
	for _, answer := range []string{"another picture", "another content id", "nothing"} {
		if bits, err := s.FetchBits(background, home, cid); err != nil || len(bits.Data) > 0 {
			t.Errorf("%s: %v, %v", answer, bits, err)
		}
	}
}

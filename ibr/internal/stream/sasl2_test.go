package stream

import (
	"encoding/base64"
	"reflect"
	"strings"
	"testing"

	"mellium.im/sasl"

	"github.com/xmppreg/xmppreg/ibr/internal/scripted"
)

const (
	inlineBind  = `<bind xmlns='urn:xmpp:bind:0'><inline/></bind><sm xmlns='urn:xmpp:sm:3'/>`
	afterLogin  = `<stream:features xmlns:stream='http://etherx.jabber.org/streams'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></stream:features>`
	bound       = `<authorization-identifier>kim@shore.example/xmppreg.r2</authorization-identifier><bound xmlns='urn:xmpp:bind:0'/>`
	successBare = `<success xmlns='urn:xmpp:sasl:2'><authorization-identifier>kim@shore.example</authorization-identifier></success>`
)

func TestServerWithSASL2AloneLetsIn(t *testing.T) {
	t.Run("SCRAM, with Bind 2", func(t *testing.T) {
		s, o := openAs(t, kim, func(p *scripted.Peer) {
			p.Open(scripted.SASL2Features(inlineBind, "PLAIN", "SCRAM-SHA-1-PLUS", "SCRAM-SHA-1", "SCRAM-SHA-256"))
			auth := p.SCRAM2(sasl.ScramSha256, "kim", "pw", 4096, bound)
			if tag := auth.Child("urn:xmpp:bind:0", "bind").ChildText("urn:xmpp:bind:0", "tag"); tag != "xmppreg" || auth.Get("mechanism") != "SCRAM-SHA-256" {
				p.T.Errorf("sent %s", auth)
			}
			p.Send(afterLogin)
			p.Finish()
		})
		if got := s.Address().String(); got != "kim@shore.example/xmppreg.r2" {
			t.Errorf("the address is %q", got)
		}
		if stanzas := append(o.of(Sent), o.of(Received)...); len(stanzas) > 0 {
			t.Errorf("told of %q", stanzas)
		}
	})
	// A server need not bind although it offers to.
	for name, inline := range map[string]string{"without Bind 2": "", "Bind 2 that is not done": inlineBind} {
		t.Run("PLAIN, "+name, func(t *testing.T) {
			s, _ := openAs(t, kim, func(p *scripted.Peer) {
				p.Open(scripted.SASL2Features(inline, "X-OAUTH2", "PLAIN"))
				auth := p.Request()
				want := base64.StdEncoding.EncodeToString([]byte("\x00kim\x00pw"))
				if !auth.Is("urn:xmpp:sasl:2", "authenticate") || auth.ChildText("urn:xmpp:sasl:2", "initial-response") != want ||
					(auth.Child("urn:xmpp:bind:0", "bind") != nil) != (inline != "") {
					p.T.Errorf("sent %s", auth)
				}
				p.Send(successBare + afterLogin) // without a new stream
				bind := p.Request()
				p.Result(bind, `<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>kim@shore.example/r1</jid></bind>`)
				p.Finish()
			})
			if got := s.Address().String(); got != "kim@shore.example/r1" {
				t.Errorf("the address is %q", got)
			}
		})
	}
}

// TestSASLIsPreferred has a server that offers SASL2, Bind 2, FAST and channel binding
// beside SASL, as Prosody 13 does.
func TestSASLIsPreferred(t *testing.T) {
	features := strings.Replace(scripted.LoginFeatures("SCRAM-SHA-1-PLUS", "SCRAM-SHA-1", "PLAIN"), "</stream:features>",
		`<authentication xmlns='urn:xmpp:sasl:2'><mechanism>SCRAM-SHA-1</mechanism><inline>`+inlineBind+
			`<fast xmlns='urn:xmpp:fast:0'><mechanism>HT-SHA-256-NONE</mechanism></fast></inline></authentication>`+
			`<sasl-channel-binding xmlns='urn:xmpp:sasl-cb:0'><channel-binding type='tls-exporter'/></sasl-channel-binding></stream:features>`, 1)
	s, _ := openAs(t, kim, func(p *scripted.Peer) {
		p.Open(features)
		p.SCRAM(sasl.ScramSha1, "kim", "pw", 4096)
		p.Restart("kim@shore.example/r1")
		p.Finish()
	})
	if s.IsGuest() {
		t.Error("not logged in")
	}
}

// TestServerWithSCRAMForSASL2AloneGetsNoPassword has a server with PLAIN for SASL beside it.
func TestServerWithSCRAMForSASL2AloneGetsNoPassword(t *testing.T) {
	openAs(t, kim, func(p *scripted.Peer) {
		p.Open(scripted.FeaturesOfBoth("PLAIN", "SCRAM-SHA-256"))
		p.SCRAM2(sasl.ScramSha256, "kim", "pw", 4096, bound)
		p.Send(afterLogin)
		p.Finish()
	})
}

func TestSASL2ThatDoesNotLetInSaysWhy(t *testing.T) {
	for name, tt := range map[string]struct {
		answer string
		want   error
	}{
		"a refusal": {`<failure xmlns='urn:xmpp:sasl:2'><account-disabled xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/><text>No.</text><pending xmlns='urn:example:n'/></failure>`,
			&SASLError{Condition: "account-disabled", Text: "No.", Application: "pending"}},
		"more tasks": {`<continue xmlns='urn:xmpp:sasl:2'><additional-data>eA==</additional-data><tasks><task>HOTP-EXAMPLE</task><task>TOTP-EXAMPLE</task></tasks><text>One more thing.</text></continue>`,
			&TasksError{Tasks: []string{"HOTP-EXAMPLE", "TOTP-EXAMPLE"}, Text: "One more thing."}},
		"SASL's own success": {scripted.Success, &ProtocolError{Text: "<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/> came while the stream was being negotiated"}},
		"an address without a resource": {`<success xmlns='urn:xmpp:sasl:2'><authorization-identifier>kim@shore.example</authorization-identifier><bound xmlns='urn:xmpp:bind:0'/></success>`,
			ErrMalformed},
	} {
		t.Run(name, func(t *testing.T) {
			err := failToOpen(t, kim, func(p *scripted.Peer) {
				p.Open(scripted.SASL2Features(inlineBind, "PLAIN"))
				p.Request()
				p.Send(tt.answer)
				p.Drain()
			})
			if !reflect.DeepEqual(err, tt.want) {
				t.Errorf("error %#v, want %#v", err, tt.want)
			}
		})
	}
	// How a login with SCRAM goes on after the client's first message, and what is said of it.
	first := func(p *scripted.Peer) string {
		data, _ := base64.StdEncoding.DecodeString(p.Request().ChildText("urn:xmpp:sasl:2", "initial-response"))
		_, nonce, _ := strings.Cut(string(data), ",r=")
		return "r=" + nonce + "more,s=QUJD,i="
	}
	encoded := func(data string) string { return base64.StdEncoding.EncodeToString([]byte(data)) }
	success := func(data string) string {
		return `<success xmlns='urn:xmpp:sasl:2'><additional-data>` + encoded(data) + `</additional-data>` + bound + `</success>`
	}
	challenge := func(data string) string {
		return `<challenge xmlns='urn:xmpp:sasl:2'>` + encoded(data) + `</challenge>`
	}
	for name, tt := range map[string]struct {
		play scripted.Script
		want string
	}{
		"a proof that is missing": {func(p *scripted.Peer) {
			p.Request()
			p.Send(`<success xmlns='urn:xmpp:sasl:2'>` + bound + `</success>`)
		}, "malformed"},
		"a proof that is missing in the end": {func(p *scripted.Peer) {
			p.Send(challenge(first(p) + "4096"))
			p.Request()
			p.Send(`<success xmlns='urn:xmpp:sasl:2'>` + bound + `</success>`)
		}, "malformed"},
		"a proof that is wrong": {func(p *scripted.Peer) {
			p.Send(challenge(first(p) + "4096"))
			p.Request()
			p.Send(success("v=cm1GOXBxVjhTN3N1QW9aV2ph"))
		}, "could not prove that it knows the password"},
		"rounds by the million": {func(p *scripted.Peer) { p.Send(challenge(first(p) + "1000000000")) }, "1000000000 rounds of SCRAM"},
		"no end": {func(p *scripted.Peer) {
			p.Send(challenge(first(p) + "4096"))
			p.Request()
			p.Send(challenge("e=other-error"))
		}, "error of SCRAM"},
	} {
		t.Run(name, func(t *testing.T) {
			isUntrusted(t, failToOpen(t, kim, func(p *scripted.Peer) {
				p.Open(scripted.SASL2Features(inlineBind, "SCRAM-SHA-1"))
				tt.play(p)
				p.Drain()
			}), tt.want)
		})
	}
	t.Run("a wrong password", func(t *testing.T) {
		err := failToOpen(t, kim, func(p *scripted.Peer) {
			p.Open(scripted.SASL2Features("", "SCRAM-SHA-1"))
			p.SCRAM2(sasl.ScramSha1, "kim", "other", 4096, "")
		})
		if want := (&SASLError{Condition: "not-authorized", Text: "No.", Challenged: true}); !reflect.DeepEqual(err, error(want)) {
			t.Errorf("error %#v, want %#v", err, want)
		}
	})
}

package stream

import (
	"encoding/base64"
	"errors"
	"strings"
	"testing"

	"mellium.im/sasl"

	"github.com/xmppreg/xmppreg/ibr/internal/scripted"
)

func challenge(data string) string {
	return `<challenge xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>` + base64.StdEncoding.EncodeToString([]byte(data)) + `</challenge>`
}

func TestBestMechanismIsUsed(t *testing.T) {
	for _, tt := range []struct {
		offered []string
		want    sasl.Mechanism
	}{
		{[]string{"PLAIN", "SCRAM-SHA-1", "SCRAM-SHA-256"}, sasl.ScramSha256},
		{[]string{"X-OAUTH2", "PLAIN", "SCRAM-SHA-1"}, sasl.ScramSha1},
		{[]string{"SCRAM-SHA-256-PLUS", "SCRAM-SHA-1-PLUS", "SCRAM-SHA-1"}, sasl.ScramSha1},
		{[]string{"DIGEST-MD5", "PLAIN"}, sasl.Plain},
	} {
		t.Run(tt.want.Name, func(t *testing.T) {
			// A no-break space is a space to SCRAM (RFC 4013), and PLAIN leaves that to the server.
			const password, prepared = "pä\u00A0ss", "pä ss"
			s, o := openAs(t, &Login{Username: "kim", Password: password}, func(p *scripted.Peer) {
				p.Open(scripted.LoginFeatures(tt.offered...))
				if tt.want.Name == "PLAIN" {
					auth := p.Request()
					if auth.Get("mechanism") != "PLAIN" || auth.Text != base64.StdEncoding.EncodeToString([]byte("\x00kim\x00"+password)) {
						p.T.Errorf("sent %s", auth)
					}
					p.Send(scripted.Success)
				} else {
					p.SCRAM(tt.want, "kim", prepared, 4096)
				}
				p.Restart("kim@shore.example/r1")
				p.Finish()
			})
			if s.IsGuest() {
				t.Error("not logged in")
			}
			if stanzas := append(o.of(Sent), o.of(Received)...); len(stanzas) > 0 {
				t.Errorf("told of %q", stanzas)
			}
		})
	}
}

// TestBestMechanismIsTheOnlyOneThatIsTried shows that a server that offers a weaker
// mechanism as well does not get to see the password.
func TestBestMechanismIsTheOnlyOneThatIsTried(t *testing.T) {
	err := failToOpen(t, kim, func(p *scripted.Peer) {
		p.Open(scripted.LoginFeatures("PLAIN", "SCRAM-SHA-1", "SCRAM-SHA-512", "SCRAM-SHA-256"))
		if auth := p.Request(); auth.Get("mechanism") != "SCRAM-SHA-512" {
			p.T.Errorf("sent %s", auth)
		}
		p.RefuseLogin("temporary-auth-failure")
	})
	var e *SASLError
	if !errors.As(err, &e) || e.Condition != "temporary-auth-failure" {
		t.Errorf("error %v", err)
	}
}

func TestWrongPasswordIsRefused(t *testing.T) {
	for _, mechanism := range []sasl.Mechanism{sasl.ScramSha1, sasl.ScramSha256} {
		err := failToOpen(t, kim, func(p *scripted.Peer) {
			p.Open(scripted.LoginFeatures(mechanism.Name))
			p.SCRAM(mechanism, "kim", "other", 4096)
		})
		var e *SASLError
		if !errors.As(err, &e) || e.Condition != "not-authorized" {
			t.Errorf("%s: error %v", mechanism.Name, err)
		}
	}
}

func TestLoginThatIsRefusedSaysWhy(t *testing.T) {
	for _, condition := range []string{"not-authorized", "account-disabled", "credentials-expired", "temporary-auth-failure", "something-new"} {
		err := failToOpen(t, kim, func(p *scripted.Peer) {
			p.Auth("kim", "pw")
			p.RefuseLogin(condition)
		})
		var e *SASLError
		if want := (SASLError{Condition: condition, Text: "No."}); !errors.As(err, &e) || *e != want {
			t.Errorf("error %#v, want %#v", err, want)
		}
	}
	t.Run("in several languages, and without a condition", func(t *testing.T) {
		err := failToOpen(t, kim, func(p *scripted.Peer) {
			p.Auth("kim", "pw")
			p.Send(`<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><text xml:lang='de'>Nein.</text><text xml:lang='en-GB'>No.</text></failure>`)
			p.Finish()
		})
		var e *SASLError
		if want := (SASLError{Text: "No."}); !errors.As(err, &e) || *e != want {
			t.Errorf("error %#v, want %#v", err, want)
		}
	})
	t.Run("no common mechanism", func(t *testing.T) {
		for _, features := range []string{scripted.LoginFeatures("X-OAUTH2", "plain"), guests} {
			err := failToOpen(t, kim, func(p *scripted.Peer) {
				p.Open(features)
				p.Drain()
			})
			var e *SASLError
			if !errors.As(err, &e) || e.Condition != "invalid-mechanism" {
				t.Errorf("error %v", err)
			}
		}
	})
}

// isUntrusted sees that the server has not kept to the mechanism.
func isUntrusted(t *testing.T, err error, text string) {
	t.Helper()
	var e *ProtocolError
	if !errors.As(err, &e) || !e.InLogin || !strings.Contains(e.Error(), text) {
		t.Errorf("error %v, want one that says %q", err, text)
	}
}

func TestServerThatDoesNotKnowThePasswordIsNotBelieved(t *testing.T) {
	const refuted, unproved = "could not prove that it knows the password", "ended the login before it had proved"
	const wrong = "v=cm1GOXBxVjhTN3N1QW9aV2ph"
	success := func(data string) string { return strings.ReplaceAll(challenge(data), "challenge", "success") }
	for name, tt := range map[string]struct {
		play scripted.Script
		want string
	}{
		"wrong signature": {func(p *scripted.Peer) {
			p.Send(challenge(firstOfServer(p)))
			p.Request()
			p.Send(success(wrong))
		}, refuted},
		"wrong signature in a challenge": {func(p *scripted.Peer) {
			p.Send(challenge(firstOfServer(p)))
			p.Request()
			p.Send(challenge(wrong))
		}, refuted},
		"an error of SCRAM": {func(p *scripted.Peer) {
			p.Send(challenge(firstOfServer(p)))
			p.Request()
			p.Send(challenge("e=other-error"))
		}, "error of SCRAM"},
		"another nonce": {func(p *scripted.Peer) {
			p.Request()
			p.Send(challenge("r=another,s=QUJD,i=4096"))
		}, "nonce"},
		"the first part alone": {func(p *scripted.Peer) {
			p.Send(success(firstOfServer(p)))
		}, unproved},
		"no signature": {func(p *scripted.Peer) {
			p.Send(challenge(firstOfServer(p)))
			p.Request()
			p.Send(scripted.Success)
		}, "malformed"},
		"success at once": {func(p *scripted.Peer) {
			p.Request()
			p.Send(scripted.Success)
		}, "malformed"},
		"not in Base64": {func(p *scripted.Peer) {
			p.Request()
			p.Send(`<challenge xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>r=abc</challenge>`)
		}, "not in Base64"},
	} {
		t.Run(name, func(t *testing.T) {
			isUntrusted(t, failToOpen(t, kim, func(p *scripted.Peer) {
				p.Open(scripted.LoginFeatures("SCRAM-SHA-1"))
				tt.play(p)
				p.Drain()
			}), tt.want)
		})
	}
}

// firstOfServer reads the first message of SCRAM and returns the answer of a
// server that does not know the password (RFC 5802 section 7).
func firstOfServer(p *scripted.Peer) string {
	data, err := base64.StdEncoding.DecodeString(p.Request().Text)
	_, nonce, ok := strings.Cut(string(data), ",r=")
	if err != nil || !ok {
		p.T.Errorf("sent %q", data)
	}
	return "r=" + nonce + "more,s=QUJD,i=4096"
}

func TestNumbersOfRoundsThatAreAbsurdAreRefused(t *testing.T) {
	for _, rounds := range []string{"1", "4095", "500001", "1000000000"} {
		isUntrusted(t, failToOpen(t, kim, func(p *scripted.Peer) {
			p.Open(scripted.LoginFeatures("SCRAM-SHA-256"))
			p.Send(challenge(strings.Replace(firstOfServer(p), "i=4096", "i="+rounds, 1)))
			p.Drain()
		}), rounds+" rounds of SCRAM; from 4096 to 500000 are done here")
	}
}

func TestServerThatGoesOnAfterTheLoginIsNotBelieved(t *testing.T) {
	isUntrusted(t, failToOpen(t, kim, func(p *scripted.Peer) {
		p.Auth("kim", "pw")
		p.Send(challenge("more"))
		p.Drain()
	}), "goes on with a login that is over")
}

func TestSuccessMayHoldNothingInBase64(t *testing.T) {
	openAs(t, kim, func(p *scripted.Peer) {
		p.Auth("kim", "pw")
		p.Send(`<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>=</success>`)
		p.Restart("kim@shore.example/r1")
		p.Finish()
	})
}

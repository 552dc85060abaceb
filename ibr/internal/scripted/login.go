package scripted

import (
	"crypto/pbkdf2"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"hash"
	"strings"

	"mellium.im/sasl"
)

const (
	nsSASL      = "urn:ietf:params:xml:ns:xmpp-sasl"
	nsBind      = "urn:ietf:params:xml:ns:xmpp-bind"
	nsDiscoInfo = "http://jabber.org/protocol/disco#info"
)

// Success lets the client in that has sent a login with PLAIN.
const Success = `<success xmlns='` + nsSASL + `'/>`

// LoginFeatures are the features of a server that lets people register and log
// in.
func LoginFeatures(mechanisms ...string) string {
	return Features(`<register xmlns='http://jabber.org/features/iq-register'/>`,
		`<mechanisms xmlns='`+nsSASL+`'><mechanism>`+strings.Join(mechanisms, "</mechanism><mechanism>")+`</mechanism></mechanisms>`)
}

// Auth opens the stream, reads a login with PLAIN and tells whether it is this
// one.
func (p *Peer) Auth(username, password string) bool {
	p.Open(LoginFeatures("PLAIN"))
	auth := p.Request()
	want := base64.StdEncoding.EncodeToString([]byte("\x00" + username + "\x00" + password))
	return auth.Is(nsSASL, "auth") && auth.Get("mechanism") == "PLAIN" && auth.Text == want
}

// RefuseLogin refuses a login, and waits until the client closes the connection.
func (p *Peer) RefuseLogin(condition string) {
	p.Send(`<failure xmlns='` + nsSASL + `'><` + condition + `/><text xml:lang='en'>No.</text></failure>`)
	p.Finish()
}

// Restart opens the stream anew after a login, and gives the user an address.
func (p *Peer) Restart(address string) {
	p.Open(Features(`<bind xmlns='` + nsBind + `'/>`))
	bind := p.Request()
	if bind.Child(nsBind, "bind") == nil {
		p.T.Errorf("sent %s, want the request for an address", bind)
	}
	p.Result(bind, `<bind xmlns='`+nsBind+`'><jid>`+address+`</jid></bind>`)
}

// Bind is [Peer.Restart], and answers the service discovery that follows.
func (p *Peer) Bind(address string, supported bool) {
	p.Restart(address)
	disco := p.Request()
	if disco.Get("to") != p.Target.Domain || disco.Child(nsDiscoInfo, "query") == nil {
		p.T.Errorf("sent %s, want service discovery", disco)
	}
	feature := ""
	if supported {
		feature = `<feature var='jabber:iq:register'/>`
	}
	p.Result(disco, `<query xmlns='`+nsDiscoInfo+`'><feature var='urn:xmpp:ping'/>`+feature+`</query>`)
}

// Login lets kim in, under an address with the resource "r1", with this password
// only.
func (p *Peer) Login(password string) {
	if !p.Auth("kim", password) {
		p.T.Errorf("kim did not log in with %q", password)
	}
	p.Send(Success)
	p.Bind("kim@"+p.Target.Domain+"/r1", true)
}

// SCRAM plays the server's side of SCRAM with another implementation of it. The
// stream must be open, with features that offer the mechanism.
func (p *Peer) SCRAM(mechanism sasl.Mechanism, username, password string, iterations int) {
	server := sasl.NewServer(mechanism, func(*sasl.Negotiator) bool { return true },
		sasl.SaltedCredentials(func(user, _ []byte, _ string) ([]byte, []byte, int64, error) {
			if string(user) != username {
				return nil, nil, 0, sasl.ErrAuthn
			}
			salt := []byte("NaCl for everyone")
			return salt, saltedPassword(mechanism.Name, password, salt, iterations), int64(iterations), nil
		}))
	for {
		data, err := base64.StdEncoding.DecodeString(p.Request().Text)
		if err != nil {
			p.T.Error(err)
		}
		more, answer, err := server.Step(data)
		if err != nil {
			p.RefuseLogin("not-authorized")
			return
		}
		element := "challenge"
		if !more {
			element = "success"
		}
		p.Send(`<` + element + ` xmlns='` + nsSASL + `'>` + base64.StdEncoding.EncodeToString(answer) + `</` + element + `>`)
		if !more {
			return
		}
	}
}

func saltedPassword(mechanism, password string, salt []byte, iterations int) []byte {
	key := func(newHash func() hash.Hash, size int) []byte {
		key, err := pbkdf2.Key(newHash, password, salt, iterations, size)
		if err != nil {
			panic(err) // only in FIPS mode
		}
		return key
	}
	if mechanism == "SCRAM-SHA-256" {
		return key(sha256.New, sha256.Size)
	}
	return key(sha1.New, sha1.Size)
}

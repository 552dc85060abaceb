package scripted

import (
	"crypto/pbkdf2"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"hash"
	"strings"

	"mellium.im/sasl"

	"github.com/xmppreg/xmppreg/internal/xmltree"
)

const (
	nsSASL      = "urn:ietf:params:xml:ns:xmpp-sasl"
	nsSASL2     = "urn:xmpp:sasl:2"
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
	p.scram(nsSASL, func(e *xmltree.Element) string { return e.Text }, mechanism, username, password, iterations,
		func(data string) { p.Send(`<success xmlns='` + nsSASL + `'>` + data + `</success>`) })
}

// SCRAM2 is SCRAM within SASL2 (XEP-0388). success is what is in the end beside the data. It
// returns the client's first element.
func (p *Peer) SCRAM2(mechanism sasl.Mechanism, username, password string, iterations int, success string) (first *xmltree.Element) {
	data := func(e *xmltree.Element) string {
		if first == nil {
			first = e
			return e.ChildText(nsSASL2, "initial-response")
		}
		return e.Text
	}
	p.scram(nsSASL2, data, mechanism, username, password, iterations, func(data string) {
		p.Send(`<success xmlns='` + nsSASL2 + `'><additional-data>` + data + `</additional-data>` + success + `</success>`)
	})
	return first
}

// FeaturesOfBoth are those of a server that offers one mechanism for SASL and one for SASL2.
func FeaturesOfBoth(mechanism, mechanism2 string) string {
	return strings.Replace(LoginFeatures(mechanism), "</stream:features>",
		`<authentication xmlns='`+nsSASL2+`'><mechanism>`+mechanism2+`</mechanism><inline/></authentication></stream:features>`, 1)
}

// SASL2Features are the features of a server that has no other way to log in than SASL2.
func SASL2Features(inline string, mechanisms ...string) string {
	return Features(`<register xmlns='http://jabber.org/features/iq-register'/>`,
		`<authentication xmlns='`+nsSASL2+`'><mechanism>`+strings.Join(mechanisms, "</mechanism><mechanism>")+`</mechanism>`+
			`<inline>`+inline+`</inline></authentication>`)
}

func (p *Peer) scram(space string, dataOf func(*xmltree.Element) string, mechanism sasl.Mechanism, username, password string, iterations int, succeed func(data string)) {
	server := sasl.NewServer(mechanism, func(*sasl.Negotiator) bool { return true },
		sasl.SaltedCredentials(func(user, _ []byte, _ string) ([]byte, []byte, int64, error) {
			if string(user) != username {
				return nil, nil, 0, sasl.ErrAuthn
			}
			salt := []byte("NaCl for everyone")
			return salt, saltedPassword(mechanism.Name, password, salt, iterations), int64(iterations), nil
		}))
	for {
		e := p.Request()
		if e.Name.Space != space {
			p.T.Errorf("sent %s, want a login", e)
		}
		data, err := base64.StdEncoding.DecodeString(dataOf(e))
		if err != nil {
			p.T.Error(err)
		}
		more, answer, err := server.Step(data)
		if err != nil {
			p.Send(`<failure xmlns='` + space + `'><not-authorized xmlns='` + nsSASL + `'/><text xml:lang='en'>No.</text></failure>`)
			p.Finish()
			return
		}
		if encoded := base64.StdEncoding.EncodeToString(answer); more {
			p.Send(`<challenge xmlns='` + space + `'>` + encoded + `</challenge>`)
		} else {
			succeed(encoded)
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

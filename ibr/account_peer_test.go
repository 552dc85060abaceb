package ibr

import (
	"context"
	"encoding/base64"
	"encoding/xml"
	"net"
	"strings"

	"mellium.im/sasl"
)

const bindFeatures = `<stream:features xmlns:stream='http://etherx.jabber.org/streams'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></stream:features>`

func loginFeatures(mechanisms ...string) string {
	return `<stream:features xmlns:stream='http://etherx.jabber.org/streams'><register xmlns='http://jabber.org/features/iq-register'/><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>` +
		strings.Join(mechanisms, "</mechanism><mechanism>") + `</mechanism></mechanisms></stream:features>`
}

// auth reads a PLAIN login and tells whether it is this one.
func (p *peer) auth(username, password string) bool {
	p.open(loginFeatures("PLAIN"))
	auth := p.request()
	want := base64.StdEncoding.EncodeToString([]byte("\x00" + username + "\x00" + password))
	return auth.is(nsSASL, "auth") && auth.get("mechanism") == "PLAIN" && auth.text == want
}

func (p *peer) refuseLogin(condition string) {
	p.send(`<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><` + condition + `/><text xml:lang='en'>No.</text></failure>`)
	p.finish()
}

// bind answers everything between the login and the first request of the test.
func (p *peer) bind(address string, supported bool) {
	p.restart(address)
	disco := p.request()
	if disco.get("to") != "shore.example" || disco.child(nsDiscoInfo, "query") == nil {
		p.t.Errorf("sent %s, want service discovery", xmlOf(disco))
	}
	feature := ""
	if supported {
		feature = `<feature var='jabber:iq:register'/>`
	}
	p.result(disco, `<query xmlns='http://jabber.org/protocol/disco#info'><feature var='urn:xmpp:ping'/>`+feature+`</query>`)
}

// restart opens the stream anew after a login, and gives the user an address.
func (p *peer) restart(address string) {
	p.dec = xml.NewDecoder(p.conn)
	p.open(bindFeatures)
	bind := p.request()
	if bind.child(nsBind, "bind") == nil {
		p.t.Errorf("sent %s, want the request for an address", xmlOf(bind))
	}
	p.result(bind, `<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>`+address+`</jid></bind>`)
}

// login lets kim in, with this password only.
func (p *peer) login(password string) {
	if !p.auth("kim", password) {
		p.t.Errorf("kim did not log in with %q", password)
	}
	p.send(`<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>`)
	p.bind("kim@shore.example/r1", true)
}

// scram plays the server's side of SCRAM with mellium's.
func (p *peer) scram(mechanism sasl.Mechanism, username, password string, iterations int) {
	server := sasl.NewServer(mechanism, func(*sasl.Negotiator) bool { return true },
		sasl.SaltedCredentials(func(user, _ []byte, _ string) ([]byte, []byte, int64, error) {
			if string(user) != username {
				return nil, nil, 0, sasl.ErrAuthn
			}
			salt := []byte("NaCl for everyone")
			return salt, saltedPassword(mechanism.Name, password, salt, iterations), int64(iterations), nil
		}))
	for {
		e := p.request()
		data, err := base64.StdEncoding.DecodeString(e.text)
		if err != nil {
			p.t.Error(err)
		}
		more, answer, err := server.Step(data)
		if err != nil {
			p.refuseLogin("not-authorized")
			return
		}
		element := "challenge"
		if !more {
			element = "success"
		}
		p.send(`<` + element + ` xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>` + base64.StdEncoding.EncodeToString(answer) + `</` + element + `>`)
		if !more {
			return
		}
	}
}

// insecureDialer is one whose connections do not say that they are secure.
type insecureDialer struct{ *scriptedDialer }

func (d insecureDialer) Dial(ctx context.Context, domain string) (net.Conn, error) {
	conn, err := d.scriptedDialer.Dial(ctx, domain)
	return struct{ net.Conn }{conn}, err
}

var kimsLogin = Login{JID: "kim@shore.example", Password: "pw"}

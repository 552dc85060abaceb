package ibr_test

import (
	"github.com/xmppreg/xmppreg/ibr"
	"github.com/xmppreg/xmppreg/ibr/internal/scripted"
)

// The servers that the examples talk to.

var offersRegistration = scripted.Features(`<register xmlns='http://jabber.org/features/iq-register'/>`)

const registerForm = `<query xmlns='jabber:iq:register'><x xmlns='jabber:x:data' type='form'>` +
	`<instructions>Pick a name.</instructions>` +
	`<field type='hidden' var='FORM_TYPE'><value>jabber:iq:register</value></field>` +
	`<field type='text-single' var='username' label='User name'><required/></field>` +
	`<field type='text-private' var='password' label='Password'><required/></field></x></query>`

const captchaForm = `<query xmlns='jabber:iq:register'><x xmlns='jabber:x:data' type='form'>` +
	`<field type='hidden' var='challenge'><value>c-77</value></field>` +
	`<field type='text-single' var='username'><required/></field><field type='text-private' var='password'><required/></field>` +
	`<field type='text-single' var='ocr'><required/><media xmlns='urn:xmpp:media-element'><uri type='image/png'>cid:c-77@example.org</uri></media></field></x>` +
	`<data xmlns='urn:xmpp:bob' cid='c-77@example.org' type='image/png'>iVBO</data></query>`

func signUpServer() ibr.Dialer {
	return scripted.NewExampleDialer(func(p *scripted.Peer) {
		p.Open(offersRegistration)
		p.Result(p.Request(), registerForm)
		p.Result(p.Request(), "")
		p.Finish()
	})
}

func captchaServer() ibr.Dialer {
	return scripted.NewExampleDialer(func(p *scripted.Peer) {
		p.Open(offersRegistration)
		p.Result(p.Request(), captchaForm)
		p.Fail(p.Request(), scripted.StanzaError("cancel", "not-allowed"))
		p.Result(p.Request(), captchaForm)
		p.Result(p.Request(), "")
		p.Finish()
	})
}

func invitingServer() ibr.Dialer {
	return scripted.NewExampleDialer(func(p *scripted.Peer) {
		p.Open(scripted.Features(`<register xmlns='urn:xmpp:ibr-token:0'/>`))
		p.Result(p.Request(), "")
		p.Result(p.Request(), registerForm)
		p.Finish()
	})
}

func changingServer() ibr.Dialer {
	return scripted.NewExampleDialer(func(p *scripted.Peer) {
		p.Login("correct horse")
		p.Result(p.Request(), "")
		p.Finish()
	}, func(p *scripted.Peer) {
		p.Login("battery staple")
		p.Finish()
	})
}

func deletingServer() ibr.Dialer {
	return scripted.NewExampleDialer(func(p *scripted.Peer) {
		p.Login("correct horse")
		p.Fail(p.Request(), `<query xmlns='jabber:iq:register'><x xmlns='jabber:x:data' type='form'><title>Say goodbye</title>`+
			`<field type='hidden' var='FORM_TYPE'><value>jabber:iq:register:cancel</value></field>`+
			`<field type='text-private' var='password'><required/></field></x></query>`+scripted.StanzaError("cancel", "not-allowed"))
		p.Result(p.Request(), "")
		p.Close()
	})
}

func refusingServer() ibr.Dialer {
	return scripted.NewExampleDialer(func(p *scripted.Peer) {
		p.Open(offersRegistration)
		p.Result(p.Request(), registerForm)
		p.Fail(p.Request(), `<error type='cancel'><conflict xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>`+
			`<text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>Somebody was faster.</text></error>`)
		p.Result(p.Request(), registerForm)
		p.Request()
		p.Lose()
	})
}

package form

import (
	"testing"

	"github.com/xmppreg/xmppreg/internal/xmltree"
)

// sentForms are what servers send when they are asked for the form.
var sentForms = []struct{ name, query string }{
	{"Prosody's", `<query xmlns='jabber:iq:register'><instructions>Choose a username and password for use with this service.</instructions>` +
		`<x xmlns='jabber:x:data' type='form'><title>Creating a new account</title><instructions>Choose a username and password for use with this service.</instructions>` +
		`<field type='hidden' var='FORM_TYPE'><value>jabber:iq:register</value></field>` +
		`<field type='text-single' label='Username' var='username'><required/></field>` +
		`<field type='text-private' label='Password' var='password'><required/></field></x><username/><password/></query>`},
	{"with rules", `<query xmlns='jabber:iq:register'><x xmlns='jabber:x:data' type='form'><title>Join</title>` +
		`<field type='hidden' var='FORM_TYPE'><value>jabber:iq:register</value></field>` +
		`<field type='text-single' label='Name' var='username'><required/><validate xmlns='http://jabber.org/protocol/xdata-validate' datatype='xs:string'><regex>[a-z][a-z0-9.]{2,20}</regex></validate></field>` +
		`<field type='text-private' label='Password' var='password'><required/></field>` +
		`<field type='text-single' label='Year of birth' var='x-year'><validate xmlns='http://jabber.org/protocol/xdata-validate' datatype='xs:integer'><range min='1900' max='2026'/></validate></field>` +
		`<field type='list-single' label='Language' var='x-lang'><option label='Deutsch'><value>de</value></option><option label='English'><value>en</value></option><option label='Français'><value>fr</value></option><value>en</value></field>` +
		`<field type='boolean' label='I accept the rules' var='x-rules'><required/></field></x></query>`},
	{"of old-style fields", `<query xmlns='jabber:iq:register'><instructions>Choose a name.</instructions><username/><password/><email/></query>`},
}

func BenchmarkParse(b *testing.B) {
	for _, form := range sentForms {
		b.Run(form.name, func(b *testing.B) {
			query, err := xmltree.Parse([]byte(form.query))
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				if _, ok := Parse(query); !ok {
					b.Fatal("it is no form")
				}
			}
		})
	}
}

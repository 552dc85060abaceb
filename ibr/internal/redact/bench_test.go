package redact

import (
	"strings"
	"testing"

	"github.com/xmppreg/xmppreg/internal/xmltree"
)

// BenchmarkWrite measures what the log costs of an account's request and of a form.
func BenchmarkWrite(b *testing.B) {
	for _, stanza := range []struct{ name, text string }{
		{"a request", `<iq xmlns='jabber:client' type='set' id='4q1Zr0mJ' to='shore.example'><query xmlns='jabber:iq:register'>` +
			`<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'><value>jabber:iq:register</value></field>` +
			`<field var='username'><value>kim</value></field><field var='password'><value>correct horse battery staple</value></field></x></query></iq>`},
		{"a form", `<iq xmlns='jabber:client' type='result' id='4q1Zr0mJ' from='shore.example'><query xmlns='jabber:iq:register'>` +
			`<instructions>Choose a username and password for use with this service.</instructions>` +
			`<x xmlns='jabber:x:data' type='form'><title>Creating a new account</title>` +
			`<field type='text-single' label='Username' var='username'><required/></field>` +
			`<field type='text-private' label='Password' var='password'><required/></field></x><username/><password/></query></iq>`},
	} {
		b.Run(stanza.name, func(b *testing.B) {
			e, err := xmltree.Parse([]byte(stanza.text))
			if err != nil {
				b.Fatal(err)
			}
			var secrets Secrets
			secrets.Add("kim")
			secrets.Add("correct horse battery staple")
			b.ReportAllocs()
			for b.Loop() {
				if strings.Contains(secrets.Write(e), "horse") {
					b.Fatal("a secret is written")
				}
			}
		})
	}
}

package ws

import "testing"

// frame is Prosody's answer to the question for the form.
const frame = `<iq xmlns='jabber:client' type='result' id='4q1Zr0mJ' from='shore.example'><query xmlns='jabber:iq:register'>` +
	`<instructions>Choose a username and password for use with this service.</instructions>` +
	`<x xmlns='jabber:x:data' type='form'><title>Creating a new account</title>` +
	`<field type='hidden' var='FORM_TYPE'><value>jabber:iq:register</value></field>` +
	`<field type='text-single' label='Username' var='username'><required/></field>` +
	`<field type='text-private' label='Password' var='password'><required/></field></x><username/><password/></query></iq>`

// BenchmarkFraming measures a message of the server on its way to an element, and an
// element on its way to a message.
func BenchmarkFraming(b *testing.B) {
	b.Run("receive", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, problem := (message{text: []byte(frame)}).element(); problem != nil {
				b.Fatal(problem)
			}
		}
	})
	b.Run("send", func(b *testing.B) {
		e, problem := message{text: []byte(frame)}.element()
		if problem != nil {
			b.Fatal(problem)
		}
		b.ReportAllocs()
		for b.Loop() {
			if len(e.String()) < len(frame)/2 {
				b.Fatal("it is not written")
			}
		}
	})
}

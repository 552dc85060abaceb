// Package form reads registration forms, checks answers to them, and writes what
// is to be sent. It knows no connection: it turns elements into a [Form] and
// [Values] into elements.
//
//	form, ok := form.Parse(query)           // <query xmlns='jabber:iq:register'/>
//	rule := form.Field("age").Check(values) // while somebody types
//	payload, err := form.Fill(answers, nil) // what goes into the <query/> to send
//
// What of which specification is where:
//
//   - XEP-0077 (In-Band Registration), sections 3.1, 4 and 6: [Parse], [OldStyle]
//   - XEP-0004 (Data Forms), section 3: [Parse], [Form.Fill]
//   - XEP-0122 (Data Forms Validation), section 3: [Validation], [Field.Check]
//   - XEP-0158 (CAPTCHA Forms), sections 3 and 6: [Form.HasCaptcha], [Form.CaptchaAnswers]
//   - XEP-0221 (Data Forms Media Element) and XEP-0231 (Bits of Binary): [Media], [Form.ResolveMedia]
//
// How to draw a field follows from all of these. So that a page need not know
// them, [Field.Control] and the methods in its file say it.
package form

// The namespaces that forms are made of.
const (
	nsRegister = "jabber:iq:register"                        // XEP-0077
	nsData     = "jabber:x:data"                             // XEP-0004
	nsValidate = "http://jabber.org/protocol/xdata-validate" // XEP-0122
	nsCaptcha  = "urn:xmpp:captcha"                          // XEP-0158
	nsMedia    = "urn:xmpp:media-element"                    // XEP-0221
	nsBob      = "urn:xmpp:bob"                              // XEP-0231
	nsOOB      = "jabber:x:oob"                              // XEP-0066
)

package ibr

// features are the stream features that a server offers (RFC 6120 section 4.3.2).
type features struct {
	register   bool     // XEP-0077 section 8.2
	token      bool     // XEP-0445, or what servers offered before it
	extensible bool     // XEP-0389, which nobody serves and this package does not speak
	mechanisms []string // SASL (RFC 6120 section 6.3.3)
}

// parseFeatures reads <stream:features/>. A feature counts by its name and its
// namespace, never by its name alone.
func parseFeatures(e *element) features {
	f := features{
		register:   e.child(nsRegisterFeature, "register") != nil,
		token:      e.child(nsTokenFeature, "register") != nil || e.child(nsInviteFeature, "register") != nil,
		extensible: e.child(nsExtensible, "register") != nil,
	}
	if list := e.child(nsSASL, "mechanisms"); list != nil {
		for i := range list.children {
			if c := &list.children[i]; c.is(nsSASL, "mechanism") {
				f.mechanisms = append(f.mechanisms, c.text)
			}
		}
	}
	return f
}

// offersRegistration tells whether a guest may ask for a form: nil, or why not.
func (f features) offersRegistration(haveToken bool) *Error {
	switch {
	case f.register, f.token && haveToken:
		return nil
	case f.token:
		return notAdvertised(InviteRequired, "")
	case f.extensible:
		return notAdvertised(NotAdvertised, "This server offers registration by a protocol only that this program does not speak (XEP-0389).")
	}
	return notAdvertised(NotAdvertised, "")
}

// notAdvertised is the error of a stream without the feature. It has the type
// and condition that a server gives for what it does not have.
func notAdvertised(reason Reason, message string) *Error {
	return &Error{Kind: KindStream, Reason: reason, Type: "cancel", Condition: "feature-not-implemented", Message: message}
}

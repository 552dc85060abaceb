package form

// A Form is what a server or service asks for before it registers somebody:
// the old-style fields of XEP-0077 or a data form (XEP-0004), in one shape.
type Form struct {
	Title        string  // XEP-0004 section 3.2
	Instructions string  // for people; lines are joined by "\n"
	Registered   bool    // an account is there already, and Fields shows what is on file (XEP-0077 section 3.1.1)
	URL          string  // out-of-band address (XEP-0066), for the user to follow: https:, http:, mailto: or xmpp:; empty if there is none
	IsDataForm   bool    // a data form; otherwise old-style fields
	Fields       []Field // in the order of the server, hidden ones included

	// Where the form came from. The caller of Parse knows that, and sets it.
	Domain      string // the server that the stream is with
	Service     string // the address that was asked, empty for the server itself
	Invitations bool   // the server takes invitations (XEP-0445, XEP-0401), said before login only
}

// A Field is one question of a form.
type Field struct {
	Name        string    // "var" in XEP-0004, the element's name in the old style; empty for some fixed fields
	Type        FieldType // how to ask
	Label       string    // for people; empty where the server gave none
	Description string    // a hint for people (XEP-0004 section 3.2, <desc/>)
	Required    bool      // must be answered
	Values      []string  // the preset values; one for each line, address or choice of the types that take several
	Options     []Option  // what a list offers
	Media       []Media   // what belongs to the question, such as a CAPTCHA's image (XEP-0221)
	ReadOnly    bool      // its value is settled and goes back as it is, such as a name that an invitation reserves
	Domain      string    // of the account that it names or sets the password of; empty for any other field
	Fallback    bool      // no question, but where to go, or what to read, if the CAPTCHA can't be shown

	Validation *Validation // what the values must be like (XEP-0122); nil if nothing is said
}

// A FieldType is one of the ten types of XEP-0004 section 3.3.
type FieldType string

const (
	Boolean     FieldType = "boolean"
	Fixed       FieldType = "fixed"
	Hidden      FieldType = "hidden"
	JIDMulti    FieldType = "jid-multi"
	JIDSingle   FieldType = "jid-single"
	ListMulti   FieldType = "list-multi"
	ListSingle  FieldType = "list-single"
	TextMulti   FieldType = "text-multi"
	TextPrivate FieldType = "text-private"
	TextSingle  FieldType = "text-single"
)

// takesSeveral tells whether a field of this type has a list of values.
func (t FieldType) takesSeveral() bool {
	return t == JIDMulti || t == ListMulti || t == TextMulti
}

// takesAnswers tells whether a field of this type is for people to fill in.
func (t FieldType) takesAnswers() bool {
	return t != Fixed && t != Hidden
}

// An Option is one choice of a list.
type Option struct {
	Value string // what is sent
	Label string // what people read; the value where the server gave none
}

// Field returns the field of that name, nil if there is none.
func (f *Form) Field(name string) *Field {
	for i := range f.Fields {
		if f.Fields[i].Name == name {
			return &f.Fields[i]
		}
	}
	return nil
}

// AsksNothing tells whether there is nothing to fill in.
func (f *Form) AsksNothing() bool {
	for i := range f.Fields {
		if f.Fields[i].Type.takesAnswers() {
			return false
		}
	}
	return true
}

// ForAccount says that the answers make an account of that domain, or give it another
// password. The form of a service makes none.
func (f *Form) ForAccount(domain string) {
	for _, name := range []string{"username", "password"} {
		if field := f.Field(name); field != nil && field.Type.takesAnswers() {
			field.Domain = domain
		}
	}
}

// Reserve settles the user name of a form that an invitation is for: the one
// that the invitation names, or, where username is empty, the one that the
// server has filled in.
func (f *Form) Reserve(username string) {
	field := f.Field("username")
	if field == nil || field.Type == Hidden {
		return
	}
	if username != "" {
		field.Values = []string{username}
	}
	field.ReadOnly = first(field.Values) != ""
}

// first returns the first of some values, "" if there is none.
func first(values []string) string {
	if len(values) == 0 {
		return ""
	}
	return values[0]
}

func isEmpty(values []string) bool {
	for _, value := range values {
		if value != "" {
			return false
		}
	}
	return true
}

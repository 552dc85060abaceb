package ibr

import "mellium.im/xmpp/jid"

// A Form is what a server or service asks for before it registers somebody:
// the old-style fields of XEP-0077 or a data form (XEP-0004), in one shape.
type Form struct {
	Domain       string  // the server that the stream is with
	Service      string  // the address that was asked, empty for the server itself
	Title        string  // XEP-0004 section 3.2
	Instructions string  // for people; lines are joined by "\n"
	Registered   bool    // an account is there already, and Fields shows what is on file (XEP-0077 section 3.1.1)
	URL          string  // out-of-band address (XEP-0066), for the user to follow: https:, http:, mailto: or xmpp:; empty if there is none
	IsDataForm   bool    // a data form, else old-style fields
	Invitations  bool    // the server takes invitations (XEP-0445, XEP-0401), said before login only
	Fields       []Field // in the order of the server, hidden ones included

	owner jid.JID // whose stream it came over: a bare address, the zero value for a guest
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
	Media       []Media   // what belongs to the question, as a CAPTCHA's image (XEP-0221)
	ReadOnly    bool      // its value is settled and goes back as it is, as a name that an invitation reserves

	Validation *Validation // what the values must be like (XEP-0122); nil if nothing is said
}

// A FieldType is one of the ten types of XEP-0004 section 3.3.
type FieldType string

// The field types.
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

// takesMany tells whether a field of this type has a list of values.
func (t FieldType) takesMany() bool {
	return t == JIDMulti || t == ListMulti || t == TextMulti
}

// An Option is one choice of a list.
type Option struct {
	Value string // what is sent
	Label string // what people read; the value where the server gave none
}

// A Media is one way to perceive a question (XEP-0221): an image, a sound or a
// film.
type Media struct {
	Type   string // MIME type; "image/*" where the server only says that it is an image
	URL    string // where it is: https: or http:; a cid: whose Data is here
	Data   []byte // the medium itself, where it came over the stream (XEP-0231)
	Width  int    // in pixels, 0 if unknown
	Height int    // in pixels, 0 if unknown
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

// captchaFields are the answers that XEP-0158 section 6 knows.
var captchaFields = map[string]bool{
	"ocr": true, "qa": true, "SHA-256": true,
	"audio_recog": true, "speech_q": true, "speech_recog": true,
	"picture_q": true, "picture_recog": true,
	"video_q": true, "video_recog": true,
}

// HasCaptcha tells whether the form holds a CAPTCHA (XEP-0158), which most
// servers let be answered only once.
func (f *Form) HasCaptcha() bool {
	if !f.IsDataForm {
		return false
	}
	for i := range f.Fields {
		field := &f.Fields[i]
		if field.Type == Hidden {
			if field.Name == "challenge" || field.Name == "FORM_TYPE" && first(field.Values) == nsCaptcha {
				return true
			}
		} else if captchaFields[field.Name] || len(field.Media) > 0 {
			return true
		}
	}
	return false
}

// first returns the first of some values, "" if there is none.
func first(values []string) string {
	if len(values) == 0 {
		return ""
	}
	return values[0]
}

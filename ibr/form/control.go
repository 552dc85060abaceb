package form

import "strings"

// A page draws a field by what the methods in this file say of it, and need not
// know what a type, a datatype or a name means.

// A Control is what a field is answered with.
type Control string

const (
	ControlLine     Control = "line"     // a line of text
	ControlLines    Control = "lines"    // several values, one on each line
	ControlPassword Control = "password" // a line that nobody may read over one's shoulder
	ControlCheckbox Control = "checkbox" // yes or no
	ControlChoice   Control = "choice"   // one of the options
	ControlChoices  Control = "choices"  // any of the options
	ControlText     Control = "text"     // nothing: the values are a text to read
	ControlNone     Control = "none"     // nothing: the field is not for people
)

// Control returns what the field is answered with.
func (field *Field) Control() Control {
	switch {
	case field.Fallback:
		return ControlText
	case field.Type == Hidden, field.isForMachines():
		return ControlNone
	}
	switch field.Type {
	case Fixed:
		return ControlText
	case Boolean:
		return ControlCheckbox
	case JIDMulti, TextMulti:
		return ControlLines
	case TextPrivate:
		return ControlPassword
	case ListMulti:
		return ControlChoices
	case ListSingle:
		if len(field.Options) > 0 {
			return ControlChoice
		}
	}
	return ControlLine
}

// isForMachines tells whether the field asks nothing of people: "captchahidden" is
// what ejabberd adds for clients that can't show an image, and "SHA-256" is a
// calculation (XEP-0158 section 6.2).
func (field *Field) isForMachines() bool {
	return field.Name == "captchahidden" || field.Name == "SHA-256" && !field.Required
}

// A Keyboard is what the keyboard of a phone should offer.
type Keyboard string

const (
	KeyboardText    Keyboard = "text"
	KeyboardNumeric Keyboard = "numeric" // digits; on some phones without a minus sign
	KeyboardDecimal Keyboard = "decimal" // digits and a decimal point, likewise
	KeyboardEmail   Keyboard = "email"
	KeyboardTel     Keyboard = "tel"
	KeyboardURL     Keyboard = "url"
)

// Keyboard returns what the keyboard should offer for the field's values.
func (field *Field) Keyboard() Keyboard {
	switch content := field.Content(); content.Type {
	case AddressContent:
		return KeyboardEmail
	case URIContent:
		return KeyboardURL
	case IntegerContent, DecimalContent:
		lowest, _ := field.Range()
		switch {
		case strings.HasPrefix(lowest, "-"), content.Max == "0", strings.HasPrefix(content.Max, "-"):
			return KeyboardText // for its minus sign
		case content.Type == DecimalContent:
			return KeyboardDecimal
		}
		return KeyboardNumeric
	case TextContent:
		if field.Captcha() != "" || field.Control() != ControlLine && !field.isOpenChoice() {
			break
		}
		switch field.Name { // of XEP-0077 section 14.1
		case "email":
			return KeyboardEmail
		case "phone":
			return KeyboardTel
		case "url":
			return KeyboardURL
		}
	}
	return KeyboardText
}

// isOpenChoice tells whether the field is a line of text with suggestions.
func (field *Field) isOpenChoice() bool {
	return field.Control() == ControlChoice && field.Open()
}

// Content is what has to be typed.
type Content struct {
	Type     ContentType
	Min, Max string // the bounds of the datatype itself; empty for none
}

// A ContentType is a kind of text.
type ContentType string

const (
	TextContent     ContentType = "text"    // any
	IntegerContent  ContentType = "integer" // the following as XML Schema part 2 has them
	DecimalContent  ContentType = "decimal"
	DateContent     ContentType = "date"
	TimeContent     ContentType = "time"
	DateTimeContent ContentType = "datetime"
	URIContent      ContentType = "uri"
	LanguageContent ContentType = "language"
	BooleanContent  ContentType = "boolean" // "true" or "false", typed
	AddressContent  ContentType = "address" // of XMPP (RFC 7622)
)

// Content returns what has to be typed into the field.
func (field *Field) Content() Content {
	v := field.validation()
	switch {
	case field.takesAddresses():
		return Content{Type: AddressContent}
	case v == nil:
		if field.Name == "date" && field.Control() == ControlLine && field.Captcha() == "" {
			return Content{Type: DateContent} // XEP-0077 section 14.1
		}
		return Content{Type: TextContent}
	}
	d := datatypeOf(v.Datatype)
	return Content{Type: d.content, Min: d.min, Max: d.max}
}

// takesAddresses tells whether the values are XMPP addresses. Then the datatype that the
// server names does not matter.
func (field *Field) takesAddresses() bool {
	return field.Type == JIDMulti || field.Type == JIDSingle
}

// validation is what the server says about the values, nil where [Field.Check]
// does not look at it: only of texts and of choices.
func (field *Field) validation() *Validation {
	if field.Type == Boolean || field.takesAddresses() || !field.Type.takesAnswers() {
		return nil
	}
	return field.Validation
}

// Range returns the bounds that the server sets for a value, "" if it sets no bound.
// Bounds that make no sense rule nothing out, and are left out. The bounds of a datatype
// that has no order are for the server to check.
func (field *Field) Range() (min, max string) {
	v := field.validation()
	if v == nil || v.Method != ByRange {
		return "", ""
	}
	d := datatypeOf(v.Datatype)
	if d.order == nil {
		return v.Min, v.Max
	}
	low, high := d.bound(v.Min), d.bound(v.Max)
	if low != nil && high != nil && low.compare(high) > 0 {
		return "", ""
	}
	if low != nil {
		min = strings.TrimSpace(v.Min)
	}
	if high != nil {
		max = strings.TrimSpace(v.Max)
	}
	return min, max
}

// Choices returns how many choices of a list are wanted, 0 for no bound.
func (field *Field) Choices() (min, max int) {
	if v := field.Validation; v != nil && field.Type == ListMulti {
		return v.ListMin, v.ListMax
	}
	return 0, 0
}

// Multiple tells whether the field takes several values.
func (field *Field) Multiple() bool {
	return field.Type.takesSeveral()
}

// Open tells whether a list may be answered by a value that it does not offer. Every
// method but the basic one implies that (XEP-0122 section 3.2), and so does a list
// without choices, which nobody could answer otherwise.
func (field *Field) Open() bool {
	if field.Type != ListMulti && field.Type != ListSingle {
		return false
	}
	return len(field.Options) == 0 || field.Validation != nil && field.Validation.goesBeyondDatatype()
}

// Checked tells whether an answer can break rules that [Field.Check] knows and a
// page does not.
func (field *Field) Checked() bool {
	v := field.validation()
	switch {
	case field.ReadOnly:
		return false
	case v == nil:
		return field.takesAddresses() || field.Domain != ""
	}
	min, max := field.Choices()
	return v.goesBeyondDatatype() || field.Domain != "" || field.Content().Type != TextContent || min > 0 || max > 0
}

// Link returns the address that a page makes a link of, if the field consists of an
// address to follow and nothing more; otherwise "". The address is https:. Where it
// stands in for the image of a CAPTCHA, which cannot be seen in another way, it may be
// http:.
func (field *Field) Link() string {
	if field.Control() != ControlText || len(field.Values) != 1 {
		return ""
	}
	address := strings.TrimSpace(field.Values[0])
	if s := scheme(address); s == "https" || s == "http" && field.Fallback {
		if !strings.ContainsAny(address, " \t\r\n") {
			return address
		}
	}
	return ""
}

// IsTrue tells whether a boolean is preset to yes.
func (field *Field) IsTrue() bool {
	value := first(field.Values)
	return field.Type == Boolean && (value == "1" || value == "true")
}

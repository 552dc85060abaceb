package form

import "strings"

// A knownField is what its name says about a field of XEP-0077 section 14.1.
type knownField struct {
	name         string
	autocomplete string // HTML's token for it
	// What servers call it where they have no words of their own: XEP-0077 section 14.1,
	// Prosody, ejabberd and Openfire. In lower case, between bars.
	labels string
}

var knownFields = [...]knownField{
	{"username", "username", "|username|user|user name|account name|"},
	{"password", "new-password", "|password|"},
	{"nick", "nickname", "|nick|nickname|"},
	{"name", "name", "|name|full name|"},
	{"first", "given-name", "|given name|first name|"},
	{"last", "family-name", "|family name|last name|surname|"},
	{"email", "email", "|email|e-mail|email address|e-mail address|"},
	{"address", "address-line1", "|street|address|street address|"},
	{"city", "address-level2", "|city|"},
	{"state", "address-level1", "|state|region|"},
	{"zip", "postal-code", "|postal code|zip|zip code|"},
	{"phone", "tel", "|telephone number|phone number|phone|telephone|"},
	{"url", "url", "|webpage|web page|url|website|homepage|"},
	{"date", "bday", "|birth date|date of birth|birthday|"},
}

// known returns what the field's name says about it, the zero value if it says nothing.
func (field *Field) known() knownField {
	for _, known := range knownFields {
		if known.name == field.Name {
			return known
		}
	}
	return knownField{}
}

// Autocomplete returns what a browser may fill in (HTML's autofill field names), ""
// where nothing is known.
func (field *Field) Autocomplete() string {
	if field.Captcha() != "" {
		return ""
	}
	token := field.known().autocomplete
	switch control := field.Control(); {
	case control == ControlLines && field.Name == "address":
		return "street-address" // the one that may have several lines
	case control == ControlPassword && field.Name != "password":
		return ""
	case control != ControlLine && control != ControlPassword && control != ControlChoice:
		return ""
	case field.Name == "date" && field.Label != "" && !field.Generic():
		return "" // XEP-0077 has it for any date, such as that of a hiring
	}
	return token
}

// Generic tells whether the label is only the field's name, or what servers without
// words of their own call a field of that name, in English.
func (field *Field) Generic() bool {
	label := strings.ToLower(strings.TrimRight(field.Label, " :*"))
	switch {
	case label == "" || strings.Contains(label, "|"):
		return false
	case label == strings.ToLower(field.Name):
		return true
	}
	return strings.Contains(field.known().labels, "|"+label+"|")
}

// Agreement tells whether the field asks to agree to the provider's terms. XEP-0077 has
// no field for it: what servers call it is known from its name alone.
func (field *Field) Agreement() bool {
	if field.Type != Boolean {
		return false
	}
	for _, word := range strings.FieldsFunc(strings.ToLower(field.Name), func(r rune) bool { return r < 'a' || r > 'z' }) {
		switch word {
		case "terms", "tos", "tou", "eula", "agree", "agreement", "privacy":
			return true
		}
	}
	return false
}

// GenericTitle tells whether the title is the one that Prosody has where its operator
// has written none.
func (f *Form) GenericTitle() bool {
	return f.Title == "Creating a new account"
}

// GenericInstructions tells the same of the instructions.
func (f *Form) GenericInstructions() bool {
	return f.Instructions == "Choose a username and password for use with this service."
}

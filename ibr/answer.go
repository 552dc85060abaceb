package ibr

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"mellium.im/xmpp/jid"
)

// Values are a user's answers to a form.
type Values struct {
	// Fields holds the answers by the name of the field: one for each line,
	// address or choice of the types that take several. A name that the form
	// does not have is ignored.
	Fields map[string][]string

	// Complete says that a choice that is not in Fields was not made, as in an
	// HTML form, which leaves out what is not checked. Else a field that is not
	// in Fields keeps its preset value.
	Complete bool
}

// fill fills in the form and returns what to send: the children of <query/>.
// What the form itself rules out is refused with the name of the field.
// username prepares the answer of that field; nil leaves it as it is.
func (f *Form) fill(v Values, username func(string) (string, error)) ([]element, error) {
	var answers []element
	for i := range f.Fields {
		field := &f.Fields[i]
		if field.Type == Fixed || field.Name == "" {
			continue
		}
		values, err := field.answer(v)
		if err == nil && username != nil && field.Name == "password" && isEmpty(values) {
			// An account without a password would be anybody's.
			err = field.missing()
		}
		if err != nil {
			return nil, err
		}
		if name := first(values); field.Name == "username" && field.Type != Hidden && name != "" && username != nil {
			if name, err = username(name); err != nil {
				return nil, err
			}
			values = []string{name}
		}
		if f.IsDataForm {
			answers = append(answers, field.dataAnswer(values)...)
		} else if values != nil {
			answers = append(answers, textEl(field.Name, first(values)))
		}
	}
	if f.IsDataForm {
		answers = []element{el(nsData, "x", answers...).with("type", "submit")}
	}
	return answers, nil
}

// dataAnswer returns the field of a form of the type "submit" (XEP-0004 section
// 3.2), nothing where there is no answer.
func (field *Field) dataAnswer(values []string) []element {
	if values == nil {
		return nil
	}
	e := el("", "field")
	if field.Type == Hidden {
		e = e.with("type", string(Hidden))
	}
	e = e.with("var", field.Name)
	for _, value := range values {
		e.children = append(e.children, textEl("value", value))
	}
	return []element{e}
}

// answer returns the values to send for the field, nil for none.
func (field *Field) answer(v Values) ([]string, error) {
	if field.Type == Hidden {
		return field.Values, nil // go back as they came
	}
	values, given := v.Fields[field.Name]
	switch {
	case given:
	case v.Complete && field.Type == Boolean:
		values = []string{"0"}
	case v.Complete && field.Type == ListMulti:
		values = nil
	default:
		values = field.Values
	}
	if field.Type == TextMulti || field.Type == JIDMulti {
		values = splitLines(values)
	}
	for _, value := range values {
		if err := field.checkCharacters(value); err != nil {
			return nil, err
		}
	}
	if isEmpty(values) {
		if field.Required {
			return nil, field.missing()
		}
		if field.Type.takesMany() || !given || field.Type == ListSingle || field.Type == JIDSingle {
			return nil, nil
		}
	}
	if !given {
		return values, nil // what the server has preset is its own affair
	}
	return field.checkType(values)
}

// missing is the error of a field that has to be filled in and is not.
func (field *Field) missing() error {
	return refuse(Rejected, "not-acceptable", field.Name, fmt.Sprintf("%s must be filled in.", field.title()))
}

// checkType refuses what a field of this type can't hold.
func (field *Field) checkType(values []string) ([]string, error) {
	if len(values) > 1 && !field.Type.takesMany() {
		return nil, refuse(Rejected, "not-acceptable", field.Name,
			fmt.Sprintf("%s takes one value, not %d.", field.title(), len(values)))
	}
	switch field.Type {
	case Boolean:
		switch first(values) {
		case "1", "true", "on":
			return []string{"1"}, nil
		case "", "0", "false":
			return []string{"0"}, nil
		}
		return nil, refuse(Rejected, "not-acceptable", field.Name,
			fmt.Sprintf("%s is answered by yes or no.", field.title()))
	case ListSingle, ListMulti:
		for _, value := range values {
			if !field.offers(value) {
				return nil, refuse(Rejected, "not-acceptable", field.Name,
					fmt.Sprintf("%s does not offer the choice %q.", field.title(), value))
			}
		}
	case JIDSingle, JIDMulti:
		for _, value := range values {
			if _, err := jid.Parse(value); err != nil {
				return nil, refuse(Rejected, "jid-malformed", field.Name,
					fmt.Sprintf("%s: %q is not an XMPP address.", field.title(), value))
			}
		}
	}
	return values, nil
}

// offers tells whether a list has that choice.
func (field *Field) offers(value string) bool {
	for _, option := range field.Options {
		if option.Value == value {
			return true
		}
	}
	return false
}

// checkCharacters refuses what XML can't carry (XML 1.0 section 2.2); encoding
// it would change it silently. U+FFFD is what broken text becomes on its way
// here.
func (field *Field) checkCharacters(value string) error {
	for _, r := range value {
		switch {
		case r == '\t', r == '\n', r == '\r':
		case r < ' ', r == utf8.RuneError, r == 0xFFFE, r == 0xFFFF:
			return refuse(Rejected, "not-acceptable", field.Name,
				fmt.Sprintf("%s holds a character that can't be sent (U+%04X). Type it anew.", field.title(), r))
		}
	}
	return nil
}

// title is what people call the field.
func (field *Field) title() string {
	if field.Label != "" {
		return "“" + strings.TrimRight(field.Label, ": ") + "”"
	}
	return "“" + field.Name + "”"
}

// splitLines makes one value of each line.
func splitLines(values []string) []string {
	var lines []string
	for _, value := range values {
		value = strings.ReplaceAll(value, "\r\n", "\n")
		lines = append(lines, strings.Split(value, "\n")...)
	}
	for len(lines) > 0 && lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	return lines
}

func isEmpty(values []string) bool {
	for _, value := range values {
		if value != "" {
			return false
		}
	}
	return true
}

// prepare makes the address of the account with that user name: the local part
// of RFC 7622 section 3.3, which is the PRECIS profile UsernameCaseMapped
// (RFC 8265 section 3.3) without some characters.
func prepare(username string, domain jid.JID) (jid.JID, error) {
	account, err := domain.WithLocal(username)
	if err != nil || account.Localpart() == "" {
		e := refuse(UsernameInvalid, "jid-malformed", "username",
			fmt.Sprintf("%q can't be a user name: use letters and digits, and none of \" & ' / : < > @ or spaces.", username))
		e.Err = err
		return jid.JID{}, e
	}
	return account, nil
}

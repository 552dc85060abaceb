package form

import (
	"maps"
	"strings"

	"github.com/xmppreg/xmppreg/internal/saslprep"
	"github.com/xmppreg/xmppreg/internal/xmltree"
)

// Values are a user's answers to a form.
type Values struct {
	// Fields holds the answers by the name of the field: one for each line,
	// address or choice of the types that take several. A name that the form
	// does not have is ignored.
	Fields map[string][]string

	// Complete says that a choice that is not in Fields was not made: an HTML form
	// leaves out what is not checked. Without Complete, a field that is not in
	// Fields keeps its preset value.
	Complete bool
}

// With returns the values with what is known beside them, which takes
// precedence: the user name and the new password, where a server asks for them
// again in the form of a second stage (XEP-0077 section 3.3).
func (v Values) With(known map[string]string) Values {
	all := make(map[string][]string, len(v.Fields)+len(known))
	maps.Copy(all, v.Fields)
	for name, value := range known {
		all[name] = []string{value}
	}
	return Values{Fields: all, Complete: v.Complete}
}

// Fill fills in the form and returns what to send: the children of <query/>.
// What people have typed is marked as secret.
//
// prepare is given where the form is that of an account, and nil elsewhere. It
// brings the user name into the form of RFC 7622 section 3.3. An account must
// also have a password: without one it would be anybody's.
//
// What the form itself rules out is refused with an [*Error]. An error of
// prepare is returned as it is.
func (f *Form) Fill(v Values, prepare func(username string) (string, error)) ([]xmltree.Element, error) {
	var answers []xmltree.Element
	answered := map[string]bool{}
	b := newBudget()
	for i := range f.Fields {
		field := &f.Fields[i]
		if field.Type == Fixed || field.Name == "" {
			continue
		}
		values, err := field.answer(v, b)
		if err == nil && prepare != nil && field.Name == "password" && isEmpty(values) {
			err = field.refuse(RuleRequired)
		}
		if err != nil {
			return nil, err
		}
		answered[field.Name] = !isEmpty(values)
		if field.Name == "username" && prepare != nil && first(values) != "" {
			if values, err = field.prepared(values, prepare); err != nil {
				return nil, err
			}
		}
		if values != nil {
			answers = append(answers, field.element(values, f.IsDataForm))
		}
	}
	if f.IsDataForm {
		if err := f.checkCaptcha(answered); err != nil {
			return nil, err
		}
		answers = []xmltree.Element{xmltree.New(nsData, "x", answers...).With("type", "submit")}
	}
	return answers, nil
}

// prepared prepares the user name, which is not for the user to choose where the
// server has settled it.
func (field *Field) prepared(values []string, prepare func(string) (string, error)) ([]string, error) {
	name, err := prepare(first(values))
	switch {
	case field.Type == Hidden:
		return values, nil // goes back as it came
	case err != nil:
		return nil, err
	case field.ReadOnly:
		if settled, _ := prepare(first(field.Values)); name != settled {
			return nil, field.refuse(RuleReserved)
		}
	}
	return []string{name}, nil
}

// element returns the answer as it is sent: a field of a form of the type
// "submit" (XEP-0004 section 3.2), or an element of the field's name (XEP-0077
// section 3.1.2).
func (field *Field) element(values []string, inDataForm bool) xmltree.Element {
	e := xmltree.NewText(field.Name, first(values))
	if inDataForm {
		e = xmltree.New("", "field")
		if field.Type == Hidden {
			e = e.With("type", string(Hidden))
		}
		e = e.With("var", field.Name)
		for _, value := range values {
			e.Children = append(e.Children, xmltree.NewText("value", value))
		}
	}
	e.Secret = field.isTyped(values)
	return e
}

// isTyped tells whether an answer is in a person's own words, and not one of
// those that the server has offered.
func (field *Field) isTyped(values []string) bool {
	switch field.Type {
	case Boolean, Fixed, Hidden:
		return false
	case ListMulti, ListSingle:
		return len(field.notOffered(values)) > 0
	}
	return true
}

// answer returns the values to send for the field, nil for none.
func (field *Field) answer(v Values, b *budget) ([]string, error) {
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
	values = field.split(values)
	if rule := field.check(values, given, b); rule != "" {
		return nil, field.refuse(rule)
	}
	if field.choosesNothing(values) {
		return values, nil
	}
	if isEmpty(values) && (field.Type.takesSeveral() || !given || field.Type == ListSingle || field.Type == JIDSingle) {
		return nil, nil
	}
	if given && field.Type == Boolean {
		if yes, _ := parseBoolean(first(values)); yes {
			return []string{"1"}, nil
		}
		return []string{"0"}, nil
	}
	return values, nil
}

// split makes one value of each line where the type takes several.
func (field *Field) split(values []string) []string {
	if field.Type != TextMulti && field.Type != JIDMulti {
		return values
	}
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

// Password returns the password that the answers set, "" if they set none.
func (f *Form) Password(v Values) string {
	field := f.Field("password")
	if field == nil || field.Type == Fixed {
		return ""
	}
	values, _ := field.answer(v, newBudget())
	return first(values)
}

// CheckPassword returns the [*Error] of a new password that can't be sent to an
// account's server: it is empty, XML can't carry it, or servers refuse it.
func CheckPassword(password string) error {
	field := Field{Name: "password", Type: TextPrivate, Required: true}
	rule := field.Check([]string{password})
	if rule == "" && !saslprep.Allowed(password) {
		rule = RuleSASLprep
	}
	if rule != "" {
		return field.refuse(rule)
	}
	return nil
}

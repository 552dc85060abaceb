package ibr

import (
	"fmt"
	"strconv"
	"strings"

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
	answered := map[string]bool{}
	left := new(int64(maxSteps))
	for i := range f.Fields {
		field := &f.Fields[i]
		if field.Type == Fixed || field.Name == "" {
			continue
		}
		values, err := field.answerWithin(v, left)
		if err == nil && username != nil && field.Name == "password" && isEmpty(values) {
			// An account without a password would be anybody's.
			err = field.refusal(RuleRequired, "")
		}
		if err != nil {
			return nil, err
		}
		answered[field.Name] = !isEmpty(values)
		if field.Name == "username" && username != nil && first(values) != "" {
			if values, err = field.prepared(values, username); err != nil {
				return nil, err
			}
		}
		if f.IsDataForm {
			answers = append(answers, field.dataAnswer(values)...)
		} else if values != nil {
			e := textEl(field.Name, first(values))
			e.secret = field.isTyped(values)
			answers = append(answers, e)
		}
	}
	if f.IsDataForm {
		if err := f.checkChallenges(answered); err != nil {
			return nil, err
		}
		answers = []element{el(nsData, "x", answers...).with("type", "submit")}
	}
	return answers, nil
}

// prepared prepares the user name, which is not for the user to choose where the
// server has settled it.
func (field *Field) prepared(values []string, username func(string) (string, error)) ([]string, error) {
	name, err := username(first(values))
	switch {
	case field.Type == Hidden:
		return values, nil // goes back as it came
	case err != nil:
		return nil, err
	case field.ReadOnly:
		if settled, _ := username(first(field.Values)); name != settled {
			return nil, field.refusal(RuleReserved, settled)
		}
	}
	return []string{name}, nil
}

// password is the one that the answers set, "" if they set none.
func (f *Form) password(v Values) string {
	field := f.Field("password")
	if field == nil || field.Type == Fixed {
		return ""
	}
	values, _ := field.answer(v)
	return first(values)
}

// asksNothing tells whether there is nothing to fill in.
func (f *Form) asksNothing() bool {
	for i := range f.Fields {
		if field := &f.Fields[i]; field.Type != Fixed && field.Type != Hidden {
			return false
		}
	}
	return true
}

// nothingToFillIn is the error of a form that no account can be made with.
func (f *Form) nothingToFillIn() error {
	e := &Error{Kind: KindForm, Reason: NotSupported, Type: "cancel", Condition: "feature-not-implemented",
		Message: "There is nothing to fill in."}
	if f.URL != "" {
		e.Form, e.URL, e.Message = f, f.URL, "The server has its users register elsewhere: open "+f.URL+"."
	}
	return e
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
	e.secret = field.isTyped(values)
	for _, value := range values {
		e.children = append(e.children, textEl("value", value))
	}
	return []element{e}
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
func (field *Field) answer(v Values) ([]string, error) {
	return field.answerWithin(v, new(int64(maxSteps)))
}

// answerWithin takes the steps that patterns need from left.
func (field *Field) answerWithin(v Values, left *int64) ([]string, error) {
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
	if rule, culprit := field.check(values, given, left); rule != "" {
		return nil, field.refusal(rule, culprit)
	}
	if field.choosesNothing(values) {
		return values, nil
	}
	if isEmpty(values) && (field.Type.takesMany() || !given || field.Type == ListSingle || field.Type == JIDSingle) {
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

// checkChallenges refuses a form that has fewer answers to its CAPTCHA than it
// wants; those that are required are there.
func (f *Form) checkChallenges(answered map[string]bool) error {
	needed := f.challengesNeeded()
	var open []*Field
	var titles []string
	for i := range f.Fields {
		switch field := &f.Fields[i]; {
		case !field.isChallenge():
		case answered[field.Name]:
			needed--
		default:
			open, titles = append(open, field), append(titles, field.title())
		}
	}
	if needed <= 0 {
		return nil
	}
	message := "Answer "
	switch {
	case needed == len(open):
	case needed == 1:
		message += "one of: "
	default:
		message += strconv.Itoa(needed) + " of: "
	}
	e := refuse(Rejected, "not-acceptable", open[0].Name, message+strings.Join(titles, ", ")+".")
	e.Rule = RuleAnswers
	return e
}

// challengesNeeded returns how many challenges of the form's CAPTCHA must be
// answered: one where nothing is said (XEP-0158 section 3.1.3), else as many as
// the hidden field "answers" says (section 3.2). If those are more than there
// are, the other required fields count among them, as in the example of section 4.
func (f *Form) challengesNeeded() int {
	challenges, others := 0, 0
	for i := range f.Fields {
		if field := &f.Fields[i]; field.isChallenge() {
			challenges++
		} else if field.Required && field.Type != Hidden && field.Type != Fixed {
			others++
		}
	}
	needed := 0
	if id := f.Field("challenge"); id != nil && id.Type == Hidden {
		needed = 1
	}
	if count := f.Field("answers"); count != nil && count.Type == Hidden {
		if n, err := strconv.ParseUint(strings.TrimSpace(first(count.Values)), 10, 31); err == nil {
			needed = int(n)
		}
	}
	if needed > challenges {
		needed = max(needed-others, 1)
	}
	return min(needed, challenges)
}

// isChallenge tells whether the field is an answer to a CAPTCHA.
func (field *Field) isChallenge() bool {
	return field.Type != Hidden && field.Type != Fixed && (captchaFields[field.Name] || len(field.Media) > 0)
}

// title is what people call the field.
func (field *Field) title() string {
	if field.Label != "" {
		return "“" + strings.TrimRight(field.Label, ": ") + "”"
	}
	return "“" + field.Name + "”"
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

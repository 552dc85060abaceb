package form

import (
	"fmt"
	"strconv"
)

// Error is why a form can't be sent with the answers that were given. It holds
// facts: the words for people are chosen by Rule.
type Error struct {
	Field     string // name of the field at fault
	Rule      Rule   // which rule of the form the answer breaks; empty if the form has no such field
	Condition string // the stanza error condition that says the same (RFC 6120 section 8.3.3)
	Text      string // what is wrong with the answer, to follow "the answer": "is missing"
}

// Error returns a line for a developer's log. It does not hold the answer.
func (e *Error) Error() string {
	return fmt.Sprintf("form: the answer to %q %s", e.Field, e.Text)
}

// refuse returns the error of an answer that breaks a rule.
func (field *Field) refuse(rule Rule) *Error {
	e := &Error{Field: field.Name, Rule: rule, Condition: "not-acceptable", Text: field.describe(rule)}
	if rule == RuleJID || rule == RuleOutside {
		e.Condition = "jid-malformed"
	}
	return e
}

func (field *Field) describe(rule Rule) string {
	v := field.Validation
	switch rule {
	case RuleRequired:
		return "is missing"
	case RuleSingle:
		return "has several values where one is wanted"
	case RuleCharacter:
		return "holds a character that XML does not take"
	case RuleBoolean:
		return "is neither true nor false"
	case RuleOption:
		return "is not among the options"
	case RuleJID:
		return "is not an XMPP address"
	case RuleReserved:
		return "is not the value that is settled"
	case RuleOutside:
		return "is an address of another domain than " + field.Domain
	case RuleSASLprep:
		return "holds characters that servers refuse in a password"
	case RuleDatatype:
		return "is not of the datatype " + v.Datatype
	case RuleRange:
		return "is not in the range from " + strconv.Quote(v.Min) + " to " + strconv.Quote(v.Max)
	case RuleRegex:
		return "does not fit the pattern " + v.Regex
	case RuleListRange:
		return fmt.Sprintf("has too few or too many choices: from %d to %d are wanted, 0 being no bound", v.ListMin, v.ListMax)
	}
	return "is not acceptable"
}

package form

import (
	"unicode/utf8"

	"github.com/xmppreg/xmppreg/internal/jid"
	"github.com/xmppreg/xmppreg/internal/saslprep"
)

// A Validation is what a server says about the values of a field (XEP-0122).
type Validation struct {
	Datatype string // "xs:string" where none is named (section 3.1)
	Method   Method // how the value is checked beyond its datatype
	Min, Max string // the bounds of ByRange, in the datatype's own notation; empty for none
	Regex    string // the pattern of ByRegex: a POSIX extended regular expression

	ListMin, ListMax int // how many choices of a list-multi are wanted (section 3.3); 0 for no bound
}

// A Method is how a value is checked (XEP-0122 section 3.2).
type Method string

const (
	Basic   Method = "basic" // by its datatype alone
	Open    Method = "open"  // values that the list does not have may be given
	ByRange Method = "range"
	ByRegex Method = "regex"
)

// goesBeyondDatatype tells whether there is a method other than the basic one.
func (v *Validation) goesBeyondDatatype() bool {
	return v.Method == Open || v.Method == ByRange || v.Method == ByRegex
}

// A Rule is one that an answer to a form can break.
type Rule string

const (
	RuleRequired  Rule = "required"   // something has to be filled in (XEP-0004 section 3.2)
	RuleSingle    Rule = "single"     // one value, not several
	RuleCharacter Rule = "character"  // nothing that XML can't carry (XML 1.0 section 2.2)
	RuleBoolean   Rule = "boolean"    // yes or no
	RuleOption    Rule = "option"     // one of the choices that are offered
	RuleJID       Rule = "jid"        // an XMPP address (RFC 7622)
	RuleReserved  Rule = "reserved"   // the value that is settled already
	RuleAnswers   Rule = "answers"    // as many answers to a CAPTCHA as it wants (XEP-0158 sections 3.1.3 and 3.2)
	RuleOutside   Rule = "outside"    // a name of the account's own domain, not the address of another
	RuleSASLprep  Rule = "saslprep"   // a password that no server refuses (RFC 4013)
	RuleDatatype  Rule = "datatype"   // a value of the datatype (XEP-0122 section 3.1)
	RuleRange     Rule = "range"      // within the bounds (section 3.2.3)
	RuleRegex     Rule = "regex"      // as the pattern says (section 3.2.4)
	RuleListRange Rule = "list-range" // as many choices as are wanted (section 3.3)
)

// Check returns the rule of the field that these values break, "" if they are fine.
// [Form.Fill] refuses answers that break one.
//
// An empty answer to a field that is not required breaks no rule, not even the one about
// the number of choices (XEP-0004 section 3.2). A pattern or a bound that makes no sense
// is ignored: the server decides.
func (field *Field) Check(values []string) Rule {
	if !field.Type.takesAnswers() {
		return ""
	}
	return field.check(field.split(values), true, newBudget())
}

// check is Check with the budget that the patterns of a form share. Values that
// are preset and not given by the user are checked only for what could not be
// sent: the server has chosen them.
func (field *Field) check(values []string, given bool, b *budget) Rule {
	if isEmpty(values) {
		if field.Required && !field.choosesNothing(values) {
			return RuleRequired
		}
		return ""
	}
	if given && len(values) > 1 && !field.Type.takesSeveral() {
		return RuleSingle
	}
	if !isSendable(values) {
		return RuleCharacter
	}
	if !given {
		return ""
	}
	if rule := field.checkAccount(values[0]); rule != "" {
		return rule
	}
	typed := values // what is not chosen from a list
	switch field.Type {
	case Boolean:
		if _, ok := parseBoolean(values[0]); !ok {
			return RuleBoolean
		}
		return ""
	case JIDSingle, JIDMulti:
		for _, value := range values {
			if _, err := jid.Parse(value); err != nil {
				return RuleJID
			}
		}
		return ""
	case ListSingle, ListMulti:
		if typed = field.notOffered(values); len(typed) > 0 && !field.Open() {
			return RuleOption
		}
	}
	v := field.Validation
	if v == nil {
		return ""
	}
	if rule := v.check(typed, b); rule != "" {
		return rule
	}
	if n := len(values); field.Type == ListMulti && (n < v.ListMin || v.ListMax > 0 && n > v.ListMax) {
		return RuleListRange
	}
	return ""
}

// checkAccount checks the name or the password of an account.
func (field *Field) checkAccount(value string) Rule {
	switch {
	case field.Domain == "":
	case field.Name == "username":
		domain, err := jid.New("", field.Domain, "")
		if err != nil {
			break
		}
		if _, ok := domain.LocalOf(value); !ok {
			return RuleOutside
		}
	case !saslprep.Allowed(value):
		return RuleSASLprep
	}
	return ""
}

// notOffered returns the values that are not among the options of a list.
func (field *Field) notOffered(values []string) (others []string) {
	offered := make(map[string]bool, len(field.Options))
	for i := range field.Options {
		offered[field.Options[i].Value] = true
	}
	for _, value := range values {
		if !offered[value] {
			others = append(others, value)
		}
	}
	return others
}

// choosesNothing tells whether the values are the choice of an option whose value
// is empty.
func (field *Field) choosesNothing(values []string) bool {
	return field.Type == ListSingle && len(values) == 1 && values[0] == "" && len(field.notOffered(values)) == 0
}

// check returns the rule that one of the values breaks, "" if none does. Each line
// of a text is a value (section 3.2.2); empty lines are ignored.
func (v *Validation) check(values []string, b *budget) Rule {
	d := datatypeOf(v.Datatype)
	low, high := d.bound(v.Min), d.bound(v.Max)
	isOutside := false
	for _, value := range values {
		if value == "" {
			continue
		}
		read, ok := d.read(value)
		if !ok {
			return RuleDatatype
		}
		isOutside = isOutside || !isWithin(read, low, high)
	}
	switch {
	case v.Method == ByRange && isOutside:
		return RuleRange
	case v.Method == ByRegex && v.Regex != "" && !v.fits(values, b):
		return RuleRegex
	}
	return ""
}

// fits tells whether all values match the pattern. A pattern that can't be used,
// or for which the budget does not suffice, matches everything.
func (v *Validation) fits(values []string, b *budget) bool {
	pattern, ok := compileWithin(v.Regex, b)
	for _, value := range values {
		if !ok || !b.spend(pattern.steps(len(value))) {
			return true
		}
		if value != "" && !pattern.matches(value) {
			return false
		}
	}
	return true
}

// isSendable tells whether XML can carry the values (XML 1.0 section 2.2):
// encoding would silently replace any other character. U+FFFD is refused because
// invalid text has become that on its way here.
func isSendable(values []string) bool {
	for _, value := range values {
		for _, r := range value {
			switch {
			case r == '\t', r == '\n', r == '\r':
			case r < ' ', r == utf8.RuneError, r == 0xFFFE, r == 0xFFFF:
				return false
			}
		}
	}
	return true
}

// parseBoolean reads an answer to a boolean field; "on" and "" are what an HTML
// form sends.
func parseBoolean(value string) (yes, ok bool) {
	switch value {
	case "1", "true", "on":
		return true, true
	case "", "0", "false":
		return false, true
	}
	return false, false
}

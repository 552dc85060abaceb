package form

import (
	"unicode/utf8"

	"mellium.im/xmpp/jid"
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

// The methods.
const (
	Basic   Method = "basic" // by its datatype alone
	Open    Method = "open"  // other values than those of the list may be given
	ByRange Method = "range"
	ByRegex Method = "regex"
)

// goesBeyondDatatype tells whether there is a method other than the basic one.
func (v *Validation) goesBeyondDatatype() bool {
	return v.Method == Open || v.Method == ByRange || v.Method == ByRegex
}

// A Rule is one that an answer to a form can break.
type Rule string

// The rules.
const (
	RuleRequired  Rule = "required"   // something has to be filled in (XEP-0004 section 3.2)
	RuleSingle    Rule = "single"     // one value, not several
	RuleCharacter Rule = "character"  // nothing that XML can't carry (XML 1.0 section 2.2)
	RuleBoolean   Rule = "boolean"    // yes or no
	RuleOption    Rule = "option"     // one of the choices that are offered
	RuleJID       Rule = "jid"        // an XMPP address (RFC 7622)
	RuleReserved  Rule = "reserved"   // the value that is settled already
	RuleAnswers   Rule = "answers"    // as many answers to a CAPTCHA as it wants (XEP-0158 sections 3.1.3 and 3.2)
	RuleDatatype  Rule = "datatype"   // a value of the datatype (XEP-0122 section 3.1)
	RuleRange     Rule = "range"      // within the bounds (section 3.2.3)
	RuleRegex     Rule = "regex"      // as the pattern says (section 3.2.4)
	RuleListRange Rule = "list-range" // as many choices as are wanted (section 3.3)
)

// Check tells which rule of the field these values break, "" if none. [Form.Fill]
// refuses what breaks one. An answer that may be left out breaks
// none if it is empty, not even that of how many choices are wanted (XEP-0004
// section 3.2). A pattern or a bound that makes no sense rules nothing out.
func (field *Field) Check(values []string) Rule {
	if !field.Type.takesAnswers() {
		return ""
	}
	return field.check(field.split(values), true, new(int64(maxSteps)))
}

// check returns the rule that is broken, "" if none. If the values are not given
// but preset, most is the server's own affair. The steps that patterns need are
// taken from left.
func (field *Field) check(values []string, given bool, left *int64) Rule {
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
	if rule := v.check(typed, left); rule != "" {
		return rule
	}
	if n := len(values); field.Type == ListMulti && (n < v.ListMin || v.ListMax > 0 && n > v.ListMax) {
		return RuleListRange
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

// choosesNothing tells whether the values are a choice that a list offers and that
// is empty.
func (field *Field) choosesNothing(values []string) bool {
	return field.Type == ListSingle && len(values) == 1 && values[0] == "" && len(field.notOffered(values)) == 0
}

// check tells which rule these values break, each of which is checked by itself:
// the lines of a text are (section 3.2.2). Empty ones say nothing.
func (v *Validation) check(values []string, left *int64) Rule {
	d := datatypeOf(v.Datatype)
	low, high := d.bound(v.Min), d.bound(v.Max)
	isOutside := false
	for _, value := range values {
		if value == "" {
			continue
		}
		place, ok := d.read(value)
		if !ok {
			return RuleDatatype
		}
		isOutside = isOutside || !isWithin(place, low, high)
	}
	switch {
	case v.Method == ByRange && isOutside:
		return RuleRange
	case v.Method == ByRegex && v.Regex != "" && !v.fits(values, left):
		return RuleRegex
	}
	return ""
}

// fits tells whether the pattern fits all of the values, or can't be used on them.
// The steps that it takes are taken from left.
func (v *Validation) fits(values []string, left *int64) bool {
	pattern, ok := compileWithin(v.Regex, left)
	for _, value := range values {
		steps := pattern.steps(len(value))
		if !ok || steps > *left {
			return true
		}
		*left -= steps
		if value != "" && !pattern.matches(value) {
			return false
		}
	}
	return true
}

// isSendable tells whether XML can carry the values (XML 1.0 section 2.2): to
// encode other characters would change them silently. U+FFFD is what broken text
// becomes on its way here.
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

// parseBoolean reads an answer to a boolean, as a form of a web page may have it.
func parseBoolean(value string) (yes, ok bool) {
	switch value {
	case "1", "true", "on":
		return true, true
	case "", "0", "false":
		return false, true
	}
	return false, false
}

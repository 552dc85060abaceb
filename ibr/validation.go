package ibr

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
	RuleAnswers   Rule = "answers"    // as many answers to a CAPTCHA as it wants (XEP-0158 section 4)
	RuleDatatype  Rule = "datatype"   // a value of the datatype (XEP-0122 section 3.1)
	RuleRange     Rule = "range"      // within the bounds (section 3.2.3)
	RuleRegex     Rule = "regex"      // as the pattern says (section 3.2.4)
	RuleListRange Rule = "list-range" // as many choices as are wanted (section 3.3)
)

// Check tells which rule of the field these values break, "" if none. It is what
// Submit checks before it sends anything.
func (field *Field) Check(values []string) Rule {
	return ""
}

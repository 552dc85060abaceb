package form

import (
	"strconv"
	"strings"
	"time"
)

// A datatype is one of XML Schema part 2, which XEP-0122 section 3.1 refers to.
// One without a pattern takes any text.
type datatype struct {
	name     string                       // without its prefix
	content  ContentType                  // what is typed
	pattern  string                       // what its values look like; empty for any text
	order    func(string) (ordered, bool) // reads a text that matches the pattern; nil if the values have no order
	min, max string                       // the bounds of the datatype itself; empty for none

	compiled regex // the pattern
}

// ordered is a value of a datatype that has an order.
type ordered interface {
	// compare is negative if the value is less than the other, which is of the
	// same datatype, and 0 if they are equal or can't be compared.
	compare(other ordered) int
}

const (
	wholePattern   = `[+-]?[0-9]+`
	decimalPattern = `[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)`
	doublePattern  = decimalPattern + `([eE][+-]?[0-9]+)?|[+-]?INF|NaN`
	datePattern    = `-?[0-9]{4,9}-[0-9]{2}-[0-9]{2}`
	timePattern    = `[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?`
	zonePattern    = `(Z|[+-][0-9]{2}:[0-9]{2})?`
)

// datatypes are the ones of the registry (XEP-0122 section 7.2.2), and others of XML
// Schema that a form may ask for. XML Schema takes nearly any text as an anyURI, also one
// with letters outside of ASCII.
var datatypes = [...]datatype{
	{name: "integer", content: IntegerContent, pattern: wholePattern, order: readNumber},
	{name: "long", content: IntegerContent, pattern: wholePattern, order: readNumber, min: "-9223372036854775808", max: "9223372036854775807"},
	{name: "int", content: IntegerContent, pattern: wholePattern, order: readNumber, min: "-2147483648", max: "2147483647"},
	{name: "short", content: IntegerContent, pattern: wholePattern, order: readNumber, min: "-32768", max: "32767"},
	{name: "byte", content: IntegerContent, pattern: wholePattern, order: readNumber, min: "-128", max: "127"},
	{name: "unsignedLong", content: IntegerContent, pattern: wholePattern, order: readNumber, min: "0", max: "18446744073709551615"},
	{name: "unsignedInt", content: IntegerContent, pattern: wholePattern, order: readNumber, min: "0", max: "4294967295"},
	{name: "unsignedShort", content: IntegerContent, pattern: wholePattern, order: readNumber, min: "0", max: "65535"},
	{name: "unsignedByte", content: IntegerContent, pattern: wholePattern, order: readNumber, min: "0", max: "255"},
	{name: "nonNegativeInteger", content: IntegerContent, pattern: wholePattern, order: readNumber, min: "0"},
	{name: "positiveInteger", content: IntegerContent, pattern: wholePattern, order: readNumber, min: "1"},
	{name: "nonPositiveInteger", content: IntegerContent, pattern: wholePattern, order: readNumber, max: "0"},
	{name: "negativeInteger", content: IntegerContent, pattern: wholePattern, order: readNumber, max: "-1"},
	{name: "decimal", content: DecimalContent, pattern: decimalPattern, order: readNumber},
	{name: "double", content: DecimalContent, pattern: doublePattern, order: readNumber},
	{name: "float", content: DecimalContent, pattern: doublePattern, order: readNumber},
	{name: "date", content: DateContent, pattern: datePattern + zonePattern, order: readDate},
	{name: "dateTime", content: DateTimeContent, pattern: datePattern + "T" + timePattern + zonePattern, order: readDate},
	{name: "time", content: TimeContent, pattern: timePattern + zonePattern, order: readTime},
	{name: "boolean", content: BooleanContent, pattern: `true|false|1|0`},
	{name: "language", content: LanguageContent, pattern: `[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*`},
	{name: "anyURI", content: URIContent, pattern: `([^[:space:][:cntrl:]<>"%]|%[0-9A-Fa-f]{2})*`},
}

// datatypeOf returns the datatype of that name. One that is not known takes any
// text (section 4.1).
func datatypeOf(name string) (d datatype) {
	d.content = TextContent
	prefix, name, _ := strings.Cut(name, ":")
	for i := range datatypes {
		if datatypes[i].name == name && (prefix == "xs" || prefix == "xsd") {
			d = datatypes[i]
			d.compiled, _ = compileRegex(d.pattern)
		}
	}
	return d
}

// read reads a text as a value of the datatype; ok is false if it is not one. The
// value is nil if it has no place in the order, as any text. White space around
// the text is ignored.
func (d datatype) read(text string) (value ordered, ok bool) {
	if value, ok = d.parse(text); !ok {
		return nil, false
	}
	low, _ := d.parse(d.min)
	high, _ := d.parse(d.max)
	return value, isWithin(value, low, high)
}

// parse is read without the bounds of the datatype.
func (d datatype) parse(text string) (ordered, bool) {
	if d.pattern == "" {
		return nil, true
	}
	text = strings.Trim(text, " \t\r\n")
	if !d.compiled.matches(text) {
		return nil, false
	}
	if d.order == nil {
		return nil, true
	}
	return d.order(text)
}

// isWithin tells whether a value is within bounds, of which either may be nil. Bounds
// that no value can satisfy are ignored.
func isWithin(value, low, high ordered) bool {
	if value == nil || low != nil && high != nil && low.compare(high) > 0 {
		return true
	}
	return (low == nil || low.compare(value) <= 0) && (high == nil || value.compare(high) <= 0)
}

// bound reads a text as a bound, nil if it is not a value of the datatype.
func (d datatype) bound(text string) ordered {
	value, ok := d.read(text)
	if !ok {
		return nil
	}
	return value
}

// A number is ±0.DIGITS × 10^exponent. It may have any length and is compared exactly.
// The digits have no zero at either end; zero has no digits.
type number struct {
	negative bool
	digits   string
	exponent int
}

// infinity is an exponent that no number has.
const infinity = 1_000_000_000

func readNumber(text string) (ordered, bool) {
	if text == "NaN" {
		return nil, true // a double that is neither less nor more than any
	}
	n := number{negative: text[0] == '-'}
	text = strings.TrimLeft(text, "+-")
	if text == "INF" {
		n.digits, n.exponent = "1", infinity
		return n, true
	}
	if i := strings.IndexAny(text, "eE"); i >= 0 {
		power, err := strconv.Atoi(text[i+1:])
		if err != nil || power < -infinity/2 || power > infinity/2 {
			return nil, true // as good as zero or infinity
		}
		text, n.exponent = text[:i], power
	}
	whole, fraction, _ := strings.Cut(text, ".")
	whole = strings.TrimLeft(whole, "0")
	n.digits = whole + fraction
	n.exponent += len(whole)
	if whole == "" {
		n.digits = strings.TrimLeft(fraction, "0")
		n.exponent -= len(fraction) - len(n.digits)
	}
	n.digits = strings.TrimRight(n.digits, "0")
	return n, true
}

func (n number) sign() int {
	switch {
	case n.digits == "":
		return 0
	case n.negative:
		return -1
	}
	return 1
}

func (n number) compare(other ordered) int {
	o := other.(number)
	switch {
	case n.sign() != o.sign():
		return n.sign() - o.sign()
	case n.digits != "" && n.exponent != o.exponent:
		return n.sign() * (n.exponent - o.exponent)
	}
	return n.sign() * strings.Compare(n.digits, o.digits)
}

// A moment is a point in time, on an arbitrary day where only the time is known.
type moment struct {
	seconds  int64
	fraction string // of a second: digits without a zero at the end
	zoned    bool   // the time zone is known; without it, UTC is assumed
}

func readDate(text string) (ordered, bool) {
	year, text := cutNumber(strings.TrimPrefix(text, "-"), text[0] == '-')
	month, text := cutNumber(text[1:], false)
	day, text := cutNumber(text[1:], false)
	date := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	if date.Day() != day || date.Month() != time.Month(month) {
		return nil, false
	}
	return moment{seconds: date.Unix()}.at(strings.TrimPrefix(text, "T"))
}

func readTime(text string) (ordered, bool) {
	var m moment
	if strings.HasPrefix(text, "24") {
		m.seconds = -24 * 3600 // the end of a day is the beginning of the next
	}
	return m.at(text)
}

// at adds a time of day, if there is one, and the time zone.
func (m moment) at(text string) (ordered, bool) {
	ok := true
	if text != "" && '0' <= text[0] && text[0] <= '9' {
		var hour, minute, second int
		hour, text = cutNumber(text, false)
		minute, text = cutNumber(text[1:], false)
		second, text = cutNumber(text[1:], false)
		if strings.HasPrefix(text, ".") {
			rest := strings.TrimLeft(text[1:], "0123456789")
			m.fraction = strings.TrimRight(text[1:len(text)-len(rest)], "0")
			text = rest
		}
		m.seconds += int64(3600*hour + 60*minute + second)
		ok = minute < 60 && second < 60 && (hour < 24 || hour == 24 && minute+second == 0 && m.fraction == "")
	}
	if m.zoned = text != ""; m.zoned && text != "Z" {
		east := text[0] == '+'
		hours, text := cutNumber(text[1:], false)
		minutes, _ := cutNumber(text[1:], false)
		offset := int64(3600*hours + 60*minutes)
		if east {
			offset = -offset
		}
		m.seconds += offset
		ok = ok && minutes < 60 && hours*60+minutes <= 14*60
	}
	return m, ok
}

func (m moment) compare(other ordered) int {
	o := other.(moment)
	apart := m.seconds - o.seconds
	switch {
	case m.zoned != o.zoned && -14*3600 <= apart && apart <= 14*3600:
		return 0 // it depends on the time zone (XML Schema part 2 section 3.2.7.4)
	case apart < 0:
		return -1
	case apart > 0:
		return 1
	}
	return strings.Compare(m.fraction, o.fraction)
}

// cutNumber cuts off the number that the text begins with.
func cutNumber(text string, negative bool) (n int, rest string) {
	rest = strings.TrimLeft(text, "0123456789")
	n, _ = strconv.Atoi(text[:len(text)-len(rest)])
	if negative {
		n = -n
	}
	return n, rest
}

package form

import (
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// regexCorpus are patterns as servers write them and as they should not, each
// with values to try.
var regexCorpus = []struct {
	pattern string
	values  string // parted by "|"
}{
	{``, `|a`},
	{`abc`, `abc|ab|abcd|xabc`},
	{`[0-9]{4}`, `1234|123|12345|a1234|1234x|12a4`},
	{`([0-9]{3})-([0-9]{2})-([0-9]{4})`, `123-12-1234|123-123-123|123121234`},
	{`[A-Za-z][A-Za-z0-9._-]{2,15}`, `kim|k|kim.b_c-1|1kim|kimkimkimkimkim1|kimkimkimkimkim12`},
	{`[^@[:space:]]+@[^@[:space:]]+\.[a-z]{2,}`, `kim@shore.example|kim@shore|k m@shore.example|@shore.example`},
	{`(\+|00)?[1-9]\d{6,14}`, `+491234567|00491234567|0491234567|491234567|+49 1234567`},
	{`.`, `a|ü|€|😀|aa|`},
	{`a*`, `|a|aaaa|aab`},
	{`a+b?`, `a|ab|aab|b|abb|`},
	{`(ab)*c`, `c|abc|ababc|abac`},
	{`(a|b|cd)+`, `a|bcd|cdcda|c|d|`},
	{`a|bc|`, `a|bc|b|abc|`},
	{`(|a)b`, `b|ab|aab`},
	{`()`, `|a`},
	{`(?:ab){2}`, `abab|ab|ababab`},
	{`a{0}b`, `b|ab`},
	{`a{2,}`, `a|aa|aaaaaa`},
	{`a{1,3}b{0,2}`, `a|aaabb|aaaab|bb|abbb`},
	{`((a{1,2}){2}){2}`, `aaa|aaaa|aaaaaaaa|aaaaaaaaa`},
	{`((a?)*b?)*`, `|ab|aabbab|c`},
	{`(a*)*`, `|aaaa|b`},
	{`(a*)+b`, `b|aab|aa`},
	{`((a*){0,2}b){1,2}`, `b|abab|bbb|a`},
	{`^abc$`, `abc|abcd`},
	{`^(a$|b)+$`, `a|ba|ab|bb`},
	{`a^b|a$b`, `ab|a^b|a$b`},
	{`(^)*a($)+`, `a|aa`},
	{`^*a`, `a|^a`},
	{`[]abc]+`, `]|a]|d`},
	{`[^]abc]+`, `d|]|a|xyz`},
	{`[a-]+`, `a-|b`},
	{`[-a]+`, `a-|b`},
	{`[+--]+`, `+,-|.`},
	{`[a-z0-9-_]+`, `a-_9|A`},
	{`[\w.-]+`, `a_1.-|a b`},
	{`[\w-.]+`, `a_1.-|a b`},
	{`[^\]]+`, `abc|a]`},
	{`[\]\\]+`, `]\|a`},
	{`[\d\s]+`, `1 2	3|a`},
	{`[^\d]+`, `abc|a1`},
	{`[\D]+|[1]`, `abc|1|2`},
	{`[\S]+`, `abc|a c`},
	{`\d\D\w\W\s\S`, `1aa. a|1a.. a|aaa. a`},
	{`[[:alpha:]][[:digit:]][[:alnum:]][[:punct:]][[:space:]][[:xdigit:]]`, `a1z! f|a1z!af|11z! f|a1z! g`},
	{`[[:upper:]][[:lower:]][[:blank:]][[:print:]][[:graph:]]`, `Aa	 !|aa  !|Aa   `},
	{`[^[:cntrl:][:alpha:]]+`, `123|1a`},
	{`[[:alpha:]_-]+`, `a_-|1`},
	{`[[]+`, `[[|]`},
	{`[[a]+]`, `[a]|[a|]`},
	{`[a\-z]+`, `a-z|b`},
	{`[.*+?(){}|^$]+`, `.*+?(){}^$|a`},
	{`\.\*\+\?\(\)\[\]\{\}\^\$\|\\\-\/\@\_`, `.*+?()[]{}^$|a`},
	{`a\tb`, `a	b|atb`},
	{`[\t\n\r]`, `	|t`},
	{`]}`, `]}|]`},
	{`[ä-ü]+`, `äöü|a|ß`},
	{`[^ä]`, `a|ä|ö`},
	{`[α-ω]{2}`, `αω|Αω|α`},
	{`.{2}`, `😀ü|😀`},
	{`\d+`, `123|١٢|`},
	{`a.c`, `abc|ac|a c`},
	{`(((((((((x)))))))))`, `x|xx`},
	{`(a|ab)(c|bcd)(d*)`, `abcd|acd|abcdd|abd`},
	{`x*y*z*`, `|xyz|zyx|xxzz`},
}

func TestRegexFitsWhatGoSaysItFits(t *testing.T) {
	for _, c := range regexCorpus {
		prog, ok := compileRegex(c.pattern)
		if !ok {
			t.Errorf("%s can't be used", c.pattern)
			continue
		}
		theirs := regexp.MustCompile(`(?s)\A(?:` + c.pattern + `)\z`)
		for _, value := range strings.Split(c.values, "|") {
			if got, want := prog.matches(value), theirs.MatchString(value); got != want {
				t.Errorf("%s fits %q: %t, want %t", c.pattern, value, got, want)
			}
		}
		if posix, err := regexp.CompilePOSIX(`^(` + c.pattern + `)$`); err == nil {
			for _, value := range strings.Split(c.values, "|") {
				if got, want := prog.matches(value), posix.MatchString(value); got != want {
					t.Errorf("%s fits %q: %t, want %t as POSIX has it", c.pattern, value, got, want)
				}
			}
		}
	}
}

func TestRegexOfAnythingTakesALineBreak(t *testing.T) {
	if prog, _ := compileRegex("a.b"); !prog.matches("a\nb") {
		t.Error("a line break is no character")
	}
}

// TestRegexLeavesLettersToTheServersLocale tries what ASCII does not decide.
func TestRegexLeavesLettersToTheServersLocale(t *testing.T) {
	for _, c := range []struct {
		pattern, value string
		want           bool
	}{
		{`[[:alpha:]]+`, "Zoë", true},
		{`[^[:alpha:]]+`, "€", true},
		{`\w+`, "Zoë", true},
		{`\W+`, "€", true},
		{`[[:lower:]]+`, "zoë", true},
		{`[[:alpha:]]+`, "Zoë1", false},
		{`[a-z]+`, "zoë", false},
		{`[[:digit:]]+`, "١٢", false},
		{`[^[:digit:]]+`, "ë", true},
		{`\S+`, "ë", true},
		{`[^[:space:]]+`, "ë", true},
	} {
		prog, ok := compileRegex(c.pattern)
		if !ok {
			t.Errorf("%s can't be used", c.pattern)
		} else if got := prog.matches(c.value); got != c.want {
			t.Errorf("%s fits %q: %t, want %t", c.pattern, c.value, got, c.want)
		}
	}
}

func TestRegexThatIsNotUnderstoodIsNotUsed(t *testing.T) {
	for _, pattern := range []string{
		`([`, `(`, `(a`, `a)`, `)`, `[`, `[]`, `[^]`, `[a`, `[a-`, `[a-]x[`, `a\`, `[\`, // not whole
		`*`, `+a`, `?`, `(*a)`, `a|*`, `{2}`, `a{`, `a{x}`, `a{1`, `a{,3}`, `a{3,2}`, `a{1,2`, `a{1,x}`, // not a bound, or of nothing
		`a**`, `a*?`, `a+?`, `a??`, `a*+`, `a++`, `a?+`, `a{2}?`, `a{2}+`, `a{2}{3}`, // lazy, possessive or twice
		`(?=a)`, `(?!a)`, `(?<=a)`, `(?<!a)`, `(?<n>a)`, `(?P<n>a)`, `(?i)a`, `(?i:a)`, `(?>a)`, `(?`, // special groups
		`(a)\1`, `\bword\b`, `\B`, `\p{L}`, `\P{L}`, `\pL`, `\x41`, `\u0041`, `\Qa\E`, `\A`, `\z`, `\Z`, `\0`, `\c`, `\i`, `\<a\>`, "\\`", `\'`, // escapes
		`[z-a]`, `[a-\d]`, `[a-[:digit:]]`, `[\b]`, `[\1]`, `[\p{L}]`, // brackets
		`[[:word:]]`, `[[:<:]]`, `[[:alpha:]`, `[[:alpha]]`, `[[:^alpha:]]`, `[[.a.]]`, `[[=a=]]`, // classes
		strings.Repeat("a", maxProgram+1),
		strings.Repeat("(", maxNesting) + strings.Repeat(")", maxNesting),
		strings.Repeat("(", maxProgram),
		strings.Repeat("[[:", maxProgram/3),
		`a{4001}`, `a{99999999999999999999}`, `a{0,2001}`, `(a{100}){100}`,
		`((a{0,100}){0,100}){0,100}`, `((((a{1000}){1000}){1000}){1000}){1000}`, `(((a|b){50}|c){50}|d){50}`,
		strings.Repeat("(a|", 50) + "b" + strings.Repeat("){9}", 50),
	} {
		start := time.Now()
		if _, ok := compileRegex(pattern); ok {
			t.Errorf("%.60s is used", pattern)
		}
		if took := time.Since(start); took > patience {
			t.Errorf("%.60s took %v", pattern, took)
		}
	}
}

// TestRegexThatOthersHangOnEndsAtOnce tries patterns that take exponential time or
// memory where they are matched by trying.
func TestRegexThatOthersHangOnEndsAtOnce(t *testing.T) {
	for _, pattern := range []string{
		`(a*)*b`, `(a*)*`, `(a|aa)+$`, `(a|a?)+`, `(a+)+`, `((a+)+)+c`, `(.*a){25}`, `(a?){30}a{30}`,
		`(a{0,100}){0,19}`, `(((((a*)*)*)*)*)*`, `((((()*)*)*){1000}){1000}`, `(x+x+)+y|(a|b|ab)*c`,
		`(((){4000}){4000}){4000}`, `((^*)*$*)*a*`,
		strings.Repeat("|", 1900), strings.Repeat("a?", 1900), strings.Repeat("(a|b|", 90) + strings.Repeat(")*", 90),
		"[" + strings.Repeat("a", maxProgram-3) + "]*",
	} {
		start := time.Now()
		prog, ok := compileRegex(pattern)
		if !ok {
			t.Errorf("%.60s can't be used", pattern)
		}
		v := Validation{Regex: pattern}
		for _, n := range []int{30, 3000} {
			value := strings.Repeat("a", n)
			got := v.fits([]string{value}, enough())
			if prog.steps(n) > maxSteps && !got {
				t.Errorf("%.60s decides on %d letters, which is too much", pattern, n)
			}
			if n == 30 {
				if want := regexpFits(pattern, value); want != nil && got != *want {
					t.Errorf("%.60s fits: %t, want %t", pattern, got, *want)
				}
			}
		}
		if took := time.Since(start); took > patience {
			t.Errorf("%.60s took %v", pattern, took)
		}
	}
}

// TestRegexIsGivenUpForAllLinesTogether has a line that does not fit, before and
// behind the point where it gets too much.
func TestRegexIsGivenUpForAllLinesTogether(t *testing.T) {
	v := Validation{Regex: "a*"}
	lines := make([]string, 1000)
	for i := range lines {
		lines[i] = strings.Repeat("a", 5000)
	}
	prog, _ := compileRegex(v.Regex)
	if steps := prog.steps(5000); steps > maxSteps || 1000*steps < maxSteps {
		t.Fatalf("a line takes %d steps", steps)
	}
	lines[999] = "b"
	if !v.fits(lines, enough()) {
		t.Error("there is no end to the lines")
	}
	lines[0] = "b"
	if v.fits(lines, enough()) {
		t.Error("the first line was not looked at")
	}
}

// TestPatternsOfAFormShareTheirSteps fills in fields whose values fit a pattern, and
// a last one whose value does not: behind what costs so much to compile or to match
// that nothing is left, it is not looked at.
func TestPatternsOfAFormShareTheirSteps(t *testing.T) {
	long := strings.Repeat("a", 40_000)
	for name, c := range map[string]struct {
		pattern   string
		fields    int
		fits      string
		last      string
		isRefused bool
	}{
		"simple":               {"[a-z]{1,10}", 1000, "a", "a!", true},
		"one that is too much": {"(a|b){99}", 1, strings.Repeat(long, 10), "a", true},
		"long values":          {"(a|b)*", 1000, long, long + "!", false},
		"long programs":        {"a{3000}" + strings.Repeat("|", 490), 1000, long[:3000], "b", false},
	} {
		form := &Form{IsDataForm: true}
		v := Values{Fields: map[string][]string{}}
		for i := range c.fields + 1 {
			field := Field{Name: strconv.Itoa(i), Type: TextSingle, Validation: &Validation{Method: ByRegex, Regex: c.pattern}}
			form.Fields = append(form.Fields, field)
			v.Fields[field.Name] = []string{c.fits}
		}
		v.Fields[strconv.Itoa(c.fields)] = []string{c.last}
		start := time.Now()
		if _, err := form.Fill(v, nil); (err != nil) != c.isRefused {
			t.Errorf("%s: %v", name, err)
		}
		if took := time.Since(start); took > patience {
			t.Errorf("%s: took %v", name, took)
		}
	}
}

// enough are the steps of a form that nothing was done with.
func enough() *budget { return newBudget() }

// regexpFits is what package regexp says, nil if it can't be asked.
func regexpFits(pattern, value string) *bool {
	theirs, err := regexp.Compile(`(?s)\A(?:` + pattern + `)\z`)
	if err != nil {
		return nil
	}
	fits := theirs.MatchString(value)
	return &fits
}

// goLiteral are bounds that Go takes for literal text.
var goLiteral = regexp.MustCompile(`[{,]0[0-9]`)

// FuzzRegex compares with package regexp, in what both of them understand.
func FuzzRegex(f *testing.F) {
	for _, c := range regexCorpus {
		for _, value := range strings.Split(c.values, "|") {
			f.Add(c.pattern, value)
		}
	}
	f.Fuzz(func(t *testing.T, pattern, value string) {
		if !utf8.ValidString(pattern) || !utf8.ValidString(value) || len(value) > 1000 || goLiteral.MatchString(pattern) {
			return
		}
		prog, ok := compileRegex(pattern)
		if !ok || prog.steps(len(value)) > maxSteps {
			return
		}
		got := prog.matches(value)
		// A vertical tab is no \s to Go, and what is a letter is not asked here.
		for _, r := range value {
			if r == '\v' || r >= utf8.RuneSelf && (strings.Contains(pattern, `\`) || strings.Contains(pattern, "[:")) {
				return
			}
		}
		if want := regexpFits(pattern, value); want != nil && got != *want {
			t.Errorf("%q fits %q: %t, want %t", pattern, value, got, *want)
		}
	})
}

package form

import "strings"

// The patterns of XEP-0122 section 3.2.4 are POSIX extended regular expressions
// (POSIX.1 section 9.4). Package regexp would make the module larger by 85 KB, and
// a server can make the browser's own expressions hang. So this is Thompson's
// construction, run as Pike does it: all that can match is followed at once, and
// nothing is tried twice.
//
// A pattern that is not understood, or costs too much, must keep nobody from
// registering: it is unusable, its rule is skipped, and the server decides.
const (
	maxProgram = 4000       // instructions of a pattern, and its length
	maxNesting = 100        // groups in groups: a browser's stack is small
	maxSteps   = 10_000_000 // for all patterns and values of a form: to compile them, and to match
)

// A regex is a compiled pattern. Where to go on is said relative to an
// instruction, so that a part is repeated by copying it. The end is the match.
type regex []instruction

type instruction struct {
	op   opcode
	set  *runeSet // of consume
	a, b int      // of fork, which goes on in both places
}

type opcode byte

const (
	consume opcode = iota // one character of the set
	fork
	atBegin
	atEnd
)

// jump is a fork that goes one way.
func jump(by int) instruction { return instruction{op: fork, a: by, b: by} }

// A runeSet is what may be in the place of one character.
type runeSet struct {
	ranges  []rune // the first and the last of each
	negated bool
	locale  bool // what of it is outside of ASCII is the affair of the server's locale
}

// holds tells whether the character may be in the set. What only the server's
// locale can tell may be, in and out of a negation.
func (s *runeSet) holds(r rune) bool {
	if s.locale && r >= 0x80 {
		return true
	}
	for i := 0; i < len(s.ranges); i += 2 {
		if s.ranges[i] <= r && r <= s.ranges[i+1] {
			return !s.negated
		}
	}
	return s.negated
}

// runeClasses are the classes of POSIX.1 section 7.3.1, and those that have a
// backslash.
var runeClasses = [...]struct {
	name, ranges string
	locale       bool
}{
	{"digit", "09", false},
	{"xdigit", "09AFaf", false},
	{"space", "\t\r  ", false},
	{"blank", "\t\t  ", false},
	{"cntrl", "\x00\x1f\x7f\x7f", false},
	{"alpha", "AZaz", true},
	{"alnum", "09AZaz", true},
	{"lower", "az", true},
	{"upper", "AZ", true},
	{"punct", "!/:@[`{~", true},
	{"graph", "!~", true},
	{"print", " ~", true},
	{`\d`, "09", false},
	{`\D`, "\x00/:\U0010ffff", false},
	{`\s`, "\t\r  ", false},
	{`\S`, "\x00\x08\x0e\x1f!\U0010ffff", false},
	{`\w`, "09AZ__az", true},
	{`\W`, "\x00/:@[^``{\x7f", true},
}

// add adds a class to the set.
func (s *runeSet) add(name string) (ok bool) {
	for i := range runeClasses {
		if class := &runeClasses[i]; class.name == name {
			s.ranges = append(s.ranges, []rune(class.ranges)...)
			s.locale = s.locale || class.locale
			return true
		}
	}
	return false
}

// compileRegex understands a pattern; ok is false if it is unusable.
func compileRegex(pattern string) (prog regex, ok bool) {
	return compileWithin(pattern, new(int64(maxSteps)))
}

// compileWithin takes the steps that it needs from left.
func compileWithin(pattern string, left *int64) (prog regex, ok bool) {
	if len(pattern) > maxProgram {
		return nil, false
	}
	p := regexParser{rest: []rune(pattern), left: left}
	prog = p.alternatives()
	return prog, !p.unusable && len(p.rest) == 0
}

// A regexParser reads a pattern. What POSIX leaves undefined has the meaning that
// all common engines give it, as \d, and is unusable where they differ, as a
// second quantifier, {,3} or \<.
type regexParser struct {
	rest     []rune
	left     *int64 // steps, of which copying an instruction is one
	nesting  int
	unusable bool
}

// fail ends the reading.
func (p *regexParser) fail() {
	p.unusable, p.rest = true, nil
}

// peek returns the character that is so far ahead, -1 behind the end.
func (p *regexParser) peek(ahead int) rune {
	if ahead < len(p.rest) {
		return p.rest[ahead]
	}
	return -1
}

// next reads a character, which must be there.
func (p *regexParser) next() rune {
	r := p.peek(0)
	if !p.take(r) {
		p.fail()
	}
	return r
}

// take reads r if it is next.
func (p *regexParser) take(r rune) bool {
	if len(p.rest) == 0 || p.rest[0] != r {
		return false
	}
	p.rest = p.rest[1:]
	return true
}

// expect reads r, which must be next.
func (p *regexParser) expect(r rune) {
	if !p.take(r) {
		p.fail()
	}
}

// add appends to a program as long as that does not get too long, nor take too long.
func (p *regexParser) add(prog regex, more ...instruction) regex {
	if *p.left -= int64(len(more)); *p.left < 0 || len(prog)+len(more) > maxProgram {
		p.fail()
		return nil
	}
	return append(prog, more...)
}

// alternatives reads what stands in a group.
func (p *regexParser) alternatives() regex {
	if p.nesting++; p.nesting > maxNesting {
		p.fail()
	}
	prog := p.branch()
	for p.take('|') {
		next := p.branch()
		both := p.add(regex{{op: fork, a: 1, b: len(prog) + 2}}, prog...)
		both = p.add(both, jump(len(next)+1))
		prog = p.add(both, next...)
	}
	p.nesting--
	return prog
}

// branch reads up to a bar or the end of the group. An empty one matches nothing
// at all, and that always.
func (p *regexParser) branch() (prog regex) {
	for len(p.rest) > 0 && p.rest[0] != '|' && p.rest[0] != ')' {
		prog = p.add(prog, p.piece()...)
	}
	return prog
}

// piece reads an atom and how often it may be there.
func (p *regexParser) piece() (prog regex) {
	atom := p.atom()
	least, most, isBounded := 1, 1, true
	switch {
	case p.take('*'):
		least, isBounded = 0, false
	case p.take('+'):
		isBounded = false
	case p.take('?'):
		least = 0
	case p.take('{'):
		least = p.number()
		if most = least; p.take(',') {
			if isBounded = p.peek(0) != '}'; isBounded {
				most = p.number()
			}
		}
		if p.expect('}'); isBounded && most < least {
			p.fail()
		}
	default:
		return atom
	}
	if isQuantifier(p.peek(0)) {
		p.fail() // lazy, possessive or once more
	}
	if len(atom) == 0 {
		return nil
	}
	for i := 0; i < least && !p.unusable; i++ {
		prog = p.add(prog, atom...)
	}
	if !isBounded {
		prog = p.add(prog, instruction{op: fork, a: 1, b: len(atom) + 2})
		prog = p.add(prog, atom...)
		return p.add(prog, jump(-len(atom)-1))
	}
	for i := least; i < most && !p.unusable; i++ {
		prog = p.add(prog, instruction{op: fork, a: 1, b: len(atom) + 1})
		prog = p.add(prog, atom...)
	}
	return prog
}

func isQuantifier(r rune) bool { return r == '*' || r == '+' || r == '?' || r == '{' }

func isDigit(r rune) bool { return '0' <= r && r <= '9' }

// number reads a bound of how often.
func (p *regexParser) number() (n int) {
	if !isDigit(p.peek(0)) {
		p.fail()
	}
	for isDigit(p.peek(0)) {
		if n = 10*n + int(p.next()-'0'); n > maxProgram {
			p.fail()
		}
	}
	return n
}

func (p *regexParser) atom() regex {
	set := &runeSet{}
	switch r := p.next(); {
	case isQuantifier(r):
		p.fail()
	case r == '(':
		if p.take('?') {
			p.expect(':') // and no lookaround, name or flag
		}
		group := p.alternatives()
		p.expect(')')
		return group
	case r == '^':
		return regex{{op: atBegin}}
	case r == '$':
		return regex{{op: atEnd}}
	case r == '.':
		set.negated = true
	case r == '[':
		p.bracket(set)
	case r == '\\':
		if r, isClass := p.escape(set); !isClass {
			set.ranges = []rune{r, r}
		}
	default:
		set.ranges = []rune{r, r}
	}
	return regex{{op: consume, set: set}}
}

// bracket reads a bracket expression (POSIX.1 section 9.3.5). POSIX takes a
// backslash in it as it stands, but those who write patterns don't.
func (p *regexParser) bracket(set *runeSet) {
	set.negated = p.take('^')
	for first := true; first || !p.take(']'); first = false {
		low, isClass := p.member(set)
		high := low
		if !isClass && p.peek(0) == '-' && p.peek(1) != ']' {
			p.next()
			if high, isClass = p.member(set); isClass || high < low {
				p.fail()
			}
		}
		if p.unusable {
			return
		}
		if !isClass {
			set.ranges = append(set.ranges, low, high)
		}
	}
}

// member reads one character of a bracket expression, or adds a class to the set.
func (p *regexParser) member(set *runeSet) (r rune, isClass bool) {
	switch r = p.next(); {
	case r == '\\':
		return p.escape(set)
	case r == '[' && p.take(':'):
		name, _, found := strings.Cut(string(p.rest[:min(len(p.rest), len("xdigit:]"))]), ":]")
		if !found || !set.add(name) {
			p.fail()
			return 0, true
		}
		p.rest = p.rest[len(name)+2:] // the names are of ASCII
		return 0, true
	case r == '[' && (p.peek(0) == '.' || p.peek(0) == '='):
		p.fail() // several characters that count as one
	}
	return r, false
}

// escape reads what a backslash stands before: a character, or a class, which it
// adds to the set.
func (p *regexParser) escape(set *runeSet) (r rune, isClass bool) {
	switch r = p.next(); r {
	case 't':
		return '\t', false
	case 'n':
		return '\n', false
	case 'r':
		return '\r', false
	case 'd', 'D', 's', 'S', 'w', 'W':
		return r, set.add(`\` + string(r))
	case '<', '>', '`', '\'':
		p.fail() // to some the bounds of a word or of the text
	}
	if isDigit(r) || 'A' <= r && r <= 'Z' || 'a' <= r && r <= 'z' {
		p.fail() // a backreference, \b, \p and many more
	}
	return r, false
}

// steps is how many it takes at most to match a value of that many bytes.
func (prog regex) steps(length int) int64 {
	size := len(prog) + 1
	for _, in := range prog {
		if in.set != nil {
			size += len(in.set.ranges)
		}
	}
	return int64(size) * int64(length+1)
}

// matches tells whether the pattern fits the whole of the value.
func (prog regex) matches(value string) bool {
	runes := []rune(value)
	run := regexRun{prog: prog, length: len(runes), seen: make([]int, len(prog)+1)}
	run.reach(0)
	var threads []int
	for _, r := range runes {
		threads, run.threads = run.threads, threads[:0]
		run.position++
		run.matched = false
		for _, at := range threads {
			if prog[at].set.holds(r) {
				run.reach(at + 1)
			}
		}
	}
	return run.matched
}

// A regexRun is where in a program the characters so far may have led to.
type regexRun struct {
	prog             regex
	position, length int   // in the value
	threads          []int // the instructions that want the next character
	matched          bool  // the end of the program has been reached
	seen             []int // one more than the position at which an instruction was reached last
	stack            []int // what is still to follow
}

// reach follows the program from an instruction up to those that consume.
func (run *regexRun) reach(at int) {
	run.stack = append(run.stack, at)
	for len(run.stack) > 0 {
		at := run.stack[len(run.stack)-1]
		run.stack = run.stack[:len(run.stack)-1]
		if run.seen[at] > run.position {
			continue
		}
		run.seen[at] = run.position + 1
		if at == len(run.prog) {
			run.matched = true
			continue
		}
		in := run.prog[at]
		switch {
		case in.op == consume:
			run.threads = append(run.threads, at)
		case in.op == fork:
			run.stack = append(run.stack, at+in.a, at+in.b)
		case in.op == atBegin && run.position == 0, in.op == atEnd && run.position == run.length:
			run.stack = append(run.stack, at+1)
		}
	}
}

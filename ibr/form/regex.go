package form

import "strings"

// The patterns of XEP-0122 section 3.2.4 are POSIX extended regular expressions
// (POSIX.1 section 9.4). Package regexp would make the module larger by 85 KB, and
// a server could make the browser's own expressions hang. So this is Thompson's
// construction, run as Pike does it: all ways to match are followed at once, and
// none is tried twice, so that the time is linear in the length of the value.
//
// A pattern that is not understood, or costs too much, must not keep anybody from
// registering: it is not used, and the server decides.
const (
	maxProgram = 4000       // instructions of a pattern, and its length
	maxNesting = 100        // groups in groups: a browser's stack is small
	maxSteps   = 10_000_000 // for all patterns and values of a form: to compile them, and to match
)

// A budget is how many steps the patterns of a form may still take.
type budget int64

func newBudget() *budget {
	return new(budget(maxSteps))
}

// spend takes steps from the budget if there are as many left, and tells whether
// there were.
func (b *budget) spend(steps int64) bool {
	if steps > int64(*b) {
		return false
	}
	*b -= budget(steps)
	return true
}

// A regex is a compiled pattern, a list of instructions. A value that gets behind the
// last one has matched. Targets are relative to their instruction, so that a part of the
// pattern is repeated by copying its instructions.
type regex []instruction

type instruction struct {
	op   opcode
	set  *runeSet // of consume
	a, b int      // of fork: the two targets
}

type opcode byte

const (
	consume opcode = iota // takes one character of the set
	fork                  // goes on in two places
	atBegin               // goes on at the beginning of the value only
	atEnd                 // goes on at its end only
)

// jump returns a fork whose targets are the same.
func jump(by int) instruction { return instruction{op: fork, a: by, b: by} }

// A runeSet is what may be in the place of one character.
type runeSet struct {
	ranges  []rune // the first and the last of each
	negated bool
	locale  bool // which characters outside of ASCII belong to it depends on the server's locale
}

// holds tells whether the character may be in the set. One that depends on the
// server's locale may always be, negated or not.
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

// runeClasses are the classes of POSIX.1 section 7.3.1, and the ones that are written
// with a backslash.
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

// add adds a class to the set; ok is false if there is no such class.
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

// compileRegex compiles a pattern; ok is false if it can't be used.
func compileRegex(pattern string) (prog regex, ok bool) {
	return compileWithin(pattern, newBudget())
}

// compileWithin is compileRegex with a budget that others share.
func compileWithin(pattern string, b *budget) (prog regex, ok bool) {
	if len(pattern) > maxProgram {
		return nil, false
	}
	p := regexParser{rest: []rune(pattern), budget: b}
	prog = p.alternatives()
	return prog, !p.unusable && len(p.rest) == 0
}

// A regexParser reads a pattern. What POSIX leaves undefined has the meaning that
// all common engines give it, as \d. Where they differ the pattern can't be used,
// as with a second quantifier, {,3} or \<.
type regexParser struct {
	rest     []rune
	budget   *budget // copying an instruction is a step
	nesting  int
	unusable bool
}

// fail marks the pattern as one that can't be used, and ends the reading.
func (p *regexParser) fail() {
	p.unusable, p.rest = true, nil
}

// peek returns the character that is this many ahead, -1 behind the end.
func (p *regexParser) peek(ahead int) rune {
	if ahead < len(p.rest) {
		return p.rest[ahead]
	}
	return -1
}

// next reads a character. It fails at the end of the pattern.
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

// expect reads r. It fails if another character is next.
func (p *regexParser) expect(r rune) {
	if !p.take(r) {
		p.fail()
	}
}

// add appends to a program. It fails if the program gets too long, or the budget is
// spent.
func (p *regexParser) add(prog regex, more ...instruction) regex {
	if !p.budget.spend(int64(len(more))) || len(prog)+len(more) > maxProgram {
		p.fail()
		return nil
	}
	return append(prog, more...)
}

// alternatives reads the content of a group: branches with bars between them.
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

// branch reads up to a bar or the end of the group. An empty branch matches the
// empty text.
func (p *regexParser) branch() (prog regex) {
	for len(p.rest) > 0 && p.rest[0] != '|' && p.rest[0] != ')' {
		prog = p.add(prog, p.piece()...)
	}
	return prog
}

// piece reads an atom and its quantifier.
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

// number reads a bound of a quantifier.
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

// atom reads a group, an anchor, or what stands for one character.
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

// bracket reads a bracket expression (POSIX.1 section 9.3.5). A backslash escapes in it,
// other than in POSIX, because the authors of patterns expect that.
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

// member reads one character of a bracket expression and returns it, or a class,
// which it adds to the set.
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

// escape reads what follows a backslash: a character, which it returns, or a class,
// which it adds to the set.
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
		p.fail() // in some engines the bounds of a word or of the text
	}
	if isDigit(r) || 'A' <= r && r <= 'Z' || 'a' <= r && r <= 'z' {
		p.fail() // a backreference, \b, \p and many more
	}
	return r, false
}

// steps returns how many steps it takes at most to match a value of that many bytes.
func (prog regex) steps(length int) int64 {
	size := len(prog) + 1
	for _, in := range prog {
		if in.set != nil {
			size += len(in.set.ranges)
		}
	}
	return int64(size) * int64(length+1)
}

// matches tells whether the pattern matches the value as a whole.
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

// A regexRun is the state of matching: the places in the program that the
// characters so far may have led to.
type regexRun struct {
	prog             regex
	position, length int   // in the value
	threads          []int // the instructions that want the next character
	matched          bool  // the end of the program has been reached
	seen             []int // for each instruction, one more than the position at which it was last reached
	stack            []int // the instructions that are still to be followed
}

// reach follows the program from an instruction to all instructions that take the next
// character.
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

package jid

import (
	"sync"

	"github.com/hack-pad/safejs"
)

// A pattern is a regular expression of JavaScript, which is compiled when it is
// first used: most addresses need none.
type pattern struct {
	source   string
	once     sync.Once
	compiled safejs.Value
	err      error
}

// matches tells whether the pattern matches.
func (p *pattern) matches(s string) (bool, error) { return ask.test(p, s) }

func normalize(form, s string) (string, error) { return ask.call("normalize", s, form) }

func lower(s string) (string, error) { return ask.call("toLowerCase", s) }

func upper(s string) (string, error) { return ask.call("toUpperCase", s) }

// ask asks the browser. It is a variable for a test, which has so many questions
// that it asks them together.
var ask = struct {
	test func(*pattern, string) (bool, error)
	call func(method, s string, args ...any) (string, error)
}{testPattern, callString}

func testPattern(p *pattern, s string) (bool, error) {
	p.once.Do(func() {
		var constructor safejs.Value
		if constructor, p.err = safejs.Global().Get("RegExp"); p.err == nil {
			p.compiled, p.err = constructor.New(p.source, "u")
		}
	})
	if p.err != nil {
		return false, p.err
	}
	result, err := p.compiled.Call("test", s)
	if err != nil {
		return false, err
	}
	return result.Bool()
}

// stringPrototype has the methods of JavaScript's strings.
var stringPrototype = sync.OnceValues(func() (safejs.Value, error) {
	constructor, err := safejs.Global().Get("String")
	if err != nil {
		return safejs.Value{}, err
	}
	return constructor.Get("prototype")
})

// callString calls a method of a string that returns another one.
func callString(method, s string, args ...any) (string, error) {
	prototype, err := stringPrototype()
	if err != nil {
		return "", err
	}
	function, err := prototype.Get(method)
	if err != nil {
		return "", err
	}
	result, err := function.Call("call", append([]any{s}, args...)...)
	if err != nil {
		return "", err
	}
	return result.String()
}

// ranges are code points in their order: the first and the last one of each range in
// turn.
type ranges string

func (all ranges) contain(r rune) bool {
	first, isLast := rune(0), false
	for _, bound := range all {
		if isLast && first <= r && r <= bound {
			return true
		}
		if bound > r {
			return false
		}
		first, isLast = bound, !isLast
	}
	return false
}

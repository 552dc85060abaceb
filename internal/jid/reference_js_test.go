package jid

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"syscall/js"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/text/secure/precis"
	"golang.org/x/text/unicode/rangetable"
	reference "mellium.im/xmpp/jid"
)

// These tests compare what is computed in a browser with what mellium.im/xmpp/jid
// does with the tables of golang.org/x/text. One difference is right: a character
// that is newer than those tables is allowed.

// known are the code points that are assigned in the tables' version of Unicode.
var known = rangetable.Assigned(precis.UnicodeVersion)

// errLater is for a question that has not been asked yet.
var errLater = errors.New("not asked yet")

// A questionnaire collects questions and asks them together: one question after the
// other takes far longer. The maps are by a function's source and by its argument.
type questionnaire struct {
	answers map[string]map[string]string
	open    map[string]map[string]bool
}

// askTogether has the package ask through a questionnaire until the test ends.
func askTogether(t *testing.T) *questionnaire {
	q := &questionnaire{}
	q.reset()
	sources := map[*pattern]string{}
	before := ask
	t.Cleanup(func() { ask = before })
	ask.test = func(p *pattern, s string) (bool, error) {
		source, ok := sources[p]
		if !ok {
			source = fmt.Sprintf("(s) => `${new RegExp(%s, 'u').test(s)}`", marshal(t, p.source))
			sources[p] = source
		}
		answer, err := q.answer(source, s)
		return answer == "true", err
	}
	ask.call = func(method, s string, args ...any) (string, error) {
		source := "(s) => s." + method + "("
		for _, arg := range args {
			source += "'" + arg.(string) + "'"
		}
		return q.answer(source+")", s)
	}
	return q
}

func (q *questionnaire) reset() {
	q.answers, q.open = map[string]map[string]string{}, map[string]map[string]bool{}
}

func (q *questionnaire) answer(source, s string) (string, error) {
	if answer, ok := q.answers[source][s]; ok {
		return answer, nil
	}
	if q.open[source] == nil {
		q.open[source] = map[string]bool{}
	}
	q.open[source][s] = true
	return "", errLater
}

// settle asks what is open, and tells whether there was anything.
func (q *questionnaire) settle(t *testing.T) bool {
	t.Helper()
	some := len(q.open) > 0
	for source, open := range q.open {
		strs := slices.Collect(maps.Keys(open))
		if q.answers[source] == nil {
			q.answers[source] = map[string]string{}
		}
		for i, answer := range evaluateAll(t, source, strs) {
			q.answers[source][strs[i]] = answer
		}
	}
	clear(q.open)
	return some
}

func marshal(t *testing.T, value any) []byte {
	t.Helper()
	data, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// evaluateAll calls a function of JavaScript with each of the strings.
func evaluateAll(t *testing.T, function string, strs []string) []string {
	t.Helper()
	all := js.Global().Call("eval", "(list) => JSON.stringify(JSON.parse(list).map("+function+"))")
	var answers []string
	if err := json.Unmarshal([]byte(all.Invoke(string(marshal(t, strs))).String()), &answers); err != nil {
		t.Fatal(err)
	}
	return answers
}

// A part of an address, prepared here and by the reference.
type part struct {
	name    string
	prepare func(string) (string, error)
	want    func(string) (string, error)
}

var parts = []part{
	{"local", prepareLocal, func(s string) (string, error) {
		j, err := reference.New(s, "a", "")
		return j.Localpart(), err
	}},
	{"domain", prepareDomain, func(s string) (string, error) {
		j, err := reference.New("", s, "")
		if err != nil {
			return "", err
		}
		return withoutDot(j.Domainpart())
	}},
	{"resource", prepareResource, func(s string) (string, error) {
		j, err := reference.New("", "a", s)
		return j.Resourcepart(), err
	}},
}

// compare prepares strings in both ways. It returns how many differ for a good
// reason.
func compare(t *testing.T, q *questionnaire, parts []part, strs []string) (newer int) {
	t.Helper()
	type result struct {
		s   string
		err error
	}
	// These questions come one after the other for each string, so they are asked
	// beforehand.
	for some := true; some; some = q.settle(t) {
		for _, s := range strs {
			for _, r := range s {
				_, _ = directionOf(r)
			}
		}
	}
	for _, p := range parts {
		results := map[string]result{}
		pending := strs
		for {
			var later []string
			for _, s := range pending {
				got, err := p.prepare(s)
				if errors.Is(err, errLater) {
					later = append(later, s)
					continue
				}
				results[s] = result{got, err}
			}
			if !q.settle(t) {
				break
			}
			pending = later
		}
		for _, s := range strs {
			got := results[s]
			want, err := p.want(s)
			switch {
			case got.err == nil == (err == nil) && (got.s == want || err != nil):
			case err != nil && got.err == nil && strings.ContainsFunc(s+got.s, isNewer):
				newer++
			default:
				t.Errorf("%s %+q: got %+q, %v; want %+q, %v", p.name, s, got.s, got.err, want, err)
			}
		}
	}
	q.reset()
	return newer
}

func isNewer(r rune) bool { return !unicode.Is(known, r) }

// uniform are blocks in which every code point has the same properties.
var uniform = &unicode.RangeTable{
	R16: []unicode.Range16{
		{0x3400, 0x4DBF, 1}, // Han
		{0x4E00, 0x9FFF, 1},
		{0xAC00, 0xD7A3, 1}, // Hangul
		{0xE000, 0xF8FF, 1}, // for private use
	},
	R32: []unicode.Range32{
		{0x12000, 0x12399, 1}, // Cuneiform
		{0x13000, 0x1342F, 1}, // Egyptian hieroglyphs
		{0x14400, 0x14646, 1}, // Anatolian hieroglyphs
		{0x17000, 0x187F7, 1}, // Tangut
		{0x18800, 0x18CD5, 1}, // Tangut, Khitan
		{0x1B000, 0x1B122, 1}, // Kana
		{0x20000, 0x2A6DF, 1}, // Han
		{0x2A700, 0x2EBE0, 1},
		{0x30000, 0x323AF, 1},
		{0xF0000, 0xFFFFD, 1}, // for private use
		{0x100000, 0x10FFFD, 1},
	},
}

func eachCodePoint(f func(r rune)) {
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if utf8.ValidRune(r) {
			f(r)
		}
	}
}

func TestEveryCodePointIsOfTheSameClassAsNatively(t *testing.T) {
	identifier, freeform := precis.NewIdentifier().Allowed(), precis.NewFreeform().Allowed()
	contexts := rangetable.New([]rune("\u00B7\u0375\u05F3\u05F4\u200C\u200D\u30FB٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹")...)
	function := fmt.Sprintf("(s) => `${new RegExp(%s, 'u').test(s) && s.normalize('NFKC') === s} ${new RegExp(%s, 'u').test(s)}`",
		marshal(t, identifierClass.source), marshal(t, freeformClass.source))
	newer := 0
	var batch []string
	flush := func() {
		for i, answer := range evaluateAll(t, function, batch) {
			r, _ := utf8.DecodeRuneInString(batch[i])
			want := fmt.Sprint(identifier.Contains(r), " ", freeform.Contains(r))
			switch {
			case answer == want:
			case unicode.Is(contexts, r): // refused by checkContext, not by the class
			case !unicode.Is(known, r) && want == "false false":
				newer++
			default:
				t.Errorf("%U: %s, want %s", r, answer, want)
			}
		}
		batch = nil
	}
	eachCodePoint(func(r rune) {
		if batch = append(batch, string(r)); len(batch) == 1<<16 {
			flush()
		}
	})
	flush()
	t.Logf("%d code points are allowed that are newer than Unicode %s", newer, precis.UnicodeVersion)
}

// everyPlace is for a change of this package, and for new versions of what it is
// compared with: -args -every, and -timeout=30m on a slow machine.
var everyPlace = flag.Bool("every", false, "compare every code point in every place, instead of one in 16")

func TestEveryCodePointIsPreparedAsNatively(t *testing.T) {
	q := askTogether(t)
	newer, all := 0, 0
	var batches [2][]string // for all parts, and for those where the place matters
	add := func(where int, strs ...string) {
		batches[where] = append(batches[where], strs...)
		if len(batches[where]) > 10_000 || len(strs) == 0 {
			all += len(batches[where])
			newer += compare(t, q, parts[:len(parts)-where], batches[where])
			batches[where] = nil
		}
	}
	var pack strings.Builder
	eachCodePoint(func(r rune) {
		c := string(r)
		switch {
		case unicode.Is(uniform, r):
			// Each one's class has a test above. Many are compared at a time: all are
			// as they should be, or the difference shows.
			if pack.WriteString(c); r%64 == 63 || !unicode.Is(uniform, r+1) {
				add(0, c, "a"+pack.String()+"a")
				add(1, "a"+c, c+"a", "א"+c)
				pack.Reset()
			}
		case unicode.Is(known, r):
			add(0, c)
			if !*everyPlace && r%16 != 7 {
				break
			}
			add(0, "a"+c+"a")
			add(1, "a"+c, c+"a", "א"+c, "א"+c+"א")
			if unicode.In(r, unicode.L, unicode.M) { // which may join, or be a virama
				add(1, c+"\u200C\u0627", "\u0628\u200C"+c, "\u0628"+c+"\u200C\u0627", "\u0628"+c+"\u200D\u0627")
			}
		case unicode.Is(known, r-1) || unicode.Is(known, r+1) || r%256 == 0:
			add(0, c, "a"+c+"a") // the class refuses it, whatever is beside it
		}
	})
	add(0)
	add(1)
	t.Logf("of %d strings, %d are allowed that are newer than Unicode %s", all, newer, precis.UnicodeVersion)
}

// examples are the strings of RFC 8265 (sections 3.5 and 4.3), of the tests of
// mellium.im/xmpp/jid, and of golang.org/x/text/secure/precis.
var examples = []string{
	"juliet@example.com", "fussball", "fußball", "π", "Σ", "σ", "ς", "foo bar", "henry\u2163", "♚", "",
	"correct horse battery staple", "Correct Horse Battery Staple", "πßå", "Jack of ♦s", "foo\u1680bar", "my cat is a \u0009by",

	"example.net", "rp@rp/rp", "@", "/@//", "[::1]", "127.0.0.1", "::1", "[127.0.0.1]", "[::1", "::1]", "[fe80::1%25eth0]", "::ffff:127.0.0.1",
	"[::ffff:127.0.0.1]", "１２７.0.0.1", "A.Example.nEt.", "a..b", ".a", "a.", "a..", ".", "\xff\xfe\xfd", `b"d`, "b&d", "b'd", "b:d", "b<d", "b>d",
	"b/d", "b＠d", "b／d", "foo bar", "henryⅣ",

	"e\u0301\u031f", "\u200c", "\u200ca", "a\u200c", "\u200c\u0627", "\u062c\u200c", "\u0610\u200c\u0610\u0627", "\u062c\u0610\u200c\u0610",
	"\u062c\u200c\u0627", "\u062c\u0610\u200c\u0610\u0627", "\u062c\u0610\u0610\u200c\u0610\u0610\u0627", "\u062c\u0610\u200c\u0627",
	"\u062c\u200c\u0610\u0627", "\ua872\u200c\u062c", "\ua872\u0610\u200c\u0610\u062c", "\ua872\u0610\u0610\u200c\u0610\u0610\u062c",
	"\ua872\u0610\u200c\u062c", "\ua872\u200c\u0610\u062c", "\u0a4d\u200c", "\ua872\u0a4d\u200c", "\ua872\u0a4d\u0610\u200c",
	"\u0acd\u200c", "\ua872\u0acd\u200c", "\ua872\u0acd\u0610\u200c", "\ua872\u0acd\u200c\u062c", "\ua872\u200c\u0acd\u062c",
	"\u200d", "\u200da", "a\u200d", "\u0a4d\u200d", "\ua872\u0a4d\u200d", "\u0a4da\u200d", "·", "l·", "·l", "a·", "l·a", "a·a", "l·l", "al·la",
	"͵", "͵a", "α͵", "͵α", "α͵α", "͵͵α", "α͵͵α", "α͵͵", "α͵͵a", "׳", "׳ה", "a׳b", "ש׳", "ש׳׳׳", "״", "״ה", "a״b", "ש״", "ש״״״", "aש״״״",
	"・", "abc・", "・def", "abc・def", "aヅc・def", "abc・dぶf", "⺐bc・def", "١٢٣٤٥۶", "۱۲۳۴۵٦", "١٢٣٤٥", "۱۲۳۴۵",
	"  Swan  of   Avon   ", " ", "  ", "a\u00A0a\u1680a\u2000a\u2001a\u2002a\u2003a\u2004a\u2005a\u2006a\u2007a\u2008a\u2009a\u200Aa\u202Fa\u205Fa\u3000a",
	"Foo", "foo", "Foo Bar", "\u03A3", "\u265A", "Richard \u2163", "\u212B", "\uFB00", "שa", "שc", "동일조건변경허락", "\u03D2", "\u03B0", "~", "!", "²",
	"\t", "\n", "\u26D6", "\u26FF", "\u1680", "\u01C5", "\u16EE", "\u0488", "A\u030A", "Å", "ç", "c\u0327", "Ř", "R\u030C", "ṡ", "\u0410", "ＡＢ", "ẛ",

	"xn--", "xn--a", "xn---", "xn--a-", "xn--bcher-kva", "XN--BCHER-KVA", "xn--Bcher-kva.xn--p1ai", "xn--zca", "xn--fiq", "xn--ls8h", "xn--99999999",
	"xn--ü", "xn--a-ü", "ｘｎ--zca", "xn--\u00AD", "xn--mgbh0fb.xn--kgbechtv", "xn--4dbcagdahymbxekheh6e0a7fei0b", "xn--1ch", "xn--0ca24w",
	"ẞ", "STRAẞE", "a\u00ADb", "ab--c", "é--a", "é--", "-ü", "ü-", "ü--a", "a。b．c｡d", "א.1a", "א.a", "a.א", "1.א", "א1", "א\u0661", "א1\u0661", "ℵ", "ℵa",
	"a\u2024b", "⒈a", "㏂", "⁇", "℀", "\u2260", "=\u0338", "<\u0338a", "\uFFFD", "\uFEFF", "\uFEFFa", "a\uFEFF", "İ", "I", "ı", "K", "ŉ", "ǰ", "ΐ",
	"Ꭰ", "ꭰ", "ᏸ", "ꭰꮿ", "Ⴀ", "ა", "Ა", "Ӏ", "ӏ", "が", "か\u3099", "ｶﾞ", "ﾊﾟ", "ﾡ", "￣", "￦", "각", "\u1100\u1161\u11A8",
	strings.Repeat("ü", 511), strings.Repeat("ü", 512), strings.Repeat("A", 1024), strings.Repeat("ü.", 300), strings.Repeat("ﷺ", 60),
}

// combined are characters whose rules depend on what is beside them. All words of
// three of them are compared.
const combined = "aZl1-_ςΣ·͵א\u05B0׳ب\u0627\u0661\u06F1\u200C\u200D\u0301\u0345\u094D\u0ACD\ua872あ・ﾞ\u3099\U0001D242\u00AD。İ♚"

func TestStringsArePreparedAsNatively(t *testing.T) {
	q := askTogether(t)
	compare(t, q, parts, examples)
	var words []string
	letters := []rune(combined)
	for _, x := range letters {
		for _, y := range letters {
			words = append(words, string([]rune{x, y}))
			for _, z := range letters {
				words = append(words, string([]rune{x, y, z}))
			}
		}
	}
	compare(t, q, parts, words)
}

// TestRandomLabelsArePreparedAsNatively has longer words, of letters whose contexts
// matter, and labels that may be Punycode.
func TestRandomLabelsArePreparedAsNatively(t *testing.T) {
	q := askTogether(t)
	random := rand.New(rand.NewPCG(1, 2))
	const digits = "abcdefghijklmnopqrstuvwxyz0123456789-"
	joined := []rune("ب\u0627\u0610\u200C\u200D\u094D\u0ACD\ua872\u05B0क")
	bidi := []rune("אب1\u06F1\u0661a-\u0301ü♚")
	letters := []rune(combined)
	var words []string
	for range 4000 {
		for _, alphabet := range [][]rune{joined, bidi, letters, []rune(digits)} {
			word := make([]rune, 1+random.IntN(7))
			for i := range word {
				word[i] = alphabet[random.IntN(len(alphabet))]
			}
			words = append(words, string(word))
		}
		words = append(words, "xn--"+words[len(words)-1])
		if u, err := idna.Punycode.ToASCII(words[len(words)-3-random.IntN(3)]); err == nil {
			words = append(words, u) // a label that may hold what no label may
		}
	}
	compare(t, q, parts, words)
}

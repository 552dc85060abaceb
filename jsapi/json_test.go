//go:build js

package jsapi

import (
	"math"
	"strings"
	"syscall/js"
	"testing"

	"github.com/hack-pad/safejs"
)

func TestValuesCrossAsTheyAre(t *testing.T) {
	var all strings.Builder
	for r := rune(0); r < 0x250; r++ {
		all.WriteRune(r)
	}
	all.WriteString("\u2028\u2029\uFEFF\uFFFD😀")
	for _, text := range []string{"", `"quoted" and \`, "</script>", all.String()} {
		got := safejs.Unsafe(toJS(object{{text, text}}).(safejs.Value)).Get(text)
		if got.Type() != js.TypeString || got.String() != text {
			t.Errorf("%q became %v", text, got)
		}
	}
	got := safejs.Unsafe(toJS(object{{"broken", "a\xffb"}}).(safejs.Value)).Get("broken").String()
	if got != "a\uFFFDb" {
		t.Errorf("what is not UTF-8 became %q", got)
	}
	list := safejs.Unsafe(toJS([]any{true, false, nil, -7, int64(math.MaxInt32) + 1, 0.5, []any{}, object{}}).(safejs.Value))
	if text := js.Global().Get("JSON").Call("stringify", list).String(); text != "[true,false,null,-7,2147483648,0.5,[],{}]" {
		t.Errorf("the list became %s", text)
	}
	for _, plain := range []any{"text", true, nil, 5} {
		if toJS(plain) != plain {
			t.Errorf("%v did not stay as it is", plain)
		}
	}
}

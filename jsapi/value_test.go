//go:build js

package jsapi

import (
	"syscall/js"
	"testing"

	"github.com/hack-pad/safejs"

	"github.com/xmppreg/xmppreg/ibr/form"
)

func TestFieldSaysWhatAPageHasToDraw(t *testing.T) {
	emit, _ := events(t)
	m := &manager{emit: emit}
	asked := &form.Form{IsDataForm: true, Fields: []form.Field{
		{Name: "username", Type: form.TextSingle, Required: true},
		{Name: "age", Type: form.TextSingle, Validation: &form.Validation{Datatype: "xs:byte", Method: form.ByRange, Min: "18"}},
		{Name: "friends", Type: form.JIDMulti},
		{Name: "rooms", Type: form.ListMulti, Options: []form.Option{{Value: "a"}, {Value: "b"}},
			Validation: &form.Validation{Method: form.Open, ListMax: 2}},
		{Name: "terms", Type: form.Fixed, Values: []string{"https://shore.example/terms"}},
		{Name: "challenge", Type: form.Hidden, Values: []string{"1"}},
		{Name: "ocr", Type: form.TextSingle, Media: []form.Media{{Type: "image/png", URL: "https://shore.example/a.png"}}},
	}}
	got := safejs.Unsafe(m.formValue(asked))
	if n := got.Get("captchaAnswers").Int(); n != 1 {
		t.Errorf("%d answers to the CAPTCHA suffice", n)
	}
	// A list of what JSON.stringify keeps, in this order.
	keys := js.ValueOf([]any{"control", "keyboard", "content", "type", "min", "max", "range", "choices", "multiple", "open",
		"captcha", "fallback", "link", "checked", "media", "kind"})
	for i, want := range []string{
		`{"control":"line","keyboard":"text","content":{"type":"text","min":null,"max":null},"type":"text-single","range":null,"choices":null,"multiple":false,"open":false,"captcha":"","fallback":false,"link":"","checked":false,"media":[]}`,
		`{"control":"line","keyboard":"numeric","content":{"type":"integer","min":"-128","max":"127"},"type":"text-single","range":{"min":"18","max":null},"choices":null,"multiple":false,"open":false,"captcha":"","fallback":false,"link":"","checked":true,"media":[]}`,
		`{"control":"lines","keyboard":"email","content":{"type":"address","min":null,"max":null},"type":"jid-multi","range":null,"choices":null,"multiple":true,"open":false,"captcha":"","fallback":false,"link":"","checked":true,"media":[]}`,
		`{"control":"choices","keyboard":"text","content":{"type":"text","min":null,"max":null},"type":"list-multi","range":null,"choices":{"min":null,"max":2},"multiple":true,"open":true,"captcha":"","fallback":false,"link":"","checked":true,"media":[]}`,
		`{"control":"text","keyboard":"text","content":{"type":"text","min":null,"max":null},"type":"fixed","range":null,"choices":null,"multiple":false,"open":false,"captcha":"","fallback":false,"link":"https://shore.example/terms","checked":false,"media":[]}`,
		`{"control":"none","keyboard":"text","content":{"type":"text","min":null,"max":null},"type":"hidden","range":null,"choices":null,"multiple":false,"open":false,"captcha":"","fallback":false,"link":"","checked":false,"media":[]}`,
		`{"control":"line","keyboard":"text","content":{"type":"text","min":null,"max":null},"type":"text-single","range":null,"choices":null,"multiple":false,"open":false,"captcha":"image","fallback":false,"link":"","checked":false,"media":[{"type":"image/png","kind":"image"}]}`,
	} {
		field := js.Global().Get("JSON").Call("stringify", got.Get("fields").Index(i), keys).String()
		if field != want {
			t.Errorf("%s:\n%s\nwant\n%s", asked.Fields[i].Name, field, want)
		}
	}
}

//go:build js

package jsapi

import (
	"context"
	"errors"
	"reflect"
	"syscall/js"
	"testing"

	"github.com/hack-pad/safejs"

	"github.com/xmppreg/xmppreg/ibr"
	"github.com/xmppreg/xmppreg/ibr/form"
	"github.com/xmppreg/xmppreg/transport"
)

// outcome waits for the outcome of what begin begins.
func outcome(begin func(deferred)) (value js.Value, rejected bool) {
	type result struct {
		value    js.Value
		rejected bool
	}
	settled := make(chan result, 1)
	listener := func(rejected bool) js.Func {
		return js.FuncOf(func(_ js.Value, args []js.Value) any {
			settled <- result{args[0], rejected}
			return nil
		})
	}
	kept, broken := listener(false), listener(true)
	defer kept.Release()
	defer broken.Release()
	begin(deferred{safejs.Safe(kept.Value), safejs.Safe(broken.Value)})
	r := <-settled
	return r.value, r.rejected
}

// outcomeOf waits for the outcome of work.
func outcomeOf(work func() (any, error)) (value js.Value, rejected bool) {
	return outcome(func(d deferred) { d.run(work, errorValue) })
}

func TestPromiseIsSettledByItsWork(t *testing.T) {
	if v, rejected := outcomeOf(func() (any, error) { return "done", nil }); rejected || v.String() != "done" {
		t.Errorf("settled with %v, rejected %t", v, rejected)
	}
	v, rejected := outcomeOf(func() (any, error) { return nil, &ibr.Error{Reason: ibr.Throttled, Type: "wait"} })
	if !rejected || v.Get("reason").String() != "throttled" || v.Get("type").String() != "wait" || v.Get("message").String() == "" {
		t.Errorf("rejected %t with %v", rejected, v.Get("reason"))
	}
	v, rejected = outcomeOf(func() (any, error) { return nil, typeError("no such thing") })
	if !rejected || !v.InstanceOf(js.Global().Get("TypeError")) || v.Get("message").String() != "no such thing" {
		t.Errorf("rejected %t with %v", rejected, v)
	}
}

func TestPanicRejectsThePromise(t *testing.T) {
	v, rejected := outcomeOf(func() (any, error) { panic("out of luck") })
	if !rejected || v.Get("reason").String() != "unknown" {
		t.Errorf("rejected %t with %v", rejected, v)
	}
}

func TestSignalEndsTheContext(t *testing.T) {
	control := js.Global().Get("AbortController").New()
	ctx, done, err := withSignal(safejs.Safe(control.Get("signal")))
	if err != nil {
		t.Fatal(err)
	}
	if ctx.Err() != nil {
		t.Error("ended before the signal")
	}
	control.Call("abort")
	if ctx.Err() == nil {
		t.Error("not ended by the signal")
	}
	done()

	if ctx, done, err = withSignal(safejs.Safe(control.Get("signal"))); err != nil || ctx.Err() == nil {
		t.Errorf("a signal that was aborted before: %v", err)
	}
	done()
	if ctx, done, err = withSignal(safejs.Undefined()); err != nil || ctx.Err() != nil {
		t.Errorf("no signal: %v", err)
	}
	done()
	if _, _, err = withSignal(safejs.Safe(js.ValueOf("stop"))); !errors.As(err, new(typeError)) {
		t.Errorf("no signal at all: %v", err)
	}
}

func TestValuesAreRead(t *testing.T) {
	value := js.ValueOf(map[string]any{
		"complete": true,
		"fields":   []any{[]any{"username", []any{"kim"}}, []any{"hobbies", []any{"a", "b"}}, []any{"none", []any{}}},
	})
	v, err := readValues(safejs.Safe(value))
	want := ibr.Values{Complete: true, Fields: map[string][]string{"username": {"kim"}, "hobbies": {"a", "b"}, "none": {}}}
	if err != nil || !reflect.DeepEqual(v, want) {
		t.Errorf("%+v, %v", v, err)
	}
	for name, wrong := range map[string]any{
		"no pairs":         map[string]any{"fields": []any{"username"}},
		"a number":         map[string]any{"fields": []any{[]any{"username", []any{5}}}},
		"a name that is 5": map[string]any{"fields": []any{[]any{5, []any{"kim"}}}},
		"no list":          map[string]any{"fields": []any{[]any{"username", true}}},
		"fields missing":   map[string]any{"fields": true},
	} {
		if _, err := readValues(safejs.Safe(js.ValueOf(wrong))); !errors.As(err, new(typeError)) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// events collects what a manager hands to the page.
func events(t *testing.T) (safejs.Value, func() []js.Value) {
	var all []js.Value
	f := js.FuncOf(func(_ js.Value, args []js.Value) any {
		all = append(all, js.ValueOf([]any{args[0], args[1]}))
		return nil
	})
	t.Cleanup(f.Release)
	return safejs.Safe(f.Value), func() []js.Value { return all }
}

// nobody is a Dialer that reaches no server.
type nobody struct{}

func (nobody) Dial(context.Context, transport.Target) (transport.Transport, error) {
	return nil, &transport.Error{Fault: transport.ConnectFailed, Text: "nobody is there"}
}

func TestEventAndPromiseShareOneObject(t *testing.T) {
	emit, told := events(t)
	m := newManager(safejs.Safe(js.ValueOf(map[string]any{"domain": "shore.example"})), emit,
		func(string, func(string, string)) ibr.Dialer { return nobody{} })
	if m.optionsError != nil {
		t.Fatal(m.optionsError)
	}
	f := &ibr.Form{Domain: "shore.example", Fields: []ibr.Field{
		{Name: "username", Type: form.TextSingle, Required: true},
		{Name: "terms", Type: form.Boolean, Values: []string{"1"}},
		{Name: "about", Type: form.TextMulti, Values: []string{"a", "b"}},
		{Name: "x", Type: form.Hidden, Values: []string{"1", "2"}},
		{Name: "color", Type: form.ListSingle, Values: []string{"r"}, Options: []form.Option{{Value: "r", Label: "Red"}}},
	}}
	e := &ibr.Error{Reason: ibr.CaptchaRequired, Form: f}
	m.event(ibr.FormReceived{Form: f})
	m.event(ibr.Failed{Err: e})
	all := told()
	if len(all) != 2 || all[0].Index(0).String() != "registrationFormReceived" || all[1].Index(0).String() != "registrationFailed" {
		t.Fatalf("events %v", all)
	}
	got := all[0].Index(1)
	if !got.Equal(safejs.Unsafe(m.formValue(f))) || !got.Equal(all[1].Index(1).Get("form")) {
		t.Error("one form is several objects")
	}
	if !all[1].Index(1).Equal(safejs.Unsafe(m.rejection(e).(safejs.Value))) {
		t.Error("one error is several objects")
	}
	json := js.Global().Get("JSON").Call("stringify", got.Get("fields")).String()
	want := `[{"description":"","label":"","media":[],"name":"username","options":[],"required":true,"type":"text-single","validation":null,"value":""},` +
		`{"description":"","label":"","media":[],"name":"terms","options":[],"required":false,"type":"boolean","validation":null,"value":true},` +
		`{"description":"","label":"","media":[],"name":"about","options":[],"required":false,"type":"text-multi","validation":null,"value":["a","b"]},` +
		`{"description":"","label":"","media":[],"name":"x","options":[],"required":false,"type":"hidden","validation":null,"value":["1","2"]},` +
		`{"description":"","label":"","media":[],"name":"color","options":[{"label":"Red","value":"r"}],"required":false,"type":"list-single","validation":null,"value":"r"}]`
	if sortedJSON(json) != sortedJSON(want) {
		t.Errorf("fields\n%s\nwant\n%s", json, want)
	}
}

func TestMediaThatCameOverTheStreamHaveAnAddress(t *testing.T) {
	emit, _ := events(t)
	m := &manager{emit: emit}
	data := []byte("\x89PNG and so on")
	form := func() *ibr.Form {
		return &ibr.Form{Fields: []ibr.Field{{Name: "ocr", Media: []form.Media{
			{Type: "image/png", URL: "cid:x", Data: data, Width: 5}, {Type: "audio/ogg", URL: "https://shore.example/a.ogg"},
		}}}}
	}
	address := func(f *ibr.Form) js.Value {
		return safejs.Unsafe(m.formValue(f)).Get("fields").Index(0).Get("media").Index(0).Get("url")
	}
	fetch := func(url js.Value) (js.Value, bool) {
		text := js.Global().Get("Function").New("url", "return fetch(url).then((r) => r.text().then((t) => r.headers.get('Content-Type') + ' ' + t.length))").Invoke(url)
		return outcome(func(d deferred) { text.Call("then", safejs.Unsafe(d.resolve), safejs.Unsafe(d.reject)) })
	}
	first := address(form())
	if got, rejected := fetch(first); rejected || got.String() != "image/png 14" {
		t.Errorf("%s holds %v", first, got)
	}
	address(form())
	if _, rejected := fetch(first); rejected {
		t.Error("the form before can't be shown any more")
	}
	address(form())
	if _, rejected := fetch(first); !rejected {
		t.Error("the data of an old form are still there")
	}
}

// sortedJSON orders the keys, which come as Go's maps have them.
func sortedJSON(s string) string {
	// The replacer of JSON.stringify takes the keys in their order.
	value := js.Global().Get("JSON").Call("parse", s)
	keys := js.ValueOf([]any{"name", "type", "label", "description", "required", "value", "options", "media", "validation"})
	return js.Global().Get("JSON").Call("stringify", value, keys).String()
}

func TestReportIsPlainData(t *testing.T) {
	tb := &table{}
	examine := func(options map[string]any, more ...safejs.Value) (js.Value, bool) {
		return outcome(func(d deferred) { tb.examine(d, append([]safejs.Value{safejs.Safe(js.ValueOf(options))}, more...)) })
	}
	// Nobody listens there.
	v, rejected := examine(map[string]any{"domain": "shore.example", "url": "ws://127.0.0.1:9/x"})
	if rejected || v.Get("files").Length() != 0 || v.Get("sockets").Length() != 1 {
		t.Fatalf("rejected %t with %v", rejected, v.Get("message"))
	}
	socket := v.Get("sockets").Index(0)
	if socket.Get("address").String() != "ws://127.0.0.1:9/x" || socket.Get("result").String() != "fails" || socket.Get("detail").String() == "" || socket.Get("links").Length() != 0 {
		t.Error(js.Global().Get("JSON").Call("stringify", socket))
	}
	for reason, options := range map[string]map[string]any{
		"host-unknown": {"domain": "a b"},
		"unsafe-url":   {"domain": "shore.example", "url": "ws://shore.example/"},
	} {
		if v, rejected := examine(options); !rejected || v.Get("reason").String() != reason || v.Get("message").String() == "" {
			t.Errorf("%s: rejected %t with %v", reason, rejected, v.Get("reason"))
		}
	}
	aborted := js.Global().Get("AbortSignal").Call("abort")
	if v, rejected := examine(map[string]any{"domain": "shore.example"}, safejs.Safe(aborted)); !rejected || v.Get("reason").String() != "aborted" {
		t.Errorf("aborted: rejected %t with %v", rejected, v)
	}
	if v, rejected := examine(map[string]any{"domain": 5}); !rejected || !v.InstanceOf(js.Global().Get("TypeError")) {
		t.Errorf("no domain: %v", v)
	}
	if v, rejected := examine(map[string]any{"domain": "shore.example"}, safejs.Safe(js.ValueOf("stop"))); !rejected || !v.InstanceOf(js.Global().Get("TypeError")) {
		t.Errorf("no signal: %v", v)
	}
}

func TestWrongOptionsRejectEachOperation(t *testing.T) {
	tb := &table{newDialer: func(string, func(string, string)) ibr.Dialer { return nobody{} }, managers: map[int]*manager{}}
	requestForm := func(number int) (js.Value, bool) {
		return outcome(func(d deferred) {
			tb.method((*manager).requestForm)(d, []safejs.Value{safejs.Safe(js.ValueOf(number))})
		})
	}
	emit, told := events(t)
	for name, options := range map[string]any{
		"domain":      map[string]any{"domain": "a b"},
		"no domain":   map[string]any{},
		"wrong types": map[string]any{"domain": 5},
	} {
		number := tb.open([]safejs.Value{safejs.Safe(js.ValueOf(options)), emit}).(int)
		v, rejected := requestForm(number)
		if !rejected || !v.InstanceOf(js.Global().Get("TypeError")) {
			t.Errorf("%s: %v", name, v)
		}
	}
	if v, rejected := requestForm(99); !rejected || !v.InstanceOf(js.Global().Get("TypeError")) {
		t.Errorf("a number that no manager has: %v", v)
	}
	if len(told()) > 0 {
		t.Error("an event told of a wrong argument")
	}
}

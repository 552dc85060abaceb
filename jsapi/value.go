//go:build js

package jsapi

import (
	"time"

	"github.com/hack-pad/safejs"

	"github.com/xmppreg/xmppreg/ibr"
	"github.com/xmppreg/xmppreg/ibr/form"
)

// shared keeps the objects that JavaScript has for the last values of Go's, so
// that an event and a Promise that tell of one thing hand out one object.
type shared[T comparable] struct {
	last [4]struct { // more than can be under way at once
		key   T
		value safejs.Value
	}
	next int
}

func (s *shared[T]) get(key T, describe func(T) object) safejs.Value {
	var none T
	if key == none {
		return safejs.Null()
	}
	for i := range s.last {
		if s.last[i].key == key {
			return s.last[i].value
		}
	}
	value, ok := toJS(describe(key)).(safejs.Value)
	if !ok {
		return safejs.Null()
	}
	s.last[s.next].key, s.last[s.next].value = key, value
	s.next = (s.next + 1) % len(s.last)
	return value
}

func (m *manager) formValue(form *ibr.Form) safejs.Value {
	return m.form.get(form, func(form *ibr.Form) object {
		m.media.next()
		return m.newForm(form)
	})
}

func (m *manager) errorValue(e *ibr.Error) safejs.Value {
	value := m.error.get(e, registrationError)
	// It does not fail: the object is one of ours.
	_ = value.Set("form", m.formValue(e.Form))
	return value
}

// newForm is a form as the page sees it.
func (m *manager) newForm(form *ibr.Form) object {
	fields := make([]any, len(form.Fields))
	for i := range form.Fields {
		fields[i] = m.fieldValue(&form.Fields[i])
	}
	return object{
		{"domain", form.Domain},
		{"service", form.Service},
		{"title", form.Title},
		{"instructions", form.Instructions},
		{"registered", form.Registered},
		{"url", form.URL},
		{"isDataForm", form.IsDataForm},
		{"invitations", form.Invitations},
		{"captchaAnswers", form.CaptchaAnswers()},
		{"genericTitle", form.GenericTitle()},
		{"genericInstructions", form.GenericInstructions()},
		{"fields", fields},
	}
}

func (m *manager) fieldValue(field *ibr.Field) any {
	options := make([]any, len(field.Options))
	for i, option := range field.Options {
		options[i] = object{{"value", option.Value}, {"label", option.Label}}
	}
	media := []any{}
	for _, item := range field.Media {
		url := item.URL
		if item.Data != nil {
			var err error
			if url, err = m.media.url(item.Data, item.Type); err != nil {
				continue
			}
		}
		media = append(media, object{
			{"type", item.Type}, {"kind", item.Kind()}, {"url", url}, {"width", item.Width}, {"height", item.Height},
		})
	}
	return object{
		{"name", field.Name},
		{"type", string(field.Type)},
		{"label", field.Label},
		{"description", field.Description},
		{"required", field.Required},
		{"value", presetValue(field)},
		{"options", options},
		{"media", media},
		{"readOnly", field.ReadOnly},
		{"validation", validationValue(field.Validation)},
		{"control", string(field.Control())},
		{"keyboard", string(field.Keyboard())},
		{"content", contentValue(field.Content())},
		{"range", rangeValue(field)},
		{"choices", choicesValue(field)},
		{"multiple", field.Multiple()},
		{"open", field.Open()},
		{"captcha", string(field.Captcha())},
		{"domain", field.Domain},
		{"fallback", field.Fallback},
		{"link", field.Link()},
		{"checked", field.Checked()},
		{"autocomplete", field.Autocomplete()},
		{"generic", field.Generic()},
		{"agreement", field.Agreement()},
	}
}

func contentValue(content form.Content) any {
	return object{{"type", string(content.Type)}, {"min", orNull(content.Min)}, {"max", orNull(content.Max)}}
}

// rangeValue is the server's bounds for a value, null for none.
func rangeValue(field *ibr.Field) any {
	min, max := field.Range()
	if min == "" && max == "" {
		return nil
	}
	return object{{"min", orNull(min)}, {"max", orNull(max)}}
}

// choicesValue is how many choices are wanted, null for no bound.
func choicesValue(field *ibr.Field) any {
	min, max := field.Choices()
	if min == 0 && max == 0 {
		return nil
	}
	return object{{"min", orNull(min)}, {"max", orNull(max)}}
}

func validationValue(v *form.Validation) any {
	if v == nil {
		return nil
	}
	return object{
		{"datatype", v.Datatype},
		{"method", string(v.Method)},
		{"min", v.Min},
		{"max", v.Max},
		{"regex", v.Regex},
		{"listMin", v.ListMin},
		{"listMax", v.ListMax},
	}
}

// presetValue is a field's value as the page gives it back: a boolean, a list
// where there may be several, else a string.
func presetValue(field *ibr.Field) any {
	switch {
	case field.Type == form.Boolean:
		return field.IsTrue()
	case field.Multiple(), len(field.Values) > 1:
		return list(field.Values)
	case len(field.Values) == 0:
		return ""
	}
	return field.Values[0]
}

func list(values []string) []any {
	all := make([]any, len(values))
	for i, value := range values {
		all[i] = value
	}
	return all
}

func (m *manager) verificationValue(found *ibr.Verification) any {
	value, ok := toJS(object{
		{"operation", string(found.Operation)},
		{"verdict", string(found.Verdict)},
		{"jid", found.JID},
		{"account", nil},
		{"error", nil},
	}).(safejs.Value)
	if !ok {
		return nil
	}
	// These do not fail: the object is one of ours.
	if found.Account != nil {
		_ = value.Set("account", m.accountValue(found.Account))
	}
	if found.Err != nil {
		_ = value.Set("error", m.errorValue(found.Err))
	}
	return value
}

func (m *manager) accountValue(a *ibr.Account) safejs.Value {
	value := m.account.get(a, func(a *ibr.Account) object {
		return object{
			{"jid", a.JID},
			{"username", a.Username},
			{"domain", a.Domain},
			{"service", a.Service},
			{"instructions", a.Instructions},
			{"url", a.URL},
			{"application", a.Application},
			{"form", nil},
		}
	})
	// It does not fail: the object is one of ours.
	_ = value.Set("form", m.formValue(a.Form))
	return value
}

// registrationError is what the page makes a RegistrationError of.
func registrationError(e *ibr.Error) object {
	return object{
		{"message", e.Error()},
		{"kind", string(e.Kind)},
		{"reason", string(e.Reason)},
		{"type", e.Type},
		{"condition", e.Condition},
		{"text", e.Text},
		{"genericText", e.GenericText()},
		{"application", e.Application},
		{"field", e.Field},
		{"rule", string(e.Rule)},
		{"retryAt", timeValue(e.RetryAt)},
		{"url", e.URL},
		{"domain", e.Domain},
		{"outcomeUnknown", e.OutcomeUnknown},
		{"form", nil},
	}
}

// timeValue is a time in milliseconds, as Date takes it; null for none.
func timeValue(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UnixMilli()
}

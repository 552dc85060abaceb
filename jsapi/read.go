//go:build js

package jsapi

import (
	"github.com/hack-pad/safejs"

	"github.com/xmppreg/xmppreg/ibr"
)

// reader reads the properties of an object and keeps the first error.
type reader struct {
	value safejs.Value
	err   error
}

// read returns a property. A missing one is the zero value.
func read[T any](r *reader, name string, convert func(safejs.Value) (T, error)) (result T) {
	if r.err != nil {
		return result
	}
	property, err := r.value.Get(name)
	if err == nil && !property.IsUndefined() && !property.IsNull() {
		result, err = convert(property)
	}
	if err != nil {
		r.err = typeError(name + " has the wrong type")
	}
	return result
}

func (r *reader) string(name string) string {
	return read(r, name, asString)
}

func (r *reader) float(name string) float64 {
	return read(r, name, safejs.Value.Float)
}

func (r *reader) bool(name string) bool {
	return read(r, name, safejs.Value.Bool)
}

// readValues reads the answers to a form, which the page has brought into the
// shape { fields: [[name, [value, …]], …], complete }.
func readValues(value safejs.Value) (ibr.Values, error) {
	r := reader{value: value}
	v := ibr.Values{Fields: map[string][]string{}, Complete: r.bool("complete")}
	fields := read(&r, "fields", readList)
	for _, entry := range fields {
		pair, err := readList(entry)
		if err != nil || len(pair) != 2 {
			return v, typeError("the values are not pairs of a name and a list")
		}
		name, err := asString(pair[0])
		if err != nil {
			return v, typeError("the name of a value is not a string")
		}
		if v.Fields[name], err = readStrings(pair[1]); err != nil {
			return v, typeError("the values of " + name + " are not a list of strings")
		}
	}
	return v, r.err
}

// asString is the value of a string. Other values are an error: the method of safejs
// would describe them as a text.
func asString(value safejs.Value) (string, error) {
	if value.Type() != safejs.TypeString {
		return "", typeError("not a string")
	}
	return value.String()
}

func readList(value safejs.Value) ([]safejs.Value, error) {
	length, err := value.Length()
	if err != nil {
		return nil, err
	}
	all := make([]safejs.Value, length)
	for i := range all {
		if all[i], err = value.Index(i); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func readStrings(value safejs.Value) ([]string, error) {
	values, err := readList(value)
	if err != nil {
		return nil, typeError("not a list")
	}
	all := make([]string, len(values))
	for i, value := range values {
		if all[i], err = asString(value); err != nil {
			return nil, err
		}
	}
	return all, nil
}

//go:build js

package jsapi

import (
	"github.com/hack-pad/safejs"

	"github.com/xmppreg/xmppreg/ibr"
	"github.com/xmppreg/xmppreg/ibr/form"
)

// validate is the operation of the table that checks the answer to one field: its
// arguments are the field, as the page got it, and the list of values. It
// resolves with the rule that is broken, "" if none is.
func (t *table) validate(outcome deferred, args []safejs.Value) {
	outcome.run(func() (any, error) {
		field, err := readField(argument(args, 0))
		if err != nil {
			return nil, err
		}
		values, err := readStrings(argument(args, 1))
		if err != nil {
			return nil, err
		}
		return string(field.Check(values)), nil
	}, errorValue)
}

// readField reads as much of a field as its rules need.
func readField(value safejs.Value) (*ibr.Field, error) {
	r := reader{value: value}
	field := &ibr.Field{
		Name:       r.string("name"),
		Type:       form.FieldType(r.string("type")),
		Required:   r.bool("required"),
		Domain:     r.string("domain"),
		Validation: read(&r, "validation", readValidation),
	}
	for _, option := range read(&r, "options", readList) {
		o := reader{value: option}
		field.Options = append(field.Options, form.Option{Value: o.string("value")})
		if o.err != nil {
			return nil, o.err
		}
	}
	return field, r.err
}

func readValidation(value safejs.Value) (*form.Validation, error) {
	r := reader{value: value}
	return &form.Validation{
		Datatype: r.string("datatype"),
		Method:   form.Method(r.string("method")),
		Min:      r.string("min"),
		Max:      r.string("max"),
		Regex:    r.string("regex"),
		ListMin:  int(r.float("listMin")),
		ListMax:  int(r.float("listMax")),
	}, r.err
}

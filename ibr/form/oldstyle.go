package form

import (
	"maps"
	"slices"
	"strings"
)

// oldStyleNames are the names of old-style fields, in the order of XEP-0077
// section 14.1.
var oldStyleNames = strings.Fields("username nick password name first last email address city state zip phone url date misc text key")

// OldStyle returns the form that these values answer if nobody has asked for the
// server's own: old-style fields.
func OldStyle(v Values) *Form {
	others := slices.Sorted(maps.Keys(v.Fields))
	form := &Form{}
	for _, name := range slices.Concat(oldStyleNames, others) {
		if _, given := v.Fields[name]; given && form.Field(name) == nil {
			form.Fields = append(form.Fields, Field{Name: name, Type: TextSingle, Required: name == "username" || name == "password"})
		}
	}
	return form
}

// CheckNames returns the [*Error] of a field that XEP-0077 does not name, for a
// form that [OldStyle] has made: the field's name would become that of an
// element.
func (f *Form) CheckNames() error {
	for i := range f.Fields {
		if name := f.Fields[i].Name; !slices.Contains(oldStyleNames, name) {
			return &Error{Field: name, Condition: "not-acceptable", Text: "has no field in XEP-0077"}
		}
	}
	return nil
}

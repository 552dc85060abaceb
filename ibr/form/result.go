package form

import (
	"slices"

	"github.com/xmppreg/xmppreg/internal/xmltree"
)

// A Result is what a server says when it has taken the answers to a form: XEP-0077
// section 3.1.2 has it say nothing, and some say what is still to be done.
type Result struct {
	Instructions string // for people; lines are joined by "\n"
	URL          string // as in [Form]
	Application  string // name of an element that stands for what is to be done; empty if there is none
	Form         *Form  // what is still to be filled in; nil if there is nothing
}

// ParseResult reads the <query/> of a result. What the server only repeats of the form
// and of the answers does not count.
func (f *Form) ParseResult(query *xmltree.Element) (r Result) {
	said, _ := Parse(query)
	if said.Instructions != f.Instructions {
		r.Instructions = said.Instructions
	}
	if said.URL != f.URL {
		r.URL = said.URL
	}
	if said.IsDataForm && !said.IsTooLarge() {
		r.Form = said
		return r
	}
	for i := range query.Children {
		switch name := query.Children[i].Name; {
		case name.Space == nsData, name.Space == nsOOB, name.Space == nsBob:
		case name.Local == "registered", name.Local == "instructions", name.Local == "remove":
		case f.Field(name.Local) != nil, slices.Contains(oldStyleNames, name.Local):
		case r.Application == "":
			r.Application = name.Local
		}
	}
	return r
}

package form

import (
	"strconv"
	"strings"

	"github.com/xmppreg/xmppreg/internal/xmltree"
)

// Parse reads the <query xmlns='jabber:iq:register'/> of an answer (XEP-0077
// sections 3.1 and 4). A data form wins over old-style fields where the server
// sends both (section 6), and an answer without either is still a form if it has
// an address or a text to show. ok is false if there is nothing at all to show.
func Parse(query *xmltree.Element) (form *Form, ok bool) {
	form = &Form{
		Registered:   query.Child(nsRegister, "registered") != nil,
		Instructions: joinLines(query, nsRegister, "instructions"),
	}
	unsafe := ""
	if oob := query.Child(nsOOB, "x"); oob != nil {
		if form.URL = strings.TrimSpace(oob.ChildText(nsOOB, "url")); !IsSafeAddress(form.URL) {
			form.URL, unsafe = "", form.URL
		}
		if form.Instructions == "" {
			form.Instructions = strings.TrimSpace(oob.ChildText(nsOOB, "desc"))
		}
	}
	if x := dataForm(query); x != nil {
		form.IsDataForm = true
		form.Title = strings.TrimSpace(x.ChildText(nsData, "title"))
		if own := joinLines(x, nsData, "instructions"); own != "" {
			form.Instructions = own
		}
		form.Fields = dataFields(x)
		form.markFallbacks()
		form.showFallbackImage()
	} else {
		form.Fields = oldFields(query)
	}
	// An address that is not one to follow may still tell people something.
	form.Instructions = strings.TrimSpace(form.Instructions + "\n" + unsafe)
	ok = len(form.Fields) > 0 || form.URL != "" || form.Instructions != "" || form.Title != "" || form.Registered
	return form, ok
}

// ParseAttached reads the <query/> that comes with an error. Only a data form
// counts in it: anything else may be an echo of the request. One that is too large
// counts for none.
func ParseAttached(query *xmltree.Element) (form *Form, ok bool) {
	if dataForm(query) == nil {
		return nil, false
	}
	form, ok = Parse(query)
	if form.IsTooLarge() {
		return nil, false
	}
	return form, ok
}

// IsTooLarge tells whether the form has more fields than anybody is asked to fill in.
func (f *Form) IsTooLarge() bool { return len(f.Fields) > xmltree.MaxFields }

// IsSafeAddress tells whether people can be sent to an address: it is that of a
// page, or of somebody to write to. Other schemes could run a script in the page
// that makes a link of them.
func IsSafeAddress(address string) bool {
	switch scheme(address) {
	case "https", "http", "mailto", "xmpp":
		return true
	}
	return false
}

// scheme returns the scheme of an address in small letters.
func scheme(address string) string {
	s, _, _ := strings.Cut(address, ":")
	return strings.ToLower(s)
}

// dataForm returns the first data form in parent that asks for something.
func dataForm(parent *xmltree.Element) *xmltree.Element {
	for i := range parent.Children {
		x := &parent.Children[i]
		if x.Is(nsData, "x") && x.Get("type") == "form" && len(x.Children) > 0 {
			return x
		}
	}
	return nil
}

// joinLines joins all children of that name. Servers send several elements,
// line breaks inside one, or both.
func joinLines(parent *xmltree.Element, space, local string) string {
	var lines []string
	for i := range parent.Children {
		if c := &parent.Children[i]; c.Is(space, local) {
			if text := strings.TrimSpace(c.Text); text != "" {
				lines = append(lines, strings.ReplaceAll(text, "\r\n", "\n"))
			}
		}
	}
	return strings.Join(lines, "\n")
}

// oldFields reads the fields of XEP-0077 section 4. The schema makes an element
// that is sent one that must be answered (section 3.1.1), so all are required.
// An element that the schema does not name is asked for as a line of text.
func oldFields(query *xmltree.Element) []Field {
	var fields []Field
	seen := map[string]bool{}
	for i := range query.Children {
		c := &query.Children[i]
		name := c.Name.Local
		if c.Name.Space != nsRegister || seen[name] {
			continue
		}
		typ := TextSingle
		switch name {
		case "registered", "instructions", "remove":
			continue
		case "password":
			typ = TextPrivate
		case "key":
			typ = Hidden
		}
		seen[name] = true
		field := Field{Name: name, Type: typ, Required: typ != Hidden}
		if c.Text != "" || typ == Hidden {
			field.Values = []string{c.Text}
		}
		fields = append(fields, field)
	}
	return fields
}

// dataFields reads the fields of a data form (XEP-0004 section 3.2). A field
// without a name can't be answered: only a text (fixed) is kept then. Of two
// fields with one name the first counts.
func dataFields(x *xmltree.Element) []Field {
	var fields []Field
	seen := map[string]bool{}
	for i := range x.Children {
		c := &x.Children[i]
		if !c.Is(nsData, "field") {
			continue
		}
		field := dataField(c)
		if field.Name == "" && field.Type != Fixed || field.Name != "" && seen[field.Name] {
			continue
		}
		seen[field.Name] = true
		fields = append(fields, field)
	}
	return fields
}

func dataField(c *xmltree.Element) Field {
	field := Field{
		Name:        c.Get("var"),
		Type:        fieldType(c.Get("type")),
		Label:       c.Get("label"),
		Description: strings.TrimSpace(c.ChildText(nsData, "desc")),
		Required:    c.Child(nsData, "required") != nil,
	}
	for i := range c.Children {
		switch child := &c.Children[i]; {
		case child.Is(nsData, "value"):
			field.Values = append(field.Values, child.Text)
		case child.Is(nsData, "option"):
			value := child.ChildText(nsData, "value")
			label := child.Get("label")
			if label == "" {
				label = value
			}
			field.Options = append(field.Options, Option{Value: value, Label: label})
		case child.Is(nsMedia, "media"):
			field.Media = append(field.Media, parseMedia(child)...)
		case child.Is(nsValidate, "validate") && field.Validation == nil:
			field.Validation = parseValidation(child)
		}
	}
	if len(field.Values) > 1 && !field.Type.takesSeveral() && field.Type.takesAnswers() {
		field.Values = field.Values[:1]
	}
	return field
}

// fieldType returns the type of that name; one that is missing or unknown is a
// line of text (XEP-0004 section 3.3).
func fieldType(name string) FieldType {
	switch t := FieldType(name); t {
	case Boolean, Fixed, Hidden, JIDMulti, JIDSingle, ListMulti, ListSingle, TextMulti, TextPrivate, TextSingle:
		return t
	}
	return TextSingle
}

// parseValidation reads what a field's values must be like (XEP-0122 section 3).
// Its children are known by their names alone: section 4.2 shows them in the
// namespace of the form. A method that is not known is the basic one (section
// 4.1).
func parseValidation(validate *xmltree.Element) *Validation {
	v := &Validation{Datatype: validate.Get("datatype"), Method: Basic}
	if v.Datatype == "" {
		v.Datatype = "xs:string"
	}
	for i := range validate.Children {
		switch child := &validate.Children[i]; child.Name.Local {
		case "open":
			v.Method = Open
		case "range":
			v.Method, v.Min, v.Max = ByRange, child.Get("min"), child.Get("max")
		case "regex":
			v.Method, v.Regex = ByRegex, strings.TrimSpace(child.Text)
		case "list-range":
			v.ListMin, v.ListMax = listBound(child.Get("min")), listBound(child.Get("max"))
		}
	}
	if v.ListMax > 0 && v.ListMin > v.ListMax {
		v.ListMin, v.ListMax = 0, 0 // nothing would do
	}
	return v
}

// listBound reads how many choices are wanted, 0 for what is no such number.
func listBound(text string) int {
	n, err := strconv.ParseUint(text, 10, 31)
	if err != nil {
		return 0
	}
	return int(n)
}

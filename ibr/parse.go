package ibr

import (
	"strconv"
	"strings"
)

// parseForm understands the <query xmlns='jabber:iq:register'/> of an answer
// (XEP-0077 sections 3.1 and 4). A data form wins over old-style fields where
// the server sends both (section 6), and an answer without either is still a
// form if it has an address or a text to show. ok is false if there is nothing
// at all to show.
func parseForm(query *element) (form *Form, ok bool) {
	form = &Form{
		Registered:   query.child(nsRegister, "registered") != nil,
		Instructions: joinLines(query, nsRegister, "instructions"),
	}
	stray := ""
	if oob := query.child(nsOOB, "x"); oob != nil {
		if form.URL = strings.TrimSpace(oob.childText(nsOOB, "url")); !mayBeFollowed(form.URL) {
			form.URL, stray = "", form.URL
		}
		if form.Instructions == "" {
			form.Instructions = strings.TrimSpace(oob.childText(nsOOB, "desc"))
		}
	}
	if x := dataForm(query); x != nil {
		form.IsDataForm = true
		form.Title = strings.TrimSpace(x.childText(nsData, "title"))
		if own := joinLines(x, nsData, "instructions"); own != "" {
			form.Instructions = own
		}
		form.Fields = dataFields(x)
		form.adoptFallback()
	} else {
		form.Fields = oldFields(query)
	}
	// It may still tell people something.
	form.Instructions = strings.TrimSpace(form.Instructions + "\n" + stray)
	ok = len(form.Fields) > 0 || form.URL != "" || form.Instructions != "" || form.Title != "" || form.Registered
	return form, ok
}

// mayBeFollowed tells whether an address is one that people can be sent to: a
// page, or somebody to write to. Of other schemes some would run a script in the
// page that makes a link of them.
func mayBeFollowed(address string) bool {
	scheme, _, _ := strings.Cut(address, ":")
	switch strings.ToLower(scheme) {
	case "https", "http", "mailto", "xmpp":
		return true
	}
	return false
}

// dataForm returns the first data form in parent that asks for something.
func dataForm(parent *element) *element {
	for i := range parent.children {
		x := &parent.children[i]
		if x.is(nsData, "x") && x.get("type") == "form" && len(x.children) > 0 {
			return x
		}
	}
	return nil
}

// joinLines joins all children of that name. Servers send several elements,
// line breaks inside one, or both.
func joinLines(parent *element, space, local string) string {
	var lines []string
	for i := range parent.children {
		if c := &parent.children[i]; c.is(space, local) {
			if text := strings.TrimSpace(c.text); text != "" {
				lines = append(lines, strings.ReplaceAll(text, "\r\n", "\n"))
			}
		}
	}
	return strings.Join(lines, "\n")
}

// oldFields reads the fields of XEP-0077 section 4. The schema makes an element
// that is sent one that must be answered (section 3.1.1), so all are required.
// An element that the schema does not name is asked for as a line of text.
func oldFields(query *element) []Field {
	var fields []Field
	seen := map[string]bool{}
	for i := range query.children {
		c := &query.children[i]
		name := c.name.Local
		if c.name.Space != nsRegister || seen[name] {
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
		if c.text != "" || typ == Hidden {
			field.Values = []string{c.text}
		}
		fields = append(fields, field)
	}
	return fields
}

// dataFields reads the fields of a data form (XEP-0004 section 3.2). A field
// without a name can't be answered: only a text (fixed) is kept then. Of two
// fields with one name the first counts.
func dataFields(x *element) []Field {
	var fields []Field
	seen := map[string]bool{}
	for i := range x.children {
		c := &x.children[i]
		if !c.is(nsData, "field") {
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

func dataField(c *element) Field {
	field := Field{
		Name:        c.get("var"),
		Type:        fieldType(c.get("type")),
		Label:       c.get("label"),
		Description: strings.TrimSpace(c.childText(nsData, "desc")),
		Required:    c.child(nsData, "required") != nil,
	}
	for i := range c.children {
		switch child := &c.children[i]; {
		case child.is(nsData, "value"):
			field.Values = append(field.Values, child.text)
		case child.is(nsData, "option"):
			value := child.childText(nsData, "value")
			label := child.get("label")
			if label == "" {
				label = value
			}
			field.Options = append(field.Options, Option{Value: value, Label: label})
		case child.is(nsMedia, "media"):
			field.Media = append(field.Media, parseMedia(child)...)
		case child.is(nsValidate, "validate") && field.Validation == nil:
			field.Validation = parseValidation(child)
		}
	}
	if len(field.Values) > 1 && !field.Type.takesMany() && field.Type != Hidden && field.Type != Fixed {
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
func parseValidation(validate *element) *Validation {
	v := &Validation{Datatype: validate.get("datatype"), Method: Basic}
	if v.Datatype == "" {
		v.Datatype = "xs:string"
	}
	for i := range validate.children {
		switch child := &validate.children[i]; child.name.Local {
		case "open":
			v.Method = Open
		case "range":
			v.Method, v.Min, v.Max = ByRange, child.get("min"), child.get("max")
		case "regex":
			v.Method, v.Regex = ByRegex, strings.TrimSpace(child.text)
		case "list-range":
			v.ListMin, v.ListMax = listBound(child.get("min")), listBound(child.get("max"))
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

// parseMedia reads a media element (XEP-0221 section 2). Only what can be shown
// without running anything is kept, from where it can be had: what came over the
// stream first, then what is encrypted on its way, then the rest.
func parseMedia(media *element) []Media {
	var ranked [3][]Media
	width, _ := strconv.ParseUint(media.get("width"), 10, 16)
	height, _ := strconv.ParseUint(media.get("height"), 10, 16)
	for i := range media.children {
		uri := &media.children[i]
		if !uri.is(nsMedia, "uri") || !isPerceptible(uri.get("type")) {
			continue
		}
		address := strings.TrimSpace(uri.text)
		if rank := rankOf(address); rank >= 0 {
			ranked[rank] = append(ranked[rank], Media{
				Type:   uri.get("type"),
				URL:    address,
				Width:  int(width),
				Height: int(height),
			})
		}
	}
	return append(append(ranked[0], ranked[1]...), ranked[2]...)
}

// rankOf orders the schemes that media may have; -1 is for all others.
func rankOf(address string) int {
	scheme, _, _ := strings.Cut(address, ":")
	switch strings.ToLower(scheme) {
	case "cid":
		return 0
	case "https":
		return 1
	case "http":
		return 2
	}
	return -1
}

// isPerceptible tells whether a MIME type is that of an image, a sound or a film.
func isPerceptible(mime string) bool {
	kind, _, _ := strings.Cut(strings.ToLower(mime), "/")
	return kind == "image" || kind == "audio" || kind == "video"
}

// adoptFallback makes an image of the address that servers give beside the
// CAPTCHA, or in place of its media, in a field of its own: "captcha-fallback-url"
// of ejabberd, "url" where the whole form is one of XEP-0158.
func (f *Form) adoptFallback() {
	ocr := f.Field("ocr")
	if ocr == nil || len(ocr.Media) > 0 {
		return
	}
	names := []string{"captcha-fallback-url"}
	if t := f.Field("FORM_TYPE"); t != nil && first(t.Values) == nsCaptcha {
		names = append(names, "url")
	}
	for _, name := range names {
		field := f.Field(name)
		if field == nil {
			continue
		}
		if address := first(field.Values); rankOf(address) > 0 {
			ocr.Media = []Media{{Type: "image/*", URL: address}}
			return
		}
	}
}

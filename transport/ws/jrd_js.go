//go:build js

package ws

import "github.com/hack-pad/safejs"

// parseJRD reads the links of a JRD document (RFC 6415 appendix A) with the
// browser's JSON.parse: encoding/json would add a tenth to the module. Whatever
// has another type than it should is left out.
func parseJRD(body []byte) ([]link, error) {
	json, err := safejs.Global().Get("JSON")
	if err != nil {
		return nil, err
	}
	document, err := json.Call("parse", string(body))
	if err != nil {
		return nil, errNotJRD
	}
	list, ok := property(document, "links")
	if !ok || !isArray(list) {
		return nil, errNotJRD
	}
	n, err := list.Length()
	if err != nil {
		return nil, errNotJRD
	}
	if n > maxLinks {
		return nil, errTooMuch
	}
	var links []link
	for i := range n {
		item, err := list.Index(i)
		if err != nil || item.Type() != safejs.TypeObject {
			continue
		}
		links = append(links, link{text(item, "rel"), text(item, "href")})
	}
	return links, nil
}

func property(v safejs.Value, name string) (safejs.Value, bool) {
	if v.Type() != safejs.TypeObject {
		return safejs.Undefined(), false
	}
	p, err := v.Get(name)
	return p, err == nil
}

func isArray(v safejs.Value) bool {
	array, err := safejs.Global().Get("Array")
	if err != nil {
		return false
	}
	is, err := array.Call("isArray", v)
	if err != nil {
		return false
	}
	yes, err := is.Bool()
	return err == nil && yes
}

// text returns a property that is a string, and "" for any other.
func text(v safejs.Value, name string) string {
	p, ok := property(v, name)
	if !ok || p.Type() != safejs.TypeString {
		return ""
	}
	s, err := p.String()
	if err != nil {
		return ""
	}
	return s
}

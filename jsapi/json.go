//go:build js

package jsapi

import (
	"strconv"
	"syscall/js"

	"github.com/hack-pad/safejs"
)

// An object is a JavaScript object to be: its properties in their order. Values are
// objects, lists, strings, booleans, numbers, and nil for null.
type object []property

type property struct {
	name  string
	value any
}

// toJS makes an object or a list a JavaScript value; any other value is returned as
// it is. The whole crosses as one text of JSON (RFC 8259). To set each property by
// itself would take several calls from WebAssembly to JavaScript for each, which is
// most of the time that a form needs on its way to the page.
func toJS(value any) any {
	switch value.(type) {
	case object, []any:
	default:
		return value
	}
	parser, err := safejs.Safe(js.Global()).Get("JSON")
	if err != nil {
		return nil
	}
	parsed, err := parser.Call("parse", string(appendJSON(nil, value)))
	if err != nil {
		return nil
	}
	return parsed
}

// appendJSON appends a value as JSON.
func appendJSON(b []byte, value any) []byte {
	switch value := value.(type) {
	case object:
		b = append(b, '{')
		for i, p := range value {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(appendString(b, p.name), ':')
			b = appendJSON(b, p.value)
		}
		return append(b, '}')
	case []any:
		b = append(b, '[')
		for i, item := range value {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendJSON(b, item)
		}
		return append(b, ']')
	case string:
		return appendString(b, value)
	case bool:
		return strconv.AppendBool(b, value)
	case int:
		return strconv.AppendInt(b, int64(value), 10)
	case int64:
		return strconv.AppendInt(b, value, 10)
	case float64:
		return strconv.AppendFloat(b, value, 'g', -1, 64)
	}
	return append(b, "null"...)
}

// appendString appends a text as a string of JSON. What is not UTF-8 becomes U+FFFD
// on its way to JavaScript.
func appendString(b []byte, s string) []byte {
	const hex = "0123456789abcdef"
	b = append(b, '"')
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
		case c < ' ':
			b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		default:
			b = append(b, c)
		}
	}
	return append(b, '"')
}

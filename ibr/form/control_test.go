package form

import (
	"fmt"
)

// drawn is all that a page is told of a field, in one line.
func drawn(field *Field) string {
	content := field.Content()
	s := fmt.Sprintf("%s %s %s", field.Control(), field.Keyboard(), content.Type)
	add := func(name string, value any, none any) {
		if value != none {
			s += fmt.Sprintf(" %s=%v", name, value)
		}
	}
	add("of", content.Min+"…"+content.Max, "…")
	min, max := field.Range()
	add("range", min+"…"+max, "…")
	least, most := field.Choices()
	add("choices", fmt.Sprintf("%d…%d", least, most), "0…0")
	add("multiple", field.Multiple(), false)
	add("open", field.Open(), false)
	add("checked", field.Checked(), false)
	add("true", field.IsTrue(), false)
	add("fallback", field.Fallback, false)
	add("captcha", field.Captcha(), CaptchaKind(""))
	add("link", field.Link(), "")
	return s
}

package ibr

import (
	"strings"
	"time"
)

// stanzaError understands an <iq type='error'/> (RFC 6120 section 8.3.2) as the
// answer to req. It takes what old and odd servers send: children in any order,
// a text outside of the namespace, a numeric code or bare text in place of a
// condition. When to try again is told in the way of XEP-0363 section 5, by an
// application-specific condition with a stamp (XEP-0082). What the server echoes of
// the request is not looked at, but for a form that comes with the error.
func stanzaError(iq *element, req request, lang string) *Error {
	e := &Error{Kind: KindStanza}
	if query := iq.child(nsRegister, "query"); query != nil {
		if dataForm(query) != nil {
			e.Form, _ = parseForm(query)
		}
	}
	if err := errorChild(iq); err != nil {
		e.Type = err.get("type")
		var texts []*element
		for i := range err.children {
			c := &err.children[i]
			switch {
			case c.name.Local == "text" && (c.name.Space == nsStanzaErrors || c.name.Space == nsClient):
				texts = append(texts, c)
			case c.name.Space == nsStanzaErrors:
				if e.Condition == "" {
					e.Condition = c.name.Local
					e.URL = redirectURL(c)
				}
			default:
				if e.Application == "" {
					e.Application = c.name.Local
				}
				if e.RetryAt.IsZero() {
					e.RetryAt, _ = time.Parse(time.RFC3339, c.get("stamp"))
				}
			}
		}
		e.Text = chooseText(texts, lang)
		if e.Text == "" {
			e.Text = strings.TrimSpace(err.text)
		}
		if e.Condition == "" {
			e.Condition = legacyConditions[err.get("code")]
		}
	}
	e.Reason = req.reasonOf(e.Type, e.Condition, e.Text)
	switch e.Reason {
	case UsernameTaken, UsernameInvalid:
		e.Field = "username"
	}
	return e
}

func errorChild(iq *element) *element {
	for i := range iq.children {
		if c := &iq.children[i]; c.name.Local == "error" {
			return c
		}
	}
	return nil
}

// redirectURL returns the address that <gone/> and <redirect/> carry, if it may be followed.
func redirectURL(condition *element) string {
	switch condition.name.Local {
	case "gone", "redirect":
		if address := strings.TrimSpace(condition.text); mayBeFollowed(address) {
			return address
		}
	}
	return ""
}

// chooseText returns the text in the language asked for: the same tag, else the
// same primary language, else the first.
func chooseText(texts []*element, lang string) string {
	primary := func(tag string) string {
		tag, _, _ = strings.Cut(tag, "-")
		return tag
	}
	best, rank := "", 0
	for _, t := range texts {
		r := 1
		switch own := t.lang(); {
		case own != "" && strings.EqualFold(own, lang):
			r = 3
		case own != "" && strings.EqualFold(primary(own), primary(lang)):
			r = 2
		}
		if r > rank {
			best, rank = strings.TrimSpace(t.text), r
		}
	}
	return best
}

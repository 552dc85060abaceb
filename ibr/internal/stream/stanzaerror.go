package stream

import (
	"strings"

	"github.com/xmppreg/xmppreg/internal/xmltree"
)

// readStanzaError understands an <iq type='error'/> (RFC 6120 section 8.3.2). It
// takes what old and odd servers send: children in any order, a text outside of
// the namespace, a numeric code or bare text in place of a condition. When to try
// again is told in the way of XEP-0363 section 5, by an application-specific
// condition with a stamp (XEP-0082).
func readStanzaError(iq *xmltree.Element, lang string) *StanzaError {
	e := &StanzaError{IQ: iq}
	var child *xmltree.Element
	for i := range iq.Children {
		if c := &iq.Children[i]; c.Name.Local == "error" {
			child = c
			break
		}
	}
	if child == nil {
		return e
	}
	e.Type = child.Get("type")
	var texts []*xmltree.Element
	for i := range child.Children {
		c := &child.Children[i]
		switch {
		case c.Name.Local == "text" && (c.Name.Space == nsStanzaErrors || c.Name.Space == xmltree.NSClient):
			texts = append(texts, c)
		case c.Name.Space == nsStanzaErrors:
			if e.Condition == "" {
				e.Condition = c.Name.Local
				if c.Name.Local == "gone" || c.Name.Local == "redirect" {
					e.Address = strings.TrimSpace(c.Text)
				}
			}
		default:
			if e.Application == "" {
				e.Application = c.Name.Local
			}
			if e.RetryAt.IsZero() {
				e.RetryAt = parseStamp(c.Get("stamp"))
			}
		}
	}
	if e.Text = textIn(lang, texts); e.Text == "" {
		e.Text = strings.TrimSpace(child.Text)
	}
	if e.Condition == "" {
		e.Condition = legacyConditions[child.Get("code")]
	}
	return e
}

// legacyConditions are the conditions that the numeric codes stood for
// (XEP-0086 section 3), for servers that send nothing else.
var legacyConditions = map[string]string{
	"302": "redirect",
	"400": "bad-request",
	"401": "not-authorized",
	"402": "payment-required",
	"403": "forbidden",
	"404": "item-not-found",
	"405": "not-allowed",
	"406": "not-acceptable",
	"407": "registration-required",
	"408": "remote-server-timeout",
	"409": "conflict",
	"500": "internal-server-error",
	"501": "feature-not-implemented",
	"502": "service-unavailable",
	"503": "service-unavailable",
	"504": "remote-server-timeout",
	"510": "service-unavailable",
}

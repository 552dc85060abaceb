package ibr

import (
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/xmppreg/xmppreg/internal/jid"
)

// maxWritten bounds the texts in which addresses are looked for, in bytes: to look costs more
// than a text's length.
const maxWritten = 4096

// An addressURI is an xmpp: address with what it is for (RFC 5122 section 2.5).
type addressURI struct {
	address    jid.JID
	action     string
	parameters map[string]string
}

// parseLink parses an xmpp: address.
func parseLink(text string) (addressURI, error) {
	rest, _ := cutLink(text)
	rest, _, _ = strings.Cut(rest, "#")
	path, query, _ := strings.Cut(rest, "?")
	action, pairs, _ := strings.Cut(query, ";")
	l := addressURI{action: action, parameters: map[string]string{}}
	for _, pair := range strings.Split(pairs, ";") {
		key, value, _ := strings.Cut(pair, "=")
		if value, err := url.PathUnescape(value); err == nil {
			l.parameters[key] = value
		}
	}
	path, err := url.PathUnescape(path)
	if err != nil {
		return l, noInvitation("the link's address is not percent-encoded as it must be", err)
	}
	if l.address, err = jid.Parse(path); err != nil {
		return l, noInvitation("the link names no XMPP address", nil) // the cause may hold the token
	}
	return l, nil
}

// invitation returns the invitation that a link is, or says why it is none.
func (l addressURI) invitation() (Invitation, error) {
	invitation := Invitation{Token: l.parameters["preauth"], Domain: l.address.Domainpart()}
	switch {
	case l.action == "roster" && l.parameters["ibr"] != "y":
		return Invitation{}, noInvitation("the link adds a contact and does not let its user register", nil)
	case l.action != "roster" && l.action != "register", invitation.Token == "":
		return Invitation{}, noInvitation("the link holds no invitation", nil)
	case l.action == "register":
		invitation.Username = l.address.Localpart()
	}
	return invitation, nil
}

// cutLink cuts the scheme off an xmpp: address. A page that takes such addresses is handed
// them as web+xmpp: (HTML, registerProtocolHandler).
func cutLink(text string) (rest string, found bool) {
	scheme, rest, found := strings.Cut(text, ":")
	return rest, found && (strings.EqualFold(scheme, "xmpp") || strings.EqualFold(scheme, "web+xmpp"))
}

// isPage tells whether a text is the address of a web page.
func isPage(text string) bool {
	scheme, rest, _ := strings.Cut(text, ":")
	return (strings.EqualFold(scheme, "https") || strings.EqualFold(scheme, "http")) && strings.HasPrefix(rest, "//")
}

// addressesIn returns the xmpp: addresses and those of web pages that stand in a text, as people
// write them: among words, in brackets or quotes, with a full stop behind. It looks behind
// percent-encoding where there are none else.
func addressesIn(text string) []string {
	var found []string
	for at := 0; ; {
		colon := strings.IndexByte(text[at:], ':')
		if colon < 0 {
			break
		}
		colon += at
		start := at + len(strings.TrimRightFunc(text[at:colon], isOfScheme))
		candidate := text[start:]
		at = colon + 1
		if rest, isLink := cutLink(candidate); isLink && trimEnd(rest) != "" || isPage(candidate) {
			if end := strings.IndexFunc(candidate, endsLink); end >= 0 {
				candidate = candidate[:end]
			}
			at = start + len(candidate)
			found = append(found, trimEnd(candidate))
		}
	}
	if len(found) == 0 && strings.Contains(text, "%3") {
		if decoded, err := url.PathUnescape(text); err == nil && decoded != text {
			return addressesIn(decoded)
		}
	}
	return found
}

func isOfScheme(r rune) bool {
	return r == '+' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'
}

// endsLink tells whether no address goes on behind a character: white space, quotes, angle
// brackets, and marks that turn the direction of a text or that nobody sees.
func endsLink(r rune) bool {
	return unicode.IsSpace(r) || unicode.IsControl(r) || strings.ContainsRune("<>\"`“”„«»‹›「」『』《》〈〉。，、", r) ||
		0x200B <= r && r <= 0x200F || 0x202A <= r && r <= 0x202E || 0x2060 <= r && r <= 0x2069 || r == 0xFEFF
}

// trimEnd cuts off what ends a sentence, and brackets that are not opened in the text.
func trimEnd(text string) string {
	for {
		r, size := utf8.DecodeLastRuneInString(text)
		if !strings.ContainsRune(")]}.,;:!?'’…！？；：）؟؛،", r) || size == 0 {
			return text
		}
		shorter := text[:len(text)-size]
		if bracket := strings.IndexRune(")]}", r); bracket >= 0 {
			if strings.Count(shorter, "([{"[bracket:bracket+1]) > strings.Count(shorter, string(r)) {
				return text
			}
		}
		text = shorter
	}
}

// carriedLinks returns the xmpp: addresses that the address of a page may carry: as its
// fragment or query, or as a parameter there, percent-encoded or not, with their scheme
// or without.
func carriedLinks(page string) []string {
	rest, fragment, _ := strings.Cut(page, "#")
	_, query, _ := strings.Cut(rest, "?")
	var found []string
	for _, pair := range strings.Split(fragment+"&"+query, "&") {
		_, value, _ := strings.Cut(pair, "=")
		for _, part := range []string{pair, value} {
			decoded, _ := url.PathUnescape(part)
			for _, text := range []string{part, decoded} {
				for _, candidate := range candidates(strings.TrimLeft(text, "/!")) {
					if !isPage(candidate) {
						found = append(found, candidate)
					}
				}
			}
		}
	}
	return found
}

// candidates returns the xmpp: addresses and those of web pages that somebody may mean by a
// text, best first.
func candidates(text string) []string {
	if len(text) > maxWritten {
		return nil
	}
	var found []string
	if _, isLink := cutLink(text); isLink {
		found = append(found, text)
	}
	found = append(found, addressesIn(text)...)
	if asksToRegister(text) {
		found = append(found, "xmpp:"+text)
	}
	return found
}

// asksToRegister tells whether a text is an xmpp: address without its scheme that is for
// registering, or for adding a contact, which may come to the same.
func asksToRegister(text string) bool {
	path, query, _ := strings.Cut(text, "?")
	action, _, _ := strings.Cut(query, ";")
	return path != "" && !strings.Contains(path, ":") && (action == "register" || action == "roster")
}

package ibr

import (
	"net/url"
	"strings"

	"github.com/xmppreg/xmppreg/internal/jid"
)

// A Provider is what somebody means who is asked for one.
type Provider struct {
	Domain string // of the server
	Token  string // the invitation that came with it, for [Config]; empty for none
	IsPage bool   // Token is the address of a web page. If it holds no invitation, it may be the provider's own: Domain is its host
}

// ParseProvider understands what people write who are asked for their provider: its
// domain, an address there, a link or a page of it, the link or the page of an invitation,
// with a full stop behind, in brackets, or among other words. ok is false where none of
// these is in the text, or several domains are.
func ParseProvider(text string) (provider Provider, ok bool) {
	text = strings.TrimSpace(text)
	invitation, err := ParseInvitation(text)
	if err == nil && invitation.Domain != "" {
		return Provider{Domain: invitation.Domain, Token: invitation.link()}, true
	}
	for _, candidate := range candidates(text) {
		if !isPage(candidate) {
			if domain := domainIn(candidate); domain != "" {
				return Provider{Domain: domain}, true
			}
			continue
		}
		for _, carried := range carriedLinks(candidate) {
			if domain := domainIn(carried); domain != "" {
				return Provider{Domain: domain}, true
			}
		}
		page, err := url.Parse(candidate)
		if err != nil {
			continue
		}
		if domain := domainIn(page.Host); domain != "" {
			isHome := strings.Trim(page.Path, "/") == "" && page.RawQuery == "" && page.Fragment == ""
			if isHome || strings.EqualFold(page.Scheme, "http") {
				return Provider{Domain: domain}, true
			}
			return Provider{Domain: domain, Token: candidate, IsPage: true}, true
		}
	}
	if len(text) > maxWritten {
		return Provider{}, false
	}
	words := strings.Fields(text)
	for _, word := range words {
		domain := domainIn(word)
		if domain == "" || strings.Contains(word, "://") || len(words) > 1 && !strings.ContainsAny(trimEnd(word), ".@") {
			continue
		}
		if provider.Domain != "" && provider.Domain != domain {
			return Provider{}, false
		}
		provider.Domain = domain
	}
	return provider, provider.Domain != ""
}

// domainIn returns the domain of an address, however it is written: with a scheme, a user,
// a port, a path, in brackets or quotes; "" if there is none.
func domainIn(text string) string {
	if rest, isLink := cutLink(text); isLink {
		text = rest
	}
	text = strings.TrimFunc(text, func(r rune) bool { return endsLink(r) || strings.ContainsRune("/(){}'’‘", r) })
	if i := strings.IndexAny(text, "/?#"); i >= 0 {
		text = text[:i]
	}
	if decoded, err := url.PathUnescape(text); err == nil {
		text = decoded
	}
	text = text[strings.LastIndexByte(text, '@')+1:]
	text = trimEnd(text)
	if address, port, _ := strings.Cut(text, "]"); strings.Count(address, ":") > 1 && strings.HasPrefix(address, "[") {
		text = strings.TrimSuffix(text, port) // an IPv6 address
	} else {
		text, _, _ = strings.Cut(strings.Trim(text, "[]"), ":")
		if strings.ContainsAny(text, " \\<>^|%\"'[](){},;!") || strings.Contains(text, "..") {
			return ""
		}
	}
	domain, err := jid.New("", text, "")
	if err != nil {
		return ""
	}
	return domain.Domainpart()
}

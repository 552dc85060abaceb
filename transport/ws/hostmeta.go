package ws

import (
	"bytes"
	"errors"
	"net/url"

	"github.com/xmppreg/xmppreg/internal/xmltree"
)

// Link relations of XEP-0156.
const (
	relWebSocket = "urn:xmpp:alt-connections:websocket"
	relBOSH      = "urn:xmpp:alt-connections:xbosh"
)

const nsXRD = "http://docs.oasis-open.org/ns/xri/xrd-1.0"

// maxLinks is how many links a document may have. Each costs a browser much more than its
// bytes, and each WebSocket among them would be tried.
const maxLinks = 100

// link is one link of a host-meta document.
type link struct {
	rel  string
	href string
}

var (
	errUnknown   = errors.New("it is neither an XRD nor JSON with a list of links")
	errNotXML    = errors.New("it is not well-formed XML")
	errEncoding  = errors.New("it is not XML 1.0 in UTF-8")
	errNotXRD    = errors.New("its root is not an XRD in the namespace " + nsXRD)
	errDirective = errors.New("it has a document type declaration")
	errTooMuch   = errors.New("it is larger than any such document")
	errNotJRD    = errors.New("it is not JSON with a list of links")
)

// parseHostMeta reads the links of a host-meta document. It recognises the format by the
// content: some servers have the one format under the name of the other.
func parseHostMeta(body []byte) ([]link, error) {
	body = bytes.TrimSpace(bytes.TrimPrefix(body, []byte("\uFEFF")))
	switch {
	case bytes.HasPrefix(body, []byte("<")):
		return parseXRD(body)
	case bytes.HasPrefix(body, []byte("{")), bytes.HasPrefix(body, []byte("[")):
		return parseJRD(body)
	}
	return nil, errUnknown
}

// parseXRD reads the links of an XRD document (RFC 6415 section 3.1).
func parseXRD(body []byte) ([]link, error) {
	root, err := xmltree.ParseDocument(body)
	var syntax *xmltree.SyntaxError
	if errors.As(err, &syntax) {
		switch syntax.Condition {
		case xmltree.RestrictedXML:
			return nil, errDirective
		case xmltree.UnsupportedEncoding:
			return nil, errEncoding
		case xmltree.PolicyViolation:
			return nil, errTooMuch
		}
		return nil, errNotXML
	}
	if !root.Is(nsXRD, "XRD") {
		return nil, errNotXRD
	}
	var links []link
	for i := range root.Children {
		if c := &root.Children[i]; c.Is(nsXRD, "Link") {
			if len(links) == maxLinks {
				return nil, errTooMuch
			}
			links = append(links, link{c.Get("rel"), c.Get("href")})
		}
	}
	return links, nil
}

// webSockets picks the addresses that can be used, in their order. The result is Found,
// or says why there is no such address.
func webSockets(links []link) (addresses []*url.URL, result Result) {
	var bosh, insecure, unusable bool
	for _, l := range links {
		switch l.rel {
		case relBOSH:
			bosh = true
		case relWebSocket:
			u, err := parseAddress(l.href)
			switch {
			case err == nil:
				addresses = append(addresses, u)
			case errors.Is(err, errInsecure):
				insecure = true
			default:
				unusable = true
			}
		}
	}
	switch {
	case len(addresses) > 0:
		return addresses, Found
	case insecure:
		return nil, Insecure
	case unusable:
		return nil, Unusable
	case bosh:
		return nil, OnlyBOSH
	default:
		return nil, NoLink
	}
}

// instead says in a few words what a file holds instead of a WebSocket that
// can be used.
func instead(result Result) string {
	switch result {
	case Insecure:
		return "it names only a WebSocket that is not encrypted (ws:)"
	case Unusable:
		return "it names a WebSocket, but its address can't be used"
	case OnlyBOSH:
		return "it names no WebSocket, only BOSH"
	case NoLink:
		return "it names no WebSocket"
	}
	return ""
}

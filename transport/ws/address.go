package ws

import (
	"errors"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/xmppreg/xmppreg/transport"
)

// What can be wrong with a WebSocket's address.
var (
	errScheme   = errors.New("it is not a wss: address")
	errInsecure = errors.New("it is not encrypted: ws: is for this very machine only")
	errUserinfo = errors.New("it holds a user name or password")
	errHost     = errors.New("it has no usable host")
	errPort     = errors.New("it has a port above 65535")
	errFragment = errors.New("it has a fragment")
	errSyntax   = errors.New("it is not an address")
)

// parseAddress parses and checks the address of a WebSocket: wss: to anywhere,
// or ws: to this very machine. Its host comes back in A-labels.
func parseAddress(raw string) (*url.URL, error) {
	u, err := url.Parse(raw)
	if err != nil {
		// The parser's own error would repeat a password in the address.
		return nil, errSyntax
	}
	switch {
	case u.Scheme != "wss" && u.Scheme != "ws":
		return nil, errScheme
	case u.User != nil:
		return nil, errUserinfo
	case u.Opaque != "":
		return nil, errSyntax
	case u.Fragment != "" || strings.Contains(raw, "#"):
		return nil, errFragment
	case !isPort(u.Port()):
		return nil, errPort
	}
	host, ok := asciiHost(u.Hostname())
	if !ok {
		return nil, errHost
	}
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	if port := u.Port(); port != "" {
		host += ":" + port
	}
	u.Host = host
	if u.Scheme == "ws" && !isLoopback(u.Hostname()) {
		return nil, errInsecure
	}
	return u, nil
}

// isPort tells whether the port of a parsed URL is in the range of ports, or left
// out.
func isPort(port string) bool {
	_, err := strconv.ParseUint(port, 10, 16)
	return err == nil || port == ""
}

// asciiHost returns a host name in A-labels, or an IP address, without brackets and in
// lower case. It refuses every name that could mean something else inside of a URL.
func asciiHost(host string) (string, bool) {
	if strings.Contains(host, ":") {
		ip, err := netip.ParseAddr(host)
		return ip.String(), err == nil && ip.Zone() == ""
	}
	if !utf8.ValidString(host) {
		return "", false
	}
	for i := range len(host) {
		if host[i] >= utf8.RuneSelf {
			var ok bool
			if host, ok = aLabels(host); !ok {
				return "", false
			}
			break
		}
	}
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if host == "" || len(host) > 253 {
		return "", false
	}
	for label := range strings.SplitSeq(host, ".") {
		if label == "" || len(label) > 63 || strings.Trim(label, "abcdefghijklmnopqrstuvwxyz0123456789-_") != "" {
			return "", false
		}
	}
	return host, true
}

// asciiDomain returns an XMPP domain (RFC 7622 section 3.2) as the host of a
// URL: in A-labels, an IPv6 address in brackets.
func asciiDomain(domain string) (string, error) {
	name, bracketed := domain, false
	if strings.HasPrefix(domain, "[") && strings.HasSuffix(domain, "]") {
		name, bracketed = domain[1:len(domain)-1], true
	}
	host, ok := asciiHost(name)
	if !ok || bracketed != strings.Contains(host, ":") {
		return "", &transport.Error{Fault: transport.HostUnknown, Discovery: true, Text: "not a domain: " + quote(domain)}
	}
	if bracketed {
		return "[" + host + "]", nil
	}
	return host, nil
}

// isLoopback tells whether a host can be no other than this very machine:
// RFC 6761 section 6.3 for the names, and the loopback addresses.
func isLoopback(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}

// canonical returns an address in a form in which it can be compared.
func canonical(u *url.URL) string {
	c := *u
	c.Host = strings.ToLower(c.Host)
	if c.Scheme == "wss" {
		c.Host = strings.TrimSuffix(c.Host, ":443")
	} else {
		c.Host = strings.TrimSuffix(c.Host, ":80")
	}
	if c.Path == "" {
		c.Path = "/"
	}
	return c.String()
}

// withoutQuery returns an address for a log: its query may hold something secret.
func withoutQuery(u *url.URL) string {
	c := *u
	c.RawQuery, c.ForceQuery = "", false
	return c.String()
}

// quote returns what somebody else wrote in quotes, shortened and printable.
func quote(s string) string {
	const most = 200
	if len(s) > most {
		s = strings.ToValidUTF8(s[:most], "") + "…"
	}
	return `"` + strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == '"' {
			return '\uFFFD'
		}
		return r
	}, s) + `"`
}

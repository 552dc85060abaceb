package ws

import (
	"strings"

	"github.com/hack-pad/safejs"
)

// aLabels returns a host name in A-labels (RFC 5890 section 2.3.2.1), as the browser
// itself makes them. The caller checks what comes of it.
func aLabels(host string) (string, bool) {
	// Nothing that would end the host in a URL, or that its parser decodes or
	// leaves out.
	if strings.ContainsFunc(host, func(r rune) bool {
		return r < 0x80 && !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.", r)
	}) {
		return "", false
	}
	constructor, err := safejs.Global().Get("URL")
	if err != nil {
		return "", false
	}
	// Behind this label, numbers are not read as an IPv4 address.
	const label = ".a"
	parsed, err := constructor.New("https://" + strings.TrimSuffix(host, ".") + label)
	if err != nil {
		return "", false
	}
	ascii, err := parsed.Get("hostname")
	if err != nil {
		return "", false
	}
	name, err := ascii.String()
	if err != nil {
		return "", false
	}
	return strings.CutSuffix(name, label)
}

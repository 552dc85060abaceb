//go:build !js

package ws

import "golang.org/x/net/idna"

// aLabels returns a host name in A-labels (RFC 5890 section 2.3.2.1). The caller
// checks what comes of it.
func aLabels(host string) (string, bool) {
	host, err := idna.Lookup.ToASCII(host)
	return host, err == nil
}

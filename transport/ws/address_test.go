package ws

import (
	"errors"
	"net/url"
	"strings"
	"testing"

	"github.com/xmppreg/xmppreg/transport"
)

func TestAddressesOfWebSockets(t *testing.T) {
	for _, tc := range []struct {
		raw, want string
		err       error
	}{
		{"wss://shore.example/x", "wss://shore.example/x", nil},
		{"WSS://Shore.Example", "wss://shore.example", nil},
		{"wss://shore.example:5281/xmpp-websocket?a=b", "wss://shore.example:5281/xmpp-websocket?a=b", nil},
		{"wss://bücher.example/x", "wss://xn--bcher-kva.example/x", nil},
		{"wss://[2001:db8::1]:443/", "wss://[2001:db8::1]:443/", nil},
		{"wss://shore.example:65535/x", "wss://shore.example:65535/x", nil},
		{"wss://shore.example:/x", "wss://shore.example/x", nil},
		{"ws://localhost:5280/x", "ws://localhost:5280/x", nil},
		{"ws://a.localhost./x", "ws://a.localhost/x", nil},
		{"ws://127.8.9.1/x", "ws://127.8.9.1/x", nil},
		{"ws://[::1]/x", "ws://[::1]/x", nil},

		{"ws://shore.example/x", "", errInsecure},
		{"ws://localhost.example/x", "", errInsecure},
		{"ws://127.0.0.1.example/x", "", errInsecure},
		{"ws://[::2]/x", "", errInsecure},
		{"ws://10.0.0.1/x", "", errInsecure},
		{"https://shore.example/x", "", errScheme},
		{"/x", "", errScheme},
		{"", "", errScheme},
		{"wss://u:p@shore.example/x", "", errUserinfo},
		{"wss://u@shore.example/x", "", errUserinfo},
		{"wss:///x", "", errHost},
		{"wss:/x", "", errHost},
		{"wss:x", "", errSyntax},
		{"wss://a..b/", "", errHost},
		{"wss://a!b/", "", errHost},
		{"wss://[fe80::1%25eth0]/", "", errHost},
		{"wss://shore.example:65536/x", "", errPort},
		{"wss://shore.example/x#y", "", errFragment},
		{"wss://shore.example/x#", "", errFragment},
		{"wss://shore.example\\@other.example/", "", errSyntax},
		{"wss://shore.exa\nmple/", "", errSyntax},
		{"wss://shore.example /", "", errSyntax},
	} {
		u, err := parseAddress(tc.raw)
		if !errors.Is(err, tc.err) || err == nil && u.String() != tc.want {
			t.Errorf("%s: got %v, %v; want %s, %v", tc.raw, u, err, tc.want, tc.err)
		}
	}
}

func TestDomainsCanNotChangeTheAddress(t *testing.T) {
	for domain, want := range map[string]string{
		"shore.example":                   "shore.example",
		"Shore.Example.":                  "shore.example",
		"bücher.example":                  "xn--bcher-kva.example",
		"BÜCHER.straße。":                  "xn--bcher-kva.xn--strae-oqa",
		"１２７.0.0.1":                       "127.0.0.1",
		"0x7f.１":                          "0x7f.1", // not what a URL makes of it
		"نامه\u200Cای.example":            "xn--mgba3gch31f060k.example",
		"my_host":                         "my_host",
		"127.0.0.1":                       "127.0.0.1",
		"[::1]":                           "[::1]",
		"":                                "",
		".":                               "",
		"::1":                             "",
		"[127.0.0.1]":                     "",
		"[::1":                            "",
		"a.example/b":                     "",
		"a.example\\b":                    "",
		"a@b.example":                     "",
		"a.example:443":                   "",
		"a.example?b":                     "",
		"a.example#b":                     "",
		"a b.example":                     "",
		"a%2fb":                           "",
		"a.example\uFF0Fb":                "", // a full-width slash
		"a.example％2fb":                   "",
		"ü:443":                           "",
		"ü/b":                             "",
		"ü?b":                             "",
		"u@ü":                             "",
		"ü\\b":                            "",
		"ü\tb":                            "",
		"ü%2eb":                           "",
		"[ü]":                             "",
		"\u0301a":                         "",
		"a\x00b":                          "",
		"a..example":                      "",
		"\xff.example":                    "",
		strings.Repeat("a", 64):           "",
		strings.Repeat("abc.", 63) + "ab": "",
	} {
		got, err := asciiDomain(domain)
		if want == "" {
			var e *transport.Error
			if !errors.As(err, &e) || e.Fault != transport.HostUnknown || !e.Discovery {
				t.Errorf("%q: got %q, %v", domain, got, err)
			}
		} else if err != nil || got != want {
			t.Errorf("%q: got %q, %v; want %q", domain, got, err, want)
		}
	}
}

func TestTheSameAddressIsRecognised(t *testing.T) {
	for _, pair := range [][2]string{
		{"wss://a.example", "wss://A.example:443/"},
		{"ws://localhost:80/x", "ws://localhost/x"},
	} {
		a, err1 := url.Parse(pair[0])
		b, err2 := url.Parse(pair[1])
		if err1 != nil || err2 != nil || canonical(a) != canonical(b) {
			t.Errorf("%v: %v, %v", pair, err1, err2)
		}
	}
}

func TestErrorsShowForeignTextSafely(t *testing.T) {
	if got := quote("a\x1b\"b"); got != "\"a\uFFFD\uFFFDb\"" {
		t.Error(got)
	}
	if got := quote(strings.Repeat("ä", 200)); len(got) > 220 || !strings.HasSuffix(got, "…\"") {
		t.Error(got)
	}
	u := &url.URL{Scheme: "wss", Host: "a.example", Path: "/x", RawQuery: "token=secret"}
	if got := withoutQuery(u); got != "wss://a.example/x" {
		t.Error(got)
	}
}

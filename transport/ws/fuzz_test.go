//go:build !js

package ws

import (
	"context"
	"errors"
	"io"
	"net/url"
	"strings"
	"testing"

	"github.com/xmppreg/xmppreg/internal/queue"
	"github.com/xmppreg/xmppreg/internal/xmltree"
	"github.com/xmppreg/xmppreg/transport"
)

// FuzzHostMeta shows that only addresses come out that may be connected to.
func FuzzHostMeta(f *testing.F) {
	const xrd = "<XRD xmlns='http://docs.oasis-open.org/ns/xri/xrd-1.0'>"
	for _, seed := range []string{
		`{"links": [{"rel": "urn:xmpp:alt-connections:websocket", "href": "wss://shore.example/x"}]}`,
		`{"links":[null,5,"a",[],{"rel":{},"href":[]},{}]}`, `[]`, `{`, "",
		xrd + "<Link rel='urn:xmpp:alt-connections:websocket' href='wss://ws.shore.example/x'/></XRD>",
		"<?xml version='1.0' encoding='utf-8'?><!-- x -->" + xrd + "<Link rel='urn:xmpp:alt-connections:websocket' href='ws://[::1]:5280/&#x41;'/></XRD>",
		xrd + "<Link rel='urn:xmpp:alt-connections:websocket' href='wss://a@b/'/><Link href='javascript:1'/></XRD>",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		links, err := parseHostMeta(body)
		if err != nil && len(links) > 0 {
			t.Errorf("%d links with the error %v", len(links), err)
		}
		addresses, result := webSockets(links)
		if (result == Found) != (len(addresses) > 0) {
			t.Errorf("%d addresses, %s", len(addresses), result)
		}
		for _, u := range addresses {
			checkAddress(t, u)
		}
	})
}

// checkAddress sees that an address is that of an encrypted WebSocket or of one on this
// machine, and that it is read back from what it is written as.
func checkAddress(t *testing.T, u *url.URL) {
	t.Helper()
	if u.Scheme != "wss" && !(u.Scheme == "ws" && isLoopback(u.Hostname())) || u.User != nil || u.Fragment != "" {
		t.Errorf("the address %q", u)
	}
	again, err := parseAddress(u.String())
	if err != nil || again.String() != u.String() {
		t.Errorf("%q became %q, %v", u, again, err)
	}
}

// FuzzAddress is the same for an address, and for where one leads to.
func FuzzAddress(f *testing.F) {
	for _, seed := range []string{
		"wss://shore.example/x", "ws://localhost:5280/x?a=b", "ws://127.0.0.1/", "wss://[::1]/", "wss://bücher.example", "wss://a@b/", "wss:x", "//x", "/x",
		"wss://x:99999/", "wss://x/#", "wss://x.", "https://x", "wss://%31", "wss://x/%zz",
	} {
		f.Add(seed)
	}
	from := &url.URL{Scheme: "wss", Host: "shore.example", Path: "/x"}
	f.Fuzz(func(t *testing.T, address string) {
		if u, err := parseAddress(address); err == nil {
			checkAddress(t, u)
		}
		if u, err := redirectTarget(from, address); err == nil {
			checkAddress(t, u)
			if u.Scheme != "wss" {
				t.Errorf("from wss: to %q", u)
			}
		}
		if host, err := asciiDomain(address); err == nil {
			if again, err := asciiDomain(host); err != nil || again != host {
				t.Errorf("%q became %q, and that %q, %v", address, host, again, err)
			}
		}
	})
}

// FuzzMessages has a server send any messages, one on each line. What comes through is
// within the bounds, and after a message that breaks the rules nothing does.
func FuzzMessages(f *testing.F) {
	for _, seed := range []string{
		serverOpen + "\n" + features + "\n" + iqResult + "\n" + closeElement,
		features, serverOpen + "\n" + serverOpen, serverOpen + "\n<iq/>\n" + features, serverOpen + "\n \n" + features,
		"<close xmlns='urn:ietf:params:xml:ns:xmpp-framing' see-other-uri='wss://two.example/x'/>",
		serverOpen + "\n<close xmlns='urn:ietf:params:xml:ns:xmpp-framing' see-other-uri='http://x'/>",
		serverOpen + "\n<stream:error><host-unknown xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>\n" + closeElement,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, messages []byte) {
		moved := 0
		s := &stream{
			address:  &url.URL{Scheme: "wss", Host: "shore.example"},
			log:      func(string, string) {},
			moved:    func(to *url.URL) { moved++; checkAddress(t, to) },
			received: queue.New[*transport.Element](maxQueued),
			noMore:   make(chan struct{}),
		}
		var end error
		for line := range strings.Lines(string(messages)) {
			if end = s.handle(message{text: []byte(strings.TrimSuffix(line, "\n"))}); end != nil {
				s.end(end)
				break
			}
		}
		if end == nil {
			s.end(io.EOF)
		}
		if moved > 1 {
			t.Errorf("sent on %d times", moved)
		}
		for {
			e, err := s.Receive(context.Background())
			if err != nil {
				var fault *transport.Error
				var away *redirection
				if err != io.EOF && !errors.As(err, &fault) && !errors.As(err, &away) {
					t.Errorf("error %v", err)
				}
				return
			}
			if e.Name.Space == "" || e.Name.Space == nsFraming {
				t.Errorf("received %s", e)
			}
			if _, err := xmltree.Parse([]byte(e.String())); err != nil {
				t.Errorf("received %s: %v", e, err)
			}
		}
	})
}

// FuzzInvitationPage shows that a link is one whatever a page holds.
func FuzzInvitationPage(f *testing.F) {
	for _, seed := range []string{
		`<a href="xmpp:shore.example?register;preauth=T">`, `<xmpp:shore.example?register;preauth=T>; rel="alternate"`, `"xmpp:"xmpp:x?preauth=`, `'xmpp:a b?preauth='`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, page string) {
		for _, signs := range []string{`""`, `''`, `<>`} {
			link := invitationLink(page, signs[0], signs[1])
			if link != "" && (!strings.HasPrefix(link, "xmpp:") || !strings.Contains(link, "preauth=") || !strings.Contains(page, link) ||
				strings.ContainsAny(link, " \t\r\n<"+signs[1:])) {
				t.Errorf("%q holds the link %q", page, link)
			}
		}
	})
}

package e2e

import (
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/xmppreg/xmppreg/e2e/browser"
)

// soon bounds what a hostile server can make the module wait for, on a machine that is busy. A
// tab has a bound of its own for each step of a page.
const soon = 10 * time.Second

// guarded notes, before the page's own scripts, whatever a page must not do on the word of a
// server: run what that sends, go elsewhere, or ask somebody else for something.
const guarded = `globalThis.evil = () => { globalThis.didEvil = true; };
	globalThis.gone = [];
	navigation.addEventListener('navigate', (e) => gone.push(e.destination.url));
	window.open = (url) => { gone.push(url); return null; };
	globalThis.alert = globalThis.confirm = globalThis.prompt = evil;`

// visit opens the sign-up page of a server that is not to be trusted.
func visit(t *testing.T, address string) *browser.Tab {
	t.Helper()
	tab := tabs.Tab(t)
	tab.OnNewDocument(recording)
	tab.OnNewDocument(guarded)
	tab.ExpectProblem(address)
	tab.Open(pages(t, map[string]string{"domain": "example.test", "url": "ws://" + address + "/ws"}).URL + "/")
	return tab
}

// harmless checks that nothing of what a server sent has become more than a text, a picture
// or an address that somebody may choose to follow.
func harmless(t *testing.T, tab *browser.Tab) {
	t.Helper()
	var got struct {
		Gone, Foreign, Elements, Addresses []string
		DidEvil, Polluted                  bool
	}
	tab.Eval(`(() => {
		const all = [document, ...[...document.querySelectorAll('*')].map((e) => e.shadowRoot).filter(Boolean)]
			.flatMap((root) => [...root.querySelectorAll('*')]).filter((e) => !e.closest('head'));
		return {
			gone, didEvil: 'didEvil' in globalThis,
			polluted: ['evil', 'value', 'label'].some((name) => name in Object.prototype) || Object.keys(Object.prototype).length > 0,
			foreign: performance.getEntriesByType('resource').map((e) => e.name).filter((name) => !name.startsWith(location.origin) && !/^blob:|^https:\/\/((endless|swelling|addresses)\.test\/\.well-known\/host-meta|127)/.test(name)),
			elements: all.filter((e) => ['B', 'SCRIPT', 'IFRAME', 'OBJECT', 'EMBED', 'BASE', 'META', 'STYLE', 'svg', 'math'].includes(e.tagName)
				&& !(e.tagName === 'SCRIPT' && new URL(e.src).origin === location.origin)).map((e) => e.outerHTML),
			addresses: all.flatMap((e) => [...e.attributes].filter((a) =>
				a.name.startsWith('on') || a.name === 'srcdoc' || a.name === 'style' && a.value.includes('evil')
				|| ['href', 'src', 'action', 'formaction', 'data', 'poster', 'xlink:href', 'background'].includes(a.name)
					&& !/^(https?:|mailto:|xmpp:|blob:|[\w/.-]*$)/.test(a.value)).map((a) => a.name + '=' + a.value)),
		};
	})()`, &got)
	if len(got.Gone)+len(got.Foreign)+len(got.Elements)+len(got.Addresses) > 0 || got.DidEvil || got.Polluted {
		t.Errorf("the server's words did something: %+v", got)
	}
}

// TestHostileMessageEndsInAClearErrorAndThePageGoesOn has servers that send what is no XML,
// no XMPP or no end, until the user tries again.
func TestHostileMessageEndsInAClearErrorAndThePageGoesOn(t *testing.T) {
	const tenMB = 10_000_000
	inForm := func(text string) string {
		return resultForm("<instructions>" + text + "</instructions>" + accountFields)
	}
	streamEnd := func(to string) string {
		return "<close xmlns='urn:ietf:params:xml:ns:xmpp-framing' see-other-uri='" + to + "'/>"
	}
	streamError := func(children string) string {
		return "<stream:error xmlns:stream='http://etherx.jabber.org/streams'>" + children + "</stream:error>"
	}
	const streams = "xmlns='urn:ietf:params:xml:ns:xmpp-streams'"
	for name, c := range map[string]struct{ features, answer, reason string }{
		"10 MB of text":         {offer, inForm(strings.Repeat("x", tenMB)), "protocol"},
		"10 MB of an attribute": {offer, "<iq xmlns='jabber:client' type='result' id='ID' x='" + strings.Repeat("x", tenMB) + "'/>", "protocol"},
		"10 MB of white space":  {strings.Repeat(" ", tenMB), "", "protocol"},
		"NUL":                   {offer, inForm("a\x00b"), "protocol"},
		"NUL in an attribute":   {offer, "<iq xmlns='jabber:client' type='result' id='ID' from='a\x00b'/>", "protocol"},
		"NUL as a reference":    {offer, inForm("a&#0;b"), "protocol"},
		"a surrogate":           {offer, inForm("a&#xD800;b"), "protocol"},
		"a surrogate, as bytes": {offer, inForm("a\xed\xa0\x80b"), "stream"},
		"half a character":      {offer, inForm("a\xe2\x82"), "stream"},
		"invalid UTF-8":         {offer, inForm("a\xffb"), "stream"},
		"a document type":       {offer, "<!DOCTYPE iq [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;'><!ENTITY c '&b;&b;&b;&b;'>]>" + inForm("&c;"), "protocol"},
		"an external entity":    {offer, "<!DOCTYPE iq [<!ENTITY a SYSTEM 'https://evil.test/'>]>" + inForm("&a;"), "protocol"},
		"a binary message":      {offer, asBinary + inForm("hello"), "protocol"},
		"HTML":                  {offer, "<!doctype html><script>evil()</script>", "protocol"},
		"another's form":        {offer, "<iq xmlns='jabber:client' type='result' id='ID'><query xmlns='jabber:iq:register:evil'><username/></query></iq>", "malformed"},
		"features of no stream": {strings.ReplaceAll(offer, "http://etherx.jabber.org/streams", "http://etherx.jabber.org/streams/evil"), "", "protocol"},
		"goes to javascript:":   {streamEnd("javascript:evil()"), "", "unsupported-redirect"},
		"goes to data:":         {streamEnd("data:text/html,&lt;script>evil()&lt;/script>"), "", "unsupported-redirect"},
		"goes to ws: elsewhere": {streamEnd("ws://evil.test/ws"), "", "insecure-redirect"},
		"ends with addresses": {streamError("<see-other-host " + streams + ">javascript:evil()</see-other-host><text " + streams + ">&lt;b onclick='evil()'>javascript:evil()&lt;/b></text>"), "",
			"stream"},
		"refuses with addresses": {offer, "<iq xmlns='jabber:client' type='error' id='ID'><error type='cancel'><redirect xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>javascript:evil()</redirect>" +
			"<text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>&lt;img src=x onerror=evil()> data:text/html,evil</text></error></iq>", "unknown"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var isGood atomic.Bool
			hostile, good := replies(c.features, c.answer), replies(offer, oldForm)
			address := scriptedServer(t, func(message string) []string {
				if isGood.Load() {
					if strings.Contains(message, "type='set'") {
						return []string{strings.Replace(empty, "ID", idOf(message), 1)}
					}
					return good(message)
				}
				return hostile(message)
			})
			tab := visit(t, address)
			waitStep(tab, "failed")
			if got := tab.Attribute(".problem", "data-reason"); got != c.reason {
				t.Errorf("the reason is %q, want %q", got, c.reason)
			}
			if said := tab.Text(".problem .what"); said == "" {
				t.Error("the page says nothing")
			}
			harmless(t, tab)
			if heap := tab.Heap(); heap > 64<<20 {
				t.Errorf("the page holds %d bytes", heap)
			}
			isGood.Store(true)
			if tab.Visible("[data-action=retry]") {
				tab.Click("[data-action=retry]")
			} else {
				tab.Reload()
			}
			fillIn(tab, "ann", "correct horse")
			waitStep(tab, "done")
			harmless(t, tab)
		})
	}
}

package e2e

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/xmppreg/xmppreg/e2e/browser"
	"github.com/xmppreg/xmppreg/e2e/site"
)

// formSeen notes the time, from the start of the navigation, of the first frame
// that has a password field.
const formSeen = `requestAnimationFrame(function look() {
	const e = document.querySelector('xmpp-signup')?.shadowRoot?.querySelector('input[type=password]')
		?? document.querySelector('input[type=password]');
	if (e?.checkVisibility()) globalThis.formSeenAt = performance.now();
	else requestAnimationFrame(look);
})`

// rawPage is the least that shows a form: hand-written JavaScript over a raw
// WebSocket, to compare with.
func rawPage(address string) fstest.MapFS {
	return fstest.MapFS{
		"icon.svg": {Data: []byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`)},
		"index.html": {Data: []byte(`<!doctype html><meta charset=utf-8><title>raw</title>
<link rel=icon href=icon.svg><form></form><script type=module src=raw.js></script>`)},
		"raw.js": {Data: fmt.Appendf(nil, `
const socket = new WebSocket(%q, 'xmpp');
socket.onopen = () => socket.send("<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='example.test' version='1.0'/>");
socket.onmessage = ({ data }) => {
	const top = new DOMParser().parseFromString(data, 'text/xml').documentElement;
	if (top.localName === 'features') {
		socket.send("<iq xmlns='jabber:client' type='get' id='1'><query xmlns='jabber:iq:register'/></iq>");
	} else if (top.localName === 'iq') {
		for (const field of top.querySelectorAll('field[label]')) {
			const label = document.createElement('label');
			const input = document.createElement('input');
			input.type = field.getAttribute('type') === 'text-private' ? 'password' : 'text';
			label.append(field.getAttribute('label'), input);
			document.querySelector('form').append(label);
		}
	}
};`, address)},
	}
}

// BenchmarkForm measures what a visitor waits for: from the navigation to a
// form on the screen, with nothing in the cache and with everything.
func BenchmarkForm(b *testing.B) {
	raw, err := site.Start(site.Options{FS: rawPage(server.WebSocketURL())})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(raw.Close)
	real := pages(b, map[string]string{"domain": "example.test", "url": server.WebSocketURL()})

	load := func(tab *browser.Tab, url string) float64 {
		tab.Open(url)
		tab.Wait("globalThis.formSeenAt")
		var ms float64
		tab.Eval("formSeenAt", &ms)
		return ms
	}
	for _, page := range []struct{ name, url string }{{"xmppreg", real.URL + "/"}, {"handwritten", raw.URL + "/"}} {
		b.Run(page.name+"/cold", func(b *testing.B) {
			var sum float64
			for b.Loop() {
				tab := tabs.Tab(b)
				tab.OnNewDocument(formSeen)
				sum += load(tab, page.url)
				tab.Close()
			}
			b.ReportMetric(sum/float64(b.N), "ms/form")
		})
		b.Run(page.name+"/warm", func(b *testing.B) {
			tab := tabs.Tab(b)
			tab.OnNewDocument(formSeen)
			load(tab, page.url)
			var sum float64
			for b.Loop() {
				sum += load(tab, page.url)
			}
			b.ReportMetric(sum/float64(b.N), "ms/form")
		})
	}
}

// firstFrames notes, from the start of the navigation, when anything was
// painted, when a field that takes keys was, and when the server's form was there.
const firstFrames = `globalThis.frames = {};
new PerformanceObserver((list) => {
	for (const { name, startTime } of list.getEntries()) if (name === 'first-contentful-paint') frames.paint = startTime;
}).observe({ type: 'paint', buffered: true });
addEventListener('registrationFormReceived', () => { frames.form = performance.now(); });
requestAnimationFrame(function look() {
	const input = document.querySelector('xmpp-signup')?.shadowRoot?.querySelector('input[name=username]');
	// A callback runs before its frame is painted: what it sees is on the screen with that frame.
	if (input?.checkVisibility() && !input.readOnly) frames.field = performance.now();
	else requestAnimationFrame(look);
})`

// BenchmarkFirstField measures what a visitor with a phone waits for, with nothing
// in the cache: the first paint, a field that takes keys, and the server's form.
// The network is what DevTools calls slow 4G. In German there is a file more to
// load.
func BenchmarkFirstField(b *testing.B) {
	attributes := direct("example.test")
	english := string(readDist(b, "index.html"))
	german := strings.Replace(english, `<html lang="en">`, `<html lang="de">`, 1)
	real := startSite(b, site.Options{Attributes: attributes, Handlers: map[string]http.Handler{
		"GET /de.html": sends(site.SetAttributes([]byte(german), attributes), "Content-Type", "text/html; charset=utf-8", "Content-Security-Policy", site.CSP),
	}})
	for _, page := range []struct{ name, path string }{{"slow-4G", "/"}, {"slow-4G/German", "/de.html"}} {
		b.Run(page.name, func(b *testing.B) {
			var paint, field, form float64
			for b.Loop() {
				tab := tabs.Tab(b)
				tab.Timeout = 2 * patience
				tab.OnNewDocument(firstFrames)
				tab.Throttle(562500*time.Microsecond, 1.44e6/8, 0.675e6/8)
				tab.Open(real.URL + page.path)
				tab.Wait("frames.paint && frames.field && frames.form")
				var got struct{ Paint, Field, Form float64 }
				tab.Eval("frames", &got)
				paint, field, form = paint+got.Paint, field+got.Field, form+got.Form
				tab.Close()
			}
			n := float64(b.N)
			b.ReportMetric(paint/n, "ms/paint")
			b.ReportMetric(field/n, "ms/field")
			b.ReportMetric(form/n, "ms/form")
			b.ReportMetric(field/paint, "field/paint")
		})
	}
}

package e2e

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/xmppreg/xmppreg/e2e/site"
)

// document answers with a file that any page may read.
func document(write func(w http.ResponseWriter, r *http.Request)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", "*")
		write(w, r)
	})
}

// fileOf is a document with that text.
func fileOf(s string) http.Handler {
	return document(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, s) })
}

// leadsTo is a document that is elsewhere.
func leadsTo(address string) http.Handler {
	return document(func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, address, http.StatusFound) })
}

const hundredMB = 100_000_000

// Documents that are more than anybody can want.
var (
	huge = document(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", fmt.Sprint(hundredMB))
		pour(w, hundredMB)
	})
	endless = document(func(w http.ResponseWriter, _ *http.Request) {
		for pour(w, hundredMB) == nil {
		}
	})
	// swelling is 100 MB only when a browser has unpacked it.
	swelling = document(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		w.Write(packed())
	})
	silent = document(func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, "{")
		http.NewResponseController(w).Flush()
		<-r.Context().Done()
	})
)

// packed is the beginning of a JRD, 100 MB long.
var packed = sync.OnceValue(func() []byte {
	var b bytes.Buffer
	packer := gzip.NewWriter(&b)
	pour(packer, hundredMB)
	packer.Close()
	return b.Bytes()
})

// pour writes so many bytes, which are the beginning of a JRD.
func pour(w io.Writer, n int) error {
	const size = 1 << 16
	piece := []byte("{" + strings.Repeat(" ", size-1))
	for ; n > 0; n -= size {
		if _, err := w.Write(piece[:min(n, size)]); err != nil {
			return err
		}
		piece[0] = ' '
	}
	return nil
}

// hostileDomains have that in the place of their host-meta files. The reason is what a sign-up
// with the domain fails with.
var hostileDomains = map[string]struct {
	file   http.Handler
	reason string
}{
	"huge.test":     {huge, "no-websocket-endpoint"},
	"endless.test":  {endless, "no-websocket-endpoint"},
	"swelling.test": {swelling, "no-websocket-endpoint"},
	"silent.test":   {silent, "timeout"},
	"deep.test":     {fileOf(strings.Repeat("[", 200_000)), "no-websocket-endpoint"},
	"deeper.test":   {fileOf(`{"links":` + strings.Repeat(`[`, 100_000) + strings.Repeat(`]`, 100_000) + `}`), "no-websocket-endpoint"},
	"many.test":     {fileOf(`{"links":[` + strings.Repeat(`{},`, 80_000) + `{}]}`), "no-websocket-endpoint"},
	"entity.test":   {fileOf("<!DOCTYPE XRD [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;'>]><XRD xmlns='http://docs.oasis-open.org/ns/xri/xrd-1.0'>&b;</XRD>"), "no-websocket-endpoint"},
	"utf8.test":     {fileOf("{\"links\":[{\"rel\":\"urn:xmpp:alt-connections:websocket\",\"href\":\"wss://\xff\xed\xa0\x80.test/\"}]}"), "no-websocket-endpoint"},
	"addresses.test": {fileOf(jrd("javascript:evil()", "data:text/html,evil", "blob:https://evil.test/1", "https://evil.test/ws", "ws://evil.test/ws", "//evil.test/ws",
		"wss://evil.test@", `wss://\ud800.test/`, `wss://evil.test\u0000/`, "wss://evil.test:99999/", "wss:evil.test", "")), "no-websocket-endpoint"},
	"polluting.test": {fileOf(`{"__proto__":{"links":[{"rel":"urn:xmpp:alt-connections:websocket","href":"wss://evil.test/"}]},"constructor":{"prototype":{"evil":1}}}`), "no-websocket-endpoint"},
	"circle.test":    {document(func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, r.URL.Path, http.StatusFound) }), "no-host-meta"},
	"insecure.test":  {leadsTo("http://evil.test/"), "no-host-meta"},
	"away.test":      {leadsTo("https://private.test/.well-known/host-meta.json"), "discovery-blocked"},
	"script.test":    {leadsTo("javascript:evil()"), "no-host-meta"},
}

// jrd names WebSockets, each written as in JSON.
func jrd(addresses ...string) string {
	links := make([]string, len(addresses))
	for i, a := range addresses {
		links[i] = fmt.Sprintf(`{"rel":%q,"href":"%s"}`, site.Rel, a)
	}
	return `{"links":[` + strings.Join(links, ",") + `]}`
}

// hostileFiles are the handlers of hostileDomains.
func hostileFiles() map[string]http.Handler {
	handlers := map[string]http.Handler{}
	for domain, d := range hostileDomains {
		handlers[domain+"/.well-known/host-meta.json"] = d.file
		handlers[domain+"/.well-known/host-meta"] = d.file
	}
	return handlers
}

// An attempt is made with a manager of these options, and fails for that reason.
type attempt struct{ options, reason string }

// timeoutFor is an attempt's time in milliseconds: only where nothing else ends it, there is no need to
// leave some for a machine that is busy.
func timeoutFor(reason string) int {
	if reason == "timeout" {
		return 3000
	}
	return 10_000
}

// costsLittle makes attempts by their names, one after the other on one page and in its own
// thread, and checks that each fails as it must, in time and with little memory.
func costsLittle(t *testing.T, attempts map[string]attempt) {
	t.Helper()
	tab := client(t, site.Options{})
	tab.ExpectProblem("evil.test", "private.test", "circle", "insecure", "script", "endless", "huge", "swelling", "silent")
	inPage(t, tab, exposeGo+`
		await load();
		await new RegistrationManager(direct).requestForm();`, nil)
	before := tab.Heap()
	for name, a := range attempts {
		var got struct {
			Failed failed
			Took   float64 // milliseconds
			Grown  int     // bytes of the module's memory
		}
		inPage(t, tab, fmt.Sprintf(`
			const memory = () => go._inst.exports.mem.buffer.byteLength;
			const before = memory(), begin = performance.now();
			const failed = await failure(new RegistrationManager(%s).requestForm());
			const took = performance.now() - begin, grown = memory() - before;
			await new RegistrationManager(direct).requestForm(); // and all works on
			return { failed, took, grown };
		`, a.options), &got)
		if got.Failed.Reason != a.reason || !got.Failed.Registration || got.Failed.Message == "" {
			t.Errorf("%s: error %+v, want the reason %q", name, got.Failed, a.reason)
		}
		if took := time.Duration(got.Took) * time.Millisecond; took > soon {
			t.Errorf("%s: it took %v", name, took)
		}
		if got.Grown > 16<<20 {
			t.Errorf("%s: the module's memory has grown by %d bytes", name, got.Grown)
		}
		t.Logf("%s: %s after %.0f ms, %d bytes more for the module", name, got.Failed.Reason, got.Took, got.Grown)
	}
	if grown := tab.Heap() - before; grown > 16<<20 {
		t.Errorf("the heap has grown by %d bytes", grown)
	}
	var polluted bool
	tab.Eval(`'evil' in Object.prototype || 'links' in Object.prototype || 'evil' in globalThis`, &polluted)
	if polluted {
		t.Error("a file has changed the page")
	}
}

// left checks that a site was left in time: the browser keeps some more than is read.
func left(t *testing.T, s *site.Server, hosts func(string) bool) {
	t.Helper()
	for _, r := range s.Requests() {
		if hosts(r.Host) && r.Bytes > 32<<20 {
			t.Errorf("%d bytes of %s at %s were taken", r.Bytes, r.Path, r.Host)
		}
		if strings.HasSuffix(r.Host, "evil.test") {
			t.Errorf("the page asked for %s at %s", r.Path, r.Host)
		}
	}
}

func TestHostMetaOfAHostileServerCostsLittleAndIsAnError(t *testing.T) {
	attempts := map[string]attempt{}
	for domain, d := range hostileDomains {
		attempts[domain] = attempt{fmt.Sprintf("{ domain: %q, timeout: %d }", domain, timeoutFor(d.reason)), d.reason}
	}
	costsLittle(t, attempts)
	left(t, announcing, func(host string) bool { _, is := hostileDomains[host]; return is })
}

func TestInvitationPageOfAHostileServerCostsLittleAndIsAnError(t *testing.T) {
	served := map[string]struct {
		page   http.Handler
		reason string
	}{
		"huge":     {huge, "invite-invalid"},
		"endless":  {endless, "invite-invalid"},
		"swelling": {swelling, "invite-invalid"},
		"silent":   {silent, "timeout"},
		"circle":   {leadsTo("circle"), "connect-failed"},
		"insecure": {leadsTo("http://evil.test/"), "connect-failed"},
		"script":   {leadsTo("javascript:evil()"), "connect-failed"},
		"quotes":   {fileOf(strings.Repeat(`"xmpp:`, 40_000)), "invite-invalid"},
		"another":  {fileOf(`<a href="xmpp:evil.test?register;preauth=t">`), "invite-invalid"},
		"markup":   {fileOf(`<a href="xmpp:<script>evil()</script>?register;preauth=t">`), "invite-invalid"},
	}
	handlers := map[string]http.Handler{}
	for name, s := range served {
		handlers["/"+name] = s.page
	}
	s, err := site.Start(site.Options{Handlers: handlers})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	attempts := map[string]attempt{}
	for name, c := range served {
		attempts[name] = attempt{fmt.Sprintf("{ ...direct, token: '%s/%s?t', timeout: %d }", s.TLSURL, name, timeoutFor(c.reason)), c.reason}
	}
	costsLittle(t, attempts)
	left(t, s, func(string) bool { return true })
}

// TestPageSaysThatAServersFilesHaveNoEnd has somebody visit such servers.
func TestPageSaysThatAServersFilesHaveNoEnd(t *testing.T) {
	s, err := site.Start(site.Options{Handlers: map[string]http.Handler{"/endless": endless}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	for name, c := range map[string]struct {
		attributes map[string]string
		reason     string
	}{
		"host-meta":         {map[string]string{"domain": "endless.test"}, "no-websocket-endpoint"},
		"host-meta, packed": {map[string]string{"domain": "swelling.test"}, "no-websocket-endpoint"},
		"addresses":         {map[string]string{"domain": "addresses.test"}, "no-websocket-endpoint"},
		"invitation":        {map[string]string{"domain": "example.test", "url": server.WebSocketURL(), "token": s.TLSURL + "/endless?t"}, "invite-invalid"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tab := tabs.Tab(t)
			tab.OnNewDocument(guarded)
			tab.Open(pages(t, c.attributes).URL + "/")
			waitStep(tab, "failed")
			refused(t, tab, c.reason, "")
			if said := tab.Text(".problem .what"); said == "" {
				t.Error("the page says nothing")
			}
			harmless(t, tab)
		})
	}
}

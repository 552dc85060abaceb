//go:build js

package ws

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"syscall/js"
	"testing"
	"time"
)

// fakes puts a WebSocket and a fetch under the test's control on globalThis.
// Like a browser's, the WebSocket takes no close codes but 1000 and 3000 to
// 4999 from a page. It opens, answers and closes when the test says so.
const fakes = `
globalThis.fakeSockets = [];
globalThis.WebSocket = class {
	constructor(url, protocols) {
		if (String(url).includes('forbidden')) throw new DOMException('not allowed here', 'SecurityError');
		this.url = url; this.asked = protocols; this.protocol = ''; this.readyState = 0;
		this.sent = []; this.codes = []; this.refused = []; this.listeners = {};
		fakeSockets.push(this);
	}
	addEventListener(type, f) { (this.listeners[type] ??= []).push(f); }
	removeEventListener(type, f) { this.listeners[type] = (this.listeners[type] ?? []).filter(x => x !== f); }
	fire(type, event) { for (const f of [...(this.listeners[type] ?? [])]) f(event); }
	send(data) {
		if (this.readyState === 0) throw new DOMException('still connecting', 'InvalidStateError');
		if (this.readyState === 1) this.sent.push(data);
	}
	close(code, reason) {
		if (code !== undefined && code !== 1000 && !(code >= 3000 && code <= 4999)) {
			this.refused.push(code);
			throw new DOMException('bad code', 'InvalidAccessError');
		}
		if (this.readyState >= 2) return;
		this.codes.push(code);
		this.readyState = 2;
		setTimeout(() => this.end(1000), 0);
	}
	open(protocol) { this.protocol = protocol; this.readyState = 1; this.fire('open', {}); }
	receive(data) { this.fire('message', { data }); }
	end(code) {
		if (this.readyState === 3) return;
		this.readyState = 3;
		this.fire('close', { code, reason: '', wasClean: code === 1000 });
	}
	fail() { this.fire('error', {}); this.end(1006); }
	// The events of one task, as when a server answers and hangs up.
	receiveAndEnd(...messages) { for (const m of messages) this.receive(m); this.end(1000); }
};
globalThis.originalListener = WebSocket.prototype.addEventListener;
globalThis.fakeAnswers = {};   // address: function of the options
globalThis.fakeRequests = [];
globalThis.fetch = (address, options) => {
	fakeRequests.push({ address, ...options });
	const answer = fakeAnswers[address];
	return answer ? answer(options) : Promise.reject(new TypeError('Failed to fetch'));
};
globalThis.fakeFile = (status, url, ...pieces) => () => Promise.resolve({
	status, url, body: new ReadableStream({ start(c) {
		for (const p of pieces) c.enqueue(new TextEncoder().encode(p));
		c.close();
	} }),
});
`

func TestMain(m *testing.M) {
	js.Global().Get("Function").New(fakes).Invoke()
	os.Exit(m.Run())
}

const patience = 30 * time.Second

// eval runs a function body with arguments.
func eval(body string, args ...any) js.Value {
	names := []any{"a", "b", "c"}[:len(args)]
	return js.Global().Get("Function").New(append(names, body)...).Invoke(args...)
}

// eventually waits until a JavaScript expression is true.
func eventually(t *testing.T, expression string) {
	t.Helper()
	end := time.After(patience)
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for !eval("return Boolean(" + expression + ")").Bool() {
		select {
		case <-tick.C:
		case <-end:
			t.Fatalf("%s never became true", expression)
		}
	}
}

func reset() {
	eval("fakeSockets.length = 0; fakeRequests.length = 0; globalThis.fakeAnswers = {}")
}

// opened dials and lets the WebSocket open.
func opened(t *testing.T) *Conn {
	t.Helper()
	reset()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	result := make(chan *Conn)
	go func() {
		conn, err := (&Dialer{URL: "wss://a.example/x"}).Dial(ctx, "shore.example")
		if err != nil {
			t.Error(err)
			close(result)
			return
		}
		result <- conn.(*Conn)
	}()
	eventually(t, "fakeSockets[0]?.listeners.open") // a browser opens none before the script has run
	eval("fakeSockets[0].open('xmpp')")
	c, ok := <-result
	if !ok {
		t.FailNow()
	}
	t.Cleanup(func() { c.Close() })
	return c
}

const (
	clientHeader = "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' to='shore.example' version='1.0'>"
	clientOpen   = "<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='shore.example' version='1.0'/>"
	serverOpen   = "<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' from='shore.example' version='1.0'/>"
	iqResult     = "<iq xmlns='jabber:client' type='result' id='r2'/>"
)

func TestStreamInABrowser(t *testing.T) {
	c := opened(t)
	if got := eval("return fakeSockets[0].url + ' ' + fakeSockets[0].asked").String(); got != "wss://a.example/x xmpp" {
		t.Error(got)
	}
	if _, err := c.Write([]byte(clientHeader)); err != nil {
		t.Fatal(err)
	}
	if got := eval("return fakeSockets[0].sent.join()").String(); got != clientOpen {
		t.Error(got)
	}
	eval("fakeSockets[0].receive(a)", serverOpen)
	eval("fakeSockets[0].receive(a)", closeElement)
	got, err := io.ReadAll(c)
	if err != nil || !strings.HasSuffix(string(got), "version='1.0'>"+streamEnd) {
		t.Errorf("got %s, %v", got, err)
	}
	eventually(t, "fakeSockets[0].readyState == 3")
	if got := eval("return fakeSockets[0].sent.slice(1).join() + fakeSockets[0].codes.join()").String(); got != closeElement+"1000" {
		t.Error(got)
	}
}

func TestMessageRightBeforeTheCloseIsRead(t *testing.T) {
	for range 100 {
		c := opened(t)
		if _, err := c.Write([]byte(clientHeader)); err != nil {
			t.Fatal(err)
		}
		eval("fakeSockets[0].receiveAndEnd(a, b, b)", serverOpen, iqResult)
		got, err := io.ReadAll(c)
		if strings.Count(string(got), iqResult) != 2 {
			t.Fatalf("got %s, %v", got, err)
		}
		var e *Error
		if !errors.As(err, &e) || e.Reason() != "stream" || !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Fatal(err)
		}
	}
}

func TestWrongMessagesInABrowser(t *testing.T) {
	for name, send := range map[string]string{
		"binary":   "fakeSockets[0].receive(new Uint8Array([60]).buffer)",
		"too long": "fakeSockets[0].receive('<a xmlns=\"x\">' + 'x'.repeat(4 << 20) + '</a>')",
	} {
		t.Run(name, func(t *testing.T) {
			c := opened(t)
			if _, err := c.Write([]byte(clientHeader)); err != nil {
				t.Fatal(err)
			}
			eval("fakeSockets[0].receive(a)", serverOpen)
			eval(send)
			_, err := io.ReadAll(c)
			var e *Error
			if !errors.As(err, &e) || e.Reason() != "protocol" {
				t.Fatal(err)
			}
			eventually(t, "fakeSockets[0].readyState == 3 && fakeSockets[0].codes.join() == '1000' && fakeSockets[0].refused.length == 0")
		})
	}
}

func TestWhatNobodyReadsEndsTheStreamInABrowser(t *testing.T) {
	for name, send := range map[string]string{
		"in one task":       "for (let i = 0; i < 20; i++) fakeSockets[0].receive(a)",
		"in a task of each": "for (let i = 0; i < 20; i++) setTimeout((s) => s.receive(a), 0, fakeSockets[0])",
	} {
		t.Run(name, func(t *testing.T) {
			c := opened(t)
			if _, err := c.Write([]byte(clientHeader)); err != nil {
				t.Fatal(err)
			}
			eval("fakeSockets[0].receive(a)", serverOpen)
			eval(send, "<a xmlns='x'>"+strings.Repeat("x", 1<<20)+"</a>")
			eventually(t, "fakeSockets[0].readyState == 3 && fakeSockets[0].codes.join() == '1000'")
			got, err := io.ReadAll(c)
			var e *Error
			if !errors.As(err, &e) || e.Reason() != "protocol" || !strings.Contains(err.Error(), "more than 16 MiB wait to be read") || len(got) > maxQueued {
				t.Errorf("%d bytes, %v", len(got), err)
			}
		})
	}
}

func TestCloseInABrowser(t *testing.T) {
	c := opened(t)
	if _, err := c.Write([]byte(clientHeader)); err != nil {
		t.Fatal(err)
	}
	result := make(chan error)
	go func() {
		_, err := c.Read(make([]byte, 1))
		result <- err
	}()
	start := time.Now()
	c.Close()
	if d := time.Since(start); d >= 4*time.Second {
		t.Errorf("took %v", d)
	}
	if err := <-result; !errors.Is(err, net.ErrClosed) {
		t.Error(err)
	}
	if got := eval("return fakeSockets[0].sent[1] + fakeSockets[0].codes + fakeSockets[0].refused").String(); got != closeElement+"1000" {
		t.Error(got)
	}
}

// An ending is a context that ends when the test closes done, for whatever reason.
type ending struct {
	context.Context
	done   chan struct{}
	reason error
}

func (e ending) Done() <-chan struct{} { return e.done }

func (e ending) Err() error {
	select {
	case <-e.done:
		return e.reason
	default:
		return nil
	}
}

func TestAbandonedDialIsClosedWhenItOpens(t *testing.T) {
	for name, reason := range map[string]error{"aborted": context.Canceled, "timeout": context.DeadlineExceeded} {
		t.Run(name, func(t *testing.T) {
			reset()
			ctx := ending{context.Background(), make(chan struct{}), reason}
			result := make(chan error)
			go func() {
				_, err := (&Dialer{URL: "wss://a.example/x"}).Dial(ctx, "shore.example")
				result <- err
			}()
			eventually(t, "fakeSockets[0]?.listeners.open") // a browser opens none before the script has run
			close(ctx.done)
			err := <-result
			var e *Error
			if !errors.As(err, &e) || e.Reason() != name || !errors.Is(err, reason) {
				t.Fatal(err)
			}
			if eval("return fakeSockets[0].codes.length + fakeSockets[0].refused.length").Int() != 0 {
				t.Error("closed while it was opening")
			}
			eval("fakeSockets[0].open('xmpp')")
			eventually(t, "fakeSockets[0].readyState == 3 && fakeSockets[0].codes.join() == '1000' && fakeSockets[0].refused.length == 0")
		})
	}
}

func TestAbandonedDialThatNeverOpensIsClosedToo(t *testing.T) {
	reset()
	ctx, cancel := context.WithCancel(context.Background())
	result := make(chan error)
	go func() {
		_, err := (&Dialer{URL: "wss://a.example/x"}).Dial(ctx, "shore.example")
		result <- err
	}()
	eventually(t, "fakeSockets[0]?.listeners.open")
	cancel()
	<-result
	eventually(t, "fakeSockets[0].readyState == 3 && fakeSockets[0].codes.join() == '1000'")
	if eval("return Object.hasOwn(WebSocket.prototype, 'addEventListener') && String(WebSocket.prototype.addEventListener)").String() != eval("return String(originalListener)").String() {
		t.Error("WebSocket is not as it was")
	}
}

func TestServerThatHangsUpDuringTheCloseDoesNotStopTheProgram(t *testing.T) {
	for range 20 {
		c := opened(t)
		eval("const s = fakeSockets[0], close = s.close; s.close = (code) => { if (code !== 1000) return close.call(s, code); s.codes.push(code); s.readyState = 2; setTimeout(() => s.fail(), 0); }")
		c.Close()
		eventually(t, "fakeSockets[0].readyState == 3 && fakeSockets[0].codes.join() == '1000'")
	}
}

func TestDialThatFailsInABrowser(t *testing.T) {
	for name, tc := range map[string]struct{ address, open, reason string }{
		"refused":        {"wss://a.example/", "fakeSockets[0].fail()", "connect-failed"},
		"forbidden":      {"wss://forbidden.example/", "", "connect-failed"},
		"by the policy":  {"wss://a.example/", "fakeSockets[0].readyState = 3; fakeSockets[0].fire('error', {})", "connect-failed"},
		"no subprotocol": {"wss://a.example/", "fakeSockets[0].open('')", "protocol"},
	} {
		t.Run(name, func(t *testing.T) {
			reset()
			result := make(chan error)
			go func() {
				_, err := (&Dialer{URL: tc.address}).Dial(context.Background(), "shore.example")
				result <- err
			}()
			if tc.open != "" {
				eventually(t, "fakeSockets[0]?.listeners.open") // a browser opens none before the script has run
				eval(tc.open)
			}
			err := <-result
			var e *Error
			if !errors.As(err, &e) || e.Reason() != tc.reason || strings.Contains(err.Error(), "closed network connection") || strings.Contains(err.Error(), "in time") {
				t.Error(err)
			}
			eventually(t, "fakeSockets.every(s => s.readyState == 3)")
		})
	}
}

const (
	jsonFile = "https://shore.example/.well-known/host-meta.json"
	xmlFile  = "https://shore.example/.well-known/host-meta"
	jrd      = `{"links":[{"rel":"urn:xmpp:alt-connections:websocket","href":"wss://a.example/"}]}`
	xrd      = "<XRD xmlns='http://docs.oasis-open.org/ns/xri/xrd-1.0'><Link rel='urn:xmpp:alt-connections:websocket' href='wss://b.example/'/></XRD>"
)

func TestDiscoverInABrowser(t *testing.T) {
	reset()
	eval("fakeAnswers[a] = fakeFile(200, a, b.slice(0, 20), b.slice(20))", jsonFile, jrd)
	eval("fakeAnswers[a] = fakeFile(200, a, '\\uFEFF', b)", xmlFile, xrd)
	got, err := Discover(context.Background(), "shore.example")
	if err != nil || strings.Join(got, " ") != "wss://a.example/ wss://b.example/" {
		t.Errorf("got %v, %v", got, err)
	}
	if !eval("return fakeRequests.length == 2 && fakeRequests.every(r => r.credentials == 'omit' && r.referrerPolicy == 'no-referrer' && r.redirect == 'follow' && r.signal)").Bool() {
		t.Error("a request has other options")
	}
}

func TestDiscoverSaysWhatIsWrongInABrowser(t *testing.T) {
	for name, tc := range map[string]struct{ answer, reason, text string }{
		"not there":      {"fakeAnswers[a] = fakeFile(404, a, '')", "no-host-meta", "HTTP status 404"},
		"no network":     {"", "no-host-meta", "no answer (Failed to fetch)"},
		"CORS":           {"fakeAnswers[a] = o => o.mode == 'no-cors' ? Promise.resolve({ status: 0, url: '', body: null }) : Promise.reject(new TypeError('Failed to fetch'))", "discovery-blocked", "Access-Control-Allow-Origin"},
		"left TLS":       {"fakeAnswers[a] = fakeFile(200, 'http://shore.example/', '{}')", "no-host-meta", "not https"},
		"empty":          {"fakeAnswers[a] = () => Promise.resolve({ status: 200, url: a, body: null })", "no-websocket-endpoint", "not JSON"},
		"too long":       {"fakeAnswers[a] = fakeFile(200, a, 'x'.repeat(256 << 10), 'x')", "no-websocket-endpoint", "longer than 256 KiB"},
		"broken off":     {"fakeAnswers[a] = () => Promise.resolve({ status: 200, url: a, body: new ReadableStream({ pull() { throw new TypeError('network error') } }) })", "no-host-meta", "network error"},
		"without a word": {"fakeAnswers[a] = () => Promise.reject()", "no-host-meta", "failed without a word"},
		"no promise":     {"fakeAnswers[a] = () => 5", "no-host-meta", "no answer"},
		"exception":      {"fakeAnswers[a] = () => { throw new Error('broken') }", "no-host-meta", "broken"},
		"odd answer":     {"fakeAnswers[a] = () => Promise.resolve({})", "no-host-meta", "no answer"},
	} {
		t.Run(name, func(t *testing.T) {
			reset()
			eval(tc.answer, jsonFile)
			_, err := Discover(context.Background(), "shore.example")
			var e *Error
			if !errors.As(err, &e) || e.Kind() != "discovery" || e.Reason() != tc.reason || !strings.Contains(err.Error(), jsonFile+": ") || !strings.Contains(err.Error(), tc.text) {
				t.Error(err)
			}
		})
	}
}

func TestInvitationsAddressIsNotToldInABrowser(t *testing.T) {
	reset()
	const page = "https://1.2.3.999/inv/secret"
	eval("fakeAnswers[a] = () => Promise.reject(new TypeError('Failed to parse URL from ' + a))", page)
	for _, page := range []string{page, "https://shore.example:99999/inv/secret"} {
		_, err := new(Dialer).Invitation(context.Background(), page)
		if err == nil {
			t.Errorf("%s is read", page)
		}
		for err := err; err != nil; err = errors.Unwrap(err) {
			if strings.Contains(err.Error(), "secret") {
				t.Errorf("the error tells the token: %v", err)
			}
		}
	}
}

func TestExamineInABrowser(t *testing.T) {
	reset()
	eval("fakeAnswers[a] = o => o.mode == 'no-cors' ? Promise.resolve({ status: 0, url: '', body: null }) : Promise.reject(new TypeError('Failed to fetch'))", jsonFile)
	eval("fakeAnswers[a] = fakeFile(200, a, b.replace('</XRD>', '') + b.slice(b.indexOf('<Link')).replace('b.', 'c.'))", xmlFile, xrd)
	result := make(chan *Report)
	go func() {
		r, err := new(Dialer).Examine(context.Background(), "shore.example")
		if err != nil {
			t.Error(err)
		}
		result <- r
	}()
	eventually(t, "fakeSockets[0]?.listeners.open")
	eval("fakeSockets[0].open('xmpp')")
	eventually(t, "fakeSockets[1]?.listeners.open")
	eval("fakeSockets[1].fail()")
	r := <-result
	if r == nil || len(r.Files) != 2 || len(r.Sockets) != 2 {
		t.Fatalf("%+v", r)
	}
	if r.Files[0].Result != Blocked || r.Files[1].Result != Found || r.Sockets[0].Result != Opens || r.Sockets[1].Result != Fails {
		t.Errorf("%+v", r)
	}
	eventually(t, "fakeSockets.every(s => s.readyState == 3) && fakeSockets[0].codes.join() == '1000'")
}

func TestDiscoverIsAborted(t *testing.T) {
	reset()
	for _, file := range []string{jsonFile, xmlFile} {
		eval("fakeAnswers[a] = () => new Promise(() => {})", file)
	}
	ctx, cancel := context.WithCancel(context.Background())
	result := make(chan error)
	go func() {
		_, err := new(Dialer).Dial(ctx, "shore.example")
		result <- err
	}()
	eventually(t, "fakeRequests.length == 2")
	cancel()
	err := <-result
	var e *Error
	if !errors.As(err, &e) || e.Reason() != "aborted" || !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	eventually(t, "fakeRequests.length == 2 && fakeRequests.every(r => r.signal.aborted)")
}

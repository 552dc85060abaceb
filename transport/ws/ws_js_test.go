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

	"github.com/xmppreg/xmppreg/internal/xmltree"
	"github.com/xmppreg/xmppreg/transport"
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
globalThis.originalWebSocket = WebSocket;
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

const patience = 2 * time.Minute

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

var shore = transport.Target{Domain: "shore.example"}

// An outcome is what came of a Dial.
type outcome struct {
	s   *stream
	err error
}

// dialling dials wss://a.example/x, and returns once a browser could open the
// WebSocket, which is when the script has run.
func dialling(t *testing.T, ctx context.Context) <-chan outcome {
	t.Helper()
	reset()
	result := make(chan outcome, 1)
	go func() {
		s, err := (&Dialer{URL: "wss://a.example/x"}).Dial(ctx, shore)
		if err != nil {
			result <- outcome{nil, err}
			return
		}
		t.Cleanup(func() { s.Close(context.Background()) })
		result <- outcome{s.(*stream), nil}
	}()
	eventually(t, "fakeSockets[0]?.listeners.open")
	return result
}

// opens dials, and lets the WebSocket and the stream open.
func opens(t *testing.T) *stream {
	t.Helper()
	result := dialling(t, soon(t))
	eval("fakeSockets[0].open('xmpp')")
	eventually(t, "fakeSockets[0].sent.length")
	eval("fakeSockets[0].receive(a); fakeSockets[0].receive(b)", serverOpen, features)
	r := <-result
	if r.err != nil {
		t.Fatal(r.err)
	}
	return r.s
}

// isFault tells whether an error is a transport's of that fault.
func isFault(err error, fault transport.Fault) bool {
	var e *transport.Error
	return errors.As(err, &e) && e.Fault == fault
}

const (
	clientOpen = "<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='shore.example' version='1.0'/>"
	serverOpen = "<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' from='shore.example' version='1.0'/>"
	features   = "<stream:features xmlns:stream='http://etherx.jabber.org/streams'/>"
	iqResult   = "<iq xmlns='jabber:client' type='result' id='r2'/>"
)

func TestStreamInABrowser(t *testing.T) {
	s := opens(t)
	if got := eval("return fakeSockets[0].url + ' ' + fakeSockets[0].asked").String(); got != "wss://a.example/x xmpp" {
		t.Error(got)
	}
	iq := xmltree.New("jabber:client", "iq").With("id", "r2")
	if sent, err := s.Send(soon(t), &iq); err != nil || !sent {
		t.Fatal(err)
	}
	if got := eval("return fakeSockets[0].sent.join()").String(); got != clientOpen+","+iq.String() {
		t.Error(got)
	}
	eval("fakeSockets[0].receive(a); fakeSockets[0].receive(b)", iqResult, closeElement)
	if got, err := receiveAll(t, s); err != io.EOF || got != features+iqResult {
		t.Errorf("got %s, %v", got, err)
	}
	eventually(t, "fakeSockets[0].readyState == 3")
	if got := eval("return fakeSockets[0].sent.slice(2).join() + fakeSockets[0].codes.join()").String(); got != closeElement+"1000" {
		t.Error(got)
	}
}

func TestMessageRightBeforeTheCloseIsReceived(t *testing.T) {
	for range 100 {
		s := opens(t)
		eval("fakeSockets[0].receiveAndEnd(a, a)", iqResult)
		got, err := receiveAll(t, s)
		if got != features+iqResult+iqResult {
			t.Fatalf("got %s, %v", got, err)
		}
		if !isFault(err, transport.Lost) || !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Fatal(err)
		}
	}
}

func TestMessagesThatBreakTheRulesInABrowser(t *testing.T) {
	for name, send := range map[string]string{
		"binary":   "fakeSockets[0].receive(new Uint8Array([60]).buffer)",
		"too long": "fakeSockets[0].receive('<a xmlns=\"x\">' + 'x'.repeat(4 << 20) + '</a>')",
	} {
		t.Run(name, func(t *testing.T) {
			s := opens(t)
			eval(send)
			if got, err := receiveAll(t, s); !isFault(err, transport.Protocol) || got != features {
				t.Fatal(got, err)
			}
			eventually(t, "fakeSockets[0].readyState == 3 && fakeSockets[0].codes.join() == '1000' && fakeSockets[0].refused.length == 0")
		})
	}
}

func TestWhatNobodyReceivesEndsTheStreamInABrowser(t *testing.T) {
	for name, send := range map[string]string{
		"in one task":       "for (let i = 0; i < 20; i++) fakeSockets[0].receive(a)",
		"in a task of each": "for (let i = 0; i < 20; i++) setTimeout((s) => s.receive(a), 0, fakeSockets[0])",
	} {
		t.Run(name, func(t *testing.T) {
			s := opens(t)
			eval(send, "<a xmlns='x'>"+strings.Repeat("x", 1<<20)+"</a>")
			eventually(t, "fakeSockets[0].readyState == 3 && fakeSockets[0].codes.join() == '1000'")
			received := 0
			e, err := s.Receive(soon(t))
			for ; err == nil; e, err = s.Receive(soon(t)) {
				received += len(e.Text)
			}
			if !isFault(err, transport.Protocol) || !strings.Contains(err.Error(), "more than 16 MiB wait to be read") || received > maxQueued {
				t.Errorf("%d bytes, %v", received, err)
			}
		})
	}
}

func TestCloseInABrowser(t *testing.T) {
	s := opens(t)
	result := make(chan error)
	go func() {
		_, err := receiveAll(t, s)
		result <- err
	}()
	start := time.Now()
	if err := s.Close(soon(t)); err != nil {
		t.Error(err)
	}
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

// A browser complains on its console about what is sent over a WebSocket that is closing.
func TestNothingIsSentOverAWebSocketThatIsClosing(t *testing.T) {
	for name, end := range map[string]func(*stream){
		"by Close":                func(s *stream) { s.Close(soon(t)) },
		"by the server's <close>": func(s *stream) { eval("fakeSockets[0].receive(a)", closeElement); receiveAll(t, s) },
		"by a request": func(s *stream) {
			iq := xmltree.New("jabber:client", "iq")
			if sent, err := s.Send(soon(t), &iq); sent || !isFault(err, transport.Lost) {
				t.Errorf("sent %t, %v", sent, err)
			}
		},
	} {
		s := opens(t)
		eval("const s = fakeSockets[0]; s.readyState = 2; s.complaints = []; s.send = data => s.complaints.push(data)")
		end(s)
		eval("fakeSockets[0].end(1000)")
		if err := s.Close(soon(t)); err != nil {
			t.Error(err)
		}
		if got := eval("return fakeSockets[0].complaints.join()").String(); got != "" {
			t.Errorf("%s: sent %s", name, got)
		}
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
	for name, reason := range map[string]error{"given up": context.Canceled, "time ran out": context.DeadlineExceeded} {
		t.Run(name, func(t *testing.T) {
			ctx := ending{context.Background(), make(chan struct{}), reason}
			result := dialling(t, ctx)
			close(ctx.done)
			if r := <-result; !isFault(r.err, transport.Interrupted) || !errors.Is(r.err, reason) || !strings.HasPrefix(r.err.Error(), name) {
				t.Fatal(r.err)
			}
			if eval("return fakeSockets[0].codes.length + fakeSockets[0].refused.length").Int() != 0 {
				t.Error("closed while it was opening")
			}
			eval("fakeSockets[0].open('xmpp')")
			eventually(t, "fakeSockets[0].readyState == 3 && fakeSockets[0].codes.join() == '1000' && fakeSockets[0].refused.length == 0")
			if n := eval("return fakeSockets[0].sent.length").Int(); n != 0 {
				t.Errorf("%d messages were sent", n)
			}
		})
	}
}

func TestAbandonedDialThatNeverOpensIsClosedToo(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	result := dialling(t, ctx)
	cancel()
	<-result
	eventually(t, "fakeSockets[0].readyState == 3 && fakeSockets[0].codes.join() == '1000'")
	if !eval("return WebSocket === originalWebSocket && fakeSockets.length === 1").Bool() {
		t.Error("WebSocket is not as it was")
	}
}

func TestAbandonedOpeningOfAStreamIsClosed(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	result := dialling(t, ctx)
	eval("fakeSockets[0].open('xmpp')")
	eventually(t, "fakeSockets[0].sent.length")
	cancel()
	if r := <-result; !isFault(r.err, transport.Interrupted) {
		t.Fatal(r.err)
	}
	eventually(t, "fakeSockets[0].readyState == 3 && fakeSockets[0].codes.join() == '1000'")
	if got := eval("return fakeSockets[0].sent.slice(1).join()").String(); got != closeElement {
		t.Error(got)
	}
}

func TestRedirectInABrowser(t *testing.T) {
	result := dialling(t, soon(t))
	eval("fakeSockets[0].open('xmpp')")
	eventually(t, "fakeSockets[0].sent.length")
	eval("fakeSockets[0].receive(a)", serverOpen)
	eval("fakeSockets[0].receive(a)", "<close xmlns='urn:ietf:params:xml:ns:xmpp-framing' see-other-uri='wss://b.example/'/>")
	eventually(t, "fakeSockets[1]?.listeners.open")
	eval("fakeSockets[1].open('xmpp')")
	eventually(t, "fakeSockets[1].sent.length")
	eval("fakeSockets[1].receive(a); fakeSockets[1].receive(b)", serverOpen, features)
	r := <-result
	if r.err != nil {
		t.Fatal(r.err)
	}
	if got := eval("return fakeSockets[1].url + ' ' + fakeSockets[1].sent.join()").String(); got != "wss://b.example/ "+clientOpen {
		t.Error(got)
	}
	eventually(t, "fakeSockets[0].readyState == 3 && fakeSockets[0].codes.join() == '1000' && fakeSockets[0].sent.length == 2")
}

func TestServerThatHangsUpDuringTheCloseDoesNotStopTheProgram(t *testing.T) {
	for range 20 {
		s := opens(t)
		eval("const s = fakeSockets[0], close = s.close; s.close = (code) => { if (code !== 1000) return close.call(s, code); s.codes.push(code); s.readyState = 2; setTimeout(() => s.fail(), 0); }; s.send = () => setTimeout(() => s.receive(a), 0)", closeElement)
		if err := s.Close(soon(t)); err != nil {
			t.Error(err)
		}
		eventually(t, "fakeSockets[0].readyState == 3 && fakeSockets[0].codes.join() == '1000'")
	}
}

func TestDialThatFailsInABrowser(t *testing.T) {
	for name, tc := range map[string]struct {
		address, open string
		fault         transport.Fault
	}{
		"refused":        {"wss://a.example/", "fakeSockets[0].fail()", transport.ConnectFailed},
		"forbidden":      {"wss://forbidden.example/", "", transport.ConnectFailed},
		"by the policy":  {"wss://a.example/", "fakeSockets[0].readyState = 3; fakeSockets[0].fire('error', {})", transport.ConnectFailed},
		"no subprotocol": {"wss://a.example/", "fakeSockets[0].open('')", transport.Protocol},
	} {
		t.Run(name, func(t *testing.T) {
			reset()
			result := make(chan error)
			go func() {
				_, err := (&Dialer{URL: tc.address}).Dial(context.Background(), shore)
				result <- err
			}()
			if tc.open != "" {
				eventually(t, "fakeSockets[0]?.listeners.open") // a browser opens none before the script has run
				eval(tc.open)
			}
			err := <-result
			if !isFault(err, tc.fault) || strings.Contains(err.Error(), "closed network connection") || strings.Contains(err.Error(), "in time") {
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
	for name, tc := range map[string]struct {
		answer string
		fault  transport.Fault
		text   string
	}{
		"not there":      {"fakeAnswers[a] = fakeFile(404, a, '')", transport.NoHostMeta, "HTTP status 404"},
		"no network":     {"", transport.NoHostMeta, "no answer (Failed to fetch)"},
		"CORS":           {"fakeAnswers[a] = o => o.mode == 'no-cors' ? Promise.resolve({ status: 0, url: '', body: null }) : Promise.reject(new TypeError('Failed to fetch'))", transport.DiscoveryBlocked, "Access-Control-Allow-Origin"},
		"left TLS":       {"fakeAnswers[a] = fakeFile(200, 'http://shore.example/', '{}')", transport.NoHostMeta, "not https"},
		"empty":          {"fakeAnswers[a] = () => Promise.resolve({ status: 200, url: a, body: null })", transport.NoWebSocketEndpoint, "neither an XRD nor JSON"},
		"too long":       {"fakeAnswers[a] = fakeFile(200, a, 'x'.repeat(256 << 10), 'x')", transport.NoWebSocketEndpoint, "longer than 256 KiB"},
		"broken off":     {"fakeAnswers[a] = () => Promise.resolve({ status: 200, url: a, body: new ReadableStream({ pull() { throw new TypeError('network error') } }) })", transport.NoHostMeta, "network error"},
		"without a word": {"fakeAnswers[a] = () => Promise.reject()", transport.NoHostMeta, "failed without a word"},
		"no promise":     {"fakeAnswers[a] = () => 5", transport.NoHostMeta, "no answer"},
		"exception":      {"fakeAnswers[a] = () => { throw new Error('broken') }", transport.NoHostMeta, "broken"},
		"odd answer":     {"fakeAnswers[a] = () => Promise.resolve({})", transport.NoHostMeta, "no answer"},
	} {
		t.Run(name, func(t *testing.T) {
			reset()
			eval(tc.answer, jsonFile)
			_, err := Discover(context.Background(), "shore.example")
			var e *transport.Error
			if !errors.As(err, &e) || !e.Discovery || e.Fault != tc.fault || !strings.Contains(err.Error(), jsonFile+": ") || !strings.Contains(err.Error(), tc.text) {
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
		_, err := new(Dialer).Dial(ctx, shore)
		result <- err
	}()
	eventually(t, "fakeRequests.length == 2")
	cancel()
	err := <-result
	if !isFault(err, transport.Interrupted) || !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	eventually(t, "fakeRequests.length == 2 && fakeRequests.every(r => r.signal.aborted)")
}

// A Worker may have a WebSocket at hand that was made before, in the place of the next one.
func TestWebSocketThatStepsAsideStaysAside(t *testing.T) {
	eval(`globalThis.WebSocket = new Proxy(originalWebSocket, { construct: (own, args) => {
		globalThis.WebSocket = own;
		return new own(...args);
	} })`)
	ctx, cancel := context.WithCancel(context.Background())
	result := dialling(t, ctx)
	cancel()
	<-result
	if !eval("return WebSocket === originalWebSocket").Bool() {
		t.Error("what was there for one WebSocket is there for the next one too")
	}
}

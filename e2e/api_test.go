package e2e

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/xmppreg/xmppreg/e2e/browser"
	"github.com/xmppreg/xmppreg/e2e/proxy"
	"github.com/xmppreg/xmppreg/e2e/site"
)

// client opens a page of a client's own, which imports the module itself.
func client(t testing.TB, opts site.Options) *browser.Tab {
	t.Helper()
	tab, _ := clientAndSite(t, opts)
	return tab
}

// clientAndSite is client with the site that its page comes from.
func clientAndSite(t testing.TB, opts site.Options) (*browser.Tab, *site.Server) {
	t.Helper()
	dir, err := site.Dist()
	if err != nil {
		t.Fatal(err)
	}
	opts.Dir = dir
	if opts.Handlers == nil {
		opts.Handlers = map[string]http.Handler{}
	}
	opts.Handlers["GET /client.html"] = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		w.Header().Set("Content-Security-Policy", cmp.Or(opts.CSP, site.CSP))
		fmt.Fprint(w, `<!doctype html><title>client</title><link rel=icon href=icon.svg>`)
	})
	s, err := site.Start(opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	tab := tabs.Tab(t)
	tab.Open(s.URL + "/client.html")
	return tab, s
}

// A place is where the module of inPage runs.
type place string

const (
	pageThread place = "page" // the test looks at what the page's own thread does
	worker     place = "Worker"
	automatic  place = "" // as it is for everybody who says nothing
)

var runsIn = pageThread

// inPage runs the body of an async function with the module's exports, and the
// addresses of the server and of the module's files, in its scope. Its value
// comes back through JSON.
func inPage(t testing.TB, tab *browser.Tab, body string, into any) {
	t.Helper()
	tab.Eval(fmt.Sprintf(`(async () => {
		const { RegistrationManager, RegistrationError, load, validate, build } = await import('/xmppreg.js');
		const direct = { domain: 'example.test', url: %q };
		const wasm = '/%s', glue = '/%s';
		const failure = (promise) => promise.then((value) => ({ value }), (e) => ({
			name: e.name, error: e instanceof Error, registration: e instanceof RegistrationError, message: e.message,
			reason: e.reason, kind: e.kind, type: e.type, condition: e.condition, field: e.field, outcomeUnknown: e.outcomeUnknown,
		}));
		if (%t) await load({ worker: true });
		if (%t) delete globalThis.Worker; // so there can be none
		%s
	})()`, server.WebSocketURL(), built(t, "xmppreg*.wasm"), built(t, "wasm_exec*.js"), runsIn == worker, runsIn == pageThread, body), into)
}

// failed is an error as the failure() of inPage describes it.
type failed struct {
	Name, Message, Reason, Kind, Type, Condition, Field string
	Error, Registration, OutcomeUnknown                 bool
	Value                                               json.RawMessage
}

func TestClientRegistersAnAccount(t *testing.T) {
	tab := client(t, site.Options{})
	var got struct {
		Form struct {
			Domain, Service, Title, Instructions, URL string
			Registered, IsDataForm                    bool
			Fields                                    []struct {
				Name, Type, Label string
				Required          bool
				Value             any
				Options, Media    []any
			}
		}
		Account struct{ JID, Username, Domain, Service string }
		Events  []string
		Same    bool
		Globals []string
	}
	inPage(t, tab, `
		const events = [], before = Object.keys(globalThis);
		const reg = new RegistrationManager(direct);
		let told;
		for (const type of ['registrationFormReceived', 'registrationSucceeded', 'registrationFailed', 'connected', 'disconnected']) {
			reg.addEventListener(type, (e) => {
				if (!(e instanceof CustomEvent)) throw new Error('no CustomEvent');
				if (type === 'registrationFormReceived') told = e.detail;
				events.push(type + ' ' + JSON.stringify(type.startsWith('reg') ? null : e.detail));
			});
		}
		const form = await reg.requestForm();
		const data = new FormData();
		data.set('username', 'GRETA');
		data.set('password', 'correct horse');
		const account = await reg.submit(data);
		await reg.disconnect();
		return { form, account, events, same: told === form,
			globals: Object.keys(globalThis).filter((name) => !before.includes(name)) };
	`, &got)
	if f := got.Form; f.Domain != "example.test" || !f.IsDataForm || f.Registered || f.URL != "" || f.Title == "" || f.Instructions == "" {
		t.Errorf("form %+v", f)
	}
	var names []string
	for _, field := range got.Form.Fields {
		names = append(names, field.Name+" "+field.Type)
	}
	if want := "FORM_TYPE hidden, username text-single, password text-private"; strings.Join(names, ", ") != want {
		t.Errorf("fields %v, want %s", names, want)
	}
	if a := got.Account; a.JID != "greta@example.test" || a.Username != "greta" || a.Domain != "example.test" || a.Service != "" {
		t.Errorf("account %+v", a)
	}
	want := `connected {"jid":null}; registrationFormReceived null; registrationSucceeded null; disconnected {"reason":null}`
	if events := strings.Join(got.Events, "; "); events != want {
		t.Errorf("events\n%s\nwant\n%s", events, want)
	}
	if !got.Same {
		t.Error("the event and the Promise have different forms")
	}
	// The Go toolchain's own wasm_exec.js leaves these, and nothing else may be left.
	left := "fs process path"
	if runsIn == worker {
		left = ""
	}
	if globals := strings.Join(got.Globals, " "); globals != left {
		t.Errorf("left on globalThis: %s", globals)
	}
	if err := logIn(t, "greta@example.test", "correct horse"); err != nil {
		t.Error(err)
	}
}

func TestWrongArgumentsAreTypeErrors(t *testing.T) {
	tab := client(t, site.Options{})
	var got map[string]failed
	inPage(t, tab, `
		const reg = new RegistrationManager(direct);
		let told = 0;
		reg.addEventListener('registrationFailed', () => told++);
		const make = async (options) => new RegistrationManager(options);
		const results = {
			unknownOption: make({ domian: 'example.test' }),
			domainNumber: make({ domain: 5 }),
			emptyDomain: make({ domain: ' ' }),
			timeoutString: make({ ...direct, timeout: '5' }),
			timeoutZero: make({ ...direct, timeout: 0 }),
			requireFeature: make({ ...direct, requireFeature: 'no' }),
			noObject: make('example.test'),
			noDomain: new RegistrationManager().requestForm(),
			badDomain: new RegistrationManager({ domain: 'exa mple.test' }).requestForm(),
			addressForDomain: new RegistrationManager({ domain: 'kim@example.test' }).requestForm(),
			signal: reg.requestForm({ signal: 'stop' }),
			attachNothing: reg.attach(),
			attachNoJID: reg.attach({ send() {} }),
			attachNoSend: reg.attach({ jid: 'kim@example.test/r1' }),
			attachEmptyJID: reg.attach({ jid: ' ', send() {} }),
			attachSend: reg.attach({ jid: 'kim@example.test/r1', send: 'xml' }),
			attachUnknown: reg.attach({ jid: 'kim@example.test/r1', send() {}, receive() {} }),
			unknownRequestOption: reg.requestForm({ singal: new AbortController().signal }),
			noValues: reg.submit(),
			valuesString: reg.submit('username=kim'),
			valueNumber: reg.submit({ username: 5 }),
			valueNested: reg.submit({ username: [['kim']] }),
			wasmURL: load({ wasmURL: 5 }),
			loadOption: load({ url: 'x' }),
			noAddress: load({ wasmURL: 'https://' }),
			workerString: load({ worker: 'yes' }),
			noField: validate(undefined, 'x'),
			fieldString: validate('username', 'x'),
			noAnswer: validate({ name: 'x', type: 'text-single' }),
			answerNull: validate({ name: 'x', type: 'text-single' }, null),
			answerNumbers: validate({ name: 'x', type: 'text-multi' }, ['a', 5]),
		};
		const all = {};
		await Promise.all(Object.entries(results).map(async ([name, promise]) => { all[name] = await failure(promise); }));
		if (told) throw new Error('an event told of a wrong argument');
		return all;
	`, &got)
	if len(got) < 25 {
		t.Errorf("only %d results", len(got))
	}
	begins := map[string]string{
		"badDomain": `"exa mple.test" can't be the domain`,
		"noField":   "field must be", "fieldString": "field must be",
		"noAnswer": "value must be", "answerNull": "value must be", "answerNumbers": "value must be",
	}
	for name, e := range got {
		if e.Name != "TypeError" || e.Message == "" || !strings.HasPrefix(e.Message, begins[name]) {
			t.Errorf("%s: %+v", name, e)
		}
	}
}

func TestErrorsAreRegistrationErrors(t *testing.T) {
	tab := client(t, site.Options{})
	var got struct {
		Taken, Invalid, Unsafe, Empty failed
		Events                        int
		Same                          bool
	}
	inPage(t, tab, `
		const reg = new RegistrationManager(direct);
		let told = [];
		reg.addEventListener('registrationFailed', ({ detail }) => told.push(detail));
		await reg.submit({ username: 'hank', password: 'pw' });
		let thrown;
		const taken = await failure(reg.submit({ username: 'hank', password: 'pw' }).catch((e) => { thrown = e; throw e; }));
		const same = thrown === told[0] && thrown instanceof Error && thrown instanceof RegistrationError;
		const invalid = await failure(reg.submit({ username: 'h nk', password: 'pw' }));
		const empty = await failure(reg.submit({ username: 'hank2', password: '' }));
		const unsafe = await failure(new RegistrationManager({ domain: 'example.test', url: 'ws://example.test/' }).requestForm());
		return { taken, invalid, empty, unsafe, events: told.length, same };
	`, &got)
	for name, e := range map[string]struct{ got, want failed }{
		"taken":   {got.Taken, failed{Reason: "username-taken", Kind: "stanza", Type: "cancel", Condition: "conflict", Field: "username"}},
		"invalid": {got.Invalid, failed{Reason: "username-invalid", Kind: "form", Type: "modify", Condition: "jid-malformed", Field: "username"}},
		"empty":   {got.Empty, failed{Reason: "rejected", Kind: "form", Type: "modify", Condition: "not-acceptable", Field: "password"}},
		"unsafe":  {got.Unsafe, failed{Reason: "unsafe-url", Kind: "transport"}},
	} {
		e.want.Name, e.want.Error, e.want.Registration, e.want.Message = "RegistrationError", true, true, e.got.Message
		if e.got.Reason != e.want.Reason || e.got.Kind != e.want.Kind || e.got.Type != e.want.Type || e.got.Condition != e.want.Condition || e.got.Field != e.want.Field || e.got.Name != e.want.Name || !e.got.Registration || e.got.Message == "" {
			t.Errorf("%s: %+v", name, e.got)
		}
	}
	if got.Events != 3 || !got.Same {
		t.Errorf("%d events for 3 failures; the same error in both: %t", got.Events, got.Same)
	}
}

// hangingServer is a server that accepts connections and never answers.
func hangingServer(t *testing.T) *proxy.Proxy {
	t.Helper()
	p, err := proxy.Start(hostOf(t, server.WebSocketURL()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	p.SetMode(proxy.Hang)
	return p
}

// waitOpen waits until n connections are open at the proxy.
func waitOpen(t *testing.T, p *proxy.Proxy, n int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := p.WaitOpen(ctx, n); err != nil {
		t.Fatalf("%d connections are open, want %d", p.Open(), n)
	}
}

func TestAbortInTheMiddle(t *testing.T) {
	p := hangingServer(t)
	tab := client(t, site.Options{})
	tab.ExpectProblem(p.Addr()) // Chromium reports sockets that never opened
	var got failed
	check := func(when string) {
		t.Helper()
		if got.Reason != "aborted" || got.Kind != "aborted" || !got.Registration || got.OutcomeUnknown {
			t.Errorf("%s: %+v", when, got)
		}
		got = failed{}
	}
	inPage(t, tab, fmt.Sprintf(`
		globalThis.reg = new RegistrationManager({ domain: 'example.test', url: 'ws://%s/xmpp-websocket' });
		globalThis.ask = (options) => failure(reg.requestForm(options));
		return ask({ signal: AbortSignal.abort() });
	`, p.Addr()), &got)
	check("before it began")
	if p.Accepted() != 0 {
		t.Error("an aborted request has connected")
	}

	tab.Eval(`(globalThis.control = new AbortController(), globalThis.pending = ask({ signal: control.signal }), 0)`, nil)
	waitOpen(t, p, 1)
	tab.Eval(`(control.abort(), pending)`, &got)
	check("while it connected")

	waitOpen(t, p, 0)
	tab.Eval(`(globalThis.pending = ask(), 0)`, nil)
	waitOpen(t, p, 1)
	tab.Eval(`reg.disconnect().then(() => pending)`, &got)
	check("by disconnect")

	// The sockets that were given up are closed though the server never answers, and the manager serves on.
	waitOpen(t, p, 0)
	p.SetMode(proxy.Forward)
	var fields int
	tab.Eval(`reg.requestForm().then((form) => form.fields.length)`, &fields)
	if fields == 0 {
		t.Error("no form came after the aborts")
	}
	tab.Eval(`reg.disconnect()`, nil)
	waitOpen(t, p, 0)
}

func TestSocketThatOpensAfterTheAbortIsClosed(t *testing.T) {
	tab := client(t, site.Options{})
	var states []int
	// A WebSocket whose opening the page can hold back.
	inPage(t, tab, `
		const real = globalThis.WebSocket, all = [];
		let open;
		globalThis.WebSocket = class extends real {
			constructor(...args) { super(...args); all.push(this); }
			addEventListener(type, listener, ...rest) {
				if (type !== 'open') return super.addEventListener(type, listener, ...rest);
				return super.addEventListener(type, (e) => { open = () => listener.call(this, e); }, ...rest);
			}
		};
		const control = new AbortController();
		const reg = new RegistrationManager(direct);
		const pending = failure(reg.requestForm({ signal: control.signal }));
		while (!open) await new Promise(requestAnimationFrame);
		control.abort();
		await pending;
		open();
		await new Promise((closed) => all[0].addEventListener('close', closed));
		globalThis.WebSocket = real;
		return all.map((socket) => socket.readyState);
	`, &states)
	if len(states) != 1 || states[0] != 3 {
		t.Errorf("states of the sockets: %v, want one that is closed", states)
	}
}

func TestServerThatNeverAnswersEndsInAnErrorInTime(t *testing.T) {
	p := hangingServer(t)
	tab := client(t, site.Options{})
	tab.ExpectProblem(p.Addr())
	var got failed
	inPage(t, tab, fmt.Sprintf(`
		const reg = new RegistrationManager({ domain: 'example.test', url: 'ws://%s/xmpp-websocket', timeout: 300 });
		return failure(reg.requestForm());
	`, p.Addr()), &got)
	if got.Reason != "timeout" || got.Kind != "timeout" || !strings.Contains(got.Message, p.Addr()) {
		t.Errorf("%+v", got)
	}
	waitOpen(t, p, 0)
}

func TestSecondSubmitIsBusy(t *testing.T) {
	tab := client(t, site.Options{})
	var got [2]failed
	inPage(t, tab, `
		const reg = new RegistrationManager(direct);
		await reg.requestForm();
		const values = { username: 'ida', password: 'correct horse' };
		return Promise.all([failure(reg.submit(values)), failure(reg.submit(values))]);
	`, &got)
	if got[0].Name != "" || got[1].Reason != "busy" {
		t.Errorf("%+v", got)
	}
}

func TestModuleIsLoadedOnceAndAgainAfterAFailure(t *testing.T) {
	tab := client(t, site.Options{})
	tab.ExpectProblem("/missing.wasm")
	var got struct {
		Missing, Html failed
		Requests      int
		Build         string
		Fields        int
	}
	inPage(t, tab, `
		const missing = await failure(load({ wasmURL: new URL('/missing.wasm', location) }));
		const html = await failure(load({ wasmURL: '/client.html' }));
		await Promise.all([load({ wasmURL: wasm }), load(), new RegistrationManager(direct).requestForm()]);
		const other = new RegistrationManager(direct);
		const form = await other.requestForm();
		const requests = performance.getEntriesByType('resource').filter((e) => e.name.endsWith(wasm)).length;
		return { missing, html, requests, build, fields: form.fields.length };
	`, &got)
	for name, e := range map[string]failed{"missing": got.Missing, "html": got.Html} {
		if e.Reason != "module-exited" || !e.Registration || e.Message == "" {
			t.Errorf("%s: %+v", name, e)
		}
	}
	if got.Requests != 1 || got.Fields == 0 || got.Build == "" || strings.Contains(got.Build, "_") {
		t.Errorf("%+v", got)
	}
}

func TestOneManagerKnowsNothingOfAnother(t *testing.T) {
	tab := client(t, site.Options{})
	var got struct{ First, Second []string }
	inPage(t, tab, `
		const [a, b] = [new RegistrationManager(direct), new RegistrationManager({ ...direct, domain: 'closed.test' })];
		const events = { first: [], second: [] };
		for (const type of ['connected', 'registrationFormReceived', 'registrationFailed', 'disconnected']) {
			a.addEventListener(type, () => events.first.push(type));
			b.addEventListener(type, () => events.second.push(type));
		}
		await Promise.all([failure(a.requestForm()), failure(b.requestForm())]);
		await a.disconnect();
		return events;
	`, &got)
	if first := strings.Join(got.First, " "); first != "connected registrationFormReceived disconnected" {
		t.Errorf("the first saw %s", first)
	}
	if second := strings.Join(got.Second, " "); second != "connected registrationFailed disconnected" {
		t.Errorf("the second saw %s", second)
	}
}

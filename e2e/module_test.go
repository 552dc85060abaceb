package e2e

import (
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/xmppreg/xmppreg/e2e/browser"
	"github.com/xmppreg/xmppreg/e2e/site"
)

// dying makes the next modules of a page end when the page says die(), as one
// does after a panic: what the toolchain's glue does then, and nothing more.
const dying = `
	await import(glue);
	const name = Symbol.for('xmppreg Go ' + build);
	const Real = globalThis[name];
	globalThis[name] = class extends Real {
		constructor() {
			super();
			globalThis.die = () => { this.exited = true; this._resolveExitPromise(); };
		}
	};
`

func TestEndOfTheModuleRejectsWhatIsPendingAndItCanBeLoadedAgain(t *testing.T) {
	p := hangingServer(t)
	tab := client(t, site.Options{})
	tab.ExpectProblem(p.Addr())
	var got struct {
		Pending failed
		Events  []string
		Fields  int
	}
	inPage(t, tab, dying+`
		const reg = new RegistrationManager({ ...direct, url: 'ws://`+p.Addr()+`/' });
		globalThis.events = [];
		reg.addEventListener('registrationFailed', ({ detail }) => events.push('registrationFailed ' + detail.reason));
		reg.addEventListener('disconnected', ({ detail }) => events.push('disconnected ' + detail.reason));
		globalThis.pending = failure(reg.requestForm());
		globalThis.online = new RegistrationManager(direct);
		await online.requestForm();
		online.addEventListener('setGauge', ({ detail }) => events.push('online: ' + detail.gauge + ' ' + detail.value));
		online.addEventListener('disconnected', ({ detail }) => events.push('online: disconnected ' + detail.reason));
		globalThis.again = () => new RegistrationManager(direct).requestForm();
	`, nil)
	waitOpen(t, p, 1)
	tab.Eval(`(die(), pending.then(async (pending) => ({ pending, events, fields: (await again()).fields.length })))`, &got)
	if got.Pending.Reason != "module-exited" || !got.Pending.Registration {
		t.Errorf("%+v", got.Pending)
	}
	// First the failures, then the end of a connection, where there was one.
	if events := strings.Join(got.Events, ", "); events != "registrationFailed module-exited, online: streams.open 0, online: disconnected module-exited" {
		t.Errorf("events: %s", events)
	}
	if got.Fields == 0 {
		t.Error("no form came from the module that was loaded again")
	}
}

func TestPanicEndsTheModuleAndItsTextIsOnTheConsole(t *testing.T) {
	p := hangingServer(t)
	tab := client(t, site.Options{})
	tab.ExpectProblem(p.Addr(), "exit code: 2")
	var got struct {
		Pending failed
		Fields  int
	}
	inPage(t, tab, `
		await import(glue);
		const name = Symbol.for('xmppreg Go ' + build);
		const Real = globalThis[name];
		globalThis[name] = class extends Real {
			constructor() { super(); globalThis.go = this; }
		};
		const reg = new RegistrationManager({ ...direct, url: 'ws://`+p.Addr()+`/' });
		globalThis.pending = failure(reg.requestForm());
		globalThis.again = () => new RegistrationManager(direct).requestForm();
	`, nil)
	waitOpen(t, p, 1)
	// The id of an event is a number, so syscall/js panics where nothing recovers.
	tab.Eval(`(go._pendingEvent = { id: 'none' }, go._resume(), pending.then(async (pending) => ({ pending, fields: (await again()).fields.length })))`, &got)
	if got.Pending.Reason != "module-exited" || !got.Pending.Registration {
		t.Errorf("%+v", got.Pending)
	}
	if got.Fields == 0 {
		t.Error("no form came from the module that was loaded again")
	}
	console := strings.Join(tab.Console(), "\n")
	if !strings.Contains(console, "panic: syscall/js: call of Value.Int on string") {
		t.Errorf("the console has\n%s", console)
	}
	// Names of functions and lines are left out of the module.
	if strings.Contains(console, "syscall/js.handleEvent") || strings.Contains(console, ".go:") {
		t.Errorf("the console has names\n%s", console)
	}
}

// TestModuleOfAPlainGoBuildDoesTheSame compares the module of dist/ with one that is
// not packed and has the toolchain's own net/http.
func TestModuleOfAPlainGoBuildDoesTheSame(t *testing.T) {
	var info struct{ Build string }
	if err := json.Unmarshal(readDist(t, "build-info.json"), &info); err != nil {
		t.Fatal(err)
	}
	root, err := site.Root()
	if err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(t.TempDir(), "plain.wasm")
	cmd := exec.Command("go", "build", "-ldflags=-X main.build="+info.Build, "-o", out, "./wasm")
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm")
	if text, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	plain, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	packed := readDist(t, built(t, "xmppreg*.wasm"))
	if len(packed) >= len(plain) {
		t.Errorf("packed it has %d bytes, plain %d", len(packed), len(plain))
	}
	var results []string
	for _, module := range []struct {
		user string
		code []byte
	}{{"packed", packed}, {"plain0", plain}} {
		tab := client(t, site.Options{Handlers: map[string]http.Handler{"GET /other.wasm": sends(module.code, "Content-Type", "application/wasm")}})
		tab.ExpectProblem("/other.wasm.gz")
		var got any
		inPage(t, tab, `
			await load({ wasmURL: '/other.wasm' });
			const events = [];
			const reg = new RegistrationManager(direct);
			const types = ['registrationFormReceived', 'registrationSucceeded', 'registrationFailed', 'connected', 'disconnected',
				'supportedByServerChanged', 'passwordChanged', 'passwordChangeFailed', 'accountDeleted', 'accountDeletionFailed'];
			for (const type of types) reg.addEventListener(type, ({ detail }) => events.push([type, detail]));
			const user = '`+module.user+`', password = 'correct horse', other = 'battery staple';
			const form = await reg.requestForm();
			const account = await reg.submit({ username: user, password });
			const taken = await failure(new RegistrationManager(direct).submit({ username: user, password }));
			const bad = await failure(new RegistrationManager(direct).connect({ jid: user + '@example.test', password: 'wrong' }));
			const elsewhere = await failure(new RegistrationManager({ domain: 'a..b' }).requestForm());
			await reg.connect({ jid: account.jid, password });
			await reg.changePassword(other);
			await reg.disconnect();
			await reg.connect({ jid: account.jid, password: other });
			await reg.deleteAccount();
			return { form, account, taken, bad, elsewhere, events };
		`, &got)
		text, err := json.Marshal(got) // with the names of properties in order
		if err != nil {
			t.Fatal(err)
		}
		// The resource is the server's choice.
		bare := regexp.MustCompile(`(@example\.test)/[^"]*`).ReplaceAllString(string(text), "$1")
		results = append(results, strings.ReplaceAll(bare, module.user, "user"))
	}
	if results[0] != results[1] {
		t.Errorf("packed\n%s\nplain\n%s", results[0], results[1])
	}
	if !strings.Contains(results[0], "accountDeleted") {
		t.Errorf("no account was deleted: %s", results[0])
	}
}

// anotherBuild serves the module as if it were of another build.
func anotherBuild(t *testing.T) map[string]http.Handler {
	t.Helper()
	var info struct{ Build string }
	if err := json.Unmarshal(readDist(t, "build-info.json"), &info); err != nil || info.Build == "" {
		t.Fatalf("build-info.json names the build %q: %v", info.Build, err)
	}
	name := built(t, "xmppreg*.wasm")
	module := readDist(t, name)
	other := bytes.ReplaceAll(module, []byte(info.Build), []byte("000000000000"))
	if bytes.Equal(other, module) {
		t.Fatalf("%s does not name its build", name)
	}
	return map[string]http.Handler{
		"GET /" + name:         sends(other, "Content-Type", "application/wasm"),
		"GET /" + name + ".gz": http.NotFoundHandler(),
	}
}

func TestModuleOfAnotherBuildIsAnError(t *testing.T) {
	tab := client(t, site.Options{Handlers: anotherBuild(t)})
	tab.ExpectProblem(".wasm.gz")
	var got failed
	inPage(t, tab, `return failure(load())`, &got)
	if got.Reason != "module-exited" || !strings.Contains(got.Message, "different builds") {
		t.Errorf("%+v", got)
	}
}

// foreignGo is of a page that runs another Go program, with glue of a kind that
// can't run ours.
const foreignGo = `globalThis.Go = class Foreign { importObject = { env: {} }; run() {} };`

// checkForeignGo sees that the page still has it.
func checkForeignGo(t *testing.T, tab *browser.Tab) {
	t.Helper()
	var name string
	tab.Eval(`globalThis.Go?.name ?? 'none'`, &name)
	if name != "Foreign" {
		t.Errorf("the page's own Go is %s", name)
	}
}

func TestPageMayHaveAGoOfItsOwn(t *testing.T) {
	t.Run("before", func(t *testing.T) {
		tab := element(t, `<script>`+foreignGo+`</script>`+tagOf("example.test"))
		waitStep(tab, "form")
		checkForeignGo(t, tab)
	})
	t.Run("meanwhile", func(t *testing.T) {
		dir, err := site.Dist()
		if err != nil {
			t.Fatal(err)
		}
		glue := built(t, "wasm_exec*.js")
		released := make(chan struct{})
		s := startSite(t, site.Options{Attributes: direct("example.test"),
			Handlers: map[string]http.Handler{"GET /" + glue: after(released, dir, glue)}})
		tab := tabs.Tab(t)
		tab.Open(s.URL + "/")
		waitStep(tab, "loading")
		tab.Eval(`(() => { `+foreignGo+` })()`, nil)
		close(released)
		waitStep(tab, "form")
		checkForeignGo(t, tab)
	})
}

func TestGlueOfAnotherBuildIsAnError(t *testing.T) {
	glue := built(t, "wasm_exec*.js")
	other := regexp.MustCompile(`xmppreg Go \w+`).ReplaceAll(readDist(t, glue), []byte("xmppreg Go 000000000000"))
	tab := client(t, site.Options{Handlers: map[string]http.Handler{"GET /" + glue: sends(other, "Content-Type", "text/javascript")}})
	var got failed
	inPage(t, tab, `return failure(load())`, &got)
	if got.Reason != "module-exited" || !strings.Contains(got.Message, "wasm_exec.js and xmppreg.js are of different builds") {
		t.Errorf("%+v", got)
	}
}

func TestWhatWaitsForTheModuleCanBeGivenUp(t *testing.T) {
	tab := client(t, site.Options{})
	var got struct {
		Already, Signal, Disconnected failed
		Late                          []failed
		Cause                         string
		Fields                        int
	}
	// The module's file comes when the page says so.
	inPage(t, tab, `
		const real = globalThis.fetch;
		let arrive;
		globalThis.fetch = (...args) => String(args[0]).endsWith('.wasm')
			? new Promise((resolve) => { arrive = () => resolve(real(...args)); }) : real(...args);
		const reg = new RegistrationManager(direct);
		const already = await failure(reg.requestForm({ signal: AbortSignal.abort() }));
		const control = new AbortController();
		const pending = reg.requestForm({ signal: control.signal });
		control.abort('enough');
		const cause = await pending.catch((error) => error.cause);
		const signal = await failure(pending);
		const other = failure(reg.requestForm());
		await reg.disconnect();
		const disconnected = await other;
		arrive();
		globalThis.fetch = real;
		const { fields: { length: fields } } = await reg.requestForm();
		// The module is there, and the operation is on its way to it.
		const late = [];
		for (let moments = 0; moments < 4; moments++) {
			const other = new RegistrationManager(direct);
			const outcome = failure(other.requestForm());
			for (let moment = 0; moment < moments; moment++) await null;
			await other.disconnect();
			late.push(await outcome);
		}
		return { already, signal, cause, disconnected, late, fields };
	`, &got)
	for moments, e := range got.Late {
		if e.Reason != "aborted" || !e.Registration {
			t.Errorf("disconnected %d moments later: %+v", moments, e)
		}
	}
	for name, e := range map[string]failed{"aborted before": got.Already, "aborted": got.Signal, "disconnected": got.Disconnected} {
		if e.Reason != "aborted" || e.Kind != "aborted" || !e.Registration {
			t.Errorf("%s: %+v", name, e)
		}
	}
	if got.Cause != "enough" || got.Fields == 0 {
		t.Errorf("%+v", got)
	}
}

func TestManagerThatNobodyRefersToIsCollected(t *testing.T) {
	tab := client(t, site.Options{})
	var failure failed
	inPage(t, tab, `
		globalThis.registry = new FinalizationRegistry(() => { globalThis.collected = true; });
		let reg = new RegistrationManager(direct);
		registry.register(reg);
		reg.addEventListener('registrationFailed', ({ detail }) => { globalThis.error = detail; });
		await reg.requestForm();
		const refused = await failure(reg.submit({ username: 'lea' }));
		await reg.disconnect();
		reg = null;
		return refused;
	`, &failure)
	if failure.Reason != "rejected" {
		t.Errorf("%+v", failure)
	}
	tab.CollectGarbage(`globalThis.collected`)
}

package e2e

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/xmppreg/xmppreg/e2e/ejabberd"
	"github.com/xmppreg/xmppreg/e2e/prosody"
	"github.com/xmppreg/xmppreg/e2e/site"
)

// runIn lets the module of a test run there.
func runIn(t *testing.T, there place) {
	t.Helper()
	runsIn = there
	t.Cleanup(func() { runsIn = pageThread })
}

func TestWhatHoldsOnThePageHoldsInAWorker(t *testing.T) {
	own := startProsody(t, prosody.Options{Hosts: []prosody.Host{
		{Name: "example.test", Lua: `allow_registration = true`},
		{Name: "closed.test", Lua: `allow_registration = false`},
	}})
	share(t, own, tabs) // the names that the tests take are taken at the other
	runIn(t, worker)
	for _, test := range []struct {
		name string
		run  func(*testing.T)
	}{
		{"ClientRegistersAnAccount", TestClientRegistersAnAccount},
		{"WrongArgumentsAreTypeErrors", TestWrongArgumentsAreTypeErrors},
		{"ErrorsAreRegistrationErrors", TestErrorsAreRegistrationErrors},
		{"AbortInTheMiddle", TestAbortInTheMiddle},
		{"ServerThatNeverAnswersEndsInAnErrorInTime", TestServerThatNeverAnswersEndsInAnErrorInTime},
		{"SecondSubmitIsBusy", TestSecondSubmitIsBusy},
		{"OneManagerKnowsNothingOfAnother", TestOneManagerKnowsNothingOfAnother},
		{"AccountsLife", TestAccountsLife},
		{"FormIsKeptAndSentOnConnect", TestFormIsKeptAndSentOnConnect},
		{"ServicesAreRegisteredWith", TestServicesAreRegisteredWith},
		{"NoSecretIsInTheLog", TestNoSecretIsInTheLog},
		{"LinkIsAsItIsDocumented", TestLinkIsAsItIsDocumented},
		{"ManagerThatNobodyRefersToIsCollected", TestManagerThatNobodyRefersToIsCollected},
	} {
		t.Run(test.name, test.run)
	}
}

func TestWorkerLeavesThePagesThreadAlone(t *testing.T) {
	runIn(t, automatic)
	tab, s := clientAndSite(t, site.Options{})
	var got struct {
		Used, Resources []string
		Fields          int
	}
	inPage(t, tab, `
		const used = [];
		for (const object of [WebAssembly, globalThis]) {
			for (const name of ['compile', 'instantiate', 'instantiateStreaming', 'Module', 'Instance', 'WebSocket']) {
				if (object[name]) object[name] = new Proxy(object[name], { get: () => used.push(name), apply: () => used.push(name), construct: () => used.push(name) });
			}
		}
		const { fields } = await new RegistrationManager(direct).requestForm();
		return { used, fields: fields.length, resources: performance.getEntriesByType('resource').map(({ name }) => name) };
	`, &got)
	if got.Fields == 0 || len(got.Used) != 0 {
		t.Errorf("the form has %d fields, and the page itself used %v", got.Fields, got.Used)
	}
	for _, r := range got.Resources {
		if strings.Contains(r, "wasm_exec") {
			t.Errorf("the page itself loaded %s", r)
		}
	}
	loadedOnce(t, s)
}

// loadedOnce shows that the module was loaded from the site, and no second time.
func loadedOnce(t *testing.T, s *site.Server) {
	t.Helper()
	modules := 0
	for _, r := range s.Requests() {
		if strings.HasSuffix(r.Path, ".wasm") {
			modules++
		}
	}
	if modules != 1 {
		t.Errorf("the module was loaded %d times", modules)
	}
}

func TestCaptchaComesOutOfTheWorkerAndGoesWithItsManager(t *testing.T) {
	runIn(t, worker)
	s := startEjabberd(t, ejabberd.Options{CaptchaSize: 60_000})
	// The test reads the image too, which a page need not.
	tab := client(t, site.Options{CSP: strings.Replace(site.CSP, "connect-src", "connect-src blob:", 1)})
	var got struct {
		Image         string
		Width, Height int
		Same, First   bool
		Required      failed
	}
	inPage(t, tab, fmt.Sprintf(`
		let reg = new RegistrationManager({ domain: 'captcha.test', url: %q });
		const told = [];
		for (const type of ['registrationFormReceived', 'registrationFailed']) reg.addEventListener(type, ({ detail }) => told.push(detail));
		const form = await reg.requestForm();
		globalThis.address = form.fields.find(({ name }) => name === 'ocr').media[0].url;
		const image = document.body.appendChild(new Image());
		image.src = address;
		await image.decode();
		const bytes = new Uint8Array(await (await fetch(address)).arrayBuffer());
		await failure(reg.submit({ username: 'otto', password: 'pw', ocr: 'wrong' }));
		// Without a form asked for, it comes with the error.
		const required = await reg.submit({ username: 'otto', password: 'pw', ocr: 'wrong' }).catch((e) => e);
		await reg.disconnect();
		globalThis.forms = [form, ...told.map((detail) => detail.form ?? detail)];
		reg = null;
		return {
			image: btoa(Array.from(bytes, (c) => String.fromCharCode(c)).join('')), width: image.naturalWidth, height: image.naturalHeight,
			first: told[0] === form, same: told.at(-1) === required && told.includes(required.form), required: await failure(Promise.reject(required)),
		};
	`, s.WebSocketURL()), &got)
	if got.Required.Reason != "captcha-required" || !got.Same || !got.First {
		t.Errorf("%+v; one form in event and Promise: %t; one error, and its form: %t", got.Required, got.First, got.Same)
	}
	image, err := base64.StdEncoding.DecodeString(got.Image)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ejabberd.Answer(image); err != nil || got.Width != 160 || got.Height < 300 {
		t.Errorf("an image of %d bytes, %d to %d pixels: %v", len(image), got.Width, got.Height, err)
	}

	// Nothing refers to the manager any more: it is closed in the Worker too, which gives up its images.
	tab.ExpectProblem("blob:")
	tab.CollectGarbage(`fetch(address).then(() => false, () => true)`)
}

func TestFieldIsValidatedInTheWorkerAsOnThePage(t *testing.T) {
	var all [2]struct {
		Rules []string
		Wrong failed
	}
	for i := range all {
		if i == 1 {
			runIn(t, worker)
		}
		inPage(t, client(t, site.Options{}), `
			const { fields } = await new RegistrationManager(direct).requestForm();
			const field = fields.find(({ name }) => name === 'username');
			const list = { name: 'x', type: 'list-single', required: false, options: [{ value: 'a', label: 'A' }], onChange() {} };
			const observed = new Proxy(list, {}); // as frameworks have them
			return {
				rules: await Promise.all([validate(field, ''), validate(field, 'kim'), validate(observed, 'a'), validate(observed, 'b')]),
				wrong: await failure(validate({ ...field, name: 5 }, 'a')),
			};
		`, &all[i])
	}
	page, worker := all[0], all[1]
	if len(page.Rules) != 4 || !slices.Equal(page.Rules, worker.Rules) {
		t.Errorf("broken rules %q, in a Worker %q", page.Rules, worker.Rules)
	}
	if worker.Wrong.Name != "TypeError" || worker.Wrong.Message != page.Wrong.Message {
		t.Errorf("%+v, in a Worker %+v", page.Wrong, worker.Wrong)
	}
}

func TestEndOfTheWorkerRejectsWhatIsPendingAndItIsLoadedAgain(t *testing.T) {
	runIn(t, worker)
	dir, err := site.Dist()
	if err != nil {
		t.Fatal(err)
	}
	glue := built(t, "wasm_exec*.js")
	code, err := os.ReadFile(filepath.Join(dir, glue))
	if err != nil {
		t.Fatal(err)
	}
	for name, die := range map[string]string{
		// What the toolchain's glue does after a panic.
		"module": `new BroadcastChannel('die').postMessage(0)`,
		"worker": `Worker.all.at(-1).dispatchEvent(new ErrorEvent('error', { message: 'out of memory' }))`,
	} {
		t.Run(name, func(t *testing.T) {
			p := hangingServer(t)
			tab := client(t, site.Options{Handlers: map[string]http.Handler{
				"GET /" + glue: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
					w.Header().Set("Content-Type", "text/javascript")
					fmt.Fprintf(w, `%s; {
						const name = Object.getOwnPropertySymbols(globalThis).find(({ description }) => description.startsWith('xmppreg Go'));
						const Real = globalThis[name];
						globalThis[name] = class extends Real {
							die = Object.assign(new BroadcastChannel('die'), { onmessage: () => { this.exited = true; this._resolveExitPromise(); } });
						};
					}`, code)
				}),
			}})
			tab.ExpectProblem(p.Addr())
			var got struct {
				Pending                     failed
				Events                      []string
				Fields, Workers, Terminated int
				OnPage                      bool
			}
			tab.Eval(`void (globalThis.Worker = class extends Worker {
				static all = [];
				static terminated = 0;
				constructor(...args) { super(...args); Worker.all.push(this); }
				terminate() { Worker.terminated++; super.terminate(); }
			})`, nil)
			inPage(t, tab, `
				const reg = new RegistrationManager({ ...direct, url: 'ws://`+p.Addr()+`/' });
				globalThis.events = [];
				reg.addEventListener('registrationFailed', ({ detail }) => events.push('registrationFailed ' + detail.reason));
				reg.addEventListener('disconnected', ({ detail }) => events.push('disconnected ' + detail.reason));
				globalThis.pending = failure(reg.requestForm());
				globalThis.again = () => new RegistrationManager(direct).requestForm();
			`, nil)
			waitOpen(t, p, 1)
			tab.Eval(`(`+die+`, pending.then(async (pending) => ({
				pending, events, fields: (await again()).fields.length,
				workers: Worker.all.length, terminated: Worker.terminated, onPage: 'fs' in globalThis,
			})))`, &got)
			if got.Pending.Reason != "module-exited" || !got.Pending.Registration {
				t.Errorf("%+v", got.Pending)
			}
			if events := strings.Join(got.Events, ", "); events != "registrationFailed module-exited" {
				t.Errorf("events: %s", events)
			}
			if got.Fields == 0 || got.Workers != 2 || got.Terminated != 1 || got.OnPage {
				t.Errorf("%+v", got)
			}
			waitOpen(t, p, 0)
		})
	}
}

func TestModuleIsWhereItWasLoadedFirst(t *testing.T) {
	runIn(t, automatic)
	tab := client(t, site.Options{})
	var got struct{ Worker, Page, Again, Silent failed }
	inPage(t, tab, `
		const first = load({ worker: true });
		const page = await failure(load({ worker: false }));
		await first;
		return {
			page, worker: await failure(load({ worker: true })), silent: await failure(load()),
			again: await failure(load({ worker: false })),
		};
	`, &got)
	if got.Page.Name != "TypeError" || got.Again.Name != "TypeError" || !strings.Contains(got.Again.Message, "Worker") {
		t.Errorf("%+v", got)
	}
	if got.Worker.Error || got.Silent.Error {
		t.Errorf("%+v", got)
	}
}

func TestWhereTheModuleRunsMayBeSaidRightAfterAnElement(t *testing.T) {
	runIn(t, automatic)
	var got struct {
		Said, Elsewhere failed
		OnPage          bool
	}
	inPage(t, client(t, site.Options{}), `
		const element = load(); // as an element does when it is in the page
		const said = await failure(load({ worker: false }));
		await element;
		return { said, onPage: 'fs' in globalThis, elsewhere: await failure(load({ worker: true })) };
	`, &got)
	if got.Said.Error || !got.OnPage || got.Elsewhere.Name != "TypeError" {
		t.Errorf("%+v", got)
	}
}

func TestWorkerThatCannotBeMadeIsAnErrorAndNothingElse(t *testing.T) {
	runIn(t, automatic)
	script := built(t, "worker*.js")
	for name, c := range map[string]struct {
		site    site.Options
		prepare string
		says    string
	}{
		"the policy forbids it": {site: site.Options{CSP: site.CSP + "; worker-src 'none'"}, says: "worker-src"},
		"the file is not there": {site: site.Options{Handlers: map[string]http.Handler{"GET /" + script: http.NotFoundHandler()}}, says: "worker.js"},
		"another origin":        {prepare: `globalThis.Worker = class { constructor() { throw new DOMException('of another origin', 'SecurityError'); } };`, says: "of another origin"},
		"no Workers":            {prepare: `delete globalThis.Worker;`, says: "worker.js"},
		"another build": {prepare: `globalThis.Worker = class extends Worker {
			postMessage(message) { super.postMessage({ ...message, build: 'before' }); }
		};`, says: "different builds"},
	} {
		t.Run(name, func(t *testing.T) {
			tab := client(t, c.site)
			tab.ExpectProblem("Content Security Policy", script)
			var got struct {
				First, Operation failed
				Fields           int
			}
			inPage(t, tab, c.prepare+`
				const first = await failure(load({ worker: true }));
				const operation = await failure(new RegistrationManager(direct).requestForm());
				await load({ worker: false });
				return { first, operation, fields: (await new RegistrationManager(direct).requestForm()).fields.length };
			`, &got)
			for _, e := range []failed{got.First, got.Operation} {
				if e.Reason != "module-exited" || !e.Registration || !strings.Contains(e.Message, c.says) {
					t.Errorf("%+v", e)
				}
			}
			if got.Fields == 0 {
				t.Error("no form came without the Worker")
			}
		})
	}
}

func TestWhereThereCanBeNoWorkerThePagesThreadDoes(t *testing.T) {
	script := built(t, "worker*.js")
	for name, c := range map[string]struct {
		site    site.Options
		prepare string
	}{
		"the policy forbids it": {site: site.Options{CSP: site.CSP + "; worker-src 'none'"}},
		"the file is not there": {site: site.Options{Handlers: map[string]http.Handler{"GET /" + script: http.NotFoundHandler()}}},
		"another origin":        {prepare: `globalThis.Worker = class { constructor() { throw new DOMException('of another origin', 'SecurityError'); } };`},
		"no Workers":            {prepare: `delete globalThis.Worker;`},
	} {
		t.Run(name, func(t *testing.T) {
			runIn(t, automatic)
			tab, s := clientAndSite(t, c.site)
			tab.ExpectProblem("Content Security Policy", script)
			var got struct {
				Fields    int
				Elsewhere failed
			}
			inPage(t, tab, c.prepare+`
				const { fields } = await new RegistrationManager(direct).requestForm();
				return { fields: fields.length, elsewhere: await failure(load({ worker: true })) };
			`, &got)
			if got.Fields == 0 || got.Elsewhere.Name != "TypeError" {
				t.Errorf("%+v", got)
			}
			loadedOnce(t, s)
		})
	}
}

// built is the name of a file of dist/, of which there is one like pattern.
func built(t testing.TB, pattern string) string {
	t.Helper()
	dir, err := site.Dist()
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(dir, pattern))
	if err != nil || len(files) != 1 {
		t.Fatalf("%s in dist/: %v %v", pattern, files, err)
	}
	return filepath.Base(files[0])
}

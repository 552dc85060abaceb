package e2e

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/xmppreg/xmppreg/e2e/browser"
	"github.com/xmppreg/xmppreg/e2e/site"
)

// A faulty file of dist/ is answered badly the first times that it is asked for.
type faulty struct {
	name  string
	times int32
	fault http.Handler
	code  []byte // what comes later: a module compressed with gzip, or a script

	asked atomic.Int32
}

func newFaulty(t *testing.T, pattern string, times int32, fault http.Handler) *faulty {
	t.Helper()
	f := &faulty{name: built(t, pattern), times: times, fault: fault}
	f.code = readDist(t, f.name+".gz")
	return f
}

func (f *faulty) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", "text/javascript")
	if strings.HasSuffix(f.name, ".wasm") {
		h.Set("Content-Type", "application/wasm")
	}
	if f.asked.Add(1) <= f.times {
		f.fault.ServeHTTP(w, r)
		return
	}
	h.Set("Content-Encoding", "gzip")
	h.Set("Content-Length", fmt.Sprint(len(f.code)))
	w.Write(f.code)
}

func (f *faulty) site() site.Options {
	return site.Options{Handlers: map[string]http.Handler{"GET /" + f.name: f}}
}

// says answers with a status.
func says(status int) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "not now", status) })
}

// cutOff breaks the connection in the middle of the answer.
func cutOff(code []byte) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		w.Header().Set("Content-Length", fmt.Sprint(len(code)))
		w.Write(code[:len(code)/2])
		http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	})
}

// shortened is an answer that is whole for all that HTTP can tell, with half of the
// contents, and that browsers keep.
func shortened(t *testing.T, code []byte) http.Handler {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Write(code[:len(code)/2])
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return sends(b.Bytes(), "Content-Encoding", "gzip", "Content-Type", "application/wasm", "Cache-Control", "max-age=31536000, immutable")
}

// stalls sends a half, and nothing more until the browser gives up.
func stalls(code []byte) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		w.Write(code[:len(code)/2])
		http.NewResponseController(w).Flush()
		<-r.Context().Done()
	})
}

// hurried has the pauses between tries, and a time without a byte, pass sooner.
const hurried = `{
	const real = setTimeout;
	globalThis.setTimeout = (act, ms, ...args) => real(act, ms >= 10000 ? 700 : ms >= 500 ? ms / 50 : ms, ...args);
}`

func hurry(tab *browser.Tab) { tab.Eval(`(() => `+hurried+`)()`, nil) }

func TestModuleThatBrokeOffIsTakenUpAgain(t *testing.T) {
	module := built(t, "xmppreg*.wasm")
	raw, gz := readDist(t, module), readDist(t, module+".gz")
	for name, c := range map[string]struct {
		fault http.Handler
		times int32
	}{
		"no connection":         {http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }), 3},
		"connection cut off":    {cutOff(gz), 3},
		"file cut short":        {shortened(t, raw), 3},
		"nothing in it":         {sends(nil, "Content-Type", "application/wasm", "Content-Encoding", "gzip"), 3},
		"stalled":               {stalls(gz), 2},
		"stalled at once":       {stalls(nil), 2},
		"server failed":         {says(http.StatusInternalServerError), 3},
		"server overloaded":     {says(http.StatusServiceUnavailable), 3},
		"too many requests":     {says(http.StatusTooManyRequests), 3},
		"request took too long": {says(http.StatusRequestTimeout), 3},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFaulty(t, "xmppreg*.wasm", c.times, c.fault)
			tab := client(t, f.site())
			tab.ExpectProblem(f.name)
			hurry(tab)
			var got failed
			inPage(t, tab, `return failure(load())`, &got)
			// A browser asks once more by itself where a connection was lost before any answer.
			if got.Error || f.asked.Load() <= c.times && name != "no connection" {
				t.Errorf("asked for %d times: %+v", f.asked.Load(), got)
			}
		})
	}
}

func TestModuleThatBrokeOffIsTakenUpAgainInTheWorker(t *testing.T) {
	runIn(t, automatic)
	f := newFaulty(t, "xmppreg*.wasm", 1, says(http.StatusServiceUnavailable))
	tab := client(t, f.site())
	tab.ExpectProblem(f.name)
	var got failed
	inPage(t, tab, `return failure(load({ worker: true }))`, &got)
	if got.Error || f.asked.Load() != 2 {
		t.Errorf("asked for %d times: %+v", f.asked.Load(), got)
	}
}

func TestFailureOfADownloadIsToldAfterFourTriesAndCanBeMended(t *testing.T) {
	for name, c := range map[string]struct {
		pattern, says string
		times         int32
	}{
		"module": {"xmppreg*.wasm", "503", 4},
		// What the browser loads by itself is asked for once more, to see what is wrong.
		"glue": {"wasm_exec*.js", built(t, "wasm_exec*.js"), 8},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFaulty(t, c.pattern, c.times, says(http.StatusServiceUnavailable))
			tab := client(t, f.site())
			tab.ExpectProblem(f.name)
			hurry(tab)
			var got struct{ First, Second failed }
			inPage(t, tab, `return { first: await failure(load()), second: await failure(load()) }`, &got)
			if got.First.Reason != "module-exited" || !strings.Contains(got.First.Message, c.says) || got.Second.Error {
				t.Errorf("%+v", got)
			}
			if n := f.asked.Load(); n != c.times+1 {
				t.Errorf("it was asked for %d times", n)
			}
		})
	}
}

func TestDownloadWithoutAChanceIsNotTriedAgain(t *testing.T) {
	page := sends([]byte("<!doctype html><title>Welcome</title>"), "Content-Type", "text/html")
	for name, c := range map[string]struct {
		pattern string
		fault   http.Handler
		says    string
		asked   int32
	}{
		"module that is not there":   {"xmppreg*.wasm", says(http.StatusNotFound), "404", 1},
		"module that is forbidden":   {"xmppreg*.wasm", says(http.StatusForbidden), "403", 1},
		"page instead of the module": {"xmppreg*.wasm", page, "not a WebAssembly module", 1},
		"glue that is not there":     {"wasm_exec*.js", says(http.StatusNotFound), "Copy all files", 2},
		"page instead of the glue":   {"wasm_exec*.js", page, "Copy all files", 2},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFaulty(t, c.pattern, 99, c.fault)
			opts := f.site()
			opts.Handlers["GET /"+f.name+".gz"] = http.NotFoundHandler()
			tab := client(t, opts)
			tab.ExpectProblem(f.name, "MIME type")
			var got failed
			inPage(t, tab, `return failure(load())`, &got)
			if got.Reason != "module-exited" || !strings.Contains(got.Message, c.says) || f.asked.Load() != c.asked {
				t.Errorf("asked for %d times: %+v", f.asked.Load(), got)
			}
		})
	}
}

func TestScriptThatBrokeOffIsTakenUpAgain(t *testing.T) {
	runIn(t, automatic)
	for name, c := range map[string]struct {
		pattern string
		fault   http.Handler
		load    string
	}{
		"glue, server overloaded":   {"wasm_exec*.js", says(http.StatusServiceUnavailable), ""},
		"glue, cut off":             {"wasm_exec*.js", cutOff(readDist(t, built(t, "wasm_exec*.js")+".gz")), ""},
		"glue, stalled":             {"wasm_exec*.js", stalls(nil), ""},
		"Worker, server overloaded": {"worker*.js", says(http.StatusServiceUnavailable), "{ worker: true }"},
		"Worker, stalled":           {"worker*.js", stalls(nil), "{ worker: true }"},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFaulty(t, c.pattern, 1, c.fault)
			tab := client(t, f.site())
			tab.ExpectProblem(f.name)
			hurry(tab)
			var got failed
			inPage(t, tab, `return failure(load(`+c.load+`))`, &got)
			if got.Error {
				t.Errorf("asked for %d times: %+v", f.asked.Load(), got)
			}
		})
	}
}

func TestWhoWaitsForAnotherTryCanGiveUp(t *testing.T) {
	f := newFaulty(t, "xmppreg*.wasm", 99, says(http.StatusServiceUnavailable))
	tab := client(t, f.site())
	tab.ExpectProblem(f.name)
	var got struct{ Signal, Disconnected failed }
	inPage(t, tab, `
		const control = new AbortController();
		const real = setTimeout;
		// The pause after the first try never ends.
		const paused = new Promise(resolve => {
			globalThis.setTimeout = (act, ms) => ms === 500 ? resolve() : real(act, ms);
		});
		const reg = new RegistrationManager(direct);
		const pending = failure(reg.requestForm({ signal: control.signal }));
		const other = failure(reg.requestForm());
		await paused;
		control.abort();
		const signal = await pending;
		await reg.disconnect();
		return { signal, disconnected: await other };
	`, &got)
	if got.Signal.Reason != "aborted" || got.Disconnected.Reason != "aborted" {
		t.Errorf("%+v", got)
	}
}

func TestManagersTellHowMuchOfTheModuleIsThere(t *testing.T) {
	runIn(t, automatic)
	module := built(t, "xmppreg*.wasm")
	size := len(readDist(t, module))
	for name, c := range map[string]struct {
		site site.Options
		load string
	}{
		"compressed":     {site.Options{}, ""},
		"not compressed": {site.Options{Plain: true}, ""},
		"wrong type":     {site.Options{WrongMIME: true}, ""},
		"in a Worker":    {site.Options{}, "{ worker: true }"},
	} {
		t.Run(name, func(t *testing.T) {
			tab := client(t, c.site)
			tab.ExpectProblem(".wasm.gz")
			var got struct{ First, Second []struct{ Loaded, Total int } }
			inPage(t, tab, `
				const told = { first: [], second: [] };
				const listen = name => {
					const reg = new RegistrationManager(direct);
					reg.addEventListener('loadProgress', ({ detail }) => told[name].push(detail));
					return reg;
				};
				const first = listen('first');
				const second = listen('second');
				await load(`+c.load+`);
				await first.requestForm();
				return told;
			`, &got)
			for _, told := range [][]struct{ Loaded, Total int }{got.First, got.Second} {
				if len(told) < 3 || told[0].Loaded != 0 || told[len(told)-1].Loaded != size {
					t.Fatalf("of %d bytes: %+v", size, told)
				}
				for i, now := range told {
					if now.Total != size || i > 0 && now.Loaded <= told[i-1].Loaded {
						t.Errorf("event %d of %d bytes: %+v", i, size, told)
					}
				}
			}
		})
	}
}

// A line that is slow in the middle of the module: its second half comes when the
// returned function is called.
func halfway(t *testing.T, opts site.Options) (s *site.Server, arrive func()) {
	t.Helper()
	name := built(t, "xmppreg*.wasm")
	code := readDist(t, name+".gz")
	released := make(chan struct{})
	if opts.Handlers == nil {
		opts.Handlers = map[string]http.Handler{}
	}
	opts.Handlers["GET /"+name] = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/wasm")
		w.Header().Set("Content-Encoding", "gzip")
		w.Write(code[:len(code)/2])
		http.NewResponseController(w).Flush()
		select {
		case <-released:
			w.Write(code[len(code)/2:])
		case <-r.Context().Done():
		}
	})
	return startSite(t, opts), func() { close(released) }
}

func TestSlowDownloadIsShownInBytes(t *testing.T) {
	size := float64(len(readDist(t, built(t, "xmppreg*.wasm"))))
	for _, c := range []struct{ page, lang, name, then string }{
		{"index.html", "en", "Loading progress", "input[name=password]"},
		{"index.html", "ar", "تقدُّم التحميل", "input[name=password]"},
		{"index.html", "de", "Ladefortschritt", "input[name=password]"},
		{"account.html", "es", "Progreso de la carga", "input[name=password]"},
		{"check.html", "fr", "Progression du chargement", "input[name=domain]"},
	} {
		t.Run(c.page+" "+c.lang, func(t *testing.T) {
			page := strings.Replace(string(readDist(t, c.page)), `<html lang="en">`, `<html lang="`+c.lang+`">`, 1)
			s, arrive := halfway(t, site.Options{Handlers: map[string]http.Handler{"GET /page.html": sends(
				site.SetAttributes([]byte(page), direct("example.test")), "Content-Type", "text/html; charset=utf-8", "Content-Security-Policy", site.CSP)}})
			tab := tabs.Tab(t)
			tab.Open(s.URL + "/page.html")
			tab.Wait(`$('progress')?.value > 1`)
			var got struct {
				Value, Max float64
				Name       string
				Busy       bool
			}
			tab.Eval(`({ value: $('progress').value, max: $('progress').max, name: $('progress').ariaLabel, busy: Boolean($('.busy')) })`, &got)
			if got.Value >= got.Max || got.Max != size || got.Name != c.name || got.Busy {
				t.Errorf("of %v bytes it shows %+v", size, got)
			}
			tab.Type(c.then, "typed meanwhile")
			tab.Screenshot("slow")
			arrive()
			tab.Wait(`!$('progress')`)
			if c.page == "index.html" {
				waitStep(tab, "form")
			}
			if got := tab.Value(c.then); !strings.HasSuffix(got, "typed meanwhile") {
				t.Errorf("of what was typed there is %q", got)
			}
		})
	}
}

func TestFastDownloadIsNotShown(t *testing.T) {
	s := startSite(t, site.Options{Attributes: direct("example.test")})
	tab := tabs.Tab(t)
	tab.OnNewDocument(`
		// The time after which it would be shown never comes.
		const real = setTimeout;
		globalThis.setTimeout = (act, ms, ...args) => ms === 1000 ? 0 : real(act, ms, ...args);
		globalThis.told = 0;
		addEventListener('loadProgress', () => { told++; });
	`)
	tab.Open(s.URL + "/")
	waitStep(tab, "form")
	var got struct {
		Told  int
		Shown bool
	}
	tab.Eval(`({ told, shown: Boolean($('progress')) })`, &got)
	if got.Told < 2 || got.Shown {
		t.Errorf("%+v", got)
	}
}

func TestFailedDownloadIsSaidAndTriedAgainWithAButton(t *testing.T) {
	f := newFaulty(t, "xmppreg*.wasm", 4, says(http.StatusServiceUnavailable))
	opts := f.site()
	opts.Attributes = direct("example.test")
	tab := tabs.Tab(t)
	tab.ExpectProblem(f.name)
	// The last try is made when the page says so.
	tab.OnNewDocument(`
		const real = setTimeout;
		globalThis.setTimeout = (act, ms, ...args) => {
			if (ms === 4500) globalThis.lastTry = act;
			else return real(act, ms, ...args);
		};
	`)
	tab.Open(startSite(t, opts).URL + "/")
	tab.Type("input[name=username]", "persistent")
	tab.Type("input[name=password]", "correct horse")
	tab.Wait(`globalThis.lastTry !== undefined`)
	var step string
	tab.Eval(`$('xmpp-signup').dataset.step`, &step)
	if step != "loading" {
		t.Errorf("before the last try the step is %s", step)
	}
	tab.Eval(`(lastTry(), null)`, nil)
	waitStep(tab, "failed")
	tab.Click("[data-action=retry]")
	waitStep(tab, "form")
	if name, password := tab.Value("input[name=username]"), tab.Value("input[name=password]"); name != "persistent" || password != "correct horse" {
		t.Errorf("of what was typed there is %q and %q", name, password)
	}
	tab.Click(".primary")
	waitStep(tab, "done")
}

func TestAccountsPageTriesAFailedDownloadAgain(t *testing.T) {
	f := newFaulty(t, "xmppreg*.wasm", 8, says(http.StatusServiceUnavailable))
	opts := f.site()
	opts.Attributes = direct("example.test")
	tab := tabs.Tab(t)
	tab.ExpectProblem(f.name)
	tab.OnNewDocument(hurried)
	tab.Open(startSite(t, opts).URL + "/account.html")
	// It was loaded while nobody had done anything, and nobody is told.
	for f.asked.Load() < 4 {
		tab.Wait(`$('input[name=password]')`)
	}
	signIn(tab, "nobody", "wrong")
	tab.Wait(`$('.problem')?.dataset.reason === 'module-exited'`)
	if name, password := tab.Value("input[name=username]"), tab.Value("input[name=password]"); name != "nobody" || password != "wrong" {
		t.Errorf("of what was typed there is %q and %q", name, password)
	}
	tab.Click(".primary")
	tab.Wait(`$('[data-field=password] .error')?.textContent`)
}

func TestTextsThatBrokeOffComeYet(t *testing.T) {
	var asked atomic.Int32
	s := inLanguage(t, "de", func(dir, name string) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if asked.Add(1) <= 3 {
				says(http.StatusServiceUnavailable).ServeHTTP(w, r)
				return
			}
			sends(readDist(t, name), "Content-Type", "text/javascript").ServeHTTP(w, r)
		})
	}, nil)
	tab := tabs.Tab(t)
	tab.ExpectProblem("de-")
	tab.OnNewDocument(hurried)
	tab.Open(s.URL + "/")
	waitStep(tab, "form")
	fillIn(tab, "belated", "correct horse")
	waitStep(tab, "done")
	tab.WaitText("h2", "Dein Konto ist bereit")
}

package e2e

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xmppreg/xmppreg/e2e/browser"
	"github.com/xmppreg/xmppreg/e2e/site"
)

// after serves a file of dist/ when release is closed.
func after(release <-chan struct{}, dir, name string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-release:
			http.ServeFile(w, r, filepath.Join(dir, name))
		case <-r.Context().Done():
		}
	})
}

// inLanguage serves the pages in a language, and the files of its texts by a
// handler for each.
func inLanguage(t *testing.T, lang string, texts func(dir, name string) http.Handler, more map[string]http.Handler) *site.Server {
	t.Helper()
	dir, err := site.Dist()
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(dir, lang+"-*.js"))
	if err != nil || len(files) == 0 {
		t.Fatalf("texts in dist/: %v %v", files, err)
	}
	handlers := map[string]http.Handler{}
	for pattern, h := range more {
		handlers[pattern] = h
	}
	for _, file := range files {
		handlers["GET /"+filepath.Base(file)] = texts(dir, filepath.Base(file))
	}
	for path, file := range map[string]string{"GET /{$}": "index.html", "GET /account.html": "account.html"} {
		page := strings.Replace(string(readDist(t, file)), `<html lang="en">`, `<html lang="`+lang+`">`, 1)
		handlers[path] = sends(site.SetAttributes([]byte(page), direct("example.test")),
			"Content-Type", "text/html; charset=utf-8", "Content-Security-Policy", site.CSP)
	}
	return startSite(t, site.Options{Dir: dir, Handlers: handlers})
}

// heldTexts holds the texts back until the returned function is called, which
// returns when they are in the page.
func heldTexts() (texts func(dir, name string) http.Handler, arrive func(tab *browser.Tab)) {
	released := make(chan struct{})
	var names []string
	texts = func(dir, name string) http.Handler {
		names = append(names, name)
		return after(released, dir, name)
	}
	return texts, func(tab *browser.Tab) {
		close(released)
		// What imported them before is told before.
		for _, name := range names {
			tab.Eval(fmt.Sprintf(`import('/%s').then(() => null)`, name), nil)
		}
	}
}

// rememberedForm is a form with all kinds of fields, as if the domain had sent
// it before.
const rememberedForm = `try {
	const options = [1, 2, 3, 4, 5, 6].map(value => ({ value: String(value) }));
	const names = ['username', 'nick', 'name', 'first', 'last', 'email', 'address', 'city', 'state', 'zip', 'phone', 'url', 'date', 'misc', 'text'];
	const integer = { type: 'integer' };
	localStorage.setItem('xmppreg:form:example.test', JSON.stringify({ fields: [
		...names.map(name => ({ name, control: 'line', required: true })),
		{ name: 'password', control: 'password', required: true },
		{ name: 'one', control: 'choice', options },
		{ name: 'must', control: 'choice', required: true, options },
		{ name: 'few', control: 'choices', options, open: true, choices: { min: 1, max: 2 } },
		{ name: 'two', control: 'choices', options, choices: { min: 2, max: 2 } },
		{ name: 'jids', control: 'lines', content: { type: 'address' }, multiple: true },
		{ name: 'lines', control: 'lines', content: integer, multiple: true, checked: true },
		{ name: 'range', control: 'line', content: integer, range: { min: '1', max: '9' } },
		{ name: 'max', control: 'line', content: integer, range: { min: null, max: '9' } },
		{ name: 'time', control: 'line', content: { type: 'time' }, range: { min: '09:00:00', max: '10:00:00' } },
		{ name: 'when', control: 'line', content: { type: 'datetime' } },
	] }));
} catch { /* a page that may keep nothing */ }`

// firstFrame notes what the first frame shows of a sign-up.
const firstFrame = `
globalThis.shown = element => element.shadowRoot.querySelector('.view').innerHTML.replace(/xmpp-form-\d+/g, 'form');
requestAnimationFrame(() => {
	const element = document.querySelector('xmpp-signup');
	const input = element?.shadowRoot?.querySelector('input[name=password]');
	globalThis.first = {
		there: Boolean(input?.checkVisibility()),
		lang: input?.closest('[lang]').lang,
		dir: input && getComputedStyle(input.closest('form')).direction,
		label: input?.labels[0].textContent,
		status: element?.shadowRoot?.querySelector('.status').textContent,
		shown: input && shown(element),
	};
})`

func TestFirstPaintIsInTheLanguageOfThePage(t *testing.T) {
	for lang, want := range map[string]struct{ dir, label, status string }{
		"ar": {"rtl", "كلمة المرور", "جارٍ التحميل…"},
		"de": {"ltr", "Passwort", "Wird geladen…"},
		"es": {"ltr", "Contraseña", ""},
		"fr": {"ltr", "Mot de passe", ""},
	} {
		for name, before := range map[string]string{"usual": "", "remembered": rememberedForm} {
			t.Run(lang+"/"+name, func(t *testing.T) {
				t.Parallel()
				texts, arrive := heldTexts()
				// No form of the server's takes the place of the first one.
				never := map[string]http.Handler{"GET /" + built(t, "xmppreg*.wasm"): after(nil, "", "")}
				s := inLanguage(t, lang, texts, never)
				tab := tabs.Tab(t)
				tab.OnNewDocument(before)
				tab.OnNewDocument(firstFrame)
				tab.Open(s.URL + "/")
				tab.Wait("globalThis.first")
				var got struct {
					There                           bool
					Lang, Dir, Label, Status, Shown string
				}
				tab.Eval("first", &got)
				if !got.There || got.Lang != lang || got.Dir != want.dir || !strings.HasPrefix(got.Label, want.label) || !strings.HasPrefix(got.Status, want.status) {
					t.Errorf("the first frame has %+v", got)
				}
				// It has nothing that the language's own file would have put otherwise.
				arrive(tab)
				var later string
				tab.Eval(`(() => {
					const element = $('xmpp-signup').cloneNode();
					document.body.append(element);
					return shown(element);
				})()`, &later)
				if got.Shown != later {
					t.Errorf("the first frame shows\n%s\nand with all texts\n%s", got.Shown, later)
				}
			})
		}
	}
}

func TestTextsThatComeLateAreSaidFromThenOn(t *testing.T) {
	texts, arrive := heldTexts()
	s := inLanguage(t, "de", texts, nil)
	tab := tabs.Tab(t)
	tab.Open(s.URL + "/")
	waitStep(tab, "form")
	arrive(tab)
	fillIn(tab, "later", "correct horse")
	waitStep(tab, "done")
	if got := tab.Text("h2"); got != "Dein Konto ist bereit" {
		t.Errorf("the title is %q", got)
	}
}

func TestSigningInIsInTheLanguageOfThePageBeforeItsTextsAreThere(t *testing.T) {
	texts, arrive := heldTexts()
	s := inLanguage(t, "ar", texts, nil)
	tab := tabs.Tab(t)
	tab.OnNewDocument(`requestAnimationFrame(() => {
		globalThis.first = Boolean(document.querySelector('xmpp-account')?.shadowRoot?.querySelector('input[name=username]')?.checkVisibility());
	})`)
	tab.Open(s.URL + "/account.html")
	accountStep(tab, "login")
	tab.Wait(`'first' in globalThis`)
	var first bool
	tab.Eval("first", &first)
	if !first {
		t.Error("the first frame is without the form")
	}
	for selector, want := range map[string]string{"h2": "تسجيل الدخول إلى \u2068example.test\u2069", "button[data-submit]": "تسجيل الدخول"} {
		if got := tab.Text(selector); got != want {
			t.Errorf("%s says %q", selector, got)
		}
	}
	var dir string
	tab.Eval(`getComputedStyle($('h2')).direction`, &dir)
	if dir != "rtl" {
		t.Errorf("it runs %s", dir)
	}
	arrive(tab)
	signIn(tab, "nobody", "wrong")
	tab.WaitText("[data-field=password] .error", "العنوان أو كلمة المرور غير صحيحة")
}

func TestWithoutItsTextsAPageGoesOnInEnglish(t *testing.T) {
	s := inLanguage(t, "de", func(string, string) http.Handler { return http.NotFoundHandler() }, nil)
	tab := tabs.Tab(t)
	tab.ExpectProblem("de-")
	tab.Open(s.URL + "/")
	fillIn(tab, "lone", "correct horse")
	waitStep(tab, "done")
	if got := tab.Text("h2"); got != "Your account is ready" {
		t.Errorf("the title is %q", got)
	}
}

func TestEarlyTextsAreThoseOfTheLanguages(t *testing.T) {
	cmd := exec.Command("node", "scripts/early.mjs")
	cmd.Dir = ".."
	want, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("../web/texts/early.js")
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != string(want) {
		t.Error("web/texts/early.js is not made of the texts as they are: run `make texts`")
	}
}

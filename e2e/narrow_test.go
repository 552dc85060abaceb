package e2e

import "testing"

// TestFormIsUsedOnAScreenAsNarrowAsAPhones is also about a language that is written from
// right to left.
func TestFormIsUsedOnAScreenAsNarrowAsAPhones(t *testing.T) {
	for lang, want := range map[string]struct{ dir, done string }{
		"en": {"ltr", "Your account is ready"},
		"ar": {"rtl", "حسابك جاهز"},
	} {
		t.Run(lang, func(t *testing.T) {
			attributes := direct("example.test")
			attributes["lang"] = lang
			tab := signUp(t, attributes)
			tab.Viewport(320, 640, false)
			waitStep(tab, "form")
			var outside []string
			tab.Eval(`[...$('form').querySelectorAll('*')].filter((e) => {
				const { left, right, width } = e.getBoundingClientRect();
				return width > 1 && (left < 0 || right > innerWidth);
			}).map((e) => e.outerHTML)`, &outside)
			if len(outside) > 0 {
				t.Errorf("outside of the screen are %q", outside)
			}
			tab.Screenshot("narrow-" + lang)
			fillIn(tab, "narrow-"+lang, "correct horse")
			waitStep(tab, "done")
			if got := tab.Text("h2"); got != want.done {
				t.Errorf("the title is %q", got)
			}
			var got struct {
				Dir   string
				Width int
			}
			tab.Eval(`({ dir: getComputedStyle($('h2')).direction, width: document.documentElement.scrollWidth })`, &got)
			if got.Dir != want.dir || got.Width > 320 {
				t.Errorf("%+v", got)
			}
			tab.Screenshot("narrow-done-" + lang)
		})
	}
}

package e2e

import (
	"testing"

	"github.com/xmppreg/xmppreg/e2e/browser"
)

// TestAddressIsShownOnce has the domain behind the name. A line below says the address only
// where the server makes another name of what is typed, or a whole address was typed;
// screen readers always get it.
func TestAddressIsShownOnce(t *testing.T) {
	tab := signUp(t, direct("example.test"))
	waitStep(tab, "form")
	for _, c := range []struct {
		typed, address string
		seen, suffix   bool
	}{
		{"kim", "kim@example.test", false, true},
		{"Kim", "kim@example.test", true, true},
		{"Kim@Example.Test", "kim@example.test", true, false},
		{"kim@elsewhere.test", "kim@elsewhere.test", true, false},
		{"", "name@example.test", false, true},
	} {
		tab.Fill("input[name=username]", c.typed)
		var got struct {
			Seen, Suffix bool
			Said         string
		}
		tab.Eval(`(() => {
			const preview = $('[data-preview]');
			return {
				seen: preview.getBoundingClientRect().width > 1,
				suffix: !$('.suffix').hidden,
				said: $('input[name=username]').getAttribute('aria-describedby').includes(preview.id) && preview.textContent.replace(/[\u2066-\u2069]/g, ''),
			};
		})()`, &got)
		if got.Seen != c.seen || got.Suffix != c.suffix || got.Said != "Your address will be "+c.address {
			t.Errorf("%q: %+v", c.typed, got)
		}
	}
}

// TestPasswordsButtonsHaveTheirPlaceOnAPhone has Show in the field, and Suggest below it.
func TestPasswordsButtonsHaveTheirPlaceOnAPhone(t *testing.T) {
	for _, lang := range []string{"en", "de", "fr", "es", "ar"} {
		attributes := direct("example.test")
		attributes["lang"] = lang
		tab := signUp(t, attributes)
		tab.Viewport(320, 640, true)
		waitStep(tab, "form")
		var got struct{ Within, Beside, Below bool }
		tab.Eval(`(() => {
			const rect = (selector) => $('[data-field=password] ' + selector).getBoundingClientRect();
			const [box, input, show, suggest] = ['.inset', 'input', '.inset button', '[data-suggest]'].map(rect);
			return {
				within: show.left >= box.left && show.right <= box.right && show.top >= box.top && show.bottom <= box.bottom,
				beside: show.top < input.bottom && show.bottom > input.top && (show.left >= input.right || show.right <= input.left),
				below: suggest.top >= box.bottom,
			};
		})()`, &got)
		if !got.Within || !got.Beside || !got.Below {
			t.Errorf("%s: %+v", lang, got)
		}
		tab.Screenshot("password-" + lang)
	}
	tab := signUp(t, direct("example.test"))
	waitStep(tab, "form")
	tab.Type("input[name=password]", "secret")
	tabTo(t, tab, "[data-field=password] .inset button")
	tab.Press(browser.Space)
	if got := tab.Attribute("input[name=password]", "type"); got != "text" {
		t.Errorf("the password is not shown: type %s", got)
	}
}

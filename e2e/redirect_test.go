package e2e

import (
	"encoding/json"
	"fmt"
	"html"
	"strings"
	"testing"

	"github.com/xmppreg/xmppreg/e2e/browser"
	"github.com/xmppreg/xmppreg/e2e/site"
)

// redirectHost adds a host that sends everybody to an address, with the module
// that the community has for it.
func redirectHost(name, address string) string {
	return host(name, fmt.Sprintf(`
		modules_enabled = { "register_redirect" }
		no_registration_whitelist = true
		registration_url = %s
		registration_text = "Accounts are made elsewhere."`, quoted(address)))
}

// strayHost is the same for what that module takes for no address.
func strayHost(name, address string) string {
	return formHost(name, register("<x xmlns='jabber:x:oob'><url>"+html.EscapeString(address)+"</url></x><instructions>Accounts are made elsewhere.</instructions>"))
}

// elsewhere are addresses that the page offers to follow, and what the link says.
var elsewhere = []struct {
	host, address, link string
	insecure, newTab    bool
}{
	{host: redirectHost("https.test", "https://signup.test/new?a=1&b=2"), address: "https://signup.test/new?a=1&b=2", link: "signup.test", newTab: true},
	{host: redirectHost("http.test", "http://signup.test/"), address: "http://signup.test/", link: "signup.test", insecure: true, newTab: true},
	{host: redirectHost("mailto.test", "mailto:accounts@signup.test"), address: "mailto:accounts@signup.test", link: "accounts@signup.test"},
	{host: redirectHost("xmpp.test", "xmpp:signup.test?register"), address: "xmpp:signup.test?register", link: "signup.test"},
}

// nowhere are addresses that no page may lead to.
var nowhere = map[string]string{
	redirectHost("javascript.test", "javascript:globalThis.evil=1"): "javascript:globalThis.evil=1",
	strayHost("spaces.test", " \t Java\tScript:globalThis.evil=1 "): "globalThis.evil=1",
	redirectHost("data.test", "data:text/html,<script>1</script>"):  "data:text/html,<script>1</script>",
	redirectHost("blob.test", "blob:https://signup.test/1"):         "blob:https://signup.test/1",
	redirectHost("file.test", "file:///etc/passwd"):                 "file:///etc/passwd",
	redirectHost("about.test", "about:blank"):                       "about:blank",
	strayHost("relative.test", "//signup.test/new"):                 "//signup.test/new",
	strayHost("nonsense.test", "see our web page"):                  "see our web page",
	redirectHost("broken.test", "https://[signup.test/"):            "https://[signup.test/",
}

// bareTest is a host whose provider has not said anything but the address.
var bareTest = host("bare.test", `
	modules_enabled = { "register_redirect" }
	no_registration_whitelist = true
	registration_url = "https://signup.test/"`)

// redirected opens the sign-up page of a host that has no form, and notes where
// the page goes.
func redirected(t *testing.T, domain string) *browser.Tab {
	t.Helper()
	tab := tabs.Tab(t)
	tab.OnNewDocument(`globalThis.gone = []; navigation.addEventListener('navigate', (e) => gone.push(e.destination.url));
		window.open = (url) => { gone.push(url); return null; }`)
	tab.Open(pages(t, direct(domain)).URL + "/")
	waitStep(tab, "elsewhere")
	if got := tab.Text(".instructions"); !strings.HasPrefix(got, "Accounts are made elsewhere.") {
		t.Errorf("instructions %q", got)
	}
	return tab
}

// stayed checks that the page led nowhere and ran nothing by itself.
func stayed(t *testing.T, tab *browser.Tab) {
	t.Helper()
	var got struct {
		Gone []string
		Evil bool
		Path string
	}
	tab.Eval(`({ gone, evil: 'evil' in globalThis, path: location.pathname })`, &got)
	if len(got.Gone) > 0 || got.Evil || got.Path != "/" {
		t.Errorf("the page went elsewhere by itself: %+v", got)
	}
}

func TestAddressThatTheServerSendsItsUsersToIsOffered(t *testing.T) {
	for _, test := range elsewhere {
		t.Run(test.host, func(t *testing.T) {
			t.Parallel()
			tab := redirected(t, test.host)
			if got := tab.Attribute(".redirect a", "href"); got != test.address {
				t.Errorf("the link leads to %q", got)
			}
			if got := tab.Text(".redirect a"); !strings.Contains(got, test.link) {
				t.Errorf("the link says %q, not that it leads to %q", got, test.link)
			}
			if rel := tab.Attribute(".redirect a", "rel"); !strings.Contains(rel, "noopener") || !strings.Contains(rel, "noreferrer") {
				t.Errorf("rel is %q", rel)
			}
			if got := tab.Attribute(".redirect a", "target") == "_blank"; got != test.newTab {
				t.Errorf("in a new tab: %t", got)
			}
			var warned bool
			tab.Eval(`$('.view').textContent.includes('not secure')`, &warned)
			if warned != test.insecure {
				t.Errorf("warned of it: %t", warned)
			}
			tab.Screenshot("redirect-" + strings.TrimSuffix(test.host, ".test"))
			stayed(t, tab)
		})
	}
}

func TestAddressThatIsNoneBecomesNoLink(t *testing.T) {
	for domain, address := range nowhere {
		t.Run(domain, func(t *testing.T) {
			t.Parallel()
			tab := redirected(t, domain)
			encoded, _ := json.Marshal(strings.TrimSpace(address))
			var got struct {
				Links, Uses int
				Text        bool
			}
			tab.Eval(fmt.Sprintf(`({
				links: $('.view').parentNode.querySelectorAll('a, area, iframe, form[action], [formaction]').length,
				uses: [...$('.view').parentNode.querySelectorAll('*')].flatMap((e) => [...e.attributes]).filter((a) => a.value.includes(%[1]s)).length,
				text: $('.view').textContent.includes(%[1]s),
			})`, encoded), &got)
			if got.Links != 0 || got.Uses != 0 || !got.Text {
				t.Errorf("%d links, in %d attributes, shown as text: %t", got.Links, got.Uses, got.Text)
			}
			if domain == "javascript.test" {
				tab.Screenshot("redirect-refused")
			}
			stayed(t, tab)
		})
	}
}

func TestAddressIsPartOfTheForm(t *testing.T) {
	tab := client(t, site.Options{})
	var got struct {
		Form struct {
			URL, Instructions string
			Fields            []any
			IsDataForm        bool
		}
		Error refusal
		Bare  struct{ URL, Instructions string }
	}
	inPage(t, tab, `
		const at = (domain) => new RegistrationManager({ ...direct, domain });
		const reg = at('https.test');
		return {
			form: await reg.requestForm(),
			error: await reg.submit({ username: 'ann', password: 'pw' }).catch((e) => e),
			bare: await at('bare.test').requestForm(),
		};
	`, &got)
	if f := got.Form; f.URL != "https://signup.test/new?a=1&b=2" || f.Instructions != "Accounts are made elsewhere." || len(f.Fields) != 0 || f.IsDataForm {
		t.Errorf("form %+v", f)
	}
	if f := got.Bare; f.URL != "https://signup.test/" || f.Instructions != "Please visit https://signup.test/ to register an account on this server." {
		t.Errorf("%s: %+v", bareTest, f)
	}
	if e := got.Error; e.Kind != "form" || e.Reason != "not-supported" || e.URL != got.Form.URL {
		t.Errorf("sending it all the same: %+v", e)
	}
}

var alsoTest = formHost("also.test", register(`<username/><password/><x xmlns='jabber:x:oob'><url>https://signup.test/</url></x>`))

func TestAddressBesideAFormIsOfferedToo(t *testing.T) {
	tab := signUp(t, direct(alsoTest))
	waitStep(tab, "form")
	if got := tab.Attribute(".redirect a", "href"); got != "https://signup.test/" {
		t.Errorf("the link leads to %q", got)
	}
	tab.Screenshot("redirect-also")
	fillIn(tab, "ann", "correct horse")
	waitStep(tab, "done")
}

// gone is an error that says where the server has moved its registration.
func gone(address string) string {
	return `<error type='cancel'><gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>` + address + `</gone>
		<text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>We have moved.</text></error>`
}

var (
	goneTest     = formHost("gone.test", gone("https://signup.test/"))
	goneEvilTest = formHost("gone-evil.test", gone("javascript:globalThis.evil=1"))
)

func TestAddressInAnErrorIsOfferedAndNoOther(t *testing.T) {
	for domain, links := range map[string]int{goneTest: 1, goneEvilTest: 0} {
		t.Run(domain, func(t *testing.T) {
			t.Parallel()
			tab := signUp(t, direct(domain))
			waitStep(tab, "failed")
			refused(t, tab, "unknown", "We have moved.")
			var hrefs []string
			tab.Eval(`[...$('.view').parentNode.querySelectorAll('a')].map((a) => a.href)`, &hrefs)
			if len(hrefs) != links || links == 1 && hrefs[0] != "https://signup.test/" {
				t.Errorf("the links lead to %v", hrefs)
			}
		})
	}
}

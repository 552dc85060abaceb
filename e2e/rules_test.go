package e2e

import (
	"strings"
	"testing"
	"time"

	"github.com/xmppreg/xmppreg/e2e/browser"
	"github.com/xmppreg/xmppreg/e2e/site"
)

// refused waits until the page says that it failed, and checks why, and that
// the server's own words, where it has any, are shown.
func refused(t *testing.T, tab *browser.Tab, reason, words string) {
	t.Helper()
	tab.WaitVisible(".problem")
	if got := tab.Attribute(".problem", "data-reason"); got != reason {
		t.Errorf("the reason is %q, want %q", got, reason)
	}
	var quoted string
	tab.Eval(`$('.problem q')?.textContent`, &quoted)
	if quoted != words {
		t.Errorf("the server is quoted with %q, want %q", quoted, words)
	}
}

// kept checks that the page still has what was typed.
func kept(t *testing.T, tab *browser.Tab, username, password string) {
	t.Helper()
	if u, p := tab.Value("input[name=username]"), tab.Value("input[name=password]"); u != username || p != password {
		t.Errorf("in the form stand %q and %q", u, p)
	}
}

var policyTest = host("policy.test", `modules_enabled = { "password_policy" }`)

func TestPasswordPolicyIsToldInTheServersWords(t *testing.T) {
	tab := formOf(t, policyTest)
	fillIn(tab, "ann", "short")
	refused(t, tab, "rejected", "Password is too short (minimum 8 characters)")
	kept(t, tab, "ann", "short")
	waitStep(tab, "form")
	sentBy(t, tab, "get set get")
	tab.Screenshot("policy")
	tab.Fill("input[name=password]", "ann is my name")
	tab.Press(browser.Enter)
	tab.WaitText(".problem q", "Password must not include your username")
	waitStep(tab, "form")
	tab.Fill("input[name=password]", "correct horse")
	tab.Press(browser.Enter)
	waitStep(tab, "done")
	if err := logIn(t, "ann@policy.test", "correct horse"); err != nil {
		t.Error(err)
	}
}

func TestPasswordPolicyHoldsForChanges(t *testing.T) {
	tab := client(t, site.Options{})
	var got struct {
		Short, Name refusal
		Events      []string
	}
	inPage(t, tab, `
		const reg = new RegistrationManager({ ...direct, domain: 'policy.test' });
		const events = [];
		for (const type of ['passwordChanged', 'passwordChangeFailed', 'disconnected']) reg.addEventListener(type, () => events.push(type));
		await reg.submit({ username: 'bea', password: 'correct horse' });
		await reg.connect();
		events.length = 0;
		const short = await reg.changePassword('short').catch((e) => e);
		const name = await reg.changePassword('this is BEA').catch((e) => e);
		return { short, name, events };
	`, &got)
	for words, e := range map[string]refusal{
		"Password is too short (minimum 8 characters)": got.Short,
		"Password must not include your username":      got.Name,
	} {
		if e.Reason != "rejected" || e.Kind != "stanza" || e.Type != "cancel" || e.Condition != "not-acceptable" || e.Text != words {
			t.Errorf("%+v", e)
		}
	}
	if events := strings.Join(got.Events, " "); events != "passwordChangeFailed passwordChangeFailed" {
		t.Errorf("events %s", events)
	}

	page := tabs.Tab(t)
	page.Open(pages(t, direct(policyTest)).URL + "/account.html")
	signIn(page, "bea", "correct horse")
	accountStep(page, "account")
	page.Type("input[name=new-password]", "short")
	page.Type("input[name=repeat-password]", "short")
	page.Press(browser.Enter)
	page.WaitText("[data-section=change]", "Password is too short (minimum 8 characters)")
	page.Screenshot("policy-change")
	if got := page.Value("input[name=new-password]"); got != "short" {
		t.Errorf("in the form stands %q", got)
	}
	if err := logIn(t, "bea@policy.test", "correct horse"); err != nil {
		t.Error(err)
	}
}

var blockTest = host("block.test", `
	modules_enabled = { "block_registrations" }
	block_registrations_users = { "admin", "root" }`)

func TestNameThatProsodyBlocksWithoutAWordIsSaidInOurs(t *testing.T) {
	tab := formOf(t, blockTest)
	fillIn(tab, "Admin", "correct horse")
	refused(t, tab, "rejected", "")
	if tab.Text(".problem .what") == "" {
		t.Error("nothing is said")
	}
	kept(t, tab, "Admin", "correct horse")
	tab.Screenshot("blocked")
	waitStep(tab, "form")
	tab.Fill("input[name=username]", "adminna")
	tab.Press(browser.Enter)
	waitStep(tab, "done")
}

// Loopback is never throttled unless the list of those who are not is empty.
var throttleTest = host("throttle.test", `
	min_seconds_between_registrations = 3600
	registration_allowlist = { }`)

func TestThrottlingOfProsodyIsSaid(t *testing.T) {
	const words = "Too many registrations from this IP address recently"
	first := signUp(t, direct(throttleTest))
	fillIn(first, "one", "correct horse")
	waitStep(first, "done")

	tab := signUp(t, direct(throttleTest))
	fillIn(tab, "two", "correct horse")
	refused(t, tab, "throttled", words)
	kept(t, tab, "two", "correct horse")
	tab.Screenshot("throttled")

	var got refusal
	inPage(t, client(t, site.Options{}), `
		return new RegistrationManager({ ...direct, domain: 'throttle.test' }).submit({ username: 'three', password: 'pw' }).catch((e) => e);
	`, &got)
	if got.Reason != "throttled" || got.Type != "wait" || got.Condition != "policy-violation" || got.Text != words || got.RetryAt != "" || got.Field != "" {
		t.Errorf("%+v", got)
	}
}

// In a container nobody comes from loopback.
var networkRules = map[string]string{
	host("blocklist.test", `registration_blocklist = { "0.0.0.0/0" }`): "Your IP address is blocklisted",
	host("allowlist.test", `
		allowlist_registration_only = true
		registration_allowlist = { "192.0.2.1" }`): "Your IP address is not allowlisted",
}

func TestNetworkThatIsKeptOutIsToldSo(t *testing.T) {
	for domain, words := range networkRules {
		t.Run(domain, func(t *testing.T) {
			t.Parallel()
			tab := signUp(t, direct(domain))
			fillIn(tab, "ann", "correct horse")
			refused(t, tab, "forbidden", words)
			kept(t, tab, "ann", "correct horse")
			if domain == "blocklist.test" {
				tab.Screenshot("blocklisted")
			}
		})
	}
}

var waitTest = formHost("wait.test", register("<username/><password/>"), "test_refusal = "+quoted(`<error type='wait'>
	<resource-constraint xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>
	<text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>Not before the evening.</text>
	<retry xmlns='urn:xmpp:http:upload:0' stamp='2026-12-24T18:00:00Z'/></error>`))

func TestTimeToTryAgainIsADate(t *testing.T) {
	tab := client(t, site.Options{})
	var got struct {
		Error  refusal
		IsDate bool
		None   any
	}
	inPage(t, tab, `
		const error = await new RegistrationManager({ ...direct, domain: 'wait.test' }).submit({ username: 'late', password: 'pw' }).catch((e) => e);
		const other = await new RegistrationManager({ ...direct, domain: 'closed.test' }).requestForm().catch((e) => e);
		return { error, isDate: error.retryAt instanceof Date, none: other.retryAt };
	`, &got)
	if e := got.Error; e.Reason != "throttled" || e.Type != "wait" || e.Condition != "resource-constraint" || e.Application != "retry" || e.Text != "Not before the evening." {
		t.Errorf("%+v", e)
	}
	at, err := time.Parse(time.RFC3339, got.Error.RetryAt)
	if err != nil || !at.Equal(time.Date(2026, 12, 24, 18, 0, 0, 0, time.UTC)) || !got.IsDate {
		t.Errorf("to be tried again at %q (%v), a Date: %t", got.Error.RetryAt, err, got.IsDate)
	}
	if got.None != nil {
		t.Errorf("where the server does not say: %v", got.None)
	}
}

func TestTimeToTryAgainIsSaidOnThePage(t *testing.T) {
	tab := formOf(t, waitTest)
	fillIn(tab, "late", "correct horse")
	refused(t, tab, "throttled", "Not before the evening.")
	tab.Screenshot("wait")
	// As the visitor's browser writes it, in whatever detail.
	var says struct {
		Text  string
		Parts []string
	}
	tab.Eval(`(() => {
		const at = new Date('2026-12-24T18:00:00Z');
		const part = (options) => new Intl.DateTimeFormat(document.documentElement.lang || undefined, options).format(at);
		return {
			text: [...$('.problem').querySelectorAll(':scope > :not(details)')].map((e) => e.textContent).join(' ').replace(/\s/g, ' '),
			parts: [part({ timeStyle: 'short' }).replace(/\s/g, ' '), part({ day: 'numeric' })],
		};
	})()`, &says)
	for _, part := range says.Parts {
		if !strings.Contains(says.Text, part) {
			t.Errorf("the page says %q, without %q", says.Text, part)
		}
	}
	kept(t, tab, "late", "correct horse")
}

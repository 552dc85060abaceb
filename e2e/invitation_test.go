package e2e

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/xmppreg/xmppreg/e2e/browser"
	"github.com/xmppreg/xmppreg/e2e/prosody"
	"github.com/xmppreg/xmppreg/e2e/site"
)

// inviting is a Prosody whose host invite.test takes nobody without an
// invitation, and has pages for those that it gives out.
func inviting(t *testing.T) *prosody.Server {
	t.Helper()
	return startProsody(t, prosody.Options{
		Global: prosody.InviteExpiry,
		Hosts: []prosody.Host{
			{Name: "invite.test", Lua: `modules_enabled = { "invites"; "invites_register"; "invites_page" }
				registration_invite_only = true`},
		},
	})
}

// invite makes an invitation to invite.test and returns its page or link.
func invite(t *testing.T, s *prosody.Server, i prosody.Invitation) string {
	t.Helper()
	i.Host = "invite.test"
	link, err := s.Invite(context.Background(), i)
	if err != nil {
		t.Fatal(err)
	}
	return link
}

// inviteAnybody returns the link of an invitation that leaves the name open.
func inviteAnybody(t *testing.T, s *prosody.Server) string {
	t.Helper()
	return invite(t, s, prosody.Invitation{ForApps: true})
}

// tokenOf is the token in an invitation's link.
func tokenOf(link string) string {
	_, token, _ := strings.Cut(link, "preauth=")
	token, _, _ = strings.Cut(token, ";")
	return token
}

// accept opens the sign-up page with an invitation, as a link to it would.
func accept(t *testing.T, s *prosody.Server, invitation string) *browser.Tab {
	t.Helper()
	tab := tabs.Tab(t)
	tab.Open(pages(t, map[string]string{"url": s.WebSocketURL()}).URL + "/?token=" + url.QueryEscape(invitation))
	return tab
}

func logInAt(t *testing.T, s *prosody.Server, address, password string) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	return LogIn(ctx, s.WebSocketURL(), address, password)
}

func TestInvitationLeadsToAnAccount(t *testing.T) {
	s := inviting(t)
	for name, invitation := range map[string]func() string{
		"link": func() string { return inviteAnybody(t, s) },
		"page": func() string {
			return fmt.Sprintf("https://invite.test:%d/invites_page?%s", s.HTTPSPort, tokenOf(inviteAnybody(t, s)))
		},
	} {
		t.Run(name, func(t *testing.T) {
			tab := accept(t, s, invitation())
			fillIn(tab, "by-"+name, "correct horse")
			waitStep(tab, "done")
			if err := logInAt(t, s, "by-"+name+"@invite.test", "correct horse"); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestInvitationByNameSettlesTheName(t *testing.T) {
	s := inviting(t)
	tab := accept(t, s, invite(t, s, prosody.Invitation{Name: "ann"}))
	tab.Wait(`$('input[name=username]')?.readOnly`)
	if got := tab.Value("input[name=username]"); got != "ann" {
		t.Errorf("the user name is %q", got)
	}
	tab.Screenshot("invitation-name")
	tab.Type("input[name=password]", "correct horse")
	tab.Press(browser.Enter)
	waitStep(tab, "done")
	if err := logInAt(t, s, "ann@invite.test", "correct horse"); err != nil {
		t.Error(err)
	}
}

func TestContactsInvitationLeadsToAnAccountWithAnyName(t *testing.T) {
	s := inviting(t)
	tab := accept(t, s, invite(t, s, prosody.Invitation{Name: "boss", Contact: true}))
	tab.Wait(`$('input[name=username]')`)
	if got := tab.Value("input[name=username]"); got != "" {
		t.Errorf("the user name is %q", got)
	}
	fillIn(tab, "friend", "correct horse")
	waitStep(tab, "done")
}

// usedInvitation is one that somebody of that name has signed up with.
func usedInvitation(t *testing.T, s *prosody.Server, name string) string {
	t.Helper()
	invitation := inviteAnybody(t, s)
	tab := accept(t, s, invitation)
	fillIn(tab, name, "correct horse")
	waitStep(tab, "done")
	return invitation
}

func TestInvitationThatDoesNotCountIsSaidAndReplaced(t *testing.T) {
	s := inviting(t)
	used := usedInvitation(t, s, "first")
	page := fmt.Sprintf("https://invite.test:%d/invites_page?", s.HTTPSPort)
	for name, invitation := range map[string]string{
		"used":         used,
		"expired":      invite(t, s, prosody.Invitation{Expired: true, ForApps: true}),
		"unknown":      "xmpp:invite.test?register;preauth=nonsense",
		"no link":      "xmpp:invite.test?roster;preauth=" + tokenOf(used),
		"page of used": page + tokenOf(used),
	} {
		t.Run(name, func(t *testing.T) {
			tab := accept(t, s, invitation)
			waitStep(tab, "failed")
			if got := tab.Attribute(".problem", "data-reason"); got != "invite-invalid" {
				t.Errorf("the reason is %q: %s", got, tab.Text(".problem"))
			}
			if name == "expired" {
				tab.Screenshot("invitation-expired")
			}
			// The one that works instead.
			tab.Type("input[name=invitation]", inviteAnybody(t, s))
			tab.Press(browser.Enter)
			waitStep(tab, "form")
		})
	}
}

func TestServerThatWantsAnInvitationSaysSoAndTakesOne(t *testing.T) {
	s := inviting(t)
	tab := tabs.Tab(t)
	tab.Open(pages(t, map[string]string{"domain": "invite.test", "url": s.WebSocketURL()}).URL + "/")
	fillIn(tab, "late", "correct horse")
	tab.WaitVisible(".problem")
	waitStep(tab, "form")
	if got := tab.Attribute(".problem", "data-reason"); got != "invite-required" {
		t.Errorf("the reason is %q", got)
	}
	if got := tab.Text(".problem"); !strings.Contains(got, "through invitation only") {
		t.Errorf("the server's own words are missing: %s", got)
	}
	tab.Screenshot("invitation-required")
	// A token alone will do, and nothing has to be typed again.
	tab.Type("input[name=invitation]", tokenOf(inviteAnybody(t, s)))
	tab.Press(browser.Enter)
	waitStep(tab, "form")
	if tab.Value("input[name=username]") != "late" || tab.Value("input[name=password]") != "correct horse" {
		t.Error("what was typed is lost")
	}
	tab.Click("button[data-submit]")
	waitStep(tab, "done")
}

func TestInvitationSetsANewPasswordForAnAccount(t *testing.T) {
	s := inviting(t)
	tab := accept(t, s, inviteAnybody(t, s))
	fillIn(tab, "forgetful", "first horse")
	waitStep(tab, "done")

	tab = accept(t, s, invite(t, s, prosody.Invitation{Name: "forgetful", Reset: true, ForApps: true}))
	tab.Wait(`$('input[name=username]')?.value === 'forgetful'`)
	tab.Type("input[name=password]", "second horse")
	tab.Press(browser.Enter)
	waitStep(tab, "done")
	if got := tab.Text("h2"); got != "Your password is set" {
		t.Errorf("the last page says %q", got)
	}
	if err := logInAt(t, s, "forgetful@invite.test", "second horse"); err != nil {
		t.Error(err)
	}
	if err := logInAt(t, s, "forgetful@invite.test", "first horse"); err == nil {
		t.Error("the old password still counts")
	}
}

func TestClientRegistersWithAnInvitation(t *testing.T) {
	s := inviting(t)
	tab := client(t, site.Options{})
	var got struct {
		Domain   string
		ReadOnly bool
		JID      string
		None     failed
		Page     failed
		Other    failed
	}
	inPage(t, tab, fmt.Sprintf(`
		const url = %q;
		const reg = new RegistrationManager({ url, token: %q });
		const form = await reg.requestForm();
		const { jid } = await reg.submit({ password: 'correct horse' });
		return {
			domain: form.domain, readOnly: form.fields.find(({ name }) => name === 'username').readOnly, jid,
			none: await failure(new RegistrationManager({ url, domain: 'invite.test' }).submit({ username: 'x', password: 'y' })),
			page: await failure(new RegistrationManager({ url, token: %q }).requestForm()),
			other: await failure(new RegistrationManager({ url, domain: 'example.test', token: 'xmpp:invite.test?register;preauth=t' }).requestForm()),
		};
	`, s.WebSocketURL(), "Join us: "+invite(t, s, prosody.Invitation{Name: "zoe"}),
		fmt.Sprintf("https://invite.test:%d/invites_page?secret", s.HTTPSPort)), &got)
	if got.Domain != "invite.test" || !got.ReadOnly || got.JID != "zoe@invite.test" {
		t.Errorf("%+v", got)
	}
	if got.None.Reason != "invite-required" || got.Page.Reason != "invite-invalid" || got.Other.Reason != "invite-invalid" {
		t.Errorf("without an invitation: %+v, with a spent page: %+v, for another server: %+v", got.None, got.Page, got.Other)
	}
	if strings.Contains(got.Page.Message, "secret") {
		t.Errorf("the error tells the token: %s", got.Page.Message)
	}
}

var openToGuestsTest = host("open-to-guests.test", `modules_enabled = { "invites"; "invites_register"; "password_policy" }
	registration_invite_only = false`)

// TestServerThatAlsoTakesInvitationsMayRefuseAFormForWhatIsInIt has a server
// whose answer to a short password is the same as to a missing invitation.
func TestServerThatAlsoTakesInvitationsMayRefuseAFormForWhatIsInIt(t *testing.T) {
	tab := signUp(t, direct(openToGuestsTest))
	fillIn(tab, "guest", "short")
	tab.WaitText(".problem", "too short")
	waitStep(tab, "form")
	if got := tab.Text(".problem .what"); strings.Contains(got, "invitation") {
		t.Errorf("the page says %q", got)
	}
	if got := tab.Value("input[name=username]"); got != "guest" {
		t.Errorf("the user name is %q", got)
	}
	tab.Fill("input[name=password]", "correct horse")
	tab.Press(browser.Enter)
	waitStep(tab, "done")
	if err := logIn(t, "guest@open-to-guests.test", "correct horse"); err != nil {
		t.Error(err)
	}
}

// told opens the page that asks for a provider, and answers.
func told(t *testing.T, attributes map[string]string, answer string) *browser.Tab {
	t.Helper()
	tab := tabs.Tab(t)
	tab.Open(pages(t, attributes).URL + "/")
	waitStep(tab, "domain")
	tab.Type("input[name=domain]", answer)
	tab.Press(browser.Enter)
	return tab
}

func TestWhatPeopleTypeForTheirProviderLeadsToItsForm(t *testing.T) {
	for _, answer := range []string{
		"Example.Test.", "kim@example.test", "<kim@example.test>", "“example.test”", "example.test:5222", "example.test/register",
		"xmpp:example.test?register", "web+xmpp:example.test?register", "XMPP:EXAMPLE.TEST", "Join us: xmpp:example.test?register.",
		"https://example.test/", "https://example.test", "We are at example.test!", "https://web.test/#example.test?register",
	} {
		t.Run(answer, func(t *testing.T) {
			t.Parallel()
			tab := told(t, map[string]string{"url": server.WebSocketURL()}, answer)
			waitStep(tab, "form")
			tab.WaitText("[data-preview]", "@example.test")
			if tab.Visible(".problem") {
				t.Errorf("the page says %s", tab.Text(".problem"))
			}
		})
	}
	tab := told(t, map[string]string{"url": server.WebSocketURL()}, "example.test or json.test")
	tab.WaitText("[data-field=domain] .error", "not the name of a provider")
}

func TestInvitationThatIsTypedForTheProviderCounts(t *testing.T) {
	s := inviting(t)
	for name, write := range map[string]func(link string) string{
		"among words":         func(link string) string { return "Hello Kim, join us: <" + link + ">." },
		"in a page's address": func(link string) string { return "https://web.test/#" + strings.TrimPrefix(link, "xmpp:") },
		"encoded": func(link string) string {
			return "https://web.test/i?lang=de&uri=" + url.QueryEscape(strings.Replace(link, "xmpp:", "web+xmpp:", 1))
		},
		"page": func(link string) string {
			return fmt.Sprintf("See https://invite.test:%d/invites_page?%s!", s.HTTPSPort, tokenOf(link))
		},
	} {
		t.Run(name, func(t *testing.T) {
			tab := told(t, map[string]string{"url": s.WebSocketURL()}, write(inviteAnybody(t, s)))
			user := "typed-" + strings.ReplaceAll(strings.ReplaceAll(name, " ", "-"), "'", "")
			fillIn(tab, user, "correct horse")
			waitStep(tab, "done")
			if err := logInAt(t, s, user+"@invite.test", "correct horse"); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestEachThingThatIsWrongWithAnInvitationHasWordsOfItsOwn(t *testing.T) {
	s := inviting(t)
	used := usedInvitation(t, s, "once")
	page := fmt.Sprintf("https://invite.test:%d/invites_page?", s.HTTPSPort)
	said := map[string]string{}
	for name, c := range map[string]struct{ invitation, says string }{
		"used":             {used, "The server does not accept this invitation."},
		"page of used":     {page + tokenOf(used), "There is no invitation at that address."},
		"another's":        {"xmpp:json.test?register;preauth=t", "This invitation is for another provider: json.test."},
		"another's page":   {"https://web.test/#json.test?register;preauth=t", "This invitation is for another provider: json.test."},
		"none":             {"xmpp:invite.test?register;preauth=", "This is not an invitation."},
		"unreachable page": {"https://nobody.invalid/invite?t", "The page of this invitation cannot be reached."},
		"unreadable page":  {"https://private.test/.well-known/host-meta.json?t", "The page of this invitation cannot be read from here."},
		"insecure page":    {"http://pages.invalid/invite?t", "The link of this invitation is not secure."},
	} {
		tab := tabs.Tab(t)
		tab.ExpectProblem("nobody.invalid", "private.test")
		tab.Open(pages(t, map[string]string{"url": s.WebSocketURL(), "domain": "invite.test"}).URL + "/?token=" + url.QueryEscape(c.invitation))
		waitStep(tab, "failed")
		if got := strings.NewReplacer("\u2068", "", "\u2069", "").Replace(tab.Text(".problem .what")); got != c.says {
			t.Errorf("%s: the page says %q, want %q", name, got, c.says)
		}
		said[name] = tab.Text(".problem")
		if strings.Contains(said[name], "preauth") {
			t.Errorf("%s: the page shows the token", name)
		}
	}
}

func TestPageThatIsNoInvitationMayBeTheProvidersOwn(t *testing.T) {
	for name, answer := range map[string]string{
		"a page":              "https://json.test/.well-known/host-meta.json",
		"one that is missing": "https://example.test/nothing/here",
		"one nobody may read": "https://private.test/.well-known/host-meta.json",
	} {
		t.Run(name, func(t *testing.T) {
			tab := tabs.Tab(t)
			tab.ExpectProblem("private.test", "example.test")
			tab.Open(pages(t, map[string]string{"url": server.WebSocketURL()}).URL + "/")
			waitStep(tab, "domain")
			tab.Type("input[name=domain]", answer)
			tab.Press(browser.Enter)
			waitStep(tab, "form")
			host, _ := url.Parse(answer)
			tab.WaitText("[data-preview]", "@"+host.Host)
			tab.WaitText(".problem .what", "No invitation was found at that link")
			if name == "a page" {
				tab.Screenshot("invitation-missing")
			}
		})
	}
	// Nothing there is a provider's: then the page is what matters.
	tab := told(t, nil, "https://missing.test/.well-known/nothing")
	tab.ExpectProblem("missing.test")
	waitStep(tab, "failed")
	tab.WaitText(".problem .what", "The page of this invitation cannot be read from here.")
	tab.WaitVisible("input[name=invitation]")
}

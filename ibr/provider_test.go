package ibr

import (
	"context"
	"testing"

	"github.com/xmppreg/xmppreg/ibr/internal/scripted"
)

func TestWhatPeopleWriteForTheirProviderIsUnderstood(t *testing.T) {
	const plain, token = "shore.example", "xmpp:shore.example?register;preauth=t-1"
	home := Provider{Domain: plain}
	invited := Provider{Domain: plain, Token: token}
	page := func(address string) Provider { return Provider{Domain: plain, Token: address, IsPage: true} }
	for text, want := range map[string]Provider{
		"shore.example":                               home,
		" Shore.EXAMPLE. ":                            home,
		"“shore.example”":                             home,
		"<shore.example>":                             home,
		"(shore.example).":                            home,
		"[shore.example]":                             home,
		"shore.example:5222":                          home,
		"shore.example/":                              home,
		"shore.example/register?lang=de#top":          home,
		"//shore.example/":                            home,
		"@shore.example":                              home,
		"kim@shore.example":                           home,
		"kim@shore.example/phone":                     home,
		"<kim@shore.example>":                         home,
		"mailto:kim@shore.example":                    home,
		"Kim: kim@shore.example, thanks!":             home,
		"Join us at shore.example.":                   home,
		"shore.example (kim@shore.example)":           home,
		"localhost":                                   {Domain: "localhost"},
		"bücher.example":                              {Domain: "bücher.example"},
		"BÜCHER.example":                              {Domain: "bücher.example"},
		"xn--bcher-kva.example":                       {Domain: "bücher.example"},
		"kim@xn--bcher-kva.example":                   {Domain: "bücher.example"},
		"xmpp:b%C3%BCcher.example?register":           {Domain: "bücher.example"},
		"https://b%C3%BCcher.example/":                {Domain: "bücher.example"},
		"[2001:db8::1]":                               {Domain: "[2001:db8::1]"},
		"https://[2001:db8::1]:5443/":                 {Domain: "[2001:db8::1]"},
		"192.0.2.1:5222":                              {Domain: "192.0.2.1"},
		"xmpp:shore.example":                          home,
		"xmpp:shore.example?register":                 home,
		"xmpp:shore.example?register.":                home,
		"XMPP:Shore.example?register":                 home,
		"xmpp://shore.example":                        home,
		"xmpp://shore.example/?register":              home,
		"xmpp:kim@shore.example":                      home,
		"xmpp:ann@shore.example?roster":               home,
		"xmpp:ann@shore.example?roster;preauth=t-1":   home,
		"<xmpp:shore.example?register>":               home,
		"web+xmpp:shore.example?register":             home,
		"web+xmpp://shore.example?register":           home,
		"Join us: xmpp:shore.example?register":        home,
		"xmpp%3Ashore.example%3Fregister":             home,
		"https://shore.example":                       home,
		"https://shore.example/":                      home,
		"HTTPS://Shore.Example/.":                     home,
		"https://shore.example:5281/":                 home,
		"https://kim:pw@shore.example/":               home,
		"http://shore.example/register":               home,
		"See <https://shore.example/>!":               home,
		"https://web.example/#shore.example?register": home,

		token:                                                     invited,
		"shore.example?register;preauth=t-1":                      invited,
		"“" + token + "”":                                         invited,
		"<" + token + ">":                                         invited,
		"Join us: " + token + ".":                                 invited,
		"Join us (" + token + "), Kim":                            invited,
		"邀请：" + token + "。":                                       invited,
		"\u2068" + token + "\u2069":                               invited,
		"WEB+XMPP:shore.example?register;preauth=t-1":             invited,
		"https://shore.example/ or " + token:                      invited,
		"xmpp:ann@shore.example?roster;preauth=t-1;ibr=y":         invited,
		"xmpp:kim@shore.example?register;preauth=t%2F1":           {Domain: plain, Token: "xmpp:kim@shore.example?register;preauth=t%2F1"},
		"xmpp%3Ashore.example%3Fregister%3Bpreauth%3Dt-1":         invited,
		"https://web.example/#shore.example?register;preauth=t-1": invited,

		"https://shore.example/invite?t-1":      page("https://shore.example/invite?t-1"),
		"Join us: https://shore.example/i/t-1.": page("https://shore.example/i/t-1"),
		"(https://shore.example/wiki/A_(b))":    page("https://shore.example/wiki/A_(b)"),
	} {
		if got, ok := ParseProvider(text); !ok || got != want {
			t.Errorf("%s: %+v, %t, want %+v", text, got, ok, want)
		}
	}
	for _, text := range []string{"", " ", "no provider", "?", "...", "a.example or b.example", "a b", "xmpp:", "https://", "http:///x", "<>", "@", "kim@", "shore..example", "a\x00b.example"} {
		if got, ok := ParseProvider(text); ok {
			t.Errorf("%q: %+v", text, got)
		}
	}
}

func TestInvitationIsFoundInTheAddressOfItsPage(t *testing.T) {
	want := Invitation{Token: "t/1", Domain: "shore.example"}
	for _, text := range []string{
		"https://web.example/#shore.example?register;preauth=t%2F1",
		"https://web.example/#xmpp:shore.example?register;preauth=t%2F1",
		"https://web.example/i/#/shore.example?register;preauth=t%2F1",
		"https://web.example/#!xmpp:shore.example?register;preauth=t%2F1",
		"https://web.example/#shore.example%3Fregister%3Bpreauth%3Dt%252F1",
		"https://web.example/#xmpp%3Ashore.example%3Fregister%3Bpreauth%3Dt%252F1",
		"https://web.example/?shore.example?register;preauth=t%2F1",
		"https://web.example/?xmpp:shore.example?register;preauth=t%2F1",
		"https://web.example/?uri=xmpp%3Ashore.example%3Fregister%3Bpreauth%3Dt%252F1&lang=de",
		"https://web.example/?lang=de&uri=web%2Bxmpp%3Ashore.example%3Fregister%3Bpreauth%3Dt%252F1#top",
		"https://web.example/?uri=shore.example?register;preauth=t%2F1",
		"https://web.example/#lang=de&invite=shore.example%3Fregister%3Bpreauth%3Dt%252F1",
		"HTTPS://web.example/#Shore.Example?register;preauth=t%2F1",
		"https://web.example/#ann@shore.example?roster;preauth=t%2F1;ibr=y",
		"Hello! <https://web.example/#shore.example?register;preauth=t%2F1>.",
		"https%3A%2F%2Fweb.example%2F%23shore.example%3Fregister%3Bpreauth%3Dt%252F1",
	} {
		if got, err := ParseInvitation(text); err != nil || got != want {
			t.Errorf("%s: %+v, %v", text, got, err)
		}
	}
	for _, text := range []string{
		"https://web.example/invite?t-1",
		"https://web.example/invite?token=t-1&preauth=t-1",
		"https://web.example/#shore.example",
		"https://web.example/#shore.example?register",
		"https://web.example/#ann@shore.example?roster;preauth=t-1",
		"https://web.example/?register;preauth=t-1",
	} {
		if got, err := ParseInvitation(text); err != nil || got != (Invitation{Page: text}) {
			t.Errorf("%s: %+v, %v", text, got, err)
		}
	}
}

func TestPageThatCarriesItsInvitationIsNotRead(t *testing.T) {
	pages := &pageDialer{Dialer: scripted.NewDialer(t, func(p *peer) {
		preauthed(p, "t-1")
		p.Result(p.Request(), plainQuery)
		p.Finish()
	})}
	m, err := NewManager(Config{Dialer: pages, Token: "https://web.example/#shore.example?register;preauth=t-1", Timeout: patience})
	if err != nil {
		t.Fatal(err)
	}
	form, err := m.RequestForm(context.Background(), "")
	if err != nil || form.Domain != "shore.example" || pages.read != 0 {
		t.Errorf("%+v, %v, read %d times", form, err, pages.read)
	}
	m.Disconnect()
}

func FuzzParseProvider(f *testing.F) {
	for _, text := range []string{"kim@shore.example", "Join us: <xmpp:shore.example?register;preauth=t-1>.", "https://web.example/#a?register", "https://[::1]:1/%", "\u2068(a.b)"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		provider, ok := ParseProvider(text)
		if ok != (provider.Domain != "") {
			t.Errorf("%+v, %t", provider, ok)
		}
		if again, _ := ParseProvider(provider.Domain); ok && again.Domain != provider.Domain {
			t.Errorf("the domain %q is read as %q", provider.Domain, again.Domain)
		}
		if provider.Token == "" || provider.IsPage {
			return
		}
		if again, err := ParseInvitation(provider.Token); err != nil || again.Domain != provider.Domain {
			t.Errorf("the invitation %q is read as %+v, %v", provider.Token, again, err)
		}
	})
}

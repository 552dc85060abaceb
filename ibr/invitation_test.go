package ibr

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/xmppreg/xmppreg/ibr/internal/scripted"
)

func TestInvitationLinksAreUnderstood(t *testing.T) {
	for text, want := range map[string]Invitation{
		"t-1":       {Token: "t-1"},
		" t-1\n":    {Token: "t-1"},
		"a:b":       {Token: "a:b"},
		"T%3D=/+~;": {Token: "T%3D=/+~;"},
		"xmpp:shore.example?register;preauth=t-1":                              {Token: "t-1", Domain: "shore.example"},
		"XMPP:shore.example?register;preauth=t-1":                              {Token: "t-1", Domain: "shore.example"},
		"xmpp:kim@shore.example?register;preauth=t-1":                          {Token: "t-1", Domain: "shore.example", Username: "kim"},
		"xmpp:Kim@Shore.example?register;x=y;preauth=t%2F1#f":                  {Token: "t/1", Domain: "shore.example", Username: "kim"},
		"xmpp:m%C3%BCller@shore.example?register;preauth=t-1":                  {Token: "t-1", Domain: "shore.example", Username: "müller"},
		"xmpp:ann@shore.example?roster;preauth=t-1;ibr=y":                      {Token: "t-1", Domain: "shore.example"},
		"xmpp:ann@shore.example?roster;ibr=y;name=Ann%20of%20Shore;preauth=t2": {Token: "t2", Domain: "shore.example"},
		"xmpp:xn--bcher-kva.example?register;preauth=t-1":                      {Token: "t-1", Domain: "bücher.example"},
	} {
		got, err := ParseInvitation(text)
		if err != nil || got != want {
			t.Errorf("%s: %+v, %v, want %+v", text, got, err, want)
		}
	}
}

func TestWhatIsNoInvitationIsRefused(t *testing.T) {
	for text, says := range map[string]string{
		"xmpp:ann@shore.example?roster;preauth=t-1":     "adds a contact",
		"xmpp:shore.example?register":                   "holds no invitation",
		"xmpp:shore.example?register;preauth=":          "holds no invitation",
		"xmpp:shore.example":                            "holds no invitation",
		"xmpp:shore.example?message;preauth=t-1":        "holds no invitation",
		"xmpp:?register;preauth=t-1":                    "names no XMPP address",
		"xmpp:%zz@shore.example?register;preauth=t-1":   "percent-encoded",
		"xmpp:a@b@shore.example?register;preauth=t-1":   "names no XMPP address",
		"xmpp://shore.example/?register;preauth=t-1":    "names no XMPP address",
		"xmpp:shore example?register;preauth=t-1":       "names no XMPP address",
		"xmpp:\x00@shore.example?register;preauth=t-1":  "names no XMPP address",
		"xmpp:kim@shore.example/?register;preauth=t-1":  "names no XMPP address",
		"xmpp:kim@shore.example?register&preauth=token": "holds no invitation",
	} {
		got, err := ParseInvitation(text)
		if !isLike(err, &Error{Kind: KindForm, Reason: InviteInvalid, Field: "token"}) || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %+v, %v", text, got, err)
		}
	}
}

// preauthed opens a guest's stream and takes this token.
func preauthed(p *peer, token string) {
	p.Open(tokenFeatures)
	preauth := p.Request()
	if got := preauth.Child(nsPreauth, "preauth"); got == nil || got.Get("token") != token {
		p.T.Errorf("sent in place of the token: %s", preauth.String())
	}
	p.Result(preauth, "")
}

func TestInvitationsLinkNamesServerAndUser(t *testing.T) {
	m, _ := newTestManager(t, Config{Domain: "Shore.example", Token: "xmpp:kim@shore.example?register;preauth=t-1"}, func(p *peer) {
		preauthed(p, "t-1")
		p.Result(p.Request(), dataQuery)
		set := p.Request()
		if sent := set.String(); !strings.Contains(sent, ">kim</value>") {
			t.Errorf("sent %s", sent)
		}
		p.Result(set, "")
		p.Finish()
	})
	form, err := m.RequestForm(context.Background(), "")
	if err != nil {
		t.Fatal(err)
	}
	name := form.Field("username")
	if firstOf(name.Values) != "kim" || !name.ReadOnly || form.Field("password").ReadOnly {
		t.Errorf("the form asks for %+v", form.Fields)
	}
	// Nobody else's name goes out, however it is written.
	for _, other := range []string{"ann", "kim2", ""} {
		_, err = m.Submit(context.Background(), Values{Fields: map[string][]string{"username": {other}, "password": {"pw"}}})
		if !isLike(err, &Error{Kind: KindForm, Field: "username"}) {
			t.Errorf("the name %q: %v", other, err)
		}
	}
	account, err := m.Submit(context.Background(), Values{Fields: map[string][]string{"username": {"Kim"}, "password": {"pw"}}})
	if err != nil || account.JID != "kim@shore.example" {
		t.Errorf("%+v, %v", account, err)
	}
}

func TestFormSaysWhetherTheServerTakesInvitations(t *testing.T) {
	for features, want := range map[string]bool{openFeatures: false, tokenFeatures: true} {
		m, _ := newTestManager(t, Config{}, func(p *peer) {
			p.Open(features)
			p.Result(p.Request(), plainQuery)
			p.Finish()
		})
		form, err := m.RequestForm(background, "")
		if err != nil {
			t.Fatal(err)
		}
		if form.Invitations != want {
			t.Errorf("%t after %s", form.Invitations, features)
		}
	}
}

func TestNameThatTheServerReservesIsSettled(t *testing.T) {
	m, _ := newTestManager(t, Config{Token: "t-1"}, func(p *peer) {
		preauthed(p, "t-1")
		p.Result(p.Request(), `<query xmlns='jabber:iq:register'><username>reserved7</username><password/></query>`)
		p.Result(p.Request(), "")
		p.Finish()
	})
	form, err := m.RequestForm(context.Background(), "")
	if err != nil {
		t.Fatal(err)
	}
	if !form.Field("username").ReadOnly {
		t.Error("the name can be changed")
	}
	// It need not be said again.
	account, err := m.Submit(context.Background(), Values{Fields: map[string][]string{"password": {"pw"}}})
	if err != nil || account.JID != "reserved7@shore.example" {
		t.Errorf("%+v, %v", account, err)
	}
}

func TestInvitationDecidesTheDomain(t *testing.T) {
	d := scripted.NewDialer(t, func(p *peer) {
		preauthed(p, "t-1")
		p.Result(p.Request(), plainQuery)
		p.Finish()
	})
	m, err := NewManager(Config{Dialer: d, Token: "xmpp:ann@shore.example?roster;preauth=t-1;ibr=y", Timeout: patience})
	if err != nil {
		t.Fatal(err)
	}
	form, err := m.RequestForm(context.Background(), "")
	if err != nil {
		t.Fatal(err)
	}
	if form.Domain != "shore.example" || firstOf(form.Field("username").Values) != "" {
		t.Errorf("%+v", form)
	}
	m.Disconnect()
}

func TestKeptFormGoesToTheServerOfTheInvitation(t *testing.T) {
	d := scripted.NewDialer(t, func(p *peer) {
		preauthed(p, "t-1")
		p.Result(p.Request(), "")
		p.Finish()
	})
	m, err := NewManager(Config{Dialer: d, Token: "xmpp:shore.example?register;preauth=t-1", Timeout: patience})
	if err != nil {
		t.Fatal(err)
	}
	m.SetFormToSend(kim)
	account, err := m.SendForm(context.Background())
	if err != nil || account.JID != "kim@shore.example" {
		t.Errorf("%+v, %v", account, err)
	}
	m.Disconnect()
}

func TestInvitationToAnotherServerIsNotSent(t *testing.T) {
	m, r := newTestManager(t, Config{Token: "xmpp:elsewhere.example?register;preauth=t-1"})
	_, err := m.RequestForm(context.Background(), "")
	if !isLike(err, &Error{Reason: InviteInvalid, Field: "token"}) || !strings.Contains(err.Error(), "elsewhere.example") {
		t.Errorf("%v", err)
	}
	if len(eventsOf[Failed](r)) != 1 {
		t.Error("no event told of it")
	}
}

// pageDialer also reads the pages of invitations.
type pageDialer struct {
	Dialer
	page string
	link string
	err  error
	read int
}

func (d *pageDialer) Invitation(_ context.Context, page string) (string, error) {
	d.read++
	d.page = page
	return d.link, d.err
}

func TestInvitationsPageIsReadOnce(t *testing.T) {
	played := func(p *peer) {
		preauthed(p, "t-1")
		p.Result(p.Request(), plainQuery)
		p.Finish()
	}
	d := scripted.NewDialer(t, played, played)
	pages := &pageDialer{Dialer: d, link: "xmpp:kim@shore.example?register;preauth=t-1"}
	m, err := NewManager(Config{Dialer: pages, Token: "https://shore.example/invite?t-1", Timeout: patience})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		form, err := m.RequestForm(context.Background(), "")
		if err != nil {
			t.Fatal(err)
		}
		if firstOf(form.Field("username").Values) != "kim" || form.Domain != "shore.example" {
			t.Errorf("%+v", form)
		}
		m.Disconnect()
	}
	if pages.read != 1 || pages.page != "https://shore.example/invite?t-1" {
		t.Errorf("%d times, %s", pages.read, pages.page)
	}
}

func TestInvitationsPageThatFailsIsReadAgain(t *testing.T) {
	pages := &pageDialer{err: errors.New("no network")}
	m, err := NewManager(Config{Dialer: pages, Token: "https://shore.example/invite?t-1", Timeout: patience})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if _, err := m.RequestForm(context.Background(), ""); !isLike(err, &Error{Field: "token"}) {
			t.Errorf("%v", err)
		}
	}
	if pages.read != 2 {
		t.Errorf("it was read %d times", pages.read)
	}
}

func TestTokenIsSentAgainOnTheNextStream(t *testing.T) {
	m, events := newTestManager(t, Config{Token: "t-1"}, func(p *peer) {
		preauthed(p, "t-1")
		p.Result(p.Request(), dataQuery)
		p.Send(`<stream:error><connection-timeout xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error></stream:stream>`)
	}, func(p *peer) {
		preauthed(p, "t-1")
		p.Result(p.Request(), "")
		p.Finish()
	})
	if _, err := m.RequestForm(context.Background(), ""); err != nil {
		t.Fatal(err)
	}
	waitFor[Disconnected](t, events)
	if _, err := m.Submit(context.Background(), kim); err != nil {
		t.Error(err)
	}
}

func TestServerSaysWhenToTryAgain(t *testing.T) {
	m, _ := newTestManager(t, Config{}, func(p *peer) {
		p.Open(openFeatures)
		p.Fail(p.Request(), `<error type='wait'><resource-constraint xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/><retry xmlns='urn:xmpp:http:upload:0' stamp='2026-12-24T18:00:00Z'/></error>`)
		p.Finish()
	})
	_, err := m.RequestForm(context.Background(), "")
	var e *Error
	if errors.As(err, &e); e == nil || e.Reason != Throttled || e.RetryAt.Unix() != 1798135200 {
		t.Errorf("%#v", err)
	}
}

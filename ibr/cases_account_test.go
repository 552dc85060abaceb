package ibr

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/xmppreg/xmppreg/ibr/internal/scripted"
	"github.com/xmppreg/xmppreg/internal/replycase"
)

// loggedIn is a manager that is logged in as kim@shore.example/w and then goes on
// with play. At the next connection kim logs in again, with this password.
func loggedIn(t *testing.T, play script, nextPassword string, more ...script) (*Manager, *recorder) {
	t.Helper()
	scripts := []script{func(p *peer) {
		if !p.Auth("kim", typedPassword) {
			p.T.Error("kim did not log in")
		}
		p.Send(scripted.Success)
		p.Bind("kim@shore.example/w", true)
		play(p)
	}}
	if nextPassword != "" {
		scripts = append(scripts, func(p *peer) {
			p.Login(nextPassword)
			p.Finish()
		})
	}
	m, events := newCase(t, Config{}, append(scripts, more...)...)
	if err := m.Connect(background, Login{JID: "kim@shore.example", Password: typedPassword}); err != nil {
		t.Fatal(err)
	}
	return m, events
}

// logInAgain does so with what the manager knows.
func logInAgain(t *testing.T, m *Manager) {
	t.Helper()
	m.Disconnect()
	if err := m.Connect(background, Login{}); err != nil {
		t.Error(err)
	}
}

// checkSubmitted sees that a request of the user's own holds the answers to a
// form, of this type, and nothing else.
func checkSubmitted(p *peer, set element, to string, want map[string]string) {
	query := set.Child(nsRegister, "query")
	if query == nil || len(query.Children) != 1 || query.Child(nsData, "x") == nil || set.Get("to") != to {
		p.T.Errorf("sent %s, want a form only", set.String())
		return
	}
	x := query.Child(nsData, "x")
	got := map[string]string{}
	for i := range x.Children {
		got[x.Children[i].Get("var")] = x.Children[i].ChildText(nsData, "value")
	}
	if x.Get("type") != "submit" || len(x.Children) != len(want) || !reflect.DeepEqual(got, want) {
		p.T.Errorf("sent %s, want the answers %q", set.String(), want)
	}
}

// stageForm returns the form of a second stage, with everything that it must have.
func stageForm(t *testing.T, c replycase.Case, err error) *Error {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) || e.Form == nil || !e.Form.IsDataForm {
		t.Fatalf("error %#v has no form", err)
	}
	checkSaid(t, c, e)
	query := readXML(t, c.XML).Child(nsRegister, "query")
	if got, want := fieldNames(e.Form), namesIn(query, true); !reflect.DeepEqual(got, want) {
		t.Errorf("the fields are %q, want %q", got, want)
	}
	return e
}

// playRemove deletes the account, and the server answers as the case says.
func playRemove(t *testing.T, c replycase.Case) {
	removed := c.Expect.Outcome == "removed"
	var lost []script // to log in settles nothing
	if strings.Contains(c.XML, "stream:error") && !strings.Contains(c.Expect.State, "answered with result") {
		lost = []script{func(*peer) {}}
	}
	m, events := loggedIn(t, func(p *peer) {
		set := p.Request()
		switch {
		case strings.Contains(c.Expect.State, "answered with result"):
			p.Result(set, "")
			p.Send(c.XML + `</stream:stream>`)
		case strings.Contains(c.XML, "stream:error"):
			p.Send(c.XML + `</stream:stream>`)
		default:
			p.Send(replyTo(c, "r1", set))
		}
		switch {
		case c.Expect.Outcome == "form":
			again := p.Request()
			checkSubmitted(p, again, "", map[string]string{"FORM_TYPE": "jabber:iq:register:cancel", "username": "kim", "password": typedPassword})
			p.Result(again, "")
		case !removed:
			// The user is still logged in.
			p.Result(p.Request(), "")
		}
		p.Finish()
	}, "", lost...)
	err := m.DeleteAccount(background, Values{})
	switch {
	case c.Expect.Outcome == "form":
		stageForm(t, c, err)
		if failed := eventsOf[AccountDeletionFailed](events); len(failed) != 1 || failed[0].Err.Form == nil || len(eventsOf[Disconnected](events)) > 0 {
			t.Errorf("events %v", eventNames(events))
		}
		err, removed = m.DeleteAccount(background, values("password", typedPassword)), true
		if err != nil {
			t.Fatal(err)
		}
	case removed:
		checkOutcome(t, c, err)
	default:
		checkSaid(t, c, checkOutcome(t, c, err))
		want := []string{"Connected", "SupportChanged", "AccountDeletionFailed"}
		if got := eventNames(events); !reflect.DeepEqual(got, want) {
			t.Errorf("events %v, want %v", got, want)
		}
		if err := m.ChangePassword(background, "SECRET new", Values{}); err != nil {
			t.Error(err)
		}
	}
	if removed {
		// DeleteAccount has waited for the end of the stream.
		names := eventNames(events)
		want := []string{"AccountDeleted", "SupportChanged", "Disconnected"}
		if got := names[len(names)-len(want):]; !reflect.DeepEqual(got, want) {
			t.Errorf("events %v, want %v", names, want)
		}
		if d := eventsOf[Disconnected](events); d[0].Reason != "" || len(d) != 1 {
			t.Errorf("disconnected %v, which was to be expected", d)
		}
		if deleted := eventsOf[AccountDeleted](events); deleted[0].JID != "kim@shore.example" || m.user.credentials != nil {
			t.Errorf("deleted %v", deleted)
		}
	}
	if strings.Contains(c.Expect.State, "before login") {
		neverBeforeLogin(t)
	}
}

// neverBeforeLogin shows that no guest asks for a deletion.
func neverBeforeLogin(t *testing.T) {
	m, events := newCase(t, Config{}, func(p *peer) {
		giveForm(openFeatures, plainQuery)(p)
		p.Finish()
	})
	if _, err := m.RequestForm(background, ""); err != nil {
		t.Fatal(err)
	}
	if err := m.DeleteAccount(background, Values{}); !isLike(err, &Error{Kind: KindForm, Reason: NotAuthorized}) {
		t.Errorf("error %v", err)
	}
	if len(eventsOf[AccountDeleted](events)) > 0 {
		t.Error("told as deleted")
	}
}

// playChange changes the password, and the server answers as the case says. The
// next login shows which one holds.
func playChange(t *testing.T, c replycase.Case) {
	const newPassword = "SECRET new"
	holds := typedPassword
	if c.Expect.Outcome == "password-changed" || c.Expect.Outcome == "form" {
		holds = newPassword
	}
	m, events := loggedIn(t, func(p *peer) {
		p.Send(replyTo(c, "c1", p.Request()))
		if c.Expect.Outcome == "form" {
			again := p.Request()
			checkSubmitted(p, again, "shore.example", map[string]string{"FORM_TYPE": "jabber:iq:register:changepassword", "username": "kim", "old_password": typedPassword, "password": newPassword})
			p.Result(again, "")
		}
		p.Finish()
	}, holds)
	err := m.ChangePassword(background, newPassword, Values{})
	want := []string{"Connected", "SupportChanged", "PasswordChanged"}
	switch c.Expect.Outcome {
	case "password-changed":
		checkOutcome(t, c, err)
	case "form":
		stageForm(t, c, err)
		if err := m.ChangePassword(background, newPassword, values("old_password", typedPassword)); err != nil {
			t.Fatal(err)
		}
		want = []string{"Connected", "SupportChanged", "PasswordChangeFailed", "PasswordChanged"}
	default:
		checkSaid(t, c, checkOutcome(t, c, err))
		want = []string{"Connected", "SupportChanged", "PasswordChangeFailed"}
	}
	if got := eventNames(events); !reflect.DeepEqual(got, want) {
		t.Errorf("events %v, want %v", got, want)
	}
	for _, changed := range eventsOf[PasswordChanged](events) {
		if changed.NewPassword != newPassword {
			t.Errorf("changed to %q", changed.NewPassword)
		}
	}
	logInAgain(t, m)
}

package ibr

import (
	"context"
	"errors"
	"reflect"
	"strings"
	"testing"
)

// What the form of an account does to the password that the manager logs in with.

// recordQuery is an account's data form with these fields.
func recordQuery(fields string) string {
	return `<query xmlns='jabber:iq:register'><registered/><x xmlns='jabber:x:data' type='form'>` + fields + `</x></query>`
}

func TestRecordThatNobodyAnsweredLeavesBothPasswordsPossible(t *testing.T) {
	taken := make(chan struct{})
	m, events := connected(t, func(p *peer) {
		p.Result(p.Request(), kimsRecord)
		p.Request()
		close(taken)
		p.Request() // for the deletion; the connection ends before it
	}, func(p *peer) {
		p.Login("second")
		p.Finish()
	})
	if _, err := m.RequestForm(background, ""); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(background)
	go func() { <-taken; cancel() }()
	var e *Error
	if _, err := m.Submit(ctx, second); !errors.As(err, &e) || !e.OutcomeUnknown {
		t.Fatalf("error %#v", err)
	}
	err := m.DeleteAccount(background, Values{})
	if !errors.As(err, &e) || e.OutcomeUnknown || len(eventsOf[AccountDeleted](events)) > 0 {
		t.Errorf("the account is still there, and not %v", err)
	}
}

func TestPasswordThatARecordSetsIsKnown(t *testing.T) {
	const password = `<field var='password' type='text-private'/>`
	for _, c := range []struct {
		name, query string
		values      Values
		want        string
	}{
		{"by its name", kimsRecord, second, "second"},
		{"without a name", recordQuery(password), values("password", "second"), "second"},
		{"a name that is only shown", recordQuery(`<field var='username' type='fixed'><value>kim</value></field>` + password), second, "second"},
		{"a hidden name", recordQuery(`<field var='username' type='hidden'><value>kim</value></field>` + password), second, "second"},
		{"no password asked for", recordQuery(`<field var='email' type='text-single'/>`), values("email", "kim@example.org", "password", "second"), "pw"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m, _ := connected(t, func(p *peer) {
				p.Result(p.Request(), c.query)
				p.Result(p.Request(), "")
				p.Finish()
			}, func(p *peer) {
				p.Login(c.want)
				p.Finish()
			})
			if _, err := m.RequestForm(background, ""); err != nil {
				t.Fatal(err)
			}
			account, err := m.Submit(background, c.values)
			if want := (&Account{JID: "kim@shore.example", Username: "kim", Domain: "shore.example"}); err != nil || !reflect.DeepEqual(account, want) {
				t.Errorf("%+v, %v", account, err)
			}
			m.Disconnect()
			if err := m.Connect(background, Login{}); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestHiddenNameIsTheNewAccounts(t *testing.T) {
	m, _ := newTestManager(t, Config{}, func(p *peer) {
		giveForm(openFeatures, `<query xmlns='jabber:iq:register'><x xmlns='jabber:x:data' type='form'><field type='hidden' var='username'><value>Kim</value></field><field type='text-private' var='password'><required/></field></x></query>`)(p)
		set := p.Request()
		if got := set.String(); !strings.Contains(got, ">Kim<") {
			p.T.Errorf("a hidden field goes back as it came, and not in %s", got)
		}
		p.Result(set, "")
		p.Finish()
	})
	account, err := m.Submit(background, kim)
	if err != nil || account.JID != "kim@shore.example" {
		t.Errorf("%+v, %v", account, err)
	}
}

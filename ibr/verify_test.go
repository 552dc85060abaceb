package ibr

import (
	"context"
	"encoding/base64"
	"errors"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/xmppreg/xmppreg/ibr/internal/scripted"
	"github.com/xmppreg/xmppreg/internal/xmltree"
)

// Servers as Verify meets them.
var (
	letsIn = func(password string) script {
		return func(p *peer) {
			p.Login(password)
			p.Finish()
		}
	}
	refusesLogin = func(password, condition string) script {
		return func(p *peer) {
			if !p.Auth("kim", password) {
				p.T.Errorf("kim did not log in with %q", password)
			}
			p.RefuseLogin(condition)
		}
	}
	isDown = func(p *peer) { p.Open("") }

	// refusesProof has the server look at the proof of a password before it refuses the login.
	refusesProof = func(condition string) script {
		encode := base64.StdEncoding.EncodeToString
		return func(p *peer) {
			p.Open(scripted.LoginFeatures("SCRAM-SHA-1"))
			first, _ := base64.StdEncoding.DecodeString(p.Request().Text)
			_, nonce, _ := strings.Cut(string(first), ",r=")
			p.Send(`<challenge xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>` + encode([]byte("r="+nonce+"more,s=QUJD,i=4096")) + `</challenge>`)
			p.Request()
			p.RefuseLogin(condition)
		}
	}

	// refusesName has the server refuse the login before it has asked for a proof.
	refusesName = func(condition string) script {
		return func(p *peer) {
			p.Open(scripted.LoginFeatures("SCRAM-SHA-1"))
			p.Request()
			p.RefuseLogin(condition)
		}
	}

	// A refusal counts when it comes twice.
	refusesTwice = func(password, condition string, then ...script) []script {
		return append(twice(refusesLogin(password, condition)), then...)
	}
	twice = func(s script) []script { return []script{s, s} }
)

// unanswered are the operations, each without an answer: the first server is given, and
// those after it.
var unanswered = map[Operation]func(t *testing.T, then ...script) (*Manager, *recorder){
	OperationSubmit: func(t *testing.T, then ...script) (*Manager, *recorder) {
		m, events := newTestManager(t, Config{}, append([]script{func(p *peer) {
			giveForm(openFeatures, plainQuery)(p)
			p.Request()
			p.Lose()
			p.Drain()
		}}, then...)...)
		if _, err := m.Submit(background, values("username", "KIM", "password", "new")); !isUnknown(err) {
			t.Fatalf("error %#v", err)
		}
		return m, events
	},
	OperationChangePassword: func(t *testing.T, then ...script) (*Manager, *recorder) {
		m, events := newTestManager(t, Config{}, append([]script{func(p *peer) {
			p.Login("old")
			p.Request()
			p.Lose()
			p.Drain()
		}}, then...)...)
		if err := m.Connect(background, Login{JID: "kim@shore.example", Password: "old"}); err != nil {
			t.Fatal(err)
		}
		if err := m.ChangePassword(background, "new", Values{}); !isUnknown(err) {
			t.Fatalf("error %#v", err)
		}
		return m, events
	},
	OperationDeleteAccount: func(t *testing.T, then ...script) (*Manager, *recorder) {
		m, events := newTestManager(t, Config{}, append([]script{func(p *peer) {
			p.Login("old")
			p.Request()
			p.Lose()
			p.Drain()
		}, isDown}, then...)...)
		if err := m.Connect(background, Login{JID: "kim@shore.example", Password: "old"}); err != nil {
			t.Fatal(err)
		}
		if err := m.DeleteAccount(background, Values{}); !isUnknown(err) {
			t.Fatalf("error %#v", err)
		}
		return m, events
	},
}

func isUnknown(err error) bool {
	e, ok := err.(*Error)
	return ok && e.OutcomeUnknown
}

func TestOutcomeIsFoundOutByALogin(t *testing.T) {
	kim := &Account{JID: "kim@shore.example", Username: "kim", Domain: "shore.example"}
	for name, tt := range map[string]struct {
		operation Operation
		logins    []script
		verdict   Verdict
		account   *Account
		reason    Reason // why it is unknown
	}{
		"created":                             {OperationSubmit, []script{letsIn("new")}, Done, kim, ""},
		"created, and locked":                 {OperationSubmit, twice(refusesProof("account-disabled")), Done, kim, ""},
		"not created":                         {OperationSubmit, refusesTwice("new", "not-authorized"), NotDone, nil, ""},
		"created, nobody knows":               {OperationSubmit, []script{isDown}, StillUnknown, nil, StreamFailed},
		"created, or another's locked":        {OperationSubmit, twice(refusesName("account-disabled")), StillUnknown, nil, Forbidden},
		"created, or another's locked, PLAIN": {OperationSubmit, refusesTwice("new", "account-disabled"), StillUnknown, nil, Forbidden},
		"created, busy":                       {OperationSubmit, []script{refusesLogin("new", "temporary-auth-failure")}, StillUnknown, nil, ServerError},

		"changed":                              {OperationChangePassword, []script{letsIn("new")}, Done, nil, ""},
		"not changed":                          {OperationChangePassword, refusesTwice("new", "not-authorized", letsIn("old")), NotDone, nil, ""},
		"changed, and locked":                  {OperationChangePassword, twice(refusesProof("account-disabled")), Done, nil, ""},
		"locked, whatever the password":        {OperationChangePassword, twice(refusesName("account-disabled")), StillUnknown, nil, Forbidden},
		"locked, whatever the password, PLAIN": {OperationChangePassword, refusesTwice("new", "account-disabled"), StillUnknown, nil, Forbidden},
		"not changed, locked since":            {OperationChangePassword, refusesTwice("new", "not-authorized", refusesTwice("old", "account-disabled")...), StillUnknown, nil, Forbidden},
		"changed, nobody knows":                {OperationChangePassword, []script{isDown}, StillUnknown, nil, StreamFailed},
		"not changed, nobody knows":            {OperationChangePassword, refusesTwice("new", "not-authorized", isDown), StillUnknown, nil, StreamFailed},
		"neither":                              {OperationChangePassword, refusesTwice("new", "not-authorized", refusesTwice("old", "not-authorized")...), StillUnknown, nil, NotAuthorized},

		"deleted":                   {OperationDeleteAccount, refusesTwice("old", "not-authorized"), Done, nil, ""},
		"deleted after a while":     {OperationDeleteAccount, refusesTwice("old", "account-disabled"), Done, nil, ""},
		"not deleted":               {OperationDeleteAccount, []script{letsIn("old")}, NotDone, nil, ""},
		"created, once refused":     {OperationSubmit, []script{refusesLogin("new", "not-authorized"), letsIn("new")}, Done, kim, ""},
		"not deleted, refused once": {OperationDeleteAccount, []script{refusesLogin("old", "not-authorized"), letsIn("old")}, NotDone, nil, ""},
		"refused for two reasons":   {OperationDeleteAccount, []script{refusesLogin("old", "not-authorized"), refusesLogin("old", "account-disabled")}, StillUnknown, nil, Protocol},
		"deleted, nobody knows":     {OperationDeleteAccount, []script{isDown}, StillUnknown, nil, StreamFailed},
	} {
		t.Run(name, func(t *testing.T) {
			m, events := unanswered[tt.operation](t, tt.logins...)
			before := len(eventNames(events))
			got, err := m.Verify(background)
			if err != nil {
				t.Fatal(err)
			}
			want := &Verification{Operation: tt.operation, Verdict: tt.verdict, JID: "kim@shore.example", Account: tt.account, Err: got.Err}
			if !reflect.DeepEqual(got, want) || (got.Err == nil) != (tt.reason == "") || got.Err != nil && got.Err.Reason != tt.reason {
				t.Errorf("found %+v (%v), want %+v", got, got.Err, want)
			}
			// The outcome was told when it was unknown: now there is the login to tell of.
			for _, name := range eventNames(events)[before:] {
				if name != "Connected" && name != "SupportChanged" && name != "Disconnected" {
					t.Errorf("told as %s", name)
				}
			}
			if tt.verdict == StillUnknown {
				return
			}
			if _, err := m.Verify(background); !isLike(err, &Error{Kind: KindForm, Reason: BadRequest}) {
				t.Errorf("once more: %v", err)
			}
		})
	}
}

func TestWhatIsStillUnknownCanBeAskedForAgain(t *testing.T) {
	m, _ := unanswered[OperationSubmit](t, isDown, letsIn("new"))
	if got, err := m.Verify(background); err != nil || got.Verdict != StillUnknown {
		t.Fatalf("found %+v, %v", got, err)
	}
	got, err := m.Verify(background)
	if err != nil || got.Verdict != Done {
		t.Fatalf("found %+v, %v", got, err)
	}
	// The account is logged in now.
	if err := m.Connect(background, Login{}); err != nil {
		t.Error(err)
	}
}

func TestPasswordThatWasFoundOutIsUsedFromThenOn(t *testing.T) {
	m, _ := unanswered[OperationChangePassword](t, refusesTwice("new", "not-authorized", letsIn("old"), letsIn("old"))...)
	if got, err := m.Verify(background); err != nil || got.Verdict != NotDone {
		t.Fatalf("found %+v, %v", got, err)
	}
	logInAgain(t, m)
}

// TestVerifyLeavesTheUserWhereTheyAre has a user log in at another server before they find out
// what came of an operation at the first: what the first says of it changes nothing there.
func TestVerifyLeavesTheUserWhereTheyAre(t *testing.T) {
	for name, tt := range map[string]struct {
		operation Operation
		logins    []script
		verdict   Verdict
	}{
		"not created":          {OperationSubmit, refusesTwice("new", "not-authorized"), NotDone},
		"nobody knows":         {OperationSubmit, []script{isDown}, StillUnknown},
		"changed nobody knows": {OperationChangePassword, []script{isDown}, StillUnknown},
		"deleted":              {OperationDeleteAccount, refusesTwice("old", "not-authorized"), Done},
	} {
		t.Run(name, func(t *testing.T) {
			atHarbour := func(p *peer) {
				p.Login("secret")
				p.Result(p.Request(), kimsRecord)
				if set := p.Request(); set.Get("to") != "harbour.example" || !strings.Contains(set.String(), "newer") {
					p.T.Errorf("sent %s", set)
				} else {
					p.Result(set, "")
				}
				p.Finish()
			}
			m, events := unanswered[tt.operation](t, append([]script{atHarbour}, tt.logins...)...)
			if err := m.Connect(background, Login{JID: "kim@harbour.example", Password: "secret"}); err != nil {
				t.Fatal(err)
			}
			f, err := m.RequestForm(background, "")
			if err != nil || f.Domain != "harbour.example" {
				t.Fatalf("form %+v, %v", f, err)
			}
			before := len(eventNames(events))
			if got, err := m.Verify(background); err != nil || got.Verdict != tt.verdict || got.JID != "kim@shore.example" {
				t.Errorf("found %+v, %v", got, err)
			}
			if got := eventNames(events)[before:]; len(got) > 0 {
				t.Errorf("told of %v", got)
			}
			if f := m.forms.toFillIn(); f == nil || f.Domain != "harbour.example" {
				t.Errorf("the form to fill in is %+v", f)
			}
			if err := m.ChangePassword(background, "newer", Values{}); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestVerifyMovesTheUserToAnAccountThatIsThere is the other outcome: that account is logged in.
func TestVerifyMovesTheUserToAnAccountThatIsThere(t *testing.T) {
	m, _ := unanswered[OperationSubmit](t, func(p *peer) {
		p.Login("secret")
		p.Finish()
	}, func(p *peer) {
		p.Login("new")
		set := p.Request()
		if p.Target.Domain != "shore.example" || set.Get("to") != "shore.example" {
			p.T.Errorf("sent %s to %s", set, p.Target.Domain)
		}
		p.Result(set, "")
		p.Finish()
	})
	if err := m.Connect(background, Login{JID: "kim@harbour.example", Password: "secret"}); err != nil {
		t.Fatal(err)
	}
	if got, err := m.Verify(background); err != nil || got.Verdict != Done {
		t.Fatalf("found %+v, %v", got, err)
	}
	if err := m.ChangePassword(background, "newer", Values{}); err != nil {
		t.Error(err)
	}
}

func TestAccountThatWasFoundDeletedIsForgotten(t *testing.T) {
	m, _ := unanswered[OperationDeleteAccount](t, refusesTwice("old", "not-authorized")...)
	if got, err := m.Verify(background); err != nil || got.Verdict != Done {
		t.Fatalf("found %+v, %v", got, err)
	}
	if err := m.Connect(background, Login{}); !errors.Is(err, NotAuthorized) {
		t.Errorf("logged in: %v", err)
	}
}

func TestVerifyIsAborted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(background)
		m, _ := unanswered[OperationSubmit](t, append([]script{func(p *peer) {
			p.Open("")
			synctest.Wait()
			cancel()
			p.Drain()
		}}, refusesTwice("new", "not-authorized")...)...)
		if got, err := m.Verify(ctx); !errors.Is(err, Aborted) {
			t.Errorf("found %+v, %v", got, err)
		}
		if got, err := m.Verify(background); err != nil || got.Verdict != NotDone {
			t.Errorf("found %+v, %v", got, err)
		}
	})
}

func TestThereIsNothingToFindOutWhereAllIsKnown(t *testing.T) {
	m, _ := newTestManager(t, Config{}, func(p *peer) {
		giveForm(openFeatures, plainQuery)(p)
		p.Result(p.Request(), "")
		p.Finish()
	})
	if _, err := m.Verify(background); !isLike(err, &Error{Kind: KindForm, Reason: BadRequest}) {
		t.Errorf("before anything: %v", err)
	}
	if _, err := m.Submit(background, kim); err != nil {
		t.Fatal(err)
	}
	if _, err := m.Verify(background); !isLike(err, &Error{Kind: KindForm, Reason: BadRequest}) {
		t.Errorf("after a success: %v", err)
	}
}

// The name may be taken by the user's own account.
func TestSubmitOfTheSameNameCanBeVerifiedAfterAConflict(t *testing.T) {
	m, _ := unanswered[OperationSubmit](t, func(p *peer) {
		giveForm(openFeatures, plainQuery)(p)
		p.Fail(p.Request(), scripted.StanzaError("cancel", "conflict"))
		p.Finish()
	}, letsIn("new"))
	if _, err := m.Submit(background, values("username", "kim", "password", "new")); !errors.Is(err, UsernameTaken) {
		t.Fatal(err)
	}
	if got, err := m.Verify(background); err != nil || got.Verdict != Done {
		t.Errorf("found %+v, %v", got, err)
	}
}

func TestVerifySendsNothingThatChangesAnything(t *testing.T) {
	for operation, begin := range unanswered {
		var sent []string
		password := "new"
		if operation == OperationDeleteAccount {
			password = "old"
		}
		m, events := begin(t, letsIn(password))
		before := len(eventsOf[Log](events))
		if _, err := m.Verify(background); err != nil {
			t.Error(err)
		}
		for _, l := range eventsOf[Log](events)[before:] {
			if l.Level == LogSent {
				sent = append(sent, l.Message)
			}
		}
		for _, stanza := range sent {
			if e, err := xmltree.Parse([]byte(stanza)); err == nil && e.Get("type") == "set" || strings.Contains(stanza, nsRegister) {
				t.Errorf("%s: sent %s", operation, stanza)
			}
		}
		m.Disconnect()
	}
}

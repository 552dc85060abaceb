package ibr

import (
	"context"
	"errors"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"mellium.im/sasl"

	"github.com/xmppreg/xmppreg/ibr/internal/scripted"
)

var background = context.Background()

// connected is a manager that is logged in as kim and then goes on with play.
func connected(t *testing.T, play script, more ...script) (*Manager, *recorder) {
	t.Helper()
	m, events := newTestManager(t, Config{Domain: "shore.example"}, append([]script{func(p *peer) {
		p.Login("pw")
		play(p)
	}}, more...)...)
	if err := m.Connect(background, kimsLogin); err != nil {
		t.Fatal(err)
	}
	return m, events
}

func TestBestMechanismIsUsed(t *testing.T) {
	for _, tt := range []struct {
		offered []string
		want    sasl.Mechanism
	}{
		{[]string{"PLAIN", "SCRAM-SHA-1", "SCRAM-SHA-256"}, sasl.ScramSha256},
		{[]string{"X-OAUTH2", "PLAIN", "SCRAM-SHA-1"}, sasl.ScramSha1},
		{[]string{"DIGEST-MD5", "PLAIN"}, sasl.Plain},
	} {
		t.Run(tt.want.Name, func(t *testing.T) {
			m, events := newTestManager(t, Config{Domain: "elsewhere.example"}, func(p *peer) {
				if tt.want.Name == "PLAIN" {
					if !p.Auth("kim", "pä ss") {
						p.T.Error("not logged in with PLAIN")
					}
					p.Send(scripted.Success)
				} else {
					p.Open(scripted.LoginFeatures(tt.offered...))
					p.SCRAM(tt.want, "kim", "pä ss", 4096)
				}
				p.Bind("kim@shore.example/r1", true)
				p.Finish()
			})
			// A no-break space is a space to SCRAM (RFC 4013), and PLAIN leaves that to the server.
			password := "pä\u00A0ss"
			if tt.want.Name == "PLAIN" {
				password = "pä ss"
			}
			if err := m.Connect(background, Login{JID: "KIM@SHORE.example/phone", Password: password}); err != nil {
				t.Fatal(err)
			}
			if c := eventsOf[Connected](events); len(c) != 1 || c[0].JID != "kim@shore.example/r1" {
				t.Errorf("connected as %v", c)
			}
		})
	}
}

func TestLoginThatIsRefused(t *testing.T) {
	for condition, reason := range map[string]Reason{
		"not-authorized":         NotAuthorized,
		"account-disabled":       Forbidden,
		"credentials-expired":    NotAuthorized,
		"temporary-auth-failure": ServerError,
		"encryption-required":    ServerMisconfigured,
		"mechanism-too-weak":     NotSupported,
		"something-new":          Unknown,
	} {
		t.Run(condition, func(t *testing.T) {
			m, events := newTestManager(t, Config{Lang: "en"}, func(p *peer) {
				p.Auth("kim", "pw")
				p.RefuseLogin(condition)
			})
			err := m.Connect(background, kimsLogin)
			var e *Error
			if !errors.As(err, &e) || e.Kind != KindSASL || e.Condition != condition || e.Reason != reason || e.Text != "No." || e.Error() == "" {
				t.Errorf("error %#v", err)
			}
			if names := eventNames(events); len(names) > 0 {
				t.Errorf("events %v", names)
			}
		})
	}
	t.Run("no common mechanism", func(t *testing.T) {
		m, _ := newTestManager(t, Config{}, func(p *peer) {
			p.Open(scripted.LoginFeatures("X-OAUTH2"))
			p.Drain()
		})
		want := &Error{Kind: KindSASL, Condition: "invalid-mechanism", Reason: NotSupported}
		if err := m.Connect(background, kimsLogin); !isLike(err, want) {
			t.Errorf("error %#v", err)
		}
	})
}

// A server that had SCRAM and offers only PLAIN later may be another one, which wants the
// password. It does not matter what came of what was tried first.
func TestMechanismsMustNotShrinkBetweenLogins(t *testing.T) {
	proves := func(p *peer) {
		p.Open(scripted.LoginFeatures("PLAIN", "SCRAM-SHA-256"))
		p.SCRAM(sasl.ScramSha256, "kim", "pw", 4096)
		p.Bind("kim@shore.example/r1", true)
		p.Finish()
	}
	connect := func(t *testing.T, m *Manager) {
		t.Helper()
		if err := m.Connect(background, kimsLogin); err != nil {
			t.Fatal(err)
		}
	}
	connectsAndLeaves := func(t *testing.T, m *Manager) {
		connect(t, m)
		m.Disconnect()
	}
	fails := func(t *testing.T, m *Manager) {
		t.Helper()
		if err := m.Connect(background, kimsLogin); err == nil {
			t.Fatal("kim is logged in")
		}
	}
	visits := func(t *testing.T, m *Manager) {
		t.Helper()
		if _, err := m.RequestForm(background, ""); err != nil {
			t.Fatal(err)
		}
		m.Disconnect()
	}
	firsts := map[string]struct {
		play script
		do   func(*testing.T, *Manager)
	}{
		"a login": {proves, connectsAndLeaves},
		"a login with SASL2": {func(p *peer) {
			p.Open(scripted.SASL2Features("", "PLAIN", "SCRAM-SHA-1"))
			p.SCRAM2(sasl.ScramSha1, "kim", "pw", 4096, "<authorization-identifier>kim@shore.example</authorization-identifier>")
			p.Send(bindFeatures)
			p.Result(p.Request(), "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>kim@shore.example/r1</jid></bind>")
			p.Result(p.Request(), "<query xmlns='http://jabber.org/protocol/disco#info'/>")
			p.Finish()
		}, connectsAndLeaves},
		"a login that is lost": {func(p *peer) {
			p.Open(scripted.LoginFeatures("SCRAM-SHA-1", "PLAIN"))
			p.Request()
		}, fails},
		"a login that is refused": {func(p *peer) {
			p.Open(scripted.LoginFeatures("SCRAM-SHA-1", "PLAIN"))
			p.SCRAM(sasl.ScramSha1, "kim", "another", 4096)
		}, fails},
		"a guest's visit": {func(p *peer) {
			giveForm(scripted.LoginFeatures("SCRAM-SHA-1", "PLAIN"), plainQuery)(p)
			p.Finish()
		}, visits},
		"a guest's visit, SCRAM for SASL2 alone": {func(p *peer) {
			giveForm(scripted.FeaturesOfBoth("PLAIN", "SCRAM-SHA-1"), plainQuery)(p)
			p.Finish()
		}, visits},
	}
	shrunk := map[string]string{"PLAIN alone": scripted.LoginFeatures("PLAIN"), "PLAIN with SASL2": scripted.SASL2Features("", "PLAIN")}
	isBreach := func(t *testing.T, err error) {
		t.Helper()
		if !isLike(err, &Error{Kind: KindSASL, Reason: Protocol}) {
			t.Errorf("error %#v", err)
		}
	}
	for first, before := range firsts {
		for then, features := range shrunk {
			t.Run(first+", then "+then, func(t *testing.T) {
				m, _ := newTestManager(t, Config{}, before.play, func(p *peer) {
					p.Open(features)
					p.Drain()
				}, func(p *peer) {
					p.Open(features) // nor does it get another account's
					p.Drain()
				}, func(p *peer) {
					p.Open(scripted.LoginFeatures("SCRAM-SHA-1", "PLAIN")) // the server may have another hash function
					p.SCRAM(sasl.ScramSha1, "kim", "pw", 4096)
					p.Bind("kim@shore.example/r1", true)
					p.Finish()
				})
				before.do(t, m)
				isBreach(t, m.Connect(background, kimsLogin))
				isBreach(t, m.Connect(background, Login{JID: "bob@shore.example", Password: "bob's"}))
				connect(t, m)
			})
		}
	}

	// The manager logs in by itself when the connection was lost.
	plainOnly := func(p *peer) {
		p.Open(scripted.LoginFeatures("PLAIN"))
		p.Drain()
	}
	lostThen := func(then script) script {
		return func(p *peer) {
			p.Open(scripted.LoginFeatures("PLAIN", "SCRAM-SHA-1"))
			p.SCRAM(sasl.ScramSha1, "kim", "pw", 4096)
			p.Bind("kim@shore.example/r1", true)
			then(p)
			p.Lose()
			p.Drain()
		}
	}
	t.Run("another login of the manager's own", func(t *testing.T) {
		m, events := newTestManager(t, Config{}, lostThen(func(*peer) {}), plainOnly)
		connect(t, m)
		waitFor[Disconnected](t, events)
		isBreach(t, m.ChangePassword(background, "new", Values{}))
	})
	t.Run("the login that finds out", func(t *testing.T) {
		m, _ := newTestManager(t, Config{}, lostThen(func(p *peer) { p.Request() }), plainOnly, plainOnly)
		connect(t, m)
		if err := m.DeleteAccount(background, Values{}); !isUnknown(err) {
			t.Errorf("error %v", err)
		}
		if got, err := m.Verify(background); err != nil || got.Verdict != StillUnknown || got.Err.Reason != Protocol {
			t.Errorf("found %+v, %v", got, err)
		}
	})
	t.Run("a server of another domain", func(t *testing.T) {
		m, _ := newTestManager(t, Config{}, proves, func(p *peer) {
			p.Login("pw") // with PLAIN, which is all that this one has ever had
			p.Finish()
		})
		connectsAndLeaves(t, m)
		if err := m.Connect(background, Login{JID: "kim@dune.example", Password: "pw"}); err != nil {
			t.Error(err)
		}
	})
}

// An account that is being deleted is locked for a while: the server may say until when.
func TestLoginToALockedAccountSaysUntilWhen(t *testing.T) {
	m, _ := newTestManager(t, Config{Lang: "en"}, func(p *peer) {
		p.Auth("kim", "pw")
		p.Send(`<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><account-disabled/><text xml:lang='en'>Account deleted</text><pending-deletion xmlns='urn:example:n' stamp='2030-01-02T03:04:05Z'/></failure>`)
		p.Finish()
	})
	err := m.Connect(background, kimsLogin)
	var e *Error
	if !errors.As(err, &e) || e.Kind != KindSASL || e.Condition != "account-disabled" || e.Text != "Account deleted" ||
		e.Application != "pending-deletion" || !e.RetryAt.Equal(time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)) {
		t.Errorf("error %#v", err)
	}
}

func TestElementThatHasNoPlaceInALoginIsNamed(t *testing.T) {
	m, _ := newTestManager(t, Config{}, func(p *peer) {
		p.Open(scripted.LoginFeatures("PLAIN"))
		p.Request()
		p.Send(`<iq type='get' id='1'/>`)
		p.Drain()
	})
	const want = "protocol: <iq xmlns='jabber:client'/> came while the stream was being negotiated"
	if err := m.Connect(background, kimsLogin); !isLike(err, &Error{Kind: KindStream, Reason: Protocol}) || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
}

func TestNothingTravelsOverAnInsecureConnection(t *testing.T) {
	d := scripted.NewDialer(t, func(p *peer) {
		p.Open(scripted.LoginFeatures("PLAIN"))
		p.Drain()
	})
	d.Insecure = true
	m, err := NewManager(Config{Domain: "shore.example", Dialer: d})
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Connect(background, kimsLogin); !isLike(err, &Error{Kind: KindTransport, Reason: UnsafeURL}) {
		t.Errorf("error %#v", err)
	}
}

func TestSupportIsDiscoveredAndForgotten(t *testing.T) {
	for _, supported := range []bool{true, false} {
		m, events := newTestManager(t, Config{}, func(p *peer) {
			p.Auth("kim", "pw")
			p.Send(scripted.Success)
			p.Bind("kim@shore.example/r1", supported)
			p.Finish()
		})
		if err := m.Connect(background, kimsLogin); err != nil {
			t.Fatal(err)
		}
		if m.SupportedByServer() != supported {
			t.Errorf("supported is %t", m.SupportedByServer())
		}
		m.Disconnect()
		if m.SupportedByServer() {
			t.Error("supported after the disconnect")
		}
		var want []SupportChanged
		if supported {
			want = []SupportChanged{{true}, {false}}
		}
		if got := eventsOf[SupportChanged](events); !reflect.DeepEqual(got, want) {
			t.Errorf("changes %v", got)
		}
	}
}

func TestDiscoveryFeatures(t *testing.T) {
	if got := DiscoveryFeatures(); !reflect.DeepEqual(got, []string{"jabber:iq:register"}) {
		t.Error(got)
	}
}

func TestConnectUsesWhatItKnows(t *testing.T) {
	m, events := newTestManager(t, Config{}, func(p *peer) {
		p.Login("pw")
		p.Finish()
	}, func(p *peer) {
		p.Login("pw")
		p.Finish()
	})
	if err := m.Connect(background, Login{}); !isLike(err, &Error{Kind: KindForm, Reason: NotAuthorized}) {
		t.Errorf("without anything known: %v", err)
	}
	for _, login := range []Login{kimsLogin, {}, {JID: "KIM@shore.example", Password: "other"}} {
		if err := m.Connect(background, login); err != nil {
			t.Fatal(err)
		}
	}
	m.Disconnect()
	if err := m.Connect(background, Login{}); err != nil {
		t.Fatal(err)
	}
	if n := len(eventsOf[Connected](events)); n != 2 {
		t.Errorf("connected %d times", n)
	}
}

func TestNewAccountLogsInWithoutBeingTold(t *testing.T) {
	m, _ := newTestManager(t, Config{}, func(p *peer) {
		giveForm(openFeatures, dataQuery)(p)
		p.Result(p.Request(), "")
		p.Finish()
	}, func(p *peer) {
		p.Login("a&b<c")
		p.Finish()
	})
	if _, err := m.Submit(background, kim); err != nil {
		t.Fatal(err)
	}
	if err := m.Connect(background, Login{}); err != nil {
		t.Fatal(err)
	}
}

func TestPasswordIsChanged(t *testing.T) {
	m, events := connected(t, func(p *peer) {
		set := p.Request()
		if got, want := set.Children[0].String(), `<query xmlns='jabber:iq:register'><username>kim</username><password>new</password></query>`; set.Get("type") != "set" || set.Get("to") != "shore.example" || got != want {
			p.T.Errorf("sent %s", set.String())
		}
		p.Send(`<iq type='result' from='kim@shore.example' id='` + set.Get("id") + `'/>`)
		p.Finish()
	}, func(p *peer) {
		p.Login("new")
		p.Finish()
	})
	if err := m.ChangePassword(background, "new", Values{}); err != nil {
		t.Fatal(err)
	}
	if got := eventsOf[PasswordChanged](events); len(got) != 1 || got[0].NewPassword != "new" {
		t.Errorf("events %v", got)
	}
	m.Disconnect()
	if err := m.Connect(background, Login{}); err != nil {
		t.Error(err)
	}
}

func TestEmptyPasswordIsNotSent(t *testing.T) {
	m, events := connected(t, (*peer).Finish)
	for _, password := range []string{"", "a\x00b"} {
		if err := m.ChangePassword(background, password, Values{}); !isLike(err, &Error{Kind: KindForm, Reason: Rejected, Field: "password"}) {
			t.Errorf("%q: %v", password, err)
		}
	}
	if n := len(eventsOf[PasswordChangeFailed](events)); n != 2 {
		t.Errorf("%d events", n)
	}
}

func TestPasswordThatIsRefusedStaysTheOldOne(t *testing.T) {
	m, events := connected(t, func(p *peer) {
		p.Fail(p.Request(), `<error type='modify'><not-acceptable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/><text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>too short</text></error>`)
		p.Finish()
	}, func(p *peer) {
		p.Login("pw")
		p.Finish()
	})
	err := m.ChangePassword(background, "new", Values{})
	if !isLike(err, &Error{Kind: KindStanza, Reason: Rejected, Type: "modify", Condition: "not-acceptable"}) {
		t.Errorf("error %v", err)
	}
	if got := eventsOf[PasswordChangeFailed](events); len(got) != 1 || got[0].Err.Text != "too short" || len(eventsOf[PasswordChanged](events)) > 0 {
		t.Errorf("events %v", got)
	}
	m.Disconnect()
	if err := m.Connect(background, Login{}); err != nil {
		t.Error(err)
	}
}

func TestTwoChangesRunOneAfterTheOther(t *testing.T) {
	m, events := connected(t, func(p *peer) {
		first := p.Request()
		p.Result(first, "") // and only then comes the second
		second := p.Request()
		p.Result(second, "")
		if first.Children[0].ChildText(nsRegister, "password") == second.Children[0].ChildText(nsRegister, "password") {
			p.T.Error("the same change twice")
		}
		p.Finish()
	})
	var both sync.WaitGroup
	for _, password := range []string{"one", "two"} {
		both.Add(1)
		go func() {
			defer both.Done()
			if err := m.ChangePassword(background, password, Values{}); err != nil {
				t.Error(err)
			}
		}()
	}
	both.Wait()
	if n := len(eventsOf[PasswordChanged](events)); n != 2 {
		t.Errorf("%d changes", n)
	}
}

func TestLoginAfterAChangeThatNobodyAnswered(t *testing.T) {
	for name, second := range map[string]script{
		"new one holds": func(p *peer) {
			p.Login("new")
			p.Finish()
		},
		"old one holds": nil,
	} {
		t.Run(name, func(t *testing.T) {
			scripts := []script{second}
			if second == nil {
				scripts = []script{func(p *peer) {
					if !p.Auth("kim", "new") {
						p.T.Error("the new password was not tried first")
					}
					p.RefuseLogin("not-authorized")
				}, func(p *peer) {
					p.Login("pw")
					p.Finish()
				}}
			}
			m, _ := connected(t, func(p *peer) { p.Request() }, scripts...)
			err := m.ChangePassword(background, "new", Values{})
			if !errors.Is(err, OutcomeUnknown) {
				t.Errorf("error %v", err)
			}
			if err := m.Connect(background, Login{}); err != nil {
				t.Error(err)
			}
		})
	}
}

const changeForm = `<query xmlns='jabber:iq:register'><x xmlns='jabber:x:data' type='form'><field type='hidden' var='FORM_TYPE'><value>jabber:iq:register:changepassword</value></field><field type='text-single' var='username'><required/></field><field type='text-private' var='old_password'><required/></field><field type='text-private' var='password'><required/></field></x></query>`

func TestChangeThatTheServerWantsMoreFor(t *testing.T) {
	for _, typ := range []string{"modify", "cancel"} { // the form decides, not the type
		t.Run(typ, func(t *testing.T) {
			var form element
			m, events := connected(t, func(p *peer) {
				p.Fail(p.Request(), changeForm+scripted.StanzaError(typ, "not-authorized"))
				form = p.Request()
				p.Result(form, "")
				p.Finish()
			})
			err := m.ChangePassword(background, "new", Values{})
			var e *Error
			if !errors.As(err, &e) || e.Form == nil || e.Form.Field("old_password") == nil || e.Reason != NotAuthorized {
				t.Fatalf("error %#v", err)
			}
			err = m.ChangePassword(background, "new", Values{Fields: map[string][]string{"old_password": {""}}})
			if !isLike(err, &Error{Kind: KindForm, Field: "old_password"}) {
				t.Fatalf("an answer that is missing: %v", err)
			}
			err = m.ChangePassword(background, "new", Values{Fields: map[string][]string{"old_password": {"pw"}}})
			if err != nil {
				t.Fatal(err)
			}
			if len(eventsOf[PasswordChanged](events)) != 1 {
				t.Error("no event")
			}
			m.Disconnect()
			answers := map[string]string{}
			x := form.Children[0].Child(nsData, "x")
			for i := range x.Children {
				answers[x.Children[i].Get("var")] = x.Children[i].ChildText(nsData, "value")
			}
			want := map[string]string{"FORM_TYPE": "jabber:iq:register:changepassword", "username": "kim", "old_password": "pw", "password": "new"}
			if x.Get("type") != "submit" || !reflect.DeepEqual(answers, want) {
				t.Errorf("sent %v", answers)
			}
		})
	}
}

func TestAccountIsDeleted(t *testing.T) {
	const streamError = `<stream:error><%s xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error></stream:stream>`
	result := func(p *peer, set element) { p.Result(set, "") }
	for name, play := range map[string]func(*peer, element){
		"a result": func(p *peer, set element) { result(p, set); p.Finish() },
		"a result from the full address": func(p *peer, set element) {
			p.Send(`<iq type='result' from='kim@shore.example/r1' id='` + set.Get("id") + `'/>`)
			p.Finish()
		},
		"a result and a close": func(p *peer, set element) { p.Send(`<iq type='result' id='` + set.Get("id") + `'/></stream:stream>`) },
		"a result and a stream error": func(p *peer, set element) {
			p.Send(`<iq type='result' id='` + set.Get("id") + `'/>` + strings.Replace(streamError, "%s", "not-authorized", 1))
		},
		"not-authorized alone": func(p *peer, _ element) { p.Send(strings.Replace(streamError, "%s", "not-authorized", 1)) },
		"conflict alone":       func(p *peer, _ element) { p.Send(strings.Replace(streamError, "%s", "conflict", 1)) },
	} {
		t.Run(name, func(t *testing.T) {
			var more []script
			if strings.HasSuffix(name, "alone") {
				more = []script{func(*peer) {}} // to log in settles nothing
			}
			m, events := connected(t, func(p *peer) {
				set := p.Request()
				if got, want := set.Children[0].String(), `<query xmlns='jabber:iq:register'><remove/></query>`; got != want || set.Get("to") != "" || set.Get("from") != "" {
					p.T.Errorf("sent %s", set.String())
				}
				play(p, set)
			}, more...)
			if err := m.DeleteAccount(background, Values{}); err != nil {
				t.Fatal(err)
			}
			want := []string{"Connected", "SupportChanged", "AccountDeleted", "SupportChanged", "Disconnected"}
			if got := eventNames(events); !reflect.DeepEqual(got, want) {
				t.Errorf("events %v, want %v", got, want)
			}
			if got := eventsOf[AccountDeleted](events); got[0].JID != "kim@shore.example" {
				t.Errorf("deleted %v", got)
			}
			if err := m.Connect(background, Login{}); !isLike(err, &Error{Kind: KindForm}) {
				t.Errorf("the manager still knows the account: %v", err)
			}
		})
	}
}

func TestDeletionThatWasCutOffIsFoundOut(t *testing.T) {
	lost := func(p *peer) { p.Request() }
	t.Run("deleted", func(t *testing.T) {
		refuse := refusesLogin("pw", "not-authorized")
		m, events := connected(t, lost, refuse, refuse)
		if err := m.DeleteAccount(background, Values{}); err != nil {
			t.Fatal(err)
		}
		if got, want := eventNames(events)[2:], []string{"AccountDeleted", "SupportChanged", "Disconnected"}; !reflect.DeepEqual(got, want) {
			t.Errorf("events %v, want %v", got, want)
		}
	})
	t.Run("not deleted", func(t *testing.T) {
		m, events := connected(t, lost, func(p *peer) {
			p.Login("pw")
			p.Finish()
		})
		err := m.DeleteAccount(background, Values{})
		var e *Error
		if !errors.As(err, &e) || e.OutcomeUnknown {
			t.Errorf("error %#v", err)
		}
		if got, want := eventNames(events)[2:], []string{"SupportChanged", "Disconnected", "Connected", "SupportChanged", "AccountDeletionFailed"}; !reflect.DeepEqual(got, want) {
			t.Errorf("events %v, want %v", got, want)
		}
	})
	t.Run("nobody knows", func(t *testing.T) {
		m, events := connected(t, lost, func(p *peer) {})
		err := m.DeleteAccount(background, Values{})
		if !errors.Is(err, OutcomeUnknown) || !err.(*Error).OutcomeUnknown {
			t.Errorf("error %#v", err)
		}
		if got, want := eventNames(events)[2:], []string{"AccountDeletionFailed", "SupportChanged", "Disconnected"}; !reflect.DeepEqual(got, want) {
			t.Errorf("events %v, want %v", got, want)
		}
	})
}

func TestDeletionThatIsRefusedLeavesTheUserLoggedIn(t *testing.T) {
	m, events := connected(t, func(p *peer) {
		p.Fail(p.Request(), scripted.StanzaError("cancel", "not-allowed"))
		p.Result(p.Request(), "")
		p.Finish()
	})
	if err := m.DeleteAccount(background, Values{}); !isLike(err, &Error{Reason: NotAllowed, Type: "cancel"}) {
		t.Errorf("error %v", err)
	}
	if len(eventsOf[AccountDeletionFailed](events)) != 1 || len(eventsOf[Disconnected](events)) != 0 {
		t.Errorf("events %v", eventNames(events))
	}
	if err := m.ChangePassword(background, "new", Values{}); err != nil {
		t.Error(err)
	}
}

func TestDeletionThatTheServerWantsMoreFor(t *testing.T) {
	m, _ := connected(t, func(p *peer) {
		p.Fail(p.Request(), `<query xmlns='jabber:iq:register'><x xmlns='jabber:x:data' type='form'><field type='hidden' var='FORM_TYPE'><value>jabber:iq:register:cancel</value></field><field type='text-single' var='username'><required/></field><field type='text-private' var='password'><required/></field></x></query>`+scripted.StanzaError("cancel", "not-allowed"))
		set := p.Request()
		if got := set.String(); !strings.Contains(got, "jabber:iq:register:cancel") || !strings.Contains(got, ">kim<") || !strings.Contains(got, ">pw<") || strings.Contains(got, "<remove") {
			p.T.Errorf("sent %s", got)
		}
		p.Send(`<stream:error><not-authorized xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error></stream:stream>`)
	}, func(*peer) {})
	err := m.DeleteAccount(background, Values{})
	var e *Error
	if !errors.As(err, &e) || e.Form == nil {
		t.Fatalf("error %#v", err)
	}
	if err := m.DeleteAccount(background, Values{Fields: map[string][]string{"password": {"pw"}}}); err != nil {
		t.Fatal(err)
	}
}

func TestSecondStageThatLeavesNothingToSayIsAnswered(t *testing.T) {
	m, _ := connected(t, func(p *peer) {
		p.Fail(p.Request(), `<query xmlns='jabber:iq:register'><x xmlns='jabber:x:data' type='form'><field type='hidden' var='FORM_TYPE'><value>jabber:iq:register:cancel</value></field><field type='hidden' var='sure'><value>yes</value></field></x></query>`+scripted.StanzaError("cancel", "not-allowed"))
		set := p.Request()
		if got := set.String(); !strings.Contains(got, ">yes<") {
			p.T.Errorf("sent %s", got)
		}
		p.Result(set, "")
	})
	var e *Error
	if err := m.DeleteAccount(background, Values{}); !errors.As(err, &e) || e.Form == nil {
		t.Fatalf("error %#v", err)
	}
	if err := m.DeleteAccount(background, values()); err != nil {
		t.Error(err)
	}
}

func TestCaptchaOfASecondStageIsNotAnsweredUnseen(t *testing.T) {
	captcha := func(id string) string {
		return `<query xmlns='jabber:iq:register'><x xmlns='jabber:x:data' type='form'><field type='hidden' var='challenge'><value>` + id + `</value></field><field var='ocr'/></x></query>` + scripted.StanzaError("cancel", "not-allowed")
	}
	answered := make(chan struct{})
	m, events := connected(t, func(p *peer) {
		p.Fail(p.Request(), captcha("one"))
		<-answered
		p.Send(lost)
	}, func(p *peer) {
		p.Login("pw")
		p.Fail(p.Request(), captcha("two"))
		set := p.Request()
		if got := set.String(); !strings.Contains(got, ">two<") || !strings.Contains(got, ">second answer<") {
			p.T.Errorf("sent %s", got)
		}
		p.Result(set, "")
	})
	var e *Error
	if err := m.DeleteAccount(background, Values{}); !errors.As(err, &e) || e.Form == nil {
		t.Fatalf("error %#v", err)
	}
	close(answered)
	waitFor[Disconnected](t, events)
	if err := m.DeleteAccount(background, values("ocr", "first answer")); !errors.As(err, &e) || firstOf(e.Form.Field("challenge").Values) != "two" {
		t.Fatalf("error %#v", err)
	}
	if err := m.DeleteAccount(background, values("ocr", "second answer")); err != nil {
		t.Error(err)
	}
}

func TestSecondDeletionIsBusy(t *testing.T) {
	asked, answer := make(chan struct{}), make(chan struct{})
	m, _ := connected(t, func(p *peer) {
		set := p.Request()
		close(asked)
		<-answer
		p.Result(set, "")
		p.Finish()
	})
	first := make(chan error, 1)
	go func() { first <- m.DeleteAccount(background, Values{}) }()
	<-asked
	if err := m.DeleteAccount(background, Values{}); !errors.Is(err, Busy) {
		t.Errorf("error %v", err)
	}
	close(answer)
	if err := <-first; err != nil {
		t.Error(err)
	}
}

func TestKeptFormIsSentAsItIs(t *testing.T) {
	for _, tt := range []struct{ name, query, want string }{
		{"old-style fields where there was no form", "", "<username"},
		{"the form it was asked for with", dataQuery, "<x"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m, events := newTestManager(t, Config{}, func(p *peer) {
				p.Open(openFeatures)
				if tt.query != "" {
					p.Result(p.Request(), tt.query)
				}
				set := p.Request()
				if got := set.Children[0].String(); !strings.Contains(got, tt.want) || strings.Contains(got, "<username") == strings.Contains(got, "<x") {
					p.T.Errorf("sent %s", got)
				}
				p.Result(set, "")
				p.Finish()
			})
			if tt.query != "" {
				if _, err := m.RequestForm(background, ""); err != nil {
					t.Fatal(err)
				}
			}
			m.SetFormToSend(Values{Fields: map[string][]string{"password": {"s3cr3t"}, "email": {"a@b.example"}, "username": {"someone"}}})
			account, err := m.SendForm(background)
			if err != nil || account.JID != "someone@shore.example" {
				t.Fatal(account, err)
			}
			if len(eventsOf[Succeeded](events)) != 1 {
				t.Error("no event")
			}
			if _, err := m.SendForm(background); !isLike(err, &Error{Kind: KindForm}) {
				t.Errorf("sent again: %v", err)
			}
		})
	}
}

func TestRegisterOnConnect(t *testing.T) {
	t.Run("asks for the form", func(t *testing.T) {
		m, events := newTestManager(t, Config{}, func(p *peer) {
			p.Open(openFeatures)
			get := p.Request()
			if get.Get("type") != "get" {
				p.T.Errorf("sent %s", get.String())
			}
			p.Result(get, plainQuery)
			p.Finish()
		})
		m.SetRegisterOnConnect(true)
		if !m.RegisterOnConnect() {
			t.Error("not enabled")
		}
		if err := m.Connect(background, Login{}); err != nil {
			t.Fatal(err)
		}
		waitFor[FormReceived](t, events)
	})
	t.Run("sends the kept form", func(t *testing.T) {
		m, events := newTestManager(t, Config{}, func(p *peer) {
			p.Open(openFeatures)
			set := p.Request()
			if set.Get("type") != "set" {
				p.T.Errorf("sent %s", set.String())
			}
			p.Result(set, "")
			p.Finish()
		})
		m.SetRegisterOnConnect(true)
		m.SetFormToSend(kim)
		if err := m.Connect(background, Login{JID: "shore.example"}); err != nil {
			t.Fatal(err)
		}
		waitFor[Succeeded](t, events)
	})
	t.Run("feature is missing", func(t *testing.T) {
		m, events := newTestManager(t, Config{}, func(p *peer) {
			p.Open(bindFeatures)
			p.Finish()
		})
		m.SetRegisterOnConnect(true)
		err := m.Connect(background, Login{})
		if !isLike(err, &Error{Reason: NotAdvertised, Type: "cancel", Condition: "feature-not-implemented"}) {
			t.Errorf("error %v", err)
		}
		if got, want := eventNames(events), []string{"Connected", "Failed", "Disconnected"}; !reflect.DeepEqual(got, want) {
			t.Errorf("events %v, want %v", got, want)
		}
	})
}

func TestServicesOfOthersAreRegisteredWith(t *testing.T) {
	m, events := connected(t, func(p *peer) {
		get := p.Request()
		if get.Get("to") != "icq.shore.example" {
			p.T.Errorf("asked %s", get.String())
		}
		// Only the service itself may answer.
		p.Send(`<iq type='result' id='` + get.Get("id") + `'><query xmlns='jabber:iq:register'><username/></query></iq>`)
		p.Send(`<iq type='result' id='` + get.Get("id") + `' from='icq.shore.example'><query xmlns='jabber:iq:register'><registered/><username>Old Name</username><password/></query></iq>`)
		set := p.Request()
		if got := set.Children[0].ChildText(nsRegister, "username"); set.Get("to") != "icq.shore.example" || got != "New Name" {
			p.T.Errorf("sent %s", set.String())
		}
		p.Send(`<iq type='result' id='` + set.Get("id") + `' from='icq.shore.example'/>`)
		remove := p.Request()
		if remove.Get("to") != "icq.shore.example" || remove.Children[0].Child(nsRegister, "remove") == nil {
			p.T.Errorf("sent %s", remove.String())
		}
		p.Send(`<iq type='result' id='` + remove.Get("id") + `' from='icq.shore.example'/>`)
		p.Finish()
	})
	form, err := m.RequestForm(background, "icq.shore.example")
	if err != nil {
		t.Fatal(err)
	}
	if !form.Registered || form.Service != "icq.shore.example" || firstOf(form.Field("username").Values) != "Old Name" {
		t.Errorf("form %+v", form)
	}
	account, err := m.Submit(background, Values{Fields: map[string][]string{"username": {"New Name"}, "password": {"x"}}})
	if err != nil || account.Service != "icq.shore.example" || account.Username != "New Name" {
		t.Fatal(account, err)
	}
	if err := m.Unregister(background, "icq.shore.example"); err != nil {
		t.Fatal(err)
	}
	if n := len(eventsOf[Succeeded](events)); n != 1 {
		t.Errorf("%d registrations", n)
	}
	if err := m.Unregister(background, "@"); !isLike(err, &Error{Kind: KindForm, Condition: "jid-malformed"}) {
		t.Errorf("error %v", err)
	}
}

func TestNoSecretOfAnAccountIsLogged(t *testing.T) {
	m, events := newTestManager(t, Config{}, func(p *peer) {
		p.Open(scripted.LoginFeatures("SCRAM-SHA-256"))
		p.SCRAM(sasl.ScramSha256, "kim", "SECRET-1", 4096)
		p.Bind("kim@shore.example/r1", true)
		p.Fail(p.Request(), changeForm+scripted.StanzaError("modify", "not-authorized"))
		p.Result(p.Request(), "")
		p.Finish()
	})
	if err := m.Connect(background, Login{JID: "kim@shore.example", Password: "SECRET-1"}); err != nil {
		t.Fatal(err)
	}
	values := Values{Fields: map[string][]string{"old_password": {"SECRET-1"}}}
	if err := m.ChangePassword(background, "SECRET-2", values); err != nil {
		t.Fatal(err)
	}
	m.Disconnect()
	for _, l := range eventsOf[Log](events) {
		for _, secret := range []string{"SECRET", "xmpp-sasl", "response", "challenge"} {
			if strings.Contains(l.Message, secret) {
				t.Errorf("logged: %s", l.Message)
			}
		}
	}
	if gauges := eventsOf[Gauge](events); !reflect.DeepEqual(gauges, []Gauge{{"streams.open", 1}, {"streams.open", 0}}) {
		t.Errorf("gauges %v", gauges)
	}
	counts := map[string]int{}
	for _, c := range eventsOf[Counter](events) {
		counts[c.Name] += c.Amount
	}
	if counts["streams.opened"] != 1 || counts["stanzas.sent"] != 3 || counts["stanzas.received"] != 3 {
		t.Errorf("counters %v", counts)
	}
}

package ibr

import (
	"context"
	"crypto/pbkdf2"
	"crypto/sha1"
	"crypto/sha256"
	"errors"
	"reflect"
	"strings"
	"sync"
	"testing"

	"mellium.im/sasl"
)

var background = context.Background()

func saltedPassword(mechanism, password string, salt []byte, iterations int) []byte {
	var key []byte
	if mechanism == "SCRAM-SHA-256" {
		key, _ = pbkdf2.Key(sha256.New, password, salt, iterations, sha256.Size)
	} else {
		key, _ = pbkdf2.Key(sha1.New, password, salt, iterations, sha1.Size)
	}
	return key
}

// connected is a manager that is logged in as kim and then goes on with play.
func connected(t *testing.T, play script, more ...script) (*Manager, *recorder) {
	t.Helper()
	m, events := newTestManager(t, Config{Domain: "shore.example"}, append([]script{func(p *peer) {
		p.login("pw")
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
					if !p.auth("kim", "pä ss") {
						p.t.Error("not logged in with PLAIN")
					}
					p.send(`<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>`)
				} else {
					p.open(loginFeatures(tt.offered...))
					p.scram(tt.want, "kim", "pä ss", 4096)
				}
				p.bind("kim@shore.example/r1", true)
				p.finish()
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
				p.auth("kim", "pw")
				p.refuseLogin(condition)
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
			p.open(loginFeatures("X-OAUTH2"))
			p.drain()
		})
		want := &Error{Kind: KindSASL, Condition: "invalid-mechanism", Reason: NotSupported}
		if err := m.Connect(background, kimsLogin); !errors.Is(err, want) {
			t.Errorf("error %#v", err)
		}
	})
}

func TestElementThatHasNoPlaceInALoginIsNamed(t *testing.T) {
	m, _ := newTestManager(t, Config{}, func(p *peer) {
		p.open(loginFeatures("PLAIN"))
		p.request()
		p.send(`<iq type='get' id='1'/>`)
		p.drain()
	})
	const want = "The server sent <iq xmlns='jabber:client'/> while the stream was being negotiated, which is not XMPP."
	if err := m.Connect(background, kimsLogin); !errors.Is(err, &Error{Kind: KindStream, Reason: Protocol}) || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
}

func TestServerThatDoesNotKnowThePasswordIsNotBelieved(t *testing.T) {
	for name, play := range map[string]script{
		"wrong signature": func(p *peer) {
			p.request()
			p.send(`<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>dj1ycm9uZw==</success>`)
		},
		"no signature": func(p *peer) {
			p.request()
			p.send(`<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>`)
		},
	} {
		t.Run(name, func(t *testing.T) {
			m, _ := newTestManager(t, Config{}, func(p *peer) {
				p.open(loginFeatures("SCRAM-SHA-1"))
				server := sasl.NewServer(sasl.ScramSha1, nil, sasl.SaltedCredentials(func(_, _ []byte, _ string) ([]byte, []byte, int64, error) {
					return []byte("salt and so on"), make([]byte, 20), 4096, nil
				}))
				first := p.request()
				data, _ := decodeSASL(first.text)
				_, challenge, err := server.Step(data)
				if err != nil {
					p.t.Error(err)
				}
				p.send(`<challenge xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>` + encodeSASL(challenge) + `</challenge>`)
				play(p)
				p.drain()
			})
			if err := m.Connect(background, kimsLogin); !errors.Is(err, &Error{Kind: KindSASL, Reason: Protocol}) {
				t.Errorf("error %#v", err)
			}
		})
	}
}

func TestChallengesThatWouldKeepThePageBusyAreRefused(t *testing.T) {
	for _, challenge := range []string{"r=abc,s=QUJD,i=1000000000", "r=abc,s=QUJD,i=0", "r=abc,s=QUJD,i=-5", "r=abc,s=QUJD,i=", "r=,s=,i=", "", ",", "x"} {
		if err := checkChallenge([]byte(challenge)); !errors.Is(err, &Error{Kind: KindSASL, Reason: Protocol}) {
			t.Errorf("%q: %v", challenge, err)
		}
	}
	for _, rounds := range []string{"0", "500001"} {
		want := "The server asks for " + rounds + " rounds of SCRAM. From 1 to 500000 are done here."
		if err := checkChallenge([]byte("r=abc,s=QUJD,i=" + rounds)); err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", rounds, err, want)
		}
	}
	if err := checkChallenge([]byte("r=abc,s=QUJD,i=10000")); err != nil {
		t.Error(err)
	}
}

func TestNothingTravelsOverAnInsecureConnection(t *testing.T) {
	d := &scriptedDialer{t: t, scripts: []script{func(p *peer) {
		if n, _ := p.conn.Read(make([]byte, 1)); n > 0 {
			p.t.Error("something was sent")
		}
	}}}
	m, err := NewManager(Config{Domain: "shore.example", Dialer: insecureDialer{d}})
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Connect(background, kimsLogin); !errors.Is(err, &Error{Reason: UnsafeURL}) {
		t.Errorf("error %v", err)
	}
	d.running.Wait()
}

func TestSupportIsDiscoveredAndForgotten(t *testing.T) {
	for _, supported := range []bool{true, false} {
		m, events := newTestManager(t, Config{}, func(p *peer) {
			p.auth("kim", "pw")
			p.send(`<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>`)
			p.bind("kim@shore.example/r1", supported)
			p.finish()
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
		p.login("pw")
		p.finish()
	}, func(p *peer) {
		p.login("pw")
		p.finish()
	})
	if err := m.Connect(background, Login{}); !errors.Is(err, &Error{Kind: KindForm, Reason: NotAuthorized}) {
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
		p.result(p.request(), "")
		p.finish()
	}, func(p *peer) {
		p.login("a&b<c")
		p.finish()
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
		set := p.request()
		if got, want := clean(set.children[0]), `<query xmlns="jabber:iq:register"><username xmlns="jabber:iq:register">kim</username><password xmlns="jabber:iq:register">new</password></query>`; set.get("type") != "set" || set.get("to") != "shore.example" || got != want {
			p.t.Errorf("sent %s", xmlOf(set))
		}
		p.send(`<iq type='result' from='kim@shore.example' id='` + set.get("id") + `'/>`)
		p.finish()
	}, func(p *peer) {
		p.login("new")
		p.finish()
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
	m, events := connected(t, (*peer).finish)
	for _, password := range []string{"", "a\x00b"} {
		if err := m.ChangePassword(background, password, Values{}); !errors.Is(err, &Error{Kind: KindForm, Reason: Rejected, Field: "password"}) {
			t.Errorf("%q: %v", password, err)
		}
	}
	if n := len(eventsOf[PasswordChangeFailed](events)); n != 2 {
		t.Errorf("%d events", n)
	}
}

func TestPasswordThatIsRefusedStaysTheOldOne(t *testing.T) {
	m, events := connected(t, func(p *peer) {
		p.fail(p.request(), `<error type='modify'><not-acceptable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/><text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>too short</text></error>`)
		p.finish()
	}, func(p *peer) {
		p.login("pw")
		p.finish()
	})
	err := m.ChangePassword(background, "new", Values{})
	if !errors.Is(err, &Error{Kind: KindStanza, Reason: Rejected, Type: "modify", Condition: "not-acceptable"}) {
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
		first := p.request()
		p.result(first, "") // and only then comes the second
		second := p.request()
		p.result(second, "")
		if first.children[0].childText(nsRegister, "password") == second.children[0].childText(nsRegister, "password") {
			p.t.Error("the same change twice")
		}
		p.finish()
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
			p.login("new")
			p.finish()
		},
		"old one holds": nil,
	} {
		t.Run(name, func(t *testing.T) {
			scripts := []script{second}
			if second == nil {
				scripts = []script{func(p *peer) {
					if !p.auth("kim", "new") {
						p.t.Error("the new password was not tried first")
					}
					p.refuseLogin("not-authorized")
				}, func(p *peer) {
					p.login("pw")
					p.finish()
				}}
			}
			m, _ := connected(t, func(p *peer) { p.request() }, scripts...)
			err := m.ChangePassword(background, "new", Values{})
			if !errors.Is(err, ErrOutcomeUnknown) {
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
				p.fail(p.request(), changeForm+stanzaErr(typ, "not-authorized"))
				form = p.request()
				p.result(form, "")
				p.finish()
			})
			err := m.ChangePassword(background, "new", Values{})
			var e *Error
			if !errors.As(err, &e) || e.Form == nil || e.Form.Field("old_password") == nil || e.Reason != NotAuthorized {
				t.Fatalf("error %#v", err)
			}
			err = m.ChangePassword(background, "new", Values{Fields: map[string][]string{"old_password": {""}}})
			if !errors.Is(err, &Error{Kind: KindForm, Field: "old_password"}) {
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
			x := form.children[0].child(nsData, "x")
			for i := range x.children {
				answers[x.children[i].get("var")] = x.children[i].childText(nsData, "value")
			}
			want := map[string]string{"FORM_TYPE": "jabber:iq:register:changepassword", "username": "kim", "old_password": "pw", "password": "new"}
			if x.get("type") != "submit" || !reflect.DeepEqual(answers, want) {
				t.Errorf("sent %v", answers)
			}
		})
	}
}

func TestAccountIsDeleted(t *testing.T) {
	const streamError = `<stream:error><%s xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error></stream:stream>`
	result := func(p *peer, set element) { p.result(set, "") }
	for name, play := range map[string]func(*peer, element){
		"a result": func(p *peer, set element) { result(p, set); p.finish() },
		"a result from the full address": func(p *peer, set element) {
			p.send(`<iq type='result' from='kim@shore.example/r1' id='` + set.get("id") + `'/>`)
			p.finish()
		},
		"a result and a close": func(p *peer, set element) { p.send(`<iq type='result' id='` + set.get("id") + `'/></stream:stream>`) },
		"a result and a stream error": func(p *peer, set element) {
			p.send(`<iq type='result' id='` + set.get("id") + `'/>` + strings.Replace(streamError, "%s", "not-authorized", 1))
		},
		"not-authorized alone": func(p *peer, _ element) { p.send(strings.Replace(streamError, "%s", "not-authorized", 1)) },
		"conflict alone":       func(p *peer, _ element) { p.send(strings.Replace(streamError, "%s", "conflict", 1)) },
	} {
		t.Run(name, func(t *testing.T) {
			m, events := connected(t, func(p *peer) {
				set := p.request()
				if got, want := clean(set.children[0]), `<query xmlns="jabber:iq:register"><remove xmlns="jabber:iq:register"></remove></query>`; got != want || set.get("to") != "" || set.get("from") != "" {
					p.t.Errorf("sent %s", xmlOf(set))
				}
				play(p, set)
			})
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
			if err := m.Connect(background, Login{}); !errors.Is(err, &Error{Kind: KindForm}) {
				t.Errorf("the manager still knows the account: %v", err)
			}
		})
	}
}

func TestDeletionThatWasCutOffIsFoundOut(t *testing.T) {
	lost := func(p *peer) { p.request() }
	t.Run("deleted", func(t *testing.T) {
		m, events := connected(t, lost, func(p *peer) {
			p.auth("kim", "pw")
			p.refuseLogin("not-authorized")
		})
		if err := m.DeleteAccount(background, Values{}); err != nil {
			t.Fatal(err)
		}
		if got, want := eventNames(events)[2:], []string{"AccountDeleted", "SupportChanged", "Disconnected"}; !reflect.DeepEqual(got, want) {
			t.Errorf("events %v, want %v", got, want)
		}
	})
	t.Run("not deleted", func(t *testing.T) {
		m, events := connected(t, lost, func(p *peer) {
			p.login("pw")
			p.finish()
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
		if !errors.Is(err, ErrOutcomeUnknown) || !err.(*Error).OutcomeUnknown {
			t.Errorf("error %#v", err)
		}
		if got, want := eventNames(events)[2:], []string{"AccountDeletionFailed", "SupportChanged", "Disconnected"}; !reflect.DeepEqual(got, want) {
			t.Errorf("events %v, want %v", got, want)
		}
	})
}

func TestDeletionThatIsRefusedLeavesTheUserLoggedIn(t *testing.T) {
	m, events := connected(t, func(p *peer) {
		p.fail(p.request(), stanzaErr("cancel", "not-allowed"))
		p.result(p.request(), "")
		p.finish()
	})
	if err := m.DeleteAccount(background, Values{}); !errors.Is(err, &Error{Reason: NotAllowed, Type: "cancel"}) {
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
		p.fail(p.request(), `<query xmlns='jabber:iq:register'><x xmlns='jabber:x:data' type='form'><field type='hidden' var='FORM_TYPE'><value>jabber:iq:register:cancel</value></field><field type='text-single' var='username'><required/></field><field type='text-private' var='password'><required/></field></x></query>`+stanzaErr("cancel", "not-allowed"))
		set := p.request()
		if got := xmlOf(set); !strings.Contains(got, "jabber:iq:register:cancel") || !strings.Contains(got, ">kim<") || !strings.Contains(got, ">pw<") || strings.Contains(got, "<remove") {
			p.t.Errorf("sent %s", got)
		}
		p.send(`<stream:error><not-authorized xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error></stream:stream>`)
	})
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
		p.fail(p.request(), `<query xmlns='jabber:iq:register'><x xmlns='jabber:x:data' type='form'><field type='hidden' var='FORM_TYPE'><value>jabber:iq:register:cancel</value></field><field type='hidden' var='sure'><value>yes</value></field></x></query>`+stanzaErr("cancel", "not-allowed"))
		set := p.request()
		if got := xmlOf(set); !strings.Contains(got, ">yes<") {
			p.t.Errorf("sent %s", got)
		}
		p.result(set, "")
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
		return `<query xmlns='jabber:iq:register'><x xmlns='jabber:x:data' type='form'><field type='hidden' var='challenge'><value>` + id + `</value></field><field var='ocr'/></x></query>` + stanzaErr("cancel", "not-allowed")
	}
	answered := make(chan struct{})
	m, events := connected(t, func(p *peer) {
		p.fail(p.request(), captcha("one"))
		<-answered
		p.send(lost)
	}, func(p *peer) {
		p.login("pw")
		p.fail(p.request(), captcha("two"))
		set := p.request()
		if got := xmlOf(set); !strings.Contains(got, ">two<") || !strings.Contains(got, ">second answer<") {
			p.t.Errorf("sent %s", got)
		}
		p.result(set, "")
	})
	var e *Error
	if err := m.DeleteAccount(background, Values{}); !errors.As(err, &e) || e.Form == nil {
		t.Fatalf("error %#v", err)
	}
	close(answered)
	waitFor[Disconnected](t, events)
	if err := m.DeleteAccount(background, values("ocr", "first answer")); !errors.As(err, &e) || first(e.Form.Field("challenge").Values) != "two" {
		t.Fatalf("error %#v", err)
	}
	if err := m.DeleteAccount(background, values("ocr", "second answer")); err != nil {
		t.Error(err)
	}
}

func TestSecondDeletionIsBusy(t *testing.T) {
	asked, answer := make(chan struct{}), make(chan struct{})
	m, _ := connected(t, func(p *peer) {
		set := p.request()
		close(asked)
		<-answer
		p.result(set, "")
		p.finish()
	})
	first := make(chan error, 1)
	go func() { first <- m.DeleteAccount(background, Values{}) }()
	<-asked
	if err := m.DeleteAccount(background, Values{}); !errors.Is(err, ErrBusy) {
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
				p.open(openFeatures)
				if tt.query != "" {
					p.result(p.request(), tt.query)
				}
				set := p.request()
				if got := xmlOf(set.children[0]); !strings.Contains(got, tt.want) || strings.Contains(got, "<username") == strings.Contains(got, "<x") {
					p.t.Errorf("sent %s", got)
				}
				p.result(set, "")
				p.finish()
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
			if _, err := m.SendForm(background); !errors.Is(err, &Error{Kind: KindForm}) {
				t.Errorf("sent again: %v", err)
			}
		})
	}
}

func TestRegisterOnConnect(t *testing.T) {
	t.Run("asks for the form", func(t *testing.T) {
		m, events := newTestManager(t, Config{}, func(p *peer) {
			p.open(openFeatures)
			get := p.request()
			if get.get("type") != "get" {
				p.t.Errorf("sent %s", xmlOf(get))
			}
			p.result(get, plainQuery)
			p.finish()
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
			p.open(openFeatures)
			set := p.request()
			if set.get("type") != "set" {
				p.t.Errorf("sent %s", xmlOf(set))
			}
			p.result(set, "")
			p.finish()
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
			p.open(bindFeatures)
			p.finish()
		})
		m.SetRegisterOnConnect(true)
		err := m.Connect(background, Login{})
		if !errors.Is(err, &Error{Reason: NotAdvertised, Type: "cancel", Condition: "feature-not-implemented"}) {
			t.Errorf("error %v", err)
		}
		if got, want := eventNames(events), []string{"Connected", "Failed", "Disconnected"}; !reflect.DeepEqual(got, want) {
			t.Errorf("events %v, want %v", got, want)
		}
	})
}

func TestServicesOfOthersAreRegisteredWith(t *testing.T) {
	m, events := connected(t, func(p *peer) {
		get := p.request()
		if get.get("to") != "icq.shore.example" {
			p.t.Errorf("asked %s", xmlOf(get))
		}
		// Only the service itself may answer.
		p.send(`<iq type='result' id='` + get.get("id") + `'><query xmlns='jabber:iq:register'><username/></query></iq>`)
		p.send(`<iq type='result' id='` + get.get("id") + `' from='icq.shore.example'><query xmlns='jabber:iq:register'><registered/><username>Old Name</username><password/></query></iq>`)
		set := p.request()
		if got := set.children[0].childText(nsRegister, "username"); set.get("to") != "icq.shore.example" || got != "New Name" {
			p.t.Errorf("sent %s", xmlOf(set))
		}
		p.send(`<iq type='result' id='` + set.get("id") + `' from='icq.shore.example'/>`)
		remove := p.request()
		if remove.get("to") != "icq.shore.example" || remove.children[0].child(nsRegister, "remove") == nil {
			p.t.Errorf("sent %s", xmlOf(remove))
		}
		p.send(`<iq type='result' id='` + remove.get("id") + `' from='icq.shore.example'/>`)
		p.finish()
	})
	form, err := m.RequestForm(background, "icq.shore.example")
	if err != nil {
		t.Fatal(err)
	}
	if !form.Registered || form.Service != "icq.shore.example" || first(form.Field("username").Values) != "Old Name" {
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
	if err := m.Unregister(background, "@"); !errors.Is(err, &Error{Kind: KindForm, Condition: "jid-malformed"}) {
		t.Errorf("error %v", err)
	}
}

func TestNoSecretOfAnAccountIsLogged(t *testing.T) {
	m, events := newTestManager(t, Config{}, func(p *peer) {
		p.open(loginFeatures("SCRAM-SHA-256"))
		p.scram(sasl.ScramSha256, "kim", "SECRET-1", 4096)
		p.bind("kim@shore.example/r1", true)
		p.fail(p.request(), changeForm+stanzaErr("modify", "not-authorized"))
		p.result(p.request(), "")
		p.finish()
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

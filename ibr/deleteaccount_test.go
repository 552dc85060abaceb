package ibr

import (
	"context"
	"errors"
	"reflect"
	"testing"
	"testing/synctest"
	"time"

	"mellium.im/sasl"

	"github.com/xmppreg/xmppreg/ibr/internal/scripted"
	"github.com/xmppreg/xmppreg/transport"
)

// TestDeletionThatWasNotAnsweredIsFoundOut ends the stream in each way before the
// answer, and lets the login that follows end in each way.
func TestDeletionThatWasNotAnsweredIsFoundOut(t *testing.T) {
	streamError := func(condition string) script {
		return func(p *peer) { p.Send(scripted.StreamError(condition)) }
	}
	ends := map[string]struct {
		end     script
		deleted bool // what the end alone says
	}{
		"connection lost":    {(*peer).Lose, false},
		"stream closed":      {(*peer).Close, false},
		"broken XML":         {(*peer).Break, false},
		"not-authorized":     {streamError("not-authorized"), true},
		"conflict":           {streamError("conflict"), true},
		"system-shutdown":    {streamError("system-shutdown"), false},
		"connection-timeout": {streamError("connection-timeout"), false},
		"another condition":  {streamError("reset"), false},
	}
	const gone, there, unsettled = "deleted", "not deleted", "nobody knows"
	refuse := func(condition string) script {
		return func(p *peer) {
			p.Auth("kim", "pw")
			p.RefuseLogin(condition)
		}
	}
	logins := map[string]struct {
		logins []script
		says   string
	}{
		"refused as not-authorized":   {[]script{refuse("not-authorized"), refuse("not-authorized")}, gone},
		"refused as account-disabled": {[]script{refuse("account-disabled"), refuse("account-disabled")}, gone},
		"let in":                      {[]script{func(p *peer) { p.Login("pw"); p.Finish() }}, there},

		"refused for a while":         {[]script{refuse("temporary-auth-failure")}, unsettled},
		"refused for credentials":     {[]script{refuse("credentials-expired")}, unsettled},
		"refused for a new reason":    {[]script{refuse("something-new")}, unsettled},
		"no mechanism":                {[]script{func(p *peer) { p.Open(scripted.LoginFeatures("X-NEW")); p.Finish() }}, unsettled},
		"no address":                  {[]script{noAddress}, unsettled},
		"lost":                        {[]script{func(p *peer) { p.Open("") }}, unsettled},
		"stream error":                {[]script{func(p *peer) { p.Open(scripted.StreamError("host-unknown")) }}, unsettled},
		"stream error not-authorized": {[]script{func(p *peer) { p.Open(scripted.StreamError("not-authorized")) }}, unsettled},
		"no server":                   {[]script{func(p *peer) { p.Refuse(&transport.Error{Fault: transport.ConnectFailed, Text: "nobody home"}) }}, unsettled},
		"no answer":                   {[]script{func(p *peer) { p.Auth("kim", "pw"); p.Finish() }}, unsettled},
	}
	for endName, end := range ends {
		for loginName, login := range logins {
			t.Run(endName+"/"+loginName, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					m, events := newTestManager(t, Config{Timeout: time.Second}, append([]script{func(p *peer) {
						p.Login("pw")
						p.Request()
						end.end(p)
						p.Drain()
					}}, login.logins...)...)
					if err := m.Connect(background, kimsLogin); err != nil {
						t.Fatal(err)
					}
					err := m.DeleteAccount(background, Values{})
					want := login.says
					if want == unsettled && end.deleted {
						want = gone
					}
					checkDeletion(t, m, events, err, want == gone, want == unsettled)
				})
			})
		}
	}
}

// TestOneRefusalAloneIsNoDeletion has servers refuse a login as that of an account which is
// gone would be refused, and let the user in with the next. What they refused may have been
// corrupted on its way: the user name, the password or the proof of it.
func TestOneRefusalAloneIsNoDeletion(t *testing.T) {
	scram := func(username, password string, then script) script {
		return func(p *peer) {
			p.Open(scripted.LoginFeatures("SCRAM-SHA-1"))
			p.SCRAM(sasl.ScramSha1, username, password, 4096)
			then(p)
		}
	}
	scram2 := func(username, password string, then script) script {
		return func(p *peer) {
			p.Open(scripted.SASL2Features("", "SCRAM-SHA-1"))
			p.SCRAM2(sasl.ScramSha1, username, password, 4096, "<authorization-identifier>kim@shore.example</authorization-identifier>")
			then(p)
		}
	}
	refused := func(*peer) {}
	bind := func(p *peer) { p.Bind("kim@shore.example/r1", true); p.Finish() }
	letIn, anotherName, anotherProof := scram("kim", "pw", bind), scram("kin", "pw", refused), scram("kim", "another", refused)
	plain := func(condition string) script {
		return func(p *peer) {
			p.Auth("kim", "pw")
			p.RefuseLogin(condition)
		}
	}
	corrupted := func(text string) script {
		return func(p *peer) {
			p.Open(scripted.LoginFeatures("SCRAM-SHA-1"))
			p.Request()
			p.Send("<challenge xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>" + text + "</challenge>")
			p.Finish()
		}
	}
	const there, gone, unknown = "there", "gone", "unknown"
	for name, c := range map[string]struct {
		logins []script
		says   string
	}{
		"the user name":              {[]script{anotherName, letIn}, there},
		"the proof":                  {[]script{anotherProof, letIn}, there},
		"the user name, with PLAIN":  {[]script{plain("not-authorized"), letIn}, there},
		"the user name, of a locked": {[]script{plain("account-disabled"), letIn}, there},
		"the user name, with SASL2": {[]script{scram2("kin", "pw", refused), scram2("kim", "pw", func(p *peer) {
			p.Send(bindFeatures)
			p.Result(p.Request(), "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>kim@shore.example/r1</jid></bind>")
			p.Result(p.Request(), "<query xmlns='http://jabber.org/protocol/disco#info'/>")
			p.Finish()
		})}, there},
		"nothing, no such user":             {[]script{anotherName, anotherName}, gone},
		"nothing, a salt that means nobody": {[]script{anotherProof, anotherProof}, gone},
		"the user name, then the proof":     {[]script{anotherName, anotherProof}, unknown},
		"the proof, then the user name":     {[]script{anotherProof, anotherName}, unknown},
		"one of two conditions":             {[]script{plain("account-disabled"), plain("not-authorized")}, unknown},
		"the user name, then lost":          {[]script{anotherName, func(p *peer) { p.Open("") }}, unknown},
		"the challenge":                     {[]script{corrupted("bm9uc2Vuc2U=")}, unknown},
		"the challenge, no Base64":          {[]script{corrupted("%")}, unknown},
		"a server that can't prove anything": {[]script{func(p *peer) {
			p.Open(scripted.LoginFeatures("SCRAM-SHA-1"))
			p.Request()
			p.Send(scripted.Success)
			p.Finish()
		}}, unknown},
	} {
		t.Run(name, func(t *testing.T) {
			m, events := newTestManager(t, Config{}, append([]script{func(p *peer) {
				p.Login("pw")
				p.Request()
				p.Lose()
				p.Drain()
			}}, c.logins...)...)
			if err := m.Connect(background, kimsLogin); err != nil {
				t.Fatal(err)
			}
			err := m.DeleteAccount(background, Values{})
			checkDeletion(t, m, events, err, c.says == gone, c.says == unknown)
		})
	}
}

// noAddress is a server that lets kim in and gives no address.
func noAddress(p *peer) {
	p.Auth("kim", "pw")
	p.Send(scripted.Success)
	p.Open(scripted.Features())
	p.Fail(p.Request(), scripted.StanzaError("wait", "resource-constraint"))
	p.Finish()
}

// checkDeletion compares what came of a deletion.
func checkDeletion(t *testing.T, m *Manager, events *recorder, err error, deleted, unknown bool) {
	t.Helper()
	succeeded, failed := eventsOf[AccountDeleted](events), eventsOf[AccountDeletionFailed](events)
	if deleted {
		if err != nil || !reflect.DeepEqual(succeeded, []AccountDeleted{{JID: "kim@shore.example"}}) || len(failed) > 0 {
			t.Fatalf("not deleted: %v, events %v", err, eventNames(events))
		}
		if names := eventNames(events); names[len(names)-1] != "Disconnected" {
			t.Errorf("events %v", names)
		}
		// No account is known any more, and no connection is made.
		if err := m.Connect(background, Login{}); !errors.Is(err, NotAuthorized) {
			t.Errorf("logged in: %v", err)
		}
		return
	}
	var e *Error
	if !errors.As(err, &e) || e.OutcomeUnknown != unknown || e.Error() == "" {
		t.Fatalf("error %#v, want one with an unknown outcome: %t", err, unknown)
	}
	if len(succeeded) > 0 || len(failed) != 1 || failed[0].Err != e {
		t.Errorf("events %v", eventNames(events))
	}
}

// TestDeletionThatNothingSettlesKeepsTheReasonOfTheEnd sees that the end of the
// stream is what the error is about, and not the login that settled nothing.
func TestDeletionThatNothingSettlesKeepsTheReasonOfTheEnd(t *testing.T) {
	for condition, want := range map[string]Reason{"system-shutdown": ServerError, "connection-timeout": OutcomeUnknown, "": OutcomeUnknown} {
		m, _ := connected(t, func(p *peer) {
			p.Request()
			if condition != "" {
				p.Send(scripted.StreamError(condition))
			}
		}, func(p *peer) {
			p.Auth("kim", "pw")
			p.RefuseLogin("temporary-auth-failure")
		})
		err := m.DeleteAccount(background, Values{})
		if !isLike(err, &Error{Reason: want}) || !err.(*Error).OutcomeUnknown {
			t.Errorf("%q: error %#v, want the reason %s", condition, err, want)
		}
	}
}

// TestDeletionIsFoundOutOnlyAfterTheEndOfTheStream shows that only the end of the
// stream leads to a login: another connection would fail the test.
func TestDeletionIsFoundOutOnlyAfterTheEndOfTheStream(t *testing.T) {
	for name, tt := range map[string]struct {
		answer  script
		want    Reason
		unknown bool
	}{
		"refused":               {func(p *peer) { p.Fail(p.Request(), scripted.StanzaError("cancel", "forbidden")) }, Forbidden, false},
		"answer of no type":     {func(p *peer) { p.Send(`<iq type='banana' id='` + p.Request().Get("id") + `'/>`) }, Malformed, true},
		"no answer in time":     {func(p *peer) { p.Request() }, OutcomeUnknown, true},
		"refused by stream end": {func(p *peer) { p.Fail(p.Request(), scripted.StanzaError("cancel", "not-allowed")); p.Close() }, NotAllowed, false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m, events := newTestManager(t, Config{Timeout: time.Second}, func(p *peer) {
					p.Login("pw")
					tt.answer(p)
					p.Finish()
				})
				if err := m.Connect(background, kimsLogin); err != nil {
					t.Fatal(err)
				}
				err := m.DeleteAccount(background, Values{})
				if !errors.Is(err, tt.want) {
					t.Errorf("error %v, want the reason %s", err, tt.want)
				}
				checkDeletion(t, m, events, err, false, tt.unknown)
			})
		})
	}
}

// TestFindingOutIsAbortedAtOnce gives up while the login hangs: nobody knows then,
// whatever the stream ended with.
func TestFindingOutIsAbortedAtOnce(t *testing.T) {
	for _, last := range []script{(*peer).Lose, func(p *peer) { p.Send(scripted.StreamError("conflict")) }} {
		for name, reach := range map[string]script{
			"dialling":             func(*peer) {},
			"features":             func(p *peer) { p.Open("") },
			"the login's answer":   func(p *peer) { p.Auth("kim", "pw") },
			"features after login": func(p *peer) { p.Auth("kim", "pw"); p.Send(scripted.Success); p.Open("") },
			"service discovery": func(p *peer) {
				p.Auth("kim", "pw")
				p.Send(scripted.Success)
				p.Restart("kim@shore.example/r1")
				p.Request()
			},
		} {
			aborted := func(t *testing.T, disconnect bool) {
				synctest.Test(t, func(t *testing.T) {
					dialogClosed := errors.New("dialog closed")
					ctx, cancel := context.WithCancelCause(background)
					release := make(chan struct{})
					var m *Manager
					var events *recorder
					m, events = newTestManager(t, Config{}, func(p *peer) {
						p.Login("pw")
						p.Request()
						last(p)
						p.Drain()
					}, func(p *peer) {
						reach(p)
						synctest.Wait() // until the client waits
						if disconnect {
							go m.Disconnect()
						} else {
							cancel(dialogClosed)
						}
						p.Drain()
						<-release
					})
					if err := m.Connect(background, kimsLogin); err != nil {
						t.Fatal(err)
					}
					begin := time.Now()
					err := m.DeleteAccount(ctx, Values{})
					if took := time.Since(begin); took > 0 {
						t.Errorf("it took %v", took)
					}
					if !isLike(err, &Error{Kind: KindAborted, Reason: Aborted}) || !disconnect && !errors.Is(err, dialogClosed) {
						t.Errorf("error %v", err)
					}
					checkDeletion(t, m, events, err, false, name != "service discovery") // after a login it is known
					close(release)
				})
			}
			t.Run(name+", abort", func(t *testing.T) { aborted(t, false) })
			t.Run(name+", disconnect", func(t *testing.T) { aborted(t, true) })
		}
	}
}

package ibr

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/xmppreg/xmppreg/ibr/internal/scripted"
)

// An abortable operation is aborted when the server has reached a point where it
// says nothing more.
type abortable struct {
	config  Config
	server  []script // the last one ends where the operation is aborted
	prepare func(*Manager) error
	do      func(context.Context, *Manager) error
	unknown bool // the outcome is, since a request that changes something went out
}

func requestForm(ctx context.Context, m *Manager) error {
	_, err := m.RequestForm(ctx, "")
	return err
}

func submitKim(ctx context.Context, m *Manager) error {
	_, err := m.Submit(ctx, kim)
	return err
}

func connectKim(ctx context.Context, m *Manager) error { return m.Connect(ctx, kimsLogin) }

func changePassword(ctx context.Context, m *Manager) error {
	return m.ChangePassword(ctx, "new", Values{})
}

func deleteAccount(ctx context.Context, m *Manager) error { return m.DeleteAccount(ctx, Values{}) }

func logInKim(m *Manager) error { return m.Connect(background, kimsLogin) }

func letKimIn(p *peer) { p.Login("pw") }

// inOrder plays scripts one after the other over one connection.
func inOrder(parts ...script) script {
	return func(p *peer) {
		for _, part := range parts {
			part(p)
		}
	}
}

func takeRequest(p *peer) { p.Request() }

var abortables = map[string]abortable{
	"a form, while dialling":           {server: []script{func(*peer) {}}, do: requestForm},
	"a form, before the features":      {server: []script{func(p *peer) { p.Open("") }}, do: requestForm},
	"a form, before it comes":          {server: []script{func(p *peer) { p.Open(openFeatures); p.Request() }}, do: requestForm},
	"a form, before its image comes":   {server: []script{inOrder(giveForm(openFeatures, captchaWith("x@bob.xmpp.org")), takeRequest)}, do: requestForm},
	"a form, while the token is taken": {config: Config{Token: "t-1"}, server: []script{func(p *peer) { p.Open(tokenFeatures); p.Request() }}, do: requestForm},
	"a service's form": {
		server:  []script{inOrder(letKimIn, takeRequest)},
		prepare: logInKim,
		do: func(ctx context.Context, m *Manager) error {
			_, err := m.RequestForm(ctx, "gw.shore.example")
			return err
		},
	},

	"a registration, while dialling":         {server: []script{func(*peer) {}}, do: submitKim},
	"a registration, before the form":        {server: []script{func(p *peer) { p.Open(openFeatures); p.Request() }}, do: submitKim},
	"a registration, before its answer":      {server: []script{inOrder(giveForm(openFeatures, plainQuery), takeRequest)}, do: submitKim, unknown: true},
	"a registration, on another stream":      {server: []script{giveForm(openFeatures, plainQuery), func(p *peer) { p.Open("") }}, prepare: formOfLostStream, do: submitKim},
	"a kept form, before the features":       {server: []script{func(p *peer) { p.Open("") }}, prepare: keepKim, do: sendKept},
	"a kept form, before its answer":         {server: []script{func(p *peer) { p.Open(openFeatures); p.Request() }}, prepare: keepKim, do: sendKept, unknown: true},
	"a connection to register, dialling":     {server: []script{func(*peer) {}}, prepare: registerOnConnect, do: connectToRegister},
	"a connection to register, and features": {server: []script{func(p *peer) { p.Open("") }}, prepare: registerOnConnect, do: connectToRegister},

	"a login, while dialling":          {server: []script{func(*peer) {}}, do: connectKim},
	"a login, before the features":     {server: []script{func(p *peer) { p.Open("") }}, do: connectKim},
	"a login, before its answer":       {server: []script{func(p *peer) { p.Auth("kim", "pw") }}, do: connectKim},
	"a login, before its new features": {server: []script{func(p *peer) { p.Auth("kim", "pw"); p.Send(scripted.Success); p.Open("") }}, do: connectKim},
	"a login, before the address": {
		server: []script{func(p *peer) { p.Auth("kim", "pw"); p.Send(scripted.Success); p.Open(bindFeatures); p.Request() }},
		do:     connectKim,
	},
	"a login, before discovery": {
		server: []script{func(p *peer) {
			p.Auth("kim", "pw")
			p.Send(scripted.Success)
			p.Restart("kim@shore.example/r1")
			p.Request()
		}},
		do: connectKim,
	},
	"a login, while another account's stream is closed": {
		server:  []script{inOrder(letKimIn, (*peer).Drain)},
		prepare: logInKim,
		do: func(ctx context.Context, m *Manager) error {
			return m.Connect(ctx, Login{JID: "bob@shore.example", Password: "pw"})
		},
	},

	"a change, while logging in":    {server: []script{inOrder(letKimIn, (*peer).Close), func(p *peer) { p.Auth("kim", "pw") }}, prepare: logInAndLose, do: changePassword},
	"a change, before its answer":   {server: []script{inOrder(letKimIn, takeRequest)}, prepare: logInKim, do: changePassword, unknown: true},
	"a deletion, while logging in":  {server: []script{inOrder(letKimIn, (*peer).Close), func(p *peer) { p.Auth("kim", "pw") }}, prepare: logInAndLose, do: deleteAccount},
	"a deletion, before its answer": {server: []script{inOrder(letKimIn, takeRequest)}, prepare: logInKim, do: deleteAccount, unknown: true},
	"an unregistration, unanswered": {server: []script{inOrder(letKimIn, takeRequest)}, prepare: logInKim, do: unregister, unknown: true},
}

func formOfLostStream(m *Manager) error {
	_, err := m.RequestForm(background, "")
	synctest.Wait() // until the stream has ended
	return err
}

func logInAndLose(m *Manager) error {
	err := logInKim(m)
	synctest.Wait()
	return err
}

func keepKim(m *Manager) error {
	m.SetFormToSend(kim)
	return nil
}

func sendKept(ctx context.Context, m *Manager) error {
	_, err := m.SendForm(ctx)
	return err
}

func registerOnConnect(m *Manager) error {
	m.SetRegisterOnConnect(true)
	return nil
}

func connectToRegister(ctx context.Context, m *Manager) error { return m.Connect(ctx, Login{}) }

func unregister(ctx context.Context, m *Manager) error { return m.Unregister(ctx, "gw.shore.example") }

// TestEveryOperationIsAbortedAtOnce aborts each operation at each point where it
// waits for the server, which takes nothing from then on and does not close the
// connection either until the operation has returned.
func TestEveryOperationIsAbortedAtOnce(t *testing.T) {
	for name, tt := range abortables {
		t.Run(strings.ReplaceAll(name, " ", "_"), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { tt.run(t) })
		})
	}
}

func (a abortable) run(t *testing.T) {
	dialogClosed := errors.New("dialog closed")
	ctx, cancel := context.WithCancelCause(background)
	release := make(chan struct{})
	last := len(a.server) - 1
	scripts := append([]script(nil), a.server...)
	scripts[last] = func(p *peer) {
		a.server[last](p)
		synctest.Wait() // until the client waits
		cancel(dialogClosed)
		p.Hang()
		<-release
	}
	m, events := newTestManager(t, a.config, scripts...)
	if a.prepare != nil {
		if err := a.prepare(m); err != nil {
			t.Fatal(err)
		}
	}
	begin := time.Now()
	err := a.do(ctx, m)
	if took := time.Since(begin); took > 0 {
		t.Errorf("it took %v", took)
	}
	var e *Error
	if !errors.As(err, &e) || e.Kind != KindAborted || e.Reason != Aborted || e.OutcomeUnknown != a.unknown || !errors.Is(err, dialogClosed) {
		t.Errorf("error %#v", err)
	}
	told := len(eventsOf[Failed](events)) + len(eventsOf[PasswordChangeFailed](events)) + len(eventsOf[AccountDeletionFailed](events))
	if told > 1 || len(eventsOf[Succeeded](events)) > 0 {
		t.Errorf("events %v", eventNames(events))
	}
	close(release)
}

// TestWhoWaitsForATurnIsAbortedAtOnce aborts each operation while another one is
// under way.
func TestWhoWaitsForATurnIsAbortedAtOnce(t *testing.T) {
	for name, do := range map[string]func(context.Context, *Manager) error{
		"form":           requestForm,
		"registration":   submitKim,
		"kept form":      sendKept,
		"login":          connectKim,
		"change":         changePassword,
		"deletion":       deleteAccount,
		"unregistration": unregister,
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m, _ := newTestManager(t, Config{}, func(p *peer) {
					p.Open(openFeatures)
					p.Request()
					p.Finish()
				})
				first := make(chan error, 1)
				go func() { first <- requestForm(background, m) }()
				synctest.Wait() // until the first one waits for its answer
				ctx, cancel := context.WithCancel(background)
				second := make(chan error, 1)
				go func() { second <- do(ctx, m) }()
				synctest.Wait()
				select {
				case err := <-second:
					t.Errorf("it did not wait for its turn: %v", err)
				default:
				}
				begin := time.Now()
				cancel()
				if err := <-second; !isLike(err, &Error{Kind: KindAborted, Reason: Aborted}) || err.(*Error).OutcomeUnknown {
					t.Errorf("error %v", err)
				}
				if took := time.Since(begin); took > 0 {
					t.Errorf("it took %v", took)
				}
				m.Disconnect()
				if err := <-first; !errors.Is(err, Aborted) {
					t.Errorf("the first one: error %v", err)
				}
			})
		})
	}
}

// TestOutcomeIsNotWithheldUntilTheServerCloses gives up while the stream is closed
// after the outcome is known: the operation returns it at once.
func TestOutcomeIsNotWithheldUntilTheServerCloses(t *testing.T) {
	for name, tt := range map[string]struct {
		server  script
		prepare func(*Manager) error
		do      func(context.Context, *Manager) error
		want    Reason // empty for success
	}{
		"nothing is offered": {func(p *peer) { p.Open(scripted.Features()) }, nil, requestForm, NotAdvertised},
		"account is deleted": {func(p *peer) { p.Login("pw"); p.Result(p.Request(), "") }, logInKim, deleteAccount, ""},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(background)
				left, release := make(chan time.Time, 1), make(chan struct{})
				m, events := newTestManager(t, Config{}, func(p *peer) {
					tt.server(p)
					p.Drain()
					left <- time.Now()
					cancel()
					<-release
				})
				if tt.prepare != nil {
					if err := tt.prepare(m); err != nil {
						t.Fatal(err)
					}
				}
				err := tt.do(ctx, m)
				if took := time.Since(<-left); took > 0 {
					t.Errorf("it took %v", took)
				}
				if tt.want == "" && err != nil || tt.want != "" && !errors.Is(err, tt.want) {
					t.Errorf("error %v", err)
				}
				if n := len(eventsOf[Disconnected](events)); n != 1 {
					t.Errorf("events %v", eventNames(events))
				}
				close(release)
			})
		})
	}
}

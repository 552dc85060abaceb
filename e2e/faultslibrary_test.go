package e2e

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"
	"sync"
	"time"

	"github.com/xmppreg/xmppreg/e2e/ejabberd"
	"github.com/xmppreg/xmppreg/e2e/faults"
	"github.com/xmppreg/xmppreg/ibr"
	"github.com/xmppreg/xmppreg/transport/ws"
)

// A library does the jobs of a page with the Go packages, without a browser.
type library struct {
	mu       sync.Mutex
	managers map[int]*libraryManager
}

// A libraryManager is a manager, and what is noted of it.
type libraryManager struct {
	*ibr.Manager
	limit   time.Duration
	secrets []string
	job     faults.Job // the one of the moment

	mu       sync.Mutex
	events   map[string]int
	leaks    []string
	outcomes chan error // of what registerOnConnect does

	steps []faults.Step
}

func (l *library) Do(ctx context.Context, job faults.Job) (faults.Report, error) {
	m, err := l.manager(job)
	if err != nil {
		return faults.Report{}, err
	}
	m.job, m.steps, m.leaks = job, nil, nil
	operation, ok := libraryOperations[job.Operation]
	if !ok {
		return faults.Report{}, fmt.Errorf("there is no operation %q", job.Operation)
	}
	_ = operation(ctx, m) // it is noted in the steps
	m.mu.Lock()
	defer m.mu.Unlock()
	return faults.Report{Record: faults.Record{Steps: m.steps, Leaks: m.leaks}, Events: maps.Clone(m.events)}, nil
}

func (l *library) End() {}

func (l *library) manager(job faults.Job) (*libraryManager, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if m := l.managers[job.Run]; m != nil {
		if job.Operation == "end" {
			delete(l.managers, job.Run)
		}
		return m, nil
	}
	m := &libraryManager{
		limit:    time.Duration(job.Limit) * time.Millisecond,
		secrets:  job.Secrets,
		events:   map[string]int{},
		outcomes: make(chan error, 100),
	}
	url, _ := job.Options["url"].(string)
	token, _ := job.Options["token"].(string)
	domain, _ := job.Options["domain"].(string)
	timeout, _ := job.Options["timeout"].(int64)
	var err error
	m.Manager, err = ibr.NewManager(ibr.Config{
		Dialer:         &ws.Dialer{URL: url},
		Domain:         domain,
		Token:          token,
		Timeout:        time.Duration(timeout) * time.Millisecond,
		RequireFeature: true,
		Events:         m.note,
	})
	l.managers[job.Run] = m
	return m, err
}

// note counts an event under the name that it has in JavaScript.
func (m *libraryManager) note(e ibr.Event) {
	name, said := "", ""
	switch e := e.(type) {
	case ibr.FormReceived:
		name = "registrationFormReceived"
	case ibr.Succeeded:
		name = "registrationSucceeded"
		defer func() { m.outcomes <- nil }()
	case ibr.Failed:
		name, said = "registrationFailed", e.Err.Error()
		defer func() { m.outcomes <- e.Err }()
	case ibr.PasswordChanged:
		name = "passwordChanged"
	case ibr.PasswordChangeFailed:
		name, said = "passwordChangeFailed", e.Err.Error()
	case ibr.AccountDeleted:
		name = "accountDeleted"
	case ibr.AccountDeletionFailed:
		name, said = "accountDeletionFailed", e.Err.Error()
	case ibr.Connected:
		name = "connected"
	case ibr.Disconnected:
		name = "disconnected"
	case ibr.Log:
		name, said = "logMessage", e.Message
	default:
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.events[name]++
	m.see(name, said)
}

// see looks for secrets. The caller holds the lock.
func (m *libraryManager) see(where, said string) {
	for _, secret := range m.secrets {
		if strings.Contains(said, secret) {
			m.leaks = append(m.leaks, where+": "+said)
		}
	}
}

// call notes what comes of a call, and gives it on.
func (m *libraryManager) call(ctx context.Context, name string, do func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, m.limit)
	defer cancel()
	m.mu.Lock()
	before := maps.Clone(m.events)
	m.mu.Unlock()
	err := do(ctx)
	step := faults.Step{Call: name, Done: err == nil, Late: ctx.Err() != nil, Events: map[string]int{}}
	m.mu.Lock()
	defer m.mu.Unlock()
	for name, n := range m.events {
		if n > before[name] {
			step.Events[name] = n - before[name]
		}
	}
	if err != nil {
		var e *ibr.Error
		step.Foreign, step.Message = !errors.As(err, &e), err.Error()
		if e != nil {
			step.Reason, step.OutcomeUnknown = string(e.Reason), e.OutcomeUnknown
		}
		m.see("error", fmt.Sprintf("%v %+v", err, e))
	}
	m.steps = append(m.steps, step)
	return err
}

func (m *libraryManager) given(name string) string {
	s, _ := m.job.Given[name].(string)
	return s
}

func (m *libraryManager) answers(more ...string) ibr.Values {
	v := map[string][]string{"username": {m.given("username")}, "password": {m.given("password")}}
	for i := 0; i < len(more); i += 2 {
		v[more[i]] = []string{more[i+1]}
	}
	return ibr.Values{Fields: v}
}

func (m *libraryManager) login(ctx context.Context) error {
	return m.call(ctx, "connect", func(ctx context.Context) error {
		return m.Connect(ctx, ibr.Login{JID: m.given("jid"), Password: m.given("oldPassword")})
	})
}

func (m *libraryManager) form(ctx context.Context, service string, more ...string) error {
	var form *ibr.Form
	err := m.call(ctx, "requestForm", func(ctx context.Context) (err error) {
		form, err = m.RequestForm(ctx, service)
		return err
	})
	if err != nil {
		return err
	}
	for _, f := range form.Fields {
		for _, media := range f.Media {
			if answer, err := ejabberd.Answer(media.Data); err == nil {
				more = []string{f.Name, answer}
			}
		}
	}
	return m.call(ctx, "submit", func(ctx context.Context) error {
		_, err := m.Submit(ctx, m.answers(more...))
		return err
	})
}

func (m *libraryManager) change(ctx context.Context, values ibr.Values) error {
	return m.call(ctx, "changePassword", func(ctx context.Context) error {
		return m.ChangePassword(ctx, m.given("password"), values)
	})
}

// libraryOperations are those of faults.js.
var libraryOperations = map[string]func(context.Context, *libraryManager) error{
	"form":    func(ctx context.Context, m *libraryManager) error { return m.form(ctx, "") },
	"captcha": func(ctx context.Context, m *libraryManager) error { return m.form(ctx, "", "ocr", "bell") },
	"service": func(ctx context.Context, m *libraryManager) error {
		if err := m.login(ctx); err != nil {
			return err
		}
		return m.form(ctx, m.given("service"))
	},
	"keptFields": func(ctx context.Context, m *libraryManager) error {
		m.SetFormToSend(m.answers())
		return m.call(ctx, "sendCachedForm", func(ctx context.Context) error {
			_, err := m.SendForm(ctx)
			return err
		})
	},
	"onConnect": func(ctx context.Context, m *libraryManager) error {
		for len(m.outcomes) > 0 {
			<-m.outcomes
		}
		m.SetRegisterOnConnect(true)
		m.SetFormToSend(m.answers())
		return m.call(ctx, "onConnect", func(ctx context.Context) error {
			if err := m.Connect(ctx, ibr.Login{}); err != nil {
				return err
			}
			select {
			case err := <-m.outcomes:
				return err
			case <-ctx.Done():
				return ctx.Err()
			}
		})
	},
	"login": func(ctx context.Context, m *libraryManager) error { return m.login(ctx) },
	"change": func(ctx context.Context, m *libraryManager) error {
		if err := m.login(ctx); err != nil {
			return err
		}
		return m.change(ctx, ibr.Values{})
	},
	"stages": func(ctx context.Context, m *libraryManager) error {
		if err := m.login(ctx); err != nil {
			return err
		}
		var e *ibr.Error
		if err := m.change(ctx, ibr.Values{}); !errors.As(err, &e) || e.Form == nil {
			return err
		}
		return m.change(ctx, ibr.Values{Fields: map[string][]string{"code": {"1234"}}})
	},
	"deletion": func(ctx context.Context, m *libraryManager) error {
		if err := m.login(ctx); err != nil {
			return err
		}
		return m.call(ctx, "deleteAccount", func(ctx context.Context) error { return m.DeleteAccount(ctx, ibr.Values{}) })
	},
	"verify": func(ctx context.Context, m *libraryManager) error {
		var found *ibr.Verification
		err := m.call(ctx, "verify", func(ctx context.Context) (err error) {
			found, err = m.Verify(ctx)
			return err
		})
		if err == nil {
			m.steps[0].Verdict = string(found.Verdict)
			if found.Err != nil {
				m.steps[0].Reason = found.Err.Error()
			}
		}
		return err
	},
	"end": func(ctx context.Context, m *libraryManager) error {
		return m.call(ctx, "disconnect", func(context.Context) error { m.Disconnect(); return nil })
	},
}

package ibr

import (
	"context"
	"errors"
	"io"
	"testing"

	"github.com/xmppreg/xmppreg/ibr/internal/scripted"
	"github.com/xmppreg/xmppreg/transport"
)

// losingDialer opens connections that are lost right before answers to a form are
// sent, so many of them.
type losingDialer struct {
	*scripted.Dialer
	losses int
}

func (d *losingDialer) Dial(ctx context.Context, to transport.Target) (transport.Transport, error) {
	t, err := d.Dialer.Dial(ctx, to)
	if err != nil {
		return nil, err
	}
	return &losingTransport{t, d}, nil
}

type losingTransport struct {
	transport.Transport
	dialer *losingDialer
}

func (t *losingTransport) Send(ctx context.Context, e *transport.Element) (bool, error) {
	if e.Get("type") != "set" || t.dialer.losses == 0 {
		return t.Transport.Send(ctx, e)
	}
	t.dialer.losses--
	go t.Close(context.Background()) // it waits for the script
	return false, &transport.Error{Fault: transport.Lost, Text: "the connection was lost", Err: io.ErrUnexpectedEOF}
}

func losingManager(t *testing.T, losses int, scripts ...script) *Manager {
	t.Helper()
	m, err := NewManager(Config{Domain: "shore.example", Dialer: &losingDialer{scripted.NewDialer(t, scripts...), losses}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(m.Disconnect)
	return m
}

func takeForm(p *peer) {
	p.Open(openFeatures)
	p.Result(p.Request(), "")
	p.Finish()
}

func TestAnswersThatWereNotSentAreSentOverAnotherConnection(t *testing.T) {
	m := losingManager(t, 1, func(p *peer) { giveForm(openFeatures, plainQuery)(p); p.Drain() }, takeForm)
	if _, err := m.RequestForm(background, ""); err != nil {
		t.Fatal(err)
	}
	if account, err := m.Submit(background, kim); err != nil || account.Username != "kim" {
		t.Errorf("%+v, %v", account, err)
	}
}

func TestAnswersThatCouldNotBeSentAreKept(t *testing.T) {
	open := func(p *peer) { p.Open(openFeatures); p.Drain() }
	m := losingManager(t, 2, open, open, takeForm)
	m.SetFormToSend(kim)
	_, err := m.SendForm(background)
	var e *Error
	if !errors.As(err, &e) || e.OutcomeUnknown || e.Reason != StreamFailed {
		t.Errorf("error %#v", err)
	}
	if account, err := m.SendForm(background); err != nil || account.Username != "kim" {
		t.Errorf("%+v, %v", account, err)
	}
}

package stream

import (
	"context"
	"errors"
	"io"
	"testing"

	"github.com/xmppreg/xmppreg/ibr/internal/scripted"
	"github.com/xmppreg/xmppreg/transport"
)

// lateDialer opens connections whose sending fails before what the server has sent
// is received.
type lateDialer struct{ transport.Dialer }

func (d lateDialer) Dial(ctx context.Context, to transport.Target) (transport.Transport, error) {
	t, err := d.Dialer.Dial(ctx, to)
	if err != nil {
		return nil, err
	}
	return &lateTransport{Transport: t, failed: make(chan struct{})}, nil
}

type lateTransport struct {
	transport.Transport
	opened bool          // the features were received; by the one goroutine that receives
	failed chan struct{} // closed when sending has failed
}

func (t *lateTransport) Receive(ctx context.Context) (*transport.Element, error) {
	if t.opened {
		<-t.failed
	}
	t.opened = true
	return t.Transport.Receive(ctx)
}

func (t *lateTransport) Send(context.Context, *transport.Element) (bool, error) {
	close(t.failed)
	return true, &transport.Error{Fault: transport.Lost, Text: "the connection was lost", Err: io.ErrUnexpectedEOF}
}

func TestStreamErrorIsTheCauseAlsoWhereSendingFailsFirst(t *testing.T) {
	c, _ := configFor(t, nil, func(p *scripted.Peer) { p.Open(guests + scripted.StreamError("policy-violation")) })
	c.Dialer = lateDialer{c.Dialer}
	s, err := Open(background, c)
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.Request(background, Set, home, question)
	var e *Error
	var unanswered *UnansweredError
	if !errors.As(err, &e) || e.Condition != "policy-violation" || !errors.As(err, &unanswered) {
		t.Errorf("error %v", err)
	}
	if s.Usable() {
		t.Error("the stream counts as usable")
	}
}

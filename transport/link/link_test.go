package link

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/xmppreg/xmppreg/internal/xmltree"
	"github.com/xmppreg/xmppreg/transport"
)

var background = context.Background()

// request is a request with that id.
func request(id string) *transport.Element {
	e := xmltree.New(xmltree.NSClient, "iq", xmltree.New("jabber:iq:register", "query")).With("type", "get").With("id", id)
	return &e
}

// take takes all that is sent.
func take(context.Context, string) error { return nil }

// isLost tells whether an error is that of a connection that is lost, for a reason.
func isLost(err error, text string) bool {
	var e *transport.Error
	return errors.As(err, &e) && e.Fault == transport.Lost && strings.Contains(e.Text, text)
}

func TestOnlyAnswersToWhatWasSentAreTaken(t *testing.T) {
	l := New(take)
	if sent, err := l.Send(background, request("a1b2")); !sent || err != nil {
		t.Fatal(sent, err)
	}
	for _, other := range []string{
		``, `a1b2`, `<iq a1b2`, `<iq xmlns='jabber:client' type='result' id='a1b2'>`,
		`<iq xmlns='jabber:client' type='result' id='a1b3'/>`,
		`<iq xmlns='jabber:client' type='result' id='A1B2'/>`,
		`<iq xmlns='jabber:client' type='result' id='a1b2 '/>`,
		`<iq xmlns='jabber:client' type='get' id='a1b2'/>`,
		`<iq xmlns='jabber:client' type='set' id='a1b2'/>`,
		`<iq xmlns='jabber:server' type='result' id='a1b2'/>`,
		`<message xmlns='jabber:client' id='a1b2'/>`,
		`<iq xmlns='jabber:client' type='result' id='a1b2'/><iq/>`,
		`<!DOCTYPE iq><iq xmlns='jabber:client' type='result' id='a1b2'/>`,
		`<stream:error xmlns:stream='http://etherx.jabber.org/streams' id='a1b2'/>`,
	} {
		l.Deliver(other)
	}
	answers := []string{
		`<iq xmlns="jabber:client" type="result" id="a1b2"><query xmlns="jabber:iq:register"/></iq>`,
		` <iq id='a1b2' type='error'><error/></iq>`, // as it stands inside of a stream
		`<c:iq xmlns:c='jabber:client' id='a1b2'/>`,
	}
	for _, answer := range answers {
		l.Deliver(answer)
	}
	l.End()
	var got []string
	for {
		e, err := l.Receive(background)
		if err != nil {
			if !isLost(err, "the client has lost its connection") {
				t.Errorf("the end: %v", err)
			}
			break
		}
		if e.Get("id") != "a1b2" {
			t.Errorf("took %s", e)
		}
		got = append(got, e.Get("type"))
	}
	if strings.Join(got, ",") != "result,error," {
		t.Errorf("took %q", got)
	}
}

func TestNothingIsLookedForThatNobodyWaitsFor(t *testing.T) {
	l := New(take)
	for _, id := range []string{"a1", "b2"} {
		if _, err := l.Send(background, request(id)); err != nil {
			t.Fatal(err)
		}
	}
	l.Deliver(`<iq id='a1' from='somebody.example' type='result'/>`)
	l.Deliver(`<iq id='a1' type='result'/>`)
	l.Forget("a1")
	l.Deliver(`<iq id='a1' type='error'/>`) // a second answer, late
	l.Deliver(`<iq id='b2' type='result'/>`)
	l.Forget("b2")
	if l.mayConcern(`<message><body>a1 b2</body></message>`) {
		t.Error("the client's stanzas are searched for what was answered")
	}
	l.End()
	for _, want := range []string{"a1", "a1", "b2"} {
		if e, err := l.Receive(background); err != nil || e.Get("id") != want || e.Get("type") != "result" {
			t.Errorf("received %v, %v, want the result for %s", e, err, want)
		}
	}
	if e, err := l.Receive(background); err == nil {
		t.Errorf("received %s", e)
	}
}

func TestWhatIsSentStandsAlone(t *testing.T) {
	var sent string
	l := New(func(_ context.Context, stanza string) error { sent = stanza; return nil })
	if _, err := l.Send(background, request("1")); err != nil {
		t.Fatal(err)
	}
	if want := `<iq xmlns='jabber:client' type='get' id='1'><query xmlns='jabber:iq:register'/></iq>`; sent != want {
		t.Errorf("sent %s, want %s", sent, want)
	}
}

func TestWhatComesOfSending(t *testing.T) {
	hangs := func(ctx context.Context, _ string) error { <-ctx.Done(); return ctx.Err() }
	fails := func(context.Context, string) error { return io.ErrClosedPipe }
	for name, tt := range map[string]struct {
		send func(context.Context, string) error
		then func(l *Link, giveUp func()) // what happens meanwhile
		sent bool
		err  func(error) bool
	}{
		"the client takes it":    {take, func(*Link, func()) {}, true, func(err error) bool { return err == nil }},
		"the client refuses it":  {fails, func(*Link, func()) {}, false, func(err error) bool { return isLost(err, "did not send the request: io: read/write on closed pipe") }},
		"the answer comes first": {hangs, func(l *Link, _ func()) { l.Deliver(`<iq type='result' id='1'/>`) }, true, func(err error) bool { return err == nil }},
		"the connection is lost": {hangs, func(l *Link, _ func()) { l.End() }, true, func(err error) bool { return isLost(err, "lost its connection") }},
		"the link is closed":     {hangs, func(l *Link, _ func()) { _ = l.Close(background) }, true, func(err error) bool { return isLost(err, "closed here") }},
		"the caller gives up":    {hangs, func(_ *Link, giveUp func()) { giveUp() }, true, func(err error) bool { return err == context.Canceled }},
		"another's answer comes": {hangs, func(l *Link, giveUp func()) { l.Deliver(`<iq type='result' id='2'/>`); giveUp() }, true, func(err error) bool { return err == context.Canceled }},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := New(tt.send)
				ctx, cancel := context.WithCancel(background)
				defer cancel()
				go func() {
					synctest.Wait()
					tt.then(l, cancel)
				}()
				if sent, err := l.Send(ctx, request("1")); sent != tt.sent || !tt.err(err) {
					t.Errorf("sent: %t, error %v", sent, err)
				}
			})
		})
	}
}

func TestNothingIsSentOverALinkThatIsOver(t *testing.T) {
	for name, end := range map[string]func(*Link){
		"ended":  (*Link).End,
		"closed": func(l *Link) { _ = l.Close(background) },
	} {
		l := New(func(context.Context, string) error { t.Errorf("%s: the client was asked to send", name); return nil })
		end(l)
		end(l)
		if sent, err := l.Send(background, request("1")); sent || !isLost(err, "") {
			t.Errorf("%s: sent: %t, error %v", name, sent, err)
		}
		l.Deliver(`<iq type='result' id='1'/>`)
		if _, err := l.Receive(background); !isLost(err, "") {
			t.Errorf("%s: received: %v", name, err)
		}
	}
	l := New(func(context.Context, string) error { t.Error("sent for somebody who has given up"); return nil })
	ctx, cancel := context.WithCancel(background)
	cancel()
	if sent, err := l.Send(ctx, request("1")); sent || err != context.Canceled {
		t.Errorf("sent: %t, error %v", sent, err)
	}
	if err := l.Restart(background); err == nil {
		t.Error("the client's stream was opened anew")
	}
	if !l.Secure() {
		t.Error("no password may travel")
	}
}

func TestClosedLinkKeepsNothing(t *testing.T) {
	l := New(take)
	if _, err := l.Send(background, request("1")); err != nil {
		t.Fatal(err)
	}
	l.Deliver(`<iq type='result' id='1'/>`)
	_ = l.Close(background)
	if e, err := l.Receive(background); err == nil {
		t.Errorf("received %s", e)
	}
	ctx, cancel := context.WithTimeout(background, time.Nanosecond)
	defer cancel()
	<-ctx.Done()
	if _, err := New(take).Receive(ctx); err != context.DeadlineExceeded {
		t.Errorf("waited for nothing: %v", err)
	}
}

// FuzzDeliver shows that whatever a client hands over is taken or dropped.
func FuzzDeliver(f *testing.F) {
	f.Add(`<iq xmlns='jabber:client' type='result' id='1'/>`)
	f.Add(`<message id='1'>`)
	f.Fuzz(func(t *testing.T, stanza string) {
		l := New(take)
		if _, err := l.Send(background, request("1")); err != nil {
			t.Fatal(err)
		}
		l.Deliver(stanza)
		l.End()
		if e, err := l.Receive(background); err == nil && (!e.Is(xmltree.NSClient, "iq") || e.Get("id") != "1" || e.Get("type") == "get") {
			t.Errorf("took %s", e)
		}
	})
}

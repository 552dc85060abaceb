package ibr

import (
	"context"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/xmppreg/xmppreg/ibr/internal/scripted"
	"github.com/xmppreg/xmppreg/internal/xmltree"
	"github.com/xmppreg/xmppreg/transport"
	"github.com/xmppreg/xmppreg/transport/link"
)

// A client has a stream of its own, over which managers work. It plays the server as
// well.
type client struct {
	t    *testing.T
	sent chan *xmltree.Element // by managers

	mu    sync.Mutex
	links []*link.Link
	fails error // what sending fails with
}

func newClient(t *testing.T) *client {
	return &client{t: t, sent: make(chan *xmltree.Element, 16)}
}

// link returns a new link over the client's stream.
func (c *client) link() *link.Link {
	l := link.New(func(_ context.Context, stanza string) error {
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.fails != nil {
			return c.fails
		}
		e, err := xmltree.Parse([]byte(stanza))
		if err != nil {
			return err
		}
		c.sent <- e
		return nil
	})
	c.mu.Lock()
	defer c.mu.Unlock()
	c.links = append(c.links, l)
	return l
}

// receive hands a stanza to every manager, as a client does that has several.
func (c *client) receive(stanza string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, l := range c.links {
		l.Deliver(stanza)
	}
}

// answer answers the next request, and returns it.
func (c *client) answer(typ, payload string) *xmltree.Element {
	e := <-c.sent
	c.receive(fmt.Sprintf(`<iq xmlns='jabber:client' type='%s' from='%s' to='kim@shore.example/r1' id='%s'>%s</iq>`, typ, e.Get("to"), e.Get("id"), payload))
	return e
}

const supported = `<query xmlns='http://jabber.org/protocol/disco#info'><feature var='jabber:iq:register'/></query>`

// attach attaches a manager.
func (c *client) attach(m *Manager) *link.Link {
	c.t.Helper()
	l := c.link()
	go c.answer("result", supported)
	if err := m.Attach(background, "kim@shore.example/r1", l); err != nil {
		c.t.Fatal(err)
	}
	return l
}

// attached is a manager that works over a client's stream, for an account without a known
// password. It connects once for each of the scripts.
func attached(t *testing.T, config Config, more ...script) (*client, *Manager, *recorder) {
	t.Helper()
	m, events := newTestManager(t, config, more...)
	c := newClient(t)
	c.attach(m)
	return c, m, events
}

func TestAttachedManagerSeesWhatTheServerSupports(t *testing.T) {
	for payload, want := range map[string]bool{supported: true, `<query xmlns='http://jabber.org/protocol/disco#info'/>`: false} {
		m, events := newTestManager(t, Config{Domain: "elsewhere.example"})
		c := newClient(t)
		go func() {
			if e := c.answer("result", payload); e.Get("to") != "shore.example" {
				t.Errorf("asked %s", e)
			}
		}()
		if err := m.Attach(background, "KIM@shore.example/r1", c.link()); err != nil {
			t.Fatal(err)
		}
		if m.SupportedByServer() != want {
			t.Errorf("%s: supported: %t", payload, m.SupportedByServer())
		}
		if got := eventsOf[Connected](events); !reflect.DeepEqual(got, []Connected{{JID: "kim@shore.example/r1"}}) {
			t.Errorf("connected as %v", got)
		}
		m.Disconnect()
		if m.SupportedByServer() || len(eventsOf[Disconnected](events)) != 1 {
			t.Errorf("after the end: supported: %t, events %v", m.SupportedByServer(), eventNames(events))
		}
	}
}

// TestAttachedManagerDoesWhatAnyOtherDoes does each operation over a client's stream.
func TestAttachedManagerDoesWhatAnyOtherDoes(t *testing.T) {
	const question = `<query xmlns='jabber:iq:register'><x xmlns='jabber:x:data' type='form'><field type='text-private' var='old_password'><required/></field></x></query>`
	refusal := `<error type='modify'><not-acceptable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>` + question
	old := Values{Fields: map[string][]string{"old_password": {"old"}}}
	for name, tt := range map[string]struct {
		do      func(*Manager) error
		answers [][2]string // type and payload
		sent    []string    // type, address and payload of each
	}{
		"change the password": {
			func(m *Manager) error { return m.ChangePassword(background, "new", Values{}) },
			[][2]string{{"result", ""}},
			[]string{`set shore.example <query xmlns='jabber:iq:register'><username>kim</username><password>new</password></query>`},
		},
		"change it in two stages": {
			func(m *Manager) error {
				var e *Error
				if err := m.ChangePassword(background, "new", Values{}); !errors.As(err, &e) || e.Form == nil {
					return fmt.Errorf("the first stage: %w", err)
				}
				return m.ChangePassword(background, "new", old)
			},
			[][2]string{{"error", refusal}, {"result", ""}},
			[]string{
				`set shore.example <query xmlns='jabber:iq:register'><username>kim</username><password>new</password></query>`,
				`set shore.example <query xmlns='jabber:iq:register'><x xmlns='jabber:x:data' type='submit'><field var='old_password'><value>old</value></field></x></query>`,
			},
		},
		"delete the account": {
			func(m *Manager) error { return m.DeleteAccount(background, Values{}) },
			[][2]string{{"result", ""}},
			[]string{`set  <query xmlns='jabber:iq:register'><remove/></query>`},
		},
		"register with a service": {
			func(m *Manager) error {
				if form, err := m.RequestForm(background, "gw.shore.example"); err != nil || form.Service != "gw.shore.example" {
					return fmt.Errorf("form %v: %w", form, err)
				}
				_, err := m.Submit(background, kim)
				return err
			},
			[][2]string{{"result", plainQuery}, {"result", ""}},
			[]string{
				`get gw.shore.example <query xmlns='jabber:iq:register'/>`,
				`set gw.shore.example <query xmlns='jabber:iq:register'><username>kim</username><password>a&amp;b&lt;c</password></query>`,
			},
		},
		"cancel that": {
			func(m *Manager) error { return m.Unregister(background, "gw.shore.example") },
			[][2]string{{"result", ""}},
			[]string{`set gw.shore.example <query xmlns='jabber:iq:register'><remove/></query>`},
		},
		"get a picture": {
			func(m *Manager) error {
				form, err := m.RequestForm(background, "")
				if err == nil && string(form.Field("ocr").Media[0].Data) != "png" {
					err = errors.New("there is no picture")
				}
				return err
			},
			[][2]string{
				{"result", `<query xmlns='jabber:iq:register'><x xmlns='jabber:x:data' type='form'><field type='text-single' var='ocr'>` +
					`<media xmlns='urn:xmpp:media-element'><uri type='image/png'>cid:sha1+9040a7d6cdf7a0d6cab1823831c6ceb7d01af97f@bob.xmpp.org</uri></media></field></x></query>`},
				{"result", `<data xmlns='urn:xmpp:bob' cid='sha1+9040a7d6cdf7a0d6cab1823831c6ceb7d01af97f@bob.xmpp.org' type='image/png'>cG5n</data>`},
			},
			[]string{
				`get shore.example <query xmlns='jabber:iq:register'/>`,
				`get shore.example <data xmlns='urn:xmpp:bob' cid='sha1+9040a7d6cdf7a0d6cab1823831c6ceb7d01af97f@bob.xmpp.org'/>`,
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			c, m, _ := attached(t, Config{})
			var sent []string
			served := make(chan struct{})
			go func() {
				defer close(served)
				for _, answer := range tt.answers {
					e := c.answer(answer[0], answer[1])
					sent = append(sent, fmt.Sprintf("%s %s %s", e.Get("type"), e.Get("to"), e.Children[0].String()))
				}
			}()
			if err := tt.do(m); err != nil {
				t.Error(err)
			}
			<-served
			if !slices.Equal(sent, tt.sent) {
				t.Errorf("sent\n%s\nwant\n%s", strings.Join(sent, "\n"), strings.Join(tt.sent, "\n"))
			}
			m.Disconnect()
			if len(c.sent) > 0 {
				t.Errorf("this was sent beside: %s", <-c.sent)
			}
		})
	}
}

func TestWhatIsTheClientsIsLeftAlone(t *testing.T) {
	c, m, events := attached(t, Config{})
	go func() {
		e := <-c.sent
		id := e.Get("id")
		for _, other := range []string{
			`<message from='ann@shore.example'><body>` + id + `</body></message>`,
			`<iq type='get' from='shore.example' id='` + id + `'><ping xmlns='urn:xmpp:ping'/></iq>`,
			`<iq type='result' from='shore.example' id='` + id[1:] + `'/>`,
			`<iq type='result' from='shore.example' id='` + id + `0'/>`,
			`<iq type='result' from='ann@shore.example/r1' id='` + id + `'/>`,
			`<iq type='result' from='evil.example' id='` + id + `'/>`,
			`<stream:error><conflict xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>`,
			`<r xmlns='urn:xmpp:sm:3'/>`,
			`</` + id,
		} {
			c.receive(other)
		}
		c.receive(`<iq type='error' from='kim@shore.example' id='` + id + `'>` + scripted.StanzaError("auth", "forbidden") + `</iq>`)
	}()
	if err := m.ChangePassword(background, "new", Values{}); !errors.Is(err, Forbidden) {
		t.Errorf("error %v", err)
	}
	if len(c.sent) > 0 {
		t.Errorf("sent %s", <-c.sent)
	}
	received := 0
	for _, log := range eventsOf[Log](events) {
		if log.Level == LogReceived {
			received++
		}
		if strings.Contains(log.Message, "body") || strings.Contains(log.Message, "ping") {
			t.Errorf("logged what is the client's: %s", log.Message)
		}
	}
	if received == 0 {
		t.Error("nothing is logged")
	}
}

func TestTwoManagersOfOneClient(t *testing.T) {
	c := newClient(t)
	var managers [2]*Manager
	for i := range managers {
		managers[i], _ = newTestManager(t, Config{})
		c.attach(managers[i])
	}
	var errs [2]error
	var changing sync.WaitGroup
	for i, m := range managers {
		changing.Go(func() { errs[i] = m.ChangePassword(background, fmt.Sprint("new", i), Values{}) })
	}
	requests := []*xmltree.Element{<-c.sent, <-c.sent}
	for _, e := range requests {
		typ, payload := "result", ""
		if strings.Contains(e.String(), "new1") {
			typ, payload = "error", scripted.StanzaError("modify", "not-acceptable")
		}
		c.receive(fmt.Sprintf(`<iq type='%s' from='shore.example' id='%s'>%s</iq>`, typ, e.Get("id"), payload))
	}
	changing.Wait()
	if errs[0] != nil || !errors.Is(errs[1], Rejected) {
		t.Errorf("they heard %v and %v", errs[0], errs[1])
	}
}

// watched is a transport whose end a test sees.
type watched struct {
	Transport
	once   sync.Once
	closed chan struct{}
}

func watch(t Transport) *watched { return &watched{Transport: t, closed: make(chan struct{})} }

func (w *watched) Close(ctx context.Context) error {
	w.once.Do(func() { close(w.closed) })
	return w.Transport.Close(ctx)
}

func TestAttachIsRefused(t *testing.T) {
	for name, tt := range map[string]struct {
		address string
		first   func(*Manager, *client)
		want    *Error
	}{
		"no address":     {"", nil, &Error{Kind: KindForm, Reason: UsernameInvalid, Field: "jid"}},
		"not an address": {"@", nil, &Error{Kind: KindForm, Reason: UsernameInvalid, Field: "jid"}},
		"a server's":     {"shore.example/r1", nil, &Error{Kind: KindForm, Reason: UsernameInvalid, Field: "jid"}},
		"attached":       {"kim@shore.example/r1", func(m *Manager, c *client) { c.attach(m) }, &Error{Kind: KindForm, Reason: Busy}},
		"logged in":      {"kim@shore.example/r1", func(m *Manager, _ *client) { _ = m.Connect(background, kimsLogin) }, &Error{Kind: KindForm, Reason: Busy}},
		"a guest":        {"kim@shore.example/r1", func(m *Manager, _ *client) { _, _ = m.RequestForm(background, "") }, &Error{Kind: KindForm, Reason: Busy}},
	} {
		t.Run(name, func(t *testing.T) {
			var scripts []script
			switch name {
			case "logged in":
				scripts = []script{func(p *peer) { p.Login("pw"); p.Finish() }}
			case "a guest":
				scripts = []script{func(p *peer) { giveForm(openFeatures, plainQuery)(p); p.Finish() }}
			}
			m, events := newTestManager(t, Config{}, scripts...)
			c := newClient(t)
			if tt.first != nil {
				tt.first(m, c)
			}
			before := len(eventsOf[Connected](events))
			l := watch(c.link())
			if err := m.Attach(background, tt.address, l); !isLike(err, tt.want) {
				t.Errorf("error %v", err)
			}
			<-l.closed
			if after := len(eventsOf[Connected](events)); after != before || len(eventsOf[Disconnected](events)) > 0 {
				t.Errorf("events %v", eventNames(events))
			}
		})
	}
}

func TestAttachThatIsAborted(t *testing.T) {
	m, _ := newTestManager(t, Config{})
	c := newClient(t)
	ctx, cancel := context.WithCancel(background)
	go func() { <-c.sent; cancel() }()
	for range 2 { // the second time it has not begun
		l := watch(c.link())
		if err := m.Attach(ctx, "kim@shore.example/r1", l); !isLike(err, &Error{Kind: KindAborted, Reason: Aborted}) {
			t.Errorf("error %v", err)
		}
		<-l.closed
	}
	c.attach(m) // and there is no stream in the way
}

func TestOnlyASecureStreamIsAttached(t *testing.T) {
	dialer := scripted.NewDialer(t, func(p *peer) { p.Open(""); p.Finish() })
	dialer.Insecure = true
	insecure, err := dialer.Dial(background, transport.Target{})
	if err != nil {
		t.Fatal(err)
	}
	m, _ := newTestManager(t, Config{})
	if err := m.Attach(background, "kim@shore.example/r1", insecure); !isLike(err, &Error{Kind: KindTransport, Reason: UnsafeURL}) {
		t.Errorf("error %v", err)
	}
}

// TestClientLosesItsConnection ends it before the answer, with and without a password that
// the manager knows.
func TestClientLosesItsConnection(t *testing.T) {
	refused := func(p *peer) { p.Auth("kim", "new"); p.RefuseLogin("not-authorized") }
	letIn := func(p *peer) { p.Login("new"); p.Finish() }
	unknown := &Error{Kind: KindTransport, Reason: OutcomeUnknown}
	deletes := func(m *Manager) error { return m.DeleteAccount(background, Values{}) }
	changes := func(m *Manager) error { return m.ChangePassword(background, "newer", Values{}) }
	for name, tt := range map[string]struct {
		knows   bool // a password
		do      func(*Manager) error
		scripts []script // what the manager connects to by itself
		want    *Error   // nil for none
		unknown bool
	}{
		"change":                           {false, changes, nil, unknown, true},
		"deletion":                         {false, deletes, nil, unknown, true},
		"deletion with a password":         {true, deletes, []script{refused, refused}, nil, false},
		"no deletion with a password":      {true, deletes, []script{letIn}, &Error{Kind: KindTransport, Reason: StreamFailed}, false},
		"deletion after a doubtful change": {false, func(m *Manager) error { _ = changes(m); return deletes(m) }, nil, &Error{Kind: KindForm, Reason: NotAuthorized}, false},
		"form": {false, func(m *Manager) error { _, err := m.RequestForm(background, ""); return err }, nil,
			&Error{Kind: KindTransport, Reason: StreamFailed}, false},
	} {
		t.Run(name, func(t *testing.T) {
			c, m, events := attached(t, Config{}, tt.scripts...)
			if tt.knows {
				go c.answer("result", "")
				if err := m.ChangePassword(background, "new", Values{}); err != nil {
					t.Fatal(err)
				}
			}
			go func() {
				<-c.sent
				c.links[0].End()
			}()
			err := tt.do(m)
			if tt.want == nil && err != nil || tt.want != nil && !isLike(err, tt.want) {
				t.Errorf("error %v", err)
			}
			var e *Error
			if errors.As(err, &e) && e.OutcomeUnknown != tt.unknown {
				t.Errorf("unknown: %t", e.OutcomeUnknown)
			}
			waitFor[Disconnected](t, events)
		})
	}
}

func TestNobodyBecomesAGuestWhenTheClientsConnectionIsLost(t *testing.T) {
	c, m, events := attached(t, Config{})
	c.links[0].End()
	if d := waitFor[Disconnected](t, events); d.Reason != StreamFailed {
		t.Errorf("disconnected: %v", d)
	}
	if _, err := m.RequestForm(background, ""); !isLike(err, &Error{Kind: KindForm, Reason: NotAuthorized}) {
		t.Errorf("error %v", err)
	}
	c.attach(m) // as soon as the client is back
	go c.answer("result", plainQuery)
	if _, err := m.RequestForm(background, ""); err != nil {
		t.Error(err)
	}
}

func TestRequestThatTheClientDoesNotSend(t *testing.T) {
	c, m, events := attached(t, Config{})
	c.fails = io.ErrClosedPipe
	for _, do := range []func() error{
		func() error { return m.ChangePassword(background, "new", Values{}) },
		func() error { return m.DeleteAccount(background, Values{}) },
	} {
		var e *Error
		if err := do(); !errors.As(err, &e) || e.Reason != StreamFailed || e.OutcomeUnknown || !errors.Is(e, io.ErrClosedPipe) ||
			e.Error() != "stream: the client did not send the request: io: read/write on closed pipe" {
			t.Errorf("error %v", err)
		}
	}
	if n := len(eventsOf[Disconnected](events)); n > 0 {
		t.Error("the link is given up")
	}
	c.fails = nil
	go c.answer("result", "")
	if err := m.ChangePassword(background, "new", Values{}); err != nil {
		t.Error(err)
	}
}

func TestClientThatResumesItsStreamLosesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, m, events := attached(t, Config{Timeout: time.Minute})
		go func() {
			e := <-c.sent
			time.Sleep(59 * time.Second) // XEP-0198: the client is away, and sends it again when it is back
			c.receive(`<iq type='result' from='shore.example' id='` + e.Get("id") + `'/>`)
		}()
		if err := m.ChangePassword(background, "new", Values{}); err != nil {
			t.Error(err)
		}
		go func() { <-c.sent }()
		if err := m.ChangePassword(background, "newer", Values{}); !isLike(err, &Error{Kind: KindTimeout, Reason: OutcomeUnknown}) {
			t.Errorf("error %v", err)
		}
		// Whether the connection is lost is for the client to say.
		if n := len(eventsOf[Disconnected](events)); n > 0 {
			t.Error("the link is given up")
		}
		go c.answer("result", "")
		if err := m.ChangePassword(background, "newest", Values{}); err != nil {
			t.Error(err)
		}
		m.Disconnect()
	})
}

// A noting link notes which requests it may forget.
type noting struct {
	*link.Link
	mu        sync.Mutex
	forgotten []string
}

func (n *noting) Forget(id string) {
	n.mu.Lock()
	n.forgotten = append(n.forgotten, id)
	n.mu.Unlock()
	n.Link.Forget(id)
}

// TestLinkIsToldWhatNobodyWaitsForAnyMore does so when the answer has come, when it is an error
// and when the caller has given up.
func TestLinkIsToldWhatNobodyWaitsForAnyMore(t *testing.T) {
	m, _ := newTestManager(t, Config{})
	c := newClient(t)
	n := &noting{Link: c.link()}
	var asked []string
	answered := make(chan struct{})
	go func() {
		defer close(answered)
		asked = append(asked, c.answer("result", supported).Get("id"))
		asked = append(asked, c.answer("error", scripted.StanzaError("auth", "forbidden")).Get("id"))
	}()
	if err := m.Attach(background, "kim@shore.example/r1", n); err != nil {
		t.Fatal(err)
	}
	if err := m.ChangePassword(background, "new", Values{}); !errors.Is(err, Forbidden) {
		t.Error(err)
	}
	<-answered
	ctx, cancel := context.WithCancel(background)
	givenUp := make(chan error)
	go func() { givenUp <- m.ChangePassword(ctx, "newer", Values{}) }()
	asked = append(asked, (<-c.sent).Get("id"))
	cancel()
	if err := <-givenUp; !errors.Is(err, Aborted) {
		t.Error(err)
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if !slices.Equal(n.forgotten, asked) {
		t.Errorf("forgot %q of %q", n.forgotten, asked)
	}
}

func TestDisconnectDetaches(t *testing.T) {
	c, m, events := attached(t, Config{})
	changed := make(chan error)
	go func() { changed <- m.ChangePassword(background, "new", Values{}) }()
	request := <-c.sent
	m.Disconnect()
	var e *Error
	if err := <-changed; !errors.As(err, &e) || e.Reason != Aborted || !e.OutcomeUnknown {
		t.Errorf("error %v", err)
	}
	c.receive(`<iq type='result' from='shore.example' id='` + request.Get("id") + `'/>`)
	if d := eventsOf[Disconnected](events); !reflect.DeepEqual(d, []Disconnected{{}}) {
		t.Errorf("disconnected: %v", d)
	}
	if len(c.sent) > 0 {
		t.Errorf("the client's stream was sent %s", <-c.sent)
	}
	c.attach(m)
}

func TestConnectKeepsTheClientsStreamOfThatAccount(t *testing.T) {
	c, m, events := attached(t, Config{}, func(p *peer) { p.Auth("ann", "pw"); p.RefuseLogin("not-authorized") })
	for _, login := range []Login{{}, kimsLogin} {
		if err := m.Connect(background, login); err != nil {
			t.Errorf("%v: %v", login, err)
		}
	}
	if n := len(eventsOf[Connected](events)); n != 1 {
		t.Errorf("connected %d times", n)
	}
	// Somebody else is another stream.
	if err := m.Connect(background, Login{JID: "ann@shore.example", Password: "pw"}); !errors.Is(err, NotAuthorized) {
		t.Error(err)
	}
	if len(c.sent) > 0 || len(eventsOf[Disconnected](events)) != 1 {
		t.Errorf("events %v", eventNames(events))
	}
}

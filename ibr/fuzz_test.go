package ibr

import (
	"bytes"
	"context"
	"encoding/base64"
	"io"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/xmppreg/xmppreg/internal/jid"
	"github.com/xmppreg/xmppreg/internal/replycase"
	"github.com/xmppreg/xmppreg/internal/xmltree"
	"github.com/xmppreg/xmppreg/transport"
)

// A babbler is a server that says what it likes, one message on each line. Every stream
// begins where the one before has ended, and ends when nothing is left to say. "ID" is the id
// of the last request, and a message with it waits for one.
type babbler struct {
	mu       sync.Mutex
	messages []string
	sent     []*xmltree.Element
}

func (b *babbler) Dial(ctx context.Context, _ transport.Target) (transport.Transport, error) {
	if err := ctx.Err(); err != nil {
		return nil, &transport.Error{Fault: transport.Interrupted, Err: err}
	}
	return &babble{server: b, asked: make(chan string, 100), closed: make(chan struct{})}, nil
}

// next returns the next message, "" if there is none.
func (b *babbler) next() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.messages) == 0 {
		return ""
	}
	message := b.messages[0]
	b.messages = b.messages[1:]
	return message
}

// A babble is a stream with it.
type babble struct {
	server *babbler
	asked  chan string // the ids of requests
	id     string
	once   sync.Once
	closed chan struct{}
}

func (s *babble) Send(_ context.Context, e *transport.Element) (bool, error) {
	s.server.mu.Lock()
	s.server.sent = append(s.server.sent, e)
	s.server.mu.Unlock()
	if id := e.Get("id"); id != "" {
		s.asked <- id
	}
	return true, nil
}

func (s *babble) Receive(ctx context.Context) (*transport.Element, error) {
	for {
		message := s.server.next()
		if message == "" {
			return nil, io.EOF
		}
		if strings.Contains(message, "ID") {
			select {
			case s.id = <-s.asked:
			case <-s.closed:
				return nil, io.EOF
			case <-ctx.Done():
				return nil, &transport.Error{Fault: transport.Interrupted, Err: ctx.Err()}
			}
		}
		e, err := xmltree.Parse([]byte(strings.ReplaceAll(message, "ID", s.id)))
		if err != nil {
			return nil, &transport.Error{Fault: transport.Protocol, Err: err}
		}
		if e.Name.Space != "" {
			return e, nil
		}
	}
}

func (s *babble) Restart(context.Context) error { return nil }

func (s *babble) Close(context.Context) error {
	s.once.Do(func() { close(s.closed) })
	return nil
}

func (s *babble) Secure() bool { return true }

// FuzzManager lets a manager do all that it can with a server that says anything. It does
// not panic, tells each outcome once, logs no secret, and sends no request twice that
// changes something.
func FuzzManager(f *testing.F) {
	const (
		offer   = "<stream:features><register xmlns='http://jabber.org/features/iq-register'/><register xmlns='urn:xmpp:ibr-token:0'/><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>PLAIN</mechanism></mechanisms></stream:features>\n"
		offer2  = "<stream:features><register xmlns='http://jabber.org/features/iq-register'/><authentication xmlns='urn:xmpp:sasl:2'><mechanism>PLAIN</mechanism><inline><bind xmlns='urn:xmpp:bind:0'/></inline></authentication></stream:features>\n"
		done    = "<iq xmlns='jabber:client' type='result' id='ID'/>\n"
		letIn   = "<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>\n<stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></stream:features>\n<iq xmlns='jabber:client' type='result' id='ID'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>kim@shore.example/r</jid></bind></iq>\n<iq xmlns='jabber:client' type='result' id='ID'><query xmlns='http://jabber.org/protocol/disco#info'><feature var='jabber:iq:register'/></query></iq>\n"
		letIn2  = "<success xmlns='urn:xmpp:sasl:2'><authorization-identifier>kim@shore.example/r</authorization-identifier><bound xmlns='urn:xmpp:bind:0'/></success>\n" + offer2
		refusal = "<iq xmlns='jabber:client' type='error' id='ID'><query xmlns='jabber:iq:register'><username>kim</username><password>SECRET2</password></query><error type='cancel'><conflict xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/><text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>SECRET1 is SECRET2</text></error></iq>\n"
	)
	form := func(query string) string {
		return "<iq xmlns='jabber:client' type='result' id='ID'>" + query + "</iq>\n"
	}
	f.Add([]byte(offer + done + form(plainQuery) + done + offer + letIn + done + done))
	f.Add([]byte(offer + done + form(captchaQuery) + refusal + form(dataQuery) + done + offer2 + letIn2 + refusal + done + offer + letIn))
	f.Add([]byte(offer + done + form(plainQuery) + form(codeQuery) + offer + "<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><not-authorized/></failure>\n"))
	f.Add([]byte(offer + done + form(dataQuery) + "<stream:error><connection-timeout xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>\n" + offer + letIn))
	for _, c := range replycase.Read(f, "testdata/cases.jsonl") {
		if c.Direction == "server->client" && !strings.Contains(c.XML, "\n") {
			message := c.XML
			for _, id := range []string{"g1", "s1", "p1", "r1", "c1", "b1"} {
				message = strings.ReplaceAll(message, "id='"+id+"'", "id='ID'")
			}
			f.Add([]byte(offer + done + message + "\n" + message + "\n" + offer + letIn + message + "\n"))
		}
	}
	f.Fuzz(func(t *testing.T, script []byte) {
		if len(script) > 64<<10 {
			return
		}
		synctest.Test(t, func(t *testing.T) { babbleTo(t, script) })
	})
}

func babbleTo(t *testing.T, script []byte) {
	server := &babbler{messages: strings.Split(string(script), "\n")}
	events := &recorder{signal: make(chan struct{}, 1)}
	m, err := NewManager(Config{Domain: "shore.example", Dialer: server, Token: "SECRET3", Timeout: time.Minute, RequireFeature: true, Events: events.add})
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	answers := values("username", "kim", "password", "SECRET1", "ocr", "SECRET4", "code", "SECRET4")
	outcomes := func() int {
		return len(eventsOf[Succeeded](events)) + len(eventsOf[Failed](events)) + len(eventsOf[PasswordChanged](events)) +
			len(eventsOf[PasswordChangeFailed](events)) + len(eventsOf[AccountDeleted](events)) + len(eventsOf[AccountDeletionFailed](events))
	}
	// once runs an operation that sends at most so many requests that change something, and
	// tells its outcome once.
	once := func(name string, most, told int, do func() error) {
		server.mu.Lock()
		server.sent = nil
		server.mu.Unlock()
		before := outcomes()
		err := do()
		var sets int
		server.mu.Lock()
		for _, e := range server.sent {
			if e.Get("type") == "set" && e.Child(nsRegister, "query") != nil {
				sets++
			}
		}
		server.mu.Unlock()
		if got := outcomes() - before; sets > most || got != told {
			t.Errorf("%s: %d requests that change something, told %d times: %v", name, sets, got, err)
		}
		if e, ok := err.(*Error); err != nil && (!ok || e.Reason == "") {
			t.Errorf("%s: error %#v", name, err)
		}
		if isUnknown(err) {
			if _, err := m.Verify(ctx); err != nil && !isLike(err, &Error{Kind: KindForm}) {
				t.Errorf("%s: to verify: %v", name, err)
			}
		}
	}
	submit := func() error {
		_, err := m.Submit(ctx, answers)
		return err
	}
	_, _ = m.RequestForm(ctx, "")
	once("submit", 1, 1, submit)
	once("submit again", 1, 1, submit)
	_ = m.Connect(ctx, Login{JID: "kim@shore.example", Password: "SECRET1"})
	once("change", 2, 1, func() error { return m.ChangePassword(ctx, "SECRET2", values("ocr", "SECRET4")) })
	once("delete", 2, 1, func() error { return m.DeleteAccount(ctx, values("ocr", "SECRET4")) })
	m.Disconnect()
	for _, l := range eventsOf[Log](events) {
		if l.Level == LogReceived && !bytes.Contains(script, []byte("SECRET")) || l.Level != LogReceived {
			for _, secret := range []string{"SECRET", base64.StdEncoding.EncodeToString([]byte("\x00kim\x00SECRET1"))} {
				if strings.Contains(l.Message, secret) {
					t.Errorf("logged: %s", l.Message)
				}
			}
		}
	}
}

// FuzzParseInvitation shows that an invitation is read back from the link that it makes.
func FuzzParseInvitation(f *testing.F) {
	for _, seed := range []string{
		"T0KEN", "xmpp:shore.example?register;preauth=T", "XMPP:kim@shore.example?register;preauth=a%20b;x=y", "xmpp:kim@shore.example?roster;preauth=T;ibr=y",
		"xmpp:shore.example?register", "xmpp:%zz?register;preauth=T", "xmpp:a?register;preauth=%00", " xmpp:", "https://invite.example/#shore.example?register;preauth=T",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		invitation, err := ParseInvitation(text)
		if err != nil {
			e, ok := err.(*Error)
			if !ok || invitation != (Invitation{}) {
				t.Fatalf("%q: %+v, %v", text, invitation, err)
			}
			if token := invitation.Token; token != "" && strings.Contains(e.Error(), token) {
				t.Errorf("%q: the error tells the token: %v", text, e)
			}
			return
		}
		if invitation.Domain == "" {
			return // a token alone
		}
		domain, err := jid.New("", invitation.Domain, "")
		if err != nil || domain.Domainpart() != invitation.Domain {
			t.Errorf("%q: the domain %q, %v", text, invitation.Domain, err)
		}
		if invitation.Username != "" {
			if _, err := domain.WithLocal(invitation.Username); err != nil {
				t.Errorf("%q: the name %q, %v", text, invitation.Username, err)
			}
		}
	})
}

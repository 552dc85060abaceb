package ibr

import (
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

// A babbler is a server that says what it likes. Every stream begins where the one before
// has ended, and ends at an empty message or when nothing is left to say. "ID" is the id of
// the next request, and a message with it waits for one.
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

// What a server of FuzzManager says, beside what the cases have.
var sayings = []string{
	"<stream:features><register xmlns='http://jabber.org/features/iq-register'/><register xmlns='urn:xmpp:ibr-token:0'/><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>PLAIN</mechanism></mechanisms></stream:features>",
	"<iq xmlns='jabber:client' type='result' id='ID'/>",
	answer(plainQuery),
	answer(dataQuery),
	answer(captchaQuery),
	answer(codeQuery),
	"<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>",
	"<stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></stream:features>",
	answer("<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>kim@shore.example/r</jid></bind>"),
	answer("<query xmlns='http://jabber.org/protocol/disco#info'><feature var='jabber:iq:register'/></query>"),
	"<iq xmlns='jabber:client' type='error' id='ID'><query xmlns='jabber:iq:register'><username>kim</username><password>SECRET2</password></query><error type='cancel'><conflict xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/><text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>no</text></error></iq>",
	"<stream:error><connection-timeout xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>",
	"<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><not-authorized/></failure>",
	"<challenge xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>eA==</challenge>",
	"<stream:features><register xmlns='http://jabber.org/features/iq-register'/><authentication xmlns='urn:xmpp:sasl:2'><mechanism>PLAIN</mechanism><inline><bind xmlns='urn:xmpp:bind:0'/></inline></authentication></stream:features>",
	"<success xmlns='urn:xmpp:sasl:2'><authorization-identifier>kim@shore.example/r</authorization-identifier><bound xmlns='urn:xmpp:bind:0'/></success>",
	"<iq xmlns='jabber:client' type='get' id='x'><ping xmlns='urn:xmpp:ping'/></iq>",
	"", // the end of the stream
}

func answer(payload string) string {
	return "<iq xmlns='jabber:client' type='result' id='ID'>" + payload + "</iq>"
}

// FuzzManager lets a manager do all that it can with a server that says anything: each byte
// of the script stands for something that servers say, and 0xFF for other. The manager does
// not panic, tells each outcome once, logs no secret, and sends no request twice that changes
// something.
func FuzzManager(f *testing.F) {
	all := sayings
	for _, c := range replycase.Read(f, "testdata/cases.jsonl") {
		if c.Direction == "server->client" && len(all) < 0xFF {
			message := c.XML
			for _, id := range []string{"g1", "s1", "p1", "r1", "c1", "b1"} {
				message = strings.ReplaceAll(message, "id='"+id+"'", "id='ID'")
			}
			all = append(all, message)
		}
	}
	const login, login2 = "\x00\x06\x07\x08\x09", "\x0e\x0f\x0e\x09"
	for _, script := range []string{
		"\x00\x01\x02\x01\x02\x0a" + login + "\x01\x01",              // all is well
		"\x00\x01\x04\x0a\x03\x01" + login2 + "\x05\x01\x0a",         // a CAPTCHA, and a second stage
		"\x00\x01\x02\x11\x00\x0c" + login + "\x11" + login + "\x11", // answers are lost, a login finds out
		"\x00\x01\x02\x05\x01" + login + "\x0b\x00\x0c",              // a form in a result
		"\x00\x01\x0b\x00\x01\x02\xff\x10\x01" + login + "\x0d",
	} {
		f.Add([]byte(script), "<iq xmlns='jabber:client' type='result' id='ID'><query xmlns='jabber:iq:register'><x xmlns='jabber:x:data' type='form'><field var='password' type='hidden'/></x></query></iq>")
	}
	for i := range all[len(sayings):] {
		f.Add([]byte("\x00\x01"+string([]byte{byte(len(sayings) + i)})+"\x01"+login+string([]byte{byte(len(sayings) + i)})), "")
	}
	f.Fuzz(func(t *testing.T, script []byte, other string) {
		if len(script) > 100 || len(other) > 10_000 {
			return
		}
		messages := make([]string, len(script))
		for i, b := range script {
			messages[i] = other
			if int(b) < len(all) {
				messages[i] = all[b]
			}
		}
		synctest.Test(t, func(t *testing.T) { babbleTo(t, messages, strings.Contains(other, "SECRET")) })
	})
}

// babbleTo plays the messages. saysSecrets tells whether a secret may be among them.
func babbleTo(t *testing.T, messages []string, saysSecrets bool) {
	server := &babbler{messages: messages}
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
		if l.Level != LogReceived || !saysSecrets {
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

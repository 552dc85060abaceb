package docs

import (
	"context"
	"errors"
	"io"
	"regexp"
	"strings"
	"testing"

	"github.com/xmppreg/xmppreg/ibr"
	"github.com/xmppreg/xmppreg/internal/xmltree"
	"github.com/xmppreg/xmppreg/transport"
)

// message is one that docs/architecture.md shows.
type message struct {
	fromClient bool
	element    *xmltree.Element
}

var (
	xmlBlock = regexp.MustCompile("(?s)```xml\n(.*?)```")
	speaker  = regexp.MustCompile(`(?m)^\s*([CS]): `)
)

// exchange returns the messages that a text shows, without those of the framing
// (RFC 7395), which are the transport's.
func exchange(t *testing.T, text string) []message {
	t.Helper()
	var all []message
	for _, block := range xmlBlock.FindAllStringSubmatch(text, -1) {
		// "…" stands for what does not matter here.
		shown := strings.ReplaceAll(block[1], "…", "")
		starts := speaker.FindAllStringSubmatchIndex(shown, -1)
		for i, at := range starts {
			end := len(shown)
			if i+1 < len(starts) {
				end = starts[i+1][0]
			}
			e, err := xmltree.Parse([]byte(shown[at[1]:end]))
			if err != nil {
				t.Fatalf("%v:\n%s", err, shown[at[0]:end])
			}
			joinLines(e)
			if e.Name.Space != "urn:ietf:params:xml:ns:xmpp-framing" {
				all = append(all, message{shown[at[2]:at[3]] == "C", e})
			}
		}
	}
	return all
}

// joinLines removes the line breaks and the indentation that are there for readers.
func joinLines(e *xmltree.Element) {
	e.Text = strings.Join(strings.Fields(e.Text), " ")
	for i := range e.Children {
		joinLines(&e.Children[i])
	}
}

// A server plays the server's part of an exchange, and compares the client's part
// with what a client really sends.
type server struct {
	t        *testing.T
	messages []message
	ids      map[string]string // the ids that the client chose, by those of the text
	answers  chan *xmltree.Element
}

func (s *server) Dial(context.Context, transport.Target) (transport.Transport, error) {
	s.answer()
	return s, nil
}

// answer sends the messages up to the client's next one.
func (s *server) answer() {
	for len(s.messages) > 0 && !s.messages[0].fromClient {
		e := *s.messages[0].element
		s.messages = s.messages[1:]
		if id := e.Get("id"); id != "" {
			setID(&e, s.ids[id])
		}
		s.answers <- &e
	}
}

func (s *server) Send(_ context.Context, e *xmltree.Element) (bool, error) {
	got, err := xmltree.Parse([]byte(e.String()))
	if err != nil {
		return false, err
	}
	if len(s.messages) == 0 {
		s.t.Errorf("the text does not have %s", got)
		return false, io.ErrUnexpectedEOF
	}
	want := s.messages[0].element
	s.messages = s.messages[1:]
	s.ids[want.Get("id")] = got.Get("id")
	setID(got, want.Get("id"))
	if got.String() != want.String() {
		s.t.Errorf("the client sends\n%s\nand the text has\n%s", got, want)
	}
	s.answer()
	return true, nil
}

func setID(e *xmltree.Element, id string) {
	attrs := append([]xmltree.Attr(nil), e.Attr...)
	for i := range attrs {
		if attrs[i].Name.Local == "id" {
			attrs[i].Value = id
		}
	}
	e.Attr = attrs
}

func (s *server) Receive(ctx context.Context) (*xmltree.Element, error) {
	select {
	case e, ok := <-s.answers:
		if !ok {
			return nil, io.EOF
		}
		return e, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (s *server) Restart(context.Context) error { return errors.New("nobody logs in here") }

func (s *server) Close(context.Context) error {
	close(s.answers)
	return nil
}

func (s *server) Secure() bool { return true }

func TestSignUpOfTheArchitectureHappensAsItIsWritten(t *testing.T) {
	text := documents(t)["docs/architecture.md"]
	messages := exchange(t, text)
	const form, refused, made = 1, 3, 5 // where they begin: features, form, refusal, success
	if len(messages) != 7 {
		t.Fatalf("the text shows %d messages", len(messages))
	}
	// The new form after the refusal comes as the first one did.
	played := append([]message{}, messages[:made]...)
	played = append(played, messages[form:refused]...)
	played = append(played, messages[made:]...)
	s := &server{t: t, messages: played, ids: map[string]string{}, answers: make(chan *xmltree.Element, len(played))}

	m, err := ibr.NewManager(ibr.Config{Domain: "example.org", Dialer: s, RequireFeature: true})
	if err != nil {
		t.Fatal(err)
	}
	submit := func(username string) (*ibr.Account, error) {
		form, err := m.RequestForm(t.Context(), "")
		if err != nil {
			t.Fatal(err)
		}
		if form.Instructions != "Choose a user name and a password." || len(form.Fields) != 2 {
			t.Errorf("the form is %+v", form)
		}
		return m.Submit(t.Context(), ibr.Values{Fields: map[string][]string{"username": {username}, "password": {"correct horse"}}})
	}
	_, err = submit("kim")
	var refusal *ibr.Error
	if !errors.Is(err, ibr.UsernameTaken) || !errors.As(err, &refusal) || refusal.Field != "username" {
		t.Errorf("the refusal is %v", err)
	}
	account, err := submit("kim.doe")
	if err != nil || account.JID != "kim.doe@example.org" {
		t.Errorf("the account is %+v (%v)", account, err)
	}
	m.Disconnect()
	if len(s.messages) > 0 {
		t.Errorf("%d messages of the text were not sent", len(s.messages))
	}
}

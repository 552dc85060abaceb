package ibr

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/xmppreg/xmppreg/internal/replycase"
	"github.com/xmppreg/xmppreg/internal/xmltree"
)

// TestEveryCaseHasTheOutcomeThatItMust plays every line of testdata/cases.jsonl
// but for those of transport/ws, which plays them itself.
func TestEveryCaseHasTheOutcomeThatItMust(t *testing.T) {
	cases := map[string]bool{}
	for _, c := range replycase.Read(t, "testdata/cases.jsonl") {
		cases[c.Name] = true
		play := playerOf(c)
		switch {
		case c.OfTransport() && play != nil:
			t.Errorf("%s belongs to two packages", c.Name)
		case c.OfTransport():
		case play == nil:
			t.Errorf("%s is played by nobody", c.Name)
		default:
			t.Run(c.Name, func(t *testing.T) { play(t, c) })
		}
	}
	for _, details := range []map[string]func(*played){formDetails, setDetails} {
		for name := range details {
			if !cases[name] {
				t.Errorf("there are details of %s, but no such case", name)
			}
		}
	}
}

// timed plays a case while time passes only when all wait: what does not take
// long is never late.
func timed(play func(*testing.T, replycase.Case)) func(*testing.T, replycase.Case) {
	return func(t *testing.T, c replycase.Case) {
		synctest.Test(t, func(t *testing.T) { play(t, c) })
	}
}

// playerOf returns how a case is played, nil if nobody knows.
func playerOf(c replycase.Case) func(*testing.T, replycase.Case) {
	if play, ok := players[c.Name]; ok {
		return play
	}
	switch prefix, _, _ := strings.Cut(c.Name, "-"); prefix {
	case "features":
		return playFeatures
	case "get", "form", "captcha":
		return playForm
	case "preauth":
		return playPreauth
	case "set":
		return timed(playSet)
	case "remove":
		return playRemove
	case "change":
		return playChange
	case "server":
		return playServer
	}
	return nil
}

// players are those of cases that are unlike the others of their prefix.
var players = map[string]func(*testing.T, replycase.Case){
	"no-features-timeout":         timed(playNoFeatures),
	"captcha-refetch-gone":        playImageGone,
	"captcha-bob-other-hash-algo": playOtherHash,
	"set-ok-twice":                playAnsweredTwice,

	"stream-timeout-while-typing": playTimeoutWhileTyping,
	"stream-timeout-after-set":    playSet,
	"stream-policy-violation":     playSet,
	"stream-host-unknown":         playStreamError,
	"stream-see-other-host":       playStreamError,
	"stream-error-empty":          playStreamError,
	"stream-error-wrong-ns":       playNoStreamError,

	"stream-host-unknown-undeclared":         playStreamError,
	"stream-timeout-undeclared-while-typing": playTimeoutWhileTyping,
	"stream-timeout-undeclared-after-set":    playSet,
	"stream-policy-violation-undeclared":     playSet,
	"stream-reset-undeclared":                playStreamError,

	"send-get":            playSendGet,
	"send-preauth":        playSendPreauth,
	"send-set-fields":     playSendFields,
	"send-set-captcha":    playSendCaptcha,
	"send-bob-get":        playSendBobGet,
	"send-remove":         playSendRemove,
	"send-change":         playSendChange,
	"send-close":          playSendClose,
	"send-empty-password": playEmptyPassword,
	"send-control-char":   playControlCharacters,
	"send-both":           playFieldsAndForm,
}

// played is what came of a case, for what only that case's detail says.
type played struct {
	t      *testing.T
	c      replycase.Case
	m      *Manager
	events *recorder
	form   *Form
	set    element // what was sent with the answers
	err    *Error
}

const (
	caseToken      = "t-1"          // as in send-preauth
	typedPassword  = "SECRET typed" // what the user types
	echoedPassword = "SECRET echo"  // what a server echoes
)

// typedAnswers are what a user types into any form.
func typedAnswers(more ...string) Values {
	return values(append([]string{"username", "kim", "password", typedPassword, "ocr", "q8Rt2", "qa", "blue"}, more...)...)
}

// newCase makes a manager as newTestManager does. At the end of the test nothing
// secret must have been logged.
func newCase(t *testing.T, config Config, scripts ...script) (*Manager, *recorder) {
	t.Helper()
	config.Lang = "en"
	m, events := newTestManager(t, config, scripts...)
	t.Cleanup(func() {
		m.Disconnect()
		for _, l := range eventsOf[Log](events) {
			if strings.Contains(l.Message, "SECRET") || strings.Contains(l.Message, caseToken) {
				t.Errorf("logged: %s", l.Message)
			}
		}
	})
	return m, events
}

// replyTo is the case's XML as the answer to a request. What a server would echo
// of a password is put where the case has some other.
func replyTo(c replycase.Case, placeholder string, request element) string {
	return strings.NewReplacer(
		"id='"+placeholder+"'", "id='"+request.Get("id")+"'",
		">pw<", ">"+echoedPassword+"<",
	).Replace(c.XML)
}

// readXML reads the XML of a case.
func readXML(t *testing.T, text string) element {
	t.Helper()
	e, err := xmltree.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// checkOutcome compares an error with "error:REASON", and no error with others.
// It returns the error.
func checkOutcome(t *testing.T, c replycase.Case, err error) *Error {
	t.Helper()
	want, isError := strings.CutPrefix(c.Expect.Outcome, "error:")
	if c.Expect.Outcome == "invite-required" {
		isError = true
	}
	var e *Error
	errors.As(err, &e)
	switch {
	case isError && e == nil:
		t.Fatalf("%v is no error with the reason %s", err, want)
	case isError && string(e.Reason) != want:
		t.Errorf("reason %s, want %s (%v)", e.Reason, want, e)
	case !isError && err != nil:
		t.Fatalf("error %v, want %s", err, c.Expect.Outcome)
	}
	return e
}

// checkSaid compares an error with what the server says in the case's XML.
func checkSaid(t *testing.T, c replycase.Case, e *Error) {
	t.Helper()
	if e == nil {
		t.Fatalf("no error, and nothing is known of the outcome %q", c.Expect.Outcome)
	}
	if strings.Contains(e.Error()+e.Text+e.Detail, "SECRET") {
		t.Errorf("a secret is in the error: %v", e)
	}
	if e.Kind != KindStanza {
		return
	}
	if e.OutcomeUnknown || e.Error() == "" {
		t.Errorf("error %#v", e)
	}
	iq := readXML(t, c.XML)
	said := iq.Child("jabber:client", "error")
	if said == nil {
		return
	}
	text, condition := strings.TrimSpace(said.Text), map[string]string{"409": "conflict", "503": "service-unavailable"}[said.Get("code")]
	for _, child := range said.Children {
		switch {
		case child.Name.Space == "urn:ietf:params:xml:ns:xmpp-stanzas" && child.Name.Local != "text":
			condition = child.Name.Local
		case child.Name.Local == "text" && (child.Lang() == "" || child.Lang() == "en"):
			text = strings.TrimSpace(child.Text)
		}
	}
	if e.Type != said.Get("type") || e.Condition != condition || e.Text != text {
		t.Errorf("error %q, %q, %q; want %q, %q, %q", e.Type, e.Condition, e.Text, said.Get("type"), condition, text)
	}
}

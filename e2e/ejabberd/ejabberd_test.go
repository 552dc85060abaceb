package ejabberd_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"image/png"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/xmppreg/xmppreg/e2e/debian"
	"github.com/xmppreg/xmppreg/e2e/ejabberd"
	"github.com/xmppreg/xmppreg/e2e/servertest"
)

func start(t *testing.T, options ejabberd.Options) *ejabberd.Server {
	t.Helper()
	return servertest.Start(t, ejabberd.Start, options)
}

func dial(t *testing.T, s *ejabberd.Server, host string) *servertest.Client {
	t.Helper()
	return servertest.Dial(t, s.WebSocketURL(), host, nil)
}

// register asks for an account on a stream of its own.
func register(t *testing.T, s *ejabberd.Server, host, name string) string {
	t.Helper()
	return dial(t, s, host).Register(name)
}

// captcha is a form with a CAPTCHA: the image and what names it.
type captcha struct {
	Image     string `xml:"query>data"`
	Challenge string `xml:"-"`
	Fields    []struct {
		Var   string `xml:"var,attr"`
		Value string `xml:"value"`
	} `xml:"query>x>field"`
}

func askCaptcha(t *testing.T, c *servertest.Client) (f captcha, image []byte) {
	t.Helper()
	form := c.Form()
	if err := xml.Unmarshal([]byte(form), &f); err != nil {
		t.Fatal(err)
	}
	for _, field := range f.Fields {
		if field.Var == "challenge" {
			f.Challenge = field.Value
		}
	}
	image, err := base64.StdEncoding.DecodeString(f.Image)
	if err != nil || len(image) == 0 || f.Challenge == "" {
		t.Fatalf("no CAPTCHA: %v: %s", err, form)
	}
	return f, image
}

func TestHostsHaveTheirRules(t *testing.T) {
	t.Parallel()
	servertest.EachRelease(t, hostsHaveTheirRules)
}

func hostsHaveTheirRules(t *testing.T, release debian.Release) {
	s := start(t, ejabberd.Options{Debian: release})
	for _, test := range []struct{ host, name, want string }{
		{"open.test", "alice", `type='result'`},
		{"open.test", "alice", `<conflict`},
		{"strong.test", "alice", `too weak`},
		{"ipdeny.test", "alice", `<forbidden`},
		{"names.test", "badger", `<forbidden`},
		{"names.test", "admin", `<forbidden`},
		{"names.test", "alice", `type='result'`},
		{"captcha.test", "alice", `<not-allowed`},
	} {
		if got := register(t, s, test.host, test.name); !strings.Contains(got, test.want) {
			t.Errorf("%s@%s: %s holds no %s", test.name, test.host, got, test.want)
		}
	}
	if form := dial(t, s, "redirect.test").Form(); !strings.Contains(form, "https://redirect.test/signup") {
		t.Errorf("redirect.test: %s", form)
	}
	if features := dial(t, s, "noreg.test").Until("features"); strings.Contains(features, "iq-register") {
		t.Errorf("noreg.test offers registration: %s", features)
	}
}

func TestAnswerOfACaptchaIsAccepted(t *testing.T) {
	t.Parallel()
	servertest.EachRelease(t, answerOfACaptchaIsAccepted)
}

func answerOfACaptchaIsAccepted(t *testing.T, release debian.Release) {
	for _, size := range []int{0, 60_000} {
		s := start(t, ejabberd.Options{Debian: release, CaptchaSize: size})
		c := dial(t, s, "captcha.test")
		f, image := askCaptcha(t, c)
		if len(image) < size {
			t.Errorf("the image has %d bytes, wanted %d", len(image), size)
		}
		if _, err := png.Decode(bytes.NewReader(image)); err != nil {
			t.Error(err)
		}
		answer, err := ejabberd.Answer(image)
		if err != nil {
			t.Fatal(err)
		}
		submit := func(id, answer string) string {
			c.Send(fmt.Sprintf(`<iq xmlns='jabber:client' type='set' id='%s'><query xmlns='jabber:iq:register'>`+
				`<x xmlns='jabber:x:data' type='submit'>`+
				`<field var='username'><value>alice</value></field><field var='password'><value>secret</value></field>`+
				`<field var='challenge'><value>%s</value></field><field var='ocr'><value>%s</value></field>`+
				`</x></query></iq>`, id, f.Challenge, answer))
			return c.Until(id)
		}
		if got := submit("right", answer); !strings.Contains(got, `type='result'`) {
			t.Errorf("the right answer: %s", got)
		}
		if got := submit("again", answer); !strings.Contains(got, "verification has failed") {
			t.Errorf("an answer that was used: %s", got)
		}
	}
}

func TestImageWithoutAnAnswer(t *testing.T) {
	for _, image := range []string{"", "ANSWER=123456", "IEND\xaeB`\x82", "IEND\xaeB`\x82ANSWER="} {
		if answer, err := ejabberd.Answer([]byte(image)); err == nil {
			t.Errorf("%q: got %q", image, answer)
		}
	}
}

func TestCaptchasAreLimited(t *testing.T) {
	t.Parallel()
	servertest.EachRelease(t, captchasAreLimited)
}

func captchasAreLimited(t *testing.T, release debian.Release) {
	s := start(t, ejabberd.Options{Debian: release, CaptchaLimit: 1})
	askCaptcha(t, dial(t, s, "captcha.test"))
	if got := dial(t, s, "captcha.test").Form(); !strings.Contains(got, "<resource-constraint") {
		t.Errorf("the second: %s", got)
	}
}

func TestCaptchasThatAreBrokenAreNoMore(t *testing.T) {
	t.Parallel()
	servertest.EachRelease(t, captchasThatAreBrokenAreNoMore)
}

func captchasThatAreBrokenAreNoMore(t *testing.T, release debian.Release) {
	s := start(t, ejabberd.Options{Debian: release})
	if err := s.BreakCaptchas(); err != nil {
		t.Fatal(err)
	}
	if got := dial(t, s, "captcha.test").Form(); !strings.Contains(got, "<internal-server-error") {
		t.Errorf("got %s", got)
	}
}

func TestRegistrationIsThrottled(t *testing.T) {
	t.Parallel()
	servertest.EachRelease(t, registrationIsThrottled)
}

func registrationIsThrottled(t *testing.T, release debian.Release) {
	s := start(t, ejabberd.Options{Debian: release, RegistrationTimeout: time.Hour})
	if got := register(t, s, "open.test", "alice"); !strings.Contains(got, `type='result'`) {
		t.Errorf("the first: %s", got)
	}
	if got := register(t, s, "open.test", "bob"); !strings.Contains(got, "<resource-constraint") {
		t.Errorf("the second: %s", got)
	}
}

func TestSilentGuestIsDropped(t *testing.T) {
	t.Parallel()
	servertest.EachRelease(t, silentGuestIsDropped)
}

func silentGuestIsDropped(t *testing.T, release debian.Release) {
	const limit = 5 * time.Second
	s := start(t, ejabberd.Options{Debian: release, NegotiationTimeout: limit})
	before := time.Now()
	dial(t, s, "open.test").Until("connection-timeout")
	if d := time.Since(before); d < limit {
		t.Errorf("after %v, before the limit", d)
	}
}

func TestRestartKeepsAccountsAndPorts(t *testing.T) {
	t.Parallel()
	servertest.EachRelease(t, restartKeepsAccountsAndPorts)
}

func restartKeepsAccountsAndPorts(t *testing.T, release debian.Release) {
	s := start(t, ejabberd.Options{Debian: release})
	url := s.WebSocketURL()
	register(t, s, "open.test", "alice")
	s.Down()
	if conn, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", s.HTTPPort)); err == nil {
		conn.Close()
		t.Error("the port is still open while the server is down")
	}
	if err := s.Restart(t.Context()); err != nil {
		t.Fatal(err)
	}
	if s.WebSocketURL() != url {
		t.Errorf("the address is %s, was %s", s.WebSocketURL(), url)
	}
	if got := register(t, s, "open.test", "alice"); !strings.Contains(got, "<conflict") {
		t.Errorf("the account is gone: %s", got)
	}
}

func TestCtl(t *testing.T) {
	t.Parallel()
	servertest.EachRelease(t, ctl)
}

func ctl(t *testing.T, release debian.Release) {
	s := start(t, ejabberd.Options{Debian: release})
	if _, err := s.Ctl(t.Context(), "register", "carol", "open.test", "a secret"); err != nil {
		t.Fatal(err)
	}
	out, err := s.Ctl(t.Context(), "registered_users", "open.test")
	if err != nil || strings.TrimSpace(out) != "carol" {
		t.Errorf("got %q, %v", out, err)
	}
	if _, err := s.Ctl(t.Context(), "register", "carol", "open.test", "a secret"); err == nil || !strings.Contains(err.Error(), "already registered") {
		t.Errorf("a command that fails: got %v", err)
	}
}

func TestStartSaysWhyItFailed(t *testing.T) {
	t.Parallel()
	servertest.EachRelease(t, startSaysWhyItFailed)
}

func startSaysWhyItFailed(t *testing.T, release debian.Release) {
	s, err := ejabberd.Start(t.Context(), ejabberd.Options{Debian: release, CaptchaLimit: -1})
	if err == nil {
		s.Stop()
		t.Fatal("a broken configuration started")
	}
	if !strings.Contains(err.Error(), "ended before it answered") || !strings.Contains(err.Error(), "captcha_limit") {
		t.Errorf("the error does not say why: %v", err)
	}
	if _, err := ejabberd.Start(t.Context(), ejabberd.Options{Debian: release, CaptchaSize: 64 << 10}); err == nil || !strings.Contains(err.Error(), "too large") {
		t.Errorf("an image that it would not send: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := ejabberd.Start(ctx, ejabberd.Options{Debian: release}); err == nil {
		t.Error("started, although nobody wants it any more")
	}
}

func TestStopLeavesNothing(t *testing.T) {
	servertest.EachRelease(t, stopLeavesNothing)
}

func stopLeavesNothing(t *testing.T, release debian.Release) {
	dir := servertest.Folder(t)
	t.Setenv("TMPDIR", dir)
	s := start(t, ejabberd.Options{Debian: release})
	if len(servertest.Processes(t, dir)) == 0 {
		t.Error("the server is not found among the processes")
	}
	s.Stop()
	s.Stop() // once more does no harm
	servertest.Eventually(t, "processes are left", func() bool { return len(servertest.Processes(t, dir)) == 0 })
	if left, _ := filepath.Glob(filepath.Join(dir, "*")); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
}

func TestKilledProgramLeavesNoServer(t *testing.T) {
	servertest.EachRelease(t, killedProgramLeavesNoServer)
}

func killedProgramLeavesNoServer(t *testing.T, release debian.Release) {
	dir := servertest.Folder(t)
	servertest.Orphan(t, dir, func() string { return start(t, ejabberd.Options{Debian: release}).WebSocketURL() })
	servertest.Eventually(t, "the server outlived its program", func() bool { return len(servertest.Processes(t, dir)) == 0 })
}

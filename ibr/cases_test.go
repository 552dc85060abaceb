package ibr

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"
	"time"
)

// A replyCase is one line of testdata/cases.jsonl: what a server sends, and what
// must come of it.
type replyCase struct {
	Name      string
	Direction string
	XML       string
	Expect    struct {
		Outcome string
		State   string
		Cause   string
		Image   string
	}
}

func readCases(t *testing.T) []replyCase {
	t.Helper()
	f, err := os.Open("testdata/cases.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var cases []replyCase
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var c replyCase
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		cases = append(cases, c)
	}
	if len(cases) == 0 || lines.Err() != nil {
		t.Fatal("no cases", lines.Err())
	}
	return cases
}

// TestRepliesOfServersHaveTheOutcomeTheyMust plays every reply of a server that
// belongs to registration before login.
func TestRepliesOfServersHaveTheOutcomeTheyMust(t *testing.T) {
	played := 0
	for _, c := range readCases(t) {
		play := playerOf(c)
		if play == nil {
			continue
		}
		played++
		t.Run(c.Name, func(t *testing.T) { play(t, c) })
	}
	if played < 90 {
		t.Errorf("only %d cases were played", played)
	}
}

// playerOf returns how a case is played, nil for one of another package or of
// what is not there before login.
func playerOf(c replyCase) func(*testing.T, replyCase) {
	prefix, _, _ := strings.Cut(c.Name, "-")
	state := c.Expect.State
	switch {
	case prefix == "features", c.Name == "no-features-timeout":
		return playFeatures
	case prefix == "get", prefix == "form":
		return playGet
	case prefix == "captcha" && c.Name != "captcha-refetch-gone":
		return playGet
	case prefix == "preauth":
		return playPreauth
	case prefix == "set", strings.HasPrefix(c.Name, "stream-") && state == "set s1 sent":
		return playSet
	case c.Name == "stream-host-unknown", c.Name == "stream-see-other-host", c.Name == "stream-error-empty":
		return playStreamError
	}
	return nil
}

// checkOutcome compares an error with "error:REASON", and no error with others.
func checkOutcome(t *testing.T, c replyCase, err error) {
	t.Helper()
	want, isError := strings.CutPrefix(c.Expect.Outcome, "error:")
	switch c.Expect.Outcome {
	case "invite-required":
		want, isError = "invite-required", true
	}
	var e *Error
	errors.As(err, &e)
	switch {
	case isError && e == nil:
		t.Errorf("no error, want %s", want)
	case isError && string(e.Reason) != want:
		t.Errorf("reason %s, want %s (%v)", e.Reason, want, e)
	case !isError && err != nil && c.Expect.Outcome != "redirect":
		t.Errorf("error %v, want %s", err, c.Expect.Outcome)
	}
}

func withID(xml, placeholder string, request element) string {
	return strings.ReplaceAll(xml, "id='"+placeholder+"'", "id='"+request.get("id")+"'")
}

func playFeatures(t *testing.T, c replyCase) {
	config := Config{}
	if c.Expect.Cause == "timer" {
		config.Timeout = 100 * time.Millisecond
	}
	m, _ := newTestManager(t, config, func(p *peer) {
		p.open(c.XML)
		if e, ok := p.next(); ok {
			p.result(e, plainQuery)
			p.finish()
		}
		p.send(`</stream:stream>`)
	})
	_, err := m.RequestForm(context.Background(), "")
	checkOutcome(t, c, err)
}

func playGet(t *testing.T, c replyCase) {
	token := ""
	features := openFeatures
	if strings.Contains(c.Expect.State, "preauth accepted") {
		token, features = "t-1", tokenFeatures
	}
	m, _ := newTestManager(t, Config{Token: token}, func(p *peer) {
		p.open(features)
		if token != "" {
			p.result(p.request(), "")
		}
		get := p.request()
		p.send(withID(c.XML, "g1", get))
		if strings.HasPrefix(c.Name, "captcha-bob-bad") {
			// It is asked for what came broken.
			p.fail(p.request(), stanzaErr("cancel", "item-not-found"))
		}
		if c.Expect.Outcome == "ignore" {
			p.result(get, plainQuery)
		}
		p.finish()
	})
	form, err := m.RequestForm(context.Background(), "")
	checkOutcome(t, c, err)
	if err != nil {
		return
	}
	switch c.Expect.Outcome {
	case "form":
		if !form.IsDataForm || form.Field("username") == nil {
			t.Errorf("not the data form: %+v", form)
		}
	case "fields":
		if form.IsDataForm || form.Field("username") == nil {
			t.Errorf("not the old-style fields: %+v", form)
		}
	case "redirect":
		if len(form.Fields) > 0 || form.URL != "https://shore.example/join" {
			t.Errorf("not the address: %+v", form)
		}
	case "instructions":
		if len(form.Fields) > 0 || form.Instructions == "" {
			t.Errorf("not the instructions: %+v", form)
		}
	case "password-reset":
		if !form.Registered || first(form.Field("username").Values) != "reserved7" {
			t.Errorf("not the account on file: %+v", form)
		}
	case "ignore":
	default:
		t.Errorf("nothing is known of the outcome %q", c.Expect.Outcome)
	}
	checkImage(t, c, form)
	if strings.HasPrefix(c.Name, "captcha-") && !form.HasCaptcha() {
		t.Error("the CAPTCHA was not noticed")
	}
}

// checkImage sees that the image of a CAPTCHA is there as it must be.
func checkImage(t *testing.T, c replyCase, form *Form) {
	t.Helper()
	if c.Expect.Image == "" {
		return
	}
	media := form.Field("ocr").Media
	if c.Expect.Image == "rejected" {
		if len(media) > 0 {
			t.Errorf("there is an image: %+v", media)
		}
		return
	}
	if len(media) == 0 {
		t.Fatal("there is no image")
	}
	switch image := media[0]; c.Expect.Image {
	case "inline":
		if len(image.Data) == 0 || image.Type != "image/png" {
			t.Errorf("the image is %+v", image)
		}
	case "url":
		if !strings.HasPrefix(image.URL, "https://") || image.Data != nil {
			t.Errorf("the image is %+v", image)
		}
	case "link":
		if !strings.HasPrefix(image.URL, "http://") {
			t.Errorf("the image is %+v", image)
		}
	}
}

func playPreauth(t *testing.T, c replyCase) {
	m, _ := newTestManager(t, Config{Token: "t-1", Lang: "en"}, func(p *peer) {
		p.open(tokenFeatures)
		p.send(withID(c.XML, "p1", p.request()))
		p.finish()
	})
	_, err := m.RequestForm(context.Background(), "")
	checkOutcome(t, c, err)
	if c.Name == "preauth-unnamespaced-text" {
		var e *Error
		if errors.As(err, &e); e.Text != "expired" {
			t.Errorf("text %q", e.Text)
		}
	}
}

func playSet(t *testing.T, c replyCase) {
	config := Config{Lang: "en"}
	features, query, values := openFeatures, dataQuery, kim
	switch {
	case strings.Contains(c.Expect.State, "CAPTCHA form"):
		query = captchaQuery
		values = Values{Fields: map[string][]string{"username": {"kim"}, "password": {"pw"}, "ocr": {"q8Rt2"}}}
	case strings.Contains(c.Expect.State, "legacy fields"):
		query = plainQuery
	case strings.Contains(c.Expect.State, "preauth done"):
		config.Token, features = "t-1", tokenFeatures
	}
	if c.Expect.Cause == "timer" {
		config.Timeout = 200 * time.Millisecond
	}
	m, _ := newTestManager(t, config, func(p *peer) {
		p.open(features)
		if config.Token != "" {
			p.result(p.request(), "")
		}
		p.result(p.request(), query)
		set := p.request()
		switch {
		case c.Expect.Cause == "1006":
			return
		case c.Expect.Cause == "timer":
		case strings.Contains(c.XML, "xmpp-framing"):
			p.send(`</stream:stream>`) // what the transport makes of <close/>
		default:
			p.send(withID(c.XML, "s1", set))
		}
		if c.Expect.Outcome == "ignore" {
			p.send(withID(c.XML, "s1", set))
		}
		p.finish()
	})
	if _, err := m.RequestForm(context.Background(), ""); err != nil {
		t.Fatal(err)
	}
	_, err := m.Submit(context.Background(), values)
	checkOutcome(t, c, err)
	var e *Error
	errors.As(err, &e)
	switch c.Name {
	case "set-error-gone":
		if e.URL != "https://shore.example/join" || e.Reason != Unknown {
			t.Errorf("error %#v", e)
		}
	case "set-error-two-texts":
		if e.Text != "Taken" {
			t.Errorf("text %q", e.Text)
		}
	case "set-error-conflict-code-text-only":
		if e.Text != "Conflict" {
			t.Errorf("text %q", e.Text)
		}
	case "set-error-long-text":
		if len(e.Text) < 500 {
			t.Errorf("the text was cut to %d bytes", len(e.Text))
		}
	case "set-reply-timeout", "set-socket-dropped", "set-close-instead-of-reply", "stream-timeout-after-set":
		if !e.OutcomeUnknown {
			t.Error("the outcome is said to be known")
		}
	}
}

func playStreamError(t *testing.T, c replyCase) {
	m, _ := newTestManager(t, Config{}, func(p *peer) {
		p.open(c.XML)
		p.send(`</stream:stream>`)
	})
	_, err := m.RequestForm(context.Background(), "")
	checkOutcome(t, c, err)
}

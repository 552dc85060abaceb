package ibr

import (
	"errors"
	"reflect"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/xmppreg/xmppreg/ibr/internal/scripted"
	"github.com/xmppreg/xmppreg/internal/replycase"
	"github.com/xmppreg/xmppreg/internal/xmltree"
)

// checkSent compares what was sent with what the case says, in everything but the
// id, the prefixes and the order of the attributes.
func checkSent(t *testing.T, c replycase.Case, sent element) {
	t.Helper()
	if c.Expect.Outcome != "sent" || sent.Get("id") == "" {
		t.Errorf("%s was sent, want it %s", sent.String(), c.Expect.Outcome)
	}
	got, want := normal(sent), normal(readXML(t, c.XML))
	if !reflect.DeepEqual(got, want) {
		t.Errorf("sent\n%s\nwant\n%s", got.String(), want.String())
	}
}

// normal is an element in a form in which it can be compared.
func normal(e element) element {
	n := &xmltree.Element{Name: e.Name, Text: e.Text}
	for _, a := range e.Attr {
		if a.Name.Local != "xmlns" && a.Name.Space != "xmlns" && a.Name.Local != "id" {
			n.Attr = append(n.Attr, a)
		}
	}
	sort.Slice(n.Attr, func(i, j int) bool { return n.Attr[i].Name.Local < n.Attr[j].Name.Local })
	for i := range e.Children {
		n.Children = append(n.Children, *normal(&e.Children[i]))
	}
	return n
}

// asked is the <query/> of the case as the server asks for it: without what the
// user types.
func asked(t *testing.T, c replycase.Case, typed ...string) string {
	query := readXML(t, c.XML).Child(nsRegister, "query")
	var empty func(element)
	empty = func(e element) {
		name := e.Name.Local
		if name == "field" {
			name = e.Get("var")
		}
		for i, a := range e.Attr {
			if e.Name.Local == "x" && a.Name.Local == "type" {
				e.Attr[i].Value = "form"
			}
		}
		for i := range e.Children {
			empty(&e.Children[i])
		}
		for _, t := range typed {
			if name == t {
				e.Text, e.Children = "", nil
			}
		}
	}
	empty(query)
	return query.String()
}

// playSendGet asks for the form.
func playSendGet(t *testing.T, c replycase.Case) {
	var get element
	m, _ := newCase(t, Config{}, func(p *peer) {
		p.Open(openFeatures)
		get = p.Request()
		p.Result(get, plainQuery)
		p.Finish()
	})
	if _, err := m.RequestForm(background, ""); err != nil {
		t.Fatal(err)
	}
	checkSent(t, c, get)
}

// playSendPreauth asks for the form with a token.
func playSendPreauth(t *testing.T, c replycase.Case) {
	var preauth, get element
	m, _ := newCase(t, Config{Token: caseToken}, func(p *peer) {
		p.Open(tokenFeatures)
		preauth = p.Request()
		p.Result(preauth, "")
		get = p.Request() // on the same stream: another one would fail the test
		p.Result(get, plainQuery)
		p.Finish()
	})
	if _, err := m.RequestForm(background, ""); err != nil {
		t.Fatal(err)
	}
	checkSent(t, c, preauth)
	if get.Get("type") != "get" || get.Child(nsRegister, "query") == nil {
		t.Errorf("sent %s after the token", get.String())
	}
}

// submitCase asks for the form of the case and returns what is sent with these
// answers.
func submitCase(t *testing.T, query string, filledIn Values) element {
	var set element
	m, _ := newCase(t, Config{}, func(p *peer) {
		giveForm(openFeatures, query)(p)
		set = p.Request()
		p.Result(set, "")
		p.Finish()
	})
	if _, err := m.RequestForm(background, ""); err != nil {
		t.Fatal(err)
	}
	if _, err := m.Submit(background, filledIn); err != nil {
		t.Fatal(err)
	}
	return set
}

// playSendFields fills in old-style fields, and more than the server asks for.
func playSendFields(t *testing.T, c replycase.Case) {
	filledIn := values("username", "kim", "password", "a&b<c", "email", "kim@shore.example", "key", "forged", "remove", "1")
	checkSent(t, c, submitCase(t, asked(t, c, "username", "password"), filledIn))
}

// playSendCaptcha fills in a form with a CAPTCHA, hidden fields too.
func playSendCaptcha(t *testing.T, c replycase.Case) {
	filledIn := values("username", "kim", "password", "pw", "ocr", "q8Rt2", "challenge", "forged", "sid", "", "FORM_TYPE", "forged", "from", "evil.example")
	checkSent(t, c, submitCase(t, asked(t, c, "username", "password", "ocr"), filledIn))
}

// playSendBobGet is given a form whose image has to be asked for.
func playSendBobGet(t *testing.T, c replycase.Case) {
	var get element
	cid := readXML(t, c.XML).Child("urn:xmpp:bob", "data").Get("cid")
	m, _ := newCase(t, Config{}, func(p *peer) {
		giveForm(openFeatures, captchaWith(cid))(p)
		get = p.Request()
		p.Fail(get, scripted.StanzaError("cancel", "item-not-found"))
		p.Finish()
	})
	if _, err := m.RequestForm(background, ""); err != nil {
		t.Fatal(err)
	}
	checkSent(t, c, get)
}

// playSendRemove deletes the account.
func playSendRemove(t *testing.T, c replycase.Case) {
	var set element
	m, _ := loggedIn(t, func(p *peer) {
		set = p.Request()
		p.Result(set, "")
		p.Finish()
	}, "")
	if err := m.DeleteAccount(background, Values{}); err != nil {
		t.Fatal(err)
	}
	checkSent(t, c, set)
}

// playSendChange changes the password, to an empty one too.
func playSendChange(t *testing.T, c replycase.Case) {
	var set element
	m, _ := loggedIn(t, func(p *peer) {
		set = p.Request()
		p.Result(set, "")
		p.Finish() // fails the test at another request
	}, "")
	for newPassword, ok := range map[string]bool{"": false, "new": true} {
		err := m.ChangePassword(background, newPassword, Values{})
		if ok && err != nil || !ok && !isLike(err, &Error{Kind: KindForm, Field: "password"}) {
			t.Errorf("%q: %v", newPassword, err)
		}
	}
	checkSent(t, c, set)
}

// playSendClose closes the stream, which the transport does with <close/>, to a
// server that does not close its side.
func playSendClose(t *testing.T, c replycase.Case) {
	gone := make(chan struct{})
	m, events := newCase(t, Config{}, func(p *peer) {
		giveForm(openFeatures, plainQuery)(p)
		p.Drain()
		<-gone
	})
	if _, err := m.RequestForm(background, ""); err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	m.Disconnect()
	close(gone)
	if took := time.Since(start); took < closeTimeout || took >= patience || c.Expect.Outcome != "sent" {
		t.Errorf("the server was waited for during %v", took)
	}
	if got := eventsOf[Disconnected](events); len(got) != 1 || got[0].Reason != "" {
		t.Errorf("disconnected %v", got)
	}
}

// neverSent is a manager with a form, and without any other request.
func neverSent(t *testing.T, c replycase.Case, query string) *Manager {
	t.Helper()
	if c.Expect.Outcome != "never-sent" {
		t.Errorf("nothing is known of the outcome %q", c.Expect.Outcome)
	}
	m, _ := newCase(t, Config{}, func(p *peer) {
		giveForm(openFeatures, query)(p)
		p.Finish() // fails the test at another request
	})
	if _, err := m.RequestForm(background, ""); err != nil {
		t.Fatal(err)
	}
	return m
}

// checkRefused sees that answers are refused before anything is sent.
func checkRefused(t *testing.T, what string, err error, field string) {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) || e.Kind != KindForm || e.Field != field || e.OutcomeUnknown {
		t.Errorf("%s: error %#v", what, err)
	}
}

// playEmptyPassword fills in any form without a password.
func playEmptyPassword(t *testing.T, c replycase.Case) {
	empty := values("username", readXML(t, c.XML).Child(nsRegister, "query").ChildText(nsRegister, "username"), "password", "")
	optional := strings.ReplaceAll(dataQuery, "<required/>", "")
	for name, query := range map[string]string{"fields": plainQuery, "form": dataQuery, "form without a word": optional} {
		m := neverSent(t, c, query)
		_, err := m.Submit(background, empty)
		checkRefused(t, name, err, "password")
		_, err = m.Submit(background, values("username", "kim"))
		checkRefused(t, name+", nothing typed", err, "password")
		m.SetFormToSend(empty)
		_, err = m.SendForm(background)
		checkRefused(t, name+", kept", err, "password")
	}
	kept, _ := newCase(t, Config{}) // which would have to connect
	kept.SetFormToSend(empty)
	_, err := kept.SendForm(background)
	checkRefused(t, "no form", err, "password")
}

// playControlCharacters types what XML can't carry, everywhere.
func playControlCharacters(t *testing.T, c replycase.Case) {
	illegal := []string{"\uFFFE", "\uFFFF", "\xed\xa0\x80", "\xed\xbf\xbf"} // the last are lone surrogates
	var legal []string
	for r := rune(0); r < ' '; r++ {
		if strings.ContainsRune("\t\n\r", r) {
			legal = append(legal, string(r))
		} else {
			illegal = append(illegal, string(r))
		}
	}
	query := strings.Replace(dataQuery, "</x>", "<field type='text-multi' var='bio'/><field type='text-single' var='city'/></x>", 1)
	m := neverSent(t, c, query)
	account, _ := loggedIn(t, (*peer).Finish, "")
	for _, s := range illegal {
		for _, name := range []string{"username", "password", "bio", "city"} {
			filledIn := values("username", "kim", "password", "pw", name, "a"+s+"b")
			_, err := m.Submit(background, filledIn)
			checkRefused(t, name+strings.ToValidUTF8(s, "surrogate"), err, name)
		}
		checkRefused(t, s, account.ChangePassword(background, "a"+s+"b", Values{}), "password")
	}
	want := strings.Join(legal, "-")
	set := submitCase(t, query, values("username", "kim", "password", "pw", "city", want))
	p := &played{t: t, set: set}
	p.isText("city", p.sent("city")[0], want)
}

// playFieldsAndForm tries to send what is made of fields and a form: of the one
// that has both only the form is sent, and none can be made by hand.
func playFieldsAndForm(t *testing.T, c replycase.Case) {
	if c.Expect.Outcome != "never-sent" {
		t.Errorf("nothing is known of the outcome %q", c.Expect.Outcome)
	}
	both := normal(readXML(t, c.XML))
	set := submitCase(t, dataQuery, values("username", "kim", "password", "pw", "x", "y"))
	query := set.Child(nsRegister, "query")
	if len(query.Children) != 1 || query.Child(nsData, "x") == nil || reflect.DeepEqual(normal(set), both) {
		t.Errorf("sent %s", set.String())
	}
	byHand, _ := newCase(t, Config{}) // which would have to connect
	byHand.SetFormToSend(values("username", "kim", "password", "pw", "x", "y"))
	_, err := byHand.SendForm(background)
	checkRefused(t, "by hand", err, "x")
}

package stream

import (
	"context"
	"encoding/base64"
	"errors"
	"slices"
	"strings"

	"github.com/xmppreg/xmppreg/ibr/internal/scram"
	"github.com/xmppreg/xmppreg/internal/xmltree"
)

// A mechanism of SASL begins the client's side of a login.
type mechanism struct {
	name   string
	begin  func(*Login) exchange
	proves bool // the server proves that it knows the password
}

// An exchange is the client's side of a login, step by step.
type exchange interface {
	// Step takes the server's data, nil at first, and returns the client's.
	Step(ctx context.Context, data []byte) ([]byte, error)
	// Done tells whether the client needs nothing more to believe the server.
	Done() bool
}

// mechanisms are all that are supported, the best first (RFC 6120 section 13.8). Only the
// best one that a server offers is tried: a failure never leads to a weaker one. PLAIN is
// safe enough on the connections that are accepted at all.
var mechanisms = []mechanism{
	{scram.SHA512.Name, beginSCRAM(scram.SHA512), true},
	{scram.SHA256.Name, beginSCRAM(scram.SHA256), true},
	{scram.SHA1.Name, beginSCRAM(scram.SHA1), true},
	{"PLAIN", func(login *Login) exchange { return &plain{login: login} }, false},
}

func beginSCRAM(m *scram.Mechanism) func(*Login) exchange {
	return func(login *Login) exchange { return scram.New(m, login.Username, login.Password) }
}

// plain is PLAIN (RFC 4616): one message with the password, and no proof of the
// server's. To prepare the password is left to the server.
type plain struct {
	login *Login
	sent  bool
}

func (p *plain) Step(context.Context, []byte) ([]byte, error) {
	p.sent = true
	return []byte("\x00" + p.login.Username + "\x00" + p.login.Password), nil
}

func (p *plain) Done() bool { return p.sent }

// authenticate logs in with SASL (RFC 6120 section 6), or with SASL2 (XEP-0388) where a
// server has a better mechanism for that. It returns what the server sends in the end. What is
// sent and received here is never logged.
func (s *Stream) authenticate(ctx context.Context, login *Login) (success *xmltree.Element, err error) {
	chosen, space, ok := s.features.bestMechanism()
	if !ok {
		return nil, &SASLError{Condition: "invalid-mechanism"}
	}
	if login.MustProve && !chosen.proves {
		return nil, untrusted("the server has offered before to prove that it knows the password, and now wants the password itself", nil)
	}
	client := chosen.begin(login)
	response, err := client.Step(ctx, nil)
	if err != nil {
		return nil, err
	}
	auth := xmltree.New(nsSASL, "auth").With("mechanism", chosen.name)
	auth.Text = encodeSASL(response)
	if space == nsSASL2 {
		auth = s.authenticate2(chosen.name, response)
	}
	for next := &auth; ; {
		if _, err := s.transport.Send(ctx, next); err != nil {
			return nil, err
		}
		e, err := s.receive(ctx)
		if err != nil {
			return nil, err
		}
		text := e.Text
		switch {
		case e.Is(space, "failure"):
			failure := readSASLError(e, s.config.Lang)
			failure.Challenged = next != &auth
			return nil, failure
		case e.Is(nsSASL2, "continue") && space == nsSASL2:
			return nil, readTasks(e)
		case e.Is(nsSASL2, "success") && space == nsSASL2:
			text = e.ChildText(nsSASL2, "additional-data")
		case !e.Is(space, "challenge") && !e.Is(space, "success"):
			return nil, unexpected(e)
		}
		success := e.Name.Local == "success"
		data, err := decodeSASL(text)
		if err != nil {
			return nil, untrusted("the server's part of the login is not in Base64", err)
		}
		switch {
		case !client.Done():
			if response, err = client.Step(ctx, data); err != nil {
				return nil, breach(err)
			}
		case !success:
			return nil, untrusted("the server goes on with a login that is over", nil)
		}
		if success {
			if !client.Done() {
				return nil, untrusted("the server ended the login before it had proved that it knows the password", nil)
			}
			return e, nil
		}
		answer := xmltree.New(space, "response")
		answer.Text = base64.StdEncoding.EncodeToString(response)
		next = &answer
	}
}

// bestMechanism chooses from what a server offers for SASL and for SASL2, and SASL where both
// have the best one. space is the namespace of the one or the other.
func (f Features) bestMechanism() (best mechanism, space string, ok bool) {
	sasl, sasl2 := f.mechanisms(), f.mechanisms2()
	for _, m := range mechanisms {
		switch {
		case slices.Contains(sasl, m.name):
			return m, nsSASL, true
		case slices.Contains(sasl2, m.name):
			return m, nsSASL2, true
		}
	}
	return best, "", false
}

// OffersProof tells whether a login would have the server prove that it knows the password.
func (f Features) OffersProof() bool {
	best, _, _ := f.bestMechanism()
	return best.proves
}

// breach is the error of a step that failed.
func breach(err error) error {
	var fault *scram.Error
	if errors.As(err, &fault) {
		return untrusted(fault.Text, err)
	}
	return err
}

// untrusted is the error of a server that does not keep to the mechanism.
func untrusted(text string, err error) error {
	return &ProtocolError{InLogin: true, Text: text, Err: err}
}

// readSASLError understands <failure/> (RFC 6120 section 6.4.5). What else it holds is an
// application-specific condition, whose stamp says until when as in a stanza error.
func readSASLError(e *xmltree.Element, lang string) *SASLError {
	failure := &SASLError{}
	var texts []*xmltree.Element
	for i := range e.Children {
		switch c := &e.Children[i]; {
		case c.Name.Local == "text":
			texts = append(texts, c)
		case c.Name.Space == nsSASL:
			if failure.Condition == "" {
				failure.Condition = c.Name.Local
			}
		case failure.Application == "":
			failure.Application, failure.RetryAt = c.Name.Local, parseStamp(c.Get("stamp"))
		}
	}
	failure.Text = textIn(lang, texts)
	return failure
}

// encodeSASL encodes an initial response, which is "=" if it is empty (RFC 6120
// section 6.4.2).
func encodeSASL(data []byte) string {
	if len(data) == 0 {
		return "="
	}
	return base64.StdEncoding.EncodeToString(data)
}

// decodeSASL decodes a challenge or the data of <success/>, which may be "=".
func decodeSASL(text string) ([]byte, error) {
	if text = strings.TrimSpace(text); text == "=" {
		return nil, nil
	}
	return base64.StdEncoding.DecodeString(text)
}

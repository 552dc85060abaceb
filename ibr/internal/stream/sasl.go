package stream

import (
	"context"
	"encoding/base64"
	"errors"
	"strings"

	"github.com/xmppreg/xmppreg/ibr/internal/scram"
	"github.com/xmppreg/xmppreg/internal/xmltree"
)

// A protocol is what the messages of a login are packed into.
type protocol struct {
	space string // of its elements

	// begin makes the client's first element.
	begin func(f Features, mechanism string, response []byte) xmltree.Element

	// read returns the data of a challenge, or of a success, which is the last. Any other
	// element is an error.
	read func(e *xmltree.Element) (data string, isLast bool, err error)
}

// saslProtocol is SASL (RFC 6120 section 6.4).
var saslProtocol = protocol{
	space: nsSASL,
	begin: func(_ Features, mechanism string, response []byte) xmltree.Element {
		e := xmltree.New(nsSASL, "auth").With("mechanism", mechanism)
		e.Text = encodeSASL(response)
		return e
	},
	read: func(e *xmltree.Element) (data string, isLast bool, err error) {
		if !e.Is(nsSASL, "challenge") && !e.Is(nsSASL, "success") {
			return "", false, unexpected(e)
		}
		return e.Text, e.Name.Local == "success", nil
	},
}

// authenticate logs in with SASL (RFC 6120 section 6), or with SASL2 (XEP-0388) where a
// server has a better mechanism for that. It returns what the server sends in the end. What
// is sent and received here is never logged.
func (s *Stream) authenticate(ctx context.Context, login *Login) (success *xmltree.Element, err error) {
	chosen, by, ok := s.features.bestMechanism()
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
	next := by.begin(s.features, chosen.name, response)
	for challenged := false; ; challenged = true {
		if _, err := s.transport.Send(ctx, &next); err != nil {
			return nil, err
		}
		e, err := s.receive(ctx)
		if err != nil {
			return nil, err
		}
		if e.Is(by.space, "failure") {
			failure := readSASLError(e, s.config.Lang)
			failure.Challenged = challenged
			return nil, failure
		}
		data, isLast, err := by.read(e)
		if err != nil {
			return nil, err
		}
		if response, err = answer(ctx, client, data, isLast); err != nil {
			return nil, err
		}
		if isLast {
			return e, nil
		}
		next = xmltree.New(by.space, "response")
		next.Text = base64.StdEncoding.EncodeToString(response)
	}
}

// answer returns the client's answer to the server's data. After the last data the server must
// be believed.
func answer(ctx context.Context, client conversation, data string, isLast bool) (response []byte, err error) {
	decoded, err := decodeSASL(data)
	if err != nil {
		return nil, untrusted("the server's part of the login is not in Base64", err)
	}
	if client.Done() {
		if !isLast {
			return nil, untrusted("the server goes on with a login that is over", nil)
		}
		return nil, nil
	}
	if response, err = client.Step(ctx, decoded); err != nil {
		return nil, breach(err)
	}
	if isLast && !client.Done() {
		return nil, untrusted("the server ended the login before it had proved that it knows the password", nil)
	}
	return response, nil
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

package stream

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
	"mellium.im/sasl"

	"github.com/xmppreg/xmppreg/internal/xmltree"
)

// mechanisms are those that are spoken, the best first (RFC 6120 section 13.8).
// PLAIN is safe enough on the connections that are accepted at all.
var mechanisms = []sasl.Mechanism{sasl.ScramSha256, sasl.ScramSha1, sasl.Plain}

// maxIterations bounds the work that a server may ask of SCRAM (RFC 5802
// section 5.1). It is done on the thread of the page.
const maxIterations = 500_000

// authenticate logs in with SASL (RFC 6120 section 6). What is sent and
// received here is never logged.
func (s *Stream) authenticate(ctx context.Context, login *Login) error {
	mechanism, ok := bestMechanism(s.features.mechanisms())
	if !ok {
		return &SASLError{Condition: "invalid-mechanism"}
	}
	password := login.Password
	if mechanism.Name != "PLAIN" {
		password = saslprep(password)
	}
	client := sasl.NewClient(mechanism, sasl.Credentials(func() (user, pass, identity []byte) {
		return []byte(login.Username), []byte(password), nil
	}))
	more, response, err := client.Step(nil)
	if err != nil {
		return err
	}
	auth := xmltree.New(nsSASL, "auth").With("mechanism", mechanism.Name)
	auth.Text = encodeSASL(response)
	for next := &auth; ; {
		if _, err := s.transport.Send(ctx, next); err != nil {
			return err
		}
		e, err := s.receive(ctx)
		if err != nil {
			return err
		}
		switch {
		case e.Is(nsSASL, "failure"):
			return readSASLError(e, s.config.Lang)
		case !e.Is(nsSASL, "challenge") && !e.Is(nsSASL, "success"):
			return unexpected(e)
		}
		success := e.Name.Local == "success"
		data, err := decodeSASL(e.Text)
		if err != nil {
			return untrusted("the server's part of the login is not in Base64", err)
		}
		if more {
			if err := checkChallenge(data); err != nil {
				return err
			}
			if more, response, err = client.Step(data); err != nil {
				return untrusted("the server could not prove that it knows the password", err)
			}
		}
		if success {
			if more {
				return untrusted("the server ended the login before it had proved that it knows the password", nil)
			}
			return nil
		}
		answer := xmltree.New(nsSASL, "response")
		if len(response) > 0 {
			answer.Text = base64.StdEncoding.EncodeToString(response)
		}
		next = &answer
	}
}

// bestMechanism chooses from what a server offers. These are loops and no calls
// of package slices, since the dictionaries of generic functions make the types
// in a mechanism, TLS and X.509 among them, part of the module: 40,000 bytes.
func bestMechanism(offered []string) (best sasl.Mechanism, ok bool) {
	for _, m := range mechanisms {
		for _, name := range offered {
			if name == m.Name {
				return m, true
			}
		}
	}
	return best, false
}

// untrusted is the error of a server that does not keep to the mechanism.
func untrusted(text string, err error) error {
	return &ProtocolError{InLogin: true, Text: text, Err: err}
}

// readSASLError understands <failure/> (RFC 6120 section 6.4.5).
func readSASLError(e *xmltree.Element, lang string) *SASLError {
	failure := &SASLError{}
	var texts []*xmltree.Element
	for i := range e.Children {
		switch c := &e.Children[i]; {
		case c.Name.Local == "text":
			texts = append(texts, c)
		case c.Name.Space == nsSASL && failure.Condition == "":
			failure.Condition = c.Name.Local
		}
	}
	failure.Text = textIn(lang, texts)
	return failure
}

// checkChallenge refuses a challenge of SCRAM (RFC 5802 section 7) that would
// keep the page busy without end.
func checkChallenge(data []byte) error {
	for _, field := range bytes.Split(data, []byte{','}) {
		if len(field) < 3 || field[1] != '=' {
			return untrusted("the server's part of the login is malformed", nil)
		}
		if field[0] != 'i' {
			continue
		}
		n, err := strconv.Atoi(string(field[2:]))
		if err != nil || n < 1 || n > maxIterations {
			return untrusted(fmt.Sprintf("the server asks for %s rounds of SCRAM; from 1 to %d are done here", field[2:], maxIterations), err)
		}
	}
	return nil
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

// saslprep prepares a password for SCRAM (RFC 4013 sections 2.1 and 2.2): the
// server has done the same when it stored it.
func saslprep(password string) string {
	mapped := strings.Map(func(r rune) rune {
		switch {
		case r > unicode.MaxASCII && unicode.Is(unicode.Zs, r):
			return ' '
		case r == 0x00AD, r == 0x034F, r == 0x1806, r >= 0x180B && r <= 0x180D,
			r >= 0x200B && r <= 0x200D, r == 0x2060, r >= 0xFE00 && r <= 0xFE0F, r == 0xFEFF:
			return -1 // commonly mapped to nothing (RFC 3454 table B.1)
		}
		return r
	}, password)
	return norm.NFKC.String(mapped)
}

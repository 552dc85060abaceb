package ibr

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
)

// mechanisms are those that are spoken, the best first (RFC 6120 section 13.8).
// PLAIN is safe enough on the connections that are accepted at all.
var mechanisms = []sasl.Mechanism{sasl.ScramSha256, sasl.ScramSha1, sasl.Plain}

// maxIterations bounds the work that a server may ask of SCRAM (RFC 5802
// section 5.1). It is done on the thread of the page.
const maxIterations = 500_000

// saslReasons says what the conditions of a failed login mean (RFC 6120 section
// 6.5). A mechanism that nobody speaks is one of the server's set-up.
var saslReasons = map[string]Reason{
	"account-disabled":       Forbidden,
	"aborted":                BadRequest,
	"credentials-expired":    NotAuthorized,
	"encryption-required":    ServerMisconfigured,
	"incorrect-encoding":     BadRequest,
	"invalid-authzid":        NotAuthorized,
	"invalid-mechanism":      NotSupported,
	"malformed-request":      BadRequest,
	"mechanism-too-weak":     NotSupported,
	"not-authorized":         NotAuthorized,
	"temporary-auth-failure": ServerError,
}

var saslMessages = map[string]string{
	"account-disabled":       "This account is locked. Ask the server's operator.",
	"credentials-expired":    "The password has expired. Ask the server's operator for a new one.",
	"invalid-mechanism":      "The server offers no way to log in that this program knows.",
	"not-authorized":         "The address or the password is wrong.",
	"temporary-auth-failure": "The server can't check the password at the moment. Try again later.",
}

// saslFailure is the error of a login that failed with that condition.
func saslFailure(condition, text string) *Error {
	reason, ok := saslReasons[condition]
	if !ok {
		reason = Unknown
	}
	return &Error{Kind: KindSASL, Reason: reason, Condition: condition, Text: text, Message: saslMessages[condition]}
}

// authenticate logs in with SASL (RFC 6120 section 6). What is sent and
// received here is never logged.
func (s *stream) authenticate(ctx context.Context, offered []string, username, password, lang string) error {
	mechanism, ok := bestMechanism(offered)
	if !ok {
		return saslFailure("invalid-mechanism", "")
	}
	if mechanism.Name != "PLAIN" {
		password = saslprep(password)
	}
	client := sasl.NewClient(mechanism, sasl.Credentials(func() (user, pass, identity []byte) {
		return []byte(username), []byte(password), nil
	}))
	more, response, err := client.Step(nil)
	if err != nil {
		return err
	}
	auth := el(nsSASL, "auth").with("mechanism", mechanism.Name)
	auth.text = encodeSASL(response)
	for next := &auth; ; {
		if _, err := s.write(ctx, next); err != nil {
			return err
		}
		e, err := s.read()
		if err != nil {
			return err
		}
		switch {
		case e.is(nsSASL, "failure"):
			return readSASLFailure(e, lang)
		case !e.is(nsSASL, "challenge") && !e.is(nsSASL, "success"):
			return unexpected(e.name)
		}
		success := e.name.Local == "success"
		data, err := decodeSASL(e.text)
		if err != nil {
			return untrusted("The server's part of the login is not in Base64.", err)
		}
		if more {
			if err := checkChallenge(data); err != nil {
				return err
			}
			if more, response, err = client.Step(data); err != nil {
				return untrusted("The server could not prove that it knows the password.", err)
			}
		}
		if success {
			if more {
				return untrusted("The server ended the login before it had proved that it knows the password.", nil)
			}
			return nil
		}
		answer := el(nsSASL, "response")
		if len(response) > 0 {
			answer.text = base64.StdEncoding.EncodeToString(response)
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

// untrusted is the error of a server that does not keep to the mechanism, and
// may be somebody else's.
func untrusted(message string, err error) *Error {
	return &Error{Kind: KindSASL, Reason: Protocol, Message: message, Err: err}
}

// readSASLFailure understands <failure/> (RFC 6120 section 6.4.5).
func readSASLFailure(e *element, lang string) *Error {
	condition := ""
	var texts []*element
	for i := range e.children {
		switch c := &e.children[i]; {
		case c.name.Local == "text":
			texts = append(texts, c)
		case c.name.Space == nsSASL && condition == "":
			condition = c.name.Local
		}
	}
	return saslFailure(condition, chooseText(texts, lang))
}

// checkChallenge refuses a challenge of SCRAM (RFC 5802 section 7) that would
// keep the page busy without end.
func checkChallenge(data []byte) error {
	for _, field := range bytes.Split(data, []byte{','}) {
		if len(field) < 3 || field[1] != '=' {
			return untrusted("The server's part of the login is malformed.", nil)
		}
		if field[0] != 'i' {
			continue
		}
		n, err := strconv.Atoi(string(field[2:]))
		if err != nil || n < 1 || n > maxIterations {
			return untrusted(fmt.Sprintf("The server asks for %s rounds of SCRAM. From 1 to %d are done here.", field[2:], maxIterations), err)
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

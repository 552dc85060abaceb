package scram

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// How many rounds a server may ask for. Fewer than RFC 5802 section 5.1 and RFC 7677
// section 4 name would help somebody who plays the server to find out the password
// from the proof. No server is known that asks for fewer: ejabberd, Openfire and
// Prosody began with 4,096, and Prosody has come to 10,000. The upper limit keeps a
// server from making work without end (RFC 5802 section 9); it is far above what
// servers use.
const (
	minIterations = 4096
	maxIterations = 500_000
)

// Error says what a server has done against the mechanism. It may be a server that only
// poses as the user's.
type Error struct{ Text string }

func (e *Error) Error() string { return e.Text }

func malformed(what string) *Error {
	return &Error{"the server's part of the login is malformed: " + what}
}

// challenge is a server's first message.
type challenge struct {
	nonce      string
	salt       []byte
	iterations int
}

// readServerFirst reads a server's first message. clientNonce is what its nonce must
// begin with.
func readServerFirst(message, clientNonce string) (c challenge, err error) {
	attributes, err := readAttributes(message)
	if err != nil {
		return c, err
	}
	if len(attributes) < 3 || attributes[0].name != 'r' || attributes[1].name != 's' || attributes[2].name != 'i' {
		return c, malformed("it has no nonce, salt and number of rounds, in this order")
	}
	if err := checkExtensions(attributes[3:]); err != nil {
		return c, err
	}
	c.nonce = attributes[0].value
	if !isPrintable(c.nonce) {
		return c, malformed("its nonce is not printable")
	}
	if len(c.nonce) <= len(clientNonce) || !strings.HasPrefix(c.nonce, clientNonce) {
		return c, &Error{"the server's nonce does not continue the client's"}
	}
	if c.salt, err = decode(attributes[1].value); err != nil {
		return c, err
	}
	c.iterations, err = readIterations(attributes[2].value)
	return c, err
}

func readIterations(digits string) (int, error) {
	if strings.Trim(digits, "0123456789") != "" || len(digits) > 1 && digits[0] == '0' {
		return 0, malformed("its number of rounds is none")
	}
	n, err := strconv.Atoi(digits)
	if err != nil || n < minIterations || n > maxIterations {
		if len(digits) > 10 {
			digits = "more than 1000000000"
		}
		return 0, &Error{fmt.Sprintf("the server asks for %s rounds of SCRAM; from %d to %d are done here",
			digits, minIterations, maxIterations)}
	}
	return n, nil
}

// readServerFinal reads a server's final message and returns its signature.
func readServerFinal(message string) ([]byte, error) {
	attributes, err := readAttributes(message)
	if err != nil {
		return nil, err
	}
	if err := checkExtensions(attributes[1:]); err != nil {
		return nil, err
	}
	switch a := attributes[0]; a.name {
	case 'v':
		return decode(a.value)
	case 'e':
		return nil, &Error{"the server ends the login with an error of SCRAM: " + knownError(a.value)}
	}
	return nil, malformed("it has no signature")
}

// knownError returns an error of RFC 5802 section 7. Any other is "other-error",
// as the RFC says; what it says itself may repeat a secret.
func knownError(value string) string {
	switch value {
	case "invalid-encoding", "extensions-not-supported", "invalid-proof", "channel-bindings-dont-match",
		"server-does-support-channel-binding", "channel-binding-not-supported",
		"unsupported-channel-binding-type", "unknown-user", "invalid-username-encoding", "no-resources":
		return value
	}
	return "other-error"
}

type attribute struct {
	name  byte
	value string
}

// readAttributes takes a message apart, into at least one attribute.
func readAttributes(message string) ([]attribute, error) {
	if !utf8.ValidString(message) || strings.ContainsRune(message, 0) {
		return nil, malformed("it is not text")
	}
	var attributes []attribute
	for field := range strings.SplitSeq(message, ",") {
		if len(field) < 3 || !isLetter(field[0]) || field[1] != '=' {
			return nil, malformed("it is not made of attributes")
		}
		if field[0] == 'm' {
			return nil, &Error{"the server demands an extension of SCRAM that is not known here"}
		}
		attributes = append(attributes, attribute{field[0], field[2:]})
	}
	return attributes, nil
}

// checkExtensions refuses an attribute of RFC 5802 section 5.1 behind the attributes of a
// message, where only extensions may be. Extensions are ignored.
func checkExtensions(attributes []attribute) error {
	for _, a := range attributes {
		if strings.IndexByte("anrcsipve", a.name) >= 0 {
			return malformed("an attribute is where it has no place")
		}
	}
	return nil
}

// decode reads Base64 as RFC 5802 section 7 has it: padded, and without the line
// breaks that the package encoding/base64 would skip.
func decode(text string) ([]byte, error) {
	data, err := base64.StdEncoding.Strict().DecodeString(text)
	if err != nil || strings.ContainsAny(text, "\r\n") {
		return nil, malformed("a value is not in Base64")
	}
	return data, nil
}

func isLetter(b byte) bool { return 'a' <= b|0x20 && b|0x20 <= 'z' }

func isPrintable(s string) bool {
	for i := range len(s) {
		if s[i] < 0x21 || s[i] > 0x7E {
			return false
		}
	}
	return true
}

package stream

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/xmppreg/xmppreg/internal/xmltree"
)

// Why a stream ends, or cannot be opened, without the server's saying anything.
var (
	ErrServerClosed = errors.New("the server closed the stream")
	ErrClosed       = errors.New("the stream was closed here")
	ErrInsecure     = errors.New("the connection is not encrypted")
)

// ErrMalformed is the error of an answer that is neither a result nor an error,
// or whose result makes no sense.
var ErrMalformed = errors.New("the server's answer makes no sense")

// Error is a stream error: what a server ends a stream with (RFC 6120 section
// 4.9).
type Error struct {
	Condition   string // defined condition; empty if there is none
	Application string // name of the application-specific condition; empty if there is none
	Text        string // in the language of the configuration where there is one
}

func (e *Error) Error() string { return "stream error " + e.Condition }

// StanzaError is an error in place of a result (RFC 6120 section 8.3.2).
type StanzaError struct {
	Type        string // auth, cancel, continue, modify, wait; empty if there is none
	Condition   string // defined condition; empty if there is none
	Text        string // in the language of the configuration where there is one
	Application string // name of the application-specific condition; empty if there is none
	Address     string // what <gone/> and <redirect/> carry, as it stands there
	RetryAt     time.Time
	IQ          *xmltree.Element // the whole answer
}

func (e *StanzaError) Error() string { return "stanza error " + e.Condition }

// SASLError is a login that the server has refused (RFC 6120 section 6.5).
type SASLError struct {
	Condition   string
	Text        string // in the language of the configuration where there is one
	Application string // name of the application-specific condition; empty if there is none
	RetryAt     time.Time
	Challenged  bool // the server had sent a challenge, and refused the answer to it
}

func (e *SASLError) Error() string { return "login refused: " + e.Condition }

// ProtocolError says how a server has broken the rules of the negotiation, of which a
// login is a part.
type ProtocolError struct {
	InLogin bool   // it broke the rules of the SASL mechanism, and may only pose as the user's server
	Text    string // what it did
	Err     error  // the cause; may be nil
}

func (e *ProtocolError) Error() string { return e.Text }

// Unwrap returns the cause.
func (e *ProtocolError) Unwrap() error { return e.Err }

// UnansweredError is a request that may have gone out and got no answer.
type UnansweredError struct {
	Err error // why no answer came: the end of the stream, or of the context
}

func (e *UnansweredError) Error() string { return "no answer: " + e.Err.Error() }

// Unwrap returns the cause.
func (e *UnansweredError) Unwrap() error { return e.Err }

// unexpected is the error of an element that has no place in the negotiation of
// a stream (RFC 6120 section 4.3).
func unexpected(e *xmltree.Element) error {
	return &ProtocolError{Text: fmt.Sprintf("<%s xmlns='%s'/> came while the stream was being negotiated", e.Name.Local, e.Name.Space)}
}

func readStreamError(e *xmltree.Element, lang string) *Error {
	s := &Error{}
	var texts []*xmltree.Element
	for i := range e.Children {
		switch c := &e.Children[i]; {
		case c.Is(xmltree.NSStreamErrors, "text"):
			texts = append(texts, c)
		case c.Name.Space == xmltree.NSStreamErrors && s.Condition == "":
			s.Condition = c.Name.Local
		case c.Name.Space != xmltree.NSStreamErrors && s.Application == "":
			s.Application = c.Name.Local
		}
	}
	s.Text = textIn(lang, texts)
	return s
}

// textIn returns the text in a language: the one with the same tag, or the first with the
// same primary language, or the first of all.
func textIn(lang string, texts []*xmltree.Element) string {
	primary := func(tag string) string {
		tag, _, _ = strings.Cut(tag, "-")
		return tag
	}
	best, rank := "", 0
	for _, t := range texts {
		r := 1
		switch own := t.Lang(); {
		case own != "" && strings.EqualFold(own, lang):
			r = 3
		case own != "" && strings.EqualFold(primary(own), primary(lang)):
			r = 2
		}
		if r > rank {
			best, rank = strings.TrimSpace(t.Text), r
		}
	}
	return best
}

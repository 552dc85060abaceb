package stream

import (
	"context"
	"slices"

	"github.com/xmppreg/xmppreg/ibr/internal/scram"
)

// A mechanism of SASL begins the client's side of a login.
type mechanism struct {
	name   string
	begin  func(*Login) conversation
	proves bool // the server proves that it knows the password
}

// A conversation is the client's side of a login with one mechanism, step by step.
type conversation interface {
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
	{"PLAIN", func(login *Login) conversation { return &plain{login: login} }, false},
}

func beginSCRAM(m *scram.Mechanism) func(*Login) conversation {
	return func(login *Login) conversation { return scram.New(m, login.Username, login.Password) }
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

// bestMechanism chooses from what a server offers for SASL and for SASL2, and SASL where both
// have the best one.
func (f Features) bestMechanism() (best mechanism, by protocol, ok bool) {
	offered, offered2 := f.mechanisms(), f.mechanisms2()
	for _, m := range mechanisms {
		switch {
		case slices.Contains(offered, m.name):
			return m, saslProtocol, true
		case slices.Contains(offered2, m.name):
			return m, sasl2Protocol, true
		}
	}
	return best, by, false
}

// OffersProof tells whether a login would have the server prove that it knows the password.
func (f Features) OffersProof() bool {
	best, _, _ := f.bestMechanism()
	return best.proves
}

package scram

import (
	"context"
	"crypto/hmac"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"strings"

	"github.com/xmppreg/xmppreg/internal/random"
	"github.com/xmppreg/xmppreg/internal/saslprep"
)

// gs2Header says that the client does not support channel binding and acts for
// itself (RFC 5802 section 7).
const gs2Header = "n,,"

// step is whose message comes next (RFC 5802 section 5).
type step int

const (
	clientFirst step = iota
	serverFirst      // answered with the client's final message
	serverFinal
	done // the server has proved that it knows the password
	failed
)

// A Conversation is one login. It is not for several goroutines at once.
type Conversation struct {
	mechanism *Mechanism
	username  string
	password  string // prepared
	nonce     string
	next      step

	firstBare       string // the client's first message without the header
	serverSignature []byte // what the server has to send in the end
}

// New begins a conversation. The password is prepared with SASLprep; the user
// name, the local part of an XMPP address, is prepared already.
func New(m *Mechanism, username, password string) *Conversation {
	return &Conversation{mechanism: m, username: username, password: saslprep.Prepare(password), nonce: random.Text()}
}

// Done tells whether the server has proved that it knows the password. Until then
// it must not be believed.
func (c *Conversation) Done() bool { return c.next == done }

// Step takes the server's message, nil at first, and returns the client's next one, which
// is empty in the end. The error is an [*Error] if the server is at fault. After an error
// the conversation is over.
func (c *Conversation) Step(ctx context.Context, message []byte) (answer []byte, err error) {
	now := c.next
	c.next = failed
	switch now {
	case clientFirst:
		answer = c.first()
	case serverFirst:
		answer, err = c.final(ctx, string(message))
	case serverFinal:
		err = c.verify(string(message))
	default:
		err = errors.New("the conversation is over")
	}
	if err != nil {
		return nil, err
	}
	c.next = now + 1
	return answer, nil
}

// first returns the client's first message.
func (c *Conversation) first() []byte {
	c.firstBare = "n=" + escape.Replace(c.username) + ",r=" + c.nonce
	return []byte(gs2Header + c.firstBare)
}

// escape writes a saslname (RFC 5802 section 7).
var escape = strings.NewReplacer("=", "=3D", ",", "=2C")

// final returns the client's final message, which proves that the client knows the
// password (RFC 5802 section 3).
func (c *Conversation) final(ctx context.Context, message string) ([]byte, error) {
	challenge, err := readServerFirst(message, c.nonce)
	if err != nil {
		return nil, err
	}
	m := c.mechanism
	salted, err := m.saltedPassword(ctx, c.password, challenge.salt, challenge.iterations)
	if err != nil {
		return nil, err
	}
	withoutProof := "c=" + base64.StdEncoding.EncodeToString([]byte(gs2Header)) + ",r=" + challenge.nonce
	authMessage := c.firstBare + "," + message + "," + withoutProof

	clientKey := m.hmac(salted, "Client Key")
	proof := m.hmac(m.digest(clientKey), authMessage)
	subtle.XORBytes(proof, proof, clientKey)
	c.serverSignature = m.hmac(m.hmac(salted, "Server Key"), authMessage)
	return []byte(withoutProof + ",p=" + base64.StdEncoding.EncodeToString(proof)), nil
}

// verify reads the server's final message.
func (c *Conversation) verify(message string) error {
	signature, err := readServerFinal(message)
	if err != nil {
		return err
	}
	if !hmac.Equal(signature, c.serverSignature) { // in constant time
		return &Error{"the server could not prove that it knows the password"}
	}
	return nil
}

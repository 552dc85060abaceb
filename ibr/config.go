package ibr

import (
	"context"
	"fmt"
	"net"
	"time"

	"mellium.im/xmpp/jid"
)

// A Dialer opens connections to XMPP servers.
type Dialer interface {
	// Dial connects to a server of the domain. What is written to the
	// connection and read from it is an XML stream (RFC 6120 section 4).
	// Its method Secure() bool must say true: passwords travel over it.
	//
	// An error may implement Kind() string and Reason() string to say where it
	// comes from (a [Kind]) and what a caller chooses its words by (a [Reason]).
	Dial(ctx context.Context, domain string) (net.Conn, error)
}

// DefaultTimeout is how long an answer is waited for.
const DefaultTimeout = 30 * time.Second

// Config is what a Manager needs to know.
type Config struct {
	// Domain is the server's, as people write it ("example.org"). It may be
	// empty where Connect comes first, whose address decides it, or where Token is a
	// link, which does.
	Domain string

	// Dialer opens the connection.
	Dialer Dialer

	// Lang is the language of the user (BCP 47), which the server's texts are
	// asked for in. Empty leaves it to the server.
	Lang string

	// Token is a pre-authentication token (XEP-0445), as an invitation has one. It
	// may also be a link: an xmpp: link as ParseInvitation takes it, or, where the
	// Dialer is an InvitationReader, the address of an invitation's web page.
	Token string

	// Timeout bounds each request: finding and connecting to the server, and
	// each answer. 0 is DefaultTimeout.
	Timeout time.Duration

	// SkipFeature lets the form be asked for although the server does not offer
	// registration as a stream feature, which XEP-0077 section 8.2 permits it.
	SkipFeature bool

	// Events is called with each event, one at a time and in order. It must not
	// call methods of the Manager that wait. It may be nil.
	Events func(Event)
}

// NewManager returns a manager for the configuration, without connecting.
// It fails if the domain can't be one.
func NewManager(c Config) (*Manager, error) {
	var domain jid.JID
	if c.Domain != "" {
		var err error
		if domain, err = jid.New("", c.Domain, ""); err != nil {
			// Without the package's name: a web page shows it.
			return nil, fmt.Errorf("%q can't be the domain of an XMPP server: %w", c.Domain, err)
		}
	}
	if c.Timeout == 0 {
		c.Timeout = DefaultTimeout
	}
	if c.Events == nil {
		c.Events = func(Event) {}
	}
	m := &Manager{config: c, domain: domain, turn: make(chan struct{}, 1)}
	m.life, m.endLife = context.WithCancelCause(context.Background())
	return m, nil
}

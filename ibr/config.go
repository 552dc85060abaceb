package ibr

import (
	"errors"
	"fmt"
	"time"

	"github.com/xmppreg/xmppreg/internal/jid"
	"github.com/xmppreg/xmppreg/internal/langtag"
)

// DefaultTimeout is how long an answer is waited for.
const DefaultTimeout = 30 * time.Second

// Config is what a Manager needs to know. Only Dialer is required.
type Config struct {
	// Dialer opens the streams.
	Dialer Dialer

	// Domain is the server's, as people write it ("example.org"). It may be
	// empty where Connect comes first, whose address decides it, or where Token
	// is a link, which does.
	Domain string

	// Lang is the language of the user (BCP 47), which the server's texts are
	// asked for in. Empty leaves it to the server, and so does what is no
	// well-formed tag.
	Lang string

	// Token is a pre-authentication token (XEP-0445), which an invitation holds.
	// It may also be a link: an xmpp: link as ParseInvitation takes it, or, where
	// the Dialer is an InvitationReader, the address of an invitation's web page.
	Token string

	// Timeout bounds each request: finding and connecting to the server, and
	// each answer. 0 is DefaultTimeout.
	Timeout time.Duration

	// With RequireFeature a server that does not offer registration as a stream feature
	// is treated as one without registration: nothing is sent to it, and the reason is
	// NotAdvertised. By default the form is asked for all the same, since XEP-0077
	// section 8.2 calls the feature optional.
	RequireFeature bool

	// Events is called with each event, one at a time and in order. It must not
	// call methods of the Manager that wait. It may be nil.
	Events func(Event)
}

// NewManager returns a manager for the configuration, without connecting. It
// fails if there is no Dialer, or the domain can't be one.
func NewManager(c Config) (*Manager, error) {
	if c.Dialer == nil {
		return nil, errors.New("ibr: Config.Dialer is nil: set one, as &ws.Dialer{} of package transport/ws")
	}
	m := &Manager{}
	m.turns = newTurns(m.reportLostSession)
	if c.Domain != "" {
		var err error
		if m.user.domain, err = jid.New("", c.Domain, ""); err != nil {
			// Without the package's name: a web page shows it.
			return nil, fmt.Errorf("%q can't be the domain of an XMPP server: %w", c.Domain, err)
		}
	}
	if c.Timeout == 0 {
		c.Timeout = DefaultTimeout
	}
	c.Lang = langtag.Canonical(c.Lang)
	m.events.receive = c.Events
	m.config = c
	return m, nil
}

package ibr

import (
	"context"

	"github.com/xmppreg/xmppreg/transport"
)

// What registration needs of the network: package transport says more.
type (
	// Transport carries one stream as an exchange of whole elements.
	Transport = transport.Transport

	// Dialer opens streams. Package transport/ws has one for WebSockets.
	Dialer = transport.Dialer

	// Element is one XML element, what a Transport sends and receives.
	Element = transport.Element
)

// An InvitationReader is a Dialer that can also read the pages that invitations
// are handed out as.
type InvitationReader interface {
	// Invitation returns the xmpp: link that the web page at the address stands
	// for: the one in its Link header (XEP-0401 section 4.5) or in its text.
	// Errors are as for Dial.
	Invitation(ctx context.Context, page string) (string, error)
}

package ibr

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	"github.com/xmppreg/xmppreg/internal/jid"
)

// An Invitation is what lets somebody register: a pre-authentication token
// (XEP-0445), and what the link that it came in says about it.
type Invitation struct {
	Token    string
	Domain   string // the server that it is for; empty where only the token is known
	Username string // the name that it is for; empty where that may be chosen
}

// ParseInvitation understands a token, or an xmpp: link that holds one:
//
//	xmpp:DOMAIN?register;preauth=TOKEN        anybody may register (XEP-0445 section 4)
//	xmpp:NAME@DOMAIN?register;preauth=TOKEN   the same, by that name
//	xmpp:USER@DOMAIN?roster;preauth=TOKEN;ibr=y   a contact's invitation to their own server (XEP-0379 section 3)
//
// The error is an *Error with the reason InviteInvalid.
func ParseInvitation(text string) (Invitation, error) {
	text = strings.TrimSpace(text)
	scheme, rest, found := strings.Cut(text, ":")
	if !found || !strings.EqualFold(scheme, "xmpp") {
		return Invitation{Token: text}, nil
	}
	rest, _, _ = strings.Cut(rest, "#")
	path, query, _ := strings.Cut(rest, "?")
	action, pairs, _ := strings.Cut(query, ";")
	parameters := map[string]string{}
	for _, pair := range strings.Split(pairs, ";") {
		key, value, _ := strings.Cut(pair, "=")
		if value, err := url.PathUnescape(value); err == nil {
			parameters[key] = value
		}
	}
	path, err := url.PathUnescape(path)
	if err != nil {
		return Invitation{}, noInvitation("the link's address is not percent-encoded as it must be", err)
	}
	address, err := jid.Parse(path)
	if err != nil {
		return Invitation{}, noInvitation("the link names no XMPP address", nil) // the cause may hold the token
	}
	invitation := Invitation{Token: parameters["preauth"], Domain: address.Domainpart()}
	switch {
	case action == "roster" && parameters["ibr"] != "y":
		return Invitation{}, noInvitation("the link adds a contact and does not let its user register", nil)
	case action != "roster" && action != "register", invitation.Token == "":
		return Invitation{}, noInvitation("the link holds no invitation", nil)
	case action == "register":
		invitation.Username = address.Localpart()
	}
	return invitation, nil
}

// noInvitation is the error of a Config.Token that is not an invitation.
func noInvitation(detail string, err error) *Error {
	return &Error{Kind: KindForm, Reason: InviteInvalid, Field: "token", Detail: detail, Err: err}
}

// isPage tells whether a Config.Token is the address of a web page.
func isPage(token string) bool {
	scheme, rest, _ := strings.Cut(token, ":")
	return (strings.EqualFold(scheme, "https") || strings.EqualFold(scheme, "http")) && strings.HasPrefix(rest, "//")
}

// readInvitation finds out, once, what Config.Token is and which server it is for. If no
// domain was given, the invitation's becomes the manager's.
func (m *Manager) readInvitation(ctx context.Context) error {
	if m.invitation == nil {
		invitation, err := m.fetchInvitation(ctx)
		if err != nil {
			return err
		}
		m.invitation = &invitation
	}
	if m.invitation.Domain == "" {
		return nil
	}
	domain, err := jid.New("", m.invitation.Domain, "")
	if err != nil {
		return noInvitation("the link's server can't be one", err)
	}
	if m.user.domain.Equal(jid.JID{}) {
		m.useDomain(domain)
	}
	if !m.user.domain.Equal(domain) {
		return noInvitation(fmt.Sprintf("the invitation is for %s and not for %s", domain, m.user.domain), nil)
	}
	return nil
}

func (m *Manager) fetchInvitation(ctx context.Context) (Invitation, error) {
	token := strings.TrimSpace(m.config.Token)
	if !isPage(token) {
		return ParseInvitation(token)
	}
	reader, ok := m.config.Dialer.(InvitationReader)
	if !ok {
		return Invitation{}, noInvitation("the Dialer can't read the pages of invitations", nil)
	}
	ctx, cancel := m.withTimeout(ctx)
	defer cancel()
	link, err := reader.Invitation(ctx, token)
	if err != nil {
		e := *failure(ctx, err)
		e.Field = "token"
		return Invitation{}, &e
	}
	return ParseInvitation(link)
}

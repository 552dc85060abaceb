package ibr

import (
	"cmp"
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
	Page     string // the address of a web page to be read for the rest; empty for none
}

// ParseInvitation understands a token, an xmpp: link that holds one, and the address of a
// web page that carries such a link in its fragment or query or is to be read for one:
//
//	xmpp:DOMAIN?register;preauth=TOKEN        anybody may register (XEP-0445 section 4)
//	xmpp:NAME@DOMAIN?register;preauth=TOKEN   the same, by that name
//	xmpp:USER@DOMAIN?roster;preauth=TOKEN;ibr=y   a contact's invitation to their own server (XEP-0379 section 3)
//	https://PAGE/#DOMAIN?register;preauth=TOKEN   any of these, in the address of a page
//
// The link may stand among other words. The error is an *Error with the reason
// InviteInvalid.
func ParseInvitation(text string) (Invitation, error) {
	text = strings.TrimSpace(text)
	var page string
	var first error
	for _, candidate := range candidates(text) {
		links := []string{candidate}
		if isPage(candidate) {
			links = carriedLinks(candidate)
			page = cmp.Or(page, candidate)
		}
		for _, each := range links {
			l, err := parseLink(each)
			if err == nil {
				var invitation Invitation
				if invitation, err = l.invitation(); err == nil {
					return invitation, nil
				}
			}
			if first == nil {
				first = err
			}
		}
	}
	switch {
	case page != "":
		return Invitation{Page: page}, nil
	case first != nil:
		return Invitation{}, first
	}
	return Invitation{Token: text}, nil
}

// link returns the shortest link of an invitation that is for a domain.
func (i Invitation) link() string {
	address := url.PathEscape(i.Domain)
	if i.Username != "" {
		address = url.PathEscape(i.Username) + "@" + address
	}
	return "xmpp:" + address + "?register;preauth=" + url.PathEscape(i.Token)
}

// noInvitation is the error of a Config.Token that is not an invitation.
func noInvitation(detail string, err error) *Error {
	return &Error{Kind: KindForm, Reason: InviteInvalid, Field: "token", Detail: detail, Err: err}
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
		e := noInvitation(fmt.Sprintf("the invitation is for %s and not for %s", domain, m.user.domain), nil)
		e.Domain = domain.String()
		return e
	}
	return nil
}

func (m *Manager) fetchInvitation(ctx context.Context) (Invitation, error) {
	invitation, err := ParseInvitation(m.config.Token)
	if err != nil || invitation.Page == "" {
		return invitation, err
	}
	reader, ok := m.config.Dialer.(InvitationReader)
	if !ok {
		return Invitation{}, noInvitation("the Dialer can't read the pages of invitations", nil)
	}
	ctx, cancel := m.withTimeout(ctx)
	defer cancel()
	link, err := reader.Invitation(ctx, invitation.Page)
	if err != nil {
		e := *failure(ctx, err)
		e.Field = "token"
		return Invitation{}, &e
	}
	invitation, err = ParseInvitation(link)
	if err == nil && invitation.Page != "" {
		err = noInvitation("the page of the invitation leads to another page", nil)
	}
	return invitation, err
}

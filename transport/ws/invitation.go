package ws

import (
	"context"
	"errors"
	"net/url"
	"strconv"
	"strings"
)

// Invitation reads the web page that an invitation was handed out as, at an
// https: address (http: to this very machine only), and returns the xmpp: link
// that it stands for: the one in the Link header (XEP-0401 section 4.5), else the
// first in the page's text that holds a token. Pages of other origins often don't
// let their headers be read.
//
// It fails with an [*Error] of the kind discovery, which names the host alone, for
// the rest of the address is as good as the invitation: unsafe-url for an address
// that must not be used; invite-invalid for a page that is not there or has no
// such link; discovery-blocked if a browser may not read it; connect-failed if it
// could not be had; timeout or aborted if ctx ended.
func (d *Dialer) Invitation(ctx context.Context, page string) (string, error) {
	u, err := url.Parse(page)
	if err != nil || u.Host == "" {
		return "", invitationError(reasonUnsafeURL, "the address of the invitation's page is broken", nil)
	}
	if u.Scheme != "https" && !(u.Scheme == "http" && isLoopback(u.Hostname())) {
		return "", invitationError(reasonUnsafeURL, "the address of the invitation's page is not encrypted: it must begin with https:", nil)
	}
	if !isPort(u.Port()) {
		return "", invitationError(reasonUnsafeURL, "the address of the invitation's page is broken: "+errPort.Error(), nil)
	}
	u.Fragment, u.User = "", nil
	where := "the invitation's page at " + u.Host
	r, err := fetch(ctx, u.String())
	switch {
	case errors.Is(err, errLeavesTLS), err == nil && u.Scheme == "https" && !strings.HasPrefix(r.final, "https://"):
		return "", invitationError(reasonUnsafeURL, where+" leads to an address that is not encrypted", nil)
	case errors.Is(err, errTooLong) && invitationLink(r.link, '<', '>') != "":
		// The rest of it need not be read.
	case errors.Is(err, errBlocked):
		return "", invitationError(reasonDiscoveryBlocked, where+" can't be read from here (CORS). Open it, and copy the link that begins with xmpp:", err)
	case errors.Is(err, errTooLong):
		return "", invitationError(reasonInviteInvalid, where+" is no such page: "+err.Error(), err)
	case err != nil:
		if err := contextError(ctx, kindDiscovery, where+" did not answer"); err != nil {
			return "", err
		}
		// What a browser or the library says may quote the address.
		return "", invitationError(reasonConnectFailed, where+" could not be had", nil)
	case r.status == 404, r.status == 410:
		return "", invitationError(reasonInviteInvalid, where+" is gone: the invitation was used or has expired. Ask for a new one", nil)
	case r.status != 200:
		return "", invitationError(reasonConnectFailed, where+" could not be had: HTTP status "+strconv.Itoa(r.status), nil)
	}
	if link := invitationLink(r.link, '<', '>'); link != "" {
		return link, nil
	}
	text := string(r.body)
	for _, quote := range []byte{'"', '\''} {
		if link := invitationLink(text, quote, quote); link != "" {
			return strings.ReplaceAll(link, "&amp;", "&"), nil
		}
	}
	return "", invitationError(reasonInviteInvalid, where+" holds no invitation any more: it was used or has expired. Ask for a new one", nil)
}

// invitationLink returns the first xmpp: link with a token that stands between
// these signs.
func invitationLink(text string, open, end byte) string {
	for {
		_, rest, found := strings.Cut(text, string(open)+"xmpp:")
		if !found {
			return ""
		}
		link, _, closed := strings.Cut(rest, string(end))
		if closed && strings.Contains(link, "preauth=") && !strings.ContainsAny(link, " \t\r\n<") {
			return "xmpp:" + link
		}
		text = rest
	}
}

func invitationError(reason, text string, err error) *Error {
	return &Error{kindDiscovery, reason, text, err}
}

package ws

import (
	"context"
	"errors"
	"net/url"
	"strconv"
	"strings"

	"github.com/xmppreg/xmppreg/transport"
)

// Invitation reads the web page that an invitation was handed out as, at an
// https: address (http: to this very machine only), and returns the xmpp: link
// that it stands for: the one in the Link header (XEP-0401 section 4.5), else the
// first in the page's text that holds a token. Pages of other origins often don't
// let their headers be read.
//
// Its errors are a [*transport.Error], which names the host alone, for the rest of
// the address is as good as the invitation: UnsafeURL for an address that must not
// be used; InviteInvalid for a page that is not there or has no such link;
// DiscoveryBlocked if a browser may not read it; ConnectFailed if it could not be
// had; Interrupted if ctx ended.
func (d *Dialer) Invitation(ctx context.Context, page string) (string, error) {
	u, err := url.Parse(page)
	if err != nil || u.Host == "" {
		return "", invitationError(transport.UnsafeURL, "the address of the invitation's page is broken", nil)
	}
	if u.Scheme != "https" && !(u.Scheme == "http" && isLoopback(u.Hostname())) {
		return "", invitationError(transport.UnsafeURL, "the address of the invitation's page is not encrypted", nil)
	}
	if !isPort(u.Port()) {
		return "", invitationError(transport.UnsafeURL, "the address of the invitation's page is broken: "+errPort.Error(), nil)
	}
	u.Fragment, u.User = "", nil
	where := "the invitation's page at " + u.Host
	r, err := fetch(ctx, u.String())
	if err == nil {
		err = ctx.Err() // what came in the same moment does not count
	}
	switch {
	case errors.Is(err, errLeavesTLS), err == nil && u.Scheme == "https" && !strings.HasPrefix(r.final, "https://"):
		return "", invitationError(transport.UnsafeURL, where+" leads to an address that is not encrypted", nil)
	case errors.Is(err, errTooLong) && invitationLink(r.link, '<', '>') != "":
		// The rest of it need not be read.
	case errors.Is(err, errBlocked):
		return "", invitationError(transport.DiscoveryBlocked, where+" can't be read from here (CORS)", err)
	case errors.Is(err, errTooLong):
		return "", invitationError(transport.InviteInvalid, where+" is no such page: "+err.Error(), err)
	case err != nil:
		if err := interrupted(ctx, true, where+" did not answer"); err != nil {
			return "", err
		}
		// What a browser or the library says may quote the address.
		return "", invitationError(transport.ConnectFailed, where+" could not be had", nil)
	case r.status == 404, r.status == 410:
		return "", invitationError(transport.InviteInvalid, where+" is gone: HTTP status "+strconv.Itoa(r.status), nil)
	case r.status != 200:
		return "", invitationError(transport.ConnectFailed, where+" could not be had: HTTP status "+strconv.Itoa(r.status), nil)
	}
	if link := invitationLink(r.link, '<', '>'); link != "" {
		return link, nil
	}
	text := string(r.body)
	for _, mark := range []byte{'"', '\''} {
		if link := invitationLink(text, mark, mark); link != "" {
			return strings.ReplaceAll(link, "&amp;", "&"), nil
		}
	}
	return "", invitationError(transport.InviteInvalid, where+" holds no invitation", nil)
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

func invitationError(fault transport.Fault, text string, err error) error {
	return &transport.Error{Fault: fault, Discovery: true, Text: text, Err: err}
}

package prosody

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/xmppreg/xmppreg/e2e/debian"
)

// An Invitation is one to make an account on a host that enables the module invites.
type Invitation struct {
	Host    string
	Name    string // of the account; any if it is empty
	Reset   bool   // it sets a new password for the account of this name
	Contact bool   // it is to make any account, and to become a contact of this name
	Expired bool   // needs a Global of InviteExpiry
	ForApps bool   // the xmpp: link, also where there are pages
}

// InviteExpiry is what an Expired invitation needs among the settings of the server:
// Prosody 0.12 reads it when it makes one.
const InviteExpiry = `invite_expiry = tonumber(os.getenv("INVITE_TTL")) or 604800`

// Invite makes an invitation as a provider does, with prosodyctl. It returns what that
// prints: the address of its page if the host enables invites_page, else its xmpp: link.
func (s *Server) Invite(ctx context.Context, i Invitation) (string, error) {
	address := i.Host
	if i.Name != "" {
		address = i.Name + "@" + i.Host
	}
	var args []string
	switch {
	case s.opts.Debian == debian.Trixie:
		args = []string{"shell", "invite", "create_account", address}
		if i.Reset {
			args[2] = "create_reset"
		} else if i.Contact {
			args[2], args[3] = "create_contact", "--allow-registration"
			args = append(args, address)
		}
		if i.Expired {
			args = append(args, "--expires-after", "0s")
		}
	case i.Contact:
		args = []string{"shell", "invite", "create_contact", address, "true"}
	case i.Name != "" && !i.Reset:
		args = []string{"shell", "invite", "create_account", address}
	default:
		args = []string{"mod_invites", "generate", i.Host}
		if i.Reset {
			args = append(args, "--reset", i.Name)
		}
		if i.Expired {
			args = append([]string{"INVITE_TTL=-1"}, args...)
		}
	}
	out, err := s.Ctl(ctx, args...)
	if err != nil {
		return "", err
	}
	link := linkIn(out)
	if s.opts.Debian == debian.Trixie && (i.ForApps || i.Expired) {
		return s.inspect(ctx, i, link)
	}
	if link == "" || i.ForApps && !strings.HasPrefix(link, "xmpp:") {
		return "", fmt.Errorf("prosody: no invitation in %s", out)
	}
	return link, nil
}

// linkIn finds the first link in what prosodyctl prints, "" if there is none.
func linkIn(out string) string {
	for _, word := range strings.Fields(out) {
		if strings.HasPrefix(word, "xmpp:") || strings.HasPrefix(word, "https://") && strings.Contains(word, "invite") {
			return word
		}
	}
	return ""
}

// inspect returns the xmpp: link of an invitation of Prosody 13, once it has expired if
// it is to.
func (s *Server) inspect(ctx context.Context, i Invitation, link string) (string, error) {
	_, token, found := strings.Cut(link, "preauth=")
	if !found {
		_, token, _ = strings.Cut(link, "?")
	}
	token, _, _ = strings.Cut(token, ";")
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for forApps := link; ; {
		out, err := s.Ctl(ctx, "shell", "invite", "show", i.Host, token)
		if err == nil {
			forApps = linkIn(out)
		}
		if i.Expired == (err != nil) {
			return forApps, nil
		} else if !i.Expired {
			return "", err
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return "", ctx.Err()
		}
	}
}

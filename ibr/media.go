package ibr

import (
	"context"

	"github.com/xmppreg/xmppreg/internal/jid"
	"github.com/xmppreg/xmppreg/internal/xmltree"
)

// resolveMedia gets the data (XEP-0231) of the form's media that are named by a content
// id: from the answer that the form came in, or by asking for it.
func (m *Manager) resolveMedia(ctx context.Context, s *session, from jid.JID, f *Form, iq *xmltree.Element) {
	ctx, cancel := m.withTimeout(ctx)
	defer cancel()
	f.ResolveMedia(iq, func(cid string) *xmltree.Element {
		if !s.Usable() {
			return nil // some servers end the stream if a guest asks
		}
		answer, err := s.RequestBits(ctx, from, cid)
		if err != nil {
			m.Log(LogWarning, "an image of the form could not be had from the server")
		}
		return answer
	})
}

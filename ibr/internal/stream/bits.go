package stream

import (
	"context"

	"github.com/xmppreg/xmppreg/internal/jid"
	"github.com/xmppreg/xmppreg/internal/xmltree"
)

// RequestBits asks for the bits of binary with a content id (XEP-0231 section
// 2.3) and returns the answer that holds them. Errors are those of Request.
func (s *Stream) RequestBits(ctx context.Context, from jid.JID, cid string) (*xmltree.Element, error) {
	return s.Request(ctx, Get, from, xmltree.New(nsBob, "data").With("cid", cid))
}

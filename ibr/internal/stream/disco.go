package stream

import (
	"context"

	"github.com/xmppreg/xmppreg/internal/jid"
	"github.com/xmppreg/xmppreg/internal/xmltree"
)

// Supports asks an entity whether it supports a feature (XEP-0030 section 3.1).
func (s *Stream) Supports(ctx context.Context, entity jid.JID, feature string) (bool, error) {
	iq, err := s.Request(ctx, Get, entity, xmltree.New(nsDiscoInfo, "query"))
	if err != nil {
		return false, err
	}
	if query := iq.Child(nsDiscoInfo, "query"); query != nil {
		for i := range query.Children {
			if c := &query.Children[i]; c.Is(nsDiscoInfo, "feature") && c.Get("var") == feature {
				return true, nil
			}
		}
	}
	return false, nil
}

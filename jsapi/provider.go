//go:build js

package jsapi

import (
	"github.com/hack-pad/safejs"

	"github.com/xmppreg/xmppreg/ibr"
)

// parseProvider is the operation of the table that understands what somebody has written
// who was asked for a provider: its argument is the text. It resolves with null if there
// is none in it.
func (t *table) parseProvider(outcome deferred, args []safejs.Value) {
	outcome.run(func() (any, error) {
		text, err := asString(argument(args, 0))
		if err != nil {
			return nil, err
		}
		provider, ok := ibr.ParseProvider(text)
		if !ok {
			return nil, nil
		}
		return object{{"domain", provider.Domain}, {"token", provider.Token}, {"isPage", provider.IsPage}}, nil
	}, errorValue)
}

//go:build js

package jsapi

import (
	"github.com/hack-pad/safejs"

	"github.com/xmppreg/xmppreg/ibr"
	"github.com/xmppreg/xmppreg/transport/ws"
)

// examine is the operation of the table that looks at how a server can be
// reached, for somebody who sets it up: its arguments are { domain, url } and an
// AbortSignal.
func (t *table) examine(outcome deferred, args []safejs.Value) {
	ctx, done, err := withSignal(argument(args, 1))
	if err != nil {
		outcome.fail(err)
		return
	}
	outcome.run(func() (any, error) {
		defer done()
		o := reader{value: argument(args, 0)}
		domain, dialer := o.string("domain"), &ws.Dialer{URL: o.string("url")}
		if o.err != nil {
			return nil, o.err
		}
		report, err := dialer.Examine(ctx, domain)
		if err != nil {
			return nil, ibr.ErrorOf(err)
		}
		return object{{"files", findings(report.Files)}, {"sockets", findings(report.Sockets)}}, nil
	}, errorValue)
}

func findings(all []ws.Finding) []any {
	values := make([]any, len(all))
	for i, f := range all {
		values[i] = object{{"address", f.Address}, {"result", string(f.Result)}, {"detail", f.Detail}, {"links", list(f.Links)}}
	}
	return values
}

//go:build js

package jsapi

import (
	"context"
	"time"

	"github.com/hack-pad/safejs"

	"github.com/xmppreg/xmppreg/ibr"
	"github.com/xmppreg/xmppreg/transport/link"
)

// manager is one RegistrationManager of the page.
type manager struct {
	ibr          *ibr.Manager
	optionsError error        // why there is none
	emit         safejs.Value // function (type, detail)
	clients      clients

	// The page gets one object for one thing, in the event and from the Promise.
	form    shared[*ibr.Form]
	error   shared[*ibr.Error]
	account shared[*ibr.Account]
	media   objectURLs
}

// newManager makes a manager of the options of the page's constructor, which
// has checked their types.
func newManager(options, emit safejs.Value, newDialer NewDialer) *manager {
	m := &manager{emit: emit, clients: clients{links: map[int]*link.Link{}, stanzas: map[int]chan error{}}}
	o := reader{value: options}
	config := ibr.Config{
		Domain:         o.string("domain"),
		Lang:           o.string("lang"),
		Token:          o.string("token"),
		Timeout:        time.Duration(o.float("timeout") * float64(time.Millisecond)),
		RequireFeature: o.bool("requireFeature"),
		Events:         m.event,
	}
	config.Dialer = newDialer(o.string("url"), func(level, message string) {
		m.ibr.Log(ibr.LogLevel(level), message)
	})
	diagnostics := o.bool("diagnostics")
	if m.optionsError = o.err; m.optionsError != nil {
		return m
	}
	if m.ibr, m.optionsError = ibr.NewManager(config); m.optionsError != nil {
		m.optionsError = typeError(m.optionsError.Error())
		return m
	}
	m.ibr.SetDiagnostics(diagnostics)
	return m
}

// method makes an operation of the table of one of the manager's: its arguments
// are the manager's number, one of the method's own, and an AbortSignal.
func (t *table) method(do func(*manager, context.Context, safejs.Value) (any, error)) operation {
	return func(outcome deferred, args []safejs.Value) {
		m, err := t.manager(argument(args, 0))
		if err != nil {
			outcome.fail(err)
			return
		}
		ctx, done, err := withSignal(argument(args, 2))
		if err != nil {
			outcome.fail(err)
			return
		}
		outcome.run(func() (any, error) {
			defer done()
			return do(m, ctx, argument(args, 1))
		}, m.rejection)
	}
}

// notice makes a function of the table of one that tells a manager of something, and needs
// no Promise. Its first argument is the manager's number.
func (t *table) notice(tell func(*manager, []safejs.Value)) func([]safejs.Value) any {
	return func(args []safejs.Value) any {
		// What is wrong with the manager, each operation tells.
		if m, err := t.manager(argument(args, 0)); err == nil {
			tell(m, args[1:])
		}
		return nil
	}
}

// rejection is what an error is to JavaScript; the one that an event told of
// already is the same object.
func (m *manager) rejection(err error) any {
	if e, ok := err.(*ibr.Error); ok {
		return m.errorValue(e)
	}
	return errorValue(err)
}

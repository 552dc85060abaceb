//go:build js

package jsapi

import (
	"errors"
	"os"
	"sync"
	"syscall/js"

	"github.com/hack-pad/safejs"

	"github.com/xmppreg/xmppreg/ibr"
)

// NewDialer makes what a manager connects with. url is the address of the
// WebSocket, empty for the one that the domain announces; log takes what may
// help to find a fault.
type NewDialer func(url string, log func(level, message string)) ibr.Dialer

// Serve hands the function table to the page, and returns only if it fails. The page says
// in the program's first argument under which global name it waits for it.
func Serve(build string, newDialer NewDialer) error {
	if len(os.Args) < 2 {
		return errors.New("jsapi: the page did not say where it waits for the module")
	}
	ready, err := safejs.Safe(js.Global()).Get(os.Args[1])
	if err != nil {
		return err
	}
	t := &table{newDialer: newDialer, managers: map[int]*manager{}}
	functions, err := t.functions()
	if err != nil {
		return err
	}
	functions["build"] = build
	if _, err := ready.Invoke(functions); err != nil {
		return err
	}
	select {}
}

// table is what the page calls.
type table struct {
	newDialer NewDialer

	mu       sync.Mutex
	last     int
	managers map[int]*manager
}

// An operation is a function of the table that has an outcome. Its first two
// arguments in JavaScript are the functions that take it, as a Promise has them.
type operation func(outcome deferred, args []safejs.Value)

// functions returns the table as JavaScript sees it: the operations together under
// one name, since the page makes functions of them that return a Promise.
func (t *table) functions() (map[string]any, error) {
	operations := map[string]any{}
	for name, begin := range map[string]operation{
		"requestForm":    t.method((*manager).requestForm),
		"submit":         t.method((*manager).submit),
		"sendForm":       t.method((*manager).sendForm),
		"connect":        t.method((*manager).connect),
		"changePassword": t.method((*manager).changePassword),
		"deleteAccount":  t.method((*manager).deleteAccount),
		"unregister":     t.method((*manager).unregister),
		"verify":         t.method((*manager).verify),
		"disconnect":     t.method((*manager).disconnect),
		"attach":         t.method((*manager).attach),
		"validate":       t.validate,
		"parseProvider":  t.parseProvider,
		"examine":        t.examine,
	} {
		f, err := safejs.FuncOf(func(_ safejs.Value, args []safejs.Value) any {
			begin(deferred{args[0], args[1]}, args[2:])
			return nil
		})
		if err != nil {
			return nil, err
		}
		operations[name] = f
	}
	functions := map[string]any{"operations": operations}
	for name, do := range map[string]func(args []safejs.Value) any{
		"open":          t.open,
		"close":         t.close,
		"diagnose":      t.notice((*manager).diagnose),
		"setFormToSend": t.notice((*manager).setFormToSend),
		"receive":       t.notice((*manager).receive),
		"ended":         t.notice((*manager).ended),
		"sent":          t.notice((*manager).sent),
	} {
		f, err := safejs.FuncOf(func(_ safejs.Value, args []safejs.Value) any { return do(args) })
		if err != nil {
			return nil, err
		}
		functions[name] = f
	}
	return functions, nil
}

// open makes a manager and returns its number. What is wrong with the options is told by
// each operation, since a constructor has no Promise to reject.
func (t *table) open(args []safejs.Value) any {
	m := newManager(argument(args, 0), argument(args, 1), t.newDialer)
	t.mu.Lock()
	defer t.mu.Unlock()
	t.last++
	t.managers[t.last] = m
	return t.last
}

// close forgets a manager that JavaScript no longer has.
func (t *table) close(args []safejs.Value) any {
	number, _ := argument(args, 0).Int()
	t.mu.Lock()
	m := t.managers[number]
	delete(t.managers, number)
	t.mu.Unlock()
	if m != nil && m.ibr != nil {
		m.media.next()
		m.media.next()
		go m.ibr.Disconnect()
	}
	return nil
}

// diagnose lets a manager make the events that help to find a fault, from now on.
func (m *manager) diagnose([]safejs.Value) { m.ibr.SetDiagnostics(true) }

func (t *table) manager(number safejs.Value) (*manager, error) {
	n, err := number.Int()
	if err != nil {
		return nil, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	m := t.managers[n]
	if m == nil {
		return nil, typeError("there is no such manager")
	}
	return m, m.optionsError
}

// argument returns an argument, undefined if it was left out.
func argument(args []safejs.Value, i int) safejs.Value {
	if i < len(args) {
		return args[i]
	}
	return safejs.Undefined()
}

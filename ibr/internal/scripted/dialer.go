package scripted

import (
	"context"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/xmppreg/xmppreg/transport"
)

// A T is a test: a [testing.TB], or an example.
type T interface {
	Cleanup(func())
	Error(args ...any)
	Errorf(format string, args ...any)
}

// A Dialer plays one script for each connection, in order.
type Dialer struct {
	// Insecure makes connections that no password may travel over.
	Insecure bool

	t       T
	scripts []Script
	running sync.WaitGroup

	mu    sync.Mutex
	conns []*conn
}

// NewDialer returns a dialer for these scripts. At the end of the test each must
// have been played to its end, and each connection must have been closed.
func NewDialer(t T, scripts ...Script) *Dialer {
	d := &Dialer{t: t, scripts: scripts}
	t.Cleanup(func() {
		d.running.Wait()
		if n := d.Dials(); n != len(scripts) {
			t.Errorf("%d connections were made, want %d", n, len(scripts))
		}
		timer := time.NewTimer(Patience)
		defer timer.Stop()
		for i, c := range d.conns {
			select {
			case <-c.left:
			case <-timer.C:
				t.Errorf("connection %d was not closed", i+1)
				return
			}
		}
	})
	return d
}

// NewExampleDialer is [NewDialer] for an example, which has no test to fail: it
// panics.
func NewExampleDialer(scripts ...Script) *Dialer { return NewDialer(example{}, scripts...) }

type example struct{}

func (example) Cleanup(func())                    {}
func (example) Error(args ...any)                 { panic(fmt.Sprint(args...)) }
func (example) Errorf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }

// Dials returns how many connections were made or tried.
func (d *Dialer) Dials() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.conns)
}

// Dial plays the next script, and returns when it has opened the stream. With a
// context that has ended it does nothing.
func (d *Dialer) Dial(ctx context.Context, to transport.Target) (transport.Transport, error) {
	if ctx.Err() != nil {
		return nil, interrupted(ctx)
	}
	c, play := d.next()
	if c == nil {
		return nil, lost()
	}
	d.running.Go(func() {
		defer c.endWith(lost())
		play(&Peer{T: d.t, Target: to, conn: c})
	})
	select {
	case <-c.opened:
		return c, nil
	case <-c.ended:
		select {
		case <-c.opened:
			return c, nil
		default:
		}
		c.leave()
		return nil, c.end()
	case <-ctx.Done():
		c.leave()
		return nil, interrupted(ctx)
	}
}

func (d *Dialer) next() (*conn, Script) {
	d.mu.Lock()
	defer d.mu.Unlock()
	n := len(d.conns)
	if n == len(d.scripts) {
		d.t.Errorf("connection %d was not expected", n+1)
		return nil, nil
	}
	c := newConn(d.t, !d.Insecure)
	d.conns = append(d.conns, c)
	return c, d.scripts[n]
}

// lost is the error of a connection that ends without a <close/>.
func lost() error {
	return &transport.Error{Fault: transport.Lost, Text: "the connection was lost", Err: io.ErrUnexpectedEOF}
}

func interrupted(ctx context.Context) error {
	return &transport.Error{Fault: transport.Interrupted, Text: "given up", Err: ctx.Err()}
}

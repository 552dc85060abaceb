package scripted

import (
	"context"
	"io"
	"sync"
	"testing"
	"time"

	"github.com/xmppreg/xmppreg/transport"
)

// A Dialer plays one script for each connection, in order.
type Dialer struct {
	// Insecure makes connections that no password may travel over.
	Insecure bool

	t       testing.TB
	scripts []Script
	running sync.WaitGroup

	mu    sync.Mutex
	conns []*conn
}

// NewDialer returns a dialer for these scripts. At the end of the test each must
// have been played to its end, and each connection must have been closed.
func NewDialer(t testing.TB, scripts ...Script) *Dialer {
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
				t.Fatalf("connection %d was not closed", i+1)
			}
		}
	})
	return d
}

// Dials returns how many connections were made or tried.
func (d *Dialer) Dials() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.conns)
}

// Dial plays the next script, and returns when it has opened the stream.
func (d *Dialer) Dial(ctx context.Context, to transport.Target) (transport.Transport, error) {
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

package ws

import (
	"sync"
	"time"
)

// deadline is a point in time that can be moved while others wait for it. A
// goroutine that already waits on the channel is woken by a deadline in the
// past even if the deadline is lifted right after: that is how an XMPP session
// is interrupted.
type deadline struct {
	mu    sync.Mutex
	timer *time.Timer
	// done is closed when the time is there. It is replaced when the deadline
	// moves after that.
	done chan struct{}
}

func newDeadline() *deadline {
	return &deadline{done: make(chan struct{})}
}

// set moves the deadline; the zero time lifts it.
func (d *deadline) set(t time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.timer != nil {
		d.timer.Stop()
		d.timer = nil
	}
	select {
	case <-d.done:
		d.done = make(chan struct{})
	default:
	}
	if t.IsZero() {
		return
	}
	left := time.Until(t)
	if left <= 0 {
		close(d.done)
		return
	}
	done := d.done
	var timer *time.Timer
	timer = time.AfterFunc(left, func() {
		d.mu.Lock()
		defer d.mu.Unlock()
		// A timer that was stopped too late must not end a later deadline.
		if d.timer == timer {
			close(done)
			d.timer = nil
		}
	})
	d.timer = timer
}

// wait returns a channel that is closed when the time is there.
func (d *deadline) wait() <-chan struct{} {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.done
}

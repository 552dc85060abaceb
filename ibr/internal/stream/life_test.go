package stream

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"
)

// TestEveryTransitionLeadsWhereItMust walks the whole table of transitions.
func TestEveryTransitionLeadsWhereItMust(t *testing.T) {
	want := map[state]map[transition]state{
		opening:  {negotiated: open, givenUp: ending, over: ended, report: opening},
		open:     {negotiated: open, givenUp: ending, over: ended, report: open},
		ending:   {negotiated: ending, givenUp: ending, over: ended, report: reported},
		ended:    {negotiated: ended, givenUp: ended, over: ended, report: reported},
		reported: {negotiated: reported, givenUp: reported, over: reported, report: reported},
	}
	for from := opening; from <= reported; from++ {
		for by := negotiated; by <= report; by++ {
			to, ok := want[from][by]
			if !ok {
				t.Fatalf("nothing is said of state %d and transition %d", from, by)
			}
			l := life{state: from}
			if led := l.step(by, nil); led != (to != from) {
				t.Errorf("state %d, transition %d: led on: %t", from, by, led)
			}
			if now, _ := l.now(); now != to {
				t.Errorf("state %d, transition %d: led to state %d, want %d", from, by, now, to)
			}
		}
	}
	for from, by := range transitions {
		for transition := range by {
			if _, ok := want[from][transition]; !ok {
				t.Errorf("state %d, transition %d: the walk leaves it out", from, transition)
			}
		}
	}
}

// TestTheFirstCauseOfTheEndCounts walks ways through a life that end it twice.
func TestTheFirstCauseOfTheEndCounts(t *testing.T) {
	first, second := errors.New("first"), errors.New("second")
	for name, way := range map[string][]transition{
		"given up, then over": {negotiated, givenUp, over},
		"over, then given up": {negotiated, over, givenUp},
		"given up twice":      {negotiated, givenUp, givenUp},
		"in the negotiation":  {givenUp, over},
		"told in between":     {negotiated, givenUp, report, over},
		"told, then given up": {negotiated, over, report, givenUp},
	} {
		t.Run(name, func(t *testing.T) {
			var l life
			causes := []error{first, second}
			for _, by := range way {
				var cause error
				if by == givenUp || by == over {
					cause, causes = causes[0], causes[1:]
				}
				l.step(by, cause)
			}
			if _, cause := l.now(); cause != first {
				t.Errorf("the cause is %v", cause)
			}
		})
	}
}

// TestTheEndIsReportedOnce has many ask whether to tell of the end, while the
// stream ends in two ways at the same time.
func TestTheEndIsReportedOnce(t *testing.T) {
	for range 50 {
		var l life
		l.step(negotiated, nil)
		if l.step(report, nil) {
			t.Fatal("the end of an open stream is told")
		}
		var told atomic.Int32
		var all sync.WaitGroup
		all.Go(func() { l.step(givenUp, ErrClosed) })
		all.Go(func() { l.step(over, ErrServerClosed) })
		for range 20 {
			all.Go(func() {
				if l.step(report, nil) {
					told.Add(1)
				}
			})
		}
		all.Wait()
		if l.step(report, nil) { // those above may all have come too early
			told.Add(1)
		}
		if n := told.Load(); n != 1 {
			t.Fatalf("told %d times", n)
		}
	}
}

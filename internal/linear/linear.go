// Package linear shows in tests that the time of some work grows as its size does.
package linear

import (
	"testing"
	"time"
)

// looks is how often a time is taken before it counts as too long: the machine may have
// been busy with something else.
const looks = 10

// Check takes the time of work on n things and on four times as many. It would be sixteen
// times as much if each were compared with every other. prepare makes the work.
func Check(t testing.TB, name string, n int, prepare func(n int) (work func())) {
	t.Helper()
	small, large := prepare(n), prepare(4*n)
	var one, four time.Duration
	for range looks {
		if one, four = best(small), best(large); four <= 10*one || four <= 20*time.Millisecond {
			return
		}
	}
	t.Errorf("%s: %d took %v, and %d took %v", name, n, one, 4*n, four)
}

// best is the shortest of several times.
func best(work func()) time.Duration {
	least := time.Hour
	for range 7 {
		begun := time.Now()
		work()
		least = min(least, time.Since(begun))
	}
	return least
}

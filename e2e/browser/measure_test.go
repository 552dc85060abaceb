package browser

import (
	"testing"
	"time"
)

// In the trace are a task before the navigation, one that the navigation begins in, one
// of another thread, the navigation of a picture, and a task that the mark is in.
const trace = `{"traceEvents": [
	{"name": "RunTask", "ph": "X", "pid": 7, "tid": 7, "ts": 1000, "dur": 500, "args": {}},
	{"name": "RunTask", "ph": "X", "pid": 7, "tid": 7, "ts": 1900, "dur": 300, "args": {"data": "other"}},
	{"name": "navigationStart", "ph": "I", "pid": 7, "tid": 7, "ts": 2000, "args": {"data": {"navigationId": "A"}}},
	{"name": "RunTask", "ph": "X", "pid": 7, "tid": 8, "ts": 3000, "dur": 9000, "args": {}},
	{"name": "RunTask", "ph": "X", "pid": 7, "tid": 7, "ts": 4000, "dur": 700, "args": {}},
	{"name": "navigationStart", "ph": "I", "pid": 7, "tid": 7, "ts": 5000, "args": {"data": {"navigationId": "B"}}},
	{"name": "seen", "ph": "I", "pid": 7, "tid": 7, "ts": 6400, "args": {"data": {"navigationId": "A"}}},
	{"name": "RunTask", "ph": "X", "pid": 7, "tid": 7, "ts": 6000, "dur": 800, "args": {}},
	{"name": "RunTask", "ph": "X", "pid": 7, "tid": 7, "ts": 7000, "dur": 100, "args": {}}
]}`

func TestWorkIsThatOfTheMainThreadFromTheNavigationToTheMark(t *testing.T) {
	work, err := readWork([]byte(trace), "seen")
	want := Work{Total: 1300 * time.Microsecond, Longest: 700 * time.Microsecond, PID: 7}
	if err != nil || work != want {
		t.Errorf("got %+v, %v, want %+v", work, err, want)
	}
	if _, err := readWork([]byte(trace), "never"); err == nil {
		t.Error("a mark that is not there has been found")
	}
}

// Package faults disturbs operations one message at a time: it stands between a browser
// and a real server, breaks one thing in one run, and judges what came of it.
//
// A run without a fault shows which messages an operation has. [Each] makes of them every
// fault that there can be, and [Judge] compares what the page was told with what went over
// the wire and with what an independent client finds at the server.
package faults

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// A Direction is whose messages a fault strikes.
type Direction int

const (
	Opening Direction = iota // the WebSocket as such, before any message
	FromClient
	FromServer
	OneFile  // one of the two host-meta files, while the other is good
	OnlyFile // the only one there is
)

func (d Direction) String() string {
	return [...]string{"opening", "client", "server", "one file of two", "file"}[d]
}

// A Kind is what happens to a message, or to the opening of a WebSocket.
type Kind string

const (
	None          Kind = ""
	Cut           Kind = "cut"           // both sides are reset before it is passed on
	CutAfter      Kind = "cut after"     // it is passed on, and nothing after it; both sides end
	Stall         Kind = "stall"         // nothing passes in this direction any more
	Delay         Kind = "delay"         // it comes late, and so does all that follows it
	Fragment      Kind = "fragments"     // it comes as several frames (RFC 6455 section 5.4), which is allowed
	Halve         Kind = "halves"        // it comes as two messages, which RFC 7395 forbids
	Repeat        Kind = "repeat"        // it comes twice
	Reorder       Kind = "reorder"       // it comes after the one that follows it, or never
	CorruptValue  Kind = "other value"   // a byte of an attribute or a text is another one
	CorruptMarkup Kind = "broken markup" // it is not well-formed any more
	Refuse        Kind = "refuse"        // the WebSocket is answered with the status 503
)

// Kinds are all kinds in the order of the table.
var Kinds = []Kind{Cut, CutAfter, Stall, Delay, Fragment, Halve, Repeat, Reorder, CorruptValue, CorruptMarkup, Refuse}

// isHarmless tells whether no operation may fail for the fault. Servers need not take
// frames that browsers do not send: Prosody takes no fragments.
func (f Fault) isHarmless() bool {
	return f.Kind == None || f.Kind == Delay || f.Direction == OneFile || f.Kind == Fragment && f.Direction != FromClient
}

// isEndUnseen tells whether a client may send its next message before it sees the end of the
// connection. A browser then drops it, and does not say so.
func (f Fault) isEndUnseen() bool { return f.Kind == CutAfter && f.Direction == FromServer }

// lateness is how late a message is that is delayed: less than any operation waits.
const lateness = 300 * time.Millisecond

// late lets that time pass, unless all is over before. It is the fault itself, what a slow
// network does, and waits for nothing else.
func late(ctx context.Context) {
	timer := time.NewTimer(lateness)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// A Fault strikes once in a run.
type Fault struct {
	Kind      Kind
	Direction Direction
	Index     int // of the message among those of its direction, of the WebSocket for Opening; of a file
	Value     int // of CorruptValue: which of the message's values
}

func (f Fault) String() string {
	switch {
	case f.Kind == None:
		return "no fault"
	case f.Kind == CorruptValue:
		return fmt.Sprintf("%s %d of %s %d", f.Kind, f.Value, f.Direction, f.Index)
	}
	return fmt.Sprintf("%s at %s %d", f.Kind, f.Direction, f.Index)
}

// Each returns every fault that can strike a run with these messages.
func Each(messages []Message) []Fault {
	var all []Fault
	connections := map[int]bool{}
	var count [FromServer + 1]int
	for _, m := range messages {
		if !connections[m.Connection] {
			for _, kind := range []Kind{Cut, Stall, Delay, Refuse} {
				all = append(all, Fault{Kind: kind, Direction: Opening, Index: len(connections)})
			}
			connections[m.Connection] = true
		}
		f := Fault{Direction: m.From, Index: count[m.From]}
		count[m.From]++
		for _, f.Kind = range []Kind{Cut, CutAfter, Stall, Delay, Fragment, Halve, Repeat, Reorder, CorruptMarkup} {
			all = append(all, f)
		}
		f.Kind = CorruptValue
		for f.Value = range len(values(m.Text)) {
			all = append(all, f)
		}
	}
	return all
}

// IsFarewell tells whether a fault strikes the end of a stream, with which a client leaves a
// server, among messages that [Each] was given.
func (f Fault) IsFarewell(messages []Message) bool {
	index := 0
	for _, m := range messages {
		if m.From != f.Direction {
			continue
		}
		if index == f.Index {
			return strings.HasPrefix(m.Text, "<close ") && !strings.Contains(m.Text, "see-other-uri")
		}
		index++
	}
	return false
}

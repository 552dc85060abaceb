package stream

import "sync"

// A state is where a stream is in its life.
type state int

const (
	opening  state = iota // its features, a login and an address are being negotiated
	open                  // requests may be sent
	ending                // this side has given it up, and the server may still be speaking
	ended                 // nothing more comes from the server
	reported              // somebody has told, or tells, that it has ended
)

// A transition is what moves a stream on in its life.
type transition int

const (
	negotiated transition = iota // the negotiation is done
	givenUp                      // this side wants no more of it
	over                         // nothing more comes from the server
	report                       // somebody asks whether to tell of the end
)

// transitions is the life of a stream: from each state, what leads to which
// other. What is not here changes nothing. The end of a stream may be told as
// soon as this side has given it up, since it is of no use to anybody then.
var transitions = map[state]map[transition]state{
	opening: {negotiated: open, givenUp: ending, over: ended},
	open:    {givenUp: ending, over: ended},
	ending:  {over: ended, report: reported},
	ended:   {report: reported},
}

// life is the state of a stream, and why it ends.
type life struct {
	mu    sync.Mutex
	state state
	cause error // of the end; what came first counts
}

// step makes a transition and tells whether there is such a one from the state of the
// moment. cause is why the stream ends, for the transitions that end it.
func (l *life) step(t transition, cause error) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	next, ok := transitions[l.state][t]
	if !ok {
		return false
	}
	l.state = next
	if l.cause == nil {
		l.cause = cause
	}
	return true
}

// now returns the state, and why the stream ends if it does.
func (l *life) now() (state, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.state, l.cause
}

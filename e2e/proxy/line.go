package proxy

import (
	"io"
	"math/rand/v2"
	"net"
	"time"
)

// A Line is how slow and how bad a connection is.
type Line struct {
	RoundTrip time.Duration
	Loss      float64 // the share of the packets that are lost, 0 to 1
	Seed      uint64  // decides which
}

// retransmission is after which time TCP sends a packet that was lost once more, at the
// least (RFC 6298 section 2.4).
const retransmission = time.Second

// SetLine sets the line of new connections; open ones keep theirs.
func (p *Proxy) SetLine(l Line) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.line = l
}

// carry copies from one side to the other as slowly as the line is. What was lost comes
// late, and all that follows it waits, as with TCP.
func (l Line) carry(to io.Writer, from io.Reader, connection, direction uint64) {
	if l == (Line{}) {
		io.Copy(to, from)
		return
	}
	type packet struct {
		data []byte
		due  time.Time
	}
	packets := make(chan packet, 1024)
	ended := make(chan struct{})
	defer close(ended)
	go func() {
		defer close(packets)
		random := rand.New(rand.NewPCG(l.Seed, connection<<1|direction))
		var last time.Time
		for {
			data := make([]byte, 1400)
			n, err := from.Read(data)
			if err != nil {
				return
			}
			due := time.Now().Add(l.RoundTrip / 2)
			for random.Float64() < l.Loss {
				due = due.Add(max(retransmission, 3*l.RoundTrip/2))
			}
			if due.Before(last) {
				due = last
			}
			last = due
			select {
			case packets <- packet{data[:n], due}:
			case <-ended:
				return
			}
		}
	}()
	for p := range packets {
		// This waits for no event: it is what a slow line does.
		time.Sleep(time.Until(p.due))
		if _, err := to.Write(p.data); err != nil {
			return
		}
	}
}

// dial connects to the server behind the line: there and back once before anything else.
func (l Line) dial(target string) (net.Conn, error) {
	time.Sleep(l.RoundTrip)
	return net.Dial("tcp", target)
}

package faults

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"nhooyr.io/websocket"

	"github.com/xmppreg/xmppreg/e2e/servertest"
)

// talk is what a client and a server say in turn: they both begin with a number.
var talk = []string{"<a>one</a>", "<b>two</b>", "<c>three</c>"}

// speaker starts a server that answers each message with the same in capitals, and returns
// its address. What it has got is in got when the client has ended.
func speaker(t *testing.T) (address string, got func() []string) {
	received := make(chan string, 100)
	done := make(chan struct{})
	over := sync.OnceFunc(func() { close(done) })
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer over()
		c, err := websocket.Accept(w, r, &websocket.AcceptOptions{Subprotocols: []string{"xmpp"}})
		if err != nil {
			return
		}
		defer c.CloseNow()
		for {
			_, b, err := c.Read(context.Background())
			if err != nil {
				return
			}
			received <- string(b)
			c.Write(context.Background(), websocket.MessageText, []byte(strings.ToUpper(string(b))))
		}
	}))
	t.Cleanup(s.Close)
	return "ws" + strings.TrimPrefix(s.URL, "http"), func() (all []string) {
		select {
		case <-done:
		case <-time.After(10 * time.Second):
			t.Error("the server's side is still open")
		}
		for len(received) > 0 {
			all = append(all, <-received)
		}
		return all
	}
}

// converse says all of talk at once, and returns what came back until the number of
// answers was reached, and the fault has struck, or the connection has ended.
func converse(t *testing.T, run *Run, answers int) (got []string, ended error) {
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	c, _, err := websocket.Dial(ctx, run.URL(0), &websocket.DialOptions{Subprotocols: []string{"xmpp"}})
	if err != nil {
		return nil, err
	}
	defer c.CloseNow()
	for _, m := range talk {
		c.Write(ctx, websocket.MessageText, []byte(m))
	}
	for len(got) < answers {
		_, b, err := c.Read(ctx)
		if err != nil {
			return got, err
		}
		got = append(got, string(b))
	}
	servertest.Eventually(t, "the fault has not struck", run.Struck)
	return got, c.Close(websocket.StatusNormalClosure, "")
}

func TestEachKindDoesWhatItSays(t *testing.T) {
	all := func(direction Direction) []string {
		if direction == FromClient {
			return talk
		}
		return []string{"<A>ONE</A>", "<B>TWO</B>", "<C>THREE</C>"}
	}
	// What becomes of the three messages when the second is struck.
	for kind, want := range map[Kind]func(m []string) []string{
		None:          func(m []string) []string { return m },
		Cut:           func(m []string) []string { return m[:1] },
		CutAfter:      func(m []string) []string { return m[:2] },
		Stall:         func(m []string) []string { return m[:1] },
		Delay:         func(m []string) []string { return m },
		Fragment:      func(m []string) []string { return m },
		Halve:         func(m []string) []string { return []string{m[0], m[1][:5], m[1][5:], m[2]} },
		Repeat:        func(m []string) []string { return []string{m[0], m[1], m[1], m[2]} },
		Reorder:       func(m []string) []string { return []string{m[0], m[2], m[1]} },
		CorruptValue:  func(m []string) []string { return []string{m[0], corruptValue(m[1], 0), m[2]} },
		CorruptMarkup: func(m []string) []string { return []string{m[0], corruptMarkup(m[1]), m[2]} },
	} {
		for _, direction := range []Direction{FromClient, FromServer} {
			t.Run(string(kind)+" from the "+direction.String(), func(t *testing.T) {
				address, atServer := speaker(t)
				run, err := Start(Fault{Kind: kind, Direction: direction, Index: 1}, address)
				if err != nil {
					t.Fatal(err)
				}
				defer run.Close()
				passed := want(all(direction))
				answers := len(passed)
				isCut := kind == Cut || kind == CutAfter
				if isCut {
					answers = 100 // until the end
				}
				got, ended := converse(t, run, answers)
				if isCut != (ended != nil) {
					t.Errorf("it ended with %v", ended)
				}
				received := atServer()
				switch {
				case direction == FromServer && !slices.Equal(got, passed) && kind != Cut:
					t.Errorf("the client got %q, want %q", got, passed)
				case direction == FromClient && !slices.Equal(received, passed) && kind != Cut:
					t.Errorf("the server got %q, want %q", received, passed)
				case kind == Cut && (len(got) > 1 || direction == FromClient && len(received) > 1):
					t.Errorf("after the cut came %q and %q", got, received)
				}
				if err := run.WaitClosed(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
	}
}

func TestOpeningIsDisturbed(t *testing.T) {
	for _, kind := range []Kind{Cut, Refuse, Stall, Delay} {
		t.Run(string(kind), func(t *testing.T) {
			address, _ := speaker(t)
			run, err := Start(Fault{Kind: kind, Direction: Opening}, address)
			if err != nil {
				t.Fatal(err)
			}
			defer run.Close()
			ctx, cancel := context.WithTimeout(t.Context(), 2*lateness)
			defer cancel()
			c, _, err := websocket.Dial(ctx, run.URL(0), nil)
			if (err == nil) != (kind == Delay) || errors.Is(err, context.DeadlineExceeded) != (kind == Stall) {
				t.Errorf("it opens with %v", err)
			}
			if err == nil {
				c.CloseNow()
			}
			if err := run.WaitClosed(t.Context()); err != nil {
				t.Error(err)
			}
			// It strikes once.
			if got, err := converse(t, run, len(talk)); err != nil || len(got) != len(talk) {
				t.Errorf("the next WebSocket: %q, %v", got, err)
			}
		})
	}
}

func TestMessagesTellWhatTheOtherSideGot(t *testing.T) {
	address, _ := speaker(t)
	run, err := Start(Fault{Kind: CorruptValue, Direction: FromServer, Index: 2}, address)
	if err != nil {
		t.Fatal(err)
	}
	defer run.Close()
	if _, err := converse(t, run, len(talk)); err != nil {
		t.Fatal(err)
	}
	var fromServer []Message
	for _, m := range run.Messages() {
		if m.From == FromServer {
			fromServer = append(fromServer, m)
		} else if !m.Intact {
			t.Errorf("%+v", m)
		}
	}
	if len(fromServer) != 3 || !fromServer[1].Intact || fromServer[2].Intact || fromServer[2].Passed != "<C>THSEE</C>" {
		t.Errorf("%+v", fromServer)
	}
}

func TestEachMessageHasEachFault(t *testing.T) {
	all := Each([]Message{
		{From: FromClient, Text: "<a b='c'>d</a>"},
		{From: FromServer, Text: "<a/>"},
		{From: FromServer, Text: "<a b='c'/>", Connection: 1},
	})
	count := map[Fault]int{}
	kinds := map[Kind]int{}
	for _, f := range all {
		count[f]++
		kinds[f.Kind]++
	}
	for f, n := range count {
		if n != 1 {
			t.Errorf("%d times %s", n, f)
		}
	}
	for _, kind := range Kinds {
		want := 3
		switch kind {
		case Cut, Stall, Delay:
			want = 5 // two WebSockets as well
		case Refuse:
			want = 2
		}
		if kinds[kind] != want {
			t.Errorf("%s: %d, want %d", kind, kinds[kind], want)
		}
	}
}

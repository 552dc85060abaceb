package proxy_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"testing"
	"time"

	"github.com/xmppreg/xmppreg/e2e/proxy"
)

// echo starts a server that sends back what it gets.
func echo(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() { io.Copy(c, c); c.Close() }()
		}
	}()
	return l.Addr().String()
}

func TestBreaksConnectionsOnCommand(t *testing.T) {
	p, err := proxy.Start(echo(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	dial := func() net.Conn {
		c, err := net.Dial("tcp", p.Addr())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { c.Close() })
		c.SetDeadline(time.Now().Add(10 * time.Second))
		return c
	}
	wait := func(open int) {
		t.Helper()
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		if err := p.WaitOpen(ctx, open); err != nil {
			t.Fatal(err)
		}
	}

	c := dial()
	io.WriteString(c, "hello\n")
	if line, err := bufio.NewReader(c).ReadString('\n'); line != "hello\n" {
		t.Fatalf("got %q, %v", line, err)
	}
	wait(1)
	p.Drop()
	if _, err := c.Read(make([]byte, 1)); err == nil {
		t.Error("a dropped connection still gives")
	}
	wait(0)

	p.SetMode(proxy.Hang)
	c = dial()
	io.WriteString(c, "hello\n")
	wait(1)
	c.Close()
	wait(0)

	p.SetMode(proxy.Refuse)
	if _, err := dial().Read(make([]byte, 1)); err == nil {
		t.Error("a refused connection gives something")
	}
	if p.Accepted() != 3 {
		t.Errorf("%d connections, want 3", p.Accepted())
	}
}

func TestLineIsSlowAndLosesNothingForGood(t *testing.T) {
	p, err := proxy.Start(echo(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	const roundTrip = 50 * time.Millisecond
	p.SetLine(proxy.Line{RoundTrip: roundTrip, Loss: 0.2, Seed: 1})
	c, err := net.Dial("tcp", p.Addr())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(time.Minute))
	begun := time.Now()
	reader := bufio.NewReader(c)
	for i := range 10 {
		io.WriteString(c, fmt.Sprintln("message", i))
		if line, err := reader.ReadString('\n'); line != fmt.Sprintln("message", i) {
			t.Fatalf("got %q, %v", line, err)
		}
	}
	if took := time.Since(begun); took < 11*roundTrip {
		t.Errorf("ten messages and the connection took %v", took)
	}
}

func TestLosesWhatIsSentToOneSide(t *testing.T) {
	for _, to := range []proxy.Side{proxy.Client, proxy.Server} {
		p, err := proxy.Start(echo(t))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(p.Close)
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		say := func(c net.Conn) error {
			c.SetDeadline(time.Now().Add(10 * time.Second))
			io.WriteString(c, "hello\n")
			_, err := bufio.NewReader(c).ReadString('\n')
			return err
		}
		lossy, err := net.Dial("tcp", p.Addr())
		if err != nil {
			t.Fatal(err)
		}
		if err := say(lossy); err != nil {
			t.Fatal(err)
		}
		p.Lose(to)
		heard := make(chan error, 1)
		go func() { heard <- say(lossy) }()
		if err := p.WaitLost(ctx); err != nil {
			t.Fatal(err)
		}
		fresh, err := net.Dial("tcp", p.Addr())
		if err != nil {
			t.Fatal(err)
		}
		if err := say(fresh); err != nil {
			t.Errorf("a new connection: %v", err)
		}
		p.Drop()
		if err := <-heard; err == nil {
			t.Error("nothing was lost")
		}
	}
}

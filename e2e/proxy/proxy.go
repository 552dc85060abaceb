// Package proxy stands in for a bad network between a page and its server: it
// forwards TCP connections, breaks them on command, and makes them slow.
package proxy

import (
	"context"
	"fmt"
	"io"
	"net"
	"sync"
)

// A Mode is what a Proxy does with the connections that come in.
type Mode int

const (
	Forward Mode = iota // pass everything on, both ways
	Hang                // accept, read, and never answer: a half-open server
	Refuse              // close at once
)

// A Proxy listens on a free port of loopback.
type Proxy struct {
	target   string
	listener net.Listener
	done     sync.WaitGroup

	mu       sync.Mutex
	mode     Mode
	line     Line
	closed   bool
	accepted int
	open     map[net.Conn]net.Conn // the client's side to the server's, nil under Hang
	changed  chan struct{}         // closed, and replaced, when open changes
	lossy    map[net.Conn]bool     // sides that nothing is written to any more
	lost     chan struct{}         // holds something when something was not written
}

// Start starts a proxy in front of target, a host:port.
func Start(target string) (*Proxy, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("proxy: %w", err)
	}
	p := &Proxy{
		target:   target,
		listener: l,
		open:     make(map[net.Conn]net.Conn),
		changed:  make(chan struct{}),
		lossy:    make(map[net.Conn]bool),
		lost:     make(chan struct{}, 1),
	}
	p.done.Go(p.accept)
	return p, nil
}

// Addr is the proxy's own host:port.
func (p *Proxy) Addr() string { return p.listener.Addr().String() }

// SetMode sets the mode of new connections; open ones keep theirs.
func (p *Proxy) SetMode(m Mode) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.mode = m
}

// Drop resets every open connection, on both sides.
func (p *Proxy) Drop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for client, server := range p.open {
		cut(client)
		if server != nil {
			cut(server)
		}
	}
}

// A Side is one end of a connection.
type Side int

const (
	Client Side = iota
	Server
)

// Lose keeps from one side of every open connection what the other sends from now on. New
// connections are not affected.
func (p *Proxy) Lose(to Side) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for client, server := range p.open {
		if to == Server {
			client = server
		}
		p.lossy[client] = true
	}
}

// WaitLost returns when something was lost since it was called last.
func (p *Proxy) WaitLost(ctx context.Context) error {
	select {
	case <-p.lost:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("proxy: nothing was sent that could be lost: %w", ctx.Err())
	}
}

// A side is where a connection is written to.
type side struct {
	net.Conn
	p *Proxy
}

// Write writes, or loses what was to be written.
func (s side) Write(b []byte) (int, error) {
	s.p.mu.Lock()
	lossy := s.p.lossy[s.Conn]
	s.p.mu.Unlock()
	if !lossy {
		return s.Conn.Write(b)
	}
	select {
	case s.p.lost <- struct{}{}:
	default:
	}
	return len(b), nil
}

// Open counts the connections that clients hold open at the moment.
func (p *Proxy) Open() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.open)
}

// WaitOpen returns when clients hold exactly n connections open.
func (p *Proxy) WaitOpen(ctx context.Context, n int) error {
	for {
		p.mu.Lock()
		open, changed := len(p.open), p.changed
		p.mu.Unlock()
		if open == n {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return fmt.Errorf("proxy: %d connections are open, want %d: %w", open, n, ctx.Err())
		}
	}
}

// notify wakes those who wait. The caller holds the lock.
func (p *Proxy) notify() {
	close(p.changed)
	p.changed = make(chan struct{})
}

// Accepted counts the connections there have been.
func (p *Proxy) Accepted() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.accepted
}

// Close stops listening and cuts what is open.
func (p *Proxy) Close() {
	p.mu.Lock()
	p.closed = true
	p.mu.Unlock()
	p.listener.Close()
	p.Drop()
	p.done.Wait()
}

func (p *Proxy) accept() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		p.done.Go(func() { p.serve(client) })
	}
}

func (p *Proxy) serve(client net.Conn) {
	defer client.Close()

	p.mu.Lock()
	p.accepted++
	mode, line, connection := p.mode, p.line, uint64(p.accepted)
	p.mu.Unlock()

	var server net.Conn
	switch mode {
	case Refuse:
		return
	case Forward:
		var err error
		if server, err = line.dial(p.target); err != nil {
			return // a client sees the same of a server that is down
		}
		defer server.Close()
	}

	p.mu.Lock()
	if p.closed {
		p.mu.Unlock()
		return
	}
	p.open[client] = server
	p.notify()
	p.mu.Unlock()
	defer func() {
		p.mu.Lock()
		delete(p.open, client)
		delete(p.lossy, client)
		delete(p.lossy, server)
		p.notify()
		p.mu.Unlock()
	}()

	if server == nil {
		io.Copy(io.Discard, client)
		return
	}
	// When one side ends, the other is ended too: a WebSocket cannot use a connection
	// that is open in one direction only.
	var wg sync.WaitGroup
	wg.Go(func() { line.carry(side{server, p}, client, connection, 0); server.Close(); client.Close() })
	wg.Go(func() { line.carry(side{client, p}, server, connection, 1); server.Close(); client.Close() })
	wg.Wait()
}

// cut closes a connection with a reset, as a failing network does, and not with the
// end that a server would send.
func cut(c net.Conn) {
	if tcp, ok := c.(*net.TCPConn); ok {
		tcp.SetLinger(0)
	}
	c.Close()
}

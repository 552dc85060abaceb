package faults

import (
	"context"
	"crypto/tls"
	"net"
	"sync"
	"sync/atomic"

	"nhooyr.io/websocket"
)

// maxMessage is more than any message of a test has.
const maxMessage = 8 << 20

// A side is a WebSocket, and the connection that it goes over.
type side struct {
	*websocket.Conn
	net   net.Conn
	ended *atomic.Bool // it has sent a close frame, and was answered
}

func newSide(ws *websocket.Conn, conn net.Conn) side { return side{ws, conn, new(atomic.Bool)} }

// A relay carries the messages of one WebSocket in both directions.
type relay struct {
	run            *Run
	number         int
	client, server side
	over           atomic.Bool // nothing is passed on any more
}

// carry returns when both sides have ended.
func (l *relay) carry(ctx context.Context) {
	l.client.SetReadLimit(maxMessage)
	l.server.SetReadLimit(maxMessage)
	defer l.client.CloseNow()
	defer l.server.CloseNow()
	var both sync.WaitGroup
	both.Go(func() { l.direction(ctx, FromClient, l.client, l.server) })
	both.Go(func() { l.direction(ctx, FromServer, l.server, l.client) })
	both.Wait()
}

// direction carries the messages of one side, and then its end.
func (l *relay) direction(ctx context.Context, from Direction, sender, receiver side) {
	var stalled bool
	var held *Message // until another one has overtaken it
	for {
		_, data, err := sender.Read(ctx)
		if err != nil {
			l.passEnd(err, sender, receiver)
			return
		}
		m := &Message{Connection: l.number, From: from, Text: string(data)}
		kind := l.run.receives(m)
		if l.over.Load() || stalled {
			continue
		}
		switch kind {
		case Cut:
			l.over.Store(true)
			cut(l.client.net)
			cut(l.server.net)
			continue
		case Stall:
			stalled = true
			continue
		case Reorder:
			held = m
			continue
		}
		l.pass(ctx, kind, m, receiver)
		if held != nil {
			l.pass(ctx, None, held, receiver)
			held = nil
		}
		if kind == CutAfter {
			l.over.Store(true)
			finish(l.client.net)
			finish(l.server.net)
		}
	}
}

// pass passes a message on, as the fault makes it. That writing fails is seen by the other
// direction, which then reads the end.
func (l *relay) pass(ctx context.Context, kind Kind, m *Message, to side) {
	write := func(text string) {
		// Noted before, because the other side may react at once.
		l.run.passed(m, text)
		_ = to.Write(ctx, websocket.MessageText, []byte(text))
	}
	switch half := len(m.Text) / 2; kind {
	case Delay:
		late(ctx)
		write(m.Text)
	case Fragment:
		l.run.passed(m, m.Text)
		w, err := to.Writer(ctx, websocket.MessageText)
		if err != nil {
			return
		}
		for _, part := range []string{m.Text[:half], m.Text[half:]} {
			_, _ = w.Write([]byte(part))
		}
		_ = w.Close()
	case Halve:
		write(m.Text[:half])
		write(m.Text[half:])
	case Repeat:
		write(m.Text)
		write(m.Text)
	case CorruptValue:
		write(corruptValue(m.Text, l.run.fault.Value))
	case CorruptMarkup:
		write(corruptMarkup(m.Text))
	default:
		write(m.Text)
	}
}

// passEnd ends the receiver as the sender has ended.
func (l *relay) passEnd(err error, sender, receiver side) {
	status := websocket.CloseStatus(err)
	sender.ended.Store(status != -1)
	switch {
	case receiver.ended.Load():
	case l.over.Load() && receiver.net == l.client.net:
		// The client ends by itself. Closing here could take from it what it has not read yet.
	case l.over.Load() || status == -1:
		receiver.net.Close()
	case status == websocket.StatusNoStatusRcvd:
		_ = receiver.Close(websocket.StatusNormalClosure, "")
	default:
		_ = receiver.Close(status, "")
	}
}

// cut closes a connection with a reset, as a failing network does.
func cut(c net.Conn) {
	if tcp, ok := underlying(c).(*net.TCPConn); ok {
		tcp.SetLinger(0)
		tcp.Close()
	}
}

// finish ends a connection in its own direction, so that what was written still arrives.
// The rest ends when the other side does the same.
func finish(c net.Conn) {
	if tcp, ok := underlying(c).(*net.TCPConn); ok {
		tcp.CloseWrite()
	}
}

// underlying is the connection that TLS goes over.
func underlying(c net.Conn) net.Conn {
	if t, ok := c.(*tls.Conn); ok {
		return t.NetConn()
	}
	return c
}

//go:build !js

package ws

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha1"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/xmppreg/xmppreg/transport"
)

func TestCloseEndsEverything(t *testing.T) {
	s := quiet(t)
	result := make(chan error)
	go func() {
		_, err := s.Receive(soon(t))
		result <- err
	}()
	var closing sync.WaitGroup
	for range 5 {
		closing.Go(func() {
			if err := s.Close(soon(t)); err != nil {
				t.Error(err)
			}
		})
	}
	closing.Wait()
	if err := <-result; !errors.Is(err, net.ErrClosed) {
		t.Error(err)
	}
	if _, err := s.Receive(soon(t)); !errors.Is(err, net.ErrClosed) {
		t.Error(err)
	}
	if sent, err := s.Send(soon(t), element(t, iqResult)); sent || !errors.Is(err, net.ErrClosed) {
		t.Errorf("sent: %v, %v", sent, err)
	}
	if err := s.Restart(soon(t)); !errors.Is(err, net.ErrClosed) {
		t.Error(err)
	}
}

func TestCloseDropsWhatWasNotReceived(t *testing.T) {
	s := open(t, "ws.example", func(p *peer) {
		p.open()
		p.send(iqResult)
		p.expect(closeElement)
		p.send(iqResult, serverOpen, closeElement) // as a server may that has not seen it yet
		p.expect("close code 1000")
	})
	if err := s.Close(soon(t)); err != nil {
		t.Error(err)
	}
	if got, err := receiveAll(t, s); got != "" || !errors.Is(err, net.ErrClosed) {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestServerMayAnswerCloseByClosingTheSocket(t *testing.T) {
	s := open(t, "ws.example", func(p *peer) {
		p.open()
		p.expect(closeElement)
	})
	closesSoon(t, s)
}

// closesSoon closes a stream before the 5 seconds are over that the library waits
// by itself for the other side.
func closesSoon(t *testing.T, s *stream) {
	t.Helper()
	start := time.Now()
	if err := s.Close(soon(t)); err != nil {
		t.Error(err)
	}
	if d := time.Since(start); d >= 4*time.Second {
		t.Errorf("closing took %v", d)
	}
}

func TestCloseDoesNotWaitLongForADeadServer(t *testing.T) {
	t.Run("nothing is under way", func(t *testing.T) {
		release := make(chan struct{})
		s := open(t, "ws.example", func(p *peer) {
			p.open()
			<-release
		})
		defer close(release)
		closesSoon(t, s)
	})
	t.Run("a message is being sent", func(t *testing.T) {
		s, result := full(t, soon(t))
		closesSoon(t, s)
		checkError(t, <-result, transport.Lost)
	})
}

func TestCloseGoesOnWhenItsContextEnds(t *testing.T) {
	closed, answer := make(chan struct{}), make(chan struct{})
	s := open(t, "ws.example", func(p *peer) {
		p.open()
		p.expect(closeElement)
		<-answer
		p.send(closeElement)
		p.expect("close code 1000")
		close(closed)
	})
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := s.Close(ctx); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if _, err := s.Receive(soon(t)); !errors.Is(err, net.ErrClosed) {
		t.Error(err)
	}
	close(answer)
	<-closed
	if left := leftOver(); left != "" {
		t.Error(left)
	}
	if err := s.Close(soon(t)); err != nil {
		t.Error(err)
	}
}

// TestServerThatEndsEverythingAfterAStreamErrorIsSentNothingMore has a server
// that hangs up as Prosody does: it sends a close frame and waits for nothing.
func TestServerThatEndsEverythingAfterAStreamErrorIsSentNothingMore(t *testing.T) {
	const streamError = "<stream:error xmlns:stream='http://etherx.jabber.org/streams'><not-authorized xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>"
	received := make(chan []byte, 1)
	serve(t, "ws.example", func(w http.ResponseWriter, r *http.Request) {
		key := sha1.Sum([]byte(r.Header.Get("Sec-WebSocket-Key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer conn.Close()
		fmt.Fprintf(conn, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"+
			"Sec-WebSocket-Accept: %s\r\nSec-WebSocket-Protocol: xmpp\r\n\r\n", base64.StdEncoding.EncodeToString(key[:]))
		all := make([]byte, 4096)
		n, _ := conn.Read(all) // <open/>
		var frames []byte
		for _, message := range []string{serverOpen, features, streamError, closeElement} {
			frames = append(frames, 0x81, 126, byte(len(message)>>8), byte(len(message)))
			frames = append(frames, message...)
		}
		if _, err := conn.Write(append(frames, 0x88, 2, 1000>>8, 1000&0xff)); err != nil {
			t.Error(err)
		}
		more, _ := io.ReadAll(conn)
		received <- append(all[:n], more...)
	})
	s := dial(t, &Dialer{URL: "wss://ws.example/x"})
	expect(t, s, features, streamError)
	if err := s.Close(soon(t)); err != nil {
		t.Error(err)
	}
	var opcodes []byte
	for rest := <-received; len(rest) > 0; {
		opcodes = append(opcodes, rest[0]&0x0f)
		head, length := 2, int(rest[1]&0x7f)
		if length == 126 {
			head, length = 4, int(rest[2])<<8|int(rest[3])
		}
		rest = rest[head+4+length:] // with the mask
	}
	if !bytes.Equal(opcodes, []byte{1, 8}) {
		t.Errorf("the server received frames with the opcodes %v, want <open/> and a close frame alone", opcodes)
	}
}

// captured keeps the connection that a WebSocket goes over.
type captured struct {
	http.ResponseWriter
	conn net.Conn
}

func (c *captured) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, rw, err := http.NewResponseController(c.ResponseWriter).Hijack()
	c.conn = conn
	return conn, rw, err
}

// TestConnectionThatTheServerEndsIsClosed ends only the server's direction, as a server does
// that goes away: without the close frame that the client would answer.
func TestConnectionThatTheServerEndsIsClosed(t *testing.T) {
	ended := make(chan error, 1)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := &captured{ResponseWriter: w}
		scripted(t, func(p *peer) {
			p.open()
			c.conn.(*net.TCPConn).CloseWrite()
			_, _, err := p.conn.Read(p.ctx)
			ended <- err
		})(c, r)
	}))
	t.Cleanup(server.Close)
	s := dial(t, &Dialer{URL: "ws" + strings.TrimPrefix(server.URL, "http")})
	if _, err := receiveAll(t, s); err == nil {
		t.Fatal("the stream goes on")
	}
	s.Close(soon(t))
	select {
	case err := <-ended:
		if errors.Is(err, context.DeadlineExceeded) {
			t.Error("the client keeps the connection open")
		}
	case <-soon(t).Done():
		t.Error("the client keeps the connection open")
	}
}

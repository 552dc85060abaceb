//go:build !js

package ws

import (
	"bytes"
	"context"
	"crypto/sha1"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"nhooyr.io/websocket"
)

func TestStreamIsOpenedUsedAndClosed(t *testing.T) {
	done := make(chan struct{})
	c := dial(t, "ws.example", func(p *peer) {
		defer close(done)
		p.expect(clientOpen)
		p.send(serverOpen, "", " \n", features)
		p.expect("<iq xmlns='jabber:client' id='r2'/>")
		p.send(" " + iqResult + "\n")
		p.expect(closeElement)
		p.send(closeElement)
		p.expect("close code 1000")
	})
	write(t, c, clientHeader[:50])
	write(t, c, clientHeader[50:])
	write(t, c, "<iq id='r2'/>")
	write(t, c, "</stream:stream>")
	got, err := readAll(c)
	if want := serverHeader + features + iqResult + streamEnd; got != want || err != io.EOF {
		t.Errorf("got %q, %v; want %q", got, err, want)
	}
	<-done
}

func TestStreamIsRestarted(t *testing.T) {
	c := dial(t, "ws.example", func(p *peer) {
		p.expect(clientOpen)
		p.send(serverOpen, features)
		p.expect("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>")
		p.send("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>")
		p.expect(clientOpen)
		p.send(serverOpen, iqResult, closeElement)
		p.expect(closeElement)
	})
	write(t, c, clientHeader)
	write(t, c, "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>")
	write(t, c, clientHeader)
	got, err := readAll(c)
	want := serverHeader + features + "<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>" + serverHeader + iqResult + streamEnd
	if got != want || err != io.EOF {
		t.Errorf("got %q, %v; want %q", got, err, want)
	}
	if _, err := c.Write([]byte(iqResult)); err == nil {
		t.Error("could write to a stream that is closed")
	}
}

func TestWrongMessagesEndTheStream(t *testing.T) {
	const tail = "</iq>"
	tooLong := "<iq xmlns='jabber:client'>"
	tooLong += strings.Repeat("x", maxMessage+1-len(tooLong)-len(tail)) + tail
	for _, tc := range []struct {
		name, first, wrong, condition string
	}{
		{"two elements in one message", serverOpen, iqResult + iqResult, notWellFormed},
		{"TCP framing", "", "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' id='z9' version='1.0'>", notWellFormed},
		{"undeclared prefix", serverOpen, "<stream:features/>", notWellFormed},
		{"comment", serverOpen, "<!-- c -->", restrictedXML},
		{"entity bomb", serverOpen, "<!DOCTYPE a [<!ENTITY b 'ha'>]><a xmlns='x'>&b;</a>", restrictedXML},
		{"no namespace", serverOpen, "<iq/>", invalidNamespace},
		{"just over 4 MiB", serverOpen, tooLong, policyViolation},
		{"an element before <open/>", "", features, badFormat},
		{"unknown framing", serverOpen, "<pause xmlns='urn:ietf:params:xml:ns:xmpp-framing'/>", badFormat},
		{"opened twice", serverOpen, serverOpen, badFormat},
	} {
		t.Run(tc.name, func(t *testing.T) {
			done := make(chan struct{})
			c := dial(t, "ws.example", func(p *peer) {
				defer close(done)
				p.expect(clientOpen)
				if tc.first != "" {
					p.send(tc.first)
				}
				p.send(tc.wrong, iqResult)
				p.expect(string(errorElement(tc.condition)))
				p.expect(closeElement)
				p.expect("close code 1000")
			})
			write(t, c, clientHeader)
			got, err := readAll(c)
			checkError(t, err, "transport", "protocol")
			want := ""
			if tc.first != "" {
				want = serverHeader
			}
			if got != want {
				t.Errorf("got %q before the error, want %q", got, want)
			}
			<-done
		})
	}
}

func TestBinaryMessageEndsTheStream(t *testing.T) {
	c := dial(t, "ws.example", func(p *peer) {
		p.expect(clientOpen)
		p.send(serverOpen)
		if err := p.conn.Write(p.ctx, websocket.MessageBinary, []byte(features)); err != nil {
			t.Error(err)
		}
		p.expect(string(errorElement(badFormat)))
		p.expect(closeElement)
	})
	write(t, c, clientHeader)
	_, err := readAll(c)
	checkError(t, err, "transport", "protocol", "binary")
}

func TestLongMessagesPassInBothDirections(t *testing.T) {
	const head, tail = "<iq xmlns='jabber:client'>", "</iq>"
	for _, size := range []int{100 << 10, maxMessage} {
		long := head + strings.Repeat("x", size-len(head)-len(tail)) + tail
		c := dial(t, "ws.example", func(p *peer) {
			p.expect(clientOpen)
			p.send(serverOpen)
			if got := p.read(); got != long {
				t.Errorf("the server received %d bytes, want %d", len(got), len(long))
			}
			p.send(long, closeElement)
			p.expect(closeElement)
		})
		write(t, c, clientHeader)
		for rest := long; rest != ""; {
			n := min(4096, len(rest))
			write(t, c, rest[:n])
			rest = rest[n:]
		}
		got, err := readAll(c)
		if got != serverHeader+long+streamEnd || err != io.EOF {
			t.Errorf("got %d bytes, %v; want %d", len(got), err, len(serverHeader+long+streamEnd))
		}
	}
}

// TestWhatNobodyReadsEndsTheStream has a server that sends 1 MiB again and again.
func TestWhatNobodyReadsEndsTheStream(t *testing.T) {
	const head, tail = "<iq xmlns='jabber:client'>", "</iq>"
	long := head + strings.Repeat("x", 1<<20-len(head)-len(tail)) + tail
	ended := make(chan struct{})
	c := dial(t, "ws.example", func(p *peer) {
		p.expect(clientOpen)
		p.send(serverOpen)
		for range 20 {
			p.send(long)
		}
		p.expect(string(errorElement(policyViolation)))
		p.expect(closeElement)
		p.expect("close code 1000")
		close(ended)
	})
	write(t, c, clientHeader)
	<-ended
	got, err := readAll(c)
	checkError(t, err, "transport", "protocol", "more than 16 MiB wait to be read")
	if n := strings.Count(got, long); n != 15 {
		t.Errorf("%d messages were kept, want 15 and the stream header", n)
	}
}

func TestWhatIsReadMakesRoomForMore(t *testing.T) {
	const head, tail = "<iq xmlns='jabber:client'>", "</iq>"
	long := head + strings.Repeat("x", maxMessage-len(head)-len(tail)) + tail
	c := dial(t, "ws.example", func(p *peer) {
		p.expect(clientOpen)
		p.send(serverOpen)
		for range 5 {
			p.send(long)
			p.expect(iqResult)
		}
		p.send(closeElement)
		p.expect(closeElement)
	})
	write(t, c, clientHeader)
	header := make([]byte, len(serverHeader))
	if _, err := io.ReadFull(c, header); err != nil {
		t.Fatal(err)
	}
	for range 5 {
		got := make([]byte, len(long))
		if _, err := io.ReadFull(c, got); err != nil || string(got) != long {
			t.Fatalf("got %.100q, %v", got, err)
		}
		write(t, c, iqResult)
	}
	if got, err := readAll(c); got != streamEnd || err != io.EOF {
		t.Errorf("got %.100q, %v", got, err)
	}
}

func TestLastMessageBeforeTheSocketClosesIsRead(t *testing.T) {
	for range 20 {
		c := dial(t, "ws.example", func(p *peer) {
			p.expect(clientOpen)
			p.send(serverOpen, features, iqResult)
			p.conn.Close(3999, "bye")
		})
		write(t, c, clientHeader)
		got, err := readAll(c)
		checkError(t, err, "transport", "stream", "3999", "bye")
		if got != serverHeader+features+iqResult || !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Fatalf("got %q, %v", got, err)
		}
		if _, err := c.Write([]byte(iqResult)); err == nil {
			t.Fatal("could write to a connection that is lost")
		}
	}
}

func TestConnectionThatIsCutIsNoEndOfStream(t *testing.T) {
	c := dial(t, "ws.example", func(p *peer) {
		p.expect(clientOpen)
		p.send(serverOpen)
		p.conn.CloseNow()
	})
	write(t, c, clientHeader)
	got, err := readAll(c)
	checkError(t, err, "transport", "stream")
	if got != serverHeader || !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Fatalf("got %q, %v", got, err)
	}
}

func TestServerMayAnswerCloseByClosingTheSocket(t *testing.T) {
	c := dial(t, "ws.example", func(p *peer) {
		p.expect(clientOpen)
		p.send(serverOpen)
		p.expect(closeElement)
	})
	write(t, c, clientHeader+"</stream:stream></stream:stream>")
	got, err := readAll(c)
	if got != serverHeader+streamEnd || err != io.EOF {
		t.Fatalf("got %q, %v", got, err)
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
		for _, message := range []string{serverOpen, streamError, closeElement} {
			frames = append(frames, 0x81, 126, byte(len(message)>>8), byte(len(message)))
			frames = append(frames, message...)
		}
		if _, err := conn.Write(append(frames, 0x88, 2, 1000>>8, 1000&0xff)); err != nil {
			t.Error(err)
		}
		more, _ := io.ReadAll(conn)
		received <- append(all[:n], more...)
	})
	c := dialTo(t, &Dialer{URL: "wss://ws.example/x"})
	write(t, c, clientHeader)
	if _, err := io.ReadFull(c, make([]byte, len(serverHeader+streamError))); err != nil {
		t.Fatal(err)
	}
	write(t, c, "</stream:stream>")
	c.Close()
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

func TestServerThatDoesNotOpenTheStream(t *testing.T) {
	const streamError = "<stream:error xmlns:stream='http://etherx.jabber.org/streams'><host-unknown xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>"
	t.Run("a stream error comes first", func(t *testing.T) {
		c := dial(t, "ws.example", func(p *peer) {
			p.expect(clientOpen)
			p.send(streamError, closeElement)
			p.expect(closeElement)
		})
		write(t, c, clientHeader)
		if got, err := readAll(c); got != streamError || err != io.EOF {
			t.Errorf("got %q, %v", got, err)
		}
	})
	t.Run("<close/> comes first", func(t *testing.T) {
		c := dial(t, "ws.example", func(p *peer) {
			p.expect(clientOpen)
			p.send(closeElement)
			p.expect(closeElement)
		})
		write(t, c, clientHeader)
		got, err := readAll(c)
		checkError(t, err, "transport", "stream")
		if got != "" {
			t.Errorf("got %q", got)
		}
	})
	t.Run("<close/> comes after <open/>", func(t *testing.T) {
		c := dial(t, "ws.example", func(p *peer) {
			p.expect(clientOpen)
			p.send(serverOpen, closeElement)
			p.expect(closeElement)
		})
		write(t, c, clientHeader)
		if got, err := readAll(c); got != serverHeader+streamEnd || err != io.EOF {
			t.Errorf("got %q, %v", got, err)
		}
	})
}

func TestWhatIsNoStreamIsNotSent(t *testing.T) {
	c := dial(t, "ws.example", func(p *peer) { p.expect("close code 1000") })
	_, err := c.Write([]byte("hello"))
	checkError(t, err, "transport", "protocol")
	c.Close()
}

// quiet opens a stream on which the server says nothing.
func quiet(t *testing.T) *Conn {
	c := dial(t, "ws.example", func(p *peer) {
		for !strings.HasPrefix(p.read(), "close") {
		}
	})
	return c
}

func TestDeadlineWakesAReadThatWaits(t *testing.T) {
	c := quiet(t)
	for range 50 {
		started := make(chan struct{})
		result := make(chan error)
		go func() {
			close(started)
			_, err := c.Read(make([]byte, 1))
			result <- err
		}()
		<-started
		// The deadline is lifted at once, and may be before Read waits: then
		// the next one does it.
		for woken := false; !woken; {
			c.SetDeadline(time.Unix(1, 0))
			c.SetDeadline(time.Time{})
			select {
			case err := <-result:
				if !errors.Is(err, os.ErrDeadlineExceeded) {
					t.Fatal(err)
				}
				woken = true
			case <-time.After(time.Millisecond):
			}
		}
	}
	c.SetReadDeadline(time.Now().Add(time.Millisecond))
	if _, err := c.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Error(err)
	}
	if _, err := c.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Error(err)
	}
	c.SetWriteDeadline(time.Unix(1, 0))
	if _, err := c.Write([]byte(clientHeader)); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Error(err)
	}
	c.SetWriteDeadline(time.Time{})
	write(t, c, clientHeader)
}

func TestDeadlineMovesWhileItIsWaitedFor(t *testing.T) {
	d := newDeadline()
	d.set(time.Now().Add(time.Hour))
	d.set(time.Now().Add(time.Millisecond))
	select {
	case <-d.wait():
	case <-time.After(patience):
		t.Fatal("not reached")
	}
	d.set(time.Now().Add(time.Hour))
	select {
	case <-d.wait():
		t.Fatal("still reached")
	default:
	}
}

func TestDeadlineWakesAWriteThatWaits(t *testing.T) {
	release := make(chan struct{})
	c := dial(t, "ws.example", func(p *peer) { <-release })
	defer close(release)
	write(t, c, clientHeader)
	c.SetWriteDeadline(time.Now().Add(50 * time.Millisecond))
	// More than the system's buffers hold.
	_, err := c.Write([]byte("<iq xmlns='jabber:client'>" + strings.Repeat("x", 64<<20) + "</iq>"))
	if !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Error(err)
	}
}

func TestCloseEndsEverything(t *testing.T) {
	c := quiet(t)
	write(t, c, clientHeader)
	result := make(chan error)
	go func() {
		_, err := c.Read(make([]byte, 1))
		result <- err
	}()
	var closing sync.WaitGroup
	for range 5 {
		closing.Go(func() {
			if err := c.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	closing.Wait()
	if err := <-result; !errors.Is(err, net.ErrClosed) {
		t.Error(err)
	}
	if _, err := c.Read(make([]byte, 1)); !errors.Is(err, net.ErrClosed) {
		t.Error(err)
	}
	if _, err := c.Write([]byte(closeElement)); !errors.Is(err, net.ErrClosed) {
		t.Error(err)
	}
}

// closesSoon closes a connection before the 5 seconds are over that the library
// waits by itself for the other side.
func closesSoon(t *testing.T, c net.Conn) {
	t.Helper()
	start := time.Now()
	c.Close()
	if d := time.Since(start); d >= 4*time.Second {
		t.Errorf("closing took %v", d)
	}
}

func TestCloseSaysGoodbye(t *testing.T) {
	done := make(chan struct{})
	c := dial(t, "ws.example", func(p *peer) {
		defer close(done)
		p.expect(clientOpen)
		p.send(serverOpen, features)
		p.expect(closeElement)
		p.send(closeElement)
		p.expect("close code 1000")
	})
	write(t, c, clientHeader)
	if _, err := io.ReadFull(c, make([]byte, len(serverHeader))); err != nil {
		t.Fatal(err)
	}
	closesSoon(t, c)
	<-done
}

func TestCloseDoesNotWaitLongForADeadServer(t *testing.T) {
	for _, tc := range []struct {
		name  string
		write string
	}{
		{"not opened", ""},
		{"opened", clientHeader},
		{"a write waits", clientHeader + "<iq xmlns='jabber:client'>" + strings.Repeat("x", 64<<20) + "</iq>"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			release := make(chan struct{})
			c := dial(t, "ws.example", func(p *peer) { <-release })
			defer close(release)
			c.SetDeadline(time.Time{})
			result := make(chan error)
			go func() {
				_, err := c.Write([]byte(tc.write))
				result <- err
			}()
			if len(tc.write) < 4096 {
				if err := <-result; err != nil {
					t.Fatal(err)
				}
			}
			closesSoon(t, c)
			if len(tc.write) >= 4096 {
				if err := <-result; err == nil {
					t.Error("the write came through")
				}
			}
		})
	}
}

func TestAddressesOfAConnection(t *testing.T) {
	c := quiet(t)
	if got := c.RemoteAddr(); got.String() != "wss://ws.example/x" || got.Network() != "websocket" {
		t.Error(got)
	}
	if c.LocalAddr() == nil || !c.Secure() {
		t.Error(c.LocalAddr(), c.Secure())
	}
}

// redirecting serves name.example for each name, with the answer to <open/>
// given. The last one stays.
func redirecting(t *testing.T, answers ...string) *Conn {
	t.Helper()
	for i, answer := range answers {
		serve(t, string(rune('a'+i))+".example", scripted(t, func(p *peer) {
			p.expect(clientOpen)
			if answer == "" {
				p.send(serverOpen, features)
				p.expect(closeElement)
				p.send(closeElement)
				return
			}
			p.send(serverOpen, answer)
			p.expect(closeElement)
			p.expect("close code 1000")
		}))
	}
	c := dialTo(t, &Dialer{URL: "wss://a.example/x", Log: func(level, message string) { t.Log(level, message) }})
	write(t, c, clientHeader)
	return c
}

func TestRedirectIsFollowedWhileTheStreamOpens(t *testing.T) {
	c := redirecting(t, seeOther("wss://b.example/x"), seeOther("wss://c.example/y"), seeOther("wss://d.example/"), "")
	want := serverHeader + features
	got := make([]byte, len(want))
	if _, err := io.ReadFull(c, got); err != nil || string(got) != want {
		t.Fatalf("got %q, %v", got, err)
	}
	if got := c.RemoteAddr().String(); got != "wss://d.example/" {
		t.Error(got)
	}
}

func TestRedirectBeforeOpenIsFollowed(t *testing.T) {
	serve(t, "b.example", scripted(t, func(p *peer) {
		p.expect(clientOpen)
		p.send(serverOpen, closeElement)
		p.expect(closeElement)
	}))
	c := dial(t, "a.example", func(p *peer) {
		p.expect(clientOpen)
		p.send(seeOther("wss://b.example/"))
		p.expect(closeElement)
	})
	write(t, c, clientHeader)
	if got, err := readAll(c); got != serverHeader+streamEnd || err != io.EOF {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestRedirectsThatAreRefused(t *testing.T) {
	for _, tc := range []struct {
		name, reason string
		answers      []string
	}{
		{"to ws:", "insecure-redirect", []string{seeOther("ws://b.example/x")}},
		{"to ws: on this machine", "insecure-redirect", []string{seeOther("ws://localhost/x")}},
		{"to https:", "unsupported-redirect", []string{seeOther("https://b.example/help")}},
		{"to nothing", "unsupported-redirect", []string{seeOther("b")}},
		{"with a password", "unsupported-redirect", []string{seeOther("wss://u:p@b.example/")}},
		{"to itself", "redirect-loop", []string{seeOther("wss://A.example:443/x")}},
		{"in a circle", "redirect-loop", []string{seeOther("wss://b.example/"), seeOther("wss://a.example/x")}},
		{"four times", "redirect-loop", []string{seeOther("wss://b.example/"), seeOther("wss://c.example/"), seeOther("wss://d.example/"), seeOther("wss://e.example/")}},
		{"to nowhere", "connect-failed", []string{seeOther("wss://nowhere.example/")}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, err := readAll(redirecting(t, tc.answers...))
			checkError(t, err, "transport", tc.reason)
			if got != "" {
				t.Errorf("got %q before the error", got)
			}
		})
	}
}

func TestRedirectOnThisMachine(t *testing.T) {
	from, err := parseAddress("ws://localhost:1/")
	if err != nil {
		t.Fatal(err)
	}
	for address, reason := range map[string]string{
		"ws://127.0.0.1:2/":  "",
		"wss://b.example/":   "",
		"ws://b.example:80/": "insecure-redirect",
	} {
		_, err := redirectTarget(from, address)
		if err == nil && reason != "" || err != nil && err.Reason() != reason {
			t.Errorf("%s: %v", address, err)
		}
	}
}

func TestRedirectInTheMiddleIsForTheNextDial(t *testing.T) {
	serve(t, "a.example", scripted(t, func(p *peer) {
		p.expect(clientOpen)
		p.send(serverOpen, features, seeOther("wss://b.example/x"))
		p.expect(closeElement)
		p.expect("close code 1000")
	}))
	serve(t, "b.example", scripted(t, func(p *peer) { p.read() }))
	d := &Dialer{URL: "wss://a.example/x"}
	c := dialTo(t, d)
	write(t, c, clientHeader)
	got, err := readAll(c)
	checkError(t, err, "transport", "stream", "wss://b.example/x")
	if got != serverHeader+features {
		t.Errorf("got %q", got)
	}
	for _, want := range []string{"wss://b.example/x", "wss://a.example/x"} {
		c := dialTo(t, d)
		if got := c.RemoteAddr().String(); got != want {
			t.Errorf("dialled %s, want %s", got, want)
		}
		write(t, c, clientHeader)
	}
}

func TestRedirectInTheMiddleToWhatCanNotBeUsed(t *testing.T) {
	serve(t, "a.example", scripted(t, func(p *peer) {
		p.expect(clientOpen)
		p.expect(iqResult)
		p.send(seeOther("ws://b.example/x"))
		p.expect(closeElement)
	}))
	d := &Dialer{URL: "wss://a.example/x"}
	c := dialTo(t, d)
	write(t, c, clientHeader+iqResult)
	_, err := readAll(c)
	checkError(t, err, "transport", "stream", "ws://b.example/x")
	if u := d.takeElsewhere("shore.example"); u != nil {
		t.Error(u)
	}
}

func TestCloseEndsARedirectThatHangs(t *testing.T) {
	address, accepted := halfOpen(t)
	c := redirecting(t, seeOther("wss://"+address+"/"))
	<-accepted
	c.Close()
	if left := leftOver(); left != "" {
		t.Error(left)
	}
}

// halfOpen returns the address of a server that accepts connections and never
// says a word.
func halfOpen(t *testing.T) (address string, accepted <-chan struct{}) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	ch := make(chan struct{}, 10)
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			ch <- struct{}{}
			go func() {
				defer c.Close()
				_, _ = io.Copy(io.Discard, c)
			}()
		}
	}()
	return l.Addr().String(), ch
}

func TestContextOfDialDoesNotEndTheStream(t *testing.T) {
	serve(t, "a.example", scripted(t, func(p *peer) {
		p.expect(clientOpen)
		p.send(serverOpen, closeElement)
		p.expect(closeElement)
	}))
	ctx, cancel := context.WithCancel(context.Background())
	conn, err := (&Dialer{URL: "wss://a.example/"}).Dial(ctx, "shore.example")
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	cancel()
	write(t, conn, clientHeader)
	if got, err := readAll(conn); got != serverHeader+streamEnd || err != io.EOF {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestRedirectIsNotFollowedOnceMoreWasSent(t *testing.T) {
	c := dial(t, "a.example", func(p *peer) {
		p.expect(clientOpen)
		p.expect(iqResult)
		p.read()
	})
	write(t, c, clientHeader+iqResult)
	target, err := parseAddress("wss://b.example/")
	if err != nil {
		t.Fatal(err)
	}
	checkError(t, c.follow(target), "transport", "connect-failed", "was sent already")
}

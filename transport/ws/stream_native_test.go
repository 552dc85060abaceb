//go:build !js

package ws

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"nhooyr.io/websocket"

	"github.com/xmppreg/xmppreg/internal/xmltree"
	"github.com/xmppreg/xmppreg/transport"
)

func TestStreamIsOpenedUsedAndClosed(t *testing.T) {
	done := make(chan struct{})
	s := open(t, "ws.example", func(p *peer) {
		defer close(done)
		p.expect(clientOpen)
		p.send(serverOpen, "", " \n", features)
		p.expect("<iq xmlns='jabber:client' id='r2'/>")
		p.send(" " + iqResult + "\n")
		p.expect(closeElement)
		p.send(closeElement)
		p.expect("close code 1000")
	})
	expect(t, s, features)
	send(t, s, "<iq xmlns='jabber:client' id='r2'/>")
	expect(t, s, iqResult)
	if err := s.Close(soon(t)); err != nil {
		t.Error(err)
	}
	<-done
}

func TestStreamThatTheServerClosesEnds(t *testing.T) {
	done := make(chan struct{})
	s := open(t, "ws.example", func(p *peer) {
		defer close(done)
		p.open()
		p.send(iqResult, closeElement)
		p.expect(closeElement)
		p.expect("close code 1000")
	})
	<-done // nobody has received anything so far
	for range 2 {
		if got, err := receiveAll(t, s); err != io.EOF || got != features+iqResult && got != "" {
			t.Errorf("got %q, %v", got, err)
		}
	}
	if sent, err := s.Send(soon(t), element(t, iqResult)); err == nil || sent {
		t.Errorf("could send on a stream that is closed: %v", sent)
	}
}

func TestStreamIsRestarted(t *testing.T) {
	const auth, success = "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>", "<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>"
	s := open(t, "ws.example", func(p *peer) {
		p.open()
		p.expect(auth)
		p.send(success)
		p.open()
		p.send(iqResult, closeElement)
		p.expect(closeElement)
	})
	expect(t, s, features)
	send(t, s, auth)
	expect(t, s, success)
	if err := s.Restart(soon(t)); err != nil {
		t.Fatal(err)
	}
	expect(t, s, features, iqResult)
	if _, err := s.Receive(soon(t)); err != io.EOF {
		t.Error(err)
	}
}

func TestRestartedStreamBeginsWithOpen(t *testing.T) {
	s := open(t, "ws.example", func(p *peer) {
		p.open()
		p.expect(clientOpen)
		p.send(features)
		p.expect(errorElement(badFormat))
		p.expect(closeElement)
	})
	expect(t, s, features)
	if err := s.Restart(soon(t)); err != nil {
		t.Fatal(err)
	}
	got, err := receiveAll(t, s)
	checkError(t, err, transport.Protocol, "came before <open/>")
	if got != "" {
		t.Errorf("got %s before the error", got)
	}
}

func TestMessageThatBreaksTheRulesEndsTheStream(t *testing.T) {
	const tail = "</iq>"
	tooLong := "<iq xmlns='jabber:client'>"
	tooLong += strings.Repeat("x", maxMessage+1-len(tooLong)-len(tail)) + tail
	for _, tc := range []struct {
		name, before, message, condition string
	}{
		{"two elements in one message", serverOpen, iqResult + iqResult, xmltree.NotWellFormed},
		{"TCP framing", "", "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' id='z9' version='1.0'>", xmltree.NotWellFormed},
		{"undeclared prefix", serverOpen, "<s:features/>", xmltree.NotWellFormed},
		{"comment", serverOpen, "<!-- c -->", xmltree.RestrictedXML},
		{"entity bomb", serverOpen, "<!DOCTYPE a [<!ENTITY b 'ha'>]><a xmlns='x'>&b;</a>", xmltree.RestrictedXML},
		{"no namespace", serverOpen, "<iq/>", invalidNamespace},
		{"just over 4 MiB", serverOpen, tooLong, xmltree.PolicyViolation},
		{"too many elements", serverOpen, "<stream:features xmlns:stream='http://etherx.jabber.org/streams'>" + strings.Repeat("<a xmlns='x'/>", 250_000) + "</stream:features>", xmltree.PolicyViolation},
		{"an element before <open/>", "", features, badFormat},
		{"unknown framing", serverOpen, "<pause xmlns='urn:ietf:params:xml:ns:xmpp-framing'/>", badFormat},
		{"opened twice", serverOpen, serverOpen, badFormat},
	} {
		script := func(done chan<- struct{}, before ...string) func(*peer) {
			return func(p *peer) {
				defer close(done)
				p.expect(clientOpen)
				p.send(before...)
				p.send(tc.message, iqResult)
				p.expect(errorElement(tc.condition))
				p.expect(closeElement)
				p.expect("close code 1000")
			}
		}
		t.Run(tc.name, func(t *testing.T) {
			done := make(chan struct{})
			err := openFails(t, "ws.example", script(done, tc.before))
			checkError(t, err, transport.Protocol, "a message ")
			<-done
		})
		if tc.before == "" {
			continue
		}
		t.Run(tc.name+", in the middle", func(t *testing.T) {
			done := make(chan struct{})
			s := open(t, "ws.example", script(done, tc.before, features))
			got, err := receiveAll(t, s)
			checkError(t, err, transport.Protocol, "a message ")
			if got != features {
				t.Errorf("got %s before the error", got)
			}
			<-done
		})
	}
}

func TestBinaryMessageEndsTheStream(t *testing.T) {
	err := openFails(t, "ws.example", func(p *peer) {
		p.expect(clientOpen)
		p.send(serverOpen)
		if err := p.conn.Write(p.ctx, websocket.MessageBinary, []byte(features)); err != nil {
			t.Error(err)
		}
		p.expect(errorElement(badFormat))
		p.expect(closeElement)
	})
	checkError(t, err, transport.Protocol, "binary")
}

// ofSize returns an element as a message of so many bytes.
func ofSize(size int) string {
	const head, tail = "<iq xmlns='jabber:client'>", "</iq>"
	return head + strings.Repeat("x", size-len(head)-len(tail)) + tail
}

func TestLongMessagesPassInBothDirections(t *testing.T) {
	for _, size := range []int{100 << 10, maxMessage} {
		long := ofSize(size)
		s := open(t, "ws.example", func(p *peer) {
			p.open()
			if got := p.read(); got != long {
				t.Errorf("the server received %d bytes, want %d", len(got), len(long))
			}
			p.send(long, closeElement)
			p.expect(closeElement)
		})
		expect(t, s, features)
		send(t, s, long)
		if got, err := receiveAll(t, s); got != long || err != io.EOF {
			t.Errorf("got %d bytes, %v; want %d", len(got), err, len(long))
		}
	}
}

// TestWhatNobodyReceivesEndsTheStream has a server that sends 1 MiB again and again.
func TestWhatNobodyReceivesEndsTheStream(t *testing.T) {
	long := ofSize(1 << 20)
	ready, ended := make(chan struct{}), make(chan struct{})
	s := open(t, "ws.example", func(p *peer) {
		p.open()
		<-ready
		for range 20 {
			p.send(long)
		}
		p.expect(errorElement(xmltree.PolicyViolation))
		p.expect(closeElement)
		p.expect("close code 1000")
		close(ended)
	})
	expect(t, s, features)
	close(ready)
	<-ended
	got, err := receiveAll(t, s)
	checkError(t, err, transport.Protocol, "more than 16 MiB wait to be read")
	if n := strings.Count(got, long); n != 16 {
		t.Errorf("%d messages were kept, want 16", n)
	}
}

func TestWhatIsReceivedMakesRoomForMore(t *testing.T) {
	long := ofSize(maxMessage)
	s := open(t, "ws.example", func(p *peer) {
		p.open()
		for range 5 {
			p.send(long)
			p.expect(iqResult)
		}
		p.send(closeElement)
		p.expect(closeElement)
	})
	expect(t, s, features)
	want := element(t, long).Text
	for range 5 {
		e, err := s.Receive(soon(t))
		if err != nil {
			t.Fatal(err)
		}
		if e.Text != want {
			t.Errorf("received %d bytes", len(e.Text))
		}
		send(t, s, iqResult)
	}
	if _, err := s.Receive(soon(t)); err != io.EOF {
		t.Error(err)
	}
}

func TestLastMessageBeforeTheSocketClosesIsReceived(t *testing.T) {
	for range 20 {
		s := open(t, "ws.example", func(p *peer) {
			p.open()
			p.send(iqResult)
			p.conn.Close(3999, "bye")
		})
		got, err := receiveAll(t, s)
		checkError(t, err, transport.Lost, "3999", "bye")
		if got != features+iqResult || !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Fatalf("got %q, %v", got, err)
		}
		if sent, err := s.Send(soon(t), element(t, iqResult)); err == nil || sent {
			t.Fatal("could send over a connection that is lost")
		}
	}
}

func TestConnectionThatBreaksIsNoEndOfStream(t *testing.T) {
	s := open(t, "ws.example", func(p *peer) {
		p.open()
		p.conn.CloseNow()
	})
	got, err := receiveAll(t, s)
	checkError(t, err, transport.Lost)
	if got != features || !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Fatalf("got %q, %v", got, err)
	}
}

func TestServerThatDoesNotOpenTheStream(t *testing.T) {
	const streamError = "<stream:error xmlns:stream='http://etherx.jabber.org/streams'><host-unknown xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>"
	for name, before := range map[string]string{"a stream error comes first": "", "a stream error comes after <open/>": serverOpen} {
		t.Run(name, func(t *testing.T) {
			s := open(t, "ws.example", func(p *peer) {
				p.expect(clientOpen)
				p.send(before, streamError, closeElement)
				p.expect(closeElement)
			})
			if got, err := receiveAll(t, s); got != streamError || err != io.EOF {
				t.Errorf("got %q, %v", got, err)
			}
		})
	}
	for name, before := range map[string]string{"<close/> comes first": "", "<close/> comes after <open/>": serverOpen} {
		t.Run(name, func(t *testing.T) {
			err := openFails(t, "ws.example", func(p *peer) {
				p.expect(clientOpen)
				p.send(before, closeElement)
				p.expect(closeElement)
			})
			checkError(t, err, transport.Lost, "the server closed the stream")
		})
	}
	t.Run("the WebSocket ends", func(t *testing.T) {
		err := openFails(t, "ws.example", func(p *peer) {
			p.expect(clientOpen)
			p.conn.Close(3999, "bye")
		})
		checkError(t, err, transport.Lost, "3999", "bye")
	})
}

func TestStreamErrorNeedNotDeclareThePrefixOfStreams(t *testing.T) {
	for _, condition := range []string{"host-unknown", "connection-timeout", "policy-violation", "reset", "not-authorized"} {
		child := "<" + condition + " xmlns='urn:ietf:params:xml:ns:xmpp-streams'/><text xmlns='urn:ietf:params:xml:ns:xmpp-streams' xml:lang='en'>Why</text>"
		want := "<stream:error xmlns:stream='http://etherx.jabber.org/streams'>" + child + "</stream:error>"
		for name, before := range map[string][]string{"before <open/>": nil, "instead of features": {serverOpen}, "later": {serverOpen, features}} {
			t.Run(condition+" "+name, func(t *testing.T) {
				s := open(t, "ws.example", func(p *peer) {
					p.expect(clientOpen)
					p.send(before...)
					p.send("<stream:error>"+child+"</stream:error>", closeElement)
					p.expect(closeElement) // and no stream error of this side's
				})
				got, err := receiveAll(t, s)
				if strings.TrimPrefix(got, features) != want || err != io.EOF {
					t.Errorf("got %q, %v", got, err)
				}
			})
		}
	}
}

// quiet opens a stream on which the server says nothing after its features.
func quiet(t *testing.T) *stream {
	s := open(t, "ws.example", func(p *peer) {
		p.open()
		p.untilEnd()
	})
	expect(t, s, features)
	return s
}

func TestReceiveEndsWithItsContext(t *testing.T) {
	s := open(t, "ws.example", func(p *peer) {
		p.open()
		p.expect(iqResult)
		p.send(iqResult)
		p.untilEnd()
	})
	expect(t, s, features)
	for range 50 {
		ctx, cancel := context.WithCancel(context.Background())
		result := make(chan error)
		go func() {
			_, err := s.Receive(ctx)
			result <- err
		}()
		cancel()
		if err := <-result; !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
	}
	send(t, s, iqResult)
	expect(t, s, iqResult)
}

func TestSendWithAContextThatHasEndedSendsNothing(t *testing.T) {
	s := open(t, "ws.example", func(p *peer) {
		p.open()
		p.expect(iqResult)
		p.untilEnd()
	})
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if sent, err := s.Send(ctx, element(t, "<iq xmlns='jabber:client'/>")); sent || !errors.Is(err, context.Canceled) {
		t.Errorf("sent: %v, %v", sent, err)
	}
	if err := s.Restart(ctx); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	send(t, s, iqResult)
}

// full opens a stream, and sends what the system's buffers don't hold to a server
// that does not read. result gets what comes of that.
func full(t *testing.T, ctx context.Context) (s *stream, result <-chan error) {
	release, begun := make(chan struct{}), make(chan struct{})
	s = open(t, "ws.example", func(p *peer) {
		p.open()
		if _, _, err := p.conn.Reader(p.ctx); err != nil {
			t.Error(err)
		}
		close(begun)
		<-release
	})
	t.Cleanup(func() { close(release) })
	outcome := make(chan error, 1)
	go func() {
		long := xmltree.New("jabber:client", "iq")
		long.Text = strings.Repeat("x", 24<<20)
		sent, err := s.Send(ctx, &long)
		if !sent {
			t.Error("the server can't have received it")
		}
		outcome <- err
	}()
	<-begun
	return s, outcome
}

func TestSendEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	s, result := full(t, ctx)

	waiting, giveUp := context.WithTimeout(context.Background(), 10*time.Millisecond)
	defer giveUp()
	if sent, err := s.Send(waiting, element(t, iqResult)); sent || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("sent in the middle of another message: %v, %v", sent, err)
	}
	cancel()
	if err := <-result; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	got, err := receiveAll(t, s)
	checkError(t, err, transport.Lost)
	if got != features {
		t.Errorf("got %s", got)
	}
}

func TestDialThatIsGivenUpClosesTheStream(t *testing.T) {
	for name, script := range map[string][]string{"nothing is answered": nil, "the features are missing": {serverOpen}} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			done := make(chan struct{})
			serve(t, "ws.example", scripted(t, func(p *peer) {
				defer close(done)
				p.expect(clientOpen)
				p.send(script...)
				go func() {
					// The client answers once it has sent <open/> and is done with it.
					if err := p.conn.Ping(p.ctx); err != nil {
						t.Error(err)
					}
					cancel()
				}()
				p.expect(closeElement)
				p.send(closeElement)
				p.expect("close code 1000")
			}))
			_, err := (&Dialer{URL: "wss://ws.example/x"}).Dial(ctx, shore)
			checkError(t, err, transport.Interrupted, "given up: wss://ws.example/x: ")
			if !errors.Is(err, context.Canceled) {
				t.Error(err)
			}
			<-done
		})
	}
}

func TestContextOfDialDoesNotEndTheStream(t *testing.T) {
	serve(t, "a.example", scripted(t, func(p *peer) {
		p.open()
		p.expect(iqResult)
		p.send(closeElement)
		p.expect(closeElement)
	}))
	ctx, cancel := context.WithCancel(context.Background())
	s, err := (&Dialer{URL: "wss://a.example/"}).Dial(ctx, shore)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close(soon(t))
	cancel()
	send(t, s.(*stream), iqResult)
	if got, err := receiveAll(t, s.(*stream)); got != features || err != io.EOF {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestStreamIsSecureOverTLSAndOnThisMachine(t *testing.T) {
	for address, want := range map[string]bool{
		"wss://a.example/": true, "ws://localhost/": true, "ws://127.0.0.1:5280/": true, "ws://[::1]/": true, "ws://a.example/": false,
	} {
		s := stream{address: parsed(t, address)}
		if s.Secure() != want {
			t.Errorf("%s: %v", address, !want)
		}
	}
}

//go:build !js

package ws

import (
	"context"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"nhooyr.io/websocket"

	"github.com/xmppreg/xmppreg/internal/replycase"
	"github.com/xmppreg/xmppreg/internal/xmltree"
	"github.com/xmppreg/xmppreg/transport"
)

// TestEveryCaseOfTheTransportHasTheOutcomeThatItMust plays every line of the
// shared cases that belongs to this package, and of those of ibr the ones in which
// the stream is closed.
func TestEveryCaseOfTheTransportHasTheOutcomeThatItMust(t *testing.T) {
	for _, c := range replycase.Read(t, "../../ibr/testdata/cases.jsonl") {
		play := playerOf(c)
		switch {
		case play != nil:
			t.Run(c.Name, func(t *testing.T) { play(t, c) })
		case c.OfTransport():
			t.Errorf("%s is played by nobody", c.Name)
		}
	}
}

// playerOf returns how a case is played, nil if it is not.
func playerOf(c replycase.Case) func(*testing.T, replycase.Case) {
	switch c.Name {
	case "hostmeta-json-several":
		return playSeveralAddresses
	case "hostmeta-cors-blocked":
		return playBlockedFiles
	case "hostmeta-404":
		return playMissingFiles
	case "subprotocol-missing":
		return playNoSubprotocol
	case "ws-connect-failed":
		return playNoConnection
	case "close-see-other-uri-wss":
		return playRedirect
	case "frame-empty":
		return playEmptyMessage
	case "send-close":
		return playSendClose
	case "set-close-instead-of-reply":
		return playClosedStream
	}
	switch prefix, _, _ := strings.Cut(c.Name, "-"); prefix {
	case "hostmeta":
		return playHostMeta
	case "open":
		return playOpen
	case "close":
		return playRefusedRedirect
	case "frame":
		return playWrongMessage
	}
	return nil
}

// journal keeps what a Dialer logs.
type journal struct {
	mu    sync.Mutex
	lines []string
}

func (j *journal) log(level, message string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.lines = append(j.lines, level+" "+message)
}

// text is the whole of it.
func (j *journal) text() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return strings.Join(j.lines, "\n")
}

// tried are the addresses that were opened.
func (j *journal) tried() (addresses []string) {
	for line := range strings.SplitSeq(j.text(), "\n") {
		if address, ok := strings.CutPrefix(line, "info opening "); ok {
			addresses = append(addresses, address)
		}
	}
	return addresses
}

// dialShore opens a stream to shore.example.
func dialShore(t *testing.T, address string) (*stream, *journal, error) {
	t.Helper()
	j := new(journal)
	s, err := (&Dialer{URL: address, Log: j.log}).Dial(soon(t), shore)
	if err != nil {
		return nil, j, err
	}
	t.Cleanup(func() { s.Close(context.Background()) })
	return s.(*stream), j, nil
}

// faultOf is the fault that a case must end with.
func faultOf(c replycase.Case) transport.Fault {
	return transport.Fault(strings.TrimPrefix(c.Expect.Outcome, "error:"))
}

// serveShore serves the files of shore.example. All its names have a WebSocket
// for every path, so that nothing fails for want of one.
func serveShore(t *testing.T, json, xml string) {
	t.Helper()
	files := map[string]string{"/.well-known/host-meta.json": json, "/.well-known/host-meta": xml}
	for _, host := range []string{"shore.example", "ws.shore.example", "a.shore.example", "b.shore.example"} {
		socket := scripted(t, openedStream)
		serve(t, host, func(w http.ResponseWriter, r *http.Request) {
			switch body, isFile := files[r.URL.Path]; {
			case isFile && (body == "" || host != "shore.example"):
				http.NotFound(w, r)
			case isFile:
				_, _ = io.WriteString(w, body)
			default:
				socket(w, r)
			}
		})
	}
}

// serveBroken serves a name that hangs up before a WebSocket is open, which a
// browser calls 1006.
func serveBroken(t *testing.T, host string) {
	t.Helper()
	serve(t, host, func(w http.ResponseWriter, r *http.Request) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		conn.Close()
	})
}

// playHostMeta finds the server with the file that the case has.
func playHostMeta(t *testing.T, c replycase.Case) {
	// What is opened, and what is said of the file if that is not enough.
	want, ok := map[string]struct{ address, problem string }{
		"hostmeta-json-bosh-only":     {"", "host-meta.json: it names no WebSocket, only BOSH"},
		"hostmeta-json-insecure-only": {"", "host-meta.json: it names only a WebSocket that is not encrypted"},
		"hostmeta-json-mixed":         {"wss://shore.example/x", ""},
		"hostmeta-json-html":          {"wss://ws.shore.example/x", "host-meta.json: it has a document type"},
		"hostmeta-json-odd-types":     {"wss://ws.shore.example/x", "host-meta.json: it is not JSON with a list of links"},
		"hostmeta-json-href-garbage":  {"", "host-meta.json: it names a WebSocket, but its address can't be used"},
		"hostmeta-json-is-xrd":        {"wss://shore.example/x", ""},
		"hostmeta-xml-is-json":        {"wss://shore.example/x", ""},
		"hostmeta-xml-ok":             {"wss://ws.shore.example/x", ""},
		"hostmeta-xml-wrong-ns":       {"", "host-meta: its root is not an XRD"},
		"hostmeta-xml-doctype":        {"", "host-meta: it has a document type declaration"},
	}[c.Name]
	json, xml := c.XML, ""
	if strings.HasPrefix(c.Name, "hostmeta-xml-") {
		json, xml = "", c.XML
	}
	if !ok {
		t.Fatal("nothing is known of this file")
	}
	serveShore(t, json, xml)
	fault, isError := faultOf(c), strings.HasPrefix(c.Expect.Outcome, "error:")
	fallback := c.Expect.Outcome == "fallback:host-meta.xml"
	if isError || fallback {
		if fallback {
			fault = transport.NoWebSocketEndpoint // while the other file is missing
		}
		_, j, err := dialShore(t, "")
		checkDiscovery(t, err, fault, want.problem)
		if !strings.Contains(j.text(), want.problem) || j.tried() != nil {
			t.Errorf("logged\n%s\nwant %q, and nothing opened", j.text(), want.problem)
		}
	}
	if isError {
		return
	}
	if fallback {
		serveShore(t, json, xrd(want.address))
	} else if c.Expect.Outcome != "connect" {
		t.Fatalf("nothing is known of the outcome %q", c.Expect.Outcome)
	}
	s, j, err := dialShore(t, "")
	if err != nil {
		t.Fatal(err)
	}
	if got := s.address.String(); got != want.address || !slices.Equal(j.tried(), []string{want.address}) {
		t.Errorf("opened %s, tried %q; want %s", got, j.tried(), want.address)
	}
}

// playSeveralAddresses finds the one address that can be opened, whichever it is.
func playSeveralAddresses(t *testing.T, c replycase.Case) {
	for opens, broken := range map[string]string{"a.shore.example": "b.shore.example", "b.shore.example": "a.shore.example"} {
		t.Run(opens, func(t *testing.T) {
			serveShore(t, c.XML, "")
			serveBroken(t, broken)
			s, j, err := dialShore(t, "")
			if err != nil || c.Expect.Outcome != "connect" {
				t.Fatalf("%v, want %s", err, c.Expect.Outcome)
			}
			if got, want := s.address.String(), "wss://"+opens+"/"; got != want {
				t.Errorf("opened %s, tried %q; want %s", got, j.tried(), want)
			}
		})
	}
}

// playBlockedFiles names what a page may not read. That it may not is found out in
// a browser only.
func playBlockedFiles(t *testing.T, c replycase.Case) {
	var found []document
	for _, f := range hostMetaFiles("shore.example") {
		found = append(found, document{Finding: Finding{Address: f, Result: Blocked, Detail: errBlocked.Error()}})
	}
	err := nothingFound(context.Background(), "shore.example", found)
	checkDiscovery(t, err, faultOf(c),
		"host-meta.json: ", "host-meta: ", "CORS", "Access-Control-Allow-Origin")
}

// playMissingFiles asks for both files in vain, and then for neither.
func playMissingFiles(t *testing.T, c replycase.Case) {
	serveShore(t, "", "")
	_, j, err := dialShore(t, "")
	checkDiscovery(t, err, faultOf(c),
		"host-meta.json: HTTP status "+c.Expect.Cause, "host-meta: HTTP status "+c.Expect.Cause)
	json, xml := strings.Index(j.text(), "reading https://shore.example/.well-known/host-meta.json\n"), strings.Index(j.text(), "reading https://shore.example/.well-known/host-meta\n")
	if json < 0 || xml < json || j.tried() != nil {
		t.Errorf("logged\n%s", j.text())
	}
	s, j, err := dialShore(t, "wss://ws.shore.example/x")
	if err != nil || s.address.String() != "wss://ws.shore.example/x" || strings.Contains(j.text(), "reading") {
		t.Errorf("with an address: %v\n%s", err, j.text())
	}
}

// playNoSubprotocol opens a WebSocket to a server that has not heard of XMPP.
func playNoSubprotocol(t *testing.T, c replycase.Case) {
	received := make(chan error, 1)
	serve(t, "ws.shore.example", func(w http.ResponseWriter, r *http.Request) {
		conn, err := websocket.Accept(w, r, &websocket.AcceptOptions{InsecureSkipVerify: true})
		if err != nil {
			received <- err
			return
		}
		_, _, err = conn.Read(context.Background())
		received <- err
	})
	_, _, err := dialShore(t, "wss://ws.shore.example/x")
	checkError(t, err, faultOf(c), "subprotocol")
	if err := <-received; err == nil {
		t.Error("something was sent")
	}
}

// playNoConnection is hung up on by all addresses, and by all but the last.
func playNoConnection(t *testing.T, c replycase.Case) {
	addresses := []string{"wss://a.shore.example/", "wss://b.shore.example/"}
	serveShore(t, jrd(addresses...), "")
	serveBroken(t, "a.shore.example")
	s, j, err := dialShore(t, "")
	if err != nil || s.address.String() != addresses[1] || !slices.Equal(j.tried(), addresses) {
		t.Errorf("%v, tried %q; want the second address", err, j.tried())
	}
	serveBroken(t, "b.shore.example")
	_, j, err = dialShore(t, "")
	checkError(t, err, faultOf(c), addresses[0]+": ", addresses[1]+": ")
	if !slices.Equal(j.tried(), addresses) {
		t.Errorf("tried %q", j.tried())
	}
}

// playOpen opens a stream that the server answers as the case says.
func playOpen(t *testing.T, c replycase.Case) {
	condition := map[string]string{"open-with-start-tag-only": xmltree.NotWellFormed, "open-wrong-ns": badFormat}[c.Name]
	done := make(chan struct{})
	script := func(p *peer) {
		defer close(done)
		p.expect(clientOpen)
		p.send(c.XML)
		if condition == "" {
			p.send(features, closeElement)
		} else {
			p.expect(errorElement(condition))
		}
		p.expect(closeElement)
	}
	if c.Expect.Outcome == "continue" {
		got, err := receiveAll(t, open(t, "ws.shore.example", script))
		if got != features || err != io.EOF {
			t.Errorf("got %q, %v; want %q", got, err, features)
		}
	} else {
		checkError(t, openFails(t, "ws.shore.example", script), faultOf(c))
	}
	<-done
}

// playEmptyMessage sends the message of the case in between others.
func playEmptyMessage(t *testing.T, c replycase.Case) {
	s := open(t, "ws.shore.example", func(p *peer) {
		p.expect(clientOpen)
		p.send(c.XML, serverOpen, c.XML, features, c.XML, iqResult, closeElement)
		p.expect(closeElement)
	})
	got, err := receiveAll(t, s)
	if want := features + iqResult; c.Expect.Outcome != "ignore" || c.XML != "" || got != want || err != io.EOF {
		t.Errorf("got %q, %v; want %q", got, err, want)
	}
}

// playWrongMessage sends a message that ends the stream, and nothing of it is
// passed on.
func playWrongMessage(t *testing.T, c replycase.Case) {
	want := map[string]struct{ condition, text string }{
		"frame-two-stanzas": {xmltree.NotWellFormed, "more than one element"},
		"frame-doctype":     {xmltree.RestrictedXML, "document type"},
		"frame-entity-bomb": {xmltree.RestrictedXML, "document type"},
		"frame-oversize":    {xmltree.PolicyViolation, "4 MiB"},
		"frame-binary":      {badFormat, "binary"},
	}[c.Name]
	kind, message, before := websocket.MessageText, c.XML, iqResult
	switch c.Expect.Cause {
	case "length":
		before, message = ofSize(4<<20), ofSize(4<<20+1)
	case "binary":
		kind, message = websocket.MessageBinary, iqResult
	}
	done := make(chan struct{})
	s := open(t, "ws.shore.example", func(p *peer) {
		defer close(done)
		p.open()
		p.send(before)
		if err := p.conn.Write(p.ctx, kind, []byte(message)); err != nil {
			t.Error(err)
		}
		p.expect(errorElement(want.condition))
		p.expect(closeElement)
	})
	got, err := receiveAll(t, s)
	checkError(t, err, faultOf(c), want.text)
	if got != features+before {
		t.Errorf("got %.300q before the error", got)
	}
	<-done
}

// sendsOn serves a name that sends its clients to another address.
func sendsOn(t *testing.T, host, answer string) {
	t.Helper()
	serve(t, host, scripted(t, func(p *peer) {
		p.expect(clientOpen)
		p.send(serverOpen, answer)
		p.expect(closeElement)
	}))
}

// playRedirect is sent to another address, once and without end.
func playRedirect(t *testing.T, c replycase.Case) {
	if c.Expect.Outcome != "redirect-connection" {
		t.Fatalf("nothing is known of the outcome %q", c.Expect.Outcome)
	}
	sendsOn(t, "ws.shore.example", c.XML)
	t.Run("once", func(t *testing.T) {
		serve(t, "two.shore.example", scripted(t, func(p *peer) {
			p.open()
			p.send(closeElement)
			p.expect(closeElement)
		}))
		s, _, err := dialShore(t, "wss://ws.shore.example/x")
		if err != nil {
			t.Fatal(err)
		}
		if got, err := receiveAll(t, s); got != features || err != io.EOF {
			t.Errorf("got %q, %v; want %q", got, err, features)
		}
		if got := s.address.String(); got != "wss://two.shore.example/x" || !s.Secure() {
			t.Errorf("it ended at %s", got)
		}
	})
	t.Run("without end", func(t *testing.T) {
		hosts := []string{"two", "three", "four", "five"}
		for i, host := range hosts[:maxHops] {
			sendsOn(t, host+".shore.example", strings.Replace(c.XML, "two", hosts[i+1], 1))
		}
		_, j, err := dialShore(t, "wss://ws.shore.example/x")
		checkError(t, err, transport.RedirectLoop)
		if n := strings.Count(j.text(), "redirected to"); n != maxHops {
			t.Errorf("followed %d times", n)
		}
	})
}

// playRefusedRedirect is sent where it must not go.
func playRefusedRedirect(t *testing.T, c replycase.Case) {
	sendsOn(t, "ws.shore.example", c.XML)
	_, j, err := dialShore(t, "wss://ws.shore.example/x")
	checkError(t, err, faultOf(c), element(t, c.XML).Get("see-other-uri"))
	if strings.Contains(j.text(), "redirected") || len(j.tried()) != 1 {
		t.Errorf("logged\n%s", j.text())
	}
}

// playSendClose closes a stream to a server that answers, and to one that does
// not.
func playSendClose(t *testing.T, c replycase.Case) {
	want := element(t, c.XML)
	if c.Expect.Outcome != "sent" {
		t.Fatal(c.Expect.Outcome)
	}
	for _, answers := range []bool{true, false} {
		release, done := make(chan struct{}), make(chan struct{})
		s := open(t, "ws.shore.example", func(p *peer) {
			defer close(done)
			p.open()
			if got := p.read(); element(t, got).String() != want.String() {
				t.Errorf("sent %s, want %s", got, c.XML)
			}
			if answers {
				p.send(closeElement)
			} else {
				<-release
			}
		})
		closesSoon(t, s)
		close(release)
		<-done
	}
}

// playClosedStream closes the stream in place of an answer, which is the end of an
// ordinary stream then.
func playClosedStream(t *testing.T, c replycase.Case) {
	s := open(t, "ws.shore.example", func(p *peer) {
		p.open()
		p.expect(iqResult)
		p.send(c.XML)
		p.expect(closeElement)
	})
	send(t, s, iqResult)
	if got, err := receiveAll(t, s); got != features || err != io.EOF {
		t.Errorf("got %q, %v; want %q", got, err, features)
	}
}

//go:build !js

package ws

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"nhooyr.io/websocket"

	"github.com/xmppreg/xmppreg/transport"
)

func TestDiscoverReadsBothFiles(t *testing.T) {
	serveFiles(t, "shore.example",
		jrd("wss://a.example/", "wss://b.example/"), xrd("wss://b.example", "wss://c.example/"))
	got, err := Discover(soon(t), "Shore.Example")
	if want := []string{"wss://a.example/", "wss://b.example/", "wss://c.example/"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("got %v, %v; want %v", got, err, want)
	}
}

func TestDiscoverInternationalisedDomain(t *testing.T) {
	serveFiles(t, "xn--bcher-kva.example", "", xrd("wss://bücher.example/x"))
	got, err := Discover(soon(t), "bücher.example")
	if err != nil || !slices.Equal(got, []string{"wss://xn--bcher-kva.example/x"}) {
		t.Errorf("got %v, %v", got, err)
	}
}

func TestDiscoverSaysWhatIsWrong(t *testing.T) {
	const json, xml = "https://shore.example/.well-known/host-meta.json: ", "https://shore.example/.well-known/host-meta: "
	for _, tc := range []struct {
		name, json, xml string
		fault           transport.Fault
		parts           []string
	}{
		{"not there", "", "", transport.NoHostMeta, []string{json + "HTTP status 404", xml + "HTTP status 404"}},
		{"page for everything", "<!doctype html><title>Hi</title>", "<!doctype html><title>Hi</title>", transport.NoWebSocketEndpoint, []string{json + "it has a document type", xml + "it has a document type"}},
		{"only BOSH", `{"links":[{"rel":"urn:xmpp:alt-connections:xbosh","href":"https://a.example/"}]}`, "", transport.NoWebSocketEndpoint, []string{json + "it names no WebSocket, only BOSH", xml + "HTTP status 404"}},
		{"only ws:", "", xrd("ws://a.example/"), transport.NoWebSocketEndpoint, []string{xml + "it names only a WebSocket that is not encrypted"}},
		{"too long", jrd("wss://a.example/") + strings.Repeat(" ", maxDocument), "", transport.NoWebSocketEndpoint, []string{json + "it is longer than 256 KiB"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			serveFiles(t, "shore.example", tc.json, tc.xml)
			_, err := Discover(soon(t), "shore.example")
			checkDiscovery(t, err, tc.fault, tc.parts...)
			_, err = new(Dialer).Dial(soon(t), shore)
			checkDiscovery(t, err, tc.fault, tc.parts...)
		})
	}
	_, err := Discover(soon(t), "nowhere.example")
	checkDiscovery(t, err, transport.NoHostMeta, "no answer", "no such host")
	_, err = Discover(soon(t), "shore.example/x")
	checkDiscovery(t, err, transport.HostUnknown)
	_, err = new(Dialer).Dial(soon(t), transport.Target{Domain: "a@shore.example"})
	checkDiscovery(t, err, transport.HostUnknown)
}

func TestDiscoverReadsAFileOfTheLongestSize(t *testing.T) {
	body := jrd("wss://a.example/")
	serveFiles(t, "shore.example", body+strings.Repeat(" ", maxDocument-len(body)), "")
	if got, err := Discover(soon(t), "shore.example"); err != nil || len(got) != 1 {
		t.Errorf("got %v, %v", got, err)
	}
}

// TestFileWithoutEndIsLeft has a server that sends white space for as long as somebody listens.
func TestFileWithoutEndIsLeft(t *testing.T) {
	var sent atomic.Int64
	serve(t, "shore.example", func(w http.ResponseWriter, r *http.Request) {
		for piece := []byte(strings.Repeat(" ", 64<<10)); ; {
			n, err := w.Write(piece)
			if sent.Add(int64(n)); err != nil {
				return
			}
		}
	})
	_, err := Discover(soon(t), "shore.example")
	checkDiscovery(t, err, transport.NoWebSocketEndpoint, "host-meta: it is longer than 256 KiB", "host-meta.json: it is longer than 256 KiB")
	_, err = new(Dialer).Invitation(soon(t), "https://shore.example/invitation")
	checkDiscovery(t, err, transport.InviteInvalid, "it is longer than 256 KiB")
	if n := sent.Load(); n > 64<<20 {
		t.Errorf("%d bytes were taken", n)
	}
}

func TestDiscoverFollowsRedirectsThatStayOnTLS(t *testing.T) {
	serveFiles(t, "files.example", "", xrd("wss://a.example/"))
	plain := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		t.Error("TLS was left")
	}))
	defer plain.Close()
	serve(t, "shore.example", func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.HasSuffix(r.URL.Path, ".json"):
			http.Redirect(w, r, plain.URL, http.StatusFound)
		default:
			http.Redirect(w, r, "https://files.example/.well-known/host-meta", http.StatusFound)
		}
	})
	if got, err := Discover(soon(t), "shore.example"); err != nil || len(got) != 1 {
		t.Errorf("got %v, %v", got, err)
	}
	serve(t, "circle.example", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, r.URL.Path, http.StatusFound)
	})
	_, err := Discover(soon(t), "circle.example")
	checkDiscovery(t, err, transport.NoHostMeta, "redirected too often")
}

// opens serves a WebSocket where a stream can be opened.
func opens(t *testing.T, host string) {
	t.Helper()
	serve(t, host, scripted(t, openedStream))
}

func openedStream(p *peer) {
	p.open()
	p.untilEnd()
}

func TestDialTriesAddressesInOrder(t *testing.T) {
	opens(t, "c.example")
	opens(t, "d.example")
	serveFiles(t, "shore.example", jrd("wss://a.example/", "wss://nowhere.example/", "wss://c.example/", "wss://d.example/"), "")
	s := dial(t, new(Dialer))
	if got := s.address.String(); got != "wss://c.example/" {
		t.Error(got)
	}
}

func TestDialGoesOnWithTheOtherFile(t *testing.T) {
	opens(t, "c.example")
	failed := make(chan struct{})
	serve(t, "b.example", func(w http.ResponseWriter, r *http.Request) {
		http.NotFound(w, r)
		close(failed)
	})
	serve(t, "shore.example", func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, ".json") {
			w.Write([]byte(jrd("wss://b.example/")))
			return
		}
		<-failed
		w.Write([]byte(xrd("wss://b.example/", "wss://c.example/")))
	})
	s := dial(t, new(Dialer))
	if got := s.address.String(); got != "wss://c.example/" {
		t.Error(got)
	}
}

func TestDialDoesNotWaitForTheOtherFile(t *testing.T) {
	opens(t, "c.example")
	asked, gone := make(chan struct{}), make(chan struct{})
	serve(t, "shore.example", func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, ".json") {
			close(asked)
			<-r.Context().Done()
			close(gone)
			return
		}
		<-asked // a request that is given up before it was sent ends nowhere
		w.Write([]byte(xrd("wss://c.example/")))
	})
	dial(t, new(Dialer))
	<-gone
}

func TestDialSaysWhatFailed(t *testing.T) {
	serveFiles(t, "shore.example", jrd("wss://a.example/x?token=secret", "wss://nowhere.example/"), "")
	var log strings.Builder
	_, err := (&Dialer{Log: func(level, message string) { log.WriteString(level + " " + message + "\n") }}).Dial(soon(t), shore)
	checkError(t, err, transport.ConnectFailed, "wss://a.example/x: ", "404", "wss://nowhere.example/: ", "no such host")
	if strings.Contains(err.Error()+log.String(), "secret") || !strings.Contains(log.String(), "info opening wss://a.example/x\n") {
		t.Error(err, log.String())
	}
}

func TestDialWantsTheSubprotocol(t *testing.T) {
	closed := make(chan websocket.StatusCode, 2)
	h := func(w http.ResponseWriter, r *http.Request) {
		conn, err := websocket.Accept(w, r, &websocket.AcceptOptions{InsecureSkipVerify: true})
		if err != nil {
			t.Error(err)
			return
		}
		_, _, err = conn.Read(context.Background())
		closed <- websocket.CloseStatus(err)
	}
	serve(t, "a.example", h)
	_, err := (&Dialer{URL: "wss://a.example/"}).Dial(soon(t), shore)
	checkError(t, err, transport.Protocol, "subprotocol")
	if code := <-closed; code != websocket.StatusNormalClosure {
		t.Errorf("closed with %d", code)
	}
	serveFiles(t, "shore.example", jrd("wss://a.example/", "wss://nowhere.example/"), "")
	_, err = new(Dialer).Dial(soon(t), shore)
	checkError(t, err, transport.ConnectFailed, "subprotocol")
}

func TestDialFollowsNoHTTPRedirect(t *testing.T) {
	serve(t, "a.example", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "https://b.example/", http.StatusFound)
	})
	opens(t, "b.example")
	_, err := (&Dialer{URL: "wss://a.example/"}).Dial(soon(t), shore)
	checkError(t, err, transport.ConnectFailed, "302")
}

func TestDialRefusesUnsafeAddresses(t *testing.T) {
	for _, address := range []string{"ws://a.example/", "https://a.example/", "wss://u:p4ss@a.example/", "wss://u:p4ss@a b/", "x"} {
		_, err := (&Dialer{URL: address}).Dial(soon(t), shore)
		checkError(t, err, transport.UnsafeURL)
		if strings.Contains(err.Error(), "p4ss") {
			t.Error(err)
		}
	}
}

func TestDialToThisMachine(t *testing.T) {
	server := httptest.NewServer(scripted(t, openedStream))
	defer server.Close()
	s := dial(t, &Dialer{URL: strings.Replace(server.URL, "http:", "ws:", 1)})
	if !s.Secure() {
		t.Error("not secure")
	}
	s.Close(soon(t)) // before the server is
}

func TestDialSharesItsTime(t *testing.T) {
	address, _ := halfOpen(t)
	opens(t, "c.example")
	serveFiles(t, "shore.example", jrd("wss://"+address+"/", "wss://c.example/"), "")
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
	defer cancel()
	s, err := new(Dialer).Dial(ctx, shore)
	if err != nil {
		t.Fatal(err)
	}
	s.Close(soon(t))
}

func TestDialEndsWithItsContext(t *testing.T) {
	t.Run("deadline", func(t *testing.T) {
		address, _ := halfOpen(t)
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		_, err := (&Dialer{URL: "wss://" + address + "/"}).Dial(ctx, shore)
		checkError(t, err, transport.Interrupted, "wss://"+address+"/: no answer in time")
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
	})
	t.Run("cancelled", func(t *testing.T) {
		address, accepted := halfOpen(t)
		ctx, cancel := context.WithCancel(context.Background())
		go func() {
			<-accepted
			cancel()
		}()
		_, err := (&Dialer{URL: "wss://" + address + "/"}).Dial(ctx, shore)
		checkError(t, err, transport.Interrupted)
		if !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	})
	t.Run("before it began", func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		_, err := new(Dialer).Dial(ctx, shore)
		checkError(t, err, transport.Interrupted)
	})
	t.Run("while files are read", func(t *testing.T) {
		serve(t, "shore.example", func(w http.ResponseWriter, r *http.Request) {
			if strings.HasSuffix(r.URL.Path, ".json") {
				<-r.Context().Done()
				return
			}
			http.NotFound(w, r)
		})
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		_, err := new(Dialer).Dial(ctx, shore)
		checkDiscovery(t, err, transport.Interrupted, "host-meta.json: no answer in time", "host-meta: HTTP status 404")
	})
	if left := leftOver(); left != "" {
		t.Error(left)
	}
}

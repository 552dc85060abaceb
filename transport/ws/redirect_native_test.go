//go:build !js

package ws

import (
	"context"
	"errors"
	"io"
	"net"
	"net/url"
	"testing"

	"github.com/xmppreg/xmppreg/transport"
)

// redirecting serves a.example, b.example and so on, each with what follows the
// <open/> of the server. The empty string stands for features.
func redirecting(t *testing.T, answers ...string) *Dialer {
	t.Helper()
	for i, answer := range answers {
		serve(t, string(rune('a'+i))+".example", scripted(t, func(p *peer) {
			if answer == "" {
				p.open()
			} else {
				p.expect(clientOpen)
				p.send(serverOpen, answer)
			}
			p.expect(closeElement)
			p.send(closeElement)
			p.expect("close code 1000")
		}))
	}
	return &Dialer{URL: "wss://a.example/x", Log: func(level, message string) { t.Log(level, message) }}
}

func parsed(t *testing.T, address string) *url.URL {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func TestRedirectIsFollowedWhileTheStreamOpens(t *testing.T) {
	s := dial(t, redirecting(t, seeOther("wss://b.example/x"), seeOther("wss://c.example/y"), seeOther("wss://d.example/"), ""))
	expect(t, s, features)
	if got := s.address.String(); got != "wss://d.example/" {
		t.Error(got)
	}
}

func TestRedirectBeforeOpenIsFollowed(t *testing.T) {
	serve(t, "b.example", scripted(t, func(p *peer) {
		p.open()
		p.send(closeElement)
		p.expect(closeElement)
	}))
	s := open(t, "a.example", func(p *peer) {
		p.expect(clientOpen)
		p.send(seeOther("wss://b.example/"))
		p.expect(closeElement)
	})
	if got, err := receiveAll(t, s); got != features || err != io.EOF {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestRedirectsThatAreRefused(t *testing.T) {
	for _, tc := range []struct {
		name    string
		fault   transport.Fault
		answers []string
	}{
		{"to ws:", transport.InsecureRedirect, []string{seeOther("ws://b.example/x")}},
		{"to ws: on this machine", transport.InsecureRedirect, []string{seeOther("ws://localhost/x")}},
		{"to https:", transport.UnsupportedRedirect, []string{seeOther("https://b.example/help")}},
		{"to nothing", transport.UnsupportedRedirect, []string{seeOther("b")}},
		{"with a password", transport.UnsupportedRedirect, []string{seeOther("wss://u:p@b.example/")}},
		{"to itself", transport.RedirectLoop, []string{seeOther("wss://A.example:443/x")}},
		{"in a circle", transport.RedirectLoop, []string{seeOther("wss://b.example/"), seeOther("wss://a.example/x")}},
		{"four times", transport.RedirectLoop, []string{seeOther("wss://b.example/"), seeOther("wss://c.example/"), seeOther("wss://d.example/"), seeOther("wss://e.example/")}},
		{"to nowhere", transport.ConnectFailed, []string{seeOther("wss://nowhere.example/")}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			checkError(t, dialFails(t, redirecting(t, tc.answers...)), tc.fault)
		})
	}
}

func TestRedirectOnThisMachine(t *testing.T) {
	from := parsed(t, "ws://localhost:1/")
	for address, fault := range map[string]transport.Fault{
		"ws://127.0.0.1:2/":  "",
		"wss://b.example/":   "",
		"ws://b.example:80/": transport.InsecureRedirect,
	} {
		_, err := redirectTarget(from, address)
		if fault != "" {
			checkError(t, err, fault)
		} else if err != nil {
			t.Errorf("%s: %v", address, err)
		}
	}
}

func TestRedirectThatHangsEndsWithTheContextOfDial(t *testing.T) {
	address, accepted := halfOpen(t)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go func() {
		<-accepted
		cancel()
	}()
	_, err := redirecting(t, seeOther("wss://"+address+"/")).Dial(ctx, shore)
	checkError(t, err, transport.Interrupted, "wss://"+address+"/: no answer in time")
	if !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if left := leftOver(); left != "" {
		t.Error(left)
	}
}

func TestRedirectInTheMiddleIsForTheNextDial(t *testing.T) {
	restart := func(p *peer) { p.expect(clientOpen) }
	for name, before := range map[string]func(*peer){"of a stream": func(*peer) {}, "of a restart": restart} {
		t.Run(name, func(t *testing.T) {
			serve(t, "a.example", scripted(t, func(p *peer) {
				p.open()
				before(p)
				p.send(seeOther("wss://b.example/x"))
				p.expect(closeElement)
				p.expect("close code 1000")
			}))
			opens(t, "b.example")
			d := &Dialer{URL: "wss://a.example/x"}
			s := dial(t, d)
			if name == "of a restart" {
				if err := s.Restart(soon(t)); err != nil {
					t.Fatal(err)
				}
			}
			got, err := receiveAll(t, s)
			checkError(t, err, transport.Lost, "wss://b.example/x")
			if got != features {
				t.Errorf("got %q", got)
			}
			opens(t, "a.example")
			for _, want := range []string{"wss://b.example/x", "wss://a.example/x"} {
				if got := dial(t, d).address.String(); got != want {
					t.Errorf("dialled %s, want %s", got, want)
				}
			}
		})
	}
}

func TestRedirectInTheMiddleToWhatCanNotBeUsed(t *testing.T) {
	serve(t, "a.example", scripted(t, func(p *peer) {
		p.open()
		p.expect(iqResult)
		p.send(seeOther("ws://b.example/x"))
		p.expect(closeElement)
	}))
	d := &Dialer{URL: "wss://a.example/x"}
	s := dial(t, d)
	send(t, s, iqResult)
	_, err := receiveAll(t, s)
	checkError(t, err, transport.Lost, "ws://b.example/x")
	if u := d.takeMoved("shore.example"); u != nil {
		t.Error(u)
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

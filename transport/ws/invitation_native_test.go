//go:build !js

package ws

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/xmppreg/xmppreg/transport"
)

const invitationURI = "xmpp:kim@shore.example?register;preauth=t-1"

func TestInvitationsPageLeadsToItsLink(t *testing.T) {
	pages := map[string]func(http.ResponseWriter){
		"header": func(w http.ResponseWriter) {
			w.Header().Add("Link", `</style.css>; rel="preload"`)
			w.Header().Add("Link", `<`+invitationURI+`>; rel="alternate"`)
		},
		"head": func(w http.ResponseWriter) {
			fmt.Fprintf(w, "<html><head>\n<link rel=\"alternate\" href=\"%s\"></head>", invitationURI)
		},
		"quote": func(w http.ResponseWriter) { fmt.Fprintf(w, `<a href='%s'>`, invitationURI) },
		"others": func(w http.ResponseWriter) {
			fmt.Fprintf(w, `<a href="xmpp:room@muc.shore.example?join">Room</a> <a href="%s">Join</a>`, invitationURI)
		},
	}
	serve(t, "pages.example", func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/moved" {
			http.Redirect(w, r, "/head", http.StatusFound)
			return
		}
		pages[strings.TrimPrefix(r.URL.Path, "/")](w)
	})
	for _, name := range []string{"header", "head", "quote", "others", "moved"} {
		got, err := new(Dialer).Invitation(context.Background(), "https://pages.example/"+name+"?t-1#top")
		if err != nil || got != invitationURI {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

func TestInvitationsPageOfThisMachineNeedsNoEncryption(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, `<a href="%s">`, invitationURI)
	}))
	defer server.Close()
	if got, err := new(Dialer).Invitation(context.Background(), server.URL+"/invite?t-1"); err != nil || got != invitationURI {
		t.Errorf("%q, %v", got, err)
	}
}

func TestPageWithoutAnInvitationIsSaidWithoutTheToken(t *testing.T) {
	serve(t, "pages.example", func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/expired":
			fmt.Fprint(w, `<h1>Invite expired</h1> "xmpp:nobody" "xmpp:broken`)
		case "/broken":
			w.WriteHeader(http.StatusInternalServerError)
		case "/plain":
			http.Redirect(w, r, "http://plain.example/secret", http.StatusFound)
		case "/nowhere":
			w.Header().Set("Location", "https://%zz/secret")
			w.WriteHeader(http.StatusFound)
		case "/long":
			fmt.Fprint(w, strings.Repeat("x", maxDocument+1))
		default:
			http.NotFound(w, r)
		}
	})
	for page, fault := range map[string]transport.Fault{
		"https://pages.example/expired?secret":  transport.InviteInvalid,
		"https://pages.example/gone/secret":     transport.InviteInvalid,
		"https://pages.example/long?secret":     transport.InviteInvalid,
		"https://pages.example/broken?secret":   transport.ConnectFailed,
		"https://pages.example/plain?secret":    transport.UnsafeURL,
		"https://pages.example/nowhere?secret":  transport.ConnectFailed,
		"https://pages.example:99999/secret":    transport.UnsafeURL,
		"https://nowhere.example/invite?secret": transport.ConnectFailed,
		"http://pages.example/expired?secret":   transport.UnsafeURL,
		"https:///expired?secret":               transport.UnsafeURL,
		"https://%zz/secret":                    transport.UnsafeURL,
	} {
		link, err := new(Dialer).Invitation(context.Background(), page)
		var e *transport.Error
		if !errors.As(err, &e) || e.Fault != fault || !e.Discovery {
			t.Errorf("%s: %q, %v, want %s", page, link, err, fault)
		}
		for err := err; err != nil; err = errors.Unwrap(err) {
			if strings.Contains(err.Error(), "secret") {
				t.Errorf("the error tells the token: %v", err)
			}
		}
	}
}

func TestReadingAnInvitationsPageEndsWithItsContext(t *testing.T) {
	asked := make(chan struct{})
	serve(t, "pages.example", func(_ http.ResponseWriter, r *http.Request) {
		close(asked)
		<-r.Context().Done()
	})
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		<-asked
		cancel()
	}()
	_, err := new(Dialer).Invitation(ctx, "https://pages.example/slow")
	checkDiscovery(t, err, transport.Interrupted)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

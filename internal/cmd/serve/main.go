// Serve is what `make run` runs: it starts a Prosody of its own and serves the
// sign-up page and the WebSocket on one port of loopback, until it is told to stop.
// For `make examples` it serves the examples instead.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/xmppreg/xmppreg/e2e/prosody"
	"github.com/xmppreg/xmppreg/e2e/site"
)

func main() {
	port := flag.Int("port", 8080, "the page's `port` on 127.0.0.1")
	dir := flag.String("dir", "dist", "the `folder` to serve")
	examples := flag.Bool("examples", false, "serve the examples instead")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	if err := serve(ctx, *port, *dir, *examples); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func serve(ctx context.Context, port int, dir string, examples bool) error {
	if _, err := os.Stat(dir + "/index.html"); err != nil {
		return fmt.Errorf("serve: there is no page in %s; run `make dist`", dir)
	}
	addr := fmt.Sprintf("127.0.0.1:%d", port)
	opts := site.Options{
		Dir: dir,
		Attributes: map[string]string{
			"domain": "localhost",
			"url":    "ws://" + addr + "/xmpp-websocket",
		},
	}
	shown := []string{"The sign-up page: http://" + addr + "/"}
	if examples {
		files, err := site.Examples()
		if err != nil {
			return err
		}
		// Each example has its own Content-Security-Policy in its page.
		opts.Dir, opts.FS, opts.CSP = "", files, "none"
		shown = nil
		for _, name := range site.ExampleNames {
			shown = append(shown, "http://"+addr+"/"+name+"/")
		}
	}

	// If the port is taken, the user should learn it at once and not after the start
	// of a server.
	l, err := net.Listen("tcp", addr)
	if errors.Is(err, syscall.EADDRINUSE) {
		return fmt.Errorf("serve: port %d is taken; choose another: make run PORT=%d", port, port+1)
	}
	if err != nil {
		return fmt.Errorf("serve: %w", err)
	}
	defer l.Close()

	server, err := prosody.Start(ctx, prosody.Options{
		Hosts: []prosody.Host{{Name: "localhost", Lua: "allow_registration = true"}},
	})
	if ctx.Err() != nil {
		if err == nil {
			server.Stop()
		}
		return nil // told to stop while still starting
	}
	if err != nil {
		return err
	}
	defer server.Stop()

	target := &url.URL{Scheme: "http", Host: fmt.Sprintf("127.0.0.1:%d", server.HTTPPort)}
	opts.Listener = l
	opts.Handlers = map[string]http.Handler{
		"/xmpp-websocket": &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(target) }},
	}
	pages, err := site.Start(opts)
	if err != nil {
		return err
	}
	defer pages.Close()

	kind := "as a process"
	if server.InContainer() {
		kind = "in a container"
	}
	fmt.Printf("\nProsody runs %s with the domain localhost.\n%s\nCtrl-C stops everything.\n", kind, strings.Join(shown, "\n"))

	select {
	case <-ctx.Done():
	case <-server.Done():
		return fmt.Errorf("serve: Prosody has ended by itself; the end of its log:\n%s", server.LastWords())
	}
	fmt.Println("\nStopping.")
	return nil
}

package ws

import (
	"context"
	"errors"
	"net/url"
	"strconv"
	"strings"

	"github.com/xmppreg/xmppreg/transport"
)

// maxDocument is the longest host-meta file that is read, in bytes.
const maxDocument = 256 << 10

var (
	errBlocked   = errors.New("this page may not read it (CORS): the server must send Access-Control-Allow-Origin")
	errTooLong   = errors.New("it is longer than 256 KiB")
	errLeavesTLS = errors.New("it is redirected to an address that is not https")
)

// response is what came of a fetch.
type response struct {
	status int
	final  string // the address after all redirects
	link   string // the Link header
	body   []byte
}

// document is what is known about one host-meta file.
type document struct {
	Finding
	usable []*url.URL // of the links
}

// Discover looks up the WebSockets of a domain with XEP-0156: it reads
// https://DOMAIN/.well-known/host-meta.json and host-meta, waits for both until
// ctx ends, and returns the wss: addresses in their order, those of the first
// file first. (ws: is allowed to this very machine only.)
//
// Its errors are a [*transport.Error]: HostUnknown for what is not a domain;
// NoWebSocketEndpoint if a file could be read; else DiscoveryBlocked if a browser
// forbade to read one; else NoHostMeta; Interrupted if ctx ended.
func Discover(ctx context.Context, domain string) ([]string, error) {
	host, err := asciiDomain(domain)
	if err != nil {
		return nil, err
	}
	found := readFiles(ctx, hostMetaFiles(host))
	var addresses []string
	for _, u := range linksOf(found) {
		addresses = append(addresses, u.String())
	}
	if len(addresses) == 0 {
		return nil, nothingFound(ctx, host, found)
	}
	return addresses, nil
}

// hostMetaFiles returns the addresses of the files in which a domain can name its
// WebSockets.
func hostMetaFiles(host string) []string {
	base := "https://" + host + "/.well-known/host-meta"
	return []string{base + ".json", base}
}

// lookUp reads all files at the same time. One document arrives for each of them,
// also where the file could not be read.
func lookUp(ctx context.Context, files []string) <-chan document {
	arrived := make(chan document, len(files))
	for _, f := range files {
		go func() { arrived <- readHostMeta(ctx, f) }()
	}
	return arrived
}

// readFiles reads all files and returns them in their order.
func readFiles(ctx context.Context, files []string) []document {
	found := make([]document, len(files))
	arrived := lookUp(ctx, files)
	for range files {
		d := <-arrived
		for i := range files {
			if files[i] == d.Address {
				found[i] = d
			}
		}
	}
	return found
}

// linksOf returns the addresses that the files name, each once.
func linksOf(found []document) []*url.URL {
	var links []*url.URL
	seen := make(map[string]bool)
	for _, d := range found {
		for _, u := range d.usable {
			if !seen[canonical(u)] {
				seen[canonical(u)] = true
				links = append(links, u)
			}
		}
	}
	return links
}

func readHostMeta(ctx context.Context, address string) document {
	d := document{Finding: Finding{Address: address}}
	r, err := fetch(ctx, address)
	if err == nil && r.status == 200 && !strings.HasPrefix(strings.ToLower(r.final), "https://") {
		err = errLeavesTLS
	}
	var links []link
	switch {
	case errors.Is(err, errBlocked):
		d.Result, d.Detail = Blocked, err.Error()
	case errors.Is(err, errTooLong):
		d.Result, d.Detail = Broken, err.Error()
	case errors.Is(err, errLeavesTLS):
		d.Result, d.Detail = LeavesTLS, err.Error()
	case ctx.Err() != nil:
		d.Result, d.Detail = Unreachable, "no answer in time"
	case err != nil:
		d.Result, d.Detail = Unreachable, "no answer ("+err.Error()+")"
	case r.status != 200:
		d.Result, d.Detail = Missing, "HTTP status "+strconv.Itoa(r.status)
	default:
		if links, err = parseHostMeta(r.body); err != nil {
			d.Result, d.Detail = Broken, err.Error()
			break
		}
		d.usable, d.Result = webSockets(links)
		d.Detail = instead(d.Result)
		for _, l := range links {
			if l.rel == relWebSocket {
				d.Links = append(d.Links, l.href)
			}
		}
	}
	return d
}

// nothingFound returns the error if no file names a WebSocket.
func nothingFound(ctx context.Context, host string, found []document) error {
	var read, blocked bool
	problems := make([]string, len(found))
	for i, d := range found {
		switch d.Result {
		case Blocked:
			blocked = true
		case Unreachable, Missing, LeavesTLS:
		default:
			read = true
		}
		problems[i] = d.Address + ": " + d.Detail
	}
	text := "no WebSocket was found for " + host + ": " + strings.Join(problems, "; ")
	if err := interrupted(ctx, true, text); err != nil {
		return err
	}
	fault := transport.NoHostMeta
	switch {
	case read:
		fault = transport.NoWebSocketEndpoint
	case blocked:
		fault = transport.DiscoveryBlocked
	}
	return &transport.Error{Fault: fault, Discovery: true, Text: text}
}

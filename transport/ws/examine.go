package ws

import (
	"context"
	"time"
)

// examineTime is how long Examine waits for the files, and then for the
// WebSockets.
const examineTime = 15 * time.Second

// A Report is what a client meets on its way to a domain's server.
type Report struct {
	Files   []Finding // the host-meta files, in the order of [Discover]
	Sockets []Finding // the WebSockets that they name, each once
}

// A Finding is what came of looking at one address.
type Finding struct {
	Address string
	Result  Result
	Detail  string   // what is wrong with it, in a few words; empty if nothing is
	Links   []string // the addresses of WebSockets in a file, as they stand there
}

// A Result is what came of looking at an address, in one word.
type Result string

// The results for a file. All from Broken on mean that it could be read.
const (
	Unreachable Result = "unreachable" // no answer
	Missing     Result = "missing"     // an answer without the file
	Blocked     Result = "blocked"     // an answer that a browser forbids to read (CORS)
	LeavesTLS   Result = "leaves-tls"  // a redirect to an address that is not https:
	Broken      Result = "broken"      // not the document that it should be
	NoLink      Result = "no-link"     // no WebSocket in it
	OnlyBOSH    Result = "only-bosh"   // the same, but BOSH
	Insecure    Result = "insecure"    // only one that is not encrypted
	Unusable    Result = "unusable"    // only one whose address can't be used
	Found       Result = "found"       // a WebSocket that can be used
)

// The results for a WebSocket. A browser tells Fails from NoSubprotocol only if
// it lets a WebSocket open that lacks the subprotocol.
const (
	Opens         Result = "opens"
	Fails         Result = "fails"
	Silent        Result = "silent"         // no answer in time
	NoSubprotocol Result = "no-subprotocol" // it opens, and does not speak "xmpp"
)

// Examine reports what Dial goes by, for somebody who sets up a server: it reads
// all host-meta files, and opens and closes every WebSocket that they name. With
// a URL it looks at that one alone.
//
// Its errors are a [*transport.Error]: HostUnknown for what is not a domain,
// UnsafeURL for a URL that must not be used, Interrupted if ctx ended.
func (d *Dialer) Examine(ctx context.Context, domain string) (*Report, error) {
	from, err := d.sources(domain)
	if err != nil {
		return nil, err
	}
	addresses := from.addresses
	var report Report
	if len(from.files) > 0 {
		reading, cancel := context.WithTimeout(ctx, examineTime)
		found := readFiles(reading, from.files)
		cancel()
		for i := range found {
			report.Files = append(report.Files, found[i].Finding)
		}
		addresses = linksOf(found)
	}
	trying, cancel := context.WithTimeout(ctx, examineTime)
	defer cancel()
	for i, u := range addresses {
		s, f := tryAddress(trying, u, len(addresses)-i-1)
		if s != nil {
			s.close()
		}
		report.Sockets = append(report.Sockets, f)
	}
	if err := interrupted(ctx, true, "not everything was looked at"); err != nil {
		return nil, err
	}
	return &report, nil
}

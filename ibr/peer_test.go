package ibr

import (
	"context"
	"encoding/xml"
	"errors"
	"io"
	"net"
	"sync"
	"testing"
	"time"
)

// patience bounds what a test waits for; nothing is expected to take long.
const patience = 10 * time.Second

const (
	openFeatures  = `<stream:features xmlns:stream='http://etherx.jabber.org/streams'><register xmlns='http://jabber.org/features/iq-register'/></stream:features>`
	tokenFeatures = `<stream:features xmlns:stream='http://etherx.jabber.org/streams'><register xmlns='http://jabber.org/features/iq-register'/><register xmlns='urn:xmpp:ibr-token:0'/></stream:features>`

	plainQuery   = `<query xmlns='jabber:iq:register'><instructions>Pick a name.</instructions><username/><password/></query>`
	dataQuery    = `<query xmlns='jabber:iq:register'><username/><password/><x xmlns='jabber:x:data' type='form'><field type='hidden' var='FORM_TYPE'><value>jabber:iq:register</value></field><field type='text-single' var='username'><required/></field><field type='text-private' var='password'><required/></field></x></query>`
	captchaQuery = `<query xmlns='jabber:iq:register'><x xmlns='jabber:x:data' type='form'><field type='hidden' var='FORM_TYPE'><value>jabber:iq:register</value></field><field type='text-single' var='username'><required/></field><field type='text-private' var='password'><required/></field><field type='hidden' var='challenge'><value>c-77</value></field><field type='text-single' var='ocr'><required/></field></x></query>`
)

// A script is what a scripted server does with one connection.
type script func(*peer)

// peer is the server's side of a connection. Its methods fail the test.
type peer struct {
	t    *testing.T
	conn net.Conn
	dec  *xml.Decoder
}

// scriptedDialer plays one script for each connection, in order.
type scriptedDialer struct {
	t       *testing.T
	mu      sync.Mutex
	scripts []script
	dials   int
	running sync.WaitGroup
}

func (d *scriptedDialer) Dial(ctx context.Context, _ string) (net.Conn, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.dials == len(d.scripts) {
		d.t.Errorf("connection %d was not expected", d.dials+1)
		return nil, errors.New("no script")
	}
	play := d.scripts[d.dials]
	d.dials++
	here, there := net.Pipe()
	d.running.Add(1)
	go func() {
		defer d.running.Done()
		there.SetDeadline(time.Now().Add(patience))
		defer there.Close()
		play(&peer{t: d.t, conn: there, dec: xml.NewDecoder(there)})
	}()
	return secureConn{here}, nil
}

// secureConn is a connection that passwords may travel over.
type secureConn struct{ net.Conn }

func (secureConn) Secure() bool { return true }

// recorder keeps the events of a manager.
type recorder struct {
	mu     sync.Mutex
	all    []Event
	signal chan struct{} // holds one when there is something new
}

func (r *recorder) add(e Event) {
	r.mu.Lock()
	r.all = append(r.all, e)
	r.mu.Unlock()
	select {
	case r.signal <- struct{}{}:
	default:
	}
}

func (r *recorder) events() []Event {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]Event(nil), r.all...)
}

// eventsOf returns the events of one type.
func eventsOf[T Event](r *recorder) (found []T) {
	for _, e := range r.events() {
		if e, ok := e.(T); ok {
			found = append(found, e)
		}
	}
	return found
}

// waitFor returns the first event of one type, when it has come.
func waitFor[T Event](t *testing.T, r *recorder) T {
	t.Helper()
	timer := time.NewTimer(patience)
	defer timer.Stop()
	for {
		if found := eventsOf[T](r); len(found) > 0 {
			return found[0]
		}
		select {
		case <-r.signal:
		case <-timer.C:
			t.Fatalf("no %T came", *new(T))
		}
	}
}

// newTestManager makes a manager that talks to the scripts, one for each
// connection. At the end of the test every script must have ended.
func newTestManager(t *testing.T, config Config, scripts ...script) (*Manager, *recorder) {
	t.Helper()
	d := &scriptedDialer{t: t, scripts: scripts}
	r := &recorder{signal: make(chan struct{}, 1)}
	config.Dialer, config.Events = d, r.add
	if config.Domain == "" {
		config.Domain = "shore.example"
	}
	if config.Timeout == 0 {
		config.Timeout = patience
	}
	m, err := NewManager(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		m.Disconnect()
		d.running.Wait()
		if d.dials != len(scripts) {
			t.Errorf("%d connections were made, want %d", d.dials, len(scripts))
		}
	})
	return m, r
}

// open answers the start of the stream with these features.
func (p *peer) open(features string) {
	p.readHeader()
	p.send(`<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' from='shore.example' id='z9' version='1.0'>` + features)
}

func (p *peer) readHeader() xml.StartElement {
	for {
		tok, err := p.dec.Token()
		if err != nil {
			p.t.Errorf("no stream header came: %v", err)
			return xml.StartElement{}
		}
		if start, ok := tok.(xml.StartElement); ok {
			if start.Name.Local != "stream" || start.Name.Space != nsStream {
				p.t.Errorf("the stream starts with %v", start.Name)
			}
			return start
		}
	}
}

// next reads the next stanza; ok is false at the end of the stream.
func (p *peer) next() (e element, ok bool) {
	for {
		tok, err := p.dec.Token()
		if err != nil {
			return element{}, false
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			e, err := readElement(p.dec, tok)
			return e, err == nil
		case xml.EndElement:
			return element{}, false
		}
	}
}

// request reads the next stanza, which must be there.
func (p *peer) request() element {
	e, ok := p.next()
	if !ok {
		p.t.Error("the stream ended where a request was expected")
	}
	return e
}

func (p *peer) send(s string) {
	if _, err := io.WriteString(p.conn, s); err != nil && !errors.Is(err, io.ErrClosedPipe) {
		p.t.Errorf("sending %.60s…: %v", s, err)
	}
}

// result answers a request.
func (p *peer) result(request element, payload string) {
	p.send(`<iq type='result' id='` + request.get("id") + `'>` + payload + `</iq>`)
}

// fail answers a request with an error.
func (p *peer) fail(request element, err string) {
	p.send(`<iq type='error' id='` + request.get("id") + `'>` + err + `</iq>`)
}

// drain reads until the stream ends, and fails the test if a request comes.
func (p *peer) drain() {
	if e, ok := p.next(); ok {
		p.t.Errorf("unexpected request %s", xmlOf(e))
	}
}

// finish waits for the end of the stream and closes this side's.
func (p *peer) finish() {
	p.drain()
	p.send(`</stream:stream>`)
}

// xmlOf writes an element as it would be sent.
func xmlOf(e element) string {
	text, err := e.xml()
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// stanzaErr is an <error/> of that type and condition.
func stanzaErr(typ, condition string) string {
	return `<error type='` + typ + `'><` + condition + ` xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>`
}

// giveForm opens a stream and answers the request for the form.
func giveForm(features, query string) script {
	return func(p *peer) {
		p.open(features)
		p.result(p.request(), query)
	}
}

var kim = Values{Fields: map[string][]string{"username": {"kim"}, "password": {"a&b<c"}}}

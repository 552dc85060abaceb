package ibr

import (
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/xmppreg/xmppreg/ibr/internal/scripted"
	"github.com/xmppreg/xmppreg/internal/xmltree"
)

// patience bounds what a test waits for; nothing is expected to take long.
const patience = scripted.Patience

const (
	nsData = "jabber:x:data" // XEP-0004

	openFeatures  = `<stream:features xmlns:stream='http://etherx.jabber.org/streams'><register xmlns='http://jabber.org/features/iq-register'/></stream:features>`
	tokenFeatures = `<stream:features xmlns:stream='http://etherx.jabber.org/streams'><register xmlns='http://jabber.org/features/iq-register'/><register xmlns='urn:xmpp:ibr-token:0'/></stream:features>`
	bindFeatures  = `<stream:features xmlns:stream='http://etherx.jabber.org/streams'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></stream:features>`

	plainQuery   = `<query xmlns='jabber:iq:register'><instructions>Pick a name.</instructions><username/><password/></query>`
	dataQuery    = `<query xmlns='jabber:iq:register'><username/><password/><x xmlns='jabber:x:data' type='form'><field type='hidden' var='FORM_TYPE'><value>jabber:iq:register</value></field><field type='text-single' var='username'><required/></field><field type='text-private' var='password'><required/></field></x></query>`
	captchaQuery = `<query xmlns='jabber:iq:register'><x xmlns='jabber:x:data' type='form'><field type='hidden' var='FORM_TYPE'><value>jabber:iq:register</value></field><field type='text-single' var='username'><required/></field><field type='text-private' var='password'><required/></field><field type='hidden' var='challenge'><value>c-77</value></field><field type='text-single' var='ocr'><required/></field></x></query>`
)

// What the scripts of the tests are made of.
type (
	script  = scripted.Script
	peer    = scripted.Peer
	element = *xmltree.Element
)

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
// connection, and wants the stream feature. At the end of the test every script
// must have ended.
func newTestManager(t *testing.T, config Config, scripts ...script) (*Manager, *recorder) {
	t.Helper()
	config.RequireFeature = true
	return newManagerOf(t, config, scripts...)
}

// newManagerOf is newTestManager without the wish for the stream feature.
func newManagerOf(t *testing.T, config Config, scripts ...script) (*Manager, *recorder) {
	t.Helper()
	r := &recorder{signal: make(chan struct{}, 1)}
	config.Dialer, config.Events = scripted.NewDialer(t, scripts...), r.add
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
	t.Cleanup(m.Disconnect)
	return m, r
}

// isLike tells whether an error is an *Error with all that is set in want of
// where it comes from and what it is about.
func isLike(err error, want *Error) bool {
	var e *Error
	return errors.As(err, &e) &&
		(want.Kind == "" || want.Kind == e.Kind) &&
		(want.Reason == "" || want.Reason == e.Reason) &&
		(want.Type == "" || want.Type == e.Type) &&
		(want.Condition == "" || want.Condition == e.Condition) &&
		(want.Field == "" || want.Field == e.Field) &&
		(want.Rule == "" || want.Rule == e.Rule)
}

// giveForm opens a stream and answers the request for the form.
func giveForm(features, query string) script {
	return func(p *peer) {
		p.Open(features)
		p.Result(p.Request(), query)
	}
}

var (
	kim       = Values{Fields: map[string][]string{"username": {"kim"}, "password": {"a&b<c"}}}
	kimsLogin = Login{JID: "kim@shore.example", Password: "pw"}
)

// firstOf returns the first of some values, "" if there is none.
func firstOf(values []string) string {
	if len(values) == 0 {
		return ""
	}
	return values[0]
}

package e2e

import (
	"context"
	"encoding/xml"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"mellium.im/xmlstream"
	mellium "mellium.im/xmpp/jid"
	"mellium.im/xmpp/stanza"

	"github.com/xmppreg/xmppreg/e2e/debian"
	"github.com/xmppreg/xmppreg/e2e/faults"
	"github.com/xmppreg/xmppreg/e2e/site"
	"github.com/xmppreg/xmppreg/ibr"
	"github.com/xmppreg/xmppreg/transport/ws"
)

// `make faults` has them all.
var (
	allFaults   = flag.Bool("faults", false, "TestEveryFaultEndsRight has every fault, and no sample of them")
	reliability = flag.String("reliability", "", "the page into which that test writes how many there were")
)

const (
	faultTimeout  = 10 * time.Second // of each request, for the managers
	faultLimit    = 2 * time.Minute  // of each call
	faultsAtOnce  = 16
	faultsOfAKind = 1 // of each operation, in a sample
)

// Passwords that stand nowhere else, so that a log that has one has it from here.
const (
	oldSecret = "Hai5Quoh3oldsecret"
	newSecret = "ieth4Cai7newsecret"
)

// A faultWorker does what a page is to do.
type faultWorker interface {
	Do(context.Context, faults.Job) (faults.Report, error)
}

// faultTable counts the runs with the servers of all releases.
var faultTable faults.Table

// A faultRunner makes runs at a server.
type faultRunner struct {
	page   faultWorker
	server faultServer

	isElement bool // the page's elements do it, and find out by themselves
}

// elementScripts are the operations that the elements have as well.
var elementScripts = []string{"form", "captcha", "login", "change", "stages", "deletion"}

// newFaultPage opens a page that does what it is told until the test ends, by one of the
// scripts of the package faults.
func newFaultPage(t *testing.T, script string) *faults.Page {
	page := faults.NewPage()
	tab := client(t, site.Options{
		CSP:      strings.Replace(site.CSP, "connect-src", "connect-src blob:", 1), // it looks into images
		Handlers: page.Handlers(),
	})
	// A browser tells of connections that do not open, and of files that do not come.
	tab.ExpectProblem("WebSocket connection to", ".test/.well-known/host-meta")
	inPage(t, tab, `
		const { work } = await import('/faults/`+script+`');
		globalThis.working = work({ RegistrationManager, RegistrationError });
	`, nil)
	t.Cleanup(func() {
		page.End()
		tab.Eval(`working`, nil)
	})
	return page
}

// runs counts them, so that each has a name of its own.
var runs atomic.Int64

// A network is what a fault strikes.
type network interface {
	Struck() bool
	Heal()
}

// network makes one for an operation, which may get a domain of its own in it.
func (r *faultRunner) network(o *disturbed, fault faults.Fault) (run *faults.Run, net network, over func(), err error) {
	if o.discovered {
		return r.server.announced.network(o, fault, r.server.url)
	}
	if run, err = faults.Start(fault); err != nil {
		return nil, nil, nil, err
	}
	if o.redirected {
		run.Add(r.server.redirector + "?to=" + url.QueryEscape(run.URL(1)))
	}
	run.Add(r.server.url)
	return run, run, run.Close, nil
}

// run disturbs an operation once.
func (r *faultRunner) run(ctx context.Context, o disturbed, fault faults.Fault) (c faults.Case, struck bool, err error) {
	run, net, over, err := r.network(&o, fault)
	if err != nil {
		return c, false, err
	}
	defer over()
	n := int(runs.Add(1))
	name := fmt.Sprintf("user%dk", n*7) // no other is one letter from it
	jid := name + "@" + o.domain
	if o.effect != faults.Creates || o.service != "" {
		if err := r.prepare(ctx, o.domain, name); err != nil {
			return c, false, err
		}
	}
	options := map[string]any{"domain": o.domain, "timeout": faultTimeout.Milliseconds()}
	if !o.discovered {
		options["url"] = run.URL(0)
	}
	secrets := []string{oldSecret, newSecret}
	if o.invited {
		token, err := r.server.invite(ctx)
		if err != nil {
			return c, false, err
		}
		options["token"] = token
		secrets = append(secrets, token)
	}
	do := func(operation string) (faults.Report, error) {
		return r.page.Do(ctx, faults.Job{
			Run:       n,
			Options:   options,
			Operation: operation,
			Given: map[string]any{
				"jid": jid, "username": name, "oldPassword": oldSecret, "password": newSecret, "service": o.service,
			},
			Limit:   faultLimit.Milliseconds(),
			Secrets: secrets,
		})
	}
	// What the server was told counts: it knows nothing of what was meant.
	truth := func() (faults.Truth, error) {
		wire := run.Messages()
		if o.service != "" {
			return r.registered(ctx, jid, o.service, faults.Told(wire, name))
		}
		address := jid
		if o.effect == faults.Creates {
			address = faults.Told(wire, name) + "@" + o.domain
		}
		return r.truth(ctx, address, oldSecret, faults.Told(wire, newSecret))
	}

	c = faults.Case{Effect: o.effect, Sets: o.sets, Fault: fault, FindsOut: r.isElement}
	first, err := do(o.script)
	if err != nil {
		return c, false, err
	}
	struck = net.Struck()
	c.First = first.Record
	net.Heal()
	if c.Truth, err = truth(); err != nil {
		return c, struck, err
	}
	c.Wire = run.Messages() // what was sent in the moment of an end has come by now
	isDone := c.First.Last().Done
	if c.First.Last().OutcomeUnknown && o.service == "" && !r.isElement {
		verified, err := do("verify")
		if err != nil {
			return c, struck, err
		}
		step := verified.Last()
		c.Verified, c.WireThen = &step, run.Messages()[len(c.Wire):]
		// A server may still be at it when the truth is looked for at once; what is done stays done.
		if isDone = step.Verdict == "done"; isDone {
			if c.Truth, err = truth(); err != nil {
				return c, struck, err
			}
		}
	}
	if !isDone {
		again, err := do(o.script)
		if err != nil {
			return c, struck, err
		}
		c.Again = &again.Record
		if c.AgainTruth, err = truth(); err != nil {
			return c, struck, err
		}
	}
	end, err := do("end")
	if err != nil {
		return c, struck, err
	}
	if a, b := end.Events["connected"], end.Events["disconnected"]; a != b {
		c.Open = fmt.Sprintf("it was told %d times to be connected, %d times to be disconnected", a, b)
	}
	closing, cancel := context.WithTimeout(ctx, faultLimit)
	defer cancel()
	if err := run.WaitClosed(closing); err != nil {
		c.Open = err.Error()
	}
	return c, struck, nil
}

// prepare makes an account with the old password.
func (r *faultRunner) prepare(ctx context.Context, domain, name string) error {
	m, err := ibr.NewManager(ibr.Config{Domain: domain, Dialer: &ws.Dialer{URL: r.server.url}})
	if err != nil {
		return err
	}
	defer m.Disconnect()
	_, err = m.Submit(ctx, ibr.Values{Fields: map[string][]string{"username": {name}, "password": {oldSecret}}})
	return err
}

// truth finds out with an independent client which passwords count.
func (r *faultRunner) truth(ctx context.Context, jid, old, new string) (is faults.Truth, err error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for _, try := range []struct {
		password string
		counts   *bool
	}{{old, &is.Old}, {new, &is.New}} {
		switch err := LogIn(ctx, r.server.url, jid, try.password); {
		case err == nil:
			*try.counts = true
		case !IsRefused(err):
			return is, err
		}
	}
	return is, nil
}

// registered finds out with an independent client whether an account is registered with a
// service, under that name.
func (r *faultRunner) registered(ctx context.Context, account, service, name string) (is faults.Truth, err error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	session, err := newSession(ctx, r.server.url, mellium.MustParse(account), oldSecret)
	if err != nil {
		return is, err
	}
	defer session.Conn().Close()
	defer session.Close()
	go session.Serve(nil)
	query := xml.Name{Space: "jabber:iq:register", Local: "query"}
	var answer struct {
		Registered *struct{} `xml:"registered"`
		Username   string    `xml:"username"`
	}
	asked := stanza.IQ{Type: stanza.GetIQ, To: mellium.MustParse(service)}
	err = session.UnmarshalIQElement(ctx, xmlstream.Wrap(nil, xml.StartElement{Name: query}), asked, &answer)
	is.New = answer.Registered != nil && answer.Username == name
	return is, err
}

// A disturbance is one fault in one operation.
type disturbance struct {
	operation disturbed
	fault     faults.Fault
}

// disturbances are all there can be, or a sample that the random numbers choose: the same
// number of each kind of fault in each operation.
func (r *faultRunner) disturbances(t *testing.T, random *rand.Rand) (all []disturbance) {
	for _, o := range r.server.operations {
		if r.isElement && !slices.Contains(elementScripts, o.script) {
			continue
		}
		c, _, err := r.run(t.Context(), o, faults.Fault{})
		if err != nil {
			t.Fatalf("%s: %v", o.name, err)
		}
		if wrong := faults.Judge(c); len(wrong) > 0 {
			t.Fatalf("%s without a fault: %s", o.name, strings.Join(wrong, "; "))
		}
		each := faults.Each(c.Wire)
		if o.discovered {
			each = faults.EachFile(o.onlyFile)
		}
		if r.isElement {
			// An element leaves the server when all is over, and its user does not wait for that.
			each = slices.DeleteFunc(each, func(f faults.Fault) bool { return f.IsFarewell(c.Wire) })
		}
		if !*allFaults {
			random.Shuffle(len(each), func(i, j int) { each[i], each[j] = each[j], each[i] })
		}
		count := map[faults.Kind]int{}
		for _, f := range each {
			if count[f.Kind]++; *allFaults || count[f.Kind] <= faultsOfAKind {
				all = append(all, disturbance{o, f})
			}
		}
	}
	return all
}

// disturb makes all runs, many at once.
func (r *faultRunner) disturb(t *testing.T, all []disturbance) {
	work := make(chan disturbance)
	var workers sync.WaitGroup
	for range faultsAtOnce {
		workers.Go(func() {
			for d := range work {
				wrong := r.wrong(t.Context(), d)
				for _, w := range wrong {
					t.Errorf("%s, %s: %s", d.operation.name, d.fault, w)
				}
				faultTable.Add(d.operation.name+", "+r.server.name, d.fault.Kind, len(wrong) == 0)
			}
		})
	}
	begun := time.Now()
	for _, d := range all {
		work <- d
	}
	close(work)
	workers.Wait()
	t.Logf("%d faults in %v", len(all), time.Since(begun).Round(time.Second))
}

// wrong makes one run, and returns what was wrong with it.
func (r *faultRunner) wrong(ctx context.Context, d disturbance) []string {
	c, struck, err := r.run(ctx, d.operation, d.fault)
	if err != nil {
		return []string{err.Error()}
	}
	wrong := faults.Judge(c)
	if !struck {
		wrong = append(wrong, "the fault has not struck")
	}
	if len(wrong) > 0 {
		for _, m := range c.Wire {
			if m.Passed != m.Text {
				wrong = append(wrong, fmt.Sprintf("struck was %s\nwhich came as %s", m.Text, m.Passed))
			}
		}
	}
	return wrong
}

// TestEveryFaultEndsRight disturbs operations in a page whose module runs in a Worker and in
// one where it runs beside the page's own scripts, and those of the Go packages.
func TestEveryFaultEndsRight(t *testing.T) {
	seed := *soakSeed
	for seed == 0 {
		seed = rand.Uint64N(1 << 31)
	}
	t.Logf("-seed=%d", seed)
	workers := faultWorkers
	if release != debian.Installed && !*allFaults {
		// What a page adds is the same whatever the server is.
		workers = workers[len(workers)-1:]
	} else {
		t.Run("discovery", func(t *testing.T) {
			server := faultyDiscovery(t)
			runIn(t, automatic)
			r := &faultRunner{page: newFaultPage(t, "faults.js"), server: server}
			r.disturb(t, r.disturbances(t, rand.New(rand.NewPCG(seed, 0))))
		})
	}
	servers := []faultServer{faultyProsody(t), faultyEjabberd(t)}
	for _, server := range servers {
		for i, kind := range workers {
			t.Run(server.name+"/"+kind.name, func(t *testing.T) {
				r := &faultRunner{page: kind.start(t), server: server}
				r.disturb(t, r.disturbances(t, rand.New(rand.NewPCG(seed, uint64(i)))))
			})
		}
	}
	if *allFaults && release == debian.Installed {
		disturbElements(t, seed, servers)
	}
	t.Log(faultTable.Markdown())
	if *reliability != "" {
		if err := faults.WriteInto(*reliability, faultTable.Markdown()); err != nil {
			t.Error(err)
		}
	}
}

// disturbElements disturbs what users do in <xmpp-signup> and <xmpp-account>.
func disturbElements(t *testing.T, seed uint64, servers []faultServer) {
	for _, server := range servers {
		t.Run(server.name+"/elements", func(t *testing.T) {
			runIn(t, automatic)
			server.name = "in the page, " + server.name
			r := &faultRunner{page: newFaultPage(t, "elements.js"), server: server, isElement: true}
			r.disturb(t, r.disturbances(t, rand.New(rand.NewPCG(seed, 0))))
		})
	}
}

// faultWorkers are where the manager is, the one without a browser last.
var faultWorkers = []struct {
	name  string
	start func(*testing.T) faultWorker
}{
	{"Worker", func(t *testing.T) faultWorker { runIn(t, automatic); return newFaultPage(t, "faults.js") }},
	{"page", func(t *testing.T) faultWorker { runIn(t, pageThread); return newFaultPage(t, "faults.js") }},
	{"Go", func(*testing.T) faultWorker { return &library{managers: map[int]*libraryManager{}} }},
}

package e2e

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/xmppreg/xmppreg/e2e/browser"
	"github.com/xmppreg/xmppreg/e2e/faults"
	"github.com/xmppreg/xmppreg/e2e/prosody"
	"github.com/xmppreg/xmppreg/e2e/site"
	"github.com/xmppreg/xmppreg/ibr"
	"github.com/xmppreg/xmppreg/transport/ws"
)

// `make faults` has them all.
var allFaults = flag.Bool("faults", false, "TestEveryFaultEndsRight has every fault, and no sample of them")

const (
	faultTimeout  = 5 * time.Second // of each request, for the managers
	faultLimit    = time.Minute     // of each call
	faultsAtOnce  = 32
	faultsOfAKind = 3 // of each operation, in a sample
)

// Passwords that stand nowhere else, so that a log that has one has it from here.
const (
	oldSecret = "Hai5Quoh3oldsecret"
	newSecret = "ieth4Cai7newsecret"
)

// A disturbed operation is one that TestEveryFaultEndsRight disturbs.
type disturbed struct {
	name   string // in the table
	script string // in faults.js
	domain string
	effect faults.Effect
	sets   int // requests that change something
}

// A faultServer is where operations are disturbed.
type faultServer struct {
	name string
	url  string
	all  []disturbed
}

// faultyProsody starts a server with a host for each kind of operation.
func faultyProsody(t *testing.T) faultServer {
	form := func(name, query, more string) prosody.Host {
		return prosody.Host{Name: name, Lua: `allow_registration = true
			modules_enabled = { "test_form" }
			` + query + more}
	}
	const second = `<error type='modify'><not-acceptable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>`
	s := startProsody(t, prosody.Options{Hosts: []prosody.Host{
		{Name: "example.test", Lua: `allow_registration = true`},
		form("fields.test", "test_form = "+quoted(register("<username/><password/>")), ""),
		form("captcha.test", "test_form = "+quoted(dataForm(accountFields+`
			<field var='FORM_TYPE' type='hidden'><value>urn:xmpp:captcha</value></field>
			<field var='challenge' type='hidden'><value>c-1</value></field>
			<field var='sid' type='hidden'><value>s-1</value></field>
			<field var='ocr' type='text-single' label='Enter the text you see'><required/></field>`)),
			"\ntest_wants = { ocr = 'bell' }\ntest_refusal = "+quoted(second)),
		form("stages.test", "", "test_wants = { code = '1234' }\ntest_account_refusal = "+quoted(dataForm(accountFields+`
			<field var='code' type='text-single' label='Code'><required/></field>`)+second)),
	}})
	return faultServer{"Prosody", s.WebSocketURL(), []disturbed{
		{"sign-up as fields", "form", "fields.test", faults.Creates, 1},
		{"sign-up as a form", "form", "example.test", faults.Creates, 1},
		{"sign-up with a CAPTCHA", "captcha", "captcha.test", faults.Creates, 1},
		{"kept form", "keptFields", "example.test", faults.Creates, 1},
		{"registerOnConnect", "onConnect", "example.test", faults.Creates, 1},
		{"login", "login", "example.test", faults.Nothing, 0},
		{"change of the password", "change", "example.test", faults.Changes, 1},
		{"change in two stages", "stages", "stages.test", faults.Changes, 2},
		{"deletion", "deletion", "example.test", faults.Deletes, 1},
	}}
}

// A faultRunner has a page, in which runs are made at a server.
type faultRunner struct {
	page   *faults.Page
	server faultServer
	runs   atomic.Int64
}

// newFaultRunner opens a page that does what it is told until the test ends.
func newFaultRunner(t *testing.T, server faultServer) *faultRunner {
	r := &faultRunner{page: faults.NewPage(), server: server}
	tab := client(t, site.Options{Handlers: r.page.Handlers()})
	tab.ExpectProblem("WebSocket connection to") // a browser tells of connections that do not open
	inPage(t, tab, `
		const { work } = await import('/faults/faults.js');
		globalThis.working = work({ RegistrationManager, RegistrationError });
	`, nil)
	t.Cleanup(func() { endWork(t, r.page, tab) })
	return r
}

func endWork(t *testing.T, page *faults.Page, tab *browser.Tab) {
	t.Helper()
	page.End()
	tab.Eval(`working`, nil)
}

// run disturbs an operation once.
func (r *faultRunner) run(ctx context.Context, o disturbed, fault faults.Fault) (c faults.Case, struck bool, err error) {
	n := int(r.runs.Add(1))
	// Its letters tell where the others of a name would be, should a fault make one of another.
	name := fmt.Sprintf("user%dk", n*7)
	jid := name + "@" + o.domain
	if o.effect != faults.Creates {
		if err := r.prepare(ctx, o.domain, name); err != nil {
			return c, false, err
		}
	}
	run, err := faults.Start(fault, r.server.url)
	if err != nil {
		return c, false, err
	}
	defer run.Close()
	do := func(operation string) (faults.Report, error) {
		return r.page.Do(ctx, faults.Job{
			Run:       n,
			Options:   map[string]any{"domain": o.domain, "url": run.URL(0), "timeout": faultTimeout.Milliseconds()},
			Operation: operation,
			Given:     map[string]any{"jid": jid, "username": name, "oldPassword": oldSecret, "password": newSecret},
			Limit:     faultLimit.Milliseconds(),
			Secrets:   []string{oldSecret, newSecret},
		})
	}
	// What the server was told counts: it knows nothing of what was meant.
	truth := func() (faults.Truth, error) {
		wire := run.Messages()
		return r.truth(ctx, faults.Told(wire, name)+"@"+o.domain, faults.Told(wire, oldSecret), faults.Told(wire, newSecret))
	}

	c = faults.Case{Effect: o.effect, Sets: o.sets, Fault: fault}
	first, err := do(o.script)
	if err != nil {
		return c, false, err
	}
	struck = run.Struck()
	c.First, c.Wire = first.Record, run.Messages()
	run.Heal()
	if c.Truth, err = truth(); err != nil {
		return c, struck, err
	}
	isDone := c.First.Last().Done
	if c.First.Last().OutcomeUnknown {
		verified, err := do("verify")
		if err != nil {
			return c, struck, err
		}
		step := verified.Last()
		c.Verified, c.WireThen = &step, run.Messages()[len(c.Wire):]
		isDone = step.Verdict == "done"
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

// A disturbance is one fault in one operation.
type disturbance struct {
	operation disturbed
	fault     faults.Fault
}

// disturbances are all there can be, or a sample that the random numbers choose: the same
// number of each kind of fault in each operation.
func (r *faultRunner) disturbances(t *testing.T, random *rand.Rand) (all []disturbance) {
	for _, o := range r.server.all {
		c, _, err := r.run(t.Context(), o, faults.Fault{})
		if err != nil {
			t.Fatalf("%s: %v", o.name, err)
		}
		if wrong := faults.Judge(c); len(wrong) > 0 {
			t.Fatalf("%s without a fault: %s", o.name, strings.Join(wrong, "; "))
		}
		each := faults.Each(c.Wire)
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

func TestEveryFaultEndsRight(t *testing.T) {
	seed := *soakSeed
	for seed == 0 {
		seed = rand.Uint64N(1 << 31)
	}
	t.Logf("-seed=%d", seed)
	runIn(t, automatic)
	r := newFaultRunner(t, faultyProsody(t))
	all := r.disturbances(t, rand.New(rand.NewPCG(seed, 0)))

	work := make(chan disturbance)
	var workers sync.WaitGroup
	for range faultsAtOnce {
		workers.Go(func() {
			for d := range work {
				c, struck, err := r.run(t.Context(), d.operation, d.fault)
				if err != nil {
					t.Errorf("%s, %s: %v", d.operation.name, d.fault, err)
					continue
				}
				wrong := faults.Judge(c)
				if !struck {
					wrong = append(wrong, "the fault has not struck")
				}
				for _, w := range wrong {
					t.Errorf("%s, %s: %s", d.operation.name, d.fault, w)
				}
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

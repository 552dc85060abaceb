package e2e

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/xmppreg/xmppreg/e2e/browser"
	"github.com/xmppreg/xmppreg/e2e/prosody"
	"github.com/xmppreg/xmppreg/e2e/proxy"
	"github.com/xmppreg/xmppreg/e2e/site"
)

// `make soak` sets these higher.
var (
	soakTime  = flag.Duration("soak", 5*time.Second, "how long TestUsersDoWhatTheyLike lasts")
	soakSeed  = flag.Uint64("seed", 0, "of what is random in tests; 0 for another one each time")
	soakPages = flag.Int("pages", 5, "how many pages TestManyPagesAtOnce opens")
	roundTrip = flag.Duration("roundtrip", 150*time.Millisecond, "of the line of TestSlowLineThatLosesPackets")
)

// loaded is a server of a test's own, and a page of a client of its users, who reach it
// through a proxy.
func loaded(t *testing.T) (tab *browser.Tab, own *prosody.Server, p *proxy.Proxy) {
	t.Helper()
	runIn(t, automatic)
	own = startProsody(t, prosody.Options{Hosts: []prosody.Host{{Name: "example.test", Lua: `allow_registration = true`}}})
	p, err := proxy.Start(hostOf(t, own.WebSocketURL()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	root, err := site.Root()
	if err != nil {
		t.Fatal(err)
	}
	tab = client(t, site.Options{Handlers: map[string]http.Handler{
		"GET /soak/": http.FileServer(http.Dir(filepath.Join(root, "e2e"))),
	}})
	tab.Timeout = 2 * time.Minute
	return tab, own, p
}

func TestTwoHundredManagersOnOnePage(t *testing.T) {
	tab, _, p := loaded(t)
	var failures []string
	inPage(t, tab, fmt.Sprintf(`
		const failures = [];
		await Promise.all(Array.from({ length: 200 }, async (_, i) => {
			const reg = new RegistrationManager({ domain: 'example.test', url: 'ws://%s/xmpp-websocket' });
			try {
				await reg.requestForm();
				await reg.submit({ username: 'many' + i, password: 'correct horse' });
				await reg.disconnect();
			} catch (error) {
				failures.push(String(error));
			}
		}));
		return failures;
	`, p.Addr()), &failures)
	if len(failures) > 0 {
		t.Errorf("%d failed, the first with %s", len(failures), failures[0])
	}
	waitOpen(t, p, 0)
}

func TestUsersDoWhatTheyLike(t *testing.T) {
	seed := *soakSeed
	for seed == 0 {
		seed = rand.Uint64N(1 << 31)
	}
	t.Logf("-seed=%d", seed)
	tab, _, p := loaded(t)
	tab.ExpectProblem(p.Addr()) // a browser tells of connections that do not open
	tab.Timeout = *soakTime + 2*time.Minute

	// The network is as bad as it can be and still be one.
	stop := make(chan struct{})
	var weather sync.WaitGroup
	weather.Go(func() {
		random := rand.New(rand.NewPCG(seed, 1))
		for {
			select {
			case <-stop:
				p.SetMode(proxy.Forward)
				return
			case <-time.After(time.Duration(random.IntN(400)) * time.Millisecond):
			}
			p.SetMode(proxy.Forward)
			switch random.IntN(8) {
			case 0:
				p.Drop()
			case 1:
				p.SetMode(proxy.Refuse)
			case 2:
				p.SetLine(proxy.Line{RoundTrip: 200 * time.Millisecond, Loss: 0.02, Seed: seed})
			case 3:
				p.SetLine(proxy.Line{})
			}
		}
	})
	var got struct {
		Counts map[string]int
		Faults []string
	}
	inPage(t, tab, fmt.Sprintf(`
		const { soak } = await import('/soak/soak.js');
		const options = { domain: 'example.test', url: 'ws://%s/xmpp-websocket', timeout: 10000 };
		globalThis.soak = (seed, milliseconds) => soak(RegistrationManager, options, { users: 20, milliseconds, seed, limit: 60000 });
		await globalThis.soak(%d, %d);
	`, p.Addr(), seed+1<<31, soakTime.Milliseconds()/10), nil)
	before := tab.Heap()
	tab.Eval(fmt.Sprintf(`soak(%d, %d)`, seed, soakTime.Milliseconds()), &got)
	if grown := tab.Heap() - before; grown > 1<<20 {
		t.Errorf("the JavaScript heap has grown by %d bytes", grown)
	}
	close(stop)
	weather.Wait()
	total := 0
	for _, n := range got.Counts {
		total += n
	}
	t.Logf("%d things were done: %v", total, got.Counts)
	for _, f := range got.Faults[:min(len(got.Faults), 20)] {
		t.Error(f)
	}
	if got.Counts["signUp done"] == 0 || got.Counts["delete done"] == 0 {
		t.Error("nobody signed up, or nobody left")
	}
	waitOpen(t, p, 0)
}

func TestManyPagesAtOnce(t *testing.T) {
	var all []*browser.Tab
	for i := range *soakPages {
		tab := signUp(t, direct("example.test"))
		tab.Timeout = 2 * time.Minute // each has to wait for all the others
		tab.Type("input[name=username]", fmt.Sprint("page", i))
		tab.Type("input[name=password]", "correct horse")
		all = append(all, tab)
	}
	for _, tab := range all {
		tab.Eval(`void $('.primary').click()`, nil)
	}
	for _, tab := range all {
		waitStep(tab, "done")
	}
}

func TestSlowLineThatLosesPackets(t *testing.T) {
	tab, _, p := loaded(t)
	p.SetLine(proxy.Line{RoundTrip: *roundTrip, Loss: 0.02, Seed: 1})
	var failures []string
	inPage(t, tab, fmt.Sprintf(`
		const failures = [];
		const options = { domain: 'example.test', url: 'ws://%s/xmpp-websocket' };
		await Promise.all(Array.from({ length: 3 }, async (_, i) => {
			const reg = new RegistrationManager(options);
			try {
				await reg.requestForm();
				const { jid } = await reg.submit({ username: 'slow' + i, password: 'first' });
				await reg.connect();
				await reg.changePassword('another');
				await reg.disconnect();
				await reg.connect({ jid, password: 'another' });
				await reg.deleteAccount();
			} catch (error) {
				failures.push(String(error));
			}
		}));
		return failures;
	`, p.Addr()), &failures)
	for _, f := range failures {
		t.Error(f)
	}
	waitOpen(t, p, 0)
}

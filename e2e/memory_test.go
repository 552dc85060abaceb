package e2e

import (
	"fmt"
	"testing"
	"time"

	"github.com/xmppreg/xmppreg/e2e/prosody"
	"github.com/xmppreg/xmppreg/e2e/site"
)

// holdings are what a page holds after some sign-ups.
type holdings struct {
	Memory     int // bytes of the module's memory
	References int // JavaScript values that the module refers to: the least of the last cycles
	Functions  int // those of them that are functions
	Sockets    int // WebSockets that are not closed
	heap       int64
}

// exposeGo lets a page of inPage see what runs the module, as go.
const exposeGo = `
	let Go;
	Object.defineProperty(globalThis, Symbol.for('xmppreg Go ' + build), {
		get: () => Go,
		set(Real) {
			Go = class extends Real {
				constructor() {
					super();
					globalThis.go = this;
				}
			};
		},
	});`

// TestThousandSignUpsHoldNoMoreThanAHundred signs up again and again on one page.
// What a cycle would keep of a goroutine, its stack, shows in the module's memory.
func TestThousandSignUpsHoldNoMoreThanAHundred(t *testing.T) {
	own := startProsody(t, prosody.Options{Hosts: []prosody.Host{
		{Name: "example.test", Lua: `allow_registration = true`},
	}})
	tab := client(t, site.Options{})
	tab.Timeout = 5 * time.Minute
	inPage(t, tab, fmt.Sprintf(`
		%s
		const sockets = [];
		globalThis.WebSocket = class extends WebSocket {
			constructor(...args) {
				super(...args);
				sockets.push(new WeakRef(this));
			}
		};
		let cycles = 0;
		// What the module refers to is given up when Go collects its garbage, which is every few cycles.
		const least = (all, read) => Math.min(...all.map(read));
		globalThis.signUp = async (times) => {
			const seen = [];
			for (let i = 0; i < times; i++) {
				const reg = new RegistrationManager({ domain: 'example.test', url: %q });
				await reg.requestForm();
				await reg.submit({ username: 'cycle' + ++cycles, password: 'correct horse' });
				await reg.disconnect();
				const values = go._values.filter((value, i) => go._goRefCounts[i] > 0);
				seen.push({ references: values.length, functions: values.filter(value => typeof value === 'function').length });
			}
			return {
				memory: go._inst.exports.mem.buffer.byteLength,
				references: least(seen, ({ references }) => references),
				functions: least(seen, ({ functions }) => functions),
				sockets: sockets.filter((socket) => (socket.deref()?.readyState ?? 3) !== 3).length,
			};
		};
	`, exposeGo, own.WebSocketURL()), nil)
	hold := func(cycles int) (h holdings) {
		const last = 50
		tab.Eval(fmt.Sprintf("signUp(%d)", cycles-last), nil)
		tab.Heap() // the managers are collected, and then closed in the module
		tab.Eval(fmt.Sprintf("signUp(%d)", last), &h)
		h.heap = tab.Heap()
		return h
	}
	hundred, thousand := hold(100), hold(900)
	t.Logf("after 100: %+v; after 1,000: %+v", hundred, thousand)
	// Free memory lies in pieces, so both may grow somewhat more. A goroutine that stays
	// holds its stack of at least two kilobytes.
	if grown := thousand.Memory - hundred.Memory; grown > 900*2048 {
		t.Errorf("the module's memory has grown by %d bytes", grown)
	}
	if grown := thousand.heap - hundred.heap; grown > 900*512 {
		t.Errorf("the JavaScript heap has grown by %d bytes", grown)
	}
	// Those of the last managers wait for the garbage collection.
	if thousand.References > hundred.References+90 || thousand.Functions > hundred.Functions+90 {
		t.Errorf("the module referred to %d values, %d of them functions, and refers to %d and %d",
			hundred.References, hundred.Functions, thousand.References, thousand.Functions)
	}
	if thousand.Sockets > 0 {
		t.Errorf("%d WebSockets are not closed", thousand.Sockets)
	}
}

package e2e

import (
	"context"
	"fmt"
	"net/http"
	"testing"

	"nhooyr.io/websocket"

	"github.com/xmppreg/xmppreg/e2e/proxy"
	"github.com/xmppreg/xmppreg/e2e/site"
)

func TestSocketIsClosedByDisconnectAndTheNextOneOpensAfterOneThatNeverDid(t *testing.T) {
	p, err := proxy.Start(hostOf(t, server.WebSocketURL()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	tab := client(t, site.Options{})
	tab.ExpectProblem(p.Addr())
	inPage(t, tab, fmt.Sprintf(`
		globalThis.reg = new RegistrationManager({ domain: 'example.test', url: 'ws://%s/xmpp-websocket' });
		await reg.requestForm();
	`, p.Addr()), nil)
	waitOpen(t, p, 1)
	tab.Eval(`reg.disconnect()`, nil)
	waitOpen(t, p, 0)

	p.SetMode(proxy.Hang)
	tab.Eval(`(globalThis.control = new AbortController(), globalThis.pending = reg.requestForm({ signal: control.signal }), 0)`, nil)
	waitOpen(t, p, 1)
	var reason string
	tab.Eval(`(control.abort(), pending.catch((error) => error.reason))`, &reason)
	if reason != "aborted" {
		t.Errorf("given up for the reason %q", reason)
	}
	// Firefox opens one WebSocket to an address at a time.
	p.SetMode(proxy.Forward)
	var fields int
	tab.Eval(`reg.requestForm().then((form) => form.fields.length)`, &fields)
	if fields == 0 {
		t.Error("no form came")
	}
}

func TestSocketIsClosedWithACodeThatPagesMaySend(t *testing.T) {
	codes := make(chan websocket.StatusCode, 1)
	// A server that opens WebSockets and says nothing.
	silent, err := site.Start(site.Options{Handlers: map[string]http.Handler{
		"/ws": http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			conn, err := websocket.Accept(w, r, &websocket.AcceptOptions{InsecureSkipVerify: true, Subprotocols: []string{"xmpp"}})
			if err != nil {
				return
			}
			for err == nil {
				_, _, err = conn.Read(r.Context())
			}
			codes <- websocket.CloseStatus(err)
		}),
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(silent.Close)
	tab := client(t, site.Options{})
	inPage(t, tab, fmt.Sprintf(`
		globalThis.reg = new RegistrationManager({ domain: 'example.test', url: 'ws://%s/ws' });
		globalThis.ask = (options) => new Promise((asked) => {
			const { send } = WebSocket.prototype;
			WebSocket.prototype.send = function (data) {
				WebSocket.prototype.send = send;
				send.call(this, data);
				asked();
			};
			globalThis.pending = failure(reg.requestForm(options));
		});
	`, hostOf(t, silent.URL)), nil)
	for how, js := range map[string]string{
		"a signal":   `((control) => ask({ signal: control.signal }).then(() => control.abort()))(new AbortController())`,
		"disconnect": `ask().then(() => reg.disconnect())`,
	} {
		tab.Eval(js, nil)
		var got failed
		if tab.Eval(`pending`, &got); got.Reason != "aborted" {
			t.Errorf("%s: %+v", how, got)
		}
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		select {
		case code := <-codes:
			if code != websocket.StatusNormalClosure {
				t.Errorf("%s: closed with %d", how, code)
			}
		case <-ctx.Done():
			t.Errorf("%s: the WebSocket is still open", how)
		}
		cancel()
	}
}

func TestModuleIsCompiledWhileItLoads(t *testing.T) {
	tab := client(t, site.Options{})
	var calls []string
	inPage(t, tab, `
		const calls = [];
		for (const name of ['compile', 'compileStreaming']) {
			const real = WebAssembly[name];
			WebAssembly[name] = (source) => {
				calls.push(name);
				return real.call(WebAssembly, source);
			};
		}
		await load();
		return calls;
	`, &calls)
	if len(calls) != 1 || calls[0] != "compileStreaming" {
		t.Errorf("the module was compiled by %v", calls)
	}
}

package e2e

import (
	"fmt"
	"regexp"
	"testing"
	"time"

	"github.com/xmppreg/xmppreg/e2e/prosody"
	"github.com/xmppreg/xmppreg/e2e/site"
)

// TestStreamErrorsOfProsodyHaveTheirReasons brings Prosody to end a stream for each reason
// that it has for those who register, change a password or delete an account.
func TestStreamErrorsOfProsodyHaveTheirReasons(t *testing.T) {
	s := startProsody(t, prosody.Options{
		C2STimeout: 3 * time.Second,
		Global:     `c2s_stanza_size_limit = 10000`,
		Hosts: []prosody.Host{
			{Name: "example.test", Lua: "allow_registration = true"},
			{Name: "throttled.test", Lua: `allow_registration = true
				modules_enabled = { "c2s_conn_throttle" }
				cthrottler_logins_count = 1`},
		},
	})
	// received are the stream errors as the server sent them.
	const begin = `
		const received = [];
		const Socket = WebSocket;
		globalThis.WebSocket = class extends Socket {
			constructor(...args) {
				super(...args);
				this.addEventListener('message', ({ data }) => { if (data.includes('xmpp-streams')) received.push(data); });
			}
		};
		const at = (domain) => new RegistrationManager({ domain, url: %q });
		const over = (reg) => new Promise((resolve) => reg.addEventListener('disconnected', ({ detail }) => resolve(detail.reason), { once: true }));
		const kim = async () => {
			const reg = at('example.test');
			await reg.connect({ jid: 'kim@example.test', password: 'correct horse' });
			return reg;
		};
		%s
		return { received: received.join(), ended, failed };`
	for _, c := range []struct{ name, script, condition, text, ended, reason string }{
		{"a domain that it does not serve", `
			const ended = null, failed = await failure(at('another.test').requestForm());`,
			"host-unknown", "This server does not serve another.test", "", "host-unknown"},
		{"a guest who is silent", `
			const reg = at('example.test'), end = over(reg);
			await reg.requestForm();
			const ended = await end, failed = await failure(reg.submit({ username: 'silent', password: 'correct horse' }));`,
			"connection-timeout", "", "", ""},
		{"a stanza that is too long", `
			const reg = at('example.test'), end = over(reg);
			const failed = await failure(reg.submit({ username: 'long', password: 'x'.repeat(20000) })), ended = await end;`,
			"policy-violation", "stanza too large", "forbidden", "forbidden"},
		{"connections that are too many", `
			await at('throttled.test').requestForm();
			const ended = null, failed = await failure(at('throttled.test').requestForm());`,
			"policy-violation", "You exceeded the number of connections/logins allowed in 60 seconds, good bye.", "", "forbidden"},
		{"a password that was changed elsewhere", `
			await at('example.test').submit({ username: 'kim', password: 'correct horse' });
			const here = await kim(), end = over(here);
			await (await kim()).changePassword('battery staple');
			const ended = await end, failed = await failure(here.connect());`,
			"reset", "Password changed", "stream", "not-authorized"},
		{"an account that was deleted elsewhere", `
			const there = at(), here = at(), end = over(here);
			for (const reg of [here, there]) await reg.connect({ jid: 'kim@example.test', password: 'battery staple' });
			await there.deleteAccount();
			const ended = await end, failed = await failure(here.connect());`,
			"not-authorized", "Account deleted", "stream", "not-authorized"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got struct {
				Received string
				Ended    *string
				Failed   failed
			}
			inPage(t, client(t, site.Options{}), fmt.Sprintf(begin, s.WebSocketURL(), c.script), &got)
			if !regexp.MustCompile(`<` + c.condition + `[ /].*` + regexp.QuoteMeta(c.text)).MatchString(got.Received) {
				t.Errorf("the server sent %s", got.Received)
			}
			ended := ""
			if got.Ended != nil {
				ended = *got.Ended
			}
			if ended != c.ended || got.Failed.Reason != c.reason {
				t.Errorf("ended for %q, want %q; then %+v, want the reason %q", ended, c.ended, got.Failed, c.reason)
			}
			if c.condition == "policy-violation" && (got.Failed.Kind != "stream" || got.Failed.Condition != c.condition) {
				t.Errorf("error %+v", got.Failed)
			}
		})
	}
}

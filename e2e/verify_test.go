package e2e

import (
	"testing"

	"github.com/xmppreg/xmppreg/e2e/site"
)

// TestOutcomeIsFoundOutAtTheServer loses a request on its way to the server, or the answer
// on its way back.
func TestOutcomeIsFoundOutAtTheServer(t *testing.T) {
	var got []struct {
		Unknown                 bool
		Operation, Verdict, JID string
		Made                    string
		Again                   string // the reason of another verify()
	}
	inPage(t, client(t, site.Options{}), `
		await load({ worker: false });
		const { send, addEventListener } = WebSocket.prototype;
		const deaf = new WeakSet();
		WebSocket.prototype.addEventListener = function (type, listener) {
			addEventListener.call(this, type, type === 'message' ? (event) => deaf.has(this) || listener(event) : listener);
		};
		let loses = '';
		WebSocket.prototype.send = function (data) {
			const isSet = data.includes("type='set'") && data.includes('jabber:iq:register');
			if (isSet && loses === 'answer') deaf.add(this);
			if (!isSet || loses !== 'request') send.call(this, data);
		};
		const reg = new RegistrationManager({ ...direct, timeout: 2000 });
		const unanswered = async (what, begin) => {
			loses = what;
			const { outcomeUnknown } = await failure(begin());
			loses = '';
			const { operation, verdict, jid, account } = await reg.verify();
			const again = await failure(reg.verify());
			return { unknown: outcomeUnknown, operation, verdict, jid, made: account?.jid, again: again.reason };
		};
		const values = { username: 'Vera', password: 'first' };
		const found = [
			await unanswered('request', () => reg.submit(values)),
			await unanswered('answer', () => reg.submit(values)),
			await unanswered('request', () => reg.changePassword('second')),
			await unanswered('answer', () => reg.changePassword('third')),
		];
		await reg.deleteAccount();
		Object.assign(WebSocket.prototype, { send, addEventListener });
		return found;
	`, &got)
	want := [][3]string{{"submit", "not-done", ""}, {"submit", "done", "vera@example.test"}, {"changePassword", "not-done", ""}, {"changePassword", "done", ""}}
	if len(got) != len(want) {
		t.Fatalf("got %+v", got)
	}
	for i, w := range want {
		if g := got[i]; !g.Unknown || [3]string{g.Operation, g.Verdict, g.Made} != w || g.JID != "vera@example.test" || g.Again != "bad-request" {
			t.Errorf("%d: %+v, want %v", i, g, w)
		}
	}
}

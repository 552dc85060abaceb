package e2e

import (
	"testing"

	"github.com/xmppreg/xmppreg/e2e/site"
)

// BenchmarkLogin measures a login with SCRAM-SHA-1 and Prosody's 10,000 rounds: from
// connect to its end; from the server's challenge to the answer, with WebCrypto and
// without it; and what the browser itself needs for the rounds.
func BenchmarkLogin(b *testing.B) {
	tab := client(b, site.Options{})
	inPage(b, tab, `await new RegistrationManager(direct).submit({ username: 'bench', password: 'correct horse' });`, nil)
	var m measured
	for b.Loop() {
		var got struct{ Login, Answer, Alone, Browser float64 }
		inPage(b, tab, `
			let asked, answered;
			const data = Object.getOwnPropertyDescriptor(MessageEvent.prototype, 'data');
			Object.defineProperty(MessageEvent.prototype, 'data', { ...data, get() {
				const text = data.get.call(this);
				if (typeof text === 'string' && text.startsWith('<challenge')) asked = performance.now();
				return text;
			} });
			const { send } = WebSocket.prototype;
			WebSocket.prototype.send = function (text) {
				if (text.startsWith('<response')) answered = performance.now();
				return send.call(this, text);
			};
			const logIn = async () => {
				const reg = new RegistrationManager({ url: direct.url });
				const begun = performance.now();
				await reg.connect({ jid: 'bench@example.test', password: 'correct horse' });
				const login = performance.now() - begun;
				await reg.disconnect();
				return { login, answer: answered - asked };
			};
			const { login, answer } = await logIn();

			const bytes = (text) => new TextEncoder().encode(text);
			const begun = performance.now();
			const key = await crypto.subtle.importKey('raw', bytes('correct horse'), 'PBKDF2', false, ['deriveBits']);
			await crypto.subtle.deriveBits({ name: 'PBKDF2', hash: 'SHA-1', salt: bytes('0b4c6a14-8f0d-4f6e-9b0e-2f1d5f0a7c11'), iterations: 10000 }, key, 160);
			const browser = performance.now() - begun;

			Object.defineProperty(crypto, 'subtle', { value: undefined, configurable: true });
			const { answer: alone } = await logIn();
			delete crypto.subtle;

			Object.defineProperty(MessageEvent.prototype, 'data', data);
			WebSocket.prototype.send = send;
			return { login, answer, alone, browser };
		`, &got)
		m.add("login-ms", got.Login)
		m.add("answer-ms", got.Answer)
		m.add("answer-without-WebCrypto-ms", got.Alone)
		m.add("browser-alone-ms", got.Browser)
	}
	m.report(b)
}

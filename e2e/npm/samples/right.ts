// What a client may write. It is compiled, never run.
import { RegistrationError, RegistrationManager, build, examine, load, validate } from 'xmppreg';
import type { Account, Field, Form, Link, Reason, Rule, Values } from 'xmppreg';
import { XmppAccount } from 'xmppreg/xmpp-account.js';
import { XmppCheck } from 'xmppreg/xmpp-check.js';
import { XmppSignup } from 'xmppreg/xmpp-signup.js';

const id: string = build;
await load();
await load({});
await load({ wasmURL: new URL('https://cdn.example/xmppreg.wasm') });
await load({ wasmURL: '/xmppreg.wasm', worker: true });

new RegistrationManager();
new RegistrationManager({ domain: 'example.org', url: undefined, timeout: 5000, requireFeature: false });
const reg = new RegistrationManager({
  domain: 'example.org',
  lang: 'de',
  token: 'secret',
  url: 'wss://example.org/ws',
});

const { signal } = new AbortController();
const form: Form = await reg.requestForm({ signal });
await reg.requestForm({ service: 'gateway.example.org' });

function draw(field: Field): string {
  if (field.type === 'boolean') return field.value ? 'yes' : 'no';
  if (field.type === 'list-multi') return field.value.join();
  if (field.type === 'text-single') return field.value.toUpperCase();
  if (field.validation?.method === 'range') return `${field.validation.min}…${field.validation.max}`;
  return field.options.map(option => option.label).join() + field.media.map(medium => medium.url).join();
}
form.fields.map(draw);
function hint({ control, content, range, choices, keyboard }: Field): string {
  if (control === 'none' || content.type === 'datetime') return '';
  return `${keyboard} ${range?.min ?? content.max ?? ''} ${choices?.max?.toFixed()}`;
}
const captchas = form.fields.filter(({ captcha, fallback }) => captcha === 'image' && !fallback);
if (captchas.length > form.captchaAnswers) captchas.flatMap(({ media }) => media.map(({ kind }) => kind === 'audio'));
form.fields.map(hint);

for (const field of form.fields) {
  const rule: Rule | '' = await validate(field, 'kim');
  if (rule === 'required') continue;
  await validate(field, ['a', 'b'] as const);
  await validate(field, true);
}
await validate({ type: 'list-single', required: true, options: [{ value: 'a' }] as const }, 'a');
await validate(
  {
    name: 'age',
    type: 'text-single',
    validation: { datatype: 'xs:integer', method: 'range', min: '18', max: undefined },
  },
  '17',
);

const { files, sockets } = await examine('example.org', { signal });
if (files.every(({ result }) => result === 'missing')) await examine('example.org', { url: 'wss://example.org/ws' });
sockets.map(({ address, detail }) => `${address}: ${detail}`);

const values: Values = { username: 'kim', hobbies: ['a', 'b'], terms: true, left: undefined, out: null };
const account: Account = await reg.submit(values, { signal });
await reg.submit(new FormData());
await reg.submit(document.forms[0]!);
const jid: string = account.jid;
if (account.instructions) console.log(account.instructions);

reg.setFormToSend({ username: 'kim' });
reg.registerOnConnect = true;
await reg.sendCachedForm();

await reg.connect();
await reg.connect({ jid, password: 'correct horse', signal });
if (reg.supportedByServer && reg.discoveryFeatures.includes('jabber:iq:register')) {
  await reg.changePassword('battery staple', { values: { old_password: 'correct horse' } });
}
const socket = new WebSocket('wss://example.org/ws');
const link: Link = await reg.attach({ jid, send: stanza => socket.send(stanza), signal });
socket.addEventListener('message', ({ data }) => link.receive(String(data)));
socket.addEventListener('close', link.ended);
await reg.unregister({ service: 'gateway.example.org' });
const { verdict, account: found, error: why } = await reg.verify({ signal });
const isThere: boolean = verdict === 'done' && found !== null && found.form === null;
const unreachable: string = why?.reason ?? String(isThere);
await reg.deleteAccount({ values, signal });
await reg.disconnect({ signal });

reg.addEventListener('registrationFormReceived', ({ detail }) => detail.fields.length);
reg.addEventListener('registrationSucceeded', event => event.detail.jid.split('@'), { once: true, signal });
reg.addEventListener('registrationFailed', function ({ detail }) {
  const manager: RegistrationManager = this;
  if (detail.outcomeUnknown) void manager.connect();
});
reg.addEventListener('passwordChanged', ({ detail: { newPassword } }) => newPassword.length);
reg.addEventListener('connected', { handleEvent: ({ detail }) => detail.jid?.length });
reg.addEventListener('disconnected', ({ detail }) => detail.reason === 'module-exited');
reg.addEventListener('loadProgress', ({ detail: { loaded, total } }) => console.log(loaded / total));
reg.addEventListener('logMessage', ({ detail }) => detail.level === 'debug' || console.log(detail.message));
const count = ({ detail }: CustomEvent<{ counter: string; amount: number }>) =>
  console.log(detail.counter, detail.amount);
reg.addEventListener('updateCounter', count);
reg.removeEventListener('updateCounter', count);
const target: EventTarget = reg;

const words: Record<Reason, string> | Partial<Record<Reason, string>> = { throttled: 'Later.' };
try {
  await reg.submit(values);
} catch (error) {
  if (!(error instanceof RegistrationError)) throw error;
  const general: Error = error;
  switch (error.reason) {
    case 'username-taken':
      console.log(error.field, error.text);
      break;
    case 'busy':
    case 'throttled':
      console.log(error.retryAt?.getTime(), words[error.reason]);
      break;
    default:
      console.log(
        general.message,
        error.cause,
        error.kind === 'stanza' && error.condition,
        error.rule === 'list-range',
      );
  }
  if (error.form) console.log(error.form.title);
}
new RegistrationError({ message: 'No.', reason: 'timeout' }, { cause: target });

const signup: XmppSignup = document.createElement('xmpp-signup');
signup.setAttribute('domain', 'example.org');
signup.addEventListener('registrationSucceeded', ({ detail }) => detail.username);
signup.domain = signup.token;
signup.domain = null;
signup.url = undefined;
signup.token = document.querySelector('a')?.getAttribute('href');
const own = (event: Event): void => event.preventDefault();
signup.addEventListener('my-own', own, { once: true });
signup.addEventListener('my-own', { handleEvent: own });
signup.removeEventListener('my-own', own);
const typed = (type: string): void => document.querySelector('xmpp-account')?.addEventListener(type, own);
typed('passwordChanged');
// What bubbles can be listened to further up.
document.addEventListener('registrationSucceeded', ({ detail }) => detail.jid.split('@'));
addEventListener('passwordChanged', event => event.detail === null);
document.body.addEventListener('registrationFailed', ({ detail }) => detail.outcomeUnknown);
document.addEventListener('connected', own);
signup.addEventListener('handover', event => {
  event.preventDefault();
  console.log(event.detail.jid, event.detail.password, event.detail.url);
});
signup.addEventListener('click', event => event.clientX);
const page = document.querySelector('xmpp-account');
page?.addEventListener('passwordChanged', ({ detail }) => detail === null);
page?.removeEventListener('my-own', own);
if (page) {
  page.domain = 'example.org';
  page.url = null;
  const domain: string = page.domain + page.url;
  console.log(domain);
}
document.createElement('xmpp-check').url = undefined;
console.log(id, page instanceof XmppAccount, XmppSignup.observedAttributes.includes('token'));
console.log(page instanceof XmppCheck, document.querySelector('xmpp-check')?.domain.length);

// What no client may write: each line below a mark is an error, and nothing
// else is. It is compiled, never run.
import { RegistrationError, RegistrationManager, examine, load, validate } from 'xmppreg';
import type { Field, Reason } from 'xmppreg';
import 'xmppreg/xmpp-account.js';
import { XmppSignup } from 'xmppreg/xmpp-signup.js';

// @ts-expect-error no such export
import { register } from 'xmppreg';
// @ts-expect-error not a file of the package's own to import
import * as loader from 'xmppreg/run.js';
// @ts-expect-error no default export
import xmppreg from 'xmppreg';

// @ts-expect-error a number is no address
load({ wasmURL: 5 });
// @ts-expect-error no such option
load({ url: '/xmppreg.wasm' });
// @ts-expect-error options are an object
load('/xmppreg.wasm');
// @ts-expect-error yes or no
load({ worker: 'yes' });

// @ts-expect-error no such option
new RegistrationManager({ domian: 'example.org' });
// @ts-expect-error milliseconds are a number
new RegistrationManager({ timeout: '5000' });
// @ts-expect-error options are an object
new RegistrationManager('example.org');

const reg = new RegistrationManager({ domain: 'example.org' });
// @ts-expect-error the values are missing
reg.submit();
// @ts-expect-error values are by the names of the fields
reg.submit('username=kim');
// @ts-expect-error a number is no answer
reg.submit({ username: 5 });
// @ts-expect-error nor is a list of lists
reg.submit({ username: [['kim']] });
// @ts-expect-error a controller is not its signal
reg.requestForm({ signal: new AbortController() });
// @ts-expect-error no such option
reg.requestForm({ singal: new AbortController().signal });
// @ts-expect-error the password comes by itself
reg.changePassword({ newPassword: 'battery staple' });
// @ts-expect-error the password is missing
reg.changePassword();
// @ts-expect-error the service is missing
reg.unregister({});
// @ts-expect-error an address alone
reg.connect('kim@example.org');
// @ts-expect-error nobody sets it
reg.supportedByServer = true;
// @ts-expect-error no such method
reg.register();
// @ts-expect-error a form is a Promise's
reg.requestForm().fields;

// @ts-expect-error no such event
reg.addEventListener('registrationSuceeded', () => {});
// @ts-expect-error the detail is an account
reg.addEventListener('registrationSucceeded', ({ detail }) => detail.reason);
// @ts-expect-error a guest has no address
reg.addEventListener('connected', ({ detail }) => detail.jid.length);
// @ts-expect-error the listener is of another event
reg.addEventListener('setGauge', (event: CustomEvent<{ counter: string }>) => event.detail.counter);

declare const field: Field;
// @ts-expect-error a field is more than its name
validate({ name: 'username' }, 'kim');
// @ts-expect-error a number is no answer
validate(field, 5);
// @ts-expect-error XEP-0122 knows no such method
validate({ type: 'text-single', validation: { method: 'length' } }, '17');
// @ts-expect-error there may be no validation
field.validation.regex;
// @ts-expect-error not every field has a string
field.value.toUpperCase();
// @ts-expect-error XEP-0004 knows no such type
if (field.type === 'text') load();

// @ts-expect-error what a page draws has names of its own
if (field.control === 'text-single') load();
// @ts-expect-error there may be no bounds
field.range.min;

const error = new RegistrationError({ message: 'No.' });
// @ts-expect-error no such reason
if (error.reason === 'taken') load();
// @ts-expect-error no such reason
const reason: Reason = 'conflict';
// @ts-expect-error the server may not say
error.retryAt.getTime();
// @ts-expect-error there may be no form
error.form.fields;
// @ts-expect-error the message is missing
new RegistrationError({});
// @ts-expect-error no such rule
if (error.rule === 'length') load();

// @ts-expect-error only WebSockets open
(await examine('example.org')).files.some(({ result }) => result === 'open');
// @ts-expect-error a check takes no invitation
await examine('example.org', { token: 'secret' });

const signup = document.createElement('xmpp-signup');
// @ts-expect-error a domain is a string
signup.domain = 5;
// @ts-expect-error what is there is a string
const none: null = signup.domain;
// @ts-expect-error nobody hands over more than that
signup.addEventListener('handover', ({ detail }) => detail.token);
// @ts-expect-error who listens to any name knows nothing of the detail
signup.addEventListener('my-own', ({ detail }) => detail);
// @ts-expect-error the detail is an account
document.addEventListener('registrationSucceeded', ({ detail }) => detail.password);
// @ts-expect-error others may call theirs the same
document.addEventListener('connected', ({ detail }) => detail.jid);
// @ts-expect-error no such attribute
XmppSignup.observedAttributes.includes('timeout');
// @ts-expect-error an address is text
document.createElement('xmpp-account').url = new URL('wss://example.org/ws');
// @ts-expect-error an account takes no invitation
document.createElement('xmpp-account').token = 'secret';
// @ts-expect-error the password stays inside
document.querySelector('xmpp-account')?.addEventListener('passwordChanged', ({ detail }) => detail.newPassword);

/**
 * XMPP account registration (XEP-0077) in a web page.
 *
 * The protocol is spoken by a WebAssembly module, which this file loads once
 * and wraps: every operation returns a Promise and dispatches an event. Names
 * are those of the signals and methods of QXmppRegistrationManager.
 *
 * @module xmppreg
 */

import { load as loadModule, onExit, track } from './shared-module.js';

export { build } from './shared-module.js';

/**
 * Why an operation failed.
 *
 * `reason` is what a page chooses its words by; README.md lists the values.
 * `kind` says where the error comes from: `stanza`, `stream`, `sasl`,
 * `transport`, `discovery`, `timeout`, `aborted` or `form`. `type` and
 * `condition` are XMPP's own (RFC 6120 section 8.3), `text` is the server's
 * text in the user's language, `application` the application-specific
 * condition, `field` the name of the field at fault, `rule` which rule of the
 * form it breaks (as `validate` names it), `url` the address that the
 * server names instead of itself. What there is none of is an empty string.
 * `retryAt` is when to try again, a Date, or null where the server does not say.
 * `form` is the form that came with the error, or null. `outcomeUnknown` is
 * true when a request went out and its answer never came: what it asked for may
 * have happened (the account may exist, have the new password, or be deleted).
 */
export class RegistrationError extends Error {
  /** @param {object} detail the properties */
  constructor(detail, options) {
    super(detail.message, options);
    this.kind = detail.kind ?? '';
    this.reason = detail.reason ?? 'unknown';
    this.type = detail.type ?? '';
    this.condition = detail.condition ?? '';
    this.text = detail.text ?? '';
    this.application = detail.application ?? '';
    this.field = detail.field ?? '';
    this.rule = detail.rule ?? '';
    this.url = detail.url ?? '';
    this.retryAt = detail.retryAt == null ? null : new Date(detail.retryAt);
    this.form = detail.form ?? null;
    this.outcomeUnknown = detail.outcomeUnknown ?? false;
  }

  get name() {
    return 'RegistrationError';
  }
}

/**
 * Loads the module ahead of the first operation, which otherwise does it. All
 * managers share one. A load that failed can be tried again.
 *
 * What an option says holds for later loads too, such as the next operation's
 * after the module has ended; what is left out stays as it was.
 *
 * @param {object} [options]
 * @param {string | URL} [options.wasmURL] where `xmppreg.wasm` is, if not
 *   beside this file
 * @param {boolean} [options.worker] true runs the module in a Worker, where it
 *   takes no time of the page's thread; false, as at first, runs it in the
 *   page's. If the Worker can't be made the load fails; nothing else is tried.
 * @returns {Promise<void>} rejected with a RegistrationError of the reason
 *   `module-exited`; with a TypeError if the module is loaded already and is
 *   not where `worker` says
 */
export async function load(options = {}) {
  checkOptions(options, { wasmURL: isAddress, worker: isBoolean });
  const loading = loadModule(options);
  try {
    await loading;
  } catch (cause) {
    throw moduleError(cause);
  }
}

/**
 * Checks an answer to a field of a form, as `submit` does before it sends anything: for pages that want
 * to tell while the user types.
 *
 * @param {Field} field as `requestForm` gives it, or as much of one as there are rules
 * @param {string | string[] | boolean} value
 * @returns {Promise<string>} the rule that is broken, '' if none: `required`, `single`, `character`,
 *   `boolean`, `option`, `jid`, or, of the field's `validation` (XEP-0122), `datatype`, `range`, `regex`
 *   or `list-range`; rejected with a TypeError if an argument is none of these
 */
export async function validate(field, value) {
  if (typeof field !== 'object' || field === null)
    throw new TypeError('field must be a field of a form, as requestForm gives it');
  const values = texts('value', value);
  let table;
  try {
    table = await loadModule();
  } catch (cause) {
    throw moduleError(cause);
  }
  return track(table.validate(field, values));
}

/**
 * Reports what a browser meets on its way to a server, for those who set one up: reads both host-meta files
 * (XEP-0156), and opens and closes every WebSocket that they name. Nothing is said over them. What it finds
 * depends on the page's origin (CORS) and on its Content-Security-Policy.
 *
 * @param {string} domain
 * @param {{ url?: string, signal?: AbortSignal }} [options] `url`: a WebSocket to look at in place of files
 *   and what they name, as for a RegistrationManager
 * @returns {Promise<{ files: Finding[], sockets: Finding[] }>} rejected with a RegistrationError
 *
 * @typedef {object} Finding what came of looking at one address
 * @property {string} address
 * @property {string} result in one word. Of a file: `found` (it names a WebSocket that can be used); `unreachable` (no
 *   answer), `missing`, `blocked` (an answer that the page may not read), `leaves-tls` (a redirect to what is not
 *   `https:`), `broken`, `no-link`, `only-bosh`, `insecure` (only a `ws:` link), `unusable` (its link is no address).
 *   Of a WebSocket: `opens`, `fails`, `silent` (no answer in time), `no-subprotocol` (which in most browsers `fails`)
 * @property {string} detail what is wrong with it, in English, '' if nothing is
 * @property {string[]} links the addresses of WebSockets in a file, as they stand there
 */
export async function examine(domain, options = {}) {
  isText('domain', domain);
  checkOptions(options, { url: isText, signal: isSignal });
  const { url, signal } = options;
  try {
    const table = await unless(loadModule(), signal);
    return await track(table.examine({ domain: domain.trim(), url }, signal));
  } catch (reason) {
    throw failure(reason, signal);
  }
}

/**
 * Registers and manages accounts with one server. It owns at most one
 * connection, made when an operation needs it.
 *
 * Events are CustomEvents, with this detail:
 * - `registrationFormReceived`: the form
 * - `registrationSucceeded`: the account
 * - `registrationFailed`, `passwordChangeFailed`, `accountDeletionFailed`: a RegistrationError
 * - `passwordChanged`: `{ newPassword }`
 * - `accountDeleted`: `{ jid }`
 * - `supportedByServerChanged`: `{ supported }`
 * - `connected`: `{ jid }`, null for a guest
 * - `disconnected`: `{ reason }`, null if it was asked for
 * - `logMessage`: `{ level, message }`, the level being `debug`, `info`, `warning`, `sent` or
 *   `received`; never with a password, a token or anything that was filled in
 * - `setGauge`: `{ gauge, value }`, the gauge being `streams.open`
 * - `updateCounter`: `{ counter, amount }`, the counter being `streams.opened`, `stanzas.sent` or
 *   `stanzas.received`
 */
export class RegistrationManager extends EventTarget {
  /**
   * Whether `connect()` is for registering instead of logging in: it then stops when the stream's
   * features are there, and the kept form is sent if there is one, else the form is asked for.
   *
   * @type {boolean}
   */
  registerOnConnect = false;

  #options;
  #toSend;
  #supported = false;
  #addressed; // whether a server is known
  #life = new AbortController(); // ends at disconnect(), for what has not reached the module
  #module = null; // the function table that #handle belongs to
  #handle = 0;

  /**
   * @param {object} [options]
   * @param {string} [options.domain] the server's domain, as people write it
   * @param {string} [options.url] its WebSocket: `wss:`, or `ws:` to this very
   *   machine; discovered (XEP-0156) if left out
   * @param {string} [options.lang] language of the server's texts (BCP 47);
   *   the browser's if left out
   * @param {string} [options.token] pre-authentication token (XEP-0445), or an
   *   invitation that holds one: an `xmpp:` link, or the `https:` address of its
   *   web page. A link decides the domain if none is given.
   * @param {number} [options.timeout] milliseconds for each request, 30000 if
   *   left out
   * @param {boolean} [options.requireFeature] false asks for the form although
   *   the server does not offer registration (XEP-0077 calls the stream feature
   *   optional)
   * @throws {TypeError} an option is unknown or has the wrong type
   */
  constructor(options = {}) {
    super();
    checkOptions(options, {
      domain: isText,
      url: isText,
      lang: isString,
      token: isString,
      timeout: isDuration,
      requireFeature: isBoolean,
    });
    this.#addressed = options.domain !== undefined || /^\s*(xmpp|https?):/i.test(options.token ?? '');
    this.#options = {
      domain: options.domain?.trim() ?? '',
      url: options.url,
      lang: options.lang ?? globalThis.navigator?.language ?? '',
      token: options.token,
      timeout: options.timeout ?? 30000,
      skipFeature: options.requireFeature === false,
    };
  }

  /**
   * Whether the server supports registration for the account that is logged in, from service
   * discovery (XEP-0030). False while nobody is logged in.
   *
   * @type {boolean}
   */
  get supportedByServer() {
    return this.#supported;
  }

  /**
   * What a client announces in service discovery for what this class does.
   *
   * @type {string[]}
   */
  get discoveryFeatures() {
    return ['jabber:iq:register'];
  }

  /**
   * Logs in, and sees whether the server supports registration. The address decides the domain.
   * Resolves at once if that account is logged in already. Without arguments it uses what it knows:
   * the last login, or the account that was just registered.
   *
   * @param {{ jid?: string, password?: string, signal?: AbortSignal }} [options]
   * @returns {Promise<void>} rejected with a RegistrationError, of the kind `sasl` if the login failed
   * @fires connected
   * @fires supportedByServerChanged
   */
  async connect(options = {}) {
    checkOptions(options, { jid: isText, password: isString, signal: isSignal });
    const { jid, password, signal } = options;
    const register = this.registerOnConnect === true;
    if (!register && (jid === undefined) !== (password === undefined)) {
      throw new TypeError('connect needs both jid and password, or neither');
    }
    if (jid !== undefined) this.#addressed = true;
    await this.#call('connect', { jid: jid?.trim(), password, registerOnConnect: register }, signal);
  }

  /**
   * Changes the password of the account that is logged in (XEP-0077 section 3.3); logs in again first
   * if the connection is gone. Several changes are made one after the other. From then on `connect()`
   * uses the new password.
   *
   * A server may want to know more: the error then has a `form`. Call again with the answers to it.
   *
   * @param {string} newPassword
   * @param {{ values?: object, signal?: AbortSignal }} [options] the values as for `submit`
   * @returns {Promise<void>} rejected with a RegistrationError
   * @fires passwordChanged
   * @fires passwordChangeFailed
   */
  async changePassword(newPassword, options = {}) {
    isString('newPassword', newPassword);
    checkOptions(options, { values: answers.check, signal: isSignal });
    await this.#call('changePassword', { newPassword, values: optional(options.values) }, options.signal);
  }

  /**
   * Deletes the account that is logged in (XEP-0077 section 3.2), and resolves after `disconnected`.
   * The manager then knows no account any more.
   *
   * A server may want to know more: the error then has a `form`. Call again with the answers to it.
   *
   * @param {{ values?: object, signal?: AbortSignal }} [options] the values as for `submit`
   * @returns {Promise<void>} rejected with a RegistrationError; the account is still there, unless
   *   `outcomeUnknown` says that nobody knows
   * @fires accountDeleted
   * @fires accountDeletionFailed
   */
  async deleteAccount(options = {}) {
    checkOptions(options, { values: answers.check, signal: isSignal });
    await this.#call('deleteAccount', { values: optional(options.values) }, options.signal);
  }

  /**
   * Cancels the registration with a service. Refuses the user's own server and address:
   * `deleteAccount()` deletes the account.
   *
   * @param {{ service: string, signal?: AbortSignal }} options
   * @returns {Promise<void>} rejected with a RegistrationError
   */
  async unregister(options) {
    checkOptions(options, { service: isText, signal: isSignal });
    if (options.service === undefined)
      throw new TypeError('service is missing: the address to cancel the registration with');
    await this.#call('unregister', { service: options.service }, options.signal);
  }

  /**
   * Asks for a registration form, and connects if it must: logged in again if an account was logged
   * in when the connection was lost, else as a guest, also after `disconnect()`. Asks the user's own
   * server, or a service that the user, being logged in, wants to register with.
   *
   * @param {{ service?: string, signal?: AbortSignal }} [options]
   * @returns {Promise<Form>} rejected with a RegistrationError
   * @fires registrationFormReceived
   * @fires registrationFailed
   */
  async requestForm(options = {}) {
    checkOptions(options, { service: isText, signal: isSignal });
    return this.#call('requestForm', { service: options.service }, options.signal);
  }

  /**
   * Fills in the form and sends it; connects again if the server has dropped
   * the connection since, and asks for a form first if there is none. What the
   * form itself rules out is refused before anything is sent. A request to
   * create the account is never sent twice. A form that an account has asked for
   * is sent by that account only, logged in again.
   *
   * @param {Object<string, string | string[] | boolean> | FormData | HTMLFormElement} values
   *   the answers by the names of the fields
   * @param {{ signal?: AbortSignal }} [options]
   * @returns {Promise<{ jid: string, username: string, domain: string, service: string }>}
   *   the account; rejected with a RegistrationError
   * @fires registrationSucceeded
   * @fires registrationFailed
   */
  async submit(values, options = {}) {
    checkOptions(options, { signal: isSignal });
    return this.#call('submit', answers(values), options.signal);
  }

  /**
   * Keeps answers for `sendCachedForm()`, and for `connect()` with `registerOnConnect`. They are sent
   * as answers to the form that was asked for last, or as old-style fields where none was.
   *
   * @param {object} values as for `submit`
   * @throws {TypeError} the values have the wrong type
   */
  setFormToSend(values) {
    this.#toSend = answers(values);
    this.#handOver();
  }

  /**
   * Sends the answers that `setFormToSend()` has kept, and forgets them. Connects if it must, and asks
   * for no form first.
   *
   * @param {{ signal?: AbortSignal }} [options]
   * @returns {Promise<{ jid: string, username: string, domain: string, service: string }>}
   *   the account; rejected with a RegistrationError
   * @fires registrationSucceeded
   * @fires registrationFailed
   */
  async sendCachedForm(options = {}) {
    checkOptions(options, { signal: isSignal });
    return this.#call('sendForm', undefined, options.signal);
  }

  /**
   * Ends what is under way, which rejects with the reason `aborted`, and closes
   * the connection.
   *
   * @param {{ signal?: AbortSignal }} [options] the signal ends the waiting, not the closing
   * @returns {Promise<void>}
   * @fires disconnected
   */
  async disconnect(options = {}) {
    checkOptions(options, { signal: isSignal });
    this.#life.abort();
    this.#life = new AbortController();
    if (this.#module) await unless(this.#call('disconnect'), options.signal);
  }

  /** Gives the kept form to the module, which knows what it is an answer to. */
  #handOver() {
    if (!this.#module || !this.#toSend) return;
    this.#module.setFormToSend(this.#handle, this.#toSend);
    this.#toSend = undefined;
  }

  /** Calls a function of the module for this manager. */
  async #call(name, argument, signal) {
    if (!this.#addressed) throw new TypeError('domain is missing: the server to register with');
    const life = this.#life.signal;
    try {
      const table = await unless(loadModule(), life, signal);
      this.#open(table);
      return await track(table[name](this.#handle, argument, signal));
    } catch (reason) {
      const error = failure(reason, signal);
      // It never reached the module, or the module has ended: nobody else can tell of it.
      if (reason instanceof Error && !(reason instanceof TypeError) && FAILURES[name])
        this.#dispatch(FAILURES[name], error);
      throw error;
    }
  }

  /** Makes this manager's counterpart in the module, anew after a new load. */
  #open(table) {
    if (this.#module === table) return;
    // The module must not keep this object alive, or it would never be collected.
    const self = new WeakRef(this);
    const dispatch = (type, detail) => {
      const manager = self.deref();
      if (manager) manager.#dispatch(type, detail);
    };
    this.#handle = table.open(this.#options, dispatch);
    this.#module = table;
    const forget = onExit(() => {
      const manager = self.deref();
      if (manager) manager.#ended(table);
    });
    collected.register(this, { table, handle: this.#handle, forget });
    this.#handOver();
  }

  /** The module has ended, and with it the connection. */
  #ended(table) {
    if (this.#module !== table) return;
    this.#module = null;
    if (this.#supported) this.#dispatch('supportedByServerChanged', { supported: false });
    this.#dispatch('disconnected', { reason: 'module-exited' });
  }

  #dispatch(type, detail) {
    if (type.endsWith('Failed')) detail = toError(detail);
    if (type === 'supportedByServerChanged') this.#supported = detail.supported;
    if (type === 'connected') connected.add(this);
    if (type === 'disconnected') connected.delete(this);
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

// The event that tells of an operation's failure.
const FAILURES = {
  requestForm: 'registrationFailed',
  submit: 'registrationFailed',
  sendForm: 'registrationFailed',
  changePassword: 'passwordChangeFailed',
  deleteAccount: 'accountDeletionFailed',
};

// Managers with a connection: their listeners wait for what it brings, though nobody else may
// refer to them.
const connected = new Set();

// A manager that nothing refers to any more is closed in the module too.
const collected = new FinalizationRegistry(({ table, handle, forget }) => {
  forget();
  try {
    table.close(handle);
  } catch {
    // The module has ended, and the manager with it.
  }
});

// The module's description of an error, and the one RegistrationError made of
// it for the event and the Promise.
const errors = new WeakMap();

function toError(reason) {
  if (reason instanceof Error) return reason;
  if (!errors.has(reason)) {
    const error = new RegistrationError(reason);
    // Until it is read, V8 keeps what it is made of, the manager too, which would never be collected.
    void error.stack;
    errors.set(reason, error);
  }
  return errors.get(reason);
}

/** The error of an operation, from what ended it: the module's description, or an error of this side's own. */
function failure(reason, signal) {
  if (reason instanceof TypeError) return reason;
  const error = reason instanceof Error ? moduleError(reason) : toError(reason);
  if (error.reason === 'aborted' && signal?.aborted) error.cause = signal.reason;
  return error;
}

/** A promise that rejects with the reason `aborted` when one of the signals does. */
function unless(promise, ...signals) {
  return new Promise((resolve, reject) => {
    const abort = () =>
      reject(new RegistrationError({ message: 'The operation was aborted.', kind: 'aborted', reason: 'aborted' }));
    const active = signals.filter(Boolean);
    if (active.some(signal => signal.aborted)) abort();
    for (const signal of active) signal.addEventListener('abort', abort);
    promise.then(resolve, reject).finally(() => {
      for (const signal of active) signal.removeEventListener('abort', abort);
    });
  });
}

function moduleError(cause) {
  if (cause instanceof RegistrationError) return cause;
  return new RegistrationError({ message: cause.message, kind: 'transport', reason: 'module-exited' }, { cause });
}

/** Brings the values into the one shape that the module reads. */
function answers(values) {
  let entries;
  let complete = false;
  if (typeof HTMLFormElement === 'function' && values instanceof HTMLFormElement) values = new FormData(values);
  if (typeof FormData === 'function' && values instanceof FormData) {
    // An HTML form leaves out what is not checked.
    complete = true;
    entries = [...new Set(values.keys())].map(name => [name, values.getAll(name)]);
  } else if (typeof values === 'object' && values !== null && !(Symbol.iterator in values)) {
    entries = Object.entries(values).filter(([, value]) => value !== undefined && value !== null);
  } else {
    throw new TypeError('values must be an object, a FormData or a form element');
  }
  const fields = entries.map(([name, value]) => [name, texts(`the value of ${name}`, value)]);
  return { fields, complete };
}

answers.check = (_name, values) => {
  answers(values);
};

/** The texts that one answer is to the module; `name` is what to call it where it is none. */
function texts(name, value) {
  return (Array.isArray(value) ? value : [value]).map(one => {
    if (typeof one === 'boolean') return one ? '1' : '0';
    if (typeof one === 'string') return one;
    throw new TypeError(`${name} must be a string, a boolean or an array of strings`);
  });
}

/** The values, if there are any. */
function optional(values) {
  return values === undefined ? undefined : answers(values);
}

function checkOptions(options, known) {
  if (typeof options !== 'object' || options === null) throw new TypeError('options must be an object');
  for (const [name, value] of Object.entries(options)) {
    const wants = Object.hasOwn(known, name) ? known[name] : null;
    if (!wants) throw new TypeError(`unknown option ${name}; the known ones are ${Object.keys(known).join(', ')}`);
    if (value !== undefined) wants(name, value);
  }
}

function isString(name, value) {
  if (typeof value !== 'string') throw new TypeError(`${name} must be a string`);
}

function isText(name, value) {
  isString(name, value);
  if (value.trim() === '') throw new TypeError(`${name} must not be empty`);
}

function isAddress(name, value) {
  if (!(value instanceof URL)) isText(name, value);
}

function isBoolean(name, value) {
  if (typeof value !== 'boolean') throw new TypeError(`${name} must be true or false`);
}

function isDuration(name, value) {
  if (typeof value !== 'number' || !(value > 0) || value > 0x7fffffff) {
    throw new TypeError(`${name} must be a number of milliseconds, more than 0`);
  }
}

function isSignal(name, value) {
  // An AbortSignal of another window is none of this one's class.
  if (typeof value?.aborted !== 'boolean' || typeof value.addEventListener !== 'function')
    throw new TypeError(`${name} must be an AbortSignal`);
}

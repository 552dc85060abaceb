/**
 * XMPP account registration (XEP-0077) in a web page.
 *
 * The protocol is spoken by a WebAssembly module, which this file loads once
 * and wraps: every operation returns a Promise and dispatches an event. Names
 * are those of the signals and methods of QXmppRegistrationManager.
 *
 * @module xmppreg
 */

import { holdsLink } from './address.js';
import { load as loadModule, onExit, onProgress, track } from './shared-module.js';

export { build } from './shared-module.js';

/**
 * @import { Answers, Arguments, FunctionTable, ManagerSettings, Operations, Results } from './run.js'
 * @import {
 *   Account, AttachOptions, ChangeOptions, ConnectOptions, ExamineOptions, FieldRules, Form, Kind, Link, LoadOptions, OperationOptions, Provider, Reason,
 *   RegistrationErrorDetail, RegistrationManagerOptions, Report, RequestFormOptions, Rule, UnregisterOptions, Value, Values, Verification,
 * } from './xmppreg.js'
 */

/**
 * Why an operation failed.
 *
 * `reason` is what a page chooses its words by; README.md lists the values.
 * `kind` says where the error comes from: `stanza`, `stream`, `sasl`,
 * `transport`, `discovery`, `timeout`, `aborted` or `form`. `type` and
 * `condition` are XMPP's own (RFC 6120 section 8.3), `text` is the server's
 * text in the user's language (`genericText` if it says no more than `reason`), `application` the application-specific
 * condition, `field` the name of the field at fault, `rule` which rule of the
 * form it breaks (as `validate` names it), `url` the address that the
 * server names instead of itself, `domain` the server that an invitation is for
 * if it is another one. What there is none of is an empty string.
 * `retryAt` is when to try again, a Date, or null where the server does not say.
 * `form` is the form that came with the error, or null. `outcomeUnknown` is
 * true when a request went out and its answer never came: what it asked for may
 * have happened (the account may exist, have the new password, or be deleted).
 */
export class RegistrationError extends Error {
  /**
   * @param {RegistrationErrorDetail} detail the properties
   * @param {{ cause?: unknown }} [options]
   */
  constructor(detail, options) {
    super(detail.message, options);
    /** @type {Kind | ''} */
    this.kind = detail.kind ?? '';
    /** @type {Reason} */
    this.reason = detail.reason ?? 'unknown';
    this.type = detail.type ?? '';
    this.condition = detail.condition ?? '';
    this.text = detail.text ?? '';
    this.genericText = detail.genericText ?? false;
    this.application = detail.application ?? '';
    this.field = detail.field ?? '';
    /** @type {Rule | ''} */
    this.rule = detail.rule ?? '';
    this.url = detail.url ?? '';
    this.domain = detail.domain ?? '';
    /** @type {Date | null} */
    this.retryAt = detail.retryAt == null ? null : new Date(detail.retryAt);
    /** @type {Form | null} */
    this.form = detail.form ?? null;
    this.outcomeUnknown = detail.outcomeUnknown ?? false;
  }

  /** @type {'RegistrationError'} */
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
 * @param {LoadOptions} [options] without `worker` the module runs in a Worker where there can be one; with true, the load
 *   fails where there can be none
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
    throw failure(/** @type {Failure} */ (cause));
  }
}

/**
 * Checks an answer to a field of a form, as `submit` does before it sends anything: for pages that want
 * to tell while the user types.
 *
 * @param {FieldRules} field as `requestForm` gives it, or as much of one as there are rules
 * @param {Value} value
 * @returns {Promise<Rule | ''>} the rule that is broken, '' if none: `required`, `single`, `character`,
 *   `boolean`, `option`, `jid`, of an account's name `outside`, of its new password `saslprep`, or, of the field's `validation` (XEP-0122), `datatype`, `range`, `regex`
 *   or `list-range`; rejected with a TypeError if an argument is none of these
 */
export async function validate(field, value) {
  if (typeof field !== 'object' || field === null)
    throw new TypeError('field must be a field of a form, as requestForm gives it');
  const values = texts('value', value);
  try {
    const table = await loadModule();
    return await track(table.validate(field, values));
  } catch (cause) {
    throw failure(/** @type {Failure} */ (cause));
  }
}

/**
 * Understands what people write who are asked for their provider: its domain, an address there, a link or a page of it,
 * the link or the page of an invitation, also among other words.
 *
 * @param {string} text
 * @returns {Promise<Provider | null>} null if there is none in it; rejected with a RegistrationError if the module can't be
 *   loaded
 */
export async function parseProvider(text) {
  isText('text', text);
  try {
    const table = await loadModule();
    return await track(table.parseProvider(text));
  } catch (cause) {
    throw failure(/** @type {Failure} */ (cause));
  }
}

/**
 * Reports what a browser meets on its way to a server, for those who set one up: reads both host-meta files
 * (XEP-0156), and opens and closes every WebSocket that they name. Nothing is said over them. What it finds
 * depends on the page's origin (CORS) and on its Content-Security-Policy.
 *
 * @param {string} domain
 * @param {ExamineOptions} [options]
 * @returns {Promise<Report>} rejected with a RegistrationError
 */
export async function examine(domain, options = {}) {
  isText('domain', domain);
  checkOptions(options, { url: isText, signal: isSignal });
  const { url, signal } = options;
  try {
    const table = await orAborted(loadModule(), signal);
    return await track(table.examine({ domain: domain.trim(), url: url?.trim() }, signal));
  } catch (reason) {
    throw failure(/** @type {Failure} */ (reason), signal);
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
 * - `disconnected`: `{ reason }`, null where that is no failure: it was asked for, or the server dropped who was silent
 * - `loadProgress`: `{ loaded, total }`, bytes of the module while it comes: of the one that all managers share, so
 *   each of them tells of it
 * - `logMessage`: `{ level, message }`, the level being `debug`, `info`, `warning`, `sent` or
 *   `received`; never with a password, a token or anything that was filled in
 * - `setGauge`: `{ gauge, value }`, the gauge being `streams.open`
 * - `updateCounter`: `{ counter, amount }`, the counter being `streams.opened`, `stanzas.sent` or
 *   `stanzas.received`
 *
 * The last three are made only once somebody has listened for one of them: they cost time.
 */
export class RegistrationManager extends EventTarget {
  /**
   * Whether `connect()` is for registering instead of logging in: it then stops when the stream's
   * features are there, and the kept form is sent if there is one, else the form is asked for.
   *
   * @type {boolean}
   */
  registerOnConnect = false;

  /** @type {ManagerSettings} */
  #options;
  /** @type {Answers | undefined} */
  #toSend;
  /** What sends over the connections of clients, by the numbers of the links. @type {Map<number, (stanza: string) => Promise<void>>} */
  #clients = new Map();
  #lastLink = 0;
  #supported = false;
  /** Whether it is known which server to connect to. */
  #serverKnown;
  /** Aborted by disconnect(): ends the calls that still wait for the module. */
  #life = new AbortController();
  /** What #handle belongs to. @type {FunctionTable | null} */
  #module = null;
  #handle = 0;

  /**
   * @param {RegistrationManagerOptions} [options]
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
    this.#serverKnown = options.domain !== undefined || holdsLink(options.token ?? '');
    this.#options = {
      domain: options.domain?.trim() ?? '',
      url: options.url?.trim(),
      lang: options.lang ?? globalThis.navigator?.language ?? '',
      token: options.token,
      timeout: options.timeout ?? 30000,
      requireFeature: options.requireFeature !== false,
      diagnostics: false,
    };
    const self = new WeakRef(this);
    const forget = onProgress(detail => {
      const manager = self.deref();
      if (manager) manager.#dispatch('loadProgress', detail);
    });
    forgotten.register(this, forget);
  }

  /**
   * As EventTarget's own.
   *
   * @param {string} type
   * @param {EventListenerOrEventListenerObject | null} listener
   * @param {boolean | AddEventListenerOptions} [options]
   */
  addEventListener(type, listener, options) {
    if (DIAGNOSTICS.includes(type) && !this.#options.diagnostics) {
      this.#options.diagnostics = true;
      this.#module?.diagnose(this.#handle);
    }
    super.addEventListener(type, listener, options);
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
   * @param {ConnectOptions} [options]
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
    if (jid !== undefined) this.#serverKnown = true;
    await this.#call('connect', { jid: jid?.trim(), password, registerOnConnect: register }, signal);
  }

  /**
   * Works over the connection of a client that is logged in: the user hands over no password, and there is no
   * second session. The manager sends its own requests and nothing else, takes the answers to them and leaves all
   * else alone, and never ends the client's stream. `disconnect()` detaches.
   *
   * Resolves before the first request, which asks what the server supports: its answer comes through the link.
   * What the server supports is then told by the event, and other operations wait for it.
   *
   * @param {AttachOptions} options
   * @returns {Promise<Link>} what to hand over to the manager; rejected with a RegistrationError, of the reason
   *   `busy` while the manager has a connection
   * @fires connected
   * @fires supportedByServerChanged
   */
  async attach(options) {
    checkOptions(options, { jid: isText, send: isFunction, signal: isSignal });
    const { jid, send, signal } = options;
    if (jid === undefined || send === undefined) throw new TypeError('attach needs both jid and send');
    this.#serverKnown = true;
    const link = ++this.#lastLink;
    /** @type {(value?: unknown) => void} */
    let begin = () => {};
    const begun = new Promise(resolve => {
      begin = resolve;
    });
    // The answer must not come before the caller has the link and listens.
    const handedOver = begun.then(() => new Promise(resolve => setTimeout(resolve)));
    this.#clients.set(link, async stanza => {
      begin();
      await handedOver;
      await send(stanza);
    });
    try {
      await Promise.race([begun, this.#call('attach', { jid: jid.trim(), link }, signal)]);
    } catch (error) {
      this.#clients.delete(link);
      throw error;
    }
    return {
      receive: stanza => {
        isString('stanza', stanza);
        this.#module?.receive(this.#handle, link, stanza);
      },
      ended: () => this.#module?.ended(this.#handle, link),
    };
  }

  /**
   * Has a client send a stanza, and tells the module what has come of it.
   *
   * @param {{ link: number, number: number, stanza: string }} request
   */
  async #send({ link, number, stanza }) {
    const [module, handle] = [this.#module, this.#handle];
    let problem = '';
    try {
      await this.#clients.get(link)?.(stanza);
    } catch (error) {
      problem = String(/** @type {Partial<Error> | null} */ (error)?.message || error || 'it failed');
    }
    if (module === this.#module) module?.sent(handle, number, problem);
  }

  /**
   * Changes the password of the account that is logged in (XEP-0077 section 3.3); logs in again first
   * if the connection is gone. Several changes are made one after the other. From then on `connect()`
   * uses the new password.
   *
   * A server may want to know more: the error then has a `form`. Call again with the answers to it.
   *
   * @param {string} newPassword
   * @param {ChangeOptions} [options]
   * @returns {Promise<void>} rejected with a RegistrationError
   * @fires passwordChanged
   * @fires passwordChangeFailed
   */
  async changePassword(newPassword, options = {}) {
    isString('newPassword', newPassword);
    checkOptions(options, { values: areAnswers, signal: isSignal });
    await this.#call('changePassword', { newPassword, values: optional(options.values) }, options.signal);
  }

  /**
   * Deletes the account that is logged in (XEP-0077 section 3.2), and resolves after `disconnected`.
   * The manager then knows no account any more.
   *
   * A server may want to know more: the error then has a `form`. Call again with the answers to it.
   *
   * @param {ChangeOptions} [options]
   * @returns {Promise<void>} rejected with a RegistrationError; the account is still there, unless
   *   `outcomeUnknown` says that nobody knows
   * @fires accountDeleted
   * @fires accountDeletionFailed
   */
  async deleteAccount(options = {}) {
    checkOptions(options, { values: areAnswers, signal: isSignal });
    await this.#call('deleteAccount', { values: optional(options.values) }, options.signal);
  }

  /**
   * Cancels the registration with a service. Refuses the user's own server and address:
   * `deleteAccount()` deletes the account.
   *
   * @param {UnregisterOptions} options
   * @returns {Promise<void>} rejected with a RegistrationError
   */
  async unregister(options) {
    checkOptions(options, { service: isText, signal: isSignal });
    if (options.service === undefined)
      throw new TypeError('service is missing: the address to cancel the registration with');
    await this.#call('unregister', { service: options.service.trim() }, options.signal);
  }

  /**
   * Asks for a registration form, and connects if it must: logged in again if an account was logged
   * in when the connection was lost, else as a guest, also after `disconnect()`. Asks the user's own
   * server, or a service that the user, being logged in, wants to register with.
   *
   * @param {RequestFormOptions} [options]
   * @returns {Promise<Form>} rejected with a RegistrationError
   * @fires registrationFormReceived
   * @fires registrationFailed
   */
  async requestForm(options = {}) {
    checkOptions(options, { service: isText, signal: isSignal });
    return this.#call('requestForm', { service: options.service?.trim() }, options.signal);
  }

  /**
   * Fills in the form and sends it; connects again if the server has dropped
   * the connection since, and asks for a form first if there is none. What the
   * form itself rules out is refused before anything is sent. A request to
   * create the account is never sent twice. A form that an account has asked for
   * is sent by that account only, logged in again.
   *
   * @param {Values} values
   * @param {OperationOptions} [options]
   * @returns {Promise<Account>} rejected with a RegistrationError
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
   * @param {Values} values
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
   * @param {OperationOptions} [options]
   * @returns {Promise<Account>} rejected with a RegistrationError
   * @fires registrationSucceeded
   * @fires registrationFailed
   */
  async sendCachedForm(options = {}) {
    checkOptions(options, { signal: isSignal });
    return this.#call('sendForm', undefined, options.signal);
  }

  /**
   * Finds out what came of the last operation whose error had `outcomeUnknown`: logs in with what was
   * submitted, and sends nothing that creates or changes anything. That something is not done holds
   * for the moment: a server may be slow. What is still `unknown` can be asked for again.
   *
   * When it is found out, the manager is logged in if the account is there.
   *
   * @param {OperationOptions} [options]
   * @returns {Promise<Verification>} rejected with a RegistrationError: of the reason `bad-request` if there
   *   is nothing to find out, `aborted` if the caller gave up
   * @fires connected
   */
  async verify(options = {}) {
    checkOptions(options, { signal: isSignal });
    const found = await this.#call('verify', undefined, options.signal);
    return { ...found, error: found.error && toError(found.error) };
  }

  /**
   * Ends what is under way, which rejects with the reason `aborted`, and closes
   * the connection.
   *
   * @param {OperationOptions} [options] the signal ends the waiting, not the closing
   * @returns {Promise<void>}
   * @fires disconnected
   */
  async disconnect(options = {}) {
    checkOptions(options, { signal: isSignal });
    this.#life.abort();
    this.#life = new AbortController();
    if (this.#module) await orAborted(this.#call('disconnect', undefined, undefined), options.signal);
  }

  /** Gives the kept form to the module, which knows what it is an answer to. */
  #handOver() {
    if (!this.#module || !this.#toSend) return;
    this.#module.setFormToSend(this.#handle, this.#toSend);
    this.#toSend = undefined;
  }

  /**
   * Calls an operation of the module for this manager.
   *
   * @template {keyof Arguments} Name
   * @param {Name} name
   * @param {Arguments[Name]} argument
   * @param {AbortSignal | undefined} signal
   * @returns {Promise<Results[Name]>}
   */
  async #call(name, argument, signal) {
    if (!this.#serverKnown) throw new TypeError('domain is missing: the server to register with');
    const life = this.#life.signal;
    try {
      const { domain, url } = this.#options;
      const server = REGISTERING.includes(name) && domain ? { domain, url } : undefined;
      const table = await orAborted(loadModule({}, server), life, signal);
      // disconnect() may have been called since the module came.
      if (life.aborted) throw aborted();
      this.#open(table);
      /** @type {Operations} */
      const operations = table;
      return await track(operations[name](this.#handle, argument, signal));
    } catch (cause) {
      const reason = /** @type {Failure} */ (cause);
      const error = failure(reason, signal);
      // It never reached the module, or the module has ended: nobody else can tell of it.
      if (reason instanceof Error && !(reason instanceof TypeError) && FAILURES[name])
        this.#dispatch(FAILURES[name], error);
      throw error;
    }
  }

  /**
   * Makes this manager's counterpart in the module, anew after a new load.
   *
   * @param {FunctionTable} table
   */
  #open(table) {
    if (this.#module === table) return;
    // The module must not keep this object alive, or it would never be collected.
    const self = new WeakRef(this);
    /** @type {(type: string, detail: unknown) => void} */
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

  /**
   * The module has ended, and with it the connection.
   *
   * @param {FunctionTable} table
   */
  #ended(table) {
    if (this.#module !== table) return;
    this.#module = null;
    this.#clients.clear();
    if (!connected.has(this)) return;
    // After the failures of the operations that were under way.
    queueMicrotask(() => {
      if (this.#supported) this.#dispatch('supportedByServerChanged', { supported: false });
      this.#dispatch('setGauge', { gauge: 'streams.open', value: 0 });
      this.#dispatch('disconnected', { reason: 'module-exited' });
    });
  }

  /**
   * @param {string} type
   * @param {unknown} detail
   */
  #dispatch(type, detail) {
    if (type === 'stanza') {
      this.#send(/** @type {{ link: number, number: number, stanza: string }} */ (detail));
      return;
    }
    if (type === 'detached') {
      this.#clients.delete(/** @type {number} */ (detail));
      return;
    }
    if (type.endsWith('Failed')) detail = toError(/** @type {Failure} */ (detail));
    if (type === 'supportedByServerChanged') {
      this.#supported = /** @type {{ supported: boolean }} */ (detail).supported;
    }
    if (type === 'connected') connected.add(this);
    if (type === 'disconnected') connected.delete(this);
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

/** The events that the module makes only where somebody has listened for one of them. */
const DIAGNOSTICS = ['logMessage', 'setGauge', 'updateCounter'];

/** The operations that go to the server of the options when nothing was done before. @type {(keyof Arguments)[]} */
const REGISTERING = ['requestForm', 'submit', 'sendForm'];

/**
 * The event that tells of an operation's failure.
 *
 * @type {Partial<Record<keyof Arguments, string>>}
 */
const FAILURES = {
  requestForm: 'registrationFailed',
  submit: 'registrationFailed',
  sendForm: 'registrationFailed',
  changePassword: 'passwordChangeFailed',
  deleteAccount: 'accountDeletionFailed',
};

/**
 * Managers with a connection: their listeners wait for what it brings, though nobody else may refer to them.
 *
 * @type {Set<RegistrationManager>}
 */
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

// One that has never reached the module tells how much of it is there, until nothing refers to it any more.
const forgotten = new FinalizationRegistry((/** @type {() => void} */ forget) => forget());

/**
 * What an operation of the module rejects with, or an error of this side's own.
 *
 * @typedef {RegistrationErrorDetail | Error} Failure
 */

/**
 * The module's description of an error, and the one RegistrationError made of it for the event and the Promise.
 *
 * @type {WeakMap<RegistrationErrorDetail, RegistrationError>}
 */
const errors = new WeakMap();

/**
 * @template {Failure} Reason
 * @param {Reason} reason
 */
function toError(reason) {
  if (reason instanceof Error) return reason;
  let error = errors.get(reason);
  if (!error) {
    error = new RegistrationError(reason);
    // Until it is read, V8 keeps what it is made of, the manager too, which would never be collected.
    void error.stack;
    errors.set(reason, error);
  }
  return error;
}

/**
 * The error of an operation, from what ended it: the module's description, or an error of this side's own. A TypeError
 * is about an argument, and stays one.
 *
 * @param {Failure} reason
 * @param {AbortSignal} [signal]
 */
function failure(reason, signal) {
  if (reason instanceof TypeError) return reason;
  const error = reason instanceof Error ? moduleError(reason) : toError(reason);
  if (error.reason === 'aborted' && signal?.aborted) error.cause = signal.reason;
  return error;
}

/**
 * The same promise, but rejected with the reason `aborted` when one of the signals is aborted before.
 *
 * @template Result
 * @param {Promise<Result>} promise
 * @param {...(AbortSignal | undefined)} signals
 * @returns {Promise<Result>}
 */
function orAborted(promise, ...signals) {
  return new Promise((resolve, reject) => {
    const abort = () => reject(aborted());
    const active = signals.filter(signal => signal !== undefined);
    if (active.some(signal => signal.aborted)) abort();
    for (const signal of active) signal.addEventListener('abort', abort);
    promise.then(resolve, reject).finally(() => {
      for (const signal of active) signal.removeEventListener('abort', abort);
    });
  });
}

function aborted() {
  return new RegistrationError({ message: 'The operation was aborted.', kind: 'aborted', reason: 'aborted' });
}

/** @param {Error} cause why the module is not there */
function moduleError(cause) {
  if (cause instanceof RegistrationError) return cause;
  return new RegistrationError({ message: cause.message, kind: 'transport', reason: 'module-exited' }, { cause });
}

/**
 * Brings the values into the one shape that the module reads.
 *
 * @param {Values} values
 * @returns {Answers}
 */
function answers(values) {
  /** @type {[string, unknown][]} */
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
  /** @type {Answers['fields']} */
  const fields = entries.map(([name, value]) => [name, texts(`the value of ${name}`, value)]);
  return { fields, complete };
}

/**
 * The texts that one answer is to the module.
 *
 * @param {string} name names it in the error if it is not an answer
 * @param {unknown} value
 * @returns {string[]}
 */
function texts(name, value) {
  return (Array.isArray(value) ? value : [value]).map(one => {
    if (typeof one === 'boolean') return one ? '1' : '0';
    if (typeof one === 'string') return one;
    throw new TypeError(`${name} must be a string, a boolean or an array of strings`);
  });
}

/**
 * The values, if there are any.
 *
 * @param {Values | undefined} values
 */
function optional(values) {
  return values === undefined ? undefined : answers(values);
}

/**
 * Throws a TypeError if it is not the option of this name.
 *
 * @typedef {(name: string, value: unknown) => void} Check
 */

/**
 * @param {object} options
 * @param {Record<string, Check>} known
 * @throws {TypeError} they are no object, or an option is unknown or has the wrong type
 */
function checkOptions(options, known) {
  if (typeof options !== 'object' || options === null) throw new TypeError('options must be an object');
  for (const [name, value] of Object.entries(options)) {
    const wants = Object.hasOwn(known, name) ? known[name] : null;
    if (!wants) throw new TypeError(`unknown option ${name}; the known ones are ${Object.keys(known).join(', ')}`);
    if (value !== undefined) wants(name, value);
  }
}

/** @type {Check} */
function areAnswers(_name, values) {
  answers(/** @type {Values} */ (values));
}

/** @type {Check} */
function isString(name, value) {
  if (typeof value !== 'string') throw new TypeError(`${name} must be a string`);
}

/** @type {Check} */
function isText(name, value) {
  isString(name, value);
  if (String(value).trim() === '') throw new TypeError(`${name} must not be empty`);
}

/** @type {Check} */
function isAddress(name, value) {
  if (!(value instanceof URL)) isText(name, value);
}

/** @type {Check} */
function isFunction(name, value) {
  if (typeof value !== 'function') throw new TypeError(`${name} must be a function`);
}

/** @type {Check} */
function isBoolean(name, value) {
  if (typeof value !== 'boolean') throw new TypeError(`${name} must be true or false`);
}

/** @type {Check} */
function isDuration(name, value) {
  if (typeof value !== 'number' || !(value > 0) || value > 0x7fffffff) {
    throw new TypeError(`${name} must be a number of milliseconds, more than 0`);
  }
}

/** @type {Check} */
function isSignal(name, value) {
  // An AbortSignal of another window is not an instance of this window's class.
  const { aborted, addEventListener } = /** @type {Partial<AbortSignal>} */ (value ?? {});
  if (typeof aborted !== 'boolean' || typeof addEventListener !== 'function')
    throw new TypeError(`${name} must be an AbortSignal`);
}

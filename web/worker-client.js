/**
 * The page's side of a module in a Worker: a function table like the module's own, whose functions are
 * messages to worker.js.
 *
 * A message is an object whose `type` says who handles it there. What an event and a Promise tell of in
 * common, an error or a form, is one object on the page as it is in the module: it comes with a number, and
 * the page keeps those that came last.
 *
 * @module worker-client
 */

import { persistScript, reach } from './download.js';
import { trusting } from './trusted.js';

/** @import { Server } from './ahead.js' */
/** @import { Arguments, Emit, FunctionTable, ManagerSettings, Notices, Operation, Results, Started } from './run.js' */
/** @import { Provider, Report, Rule } from './xmppreg.js' */

const KEPT = 16; // for each manager: an event and its Promise come close together; one that is older is copied anew

/** There can be no Worker here, whatever module it is for. */
export class NoWorker extends Error {}

/**
 * Starts a module in a Worker of its own.
 *
 * @param {Promise<WebAssembly.Module>} compiled
 * @param {string} build of the page's scripts
 * @param {Server} [server] which the module will ask first
 * @returns {Promise<Started>} rejected with NoWorker if there can be none
 */
export async function startWorker(compiled, build, server) {
  /** @type {Worker} */
  let worker;
  /** @type {<Type extends keyof Requests>(type: Type, message: Requests[Type]) => void} */
  const post = (type, message) => worker.postMessage({ type, ...message });
  /** By number. @type {Map<number, PageManager>} */
  const managers = new Map();
  /** What settles the calls under way, by number. @type {Map<number, (outcome: Replies['settled']) => void>} */
  const calls = new Map();
  /** Aborted when the Worker has ended: nothing is posted to it any more. */
  const end = new AbortController();
  let last = 0;

  /** @type {Partial<{ [Type in keyof Replies]: (message: Replies[Type]) => void }>} */
  const on = {
    event({ manager: number, name, ...told }) {
      const manager = managers.get(number);
      manager?.emit(name, kept(manager, told));
    },
    settled(outcome) {
      calls.get(outcome.call)?.(outcome);
      calls.delete(outcome.call);
    },
  };

  /** @type {(name: string, number: number | undefined, args: unknown[], signal?: AbortSignal) => Promise<unknown>} */
  const call = (name, number, args, signal) =>
    new Promise((resolve, reject) => {
      const id = ++last;
      const manager = number === undefined ? undefined : managers.get(number);
      const abort = () => post('abort', { call: id });
      post('call', { call: id, name, manager: number, args, signal: signal && { aborted: signal.aborted } });
      signal?.addEventListener('abort', abort, { signal: end.signal });
      calls.set(id, ({ outcome, ...told }) => {
        signal?.removeEventListener('abort', abort);
        if (outcome === 'wrong') reject(new TypeError(/** @type {string} */ (told.value)));
        else (outcome === 'done' ? resolve : reject)(kept(manager, told));
      });
    });

  const started = new Promise((resolve, reject) => {
    on.ready = resolve;
    on.failed = ({ message }) => reject(new Error(message));
    compiled.catch(reject);
  });
  started.catch(() => {}); // it is waited for once the script is there
  const stop = () => worker?.terminate();
  /** @type {() => Promise<void>} */
  const begin = () =>
    new Promise((resolve, reject) => {
      stop();
      worker = trusting(() => new Worker(new URL('./worker.js', import.meta.url), { type: 'module', name: 'xmppreg' }));
      worker.onmessage = ({ data }) => {
        const { type } = /** @type {{ type: keyof Replies }} */ (data);
        on[type]?.(data);
      };
      on.begun = () => resolve();
      worker.onerror = reject;
      post('start', { build, server });
    });
  /** @type {(cause: unknown) => Promise<unknown>} */
  const look = async cause => {
    if (!(cause instanceof Event)) throw cause; // the browser makes no such Worker
    // Only a bundler may know where worker.js lies: the page's own server shows whether the line is well.
    return reach(location.href, { method: 'HEAD', cache: 'no-store' });
  };
  try {
    await persistScript(begin, look).catch(cause => {
      throw unusable(cause);
    });
    await new Promise((resolve, reject) => {
      worker.onerror = ({ message }) => reject(new Error(`The module failed in its Worker: ${message}`));
      started.then(resolve, reject);
      compiled.then(module => post('module', { module }), reject);
    });
  } catch (error) {
    stop();
    throw error;
  }

  /**
   * A function that calls an operation of a manager.
   *
   * @template {keyof Arguments} Name
   * @param {Name} name
   * @returns {Operation<Arguments[Name], Results[Name]>}
   */
  const operation = name => (manager, argument, signal) =>
    /** @type {Promise<Results[Name]>} */ (call(name, manager, [argument], signal));
  /**
   * A function that tells a manager of something.
   *
   * @template {keyof Notices} Name
   * @param {Name} name
   * @returns {(manager: number, ...args: Notices[Name]) => void}
   */
  const notice =
    name =>
    (manager, ...args) =>
      post('notice', { manager, name, args });
  /** @type {FunctionTable} */
  const table = {
    connect: operation('connect'),
    changePassword: operation('changePassword'),
    deleteAccount: operation('deleteAccount'),
    unregister: operation('unregister'),
    verify: operation('verify'),
    requestForm: operation('requestForm'),
    submit: operation('submit'),
    sendForm: operation('sendForm'),
    disconnect: operation('disconnect'),
    attach: operation('attach'),
    open(options, emit) {
      managers.set(++last, { emit, objects: new Map() });
      post('open', { manager: last, options });
      return last;
    },
    close(number) {
      managers.delete(number);
      post('close', { manager: number });
    },
    diagnose: notice('diagnose'),
    setFormToSend: notice('setFormToSend'),
    receive: notice('receive'),
    ended: notice('ended'),
    sent: notice('sent'),
    // A framework's field may be a Proxy, which can't be cloned.
    validate: (field, values) =>
      /** @type {Promise<Rule | ''>} */ (
        call('validate', undefined, [JSON.parse(JSON.stringify(field) ?? null), values])
      ),
    parseProvider: text => /** @type {Promise<Provider | null>} */ (call('parseProvider', undefined, [text])),
    examine: (options, signal) => /** @type {Promise<Report>} */ (call('examine', undefined, [options], signal)),
  };
  const exited = new Promise(resolve => {
    on.ended = worker.onerror = worker.onmessageerror = resolve;
  });
  return {
    table,
    exited: exited.then(() => {
      end.abort();
      worker.terminate();
    }),
  };
}

/**
 * What was told; in the place of copies, the objects that the manager's page has already.
 *
 * @param {PageManager | undefined} manager
 * @param {Told} told
 */
function kept(manager, { value, id, form }) {
  if (!manager || !id) return value;
  if (form) {
    const error = /** @type {{ form: unknown }} */ (value);
    error.form = firstCopy(manager, form, error.form);
  }
  return firstCopy(manager, id, value);
}

/**
 * The copy of an object that came first.
 *
 * @param {PageManager} manager
 * @param {number} id
 * @param {unknown} copy
 */
function firstCopy({ objects }, id, copy) {
  if (!objects.has(id)) {
    objects.set(id, copy);
    if (objects.size > KEPT) objects.delete(/** @type {number} */ (objects.keys().next().value));
  }
  return objects.get(id);
}

/** @param {Error | ErrorEvent} cause */
function unusable(cause) {
  return new NoWorker(
    `worker.js could not be started as a Worker${cause.message ? ` (${cause.message})` : ''}. It must lie beside the other ` +
      "files, on the page's own origin, the Content-Security-Policy must let it run (worker-src), and the browser must know module " +
      'Workers (Firefox from 114 on). load({ worker: false }) does without.',
    { cause },
  );
}

/**
 * A manager of the page's.
 *
 * @typedef {object} PageManager
 * @property {Emit} emit
 * @property {Map<number, unknown>} objects those that came last, by number
 */

/**
 * What the page asks the Worker for, by the messages' types.
 *
 * @typedef {object} Requests
 * @property {{ build: string, server: Server | undefined }} start
 * @property {{ module: WebAssembly.Module }} module
 * @property {{ manager: number, options: ManagerSettings }} open
 * @property {{ manager: number }} close
 * @property {{ manager: number, name: keyof Notices, args: unknown[] }} notice
 * @property {Call} call
 * @property {{ call: number }} abort
 */

/**
 * A function of the table is to be called.
 *
 * @typedef {object} Call
 * @property {number} call
 * @property {string} name of the function
 * @property {number | undefined} manager its first argument, if the function is a manager's
 * @property {unknown[]} args
 * @property {{ aborted: boolean } | undefined} signal if the caller has one
 */

/**
 * What the Worker tells the page.
 *
 * @typedef {object} Replies
 * @property {{}} begun its script runs
 * @property {{}} ready
 * @property {{ message: string }} failed
 * @property {Told & { manager: number, name: string }} event
 * @property {Told & { call: number, outcome: 'done' | 'failed' | 'wrong' }} settled
 * @property {{}} ended
 */

/**
 * A value of the module's.
 *
 * @typedef {object} Told
 * @property {unknown} value
 * @property {number} [id] of an error or a form: the same object has the same number
 * @property {number | null} [form] the number of an error's form
 */

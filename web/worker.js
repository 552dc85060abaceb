/**
 * The module in a Worker: does what the messages of worker-client.js ask for.
 *
 * @module worker
 */

import { askAhead } from './ahead.js';
import { build, mixed, run } from './run.js';

/** @import { FunctionTable } from './run.js' */
/** @import { Replies, Requests, Told } from './worker-client.js' */

/** The module's numbers by the page's. @type {Map<number, number>} */
const managers = new Map();
/** What aborts the calls under way. @type {Map<number, AbortController>} */
const calls = new Map();
/** Of the objects that the page is to know again. @type {WeakMap<object, number>} */
const numbers = new WeakMap();
let last = 0;
/** @type {FunctionTable} */
let table;
/** Takes the module from the page. @type {(module: WebAssembly.Module) => void} */
let take;
/** @type {Promise<WebAssembly.Module>} */
const compiled = new Promise(resolve => {
  take = resolve;
});

/** @type {<Type extends keyof Replies>(type: Type, message: Replies[Type]) => void} */
const post = (type, message) => postMessage({ type, ...message });

/** @type {{ [Type in keyof Requests]: (message: Requests[Type]) => void }} */
const on = {
  async start({ build: page, server }) {
    if (server) askAhead(server);
    post('begun', {});
    let exited;
    try {
      if (page !== build) throw new Error(mixed('worker.js', 'xmppreg.js'));
      ({ table, exited } = await run(compiled));
    } catch (error) {
      post('failed', { message: /** @type {Error} */ (error).message });
      return;
    }
    const ended = () => {
      post('ended', {});
      close();
    };
    exited.then(ended, ended);
    post('ready', {});
  },
  module({ module }) {
    take(module);
  },
  open({ manager, options }) {
    const number = table.open(options, (name, detail) => post('event', { manager, name, ...told(detail) }));
    managers.set(manager, number);
  },
  close({ manager }) {
    table.close(moduleNumber(manager));
    managers.delete(manager);
  },
  notice({ manager, name, args }) {
    const tell = /** @type {(manager: number, ...args: unknown[]) => void} */ (table[name]);
    tell(moduleNumber(manager), ...args);
  },
  async call({ call, name, manager, args, signal }) {
    const controller = new AbortController();
    if (signal?.aborted) controller.abort();
    calls.set(call, controller);
    const all = [...(manager === undefined ? args : [moduleNumber(manager), ...args]), signal && controller.signal];
    const functions = /** @type {Record<string, (...all: unknown[]) => Promise<unknown>>} */ (
      /** @type {unknown} */ (table)
    );
    try {
      post('settled', { call, outcome: 'done', ...told(await functions[name](...all)) });
    } catch (reason) {
      if (reason instanceof TypeError) post('settled', { call, outcome: 'wrong', value: reason.message });
      else post('settled', { call, outcome: 'failed', ...told(reason) });
    } finally {
      calls.delete(call);
    }
  },
  abort({ call }) {
    calls.get(call)?.abort();
  },
};
addEventListener('messageerror', () =>
  post('failed', { message: 'The Worker could not take the module from the page.' }),
);
addEventListener('message', ({ data }) => {
  const { type } = /** @type {{ type: keyof Requests }} */ (data);
  on[type](data);
});

/**
 * The module's number of a manager.
 *
 * @param {number} manager the page's
 */
function moduleNumber(manager) {
  return /** @type {number} */ (managers.get(manager));
}

/**
 * A value, and if it is an error or a form, by which numbers the page knows it and an error's form again.
 *
 * @param {unknown} value
 * @returns {Told}
 */
function told(value) {
  const { fields, form } = /** @type {{ fields?: unknown, form?: object | null }} */ (value ?? {});
  const object = /** @type {object} */ (value);
  if (fields) return { value, id: numberOf(object) };
  if (form !== undefined) return { value, id: numberOf(object), form: form && numberOf(form) };
  return { value };
}

/** @param {object} object */
function numberOf(object) {
  const number = numbers.get(object) ?? ++last;
  numbers.set(object, number);
  return number;
}

/**
 * The module in a Worker: does what the messages of remote.js ask for.
 *
 * @module worker
 */

import { build, mixed, start } from './loader.js';

const managers = new Map(); // the module's numbers by the page's
const calls = new Map(); // of those under way, what aborts them
const numbers = new WeakMap(); // of the objects that the page is to know again
let last = 0;
let table;

const post = (type, message) => postMessage({ type, ...message });

const on = {
  async start({ wasmURL, build: page }) {
    let exited;
    try {
      if (page !== build) throw new Error(mixed('worker.js', 'xmppreg.js'));
      ({ table, exited } = await start(wasmURL));
    } catch ({ message }) {
      post('failed', { message });
      return;
    }
    const ended = () => {
      post('ended');
      close();
    };
    exited.then(ended, ended);
    post('ready', { names: Object.keys(table).filter(name => typeof table[name] === 'function') });
  },
  open({ manager, options }) {
    managers.set(
      manager,
      table.open(options, (name, detail) => post('event', { manager, name, ...told(detail) })),
    );
  },
  close({ manager }) {
    table.close(managers.get(manager));
    managers.delete(manager);
  },
  setFormToSend({ manager, values }) {
    table.setFormToSend(managers.get(manager), values);
  },
  async call({ call, name, manager, args, signal }) {
    const controller = new AbortController();
    if (signal?.aborted) controller.abort();
    calls.set(call, controller);
    const all = [...(manager === undefined ? args : [managers.get(manager), ...args]), signal && controller.signal];
    try {
      post('settled', { call, outcome: 'done', ...told(await table[name](...all)) });
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
addEventListener('message', ({ data }) => on[data.type](data));

/** A value, and if it is an error or a form, by which numbers the page knows it and an error's form again. */
function told(value) {
  if (value?.fields) return { value, id: number(value) };
  if (value?.form !== undefined) return { value, id: number(value), form: value.form && number(value.form) };
  return { value };
}

function number(object) {
  if (!numbers.has(object)) numbers.set(object, ++last);
  return numbers.get(object);
}

/**
 * The one module that all managers share, in the page's own thread or in a Worker.
 *
 * @module module
 */

import { build, start } from './loader.js';
import { startWorker } from './remote.js';

export { build };

let loading = null; // the one load under way or done; null before, and after a failure
let address; // undefined: beside the scripts
let inWorker = false;
const pending = new Set(); // rejects what waits for the module
const exitListeners = new Set();

/**
 * Loads the module unless it is there already.
 *
 * @param {object} [options] what is said here holds for later loads too
 * @param {string | URL} [options.wasmURL] where it is; beside the scripts if nobody says so
 * @param {boolean} [options.worker] whether it runs in a Worker; not if nobody says so
 * @returns {Promise<object>} the function table
 * @throws {TypeError} the address is none, or the module is loaded already and runs elsewhere
 */
export function load({ wasmURL, worker = inWorker } = {}) {
  if (loading && worker !== inWorker) {
    throw new TypeError(
      `worker can't be ${worker}: the module is loaded already, ${inWorker ? 'in a Worker' : 'and in no Worker'}`,
    );
  }
  // A Worker would take the address to be relative to its own.
  if (wasmURL !== undefined) address = new URL(wasmURL, globalThis.document?.baseURI ?? globalThis.location.href).href;
  inWorker = worker;
  // Not at once: what says where the module is may run after an element that needs it.
  loading ??= Promise.resolve()
    .then(begin)
    .catch(error => {
      loading = null;
      throw error;
    });
  return loading;
}

/** Calls listener once when the module that is loaded now ends, unless the returned function is called. */
export function onExit(listener) {
  exitListeners.add(listener);
  return () => exitListeners.delete(listener);
}

/** Follows a promise of the module's, and rejects if the module ends before it. */
export function track(promise) {
  return new Promise((resolve, reject) => {
    pending.add(reject);
    promise.then(resolve, reject).finally(() => pending.delete(reject));
  });
}

async function begin() {
  const { table, exited } = await (inWorker ? startWorker(address, build) : start(address));
  exited.then(ended, ended);
  return table;
}

function ended() {
  loading = null;
  const error = new Error(
    'The program that talks to the server has ended; the console says why. The next call loads it again.',
  );
  for (const reject of pending) reject(error);
  pending.clear();
  const listeners = [...exitListeners];
  exitListeners.clear();
  for (const listener of listeners) listener();
}

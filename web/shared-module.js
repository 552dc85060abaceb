/**
 * The one module that all managers share, in the page's own thread or in a Worker.
 *
 * @module shared-module
 */

import { build, start } from './loader.js';
import { startWorker } from './worker-client.js';

/** @import { FunctionTable, OnProgress } from './loader.js' */

export { build };

/** The one load under way or done; null before, and after a failure. @type {Promise<FunctionTable> | null} */
let loading = null;
/** Undefined: beside the scripts. @type {string | undefined} */
let address;
let inWorker = false;
/** Rejects what waits for the module. @type {Set<(error: Error) => void>} */
const pending = new Set();
/** @type {Set<() => void>} */
const exitListeners = new Set();
/** @type {Set<OnProgress>} */
const progressListeners = new Set();

/**
 * Loads the module unless it is there already.
 *
 * @param {object} [options] what is said here holds for later loads too
 * @param {string | URL | undefined} [options.wasmURL] where it is; beside the scripts if nobody says so
 * @param {boolean | undefined} [options.worker] whether it runs in a Worker; not if nobody says so
 * @returns {Promise<FunctionTable>}
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

/**
 * Calls a listener once when the module that is loaded now ends.
 *
 * @param {() => void} listener
 * @returns {() => void} takes the listener back
 */
export function onExit(listener) {
  exitListeners.add(listener);
  return () => exitListeners.delete(listener);
}

/**
 * Calls a listener whenever more of a module is there.
 *
 * @param {OnProgress} listener
 * @returns {() => void} takes the listener back
 */
export function onProgress(listener) {
  progressListeners.add(listener);
  return () => progressListeners.delete(listener);
}

/**
 * Follows a promise of the module's, and rejects if the module ends before it.
 *
 * @template Result
 * @param {Promise<Result>} promise
 * @returns {Promise<Result>}
 */
export function track(promise) {
  return new Promise((resolve, reject) => {
    pending.add(reject);
    promise.then(resolve, reject).finally(() => pending.delete(reject));
  });
}

async function begin() {
  /** @type {OnProgress} */
  const tell = progress => {
    for (const listener of progressListeners) listener(progress);
  };
  const { table, exited } = await (inWorker ? startWorker(address, build, tell) : start(address, tell));
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

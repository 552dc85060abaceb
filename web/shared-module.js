/**
 * The one module that all managers share, in a Worker or in the page's own thread.
 *
 * @module shared-module
 */

import { compile } from './compile.js';
import { build, run } from './run.js';
import { NoWorker, startWorker } from './worker-client.js';

/** @import { Server } from './ahead.js' */
/** @import { OnProgress } from './compile.js' */
/** @import { FunctionTable, Started } from './run.js' */

export { build };

/** The one load under way or done; null before, and after a failure. @type {Promise<Loaded> | null} */
let loading = null;
/** Undefined: beside the scripts. @type {string | undefined} */
let address;
/** Whether it has to run in a Worker; undefined: where there can be one. @type {boolean | undefined} */
let wanted;
/** Where the module's first request goes, if that is known before it is there. @type {Server | undefined} */
let firstServer;
/** Whether the load under way goes by these already. */
let hasBegun = false;
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
 * @param {boolean | undefined} [options.worker] whether it runs in a Worker; where there can be one if nobody says so
 * @param {Server} [server] whom the caller will have the module ask for something
 * @returns {Promise<FunctionTable>} rejected with a TypeError if wasmURL is no address, or the module is loaded
 *   already and runs elsewhere
 */
export async function load({ wasmURL, worker } = {}, server) {
  // A Worker would take the address to be relative to its own.
  if (wasmURL !== undefined) address = new URL(wasmURL, globalThis.document?.baseURI ?? globalThis.location.href).href;
  // The first who says so decides for the load that is under way.
  const isSettled = hasBegun || (loading && wanted !== undefined);
  if (!isSettled) wanted = worker ?? wanted;
  firstServer ??= server;
  // Not at once: what says where the module is may run after an element that needs it.
  loading ??= Promise.resolve()
    .then(begin)
    .catch(error => {
      reset();
      throw error;
    });
  const { table, inWorker } = await loading;
  if (worker !== undefined && worker !== inWorker) {
    throw new TypeError(
      `worker can't be ${worker}: the module is loaded already, ${inWorker ? 'in a Worker' : 'and in no Worker'}`,
    );
  }
  return table;
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

/** @returns {Promise<Loaded>} */
async function begin() {
  hasBegun = true;
  const compiled = compile(address, progress => {
    for (const listener of progressListeners) listener(progress);
  });
  const { table, exited, inWorker } = await start(compiled);
  exited.then(ended, ended);
  return { table, inWorker };
}

/**
 * Starts the module where it is wanted.
 *
 * @param {Promise<WebAssembly.Module>} compiled
 * @returns {Promise<Started & { inWorker: boolean }>}
 */
async function start(compiled) {
  if (wanted !== false) {
    try {
      return { ...(await startWorker(compiled, build, firstServer)), inWorker: true };
    } catch (error) {
      if (wanted || !(error instanceof NoWorker)) throw error;
    }
  }
  return { ...(await run(compiled)), inWorker: false };
}

/** The next load begins anew. */
function reset() {
  loading = null;
  hasBegun = false;
  firstServer = undefined;
}

function ended() {
  reset();
  const error = new Error(
    'The program that talks to the server has ended; the console says why. The next call loads it again.',
  );
  for (const reject of pending) reject(error);
  pending.clear();
  const listeners = [...exitListeners];
  exitListeners.clear();
  for (const listener of listeners) listener();
}

/** @typedef {{ table: FunctionTable, inWorker: boolean }} Loaded */

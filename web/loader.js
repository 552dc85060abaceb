/**
 * Loads the WebAssembly module, once for all who need it.
 *
 * The module hands its function table to a global of a random name, which is
 * gone again before anybody else runs: nothing stays on globalThis but what the
 * Go toolchain's own wasm_exec.js puts there.
 *
 * @module loader
 */

/** Names the sources that this file was built from; the module knows the same. */
export const build = '__BUILD__';

let loading = null; // the one load under way or done; null before, and after a failure
let address = new URL('./xmppreg.wasm', import.meta.url);
let attempts = 0;
const pending = new Set(); // rejects what waits for the module
const exitListeners = new Set();

/**
 * Loads the module unless it is there already.
 *
 * @param {string | URL} [wasmURL] where it is from now on; beside this file if nobody says so
 * @returns {Promise<object>} the function table
 */
export function load(wasmURL = address) {
  address = wasmURL;
  loading ??= start().catch((error) => {
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

async function start() {
  const [module] = await Promise.all([compile(address), importGlue()]);
  const go = new globalThis.Go();
  const name = `xmppreg ${crypto.getRandomValues(new Uint32Array(4)).join(' ')}`;
  go.argv = ['xmppreg', name];
  let instance;
  try {
    instance = await WebAssembly.instantiate(module, go.importObject);
  } catch (cause) {
    throw new Error(mixed('xmppreg.wasm', 'wasm_exec.js'), { cause });
  }
  let exited;
  const table = await new Promise((resolve, reject) => {
    globalThis[name] = resolve;
    exited = go.run(instance); // resolves after a panic too, and rejects after a trap
    const early = () => reject(new Error('xmppreg.wasm ended before it was ready; the console says why.'));
    exited.then(early, early);
  }).finally(() => delete globalThis[name]);
  if (table.build !== build) throw new Error(mixed('xmppreg.wasm', 'loader.js'));
  exited.then(ended, ended);
  return table;
}

function mixed(one, other) {
  return `${one} and ${other} are of different builds of xmppreg. Copy all files of one build, and let the browser load them anew.`;
}

function ended() {
  loading = null;
  const error = new Error('The program that talks to the server has ended; the console says why. The next call loads it again.');
  for (const reject of pending) reject(error);
  pending.clear();
  const listeners = [...exitListeners];
  exitListeners.clear();
  for (const listener of listeners) listener();
}

async function importGlue() {
  if (globalThis.Go) return;
  const url = new URL('./wasm_exec.js', import.meta.url);
  // Browsers remember an import that failed.
  if (attempts++ > 0) url.search = `?attempt=${attempts}`;
  try {
    await import(url.href);
  } catch (cause) {
    throw new Error(`${url} could not be loaded. Copy all files of xmppreg to the server.`, { cause });
  }
}

async function compile(url) {
  let response;
  try {
    response = await fetch(url);
  } catch (cause) {
    throw new Error(`${url} could not be loaded. Check the connection.`, { cause });
  }
  if (!response.ok) {
    throw new Error(`${url} could not be loaded (HTTP status ${response.status}). Copy all files of xmppreg to the server.`);
  }
  try {
    // Browsers compile while they load, but only what is served as WebAssembly.
    if (response.headers.get('Content-Type')?.trim().toLowerCase() === 'application/wasm') {
      return await WebAssembly.compileStreaming(response);
    }
    return await WebAssembly.compile(await response.arrayBuffer());
  } catch (cause) {
    throw new Error(`${url} is not a WebAssembly module, or was cut short: ${cause.message}`, { cause });
  }
}

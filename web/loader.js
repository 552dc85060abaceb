/**
 * Loads the WebAssembly module into this thread.
 *
 * The module hands its function table to a global of a random name, which is
 * gone again before anybody else runs: nothing stays on globalThis but what the
 * Go toolchain's own wasm_exec.js puts there.
 *
 * @module loader
 */

/** Names the sources that this file was built from; the module knows the same. */
export const build = '__BUILD__';

let attempts = 0;

/**
 * Loads and starts a module.
 *
 * @param {string | URL} [wasmURL] where it is; beside this file if nobody says so
 * @returns {Promise<{ table: object, exited: Promise<void> }>} the function table, and a promise that is
 *   settled when the module ends
 */
export async function start(wasmURL = new URL('./xmppreg.wasm', import.meta.url)) {
  const [module] = await Promise.all([compile(wasmURL), importGlue()]);
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
  return { table, exited };
}

/** What to say of two files that do not belong together. */
export function mixed(one, other) {
  return `${one} and ${other} are of different builds of xmppreg. Copy all files of one build, and let the browser load them anew.`;
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

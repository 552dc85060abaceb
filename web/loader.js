/**
 * Loads the WebAssembly module into this thread.
 *
 * The module hands its function table to a global of a random name, which is
 * gone again before anybody else runs: nothing stays on globalThis but what the
 * Go toolchain's own wasm_exec.js puts there, which is under a symbol what it
 * calls Go.
 *
 * @module loader
 */

import { build } from './build.js';

export { build };

// Where wasm_exec.js of this build puts its Go; globalThis.Go may be anybody's. See internal/cmd/dist/module.go.
const GO = Symbol.for(`xmppreg Go ${build}`);

// Bytes. As it is, the module is far longer than this, and compressed far shorter.
const COMPRESSED = 4_000_000;

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
  const go = new globalThis[GO]();
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
  if (table.build !== build) throw new Error(mixed('xmppreg.wasm', 'xmppreg.js'));
  return { table, exited };
}

/** What to say of two files that do not belong together. */
export function mixed(one, other) {
  return `${one} and ${other} are of different builds of xmppreg. Copy all files of one build, and let the browser load them anew.`;
}

async function importGlue() {
  if (globalThis[GO]) return;
  const url = new URL('./wasm_exec.js', import.meta.url);
  // Browsers remember an import that failed.
  if (attempts++ > 0) url.search = `?attempt=${attempts}`;
  try {
    await import(/* @vite-ignore */ /* webpackIgnore: true */ url.href);
  } catch (cause) {
    throw new Error(`${url} could not be loaded. Copy all files of xmppreg to the server.`, { cause });
  }
  if (!globalThis[GO]) throw new Error(mixed('wasm_exec.js', 'xmppreg.js'));
}

async function compile(url) {
  let response;
  try {
    response = await fetch(url);
  } catch (cause) {
    throw new Error(`${url} could not be loaded. Check the connection.`, { cause });
  }
  if (!response.ok) {
    throw new Error(
      `${url} could not be loaded (HTTP status ${response.status}). Copy all files of xmppreg to the server.`,
    );
  }
  if (isUncompressed(response)) response = (await compressed(response)) ?? response;
  try {
    // Browsers compile while they load, but only what is called WebAssembly.
    const called = response.headers.get('Content-Type')?.trim().toLowerCase() === 'application/wasm';
    return await WebAssembly.compileStreaming(called ? response : asWasm(response.body));
  } catch (cause) {
    throw new Error(`${url} is not a WebAssembly module, or was cut short: ${cause.message}`, { cause });
  }
}

function asWasm(body) {
  return new Response(body, { headers: { 'Content-Type': 'application/wasm' } });
}

/** Whether the host compresses nothing: to be seen before the body comes. */
function isUncompressed({ headers, type, url }) {
  if (!globalThis.DecompressionStream || !/^https?:[^?#]+\.wasm(\?|$)/.test(url)) return false;
  if (headers.get('Content-Encoding')) return false;
  // Another origin need not tell its encoding, but the length is of what it sends.
  return type === 'basic' || Number(headers.get('Content-Length')) > COMPRESSED;
}

/**
 * The module out of the `.gz` file beside it. The uncompressed one is given up when it is clear that there
 * is such a file.
 *
 * @param {Response} uncompressed
 * @returns {Promise<Response | null>} null if there is none
 */
async function compressed(uncompressed) {
  const url = new URL(uncompressed.url);
  url.pathname += '.gz';
  try {
    const response = await fetch(url);
    if (!response.ok) return null;
    const [sample, body] = response.body.tee();
    const reader = sample.getReader();
    const [first, second] = (await reader.read()).value ?? [];
    reader.cancel();
    let module;
    if (first === 0x1f && second === 0x8b) {
      module = body.pipeThrough(new DecompressionStream('gzip'));
    } else if (first === 0 && second === 0x61) {
      module = body; // the host says that it is compressed, so the browser has undone it
    } else {
      body.cancel(); // a page that says that there is nothing, as if it were something
      return null;
    }
    uncompressed.body.cancel().catch(() => {});
    return asWasm(module);
  } catch {
    return null;
  }
}

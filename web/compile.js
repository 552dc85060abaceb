/**
 * Downloads the WebAssembly module, and has the browser compile it meanwhile.
 *
 * @module compile
 */

import { size } from './build.js';
import { BrokenOff, Download, persist } from './download.js';

// Bytes. As it is, the module is far longer than this, and compressed far shorter.
const COMPRESSED = 4_000_000;

/**
 * Downloads the module and compiles it. The page does this itself, though a Worker may run the module: so the
 * download begins before there is a Worker, and a page can preload it. Browsers compile in other threads.
 *
 * @param {string | URL | undefined} wasmURL where it is; beside this file if undefined
 * @param {OnProgress} onProgress is told how much of the module is there
 * @returns {Promise<WebAssembly.Module>}
 */
export function compile(wasmURL, onProgress) {
  const url = wasmURL ?? new URL('./xmppreg.wasm', import.meta.url);
  onProgress({ loaded: 0, total: size });
  /** @type {RequestCache} */
  let cache = 'default';
  let isGzBroken = false;
  return persist(async () => {
    let download = new Download();
    let usesGz = false;
    let loaded = 0;
    let begins = 0;
    try {
      let response = await download.fetch(url, cache);
      if (isUncompressed(response) && !isGzBroken) {
        download.end(); // it is not read while we look for the .gz file, and must not count as stalled
        const instead = await compressed(response);
        usesGz = instead !== null;
        if (instead) ({ response, download } = instead);
      }
      // Counted in a copy: of a response that a script has made, Chromium keeps no compiled code for the next visit.
      const read = download.read(response.clone().body, chunk => {
        if (!loaded) begins = chunk[0];
        loaded += chunk.length;
        // A module of another place may be longer than that of this build.
        onProgress({ loaded, total: Math.max(loaded, size) });
      });
      const end = read.then(
        () => (loaded < size && begins === 0 ? 'short' : 'whole'),
        () => 'cut',
      );
      try {
        // Browsers compile while they load, but only what is called WebAssembly.
        const called = response.headers.get('Content-Type')?.trim().toLowerCase() === 'application/wasm';
        const module = await WebAssembly.compileStreaming(called ? response : asWasm(response.body));
        await end; // all of it has been told of
        return module;
      } catch (cause) {
        const how = await end;
        // The browser may have kept it as if it were whole.
        if (how === 'short') cache = 'reload';
        isGzBroken ||= usesGz;
        const { message } = /** @type {Error} */ (cause);
        throw new (how === 'whole' ? Error : BrokenOff)(
          `${url} is not a WebAssembly module, or was cut short: ${message}`,
          { cause },
        );
      }
    } finally {
      download.end();
    }
  });
}

/** @param {ReadableStream<BufferSource> | null} body */
function asWasm(body) {
  return new Response(body, { headers: { 'Content-Type': 'application/wasm' } });
}

/**
 * Whether the host compresses nothing: to be seen before the body comes.
 *
 * @param {Response} response
 */
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
 * @returns {Promise<{ response: Response, download: Download } | null>} null if there is none
 */
async function compressed(uncompressed) {
  const download = new Download();
  const url = new URL(uncompressed.url);
  url.pathname += '.gz';
  try {
    const response = await download.fetch(url);
    if (!response.body) throw new Error('It is empty.');
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
      body.cancel();
      throw new Error('It is a page that says that there is nothing, as if it were something.');
    }
    uncompressed.body?.cancel().catch(() => {});
    return { response: asWasm(module), download };
  } catch {
    download.end();
    return null;
  }
}

/**
 * Bytes of the module: those that have come and all of them, as the browser hands them over, which is after it has
 * undone the host's compression. Of that no length could be known from the host, so the build says it.
 *
 * @typedef {(progress: { loaded: number, total: number }) => void} OnProgress
 */

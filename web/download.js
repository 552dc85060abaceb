/**
 * Downloads over a slow or broken line. This file decides what counts as broken, and takes it up again before
 * anybody is told: nothing that another try can't mend.
 *
 * @module download
 */

/** Milliseconds before a download that broke off is taken up again; after the last try its failure is told. */
const PAUSES = [500, 1500, 4500];

/**
 * Milliseconds without a byte after which a download counts as broken. TCP repeats a lost packet after 1, 3 and 7
 * seconds: whoever has heard nothing for longer gets on faster over a new connection.
 */
const STALL = 10_000;

/** A download broke off, and another try may bring it. */
export class BrokenOff extends Error {}

/**
 * Does something that may break off, and does it again if it does.
 *
 * @template Result
 * @param {() => Promise<Result>} attempt rejects with BrokenOff where it is worth another try
 * @returns {Promise<Result>}
 */
export async function persist(attempt) {
  for (const pause of PAUSES) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof BrokenOff)) throw error;
    }
    await new Promise(resolve => setTimeout(resolve, pause));
  }
  return attempt();
}

/**
 * Has the browser load a script by itself, which does not say why one did not come. A script that fails twice though
 * the line is well is not tried any more.
 *
 * @template Result
 * @param {() => Promise<Result>} load
 * @param {(cause: unknown) => Promise<unknown>} look after a failure, whether the line is well: rejects with
 *   BrokenOff if not, with another error if there is no hope
 * @returns {Promise<Result>}
 */
export function persistScript(load, look) {
  let isWell = false;
  return persist(async () => {
    try {
      return await inTime(load());
    } catch (cause) {
      if (cause instanceof BrokenOff) throw cause;
      await inTime(look(cause));
      if (isWell) throw cause;
      isWell = true;
      throw new BrokenOff('A script did not come.', { cause });
    }
  });
}

/**
 * Imports a script whose address only a bundler knows. It can't be asked what is wrong, so all counts as broken.
 * A browser that remembers imports that failed, as Firefox does, fails again at once.
 *
 * @template Module
 * @param {() => Promise<Module>} load
 * @returns {Promise<Module>}
 */
export function persistImport(load) {
  const attempt = () =>
    inTime(load()).catch(cause => {
      throw new BrokenOff('A script did not come.', { cause });
    });
  return persist(attempt);
}

/**
 * Follows a promise of something that tells of its end alone.
 *
 * @template Result
 * @param {Promise<Result>} promise
 * @returns {Promise<Result>} rejected with BrokenOff if nothing comes of it for as long as a line may be silent
 */
function inTime(promise) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new BrokenOff('It stalled.')), STALL);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/**
 * Fetches a file.
 *
 * @param {string | URL} url
 * @param {RequestInit} [init]
 * @returns {Promise<Response>} rejected with BrokenOff if the line is broken, or the server may have it later
 */
export async function get(url, init) {
  const response = await reach(url, init);
  const { ok, status } = response;
  if (ok) return response;
  const message = `${url} could not be loaded (HTTP status ${status}). `;
  if (status >= 500 || status === 408 || status === 429) throw new BrokenOff(`${message}Try again later.`);
  throw new Error(`${message}Copy all files of xmppreg to the server.`);
}

/**
 * Gets any answer from an address.
 *
 * @param {string | URL} url
 * @param {RequestInit} [init]
 * @returns {Promise<Response>} rejected with BrokenOff if the line is broken
 */
export async function reach(url, init) {
  try {
    return await fetch(url, init);
  } catch (cause) {
    throw new BrokenOff(`${url} could not be loaded. Check the connection.`, { cause });
  }
}

/** Files that are fetched, until no byte comes of them for a time. */
export class Download {
  #giveUp = new AbortController();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  #heard() {
    this.end();
    this.#timer = setTimeout(() => this.#giveUp.abort(), STALL);
  }

  /**
   * @param {string | URL} url
   * @param {RequestCache} [cache]
   * @returns {Promise<Response>} see `get`
   */
  async fetch(url, cache) {
    this.#heard();
    const response = await get(url, { cache, signal: this.#giveUp.signal });
    this.#heard();
    return response;
  }

  /**
   * Reads a body to its end.
   *
   * @param {ReadableStream<Uint8Array> | null} body
   * @param {(chunk: Uint8Array) => void} take
   */
  async read(body, take) {
    this.#heard();
    const reader = body?.getReader();
    for (let read; reader && !(read = await reader.read()).done;) {
      this.#heard();
      take(read.value);
    }
  }

  /** It is there, or will not be: nothing is waited for any more. */
  end() {
    clearTimeout(this.#timer);
  }
}

/**
 * One attempt at something with a server: it owns its manager, what is under way and the events. Once it is
 * over, nothing that still comes of it reaches its element, but for events that are forwarded with `afterEnd`.
 *
 * @typedef {import('./xmppreg.js').RegistrationManager} Manager
 * @typedef {import('./xmppreg.js').RegistrationManagerEventMap} Events
 *
 * @typedef {object} Finding what is known of an operation that was never answered
 * @property {import('./xmppreg.js').Verdict} verdict
 * @property {import('./xmppreg.js').Account | null} account that was made
 * @property {import('./xmppreg.js').RegistrationError | null} error why it is still unknown
 * @property {boolean} canAsk whether it makes sense to ask again
 */

/** Milliseconds until a server that could not be reached is tried once more: a device may be changing its network. */
const PAUSE = 2000;

export class Attempt {
  #over = new AbortController();
  #work = new AbortController();
  #manager;
  /** How many checks are under way. */
  #checks = 0;

  /** @param {Manager} manager */
  constructor(manager) {
    this.#manager = manager;
  }

  /** Whether the server supports what an account's page is for. */
  get isSupported() {
    return this.#manager.supportedByServer;
  }

  /** Ends what is begun now, when the page is left. */
  get signal() {
    return this.#work.signal;
  }

  /**
   * Listens to the manager while the attempt lasts.
   *
   * @template {keyof Events} Type
   * @param {Type} type
   * @param {(detail: Events[Type]['detail']) => void} listener
   */
  on(type, listener) {
    this.#manager.addEventListener(type, ({ detail }) => listener(detail), { signal: this.#over.signal });
  }

  /**
   * Lets the manager's events bubble from an element, under their own names.
   *
   * @param {HTMLElement} element
   * @param {(keyof Events)[]} types
   * @param {object} options
   * @param {boolean} options.afterEnd whether they are still forwarded when the attempt is over, so that the page
   *   hears its outcome
   * @param {boolean} [options.isSecret] whether their detail is left out
   */
  forward(element, types, { afterEnd, isSecret = false }) {
    const signal = afterEnd ? undefined : this.#over.signal;
    for (const type of types) {
      const tell = (/** @type {CustomEvent} */ { detail }) => dispatch(element, type, isSecret ? null : detail);
      this.#manager.addEventListener(type, tell, { signal });
    }
  }

  /**
   * The same promise, which never settles once the attempt is over: code that awaits it goes on only while the
   * attempt counts.
   *
   * @template Result
   * @param {Promise<Result> | Result} promise
   * @returns {Promise<Result>}
   */
  whileItLasts(promise) {
    const { signal } = this.#over;
    return new Promise((resolve, reject) => {
      Promise.resolve(promise).then(
        result => signal.aborted || resolve(result),
        error => signal.aborted || reject(error),
      );
    });
  }

  /** Whether what was filled in is being checked, to be sent then. */
  get isChecking() {
    return this.#checks > 0;
  }

  /**
   * Waits for the check of what is to be sent.
   *
   * @param {Promise<boolean> | boolean} isWell
   * @returns {Promise<boolean>} see `whileItLasts`
   */
  async checked(isWell) {
    this.#checks++;
    const outcome = await this.whileItLasts(isWell);
    this.#checks--;
    return outcome;
  }

  /**
   * Does something with the manager.
   *
   * @template Result
   * @param {(manager: Manager, signal: AbortSignal) => Promise<Result>} operation
   * @returns {Promise<Result>} see `whileItLasts`
   */
  run(operation) {
    return this.whileItLasts(operation(this.#manager, this.#work.signal));
  }

  /**
   * Finds out what came of an operation that was never answered. It tries twice if the server cannot be reached.
   *
   * @returns {Promise<Finding>} see `whileItLasts`
   */
  async findOut() {
    const { signal } = this;
    /** @type {Finding} */
    let found = { verdict: 'unknown', account: null, error: null, canAsk: true };
    for (let isAgain = false; !signal.aborted; isAgain = true) {
      try {
        const { verdict, account, error } = await this.run(manager => manager.verify({ signal }));
        // Where no password is known, none will be.
        found = { verdict, account, error, canAsk: error?.kind !== 'form' };
      } catch (error) {
        // It was stopped; or the module has ended, and what it knew with it.
        const { reason } = /** @type {import('./xmppreg.js').RegistrationError} */ (error);
        return { ...found, canAsk: reason === 'aborted' };
      }
      if (isAgain || !['transport', 'discovery'].includes(found.error?.kind ?? '')) break;
      await this.whileItLasts(pause(signal));
    }
    return found;
  }

  /** Stops what is under way; the attempt goes on. */
  stop() {
    this.pause();
    this.resume();
  }

  /** Leaves the server, and cuts off what is under way. */
  pause() {
    this.#work.abort();
    this.#manager.disconnect().catch(() => {});
  }

  /** What is begun from now on connects again. */
  resume() {
    if (this.#work.signal.aborted) this.#work = new AbortController();
  }

  /** The page is left. */
  leave() {
    this.pause();
  }

  /** The page is there again, as it was left. */
  comeBack() {
    this.resume();
  }

  /** Keeps what may be lost. */
  save() {}

  /** Ends the attempt. */
  end() {
    this.#over.abort();
    this.pause();
  }
}

/** Lets PAUSE go by, or less if it is aborted. @param {AbortSignal} signal @returns {Promise<void>} */
function pause(signal) {
  return new Promise(resolve => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, PAUSE);
    signal.addEventListener('abort', end);
  });
}

/** Dispatches an event that bubbles from an element. @param {HTMLElement} element @param {string} type @param {unknown} detail */
export function dispatch(element, type, detail) {
  element.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
}

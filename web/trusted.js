/**
 * Trusted Types (https://www.w3.org/TR/trusted-types/): under a Content-Security-Policy with
 * `require-trusted-types-for 'script'`, a browser takes the address of a Worker only from a policy that the page allows
 * by its name.
 *
 * @module trusted
 */

/** What the directive `trusted-types` has to name. */
const NAME = 'xmppreg';

/**
 * @typedef {object} Policy
 * @property {(address: string) => string} createScriptURL really returns a TrustedScriptURL
 *
 * @typedef {{ createPolicy(name: string, rules: Policy): Policy }} PolicyFactory
 */

/** Undefined before it was asked for, null if there is none. @type {Policy | null | undefined} */
let policy;

/** The one policy of these scripts. It is handed out to nobody, so that nobody else can have anything trusted by it. */
function ownPolicy() {
  const { trustedTypes } = /** @type {{ trustedTypes?: PolicyFactory }} */ (/** @type {unknown} */ (globalThis));
  try {
    policy ??= trustedTypes?.createPolicy(NAME, { createScriptURL: sameOrigin }) ?? null;
  } catch {
    // The page does not allow it, or has these scripts twice.
    policy = null;
  }
  return policy;
}

/** @param {string} address */
function sameOrigin(address) {
  if (new URL(address).origin !== location.origin) throw new TypeError(`${address} is not of the page's own origin`);
  return address;
}

/**
 * Makes a Worker, and has its address trusted.
 *
 * Bundlers know the script of a Worker by the words `new Worker(new URL(…, import.meta.url), …)`, and put their own
 * address there. So these words have to stay as they are, and while they run `Worker` is one that takes such an address.
 *
 * @param {() => Worker} make does nothing else
 * @returns {Worker}
 */
export function trusting(make) {
  const { Worker } = globalThis;
  const own = Worker && ownPolicy();
  if (!own) return make();
  /** @type {(address: string | URL, options?: WorkerOptions) => Worker} */
  function TrustingWorker(address, options) {
    globalThis.Worker = Worker; // the page may have put its own there, which looks for itself
    return new Worker(/** @type {Policy} */ (own).createScriptURL(String(address)), options);
  }
  try {
    globalThis.Worker = /** @type {any} */ (TrustingWorker);
  } catch {
    return make(); // the page has frozen its globals
  }
  try {
    return make();
  } finally {
    globalThis.Worker = Worker;
  }
}

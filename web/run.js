/**
 * Runs the WebAssembly module in this thread, the page's or a Worker's.
 *
 * The module hands its function table to a global of a random name, which is
 * gone again before anybody else runs: nothing stays on globalThis but what the
 * Go toolchain's own wasm_exec.js puts there, which is under a symbol what it
 * calls Go.
 *
 * @module run
 */

import { build } from './build.js';
import { get, persistScript } from './download.js';

export { build };

// Where wasm_exec.js of this build puts its Go; globalThis.Go may be anybody's. See internal/cmd/dist/module.go.
const GO = Symbol.for(`xmppreg Go ${build}`);

let attempts = 0;

const globals = /** @type {Record<string | symbol, unknown>} */ (/** @type {unknown} */ (globalThis));

/**
 * Starts a module.
 *
 * @param {WebAssembly.Module | Promise<WebAssembly.Module>} compiled
 * @returns {Promise<Started>}
 */
export async function run(compiled) {
  const [module] = await Promise.all([compiled, importGlue()]);
  const Go = /** @type {GoClass} */ (globals[GO]);
  const go = new Go();
  const name = `xmppreg ${crypto.getRandomValues(new Uint32Array(4)).join(' ')}`;
  go.argv = ['xmppreg', name];
  let instance;
  try {
    instance = await WebAssembly.instantiate(module, go.importObject);
  } catch (cause) {
    const { message } = /** @type {Error} */ (cause);
    const isMixed = cause instanceof WebAssembly.LinkError;
    throw new Error(isMixed ? mixed('xmppreg.wasm', 'wasm_exec.js') : `xmppreg.wasm can't run here: ${message}`, {
      cause,
    });
  }
  /** @type {Promise<ModuleTable>} */
  const ready = new Promise(resolve => {
    globals[name] = resolve;
  });
  const exited = go.run(instance); // resolves after a panic too, and rejects after a trap
  const endedEarly = () => {
    throw new Error('xmppreg.wasm ended before it was ready; the console says why.');
  };
  const {
    build: its,
    operations,
    ...functions
  } = await Promise.race([ready, exited.then(endedEarly, endedEarly)]).finally(() => delete globals[name]);
  if (its !== build) throw new Error(mixed('xmppreg.wasm', 'xmppreg.js'));
  const promised = Object.entries(operations).map(([name, begin]) => [
    name,
    (/** @type {unknown[]} */ ...args) => new Promise((resolve, reject) => begin(resolve, reject, ...args)),
  ]);
  const table = /** @type {FunctionTable} */ ({ ...functions, ...Object.fromEntries(promised) });
  return { table, exited };
}

/**
 * What to say of two files that do not belong together.
 *
 * @param {string} one
 * @param {string} other
 */
export function mixed(one, other) {
  return `${one} and ${other} are of different builds of xmppreg. Copy all files of one build, and let the browser load them anew.`;
}

async function importGlue() {
  if (globals[GO]) return;
  const url = new URL('./wasm_exec.js', import.meta.url);
  const load = () => {
    // Firefox and older browsers remember an import that failed.
    if (attempts++ > 0) url.search = `?attempt=${attempts}`;
    return import(/* @vite-ignore */ /* webpackIgnore: true */ url.href);
  };
  const look = async () => {
    const { body, headers } = await get(url);
    body?.cancel();
    // A host may send a page in the place of what it does not have.
    if (!headers.get('Content-Type')?.includes('javascript')) throw new Error('It is no script.');
  };
  try {
    await persistScript(load, look);
  } catch (cause) {
    throw new Error(`${url} could not be loaded. Copy all files of xmppreg to the server.`, { cause });
  }
  if (!globals[GO]) throw new Error(mixed('wasm_exec.js', 'xmppreg.js'));
}

/** @import { Account, FieldRules, Form, Provider, Report, Rule, Verification } from './xmppreg.js' */

/**
 * What the Go toolchain's wasm_exec.js calls Go.
 *
 * @typedef {new () => { argv: string[], importObject: WebAssembly.Imports, run(instance: WebAssembly.Instance): Promise<void> }} GoClass
 */

/**
 * A module that runs.
 *
 * @typedef {object} Started
 * @property {FunctionTable} table
 * @property {Promise<void>} exited settled when the module ends
 */

/**
 * What the module hands out (package jsapi). The operations take what settles a Promise, and then their arguments.
 *
 * @typedef {object} ModuleTable
 * @property {string} build
 * @property {Record<string, (resolve: (value: unknown) => void, reject: (reason: unknown) => void, ...args: unknown[]) => void>} operations
 */

/**
 * The module's functions. Numbers stand for managers.
 *
 * @typedef {Operations & { [Name in keyof Notices]: (manager: number, ...args: Notices[Name]) => void } & {
 *   open(options: ManagerSettings, emit: Emit): number,
 *   close(manager: number): void,
 *   parseProvider(text: string): Promise<Provider | null>,
 *   validate(field: FieldRules, values: string[]): Promise<Rule | ''>,
 *   examine(options: { domain: string, url: string | undefined }, signal: AbortSignal | undefined): Promise<Report>,
 * }} FunctionTable
 *
 * @typedef {(type: string, detail: unknown) => void} Emit takes a manager's events; what the detail is follows from the type
 *
 * @typedef {{ [Name in keyof Arguments]: Operation<Arguments[Name], Results[Name]> }} Operations of a manager
 */

/**
 * @template Argument, Result
 * @typedef {(manager: number, argument: Argument, signal?: AbortSignal) => Promise<Result>} Operation rejects with the
 *   properties of a RegistrationError, and with a TypeError where an argument is wrong
 */

/**
 * What the operations take.
 *
 * @typedef {object} Arguments
 * @property {{ jid: string | undefined, password: string | undefined, registerOnConnect: boolean }} connect
 * @property {{ newPassword: string, values: Answers | undefined }} changePassword
 * @property {{ values: Answers | undefined }} deleteAccount
 * @property {{ service: string }} unregister
 * @property {undefined} verify
 * @property {{ service: string | undefined }} requestForm
 * @property {Answers} submit
 * @property {undefined} sendForm
 * @property {undefined} disconnect
 * @property {{ jid: string, link: number }} attach
 */

/**
 * What a manager is told, and says nothing to. Links over the connections of clients are numbers.
 *
 * @typedef {object} Notices
 * @property {[]} diagnose that it is to make the events that help to find a fault
 * @property {[values: Answers]} setFormToSend
 * @property {[link: number, stanza: string]} receive what the client has received
 * @property {[link: number]} ended that the client has lost its connection
 * @property {[number: number, problem: string]} sent what was wrong with sending the stanza of that number; '' if the client has sent it
 */

/**
 * What they bring.
 *
 * @typedef {object} Results
 * @property {void} connect
 * @property {void} changePassword
 * @property {void} deleteAccount
 * @property {void} unregister
 * @property {Verification} verify
 * @property {Form} requestForm
 * @property {Account} submit
 * @property {Account} sendForm
 * @property {void} disconnect
 * @property {void} attach
 */

/**
 * @typedef {object} ManagerSettings
 * @property {string} domain '' for none
 * @property {string | undefined} url
 * @property {string} lang
 * @property {string | undefined} token
 * @property {number} timeout
 * @property {boolean} requireFeature
 * @property {boolean} diagnostics whether it makes `logMessage`, `setGauge` and `updateCounter` from the start;
 *   `diagnose` turns them on later
 */

/**
 * Answers to a form, in the one shape that the module reads.
 *
 * @typedef {object} Answers
 * @property {[name: string, values: string[]][]} fields
 * @property {boolean} complete whether a field that is not there was left empty
 */

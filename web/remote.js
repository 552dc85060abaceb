/**
 * The module in a Worker: a function table like the module's own, whose functions are messages to
 * worker.js.
 *
 * A message is an object whose `type` says who handles it there. What an event and a Promise tell of in
 * common, an error or a form, is one object on the page as it is in the module: it comes with a number, and
 * the page keeps those that came last.
 *
 * @module remote
 */

const KEPT = 16; // for each manager; more than can be under way at once

/**
 * Starts the module in a Worker of its own.
 *
 * @param {string} [wasmURL] where it is; beside worker.js if nobody says so
 * @param {string} build of the page's scripts
 * @returns {Promise<{ table: object, exited: Promise<void> }>} the function table, and a promise that is
 *   settled when the module ends
 */
export async function startWorker(wasmURL, build) {
  let worker;
  try {
    worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module', name: 'xmppreg' });
  } catch (cause) {
    throw unusable(cause);
  }
  const post = (type, message) => worker.postMessage({ type, ...message });
  const managers = new Map(); // by number, the function that takes the events, and the objects kept
  const calls = new Map(); // by number, what settles them
  let last = 0;

  const on = {
    event({ manager: number, name, ...told }) {
      const manager = managers.get(number);
      manager?.emit(name, kept(manager, told));
    },
    settled({ call, ...told }) {
      calls.get(call)(told);
      calls.delete(call);
    },
  };
  worker.addEventListener('message', ({ data }) => on[data.type](data));

  const call = (name, number, args, signal) =>
    new Promise((resolve, reject) => {
      const id = ++last;
      const manager = managers.get(number);
      const abort = () => post('abort', { call: id });
      post('call', { call: id, name, manager: number, args, signal: signal && { aborted: signal.aborted } });
      signal?.addEventListener('abort', abort);
      calls.set(id, ({ outcome, ...told }) => {
        signal?.removeEventListener('abort', abort);
        if (outcome === 'wrong') reject(new TypeError(told.value));
        else (outcome === 'done' ? resolve : reject)(kept(manager, told));
      });
    });

  const { names } = await new Promise((resolve, reject) => {
    on.ready = resolve;
    on.failed = ({ message }) => reject(new Error(message));
    worker.onerror = event => reject(unusable(event));
    post('start', { wasmURL, build });
  }).catch(error => {
    worker.terminate();
    throw error;
  });

  const methods = names.map(name => [name, (number, argument, signal) => call(name, number, [argument], signal)]);
  const table = {
    ...Object.fromEntries(methods),
    open(options, emit) {
      managers.set(++last, { emit, objects: new Map() });
      post('open', { manager: last, options });
      return last;
    },
    close(number) {
      managers.delete(number);
      post('close', { manager: number });
    },
    setFormToSend: (number, values) => post('setFormToSend', { manager: number, values }),
    // A framework's field may be a Proxy, which can't be cloned.
    validate: (field, values) => call('validate', undefined, [JSON.parse(JSON.stringify(field) ?? null), values]),
    examine: (options, signal) => call('examine', undefined, [options], signal),
  };
  const exited = new Promise(resolve => {
    on.ended = worker.onerror = worker.onmessageerror = resolve;
  });
  return { table, exited: exited.then(() => worker.terminate()) };
}

/** What was told; in the place of copies, the objects that the manager's page has already. */
function kept(manager, { value, id, form }) {
  if (!manager || !id) return value;
  if (form) value.form = one(manager, form, value.form);
  return one(manager, id, value);
}

function one({ objects }, id, object) {
  if (!objects.has(id)) {
    objects.set(id, object);
    if (objects.size > KEPT) objects.delete(objects.keys().next().value);
  }
  return objects.get(id);
}

function unusable(cause) {
  return new Error(
    `worker.js could not be started as a Worker${cause.message ? ` (${cause.message})` : ''}. It must lie beside the other ` +
      "files, on the page's own origin, the Content-Security-Policy must let it run (worker-src), and the browser must know module " +
      'Workers (Firefox from 114 on). load({ worker: false }) does without.',
    { cause },
  );
}

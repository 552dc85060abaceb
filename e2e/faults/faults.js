// What a page does for the tests of faults: it performs operations with the public API, many at once, and tells what
// came of each call.

/** The events that tell of an outcome, and of the connection. */
const EVENTS = [
  'registrationFormReceived',
  'registrationSucceeded',
  'registrationFailed',
  'passwordChanged',
  'passwordChangeFailed',
  'accountDeleted',
  'accountDeletionFailed',
  'connected',
  'disconnected',
];

/** One manager, and what is noted of it. */
class Attempt {
  events = {};
  said = [];

  constructor({ RegistrationManager, RegistrationError }, { options, limit, secrets }) {
    this.RegistrationError = RegistrationError;
    this.limit = limit;
    this.secrets = secrets;
    this.reg = new RegistrationManager(options);
    for (const type of EVENTS) {
      this.reg.addEventListener(type, ({ detail }) => {
        this.events[type] = (this.events[type] ?? 0) + 1;
        // What was typed is the detail of passwordChanged, as in QXmpp.
        if (type !== 'passwordChanged') this.said.push([type, text(detail)]);
      });
    }
    this.reg.addEventListener('logMessage', ({ detail }) => this.said.push(['logMessage', detail.message]));
  }

  /** Performs an operation until one of its calls fails. */
  async perform(name, given) {
    this.steps = [];
    this.rejections = new Set();
    this.said.length = 0;
    const call = (method, ...args) => this.#note(method, () => this.reg[method](...args));
    try {
      await operations[name]({ ...given, reg: this.reg, call, onConnect: () => this.#onConnect() });
    } catch (error) {
      if (!this.rejections.has(error)) throw error;
    }
    const leaks = [];
    for (const [where, what] of this.said) {
      for (const secret of this.secrets) if (what.includes(secret)) leaks.push(`${where}: ${what}`);
    }
    return { steps: this.steps, leaks };
  }

  /** Notes what comes of a call, and gives it on. */
  async #note(call, begin) {
    const step = { call, done: false };
    this.steps.push(step);
    const before = { ...this.events };
    let timer;
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => {
        step.late = true;
        reject(new Error('it did not end in time'));
      }, this.limit);
    });
    try {
      const value = await Promise.race([begin(), late]);
      step.done = true;
      step.verdict = value?.verdict;
      step.reason = value?.error?.reason;
      return value;
    } catch (error) {
      const { reason, message, outcomeUnknown } = error;
      Object.assign(step, { reason, message: String(message), outcomeUnknown });
      this.rejections.add(error);
      step.foreign = !(error instanceof this.RegistrationError);
      this.said.push(['error', text(error)]);
      throw error;
    } finally {
      clearTimeout(timer);
      // An event that is too many may come a little later.
      await new Promise(resolve => setTimeout(resolve));
      step.events = {};
      for (const [type, n] of Object.entries(this.events)) {
        if (n !== before[type]) step.events[type] = n - (before[type] ?? 0);
      }
    }
  }

  /** Connects, and waits for the event that tells what came of the kept form. */
  async #onConnect() {
    await this.#note('onConnect', () => {
      const outcome = new Promise((resolve, reject) => {
        this.reg.addEventListener('registrationSucceeded', ({ detail }) => resolve(detail), { once: true });
        this.reg.addEventListener('registrationFailed', ({ detail }) => reject(detail), { once: true });
      });
      return Promise.all([outcome, this.reg.connect()]);
    });
  }
}

/** All that an object says, an error's message as well. */
function text(value) {
  return value instanceof Error ? `${value.stack} ${JSON.stringify({ ...value, form: null })}` : JSON.stringify(value);
}

/**
 * The answer to the CAPTCHA of a picture: the tests' ejabberd writes it behind its pictures, and their Prosody, which has
 * none, knows one only.
 */
export async function solution(address) {
  if (!address) return 'bell';
  // A fault in the name of a picture makes the module take its address at the server instead.
  if (!address.startsWith('blob:')) return 'none';
  const response = await fetch(address);
  return (await response.text()).split('ANSWER=')[1] ?? 'none';
}

const operations = {
  async form({ call, username, password }) {
    await call('requestForm');
    await call('submit', { username, password });
  },
  async keptFields({ reg, call, username, password }) {
    reg.setFormToSend({ username, password });
    await call('sendCachedForm');
  },
  async onConnect({ reg, onConnect, username, password }) {
    reg.registerOnConnect = true;
    reg.setFormToSend({ username, password });
    await onConnect();
  },
  async captcha({ call, username, password }) {
    const form = await call('requestForm');
    await call('submit', {
      username,
      password,
      ocr: await solution(form.fields.flatMap(({ media }) => media)[0]?.url),
    });
  },
  async service({ call, jid, oldPassword, username, password, service }) {
    await call('connect', { jid, password: oldPassword });
    await call('requestForm', { service });
    await call('submit', { username, password });
  },
  async login({ call, jid, oldPassword }) {
    await call('connect', { jid, password: oldPassword });
  },
  async change({ call, jid, oldPassword, password }) {
    await call('connect', { jid, password: oldPassword });
    await call('changePassword', password);
  },
  async stages({ call, jid, oldPassword, password }) {
    await call('connect', { jid, password: oldPassword });
    const first = await call('changePassword', password).catch(error => error);
    if (first && !first.form) throw first;
    await call('changePassword', password, { values: { code: '1234' } });
  },
  async deletion({ call, jid, oldPassword }) {
    await call('connect', { jid, password: oldPassword });
    await call('deleteAccount');
  },
  async verify({ call }) {
    await call('verify');
  },
  async end({ call }) {
    await call('disconnect');
  },
};

/** Does jobs with managers. */
export const work = module => takeJobs(settings => new Attempt(module, settings));

/** Takes jobs until there are none left; `start` makes what performs those of one run. */
export async function takeJobs(start) {
  const attempts = new Map();
  const perform = async ({ id, run, operation, given, ...settings }) => {
    if (!attempts.has(run)) attempts.set(run, start(settings));
    const attempt = attempts.get(run);
    const record = await attempt.perform(operation, given).catch(error => ({ failure: String(error.stack) }));
    record.events = attempt.events;
    if (operation === 'end') attempts.delete(run);
    await fetch(`/faults/record/${id}`, { method: 'POST', body: JSON.stringify(record) });
  };
  const under = new Set();
  for (;;) {
    const response = await fetch('/faults/job', { method: 'POST' });
    if (response.status !== 200) break;
    const performing = perform(await response.json());
    under.add(performing);
    void performing.then(() => under.delete(performing));
  }
  await Promise.all(under);
}

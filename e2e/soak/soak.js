// Users of one page who do what they like, at random, over a connection that breaks now and then. Whatever happens,
// an operation has to end in a result or in a clear error, and to have done what it says.

/** Numbers from 0 to 1 that follow from a seed (mulberry32). */
function randomNumbers(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** One user: an account that there is, or is not, or may be. */
class User {
  #random;
  #options;
  #name;
  #manager;
  #accounts = 0;
  /** null if there is no account. */
  #password = null;

  constructor(RegistrationManager, options, name, seed) {
    this.#random = randomNumbers(seed);
    this.#options = options;
    this.#name = name;
    this.make = () => new RegistrationManager(options);
    this.#manager = this.make();
  }

  /** Does one thing, and returns its name, and the reason for which it failed. */
  async step(limit) {
    const kinds =
      this.#password === null
        ? ['requestForm', 'signUp', 'signUp', 'leave']
        : ['logIn', 'change', 'delete', 'requestForm', 'leave'];
    const kind = kinds[Math.floor(this.#random() * kinds.length)];
    const control = new AbortController();
    // One in ten is given up.
    const patience = this.#random() < 0.1 ? this.#random() * 100 : limit;
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = patience === limit;
      control.abort();
    }, patience);
    try {
      await this[kind](control.signal);
      return { kind, reason: '' };
    } catch (error) {
      if (isLate) return { kind, reason: error.reason, fault: `no outcome within ${limit} ms` };
      if (error.name !== 'RegistrationError') return { kind, reason: '', fault: `${error.name}: ${error.message}` };
      if (error.outcomeUnknown) this.#forget();
      return { kind, reason: error.reason, fault: this.#faultOf(kind, error) };
    } finally {
      clearTimeout(timer);
    }
  }

  /** What an error says of an account of which the user knows better. */
  #faultOf(kind, { reason, outcomeUnknown }) {
    if (outcomeUnknown) return undefined;
    if (kind === 'signUp' && reason === 'username-taken') return 'a name is taken that nobody had';
    if (kind !== 'signUp' && this.#password !== null && reason === 'not-authorized') return 'the password is wrong';
    if (reason === 'unknown' || reason === 'malformed' || reason === 'module-exited')
      return `an error of the reason ${reason}`;
    return undefined;
  }

  /** Nobody knows of this account any more: the next one is another. */
  #forget() {
    this.#password = null;
    this.#accounts++;
    this.#manager.disconnect();
    this.#manager = this.make();
  }

  get #account() {
    return `${this.#name}x${this.#accounts}`;
  }

  async requestForm(signal) {
    await this.#manager.requestForm({ signal });
  }

  async signUp(signal) {
    const password = `first ${this.#accounts}`;
    await this.#manager.submit({ username: this.#account, password }, { signal });
    this.#password = password;
  }

  async logIn(signal) {
    await this.#manager.connect({ jid: `${this.#account}@${this.#options.domain}`, password: this.#password, signal });
  }

  async change(signal) {
    await this.logIn(signal);
    const password = `another ${this.#random()}`;
    await this.#manager.changePassword(password, { signal });
    this.#password = password;
  }

  async delete(signal) {
    await this.logIn(signal);
    await this.#manager.deleteAccount({ signal });
    this.#forget();
  }

  async leave() {
    await this.#manager.disconnect();
  }
}

/** Lets users do things for a time. It takes how often each thing ended how, and what was wrong. */
export async function soak(RegistrationManager, options, { users, milliseconds, seed, limit }) {
  const end = performance.now() + milliseconds;
  const counts = {};
  const faults = [];
  await Promise.all(
    Array.from({ length: users }, async (_, i) => {
      const user = new User(RegistrationManager, options, `soak${seed}u${i}`, seed + i);
      while (performance.now() < end) {
        const { kind, reason, fault } = await user.step(limit);
        const outcome = `${kind} ${reason || 'done'}`;
        counts[outcome] = (counts[outcome] ?? 0) + 1;
        if (fault) faults.push(`user ${i}, ${kind}: ${fault}`);
      }
      await user.leave();
    }),
  );
  return { counts, faults };
}

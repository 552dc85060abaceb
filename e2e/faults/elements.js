// What a page with the elements does for the tests of faults: it fills in and sends their forms as a user does, and tells
// what the user is told. The elements find out by themselves what came of a request that was not answered.

import '/xmpp-signup.js';
import '/xmpp-account.js';
import { solution, takeJobs } from './faults.js';

/** The steps in which an element waits for its user. */
const AT_REST = ['form', 'elsewhere', 'done', 'failed', 'login', 'account', 'lost', 'deleted'];

/** The event that tells that an operation is done, where there is one. */
const SUCCESS = {
  form: 'registrationSucceeded',
  captcha: 'registrationSucceeded',
  change: 'passwordChanged',
  stages: 'passwordChanged',
  deletion: 'accountDeleted',
};

/** The events that may tell more of a failure than the user is told. */
const FAILURES = ['registrationFailed', 'passwordChangeFailed', 'accountDeletionFailed'];

/** An element, from the first try to the last. */
class Visit {
  events = {}; // an element that is gone dispatches none, so their number at the end says nothing
  element = null;
  #settings;
  /** The values that `data-step` has had. */
  #steps = [];
  #said = [];
  #successes = [];
  #reason = '';
  #changed = () => {};

  constructor(settings) {
    this.#settings = settings;
  }

  /** Does what a user does for an operation. */
  async perform(name, given) {
    if (name === 'end') {
      this.#remove();
      return { steps: [{ call: 'remove', done: true }], leaks: [] };
    }
    const step = { call: `${name} in the page`, done: false, events: {} };
    this.#said.length = this.#successes.length = 0;
    this.#reason = '';
    let timer;
    const late = new Promise(resolve => {
      timer = setTimeout(() => {
        step.late = true;
        resolve(false);
      }, this.#settings.limit);
    });
    step.done = Boolean(await Promise.race([operations[name](this, given), late]));
    clearTimeout(timer);
    for (const type of this.#successes) step.events[type] = (step.events[type] ?? 0) + 1;
    if (!step.done) this.#tellFailure(step);
    return { steps: [step], leaks: this.#leaks() };
  }

  #tellFailure(step) {
    const problem = this.find('.problem');
    const error = this.findAll('.error').find(({ textContent }) => textContent);
    step.message = `${this.step}: ${(problem ?? error)?.textContent ?? ''}`;
    step.outcomeUnknown = problem?.dataset.reason === 'outcome-unknown';
    step.reason = problem?.dataset.reason ?? (error && (this.#reason || 'at a field'));
  }

  /** Where secrets stand that must not. A field's value is no attribute. */
  #leaks() {
    const places = {
      page: this.element.shadowRoot.innerHTML,
      storage: JSON.stringify([{ ...sessionStorage }, { ...localStorage }]),
      address: location.href + JSON.stringify(history.state),
    };
    for (const [at, said] of this.#said.entries()) places[`logMessage ${at}`] = said;
    return this.#settings.secrets.flatMap(secret =>
      Object.entries(places).flatMap(([where, text]) => (text.includes(secret) ? [`${where}: ${text}`] : [])),
    );
  }

  /** Puts an element into the page, in place of the one that there was. */
  open(tag) {
    this.#remove();
    const element = document.createElement(tag);
    this.element = element;
    for (const name of ['domain', 'url', 'token']) {
      const value = this.#settings.options[name];
      if (value) element.setAttribute(name, value);
    }
    element.addEventListener('logMessage', ({ detail }) => this.#said.push(detail.message));
    for (const type of new Set(Object.values(SUCCESS))) {
      element.addEventListener(type, () => this.#successes.push(type));
    }
    for (const type of FAILURES) {
      element.addEventListener(type, ({ detail }) => {
        this.#reason = detail.reason;
      });
    }
    const observer = new MutationObserver(records => {
      for (const { target, oldValue } of records) if (target === element) this.#steps.push(oldValue);
      this.#changed();
    });
    observer.observe(element, { attributeFilter: ['data-step'], attributeOldValue: true });
    observer.observe(element.shadowRoot, { childList: true, subtree: true, characterData: true });
    document.body.append(element);
  }

  #remove() {
    this.element?.remove();
  }

  get step() {
    return this.element?.dataset.step;
  }

  find(selector) {
    return this.element?.shadowRoot.querySelector(selector);
  }

  findAll(selector) {
    return [...this.element.shadowRoot.querySelectorAll(selector)];
  }

  fill(name, value) {
    const input = this.find(`input[name=${name}]`);
    input.value = value;
    input.dispatchEvent(new InputEvent('input', { bubbles: true }));
    input.dispatchEvent(new Event('change', { bubbles: true }));
  }

  /** Returns when something is true of what is shown. */
  async #until(isTrue) {
    while (!isTrue()) {
      await new Promise(resolve => {
        this.#changed = resolve;
      });
    }
  }

  /** Returns when the element waits for its user. */
  rest() {
    return this.#until(() => AT_REST.includes(this.step));
  }

  /** Clicks, and returns when the element has done what was wanted, or has said that it will not. */
  async click(selector) {
    this.#steps.length = 0;
    this.find(selector).click();
    const isUnderWay = () => [...this.#steps, this.step].some(step => !AT_REST.includes(step));
    await this.#until(() => isUnderWay() || this.findAll('.error').some(({ textContent }) => textContent));
    await this.rest();
  }
}

/** Signs up, also after a try that failed. */
async function signUp(visit, { username, password }, hasCaptcha = false) {
  // A failure that another try would not change has no such button: the user loads the page again.
  if (visit.find('[data-action=retry]')) await visit.click('[data-action=retry]');
  else if (visit.step !== 'form') visit.open('xmpp-signup');
  await visit.rest();
  if (visit.step !== 'form') return false;
  visit.fill('username', username);
  visit.fill('password', password);
  if (hasCaptcha) visit.fill('ocr', await solution(visit.find('img')?.src));
  await visit.click('[type=submit]');
  return visit.step === 'done';
}

/** Signs in, unless the account is open. */
async function signIn(visit, { jid, oldPassword }) {
  if (!visit.element) visit.open('xmpp-account');
  await visit.rest();
  if (visit.step !== 'login') return visit.step !== 'failed';
  visit.fill('username', jid.split('@')[0]);
  visit.fill('password', oldPassword);
  await visit.click('[type=submit]');
  return visit.step !== 'login'; // the connection may have been lost since
}

/** Changes the password, and answers what the server asks for then. */
async function change(visit, given) {
  if (!(await signIn(visit, given))) return false;
  const isDone = () => Boolean(visit.find('.said')?.textContent) && !visit.find('.problem');
  for (let isAsked = false; ; isAsked = true) {
    visit.fill('new-password', given.password);
    visit.fill('repeat-password', given.password);
    if (visit.find('input[name=code]')) visit.fill('code', '1234');
    await visit.click('[data-section=change] [type=submit]');
    if (isAsked || isDone() || !visit.find('input[name=code]') || visit.find('.problem')) return isDone();
  }
}

async function deletion(visit, given) {
  if (!(await signIn(visit, given))) return false;
  visit.fill('confirm', given.jid);
  await visit.click('[data-section=delete] [type=submit]');
  return visit.step === 'deleted';
}

const operations = {
  form: signUp,
  captcha: (visit, given) => signUp(visit, given, true),
  login: signIn,
  change,
  stages: change,
  deletion,
};

/** Does jobs with elements. */
export const work = () => takeJobs(settings => new Visit(settings));

import { AccountAttempt, lostOutcome, wordsOf } from './account-attempt.js';
import { accountPage, changeFields, loginFields, nobody, removalFields } from './account-pages.js';
import { loadAhead, Panel } from './panel.js';
import { Request } from './request.js';
import { connectionSettings, domainOf } from './settings.js';

/** Steps during which new settings wait, as the user has to learn the outcome. */
const CHANGES = ['changing', 'deleting', 'verifying'];

const BUSY = ['connecting', ...CHANGES];

/**
 * What an `<xmpp-account>` shows: the login, or the account that somebody is signed in to.
 *
 * @typedef {(manager: import('./xmppreg.js').RegistrationManager) => unknown} Connection attaches a manager to a client
 *   that is logged in
 *
 * @typedef {typeof import('./texts/en.js').texts} Texts
 * @extends {Panel<import('./account-pages.js').Account, AccountAttempt>}
 */
export class AccountPanel extends Panel {
  steps = { silent: ['account', 'deleted'], busy: BUSY, locked: BUSY };
  /** @type {Connection | null} */
  #connection = null;

  /** @param {HTMLElement} element */
  constructor(element) {
    super(element, { ...nobody(), preset: '', isStale: false, unansweredStep: '' });
  }

  /** What takes the place of the sign-in; null for none. */
  get connection() {
    return this.#connection;
  }

  set connection(connection) {
    if (connection === this.#connection) return;
    this.#connection = connection;
    this.attributeChanged('connection');
  }

  begin() {
    loadAhead();
    this.start();
  }

  end() {
    this.#forget();
    this.update({ step: '', problem: null });
  }

  settingChanged() {
    this.state.isStale = true;
    if (!this.attempt || !CHANGES.includes(this.state.step)) this.start();
  }

  languageChanged() {
    if (this.state.step !== 'login') return;
    const isSent = this.attempt?.isChecking;
    // The server's words are to come in that language as well.
    this.#connectAnew();
    if (isSent) this.attempt?.signIn();
  }

  /** Whoever comes back to the page must not find the account open, unless it is open in the page's client. */
  leave() {
    if (this.#connection) this.end();
    else this.start(this.state.change ? { status: texts => texts.account.status.signedOut } : {});
  }

  comeBack() {
    if (this.#connection && !this.attempt) this.start();
  }

  /**
   * Begins with nobody signed in, or with whom the page's client has signed in.
   *
   * @param {object} [options]
   * @param {(texts: Texts) => string} [options.status] what to say
   * @param {string} [options.name] of the user
   * @param {import('./problem.js').Problem | null} [options.problem]
   */
  start({ status = () => '', name = '', problem = lostOutcome(this.state.unansweredStep) } = {}) {
    const isFocused = Boolean(this.focused);
    this.#forget();
    this.state.isStale = false;
    this.state.preset = domainOf(this.element);
    let step = 'login';
    let shown = problem;
    try {
      this.#connectAnew();
    } catch (error) {
      step = 'failed';
      shown = {
        error: /** @type {import('./problem.js').Failure} */ (error),
        wordsFrom: texts => wordsOf('login', texts),
      };
    }
    if (this.#connection && step !== 'failed') {
      this.update({ status, domain: this.state.preset, problem: shown && { ...shown, isAlert: !isFocused } });
      this.attempt?.attach();
      return;
    }
    const login = this.makeForm({ domain: this.state.preset, fields: loginFields(this.state.preset) });
    if (name) login.fill({ username: name });
    this.update({
      step,
      status,
      login,
      domain: this.state.preset,
      problem: shown && { ...shown, isAlert: !isFocused },
    });
    if (shown && isFocused) this.focusProblem();
  }

  #connectAnew() {
    this.attempt = null;
    this.attempt = new AccountAttempt(this, {
      domain: this.state.preset || undefined,
      ...connectionSettings(this.element),
    });
  }

  /** Leaves the server, and forgets the account and all that was typed. */
  #forget() {
    const { state } = this;
    this.attempt = null;
    for (const form of [state.login, state.change, state.removal]) form?.clear();
    Object.assign(state, nobody(), { isLent: Boolean(this.#connection) });
  }

  /** Somebody is signed in. @param {string} name as it was typed */
  openAccount(name) {
    const { state } = this;
    const makeForm = this.makeForm.bind(this);
    this.state.unansweredStep = '';
    state.login?.clear();
    // One that was made up need not be typed once more.
    const change = new Request(
      makeForm,
      changeFields(password => change.own.fill({ 'repeat-password': password })),
    );
    const removal = new Request(makeForm, removalFields(state.jid));
    Object.assign(state, { login: null, change, removal, name });
  }

  showDeleted() {
    const { jid } = this.state;
    const isFocused = Boolean(this.focused);
    this.#forget();
    // Whoever signs in next does so with the settings that there are then.
    this.state.isStale = false;
    this.update({ step: 'deleted', gone: jid, ...(isFocused ? { status: () => '' } : {}) });
  }

  /** Says what came of a request, above its form. @param {(texts: Texts) => string} answer */
  showAnswer(answer) {
    this.update({ answer });
    if (!answer(this.texts)) return;
    if (this.focused && this.state.change?.own.mayFocus) this.find('.said')?.focus();
    else this.update({ status: answer });
  }

  #actions = {
    signIn: () => this.attempt?.signIn(),
    signInAgain: () => this.attempt?.signInAgain(),
    signOut: () => {
      // What is not known has been said.
      this.state.unansweredStep = '';
      this.start({ status: texts => texts.account.status.signedOut });
    },
    change: () => this.attempt?.changePassword(),
    remove: () => this.attempt?.deleteAccount(),
    another: () => this.start(),
  };

  /** @param {Texts} texts */
  statusWords(texts) {
    const { status, lent } = texts.account;
    const { verifying } = texts.status;
    return { verifying, ...status, ...(this.state.isLent ? lent.status : {}) };
  }

  page() {
    const { state, texts, isLocked } = this;
    return accountPage({ state, texts, isLocked, actions: this.#actions, find: this.find.bind(this) });
  }
}

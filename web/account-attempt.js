import { RegistrationManager } from './xmppreg.js';
import { Attempt, dispatch } from './attempt.js';
import { isAddress } from './controls.js';
import { domainPart, isWholeAddress, localPart } from './address.js';
import { fill } from './dom.js';
import { fieldProblem } from './problem.js';
import { isSameDomain } from './settings.js';

/** @type {(keyof import('./xmppreg.js').RegistrationManagerEventMap)[]} */
const EVENTS = [
  'passwordChangeFailed',
  'accountDeleted',
  'accountDeletionFailed',
  'supportedByServerChanged',
  'connected',
  'disconnected',
  'loadProgress',
  'logMessage',
];

/**
 * One visit to an account, from the sign-in to the sign-out.
 *
 * @typedef {import('./xmppreg.js').RegistrationError} RegistrationError
 * @typedef {import('./form.js').Form} Form
 * @typedef {import('./request.js').Request} Request
 * @typedef {typeof import('./texts/en.js').texts} Texts
 *
 * @typedef {object} Operation
 * @property {'changing' | 'deleting'} step
 * @property {'change' | 'remove'} part of the texts
 * @property {Request | null} request
 * @property {import('./form.js').Values} known the answers that need no asking
 * @property {(manager: RegistrationManager, options: { values?: import('./form.js').Values, signal: AbortSignal }) => Promise<void>} send
 * @property {(error: RegistrationError, isAsked: boolean) => string} fieldOf the page's own field that an error is about
 * @property {() => void} done
 * @property {() => void} tell dispatches the event that it is done
 *
 * @typedef {object} Unanswered
 * @property {RegistrationError} error
 * @property {Operation & { request: Request }} operation
 * @property {Visit['unansweredStep']} before what was not answered before that
 *
 * @typedef {import('./account-pages.js').Account} Visit
 */
export class AccountAttempt extends Attempt {
  #panel;
  #isOnline = false;
  /** The request that was never answered, if it can be found out what came of it. @type {Unanswered | null} */
  #unanswered = null;

  /**
   * @param {import('./account-panel.js').AccountPanel} panel
   * @param {ConstructorParameters<typeof RegistrationManager>[0]} settings
   * @throws {TypeError} they are of no use
   */
  constructor(panel, settings) {
    super(new RegistrationManager(settings));
    this.#panel = panel;
    this.forward(panel.element, EVENTS, { afterEnd: true });
    // Its detail is the new password.
    this.forward(panel.element, ['passwordChanged'], { afterEnd: true, isSecret: true });
    this.on('connected', ({ jid }) => {
      this.#isOnline = true;
      if (jid) panel.state.jid = jid.split('/', 1)[0];
    });
    this.on('disconnected', () => {
      this.#isOnline = false;
      if (panel.state.step === 'account') this.#settle();
    });
    this.on('supportedByServerChanged', () => {
      if (panel.isBusy) return;
      panel.state.isUnsupported = this.#isUnsupported;
      panel.draw();
    });
  }

  get #isUnsupported() {
    return this.#isOnline && !this.isSupported;
  }

  /** Whether something can be sent: nothing is under way and all fields are well. @param {Form | Request} form */
  async #isReady(form) {
    if (this.#panel.isBusy) return false;
    form.clearProblems();
    this.#panel.update({ problem: null });
    return (await this.checked(form.validate())) && !this.#panel.isBusy;
  }

  async signIn() {
    const panel = this.#panel;
    const { login } = panel.state;
    if (!login || !(await this.#isReady(login))) return;
    const { username, password } = login.read();
    const name = String(username).trim();
    const jid = this.#addressOf(name, login);
    if (!jid) return;
    login.hidePasswords();
    panel.update({ step: 'connecting', domain: domainPart(jid) });
    try {
      await this.run((manager, signal) => manager.connect({ jid, password: String(password), signal }));
    } catch (error) {
      this.#loginRefused(/** @type {RegistrationError} */ (error), login);
      return;
    }
    panel.state.jid ||= jid;
    panel.openAccount(name);
    this.#settle();
  }

  /** The address that somebody signs in with; '' if it is not an address, which is then said. @param {string} name @param {Form} login */
  #addressOf(name, login) {
    const fixed = this.#panel.element.getAttribute('domain');
    const { preset } = this.#panel.state;
    const jid = isWholeAddress(name) || !preset ? name : `${name}@${preset}`;
    /** @type {((texts: Texts) => string) | null} */
    let problem = null;
    if (!jid.includes('@') || jid.includes('/') || !isAddress(jid)) problem = texts => texts.check.jid;
    // A provider's page is for its own users: anything else is a slip of the keyboard.
    else if (fixed && !isSameDomain(domainPart(jid), fixed))
      problem = texts => fill(texts.check.outside, { domain: fixed });
    if (problem) login.showProblem('username', problem);
    return problem ? '' : jid;
  }

  /** @param {RegistrationError} error @param {Form} login */
  #loginRefused(error, login) {
    const panel = this.#panel;
    panel.update({ step: 'login' });
    const isRefused = error.kind === 'sasl' && error.reason === 'not-authorized';
    const name = isRefused || error.field === 'password' ? 'password' : error.field === 'jid' ? 'username' : '';
    const wordsFrom = (/** @type {Texts} */ texts) => loginWords(error, texts);
    if (name) login.showProblem(name, texts => fieldProblem(error, wordsFrom(texts)));
    else panel.showProblem({ error, wordsFrom, account: panel.state.jid });
  }

  async signInAgain() {
    if (!this.#panel.state.change) {
      await this.attach();
      return;
    }
    if (this.#unanswered && !this.#panel.state.isLent) {
      await this.#findOut();
      return;
    }
    this.#panel.update({ step: 'connecting', problem: null });
    if (await this.#reconnect()) this.#settle();
  }

  /** Works over the connection of the page's client, which has signed in. */
  async attach() {
    const panel = this.#panel;
    const { unansweredStep } = panel.state;
    panel.update({ step: 'connecting', ...(unansweredStep ? {} : { problem: null }) });
    try {
      await this.#connect();
    } catch (error) {
      panel.update({ step: 'failed' });
      panel.showProblem(unattached(/** @type {RegistrationError} */ (error)));
      return;
    }
    const { jid } = panel.state;
    panel.state.domain = domainPart(jid);
    panel.openAccount(jid);
    this.#settle();
  }

  /** Attaches to the page's client, or signs in with what the manager knows. */
  #connect() {
    const { connection } = this.#panel;
    return this.run(async (manager, signal) => {
      if (connection) await connection(manager);
      else await manager.connect({ signal });
    });
  }

  /** Back to the account, with or without a connection. @param {((texts: Texts) => string) | undefined} [status] */
  #settle(status = this.#isOnline ? undefined : () => '') {
    const isOnline = this.#isOnline;
    this.#panel.update({
      isLost: !isOnline,
      isUnsupported: this.#isUnsupported,
      step: isOnline ? 'account' : 'lost',
      status,
    });
  }

  /** Signs in with what the manager knows, and says whether that went well. */
  async #reconnect() {
    const panel = this.#panel;
    try {
      await this.#connect();
    } catch (error) {
      this.#reconnectFailed(/** @type {RegistrationError} */ (error));
      return false;
    }
    if (panel.state.unansweredStep === 'changing') panel.showAnswer(texts => texts.change.unsure);
    panel.state.unansweredStep = '';
    return true;
  }

  /** @param {RegistrationError} error */
  #reconnectFailed(error) {
    const panel = this.#panel;
    const { kind, reason } = error;
    const { unansweredStep } = panel.state;
    if (panel.state.isLent) {
      this.#settle(() => '');
      panel.showProblem(unattached(error));
      return;
    }
    const wordsFrom = (/** @type {Texts} */ texts) => {
      const words = loginWords(error, texts);
      const refused =
        kind === 'sasl' && unansweredStep === 'deleting'
          ? texts.remove.refused
          : // The module has ended, and what it knew with it.
            kind === 'form'
            ? texts.login.forgotten
            : words.reasons['not-authorized'];
      return { ...words, reasons: { ...words.reasons, 'not-authorized': refused } };
    };
    if (
      !panel.state.isStale &&
      kind !== 'sasl' &&
      reason &&
      reason !== 'module-exited' &&
      reason !== 'not-authorized'
    ) {
      this.#settle(() => '');
      panel.showProblem({ error, wordsFrom, account: panel.state.jid });
      return;
    }
    // What the manager knows is of no use: it has to be typed again.
    panel.start({ name: panel.state.isStale ? '' : panel.state.name, problem: { error, wordsFrom } });
  }

  async changePassword() {
    const panel = this.#panel;
    const { change, jid } = panel.state;
    if (!change || !(await this.#isReady(change))) return;
    const { 'new-password': password, 'repeat-password': repeated } = change.own.read();
    if (password !== repeated) {
      change.own.showProblem('repeat-password', texts => texts.check.different);
      return;
    }
    await this.#request({
      step: 'changing',
      part: 'change',
      request: change,
      known: { username: localPart(jid), password },
      send: (manager, options) => manager.changePassword(String(password), options),
      fieldOf: ({ field, reason }, isAsked) =>
        field === 'password' || (reason === 'rejected' && !isAsked) ? 'new-password' : '',
      done: () => {
        if (panel.state.isStale) {
          panel.start({ status: texts => texts.change.done });
          return;
        }
        this.#settle(() => '');
        panel.showAnswer(texts => texts.change.done);
      },
      tell: () => dispatch(panel.element, 'passwordChanged', null),
    });
  }

  async deleteAccount() {
    const panel = this.#panel;
    const { removal, jid } = panel.state;
    if (!removal || !(await this.#isReady(removal))) return;
    if (folded(String(removal.own.read().confirm)) !== folded(jid)) {
      removal.own.showProblem('confirm', texts => texts.check.account);
      return;
    }
    await this.#request({
      step: 'deleting',
      part: 'remove',
      request: removal,
      known: { username: localPart(jid) },
      send: (manager, options) => manager.deleteAccount(options),
      fieldOf: () => '',
      done: () => panel.showDeleted(),
      tell: () => dispatch(panel.element, 'accountDeleted', { jid }),
    });
  }

  /** Sends a request, and again if all that the server lacked is known. @param {Operation & { request: Request }} operation */
  async #request(operation) {
    const panel = this.#panel;
    const { step, request, known, send, done } = operation;
    panel.showAnswer(() => '');
    request.hidePasswords();
    panel.update({ step });
    // The operations would sign in by themselves; so what is said is about the right one.
    if (!this.#isOnline && !(await this.#reconnect())) return;
    const before = panel.state.unansweredStep;
    for (let isAgain = false; ; isAgain = true) {
      const wasAsked = Boolean(request.more);
      // Until there is an answer, also if this attempt ends before.
      panel.state.unansweredStep = step;
      try {
        await this.run((manager, signal) => send(manager, { values: request.answers(known), signal }));
      } catch (thrown) {
        const error = /** @type {RegistrationError} */ (thrown);
        if (error.outcomeUnknown) {
          this.#unanswered = { error, operation, before };
          await this.#findOut();
          return;
        }
        panel.state.unansweredStep = before;
        if (error.form) request.ask(error.form, known, wasAsked ? null : error);
        if (error.form && !request.more && !error.form.url && !isAgain) continue;
        this.#refused(error, operation, wasAsked);
        return;
      }
      this.#unanswered = null;
      panel.state.unansweredStep = '';
      request.clear();
      done();
      return;
    }
  }

  /** Finds out what came of the request that was never answered. */
  async #findOut() {
    const panel = this.#panel;
    const { error, operation, before } = /** @type {Unanswered} */ (this.#unanswered);
    const { part, request, done, tell } = operation;
    const wasOnline = this.#isOnline;
    panel.update({ step: 'verifying' });
    const found = await this.findOut();
    // The page's client has its own connection.
    if (panel.state.isLent && this.#isOnline && !wasOnline) await this.run(manager => manager.disconnect());
    if (found.verdict !== 'unknown' || !found.canAsk) this.#unanswered = null;
    if (found.verdict === 'done') {
      Object.assign(panel.state, { unansweredStep: '', problem: null });
      request.clear();
      tell();
      done();
    } else if (found.error?.kind === 'sasl') {
      this.#reconnectFailed(found.error);
    } else if (found.verdict === 'not-done') {
      panel.state.unansweredStep = before;
      this.#showFailure({ error: notDone(error), wordsFrom: texts => wordsOf(part, texts) }, request.own);
    } else {
      const onCheck = found.canAsk ? () => this.#unanswered && !panel.isLocked && this.#findOut() : undefined;
      const wordsFrom = (/** @type {Texts} */ texts) => wordsOf(part, texts);
      this.#showFailure({ error, wordsFrom, account: panel.state.jid, onCheck }, request.own);
    }
  }

  /** Says that a request came to nothing. The form stays, unless there are other settings by now. @param {import('./problem.js').Problem} problem @param {Form} form */
  #showFailure(problem, form) {
    const panel = this.#panel;
    if (panel.state.isStale) {
      panel.start({ problem: { ...problem, onCheck: undefined } });
      return;
    }
    this.#settle(() => '');
    panel.showProblem(problem, form.mayFocus);
  }

  /** The request was not accepted: the form stays, the reason is said where it belongs. @param {RegistrationError} error @param {Operation & { request: Request }} operation @param {boolean} wasAsked */
  #refused(error, { part, request, fieldOf }, wasAsked) {
    const panel = this.#panel;
    const { own, more } = request;
    if (error.kind === 'sasl') {
      this.#reconnectFailed(error);
      return;
    }
    const wordsFrom = (/** @type {Texts} */ texts) => {
      const words = wordsOf(part, texts);
      // It may as well be about the answers.
      return wasAsked ? { ...words, reasons: { ...words.reasons, rejected: texts.reasons.rejected } } : words;
    };
    if (panel.state.isStale) {
      panel.start({ problem: { error, wordsFrom, account: panel.state.jid } });
      return;
    }
    this.#settle(() => '');
    if (error.form && more && !wasAsked) {
      // No failure: the server has a question.
      if (own.mayFocus) more.focusFirst();
      panel.update({ status: texts => texts.account.more });
      return;
    }
    const asked = more?.has(error.field) ? error.field : error.reason.startsWith('captcha-') ? more?.captcha : '';
    const name = asked || fieldOf(error, Boolean(more));
    const form = asked && more ? more : own;
    if (!name) {
      panel.showProblem({ error, wordsFrom, account: panel.state.jid }, own.mayFocus);
    } else if (error.rule) {
      // What the form itself rules out is said as while typing.
      form.showRule(name, error.rule);
    } else {
      form.showProblem(name, texts => fieldProblem(error, wordsFrom(texts)));
    }
  }
}

/** The error of a request that has changed nothing. @param {RegistrationError} error that it ended with @returns {import('./problem.js').Failure} */
const notDone = ({ message }) => ({ message, kind: 'transport', reason: 'stream' });

/** Says that the page's client has no connection. @param {RegistrationError} error @returns {import('./problem.js').Problem} */
function unattached(error) {
  const { reason, message } = error;
  return {
    // What the client throws has no reason of ours.
    error: reason ? error : { message, reason: 'stream' },
    wordsFrom: texts => ({ ...texts, reasons: { ...texts.reasons, stream: texts.account.lent.offline } }),
  };
}

/**
 * Says that the outcome of a request is not known. It names no account: another person may sit there by now.
 *
 * @param {'changing' | 'deleting' | ''} unansweredStep which request, '' for none
 * @returns {import('./problem.js').Problem | null}
 */
export function lostOutcome(unansweredStep) {
  if (!unansweredStep) return null;
  return {
    error: { message: 'The answer was not waited for.', reason: 'outcome-unknown', outcomeUnknown: true },
    wordsFrom: texts => ({
      ...texts,
      reasons: { ...texts.reasons, 'outcome-unknown': texts.account.unknown[unansweredStep] },
    }),
  };
}

/** The texts, with the words for errors of a part. @param {'login' | 'change' | 'remove'} part @param {Texts} texts @returns {Texts} */
export function wordsOf(part, texts) {
  const { problem = {}, reasons } = /** @type {{ problem?: object, reasons: object }} */ (texts[part]);
  return {
    ...texts,
    problem: { ...texts.problem, ...problem },
    reasons: { ...texts.reasons, ...texts.account.reasons, ...reasons },
  };
}

/** The texts, with the words for a login that failed. @param {RegistrationError} error @param {Texts} texts @returns {Texts} */
function loginWords({ kind, reason, application, retryAt }, texts) {
  const words = wordsOf('login', texts);
  if (kind !== 'sasl' || reason !== 'forbidden') return words;
  const { deleting, disabled, until } = texts.login;
  return {
    ...words,
    problem: { ...words.problem, retryAt: until },
    reasons: { ...words.reasons, forbidden: application || retryAt ? deleting : disabled },
  };
}

/** For comparing. An address that was copied from a sentence may bring the marks of its direction along. @param {string} text */
const folded = text =>
  text
    .replace(/[\u200e\u200f\u2066-\u2069]/g, '')
    .trim()
    .normalize('NFC')
    .toLowerCase();

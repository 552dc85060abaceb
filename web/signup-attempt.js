import { RegistrationManager, load } from './xmppreg.js';
import { addressOf } from './address.js';
import { Attempt, dispatch } from './attempt.js';
import { expectedForm, rememberForm, rememberTyped, typedBefore } from './memory.js';
import { fill } from './dom.js';
import { fieldProblem } from './problem.js';
import { isPending } from './done-page.js';
import { accountOf, isUninvited } from './signup-pages.js';

/**
 * What is passed on from the manager: nothing that ever holds a password.
 *
 * @type {(keyof import('./xmppreg.js').RegistrationManagerEventMap)[]}
 */
const EVENTS = [
  'registrationFormReceived',
  'registrationSucceeded',
  'registrationFailed',
  'connected',
  'disconnected',
  'loadProgress',
  'logMessage',
];

/** Milliseconds that a question may take before what was wrong with the last one is said. */
const SOON = 500;

/**
 * One sign-up with one provider, from the form to the account.
 *
 * @typedef {import('./xmppreg.js').RegistrationError} RegistrationError
 *
 * @typedef {object} Unanswered
 * @property {RegistrationError} error
 * @property {string} address of the account that it may have made
 * @property {string} password
 * @property {string} before the address of an account that another form may have made
 * @property {boolean} canAsk see Finding of attempt.js
 */
export class SignUpAttempt extends Attempt {
  /** Whether the account has been made. */
  isMade = false;
  /** The attributes that were changed while the form was being sent. @type {Set<string>} */
  changes = new Set();
  #panel;
  /** The WebSocket's address that was given, if any. */
  #url;
  /** The server's form, or the one that takes the place of a spent one, on its way. Never rejects. */
  #formFetched = Promise.resolve();
  /** Whether the server's own form is there. */
  #isServersForm = false;
  /** The one that was sent last. */
  #password = '';
  /** The form that was sent last and never answered. @type {Unanswered | null} */
  #unanswered = null;
  /** Whether what was typed has been kept for the next visit, by this element or before it. */
  #isKept = false;

  /**
   * @param {import('./signup-panel.js').SignUpPanel} panel
   * @param {ConstructorParameters<typeof RegistrationManager>[0]} settings
   * @throws {TypeError} they are of no use
   */
  constructor(panel, settings) {
    super(new RegistrationManager(settings));
    this.#panel = panel;
    this.#url = settings?.url ?? '';
    // The page hears of it first, and may take the element away.
    this.on('registrationSucceeded', () => {
      this.isMade = true;
    });
    this.forward(panel.element, EVENTS, { afterEnd: false });
    this.on('connected', () => {
      if (panel.state.step === 'connecting') panel.update({ step: 'waiting' });
    });
  }

  /** Shows the form that will most likely come, and gets the server's. */
  begin() {
    const { state } = this.#panel;
    state.form ??= this.#newForm();
    this.#panel.showForm(expectedForm(state.domain));
    this.continue();
  }

  /** A form with what was typed before the page was left. */
  #newForm() {
    const form = this.#panel.makeForm(undefined, () => this.#panel.renew());
    const before = typedBefore(this.#panel.state.domain);
    this.#isKept = Object.keys(before).length > 0;
    form.fill(before);
    return form;
  }

  /** Keeps what was typed for the next visit. */
  save() {
    const { form, domain } = this.#panel.state;
    if (!form) return;
    const typed = this.isMade ? {} : form.typed;
    const isTyped = Object.keys(typed).length > 0;
    // Where nothing was typed here, something may be there from another element of the page.
    if (this.#isKept || isTyped) rememberTyped(domain, typed);
    this.#isKept ||= isTyped;
  }

  /** Gets the server's form for the one that is there. */
  continue() {
    this.#isServersForm = false;
    this.#formFetched = this.#fetchForm();
  }

  /** The page is left. */
  leave() {
    this.save();
    this.#panel.state.form?.hidePasswords();
    // Cancels the queued form: the user has left the page.
    if (this.#panel.state.step === 'queued') this.#panel.update({ step: 'connecting' });
    this.pause();
  }

  /** The page has been kept as it was left, but for what was under way. */
  comeBack() {
    if (!this.signal.aborted) return;
    this.resume();
    this.onCheck?.();
    if (!this.#isServersForm && !this.#isOver) this.#formFetched = this.#fetchForm();
  }

  get #form() {
    return /** @type {import('./form.js').Form} */ (this.#panel.state.form);
  }

  /** Whether there is nothing to fill in any more. */
  get #isOver() {
    return ['failed', 'elsewhere', 'done', 'handover'].includes(this.#panel.state.step);
  }

  async #fetchForm() {
    const { signal } = this;
    const { domain } = this.#panel.state;
    try {
      this.#progress({ step: 'loading' });
      // It loads the module, and knows where to connect meanwhile.
      const form = this.run(manager => manager.requestForm({ signal }));
      const status = domain ? undefined : (/** @type {import('./panel.js').Texts} */ texts) => texts.status.invited;
      this.whileItLasts(load()).then(
        () => this.#progress({ step: 'connecting', status }),
        () => {}, // the form fails with it
      );
      this.#take(await form);
    } catch (thrown) {
      const error = /** @type {RegistrationError} */ (thrown);
      // The user has left the page, and finds the form as it was.
      if (signal.aborted) return;
      if (error.form) {
        // To be filled in before there is any other.
        this.#take(error.form);
        this.#panel.showProblem({ error, unanswered: this.#panel.state.unansweredAddress }, false);
      } else {
        this.#panel.fail(error);
      }
    }
  }

  /** How far the server's form is, unless there is more to say. @param {Partial<import('./panel.js').State>} changes */
  #progress(changes) {
    if (!this.#panel.isLocked) this.#panel.update(changes);
  }

  /** Shows a form of the server's. @param {import('./xmppreg.js').Form} form */
  #applyForm(form) {
    const lost = this.#panel.showForm({ ...form, domain: form.domain || this.#panel.state.domain });
    if (lost) this.#panel.showProblem(lost, this.#form.mayFocus);
  }

  /** The server's form is there. @param {import('./xmppreg.js').Form} form */
  #take(form) {
    const { state, focused } = this.#panel;
    if (!this.#panel.isOffered(form.domain || state.domain)) {
      const message = `the invitation is for ${form.domain}, which is none of the domains of this page`;
      this.#panel.fail({ kind: 'form', field: 'token', reason: 'invite-invalid', domain: form.domain, message });
      return;
    }
    state.domain ||= form.domain ?? '';
    this.#isServersForm = true;
    this.#applyForm(form);
    if (this.#form.isEmpty) {
      this.#panel.update({ step: 'elsewhere', ...(focused ? { status: () => '' } : {}) });
      return;
    }
    if (!form.service) rememberForm(state.domain, state.shape);
    if (this.#panel.isLocked) this.#panel.draw();
    else this.#panel.update({ step: 'form' });
  }

  /** Sends what was filled in. */
  async send() {
    const panel = this.#panel;
    if (panel.isLocked) return;
    const form = this.#form;
    form.clearProblems();
    panel.update({ problem: null });
    // Of several that were started only the last one goes on. The module, which knows the server's rules, may be
    // on its way as well.
    if (!(await this.checked(this.#isServersForm ? form.validate() : form.validateHere())) || this.#isOver) return;
    form.hidePasswords();
    panel.update({ step: this.#isServersForm ? 'sending' : 'queued' });
    await this.whileItLasts(this.#formFetched);
    if (!panel.isLocked) return;
    // Another form may have come meanwhile, with more to fill in or another CAPTCHA.
    if (!(await this.whileItLasts(form.validate()))) {
      panel.update({ step: 'form', status: texts => texts.status.more });
      this.#takeChanges();
      return;
    }
    panel.update({ step: 'sending' });
    panel.loadApps();
    const values = form.read();
    const { state } = panel;
    const address = values.username ? addressOf(String(values.username), state.domain) : '';
    const password = String(values.password ?? this.#password);
    const before = state.unansweredAddress;
    const isSame = this.#unanswered?.address === address && this.#unanswered.password === password;
    // Until there is an answer, also if this attempt ends before.
    state.unansweredAddress = address;
    try {
      const account = await this.run((manager, signal) =>
        manager.submit(values, { signal }).catch(error => {
          // Also when this attempt is over; another one may have asked for another address by then.
          if (!error.outcomeUnknown && state.unansweredAddress === address) state.unansweredAddress = before;
          throw error;
        }),
      );
      this.#unanswered = null;
      this.#password = password;
      if (account.form) this.#askMore(account.form, account.instructions);
      else this.#finish(account, this.#password);
    } catch (thrown) {
      const error = /** @type {RegistrationError} */ (thrown);
      if (error.outcomeUnknown) {
        // The same form once more: what came of the one before is found out with it.
        const known = isSame && this.#unanswered ? this.#unanswered.before : before;
        this.#unanswered = { error, address, password, before: known, canAsk: true };
      }
      if (error.outcomeUnknown || (isSame && error.reason === 'username-taken')) await this.#findOut(error);
      else this.#refused(error, address);
    }
  }

  /** Whether it can be found out what came of the form that was never answered. */
  get canCheck() {
    return this.#unanswered?.canAsk ?? false;
  }

  /** Finds out once more; undefined where that cannot be. */
  get onCheck() {
    if (!this.canCheck) return undefined;
    return () => {
      if (this.#unanswered && !this.#panel.isLocked) this.#findOut(this.#unanswered.error);
    };
  }

  /** Finds out what came of the form that was never answered. @param {RegistrationError} error what is said if the account was not made */
  async #findOut(error) {
    const unanswered = /** @type {Unanswered} */ (this.#unanswered);
    const { address, password, before } = unanswered;
    const panel = this.#panel;
    // The user has left the page. Whoever comes back learns it.
    if (this.signal.aborted) {
      this.#refused(error, address, { onCheck: this.onCheck });
      return;
    }
    panel.update({ step: 'verifying' });
    const { verdict, account, canAsk } = await this.findOut();
    unanswered.canAsk = canAsk && verdict === 'unknown';
    if (account) {
      this.isMade = true;
      dispatch(panel.element, 'registrationSucceeded', account);
      this.#finish(account, password);
      return;
    }
    if (verdict === 'not-done') {
      panel.state.unansweredAddress = before;
      this.#unanswered = null;
    }
    if (!error.outcomeUnknown) this.#refused(error, address);
    else if (verdict === 'not-done') this.#refused(error, address, this.#notMade(error, address));
    else this.#refused(error, address, { onCheck: this.onCheck });
  }

  /** Says that a form has changed nothing, and may be sent again. @param {RegistrationError} error @param {string} address @returns {import('./problem.js').Problem} */
  #notMade({ message }, address) {
    const isReset = accountOf(this.#panel.state.shape) !== '';
    const hasCaptcha = Boolean(this.#form.captcha);
    return {
      error: { message, kind: 'transport', reason: 'stream' },
      wordsFrom: texts => {
        const { notMade, notReset, sendAgain } = texts.verify;
        const todo = hasCaptcha ? texts.reasons['captcha-required'][1] : sendAgain;
        const stream = [fill(isReset ? notReset : notMade, { address }), todo];
        return { ...texts, reasons: { ...texts.reasons, stream } };
      },
    };
  }

  /** The server has taken the answers, and wants more before the account is there. @param {import('./xmppreg.js').Form} form @param {string} instructions beside it */
  #askMore(form, instructions) {
    const panel = this.#panel;
    Object.assign(panel.state, { isBegun: true, unansweredAddress: '' });
    this.#applyForm({ ...form, instructions: form.instructions || instructions });
    panel.update({ step: this.#form.isEmpty ? 'elsewhere' : 'form', status: texts => texts.status.more });
    if (this.#form.mayFocus) this.#form.focusFirst();
  }

  /** The form was not accepted: it stays, the reason is said where it belongs, another one is fetched. @param {RegistrationError} error @param {string} address @param {Partial<import('./problem.js').Problem>} [known] what is to be said instead or as well */
  #refused(error, address, known) {
    const panel = this.#panel;
    const form = this.#form;
    const { reason } = error;
    // Other settings are another sign-up. In another language it is the same one, and so is what is said of it.
    const isAnother = [...this.changes].some(name => name !== 'lang');
    // The form itself may be at fault as well: it stays.
    const isInvitable = reason === 'invite-required';
    if (isAnother || (isUninvited({ reason, message: '' }) && !isInvitable)) {
      // What is begun anew will end in the same.
      if (!this.#takeChanges()) panel.fail(error);
      return;
    }
    if (error.form) this.#applyForm(error.form);
    panel.update({ step: form.isEmpty ? 'elsewhere' : 'form', status: () => '' });
    if (isInvitable) panel.askInvitation();
    const name = this.#fieldOf(error);
    /** @type {import('./problem.js').Problem} */
    const problem = { error, account: address, invitable: isInvitable, ...known };
    const isRenewed = !this.changes.size && !error.form && isSpent(problem.error);
    // The question that comes is the one to go to.
    const isQuestionRenewed = isRenewed && Boolean(name) && name === form.captcha;
    if (name && error.rule && name === error.field) {
      // What the form itself rules out is said as while typing.
      form.showRule(name, error.rule);
    } else if (name) {
      const isMaybeOwn = reason === 'username-taken' && panel.state.unansweredAddress === address;
      form.refuse(name, { words: texts => fieldProblem(error, texts, isMaybeOwn), problem });
      if (!isQuestionRenewed) form.focus(name);
    } else {
      panel.showProblem(problem, form.mayFocus);
    }
    // Another attempt, also one in another language, could not find it out any more.
    const isBegunAnew = !problem.onCheck && this.#takeChanges();
    if (isBegunAnew || !isRenewed) return;
    this.renew();
    if (isQuestionRenewed) this.#goToNextQuestion();
  }

  /** Goes to the question that takes the place of one that was answered wrongly; if that takes long, to what is there. */
  async #goToNextQuestion() {
    const { focused } = this.#panel;
    await this.whileItLasts(Promise.race([this.#formFetched, new Promise(resolve => setTimeout(resolve, SOON))]));
    // Where the focus was in a field that is gone, it has gone there already.
    if (!focused || focused.isConnected) this.#form.focusWrong();
  }

  /** Begins anew with attributes that were changed, and says whether there are any. */
  #takeChanges() {
    const { changes } = this;
    if (changes.size) this.#panel.restartWith(changes);
    return changes.size > 0;
  }

  /** The name of the field that an error is about, if it is about one. @param {RegistrationError} error */
  #fieldOf({ field, reason }) {
    if (field && this.#form.has(field)) return field;
    if (reason.startsWith('username-') && this.#form.has('username')) return 'username';
    return reason.startsWith('captcha-') ? this.#form.captcha : '';
  }

  /** Somebody wants another CAPTCHA. */
  renewAsked() {
    if (this.#panel.isBusy) return;
    this.#form.clearProblems();
    this.#panel.update({ problem: null });
    this.renew({ isAsked: true });
  }

  /** Fetches another form in place of the one that is there, and keeps what was typed. */
  renew({ isAsked = false } = {}) {
    const { signal } = this;
    this.#panel.update({ step: 'renewing' });
    this.#formFetched = this.run(manager => manager.requestForm({ signal }))
      .then(
        // The server may have come to want its users elsewhere: then there is nothing left to fill in.
        form => this.#take(form),
        error => {
          // To send the form is to ask for a new one first: what is wrong is said then, unless somebody waits for it now,
          // and has not left the page meanwhile.
          if (isAsked && !signal.aborted) this.#panel.showProblem({ error }, false);
        },
      )
      .finally(() => {
        if (this.#panel.state.step === 'renewing') this.#panel.update({ step: 'form' });
      });
  }

  /** @param {import('./xmppreg.js').Account} account @param {string} password */
  #finish(account, password) {
    const panel = this.#panel;
    const { state } = panel;
    const { jid, username, domain } = account;
    const isPasswordReset = accountOf(state.shape) !== '';
    const isNameSettled = state.shape.fields.some(({ name, readOnly }) => name === 'username' && readOnly);
    rememberTyped(state.domain, {});
    // It knows the password.
    this.pause();
    const detail = { jid, username, domain, password, url: this.#url };
    // Where more has to be done first, a login would fail.
    const isHandedOver =
      !isPending(account) && !panel.element.dispatchEvent(new CustomEvent('handover', { detail, cancelable: true }));
    panel.update({
      step: isHandedOver ? 'handover' : 'done',
      form: null,
      account,
      isPasswordReset,
      isNameSettled,
      isHandedOver,
      unansweredAddress: '',
      problem: null,
      // It says the same as the title, which has the focus then.
      status: panel.focused ? () => '' : texts => texts.status.done,
    });
    // The user has to be told of the account: attributes that were changed meanwhile count when the page changes
    // `domain` or `url` once more.
  }
}

/** Whether an error has used up the form and the server may have another one. @param {import('./problem.js').Failure} error */
function isSpent({ kind = '', reason }) {
  return !['form', 'discovery', 'aborted'].includes(kind) && reason !== 'connect-failed';
}

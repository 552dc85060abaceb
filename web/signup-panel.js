import { loadAhead, Panel } from './panel.js';
import { chosenBefore, rememberChosen } from './memory.js';
import { unknownOutcome } from './problem.js';
import { connectionSettings, domainOf, invitationOf, isLink } from './settings.js';
import { signUpActions } from './signup-actions.js';
import { SignUpAttempt } from './signup-attempt.js';
import { emptySignUp, isUninvited, questionFields, signUpPage } from './signup-pages.js';

/**
 * What an `<xmpp-signup>` shows: a question for the provider, or an attempt to sign up with one.
 *
 * @extends {Panel<import('./signup-pages.js').SignUp, SignUpAttempt>}
 */
export class SignUpPanel extends Panel {
  steps = {
    silent: ['form', 'elsewhere', 'done'],
    busy: ['loading', 'connecting', 'waiting', 'renewing', 'queued', 'sending'],
    locked: ['queued', 'sending'],
  };

  /** The domain that the user chose, where neither the attribute nor the page's address names one. */
  #chosen = '';
  /** The invitation that the user typed; '' to go on without one. @type {string | undefined} */
  #invitation;
  #actions = signUpActions(this);

  /** @param {HTMLElement} element */
  constructor(element) {
    super(element, emptySignUp());
  }

  begin() {
    this.#start();
  }

  end() {
    super.end();
    this.state.form = null;
  }

  /** @param {string} name */
  settingChanged(name) {
    const { attempt, state } = this;
    // Once the account is there, an invitation is used up, and its server says no more.
    if (attempt?.isMade && (name === 'token' || name === 'lang')) return;
    if (attempt && state.step === 'sending') attempt.changes.add(name);
    else this.restartWith(new Set([name]));
  }

  languageChanged() {
    const { step } = this.state;
    if (!this.attempt || step === 'failed') return;
    const isSent = step === 'queued' || this.attempt.isChecking;
    // The server's words are to come in that language as well.
    this.settingChanged('lang');
    if (isSent) this.attempt?.send();
  }

  /** Begins anew. @param {Set<string>} changes the attributes that were changed */
  restartWith(changes) {
    if (changes.has('token')) this.#invitation = undefined;
    // What was typed for one provider is not another's to see.
    if (changes.has('domain')) this.state.form = null;
    this.#start([...changes].every(name => name === 'lang'));
  }

  /** Begins with the settings as they are. @param {boolean} [isSame] whether it is the same sign-up, in another language */
  #start(isSame = false) {
    const { state } = this;
    this.attempt = null;
    const token = this.#invitation ?? invitationOf(this.element);
    state.step = '';
    state.domain = this.element.getAttribute('domain') || this.#chosen || domainOf(this.element);
    if (!state.domain && !isLink(token)) state.domain = this.#chosen = chosenBefore();
    if (!isSame) Object.assign(state, { invitation: null, problem: unknownOutcome(state.unansweredAddress) });
    if (!state.domain && !isLink(token)) {
      loadAhead();
      this.#askDomain();
      return;
    }
    try {
      const settings = {
        domain: state.domain || undefined,
        ...connectionSettings(this.element),
        token: token || undefined,
      };
      this.attempt = new SignUpAttempt(this, settings);
    } catch (error) {
      this.fail(/** @type {TypeError} */ (error));
      return;
    }
    if (isSame) this.attempt.continue();
    else this.attempt.begin();
  }

  /** There can be no form: says why, and what can be done. @param {import('./problem.js').Failure} error */
  fail(error) {
    this.state.invitation = null;
    this.update({ step: 'failed', problem: { error, isAlert: !this.focused } });
    if (isUninvited(error)) this.askInvitation();
  }

  /** Somebody wants another CAPTCHA. */
  renew() {
    this.attempt?.renewAsked();
  }

  /** Offers to take an invitation, or another one. */
  askInvitation() {
    this.state.invitation ??= this.makeForm({ fields: questionFields('invitation') });
    this.draw();
  }

  #askDomain(value = '') {
    this.state.question ??= this.makeForm({ fields: questionFields('domain', value) });
    this.update({ step: 'domain', domain: '' });
  }

  /** Signs up with another domain from now on. @param {string} domain '' for none */
  choose(domain) {
    this.#chosen = domain;
    rememberChosen(domain);
  }

  /** Begins anew with what the user typed as an invitation. @param {string} invitation '' for none */
  invite(invitation) {
    this.#invitation = invitation;
    this.begin();
  }

  /** Tries once more what has failed. */
  retry() {
    this.state.problem = unknownOutcome(this.state.unansweredAddress);
    if (this.attempt) this.attempt.begin();
    else this.begin();
  }

  /** Asks for another provider. */
  chooseAnother() {
    const chosen = this.#chosen;
    this.attempt = null;
    // They were for the provider from before.
    this.#invitation = '';
    this.choose('');
    Object.assign(this.state, emptySignUp(), { problem: null });
    this.#askDomain(chosen);
  }

  page() {
    const { state, texts, isLocked } = this;
    const hasChoice = !this.element.getAttribute('domain');
    return signUpPage({ state, texts, isLocked, hasChoice, actions: this.#actions, find: this.find.bind(this) });
  }
}

import { persistImport } from './download.js';
import { loadAhead, Panel } from './panel.js';
import { Destination } from './destination.js';
import { unknownOutcome } from './problem.js';
import { connectionSettings } from './settings.js';
import { signUpActions } from './signup-actions.js';
import { SignUpAttempt } from './signup-attempt.js';
import { choiceField, emptySignUp, isUninvited, questionFields, signUpPage } from './signup-pages.js';
import { termsOf, withTerms } from './terms.js';

/**
 * What an `<xmpp-signup>` shows: a question for the provider, or an attempt to sign up with one.
 *
 * @extends {Panel<import('./signup-pages.js').SignUp, SignUpAttempt>}
 */
export class SignUpPanel extends Panel {
  steps = {
    silent: ['form', 'elsewhere', 'done'],
    busy: ['reading', 'loading', 'connecting', 'waiting', 'renewing', 'queued', 'sending', 'verifying'],
    locked: ['reading', 'queued', 'sending', 'verifying'],
  };

  #destination;
  /** What the user has to agree to. */
  #terms = { terms: '', privacy: '' };
  #actions = signUpActions(this);

  /** @param {HTMLElement} element */
  constructor(element) {
    super(element, emptySignUp());
    this.#destination = new Destination(element);
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
    const { attempt } = this;
    // Once the account is there, an invitation is used up, and its server says no more.
    if (attempt?.isMade && (name === 'token' || name === 'lang')) return;
    if (name === 'terms' || name === 'privacy') this.#termsChanged();
    else if (attempt && (this.#isSent || (name === 'lang' && attempt.canCheck))) attempt.changes.add(name);
    else this.restartWith(new Set([name]));
  }

  /** Whether a form was sent, and what came of it is not known yet. */
  get #isSent() {
    return ['sending', 'verifying'].includes(this.state.step);
  }

  /** Users agree to something else from now on; nothing that was typed is lost for it. */
  #termsChanged() {
    try {
      this.#terms = termsOf(this.element);
    } catch {
      if (this.attempt && this.#isSent) this.attempt.changes.add('terms');
      else this.#start();
      return;
    }
    if (!this.attempt) this.#start();
    else if (this.state.form) {
      this.showForm(this.state.shape);
      this.draw();
    }
  }

  languageChanged() {
    const { step } = this.state;
    if (!this.attempt || step === 'failed') return;
    const isSent = step === 'queued' || this.attempt.isChecking;
    // The server's words are to come in that language as well.
    this.settingChanged('lang');
    if (isSent) this.attempt?.send();
  }

  /** Begins anew. @param {Set<string>} changes the attributes that were changed, or `choice` for the user's own */
  restartWith(changes) {
    if (changes.has('token')) this.#destination.invite(undefined);
    // What was typed for one provider is not another's to see.
    if (changes.has('domain') || changes.has('domains')) this.state.form = null;
    this.#start([...changes].every(name => name === 'lang'));
  }

  /** Begins with the settings as they are. @param {boolean} [isSame] whether it is the same sign-up, in another language */
  #start(isSame = false) {
    const { state } = this;
    const destination = this.#destination;
    this.attempt = null;
    state.step = '';
    if (!isSame) Object.assign(state, { invitation: null, problem: unknownOutcome(state.unansweredAddress) });
    try {
      destination.read();
      this.#terms = termsOf(this.element);
    } catch (error) {
      // A mistake of the page's author, who looks there.
      console.error(`<${this.element.localName}>`, error);
      this.fail(/** @type {TypeError} */ (error));
      return;
    }
    try {
      const domain = destination.domain();
      state.domain = domain ?? '';
      this.#offerChoice();
      if (domain === null) {
        loadAhead();
        this.#askDomain();
        return;
      }
      const settings = {
        domain: domain || undefined,
        ...connectionSettings(this.element),
        token: destination.token || undefined,
      };
      this.attempt = new SignUpAttempt(this, settings);
    } catch (error) {
      this.fail(/** @type {TypeError} */ (error));
      return;
    }
    if (isSame) this.attempt.continue();
    else this.attempt.begin();
  }

  /** Whether a form is from a server that this element is for. @param {string} domain */
  isOffered(domain) {
    return this.#destination.includes(domain);
  }

  #offerChoice() {
    const { state } = this;
    const { choice } = this.#destination;
    if (choice.length === 0) {
      state.choice = null;
      return;
    }
    state.choice ??= this.makeForm();
    state.choice.update({ fields: [choiceField(choice, state.domain, domain => this.#switchTo(domain))] });
  }

  /** Goes on with another one of the domains. The same provider has them: what was typed stays. @param {string} domain */
  #switchTo(domain) {
    if (domain === (this.#destination.chosen || this.state.domain)) return;
    this.#destination.choose(domain);
    this.state.form?.clearProblems();
    this.settingChanged('choice');
  }

  /** Has the apps of the last page come, unless the provider has some; that page does without them as well. */
  loadApps() {
    if (this.state.apps || this.element.querySelector(':scope > [slot=apps]')) return;
    persistImport(() => import('./apps.js')).then(
      ({ appsFor }) => this.update({ apps: appsFor(navigator) }),
      () => {},
    );
  }

  /**
   * Shows a form, with what its provider has users agree to.
   *
   * @param {import('./signup-pages.js').Shape} shape
   * @returns {ReturnType<import('./form.js').Form['update']>}
   */
  showForm(shape) {
    const { state } = this;
    state.shape = shape;
    // Whoever has the account has agreed already.
    const fields = shape.registered ? shape.fields : withTerms(shape.fields, this.#terms);
    return state.form?.update({ ...shape, fields }) ?? null;
  }

  /** There can be no form: says why, and what can be done. @param {import('./problem.js').Failure} error */
  fail(error) {
    const host = this.#destination.tryHost(error);
    if (host) {
      this.begin();
      this.showProblem(noInvitation(error, host), false);
      return;
    }
    const pageError = this.#destination.noProvider(error);
    if (pageError) this.attempt = null;
    const shown = pageError ?? error;
    this.state.invitation = null;
    const { unansweredAddress: unanswered } = this.state;
    this.update({ step: 'failed', problem: { error: shown, unanswered, isAlert: !this.focused } });
    if (isUninvited(shown)) this.askInvitation();
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

  /** Begins anew with what the user typed as an invitation. @param {string} invitation '' for none */
  invite(invitation) {
    this.#destination.invite(invitation);
    this.begin();
  }

  /** Signs up with the provider that the user named. @param {{ domain: string, token?: string, isPage?: boolean }} provider */
  take(provider) {
    this.state.question = null;
    this.#destination.take(provider);
    this.begin();
  }

  /** Tries once more what has failed. */
  retry() {
    this.state.problem = unknownOutcome(this.state.unansweredAddress, this.attempt?.onCheck);
    if (this.attempt) this.attempt.begin();
    else this.begin();
  }

  /** Asks for another provider. */
  chooseAnother() {
    const { chosen } = this.#destination;
    this.attempt = null;
    this.#destination.forget();
    Object.assign(this.state, emptySignUp(), { problem: null });
    this.#askDomain(chosen);
  }

  page() {
    const { state, texts, isLocked } = this;
    const hasChoice = this.#destination.isOpen;
    return signUpPage({ state, texts, isLocked, hasChoice, actions: this.#actions, find: this.find.bind(this) });
  }
}

/**
 * Says that the form is one without an invitation.
 *
 * @param {import('./problem.js').Failure} error why there is none
 * @param {string} domain
 * @returns {import('./problem.js').Problem}
 */
function noInvitation({ message, kind, reason = 'unknown' }, domain) {
  return {
    error: { message, kind, reason, domain },
    wordsFrom: texts => ({ ...texts, reasons: { ...texts.reasons, [reason]: texts.invitation.missing } }),
  };
}

import { persistImport } from './download.js';
import { loadAhead, Panel } from './panel.js';
import { holdsLink } from './address.js';
import { chosenBefore, rememberChosen } from './memory.js';
import { unknownOutcome } from './problem.js';
import { among, connectionSettings, domainOf, invitationOf, offeredDomains, pageDomain } from './settings.js';
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

  /** The domain that the user chose, where neither the attribute nor the page's address names one. */
  #chosen = '';
  /** The domains among which the user may choose. @type {string[]} */
  #offered = [];
  /** What the user has to agree to. */
  #terms = { terms: '', privacy: '' };
  /** The invitation that the user typed; '' to go on without one. @type {string | undefined} */
  #invitation;
  /**
   * The page that the user named as the provider: if there is no invitation at it, its host may be one. `error` is
   * why there was none.
   *
   * @type {{ domain: string, token: string, error?: import('./problem.js').Failure } | null}
   */
  #page = null;
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
    if (changes.has('token')) {
      this.#invitation = undefined;
      this.#page = null;
    }
    // What was typed for one provider is not another's to see.
    if (changes.has('domain') || changes.has('domains')) this.state.form = null;
    this.#start([...changes].every(name => name === 'lang'));
  }

  /** Begins with the settings as they are. @param {boolean} [isSame] whether it is the same sign-up, in another language */
  #start(isSame = false) {
    const { state } = this;
    this.attempt = null;
    const token = this.#invitation ?? invitationOf(this.element);
    state.step = '';
    if (!isSame) Object.assign(state, { invitation: null, problem: unknownOutcome(state.unansweredAddress) });
    try {
      this.#offered = offeredDomains(this.element);
      this.#terms = termsOf(this.element);
    } catch (error) {
      // A mistake of the page's author, who looks there.
      console.error(`<${this.element.localName}>`, error);
      this.fail(/** @type {TypeError} */ (error));
      return;
    }
    try {
      state.domain = this.#offered.length > 0 ? this.#offeredDomain(token) : this.#onlyDomain(token);
      this.#offerChoice(token);
      if (!state.domain && !holdsLink(token)) {
        loadAhead();
        this.#askDomain();
        return;
      }
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

  /** The domain to sign up with, where the user has no choice among some. @param {string} token */
  #onlyDomain(token) {
    const domain = this.element.getAttribute('domain') || this.#chosen || domainOf(this.element);
    return domain || holdsLink(token) ? domain : (this.#chosen = chosenBefore());
  }

  /** The one to begin with; '' where the link of an invitation says it. @param {string} token */
  #offeredDomain(token) {
    if (holdsLink(token)) return '';
    const wanted = [this.#chosen, pageDomain(), chosenBefore(), this.element.getAttribute('domain') ?? ''];
    return wanted.map(name => name && among(this.#offered, name)).find(Boolean) ?? this.#offered[0];
  }

  /** Whether a form is from a server that this element is for: the link of an invitation may lead anywhere. @param {string} domain */
  isOffered(domain) {
    return this.#offered.length === 0 || among(this.#offered, domain) !== '';
  }

  /** Has the user choose among the domains, where nothing else decides. @param {string} token */
  #offerChoice(token) {
    const { state } = this;
    if (this.#offered.length < 2 || holdsLink(token)) {
      state.choice = null;
      return;
    }
    state.choice ??= this.makeForm();
    state.choice.update({ fields: [choiceField(this.#offered, state.domain, domain => this.#switchTo(domain))] });
  }

  /** Goes on with another one of the domains. The same provider has them: what was typed stays. @param {string} domain */
  #switchTo(domain) {
    if (domain === (this.#chosen || this.state.domain)) return;
    this.choose(domain);
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
    const page = this.#page;
    if (page && !page.error && error.field === 'token') {
      page.error = error;
      this.choose(page.domain);
      this.#invitation = '';
      this.begin();
      this.showProblem(noInvitation(error, page.domain), false);
      return;
    }
    const isNoProvider = page?.error && ['discovery', 'transport'].includes(error.kind ?? '');
    const shown = (isNoProvider && page.error) || error;
    if (page && isNoProvider) {
      // To try again is to read the page once more.
      this.attempt = null;
      this.choose('');
      this.#invitation = page.token;
      page.error = undefined;
    }
    this.state.invitation = null;
    this.update({ step: 'failed', problem: { error: shown, isAlert: !this.focused } });
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

  /** Signs up with another domain from now on. @param {string} domain '' for none */
  choose(domain) {
    this.#chosen = domain;
    rememberChosen(domain);
  }

  /** Begins anew with what the user typed as an invitation. @param {string} invitation '' for none */
  invite(invitation) {
    this.#page = null;
    this.#invitation = invitation;
    this.begin();
  }

  /** Signs up with the provider that the user named. @param {{ domain: string, token?: string, isPage?: boolean }} provider */
  take({ domain, token = '', isPage = false }) {
    this.state.question = null;
    this.#page = isPage ? { domain, token } : null;
    this.choose(isPage ? '' : domain);
    if (token) this.#invitation = token;
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
    const chosen = this.#chosen;
    this.attempt = null;
    // They were for the provider from before.
    this.#invitation = '';
    this.#page = null;
    this.choose('');
    Object.assign(this.state, emptySignUp(), { problem: null });
    this.#askDomain(chosen);
  }

  page() {
    const { state, texts, isLocked } = this;
    const hasChoice = !this.element.getAttribute('domain') && this.#offered.length === 0;
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

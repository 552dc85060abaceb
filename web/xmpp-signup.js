import { load } from './xmppreg.js';
import { copyText } from './dom.js';
import { define, propertyOf, setProperty, XmppElement } from './element.js';
import { chosenBefore, rememberChosen } from './memory.js';
import { unknownOutcome } from './problem.js';
import { connectionSettings, domainName, domainOf, invitationOf, isLink } from './settings.js';
import { SignUpAttempt } from './signup-attempt.js';
import { emptySignUp, isUninvited, questionFields, signUpPage } from './signup-pages.js';

/**
 * A whole sign-up: `<xmpp-signup domain="example.org">`.
 *
 * Attributes, and properties of the same names: `domain`, the provider's; `url`, the server's WebSocket,
 * where it is not to be looked up; `token`, an invitation: its token or its link. Without them the page's
 * address may give `?domain=` and `?token=` (or `?preauth=`), never a `url`: a link could then lead
 * passwords anywhere under a trusted name. Without a domain or the link of an invitation the user is asked
 * for one. It speaks the language of the page around it (`lang`), else the browser's.
 *
 * A form is there at once: the one that the domain sent last time, or user name and password. The server's
 * own takes its place field by field; what was sent before waits for it.
 *
 * The manager's events bubble from the element under their own names. When the account is there, the event
 * `handover` is dispatched at the element alone (it does not bubble), with the detail `{ jid, username,
 * domain, password, url }`, to log in to a web client: whoever takes it calls `preventDefault()`, and the
 * element then does not offer to open an app.
 *
 * The attribute `data-step` says how far it is: `domain`, then `loading`, `connecting`, `waiting`, `form`,
 * `sending` (`queued` before the form is there; `form` again after a failure, `renewing` meanwhile), then
 * `done` or `handover`; or `elsewhere`, where the server wants its users on another page; or `failed`.
 *
 * @fires handover
 * @extends {XmppElement<import('./signup-pages.js').SignUp, SignUpAttempt>}
 */
export class XmppSignup extends XmppElement {
  /** @type {('domain' | 'url' | 'token' | 'lang')[]} */
  static observedAttributes = ['domain', 'url', 'token', 'lang'];
  static steps = {
    silent: ['form', 'elsewhere', 'done'],
    busy: ['loading', 'connecting', 'waiting', 'renewing', 'queued', 'sending'],
    locked: ['queued', 'sending'],
  };

  /** The domain that the user chose where none was given. */
  #chosen = '';
  /** The invitation that the user typed; '' for none after all. @type {string | undefined} */
  #invitation;

  constructor() {
    super(emptySignUp());
  }

  /** @returns {string} */
  get domain() {
    return propertyOf(this, 'domain');
  }

  /** @param {string | null | undefined} value */
  set domain(value) {
    setProperty(this, 'domain', value);
  }

  /** @returns {string} */
  get url() {
    return propertyOf(this, 'url');
  }

  /** @param {string | null | undefined} value */
  set url(value) {
    setProperty(this, 'url', value);
  }

  /** @returns {string} */
  get token() {
    return propertyOf(this, 'token');
  }

  /** @param {string | null | undefined} value */
  set token(value) {
    setProperty(this, 'token', value);
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
    const token = this.#invitation ?? invitationOf(this);
    state.step = '';
    state.domain = this.getAttribute('domain') || this.#chosen || domainOf(this);
    if (!state.domain && !isLink(token)) state.domain = this.#chosen = chosenBefore();
    if (!isSame) Object.assign(state, { invitation: null, problem: unknownOutcome(state.uncertain) });
    if (!state.domain && !isLink(token)) {
      // It will be needed: let it come while the user types. Its failure shows when it is.
      load().catch(() => {});
      this.#askDomain();
      return;
    }
    try {
      const settings = { domain: state.domain || undefined, ...connectionSettings(this), token: token || undefined };
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

  /** @param {string} domain */
  #choose(domain) {
    this.#chosen = domain;
    rememberChosen(domain);
  }

  /** @param {string} invitation '' for none */
  #invite(invitation) {
    this.#invitation = invitation;
    this.#start();
  }

  #actions = {
    answer: async () => {
      const { question } = this.state;
      if (!question || !(await question.validate())) return;
      const text = String(question.read().domain).trim();
      const domain = isLink(text) ? '' : domainName(text);
      if (!domain && !isLink(text)) {
        question.showProblem('domain', texts => texts.check.domain);
        return;
      }
      this.state.question = null;
      this.#choose(domain);
      if (domain) this.#start();
      else this.#invite(text);
    },
    send: () => this.attempt?.send(),
    invite: async () => {
      const { invitation } = this.state;
      if (invitation && (await invitation.validate())) this.#invite(String(invitation.read().invitation).trim());
    },
    goOnWithout: () => this.#invite(''),
    retry: () => {
      this.state.problem = unknownOutcome(this.state.uncertain);
      if (this.attempt) this.attempt.begin();
      else this.#start();
    },
    chooseProvider: () => {
      const chosen = this.#chosen;
      this.attempt = null;
      // They were for the provider from before.
      this.#invitation = '';
      this.#choose('');
      Object.assign(this.state, emptySignUp(), { problem: null });
      this.#askDomain(chosen);
    },
    copy: async () => {
      const isCopied = await copyText(this.state.account?.jid ?? '', this.find('.address'));
      this.update({ status: texts => (isCopied ? texts.status.copied : texts.status.selected), isStatusSeen: true });
    },
  };

  page() {
    const { state, texts, isLocked } = this;
    const hasChoice = !this.getAttribute('domain');
    return signUpPage({ state, texts, isLocked, hasChoice, actions: this.#actions, find: this.find.bind(this) });
  }
}

define('xmpp-signup', XmppSignup);

import { RegistrationError, RegistrationManager, load } from './xmppreg.js';
import { isAddress } from './controls.js';
import { fill, h, mayFocus } from './dom.js';
import { renderForm } from './form.js';
import { fieldProblem, problemElement, quotation } from './problem.js';
import { RequestView } from './request.js';
import { connection, dispatch, domainOf, formElement, forward, reflect, Shell } from './shell.js';

const EVENTS = [
  'passwordChangeFailed',
  'accountDeleted',
  'accountDeletionFailed',
  'supportedByServerChanged',
  'connected',
  'disconnected',
  'logMessage',
];

/** Steps whose outcome the user has to learn, whatever else happens. */
const CHANGES = ['changing', 'deleting'];

const BUSY = ['connecting', ...CHANGES];

let counter = 0;

/**
 * What can be done with an account: `<xmpp-account domain="example.org">`. Signing in, changing the
 * password, deleting the account, signing out.
 *
 * Attributes: `domain`, the provider's, whose users then need to type their user name only; `url`, the
 * server's WebSocket, where it is not to be looked up. Without them the page's address may give
 * `?domain=`, never a `url`. Without any domain the user types a whole address.
 *
 * It speaks the language of the page around it (`lang`), and goes along when that changes. New settings begin
 * with nobody signed in; while the password is changed or the account deleted they wait for the outcome.
 *
 * The manager's events bubble from the element under their own names, `passwordChanged` without the password.
 * The attribute `data-step` says how far it is: `login`, `connecting`, `account`, then `changing` and `account`
 * again, or `deleting` and `deleted`; `lost` is `account` without a connection; `failed` means settings that are
 * of no use.
 *
 * Passwords are forgotten as soon as they are not needed any more: after they were used, on signing
 * out, and when the page is left. If it is left in the middle of a change, whoever comes back learns that
 * its outcome is not known.
 */
export class XmppAccount extends (globalThis.HTMLElement ?? Object) {
  static observedAttributes = ['domain', 'url', 'lang'];

  #shell = new Shell(this, {
    unseen: ['account', 'deleted'],
    busy: BUSY,
    locked: BUSY,
    buttons: '[data-submit], [data-action]',
  });
  /** What to say, in the user's language. @type {typeof import('./texts/en.js').texts} */
  #texts;
  /** The domain of those who type a user name only. */
  #preset = '';
  /** @type {RegistrationManager | null} what comes from any other than this one counts no more */
  #manager = null;
  /** Ends what is under way. */
  #work = new AbortController();
  #online = false;
  /** The bare address of the account. */
  #jid = '';
  /** What the user calls it: password managers know it by that name. */
  #name = '';
  /** What may have happened, its answer having been lost: 'changing' or 'deleting'. Kept until somebody signs in. */
  #unsure = '';
  /** Whether the settings are new: to be begun with as soon as nothing is in the way. */
  #anew = false;
  /** The address of an account that was deleted, while that is said. */
  #gone = '';
  /** Makes what is shown as gone wrong, in the language of the moment. @type {(() => HTMLElement) | null} */
  #problem = null;
  /** Picks from the texts what came of the request. */
  #answer = () => '';
  #login = null;
  #title = null;
  #support = null;
  #notice = null;
  #said = null;
  /** @type {RequestView | null} */
  #change = null;
  /** @type {RequestView | null} */
  #remove = null;

  connectedCallback() {
    this.#shell.connected(() => {
      window.addEventListener('pagehide', this.#leave);
      // It will be needed: let it come while the user types. Its failure shows when it is.
      load().catch(() => {});
      this.#begin();
    });
  }

  disconnectedCallback() {
    this.#shell.disconnected(() => {
      window.removeEventListener('pagehide', this.#leave);
      this.#forget();
      this.#shell.replaceView([]);
    });
  }

  connectedMoveCallback() {}

  attributeChangedCallback(name, before, after) {
    if (!this.#shell.running || before === after) return;
    if (name === 'lang') this.#follow();
    else this.#begin();
  }

  /** Goes on in another language, once there is all of it. */
  async #follow() {
    await this.#shell.fluent;
    if (this.#shell.running) this.#speak();
  }

  #begin() {
    this.#anew = true;
    if (!this.#changing) this.#speak();
  }

  #speak() {
    const texts = this.#shell.speak();
    // Not all of them need be in this language yet.
    this.#texts = {
      ...texts,
      get redirect() {
        return { ...texts.redirect, ...texts.account.redirect };
      },
    };
    this.#shell.words = texts.account.status;
    if (this.#anew && !this.#changing) this.#start();
    else this.#redraw();
  }

  /** Whoever comes back to the page must not find the account open. */
  #leave = () => {
    if (this.#texts) this.#start({ said: this.#jid && this.#texts.account.status.signedOut });
  };

  /** Begins with nobody signed in: with words, a user name and what went wrong where there are any. */
  #start({ said = '', name = '', problem = this.#unsure ? () => this.#lost() : null } = {}) {
    this.#forget();
    this.#anew = false;
    this.#preset = domainOf(this);
    this.#shell.domain = this.#preset;
    this.#problem = problem;
    try {
      this.#manager = this.#open();
    } catch (error) {
      this.#problem = () => problemElement(error, { texts: this.#wordsOf('login') });
      this.#shell.replaceView([], undefined, this.#problem());
      this.#shell.show('failed');
      return;
    }
    this.#shell.replaceView(
      this.#drawLogin(name ? { username: name } : {}),
      () => this.#login.focusFirst(),
      problem?.(),
    );
    this.#shell.show('login', said);
  }

  /** Says the same in another language. What was typed, and the focus, stay. */
  #redraw() {
    const { alert, focused, status, step, view } = this.#shell;
    const places = () => [...view.querySelectorAll('input, select, textarea, button, a, [tabindex]')];
    const [place, problem] = [places().indexOf(focused), alert.contains(focused)];
    if (this.#gone) {
      view.replaceChildren(...this.#drawDeleted());
    } else if (this.#login) {
      const login = this.#login;
      view.replaceChildren(...this.#drawLogin());
      this.#login.inherit(login);
      if (step === 'login') {
        // The server's words are to come in that language as well.
        this.#manager.disconnect().catch(() => {});
        this.#manager = this.#open();
      }
    } else if (this.#change) {
      const [change, remove] = [this.#change, this.#remove];
      view.replaceChildren(...this.#drawAccount());
      this.#change.inherit(change);
      this.#remove.inherit(remove);
      this.#drawNotice();
      this.#drawSupport();
    }
    if (this.#problem && alert.hasChildNodes()) alert.replaceChildren(this.#problem());
    this.#shell.show(step, status.textContent ? undefined : '');
    places()[place]?.focus();
    if (problem) alert.firstElementChild.focus();
  }

  #open() {
    const manager = new RegistrationManager({ domain: this.#preset || undefined, ...connection(this) });
    forward(manager, this, EVENTS);
    // Its detail is the new password.
    manager.addEventListener('passwordChanged', () => dispatch(this, 'passwordChanged', null));
    manager.addEventListener('connected', ({ detail }) => {
      if (manager !== this.#manager) return;
      this.#online = true;
      if (detail.jid) this.#jid = detail.jid.split('/', 1)[0];
    });
    manager.addEventListener('disconnected', () => {
      if (manager !== this.#manager) return;
      this.#online = false;
      if (this.#shell.step === 'account') this.#settle();
    });
    manager.addEventListener('supportedByServerChanged', () => {
      if (manager === this.#manager && !BUSY.includes(this.#shell.step)) this.#drawSupport();
    });
    return manager;
  }

  /** Leaves the server, and forgets the account and all that was typed. */
  #forget() {
    this.#work.abort();
    this.#work = new AbortController();
    this.#manager?.disconnect().catch(() => {});
    this.#manager = null;
    for (const form of [this.#login, this.#change, this.#remove]) form?.clear();
    this.#login = this.#change = this.#remove = null;
    this.#title = this.#support = this.#notice = this.#said = null;
    this.#online = false;
    this.#problem = null;
    this.#answer = () => '';
    this.#jid = this.#name = this.#gone = '';
  }

  /** That nobody knows what came of a request. It names no account: somebody else may be there by now. */
  #lost() {
    const error = new RegistrationError({
      message: 'The answer was not waited for.',
      reason: 'outcome-unknown',
      outcomeUnknown: true,
    });
    const reasons = { 'outcome-unknown': this.#texts.account.unknown[this.#unsure] };
    return problemElement(error, { texts: { ...this.#texts, reasons } });
  }

  #drawLogin(values) {
    const table = this.#texts.login;
    const domain = this.#preset;
    this.#login = renderForm(
      {
        domain,
        fields: [
          domain
            ? { name: 'username', type: 'text-single', label: table.username, required: true, whole: true }
            : {
                name: 'username',
                type: 'jid-single',
                label: table.address,
                description: table.hint,
                required: true,
                autocomplete: 'username',
              },
          {
            name: 'password',
            type: 'text-private',
            label: this.#texts.fields.password,
            required: true,
            autocomplete: 'current-password',
          },
        ],
      },
      { texts: { ...this.#texts, form: { ...this.#texts.form, address: table.preview } }, values },
    );
    const title = h('h2', {}, domain ? fill(table.titleAt, { domain }) : table.title);
    const form = formElement(
      { 'aria-label': title.textContent },
      () => this.#logIn(),
      this.#login.element,
      h(
        'p',
        { class: 'actions' },
        h('button', { type: 'submit', 'data-submit': true, class: 'primary' }, table.submit),
      ),
    );
    return [title, form];
  }

  async #logIn() {
    if (!(await this.#ready(() => this.#login))) return;
    const { username, password } = this.#login.read();
    const jid = this.#address(username.trim());
    if (!jid) return;
    const { manager, signal } = this.#doing('connecting', this.#login, domainPart(jid));
    try {
      await manager.connect({ jid, password, signal });
    } catch (error) {
      if (manager === this.#manager) this.#loginRefused(error);
      return;
    }
    if (manager !== this.#manager) return;
    this.#jid ||= jid;
    this.#name = username.trim();
    this.#unsure = '';
    this.#login.clear();
    this.#login = null;
    this.#shell.replaceView(this.#drawAccount(), () => this.#title.focus());
    this.#settle();
  }

  /** The address that somebody signs in with, '' if it is none; that is then said. */
  #address(name) {
    const fixed = this.getAttribute('domain');
    const jid = name.includes('@') || !this.#preset ? name : `${name}@${this.#preset}`;
    let problem = null;
    if (!jid.includes('@') || jid.includes('/') || !isAddress(jid)) problem = ({ check }) => check.jid;
    // A provider's page is for its own users: anything else is a slip of the keyboard.
    else if (fixed && !sameDomain(domainPart(jid), fixed))
      problem = ({ check }) => fill(check.outside, { domain: fixed });
    if (!problem) return jid;
    this.#login.showError('username', problem);
    this.#login.focus('username');
    return '';
  }

  #loginRefused(error) {
    const words = () => this.#wordsOf('login');
    this.#shell.show('login');
    const name =
      error.kind === 'sasl' && error.reason === 'not-authorized'
        ? 'password'
        : { jid: 'username', password: 'password' }[error.field];
    if (name) {
      this.#login.showError(name, () => fieldProblem(error, { texts: words() }));
      this.#login.focus(name);
    } else {
      this.#tell(error, words);
    }
  }

  #drawAccount() {
    const id = `xmpp-account-${++counter}`;
    this.#title = h('h2', { tabindex: '-1' }, this.#texts.account.title);
    this.#support = h('p', { class: 'hint', 'data-unsupported': true, hidden: true }, this.#texts.account.unsupported);
    this.#notice = h('div', { class: 'notice', role: 'status' });
    this.#said = h(
      'p',
      { class: 'said', tabindex: '-1', id: `${id}-said`, role: 'group', 'aria-labelledby': `${id}-said` },
      this.#answer(this.#texts),
    );
    const { change, remove } = this.#texts;
    this.#change = new RequestView({
      texts: this.#texts,
      labelledby: `${id}-change`,
      // Tells password managers whose password it is.
      before: [h('input', { type: 'text', autocomplete: 'username', value: this.#name, readonly: true, hidden: true })],
      fields: [
        {
          name: 'new-password',
          type: 'text-private',
          label: change.password,
          required: true,
          autocomplete: 'new-password',
        },
        {
          name: 'repeat-password',
          type: 'text-private',
          label: change.repeat,
          required: true,
          autocomplete: 'new-password',
          advice: false,
        },
      ],
      submit: h('button', { type: 'submit', 'data-submit': true, class: 'primary' }, change.submit),
      onSubmit: () => this.#changePassword(),
    });
    // One that was made up need not be typed once more.
    this.#change.element.addEventListener('suggest', ({ detail }) =>
      this.#change.own.fill({ 'repeat-password': detail }),
    );
    this.#remove = new RequestView({
      texts: this.#texts,
      labelledby: `${id}-remove`,
      fields: [
        {
          name: 'confirm',
          type: 'jid-single',
          label: fill(remove.confirm, { address: this.#jid }),
          required: true,
          autocomplete: 'off',
        },
      ],
      submit: h('button', { type: 'submit', 'data-submit': true, class: 'danger' }, remove.submit),
      onSubmit: () => this.#deleteAccount(),
    });
    return [
      this.#title,
      h('div', { class: 'address' }, h('bdi', { dir: 'ltr' }, this.#jid)),
      this.#notice,
      this.#support,
      h(
        'p',
        { class: 'actions' },
        button(this.#texts.account.signOut, 'sign-out', () => {
          // What is not known has been said.
          this.#unsure = '';
          this.#start({ said: this.#texts.account.status.signedOut });
        }),
      ),
      h(
        'section',
        { 'data-section': 'change' },
        h('h3', { id: `${id}-change` }, change.title),
        this.#said,
        this.#change.element,
      ),
      h(
        'section',
        { 'data-section': 'delete' },
        h('h3', { id: `${id}-remove` }, remove.title),
        h('p', {}, remove.warning),
        this.#remove.element,
      ),
    ];
  }

  #drawSupport() {
    if (this.#support) this.#support.hidden = !this.#online || this.#manager.supportedByServer !== false;
  }

  /** Back to the account, with or without a connection. */
  #settle(text = this.#online ? undefined : '') {
    this.#drawNotice();
    this.#drawSupport();
    this.#shell.show(this.#online ? 'account' : 'lost', text);
  }

  /** That the connection is lost, if it is. */
  #drawNotice() {
    if (this.#online) {
      const active = this.#notice.contains(this.#shell.focused);
      this.#notice.replaceChildren();
      if (active) this.#title.focus();
    } else if (!this.#notice.hasChildNodes()) {
      this.#notice.append(
        h(
          'div',
          {},
          h('p', {}, fill(this.#texts.account.lost, { domain: this.#shell.domain })),
          h(
            'p',
            { class: 'actions' },
            button(this.#texts.account.again, 'connect', () => this.#connectAgain()),
          ),
        ),
      );
    }
  }

  async #connectAgain() {
    this.#shell.alert.replaceChildren();
    const { manager, signal } = this.#doing('connecting');
    if (await this.#reconnect(manager, signal)) this.#settle();
  }

  /** Signs in with what the manager knows, and says whether that went well. */
  async #reconnect(manager, signal) {
    try {
      await manager.connect({ signal });
    } catch (error) {
      if (manager === this.#manager) this.#reconnectFailed(error);
      return false;
    }
    if (manager !== this.#manager) return false;
    if (this.#unsure === 'changing') this.#say(({ change }) => change.unsure);
    this.#unsure = '';
    return true;
  }

  #reconnectFailed(error) {
    const refused = error.kind === 'sasl' && error.reason === 'not-authorized';
    const unsure = this.#unsure;
    const words = () => {
      const table = this.#wordsOf('login');
      // The module has ended, and what it knew with it.
      if (error.kind === 'form') table.reasons['not-authorized'] = this.#texts.login.forgotten;
      if (refused && unsure === 'deleting') table.reasons['not-authorized'] = this.#texts.remove.refused;
      return table;
    };
    if (
      !this.#anew &&
      error.kind !== 'sasl' &&
      error.reason &&
      error.reason !== 'module-exited' &&
      error.reason !== 'not-authorized'
    ) {
      this.#settle('');
      this.#tell(error, words);
      return;
    }
    // What the manager knows is of no use: it has to be typed again.
    this.#start({ name: this.#anew ? '' : this.#name, problem: () => problemElement(error, { texts: words() }) });
  }

  #changePassword() {
    return this.#request({
      step: 'changing',
      part: 'change',
      view: () => this.#change,
      check: ({ own }) => {
        const { 'new-password': first, 'repeat-password': second } = own.read();
        if (first === second) return true;
        own.showError('repeat-password', ({ check }) => check.different);
        own.focus('repeat-password');
        return false;
      },
      known: ({ own }) => ({ username: localPart(this.#jid), password: own.read()['new-password'] }),
      send: (manager, known, options) => manager.changePassword(known.password, options),
      faulty: ({ field, reason }, more) => (field === 'password' || (reason === 'rejected' && !more)) && 'new-password',
      done: () => {
        if (this.#anew) {
          this.#start({ said: this.#texts.change.done });
          return;
        }
        this.#settle('');
        this.#say(({ change }) => change.done);
      },
    });
  }

  #deleteAccount() {
    return this.#request({
      step: 'deleting',
      part: 'remove',
      view: () => this.#remove,
      check: ({ own }) => {
        if (folded(own.read().confirm) === folded(this.#jid)) return true;
        own.showError('confirm', ({ check }) => check.account);
        own.focus('confirm');
        return false;
      },
      known: () => ({ username: localPart(this.#jid) }),
      send: (manager, known, options) => manager.deleteAccount(options),
      faulty: () => '',
      done: () => this.#deleted(),
    });
  }

  /** Sends a request, and again if all that the server lacked is known. Another language draws another view. */
  async #request({ step, part, view, check, known, send, faulty, done }) {
    if (!(await this.#ready(view)) || !check(view())) return;
    this.#say(() => '');
    const answers = known(view());
    const { manager, signal } = this.#doing(step, view());
    // The operations would sign in by themselves; so what is said is about the right one.
    if (!this.#online && !(await this.#reconnect(manager, signal))) return;
    const before = this.#unsure;
    for (let again = false; ; again = true) {
      const asked = Boolean(view().more);
      // Until there is an answer, whatever comes in between.
      this.#unsure = step;
      try {
        await send(manager, answers, { values: view().answers(answers), signal });
        if (manager !== this.#manager) return;
        this.#unsure = '';
        const fields = view();
        done();
        fields.clear();
        return;
      } catch (error) {
        if (manager !== this.#manager) return;
        if (!error.outcomeUnknown) this.#unsure = before;
        if (error.form) view().ask(error.form, answers, asked ? null : quotation(error, this.#texts));
        if (error.form && !view().more && !error.form.url && !again) continue;
        this.#refused(error, { view: view(), part, asked, name: faulty(error, view().more) });
        return;
      }
    }
  }

  /** A request that was not accepted: the form stays, the reason is said where it belongs. */
  #refused(error, { view, part, asked, name }) {
    const { more } = view;
    if (error.kind === 'sasl') {
      this.#reconnectFailed(error);
      return;
    }
    const words = () => {
      const table = this.#wordsOf(part);
      // It may as well be about the answers.
      if (asked) table.reasons.rejected = this.#texts.reasons.rejected;
      return table;
    };
    if (this.#anew) {
      const account = this.#jid;
      this.#start({ problem: () => problemElement(error, { texts: words(), account }) });
      return;
    }
    this.#settle('');
    if (error.form && more && !asked) {
      // No failure: the server has a question.
      if (mayFocus(view.element)) more.focusFirst();
      this.#shell.say(this.#texts.account.more);
      return;
    }
    const fault = more?.has(error.field)
      ? error.field
      : (error.reason ?? '').startsWith('captcha-')
        ? more?.captcha
        : '';
    const [fields, field] = fault ? [more, fault] : [view.own, name];
    if (field && !error.outcomeUnknown) {
      // What the form itself rules out is said as while typing.
      if (error.rule) fields.showRule(field, error.rule);
      else fields.showError(field, () => fieldProblem(error, { texts: words() }));
      fields.focus(field);
    } else {
      this.#tell(error, words, mayFocus(view.element));
    }
  }

  #deleted() {
    const jid = this.#jid;
    this.#forget();
    this.#gone = jid;
    // Whoever signs in next does so with the settings that there are then.
    this.#anew = false;
    this.#shell.replaceView(this.#drawDeleted(), () => this.#title.focus());
    this.#shell.show('deleted', this.#shell.focused ? '' : undefined);
  }

  #drawDeleted() {
    const { remove } = this.#texts;
    this.#title = h('h2', { tabindex: '-1' }, remove.done);
    return [
      this.#title,
      h('p', {}, remove.gone),
      h('div', { class: 'address' }, h('bdi', { dir: 'ltr' }, this.#gone)),
      h('p', {}, remove.next),
      h(
        'p',
        { class: 'actions' },
        button(remove.other, 'login', () => this.#start()),
      ),
    ];
  }

  /** The texts, with the words for errors of that part. */
  #wordsOf(part) {
    const texts = this.#texts;
    const { problem, reasons } = texts[part];
    return {
      ...texts,
      problem: { ...texts.problem, ...problem },
      reasons: { ...texts.reasons, ...texts.account.reasons, ...reasons },
    };
  }

  get #busy() {
    return BUSY.includes(this.#shell.step);
  }

  /** Whether there is an outcome to wait for. */
  get #changing() {
    return Boolean(this.#manager) && CHANGES.includes(this.#shell.step);
  }

  /** Whether something can be sent: nothing is under way and all fields are well. */
  async #ready(fields) {
    if (this.#busy) return false;
    this.#shell.alert.replaceChildren();
    fields().clearErrors();
    const { signal } = this.#work;
    // Meanwhile the page may have been left, something else have begun, or other fields have come.
    const checked = fields();
    return (await checked.validate()) && !signal.aborted && !this.#busy && checked === fields();
  }

  /** Notes that something is under way, and returns what it is done with. */
  #doing(step, fields = undefined, domain = this.#shell.domain) {
    fields?.conceal();
    this.#shell.domain = domain;
    this.#shell.show(step);
    return { manager: this.#manager, signal: this.#work.signal };
  }

  /**
   * @param {() => typeof import('./texts/en.js').texts} words for the error
   * @param {boolean} [go] whether to go there
   */
  #tell(error, words, go) {
    const account = this.#jid;
    this.#problem = () => problemElement(error, { texts: words(), account });
    this.#shell.tell(this.#problem(), go);
  }

  /** Says what came of the request, above its form. */
  #say(answer) {
    this.#answer = answer;
    const text = answer(this.#texts);
    this.#said.textContent = text;
    if (!text) return;
    if (this.#shell.focused && mayFocus(this.#change.element)) this.#said.focus();
    else this.#shell.say(text);
  }
}

function button(text, name, action) {
  const element = h('button', { type: 'button', 'data-action': name }, text);
  element.addEventListener('click', action);
  return element;
}

const localPart = jid => jid.slice(0, jid.indexOf('@'));
const domainPart = jid => jid.slice(jid.indexOf('@') + 1);
/** For comparing. An address that was copied from a sentence may bring the marks of its direction along. */
const folded = text =>
  text
    .replace(/[\u200e\u200f\u2066-\u2069]/g, '')
    .trim()
    .normalize('NFC')
    .toLowerCase();

/** Whether two names are one domain, in letters or in its ASCII form. */
function sameDomain(one, other) {
  try {
    return new URL(`https://${one}/`).host === new URL(`https://${other}/`).host;
  } catch {
    return false;
  }
}

reflect(XmppAccount, ['domain', 'url']);

if (globalThis.customElements && !customElements.get('xmpp-account'))
  customElements.define('xmpp-account', XmppAccount);

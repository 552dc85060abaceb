import { RegistrationManager, load } from './xmppreg.js';
import { copyText, h, mayFocus, xmppURI } from './dom.js';
import { renderForm } from './form.js';
import { chosenBefore, expectedForm, rememberChosen, rememberForm, rememberTyped, typedBefore } from './memory.js';
import { Pane } from './pane.js';
import { fieldProblem, problemElement } from './problem.js';
import {
  addressed,
  connection,
  dispatch,
  domainName,
  domainOf,
  formElement,
  forward,
  reflect,
  Shell,
} from './shell.js';

/** What is passed on from the manager: nothing that ever holds a password. */
const EVENTS = [
  'registrationFormReceived',
  'registrationSucceeded',
  'registrationFailed',
  'connected',
  'disconnected',
  'logMessage',
];

/** Trying the same again would end in the same. */
const FINAL = new Set([
  'not-advertised',
  'not-supported',
  'forbidden',
  'not-allowed',
  'not-authorized',
  'invite-required',
  'invite-invalid',
  'invite-unsupported',
  'no-websocket-endpoint',
  'discovery-blocked',
  'insecure-redirect',
  'unsupported-redirect',
  'unsafe-url',
  'server-misconfigured',
]);

/** What an invitation, or another one, can help against. */
const UNINVITED = new Set(['invite-required', 'invite-invalid', 'invite-unsupported']);

/** Steps in which a form is on its way. */
const LOCKED = ['queued', 'sending'];

/** Attributes that change nothing any more once the account is there. */
const SETTLED = ['token', 'lang'];

/** Steps in which something is under way. */
const BUSY = new Set(['loading', 'connecting', 'waiting', 'renewing', 'queued', 'sending']);

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
 * element then shows no farewell of its own.
 *
 * The attribute `data-step` says how far it is: `domain`, then `loading`, `connecting`, `waiting`, `form`,
 * `sending` (`queued` before the form is there; `form` again after a failure, `renewing` meanwhile), then
 * `done` or `handover`; or `elsewhere`, where the server wants its users on another page; or `failed`.
 *
 * @fires handover
 */
export class XmppSignup extends (globalThis.HTMLElement ?? Object) {
  static observedAttributes = ['domain', 'url', 'token', 'lang'];

  #shell = new Shell(this, {
    unseen: ['form', 'elsewhere', 'done'],
    busy: BUSY,
    locked: LOCKED,
    buttons: '.actions button',
  });
  /** What to say, in the user's language. @type {typeof import('./texts/en.js').texts} */
  #texts;
  /** The domain that the user chose where none was given. */
  #chosen = '';
  /** What stands in the field for it, and that field. */
  #draft = '';
  /** @type {ReturnType<typeof renderForm> | null} */
  #asked = null;
  /** The invitation that the user typed; '' for none after all. @type {string | undefined} */
  #invitation;
  /** What was typed into a form that had to go, for the next one. */
  #kept = {};
  /** @type {RegistrationManager | null} */
  #manager = null;
  /** The WebSocket's address that it was given, if any. */
  #url = '';
  /** Ends with the manager: its events, and the answers that are still to come, count no more. */
  #life = new AbortController();
  /** Ends what is under way. */
  #work = new AbortController();
  /** @type {Pane | null} */
  #pane = null;
  /** The server's form, or the one that takes the place of a spent one, on its way. Never rejects. */
  #arrival = Promise.resolve();
  /** Whether the server's own form has been drawn. */
  #arrived = false;
  /** Whether the account has been made. */
  #made = false;
  /** What was typed before the fields went, but for secrets. */
  #typed = {};
  /** Whether it has been kept for the next visit, by this element or before it. */
  #saved = false;
  /** The attributes that were changed while a form was being sent. @type {Set<string>} */
  #changed = new Set();
  /** The address of an account that may exist: it has been asked for, and there is no answer. */
  #maybe = '';

  connectedCallback() {
    this.#shell.connected(() => {
      window.addEventListener('pagehide', this.#leave);
      window.addEventListener('pageshow', this.#comeBack);
      document.addEventListener('visibilitychange', this.#save);
      this.#begin();
    });
  }

  disconnectedCallback() {
    this.#shell.disconnected(() => {
      window.removeEventListener('pagehide', this.#leave);
      window.removeEventListener('pageshow', this.#comeBack);
      document.removeEventListener('visibilitychange', this.#save);
      this.#leave();
      this.#life.abort();
    });
  }

  connectedMoveCallback() {}

  attributeChangedCallback(name, before, after) {
    if (!this.#shell.running || before === after) return;
    const { step } = this.#shell;
    // What is done is not begun anew in another language, nor for an invitation that is used up.
    if (this.#made && SETTLED.includes(name)) return;
    if (step === 'sending') {
      this.#changed.add(name);
      return;
    }
    this.#follow(new Set([name]));
    // It goes on waiting, in another language.
    if (step === 'queued' && name === 'lang') this.#send();
  }

  /** Begins anew with attributes that were changed. */
  #follow(names) {
    if (names.has('token')) this.#invitation = undefined;
    // What was typed for one provider is not another's to see.
    this.#kept = names.has('domain') ? {} : this.#filledIn;
    this.#begin();
  }

  #begin() {
    if (this.#asked) this.#draft = this.#asked.read().domain ?? '';
    this.#texts = this.#shell.speak();
    this.#shell.words = this.#texts.status;
    this.#start();
  }

  /** Begins from the settings as they are. */
  #start() {
    this.#life.abort();
    this.#stop();
    this.#life = new AbortController();
    this.#shell.step = '';
    this.#pane = null;
    this.#asked = null;
    this.#made = false;
    this.#typed = {};
    this.#saved = false;
    this.#changed.clear();
    const token = this.#invitation ?? (this.getAttribute('token') || addressed('token') || addressed('preauth') || '');
    this.#shell.domain = this.getAttribute('domain') || this.#chosen || domainOf(this);
    if (!this.#shell.domain && !isLink(token)) this.#shell.domain = this.#chosen = chosenBefore();
    if (!this.#shell.domain && !isLink(token)) {
      // It will be needed: let it come while the user types. Its failure shows when it is.
      load().catch(() => {});
      this.#askDomain();
      return;
    }
    try {
      const settings = connection(this);
      this.#url = settings.url ?? '';
      this.#manager = new RegistrationManager({
        domain: this.#shell.domain || undefined,
        ...settings,
        token: token || undefined,
      });
    } catch (error) {
      this.#manager = null;
      this.#fail(error);
      return;
    }
    const { signal } = this.#life;
    // The page hears of it first, and may take the element away.
    this.#manager.addEventListener(
      'registrationSucceeded',
      () => {
        this.#made = true;
      },
      { signal },
    );
    forward(this.#manager, this, EVENTS, signal);
    this.#manager.addEventListener(
      'connected',
      () => {
        if (this.#shell.step === 'connecting') this.#shell.show('waiting');
      },
      { signal },
    );
    const before = typedBefore(this.#shell.domain);
    this.#saved = Object.keys(before).length > 0;
    this.#kept = { ...before, ...this.#kept };
    this.#fetch();
  }

  /** All that was typed so far. */
  get #filledIn() {
    return { ...this.#kept, ...this.#pane?.fields.read() };
  }

  /** Puts what was typed before into the fields that there are now for it. */
  #restore() {
    const { fields } = this.#pane;
    fields.fill(this.#kept);
    this.#kept = Object.fromEntries(Object.entries(this.#kept).filter(([name]) => !fields.has(name)));
  }

  /** Leaves the server. The next request connects again. */
  #stop() {
    this.#work.abort();
    this.#manager?.disconnect().catch(() => {});
  }

  #leave = () => {
    this.#save();
    this.#pane?.fields.conceal();
    // What waited to be sent is not sent when the page has long been left.
    if (this.#shell.step === 'queued') this.#shell.show('connecting');
    this.#stop();
  };

  /** The page has been kept as it was left, but for what was under way. */
  #comeBack = () => {
    if (this.#pane && !this.#arrived && this.#work.signal.aborted) {
      this.#arrival = this.#receive(this.#life.signal, this.#signal);
    }
  };

  /** Keeps what was typed: a tab in the background may end without a word. */
  #save = () => {
    if (this.#pane) this.#typed = this.#pane.fields.typed;
    const typed = this.#made ? {} : this.#typed;
    // Where nothing was typed here, something may be there from another element of the page.
    if (this.#saved || Object.keys(typed).length) rememberTyped(this.#shell.domain, typed);
    this.#saved ||= Object.keys(typed).length > 0;
  };

  /** A signal for work that `#stop` ends. */
  get #signal() {
    if (this.#work.signal.aborted) this.#work = new AbortController();
    return this.#work.signal;
  }

  /** Draws a form to begin with, and gets the server's. */
  #fetch() {
    this.#pane = new Pane({ texts: this.#texts, onSubmit: () => this.#send(), onRenew: () => this.#renewAsked() });
    this.#pane.draw(expectedForm(this.#shell.domain));
    this.#restore();
    this.#shell.replaceView(this.#pane.elements, () => this.#pane.focus());
    this.#arrived = false;
    this.#arrival = this.#receive(this.#life.signal, this.#signal);
    if (this.#maybe) this.#remind(this.#maybe);
  }

  /** Says of an account that it may exist, unless there is something else to say. */
  async #remind(account) {
    const { signal: life } = this.#life;
    await this.#shell.fluent;
    if (life.aborted || this.#shell.alert.hasChildNodes()) return;
    const lost = { reason: 'outcome-unknown', outcomeUnknown: true };
    this.#shell.tell(problemElement(lost, { texts: this.#texts, account }), false);
  }

  async #receive(life, signal) {
    try {
      this.#progress('loading');
      try {
        await load();
      } catch (error) {
        if (!life.aborted) dispatch(this, 'registrationFailed', error);
        throw error;
      }
      if (life.aborted) return;
      this.#progress('connecting', this.#shell.domain ? undefined : this.#texts.status.invited);
      const form = await this.#manager.requestForm({ signal });
      if (!life.aborted) this.#draw(form);
    } catch (error) {
      // Who left the page comes back to the form as it was.
      if (life.aborted || signal.aborted) return;
      if (error.form) this.#drawRefused(error);
      else this.#fail(error);
    }
  }

  /** A form that comes in an error, to be filled in before there is any other. */
  #drawRefused(error) {
    this.#draw(error.form);
    this.#shell.tell(problemElement(error, { texts: this.#texts }), false);
  }

  /** How far the server's form is, unless there is more to say. */
  #progress(step, text) {
    if (!LOCKED.includes(this.#shell.step)) this.#shell.show(step, text);
  }

  #draw(form) {
    this.#shell.domain ||= form.domain;
    this.#arrived = true;
    this.#pane.draw({ ...form, domain: form.domain || this.#shell.domain });
    this.#restore();
    this.#kept = {};
    if (this.#pane.fields.empty) {
      this.#shell.alert.replaceChildren();
      this.#shell.view.append(this.#ways(false, { lead: !this.#shell.view.querySelector('.redirect .primary') }) || '');
      this.#pane = null;
      this.#shell.show('elsewhere', this.#shell.focused ? '' : undefined);
      return;
    }
    if (!form.service) rememberForm({ ...form, domain: this.#shell.domain });
    this.#progress('form');
  }

  /** Sends what was filled in. */
  async #send() {
    if (LOCKED.includes(this.#shell.step)) return;
    const { signal: life } = this.#life;
    this.#shell.alert.replaceChildren();
    this.#pane.fields.clearErrors();
    // Of several that were started only the last one goes on. The module, which knows the server's rules, may be
    // on its way as well.
    const right = this.#arrived ? await this.#pane.fields.validate() : this.#pane.fields.validateHere();
    if (!right || life.aborted || !this.#pane) return;
    this.#pane.fields.conceal();
    this.#shell.show(this.#arrived ? 'sending' : 'queued');
    await this.#arrival;
    if (life.aborted || !this.#pane || !LOCKED.includes(this.#shell.step)) return;
    // Another form may have come meanwhile, with more to fill in or another CAPTCHA.
    if (!(await this.#pane.fields.validate())) {
      if (life.aborted) return;
      this.#shell.show('form', this.#texts.status.more);
      if (this.#changed.size) this.#follow(new Set(this.#changed));
      return;
    }
    if (life.aborted) return;
    this.#shell.show('sending');
    const values = this.#pane.fields.read();
    const address = values.username ? `${String(values.username).toLowerCase()}@${this.#shell.domain}` : '';
    const before = this.#maybe;
    // Until there is an answer, whatever comes in between.
    this.#maybe = address;
    let account;
    try {
      account = await this.#manager.submit(values, { signal: this.#signal });
    } catch (error) {
      if (!error.outcomeUnknown) this.#maybe = before;
      // Not all of its words need be there yet.
      if (this.#changed.has('lang')) await this.#shell.fluent;
      if (!life.aborted) this.#refused(error, address);
      return;
    }
    if (!life.aborted) this.#finish(account, values);
  }

  /** A form that was not accepted: it stays, the reason is said where it belongs, a fresh one is fetched. */
  #refused(error, account) {
    const { form, reason = 'unknown' } = error;
    const changed = new Set(this.#changed);
    const anew = changed.size > 0;
    if (anew) this.#follow(changed);
    // Other settings are another sign-up. In another language it is the same one, and so is what is said of it.
    if ([...changed].some(name => name !== 'lang')) return;
    const { fields } = this.#pane;
    // The form itself may be at fault as well: it stays.
    const invitable = reason === 'invite-required';
    if (UNINVITED.has(reason) && !invitable) {
      // What is begun anew will end in the same.
      if (!anew) this.#fail(error);
      return;
    }
    if (!anew) {
      if (form) this.#pane.draw({ ...form, domain: form.domain || this.#shell.domain });
      this.#shell.show('form', '');
    }
    const name = faulty(error, fields);
    if (name) {
      const maybe = reason === 'username-taken' && this.#maybe === account;
      // What the form itself rules out is said as while typing.
      if (error.rule && name === error.field) fields.showRule(name, error.rule);
      else fields.showError(name, ...fieldProblem(error, { texts: this.#texts, maybe }));
      fields.focus(name);
    } else {
      this.#shell.tell(problemElement(error, { texts: this.#texts, account, invitable }), mayFocus(fields.element));
    }
    if (invitable && !this.#shell.view.querySelector('[data-section=invitation]')) {
      this.#shell.view.append(
        h('section', { 'data-section': 'invitation' }, this.#askInvitation(false), this.#ways(false, { lead: false })),
      );
    }
    if (!anew && !form && spent(error)) this.#renew();
  }

  /** Fetches another form in place of the one that is there, and keeps what was typed. */
  #renew({ asked = false } = {}) {
    const [life, signal, pane] = [this.#life.signal, this.#signal, this.#pane];
    this.#shell.show('renewing');
    this.#arrival = this.#manager
      .requestForm({ signal })
      .then(form => {
        // The server may have come to want its users elsewhere: then there is nothing left to fill in.
        if (!life.aborted && pane === this.#pane) this.#draw(form);
      })
      .catch(error => {
        // To send the form is to ask for a new one first: what is wrong is said then, unless somebody waits for it now,
        // and has not left the page meanwhile.
        if (asked && !life.aborted && !signal.aborted)
          this.#shell.tell(problemElement(error, { texts: this.#texts }), false);
      })
      .finally(() => {
        if (!life.aborted && this.#shell.step === 'renewing') this.#shell.show('form');
      });
  }

  #renewAsked() {
    if (BUSY.has(this.#shell.step)) return;
    this.#shell.alert.replaceChildren();
    this.#pane.fields.clearErrors();
    this.#renew({ asked: true });
  }

  /** There can be no form: says why, and what can be done. What was typed waits for the next one. */
  #fail(error) {
    this.#kept = this.#filledIn;
    if (this.#pane) this.#typed = this.#pane.fields.typed;
    this.#pane = null;
    const problem = problemElement(error, { texts: this.#texts });
    const uninvited = UNINVITED.has(error.reason) || error.field === 'token';
    const without = uninvited && error.reason !== 'invite-required';
    this.#shell.replaceView(
      [uninvited && this.#askInvitation(), this.#ways(!FINAL.has(error.reason), { lead: !uninvited, without })],
      undefined,
      problem,
    );
    this.#shell.show('failed');
  }

  /** Buttons to go on with when there is no form. */
  #ways(retry, { lead = true, without = false } = {}) {
    const { invitation, signup } = this.#texts;
    const actions = h('p', { class: 'actions' });
    const add = (text, name, action) => {
      const first = lead && actions.childElementCount === 0;
      const button = h('button', { type: 'button', 'data-action': name, class: first && 'primary' }, text);
      button.addEventListener('click', action);
      actions.append(button);
    };
    if (without) add(invitation.without, 'without', () => this.#invite(''));
    if (retry) add(signup.retry, 'retry', () => (this.#manager ? this.#fetch() : this.#start()));
    if (!this.getAttribute('domain')) {
      add(signup.otherProvider, 'provider', () => {
        this.#life.abort();
        this.#stop();
        // They were for the provider from before.
        this.#invitation = '';
        this.#maybe = '';
        this.#kept = {};
        this.#draft = this.#chosen;
        this.#choose('');
        this.#askDomain();
      });
    }
    return actions.hasChildNodes() && actions;
  }

  /** A form for an invitation, or another one. */
  #askInvitation(lead = true) {
    const { label, hint, submit } = this.#texts.invitation;
    return this.#question({ name: 'invitation', label, description: hint, submit, lead }, fields => {
      this.#kept = this.#filledIn;
      this.#invite(fields.read().invitation.trim());
    }).element;
  }

  /** Begins anew with an invitation, '' for none. */
  #invite(invitation) {
    this.#invitation = invitation;
    this.#start();
  }

  #choose(domain) {
    this.#chosen = domain;
    rememberChosen(domain);
  }

  #askDomain() {
    const { title, label, hint, submit } = this.#texts.domain;
    this.#shell.domain = '';
    const { element, fields } = this.#question(
      { name: 'domain', label, description: hint, submit, value: this.#draft },
      () => {
        const text = fields.read().domain;
        const domain = domainName(text);
        if (isLink(text)) {
          this.#choose('');
          this.#invite(text.trim());
        } else if (domain) {
          this.#choose(domain);
          this.#start();
        } else {
          fields.showError('domain', this.#texts.check.domain);
          fields.focus('domain');
        }
      },
    );
    this.#asked = fields;
    this.#shell.replaceView([h('h2', {}, title), element], () => fields.focusFirst());
    this.#shell.show('domain');
  }

  /** A form of the page's own, with one field. */
  #question({ name, label, description, submit, value = '', lead = true }, answer) {
    const fields = renderForm(
      { fields: [{ name, type: 'text-single', label, description, required: true, value }] },
      { texts: this.#texts },
    );
    const element = formElement(
      { 'aria-label': label },
      async () => {
        if (await fields.validate()) answer(fields);
      },
      fields.element,
      h('p', { class: 'actions' }, h('button', { type: 'submit', class: lead && 'primary' }, submit)),
    );
    return { element, fields };
  }

  #finish({ jid, username, domain }, { password }) {
    const { reset } = this.#pane;
    this.#pane = null;
    this.#maybe = '';
    this.#kept = {};
    rememberTyped(this.#shell.domain, {});
    // It knows the password.
    this.#manager.disconnect().catch(() => {});
    this.#manager = null;
    const detail = { jid, username, domain, password: String(password ?? ''), url: this.#url };
    const taken = !this.dispatchEvent(new CustomEvent('handover', { detail, cancelable: true }));
    const { done } = this.#texts;
    const title = h('h2', { tabindex: '-1' }, reset ? done.titleReset : done.title);
    const address = h('div', { class: 'address' }, h('bdi', { dir: 'ltr' }, jid));
    const copy = h('button', { type: 'button', 'data-action': 'copy' }, done.copy);
    copy.addEventListener('click', () => this.#copy(jid, address));
    this.#shell.replaceView(
      [
        title,
        h('p', {}, done.address),
        address,
        h('p', {}, taken ? done.handover : done.next),
        !taken && h('p', { class: 'actions' }, h('a', { class: 'primary', href: xmppURI(jid) }, done.open), copy),
      ],
      () => title.focus(),
    );
    // To who gets to the title it says the same.
    this.#shell.show(taken ? 'handover' : 'done', this.#shell.focused ? '' : this.#texts.status.done);
    for (const name of SETTLED) this.#changed.delete(name);
    if (this.#changed.size) this.#follow(new Set(this.#changed));
  }

  async #copy(jid, element) {
    const { copied, selected } = this.#texts.status;
    this.#shell.say((await copyText(jid, element)) ? copied : selected);
    this.#shell.status.classList.remove('unseen');
  }
}

/** The name of the field that an error is about, if it is about one. */
function faulty({ field, reason = '' }, fields) {
  if (field && fields.has(field)) return field;
  if (reason.startsWith('username-') && fields.has('username')) return 'username';
  return reason.startsWith('captcha-') ? fields.captcha : undefined;
}

/** Whether a text is a link, as invitations are, and no domain or token. */
function isLink(text) {
  return /^\s*(xmpp|https?):/i.test(text);
}

/** Whether an error has used up the form and the server may have another one. */
function spent({ kind, reason }) {
  return !['form', 'discovery', 'aborted'].includes(kind) && reason !== 'connect-failed';
}

reflect(XmppSignup, ['domain', 'url', 'token']);

if (globalThis.customElements && !customElements.get('xmpp-signup')) customElements.define('xmpp-signup', XmppSignup);

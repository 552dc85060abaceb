import { RegistrationManager, load } from './xmppreg.js';
import { fill, h, xmppURI } from './dom.js';
import { renderForm } from './form.js';
import { fieldProblem, problemElement, redirect } from './problem.js';
import { addressed, connection, dispatch, domainName, domainOf, formElement, forward, Shell } from './shell.js';
import { texts } from './texts.js';

/** What is passed on from the manager: nothing that ever holds a password. */
const EVENTS = ['registrationFormReceived', 'registrationSucceeded', 'registrationFailed', 'connected',
  'disconnected', 'logMessage'];

/** Trying the same again would end in the same. */
const FINAL = new Set(['not-advertised', 'not-supported', 'forbidden', 'not-allowed', 'not-authorized',
  'invite-required', 'invite-invalid', 'invite-unsupported', 'no-websocket-endpoint', 'discovery-blocked',
  'insecure-redirect', 'unsupported-redirect', 'unsafe-url', 'server-misconfigured']);

/** What an invitation, or another one, can help against. */
const UNINVITED = new Set(['invite-required', 'invite-invalid', 'invite-unsupported']);

/** Steps in which something is under way. */
const BUSY = new Set(['loading', 'connecting', 'waiting', 'renewing', 'sending']);

/**
 * A whole sign-up: `<xmpp-signup domain="example.org">`.
 *
 * Attributes: `domain`, the provider's; `url`, the server's WebSocket, where it is not to be looked up;
 * `token`, an invitation: its token or its link. Without them the page's address may give `?domain=` and
 * `?token=` (or `?preauth=`), never a `url`: a link could then lead passwords anywhere under a trusted
 * name. Without a domain or the link of an invitation the user is asked for one.
 *
 * Everything stands in the document itself and not in a shadow tree, where password managers find it.
 * The style is in style.css. The manager's events bubble from the element under their own names. The
 * attribute `data-step` says how far it is: `domain`, then `loading`, `connecting`, `waiting`, `form`,
 * `sending` (`form` again after a failure, `renewing` meanwhile), then `done`; or `elsewhere`, where the server
 * wants its users on another page; or `failed`.
 */
export class XmppSignup extends HTMLElement {
  static observedAttributes = ['domain', 'url', 'token'];

  #shell = new Shell(this, { words: texts.status, unseen: ['form', 'done'], busy: BUSY, locked: ['sending'] });
  /** What the user typed where no domain was given. */
  #chosen = '';
  /** The invitation that the user typed; '' for none after all. @type {string | undefined} */
  #invitation;
  /** What was typed into a form that had to go, for the next one. */
  #kept = {};
  /** @type {RegistrationManager | null} */
  #manager = null;
  /** Ends with the manager: its events, and the answers that are still to come, count no more. */
  #life = new AbortController();
  /** Ends what is under way. */
  #work = new AbortController();
  /** @type {ReturnType<typeof renderForm> | null} */
  #fields = null;
  /** The form that takes the place of a spent one, on its way. Never rejects. */
  #renewal = Promise.resolve();
  /** The address of an account that may exist: its answer was lost. */
  #maybe = '';
  /** The address of the account whose password the invitation lets somebody set; '' for a new account. */
  #reset = '';

  connectedCallback() {
    this.#shell.build();
    window.addEventListener('pagehide', this.#stop);
    this.#start();
  }

  disconnectedCallback() {
    window.removeEventListener('pagehide', this.#stop);
    this.#life.abort();
    this.#stop();
  }

  attributeChangedCallback(name, before, after) {
    if (this.#shell.built && this.isConnected && before !== after) this.#start();
  }

  /** Begins from the settings as they are. */
  #start() {
    this.#life.abort();
    this.#stop();
    this.#life = new AbortController();
    this.#fields = null;
    this.#maybe = '';
    this.#shell.domain = this.getAttribute('domain') || this.#chosen || domainOf(this);
    const token = this.#invitation
      ?? (this.getAttribute('token') || addressed('token') || addressed('preauth') || '');
    if (!this.#shell.domain && !isLink(token)) {
      // It will be needed: let it come while the user types. Its failure shows when it is.
      load().catch(() => {});
      this.#askDomain();
      return;
    }
    try {
      this.#manager = new RegistrationManager({
        domain: this.#shell.domain || undefined,
        ...connection(this),
        token: token || undefined,
      });
    } catch (error) {
      this.#manager = null;
      this.#fail(error);
      return;
    }
    const { signal } = this.#life;
    forward(this.#manager, this, EVENTS, signal);
    this.#manager.addEventListener('connected', () => {
      if (this.#shell.step === 'connecting') this.#shell.show('waiting');
    }, { signal });
    this.#fetch();
  }

  /** Leaves the server. The next request connects again. */
  #stop = () => {
    this.#work.abort();
    this.#manager?.disconnect().catch(() => {});
  };

  /** A signal for work that `#stop` ends. */
  get #signal() {
    if (this.#work.signal.aborted) this.#work = new AbortController();
    return this.#work.signal;
  }

  /** Gets the form and draws it. */
  async #fetch() {
    const [life, signal] = [this.#life.signal, this.#signal];
    this.#shell.replaceView([]);
    this.#shell.show('loading');
    try {
      try {
        await load();
      } catch (error) {
        if (!life.aborted) dispatch(this, 'registrationFailed', error);
        throw error;
      }
      if (life.aborted) return;
      this.#shell.show('connecting', this.#shell.domain ? undefined : texts.status.invited);
      const form = await this.#manager.requestForm({ signal });
      if (life.aborted) return;
      this.#shell.domain ||= form.domain;
      this.#draw(form);
    } catch (error) {
      if (!life.aborted) this.#fail(error);
    }
  }

  /** Sends what was filled in. */
  async #send() {
    if (this.#shell.step === 'sending') return;
    const { signal: life } = this.#life;
    this.#shell.alert.replaceChildren();
    this.#fields.clearErrors();
    // Of several that were started only the last one goes on.
    if (!await this.#fields.validate() || life.aborted) return;
    this.#shell.show('sending');
    this.#fields.conceal();
    await this.#renewal;
    if (life.aborted || !this.#fields) return;
    // Another form may have come meanwhile, with another CAPTCHA to answer.
    if (!await this.#fields.validate()) {
      if (!life.aborted) this.#shell.show('form');
      return;
    }
    if (life.aborted) return;
    const values = this.#fields.read();
    try {
      const account = await this.#manager.submit(values, { signal: this.#signal });
      if (!life.aborted) this.#finish(account);
    } catch (error) {
      if (!life.aborted) this.#refused(error, values);
    }
  }

  /** A form that was not accepted: it stays, the reason is said where it belongs, a fresh one is fetched. */
  #refused(error, { username }) {
    const { form, reason = 'unknown', outcomeUnknown } = error;
    if (UNINVITED.has(reason)) {
      this.#kept = this.#fields.read();
      this.#fail(error);
      return;
    }
    if (form) this.#fields.update(form);
    const account = username ? `${String(username).toLowerCase()}@${this.#shell.domain}` : '';
    const name = faulty(error, this.#fields);
    this.#shell.show('form');
    if (name) {
      const maybe = reason === 'username-taken' && this.#maybe === account;
      // What the form itself rules out is said as while typing.
      if (error.rule && name === error.field) this.#fields.showRule(name, error.rule);
      else this.#fields.showError(name, ...fieldProblem(error, { texts, maybe }));
      this.#fields.focus(name);
    } else {
      const problem = problemElement(error, { texts, account });
      this.#shell.alert.replaceChildren(problem);
      problem.focus();
    }
    if (outcomeUnknown) this.#maybe = account;
    if (!form && spent(error)) this.#renew();
  }

  /** Fetches another form in place of the one that is there, and keeps what was typed. */
  #renew() {
    const [life, signal, fields] = [this.#life.signal, this.#signal, this.#fields];
    this.#shell.show('renewing');
    this.#renewal = this.#manager.requestForm({ signal }).then(form => {
      if (life.aborted || fields !== this.#fields) return;
      fields.update(form);
      // The server may have come to want its users elsewhere.
      if (fields.empty) this.#draw(form);
    }).catch(() => {
      // To send the form is to ask for a new one first: what is wrong then will be said then.
    }).finally(() => {
      if (!life.aborted && this.#shell.step === 'renewing') this.#shell.show('form');
    });
  }

  #draw(form) {
    this.#fields = renderForm({ ...form, domain: form.domain || this.#shell.domain },
      { texts, values: this.#kept, onRenew: () => this.#renewAsked() });
    this.#kept = {};
    const title = h('h2', { tabindex: '-1', dir: 'auto' }, form.title || fill(texts.signup.title, { domain: this.#shell.domain }));
    const instructions = form.instructions && h('p', { class: 'lines instructions', dir: 'auto' }, form.instructions);
    const nothing = this.#fields.empty;
    const settled = form.fields.find(({ name, readOnly }) => name === 'username' && readOnly);
    this.#reset = form.registered && settled ? `${settled.value}@${form.domain}` : '';
    const url = form.url || (nothing && linkIn(form.instructions));
    const address = url ? redirect(url, { texts, only: nothing }) : [];
    if (nothing) {
      this.#shell.replaceView([title, instructions, this.#fields.element,
        !url && h('p', {}, texts.signup.noForm), ...address, this.#ways(false)], () => title.focus());
      this.#fields = null;
      this.#shell.show('elsewhere');
      return;
    }
    const element = formElement({ 'aria-label': title.textContent }, () => this.#send(),
      this.#fields.element, h('p', { class: 'actions' },
        h('button', { type: 'submit', 'data-submit': true, class: 'primary' }, this.#reset ? texts.signup.submitReset : texts.signup.submit)));
    const existing = form.registered && h('p', {}, this.#reset
      ? fill(texts.signup.reset, { address: this.#reset }) : texts.signup.existing);
    this.#shell.replaceView([title, instructions, existing, element, ...address],
      () => this.#fields.focusFirst());
    this.#shell.show('form');
  }

  #renewAsked() {
    if (BUSY.has(this.#shell.step)) return;
    this.#fields.clearErrors();
    this.#renew();
  }

  /** Nothing to fill in: says why, and what can be done. */
  #fail(error) {
    this.#fields = null;
    const problem = problemElement(error, { texts });
    const uninvited = UNINVITED.has(error.reason) || error.field === 'token';
    this.#shell.replaceView([uninvited && this.#askInvitation(), this.#ways(!FINAL.has(error.reason), uninvited && error.reason !== 'invite-required')],
      () => problem.focus(), [problem]);
    this.#shell.show('failed');
  }

  /** A form for an invitation, or another one. */
  #askInvitation() {
    const fields = renderForm({
      fields: [{ name: 'invitation', type: 'text-single', label: texts.invitation.label, description: texts.invitation.hint, required: true }],
    }, { texts });
    return formElement({ 'aria-label': texts.invitation.label }, async () => {
      if (await fields.validate()) this.#invite(fields.read().invitation.trim());
    }, fields.element, h('p', { class: 'actions' },
      h('button', { type: 'submit', class: 'primary' }, texts.invitation.submit)));
  }

  /** Begins anew with an invitation, '' for none. */
  #invite(invitation) {
    this.#invitation = invitation;
    this.#start();
  }

  /** Buttons to go on with when there is no form. */
  #ways(retry, uninvited = false) {
    const actions = h('p', { class: 'actions' });
    const add = (text, name, action) => {
      const button = h('button', { type: 'button', 'data-action': name, class: actions.childElementCount === 0 && !uninvited && 'primary' }, text);
      button.addEventListener('click', action);
      actions.append(button);
    };
    if (uninvited) add(texts.invitation.without, 'without', () => this.#invite(''));
    if (retry) add(texts.signup.retry, 'retry', () => (this.#manager ? this.#fetch() : this.#start()));
    if (!this.getAttribute('domain')) {
      add(texts.signup.otherProvider, 'provider', () => {
        this.#life.abort();
        this.#stop();
        // They were for the provider from before.
        this.#invitation = '';
        this.#kept = {};
        this.#askDomain();
      });
    }
    return actions.hasChildNodes() && actions;
  }

  #askDomain() {
    this.#shell.domain = '';
    const fields = renderForm({
      fields: [{ name: 'domain', type: 'text-single', label: texts.domain.label, description: texts.domain.hint, required: true }],
    }, { texts, values: this.#chosen ? { domain: this.#chosen } : {} });
    const element = formElement({ 'aria-label': texts.domain.title }, async () => {
      if (!await fields.validate()) return;
      const text = fields.read().domain;
      if (isLink(text)) {
        this.#chosen = '';
        this.#invite(text.trim());
        return;
      }
      const domain = domainName(text);
      if (!domain) {
        fields.showError('domain', texts.check.domain);
        fields.focus('domain');
        return;
      }
      this.#chosen = domain;
      this.#start();
    }, fields.element, h('p', { class: 'actions' }, h('button', { type: 'submit', class: 'primary' }, texts.domain.submit)));
    this.#shell.replaceView([h('h2', {}, texts.domain.title), element], () => fields.focusFirst());
    this.#shell.show('domain');
  }

  #finish({ jid }) {
    this.#fields = null;
    const title = h('h2', { tabindex: '-1' }, this.#reset ? texts.done.titleReset : texts.done.title);
    const address = h('p', { class: 'address' }, h('bdi', {}, jid));
    const copy = h('button', { type: 'button', 'data-action': 'copy' }, texts.done.copy);
    copy.addEventListener('click', () => this.#copy(jid, address));
    this.#shell.replaceView([title, h('p', {}, texts.done.address), address, h('p', {}, texts.done.next),
      h('p', { class: 'actions' }, h('a', { class: 'primary', href: xmppURI(jid) }, texts.done.open), copy)],
    () => title.focus());
    this.#shell.show('done');
    this.#manager.disconnect().catch(() => {});
  }

  async #copy(jid, element) {
    try {
      await navigator.clipboard.writeText(jid);
      this.#shell.say(texts.status.copied);
    } catch {
      // Not allowed, or not there outside of https: the user copies it.
      getSelection().selectAllChildren(element);
      this.#shell.say(texts.status.selected);
    }
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

/** The first address of a secure web page in a text; '' if there is none. */
function linkIn(text) {
  return /https:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]]/i.exec(text)?.[0] ?? '';
}

/** Whether an error has used up the form and the server may have another one. */
function spent({ kind, reason }) {
  return !['form', 'discovery', 'aborted'].includes(kind) && reason !== 'connect-failed';
}

if (!customElements.get('xmpp-signup')) customElements.define('xmpp-signup', XmppSignup);

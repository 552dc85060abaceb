import { RegistrationManager, load } from './xmppreg.js';
import { fill, h, xmppURI } from './dom.js';
import { renderForm } from './form.js';
import { elsewhere, fieldProblem, problemElement } from './problem.js';
import { texts } from './texts.js';

/** What is passed on from the manager: nothing that ever holds a password. */
const EVENTS = ['registrationFormReceived', 'registrationSucceeded', 'registrationFailed', 'connected',
  'disconnected', 'logMessage'];

/** Trying the same again would end in the same. */
const FINAL = new Set(['not-advertised', 'not-supported', 'forbidden', 'not-allowed', 'not-authorized',
  'invite-required', 'invite-invalid', 'invite-unsupported', 'no-websocket-endpoint', 'discovery-blocked',
  'insecure-redirect', 'unsupported-redirect', 'unsafe-url', 'server-misconfigured']);

/** Steps in which something is under way. */
const BUSY = new Set(['loading', 'connecting', 'waiting', 'renewing', 'sending']);

/**
 * A whole sign-up: `<xmpp-signup domain="example.org">`.
 *
 * Attributes: `domain`, the provider's; `url`, the server's WebSocket, where it is not to be looked up;
 * `token`, of an invitation. Without them the page's address may give `?domain=` and `?token=` (or
 * `?preauth=`), never a `url`: a link could then lead passwords anywhere under a trusted name. Without
 * any domain the user is asked for one.
 *
 * Everything stands in the document itself and not in a shadow tree, where password managers find it.
 * The style is in style.css. The manager's events bubble from the element under their own names. The
 * attribute `data-step` says how far it is: `domain`, then `loading`, `connecting`, `waiting`, `form`,
 * `sending` (`form` again after a failure, `renewing` meanwhile), then `done`; or `elsewhere`, where the server
 * wants its users on another page; or `failed`.
 */
export class XmppSignup extends HTMLElement {
  static observedAttributes = ['domain', 'url', 'token'];

  #status = h('p', { class: 'status', role: 'status', tabindex: '-1' });
  #alert = h('div', { role: 'alert' });
  #view = h('div', { class: 'view' });
  #step = '';
  /** What the user typed where no domain was given. */
  #chosen = '';
  #domain = '';
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

  connectedCallback() {
    if (!this.#built) this.replaceChildren(this.#alert, this.#view, this.#status);
    window.addEventListener('pagehide', this.#stop);
    this.#start();
  }

  disconnectedCallback() {
    window.removeEventListener('pagehide', this.#stop);
    this.#life.abort();
    this.#stop();
  }

  attributeChangedCallback(name, before, after) {
    if (this.#built && this.isConnected && before !== after) this.#start();
  }

  get #built() {
    return this.#status.parentNode === this;
  }

  /** Begins from the settings as they are. */
  #start() {
    this.#life.abort();
    this.#stop();
    this.#life = new AbortController();
    this.#fields = null;
    this.#maybe = '';
    const asked = new URLSearchParams(location.search);
    this.#domain = this.getAttribute('domain') || this.#chosen || domainName(asked.get('domain') ?? '');
    if (!this.#domain) {
      // It will be needed: let it come while the user types. Its failure shows when it is.
      load().catch(() => {});
      this.#askDomain();
      return;
    }
    try {
      this.#manager = new RegistrationManager({
        domain: this.#domain,
        url: socketURL(this.getAttribute('url')),
        lang: this.closest('[lang]')?.lang || undefined,
        token: this.getAttribute('token') || asked.get('token') || asked.get('preauth') || undefined,
      });
    } catch (error) {
      this.#manager = null;
      this.#fail(error);
      return;
    }
    const { signal } = this.#life;
    for (const type of EVENTS) {
      this.#manager.addEventListener(type, ({ detail }) => this.#dispatch(type, detail), { signal });
    }
    this.#manager.addEventListener('connected', () => {
      if (this.#step === 'connecting') this.#show('waiting');
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

  #dispatch(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
  }

  /** Gets the form and draws it. */
  async #fetch() {
    const [life, signal] = [this.#life.signal, this.#signal];
    this.#replaceView([]);
    this.#show('loading');
    try {
      try {
        await load();
      } catch (error) {
        if (!life.aborted) this.#dispatch('registrationFailed', error);
        throw error;
      }
      if (life.aborted) return;
      this.#show('connecting');
      const form = await this.#manager.requestForm({ signal });
      if (!life.aborted) this.#draw(form);
    } catch (error) {
      if (!life.aborted) this.#fail(error);
    }
  }

  /** Sends what was filled in. */
  async #send() {
    if (this.#step === 'sending') return;
    this.#alert.replaceChildren();
    this.#fields.clearErrors();
    if (!this.#fields.validate()) return;
    const { signal: life } = this.#life;
    this.#show('sending');
    this.#fields.conceal();
    await this.#renewal;
    if (life.aborted || !this.#fields) return;
    // Another form may have come meanwhile, with another CAPTCHA to answer.
    if (!this.#fields.validate()) {
      this.#show('form');
      return;
    }
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
    if (form) this.#fields.update(form);
    const account = username ? `${String(username).toLowerCase()}@${this.#domain}` : '';
    const name = faulty(error, this.#fields);
    this.#show('form');
    if (name) {
      const maybe = reason === 'username-taken' && this.#maybe === account;
      this.#fields.showError(name, ...fieldProblem(error, { texts, maybe }));
      this.#fields.focus(name);
    } else {
      const problem = problemElement(error, { texts, account });
      this.#alert.replaceChildren(problem);
      problem.focus();
    }
    if (outcomeUnknown) this.#maybe = account;
    if (!form && spent(error)) this.#renew();
  }

  /** Fetches another form in place of the one that is there, and keeps what was typed. */
  #renew() {
    const [life, signal, fields] = [this.#life.signal, this.#signal, this.#fields];
    this.#show('renewing');
    this.#renewal = this.#manager.requestForm({ signal }).then(form => {
      if (life.aborted || fields !== this.#fields) return;
      fields.update(form);
      // The server may have come to want its users elsewhere.
      if (fields.empty) this.#draw(form);
    }).catch(() => {
      // To send the form is to ask for a new one first: what is wrong then will be said then.
    }).finally(() => {
      if (!life.aborted && this.#step === 'renewing') this.#show('form');
    });
  }

  /** What is under way, in words. */
  #show(step) {
    this.#step = step;
    this.dataset.step = step;
    this.#say(texts.status[step] ?? '');
    // There the view says the same to the eye.
    this.#status.classList.toggle('unseen', step === 'form' || step === 'done');
    for (const button of this.#view.querySelectorAll('[data-submit]')) {
      // Not `disabled`: that would take the focus away.
      if (step === 'sending') button.setAttribute('aria-disabled', 'true');
      else button.removeAttribute('aria-disabled');
    }
  }

  #say(text) {
    this.#status.textContent = fill(text, { domain: this.#domain });
  }

  /**
   * Puts something else in the view. The focus, if it was in here, goes on to it: nobody who came here
   * for something else is to be drawn away.
   */
  #replaceView(elements, focus = () => this.#status.focus(), problem = []) {
    const active = this.contains(document.activeElement);
    this.#view.replaceChildren(...elements.filter(Boolean));
    this.#alert.replaceChildren(...problem);
    const { activeElement } = document;
    if (active && (activeElement === this.#status || !this.contains(activeElement))) focus();
  }

  #draw(form) {
    this.#fields = renderForm({ ...form, domain: form.domain || this.#domain }, { texts, onRenew: () => this.#renewAsked() });
    const title = h('h2', { tabindex: '-1', dir: 'auto' }, form.title || fill(texts.signup.title, { domain: this.#domain }));
    const instructions = form.instructions && h('p', { class: 'lines instructions', dir: 'auto' }, form.instructions);
    const nothing = this.#fields.empty;
    const address = form.url ? redirect(form.url, nothing) : [];
    if (nothing) {
      this.#replaceView([title, instructions, this.#fields.element,
        !form.url && h('p', {}, texts.signup.noForm), ...address, this.#ways(false)], () => title.focus());
      this.#fields = null;
      this.#show('elsewhere');
      return;
    }
    const element = h('form', { novalidate: true, 'aria-label': title.textContent });
    element.addEventListener('submit', event => {
      event.preventDefault();
      this.#send();
    });
    element.append(this.#fields.element, h('p', { class: 'actions' },
      h('button', { type: 'submit', 'data-submit': true, class: 'primary' }, texts.signup.submit)));
    this.#replaceView([title, instructions, form.registered && h('p', {}, texts.signup.existing), element, ...address],
      () => this.#fields.focusFirst());
    this.#show('form');
  }

  #renewAsked() {
    if (BUSY.has(this.#step)) return;
    this.#fields.clearErrors();
    this.#renew();
  }

  /** Nothing to fill in: says why, and what can be done. */
  #fail(error) {
    this.#fields = null;
    const problem = problemElement(error, { texts });
    this.#replaceView([this.#ways(!FINAL.has(error.reason))], () => problem.focus(), [problem]);
    this.#show('failed');
  }

  /** Buttons to go on with when there is no form. */
  #ways(retry) {
    const actions = h('p', { class: 'actions' });
    const add = (text, name, action) => {
      const button = h('button', { type: 'button', 'data-action': name, class: actions.childElementCount === 0 && 'primary' }, text);
      button.addEventListener('click', action);
      actions.append(button);
    };
    if (retry) add(texts.signup.retry, 'retry', () => (this.#manager ? this.#fetch() : this.#start()));
    if (!this.getAttribute('domain')) {
      add(texts.signup.otherProvider, 'provider', () => {
        this.#life.abort();
        this.#stop();
        this.#askDomain();
      });
    }
    return actions;
  }

  #askDomain() {
    this.#domain = '';
    const fields = renderForm({
      fields: [{ name: 'domain', type: 'text-single', label: texts.domain.label, description: texts.domain.hint, required: true }],
    }, { texts, values: this.#chosen ? { domain: this.#chosen } : {} });
    const element = h('form', { novalidate: true, 'aria-label': texts.domain.title },
      fields.element, h('p', { class: 'actions' }, h('button', { type: 'submit', class: 'primary' }, texts.domain.submit)));
    element.addEventListener('submit', event => {
      event.preventDefault();
      if (!fields.validate()) return;
      const domain = domainName(fields.read().domain);
      if (!domain) {
        fields.showError('domain', texts.check.domain);
        fields.focus('domain');
        return;
      }
      this.#chosen = domain;
      this.#start();
    });
    this.#replaceView([h('h2', {}, texts.domain.title), element], () => fields.focusFirst());
    this.#show('domain');
  }

  #finish({ jid }) {
    this.#fields = null;
    const title = h('h2', { tabindex: '-1' }, texts.done.title);
    const address = h('p', { class: 'address' }, h('bdi', {}, jid));
    const copy = h('button', { type: 'button', 'data-action': 'copy' }, texts.done.copy);
    copy.addEventListener('click', () => this.#copy(jid, address));
    this.#replaceView([title, h('p', {}, texts.done.address), address, h('p', {}, texts.done.next),
      h('p', { class: 'actions' }, h('a', { class: 'primary', href: xmppURI(jid) }, texts.done.open), copy)],
    () => title.focus());
    this.#show('done');
    this.#manager.disconnect().catch(() => {});
  }

  async #copy(jid, element) {
    try {
      await navigator.clipboard.writeText(jid);
      this.#say(texts.status.copied);
    } catch {
      // Not allowed, or not there outside of https: the user copies it.
      getSelection().selectAllChildren(element);
      this.#say(texts.status.selected);
    }
    this.#status.classList.remove('unseen');
  }
}

/** Where else the account can be created, to be followed by the user alone. */
function redirect(url, only) {
  const link = elsewhere(url, texts);
  if (!link) return [h('p', { class: 'redirect' }, `${texts.redirect.refused} `, h('bdi', {}, url))];
  if (only) link.element.className = 'primary';
  return [
    h('p', {}, only ? texts.redirect.only : texts.redirect.also),
    h('p', { class: only ? 'redirect actions' : 'redirect' }, link.element),
    link.insecure && h('p', { class: 'hint' }, texts.redirect.insecure),
  ].filter(Boolean);
}

/** The name of the field that an error is about, if it is about one. */
function faulty({ field, reason = '' }, fields) {
  if (field && fields.has(field)) return field;
  if (reason.startsWith('username-') && fields.has('username')) return 'username';
  return reason.startsWith('captcha-') ? fields.captcha : undefined;
}

/** Whether an error has used up the form and the server may have another one. */
function spent({ kind, reason }) {
  return !['form', 'discovery', 'aborted'].includes(kind) && reason !== 'connect-failed';
}

/** The provider's address as people write it, brought into form; '' if it is none. */
function domainName(text) {
  const name = text.trim().toLowerCase().replace(/\.$/, '');
  if (!/^(\[[\da-f:.]+\]|[^\s/\\:@?#]+)$/.test(name)) return '';
  try {
    new URL(`https://${name}/`);
    return name;
  } catch {
    return '';
  }
}

/** The address of a WebSocket, which may be relative to the page. */
function socketURL(text) {
  if (!text) return undefined;
  const url = new URL(text, document.baseURI);
  url.protocol = { 'http:': 'ws:', 'https:': 'wss:' }[url.protocol] ?? url.protocol;
  return url.href;
}

if (!customElements.get('xmpp-signup')) customElements.define('xmpp-signup', XmppSignup);

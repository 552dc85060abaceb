import { fill, h, mayFocus } from './dom.js';
import { languageOf, textsOf } from './language.js';
import { sheet } from './style.js';

/** Milliseconds: what is to be read out comes at once in this time, and stays for that. */
const TOGETHER = 100;
const SAID = 5000;

/**
 * What an element consists of: a place for what went wrong, one for the forms, and one for what is
 * under way. They stand in an open shadow tree: the page's style does not reach them, and password
 * managers do.
 */
export class Shell {
  alert = h('div');
  view = h('div', { class: 'view' });
  status = h('p', { class: 'status', role: 'status', tabindex: '-1' });
  /** For screen readers alone: what changed in a place where the focus is not, or has been before. */
  #aside = h('p', { class: 'unseen', role: 'status' });
  #saying = 0;
  step = '';
  /** Fills the place {domain} of what is said. */
  domain = '';
  /** What to say, by step. @type {Record<string, string>} */
  words = {};
  #host;
  #root;
  #frame = h('div', { class: 'frame' });
  #unseen;
  #busy;
  #locked;
  #buttons;
  #running = false;
  /** The language last asked for. */
  #lang = '';
  /** A page may choose its language when the element is there already. */
  #pageLanguage = new MutationObserver(() => {
    this.#host.attributeChangedCallback('lang', this.#lang, languageOf(this.#host));
  });

  /**
   * @param {HTMLElement} host
   * @param {object} options
   * @param {string[]} options.unseen steps in which the view says the same to the eye
   * @param {Iterable<string>} options.busy steps in which something is under way
   * @param {string[]} options.locked those in which the buttons do nothing
   * @param {string} [options.buttons] which those are
   */
  constructor(host, { unseen, busy, locked, buttons = '[data-submit]' }) {
    this.#host = host;
    this.#unseen = unseen;
    this.#busy = [...busy];
    this.#locked = locked;
    this.#buttons = buttons;
    this.#root = host.attachShadow({ mode: 'open' });
    this.#root.adoptedStyleSheets = [sheet];
    this.#frame.append(this.alert, this.view, this.status, this.#aside);
    this.#frame.addEventListener('announce', ({ detail }) => this.#announce(detail));
    // Enter in a field clicks its form's button.
    this.view.addEventListener(
      'click',
      event => {
        if (!event.target.closest('[aria-disabled=true]')) return;
        event.preventDefault();
        event.stopPropagation();
      },
      true,
    );
  }

  /** Whether the element is at work: it has been put into a page, and its settings count. */
  get running() {
    return this.#running;
  }

  /**
   * For `connectedCallback`.
   *
   * @param {() => void} begin called unless the element was only moved
   */
  connected(begin) {
    if (this.#running) return;
    this.#root.append(this.#frame);
    adoptProperties(this.#host);
    this.#running = true;
    this.#pageLanguage.observe(document.documentElement, { attributeFilter: ['lang'] });
    begin();
  }

  /**
   * For `disconnectedCallback`.
   *
   * @param {() => void} end called when the element has left the page. To be moved within it is to leave and
   *   to come back in one go, and takes nothing from who is filling in a form.
   */
  disconnected(end) {
    queueMicrotask(() => {
      if (!this.#running || this.#host.isConnected) return;
      this.#running = false;
      this.#pageLanguage.disconnect();
      end();
    });
  }

  /**
   * Has the element speak the language of the page around it.
   *
   * @returns {typeof import('./texts/en.js').texts}
   */
  speak() {
    this.#lang = languageOf(this.#host);
    const { lang, dir, texts } = textsOf(this.#lang);
    Object.assign(this.#frame, { lang, dir });
    return texts;
  }

  /** Waits for all texts of the language that is to be spoken next: those that a form begins with are always there. */
  get fluent() {
    return textsOf(languageOf(this.#host)).whole;
  }

  /** What is under way, in the attribute `data-step` and in words. */
  show(step, text = this.words[step] ?? '') {
    this.step = step;
    this.#host.dataset.step = step;
    this.say(text);
    this.status.classList.toggle('unseen', this.#unseen.includes(step));
    this.status.classList.toggle('busy', this.#busy.includes(step));
    for (const button of this.view.querySelectorAll(this.#buttons)) {
      // Not `disabled`: that would take the focus away.
      if (this.#locked.includes(step)) button.setAttribute('aria-disabled', 'true');
      else button.removeAttribute('aria-disabled');
    }
  }

  say(text) {
    const said = fill(text, { domain: this.domain });
    // The same said again would be read out again.
    if (this.status.textContent !== said) this.status.textContent = said;
  }

  /** Has something read out, and leaves nothing of it to be found. Of what comes at once only the last counts. */
  #announce(text) {
    clearTimeout(this.#saying);
    this.#aside.textContent = '';
    this.#saying = setTimeout(() => {
      this.#aside.textContent = text;
      this.#saying = setTimeout(() => {
        this.#aside.textContent = '';
      }, SAID);
    }, TOGETHER);
  }

  /**
   * Shows a problem, and goes there; or has it read out to those who stay where they are.
   *
   * @param {HTMLElement} problem of problem.js
   * @param {boolean} [go]
   */
  tell(problem, go = mayFocus(this.#frame)) {
    if (!go) problem.firstElementChild.setAttribute('role', 'alert');
    this.alert.replaceChildren(problem);
    if (go) problem.focus();
  }

  /** What has the focus in the element: nobody who came here for something else is to be drawn away. */
  get focused() {
    return this.#root.activeElement;
  }

  /** Puts something else in the view. The focus, if it was in the element, goes on to it, or to the problem. */
  replaceView(elements, focus = () => this.status.focus(), problem = null) {
    const active = this.focused;
    this.view.replaceChildren(...elements.filter(Boolean));
    if (problem) {
      this.tell(problem, Boolean(active));
      return;
    }
    this.alert.replaceChildren();
    if (active && (!this.focused || this.focused === this.status)) focus();
  }
}

/**
 * A form whose sending is the script's business.
 *
 * @param {Record<string, string>} attributes
 * @param {() => void} onSubmit
 * @param {...(Node | string)} children
 * @returns {HTMLFormElement}
 */
export function formElement(attributes, onSubmit, ...children) {
  const element = h('form', { novalidate: true, ...attributes });
  element.addEventListener('submit', event => {
    event.preventDefault();
    onSubmit();
  });
  // Last: the names of the fields that come with it may hide the form's own methods.
  element.append(...children);
  return element;
}

/**
 * Gives an element properties for attributes of the same names. Null and undefined take the attribute away.
 *
 * @param {typeof HTMLElement} element
 * @param {string[]} names
 */
export function reflect(element, names) {
  for (const name of names) {
    Object.defineProperty(element.prototype, name, {
      get() {
        return this.getAttribute(name) ?? '';
      },
      set(value) {
        if (value == null) this.removeAttribute(name);
        else this.setAttribute(name, value);
      },
      configurable: true,
      enumerable: true,
    });
  }
}

/** What was set before the element's class was there hides the class's properties: it is set once more. */
function adoptProperties(element) {
  for (const name of element.constructor.observedAttributes) {
    if (name === 'lang' || !Object.hasOwn(element, name)) continue;
    const value = element[name];
    delete element[name];
    element[name] = value;
  }
}

/** The domain that an element is for: its attribute's, else that of the page's address, '' if neither names one. */
export function domainOf(element) {
  return element.getAttribute('domain') || domainName(addressed('domain') ?? '');
}

/** A setting in the page's address. */
export function addressed(name) {
  return new URLSearchParams(location.search).get(name);
}

/**
 * The settings that every manager of an element takes. Never is there a `url` in the page's address:
 * a link could then lead passwords anywhere under a trusted name.
 *
 * @throws {TypeError} the attribute `url` is no address
 */
export function connection(element) {
  return { url: socketURL(element.getAttribute('url')), lang: languageOf(element) || undefined };
}

/**
 * Lets a manager's events bubble from the element, under their own names.
 *
 * @param {EventTarget} manager
 * @param {HTMLElement} element
 * @param {string[]} types
 * @param {AbortSignal} [signal] ends it
 */
export function forward(manager, element, types, signal) {
  for (const type of types) manager.addEventListener(type, ({ detail }) => dispatch(element, type, detail), { signal });
}

export function dispatch(element, type, detail) {
  element.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
}

/** A domain as people write it, brought into form; '' if it is none. */
export function domainName(text) {
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

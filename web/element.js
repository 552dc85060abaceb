import { fill } from './dom.js';
import { mayFocus, noteFocus } from './focus.js';
import { Form } from './form.js';
import { languageOf, textsOf } from './language.js';
import { problemView } from './problem.js';
import { sheet } from './style.js';
import { h, render } from './view.js';

/** Milliseconds: of the announcements within TOGETHER only the last is read out; it is removed after STAYS. */
const TOGETHER = 100;
const STAYS = 5000;

/**
 * @typedef {typeof import('./texts/en.js').texts} Texts
 * @typedef {import('./problem.js').Problem} Problem
 *
 * @typedef {object} State what an element shows
 * @property {string} step as in the attribute `data-step`
 * @property {((texts: Texts) => string) | undefined} status what is said of it; undefined for the words of the step
 * @property {boolean} isStatusSeen whether it is for the eye in any step
 * @property {Problem | null} problem
 * @property {string} domain fills the place {domain} of what is said
 *
 * @typedef {object} Page what stands in the view
 * @property {string} name pages of different names have no elements in common
 * @property {import('./view.js').Child[]} views
 * @property {() => void} focus goes to where one begins
 */

/** @type {typeof HTMLElement} servers that render pages have none */
const Base = globalThis.HTMLElement ?? Object;

/**
 * What the elements have in common: a state, and a view that follows it. The view stands in an open shadow
 * tree: the page's style does not reach it, and password managers do. It consists of a place for what went
 * wrong, one for the page of the moment, and one for what is under way.
 *
 * @template {object} [More={}] what else is in the state
 * @template {import('./attempt.js').Attempt} [Current=import('./attempt.js').Attempt] what is tried
 */
export class XmppElement extends Base {
  /**
   * Steps in which the page says the same to the eye as the status, in which something is under way, and in
   * which the buttons do nothing.
   *
   * @type {{ silent: string[], busy: string[], locked: string[] }}
   */
  static steps = { silent: [], busy: [], locked: [] };

  /**
   * What is shown.
   *
   * @type {State & More}
   */
  #state;
  /** Text for screen readers: of a change elsewhere than at the focus, or at the focus once more. */
  #announced = '';
  #announcing = 0;
  #root = this.attachShadow({ mode: 'open' });
  #isRunning = false;
  /** @type {Current | null} */
  #attempt = null;
  /** The language that was asked for last, and what there is of it. */
  #lang = '';
  #language = textsOf('en');
  /** The name of the page that is shown. */
  #page = '';
  /** A page may choose its language when the element is there already. */
  #pageLanguage = new MutationObserver(() => this.#lookAround());

  /** @param {More} more what else is in the state */
  constructor(more) {
    super();
    this.#state = { step: '', status: undefined, isStatusSeen: false, problem: null, domain: '', ...more };
    if (sheet) this.#root.adoptedStyleSheets = [sheet];
    // Enter in a field clicks its form's button.
    this.#root.addEventListener(
      'click',
      event => {
        if (!(/** @type {Element} */ (event.target).closest('[aria-disabled=true]'))) return;
        event.preventDefault();
        event.stopPropagation();
      },
      true,
    );
  }

  connectedCallback() {
    if (this.#isRunning) {
      this.#lookAround();
      return;
    }
    this.#adoptProperties();
    this.#isRunning = true;
    this.#pageLanguage.observe(document.documentElement, { attributeFilter: ['lang'] });
    window.addEventListener('pagehide', this.#onPageHide);
    window.addEventListener('pageshow', this.#onPageShow);
    document.addEventListener('visibilitychange', this.#onVisibility);
    this.#lang = languageOf(this);
    this.#loadTexts();
    // What is said is heard where the place for it is there already.
    this.draw();
    this.begin();
  }

  disconnectedCallback() {
    // An element that is only moved within the page is back before this runs, and keeps its state.
    queueMicrotask(() => {
      if (!this.#isRunning || this.isConnected) return;
      this.#pageLanguage.disconnect();
      window.removeEventListener('pagehide', this.#onPageHide);
      window.removeEventListener('pageshow', this.#onPageShow);
      document.removeEventListener('visibilitychange', this.#onVisibility);
      this.end();
      this.#isRunning = false;
    });
  }

  connectedMoveCallback() {
    this.#lookAround();
  }

  /** The language of the page around it may be another by now. */
  #lookAround() {
    this.attributeChangedCallback('lang', this.#lang, languageOf(this));
  }

  /** @param {string} name @param {string | null} before @param {string | null} after */
  attributeChangedCallback(name, before, after) {
    if (!this.#isRunning || before === after) return;
    if (name === 'lang') this.#followLanguage();
    else this.settingChanged(name);
  }

  /** Goes on in another language, once there is all of it. */
  async #followLanguage() {
    this.#lang = languageOf(this);
    const lang = this.#lang;
    await textsOf(lang).whole;
    if (!this.#isRunning || lang !== this.#lang) return;
    this.#loadTexts();
    this.draw();
    this.languageChanged();
  }

  #loadTexts() {
    const language = textsOf(this.#lang);
    // Copied, as what was drawn with other texts is drawn anew.
    this.#language = { ...language, texts: { ...language.texts } };
    language.whole.then(() => {
      if (!this.#isRunning || language.lang !== this.#language.lang) return;
      this.#language = { ...language, texts: { ...language.texts } };
      if (this.#state.step) this.draw();
    });
  }

  #onPageHide = () => this.leave();
  #onPageShow = () => this.comeBack();
  #onVisibility = () => this.save();

  /** Called when it is in a page, with all its settings. */
  begin() {}

  /** Called when it was removed from the page. */
  end() {
    this.save();
    this.attempt = null;
  }

  /**
   * An attribute other than the language has changed.
   *
   * @type {(name: string) => void}
   */
  settingChanged() {}

  /** What is shown is in another language now. */
  languageChanged() {}

  /** Called on pagehide: the browser may keep the page as it is, for who comes back. */
  leave() {
    this.#attempt?.leave();
    this.draw();
  }

  /** Called on pageshow: the page is there again, as it was left. */
  comeBack() {
    this.#attempt?.comeBack();
  }

  /** Called on visibilitychange: in the background the tab may end without a word. */
  save() {
    this.#attempt?.save();
  }

  /** What is tried at the moment. Another attempt ends it. */
  get attempt() {
    return this.#attempt;
  }

  set attempt(attempt) {
    this.#attempt?.end();
    this.#attempt = attempt;
  }

  /** What is to be shown in the state of the moment.  @returns {Page} */
  page() {
    return { name: '', views: [], focus() {} };
  }

  /** What is said of a step, by its name. @param {Texts} texts @returns {Record<string, string>} */
  statusWords(texts) {
    return texts.status;
  }

  /** What to say, in the language of the moment. */
  get texts() {
    return this.#language.texts;
  }

  /** What is shown. */
  get state() {
    return this.#state;
  }

  /** What has the focus in the element: nobody who came here for something else is to be drawn away. */
  get focused() {
    return this.#root.activeElement;
  }

  /** Changes the state, and has the view follow. Another step says its own words again. @param {Partial<State & More>} changes */
  update(changes) {
    if (changes.step !== undefined) Object.assign(this.#state, { status: undefined, isStatusSeen: false });
    Object.assign(this.#state, changes);
    this.draw();
  }

  /**
   * Shows what went wrong, and goes there; or has it read out to those who stay where they are.
   *
   * @param {Problem} problem
   * @param {boolean} [goes]
   */
  showProblem(problem, goes = mayFocus(this.#frame)) {
    this.#state.problem = { ...problem, isAlert: !goes };
    this.draw();
    if (goes) this.focusProblem();
  }

  focusProblem() {
    this.find('.problem')?.focus();
  }

  /** A form of this element. @param {import('./form.js').FormData} [data] @param {() => void} [onRenew] */
  makeForm(data, onRenew) {
    return new Form({ onChange: () => this.draw(), onAnnounce: text => this.#announce(text), onRenew }, data);
  }

  /** Whether something is under way. */
  get isBusy() {
    return /** @type {typeof XmppElement} */ (this.constructor).steps.busy.includes(this.#state.step);
  }

  /** Whether the buttons do nothing. */
  get isLocked() {
    return /** @type {typeof XmppElement} */ (this.constructor).steps.locked.includes(this.#state.step);
  }

  /** @param {string} selector @returns {HTMLElement | null} */
  find(selector) {
    return this.#root.querySelector(selector);
  }

  /** @returns {HTMLElement} */
  get #frame() {
    return this.find('.frame') ?? this;
  }

  /** Has the view follow the state. The focus and the caret stay where they are. */
  draw() {
    if (!this.#isRunning) return;
    const { step, status, isStatusSeen, problem, domain } = this.#state;
    const { lang, dir, texts } = this.#language;
    const { silent, busy } = /** @type {typeof XmppElement} */ (this.constructor).steps;
    const page = step ? this.page() : { name: '', views: [], focus() {} };
    const isAnother = page.name !== this.#page;
    const restoreFocus = noteFocus(this.#root, isAnother);
    this.dataset.step = step;
    const classes = ['status', silent.includes(step) && !isStatusSeen && 'unseen', busy.includes(step) && 'busy'];
    const said = status ? status(texts) : (this.statusWords(texts)[step] ?? '');
    render(this.#root, [
      h(
        'div',
        { class: 'frame', lang, dir },
        h('div', {}, problem && problemView(problem, texts)),
        h('div', { key: page.name, class: 'view' }, ...page.views),
        h(
          'p',
          { key: 'status', class: classes.filter(Boolean).join(' '), role: 'status', tabindex: '-1' },
          fill(said, { domain }),
        ),
        h('p', { key: 'announced', class: 'unseen', role: 'status' }, this.#announced),
      ),
    ]);
    this.#page = page.name;
    if (restoreFocus()) return;
    if (isAnother && problem) this.focusProblem();
    else page.focus();
  }

  /** Has something read out, and leaves nothing of it to be found. Of what comes at once only the last counts. @param {string} text */
  #announce(text) {
    clearTimeout(this.#announcing);
    const say = (/** @type {string} */ words) => {
      this.#announced = words;
      this.draw();
    };
    say('');
    this.#announcing = window.setTimeout(() => {
      say(text);
      this.#announcing = window.setTimeout(() => say(''), STAYS);
    }, TOGETHER);
  }

  /** What was set before the element's class was there hides the class's properties: it is set once more. */
  #adoptProperties() {
    const element = /** @type {Record<string, any>} */ (/** @type {unknown} */ (this));
    for (const name of /** @type {typeof XmppElement & { observedAttributes: string[] }} */ (this.constructor)
      .observedAttributes) {
      if (name === 'lang' || !Object.hasOwn(element, name)) continue;
      const value = element[name];
      delete element[name];
      element[name] = value;
    }
  }
}

/**
 * The value of an element's property of an attribute's name.
 *
 * @param {Element} element
 * @param {string} attribute
 */
export const propertyOf = (element, attribute) => element.getAttribute(attribute) ?? '';

/**
 * Sets such a property.
 *
 * @param {Element} element
 * @param {string} attribute
 * @param {string | null | undefined} value null and undefined take the attribute away
 */
export function setProperty(element, attribute, value) {
  if (value == null) element.removeAttribute(attribute);
  else element.setAttribute(attribute, value);
}

/**
 * Defines an element where there are elements, and once.
 *
 * @param {string} name
 * @param {{ new (): HTMLElement }} element
 */
export function define(name, element) {
  if (globalThis.customElements && !customElements.get(name)) customElements.define(name, element);
}

import { RegistrationManager, load } from './xmppreg.js';
import { actionsView, buttonView } from './actions.js';
import { copyText, fill } from './dom.js';
import { mayFocus, noteFocus } from './focus.js';
import { Form } from './form.js';
import { languageOf, textsOf } from './language.js';
import { problemView } from './problem.js';
import { sheet } from './style.js';
import { h, render } from './view.js';

/** Milliseconds: of the announcements within TOGETHER only the last is read out; it is removed after STAYS. */
const TOGETHER = 100;
const STAYS = 5000;

/** Milliseconds that the module may take without a word of how much of it is there. */
const SOON = 1000;

/**
 * @typedef {typeof import('./texts/en.js').texts} Texts
 * @typedef {import('./problem.js').Problem} Problem
 *
 * @typedef {object} State what an element shows
 * @property {string} step as in the attribute `data-step`
 * @property {((texts: Texts) => string) | undefined} status what is said of it; undefined for the words of the step
 * @property {Problem | null} problem
 * @property {string} domain fills the place {domain} of what is said
 *
 * @typedef {object} Page what stands in the view
 * @property {string} name pages of different names have no elements in common
 * @property {import('./view.js').Child[]} views
 * @property {() => void} focus goes to where one begins
 */

/**
 * What an element shows: a state, and a view that follows it. The view stands in an open shadow tree: the page's
 * style does not reach it, and password managers do. It consists of a place for what went wrong, one for the page
 * of the moment, and one for what is under way.
 *
 * @template {object} [More={}] what else is in the state
 * @template {import('./attempt.js').Attempt} [Current=import('./attempt.js').Attempt] what is tried
 */
export class Panel {
  /** The element that it is in. */
  element;
  /**
   * Steps in which the page says the same to the eye as the status, in which something is under way, and in
   * which the buttons do nothing.
   *
   * @type {{ silent: string[], busy: string[], locked: string[] }}
   */
  steps = { silent: [], busy: [], locked: [] };

  /**
   * What is shown.
   *
   * @type {State & More}
   */
  #state;
  /** Text for screen readers: of a change elsewhere than at the focus, or at the focus once more. */
  #announced = '';
  #announcing = 0;
  #root;
  #isRunning = false;
  /** @type {Current | null} */
  #attempt = null;
  /** The language that was asked for last, and what there is of it. */
  #lang = '';
  /** The language in which it is shown. */
  #spoken = '';
  #language = textsOf('en');
  /** The name of the page that is shown, and the problem. */
  #page = '';
  /** @type {Problem | null} */
  #problem = null;
  /** Tells how much of the module is there. */
  #module = new RegistrationManager();
  #progress = { loaded: 0, total: 0 };
  #isLoading = false;
  /** Whether that takes long. */
  #isSlow = false;
  /** A page may choose its language when the element is there already. */
  #pageLanguage = new MutationObserver(() => this.followLanguage());

  /**
   * @param {HTMLElement} element
   * @param {More} more what else is in the state
   */
  constructor(element, more) {
    this.element = element;
    this.#root = element.attachShadow({ mode: 'open' });
    this.#state = { step: '', status: undefined, problem: null, domain: '', ...more };
    if (sheet) this.#root.adoptedStyleSheets = [sheet];
    this.#module.addEventListener('loadProgress', ({ detail }) => this.#showProgress(detail));
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

  /** The element is in a page, or in another place of it. */
  connect() {
    if (this.#isRunning) {
      this.followLanguage();
      return;
    }
    this.#isRunning = true;
    this.#pageLanguage.observe(document.documentElement, { attributeFilter: ['lang'] });
    window.addEventListener('pagehide', this.#onPageHide);
    window.addEventListener('pageshow', this.#onPageShow);
    document.addEventListener('visibilitychange', this.#onVisibility);
    this.#lang = languageOf(this.element);
    this.#loadTexts();
    // What is said is heard where the place for it is there already.
    this.draw();
    this.begin();
  }

  /** The element is in no page any more. */
  disconnect() {
    if (!this.#isRunning) return;
    this.#pageLanguage.disconnect();
    window.removeEventListener('pagehide', this.#onPageHide);
    window.removeEventListener('pageshow', this.#onPageShow);
    document.removeEventListener('visibilitychange', this.#onVisibility);
    this.end();
    this.#isRunning = false;
  }

  /** An attribute of the element has changed. @param {string} name */
  attributeChanged(name) {
    if (name === 'lang') this.followLanguage();
    else if (this.#isRunning) this.settingChanged(name);
  }

  /** Goes on in the language of the page around the element, if it is another one now and as soon as its texts are there. */
  async followLanguage() {
    const lang = languageOf(this.element);
    if (!this.#isRunning || lang === this.#lang) return;
    this.#lang = lang;
    await textsOf(lang).whole;
    // It may have been changed once more, or back.
    if (!this.#isRunning || lang !== this.#lang || lang === this.#spoken) return;
    this.#loadTexts();
    this.draw();
    this.languageChanged();
  }

  #loadTexts() {
    this.#spoken = this.#lang;
    const language = textsOf(this.#lang);
    // Copied, as what was drawn with other texts is drawn anew.
    this.#language = { ...language, texts: { ...language.texts } };
    language.whole.then(() => {
      if (!this.#isRunning || language.lang !== this.#language.lang) return;
      this.#language = { ...language, texts: { ...language.texts } };
      if (this.#state.step) this.draw();
    });
  }

  /** Shows how much of the module is there, if that takes long. @param {{ loaded: number, total: number }} progress */
  #showProgress(progress) {
    this.#progress = progress;
    if (this.#isSlow) this.draw();
    if (this.#isLoading) return;
    this.#isLoading = true;
    const show = (/** @type {boolean} */ isSlow) => {
      this.#isSlow = isSlow;
      this.draw();
    };
    const soon = setTimeout(show, SOON, true);
    // The load that is under way.
    load()
      .catch(() => {})
      .finally(() => {
        clearTimeout(soon);
        this.#isLoading = false;
        if (this.#isSlow) show(false);
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

  /** Called on pagehide: the browser may keep the page as it is, for a user who comes back. */
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

  /** The part of the element that has the focus; null if the focus is elsewhere in the page, where it has to stay. */
  get focused() {
    return this.#root.activeElement;
  }

  /** Changes the state, and has the view follow. Another step says its own words again. @param {Partial<State & More>} changes */
  update(changes) {
    if (changes.step !== undefined) {
      this.#state.status = undefined;
      // What was said belonged to the step before; what is about to be said does not.
      this.#announced = '';
    }
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

  /**
   * Puts a text on the clipboard, or selects it where that is not allowed, and says which.
   *
   * @param {string} text
   * @param {Node | null} element which it stands in
   * @returns {Promise<boolean>} whether it is on the clipboard
   */
  async copy(text, element) {
    const isCopied = await copyText(text, element);
    const status = (/** @type {Texts} */ texts) => (isCopied ? texts.status.copied : texts.status.selected);
    this.update(/** @type {Partial<State & More>} */ ({ status }));
    return isCopied;
  }

  /** A form of this element. @param {import('./form.js').FormData} [data] @param {() => void} [onRenew] */
  makeForm(data, onRenew) {
    return new Form({ onChange: () => this.draw(), onAnnounce: text => this.#announce(text), onRenew }, data);
  }

  /** Whether something is under way. */
  get isBusy() {
    return this.steps.busy.includes(this.#state.step);
  }

  /** Whether the buttons do nothing. */
  get isLocked() {
    return this.steps.locked.includes(this.#state.step);
  }

  /** @param {string} selector @returns {HTMLElement | null} */
  find(selector) {
    return this.#root.querySelector(selector);
  }

  /** @returns {HTMLElement} */
  get #frame() {
    return this.find('.frame') ?? this.element;
  }

  /** Has the view follow the state. The focus and the caret stay where they are. */
  draw() {
    if (!this.#isRunning) return;
    const { step, status, problem, domain } = this.#state;
    const { lang, dir, texts } = this.#language;
    const { silent, busy } = this.steps;
    const isSlow = this.#isSlow;
    const { loaded, total } = this.#progress;
    const page = step ? this.page() : { name: '', views: [], focus() {} };
    const isAnother = page.name !== this.#page;
    if (isAnother) this.#hush();
    const restoreFocus = noteFocus(this.#root, isAnother);
    this.element.dataset.step = step;
    const classes = ['status', silent.includes(step) && 'unseen', busy.includes(step) && !isSlow && 'busy'];
    const said = status ? status(texts) : (this.statusWords(texts)[step] ?? '');
    render(this.#root, [
      h(
        'div',
        { class: 'frame', lang, dir },
        h('div', {}, problem && problemView(problem, texts, this.isLocked)),
        h('div', { key: page.name, class: 'view' }, ...page.views),
        h(
          'p',
          { key: 'status', class: classes.filter(Boolean).join(' '), role: 'status', tabindex: '-1' },
          fill(said, { domain }),
        ),
        step === 'verifying' && this.#stopView(),
        // A value of 0 would leave the bar indeterminate: without a value it has 0 already, so nothing changes.
        isSlow && h('progress', { max: total, value: loaded || 1, 'aria-label': texts.status.progress }),
        h('p', { key: 'announced', class: 'unseen', role: 'status' }, this.#announced),
      ),
    ]);
    const isProblemNew = problem !== this.#problem;
    this.#page = page.name;
    this.#problem = problem;
    if (restoreFocus()) return;
    if (problem && (isAnother || isProblemNew)) this.focusProblem();
    else page.focus();
  }

  /** The server may take long to tell what it has done. */
  #stopView() {
    const onclick = () => this.#attempt?.stop();
    return actionsView(buttonView(this.texts.verify.stop, false, { 'data-action': 'stop', onclick }));
  }

  /** Leaves nothing of what was read out, or is about to be. */
  #hush() {
    clearTimeout(this.#announcing);
    this.#announced = '';
  }

  /**
   * Has something read out, and leaves nothing of it to be found. Of what comes at once only the last counts.
   *
   * @param {string} text '' if what was read out is true no more
   */
  #announce(text) {
    this.#hush();
    if (!text) {
      this.draw();
      return;
    }
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
}

/** Loads the module while the user types: it will be needed. If that fails, it is said when it is needed. */
export function loadAhead() {
  load().catch(() => {});
}

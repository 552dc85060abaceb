import { RegistrationManager, examine, load } from './xmppreg.js';
import { formView, submitView } from './actions.js';
import { copyText } from './dom.js';
import { define, propertyOf, setProperty, XmppElement } from './element.js';
import { connectionSettings, domainName, domainOf } from './settings.js';
import { h } from './view.js';
import { judge } from './check/findings.js';
import { isGood, reportViews } from './check/report.js';
import { sheet } from './check/style.js';
import { texts as english } from './check/texts/en.js';

/**
 * Its own words, but for English. They come on top of the texts that all elements share.
 *
 * @type {Record<string, () => Promise<{ texts: Words }>>}
 */
const WORDS = {
  ar: () => import('./check/texts/ar.js'),
  de: () => import('./check/texts/de.js'),
  es: () => import('./check/texts/es.js'),
  fr: () => import('./check/texts/fr.js'),
};

/**
 * Checks a provider's set-up: `<xmpp-check domain="example.org">`. It says what a sign-up page meets on its way
 * to the form, and how to mend what is wrong. It creates no account.
 *
 * Attributes, and properties of the same names: `domain`, to begin with, else `?domain=` of the page's address;
 * `url`, the server's WebSocket, where the sign-up page names it too. It speaks the language of the page around
 * it (`lang`), else the browser's.
 *
 * The attribute `data-step` says how far it is: `domain`, `examining`, `report`.
 *
 * @typedef {typeof import('./texts/en.js').texts} Texts
 * @typedef {import('./check/findings.js').Words} Words
 * @typedef {Parameters<typeof judge>[0]} Seen
 *
 * @typedef {object} Check what is in its state
 * @property {import('./form.js').Form | null} form
 * @property {Words} words what this element says, and no other
 * @property {Seen | null} seen what was found
 * @property {Map<string, boolean>} copied the texts that were to be put on the clipboard, and whether they are there
 *
 * @extends {XmppElement<Check>}
 */
export class XmppCheck extends XmppElement {
  /** @type {('domain' | 'url' | 'lang')[]} */
  static observedAttributes = ['domain', 'url', 'lang'];
  static steps = { silent: ['report'], busy: ['examining'], locked: ['examining'] };

  /** Ends what is under way. */
  #work = new AbortController();

  constructor() {
    super({ form: null, words: english, seen: null, copied: new Map() });
    if (sheet) this.shadowRoot?.adoptedStyleSheets.push(sheet);
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

  async begin() {
    this.#work.abort();
    this.#work = new AbortController();
    const { signal } = this.#work;
    const words = await wordsIn(this.texts.lang);
    if (signal.aborted) return;
    const form = this.makeForm({
      fields: [
        {
          name: 'domain',
          control: 'line',
          label: () => this.state.words.ask.label,
          description: () => this.state.words.ask.hint,
          required: true,
          value: domainOf(this),
        },
      ],
    });
    this.update({ step: 'domain', problem: null, seen: null, form, words });
    // It will be needed: let it come while the user types. Its failure shows when it is.
    load().catch(() => {});
  }

  end() {
    this.#work.abort();
  }

  leave() {
    super.leave();
    if (!this.isBusy) return;
    this.#work.abort();
    this.update({ step: 'domain' });
  }

  settingChanged() {
    this.begin();
  }

  async languageChanged() {
    const { lang } = this.texts;
    const words = await wordsIn(lang);
    if (lang === this.texts.lang && this.isConnected) this.update({ words });
  }

  async #check() {
    const { form } = this.state;
    // Others may have come meanwhile.
    if (this.isBusy || !form || !(await form.validate()) || form !== this.state.form) return;
    const domain = domainName(String(form.read().domain));
    if (!domain) {
      form.showProblem('domain', texts => texts.check.domain);
      return;
    }
    this.#work.abort();
    this.#work = new AbortController();
    const { signal } = this.#work;
    this.update({ step: 'examining', domain, problem: null, seen: null, copied: new Map() });
    const policy = new PolicyWatch();
    try {
      const settings = connectionSettings(this);
      const report = await examine(domain, { url: settings.url, signal });
      // Something else was begun, or the page was left.
      if (signal.aborted) return;
      let answer = null;
      if (report.sockets.some(({ result }) => result === 'opens')) {
        this.update({ status: () => this.state.words.status.asking });
        answer = await answerOf({ ...settings, domain }, signal);
      }
      const forbidden = await policy.forbidden();
      if (!signal.aborted) this.#show({ domain, report, answer, forbidden });
    } catch (error) {
      // Nothing could be looked at.
      if (signal.aborted) return;
      this.update({ step: 'domain' });
      this.showProblem({ error: /** @type {import('./problem.js').Failure} */ (error) });
    } finally {
      policy.end();
    }
  }

  /** @param {Seen} seen */
  #show(seen) {
    const { good, bad } = this.state.words;
    const summary = isGood(judge(seen, { words: this.state.words, texts: this.texts })) ? good : bad;
    this.update({ step: 'report', status: () => summary, seen });
    // Nobody who has gone on to something else is to be drawn away.
    if (this.focused) this.find('h2')?.focus();
  }

  /** @param {string} text @param {HTMLElement | null} element */
  #copy = async (text, element) => {
    const isCopied = element !== null && (await copyText(text, element));
    this.state.copied.set(text, isCopied);
    this.update({ status: texts => (isCopied ? texts.status.copied : texts.status.selected) });
  };

  statusWords() {
    return this.state.words.status;
  }

  page() {
    const { state, texts, isLocked } = this;
    const { form, words, seen, copied } = state;
    const { label, submit } = words.ask;
    const report = seen && reportViews(seen, { words, texts, copied, onCopy: this.#copy });
    return {
      name: 'check',
      views: [
        form &&
          formView(
            { 'aria-label': label },
            () => this.#check(),
            form.view(texts),
            submitView(submit, isLocked, 'primary'),
          ),
        h('div', { class: 'report' }, report),
      ],
      focus: () => form?.focusFirst(),
    };
  }
}

/**
 * What a server answers to a request for its form.
 *
 * @param {ConstructorParameters<typeof RegistrationManager>[0]} options
 * @param {AbortSignal} signal
 * @returns {Promise<NonNullable<Seen['answer']>>}
 */
async function answerOf(options, signal) {
  const manager = new RegistrationManager(options);
  try {
    return { form: await manager.requestForm({ signal }) };
  } catch (error) {
    return { error: /** @type {import('./xmppreg.js').RegistrationError} */ (error) };
  } finally {
    manager.disconnect().catch(() => {});
  }
}

/** The addresses that the page's own policy forbids to connect to: a script is told of a failure only. */
class PolicyWatch {
  /** @type {Set<string>} */
  #found = new Set();
  #watching = new AbortController();

  constructor() {
    document.addEventListener(
      'securitypolicyviolation',
      ({ effectiveDirective, blockedURI }) => {
        if (effectiveDirective === 'connect-src') this.#found.add(blockedURI);
      },
      { signal: this.#watching.signal },
    );
  }

  /** All of them so far: the browser tells of each in a task of its own. */
  async forbidden() {
    await new Promise(resolve => setTimeout(resolve));
    return [...this.#found];
  }

  end() {
    this.#watching.abort();
  }
}

/** @param {string} lang @returns {Promise<Words>} */
async function wordsIn(lang) {
  try {
    return (await WORDS[lang]?.())?.texts ?? english;
  } catch {
    // Better in English than not at all.
    return english;
  }
}

define('xmpp-check', XmppCheck);

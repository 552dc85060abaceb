import { RegistrationManager, examine, load } from './xmppreg.js';
import { h } from './dom.js';
import { renderForm } from './form.js';
import { problemElement } from './problem.js';
import { connection, domainName, domainOf, formElement, reflect, Shell } from './shell.js';
import { judge } from './check/findings.js';
import { reportElements } from './check/report.js';
import { sheet } from './check/style.js';
import { texts as english } from './check/texts/en.js';

/** Its own words, but for English. They come on top of the texts that all elements share. */
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
 */
export class XmppCheck extends (globalThis.HTMLElement ?? Object) {
  static observedAttributes = ['domain', 'url', 'lang'];

  #shell = new Shell(this, { unseen: ['report'], busy: ['examining'], locked: ['examining'] });
  /** What all elements say. @type {typeof import('./texts/en.js').texts} */
  #texts;
  /** What this one says. */
  #words = english;
  #turn = 0;
  /** @type {ReturnType<typeof renderForm>} */
  #fields;
  #report = h('div', { class: 'report' });
  /** Ends what is under way. */
  #work = new AbortController();

  constructor() {
    super();
    this.shadowRoot.adoptedStyleSheets.push(sheet);
  }

  connectedCallback() {
    this.#shell.connected(() => this.#begin());
  }

  disconnectedCallback() {
    this.#shell.disconnected(() => this.#work.abort());
  }

  connectedMoveCallback() {}

  attributeChangedCallback(name, before, after) {
    if (this.#shell.running && before !== after) this.#begin();
  }

  async #begin() {
    const turn = ++this.#turn;
    const texts = this.#shell.speak();
    const words = await wordsIn(texts.lang);
    if (turn !== this.#turn || !this.#shell.running) return;
    this.#texts = texts;
    this.#words = words;
    this.#shell.words = words.status;
    this.#ask();
  }

  /** Asks for the domain. */
  #ask() {
    this.#work.abort();
    const { label, hint, submit } = this.#words.ask;
    const field = {
      name: 'domain',
      type: 'text-single',
      label,
      description: hint,
      required: true,
      value: domainOf(this),
    };
    this.#fields = renderForm({ fields: [field] }, { texts: this.#texts });
    const form = formElement(
      { 'aria-label': label },
      () => this.#check(),
      this.#fields.element,
      h('p', { class: 'actions' }, h('button', { type: 'submit', class: 'primary', 'data-submit': true }, submit)),
    );
    this.#report.replaceChildren();
    this.#shell.replaceView([form, this.#report], () => this.#fields.focusFirst());
    this.#shell.show('domain');
    // It will be needed: let it come while the user types. Its failure shows when it is.
    load().catch(() => {});
  }

  async #check() {
    const fields = this.#fields;
    // Others may have come meanwhile.
    if (this.#shell.step === 'examining' || !(await fields.validate()) || fields !== this.#fields) return;
    const domain = domainName(fields.read().domain);
    if (!domain) {
      fields.showError('domain', this.#texts.check.domain);
      fields.focus('domain');
      return;
    }
    this.#work = new AbortController();
    const { signal } = this.#work;
    this.#shell.domain = domain;
    this.#shell.alert.replaceChildren();
    this.#report.replaceChildren();
    this.#shell.show('examining');
    const policy = new PolicyWatch();
    try {
      const settings = connection(this);
      const report = await examine(domain, { url: settings.url, signal });
      let answer = null;
      if (report.sockets.some(({ result }) => result === 'opens')) {
        this.#shell.show('examining', this.#words.status.asking);
        answer = await answerOf({ ...settings, domain }, signal);
      }
      const forbidden = await policy.forbidden();
      if (!signal.aborted) this.#show({ domain, report, answer, forbidden });
    } catch (error) {
      if (!signal.aborted) this.#fail(error);
    } finally {
      policy.end();
    }
  }

  #show(seen) {
    const language = { words: this.#words, texts: this.#texts };
    const { title, elements, summary } = reportElements(judge(seen, language), {
      ...language,
      domain: seen.domain,
      same: seen.report.files.some(({ address }) => new URL(address).origin === location.origin),
      say: text => this.#shell.say(text),
    });
    this.#report.replaceChildren(...elements);
    this.#shell.show('report', summary);
    // Nobody who has gone on to something else is to be drawn away.
    if (this.#shell.focused) title.focus();
  }

  /** Nothing could be looked at. */
  #fail(error) {
    this.#shell.show('domain');
    this.#shell.tell(problemElement(error, { texts: this.#texts }));
  }
}

/** What a server answers to a request for its form. */
async function answerOf(options, signal) {
  const manager = new RegistrationManager(options);
  try {
    return { form: await manager.requestForm({ signal }) };
  } catch (error) {
    return { error };
  } finally {
    manager.disconnect().catch(() => {});
  }
}

/** The addresses that the page's own policy forbids to connect to: a script is told of a failure only. */
class PolicyWatch {
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

async function wordsIn(lang) {
  try {
    return Object.hasOwn(WORDS, lang) ? (await WORDS[lang]()).texts : english;
  } catch {
    // Better in English than not at all.
    return english;
  }
}

reflect(XmppCheck, ['domain', 'url']);

if (globalThis.customElements && !customElements.get('xmpp-check')) customElements.define('xmpp-check', XmppCheck);

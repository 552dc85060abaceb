import { RegistrationManager, examine, load } from '../xmppreg.js';
import { formView, submitView } from '../actions.js';
import { Panel } from '../panel.js';
import { connectionSettings, domainName, domainOf } from '../settings.js';
import { h } from '../view.js';
import { judge } from './findings.js';
import { PolicyWatch } from './policy-watch.js';
import { isGood, reportViews } from './report.js';
import { sheet } from './style.js';
import { texts as english } from './texts/en.js';
import { wordsIn } from './words.js';

/** Milliseconds after which it begins in English rather than wait for the words of the language. */
const LATE = 1000;

/**
 * What an `<xmpp-check>` shows: a question for the domain, and what was found out about it.
 *
 * @typedef {typeof import('../texts/en.js').texts} Texts
 * @typedef {import('./findings.js').Words} Words
 * @typedef {Parameters<typeof judge>[0]} Seen
 *
 * @typedef {object} Check what is in its state
 * @property {import('../form.js').Form | null} form
 * @property {Words} words what this element says, and no other
 * @property {Seen | null} seen what was found
 * @property {Map<string, boolean>} copied the texts that were to be put on the clipboard, and whether they are there
 *
 * @extends {Panel<Check>}
 */
export class CheckPanel extends Panel {
  steps = { silent: ['report'], busy: ['examining'], locked: ['examining'] };

  /** Ends what is under way. */
  #work = new AbortController();

  /** @param {HTMLElement} element */
  constructor(element) {
    super(element, { form: null, words: english, seen: null, copied: new Map() });
    if (sheet) element.shadowRoot?.adoptedStyleSheets.push(sheet);
  }

  async begin() {
    this.#work.abort();
    this.#work = new AbortController();
    const { signal } = this.#work;
    const { lang } = this.texts;
    const whole = wordsIn(lang);
    const words = await Promise.race([whole, new Promise(resolve => setTimeout(resolve, LATE, english))]);
    if (signal.aborted) return;
    const form = this.makeForm({
      fields: [
        {
          name: 'domain',
          control: 'line',
          label: () => this.state.words.ask.label,
          description: () => this.state.words.ask.hint,
          required: true,
          value: domainOf(this.element),
        },
      ],
    });
    this.update({ step: 'domain', problem: null, seen: null, form, words });
    // In the page's own thread: what the page's policy forbids is told there.
    load({ worker: false }).catch(() => {});
    await this.#speak(lang, whole);
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

  languageChanged() {
    const { lang } = this.texts;
    this.#speak(lang, wordsIn(lang));
  }

  /** Goes on with the words of a language. @param {string} lang @param {Promise<Words>} coming */
  async #speak(lang, coming) {
    const words = await coming;
    if (lang === this.texts.lang && this.element.isConnected) this.update({ words });
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
      const settings = connectionSettings(this.element);
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
      this.showProblem({ error: /** @type {import('../problem.js').Failure} */ (error) });
    } finally {
      policy.end();
    }
  }

  /** @param {Seen} seen */
  #show(seen) {
    const { good, bad } = this.state.words;
    const summary = isGood(judge(seen, { words: this.state.words, texts: this.texts })) ? good : bad;
    this.update({ step: 'report', status: () => summary, seen });
    // The focus is not taken from a user who has gone on to something else.
    if (this.focused) this.find('h2')?.focus();
  }

  /** @param {string} text @param {HTMLElement | null} element */
  #copy = async (text, element) => {
    this.state.copied.set(text, await this.copy(text, element));
    this.draw();
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
    return { error: /** @type {import('../xmppreg.js').RegistrationError} */ (error) };
  } finally {
    manager.disconnect().catch(() => {});
  }
}

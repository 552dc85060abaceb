import { h } from './dom.js';
import { renderForm } from './form.js';
import { redirect } from './problem.js';
import { formElement } from './shell.js';

/** What servers call the password that the account has now. */
const CURRENT = new Set(['password', 'old_password']);

/**
 * The form of a request, and below it what the server lacks: it may answer with an error that holds a
 * form of its own (XEP-0077 sections 3.2 and 3.3).
 */
export class RequestView {
  /** The fields of the page. */
  own;
  element;
  /** The fields of the server. @type {ReturnType<typeof renderForm> | null} */
  #more = null;
  /** What it was asked for with, for another view to ask the same. @type {Parameters<RequestView['ask']> | null} */
  #last = null;
  #lacks = h('div', { class: 'lacks' });
  #asked = new Set();
  #texts;

  /**
   * @param {object} options
   * @param {import('./form.js').Field[]} options.fields
   * @param {(Node | string)[]} [options.before] what goes in front of them
   * @param {HTMLElement} options.submit the button
   * @param {string} options.labelledby
   * @param {typeof import('./texts/en.js').texts} options.texts
   * @param {() => void} options.onSubmit
   */
  constructor({ fields, before = [], submit, labelledby, texts, onSubmit }) {
    this.#texts = texts;
    this.own = renderForm({ fields }, { texts });
    this.element = formElement(
      { 'aria-labelledby': labelledby },
      onSubmit,
      ...before,
      this.own.element,
      this.#lacks,
      h('p', { class: 'actions' }, submit),
    );
  }

  /** Whether the server has asked for something that the user has to fill in. */
  get more() {
    return this.#more && !this.#more.empty ? this.#more : null;
  }

  /**
   * Draws what the server wants to know. A field that comes again keeps what was typed.
   *
   * @param {import('./form.js').Form} form
   * @param {object} known the answers that need no asking, by the fields' names
   * @param {Node | null} [said] the server's words
   */
  ask(form, known, said = null) {
    this.#last = [form, known, said];
    this.#asked = new Set(form.fields.map(field => field.name));
    const fields = form.fields
      .filter(field => !Object.hasOwn(known, field.name))
      .map(field =>
        field.type === 'text-private' && CURRENT.has(field.name)
          ? { ...field, autocomplete: 'current-password' }
          : field,
      );
    if (this.#more) this.#more.update({ fields });
    else this.#more = renderForm({ fields }, { texts: this.#texts });
    const texts = this.#texts;
    const nodes = [
      this.more && h('p', {}, texts.account.more),
      said && h('p', {}, said),
      form.title && h('p', { class: 'label', dir: 'auto' }, form.title),
      form.instructions && h('p', { class: 'lines instructions', dir: 'auto' }, form.instructions),
      this.#more.element,
      ...(form.url ? redirect(form.url, { texts, only: !this.more }) : []),
    ].filter(Boolean);
    // Moving the fields would take the focus from them.
    for (const child of [...this.#lacks.children]) if (child !== this.#more.element) child.remove();
    const at = nodes.indexOf(this.#more.element);
    if (this.#more.element.parentNode !== this.#lacks) this.#lacks.append(this.#more.element);
    this.#more.element.before(...nodes.slice(0, at));
    this.#more.element.after(...nodes.slice(at + 1));
  }

  /**
   * Takes over from a view in another language: what was typed, what is wrong with it, and what the server asked for.
   *
   * @param {RequestView} before
   */
  inherit(before) {
    this.own.inherit(before.own);
    if (!before.#last) return;
    this.ask(...before.#last);
    this.#more.inherit(before.#more);
  }

  /**
   * The answers to what the server asked for, undefined if it has asked for nothing.
   *
   * @param {Record<string, string>} known
   */
  answers(known) {
    if (!this.#more) return undefined;
    const told = Object.entries(known).filter(([name]) => this.#asked.has(name));
    return { ...Object.fromEntries(told), ...this.#more.read() };
  }

  /**
   * Checks all fields and goes to the first that is wrong.
   *
   * @returns {Promise<boolean>} whether all is well
   */
  async validate() {
    // Both, so that everything is said at once; the first one keeps the focus.
    const [more, own] = await Promise.all([this.#more?.validate() ?? true, this.own.validate()]);
    if (!own && !more) this.own.focusWrong();
    return own && more;
  }

  clearErrors() {
    this.own.clearErrors();
    this.#more?.clearErrors();
  }

  conceal() {
    this.own.conceal();
    this.#more?.conceal();
  }

  /** Forgets what was typed and what the server asked for. */
  clear() {
    this.own.clear();
    this.#more?.clear();
    this.#more = this.#last = null;
    this.#asked.clear();
    this.#lacks.replaceChildren();
  }
}

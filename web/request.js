import { formView } from './actions.js';
import { withLinks } from './links.js';
import { quotation, redirectViews } from './problem.js';
import { h } from './view.js';

/** What servers call the password that the account has now. */
const CURRENT = ['password', 'old_password'];

/**
 * A request that changes an account: the page's form, and below it what the server wants to know beside. It
 * may answer with an error that holds a form of its own.
 *
 * @typedef {import('./form.js').Values} Values
 * @typedef {import('./xmppreg.js').RegistrationError} RegistrationError
 */
export class Request {
  /** The fields of the page. */
  own;
  /** The fields that the server has asked for. */
  #asked;
  /** What it asked for, and the error in whose words. @type {{ form: import('./signup-pages.js').Shape, error: RegistrationError | null } | null} */
  #question = null;

  /**
   * @param {(data?: import('./form.js').FormData) => import('./form.js').Form} makeForm
   * @param {import('./form.js').FieldData[]} fields
   */
  constructor(makeForm, fields) {
    this.own = makeForm({ fields });
    this.#asked = makeForm();
  }

  /** What the server has asked for and the user has to fill in, if there is any. */
  get more() {
    return this.#question && !this.#asked.isEmpty ? this.#asked : null;
  }

  /**
   * Asks what the server wants to know. A field that comes again keeps what was typed.
   *
   * @param {import('./signup-pages.js').Shape} form
   * @param {Values} known the answers that need no asking, by the fields' names
   * @param {RegistrationError | null} error that it came with, to be quoted
   */
  ask(form, known, error) {
    this.#question = { form, error };
    this.#asked.update({
      ...form,
      domain: '',
      fields: form.fields
        .filter(({ name = '' }) => !Object.hasOwn(known, name))
        .map(field =>
          field.control === 'password' && CURRENT.includes(field.name ?? '')
            ? { ...field, autocomplete: 'current-password' }
            : field,
        ),
    });
  }

  /** The answers to what the server asked for, undefined if it has asked for nothing. @param {Values} known */
  answers(known) {
    const { fields } = this.#question?.form ?? {};
    if (!fields) return undefined;
    const told = Object.entries(known).filter(([name]) => fields.some(field => field.name === name));
    return { ...Object.fromEntries(told), ...this.#asked.read() };
  }

  /** Checks all fields and goes to the first that is wrong. @returns {Promise<boolean>} whether all is well */
  async validate() {
    // Both, so that everything is said at once; the first one keeps the focus.
    const [more, own] = await Promise.all([this.#asked.validate(), this.own.validate()]);
    if (!own && !more) this.own.focusWrong();
    return own && more;
  }

  clearProblems() {
    this.own.clearProblems();
    this.#asked.clearProblems();
  }

  hidePasswords() {
    this.own.hidePasswords();
    this.#asked.hidePasswords();
  }

  /** Forgets what was typed and what the server asked for. */
  clear() {
    this.#question = null;
    this.#asked.update({ fields: [] });
    this.#asked.clear();
    this.own.clear();
  }

  /**
   * @param {typeof import('./texts/en.js').texts} texts
   * @param {object} more
   * @param {string} more.labelledby
   * @param {import('./view.js').Child} [more.before] what goes in front of the fields
   * @param {import('./view.js').Child} more.submit
   * @param {() => void} more.onSubmit
   */
  view(texts, { labelledby, before, submit, onSubmit }) {
    return formView(
      { 'aria-labelledby': labelledby },
      onSubmit,
      before,
      this.own.view(texts),
      h('div', { class: 'lacks' }, this.#lacks(texts)),
      submit,
    );
  }

  /** @param {typeof import('./texts/en.js').texts} texts */
  #lacks(texts) {
    if (!this.#question) return [];
    const {
      form: { title, instructions, url },
      error,
    } = this.#question;
    const words = { ...texts, redirect: { ...texts.redirect, ...texts.account.redirect } };
    const quoted = error && quotation(error, texts);
    return [
      this.more && h('p', {}, texts.account.more),
      quoted && h('p', {}, quoted),
      title && h('p', { class: 'label', dir: 'auto' }, withLinks(title)),
      instructions && h('p', { class: 'lines instructions', dir: 'auto' }, withLinks(instructions)),
      this.#asked.view(texts),
      url && redirectViews(url, words, !this.more),
    ];
  }
}

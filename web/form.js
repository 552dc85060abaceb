import { fill, h, mayFocus } from './dom.js';
import { FieldView } from './field.js';
import { answersWanted, hasInline, isCaptcha, lacking } from './media.js';
import { texts as english } from './texts/en.js';

/**
 * A field as `requestForm` of xmppreg.js gives it.
 *
 * @typedef {object} Field
 * @property {string} [name]
 * @property {string} type one of XEP-0004's ten
 * @property {string} [label]
 * @property {string} [description]
 * @property {boolean} [required]
 * @property {string | boolean | string[]} [value]
 * @property {{ value: string, label?: string }[]} [options]
 * @property {{ type: string, url: string, width?: number, height?: number }[]} [media]
 * @property {Validation | null} [validation] of a server's fields alone
 * @property {boolean} [readOnly] its value is settled
 * @property {string} [autocomplete] of the pages' own fields: what a browser may fill in
 * @property {boolean} [advice] of the pages' own new passwords: false for one that is typed once more
 * @property {boolean} [whole] of the pages' own user name: a whole address may be typed as well
 */

/**
 * What a server says about the values of a field (XEP-0122).
 *
 * @typedef {object} Validation
 * @property {string} datatype such as 'xs:integer'
 * @property {'basic' | 'open' | 'range' | 'regex'} method
 * @property {string} min '' for none
 * @property {string} max
 * @property {string} regex
 * @property {number} listMin 0 for none
 * @property {number} listMax
 */

/**
 * A field as it is drawn.
 *
 * @typedef {Field & { renews?: boolean, instead?: boolean }} Drawn
 * @property renews whether the button for another CAPTCHA stands there
 * @property instead whether it is for those who do not see the picture
 */

/** @typedef {{ domain?: string, service?: string, fields: Field[] }} Form */

/** @typedef {Record<string, string | string[] | boolean>} Values */

/**
 * Draws the fields of a form.
 *
 * @param {Form} form
 * @param {object} [options]
 * @param {Values} [options.values] what was typed before, by the fields' names
 * @param {typeof english} [options.texts]
 * @param {() => void} [options.onRenew] asks for another CAPTCHA; without it there is no button for it
 * @returns {FormView}
 */
export function renderForm(form, { values = {}, texts = english, onRenew } = {}) {
  const view = new FormView(texts, onRenew);
  view.update(form);
  view.fill(values);
  return view;
}

let counter = 0;

/**
 * The drawn fields. They stand in `element`, to be put into a <form>.
 *
 * Do not call methods of that <form> once the fields are in it: a server chooses the fields' names,
 * and an input named "append" or "submit" hides the form's own.
 */
class FormView {
  element = h('div', { class: 'fields' });
  #texts;
  #onRenew;
  #id = `xmpp-form-${++counter}`;
  #ids = 0;
  /** @type {FieldView[]} */
  #fields = [];
  /** How many of several answers are needed. */
  #answers = h('p', { class: 'answers', id: `${this.#id}-answers` });
  /** Counts what was to be checked. */
  #checks = 0;

  constructor(texts, onRenew) {
    this.#texts = texts;
    this.#onRenew = onRenew;
  }

  /**
   * Draws another form in place of this one. A field that comes again is left as it stands, with what
   * was typed, its error, the focus and the caret; only the answer to a CAPTCHA goes.
   *
   * @param {Form} form
   */
  update(form) {
    const before = new Map(this.#fields.map(field => [field.key, field]));
    const focus = this.#focus();
    const { fields, answers, pictures } = drawn(form, this.#texts);
    this.#answers.textContent = answers;
    const context = {
      texts: this.#texts,
      onRenew: this.#onRenew,
      onFailed: () => this.#showInstead(true),
      // A gateway's user names are its own: they become no address.
      domain: form.service && form.service !== form.domain ? '' : form.domain,
      answers: answers ? { id: this.#answers.id, text: answers } : null,
    };
    this.#fields = fields.map((field, at) => {
      const key = field.name || `#${at}`;
      const old = before.get(key);
      before.delete(key);
      if (old?.takes(field, context)) return old;
      const made = new FieldView(key, field, { ...context, id: `${this.#id}-${++this.#ids}` });
      if (old) made.inherit(old);
      return made;
    });
    this.#showInstead(!pictures);
    const elements = this.#fields.map(field => field.element);
    if (answers)
      elements.splice(
        this.#fields.findIndex(field => field.captcha),
        0,
        this.#answers,
      );
    const staying = new Set(elements);
    // Moving an element takes the focus from it, so those that stay are not touched.
    for (const child of [...this.element.children]) if (!staying.has(child)) child.remove();
    let there = this.element.firstElementChild;
    for (const element of elements) {
      if (element === there) there = there.nextElementSibling;
      else this.element.insertBefore(element, there);
    }
    this.#refocus(focus);
  }

  /**
   * Puts values into the fields, as if they had been typed. Answers to a CAPTCHA are left out.
   *
   * @param {Values} values
   */
  fill(values) {
    for (const field of this.#fields) {
      if (!field.captcha && field.name !== undefined && Object.hasOwn(values, field.name))
        field.fill(values[field.name]);
    }
  }

  /**
   * Takes over from a view of the same form in another language: what was typed, and what is wrong with it.
   *
   * @param {FormView} before
   */
  inherit(before) {
    this.fill(before.read());
    for (const field of this.#fields) {
      const old = before.#fields.find(({ key }) => key === field.key);
      if (old) field.inherit(old);
    }
  }

  /**
   * What is to be sent: all fields but those that are optional, empty, and came empty.
   *
   * @returns {Values}
   */
  read() {
    return Object.fromEntries(this.#fields.filter(field => field.sends).map(field => [field.name, field.value]));
  }

  /**
   * Checks all fields, says beside each what is wrong with it, and goes to the first such field. What the
   * page sees by itself is said at once, before this returns; if that is nothing, the module is asked for
   * the server's rules. Of two that are under way the later one counts: the other resolves with false.
   *
   * @returns {Promise<boolean>} whether all is well
   */
  async validate() {
    if (!this.validateHere()) return false;
    const check = this.#checks;
    const fields = this.#fields;
    const right = await Promise.all(fields.map(field => field.check()));
    return check === this.#checks && this.#allRight(fields, right);
  }

  /**
   * The same, but for the server's rules: those of a form that is not there yet may be others.
   *
   * @returns {boolean} whether all is well, as far as the page sees by itself
   */
  validateHere() {
    this.#checks++;
    return this.#allRight(
      this.#fields,
      this.#fields.map(field => field.validate()),
    );
  }

  #allRight(fields, right) {
    this.#go(fields[right.indexOf(false)]);
    return !right.includes(false);
  }

  /** Goes to a field, or has what is wrong with it read out to those who are elsewhere in the page by now. */
  #go(field) {
    if (mayFocus(this.element)) field?.focus();
    else field?.announce();
  }

  /**
   * Says beside a field what is wrong with it.
   *
   * @param {string} name
   * @param {...(string | Node | ((texts: typeof english) => string | (string | Node)[]))} words a function gives them
   *   in another language, too
   * @returns {boolean} whether there is such a field
   */
  showError(name, ...words) {
    const field = this.#named(name);
    field?.showError(...words);
    return Boolean(field);
  }

  /**
   * Says beside a field which rule of the form its value breaks, in the words for what is typed.
   *
   * @param {string} name `field` of a RegistrationError
   * @param {string} rule its `rule`
   * @returns {boolean} whether there is such a field
   */
  showRule(name, rule) {
    const field = this.#named(name);
    field?.showRule(rule);
    return Boolean(field);
  }

  /** Goes to the first field that has an error beside it. */
  focusWrong() {
    this.#go(this.#fields.find(field => field.wrong));
  }

  clearErrors() {
    for (const field of this.#fields) field.clearError();
  }

  has(name) {
    return Boolean(this.#named(name));
  }

  focus(name) {
    this.#go(this.#named(name));
  }

  focusFirst() {
    (this.#fields.find(field => field.editable) ?? this.#fields.find(field => field.focusable))?.focus();
  }

  /**
   * What was typed and may be kept: no passwords, and no answers to a CAPTCHA.
   *
   * @returns {Values}
   */
  get typed() {
    return Object.fromEntries(
      this.#fields
        .filter(field => field.typed && !field.secret && !field.captcha)
        .map(field => [field.name, field.value]),
    );
  }

  /** Empties all fields. */
  clear() {
    for (const field of this.#fields) field.clear();
  }

  /** Hides the passwords that are being shown. */
  conceal() {
    for (const field of this.#fields) field.conceal();
  }

  /** Whether there is anything to fill in. */
  get empty() {
    return !this.#fields.some(field => field.focusable);
  }

  /** The name of the field for the answer to the CAPTCHA, if there is one. */
  get captcha() {
    return this.#fields.find(field => field.captcha)?.name;
  }

  /** Shows what a server has for those who do not see its picture. */
  #showInstead(shown) {
    for (const { instead, element } of this.#fields) if (instead) element.hidden = !shown;
  }

  #named(name) {
    return this.#fields.find(field => field.focusable && field.name === name);
  }

  #focus() {
    const active = this.element.getRootNode().activeElement;
    const field = active && this.#fields.find(({ element }) => element.contains(active));
    if (!field) return null;
    let selection = null;
    try {
      selection = [active.selectionStart, active.selectionEnd, active.selectionDirection];
    } catch {
      /* has no caret */
    }
    return { key: field.key, active, selection };
  }

  #refocus(focus) {
    if (!focus || this.element.getRootNode().activeElement === focus.active) return;
    const field = this.#fields.find(({ key }) => key === focus.key);
    if (!field) return this.focusFirst();
    const target = field.element.contains(focus.active) ? focus.active : field.focus();
    target?.focus();
    // Inputs for email and dates have no caret that can be set.
    if (focus.selection?.[0] != null && target?.selectionStart != null) target.setSelectionRange(...focus.selection);
  }
}

/**
 * The fields that have something to show, in their order; how many answers to a CAPTCHA are needed, in
 * words; and whether there are pictures of one.
 *
 * @param {Form} form
 * @returns {{ fields: Drawn[], answers: string, pictures: boolean }}
 */
function drawn(form, { form: words }) {
  const first = value => [value ?? ''].flat()[0];
  const shown = form.fields.flatMap(field => {
    switch (field.name) {
      // What ejabberd adds for clients that cannot show the picture.
      case 'captchahidden':
        return [];
      case 'url':
        // Of a form that is all about a CAPTCHA it is the picture's, and nobody's home page.
        if (first(form.fields.find(({ name }) => name === 'FORM_TYPE')?.value) !== 'urn:xmpp:captcha') break;
        return [{ ...field, name: 'captcha-fallback-url', type: 'fixed', instead: true }];
      case 'captcha-fallback-text':
      case 'captcha-fallback-url':
        return [{ ...field, type: 'fixed', instead: true }];
      // Work for a machine (XEP-0158 section 6.2), which nobody can type.
      case 'SHA-256':
        return field.required ? [field] : [];
    }
    return field.type === 'fixed' || (field.type !== 'hidden' && field.name) ? [field] : [];
  });
  const captchas = shown.filter(isCaptcha);
  const wanted = answersWanted(form.fields, captchas);
  const perceived = captchas.filter(field => field.media?.length || lacking(field));
  const fields = shown.map(field =>
    captchas.includes(field)
      ? {
          ...field,
          required: field.required || wanted === captchas.length,
          renews: perceived.length ? perceived.includes(field) : field === captchas[0],
        }
      : field,
  );
  const some = wanted < captchas.length && wanted;
  return {
    fields,
    answers: some ? (some === 1 ? words.answersOne : fill(words.answersSome, { count: String(some) })) : '',
    pictures: captchas.some(hasInline),
  };
}

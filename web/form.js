import { h } from './dom.js';
import { FieldView } from './field.js';
import { isCaptcha, usableMedia } from './media.js';
import { texts as english } from './texts.js';

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
 * @property {object} [validation]
 * @property {string} [autocomplete] of the pages' own fields: what a browser may fill in
 * @property {boolean} [whole] of the pages' own user name: a whole address may be typed as well
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
    const context = {
      texts: this.#texts,
      onRenew: this.#onRenew,
      // A gateway's user names are its own: they become no address.
      domain: form.service && form.service !== form.domain ? '' : form.domain,
    };
    this.#fields = drawn(form).map((field, at) => {
      const key = field.name || `#${at}`;
      const old = before.get(key);
      before.delete(key);
      if (old?.takes(field, context)) return old;
      const made = new FieldView(key, field, { ...context, id: `${this.#id}-${++this.#ids}` });
      if (old) made.inherit(old);
      return made;
    });
    const elements = this.#fields.map(field => field.element);
    // Moving an element takes the focus from it, so those that stay are not touched.
    for (const child of [...this.element.children]) if (!elements.includes(child)) child.remove();
    elements.forEach((element, at) => {
      const there = this.element.children[at];
      if (there !== element) this.element.insertBefore(element, there ?? null);
    });
    this.#refocus(focus);
  }

  /**
   * Puts values into the fields, as if they had been typed. Answers to a CAPTCHA are left out.
   *
   * @param {Values} values
   */
  fill(values) {
    for (const field of this.#fields) {
      if (!field.captcha && field.name !== undefined && Object.hasOwn(values, field.name)) field.fill(values[field.name]);
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
   * Checks all fields, says beside each what is wrong with it, and goes to the first such field.
   *
   * @returns {boolean} whether all is well
   */
  validate() {
    const wrong = this.#fields.filter(field => !field.validate());
    wrong[0]?.focus();
    return wrong.length === 0;
  }

  /**
   * Says beside a field what is wrong with it.
   *
   * @param {string} name
   * @param {...(string | Node)} content
   * @returns {boolean} whether there is such a field
   */
  showError(name, ...content) {
    const field = this.#named(name);
    field?.showError(...content);
    return Boolean(field);
  }

  clearErrors() {
    for (const field of this.#fields) field.clearError();
  }

  has(name) {
    return Boolean(this.#named(name));
  }

  focus(name) {
    this.#named(name)?.focus();
  }

  focusFirst() {
    this.#fields.find(field => field.focusable)?.focus();
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
    } catch { /* has no caret */ }
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

/** The fields that have something to show, in their order. */
function drawn({ fields }) {
  const pictures = fields.some(field => isCaptcha(field) && usableMedia(field).size);
  return fields.flatMap(field => {
    switch (field.name) {
      // What ejabberd adds for clients that cannot show the picture.
      case 'captchahidden':
        return [];
      case 'captcha-fallback-text':
      case 'captcha-fallback-url':
        return pictures ? [] : [{ ...field, type: 'fixed' }];
    }
    return field.type === 'fixed' || (field.type !== 'hidden' && field.name) ? [field] : [];
  });
}

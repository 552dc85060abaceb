import { fill } from './dom.js';
import { Field } from './field.js';
import { mayFocus } from './focus.js';
import { hasInline, lacking } from './media.js';
import { texts as english } from './texts/en.js';
import { h } from './view.js';

/**
 * A field as it comes with a form of xmppreg.js, or as a page has it for itself. What can be left out is
 * left out by the pages alone.
 *
 * @typedef {object} FieldData
 * @property {string} [name]
 * @property {string} [key] the name of another field in whose place it stands, with what was typed there
 * @property {'line' | 'lines' | 'password' | 'checkbox' | 'choice' | 'choices' | 'text' | 'none'} control
 * @property {string | ((texts: Texts) => string)} [label]
 * @property {string | ((texts: Texts) => string)} [description]
 * @property {boolean} [required]
 * @property {boolean} [readOnly] its value is settled
 * @property {string} [domain] of the account that it names or sets the password of
 * @property {Value} [value]
 * @property {{ value: string, label?: string }[]} [options]
 * @property {boolean} [open] a list that also takes other values
 * @property {boolean} [multiple]
 * @property {boolean} [isRow] whether its options are short and stand in a row
 * @property {string} [keyboard]
 * @property {{ type: string, min?: string | null, max?: string | null }} [content]
 * @property {Bounds<string> | null} [range]
 * @property {Bounds<number> | null} [choices] how many may be chosen
 * @property {boolean} [checked] whether only the module can tell if a value is right
 * @property {boolean} [generic] whether the label says no more than the name, in English
 * @property {'' | 'image' | 'audio' | 'video' | 'question'} [captcha]
 * @property {boolean} [fallback] an address to go to instead of answering
 * @property {string} [link]
 * @property {Medium[]} [media]
 * @property {boolean} [renews] whether the button for another CAPTCHA stands there
 * @property {string} [autocomplete] what a browser may fill in, '' or undefined if nothing is known
 * @property {boolean} [advice] of a new password: false for one that is typed once more
 * @property {boolean} [agreement] of a box: whether it is for agreeing to the provider's terms
 * @property {boolean} [agreed] of a box: whether it has to be ticked
 * @property {boolean} [isOwn] whether it is the page's own, and never sent
 * @property {{ href: string, words: (texts: Texts) => string }[]} [links] what to read about it
 * @property {(value: Value) => void} [onChoose] is told of what the user chooses
 * @property {(password: string) => void} [onSuggest] is told of a password that was made up
 * @property {(texts: Texts) => string} [preview] what to say of the address that a user name becomes
 */

/**
 * @typedef {typeof english} Texts
 * @typedef {string | string[] | boolean} Value
 * @typedef {Record<string, Value>} Values
 * @typedef {{ type: string, kind: '' | 'image' | 'audio' | 'video', url: string, width?: number, height?: number }} Medium
 * @typedef {{ domain?: string, service?: string, captchaAnswers?: number, fields: FieldData[] }} FormData
 */

/** @template T @typedef {{ min?: T | null, max?: T | null }} Bounds */

let counter = 0;

/** The fields of a form, with what was typed into them and what is wrong with it. */
export class Form {
  /** The texts of the moment. */
  texts = english;
  #onChange;
  #onAnnounce;
  #onRenew;
  #id = `xmpp-form-${++counter}`;
  #ids = 0;
  /** @type {FormData} */
  #data = { fields: [] };
  /** @type {Field[]} */
  #fields = [];
  /** All that were there so far: one that comes again has what was typed. @type {Map<string, Field>} */
  #known = new Map();
  /** What was typed before there were fields for it. @type {Values} */
  #earlier = {};
  /** How many of several answers are needed, 0 if that goes without saying. */
  #answersNeeded = 0;
  /** Counts what was to be checked. */
  #checks = 0;
  /** @type {HTMLElement | null} */
  #element = null;
  /** @type {import('./field-view.js').FormContext | null} */
  #context = null;

  /**
   * @param {object} page
   * @param {() => void} page.onChange draws it anew
   * @param {(text: string) => void} page.onAnnounce has a text read out
   * @param {() => void} [page.onRenew] asks for another CAPTCHA; without it there is no button for it
   * @param {FormData} [data]
   */
  constructor({ onChange, onAnnounce, onRenew }, data = { fields: [] }) {
    this.#onChange = onChange;
    this.#onAnnounce = onAnnounce;
    this.#onRenew = onRenew;
    this.update(data);
  }

  /**
   * Takes another form in place of this one. A field that comes again has what was typed and what is wrong
   * with it, however it is drawn now; only the answer to a CAPTCHA goes. What was wrong with the answer to a CAPTCHA
   * is said beside the new one.
   *
   * @param {FormData} data
   * @returns {import('./problem.js').Problem | null} what the server refused, if its field is gone
   */
  update(data) {
    const refused = this.#fields
      .filter(field => field.refusal)
      .map(field => ({ field, isCaptcha: Boolean(field.data.captcha) }));
    const shown = data.fields.filter(({ control }) => control !== 'none');
    const captchas = shown.filter(({ captcha }) => captcha);
    const needed = data.captchaAnswers ?? 0;
    const withMedia = captchas.filter(field => field.media?.length || lacking(field));
    this.#data = data;
    this.#context = null;
    this.#answersNeeded = needed < captchas.length ? needed : 0;
    /** @type {Set<string>} */
    const keys = new Set();
    this.#fields = shown.map((field, at) => {
      const isCaptcha = captchas.includes(field);
      const fieldData = isCaptcha
        ? {
            ...field,
            required: field.required || needed === captchas.length,
            renews: withMedia.length ? withMedia.includes(field) : field === captchas[0],
          }
        : field;
      const wanted = field.key ?? field.name;
      const key = wanted && !keys.has(wanted) ? wanted : `#${at}`;
      keys.add(key);
      return this.#fieldFor(key, fieldData);
    });
    return refused.map(({ field, isCaptcha }) => this.#replaceRefusal(field, isCaptcha)).find(Boolean) ?? null;
  }

  /**
   * Says what was refused beside the field of this form that it is about.
   *
   * @param {Field} field that it stood beside
   * @param {boolean} isCaptcha whether that was for the answer to a CAPTCHA
   * @returns {import('./problem.js').Problem | null} see `update`
   */
  #replaceRefusal(field, isCaptcha) {
    const captcha = isCaptcha && this.#fields.find(({ data, isEditable }) => data.captcha && isEditable);
    const place = this.#fields.includes(field) && field.isEditable ? field : captcha;
    if (place === field) return null;
    const { refusal } = field;
    field.clearProblem();
    if (!place || !refusal) return refusal?.problem ?? null;
    place.refuse(refusal);
    return null;
  }

  /** @param {string} key @param {FieldData} data */
  #fieldFor(key, data) {
    const known = this.#known.get(key);
    known?.update(data);
    const field = known ?? new Field(key, `${this.#id}-${++this.#ids}`, data, this);
    this.#known.set(key, field);
    this.#fillEarlier(field);
    return field;
  }

  /** @param {Field} field */
  #fillEarlier(field) {
    const { key } = field;
    if (!Object.hasOwn(this.#earlier, key)) return;
    if (!field.data.captcha) field.fill(this.#earlier[key]);
    delete this.#earlier[key];
  }

  /**
   * Puts values into the fields, now or when they come, as if they had been typed. Answers to a CAPTCHA are
   * left out.
   *
   * @param {Values} values
   */
  fill(values) {
    this.#earlier = { ...this.#earlier, ...values };
    for (const field of this.#fields) this.#fillEarlier(field);
  }

  /** What is to be sent: all fields but those that are optional, empty, and came empty. @returns {Values} */
  read() {
    return Object.fromEntries(this.#fields.filter(field => field.isSent).map(field => [field.name, field.value]));
  }

  /**
   * What was typed and may be kept, also into fields that are gone or have not come yet: no passwords, and no
   * answers to a CAPTCHA.
   *
   * @returns {Values}
   */
  get typed() {
    const typed = [...this.#known.values()].filter(field => field.typed && !field.isSecret && !field.data.captcha);
    return { ...this.#earlier, ...Object.fromEntries(typed.map(field => [field.key, field.value])) };
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
    const right = await Promise.all(fields.map(field => field.check(() => check === this.#checks)));
    return check === this.#checks && this.#allRight(fields, right);
  }

  /**
   * The same without the server's rules: the form that they belong to is still on its way.
   *
   * @returns {boolean} whether all is well, as far as the page sees by itself
   */
  validateHere() {
    this.#checks++;
    return this.#allRight(
      this.#fields,
      this.#fields.map(field => field.checkHere()),
    );
  }

  /** @param {Field[]} fields @param {boolean[]} right */
  #allRight(fields, right) {
    this.#onChange();
    this.#goTo(fields[right.indexOf(false)]);
    return !right.includes(false);
  }

  /** Goes to a field; or, if the user is elsewhere in the page by now, has what is wrong with it read out. @param {Field | undefined} field */
  #goTo(field) {
    if (this.mayFocus) field?.focus();
    else field?.announce();
  }

  /** Whether the focus may be moved here. */
  get mayFocus() {
    return Boolean(this.#element) && mayFocus(/** @type {HTMLElement} */ (this.#element));
  }

  /**
   * Says beside a field what is wrong with it, and goes there.
   *
   * @param {string} name
   * @param {import('./field-view.js').Words} words
   */
  showProblem(name, words) {
    this.refuse(name, { words });
    this.focus(name);
  }

  /** Says beside a field why the server refused it. @param {string} name @param {import('./field.js').Refusal} refusal */
  refuse(name, refusal) {
    this.#named(name)?.refuse(refusal);
    this.#onChange();
  }

  /**
   * Says beside a field which rule of the form its value breaks, in the words for what is typed, and goes there.
   *
   * @param {string} name `field` of a RegistrationError
   * @param {string} rule its `rule`
   */
  showRule(name, rule) {
    this.#named(name)?.showRule(rule);
    this.focus(name);
  }

  /** Goes to the first field that has something wrong. */
  focusWrong() {
    this.#goTo(this.#fields.find(field => field.isWrong));
  }

  clearProblems() {
    for (const field of this.#fields) field.clearProblem();
    this.#onAnnounce('');
  }

  /** @param {string} name */
  has(name) {
    return Boolean(this.#named(name));
  }

  /** @param {string} name */
  focus(name) {
    this.#onChange();
    this.#goTo(this.#named(name));
  }

  /** Goes to where one has to do something: to what is wrong, or to the first field. */
  focusFirst() {
    const fields = this.#fields;
    const field = fields.find(each => each.isEditable && each.isWrong) ?? fields.find(each => each.isEditable);
    (field ?? fields.find(each => each.isFocusable))?.focus();
  }

  /** Empties all fields, and forgets the content of fields that are gone. */
  clear() {
    for (const field of this.#fields) field.clear();
    this.#known = new Map(this.#fields.map(field => [field.key, field]));
    this.#earlier = {};
  }

  /** Hides the passwords that are being shown. */
  hidePasswords() {
    for (const field of this.#fields) field.hidePassword();
  }

  /** Whether there is nothing to fill in. */
  get isEmpty() {
    return !this.#fields.some(field => field.isFocusable);
  }

  /** The name of the field for the answer to the CAPTCHA, if there is one. */
  get captcha() {
    return this.#fields.find(field => field.data.captcha)?.name;
  }

  /** @param {string} name */
  #named(name) {
    return this.#fields.find(field => field.isFocusable && field.name === name);
  }

  changed() {
    this.#onChange();
  }

  mediaFailed() {
    this.#context = null;
    this.#onChange();
  }

  /** @param {string} text */
  announce(text) {
    this.#onAnnounce(text);
  }

  /** The fields, to be put into a <form>. @param {Texts} texts */
  view(texts) {
    if (this.#context?.texts !== texts) this.#context = this.#contextIn(texts);
    this.texts = texts;
    const context = /** @type {import('./field-view.js').FormContext} */ (this.#context);
    /** @type {import('./view.js').Child[]} */
    const views = this.#fields.map(field => field.view(context));
    const { answers } = context;
    if (answers)
      views.splice(
        this.#fields.findIndex(field => field.data.captcha),
        0,
        h('p', { class: 'answers', id: answers.id }, answers.text),
      );
    return h(
      'div',
      {
        class: 'fields',
        key: this.#id,
        ref: element => {
          this.#element = element;
        },
      },
      ...views,
    );
  }

  /** Which fields are marked: those of which there are fewer, so that a mark says something. */
  #marked() {
    const asked = this.#fields.filter(field => field.isEditable && field.data.control !== 'checkbox');
    const required = asked.filter(field => field.data.required).length;
    const optional = asked.length - required;
    return optional === 0 ? '' : required > 0 && required < optional ? 'required' : 'optional';
  }

  /** @param {Texts} texts @returns {import('./field-view.js').FormContext} */
  #contextIn(texts) {
    const { domain = '', service } = this.#data;
    const { answersOne, answersSome } = texts.form;
    const count = this.#answersNeeded;
    const text = count === 1 ? answersOne : fill(answersSome, { count: String(count) });
    const captchas = this.#fields.filter(field => field.data.captcha);
    return {
      texts,
      marked: this.#marked(),
      // A gateway's user names are its own: they become no address.
      domain: service && service !== domain ? '' : domain,
      answers: count ? { id: `${this.#id}-answers`, text } : null,
      showsFallback: !captchas.some(field => hasInline(field.data)) || this.#fields.some(field => field.hasFailedMedia),
      onRenew: this.#onRenew,
    };
  }
}

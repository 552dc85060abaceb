import { isAddress, makeControl } from './controls.js';
import { fill, h, safeLink } from './dom.js';
import { isCaptcha, mediaElements } from './media.js';
import { brokenRule, hasRules, isOpen, kindOf, problemText, ruleHints } from './rules.js';

/** How many lines that are wrong are named. */
const NAMED = 5;

const PRESSED = ':is(a, button, label, summary, [type=checkbox], [type=radio]):active';

/** One field of a form: label, media, control, hints and error. */
export class FieldView {
  /** Whether somebody typed or chose something. */
  typed = false;
  #field;
  #signature;
  #context;
  #control;
  #shown;
  #error;
  /** What the error is made of. */
  #words = [];
  /** Whether the error came from outside: then it goes when the field is changed. */
  #told = false;
  /** Whether the module has something to say of its values. */
  #asks;
  /** Counts the values: what the module says of any but the last comes too late. */
  #turn = 0;
  #preview;
  #suffix;
  /** The media with the button for another CAPTCHA. */
  #media = null;

  /**
   * @param {string} key what tells it from the other fields of its form
   * @param {import('./form.js').Drawn} field
   * @param {object} context
   * @param {string} context.id
   * @param {typeof import('./texts/en.js').texts} context.texts
   * @param {string} [context.domain] makes an address of a user name
   * @param {{ id: string, text: string } | null} [context.answers] where it is said how many of several answers are needed
   * @param {() => void} [context.onRenew] asks for another CAPTCHA
   * @param {() => void} [context.onFailed] a medium could not be shown
   */
  constructor(key, field, context) {
    this.key = key;
    this.name = field.name;
    this.captcha = isCaptcha(field);
    this.focusable = field.type !== 'fixed';
    // Some forms ask for a password in a line of text.
    this.secret = field.type === 'text-private' || /passw/i.test(field.name ?? '');
    this.editable = this.focusable && !field.readOnly;
    this.instead = Boolean(field.instead);
    this.#field = field;
    this.#asks = hasRules(field);
    this.#signature = signature(field, context);
    if (!this.focusable) {
      this.element = fixed(field, context);
      return;
    }
    const { id, texts } = context;
    const label = field.label || (Object.hasOwn(texts.fields, field.name) ? texts.fields[field.name] : field.name);
    this.#context = { ...context, label };
    this.#control = makeControl(field, this.#context);
    this.#shown = h('div', { class: 'shown' });
    this.#error = h('p', { class: 'error', id: `${id}-error`, dir: 'auto' });
    this.element = this.#draw();
    // Else browsers tell of a choice not made yet that it is wrong.
    this.#mark(false);
    this.#receive(field);
    this.element.addEventListener('input', () => {
      this.typed = true;
      this.#turn++;
      this.#drawPreview();
      if (this.#told) this.clearError();
      else if (this.#error.hasChildNodes()) this.#recheck();
    });
    this.element.addEventListener('change', () => {
      const turn = this.#turn;
      // Firefox tells of a change before it calls what is pressed :active.
      setTimeout(() => {
        if (turn === this.#turn && !this.#told && !this.#pressed) this.#recheck();
      });
    });
  }

  get value() {
    return this.#control.get();
  }

  /** Whether its value is to be sent. */
  get sends() {
    if (!this.focusable) return false;
    const { value } = this;
    if (this.#field.required || typeof value === 'boolean' || value.length > 0) return true;
    // What the server put there and the user took away: left out, it would come back.
    return this.typed && Boolean(this.#field.value?.length);
  }

  /** Takes the field of a new form, if it looks the same, and says whether it did. */
  takes(field, context) {
    if (signature(field, context) !== this.#signature) return false;
    if (this.focusable) this.#receive(field);
    this.#field = field;
    return true;
  }

  /** Takes over from a field of the same name that looks different, or speaks another language. */
  inherit(old) {
    if (!this.editable || this.captcha || old.#field.type !== this.#field.type) return;
    if (old.typed) this.fill(old.value);
    if (old.#error.hasChildNodes()) this.showError(...old.#words);
  }

  /** Puts a value in as if it had been typed. */
  fill(value) {
    if (!this.editable) return;
    this.#set(value);
    this.typed = true;
  }

  /** Empties it. */
  clear() {
    if (!this.focusable) return;
    this.clearError();
    this.conceal();
    this.#set(undefined);
    this.typed = false;
  }

  /** Says what the page itself sees wrong with it, if anything is, and whether all is well. */
  validate() {
    const problem = this.editable ? this.#control.problem() : '';
    // Whether an error that is there goes is then for the module to say.
    if (problem || !this.#asks) this.#say(problem);
    return !problem;
  }

  /** Asks the module which of the server's rules the value breaks, says so, and whether all is well. */
  async check() {
    const rule = await this.#ask();
    if (rule !== null) this.#say(rule);
    return !rule;
  }

  /** Says that a rule of the form is broken (`rule` of a RegistrationError). */
  showRule(rule) {
    this.#say(rule);
    this.#told = !this.#asks;
  }

  /** @param {...(string | Node | ((texts: typeof import('./texts/en.js').texts) => string | (string | Node)[]))} words */
  showError(...words) {
    this.#words = words;
    this.#error.replaceChildren(
      ...words.flatMap(part => (typeof part === 'function' ? part(this.#context.texts) : part)),
    );
    this.#told = true;
    this.#mark(true);
  }

  clearError() {
    if (!this.focusable) return;
    this.#error.replaceChildren();
    this.#told = false;
    this.#mark(false);
  }

  get wrong() {
    return this.focusable && this.#error.hasChildNodes();
  }

  /** @returns {HTMLElement | undefined} what has the focus now */
  focus() {
    const inputs = this.#control?.inputs ?? [];
    const input = inputs.find(each => each.checked) ?? inputs[0];
    // Where the focus is already nothing would be read out.
    if (input && input === this.element.getRootNode().activeElement) this.announce();
    else input?.focus();
    return input;
  }

  conceal() {
    this.#control?.conceal?.();
  }

  /** Checks it without getting into the way of who is typing or clicking. */
  async #recheck() {
    const before = this.#error.textContent;
    if (this.validate()) {
      const rule = await this.#ask();
      if (rule !== null && !this.#pressed) this.#say(rule);
    }
    if (this.#error.textContent !== before) this.announce();
  }

  /** Has the error read out: the focus may be elsewhere by now. */
  announce() {
    const error = this.#error.textContent;
    if (error)
      this.element.dispatchEvent(
        new CustomEvent('announce', { bubbles: true, detail: `${this.#context.label}: ${error}` }),
      );
  }

  /** Whether a pointer presses something: words that come or go would move it away, and the click be lost. */
  get #pressed() {
    return Boolean(this.element.getRootNode().querySelector(PRESSED));
  }

  /** @returns {Promise<string | null>} the rule that is broken, '' if none; null if the value has changed since */
  async #ask() {
    const turn = ++this.#turn;
    if (!this.#asks || !this.sends) return '';
    const rule = await brokenRule(this.#field, this.value);
    return turn === this.#turn ? rule : null;
  }

  /** Says what is wrong, '' for nothing. What somebody else has said stays until the value changes. */
  #say(problem) {
    if (!problem) {
      if (!this.#told) this.clearError();
      return;
    }
    const lines = problem === 'jids' ? this.value.filter(line => !isAddress(line)).slice(0, NAMED) : [];
    const words = texts => problemText(problem, this.#field, { ...this.#context, texts, lines });
    // The same said again would be read out again.
    if (this.#error.textContent !== words(this.#context.texts)) this.showError(words);
    this.#told = false;
  }

  #set(value) {
    this.#turn++;
    this.#control.set(value);
    this.#drawPreview();
  }

  /** A form's value and media. What was typed is worth more, but for the answer to a CAPTCHA. */
  #receive(field) {
    if (this.captcha) this.typed = false;
    if (!this.typed) this.#set(field.value);
    this.#shown.replaceChildren(...mediaElements(field, this.#context));
    if (this.#media) this.#media.hidden = !field.renews;
  }

  #mark(wrong) {
    const { group, inputs } = this.#control;
    // A radio group can be invalid as a whole, a group of boxes cannot (ARIA 1.2).
    const marked = group && inputs[0]?.type === 'radio' ? [this.element] : inputs;
    for (const each of marked) each.setAttribute('aria-invalid', String(wrong));
  }

  #draw() {
    const field = this.#field;
    const { id, label, texts } = this.#context;
    const { element, inputs, group } = this.#control;
    const radio = inputs[0]?.type === 'radio';
    const boxes = group && !radio;
    const name = h('span', { dir: 'auto' }, label);
    // Of a group of boxes nothing but this text says that an answer is wanted.
    const required =
      field.required &&
      !field.readOnly &&
      field.type !== 'boolean' &&
      h('span', { class: 'required', 'aria-hidden': !boxes && 'true' }, ` ${texts.form.required}`);
    const hints = this.#hints();
    const media = this.#drawMedia();
    const { answers } = this.#context;
    const described = [
      this.captcha && answers?.id,
      this.captcha && this.#shown.id,
      ...hints.map(hint => hint.id),
      this.#error.id,
    ]
      .filter(Boolean)
      .join(' ');

    if (group) {
      const area = inputs.find(input => input.localName === 'textarea');
      area?.setAttribute('aria-describedby', this.#error.id);
      return h(
        'fieldset',
        {
          class: 'field',
          'data-field': field.name,
          'aria-describedby': described,
          role: radio && 'radiogroup',
          'aria-required': radio && field.required && 'true',
        },
        h('legend', {}, name, required),
        ...hints,
        media,
        element,
        this.#error,
      );
    }
    inputs[0].setAttribute('aria-describedby', described);
    const tag = h('label', { for: id }, name, required);
    return h(
      'div',
      { class: 'field', 'data-field': field.name },
      ...(field.type === 'boolean'
        ? [media, h('div', { class: 'choice' }, element, tag), ...hints, this.#error]
        : [tag, media, this.#preview ? this.#withDomain(element) : element, ...hints, this.#error]),
    );
  }

  #hints() {
    const field = this.#field;
    const { type, name, readOnly, description } = field;
    const { id, texts, domain } = this.#context;
    const lines = [
      readOnly && (name === 'username' ? texts.form.reserved : texts.form.settled),
      type === 'jid-multi' && texts.form.lines,
      // Each line is then a value by itself (XEP-0122 section 3.2.2).
      type === 'text-multi' && (isOpen(field) || kindOf(field)) && texts.form.each,
      description,
      ...(readOnly ? [] : [...ruleHints(field, texts), this.#control.hint]),
    ].filter(Boolean);
    const hints = lines.map((line, at) => h('p', { class: 'hint', id: `${id}-hint-${at}`, dir: 'auto' }, line));
    if (name === 'username' && domain && (type === 'text-single' || type === 'jid-single') && !this.#control.group) {
      this.#preview = h('p', { class: 'hint', id: `${id}-address`, 'data-preview': true });
      hints.push(this.#preview);
    }
    return hints;
  }

  /** The line below says the same in full; this is for the eye. */
  #withDomain(element) {
    this.#suffix = h('span', { class: 'suffix', 'aria-hidden': 'true' }, `@${this.#context.domain}`);
    return h('span', { class: 'row', dir: 'ltr' }, element, this.#suffix);
  }

  #drawPreview() {
    if (!this.#preview) return;
    const { texts, domain } = this.#context;
    const whole = Boolean(this.#field.whole) && this.value.includes('@');
    this.#suffix.hidden = whole;
    // Servers fold the case of names; what else they do to a name changes few.
    const local = this.value.normalize('NFC').toLowerCase() || texts.form.addressName;
    this.#preview.textContent = fill(texts.form.address, { address: whole ? local : `${local}@${domain}` });
  }

  #drawMedia() {
    const { texts, onRenew } = this.#context;
    if (!this.captcha) return this.#shown;
    this.#shown.id = `${this.#context.id}-media`;
    if (!onRenew) return this.#shown;
    const button = h('button', { type: 'button', class: 'quiet', 'data-renew': true }, texts.form.captchaNew);
    button.addEventListener('click', () => onRenew());
    this.#media = h('div', { class: 'media' }, this.#shown, button);
    return this.#media;
  }
}

/**
 * All that a field looks like, but for its value and its media: those can be exchanged in place. Servers' forms
 * leave nothing out, the pages' own do; and the order of an object's properties says nothing.
 */
function signature(field, { domain, answers }) {
  const { name, type, label, description, required, readOnly, options, validation, value, media } = field;
  const { autocomplete, advice, whole, instead } = field;
  const captcha = isCaptcha(field);
  return JSON.stringify([
    name,
    type,
    label ?? '',
    description ?? '',
    Boolean(required),
    Boolean(readOnly),
    autocomplete,
    advice,
    whole,
    instead,
    (options ?? []).map(option => [option.value, option.label]),
    Object.entries(validation ?? {}).sort(),
    hasRules(field),
    captcha,
    captcha && answers?.text,
    type === 'fixed' && [value, (media ?? []).map(({ url }) => url)],
    name === 'username' && domain,
  ]);
}

function fixed(field, context) {
  const { texts } = context;
  const text = [field.value ?? ''].flat().join('\n');
  const link = field.name === 'captcha-fallback-url' && safeLink(text, texts.form.captchaPage);
  return h(
    'div',
    { class: 'field fixed' },
    field.label && !link && h('p', { class: 'label', dir: 'auto' }, field.label),
    ...mediaElements(field, { ...context, label: field.label || text }),
    h('p', { class: 'lines', dir: 'auto' }, link ? link.element : text),
    link && link.insecure && h('p', { class: 'hint' }, texts.form.openInsecure),
  );
}

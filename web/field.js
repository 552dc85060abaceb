import { makeControl } from './controls.js';
import { fill, h, safeLink } from './dom.js';
import { isCaptcha, mediaElements } from './media.js';

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
  /** Whether the error came from outside: then it goes when the field is changed. */
  #told = false;
  #preview;
  #suffix;

  /**
   * @param {string} key what tells it from the other fields of its form
   * @param {import('./form.js').Field} field
   * @param {{ id: string, texts: typeof import('./texts.js').texts, domain?: string, onRenew?: () => void }} context
   */
  constructor(key, field, context) {
    this.key = key;
    this.name = field.name;
    this.captcha = isCaptcha(field);
    this.focusable = field.type !== 'fixed';
    this.#field = field;
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
    this.#error = h('p', { class: 'error', id: `${id}-error`, role: 'alert', dir: 'auto' });
    this.element = this.#draw();
    this.#receive(field);
    this.element.addEventListener('input', () => {
      this.typed = true;
      this.#drawPreview();
      if (this.#told) this.clearError();
      else if (this.#error.hasChildNodes()) this.validate();
    });
    this.element.addEventListener('change', () => {
      // What is being pressed would be moved from under the pointer by the words, and the click be lost.
      if (!this.#told && !document.querySelector(PRESSED)) this.validate();
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

  /** Takes over from a field of the same name that looks different. */
  inherit(old) {
    if (!this.focusable || this.captcha || old.#field.type !== this.#field.type) return;
    if (old.typed) this.fill(old.value);
    if (old.#error.hasChildNodes()) this.showError(...old.#error.childNodes);
  }

  /** Puts a value in as if it had been typed. */
  fill(value) {
    if (!this.focusable) return;
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

  /** Says what is wrong with it, if anything is, and whether all is well. */
  validate() {
    const problem = this.focusable ? problemOf(this.#field, this.#control) : '';
    if (!problem) {
      if (!this.#told) this.clearError();
      return true;
    }
    const { check } = this.#context.texts;
    this.showError(fill(check[problem] ?? check.other, { lines: [this.value].flat().join(', ') }));
    this.#told = false;
    return false;
  }

  showError(...content) {
    this.#error.replaceChildren(...content);
    this.#told = true;
    this.#mark(true);
  }

  clearError() {
    if (!this.focusable) return;
    this.#error.replaceChildren();
    this.#told = false;
    this.#mark(false);
  }

  /** @returns {HTMLElement | undefined} what has the focus now */
  focus() {
    const inputs = this.#control?.inputs ?? [];
    const input = inputs.find(each => each.checked) ?? inputs[0];
    input?.focus();
    return input;
  }

  conceal() {
    this.#control?.conceal?.();
  }

  #set(value) {
    this.#control.set(value);
    this.#drawPreview();
  }

  /** A form's value and media. What was typed is worth more, but for the answer to a CAPTCHA. */
  #receive(field) {
    if (this.captcha) this.typed = false;
    if (!this.typed) this.#set(field.value);
    this.#shown.replaceChildren(...mediaElements(field, this.#context));
  }

  #mark(wrong) {
    const { group, inputs } = this.#control;
    // A radio group can be invalid as a whole, a group of boxes cannot (ARIA 1.2).
    const marked = group && inputs[0]?.type === 'radio' ? [this.element] : inputs;
    for (const each of marked) {
      if (wrong) each.setAttribute('aria-invalid', 'true');
      else each.removeAttribute('aria-invalid');
    }
  }

  #draw() {
    const field = this.#field;
    const { id, label, texts } = this.#context;
    const { element, inputs, group } = this.#control;
    const radio = inputs[0]?.type === 'radio';
    const boxes = group && !radio;
    const name = h('span', { dir: 'auto' }, label);
    // Of a group of boxes nothing but this text says that an answer is wanted.
    const required = field.required && field.type !== 'boolean'
      && h('span', { class: 'required', 'aria-hidden': !boxes && 'true' }, ` ${texts.form.required}`);
    const hints = this.#hints();
    const described = [...hints.map(hint => hint.id), this.#error.id].join(' ');
    const media = this.#drawMedia();

    if (group) {
      return h('fieldset', {
        class: 'field', 'data-field': field.name, 'aria-describedby': described,
        role: radio && 'radiogroup', 'aria-required': radio && field.required && 'true',
      }, h('legend', {}, name, required), ...hints, media, element, this.#error);
    }
    inputs[0].setAttribute('aria-describedby', described);
    const tag = h('label', { for: id }, name, required);
    return h('div', { class: 'field', 'data-field': field.name }, ...(field.type === 'boolean'
      ? [media, h('div', { class: 'choice' }, element, tag), ...hints, this.#error]
      : [tag, media, this.#preview ? this.#withDomain(element) : element, ...hints, this.#error]));
  }

  #hints() {
    const { type, name, description } = this.#field;
    const { id, texts, domain } = this.#context;
    const lines = [type === 'jid-multi' && texts.form.lines, description].filter(Boolean);
    const hints = lines.map((line, at) => h('p', { class: 'hint', id: `${id}-hint-${at}`, dir: 'auto' }, line));
    if (name === 'username' && domain) {
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
    if (!this.captcha || !onRenew) return this.#shown;
    const button = h('button', { type: 'button', class: 'quiet' }, texts.form.captchaNew);
    button.addEventListener('click', () => onRenew());
    return h('div', { class: 'media' }, this.#shown, button);
  }
}

/**
 * The one place for what can be wrong with a field before it is sent.
 *
 * @returns {string} a key of `texts.check`, or ''
 */
function problemOf(field, control) {
  return control.problem();
}

/** All that a field looks like, but for its value and its media: those can be exchanged in place. */
function signature(field, { domain }) {
  const { value, media, ...rest } = field;
  return JSON.stringify([rest, isCaptcha(field), field.type === 'fixed' && [value, media], field.name === 'username' && domain]);
}

function fixed(field, context) {
  const { texts } = context;
  const text = [field.value ?? ''].flat().join('\n');
  const link = field.name === 'captcha-fallback-url' && safeLink(text, texts.form.captchaPage);
  return h('div', { class: 'field fixed' },
    field.label && !link && h('p', { class: 'label', dir: 'auto' }, field.label),
    ...mediaElements(field, { texts, label: field.label || text }),
    h('p', { class: 'lines', dir: 'auto' }, link ? link.element : text));
}

import { fill, h } from './dom.js';
import { isCaptcha } from './media.js';
import { generatePassword, strength } from './password.js';
import { isOpen, kindOf } from './rules.js';

/**
 * The native control of one field.
 *
 * @typedef {object} Control
 * @property {HTMLElement} element what goes below the label
 * @property {HTMLElement[]} inputs the elements that take the focus, the first one first
 * @property {boolean} group whether the label must be a legend: there are several inputs
 * @property {() => (string | string[] | boolean)} get what stands in it
 * @property {(value: string | string[] | boolean | undefined) => void} set
 * @property {() => string} problem the key in `texts.check` of what is wrong with it, '' if nothing
 * @property {string} [hint] how to write what goes into it
 * @property {() => void} [conceal] hides a password that is being shown
 */

// What browsers and password managers know about the fields that XEP-0077 names. Data forms use the
// same names.
const KNOWN = {
  username: { autocomplete: 'username', autocapitalize: 'none', autocorrect: 'off', spellcheck: 'false', dir: 'auto' },
  password: { autocomplete: 'new-password' },
  nick: { autocomplete: 'nickname' },
  name: { autocomplete: 'name' },
  first: { autocomplete: 'given-name' },
  last: { autocomplete: 'family-name' },
  email: { type: 'email', autocomplete: 'email', dir: 'ltr' },
  address: { autocomplete: 'address-line1' },
  city: { autocomplete: 'address-level2' },
  state: { autocomplete: 'address-level1' },
  zip: { autocomplete: 'postal-code' },
  phone: { type: 'tel', autocomplete: 'tel', dir: 'ltr' },
  url: { type: 'url', autocomplete: 'url', dir: 'ltr' },
  date: { type: 'date' },
};

const PLAIN = { autocapitalize: 'none', autocorrect: 'off', spellcheck: 'false' };

// What the datatypes of XEP-0122 make of a line of text.
const TYPED = {
  integer: { ...PLAIN, type: 'text', inputmode: 'numeric', dir: 'ltr' },
  decimal: { ...PLAIN, type: 'text', inputmode: 'decimal', dir: 'ltr' },
  date: { type: 'date' },
  time: { type: 'time' },
  dateTime: { ...PLAIN, type: 'text', dir: 'ltr' },
  anyURI: { ...PLAIN, type: 'url', dir: 'ltr' },
  language: { ...PLAIN, type: 'text', dir: 'ltr' },
};

// What the browser's controls can hold: no time zones, and no years before 0 or after 9999.
const NATIVE = { date: /^\d{4}-\d\d-\d\d$/, time: /^\d\d:\d\d(:\d\d)?$/ };

const EXAMPLES = { date: '2026-01-31', time: '12:30:00', dateTime: '2026-01-31T12:30:00Z' };

/** Characters. */
const LONG = 10_000;

/** As many options as this are shown at once instead of in a menu. */
const FEW = 5;

/**
 * @param {import('./form.js').Field} field
 * @param {{ id: string, texts: typeof import('./texts/en.js').texts, label: string }} context
 * @returns {Control}
 */
export function makeControl(field, context) {
  switch (field.type) {
    case 'boolean':
      return checkbox(field, context);
    case 'text-multi':
      return textarea(field, context, { inputmode: keys(field) }, () => '');
    case 'jid-multi':
      return textarea(field, context, { ...PLAIN, inputmode: 'email', dir: 'ltr' }, lines =>
        lines.every(isAddress) ? '' : 'jids',
      );
    case 'text-private':
      return password(field, context);
    case 'list-multi':
      return boxes(field, context);
    case 'list-single':
      if (!field.options?.length) break;
      if (isOpen(field)) return suggested(field, context);
      return field.options.length <= FEW && (field.required || offered(field))
        ? radios(field, context)
        : select(field, context);
  }
  return line(field, context);
}

/** Whether a text has the form of an XMPP address; whether it is a good one is for the server to say. */
export function isAddress(text) {
  const bare = text.split('/', 1)[0];
  const at = bare.indexOf('@');
  const [local, domain] = at < 0 ? [null, bare] : [bare.slice(0, at), bare.slice(at + 1)];
  return local !== '' && domain !== '' && !/[\s@<>&"'/:]/.test(local ?? '') && !/[\s@<>&"'/]/.test(domain);
}

function attributes(field, { id }, more) {
  const { autocomplete = more.autocomplete } = field;
  return { id, name: field.name, required: field.required, readonly: field.readOnly, ...more, autocomplete };
}

/** The keyboard for a value. That for numbers has no minus on some phones. */
function keys(field) {
  return field.validation?.min?.startsWith('-') ? undefined : TYPED[kindOf(field)]?.inputmode;
}

/** The rules that the browser checks, in the words of `texts.check`. */
function nativeProblem({ validity, type }) {
  if (validity.valueMissing) return 'missing';
  if (validity.badInput) return type === 'time' ? 'time' : 'date';
  return '';
}

/** What its name, its type and its datatype say of a line of text. */
function traits(field) {
  let known = Object.hasOwn(KNOWN, field.name) ? KNOWN[field.name] : {};
  if (field.type === 'jid-single') known = { ...PLAIN, inputmode: 'email', dir: 'ltr' };
  else if (isCaptcha(field)) known = { ...PLAIN, autocomplete: 'off', dir: 'auto' };
  const { validation } = field;
  const kind = kindOf(field);
  // A date by its name alone may be any text by what the server says of it.
  if (validation && known.type === 'date') known = {};
  const typed = TYPED[kind] && { ...TYPED[kind], inputmode: keys(field) };
  const bounds = validation?.method === 'range' ? { min: validation.min || null, max: validation.max || null } : {};
  const type = typed?.type ?? known.type;
  const native =
    !NATIVE[type] || [field.value, ...Object.values(bounds)].every(text => !text || NATIVE[type].test(text));
  return {
    attributes: {
      type: 'text',
      dir: 'auto',
      ...known,
      ...typed,
      ...(NATIVE[type] && (native ? bounds : { ...PLAIN, type: 'text', dir: 'ltr' })),
    },
    example: EXAMPLES[kind] && (kind === 'dateTime' || !native) ? kind : '',
    // Keyboards of phones add a space behind a word that they complete.
    trims: Boolean(typed) || field.name === 'username' || field.type === 'jid-single',
  };
}

function line(field, context, list = undefined) {
  const { attributes: known, example, trims } = traits(field);
  const { formats } = context.texts.form;
  const input = h('input', attributes(field, context, { ...known, list }));
  const get = () => {
    const value = trims ? input.value.trim() : input.value;
    // Some phones have no point on their keyboards for numbers. Three digits may be thousands instead.
    if (kindOf(field) === 'decimal' && !/,\d{3}$/.test(value)) return value.replace(/^([+-]?\d+),(\d+)$/, '$1.$2');
    // The browser leaves the seconds out, XML Schema does not.
    return input.type === 'time' && /^\d\d:\d\d$/.test(value) ? `${value}:00` : value;
  };
  return {
    element: input,
    inputs: [input],
    group: false,
    hint: example && fill(formats[example], { example: EXAMPLES[example] }),
    get,
    set(value) {
      input.value = value ?? '';
      if (!value || input.value || !NATIVE[input.type]) return;
      // The control cannot hold it, and would drop it.
      input.type = 'text';
      input.value = value;
    },
    problem() {
      const native = nativeProblem(input);
      if (native) return native;
      const value = get();
      if (!value) return field.required ? 'missing' : '';
      if (field.type === 'jid-single') return isAddress(value) ? '' : 'jid';
      // Browsers know no address with letters outside ASCII: an @ between two words will do.
      if (known.type === 'email') return /^[^\s@]+@[^\s@]+$/.test(value) ? '' : 'email';
      // Where the server says what it wants, more than the browser's idea of it may be right.
      return input.validity.typeMismatch && !field.validation ? 'url' : '';
    },
  };
}

/** A line of text that other choices than those in its list may be typed into (XEP-0122 section 3.2.2). */
function suggested(field, context) {
  const id = `${context.id}-list`;
  const control = line(field, context, id);
  return {
    ...control,
    element: h(
      'div',
      {},
      control.element,
      h(
        'datalist',
        { id },
        ...field.options.map(option => h('option', { value: option.value, label: labelOf(option) })),
      ),
    ),
  };
}

function password(field, context) {
  const { texts, label, id } = context;
  const input = h(
    'input',
    attributes(field, context, {
      ...PLAIN,
      type: 'password',
      inputmode: keys(field),
      autocomplete: field.name === 'password' ? 'new-password' : 'off',
      dir: 'ltr',
    }),
  );
  const button = h('button', { type: 'button', class: 'quiet', 'aria-controls': id });
  const draw = () => {
    const shown = input.type === 'text';
    button.textContent = shown ? texts.form.hide : texts.form.show;
    button.setAttribute('aria-label', fill(shown ? texts.form.hideField : texts.form.showField, { label }));
  };
  const turn = type => {
    if (input.type === type) return;
    const { selectionStart, selectionEnd } = input;
    input.type = type;
    // A change of the type moves the caret in some browsers, and to set the caret takes the focus in others.
    if (input.matches(':focus')) input.setSelectionRange(selectionStart, selectionEnd);
    draw();
  };
  draw();
  button.addEventListener('click', () => turn(input.type === 'text' ? 'password' : 'text'));
  const row = h('span', { class: 'row' }, input, button);
  const chosen =
    input.autocomplete === 'new-password' && field.advice !== false
      ? adviceOn(input, row, context, () => turn('text'))
      : null;
  return {
    element: chosen ? h('div', {}, row, chosen.hint) : row,
    inputs: [input],
    group: false,
    get: () => input.value,
    set(value) {
      input.value = value ?? '';
      chosen?.rate();
    },
    problem: () => nativeProblem(input),
    conceal: () => turn('password'),
  };
}

/** For a password that is being chosen: how hard it is to guess, and one that nobody guesses. */
function adviceOn(input, row, { texts, id }, reveal) {
  const hint = h('p', { class: 'hint strength', role: 'status' });
  const rate = () => {
    const level = strength(input.value);
    const text = input.value && texts.form.strength[level];
    hint.dataset.strength = input.value ? level : '';
    // The same said again would be read out again.
    if (hint.textContent !== text) hint.textContent = text;
  };
  input.addEventListener('input', rate);
  const button = h(
    'button',
    {
      type: 'button',
      class: 'quiet',
      'data-suggest': true,
      'aria-controls': id,
      'aria-label': texts.form.suggestField,
    },
    texts.form.suggest,
  );
  button.addEventListener('click', () => {
    input.value = generatePassword();
    // Who has not seen it can't keep it.
    reveal();
    input.dispatchEvent(new Event('input', { bubbles: true }));
    input.dispatchEvent(new CustomEvent('suggest', { bubbles: true, detail: input.value }));
    input.dispatchEvent(new CustomEvent('announce', { bubbles: true, detail: texts.form.suggested }));
  });
  row.append(button);
  return { hint, rate };
}

function write(area, lines) {
  const text = lines.join('\n');
  // To find the direction of a text this long takes Chromium half a minute.
  if (area.dir !== 'ltr') area.dir = text.length > LONG ? '' : 'auto';
  area.value = text;
}

function textarea(field, context, more, check) {
  const area = h('textarea', attributes(field, context, { rows: 3, dir: 'auto', ...more }));
  const get = () => {
    const lines = area.value.split('\n');
    if (field.type === 'jid-multi') return lines.map(line => line.trim()).filter(Boolean);
    while (lines.length && !lines.at(-1)) lines.pop();
    return lines;
  };
  return {
    element: area,
    inputs: [area],
    group: false,
    get,
    set(value) {
      write(area, [value ?? []].flat());
    },
    problem: () => (field.required && !get().length ? 'missing' : check(get())),
  };
}

// No `required` here: it would demand a yes, while XEP-0004 takes a no for an answer as well.
function checkbox(field, { id }) {
  const input = h('input', { id, name: field.name, type: 'checkbox', disabled: field.readOnly });
  return {
    element: input,
    inputs: [input],
    group: false,
    get: () => input.checked,
    set(value) {
      input.checked = value === true || value === 'true' || value === '1';
    },
    problem: () => '',
  };
}

const labelOf = option => option.label || option.value;
const offered = field => field.options.some(option => option.value === field.value);

function select(field, context) {
  const { texts } = context;
  // An option may stand for the empty value itself; then nothing else may.
  const empty = field.options.some(option => option.value === '');
  const element = h(
    'select',
    attributes(field, context, {
      required: field.required && !empty,
      readonly: null,
      disabled: field.readOnly,
    }),
    !empty && h('option', { value: '' }, field.required ? texts.form.choose : texts.form.none),
    ...field.options.map(option => h('option', { value: option.value }, labelOf(option))),
  );
  return {
    element,
    inputs: [element],
    group: false,
    get: () => element.value,
    set(value) {
      element.value = value ?? '';
      if (element.selectedIndex < 0) element.selectedIndex = 0;
    },
    problem: () => (nativeProblem(element) ? 'choose' : ''),
  };
}

function choices(field, { id }, type) {
  const inputs =
    field.options?.map((option, at) =>
      h('input', {
        type,
        id: at ? `${id}-${at}` : id,
        name: field.name,
        value: option.value,
        disabled: field.readOnly,
      }),
    ) ?? [];
  const element = h(
    'div',
    { class: 'choices' },
    ...inputs.map((input, at) =>
      h('label', { class: 'choice', for: input.id }, input, h('span', { dir: 'auto' }, labelOf(field.options[at]))),
    ),
  );
  return { element, inputs };
}

function radios(field, context) {
  const { element, inputs } = choices(field, context, 'radio');
  return {
    element,
    inputs,
    group: true,
    get: () => inputs.find(input => input.checked)?.value ?? '',
    set(value) {
      for (const input of inputs) input.checked = input.value === value;
    },
    problem: () => (field.required && !inputs.some(input => input.checked) ? 'choose' : ''),
  };
}

function boxes(field, context) {
  const { element, inputs } = choices(field, context, 'checkbox');
  const offers = [...inputs];
  const other = isOpen(field) || !inputs.length ? otherChoices(field, context) : null;
  if (other) {
    element.append(other.element);
    inputs.push(other.area);
  }
  const get = () => [
    ...new Set([
      ...offers.filter(input => input.checked).map(input => input.value),
      ...(other
        ? other.area.value
            .split('\n')
            .map(text => text.trim())
            .filter(Boolean)
        : []),
    ]),
  ];
  return {
    element,
    inputs,
    group: true,
    get,
    set(value) {
      const values = new Set([value ?? []].flat());
      for (const input of offers) {
        input.checked = values.has(input.value);
        values.delete(input.value);
      }
      if (other) write(other.area, [...values]);
    },
    problem: () => (field.required && inputs.length && !get().length ? 'chooseSome' : ''),
  };
}

/** Where choices can be typed that a list does not offer (XEP-0122 section 3.2.2). */
function otherChoices(field, context) {
  const area = h('textarea', {
    id: `${context.id}-other`,
    name: field.name,
    rows: 2,
    dir: 'auto',
    inputmode: keys(field),
    readonly: field.readOnly,
  });
  return { area, element: h('div', { class: 'other' }, h('label', { for: area.id }, context.texts.form.other), area) };
}

import { fill, h } from './dom.js';
import { isCaptcha } from './media.js';

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

/** As many options as this are shown at once instead of in a menu. */
const FEW = 5;

/**
 * @param {import('./form.js').Field} field
 * @param {{ id: string, texts: typeof import('./texts.js').texts, label: string }} context
 * @returns {Control}
 */
export function makeControl(field, context) {
  switch (field.type) {
    case 'boolean': return checkbox(field, context);
    case 'text-multi': return textarea(field, context, {}, () => '');
    case 'jid-multi': return textarea(field, context, { ...PLAIN, inputmode: 'email', dir: 'ltr' },
      lines => (lines.every(isAddress) ? '' : 'jids'));
    case 'text-private': return password(field, context);
    case 'list-multi': return boxes(field, context);
    case 'list-single':
      if (!field.options?.length) break;
      return field.options.length <= FEW && (field.required || offered(field))
        ? radios(field, context) : select(field, context);
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
  return { id, name: field.name, required: field.required, ...more, autocomplete };
}

/** The rules that the browser checks, in the words of `texts.check`. */
function nativeProblem({ validity }) {
  if (validity.valueMissing) return 'missing';
  if (validity.badInput) return 'date';
  return '';
}

function line(field, context) {
  let known = Object.hasOwn(KNOWN, field.name) ? KNOWN[field.name] : {};
  if (field.type === 'jid-single') known = { ...PLAIN, inputmode: 'email', dir: 'ltr' };
  else if (isCaptcha(field)) known = { ...PLAIN, autocomplete: 'off', dir: 'auto' };
  // A control for dates would drop any other way of writing them.
  if (known.type === 'date' && field.value && !/^\d{4}-\d\d-\d\d$/.test(field.value)) known = {};
  const input = h('input', attributes(field, context, { type: 'text', dir: 'auto', ...known }));
  // Keyboards of phones add a space behind a word that they complete.
  const trims = field.name === 'username' || field.type === 'jid-single';
  const get = () => (trims ? input.value.trim() : input.value);
  return {
    element: input,
    inputs: [input],
    group: false,
    get,
    set(value) { input.value = value ?? ''; },
    problem() {
      const native = nativeProblem(input);
      if (native) return native;
      const value = get();
      if (!value) return field.required ? 'missing' : '';
      if (field.type === 'jid-single') return isAddress(value) ? '' : 'jid';
      // Browsers know no address with letters outside ASCII: an @ between two words will do.
      if (known.type === 'email') return /^[^\s@]+@[^\s@]+$/.test(value) ? '' : 'email';
      return input.validity.typeMismatch ? 'url' : '';
    },
  };
}

function password(field, context) {
  const { texts, label, id } = context;
  const input = h('input', attributes(field, context, {
    ...PLAIN, type: 'password', autocomplete: field.name === 'password' ? 'new-password' : 'off', dir: 'ltr',
  }));
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
  return {
    element: h('span', { class: 'row' }, input, button),
    inputs: [input],
    group: false,
    get: () => input.value,
    set(value) { input.value = value ?? ''; },
    problem: () => nativeProblem(input),
    conceal: () => turn('password'),
  };
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
    set(value) { area.value = [value ?? []].flat().join('\n'); },
    problem: () => (field.required && !get().length ? 'missing' : check(get())),
  };
}

// No `required` here: it would demand a yes, while XEP-0004 takes a no for an answer as well.
function checkbox(field, { id }) {
  const input = h('input', { id, name: field.name, type: 'checkbox' });
  return {
    element: input,
    inputs: [input],
    group: false,
    get: () => input.checked,
    set(value) { input.checked = value === true || value === 'true' || value === '1'; },
    problem: () => '',
  };
}

const labelOf = option => option.label || option.value;
const offered = field => field.options.some(option => option.value === field.value);

function select(field, context) {
  const { texts } = context;
  // An option may stand for the empty value itself; then nothing else may.
  const empty = field.options.some(option => option.value === '');
  const element = h('select', attributes(field, context, { required: field.required && !empty }),
    !empty && h('option', { value: '' }, field.required ? texts.form.choose : texts.form.none),
    ...field.options.map(option => h('option', { value: option.value }, labelOf(option))));
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
  const inputs = field.options?.map((option, at) => h('input', {
    type, id: at ? `${id}-${at}` : id, name: field.name, value: option.value,
    required: type === 'radio' && field.required,
  })) ?? [];
  const element = h('div', { class: 'choices' }, ...inputs.map((input, at) =>
    h('label', { class: 'choice', for: input.id }, input, h('span', { dir: 'auto' }, labelOf(field.options[at])))));
  return { element, inputs };
}

function radios(field, context) {
  const { element, inputs } = choices(field, context, 'radio');
  return {
    element,
    inputs,
    group: true,
    get: () => inputs.find(input => input.checked)?.value ?? '',
    set(value) { for (const input of inputs) input.checked = input.value === value; },
    problem: () => (nativeProblem(inputs[0]) ? 'choose' : ''),
  };
}

function boxes(field, context) {
  const { element, inputs } = choices(field, context, 'checkbox');
  const get = () => inputs.filter(input => input.checked).map(input => input.value);
  return {
    element,
    inputs,
    group: true,
    get,
    set(value) { for (const input of inputs) input.checked = [value ?? []].flat().includes(input.value); },
    problem: () => (field.required && inputs.length && !get().length ? 'chooseSome' : ''),
  };
}

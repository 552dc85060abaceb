import { fill } from './dom.js';
import { withLinks } from './links.js';
import { strength } from './password.js';
import { h } from './view.js';

/**
 * The native control of a field: how it looks with what stands in it, and what that means.
 *
 * @typedef {import('./form.js').FieldData} FieldData
 * @typedef {import('./form.js').Value} Value
 * @typedef {string | boolean | { chosen: string[], other: string }} Content what stands in a control, as the
 *   user left it
 *
 * @typedef {object} ControlContext
 * @property {string} id
 * @property {typeof import('./texts/en.js').texts} texts
 * @property {string} label
 * @property {string} describedby of the control; that of a group is for the group
 * @property {string} errorId
 * @property {boolean} isWrong
 * @property {boolean} isRevealed whether a password is shown
 * @property {(isRevealed: boolean) => void} onReveal
 * @property {() => void} onSuggest
 *
 * @typedef {object} Control
 * @property {'radio' | 'boxes' | ''} group whether the label must be a legend: there are several inputs
 * @property {string} [hint] how to write what goes into it: a key of `texts.form.formats`
 * @property {(content: Content, context: ControlContext) => import('./view.js').View} view
 * @property {(element: HTMLElement) => Content} read what stands in it
 * @property {(value: Value | undefined) => Content} hold
 * @property {(content: Content) => Value} value
 * @property {(content: Content, element: HTMLElement | null) => string} problem the key in `texts.check` of what
 *   is wrong with it, '' if nothing
 */

/**
 * How what is typed is spelled, by what a browser may fill in: phones write sentences where they are not told otherwise.
 *
 * @type {Record<string, Record<string, string>>}
 */
const SPELLING = {
  username: { autocapitalize: 'none', autocorrect: 'off', spellcheck: 'false' },
  nickname: { autocapitalize: 'words', spellcheck: 'false' },
  name: { autocapitalize: 'words', spellcheck: 'false' },
  'given-name': { autocapitalize: 'words', spellcheck: 'false' },
  'family-name': { autocapitalize: 'words', spellcheck: 'false' },
  'address-line1': { autocapitalize: 'words', spellcheck: 'false' },
  'address-level1': { autocapitalize: 'words', spellcheck: 'false' },
  'address-level2': { autocapitalize: 'words', spellcheck: 'false' },
  'postal-code': { autocapitalize: 'characters', autocorrect: 'off', spellcheck: 'false' },
};

const PLAIN = { autocapitalize: 'none', autocorrect: 'off', spellcheck: 'false' };

/**
 * What the browser's controls can hold: no time zones, and no years before 0 or after 9999.
 *
 * @type {Record<string, RegExp>}
 */
const NATIVE = { date: /^\d{4}-\d\d-\d\d$/, time: /^\d\d:\d\d(:\d\d)?$/ };

/** @type {Record<string, string>} */
const EXAMPLES = { date: '2026-01-31', time: '12:30:00', dateTime: '2026-01-31T12:30:00Z' };

/** Characters. */
const LONG = 10_000;

/** As many options as this are shown at once instead of in a menu. */
const FEW = 5;

/**
 * @param {FieldData} field
 * @param {Content} content what will stand in it: not every control can hold it
 * @returns {Control}
 */
export function controlFor(field, content) {
  const { control, options = [], required, open, value } = field;
  switch (control) {
    case 'checkbox':
      return checkbox(field);
    case 'lines':
      return textarea(field);
    case 'password':
      return password(field);
    case 'choices':
      return boxes(field);
    case 'choice': {
      if (open || !options.length) break;
      const isOffered = options.some(option => option.value === value);
      return options.length <= FEW && (required || isOffered) ? radios(field) : select(field);
    }
  }
  return line(field, content);
}

/**
 * Whether a control can take over what stood in one of another kind.
 *
 * @param {FieldData} field of the control
 * @param {Value} value
 */
export function canHold({ control, options = [], open }, value) {
  const isOffered = (/** @type {Value} */ each) => open || !options.length || options.some(one => one.value === each);
  switch (control) {
    case 'line':
    case 'password':
      return typeof value === 'string';
    case 'lines':
      return typeof value !== 'boolean';
    case 'choice':
      return typeof value === 'string' && isOffered(value);
    case 'choices':
      return typeof value !== 'boolean' && [value].flat().every(isOffered);
  }
  return false;
}

/**
 * Whether a text has the form of an XMPP address; whether it is a good one is for the server to say.
 *
 * @param {string} text
 */
export function isAddress(text) {
  const [bare] = text.split('/', 1);
  const at = bare.indexOf('@');
  const [local, domain] = at < 0 ? [null, bare] : [bare.slice(0, at), bare.slice(at + 1)];
  return local !== '' && domain !== '' && !/[\s@<>&"'/:]/.test(local ?? '') && !/[\s@<>&"'/]/.test(domain);
}

/** @param {Value | undefined} value */
const textOf = value => (typeof value === 'string' ? value : Array.isArray(value) ? value.join('\n') : '');

/** @param {Content} content */
const asText = content => (typeof content === 'string' ? content : '');

/** @param {HTMLElement} element @returns {HTMLInputElement} */
const inputIn = element => /** @type {HTMLInputElement} */ (element.querySelector('input, select, textarea'));

/** @param {FieldData} field @param {ControlContext} context @param {Record<string, unknown>} more */
function attributes(field, { id, describedby, isWrong }, more) {
  const { name, required, readOnly, autocomplete } = field;
  return {
    id,
    name,
    required,
    readonly: readOnly,
    autocomplete: autocomplete || null,
    ...more,
    'aria-describedby': describedby,
    'aria-invalid': String(isWrong),
  };
}

/** @param {FieldData} field */
const keyboardOf = ({ keyboard }) => (keyboard && keyboard !== 'text' ? keyboard : undefined);

/** What is known of a line of text before anything stands in it. @param {FieldData} field @param {string} text */
function traits(field, text) {
  const { autocomplete = '', keyboard, content, captcha, range, value } = field;
  const type = content?.type ?? 'text';
  const known = captcha ? { ...PLAIN, autocomplete: 'off' } : (SPELLING[autocomplete] ?? {});
  if (Object.hasOwn(NATIVE, type)) {
    const bounds = { min: range?.min ?? null, max: range?.max ?? null };
    const isNative = [textOf(value), text, ...Object.values(bounds)].every(each => !each || NATIVE[type].test(each));
    return isNative
      ? { ...known, dir: 'auto', type, ...bounds }
      : { ...known, ...PLAIN, type: 'text', dir: 'ltr', hint: type };
  }
  if (type !== 'text') {
    const hint = type === 'datetime' ? 'dateTime' : '';
    return {
      ...known,
      ...PLAIN,
      type: type === 'uri' ? 'url' : 'text',
      inputmode: type === 'uri' ? null : keyboardOf(field),
      dir: 'ltr',
      hint,
    };
  }
  const isSpecial = ['email', 'tel', 'url'].includes(keyboard ?? '');
  return isSpecial
    ? { ...known, type: keyboard, dir: 'ltr' }
    : { ...known, type: 'text', inputmode: keyboardOf(field), dir: 'auto' };
}

/** @param {FieldData} field @param {Content} now @returns {Control} */
function line(field, now) {
  const { hint = '', ...known } = /** @type {Record<string, unknown> & { hint?: string, type: string }} */ (
    traits(field, asText(now))
  );
  const content = field.content?.type ?? 'text';
  // Keyboards of phones add a space behind a word that they complete.
  const trims = content !== 'text' || field.name === 'username';
  const value = (/** @type {Content} */ held) => {
    const text = trims ? asText(held).trim() : asText(held);
    // Some phones have no point on their keyboards for numbers. Three digits may be thousands instead.
    if (content === 'decimal' && !/,\d{3}$/.test(text)) return text.replace(/^([+-]?\d+),(\d+)$/, '$1.$2');
    // The browser leaves the seconds out, XML Schema does not.
    return known.type === 'time' && /^\d\d:\d\d$/.test(text) ? `${text}:00` : text;
  };
  return {
    group: '',
    hint,
    read: element => inputIn(element).value,
    hold: textOf,
    value,
    view(held, context) {
      const { options = [], open } = field;
      if (!open || !options.length) return h('input', { ...attributes(field, context, known), value: asText(held) });
      // Values that the list does not have may be typed as well.
      const id = `${context.id}-list`;
      return h(
        'div',
        {},
        h('input', { ...attributes(field, context, known), list: id, value: asText(held) }),
        h(
          'datalist',
          { id },
          options.map(option => h('option', { value: option.value, label: labelOf(option) })),
        ),
      );
    },
    problem(held, element) {
      const validity = element && inputIn(element).validity;
      if (validity?.badInput) return known.type === 'time' ? 'time' : 'date';
      const text = value(held);
      if (!text) return field.required ? 'missing' : '';
      if (content === 'address') return isAddress(text) ? '' : 'jid';
      // Browsers know no address with letters outside ASCII: an @ between two words will do.
      if (known.type === 'email') return /^[^\s@]+@[^\s@]+$/.test(text) ? '' : 'email';
      // Where the server says what it wants, more than the browser's idea of it may be right.
      return validity?.typeMismatch && !field.checked ? 'url' : '';
    },
  };
}

/** @param {FieldData} field @returns {Control} */
function password(field) {
  const autocomplete = field.autocomplete || 'off';
  const isNew = autocomplete === 'new-password' && field.advice !== false;
  return {
    group: '',
    read: element => inputIn(element).value,
    hold: textOf,
    value: asText,
    problem: held => (field.required && !held ? 'missing' : ''),
    view(held, context) {
      const {
        id,
        texts: { form },
        label,
        isRevealed,
        onReveal,
        onSuggest,
      } = context;
      const text = asText(held);
      const row = h(
        'span',
        { class: context.isWrong ? 'inset wrong' : 'inset' },
        h('input', {
          ...attributes(field, context, {
            ...PLAIN,
            type: isRevealed ? 'text' : 'password',
            inputmode: keyboardOf(field),
            autocomplete,
            dir: 'ltr',
          }),
          value: text,
        }),
        h(
          'button',
          {
            type: 'button',
            class: 'quiet',
            'aria-controls': id,
            'aria-label': fill(isRevealed ? form.hideField : form.showField, { label }),
            onclick: () => onReveal(!isRevealed),
          },
          isRevealed ? form.hide : form.show,
        ),
      );
      if (!isNew) return row;
      // How hard it is to guess, for one that is being chosen.
      const level = text && strength(text);
      return h(
        'div',
        {},
        row,
        h(
          'div',
          { class: 'advice' },
          h(
            'p',
            { class: 'hint strength', role: 'status', 'data-strength': level },
            level !== '' && form.strength[level],
          ),
          h(
            'button',
            { type: 'button', class: 'linklike', 'data-suggest': true, 'aria-controls': id, onclick: onSuggest },
            form.suggestField,
          ),
        ),
      );
    },
  };
}

/** @param {FieldData} field @returns {Control} */
function textarea(field) {
  const ofAddresses = field.content?.type === 'address';
  const value = (/** @type {Content} */ held) => {
    const lines = asText(held).split('\n');
    if (ofAddresses) return lines.map(each => each.trim()).filter(Boolean);
    while (lines.length && !lines[lines.length - 1]) lines.pop();
    return lines;
  };
  return {
    group: '',
    read: element => inputIn(element).value,
    hold: textOf,
    value,
    view: (held, context) =>
      h('textarea', {
        ...attributes(field, context, { rows: 3, ...(ofAddresses ? PLAIN : {}), inputmode: keyboardOf(field) }),
        dir: ofAddresses ? 'ltr' : directionOf(held),
        value: asText(held),
      }),
    problem: held =>
      field.required && !value(held).length ? 'missing' : ofAddresses && !value(held).every(isAddress) ? 'jids' : '',
  };
}

/** To find the direction of a long text takes Chromium half a minute. @param {Content} held */
const directionOf = held => (asText(held).length > LONG ? null : 'auto');

/**
 * It is `required` only where that demands a yes: else a no is an answer as well.
 *
 * @param {FieldData} field @returns {Control}
 */
function checkbox({ name, readOnly, agreed = false }) {
  return {
    group: '',
    read: element => inputIn(element).checked,
    hold: value => value === true || value === 'true' || value === '1',
    value: held => held === true,
    problem: held => (agreed && held !== true ? 'agree' : ''),
    view: (held, { id, describedby, isWrong }) =>
      h('input', {
        id,
        name,
        type: 'checkbox',
        required: agreed,
        disabled: readOnly,
        checked: held === true,
        'aria-describedby': describedby,
        'aria-invalid': String(isWrong),
      }),
  };
}

/** @param {{ value: string, label?: string }} option */
const labelOf = option => option.label || option.value;

/** @param {FieldData} field @returns {Control} */
function select(field) {
  const { options = [], required, readOnly } = field;
  // If an option has the empty value, the page adds no empty option of its own.
  const hasEmpty = options.some(option => option.value === '');
  const offered = (/** @type {Content} */ held) =>
    options.some(option => option.value === held) ? asText(held) : hasEmpty ? options[0].value : '';
  return {
    group: '',
    read: element => inputIn(element).value,
    hold: textOf,
    value: offered,
    problem: held => (required && !hasEmpty && !offered(held) ? 'choose' : ''),
    view: (held, context) =>
      h(
        'select',
        {
          ...attributes(field, context, { required: required && !hasEmpty, readonly: null, disabled: readOnly }),
          value: offered(held),
        },
        !hasEmpty && h('option', { value: '' }, required ? context.texts.form.choose : context.texts.form.none),
        options.map(option => h('option', { value: option.value }, labelOf(option))),
      ),
  };
}

/**
 * @param {FieldData} field
 * @param {ControlContext} context
 * @param {'radio' | 'checkbox'} type
 * @param {(value: string) => boolean} isChosen
 * @param {import('./view.js').Child} [more]
 */
function choices({ name, options = [], readOnly, isRow }, { id, isWrong }, type, isChosen, more) {
  return h(
    'div',
    { class: isRow ? 'choices few' : 'choices' },
    options.map((option, at) => {
      const each = at ? `${id}-${at}` : id;
      return h(
        'label',
        { class: 'choice', for: each },
        h('input', {
          type,
          id: each,
          name,
          value: option.value,
          disabled: readOnly,
          checked: isChosen(option.value),
          // A group of radio buttons can be invalid as a whole, a group of boxes cannot (ARIA 1.2).
          'aria-invalid': type === 'checkbox' && String(isWrong),
        }),
        h('span', { dir: 'auto' }, withLinks(labelOf(option))),
      );
    }),
    more,
  );
}

/** @param {HTMLElement} element */
const checkedIn = element =>
  [...element.querySelectorAll('input')].filter(input => input.checked).map(input => input.value);

/** @param {FieldData} field @returns {Control} */
function radios(field) {
  const offered = (/** @type {Content} */ held) =>
    field.options?.some(option => option.value === held) ? asText(held) : '';
  return {
    group: 'radio',
    read: element => checkedIn(element)[0] ?? '',
    hold: textOf,
    value: offered,
    problem: held => (field.required && !field.options?.some(option => option.value === held) ? 'choose' : ''),
    view: (held, context) => choices(field, context, 'radio', value => value === held),
  };
}

/** @param {FieldData} field @returns {Control} */
function boxes(field) {
  const { options = [], open, required, readOnly, name } = field;
  // Choices may be typed that the list does not offer.
  const hasOther = open || !options.length;
  const parts = (/** @type {Content} */ held) => (typeof held === 'object' ? held : { chosen: [], other: '' });
  const value = (/** @type {Content} */ held) => {
    const { chosen, other } = parts(held);
    const typed = hasOther
      ? other
          .split('\n')
          .map(text => text.trim())
          .filter(Boolean)
      : [];
    return [...new Set([...chosen, ...typed])];
  };
  return {
    group: 'boxes',
    read: element => ({ chosen: checkedIn(element), other: element.querySelector('textarea')?.value ?? '' }),
    hold(given) {
      const values = Array.isArray(given) ? given : given ? [String(given)] : [];
      const isOffered = (/** @type {string} */ each) => options.some(option => option.value === each);
      return { chosen: values.filter(isOffered), other: values.filter(each => !isOffered(each)).join('\n') };
    },
    value,
    problem: held => (required && !value(held).length ? 'chooseSome' : ''),
    view(held, context) {
      const { chosen, other } = parts(held);
      const id = `${context.id}-other`;
      return choices(
        field,
        context,
        'checkbox',
        each => chosen.includes(each),
        hasOther &&
          h(
            'div',
            { class: 'other' },
            h('label', { for: id }, context.texts.form.other),
            h('textarea', {
              id,
              name,
              rows: 2,
              dir: directionOf(other),
              inputmode: keyboardOf(field),
              readonly: readOnly,
              'aria-describedby': context.errorId,
              'aria-invalid': String(context.isWrong),
              value: other,
            }),
          ),
      );
    },
  };
}

/** How a value is to be written. @param {string} hint of a control @param {typeof import('./texts/en.js').texts.form} form */
export function formatHint(hint, { formats }) {
  return hint ? fill(/** @type {Record<string, string>} */ (formats)[hint], { example: EXAMPLES[hint] }) : '';
}

/**
 * What a page remembers between visits: the shape of a domain's form, and, as long as the tab is open,
 * what was typed. Never a password or an answer to a CAPTCHA, and nothing where the browser keeps nothing.
 */

const SHAPE = 'xmppreg:form:';
const TYPED = 'xmppreg:typed:';
const CHOSEN = 'xmppreg:domain';

const CONTROLS = ['line', 'lines', 'password', 'checkbox', 'choice', 'choices'];

/** Longer ones are drawn when they come. */
const LIMIT = 20_000;

/**
 * What nearly every server asks for.
 *
 * @type {Shape}
 */
const USUAL = {
  fields: [
    { name: 'username', control: 'line', required: true, autocomplete: 'username' },
    { name: 'password', control: 'password', required: true, autocomplete: 'new-password' },
  ],
};

/** @typedef {import('./form.js').FormData & import('./signup-pages.js').Words} Shape */

/**
 * The form that a domain will most likely send: the one that it sent last time, else the usual one.
 *
 * @param {string} domain
 * @returns {Shape}
 */
export function expectedForm(domain) {
  const form = /** @type {Shape | null} */ (read(localStorageOf, SHAPE + domain));
  const isWell = Array.isArray(form?.fields) && form.fields.length > 0 && form.fields.every(isShape);
  // The server's own spelling, if it is known.
  return { domain, ...(isWell ? form : USUAL) };
}

/**
 * Remembers what a form looks like, but none of its values. A form with an invitation or for an account that
 * exists says nothing about the next one.
 *
 * @param {string} typed the domain as the page or its visitor writes it
 * @param {Shape & { registered?: boolean }} form
 */
export function rememberForm(typed, { registered, fields, ...form }) {
  const { domain, title, instructions, genericTitle, genericInstructions } = form;
  const shapes = fields
    .filter(({ control, captcha }) => CONTROLS.includes(control) && !captcha)
    .map(field => ({ ...field, value: undefined, media: undefined, readOnly: undefined }));
  if (registered || fields.some(field => field.readOnly) || !shapes.length) return;
  write(localStorageOf, SHAPE + typed, {
    domain,
    title,
    instructions,
    genericTitle,
    genericInstructions,
    fields: shapes,
  });
}

/** What was typed for a domain before the page was left. @param {string} domain @returns {import('./form.js').Values} */
export function typedBefore(domain) {
  const values = read(sessionStorageOf, TYPED + domain);
  return values && typeof values === 'object' ? /** @type {import('./form.js').Values} */ (values) : {};
}

/** The domain that the user typed, if the page names no domain; '' if nothing was typed. */
export function chosenBefore() {
  const domain = read(sessionStorageOf, CHOSEN);
  return typeof domain === 'string' ? domain : '';
}

/** Keeps a domain that was typed until the tab is closed; '' forgets it. @param {string} domain */
export function rememberChosen(domain) {
  write(sessionStorageOf, CHOSEN, domain || null);
}

/** Keeps what was typed until the tab is closed; nothing forgets it. @param {string} domain @param {import('./form.js').Values} values */
export function rememberTyped(domain, values) {
  write(sessionStorageOf, TYPED + domain, Object.keys(values).length ? values : null);
}

/**
 * Whether something that was kept has the shape of a field: other pages of this origin may write there too.
 *
 * @param {import('./form.js').FieldData | null} field
 */
function isShape(field) {
  if (!field || !isText(field.name) || !CONTROLS.includes(field.control)) return false;
  const {
    label = '',
    description = '',
    keyboard = '',
    autocomplete = '',
    options = [],
    content,
    range,
    choices,
  } = field;
  return (
    [label, description, keyboard, autocomplete, content?.type ?? ''].every(isText) &&
    [content, range, choices].every(isBounds) &&
    Array.isArray(options) &&
    options.every(option => isText(option?.value) && isText(option.label ?? ''))
  );
}

/** @param {unknown} value */
const isText = value => typeof value === 'string';

/** @param {{ min?: unknown, max?: unknown } | null | undefined} bounds */
const isBounds = bounds =>
  [bounds?.min, bounds?.max].every(bound => bound == null || isText(bound) || typeof bound === 'number');

// Only to name them can throw, where the browser keeps nothing.
const localStorageOf = () => localStorage;
const sessionStorageOf = () => sessionStorage;

/** @param {() => Storage} storage @param {string} key @returns {unknown} */
function read(storage, key) {
  try {
    return JSON.parse(storage().getItem(key) ?? 'null');
  } catch {
    return null;
  }
}

/** @param {() => Storage} storage @param {string} key @param {unknown} value */
function write(storage, key, value) {
  try {
    const text = JSON.stringify(value);
    if (value === null || text.length > LIMIT) storage().removeItem(key);
    else storage().setItem(key, text);
  } catch {
    /* full, or not allowed: it is a convenience */
  }
}

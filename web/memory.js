/**
 * What a page remembers between visits: the shape of a domain's form, and, as long as the tab is open,
 * what was typed. Never a password or an answer to a CAPTCHA, and nothing where the browser keeps nothing.
 */

import { isCaptcha } from './media.js';

const SHAPE = 'xmppreg:form:';
const TYPED = 'xmppreg:typed:';
const CHOSEN = 'xmppreg:domain';

/** Longer ones are drawn when they come. */
const LIMIT = 20_000;

/** What nearly every server asks for. */
const USUAL = {
  fields: [
    { name: 'username', type: 'text-single', label: '', description: '', required: true },
    { name: 'password', type: 'text-private', label: '', description: '', required: true },
  ],
};

/**
 * The form that a domain will most likely send: the one that it sent last time, else the usual one.
 *
 * @param {string} domain
 * @returns {import('./form.js').Form & { title?: string, instructions?: string }}
 */
export function expectedForm(domain) {
  const form = read(localStorageOf, SHAPE + domain);
  const well = Array.isArray(form?.fields) && form.fields.length > 0 && form.fields.every(isShape);
  return { ...(well ? form : USUAL), domain };
}

/**
 * Remembers what a form looks like, but none of its values. One with an invitation or for an account
 * that exists is like no other.
 *
 * @param {import('./form.js').Form & { title: string, instructions: string, registered: boolean }} form
 */
export function rememberForm({ domain, title, instructions, registered, fields }) {
  const shape = fields
    .filter(field => field.type !== 'hidden' && field.type !== 'fixed' && !isCaptcha(field))
    .map(({ name, type, label, description, required, options, validation }) => ({
      name,
      type,
      label,
      description,
      required,
      options,
      validation,
    }));
  if (registered || fields.some(field => field.readOnly) || !shape.length) return;
  write(localStorageOf, SHAPE + domain, { title, instructions, fields: shape });
}

/** What was typed for a domain before the page was left. */
export function typedBefore(domain) {
  const values = read(sessionStorageOf, TYPED + domain);
  return values && typeof values === 'object' ? values : {};
}

/** The domain that was typed where none was given; '' if none was. */
export function chosenBefore() {
  const domain = read(sessionStorageOf, CHOSEN);
  return typeof domain === 'string' ? domain : '';
}

/** Keeps a domain that was typed until the tab is closed; '' forgets it. */
export function rememberChosen(domain) {
  write(sessionStorageOf, CHOSEN, domain || null);
}

/** Keeps what was typed until the tab is closed; nothing forgets it. */
export function rememberTyped(domain, values) {
  write(sessionStorageOf, TYPED + domain, Object.keys(values).length ? values : null);
}

/** Whether something that was kept has the shape of a field: other pages of this origin may write there too. */
function isShape(field) {
  const texts = object => Object.values(object).every(value => typeof value === 'string' || typeof value === 'number');
  return (
    typeof field?.name === 'string' &&
    typeof field.type === 'string' &&
    ['label', 'description'].every(key => typeof (field[key] ?? '') === 'string') &&
    Array.isArray(field.options ?? []) &&
    (field.options ?? []).every(option => option && texts(option)) &&
    texts(field.validation ?? {}) &&
    typeof (field.validation?.min ?? '') === 'string' &&
    typeof (field.validation?.max ?? '') === 'string'
  );
}

// Only to name them can throw, where the browser keeps nothing.
const localStorageOf = () => localStorage;
const sessionStorageOf = () => sessionStorage;

function read(storage, key) {
  try {
    return JSON.parse(storage().getItem(key));
  } catch {
    return null;
  }
}

function write(storage, key, value) {
  try {
    const text = JSON.stringify(value);
    if (value === null || text.length > LIMIT) storage().removeItem(key);
    else storage().setItem(key, text);
  } catch {
    /* full, or not allowed: it is a convenience */
  }
}

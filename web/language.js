import { persistImport } from './download.js';
import { early } from './texts/early.js';
import { texts as english } from './texts/en.js';

/** @import { Texts } from './texts/en.js' */

/**
 * The languages of the elements, but for English. A further one is a file in texts/, a line here and `make texts`.
 *
 * @type {Record<string, () => Promise<{ texts: Texts }>>}
 */
const LANGUAGES = {
  ar: () => import('./texts/ar.js'),
  de: () => import('./texts/de.js'),
  es: () => import('./texts/es.js'),
  fr: () => import('./texts/fr.js'),
};

const RIGHT_TO_LEFT = new Set(['ar']);

/**
 * The texts by language, as far as they have come, and when they are whole.
 *
 * @type {Map<string, { texts: Texts, whole: Promise<void> }>}
 */
const known = new Map([['en', { texts: english, whole: Promise.resolve() }]]);

/**
 * The language that an element is to speak (BCP 47): that of the page around it, else the user's; ''
 * where neither is known.
 *
 * @param {Element} element
 * @returns {string}
 */
export function languageOf(element) {
  /** @type {Element | undefined} */
  let at = element;
  while (at) {
    const lang = at.closest('[lang]')?.getAttribute('lang');
    if (lang) return lang;
    at = /** @type {Partial<ShadowRoot>} */ (at.getRootNode()).host;
  }
  return navigator.language ?? '';
}

/**
 * The tag, the direction and the texts of a language; of English, if the elements do not speak that language. At
 * first only the texts that a form begins with are there, and the others are English. When the language's file has
 * come, its texts are written into the same objects.
 *
 * @param {string} language BCP 47
 * @returns {{ lang: string, dir: 'ltr' | 'rtl', texts: Texts, whole: Promise<void> }} `whole` resolves
 *   when the language's file has come, or will not
 */
export function textsOf(language) {
  const primary = language.toLowerCase().split('-', 1)[0];
  const lang = Object.hasOwn(LANGUAGES, primary) ? primary : 'en';
  let texts = known.get(lang);
  if (!texts) {
    texts = begin(lang);
    known.set(lang, texts);
  }
  return { lang, dir: RIGHT_TO_LEFT.has(lang) ? 'rtl' : 'ltr', ...texts };
}

/**
 * Has the file of a language come, over what there is of it already.
 *
 * @param {string} lang
 */
function begin(lang) {
  const texts = structuredClone(english);
  overwrite(texts, early[lang] ?? {});
  const whole = persistImport(LANGUAGES[lang]).then(
    file => overwrite(texts, file.texts),
    () => {}, // in English rather than not at all
  );
  return { texts, whole };
}

/**
 * Writes texts over others, in place, so that code that holds a section of them sees the new ones.
 *
 * @param {object} texts
 * @param {object} others
 */
function overwrite(texts, others) {
  const to = /** @type {Record<string, unknown>} */ (texts);
  for (const [key, value] of Object.entries(/** @type {Record<string, unknown>} */ (others))) {
    const section = to[key];
    if (isSection(section) && isSection(value)) overwrite(section, value);
    else to[key] = value;
  }
}

/**
 * @param {unknown} value
 * @returns {value is object}
 */
function isSection(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

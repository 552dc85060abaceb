import { texts as english } from './texts/en.js';

/** The languages of the elements, but for English. A further one is a file in texts/ and a line here. */
const LANGUAGES = {
  ar: () => import('./texts/ar.js'),
  de: () => import('./texts/de.js'),
  es: () => import('./texts/es.js'),
  fr: () => import('./texts/fr.js'),
};

const RIGHT_TO_LEFT = new Set(['ar']);

const loaded = new Map([['en', english]]);

/**
 * The language that an element is to speak (BCP 47): that of the page around it, else the user's; ''
 * where neither is known.
 *
 * @param {Element} element
 * @returns {string}
 */
export function languageOf(element) {
  for (let at = element; at; at = at.getRootNode().host) {
    const lang = at.closest('[lang]')?.lang;
    if (lang) return lang;
  }
  return navigator.language ?? '';
}

/**
 * What there is of a language: its own tag, its direction and its texts, once `loadTexts` has brought
 * them; undefined before.
 *
 * @param {string} language BCP 47
 */
export function textsOf(language) {
  const lang = known(language);
  return loaded.has(lang) ? { lang, dir: RIGHT_TO_LEFT.has(lang) ? 'rtl' : 'ltr', texts: loaded.get(lang) } : undefined;
}

/**
 * Loads the texts of a language, English for one that there is none of.
 *
 * @param {string} language BCP 47
 */
export async function loadTexts(language) {
  const lang = known(language);
  try {
    if (!loaded.has(lang)) loaded.set(lang, (await LANGUAGES[lang]()).texts);
  } catch {
    // Better in English than not at all. The next element tries again.
    return textsOf('en');
  }
  return textsOf(lang);
}

function known(language) {
  const lang = language.toLowerCase().split('-', 1)[0];
  return Object.hasOwn(LANGUAGES, lang) ? lang : 'en';
}

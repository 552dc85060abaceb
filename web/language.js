import { early } from './texts/early.js';
import { texts as english } from './texts/en.js';

/** The languages of the elements, but for English. A further one is a file in texts/, a line here and `make texts`. */
const LANGUAGES = {
  ar: () => import('./texts/ar.js'),
  de: () => import('./texts/de.js'),
  es: () => import('./texts/es.js'),
  fr: () => import('./texts/fr.js'),
};

const RIGHT_TO_LEFT = new Set(['ar']);

/** The texts by language, as far as they have come, and when they are whole. */
const known = new Map([['en', { texts: english, whole: Promise.resolve() }]]);

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
 * What there is of a language, English for one that there is none of: its own tag, its direction and its
 * texts. Of these a form has what it needs to begin with; the others come into the same objects when the
 * language's file is there, and are English until then.
 *
 * @param {string} language BCP 47
 * @returns {{ lang: string, dir: 'ltr' | 'rtl', texts: typeof english, whole: Promise<void> }} `whole` resolves
 *   when the language's file has come, or will not
 */
export function textsOf(language) {
  const primary = language.toLowerCase().split('-', 1)[0];
  const lang = Object.hasOwn(LANGUAGES, primary) ? primary : 'en';
  if (!known.has(lang)) {
    const texts = merge(structuredClone(english), early[lang] ?? {});
    // In English rather than not at all.
    known.set(lang, {
      texts,
      whole: LANGUAGES[lang]().then(
        file => {
          merge(texts, file.texts);
        },
        () => {},
      ),
    });
  }
  return { lang, dir: RIGHT_TO_LEFT.has(lang) ? 'rtl' : 'ltr', ...known.get(lang) };
}

/** Writes texts over others, in place: who holds a section of them has the new ones. */
function merge(into, texts) {
  for (const [key, value] of Object.entries(texts)) {
    if (typeof value === 'string' || Array.isArray(value)) into[key] = value;
    else merge(into[key], value);
  }
  return into;
}

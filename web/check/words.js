import { persistImport } from '../download.js';
import { texts as english } from './texts/en.js';

/**
 * What the check says, on top of the texts that all elements share. English is there already.
 *
 * @type {Record<string, () => Promise<{ texts: import('./findings.js').Words }>>}
 */
const WORDS = {
  ar: () => import('./texts/ar.js'),
  de: () => import('./texts/de.js'),
  es: () => import('./texts/es.js'),
  fr: () => import('./texts/fr.js'),
};

/** @param {string} lang @returns {Promise<import('./findings.js').Words>} */
export async function wordsIn(lang) {
  if (!Object.hasOwn(WORDS, lang)) return english;
  try {
    return (await persistImport(WORDS[lang])).texts;
  } catch {
    // Better in English than not at all.
    return english;
  }
}

// Prints web/texts/early.js, made of the translations beside it: `make texts`.
import { readdirSync } from 'node:fs';

const texts = new URL('../web/texts/', import.meta.url);

/**
 * The texts that can be on the screen before the file of a language has loaded: those of the first form, which
 * may be the one that a domain sent last time, and of what is said until the server's own form has come. The
 * keys are sections of the files, the values lists of keys in the section; '' stands for the whole section.
 */
const EARLY = {
  lang: '',
  fields: 'username password nick name first last email address city state zip phone url date misc text',
  form:
    'required optional choose none show hide suggestField suggested strength showField hideField address addressName ' +
    'lines each other range times choices formats',
  check: 'missing choose chooseSome agree email jid domain',
  domain: '',
  terms: '',
  signup: 'title titleNowhere instructions submit retry otherProvider',
  status: 'loading progress connecting invited waiting form queued',
  login: 'title titleAt address hint username preview submit',
  problem: 'details',
  reasons: 'unknown',
};

function early(language) {
  return Object.fromEntries(
    Object.entries(EARLY).map(([section, keys]) => [
      section,
      keys ? Object.fromEntries(keys.split(' ').map(key => [key, language[section][key]])) : language[section],
    ]),
  );
}

const languages = readdirSync(texts)
  .filter(file => !['en.js', 'early.js'].includes(file))
  .sort();
console.log(`/**
 * Of each language what is needed before its file is there. Made of these files by \`make texts\`.
 *
 * @type {Record<string, object>}
 */
export const early = {`);
for (const file of languages) {
  const { texts: language } = await import(new URL(file, texts));
  const lines = Object.entries(early(language)).map(([section, words]) => `    ${section}: ${JSON.stringify(words)},`);
  console.log(`  ${file.replace('.js', '')}: {\n${lines.join('\n')}\n  },`);
}
console.log('};');

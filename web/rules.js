import { fill } from './dom.js';
import { validate } from './xmppreg.js';

/**
 * What a server says about the values of a field, in words. Whether a value is right is for the module to
 * say: a server's pattern, given to the browser's own RegExp, can make it hang.
 *
 * @typedef {typeof import('./texts/en.js').texts} Texts
 * @typedef {import('./form.js').FieldData} FieldData
 */

/** The words for contents whose names in the texts are others. */
const NAMES_IN_TEXTS = { datetime: 'dateTime', uri: 'anyURI' };

/**
 * The rule that a value breaks; '' if it breaks no rule, or if the module cannot be asked: the server has the last
 * word.
 *
 * @param {FieldData} field
 * @param {import('./form.js').Value} value
 * @returns {Promise<string>}
 */
export async function brokenRule(field, value) {
  try {
    return await validate(/** @type {import('./xmppreg.js').FieldRules} */ (/** @type {unknown} */ (field)), value);
  } catch {
    return '';
  }
}

/**
 * What is said about the values before there are any.
 *
 * @param {FieldData} field
 * @param {Texts} texts
 * @returns {string[]}
 */
export function ruleHints({ content, range, choices, control }, { form }) {
  return [
    range ? sentenceFor(isTime(content) ? form.times : form.range, range) : '',
    choices && control === 'choices' ? sentenceFor(form.choices, choices) : '',
  ].filter(Boolean);
}

/**
 * What is wrong with a value.
 *
 * @param {string} problem a rule as `validate` of xmppreg.js names it, or a key of `texts.check`
 * @param {FieldData} field
 * @param {{ texts: Texts, answers: { text: string } | null, lines: string[] }} context
 *   `answers`: how many of several are needed; `lines`: the lines at fault
 */
export function problemText(
  problem,
  { control, content, range, choices, multiple, domain },
  { texts: { check }, answers, lines },
) {
  switch (problem) {
    case 'required':
      return control === 'choice' ? check.choose : control === 'choices' ? check.chooseSome : check.missing;
    case 'jid':
      return multiple ? check.someJids : check.jid;
    case 'jids':
      return fill(check.jids, { lines: lines.join(', ') });
    case 'outside':
      return fill(check.outside, { domain: domain ?? '' });
    case 'answers':
      return answers?.text ?? check.answers;
    case 'datatype':
      return datatypeText(content, check) || check.other;
    case 'range':
      return (range && sentenceFor(isTime(content) ? check.times : check.range, range)) || check.other;
    case 'list-range':
      return (choices && sentenceFor(check.choices, choices)) || check.other;
  }
  const said = /** @type {Record<string, unknown>} */ (check)[problem];
  return typeof said === 'string' && said ? said : check.other;
}

/** @param {FieldData['content']} content @param {Texts['check']} check */
function datatypeText(content, check) {
  if (!content) return '';
  if (content.type === 'integer') return sentenceFor(check.integer, content);
  const name = /** @type {Record<string, string>} */ (NAMES_IN_TEXTS)[content.type] ?? content.type;
  return /** @type {Record<string, string>} */ (check.datatypes)[name] ?? '';
}

/** @param {FieldData['content']} content */
const isTime = content => ['date', 'time', 'datetime'].includes(content?.type ?? '');

/**
 * The sentence for bounds, of which either may be missing.
 *
 * @param {{ any?: string, both: string, min: string, max: string, exact?: string }} sentences
 * @param {{ min?: string | number | null, max?: string | number | null }} bounds
 */
function sentenceFor(sentences, { min, max }) {
  const [least, most] = [min, max].map(bound => (bound == null ? '' : String(bound)));
  const sentence =
    least && most
      ? (least === most && sentences.exact) || sentences.both
      : least
        ? sentences.min
        : most
          ? sentences.max
          : (sentences.any ?? '');
  return fill(sentence, { min: least, max: most });
}

import { fill } from './dom.js';
import { validate } from './xmppreg.js';

/**
 * What a server says about the values of a field (XEP-0122), in words. Whether a value is right is for
 * the module to say: a server's pattern, given to the browser's own RegExp, can make it hang.
 */

// Words and keyboards go by these (XEP-0122 section 3.1, XML Schema part 2), and by what a type allows.
const DATATYPES = {
  'xs:integer': ['integer', '', ''],
  'xs:byte': ['integer', '-128', '127'],
  'xs:short': ['integer', '-32768', '32767'],
  'xs:int': ['integer', '-2147483648', '2147483647'],
  'xs:long': ['integer', '-9223372036854775808', '9223372036854775807'],
  'xs:unsignedByte': ['integer', '0', '255'],
  'xs:unsignedShort': ['integer', '0', '65535'],
  'xs:unsignedInt': ['integer', '0', '4294967295'],
  'xs:unsignedLong': ['integer', '0', '18446744073709551615'],
  'xs:nonNegativeInteger': ['integer', '0', ''],
  'xs:positiveInteger': ['integer', '1', ''],
  'xs:nonPositiveInteger': ['integer', '', '0'],
  'xs:negativeInteger': ['integer', '', '-1'],
  'xs:decimal': ['decimal'],
  'xs:double': ['decimal'],
  'xs:float': ['decimal'],
  'xs:date': ['date'],
  'xs:time': ['time'],
  'xs:dateTime': ['dateTime'],
  'xs:anyURI': ['anyURI'],
  'xs:language': ['language'],
};

const known = field =>
  Object.hasOwn(DATATYPES, field.validation?.datatype ?? '') ? DATATYPES[field.validation.datatype] : [''];

/**
 * What a value of the field is.
 *
 * @param {import('./form.js').Field} field
 * @returns {'integer' | 'decimal' | 'date' | 'time' | 'dateTime' | 'anyURI' | 'language' | ''} '' for any text
 */
export const kindOf = field => known(field)[0];

/** Whether a list takes other values than those that it offers: any method but `basic` says so (section 3.2). */
export const isOpen = ({ validation }) => Boolean(validation?.method) && validation.method !== 'basic';

/** Whether only the module knows all that can be wrong with it. The pages' own fields have no `validation`, not even null. */
export const hasRules = field =>
  field.validation !== undefined && !field.readOnly && (field.validation !== null || field.type.startsWith('jid-'));

/**
 * The rule that a value breaks, '' if none. Where the module cannot be asked there is none: the server
 * has the last word.
 *
 * @param {import('./form.js').Field} field
 * @param {string | string[] | boolean} value
 * @returns {Promise<string>}
 */
export async function brokenRule(field, value) {
  try {
    return await validate(field, value);
  } catch {
    return '';
  }
}

/**
 * What is said about the values before there are any.
 *
 * @param {import('./form.js').Field} field
 * @param {typeof import('./texts/en.js').texts} texts
 * @returns {string[]}
 */
export function ruleHints(field, { form }) {
  const { method, min, max, listMin, listMax } = field.validation ?? {};
  return [
    method === 'range' && bounded(isTime(field) ? form.times : form.range, min, max),
    field.type === 'list-multi' && bounded(form.choices, listMin, listMax),
  ].filter(Boolean);
}

/**
 * What is wrong with a value.
 *
 * @param {string} problem a rule as `validate` of xmppreg.js names it, or a key of `texts.check`
 * @param {import('./form.js').Field} field
 * @param {{ texts: typeof import('./texts/en.js').texts, answers?: { text: string } | null, lines?: string[] }} context
 *   `answers`: how many of several are needed; `lines`: those at fault
 */
export function problemText(problem, field, { texts: { check }, answers, lines = [] }) {
  const { min, max, listMin, listMax } = field.validation ?? {};
  const text = {
    required: () => ({ 'list-single': check.choose, 'list-multi': check.chooseSome })[field.type] ?? check.missing,
    jid: () => (field.type === 'jid-multi' ? check.someJids : check.jid),
    jids: () => fill(check.jids, { lines: lines.join(', ') }),
    answers: () => answers?.text ?? check.answers,
    datatype: () => datatypeText(field, check),
    range: () => bounded(isTime(field) ? check.times : check.range, min, max),
    'list-range': () => bounded(check.choices, listMin, listMax),
  };
  const said = Object.hasOwn(text, problem) ? text[problem]() : check[problem];
  return typeof said === 'string' && said ? said : check.other;
}

function datatypeText(field, check) {
  const [kind, min, max] = known(field);
  return kind === 'integer' ? bounded(check.integer, min, max) : kind && check.datatypes[kind];
}

const isTime = field => ['date', 'time', 'dateTime'].includes(kindOf(field));

/** The sentence for bounds, of which either may be missing. */
function bounded(sentences, min, max) {
  const name = min && max ? (min === max && sentences.exact ? 'exact' : 'both') : min ? 'min' : max ? 'max' : 'any';
  return sentences[name] ? fill(sentences[name], { min: String(min), max: String(max) }) : '';
}

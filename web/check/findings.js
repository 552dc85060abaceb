import { fill } from '../dom.js';
import { lacking } from '../media.js';
import { hostMeta, named, policy, readable, registration, served, uninvited, webSocket } from './snippets.js';

/**
 * What was found, and what it means for a sign-up page.
 *
 * @typedef {object} Judgement
 * @property {'page' | 'json' | 'xml' | 'socket' | 'registration' | 'form'} look what was looked at
 * @property {string} result in one word
 * @property {'ok' | 'note' | 'problem'} verdict
 * @property {string} [address]
 * @property {string} what
 * @property {string[]} [list] what belongs to it, as it came
 * @property {import('../xmppreg.js').Field[]} [fields]
 * @property {string[]} [more]
 * @property {string} [mend]
 * @property {import('./snippets.js').Snippet[]} [snippets]
 * @property {import('../xmppreg.js').RegistrationError} [error]
 * @property {string} [detail] in English, for those who know
 *
 * @typedef {typeof import('./texts/en.js').texts} Words
 * @typedef {typeof import('../texts/en.js').texts} Texts
 * @typedef {import('../xmppreg.js').Finding} Finding what came of looking at one address
 * @typedef {{ form?: import('../xmppreg.js').Form, error?: import('../xmppreg.js').RegistrationError } | null} Answer
 *   what came of asking for the form; null where no WebSocket opens
 *
 * @typedef {Record<string, string[]>} Sentences what was found and how to mend it, by the result
 */

/**
 * Registration is there, but not for this visitor.
 *
 * @type {Set<string>}
 */
const REFUSED = new Set(['forbidden', 'not-allowed', 'not-authorized', 'not-supported']);

/**
 * All that was found, in the order in which a sign-up page meets it.
 *
 * @param {object} seen
 * @param {string} seen.domain
 * @param {import('../xmppreg.js').Report} seen.report
 * @param {Answer} seen.answer
 * @param {string[]} seen.forbidden addresses that the page's policy forbids
 * @param {{ words: Words, texts: Texts }} language
 * @returns {Judgement[]}
 */
export function judge({ domain, report, answer, forbidden }, { words, texts }) {
  return [
    ...ofPage(forbidden, report, words),
    ...ofFiles(domain, report.files, words),
    ...ofSockets(report.sockets, words),
    ...ofRegistration(answer, words, texts),
  ];
}

/** @param {string[]} forbidden @param {import('../xmppreg.js').Report} report @param {Words} words */
function ofPage(forbidden, { files }, { page }) {
  /** @type {Judgement[]} */
  const found = [];
  if (forbidden.length) {
    const [what, mend] = page.policy;
    found.push({
      look: 'page',
      result: 'policy',
      verdict: 'problem',
      what,
      list: forbidden,
      mend,
      snippets: [policy()],
    });
  }
  if (!files.length) found.push({ look: 'page', result: 'url', verdict: 'ok', what: page.url[0] });
  return found;
}

/** @param {string} domain @param {Finding[]} files @param {Words} words @returns {Judgement[]} */
function ofFiles(domain, files, words) {
  const usable = files.find(({ result }) => result === 'found');
  const known = usable?.links.find(link => link.startsWith('wss:'));
  /** @type {Set<string>} */
  const given = new Set();
  /** Of what would be the same for both files, the first one has it. @param {import('./snippets.js').Snippet} snippet */
  const anew = ({ name, text }) => !given.has(name + text) && given.add(name + text);
  return files.map(({ address, result, detail, links }) => {
    const look = address.endsWith('.json') ? 'json' : 'xml';
    const [what, mend] = /** @type {Sentences} */ (words.files)[result];
    if (result === 'found') return { look, result, verdict: 'ok', address, what };
    const cannot = !usable && ['unreachable', 'missing', 'blocked', 'leaves-tls', 'broken'].includes(result);
    return {
      look,
      result,
      address,
      what,
      detail,
      verdict: usable ? 'note' : 'problem',
      list: ['insecure', 'unusable'].includes(result) ? links : [],
      more: usable ? [words.otherFile] : [],
      mend: [fill(mend, { domain }), cannot && look === 'json' && words.withoutFiles].filter(Boolean).join(' '),
      snippets: [
        ...snippetsOfFile(look, result, domain, known),
        ...(cannot && look === 'json' ? [named(domain)] : []),
      ].filter(anew),
    };
  });
}

/** @param {'json' | 'xml'} look @param {string} result @param {string} domain @param {string} [known] a WebSocket of it */
function snippetsOfFile(look, result, domain, known) {
  switch (result) {
    case 'unreachable':
    case 'leaves-tls':
      return [];
    case 'blocked':
      return readable();
    case 'missing':
    case 'broken':
      return [hostMeta(look, domain, known), ...readable(), ...served(domain, known)];
    default:
      return [hostMeta(look, domain, known)];
  }
}

/** @param {Finding[]} sockets @param {Words} words @returns {Judgement[]} */
function ofSockets(sockets, words) {
  const works = sockets.some(({ result }) => result === 'opens');
  return sockets.map(({ address, result, detail }) => {
    const [what, mend] = /** @type {Sentences} */ (words.sockets)[result];
    if (result === 'opens') return { look: 'socket', result, verdict: 'ok', address, what };
    return {
      look: 'socket',
      result,
      address,
      what,
      detail,
      mend,
      verdict: works ? 'note' : 'problem',
      more: works ? [words.otherSocket] : [],
      snippets: webSocket(address),
    };
  });
}

/**
 * @param {Judgement['verdict']} verdict
 * @param {string} result
 * @param {string[]} sentences
 * @param {Partial<Judgement>} [more]
 * @returns {Judgement}
 */
function finding(verdict, result, [what, mend], more) {
  return { look: 'registration', verdict, result, what, mend, ...more };
}

/** @param {Answer} answer @param {Words} words @param {Texts} texts @returns {Judgement[]} */
function ofRegistration(answer, words, texts) {
  const told = words.registration;
  if (!answer) return [finding('note', 'unseen', told.unseen)];
  const { form, error } = answer;
  if (form) {
    if (form.fields.some(({ control }) => control !== 'none' && control !== 'text')) {
      return [
        finding('ok', 'offered', told.offered),
        ...(form.invitations ? [finding('note', 'invitations', told.invitations, { snippets: uninvited() })] : []),
        ofForm(form, words),
      ];
    }
    const list = [form.url || form.instructions].filter(Boolean);
    return [
      form.url
        ? finding('note', 'elsewhere', told.elsewhere, { list })
        : finding('note', 'empty', told.empty, { list }),
    ];
  }
  if (!error) return [];
  const { reason, url, message } = error;
  if (url) return [finding('note', 'elsewhere', told.elsewhere, { list: [url], error })];
  switch (reason) {
    case 'not-advertised':
      return [finding('problem', reason, told[reason], { snippets: registration(), detail: message })];
    case 'invite-required':
      return [finding('note', reason, told[reason])];
    default:
      if (REFUSED.has(reason)) {
        return [finding('problem', reason, told.refused, { snippets: registration(), error, detail: message })];
      }
      return [
        finding('problem', reason, /** @type {Sentences} */ (texts.reasons)[reason] ?? texts.reasons.unknown, {
          error,
          detail: message,
        }),
      ];
  }
}

/** @param {import('../xmppreg.js').Form} form @param {Words} words @returns {Judgement} */
function ofForm({ isDataForm, fields }, { form: words }) {
  const captchas = fields.filter(({ captcha }) => captcha);
  const empty = captchas.length > 0 && captchas.every(field => lacking(field));
  const [lacks, mend] = words.captchaLacking;
  return {
    look: 'form',
    result: isDataForm ? 'data' : 'old',
    verdict: empty ? 'problem' : 'ok',
    what: isDataForm ? words.data : words.old,
    fields: fields.filter(({ control }) => control !== 'none' && control !== 'text'),
    more: [empty ? lacks : captchas.length ? words.captcha : words.captchaNone],
    mend: empty ? mend : '',
  };
}

import { buttonView } from './actions.js';
import { xmppURI } from './address.js';
import { fill, safeLink } from './dom.js';
import { withLinks } from './links.js';
import { h } from './view.js';

/**
 * What went wrong, and how to say it.
 *
 * @typedef {typeof import('./texts/en.js').texts} Texts
 * @typedef {Partial<Omit<import('./xmppreg.js').RegistrationError, 'name'>> & { message: string }} Failure
 *
 * @typedef {object} Problem
 * @property {Failure} error
 * @property {(texts: Texts) => Texts} [wordsFrom] where its words are, if not among those for a sign-up
 * @property {string} [account] the address that may exist when the outcome is not known
 * @property {boolean} [invitable] whether there is a form, to which an invitation may be added
 * @property {string} [unanswered] the address that may exist because of another request, which was never answered
 * @property {() => void} [onCheck] finds out once more what came of a request that was not answered, where that can be
 * @property {boolean} [isAlert] whether it is read out where it stands, as the focus stays elsewhere
 */

/** What happened and what to do. @param {Failure} error @param {Texts} texts @param {boolean} [invitable] */
function sentences(error, texts, invitable) {
  const { field, reason = '', domain = '' } = error;
  if (invitable && reason === 'invite-required') return texts.invitation.perhaps;
  const ofInvitation = /** @type {Record<string, string[]>} */ (texts.invitation.reasons);
  const key = nameOfFault(error);
  const reasons = /** @type {Record<string, string[]>} */ (texts.reasons);
  const found =
    field === 'token' && Object.hasOwn(ofInvitation, key)
      ? ofInvitation[key]
      : Object.hasOwn(reasons, reason)
        ? reasons[reason]
        : reasons.unknown;
  return found.map(sentence => fill(sentence, { domain }));
}

/** What is wrong with an invitation, as a key of the texts about it. @param {Failure} error */
function nameOfFault({ kind, reason, domain }) {
  if (domain) return 'elsewhere';
  if (kind === 'form') return 'form';
  return kind === 'discovery' && reason === 'invite-invalid' ? 'none' : (reason ?? '');
}

/** The server's own words, marked as such: anybody could have written them. What adds nothing to ours is left out. @param {Failure} error @param {Texts} texts */
export function quotation({ text, genericText }, texts) {
  if (!text || genericText) return null;
  return h(
    'span',
    { class: 'quotation' },
    `${texts.problem.server} `,
    h('q', { class: 'lines', dir: 'auto' }, withLinks(text)),
  );
}

/**
 * What to say beside the field that an error is about.
 *
 * @param {Failure} error
 * @param {Texts} texts
 * @param {boolean} [isMaybeOwn] whether the name may have been taken by this very user, when an answer was lost
 */
export function fieldProblem(error, texts, isMaybeOwn) {
  const quoted = quotation(error, texts);
  return [sentences(error, texts).join(' '), isMaybeOwn && ` ${texts.problem.maybeYours}`, quoted && ' ', quoted];
}

/**
 * Says that an account may exist: it was asked for, and no answer came.
 *
 * @param {string} account '' if no request is unanswered
 * @param {() => void} [onCheck] see Problem
 * @returns {Problem | null}
 */
export function unknownOutcome(account, onCheck) {
  const error = { message: '', reason: /** @type {const} */ ('outcome-unknown'), outcomeUnknown: true };
  return account ? { error, account, onCheck, isAlert: true } : null;
}

let counter = 0;

/** A number for each problem: the same one again is to be read out again. @type {WeakMap<Problem, string>} */
const ids = new WeakMap();

/** @param {Problem} problem */
function idOf(problem) {
  const id = ids.get(problem) ?? `xmpp-problem-${++counter}`;
  ids.set(problem, id);
  return id;
}

/**
 * What to say about an error that no field is at fault for.
 *
 * @param {Problem} problem
 * @param {Texts} given
 * @param {boolean} [isLocked] whether its button does nothing
 */
export function problemView(problem, given, isLocked = false) {
  const { error, account, unanswered, invitable, onCheck, isAlert } = problem;
  const texts = problem.wordsFrom?.(given) ?? given;
  const isUnknown = Boolean(error.outcomeUnknown && account);
  const [what, todo] = isUnknown
    ? [fill(texts.problem.maybe, { address: account ?? '' }), texts.problem.maybeTodo]
    : sentences(error, texts, invitable);
  const when = error.retryAt && fill(texts.problem.retryAt, { time: timeOf(error.retryAt, texts) });
  const link = isUnknown
    ? texts.problem.maybeOpen && safeLink(xmppURI(account ?? ''), texts.problem.maybeOpen)
    : error.url
      ? linkTo(error.url, texts)
      : null;
  const quoted = quotation(error, texts);
  const id = idOf(problem);
  // A screen reader that gets there reads all the words, once.
  return h(
    'div',
    {
      key: id,
      class: 'problem',
      'data-reason': error.reason ?? 'unknown',
      tabindex: '-1',
      role: 'group',
      'aria-labelledby': id,
    },
    h(
      'div',
      { id, role: isAlert && 'alert' },
      h('p', { class: 'what' }, what),
      h('p', {}, when || todo),
      quoted && h('p', {}, quoted),
      unanswered && h('p', {}, fill(texts.problem.maybe, { address: unanswered })),
    ),
    onCheck && h('p', {}, buttonView(texts.verify.again, isLocked, { 'data-action': 'verify', onclick: onCheck })),
    link && h('p', {}, link.view),
    link && link.insecure && h('p', { class: 'hint' }, texts.redirect.insecure),
    h(
      'details',
      {},
      h('summary', {}, texts.problem.details),
      h('p', { class: 'lines technical', dir: 'auto' }, technical(error)),
    ),
  );
}

/** A time as the page's language writes it, with the day unless that is today. @param {Date} date @param {Texts} texts */
function timeOf(date, { lang }) {
  const isToday = date.toDateString() === new Date().toDateString();
  /** @type {Intl.DateTimeFormatOptions} */
  const options = { dateStyle: isToday ? undefined : 'long', timeStyle: 'short' };
  // The page may know the country as well.
  const page = document.documentElement.lang.replaceAll('_', '-');
  try {
    return new Intl.DateTimeFormat(page.startsWith(lang) ? page : lang, options).format(date);
  } catch {
    return new Intl.DateTimeFormat(lang, options).format(date);
  }
}

/** A link to where a server sends its users. @param {string} address @param {Texts} texts @param {string} [className] */
export function linkTo(address, texts, className) {
  let place = address;
  try {
    const url = new URL(address);
    place = url.host || url.pathname;
  } catch {
    /* safeLink refuses it */
  }
  return safeLink(address, fill(texts.redirect.follow, { place }), className);
}

/**
 * The address of a page where the user can do it instead. The page never goes there by itself.
 *
 * @param {string} url
 * @param {Texts} texts
 * @param {boolean} isOnly whether it can be done nowhere else
 */
export function redirectViews(url, texts, isOnly) {
  const link = linkTo(url, texts, isOnly ? 'primary' : undefined);
  if (!link) return [h('p', { class: 'redirect' }, `${texts.redirect.refused} `, h('bdi', {}, url))];
  return [
    h('p', {}, isOnly ? texts.redirect.only : texts.redirect.also),
    h('p', { class: isOnly ? 'redirect actions' : 'redirect' }, link.view),
    link.insecure && h('p', { class: 'hint' }, texts.redirect.insecure),
  ];
}

/** @param {Failure} error */
function technical({ type, condition, application, reason, kind, message }) {
  const conditions = [type, condition, application].filter(Boolean).join(' / ');
  const facts = [reason, kind, conditions].filter(Boolean).join(', ');
  return [message, facts && `(${facts})`].filter(Boolean).join('\n');
}

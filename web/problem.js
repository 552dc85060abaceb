import { fill, h, safeLink, xmppURI } from './dom.js';

let counter = 0;

/** What happened and what to do, in the words of the table. */
function words(error, texts, invitable) {
  if (invitable && error.reason === 'invite-required') return texts.invitation.perhaps;
  if (error.field === 'token') {
    const key = error.kind === 'form' ? 'form' : error.reason;
    if (Object.hasOwn(texts.invitation.reasons, key)) return texts.invitation.reasons[key];
  }
  return Object.hasOwn(texts.reasons, error.reason ?? '') ? texts.reasons[error.reason] : texts.reasons.unknown;
}

/** The server's own words, marked as such: anybody could have written them. */
export function quotation(error, texts) {
  if (!error.text) return null;
  return h(
    'span',
    { class: 'quotation' },
    `${texts.problem.server} `,
    h('q', { class: 'lines', dir: 'auto' }, error.text),
  );
}

/**
 * What to say beside the field that an error is about.
 *
 * @param {import('./xmppreg.js').RegistrationError} error
 * @param {{ texts: typeof import('./texts/en.js').texts, maybe?: boolean }} context `maybe`: the name may
 *   have been taken by this very user, when an answer was lost
 * @returns {(Node | string)[]}
 */
export function fieldProblem(error, { texts, maybe }) {
  const quoted = quotation(error, texts);
  const parts = [words(error, texts).join(' '), maybe && ` ${texts.problem.maybeYours}`, quoted && ' ', quoted];
  return parts.filter(Boolean);
}

/**
 * What to say about an error that no field is at fault for; `tell` and `replaceView` of shell.js show it.
 *
 * @param {import('./xmppreg.js').RegistrationError} error
 * @param {{ texts: typeof import('./texts/en.js').texts, account?: string, invitable?: boolean }} context
 *   `account`: the address that may exist when the outcome is not known; `invitable`: there is a form, to which an
 *   invitation may be added
 * @returns {HTMLElement}
 */
export function problemElement(error, { texts, account, invitable = false }) {
  const unknown = error.outcomeUnknown && account;
  const [what, todo] = unknown
    ? [fill(texts.problem.maybe, { address: account }), texts.problem.maybeTodo]
    : words(error, texts, invitable);
  const when = error.retryAt && fill(texts.problem.retryAt, { time: timeOf(error.retryAt, texts) });
  const link = unknown
    ? texts.problem.maybeOpen && safeLink(xmppURI(account), texts.problem.maybeOpen)
    : error.url
      ? elsewhere(error.url, texts)
      : null;
  const quoted = quotation(error, texts);
  const id = `xmpp-problem-${++counter}`;
  // Whoever gets there hears all the words, once.
  return h(
    'div',
    {
      class: 'problem',
      'data-reason': error.reason ?? 'unknown',
      tabindex: '-1',
      role: 'group',
      'aria-labelledby': id,
    },
    h('div', { id }, h('p', { class: 'what' }, what), h('p', {}, when || todo), quoted && h('p', {}, quoted)),
    link && h('p', {}, link.element),
    link?.insecure && h('p', { class: 'hint' }, texts.redirect.insecure),
    h(
      'details',
      {},
      h('summary', {}, texts.problem.details),
      h('p', { class: 'lines technical', dir: 'auto' }, technical(error)),
    ),
  );
}

/** A time as the page's language writes it, with the day unless that is today. */
function timeOf(date, { lang }) {
  const today = date.toDateString() === new Date().toDateString();
  const options = { dateStyle: today ? undefined : 'long', timeStyle: 'short' };
  // The page may know the country as well.
  const page = document.documentElement.lang.replaceAll('_', '-');
  try {
    return new Intl.DateTimeFormat(page.startsWith(lang) ? page : lang, options).format(date);
  } catch {
    return new Intl.DateTimeFormat(lang, options).format(date);
  }
}

/** The words of a link to where a server sends its users. */
function elsewhere(address, texts) {
  let place = address;
  try {
    const url = new URL(address);
    place = url.host || url.pathname;
  } catch {
    /* safeLink refuses it */
  }
  return safeLink(address, fill(texts.redirect.follow, { place }));
}

/**
 * Where else a thing can be done, to be followed by the user alone.
 *
 * @param {string} url
 * @param {{ texts: typeof import('./texts/en.js').texts, only: boolean }} context `only`: it can be done nowhere else
 * @returns {HTMLElement[]}
 */
export function redirect(url, { texts, only }) {
  const link = elsewhere(url, texts);
  if (!link) return [h('p', { class: 'redirect' }, `${texts.redirect.refused} `, h('bdi', {}, url))];
  if (only) link.element.className = 'primary';
  return [
    h('p', {}, only ? texts.redirect.only : texts.redirect.also),
    h('p', { class: only ? 'redirect actions' : 'redirect' }, link.element),
    link.insecure && h('p', { class: 'hint' }, texts.redirect.insecure),
  ].filter(Boolean);
}

function technical(error) {
  const condition = [error.type, error.condition, error.application].filter(Boolean).join(' / ');
  const facts = [error.reason, error.kind, condition].filter(Boolean).join(', ');
  return [error.message, facts && `(${facts})`].filter(Boolean).join('\n');
}

import { languageOf } from './language.js';

/** What an element is told by its attributes and by the page's address. */

/**
 * The domain that an element is for: the one in its attribute, or else in the page's address; '' if neither names one.
 *
 * @param {HTMLElement} element
 */
export function domainOf(element) {
  return element.getAttribute('domain') || pageDomain();
}

/**
 * A setting in the page's address, '' if it is not there.
 *
 * @param {string} name
 */
function pageParameter(name) {
  return new URLSearchParams(location.search).get(name) ?? '';
}

/** The invitation that an element is for: the one in its attribute, or else in the page's address. @param {HTMLElement} element */
export function invitationOf(element) {
  return element.getAttribute('token') || pageParameter('token') || pageParameter('preauth');
}

/**
 * The settings that every manager of an element takes. There is never a `url` in the page's address:
 * a link could then lead passwords anywhere under a trusted name.
 *
 * @param {HTMLElement} element
 * @throws {TypeError} the attribute `url` is no address
 */
export function connectionSettings(element) {
  return { url: socketURL(element.getAttribute('url')), lang: languageOf(element) || undefined };
}

/**
 * The normal form of a domain as people write it; '' for a text that is not a domain.
 *
 * @param {string} text
 */
export function domainName(text) {
  const name = text.trim().toLowerCase().replace(/\.$/, '');
  if (!/^(\[[\da-f:.]+\]|[^\s/\\:@?#]+)$/.test(name)) return '';
  return hostOf(name) && name;
}

/**
 * The domains among which an element lets its user choose, in their normal form; none if it offers no choice.
 *
 * @param {HTMLElement} element
 * @returns {string[]}
 * @throws {TypeError} the attribute `domains` is no list of domains, or leaves out the one of the attribute `domain`
 */
export function offeredDomains(element) {
  /** @type {string[]} */
  const offered = [];
  for (const text of element.getAttribute('domains')?.split(/[\s,]+/) ?? []) {
    if (!text) continue;
    const name = domainName(text);
    if (!name) throw new TypeError(`domains: ${JSON.stringify(text)} is not a domain`);
    if (!among(offered, name)) offered.push(name);
  }
  const domain = element.getAttribute('domain');
  if (domain && offered.length > 0 && !among(offered, domain)) {
    throw new TypeError(`domain: ${JSON.stringify(domain)} is none of the domains ${offered.join(' ')}`);
  }
  return offered;
}

/**
 * The one of some domains that another name is for, '' if it is none of them.
 *
 * @param {string[]} domains
 * @param {string} name
 */
export const among = (domains, name) => domains.find(domain => isSameDomain(domain, name)) ?? '';

/** The domain in the page's address, '' if there is none. */
export const pageDomain = () => domainName(pageParameter('domain'));

/**
 * Whether two names are one domain, in letters or in its ASCII form.
 *
 * @param {string} one
 * @param {string} other
 */
export function isSameDomain(one, other) {
  return hostOf(one) !== '' && hostOf(one) === hostOf(other);
}

/** @param {string} domain @returns {string} its ASCII form; '' for a text that is not a domain */
function hostOf(domain) {
  try {
    return new URL(`https://${domain}/`).host;
  } catch {
    return '';
  }
}

/** @param {string | null} text the address of a WebSocket, which may be relative to the page */
function socketURL(text) {
  if (!text) return undefined;
  const url = new URL(text, document.baseURI);
  url.protocol =
    /** @type {Record<string, string>} */ ({ 'http:': 'ws:', 'https:': 'wss:' })[url.protocol] ?? url.protocol;
  return url.href;
}

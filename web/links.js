import { linkAttributes } from './dom.js';
import { h } from './view.js';

/**
 * What may be an address in a text: it goes on to white space, quotes, angle brackets, the punctuation of other
 * scripts, and to all that nobody sees or that turns the direction of a text.
 */
const CANDIDATE =
  /(?<![\w:/+=&?#%@-])(?:https:\/\/|mailto:|xmpp:)[^\s\p{Cc}\p{Cf}<>"`\\|^“”„«»‹›「」『』《》〈〉【】（）。、，；：！？．｡،؛؟۔।]+/giu;

/** Characters that no address needs. */
const LONGEST = 2048;

/** What ends a sentence, and may be in the middle of an address. */
const ENDS = /[.,;:!?'’‘…*)\]}]$/u;

/** The host of a web page as it is shown: nothing that a browser would read as something else. */
const HOST = /^https:\/\/([\p{L}\p{M}\p{N}.-]+|\[[\da-f:.]+\])(:\d+)?(?:[/?#]|$)/iu;

/** @type {Record<string, string>} */
const OPENING = { ')': '(', ']': '[', '}': '{' };

/** Without what ends the sentence that an address stands in; a bracket that is opened in the address is part of it. @param {string} text */
function withoutEnd(text) {
  let address = text;
  for (let end; (end = ENDS.exec(address)?.[0]); address = address.slice(0, -1)) {
    const count = (/** @type {string} */ sign) => address.split(sign).length;
    if (OPENING[end] && count(OPENING[end]) >= count(end)) break;
  }
  return address;
}

/** Where a link of this address leads, null if it should be none. @param {string} address */
function targetOf(address) {
  let url;
  try {
    url = new URL(address);
  } catch {
    return null;
  }
  const { protocol, hostname, pathname } = url;
  if (protocol === 'mailto:') return /^[^@]+@[^@]+$/.test(pathname) ? url : null;
  if (protocol === 'xmpp:') return /^[^/]/.test(pathname) ? url : null;
  const [, host = ''] = HOST.exec(address) ?? [];
  // A browser also reads 0x7f.1 as a host, which is another one than it seems to be.
  const isAsShown = /\P{ASCII}/u.test(host) || host.toLowerCase() === hostname;
  return host && isAsShown ? url : null;
}

/**
 * The addresses in words of a server that may become links: of secure web pages, of mail and of XMPP.
 *
 * @param {string} text
 */
function addressesIn(text) {
  return [...text.matchAll(CANDIDATE)].flatMap(({ 0: found, index }) => {
    if (found.length > LONGEST) return [];
    const address = withoutEnd(found);
    const url = targetOf(address);
    return url ? [{ index, address, url }] : [];
  });
}

/**
 * Words of a server, with a link for each address in them.
 *
 * @param {string} text
 * @returns {(import('./view.js').View | string)[]}
 */
export function withLinks(text) {
  const parts = [];
  let end = 0;
  for (const { index, address, url } of addressesIn(text)) {
    parts.push(text.slice(end, index), h('a', { ...linkAttributes(url), dir: 'ltr' }, address));
    end = index + address.length;
  }
  return [...parts, text.slice(end)];
}

/** The first secure address of the web in a text; '' if there is none. @param {string} text */
export function addressIn(text) {
  return addressesIn(text).find(({ url }) => url.protocol === 'https:')?.address ?? '';
}

import { h } from './view.js';

/**
 * Puts values into the places of a text: fill('Hello {name}', { name }). Each value is isolated, so
 * that it keeps its order inside a sentence that runs from right to left; an {address} runs from left to
 * right, whatever it begins with.
 *
 * @param {string} text
 * @param {Record<string, string>} values
 * @returns {string}
 */
export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (place, name) =>
    Object.hasOwn(values, name) ? `${name === 'address' ? '\u2066' : '\u2068'}${values[name]}\u2069` : place,
  );
}

/**
 * A link that the user may follow, or null when the address is of a kind that no server has a reason
 * to send. Whether the link leads out of an encrypted connection is in `insecure`.
 *
 * @param {string} address
 * @param {string} label
 * @param {string} [className]
 */
export function safeLink(address, label, className) {
  let url;
  try {
    url = new URL(address);
  } catch {
    return null;
  }
  if (!['https:', 'http:', 'mailto:', 'xmpp:'].includes(url.protocol)) return null;
  return { view: h('a', { ...linkAttributes(url), class: className }, label), insecure: url.protocol === 'http:' };
}

/**
 * The attributes of a link that opens beside the page, where nothing that was typed is lost, and that is not told
 * where it was followed.
 *
 * @param {URL} url
 */
export function linkAttributes({ href, protocol }) {
  // An app takes over what is no web page: a new tab would stay behind, empty.
  const target = /^https?:$/.test(protocol) && '_blank';
  return { href, target, rel: 'noopener noreferrer', referrerpolicy: 'no-referrer' };
}

/**
 * Puts a text on the clipboard, or selects it where that is not allowed, or not there (outside of https:).
 *
 * @param {string} text
 * @param {Node | null} element which it stands in
 * @returns {Promise<boolean>} whether it is on the clipboard
 */
export async function copyText(text, element) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    if (element) getSelection()?.selectAllChildren(element);
    return false;
  }
}

/**
 * What a page calls an element that it styles by ::part; the classes are parts as well.
 *
 * @type {Partial<Record<keyof HTMLElementTagNameMap, string>>}
 */
const PARTS = {
  a: 'link',
  button: 'button',
  h2: 'title',
  h3: 'title',
  input: 'input',
  label: 'label',
  legend: 'label',
  select: 'input',
  textarea: 'input',
};

/**
 * Makes an element. Attributes that are null, undefined or false are left out, true stands for an
 * empty one. Children may be nodes or strings; strings become text, never markup.
 *
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {Record<string, string | number | boolean | null | undefined>} [attributes]
 * @param {...(Node | string | null | undefined | false)} children
 * @returns {HTMLElementTagNameMap[Name]}
 */
export function h(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value != null && value !== false) element.setAttribute(key, value === true ? '' : String(value));
  }
  const parts = [PARTS[name] ?? '', ...element.classList].filter(Boolean);
  if (parts.length) element.part.add(...parts);
  element.append(...children.filter(child => child != null && child !== false));
  return element;
}

/**
 * Whether the focus may be moved into the tree of a node: it is there already, or nowhere. Who went on to something
 * else in the page meanwhile is not to be drawn away, nor, to a node in a form, who fills in another one.
 *
 * @param {Element} node
 * @returns {boolean}
 */
export function mayFocus(node) {
  const active = node.ownerDocument.activeElement;
  const { activeElement: inside } = /** @type {Node & Partial<DocumentOrShadowRoot>} */ (node.getRootNode());
  const [own, other] = [node.closest('form'), inside?.closest('form')];
  if (own && other && own !== other) return false;
  return Boolean(inside) || !active || active === node.ownerDocument.body;
}

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
 * @returns {{ element: HTMLAnchorElement, insecure: boolean } | null}
 */
export function safeLink(address, label) {
  let url;
  try {
    url = new URL(address);
  } catch {
    return null;
  }
  if (!['https:', 'http:', 'mailto:', 'xmpp:'].includes(url.protocol)) return null;
  const web = url.protocol === 'https:' || url.protocol === 'http:';
  return {
    // An app takes over the other kinds: a new tab would stay behind, empty.
    element: h('a', { href: url.href, rel: 'noopener noreferrer', target: web && '_blank' }, label),
    insecure: url.protocol === 'http:',
  };
}

/**
 * Puts a text on the clipboard, or selects it where that is not allowed, or not there (outside of https:).
 *
 * @param {string} text
 * @param {Node} element which it stands in
 * @returns {Promise<boolean>} whether it is on the clipboard
 */
export async function copyText(text, element) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    getSelection()?.selectAllChildren(element);
    return false;
  }
}

/**
 * The xmpp: address of a bare JID (RFC 5122).
 *
 * @param {string} jid
 * @returns {string}
 */
export function xmppURI(jid) {
  const at = jid.indexOf('@');
  const domain = jid.slice(at + 1);
  // Brackets and colons of an IPv6 address are part of the URI's syntax.
  const host = domain.startsWith('[') ? domain : encodeURIComponent(domain);
  return at < 0 ? `xmpp:${host}` : `xmpp:${encodeURIComponent(jid.slice(0, at))}@${host}`;
}

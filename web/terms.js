/**
 * The box with which users agree to a provider's terms.
 *
 * @typedef {import('./form.js').FieldData} FieldData
 * @typedef {typeof import('./texts/en.js').texts} Texts
 *
 * @typedef {object} Terms the addresses of what they agree to, '' where there is none
 * @property {string} terms
 * @property {string} privacy
 */

/**
 * What the attributes of an element name, as whole addresses.
 *
 * @param {Element} element
 * @returns {Terms}
 * @throws {TypeError} an attribute is not the address of a web page
 */
export function termsOf(element) {
  const [terms, privacy] = ['terms', 'privacy'].map(name => {
    const text = element.getAttribute(name)?.trim();
    if (!text) return '';
    try {
      const { href, protocol } = new URL(text, document.baseURI);
      if (protocol === 'https:' || protocol === 'http:') return href;
    } catch {
      /* said below */
    }
    throw new TypeError(`${name}: ${JSON.stringify(text)} is not the address of a web page`);
  });
  return { terms, privacy };
}

/**
 * The server's words for a box; where it has none, ours, and then it takes the place of ours, with what was ticked.
 *
 * @param {FieldData} field
 * @param {(texts: Texts) => string} words
 */
const wordsFor = ({ label, generic }, words) => (label && !generic ? {} : { label: words, generic: false, key: OWN });

/** The name of the page's own box. */
const OWN = 'terms';

/**
 * The fields of a form, with a box for the terms. Where the server's form has such a box, that one is theirs, and
 * has to be ticked. Else it is the page's own, and is not sent.
 *
 * @param {FieldData[]} fields
 * @param {Terms} addresses
 * @returns {FieldData[]}
 */
export function withTerms(fields, { terms, privacy }) {
  if (!terms && !privacy) return fields;
  const words = (/** @type {Texts} */ texts) => texts.terms[!privacy ? 'terms' : !terms ? 'privacy' : 'both'];
  const links = [
    { href: terms, words: (/** @type {Texts} */ texts) => texts.terms.termsLink },
    { href: privacy, words: (/** @type {Texts} */ texts) => texts.terms.privacyLink },
  ].filter(({ href }) => href);
  const isServers = (/** @type {FieldData} */ { agreement, control }) => agreement && control === 'checkbox';
  const first = fields.find(isServers);
  if (first) {
    return fields.map(field =>
      isServers(field)
        ? { ...field, ...wordsFor(field, words), agreed: true, links: field === first ? links : undefined }
        : field,
    );
  }
  // Where there is nothing to fill in, nothing is sent.
  if (fields.every(({ control }) => control === 'text' || control === 'none')) return fields;
  return [...fields, { name: OWN, control: 'checkbox', label: words, agreed: true, isOwn: true, links }];
}

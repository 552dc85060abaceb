/** Addresses of XMPP (JIDs), and texts that hold one. */

/** Whether a text holds a link, as invitations are, and is no bare token. @param {string} text */
export const holdsLink = text => /(xmpp|https?)(:|%3a)/i.test(text);

/** Whether somebody has typed a whole address as a user name, in which no `@` can be. @param {string} name */
export const isWholeAddress = name => name.includes('@');

/** @param {string} jid */
export const localPart = jid => jid.slice(0, jid.indexOf('@'));

/** @param {string} jid */
export const domainPart = jid => jid.slice(jid.indexOf('@') + 1);

/**
 * The address that a user name becomes at a domain. Servers fold the case of names; their other changes concern few names.
 *
 * @param {string} name or a whole address
 * @param {string} domain
 * @returns {string}
 */
export function addressOf(name, domain) {
  const folded = name.normalize('NFC').toLowerCase();
  return isWholeAddress(folded) ? folded : `${folded}@${domain}`;
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

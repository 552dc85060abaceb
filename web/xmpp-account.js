import { AccountPanel } from './account-panel.js';
import { define, XmppElement } from './element.js';

/**
 * What can be done with an account: `<xmpp-account domain="example.org">`. Signing in, changing the
 * password, deleting the account, signing out.
 *
 * Attributes: `domain`, the provider's, whose users then need to type their user name only; `url`, the
 * server's WebSocket, where it is not to be looked up. Without them the page's address may give
 * `?domain=`, never a `url`. Without any domain the user types a whole address.
 *
 * In a client that is logged in, the property `connection` takes the place of the sign-in: a function that attaches
 * the manager that it is given to the client, as `manager.attach()` does.
 *
 * It speaks the language of the page around it (`lang`), and goes along when that changes. New settings begin
 * with nobody signed in; while the password is changed or the account deleted they wait for the outcome.
 *
 * The manager's events bubble from the element under their own names, `passwordChanged` without the password.
 * The attribute `data-step` says how far it is: `login`, `connecting`, `account`, then `changing` and `account`
 * again, or `deleting` and `deleted`; `verifying` while it finds out what came of either if the answer was lost; `lost` is `account` without a connection; `failed` means settings that are
 * of no use, or that the client has no connection.
 *
 * Passwords are forgotten as soon as they are not needed any more: after they were used, on signing
 * out, and when the page is left. If it is left in the middle of a change, whoever comes back learns that
 * its outcome is not known.
 */
export class XmppAccount extends XmppElement {
  #panel;

  /** @type {('domain' | 'url' | 'lang')[]} */
  static observedAttributes = ['domain', 'url', 'lang'];

  constructor() {
    /** @type {AccountPanel | undefined} */
    let panel;
    super(element => (panel = new AccountPanel(element)));
    this.#panel = /** @type {AccountPanel} */ (/** @type {unknown} */ (panel));
  }

  /** @returns {((manager: import('./xmppreg.js').RegistrationManager) => unknown) | null} */
  get connection() {
    return this.#panel.connection;
  }

  /** @param {((manager: import('./xmppreg.js').RegistrationManager) => unknown) | null | undefined} value */
  set connection(value) {
    if (typeof (value ?? define) !== 'function') throw new TypeError('connection must be a function, or null for none');
    this.#panel.connection = value ?? null;
  }
}

define('xmpp-account', XmppAccount);

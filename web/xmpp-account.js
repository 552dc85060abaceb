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
 * It speaks the language of the page around it (`lang`), and goes along when that changes. New settings begin
 * with nobody signed in; while the password is changed or the account deleted they wait for the outcome.
 *
 * The manager's events bubble from the element under their own names, `passwordChanged` without the password.
 * The attribute `data-step` says how far it is: `login`, `connecting`, `account`, then `changing` and `account`
 * again, or `deleting` and `deleted`; `lost` is `account` without a connection; `failed` means settings that are
 * of no use.
 *
 * Passwords are forgotten as soon as they are not needed any more: after they were used, on signing
 * out, and when the page is left. If it is left in the middle of a change, whoever comes back learns that
 * its outcome is not known.
 */
export class XmppAccount extends XmppElement {
  /** @type {('domain' | 'url' | 'lang')[]} */
  static observedAttributes = ['domain', 'url', 'lang'];

  constructor() {
    super(element => new AccountPanel(element));
  }
}

define('xmpp-account', XmppAccount);

import { define, propertyOf, setProperty, XmppElement } from './element.js';
import { SignUpPanel } from './signup-panel.js';

/**
 * A whole sign-up: `<xmpp-signup domain="example.org">`.
 *
 * Attributes, and properties of the same names: `domain`, the provider's; `domains`, several of the provider's,
 * with spaces between them, among which the user chooses; `url`, the server's WebSocket, where it is not to be looked
 * up; `token`, an invitation: its token or its link; `terms` and `privacy`, the addresses of what the user has to
 * agree to before anything is sent. Without them the page's
 * address may give `?domain=` and `?token=` (or `?preauth=`), never a `url`: a link could then lead
 * passwords anywhere under a trusted name. Without a domain or the link of an invitation the user is asked
 * for one. It speaks the language of the page around it (`lang`), else the browser's.
 *
 * A form is there at once: the one that the domain sent last time, or user name and password. The server's
 * own takes its place field by field; what was sent before waits for it.
 *
 * What has `slot="next"` in the element stands on the last page in place of the words that say how to sign in, and
 * `slot="apps"` in place of a list of apps.
 *
 * The manager's events bubble from the element under their own names. When the account is there, the event
 * `handover` is dispatched at the element alone (it does not bubble), with the detail `{ jid, username,
 * domain, password, url }`, to log in to a web client: whoever takes it calls `preventDefault()`, and the
 * element then does not say how to sign in.
 *
 * The attribute `data-step` says how far it is: `domain` (`reading` while the answer is being read), then `loading`, `connecting`, `waiting`, `form`,
 * `sending` (`queued` before the form is there; `verifying` while it finds out what came of a form that was never
 * answered; `form` again after a failure, `renewing` meanwhile), then
 * `done` or `handover`; or `elsewhere`, where the server wants its users on another page; or `failed`.
 *
 * @fires handover
 */
export class XmppSignup extends XmppElement {
  /** @type {('domain' | 'domains' | 'url' | 'token' | 'terms' | 'privacy' | 'lang')[]} */
  static observedAttributes = ['domain', 'domains', 'url', 'token', 'terms', 'privacy', 'lang'];

  constructor() {
    super(element => new SignUpPanel(element));
  }

  /** @returns {string} */
  get domains() {
    return propertyOf(this, 'domains');
  }

  /** @param {string | null | undefined} value */
  set domains(value) {
    setProperty(this, 'domains', value);
  }

  /** @returns {string} */
  get terms() {
    return propertyOf(this, 'terms');
  }

  /** @param {string | null | undefined} value */
  set terms(value) {
    setProperty(this, 'terms', value);
  }

  /** @returns {string} */
  get privacy() {
    return propertyOf(this, 'privacy');
  }

  /** @param {string | null | undefined} value */
  set privacy(value) {
    setProperty(this, 'privacy', value);
  }

  /** @returns {string} */
  get token() {
    return propertyOf(this, 'token');
  }

  /** @param {string | null | undefined} value */
  set token(value) {
    setProperty(this, 'token', value);
  }
}

define('xmpp-signup', XmppSignup);

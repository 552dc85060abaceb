import { define, XmppElement } from './element.js';
import { CheckPanel } from './check/panel.js';

/**
 * Checks a provider's set-up: `<xmpp-check domain="example.org">`. It says what a sign-up page meets on its way
 * to the form, and how to mend what is wrong. It creates no account.
 *
 * Attributes, and properties of the same names: `domain`, to begin with, else `?domain=` of the page's address;
 * `url`, the server's WebSocket, where the sign-up page names it too. It speaks the language of the page around
 * it (`lang`), else the browser's.
 *
 * The attribute `data-step` says how far it is: `domain`, `examining`, `report`.
 */
export class XmppCheck extends XmppElement {
  /** @type {('domain' | 'url' | 'lang')[]} */
  static observedAttributes = ['domain', 'url', 'lang'];

  constructor() {
    super(element => new CheckPanel(element));
  }
}

define('xmpp-check', XmppCheck);

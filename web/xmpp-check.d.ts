/**
 * Checks a provider's set-up: `<xmpp-check domain="example.org">`. It says what
 * a sign-up page meets on its way to the form, and how to mend what is wrong.
 *
 * Its attributes: `domain`, to begin with, else `?domain=` of the page's
 * address; `url`, the server's WebSocket, where the sign-up page names it too;
 * `lang`. `data-step` says how far it is: `domain`, `examining`, `report`.
 *
 * Importing the module defines the element.
 */
export class XmppCheck extends HTMLElement {
  static observedAttributes: ('domain' | 'url' | 'lang')[];

  /** The attributes, '' where there is none. Null and undefined take one away. */
  get domain(): string;
  set domain(value: string | null | undefined);
  get url(): string;
  set url(value: string | null | undefined);
}

declare global {
  interface HTMLElementTagNameMap {
    'xmpp-check': XmppCheck;
  }
}

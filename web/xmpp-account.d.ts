import type { Listener, RegistrationManager, RegistrationManagerEventMap } from './xmppreg.js';

/** What bubbles from an `<xmpp-account>`: `passwordChanged` without the password. */
export type XmppAccountEventMap = Pick<
  RegistrationManagerEventMap,
  | 'passwordChangeFailed'
  | 'accountDeleted'
  | 'accountDeletionFailed'
  | 'supportedByServerChanged'
  | 'connected'
  | 'disconnected'
  | 'loadProgress'
  | 'logMessage'
> & { passwordChanged: CustomEvent<null> };

/**
 * What can be done with an account: `<xmpp-account domain="example.org">`.
 * Signing in, changing the password, deleting the account, signing out.
 *
 * Its attributes: `domain`, the provider's, whose users then need to type their
 * user name only; `url`, the server's WebSocket, where it is not to be looked
 * up; `lang`. Without a domain the page's address may give `?domain=`.
 * `data-step` says how far it is.
 *
 * Importing the module defines the element.
 */
export class XmppAccount extends HTMLElement {
  static observedAttributes: ('domain' | 'url' | 'lang')[];

  /** The attributes, '' where there is none. Null and undefined take one away. */
  get domain(): string;
  set domain(value: string | null | undefined);
  get url(): string;
  set url(value: string | null | undefined);

  /**
   * In a client that is logged in, what takes the place of the sign-in: attaches a manager to the client, as
   * `manager.attach()` does. It is called again when the user wants to go on after a loss of the connection. What it
   * throws, or rejects with, means that the client is not connected.
   */
  get connection(): ((manager: RegistrationManager) => unknown) | null;
  set connection(value: ((manager: RegistrationManager) => unknown) | null | undefined);

  addEventListener<Type extends keyof XmppAccountEventMap>(
    type: Type,
    listener: Listener<this, XmppAccountEventMap[Type]> | null,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener<Type extends keyof HTMLElementEventMap>(
    type: Type,
    listener: Listener<this, HTMLElementEventMap[Type]> | null,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: boolean | AddEventListenerOptions,
  ): void;
  removeEventListener<Type extends keyof XmppAccountEventMap>(
    type: Type,
    listener: Listener<this, XmppAccountEventMap[Type]> | null,
    options?: boolean | EventListenerOptions,
  ): void;
  removeEventListener<Type extends keyof HTMLElementEventMap>(
    type: Type,
    listener: Listener<this, HTMLElementEventMap[Type]> | null,
    options?: boolean | EventListenerOptions,
  ): void;
  removeEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: boolean | EventListenerOptions,
  ): void;
}

declare global {
  interface HTMLElementTagNameMap {
    'xmpp-account': XmppAccount;
  }

  // As in xmpp-signup.d.ts.
  interface GlobalEventHandlersEventMap extends Pick<
    XmppAccountEventMap,
    'passwordChanged' | 'passwordChangeFailed' | 'accountDeleted' | 'accountDeletionFailed' | 'supportedByServerChanged'
  > {}
}

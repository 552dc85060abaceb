import type { Listener, RegistrationManagerEventMap } from './xmppreg.js';

/** What a new account is handed over with, to log in to a web client. */
export interface Handover {
  jid: string;
  username: string;
  domain: string;
  password: string;
  /** The WebSocket that the element's attribute names, '' if it names none. */
  url: string;
}

/** The events of an `<xmpp-signup>`. All but `handover` bubble. */
export type XmppSignupEventMap = Pick<
  RegistrationManagerEventMap,
  | 'registrationFormReceived'
  | 'registrationSucceeded'
  | 'registrationFailed'
  | 'connected'
  | 'disconnected'
  | 'loadProgress'
  | 'logMessage'
> & {
  /** The account is there, and one can sign in. Whoever takes it calls `preventDefault()`. */
  handover: CustomEvent<Handover>;
};

/**
 * A whole sign-up: `<xmpp-signup domain="example.org">`.
 *
 * Its attributes: `domain`, the provider's; `domains`, several of them to
 * choose from; `url`, the server's WebSocket, where it is not to be looked up;
 * `token`, an invitation: its token or its link; `terms` and `privacy`, the
 * addresses of what the user has to agree to; `lang`. Without them the page's address may give `?domain=` and
 * `?token=`. Without a domain or the link of an invitation the user is asked
 * for one. `data-step` says how far it is.
 *
 * On the last page, what has `slot="next"` in the element stands in place of
 * the words that say how to sign in, and `slot="apps"` in place of a list of
 * apps.
 *
 * Importing the module defines the element.
 */
export class XmppSignup extends HTMLElement {
  static observedAttributes: ('domain' | 'domains' | 'url' | 'token' | 'terms' | 'privacy' | 'lang')[];

  /** The attributes, '' where there is none. Null and undefined take one away. */
  get domain(): string;
  set domain(value: string | null | undefined);
  get url(): string;
  set url(value: string | null | undefined);
  get token(): string;
  set token(value: string | null | undefined);
  /** The domains among which the user chooses, with spaces between them. */
  get domains(): string;
  set domains(value: string | null | undefined);
  /** The addresses of what the user has to agree to before anything is sent. */
  get terms(): string;
  set terms(value: string | null | undefined);
  get privacy(): string;
  set privacy(value: string | null | undefined);

  addEventListener<Type extends keyof XmppSignupEventMap>(
    type: Type,
    listener: Listener<this, XmppSignupEventMap[Type]> | null,
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
  removeEventListener<Type extends keyof XmppSignupEventMap>(
    type: Type,
    listener: Listener<this, XmppSignupEventMap[Type]> | null,
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
    'xmpp-signup': XmppSignup;
  }

  // For listeners further up, such as at the document. Names that other events may have as well (`connected`,
  // `disconnected`, `loadProgress`, `logMessage`) are left to them.
  interface GlobalEventHandlersEventMap extends Pick<
    XmppSignupEventMap,
    'registrationFormReceived' | 'registrationSucceeded' | 'registrationFailed'
  > {}
}

import { holdsLink } from './address.js';
import { chosenBefore, rememberChosen } from './memory.js';
import { among, domainOf, invitationOf, offeredDomains, pageDomain } from './settings.js';

/** @import { Failure } from './problem.js' */

/**
 * With whom a user signs up, and by which invitation: what the element and the page's address say of it, and what
 * the user has chosen or typed.
 */
export class Destination {
  #element;
  /** The domains among which the user may choose; none where the element offers no choice. @type {string[]} */
  #offered = [];
  #chosen = '';
  /** The invitation that the user typed; '' to go on without one. @type {string | undefined} */
  #typed;
  /**
   * A page that the user named as the provider, whose host may be one if there is no invitation at it. `error` is why
   * there was none.
   *
   * @type {{ domain: string, token: string, error?: Failure } | null}
   */
  #page = null;

  /** @param {HTMLElement} element */
  constructor(element) {
    this.#element = element;
  }

  /**
   * Reads which domains the element offers.
   *
   * @throws {TypeError} the attributes `domains` and `domain` are no such list
   */
  read() {
    this.#offered = offeredDomains(this.#element);
  }

  /** The invitation: a token, a link or a page's address; '' if there is none. */
  get token() {
    return this.#typed ?? invitationOf(this.#element);
  }

  /** The domain that the user chose; '' for none. */
  get chosen() {
    return this.#chosen;
  }

  /** The domains to choose among, where nothing else decides. */
  get choice() {
    return this.#offered.length > 1 && !this.#isInLink ? this.#offered : [];
  }

  /** Whether the user has to be asked for a domain, or may be asked for another one. */
  get isOpen() {
    return !this.#element.getAttribute('domain') && this.#offered.length === 0;
  }

  /** Whether the link of an invitation says whose it is. */
  get #isInLink() {
    return holdsLink(this.token);
  }

  /**
   * The domain to begin with; '' where the link of an invitation says it.
   *
   * @returns {string | null} null where nothing says it
   */
  domain() {
    const attribute = this.#element.getAttribute('domain') ?? '';
    if (this.#offered.length === 0) {
      const domain = attribute || this.#chosen || domainOf(this.#element);
      if (domain || this.#isInLink) return domain;
      this.#chosen = chosenBefore();
      return this.#chosen || null;
    }
    if (this.#isInLink) return '';
    const wanted = [this.#chosen, pageDomain(), chosenBefore(), attribute];
    return wanted.map(name => name && among(this.#offered, name)).find(Boolean) ?? this.#offered[0];
  }

  /** Whether a form is from a server that the element is for: the link of an invitation may lead anywhere. @param {string} domain */
  includes(domain) {
    return this.#offered.length === 0 || among(this.#offered, domain) !== '';
  }

  /** The user chooses a domain. @param {string} domain */
  choose(domain) {
    this.#chosen = domain;
    rememberChosen(domain);
  }

  /** The user types an invitation. @param {string | undefined} invitation '' to go on without one, undefined for that of the element */
  invite(invitation) {
    this.#page = null;
    this.#typed = invitation;
  }

  /** The user names a provider. @param {{ domain: string, token?: string, isPage?: boolean }} provider */
  take({ domain, token = '', isPage = false }) {
    this.#page = isPage ? { domain, token } : null;
    this.choose(isPage ? '' : domain);
    if (token) this.#typed = token;
  }

  /** The user wants another one. */
  forget() {
    this.invite(''); // it was for the provider from before
    this.choose('');
  }

  /**
   * There was no invitation at the page that the user has named: its host is tried as the provider.
   *
   * @param {Failure} error why there was none
   * @returns {string} the host; '' if no page was named, or something else has failed
   */
  tryHost(error) {
    const page = this.#page;
    if (!page || page.error || error.field !== 'token') return '';
    page.error = error;
    this.#typed = '';
    this.choose(page.domain);
    return page.domain;
  }

  /**
   * The host is no provider either. The next try reads the page once more.
   *
   * @param {Failure} error
   * @returns {Failure | undefined} why there was no invitation at the page; undefined if no page was named, or
   *   something else has failed
   */
  noProvider({ kind }) {
    const page = this.#page;
    if (!page?.error || (kind !== 'discovery' && kind !== 'transport')) return undefined;
    const { error } = page;
    page.error = undefined;
    this.#typed = page.token;
    this.choose('');
    return error;
  }
}

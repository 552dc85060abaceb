/** @type {typeof HTMLElement} not there on servers that render pages */
const Base = globalThis.HTMLElement ?? Object;

/**
 * What the elements have in common: the properties of their attributes, and a panel in their shadow tree, which
 * does all else. An element has no other members, so that a page finds on it what is documented.
 */
export class XmppElement extends Base {
  #panel;

  /** @param {(element: HTMLElement) => import('./panel.js').Panel} makePanel */
  constructor(makePanel) {
    super();
    this.#panel = makePanel(this);
  }

  /** @returns {string} */
  get domain() {
    return propertyOf(this, 'domain');
  }

  /** @param {string | null | undefined} value */
  set domain(value) {
    setProperty(this, 'domain', value);
  }

  /** @returns {string} */
  get url() {
    return propertyOf(this, 'url');
  }

  /** @param {string | null | undefined} value */
  set url(value) {
    setProperty(this, 'url', value);
  }

  connectedCallback() {
    this.#adoptProperties();
    this.#panel.connect();
  }

  disconnectedCallback() {
    // An element that is only moved within the page is back before this runs, and keeps its state.
    queueMicrotask(() => {
      if (!this.isConnected) this.#panel.disconnect();
    });
  }

  connectedMoveCallback() {
    this.#panel.followLanguage();
  }

  /** @param {string} name @param {string | null} before @param {string | null} after */
  attributeChangedCallback(name, before, after) {
    if (before !== after) this.#panel.attributeChanged(name);
  }

  /** A property that was set before the element's class was there hides the class's own: it is set once more. */
  #adoptProperties() {
    const element = /** @type {Record<string, any>} */ (/** @type {unknown} */ (this));
    for (const [name, value] of Object.entries(this)) {
      if (!(name in this.constructor.prototype)) continue;
      delete element[name];
      element[name] = value;
    }
  }
}

/**
 * The value of an element's property of an attribute's name.
 *
 * @param {Element} element
 * @param {string} attribute
 */
export const propertyOf = (element, attribute) => element.getAttribute(attribute) ?? '';

/**
 * Sets such a property.
 *
 * @param {Element} element
 * @param {string} attribute
 * @param {string | null | undefined} value null and undefined take the attribute away
 */
export function setProperty(element, attribute, value) {
  if (value == null) element.removeAttribute(attribute);
  else element.setAttribute(attribute, value);
}

/**
 * Defines an element where there are elements, and once.
 *
 * @param {string} name
 * @param {{ new (): HTMLElement }} element
 */
export function define(name, element) {
  if (globalThis.customElements && !customElements.get(name)) customElements.define(name, element);
}

/**
 * The view follows the state: `h` describes an element, `render` makes the children of a node look as
 * described. A node that is described again stays, with its focus, its caret and what was typed into it.
 *
 * Nothing is ever asked of a <form> by name: a server chooses the names of the fields, and an input named
 * "append" or "remove" hides the form's own method.
 */

/**
 * @typedef {string | number | boolean | null | undefined | ((event: Event) => void)} Attribute
 * @typedef {object} View
 * @property {string} name
 * @property {string | undefined} key tells it from its siblings of the same name
 * @property {Record<string, Attribute>} attributes
 * @property {((node: HTMLElement) => void) | undefined} ref is told the element when it is made
 * @property {(View | string)[]} children
 */

/** @typedef {View | string | null | undefined | false} One */

/** @typedef {One | (One | (One | One[])[])[]} Child what there may be among the children; lists may be in lists */

/** @typedef {{ view: View | string, node: Node }} Shown */

/**
 * What a page calls an element that it styles by ::part; the classes are parts as well.
 *
 * @type {Record<string, string>}
 */
const PARTS = {
  a: 'link',
  button: 'button',
  h2: 'title',
  h3: 'title',
  input: 'input',
  label: 'label',
  legend: 'label',
  progress: 'progress',
  select: 'input',
  textarea: 'input',
};

/** What the user changes as well: set on the element itself, as the attribute is only where it begins. */
const PROPERTIES = ['checked', 'value'];

/**
 * Describes an element. Attributes that are null, undefined or false are left out, true stands for an empty
 * one; `on…` are listeners. Strings among the children become text, never markup.
 *
 * @param {string} name
 * @param {Record<string, unknown> & { key?: string, ref?: (node: HTMLElement) => void }} [attributes]
 * @param {...Child} children
 * @returns {View}
 */
export function h(name, { key, ref, ...attributes } = {}, ...children) {
  const part = [PARTS[name], attributes.class].filter(Boolean).join(' ');
  return {
    name,
    key,
    ref,
    attributes: /** @type {Record<string, Attribute>} */ (part ? { part, ...attributes } : attributes),
    children: flat(children),
  };
}

/** @param {Child[]} children @returns {(View | string)[]} without the empty ones, in one list */
function flat(children) {
  return children.flatMap(child => (Array.isArray(child) ? flat(child) : child ? [child] : []));
}

/**
 * What stands in a node that this module renders into.
 *
 * @type {WeakMap<Node, Shown[]>}
 */
const contents = new WeakMap();

/**
 * The listeners of an element.
 *
 * @type {WeakMap<EventTarget, Record<string, Attribute>>}
 */
const listeners = new WeakMap();

/**
 * Makes the children of a node look as described. Other children of the node are left alone.
 *
 * @param {Node} parent
 * @param {(View | string)[]} views
 */
export function render(parent, views) {
  const before = contents.get(parent) ?? [];
  const gone = [...before];
  const after = views.map(view => {
    const at = gone.findIndex(shown => isSame(shown.view, view));
    if (at < 0) return { view, node: create(view) };
    const [{ view: old, node }] = gone.splice(at, 1);
    if (old !== view) update(/** @type {HTMLElement} */ (node), /** @type {View} */ (old), /** @type {View} */ (view));
    return { view, node };
  });
  for (const { node } of gone) Node.prototype.removeChild.call(parent, node);
  // Moving an element takes the focus from it, so elements that stay in their order are not touched.
  const order = before.filter(shown => !gone.includes(shown)).map(({ node }) => node);
  let at = 0;
  for (const { node } of after) {
    if (node === order[at]) {
      at++;
      continue;
    }
    const later = order.indexOf(node, at);
    if (later >= 0) order.splice(later, 1);
    Node.prototype.insertBefore.call(parent, node, order[at] ?? null);
  }
  contents.set(parent, after);
}

/**
 * Whether the node of one description serves for the other. A text that differs is another node: a screen
 * reader is told of what comes, not of what changes.
 *
 * @param {View | string} one
 * @param {View | string} other
 */
function isSame(one, other) {
  if (typeof one === 'string' || typeof other === 'string') return one === other;
  return one.name === other.name && one.key === other.key;
}

/** @param {View | string} view */
function create(view) {
  if (typeof view === 'string') return document.createTextNode(view);
  const element = document.createElement(view.name);
  update(element, { ...view, attributes: {}, children: [] }, view);
  view.ref?.(element);
  return element;
}

/** @param {HTMLElement} element @param {View} before @param {View} after */
function update(element, { attributes: before }, { attributes: after, children }) {
  for (const name of Object.keys({ ...before, ...after })) {
    const value = after[name];
    if (value === before[name] || PROPERTIES.includes(name)) continue;
    if (name.startsWith('on')) {
      if (!before[name]) EventTarget.prototype.addEventListener.call(element, name.slice(2), listen);
    } else if (value == null || value === false) {
      Element.prototype.removeAttribute.call(element, name);
    } else {
      Element.prototype.setAttribute.call(element, name, value === true ? '' : String(value));
    }
  }
  listeners.set(element, after);
  render(element, children);
  // Last: what a <select> holds depends on its options, what an <input> holds on its type.
  const control = /** @type {Record<string, unknown>} */ (/** @type {unknown} */ (element));
  for (const name of PROPERTIES) {
    if (name in after && after[name] !== before[name] && control[name] !== after[name]) control[name] = after[name];
  }
}

/** @param {Event} event */
function listen(event) {
  const listener = listeners.get(/** @type {EventTarget} */ (event.currentTarget))?.[`on${event.type}`];
  if (typeof listener === 'function') listener(event);
}

/**
 * What has the focus in the tree that a node is in.
 *
 * @param {Node} node
 */
function focusAround(node) {
  return /** @type {Document | ShadowRoot} */ (node.getRootNode()).activeElement ?? null;
}

/**
 * Whether the focus may be moved into the tree of an element: it is there already, or nowhere. It must not be
 * taken from a user who has gone on to something else in the page, and an element in a form must not take it from a
 * user who fills in another form.
 *
 * @param {Element} node
 * @returns {boolean}
 */
export function mayFocus(node) {
  const active = node.ownerDocument.activeElement;
  const inside = focusAround(node);
  const [own, other] = [node.closest('form'), inside?.closest('form')];
  if (own && other && own !== other) return false;
  return Boolean(inside) || !active || active === node.ownerDocument.body;
}

/**
 * Notes where the focus and the caret are before something else is drawn.
 *
 * @param {ShadowRoot} root
 * @param {boolean} isAnotherPage whether what comes has nothing to do with what was there
 * @returns {() => boolean} takes them back there; false if there is no such place any more
 */
export function noteFocus(root, isAnotherPage) {
  const active = /** @type {HTMLElement | null} */ (root.activeElement);
  if (!active) return () => true;
  const name = active.closest('[data-field]')?.getAttribute('data-field');
  const isInProblem = active.closest('.problem') !== null;
  const caret = caretOf(active);
  return () => {
    let place = active.isConnected && !(isAnotherPage && active.matches('.status')) ? active : null;
    // The same field may have another control.
    if (!place && name != null && !isAnotherPage) {
      place = root.querySelector(`[data-field="${CSS.escape(name)}"] :is(input, select, textarea)`);
    }
    if (!place && isInProblem && !isAnotherPage) {
      // Goes to the problem that has come in its place, if any. Without one the user does not expect the page to go on.
      /** @type {HTMLElement | null} */ (root.querySelector('.problem'))?.focus();
      return true;
    }
    if (root.activeElement !== place) place?.focus();
    if (place) setCaret(place, caret);
    return place !== null;
  };
}

/**
 * @typedef {[number | null, number | null, HTMLInputElement['selectionDirection']]} Caret
 *
 * @param {HTMLElement} element
 * @returns {Caret} nulls where there is none
 */
function caretOf(element) {
  const {
    selectionStart = null,
    selectionEnd = null,
    selectionDirection = null,
  } = /** @type {HTMLInputElement} */ (element);
  return [selectionStart, selectionEnd, selectionDirection];
}

/** @param {HTMLElement} element @param {Caret} caret */
function setCaret(element, caret) {
  const now = caretOf(element);
  const [start, end, direction] = caret;
  // Inputs for email and dates have no caret that can be set.
  if (start === null || now[0] === null || now.join() === caret.join()) return;
  /** @type {HTMLInputElement} */ (element).setSelectionRange(start, end, direction ?? undefined);
}

import { h } from './view.js';

/** Forms and buttons of the elements' pages. */

/**
 * A form whose sending is the script's business.
 *
 * @param {Record<string, unknown>} attributes
 * @param {() => void} onSubmit
 * @param {...import('./view.js').Child} children
 */
export function formView(attributes, onSubmit, ...children) {
  const onsubmit = (/** @type {Event} */ event) => {
    event.preventDefault();
    onSubmit();
  };
  return h('form', { novalidate: true, ...attributes, onsubmit }, ...children);
}

/** @param {...import('./view.js').Child} buttons */
export const actionsView = (...buttons) => h('p', { class: 'actions' }, ...buttons);

/**
 * A button. One that does nothing for a while is not `disabled`: that would take the focus away.
 *
 * @param {string} words
 * @param {boolean} isLocked
 * @param {Record<string, unknown>} attributes
 */
export function buttonView(words, isLocked, attributes) {
  return h('button', { type: 'button', ...attributes, 'aria-disabled': isLocked && 'true' }, words);
}

/** The button that sends a form. @param {string} words @param {boolean} isLocked @param {string} className */
export function submitView(words, isLocked, className) {
  return actionsView(buttonView(words, isLocked, { type: 'submit', 'data-submit': true, class: className }));
}

import { fill, h } from './dom.js';
import { renderForm } from './form.js';
import { redirect } from './problem.js';
import { formElement } from './shell.js';

/**
 * The form of a sign-up on the screen: title, instructions, fields, button, and where else to go. It can
 * be drawn before the server's own form is there, which then takes its place field by field.
 */
export class Pane {
  /** @type {ReturnType<typeof renderForm>} */
  fields;
  /** The address of the account whose password the form sets; '' for a new account. */
  reset = '';
  #texts;
  #title = h('h2', { tabindex: '-1', dir: 'auto' });
  #intro = h('div');
  #form;
  #submit = h('button', { type: 'submit', 'data-submit': true, class: 'primary' });
  #elsewhere = h('div');

  /**
   * @param {object} options
   * @param {typeof import('./texts/en.js').texts} options.texts
   * @param {() => void} options.onSubmit
   * @param {() => void} options.onRenew asks for another CAPTCHA
   */
  constructor({ texts, onSubmit, onRenew }) {
    this.#texts = texts;
    this.fields = renderForm({ fields: [] }, { texts, onRenew });
    this.#form = formElement({}, onSubmit, this.fields.element, h('p', { class: 'actions' }, this.#submit));
  }

  /** What goes into the view. */
  get elements() {
    return [this.#title, this.#intro, this.#form, this.#elsewhere];
  }

  /**
   * Draws a form. What is there already, and what was typed, stays as far as it is asked for again.
   *
   * @param {import('./form.js').Form & { title?: string, instructions?: string, url?: string, registered?: boolean }} form
   */
  draw(form) {
    const texts = this.#texts;
    const settled = form.fields.find(({ name, readOnly }) => name === 'username' && readOnly);
    this.reset = form.registered && settled ? `${settled.value}@${form.domain}` : '';
    const active = this.#title.getRootNode().activeElement;
    this.fields.update(form);
    const nothing = this.fields.empty;
    const title =
      form.title || fill(form.domain ? texts.signup.title : texts.signup.titleNowhere, { domain: form.domain });
    // What stays as it is must not be read out again.
    if (this.#title.textContent !== title) this.#title.textContent = title;
    // A field may have the name of that method.
    Element.prototype.setAttribute.call(this.#form, 'aria-label', title);
    this.#submit.textContent = this.reset ? texts.signup.submitReset : texts.signup.submit;
    this.#submit.hidden = nothing;
    const url = form.url || (nothing && linkIn(form.instructions ?? ''));
    // Ours until the server's come, so that the fields stay where they are.
    const instructions = form.instructions || (this.#isUsual(form) ? texts.signup.instructions : '');
    this.#intro.replaceChildren(
      ...[
        instructions && h('p', { class: 'lines instructions', dir: 'auto' }, instructions),
        form.registered &&
          h('p', {}, this.reset ? fill(texts.signup.reset, { address: this.reset }) : texts.signup.existing),
        nothing && !url && h('p', {}, texts.signup.noForm),
      ].filter(Boolean),
    );
    this.#elsewhere.replaceChildren(...(url ? redirect(url, { texts, only: nothing }) : []));
    // What had the focus is gone.
    if (nothing && active) this.focus();
  }

  /** Whether a form asks for a new account's user name and password. */
  #isUsual({ registered, service, fields }) {
    return (
      !registered && !service && ['username', 'password'].every(wanted => fields.some(({ name }) => name === wanted))
    );
  }

  focus() {
    if (this.fields.empty) this.#title.focus();
    else this.fields.focusFirst();
  }
}

/** The first address of a secure web page in a text; '' if there is none. */
function linkIn(text) {
  return /(?<![\w:])https:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]]/i.exec(text)?.[0] ?? '';
}

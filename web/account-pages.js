import { actionsView, buttonView, formView, submitView } from './actions.js';
import { fill } from './dom.js';
import { h } from './view.js';

/**
 * What the page of an account looks like.
 *
 * @typedef {typeof import('./texts/en.js').texts} Texts
 *
 * @typedef {object} Visit who is there, and what they do
 * @property {import('./form.js').Form | null} login
 * @property {import('./request.js').Request | null} change of the password
 * @property {import('./request.js').Request | null} removal of the account
 * @property {string} jid the bare address of the account
 * @property {string} name what the user calls it: password managers know it by that name
 * @property {boolean} isLent whether the connection is that of the page's client, who signs in and out
 * @property {boolean} isLost whether the connection is
 * @property {boolean} isUnsupported whether the server says that it does not do this
 * @property {string} gone the address of an account that was deleted, while that is said
 * @property {(texts: Texts) => string} answer what came of a request
 *
 * @typedef {object} Lasting what is in the state beside
 * @property {string} preset the domain that completes a user name; '' if a whole address has to be typed
 * @property {boolean} isStale whether there are new settings: to be begun with as soon as nothing is in the way
 * @property {'changing' | 'deleting' | ''} unansweredStep a change that may have happened, as its answer was lost; kept until somebody
 *   signs in
 *
 * @typedef {Visit & Lasting} Account what is in the state
 *
 * @typedef {object} AccountContext
 * @property {import('./panel.js').State & Account} state
 * @property {Texts} texts
 * @property {boolean} isLocked whether the buttons do nothing
 * @property {(selector: string) => HTMLElement | null} find
 * @property {{ signIn: () => void, signInAgain: () => void, signOut: () => void, change: () => void, remove: () => void, another: () => void }} actions
 */

/** @returns {Visit} of nobody */
export function nobody() {
  return {
    login: null,
    change: null,
    removal: null,
    jid: '',
    name: '',
    gone: '',
    isLent: false,
    isLost: false,
    isUnsupported: false,
    answer: () => '',
  };
}

/** @param {string} domain that completes a user name; '' if a whole address has to be typed @returns {import('./form.js').FieldData[]} */
export function loginFields(domain) {
  return [
    domain
      ? {
          name: 'username',
          control: 'line',
          label: texts => texts.login.username,
          required: true,
          autocomplete: 'username',
          preview: texts => texts.login.preview,
        }
      : {
          name: 'username',
          control: 'line',
          content: { type: 'address' },
          keyboard: 'email',
          label: texts => texts.login.address,
          description: texts => texts.login.hint,
          required: true,
          autocomplete: 'username',
        },
    {
      name: 'password',
      control: 'password',
      label: texts => texts.fields.password,
      required: true,
      autocomplete: 'current-password',
    },
  ];
}

/** @param {(password: string) => void} onSuggest @returns {import('./form.js').FieldData[]} */
export function changeFields(onSuggest) {
  return [
    {
      name: 'new-password',
      control: 'password',
      label: texts => texts.change.password,
      required: true,
      autocomplete: 'new-password',
      onSuggest,
    },
    {
      name: 'repeat-password',
      control: 'password',
      label: texts => texts.change.repeat,
      required: true,
      autocomplete: 'new-password',
      advice: false,
    },
  ];
}

/** @param {string} address @returns {import('./form.js').FieldData[]} */
export function removalFields(address) {
  return [
    {
      name: 'confirm',
      control: 'line',
      content: { type: 'address' },
      keyboard: 'email',
      required: true,
      autocomplete: 'off',
      label: texts => fill(texts.remove.confirm, { address }),
    },
  ];
}

/** @param {AccountContext} context @returns {import('./panel.js').Page} */
export function accountPage(context) {
  const { login, change, gone, step } = context.state;
  const focus = () => context.find('h2')?.focus();
  if (gone) return { name: 'deleted', views: deletedPage(context), focus };
  if (change) return { name: 'account', views: openPage(context), focus };
  if (login && step !== 'failed') {
    return { name: 'login', views: loginPage(context), focus: () => login.focusFirst() };
  }
  return { name: 'failed', views: failedPage(context), focus: () => context.find('.problem')?.focus() };
}

/** @param {AccountContext} context */
const failedPage = ({ state, texts, isLocked, actions }) =>
  state.isLent ? [actionsView(againView(texts.account.lent.again, isLocked, actions.signInAgain))] : [];

/** @param {string} words @param {boolean} isLocked @param {() => void} onclick */
const againView = (words, isLocked, onclick) => buttonView(words, isLocked, { 'data-action': 'connect', onclick });

/** @param {AccountContext} context */
function loginPage({ state, texts, isLocked, actions }) {
  const { preset } = state;
  const { titleAt, title, submit } = texts.login;
  const words = preset ? fill(titleAt, { domain: preset }) : title;
  return [
    h('h2', {}, words),
    formView(
      { 'aria-label': words },
      actions.signIn,
      state.login?.view(texts),
      submitView(submit, isLocked, 'primary'),
    ),
  ];
}

/** @param {string} jid */
const addressView = jid => h('div', { class: 'address' }, h('bdi', { dir: 'ltr' }, jid));

/** @param {AccountContext} context */
function openPage({ state, texts, isLocked, actions }) {
  const { account, change, remove } = texts;
  const id = 'xmpp-account';
  return [
    h('h2', { tabindex: '-1' }, account.title),
    addressView(state.jid),
    h(
      'div',
      { class: 'notice', role: 'status' },
      state.isLost &&
        h(
          'div',
          {},
          h('p', {}, fill(account.lost, { domain: state.domain })),
          actionsView(againView(state.isLent ? account.lent.again : account.again, isLocked, actions.signInAgain)),
        ),
    ),
    h('p', { class: 'hint', 'data-unsupported': true, hidden: !state.isUnsupported }, account.unsupported),
    !state.isLent &&
      actionsView(buttonView(account.signOut, isLocked, { 'data-action': 'sign-out', onclick: actions.signOut })),
    h(
      'section',
      { 'data-section': 'change' },
      h('h3', { id: `${id}-change` }, change.title),
      h(
        'p',
        { class: 'said', tabindex: '-1', id: `${id}-said`, role: 'group', 'aria-labelledby': `${id}-said` },
        state.answer(texts),
      ),
      state.change?.view(texts, {
        labelledby: `${id}-change`,
        // Tells password managers whose password it is.
        before: h('input', { type: 'text', autocomplete: 'username', value: state.name, readonly: true, hidden: true }),
        submit: submitView(change.submit, isLocked, 'primary'),
        onSubmit: actions.change,
      }),
    ),
    h(
      'section',
      { 'data-section': 'delete' },
      h('h3', { id: `${id}-remove` }, remove.title),
      h('p', {}, remove.warning),
      state.removal?.view(texts, {
        labelledby: `${id}-remove`,
        submit: submitView(remove.submit, isLocked, 'danger'),
        onSubmit: actions.remove,
      }),
    ),
  ];
}

/** @param {AccountContext} context */
function deletedPage({ state, texts: { remove }, isLocked, actions }) {
  return [
    h('h2', { tabindex: '-1' }, remove.done),
    h('p', {}, remove.gone),
    addressView(state.gone),
    h('p', {}, remove.next),
    !state.isLent &&
      actionsView(buttonView(remove.other, isLocked, { 'data-action': 'login', onclick: actions.another })),
  ];
}

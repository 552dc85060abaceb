import { actionsView, buttonView, formView, submitView } from './actions.js';
import { fill, safeLink } from './dom.js';
import { addressIn, withLinks } from './links.js';
import { donePage } from './done-page.js';
import { redirectViews } from './problem.js';
import { h } from './view.js';

/**
 * What a sign-up looks like.
 *
 * @typedef {typeof import('./texts/en.js').texts} Texts
 * @typedef {import('./form.js').Form} Form
 * @typedef {import('./form.js').FormData & Words & { url?: string, registered?: boolean }} Shape a form as it comes
 *   from the server
 * @typedef {object} Words what a server says above the fields of a form
 * @property {string} [title]
 * @property {string} [instructions]
 * @property {boolean} [genericTitle] whether servers say that by themselves, in English
 * @property {boolean} [genericInstructions]
 *
 * @typedef {object} SignUp what is in its state
 * @property {Form | null} question for the domain
 * @property {Form | null} choice of one of the provider's domains
 * @property {Form | null} form with what was typed
 * @property {Shape} shape of that form
 * @property {Form | null} invitation for another invitation
 * @property {(import('./xmppreg.js').Account & { instructions?: string }) | null} account that was made
 * @property {'copied' | 'selected' | ''} copied whether its address is on the clipboard, or selected, to be copied
 * @property {import('./apps.js').Apps | null} apps to sign in with, as soon as they have come
 * @property {boolean} isPasswordReset whether only its password was set
 * @property {boolean} isNameSettled whether its name was settled before: an invitation to a new password is like one to an
 *   account of that name
 * @property {boolean} isBegun whether the server has taken some answers, and wants to know more
 * @property {boolean} isHandedOver whether the page signs in by itself
 * @property {string} unansweredAddress of an account that may exist: it was asked for, and no answer came
 *
 * @typedef {object} SignUpContext
 * @property {import('./panel.js').State & SignUp} state
 * @property {Texts} texts
 * @property {boolean} isLocked whether the buttons do nothing
 * @property {boolean} hasChoice whether another provider may be chosen
 * @property {Actions} actions
 * @property {(selector: string) => HTMLElement | null} find
 *
 * @typedef {object} Actions
 * @property {() => void} answer the question for the domain
 * @property {() => void} send the form
 * @property {() => void} invite with what was typed
 * @property {() => void} goOnWithout an invitation
 * @property {() => void} retry
 * @property {() => void} chooseProvider
 * @property {() => void} copy the address
 */

/** Trying the same again would end in the same. */
const FINAL = new Set([
  'not-advertised',
  'not-supported',
  'forbidden',
  'not-allowed',
  'not-authorized',
  'invite-required',
  'invite-invalid',
  'invite-unsupported',
  'no-websocket-endpoint',
  'discovery-blocked',
  'insecure-redirect',
  'unsupported-redirect',
  'unsafe-url',
  'server-misconfigured',
]);

/** What an invitation, or another one, can help against. */
const UNINVITED = new Set(['invite-required', 'invite-invalid', 'invite-unsupported']);

/** @param {import('./problem.js').Failure} error */
export const isUninvited = ({ reason, field }) => UNINVITED.has(reason ?? '') || field === 'token';

/** The address of the account whose password a form sets; '' for a new account. @param {Shape} shape */
export function accountOf({ registered, domain, fields }) {
  const settled = registered && fields.find(({ name, readOnly }) => name === 'username' && readOnly);
  return settled ? `${settled.value}@${domain}` : '';
}

/** @returns {SignUp} */
export function emptySignUp() {
  return {
    question: null,
    choice: null,
    form: null,
    shape: { fields: [] },
    invitation: null,
    account: null,
    copied: '',
    apps: null,
    isPasswordReset: false,
    isNameSettled: false,
    isBegun: false,
    isHandedOver: false,
    unansweredAddress: '',
  };
}

/**
 * The field of a question of the page's own.
 *
 * @param {'domain' | 'invitation'} name
 * @param {string} [value]
 * @returns {import('./form.js').FieldData[]}
 */
export function questionFields(name, value) {
  const label = (/** @type {Texts} */ texts) => texts[name].label;
  const description = (/** @type {Texts} */ texts) => texts[name].hint;
  return [{ name, control: 'line', label, description, required: true, value }];
}

/**
 * The field with which a user chooses one of a provider's domains.
 *
 * @param {string[]} domains
 * @param {string} domain the one of the moment
 * @param {(domain: string) => void} onChoose
 * @returns {import('./form.js').FieldData}
 */
export function choiceField(domains, domain, onChoose) {
  return {
    name: 'domain',
    control: 'choice',
    label: texts => texts.domain.ends,
    options: domains.map(value => ({ value, label: `@${value}` })),
    value: domain,
    required: true,
    isRow: true,
    onChoose: value => onChoose(String(value)),
  };
}

/** @param {SignUpContext} context @returns {import('./panel.js').Page} */
export function signUpPage(context) {
  const {
    state: { step, form, question },
    find,
  } = context;
  const toTitle = () => find('.view > [tabindex]')?.focus();
  switch (step) {
    case 'domain':
    case 'reading':
      return { name: 'domain', views: questionPage(context), focus: () => question?.focusFirst() };
    case 'failed':
      return { name: 'failed', views: failedPage(context), focus: () => find('.problem')?.focus() };
    case 'done':
    case 'handover':
      return { name: 'done', views: donePage(context), focus: toTitle };
    default:
      return {
        name: 'form',
        views: formPage(context),
        focus: !form || form.isEmpty ? toTitle : () => form.focusFirst(),
      };
  }
}

/** @param {SignUpContext} context */
function questionPage({ state, texts, isLocked, actions }) {
  const { title, label, submit } = texts.domain;
  return [
    h('h2', {}, title),
    formView(
      { 'aria-label': label },
      actions.answer,
      state.question?.view(texts),
      submitView(submit, isLocked, 'primary'),
    ),
  ];
}

/** The server's form: title, instructions, fields, button, and where else to go. @param {SignUpContext} context */
function formPage(context) {
  const {
    state: { form, shape, step, invitation, choice, isBegun },
    texts,
    isLocked,
    actions,
  } = context;
  const { signup } = texts;
  const { domain = '', registered, genericTitle, genericInstructions } = shape;
  // What every server says by itself adds nothing, and is English.
  const instructions = genericInstructions ? '' : (shape.instructions ?? '');
  const reset = accountOf(shape);
  const isEmpty = !form || form.isEmpty;
  const title = (!genericTitle && shape.title) || fill(domain ? signup.title : signup.titleNowhere, { domain });
  const url = shape.url || (isEmpty && addressIn(instructions));
  // Ours until the server's come, so that the fields stay where they are.
  const words = instructions || (isUsual(shape) ? signup.instructions : '');
  return [
    h('h2', { tabindex: '-1', dir: 'auto' }, withLinks(title)),
    h(
      'div',
      {},
      words && h('p', { class: 'lines instructions', dir: 'auto' }, withLinks(words)),
      registered && h('p', {}, reset ? fill(signup.reset, { address: reset }) : signup.existing),
      isEmpty && !url && h('p', {}, signup.noForm),
    ),
    formView(
      { 'aria-label': title },
      actions.send,
      choice?.view(texts),
      form?.view(texts),
      !isEmpty &&
        submitView(reset ? signup.submitReset : isBegun ? texts.domain.submit : signup.submit, isLocked, 'primary'),
    ),
    h('div', {}, url && redirectViews(url, texts, isEmpty)),
    step === 'elsewhere' && waysView(context, { isMain: !url || !safeLink(url, '') }),
    invitation && h('section', { 'data-section': 'invitation' }, invitationView(context, false), waysView(context, {})),
  ];
}

/** Whether a form asks for a new account's user name and password. @param {Shape} shape */
function isUsual({ registered, service, fields }) {
  return (
    !registered && !service && ['username', 'password'].every(wanted => fields.some(({ name }) => name === wanted))
  );
}

/** There is no form: what can be done instead. @param {SignUpContext} context */
function failedPage(context) {
  const error = context.state.problem?.error ?? { message: '' };
  const canInvite = isUninvited(error);
  return [
    // Another of the provider's servers may do.
    context.state.choice?.view(context.texts),
    canInvite && invitationView(context, true),
    waysView(context, {
      canRetry: !FINAL.has(error.reason ?? ''),
      isMain: !canInvite,
      canGoWithout: canInvite && error.reason !== 'invite-required',
    }),
  ];
}

/**
 * Buttons to go on with.
 *
 * @param {SignUpContext} context
 * @param {{ canRetry?: boolean, canGoWithout?: boolean, isMain?: boolean }} options `isMain`: the first one is the main thing to do
 */
function waysView({ texts, isLocked, hasChoice, actions }, { canRetry, canGoWithout, isMain }) {
  /** @type {[string, string, () => void][]} */
  const ways = [];
  if (canGoWithout) ways.push([texts.invitation.without, 'without', actions.goOnWithout]);
  if (canRetry) ways.push([texts.signup.retry, 'retry', actions.retry]);
  if (hasChoice) ways.push([texts.signup.otherProvider, 'provider', actions.chooseProvider]);
  return (
    ways.length > 0 &&
    actionsView(
      ways.map(([words, name, onclick], at) =>
        buttonView(words, isLocked, { 'data-action': name, class: isMain && at === 0 && 'primary', onclick }),
      ),
    )
  );
}

/** A form for an invitation, or another one. @param {SignUpContext} context @param {boolean} isMain */
function invitationView({ state, texts, isLocked, actions }, isMain) {
  const { label, submit } = texts.invitation;
  return formView(
    { 'aria-label': label },
    actions.invite,
    state.invitation?.view(texts),
    actionsView(buttonView(submit, isLocked, { type: 'submit', class: isMain && 'primary' })),
  );
}

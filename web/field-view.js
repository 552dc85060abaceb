import { addressOf, isWholeAddress } from './address.js';
import { formatHint } from './controls.js';
import { fill, safeLink } from './dom.js';
import { withLinks } from './links.js';
import { mediaViews } from './media.js';
import { ruleHints } from './rules.js';
import { h } from './view.js';

/**
 * How a field looks: label, media, control, hints and what is wrong with it.
 *
 * @typedef {typeof import('./texts/en.js').texts} Texts
 * @typedef {import('./view.js').View} View
 * @typedef {{ id: string, text: string } | null} Answers where it is said how many of several answers are needed
 * @typedef {(texts: Texts, answers: Answers) => import('./view.js').Child} Words what is said, in the language of
 *   the moment
 *
 * @typedef {object} FormContext what the fields of a form have in common
 * @property {Texts} texts
 * @property {'required' | 'optional' | ''} marked which fields are marked as such; '' where all are required
 * @property {string} domain makes an address of a user name; '' for none
 * @property {Answers} answers
 * @property {boolean} showsFallback whether what is for those who do not see the picture is shown
 * @property {(() => void) | undefined} onRenew asks for another CAPTCHA
 *
 * @typedef {object} Drawn a field as it is at the moment
 * @property {string} key
 * @property {string} id
 * @property {import('./form.js').FieldData} data
 * @property {string} label
 * @property {import('./controls.js').Control} control
 * @property {import('./controls.js').Content} content
 * @property {Words | null} problem
 * @property {boolean} isRevealed
 * @property {Set<string>} failed
 * @property {(element: HTMLElement) => void} ref
 * @property {() => void} onInput
 * @property {() => void} onChange
 * @property {(isRevealed: boolean) => void} onReveal
 * @property {() => void} onSuggest
 * @property {(url: string) => void} onFailed
 */

/**
 * The words of a field: a server's as they are, the pages' own in the language of the moment.
 *
 * @param {string | ((texts: Texts) => string) | undefined} words
 * @param {Texts} texts
 */
export const wordsOf = (words, texts) => (typeof words === 'function' ? words(texts) : (words ?? ''));

/** @param {Drawn} field @param {FormContext} context @returns {View} */
export function fieldView(field, context) {
  const { key, id, data, label, control, content, problem, ref } = field;
  const { texts, answers, marked } = context;
  if (data.control === 'text') return fixedView(field, context);
  const { required, readOnly, captcha, name } = data;
  const { group } = control;
  const isBoolean = data.control === 'checkbox';
  const errorId = `${id}-error`;
  const preview = previewOf(field, context);
  const hints = hintViews(field, context);
  if (preview) {
    const className = preview.isSeen ? 'hint' : 'unseen';
    hints.push(h('p', { class: className, id: `${id}-address`, 'data-preview': true }, preview.text));
  }
  const describedby = [
    captcha && answers?.id,
    captcha && `${id}-media`,
    ...hints.map(hint => hint.attributes.id),
    errorId,
  ]
    .filter(Boolean)
    .join(' ');
  const error = h('p', { class: 'error', id: errorId, dir: 'auto' }, problem?.(texts, answers));
  const place = { ...field, texts, describedby, errorId, isWrong: problem !== null };
  const shown = control.view(content, place);
  const words = [
    h('span', { dir: 'auto' }, withLinks(label)),
    !readOnly && !isBoolean && markView(field, marked, texts),
  ];
  const root = { key, ref, class: 'field', 'data-field': name, oninput: field.onInput, onchange: field.onChange };
  if (group) {
    const isRadio = group === 'radio';
    return h(
      'fieldset',
      {
        ...root,
        'aria-describedby': describedby,
        role: isRadio && 'radiogroup',
        'aria-required': isRadio && required && 'true',
        'aria-invalid': isRadio && String(problem !== null),
      },
      h('legend', {}, words),
      hints,
      mediaView(field, context),
      shown,
      error,
    );
  }
  const tag = h('label', { for: id }, words);
  const links = data.links && linksView(data.links, texts);
  return h(
    'div',
    root,
    isBoolean
      ? [mediaView(field, context), h('div', { class: 'choice' }, shown, tag), links, hints, error]
      : [tag, mediaView(field, context), preview ? withDomain(shown, field, context) : shown, hints, error],
  );
}

/** Says that a field may be left empty, or must not be. @param {Drawn} field @param {FormContext['marked']} marked @param {Texts} texts */
function markView({ data: { required }, control }, marked, { form }) {
  if (!required) return marked === 'optional' && h('span', { class: 'optional' }, ` ${form.optional}`);
  // Of a group of boxes nothing but this text says that an answer is wanted; other controls say it themselves.
  const isSaid = control.group !== 'boxes';
  if (marked === 'required')
    return h('span', { class: 'required', 'aria-hidden': isSaid && 'true' }, ` ${form.required}`);
  return !isSaid && h('span', { class: 'required unseen' }, ` ${form.required}`);
}

/** @param {Drawn} field @param {FormContext} context */
function hintViews({ id, data, control }, { texts }) {
  const { name, readOnly, description, content, checked } = data;
  const isLines = data.control === 'lines';
  const ofAddresses = content?.type === 'address';
  return [
    readOnly && (name === 'username' ? texts.form.reserved : texts.form.settled),
    isLines && ofAddresses && texts.form.lines,
    // Each line is then a value by itself.
    isLines && !ofAddresses && checked && texts.form.each,
    wordsOf(description, texts),
    ...(readOnly ? [] : [...ruleHints(data, texts), formatHint(control.hint ?? '', texts.form)]),
  ]
    .flatMap(line => line || [])
    .map((line, at) => h('p', { class: 'hint', id: `${id}-hint-${at}`, dir: 'auto' }, withLinks(line)));
}

/** What to read about a field, beside it. @param {NonNullable<import('./form.js').FieldData['links']>} links @param {Texts} texts */
function linksView(links, texts) {
  const views = links.map(({ href, words }) => safeLink(href, words(texts))?.view);
  return h(
    'p',
    { class: 'links' },
    views.flatMap((view, at) => (at ? [' ', view] : [view])),
  );
}

/**
 * What to say of the address that a user name becomes; null for other fields. The eye sees the address in the field
 * itself, with the domain behind it, unless the server makes another name of what is typed.
 *
 * @param {Drawn} field
 * @param {FormContext} context
 */
function previewOf(field, { texts, domain }) {
  const { data, control, content } = field;
  if (data.name !== 'username' || !domain || data.control !== 'line' || control.group) return null;
  const typed = String(control.value(content));
  const address = addressOf(typed || texts.form.addressName, domain);
  return {
    text: fill(wordsOf(data.preview, texts) || texts.form.address, { address }),
    isSeen: isWholeAddress(typed) || (typed !== '' && address !== `${typed}@${domain}`),
  };
}

/** The hint says the same in full; this is for the eye. @param {View} control @param {Drawn} field @param {FormContext} context */
function withDomain(control, field, { domain }) {
  const classes = ['inset', field.problem && 'wrong', field.data.readOnly && 'settled'];
  return h(
    'span',
    { class: classes.filter(Boolean).join(' '), dir: 'ltr' },
    control,
    h('span', { class: 'suffix', 'aria-hidden': 'true', hidden: isWholeAddress(String(field.content)) }, `@${domain}`),
  );
}

/** @param {Drawn} field @param {FormContext} context */
function mediaView({ id, data, label, failed, onFailed }, { texts, onRenew }) {
  const media = mediaViews(data, { texts, label, failed, onFailed });
  if (!data.captcha) return h('div', { class: 'shown' }, media);
  const shown = h('div', { class: 'shown', id: `${id}-media` }, media);
  return onRenew
    ? h(
        'div',
        { class: 'media', hidden: !data.renews },
        shown,
        h('button', { type: 'button', class: 'quiet', 'data-renew': true, onclick: onRenew }, texts.form.captchaNew),
      )
    : shown;
}

/** A text of the server's, or where to go instead of answering. @param {Drawn} field @param {FormContext} context */
function fixedView({ key, data, failed, onFailed }, { texts, showsFallback }) {
  const { value = '', link = '', fallback, media } = data;
  const text = Array.isArray(value) ? value.join('\n') : String(value);
  const label = wordsOf(data.label, texts);
  const to = fallback && link ? safeLink(link, texts.form.captchaPage) : null;
  return h(
    'div',
    { key, class: 'field fixed', hidden: fallback && !showsFallback },
    label && !to && h('p', { class: 'label', dir: 'auto' }, withLinks(label)),
    mediaViews({ ...data, media }, { texts, label: label || text, failed, onFailed }),
    h('p', { class: 'lines', dir: 'auto' }, to ? to.view : withLinks(text)),
    to?.insecure && h('p', { class: 'hint' }, texts.form.openInsecure),
  );
}

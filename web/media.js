import { fill, safeLink } from './dom.js';
import { h } from './view.js';

/**
 * Pictures, sounds and films that belong to a field.
 *
 * @typedef {import('./form.js').FieldData} FieldData
 * @typedef {import('./form.js').Medium} Medium
 * @typedef {'image' | 'audio' | 'video'} Kind
 */

/** @type {Record<Kind, 'Image' | 'Audio' | 'Video'>} how the names of their texts end */
const IN_TEXTS = { image: 'Image', audio: 'Audio', video: 'Video' };

/** Pixels. A browser unpacks a picture when it draws it, and few bytes may become hundreds of megabytes. */
const LARGEST = 16_000_000;

/** Whether something of the field's media is shown in the page itself. @param {FieldData} field */
export function hasInline(field) {
  return usable(field).some(([, media]) => media.some(isInline));
}

/**
 * What the question of a CAPTCHA lacks; '' if there is something to be shown.
 *
 * @param {FieldData} field
 * @returns {Kind | 'other' | ''}
 */
export function lacking({ captcha, media, ...field }) {
  if (!captcha || usable({ media, ...field }).length) return '';
  return captcha in IN_TEXTS ? /** @type {Kind} */ (captcha) : media?.length ? 'other' : '';
}

/**
 * The media of a field that can be shown, by kind; several media of one kind are encodings of the same. Media at
 * addresses to which no link may lead are left out. Media that the page itself can show come first.
 *
 * @param {Pick<FieldData, 'media'>} field
 * @returns {[Kind, Medium[]][]}
 */
function usable({ media = [] }) {
  /** @type {Map<Kind, Medium[]>} */
  const found = new Map();
  for (const medium of media) {
    const { kind, type } = medium;
    if (!kind || (kind !== 'image' && document.createElement(kind).canPlayType(type) === '')) continue;
    let url;
    try {
      url = new URL(medium.url);
    } catch {
      continue;
    }
    if (!['blob:', 'https:', 'http:'].includes(url.protocol)) continue;
    found.set(kind, [...(found.get(kind) ?? []), { ...medium, url: url.href }]);
  }
  return [...found].map(([kind, all]) => [kind, [...all.filter(isInline), ...all.filter(each => !isInline(each))]]);
}

/** @param {Medium} medium */
const isInline = ({ url }) => !url.startsWith('http:');

/**
 * The media of a field.
 *
 * @param {FieldData} field
 * @param {object} context
 * @param {typeof import('./texts/en.js').texts} context.texts
 * @param {string} context.label
 * @param {Set<string>} context.failed the addresses of those that could not be shown
 * @param {(url: string) => void} context.onFailed
 */
export function mediaViews(field, { texts: { form }, label, failed, onFailed }) {
  const lacks = lacking(field);
  if (lacks)
    return [h('p', { class: 'hint' }, lacks === 'other' ? form.mediaFailed : form[`missing${IN_TEXTS[lacks]}`])];
  return usable(field).map(([kind, media]) => {
    const medium = media.find(each => isInline(each) && !failed.has(each.url));
    if (!medium) return mediaLink(media, form[`open${IN_TEXTS[kind]}`], form);
    const { url, width, height } = medium;
    const text = field.captcha ? form[`captcha${IN_TEXTS[kind]}`] : fill(form[`media${IN_TEXTS[kind]}`], { label });
    const size = kind === 'audio' ? {} : { width: width || null, height: height || null };
    const onerror = () => onFailed(url);
    const onload = (/** @type {Event} */ { target }) => {
      const { naturalWidth, naturalHeight } = /** @type {HTMLImageElement} */ (target);
      if (naturalWidth * naturalHeight > LARGEST) onFailed(url);
    };
    // An SVG picture runs no scripts and loads nothing in an <img>, unlike anywhere else.
    return kind === 'image'
      ? h('img', {
          key: url,
          alt: text,
          referrerpolicy: 'no-referrer',
          decoding: 'async',
          src: url,
          ...size,
          onload,
          onerror,
        })
      : h(kind, { key: url, controls: true, 'aria-label': text, preload: 'metadata', src: url, ...size, onerror });
  });
}

/**
 * The page's policy lets pictures from elsewhere in only where its provider says so; a link always works.
 *
 * @param {Medium[]} media
 * @param {string} words
 * @param {typeof import('./texts/en.js').texts.form} form
 */
function mediaLink(media, words, form) {
  for (const { url } of media) {
    const link = safeLink(url, words);
    if (link) return h('p', {}, link.view, link.insecure && h('span', { class: 'hint' }, ` ${form.openInsecure}`));
  }
  return h('p', { class: 'hint' }, form.mediaFailed);
}

import { fill, h } from './dom.js';

// The answers that XEP-0158 names.
const ANSWERS = new Set(['ocr', 'qa', 'audio_recog', 'speech_q', 'speech_recog', 'picture_q', 'picture_recog',
  'video_q', 'video_recog', 'SHA-256']);

const KINDS = {
  image: { text: 'Image', shows: () => true },
  audio: { text: 'Audio', shows: type => document.createElement('audio').canPlayType(type) !== '' },
  video: { text: 'Video', shows: type => document.createElement('video').canPlayType(type) !== '' },
};

/** Whether a field asks for the answer to a CAPTCHA: an answer is good for one form only. */
export function isCaptcha(field) {
  return field.type !== 'fixed' && field.type !== 'hidden'
    && (ANSWERS.has(field.name) || Boolean(field.media?.length));
}

/**
 * What can be shown of a field's media: the first of each kind, for the rest are other encodings of
 * the same. Only pictures, sounds and films, and only from places that the page may load from.
 *
 * @param {import('./form.js').Field} field
 */
export function usableMedia(field) {
  const found = new Map();
  for (const medium of field.media ?? []) {
    const kind = /^(image|audio|video)\//i.exec(medium.type ?? '')?.[1].toLowerCase();
    if (!kind || found.has(kind) || !KINDS[kind].shows(medium.type)) continue;
    let url;
    try {
      url = new URL(medium.url);
    } catch {
      continue;
    }
    if (url.protocol === 'blob:' || url.protocol === 'https:') found.set(kind, { ...medium, url: url.href });
  }
  return found;
}

/**
 * The media of a field, as elements.
 *
 * @param {import('./form.js').Field} field
 * @param {{ texts: typeof import('./texts.js').texts, label: string }} context
 * @returns {HTMLElement[]}
 */
export function mediaElements(field, { texts, label }) {
  return [...usableMedia(field)].map(([kind, { url, width, height }]) => {
    const text = (isCaptcha(field) ? texts.form[`captcha${KINDS[kind].text}`] : '')
      || fill(texts.form[`media${KINDS[kind].text}`], { label });
    const size = { width: width > 0 && width, height: height > 0 && height };
    const element = kind === 'image'
      ? h('img', { alt: text, src: url, ...size })
      : h(kind, { controls: true, 'aria-label': text, preload: 'metadata', src: url, ...(kind === 'video' && size) });
    element.addEventListener('error', () =>
      element.replaceWith(h('span', { class: 'hint' }, texts.form.mediaFailed)), { once: true });
    return element;
  });
}

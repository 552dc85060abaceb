import { fill, h, safeLink } from './dom.js';

// The answers that XEP-0158 section 6 names, and what has to be perceived for them.
const ANSWERS = {
  ocr: 'image',
  picture_q: 'image',
  picture_recog: 'image',
  audio_recog: 'audio',
  speech_q: 'audio',
  speech_recog: 'audio',
  video_q: 'video',
  video_recog: 'video',
  qa: '',
  'SHA-256': '',
};

const KINDS = {
  image: { text: 'Image', shows: () => true },
  audio: { text: 'Audio', shows: type => document.createElement('audio').canPlayType(type) !== '' },
  video: { text: 'Video', shows: type => document.createElement('video').canPlayType(type) !== '' },
};

/** Whether a field asks for the answer to a CAPTCHA: an answer is good for one form only. */
export function isCaptcha(field) {
  return (
    field.type !== 'fixed' &&
    field.type !== 'hidden' &&
    (Object.hasOwn(ANSWERS, field.name ?? '') || Boolean(field.media?.length))
  );
}

/**
 * How many answers of a form's CAPTCHA are needed, 0 where the server does not say (XEP-0158 section 3.2).
 *
 * @param {import('./form.js').Field[]} fields of the form
 * @param {import('./form.js').Field[]} captchas those of them that ask for such an answer
 */
export function answersWanted(fields, captchas) {
  const told = Number.parseInt(fields.find(({ name, type }) => name === 'answers' && type === 'hidden')?.value, 10);
  if (!(told > 0)) return 0;
  const required = captchas.filter(field => field.required).length;
  const all = fields.filter(({ type, required }) => required && type !== 'fixed' && type !== 'hidden').length;
  // The example of section 4 counts all that has to be filled in, the user name and the password, too.
  const more = Math.max(told > all ? told - all : told - required, 0);
  return Math.min(required + more, captchas.length);
}

/** Whether something of the field's media is shown in the page itself. */
export function hasInline(field) {
  return [...usable(field).values()].flat().some(isInline);
}

/** What a CAPTCHA lacks: 'image', 'audio', 'video', 'other'; '' if there is something to be shown. */
export function lacking(field) {
  if (usable(field).size) return '';
  return (Object.hasOwn(ANSWERS, field.name ?? '') && ANSWERS[field.name]) || (field.media?.length ? 'other' : '');
}

/**
 * What can be shown of a field's media, by kind; those of one kind are other encodings of the same
 * (XEP-0221 section 2). Only pictures, sounds and films, and only from where links may lead. What can be shown in
 * the page comes first.
 *
 * @returns {Map<string, { type: string, url: string, width?: number, height?: number }[]>}
 */
function usable(field) {
  const found = new Map();
  for (const medium of field.media ?? []) {
    const kind = /^(image|audio|video)\//i.exec(medium.type ?? '')?.[1].toLowerCase();
    if (!kind || !KINDS[kind].shows(medium.type)) continue;
    let url;
    try {
      url = new URL(medium.url);
    } catch {
      continue;
    }
    if (!['blob:', 'https:', 'http:'].includes(url.protocol)) continue;
    found.set(kind, [...(found.get(kind) ?? []), { ...medium, url: url.href }]);
  }
  for (const media of found.values()) media.sort((one, other) => isInline(other) - isInline(one));
  return found;
}

const isInline = ({ url }) => !url.startsWith('http:');

/**
 * The media of a field, as elements.
 *
 * @param {import('./form.js').Field} field
 * @param {{ texts: typeof import('./texts/en.js').texts, label: string, onFailed?: () => void }} context
 *   `onFailed`: something could not be shown
 * @returns {HTMLElement[]}
 */
export function mediaElements(field, context) {
  const shown = [...usable(field)].map(([kind, media]) => mediumElement(field, context, kind, media));
  const lacks = isCaptcha(field) && lacking(field);
  if (!lacks) return shown;
  const { form } = context.texts;
  return [h('p', { class: 'hint' }, lacks === 'other' ? form.mediaFailed : form[`missing${KINDS[lacks].text}`])];
}

/** The first of some media of one kind that can be shown, else a link to it. */
function mediumElement(field, context, kind, media, at = 0) {
  const medium = media[at];
  if (!medium || !isInline(medium)) return mediumLink(context, kind, media);
  const { url, width, height } = medium;
  const { form } = context.texts;
  const text =
    (isCaptcha(field) ? form[`captcha${KINDS[kind].text}`] : '') ||
    fill(form[`media${KINDS[kind].text}`], { label: context.label });
  const size = { width: width > 0 && width, height: height > 0 && height };
  // An SVG picture runs no scripts and loads nothing in an <img>, unlike anywhere else.
  const element =
    kind === 'image'
      ? h('img', { alt: text, referrerpolicy: 'no-referrer', decoding: 'async', src: url, ...size })
      : h(kind, { controls: true, 'aria-label': text, preload: 'metadata', src: url, ...(kind === 'video' && size) });
  element.addEventListener(
    'error',
    () => {
      if (!element.parentNode) return;
      element.replaceWith(mediumElement(field, context, kind, media, at + 1));
      context.onFailed?.();
    },
    { once: true },
  );
  return element;
}

/** The page's policy lets pictures from elsewhere in only where its provider says so; a link always works. */
function mediumLink({ texts: { form } }, kind, media) {
  for (const { url } of media) {
    const link = safeLink(url, form[`open${KINDS[kind].text}`]);
    if (link) {
      return h('p', {}, link.element, link.insecure && h('span', { class: 'hint' }, ` ${form.openInsecure}`));
    }
  }
  return h('p', { class: 'hint' }, form.mediaFailed);
}

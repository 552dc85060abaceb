import { copyText, fill, h } from '../dom.js';
import { quotation } from '../problem.js';

const SIGNS = { ok: '✓', note: 'i', problem: '✗' };

/**
 * Draws what was found.
 *
 * @param {import('./findings.js').Judgement[]} all
 * @param {object} options
 * @param {string} options.domain
 * @param {boolean} options.same whether the files come from where the page does
 * @param {import('./findings.js').Words} options.words
 * @param {typeof import('../texts/en.js').texts} options.texts
 * @param {(text: string) => void} options.say
 * @returns {{ title: HTMLElement, elements: HTMLElement[], summary: string }}
 */
export function reportElements(all, { domain, same, words, texts, say }) {
  const summary = all.some(({ verdict }) => verdict === 'problem') ? words.bad : words.good;
  const title = h('h2', { tabindex: '-1' }, fill(words.title, { domain }));
  const origin = [fill(words.origin, { address: location.origin }), same && words.originSame].filter(Boolean).join(' ');
  // The role, as WebKit takes a list without bullets for none.
  const list = h(
    'ol',
    { class: 'findings', role: 'list' },
    ...all.map(finding => findingElement(finding, { words, texts, say })),
  );
  return {
    title,
    summary,
    elements: [title, h('p', { class: 'summary' }, summary), list, h('p', { class: 'hint' }, origin)],
  };
}

function findingElement(finding, { words, texts, say }) {
  const {
    look,
    result,
    verdict,
    address,
    what,
    list = [],
    fields,
    more = [],
    mend,
    snippets = [],
    error,
    detail,
  } = finding;
  const quoted = error && quotation(error, texts);
  return h(
    'li',
    { class: `finding ${verdict}`, 'data-look': look, 'data-result': result, 'data-verdict': verdict },
    h(
      'h3',
      {},
      h(
        'span',
        { class: 'verdict' },
        h('span', { 'aria-hidden': 'true' }, `${SIGNS[verdict]} `),
        words.verdicts[verdict],
      ),
      ' ',
      h('span', {}, words.looks[look]),
    ),
    address && h('p', { class: 'technical' }, h('bdi', { dir: 'ltr' }, address)),
    h('p', {}, what),
    list.length > 0 && h('ul', {}, ...list.map(item => h('li', { class: 'lines' }, h('bdi', {}, item)))),
    fields && h('ul', {}, ...fields.map(field => fieldElement(field, words))),
    ...more.map(text => h('p', {}, text)),
    quoted && h('p', {}, quoted),
    mend && h('p', { class: 'mend' }, mend),
    ...snippets.map(snippet => snippetElement(snippet, { words, texts, say })),
    detail &&
      h('details', {}, h('summary', {}, texts.problem.details), h('p', { class: 'technical', dir: 'auto' }, detail)),
  );
}

function fieldElement({ name, type, label, required }, { form }) {
  const labelled = label && label !== name;
  return h(
    'li',
    {},
    h('code', {}, h('bdi', {}, name)),
    labelled && ' ',
    labelled && h('bdi', {}, label),
    ` (${type}, ${required ? form.required : form.optional})`,
  );
}

function snippetElement({ name, text }, { words, texts, say }) {
  const code = h('pre', { class: 'technical', dir: 'ltr' }, text);
  const copy = h(
    'button',
    { type: 'button', class: 'quiet', 'data-action': 'copy', 'aria-label': fill(words.copyNamed, { name }) },
    words.copy,
  );
  copy.addEventListener('click', async () => {
    const done = (await copyText(text, code)) ? texts.status.copied : texts.status.selected;
    copy.textContent = done;
    say(done);
  });
  return h(
    'details',
    { class: 'snippet' },
    h('summary', {}, h('bdi', {}, name)),
    code,
    h('p', { class: 'actions' }, copy),
  );
}

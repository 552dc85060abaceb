import { fill } from '../dom.js';
import { quotation } from '../problem.js';
import { h } from '../view.js';
import { judge } from './findings.js';

/**
 * @typedef {import('./findings.js').Judgement} Judgement
 *
 * @typedef {object} ReportContext
 * @property {import('./findings.js').Words} words
 * @property {typeof import('../texts/en.js').texts} texts
 * @property {Map<string, boolean>} copied the texts that were to be put on the clipboard, and whether they are there
 * @property {(text: string, element: HTMLElement | null) => void} onCopy
 */

const SIGNS = { ok: '✓', note: 'i', problem: '✗' };

/** @param {Judgement[]} all */
export const isGood = all => !all.some(({ verdict }) => verdict === 'problem');

/**
 * The report: its title, a summary, and an entry for each finding.
 *
 * @param {Parameters<typeof judge>[0]} seen
 * @param {ReportContext} context
 */
export function reportViews(seen, context) {
  const { words } = context;
  const all = judge(seen, context);
  const isSame = seen.report.files.some(({ address }) => new URL(address).origin === location.origin);
  const origin = [fill(words.origin, { address: location.origin }), isSame && words.originSame];
  // With a role, because WebKit does not treat a list without bullets as a list.
  const list = h(
    'ol',
    { class: 'findings', role: 'list' },
    all.map(finding => findingView(finding, context)),
  );
  return [
    h('h2', { tabindex: '-1' }, fill(words.title, { domain: seen.domain })),
    h('p', { class: 'summary' }, isGood(all) ? words.good : words.bad),
    list,
    h('p', { class: 'hint' }, origin.filter(Boolean).join(' ')),
  ];
}

/** @param {Judgement} finding @param {ReportContext} context */
function findingView(finding, context) {
  const { words, texts } = context;
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
    list.length > 0 &&
      h(
        'ul',
        {},
        list.map(item => h('li', { class: 'lines' }, h('bdi', {}, item))),
      ),
    fields &&
      h(
        'ul',
        {},
        fields.map(field => fieldView(field, words)),
      ),
    more.map(text => h('p', {}, text)),
    quoted && h('p', {}, quoted),
    mend && h('p', { class: 'mend' }, mend),
    snippets.map(snippet => snippetView(snippet, context)),
    detail &&
      h('details', {}, h('summary', {}, texts.problem.details), h('p', { class: 'technical', dir: 'auto' }, detail)),
  );
}

/** @param {import('../xmppreg.js').Field} field @param {import('./findings.js').Words} words */
function fieldView({ name, type, label, required }, { form }) {
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

/** @param {import('./snippets.js').Snippet} snippet @param {ReportContext} context */
function snippetView({ name, text }, { words, texts, copied, onCopy }) {
  const { copied: isThere, selected } = texts.status;
  const label = copied.has(text) ? (copied.get(text) ? isThere : selected) : words.copy;
  const onclick = (/** @type {Event} */ event) => {
    const button = /** @type {Element} */ (event.currentTarget);
    onCopy(text, button.closest('details')?.querySelector('pre') ?? null);
  };
  return h(
    'details',
    { class: 'snippet' },
    h('summary', {}, h('bdi', {}, name)),
    h('pre', { class: 'technical', dir: 'ltr' }, text),
    h(
      'p',
      { class: 'actions' },
      h(
        'button',
        {
          type: 'button',
          class: 'quiet',
          'data-action': 'copy',
          'aria-label': fill(words.copyNamed, { name }),
          onclick,
        },
        label,
      ),
    ),
  );
}

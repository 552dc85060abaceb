import { actionsView, buttonView } from './actions.js';
import { fill, safeLink, withLinks, xmppURI } from './dom.js';
import { h } from './view.js';

/**
 * The last page of a sign-up: what is still to be done for the account, its address, and how to sign in. What to do
 * next and the apps are slots, for a provider's own words.
 *
 * @param {import('./signup-pages.js').SignUpContext} context
 * @returns {import('./view.js').Child[]}
 */
export function donePage({ state, texts, isLocked, actions }) {
  const { account, isPasswordReset, isHandedOver, copied } = state;
  const { done, status } = texts;
  const { jid, instructions } = account ?? { jid: '' };
  // A long one breaks before its domain, if it can.
  const parts = jid.split(/(?=@)/).flatMap((part, at) => (at ? [h('wbr'), part] : [part]));
  return [
    instructions && h('p', { class: 'lines instructions', tabindex: '-1', dir: 'auto' }, withLinks(instructions)),
    h('h2', { tabindex: '-1' }, isPasswordReset ? done.titleReset : done.title),
    h('p', {}, done.address),
    h('div', { class: 'address' }, h('bdi', { dir: 'ltr' }, parts)),
    isHandedOver
      ? h('p', {}, done.handover)
      : [
          actionsView(
            buttonView(copied === 'copied' ? status.copied : done.copy, isLocked, {
              'data-action': 'copy',
              class: 'primary',
              onclick: actions.copy,
            }),
          ),
          copied === 'selected' && h('p', { class: 'hint' }, status.selected),
          h(
            'section',
            {},
            h('slot', { name: 'next' }, h('p', {}, fill(done.next, { address: jid }))),
            !isPasswordReset && h('slot', { name: 'apps' }, state.apps && appsViews(state.apps, texts)),
            actionsView(h('a', { class: 'button', 'data-action': 'open', href: xmppURI(jid) }, done.open)),
            h('p', { class: 'hint' }, done.openHint),
          ),
        ],
  ];
}

/** @param {import('./apps.js').Apps} apps @param {typeof import('./texts/en.js').texts} texts */
function appsViews({ platform, apps, all }, { done }) {
  const links = apps.map(({ name, url, isInBrowser }) => [
    url,
    isInBrowser ? fill(done.inBrowser, { app: name }) : name,
  ]);
  return [
    h('h3', {}, platform ? fill(done.apps, { platform }) : done.appsAnywhere),
    h(
      'ul',
      { class: 'apps', role: 'list' },
      [...links, [all, done.more]].map(([url, words]) => h('li', {}, safeLink(url, words)?.view)),
    ),
  ];
}

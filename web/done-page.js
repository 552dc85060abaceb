import { actionsView, buttonView } from './actions.js';
import { xmppURI } from './address.js';
import { fill, safeLink } from './dom.js';
import { withLinks } from './links.js';
import { linkTo } from './problem.js';
import { h } from './view.js';

/** @typedef {typeof import('./texts/en.js').texts} Texts */

/**
 * The last page of a sign-up: what is still to be done for the account, its address, and how to sign in. What to do
 * next and the apps are slots, for a provider's own words.
 *
 * @param {import('./signup-pages.js').SignUpContext} context
 * @returns {import('./view.js').Child[]}
 */
export function donePage({ state, texts, isLocked, actions }) {
  const { account, isPasswordReset, isNameSettled, isHandedOver, copied } = state;
  const { done, status } = texts;
  const jid = account?.jid ?? '';
  const todo = account && isPending(account) ? todoViews(account, texts) : null;
  // Whose name was settled may have had the account before.
  const title = isPasswordReset || isNameSettled ? done.titleReset : done.title;
  // A long one breaks before its domain, if it can.
  const parts = jid.split(/(?=@)/).flatMap((part, at) => (at ? [h('wbr'), part] : [part]));
  return [
    todo,
    h('h2', { tabindex: '-1' }, todo ? done.titlePending : title),
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
            h('slot', { name: 'next' }, h('p', {}, fill(todo ? done.later : done.next, { address: jid }))),
            !isPasswordReset && h('slot', { name: 'apps' }, state.apps && appsViews(state.apps, texts)),
            // An app would be refused.
            !todo && actionsView(h('a', { class: 'button', 'data-action': 'open', href: xmppURI(jid) }, done.open)),
            !todo && h('p', { class: 'hint' }, done.openHint),
          ),
        ],
  ];
}

/** Whether the server wants more before one can sign in. @param {import('./xmppreg.js').Account} account */
export const isPending = ({ instructions, url, application }) => Boolean(instructions || url || application);

/** What is still to be done, in the server's words where it has some. @param {import('./xmppreg.js').Account} account @param {Texts} texts */
function todoViews({ instructions, url, application }, texts) {
  const { todo, pending } = texts.done;
  const own = Object.hasOwn(todo, application) ? todo[application] : url ? '' : pending;
  const words = instructions ? withLinks(instructions) : own;
  return [
    words && h('p', { class: 'lines instructions', tabindex: '-1', dir: 'auto' }, words),
    url && h('p', {}, linkTo(url, texts, 'primary')?.view),
  ];
}

/** @param {import('./apps.js').Apps} apps @param {Texts} texts */
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

/**
 * Apps to sign in with, in the order of their names: none is favoured. It is loaded when an account is about to be
 * made.
 *
 * @typedef {{ name: string, url: string, isInBrowser?: boolean }} App
 * @typedef {{ platform: string, apps: App[], all: string }} Apps for a platform, '' where it is not known; `all` is
 *   where more of them are listed
 */

/** The list of the XMPP Standards Foundation. */
const ALL = 'https://xmpp.org/software/';

/** @type {App} */
const CONVERSE = { name: 'Converse.js', url: 'https://conversejs.org/', isInBrowser: true };
const MONAL = { name: 'Monal', url: 'https://monal-im.org/' };
const GAJIM = { name: 'Gajim', url: 'https://gajim.org/' };

/**
 * The platforms by what browsers call them. The first one counts: Android is a Linux as well.
 *
 * @type {{ sign: RegExp, platform: string, apps: App[] }[]}
 */
const PLATFORMS = [
  {
    sign: /android/i,
    platform: 'Android',
    apps: [
      { name: 'Cheogram', url: 'https://cheogram.com/' },
      { name: 'Conversations', url: 'https://conversations.im/' },
      { name: 'monocles chat', url: 'https://monocles.chat/' },
    ],
  },
  {
    sign: /iphone|ipad|ipod/i,
    platform: 'iOS',
    apps: [MONAL, { name: 'Siskin IM', url: 'https://siskin.im/' }],
  },
  {
    sign: /windows/i,
    platform: 'Windows',
    apps: [CONVERSE, GAJIM],
  },
  {
    sign: /mac ?os|macintosh/i,
    platform: 'macOS',
    apps: [{ name: 'Beagle IM', url: 'https://beagle.im/' }, CONVERSE, MONAL],
  },
  {
    sign: /linux/i,
    platform: 'Linux',
    apps: [CONVERSE, { name: 'Dino', url: 'https://dino.im/' }, GAJIM],
  },
];

/**
 * Apps for the platform of a browser.
 *
 * @param {{ userAgent: string, maxTouchPoints?: number }} browser
 * @returns {Apps}
 */
export function appsFor({ userAgent, maxTouchPoints = 0 }) {
  // An iPad says that it is a Mac, which has no touch screen.
  const isTablet = /macintosh/i.test(userAgent) && maxTouchPoints > 1;
  const known = PLATFORMS.find(({ sign }) => sign.test(isTablet ? 'iPad' : userAgent));
  return { platform: known?.platform ?? '', apps: known?.apps ?? [CONVERSE], all: ALL };
}

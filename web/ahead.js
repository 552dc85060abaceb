/**
 * In a Worker, has what the module asks a server for first under way before the module is there: the WebSocket if
 * its address is known, else the files in which the domain may name it (XEP-0156). Over a slow line that saves the time
 * of a connection, with its DNS and TLS.
 *
 * The module calls `fetch` and `new WebSocket` as ever. What they give it was begun before, once for each address.
 * Nobody else meets what stands in their place here: a Worker is the module's alone.
 *
 * @module ahead
 */

/** Milliseconds that a WebSocket is kept for the module. Servers drop whoever says nothing. */
const KEPT = 20_000;
const FILES = ['/.well-known/host-meta.json', '/.well-known/host-meta'];
const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

const { fetch, WebSocket } = globalThis;

/**
 * Begins with the requests, unless the module would refuse the address: it says why.
 *
 * @param {Server} server
 */
export function askAhead({ domain, url }) {
  if (url === undefined) {
    if (/^[a-z\d.-]+$/.test(domain)) fetchAhead(FILES.map(file => `https://${domain}${file}`));
  } else {
    let address;
    try {
      address = new URL(url);
    } catch {
      return;
    }
    if (isSafe(address)) openAhead(address.href);
  }
}

/** @param {URL} address */
function isSafe({ protocol, hostname, username, password, hash }) {
  if (username || password || hash) return false;
  return protocol === 'wss:' || (protocol === 'ws:' && LOOPBACK.includes(hostname));
}

/** @param {string[]} addresses */
function fetchAhead(addresses) {
  const answers = new Map(
    addresses.map(address => {
      const abort = new AbortController();
      const answer = fetch(address, { credentials: 'omit', referrerPolicy: 'no-referrer', signal: abort.signal });
      answer.catch(() => {}); // if nobody takes it
      return [address, { answer, abort }];
    }),
  );
  globalThis.fetch = (input, init) => {
    const ahead = answers.get(String(input));
    if (!ahead || init?.mode !== 'cors') return fetch(input, init);
    answers.delete(String(input));
    // The one of this address alone: the module gives an answer up that says that there is no such file.
    init.signal?.addEventListener('abort', () => ahead.abort.abort());
    // The line may be better by now.
    return ahead.answer.catch(() => fetch(input, init));
  };
}

/** @param {string} address */
function openAhead(address) {
  const socket = new WebSocket(address, 'xmpp');
  let isFresh = true;
  // It has heard nothing that the module would miss.
  socket.onmessage = () => (isFresh = false);
  const drop = () => {
    isFresh = false;
    // To close it sooner would be an error on the console.
    if (socket.readyState === WebSocket.CONNECTING) socket.onopen = () => socket.close();
    else socket.close();
  };
  const timer = setTimeout(drop, KEPT);

  /** @type {(address: string | URL, protocols?: string | string[]) => WebSocket} */
  const take = (asked, protocols) => {
    globalThis.WebSocket = WebSocket;
    clearTimeout(timer);
    if (new URL(asked).href !== address || !isFresh || socket.readyState > WebSocket.OPEN) {
      drop();
      return new WebSocket(asked, protocols);
    }
    isFresh = false; // it is the module's alone
    socket.onmessage = null;
    // The module waits for this event, and listens once it has the WebSocket.
    if (socket.readyState === WebSocket.OPEN) queueMicrotask(() => socket.dispatchEvent(new Event('open')));
    return socket;
  };
  globalThis.WebSocket = new Proxy(WebSocket, { construct: (_, [asked, protocols]) => take(asked, protocols) });
}

/**
 * A server that is about to be asked for something.
 *
 * @typedef {{ domain: string, url: string | undefined }} Server
 */

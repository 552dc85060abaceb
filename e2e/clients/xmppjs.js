import { Heard } from './heard.js';

await new Promise((resolve, reject) => {
  const script = document.createElement('script');
  Object.assign(script, { src: '/node_modules/@xmpp/client/dist/xmpp.min.js', onload: resolve, onerror: reject });
  document.head.append(script);
});
const { attach, parse } = await import('../attach/xmppjs.js');
const { client } = window.XMPP;

export async function connect({ url, domain, username, password }) {
  const xmpp = client({ service: url, domain, username, password });
  const heard = new Heard();
  xmpp.reconnect.delay = 0;
  xmpp.on('element', element =>
    heard.add(new DOMParser().parseFromString(String(element), 'text/xml').documentElement),
  );
  const ended = new Promise(resolve => {
    xmpp.on('disconnect', () => xmpp.streamManagement.id || resolve());
    xmpp.on('offline', resolve);
    // The account is gone, and so is its session.
    xmpp.on('error', resolve);
  });
  ended.then(() => xmpp.reconnect.stop());
  const { local } = await xmpp.start();
  if (local !== username) throw new Error(`logged in as ${local}`);
  return {
    jid: String(xmpp.jid),
    heard,
    ended,
    send: text => xmpp.send(parse(text)),
    stop() {
      xmpp.reconnect.stop();
      return xmpp.stop();
    },
    attach: manager => attach(manager, xmpp),
  };
}

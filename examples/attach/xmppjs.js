// xmpp.min.js sets this global. With a bundler: import { xml } from '@xmpp/client';
const { xml } = window.XMPP;

/** The element that a text is. */
export function parse(text) {
  const parser = new xml.Parser();
  let root;
  parser.on('start', element => (root = element));
  parser.on('element', child => root.append(child));
  parser.write(text);
  return root;
}

/** Lets a registration manager work over the connection of an xmpp.js client that is online. */
export async function attach(manager, xmpp) {
  const send = text => {
    if (xmpp.status !== 'online') throw new Error('xmpp.js is not online');
    return xmpp.send(parse(text));
  };
  const link = await manager.attach({ jid: String(xmpp.jid), send });
  const listeners = {
    stanza: stanza => link.receive(String(stanza)),
    // What xmpp.js can resume (XEP-0198) is not lost. If it could not, it is online anew.
    disconnect: () => xmpp.streamManagement.id || link.ended(),
    error: ({ name }) => name === 'SASLError' && link.ended(),
    online: link.ended,
    offline: link.ended,
  };
  for (const event in listeners) xmpp.on(event, listeners[event]);
  const leave = () => {
    for (const event in listeners) xmpp.off(event, listeners[event]);
  };
  manager.addEventListener('disconnected', leave, { once: true });
  return link;
}

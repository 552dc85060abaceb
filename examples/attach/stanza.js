import { JXT } from 'stanza';

/** Lets a registration manager work over the connection of a client of stanza that has started its session. */
export async function attach(manager, client) {
  // stanza knows stanzas as JSON. This field of an <iq/> holds what is in it as XML.
  const exporter = (iq, children) => children.forEach(child => iq.appendChild(child));
  client.stanzas.define({ path: 'iq', fields: { xml: { importer: () => undefined, exporter } } });
  const send = text => {
    if (!client.sessionStarted) throw new Error('stanza has no session');
    const { attributes, children } = JXT.parse(text);
    const { id, to, type } = attributes;
    return client.send('iq', { id, to, type, xml: children });
  };
  const link = await manager.attach({ jid: client.jid, send });
  const listeners = {
    'raw:incoming': link.receive,
    // What stanza can resume (XEP-0198) is not lost. If it could not, it binds another address.
    disconnected: () => (!client.sessionTerminating && client.sm.resumable) || link.ended(),
    'session:bound': link.ended,
    'auth:failed': link.ended,
  };
  for (const event in listeners) client.on(event, listeners[event]);
  const leave = () => {
    for (const event in listeners) client.off(event, listeners[event]);
  };
  manager.addEventListener('disconnected', leave, { once: true });
  return link;
}

import { createClient } from 'stanza';
import { attach } from '../../examples/attach/stanza.js';
import { Heard } from './heard.js';

export async function connect({ url, domain, username, password }) {
  const client = createClient({ jid: `${username}@${domain}`, password, transports: { websocket: url, bosh: false } });
  const heard = new Heard();
  const parse = text => new DOMParser().parseFromString(text, 'text/xml').documentElement;
  client.on('raw:incoming', text => heard.add(parse(text)));
  client.config.autoReconnect = true;
  const ended = new Promise(resolve => {
    client.on('disconnected', () => (!client.sessionTerminating && client.sm.resumable) || resolve());
    client.on('auth:failed', resolve);
  });
  ended.then(() => client.updateConfig({ autoReconnect: false }));
  await new Promise((resolve, reject) => {
    client.on('session:started', resolve);
    client.on('auth:failed', () => reject(new Error('refused')));
    client.connect();
  });
  return {
    jid: client.jid,
    heard,
    ended,
    say: body => client.sendMessage({ to: client.jid, body }),
    ask: id => client.send('iq', { id, to: domain, type: 'get', account: {} }),
    stop: () => client.disconnect(),
    attach: manager => attach(manager, client),
  };
}

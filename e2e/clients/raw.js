// A client written by hand, without stream management: what any other has to do too.

import { Heard } from './heard.js';

const parse = text => new DOMParser().parseFromString(text, 'text/xml').documentElement;

export async function connect({ url, domain, username, password }) {
  const socket = new WebSocket(url, 'xmpp');
  const frames = [];
  let take = frame => frames.push(frame);
  socket.onmessage = ({ data }) => take(data);
  const next = async name => {
    while (!frames.length) await new Promise(resolve => (take = frame => resolve(frames.push(frame))));
    const top = parse(frames.shift());
    return top.localName === name ? top : next(name);
  };
  const open = `<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='${domain}' version='1.0'/>`;
  await new Promise((resolve, reject) => Object.assign(socket, { onopen: resolve, onerror: reject }));
  socket.send(open);
  await next('features');
  socket.send(
    `<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>${btoa(`\0${username}\0${password}`)}</auth>`,
  );
  await next('success');
  socket.send(open);
  await next('features');
  socket.send(`<iq xmlns='jabber:client' type='set' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>`);
  const jid = (await next('iq')).textContent;

  const heard = new Heard();
  take = data => heard.add(parse(data));
  const ended = new Promise(resolve => (socket.onclose = resolve));
  return {
    jid,
    heard,
    ended,
    send: xml => socket.send(xml),
    stop: () => socket.send(`<close xmlns='urn:ietf:params:xml:ns:xmpp-framing'/>`),
    async attach(manager) {
      const link = await manager.attach({ jid, send: xml => socket.send(xml) });
      socket.addEventListener('message', ({ data }) => link.receive(data));
      socket.addEventListener('close', link.ended);
      return link;
    },
  };
}

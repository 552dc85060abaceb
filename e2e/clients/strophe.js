import { Strophe } from '../node_modules/strophe.js/dist/strophe.esm.js';
import { registration } from '../attach/strophe.js';
import { Heard } from './heard.js';

Strophe.addConnectionPlugin('registration', registration(Strophe));

export function connect({ url, domain, username, password }) {
  const connection = new Strophe.Connection(url, { enableStreamManagement: true });
  const heard = new Heard();
  const parse = text => new DOMParser().parseFromString(text, 'text/xml').documentElement;
  const { CONNECTED, DISCONNECTED, AUTHFAIL, CONNFAIL } = Strophe.Status;
  let retries = 0;
  return new Promise((resolve, reject) => {
    let end;
    const ended = new Promise(done => (end = done));
    const login = () => connection.connect(`${username}@${domain}`, password, changed);
    const client = {
      heard,
      ended,
      send: xml => connection.send(parse(xml)),
      stop: () => connection.disconnect(),
      attach: manager => connection.registration.attach(manager),
    };
    const changed = status => {
      if (status === CONNECTED) {
        const hear = element => {
          heard.add(element);
          return true; // or it is not called again
        };
        connection.addHandler(hear, null, null);
        resolve(Object.assign(client, { jid: connection.jid }));
      }
      if ([AUTHFAIL, CONNFAIL].includes(status)) reject(new Error('refused'), end());
      if (status !== DISCONNECTED) return;
      // As applications of Strophe.js do, which does not connect again by itself.
      if (connection.sm.hasResumableState() && retries++ < 3) setTimeout(login);
      else end();
    };
    login();
  });
}

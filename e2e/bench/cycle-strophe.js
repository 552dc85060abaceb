/* global StropheModule */
// A sign-up over Strophe.js, which has none of its own: it asks for the form where
// Strophe.js would log in, as Converse.js does.

const { $iq, Strophe } = StropheModule;
const { DISCONNECTED, CONNFAIL } = Strophe.Status;

/** Registers an account. It takes the time until the server's result and until the connection is closed. */
export function cycle({ domain, url }, username) {
  const begun = performance.now();
  return new Promise((resolve, reject) => {
    let result;
    const connection = new Strophe.Connection(url);
    const ask = (iq, answered) => {
      connection._addSysHandler(answered, null, 'iq', null, iq.tree().id);
      connection.send(iq);
    };
    const query = (type, id) => $iq({ type, id }).c('query', { xmlns: 'jabber:iq:register' });

    connection._connect_cb = features => {
      connection.connected = true;
      if (connection._proto._connect_cb(features) === CONNFAIL) return;
      if (!features.getElementsByTagName('register').length) reject('no registration');
      ask(query('get', 'form'), form => {
        const answers = { username, password: 'correct horse' };
        for (const field of form.getElementsByTagName('field')) {
          answers[field.getAttribute('var')] ??= Strophe.getText(field.getElementsByTagName('value')[0]);
        }
        const iq = query('set', 'sent').c('x', { xmlns: 'jabber:x:data', type: 'submit' });
        for (const [name, value] of Object.entries(answers)) iq.c('field', { var: name }).c('value').t(value).up().up();
        ask(iq, answer => {
          if (answer.getAttribute('type') !== 'result') reject(Strophe.serialize(answer));
          result = performance.now() - begun;
          connection.disconnect();
        });
      });
    };
    connection.connect(domain, '', status => {
      if (status === DISCONNECTED && result) resolve({ result, end: performance.now() - begun });
      else if (status === DISCONNECTED || status === CONNFAIL) reject(`status ${status}`);
    });
  });
}

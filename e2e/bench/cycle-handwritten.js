// A sign-up as somebody writes it by hand for one server: a WebSocket, the browser's
// own XML, and no word about what may go wrong.

const framing = 'urn:ietf:params:xml:ns:xmpp-framing';

/** Registers an account. It takes the time until the server's result and until the connection is closed. */
export function cycle({ domain, url }, username) {
  const begun = performance.now();
  return new Promise((resolve, reject) => {
    let result;
    const socket = new WebSocket(url, 'xmpp');
    socket.onopen = () => socket.send(`<open xmlns='${framing}' to='${domain}' version='1.0'/>`);
    socket.onmessage = ({ data }) => {
      const top = new DOMParser().parseFromString(data, 'text/xml').documentElement;
      if (top.localName === 'features') {
        if (!top.getElementsByTagNameNS('http://jabber.org/features/iq-register', 'register').length) reject(data);
        socket.send(`<iq xmlns='jabber:client' type='get' id='form'><query xmlns='jabber:iq:register'/></iq>`);
      } else if (top.id === 'form') {
        const answers = { username, password: 'correct horse' };
        for (const field of top.getElementsByTagNameNS('jabber:x:data', 'field')) {
          const name = field.getAttribute('var');
          answers[name] ??= field.getElementsByTagNameNS('jabber:x:data', 'value')[0]?.textContent ?? '';
        }
        const fields = Object.entries(answers).map(
          ([name, value]) => `<field var='${name}'><value>${value}</value></field>`,
        );
        socket.send(
          `<iq xmlns='jabber:client' type='set' id='sent'><query xmlns='jabber:iq:register'>` +
            `<x xmlns='jabber:x:data' type='submit'>${fields.join('')}</x></query></iq>`,
        );
      } else if (top.id === 'sent') {
        if (top.getAttribute('type') !== 'result') reject(data);
        result = performance.now() - begun;
        socket.send(`<close xmlns='${framing}'/>`);
      } else if (top.localName === 'close') {
        socket.close();
      }
    };
    socket.onclose = () => (result ? resolve({ result, end: performance.now() - begun }) : reject('closed'));
  });
}

// The least that shows the server's form: a WebSocket, and the browser's own XML.

const socket = new WebSocket(new URLSearchParams(location.search).get('url'), 'xmpp');
socket.onopen = () =>
  socket.send(`<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='example.test' version='1.0'/>`);
socket.onmessage = ({ data }) => {
  const top = new DOMParser().parseFromString(data, 'text/xml').documentElement;
  if (top.localName === 'features') {
    socket.send(`<iq xmlns='jabber:client' type='get' id='form'><query xmlns='jabber:iq:register'/></iq>`);
  } else if (top.id === 'form') {
    for (const field of top.querySelectorAll('field[label]')) {
      const label = document.createElement('label');
      const input = document.createElement('input');
      input.name = field.getAttribute('var');
      input.type = field.getAttribute('type') === 'text-private' ? 'password' : 'text';
      label.append(field.getAttribute('label'), input);
      document.querySelector('form').append(label);
    }
  }
};

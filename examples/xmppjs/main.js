import { attach } from './attach/xmppjs.js';
import './xmppreg/xmpp-account.js';
import './xmppreg/xmpp-signup.js';

// xmpp.min.js sets this global. With a bundler: import { client, jid, xml } from '@xmpp/client';
const { client, jid, xml } = window.XMPP;

const $ = selector => document.querySelector(selector);
const signup = $('xmpp-signup');
const login = $('#login');

// A new account: its password is known, so the user need not type it again.
signup.addEventListener('handover', event => {
  event.preventDefault();
  const { jid, password } = event.detail;
  logIn(jid, password);
});

// An account that the user has already.
login.addEventListener('submit', event => {
  event.preventDefault();
  logIn(login.elements.jid.value.trim(), login.elements.password.value);
});

async function logIn(address, password) {
  const { local: username, domain } = jid(address);
  $('#problem').textContent = '';
  // Given no address of a WebSocket, xmpp.js looks it up by the domain.
  const xmpp = client({ service: signup.url || domain, domain, username, password, timeout: 30_000 });
  xmpp.on('online', bound => show(xmpp, bound));
  xmpp.on('error', error => {
    $('#problem').textContent = `That failed: ${error.message}.`;
  });
  try {
    await xmpp.start();
  } catch {
    login.elements.jid.value = address;
    await xmpp.stop();
  }
}

/** The client itself. */
async function show(xmpp, address) {
  const { local, domain } = address;
  signup.remove();
  $('#welcome').hidden = true;
  $('#client').hidden = false;
  $('#client h1').focus();
  $('#address').textContent = address;
  $('#app').href = `xmpp:${encodeURIComponent(local)}@${encodeURIComponent(domain)}`;

  // The account can be changed without signing in once more.
  const account = document.createElement('xmpp-account');
  account.connection = manager => attach(manager, xmpp);
  $('#client').append(account);

  await xmpp.send(xml('presence'));
  const info = await xmpp.iqCaller.get(xml('query', 'http://jabber.org/protocol/disco#info'), domain);
  const items = info.getChildren('feature').map(feature => {
    const item = document.createElement('li');
    item.textContent = feature.attrs.var;
    return item;
  });
  $('#features').replaceChildren(...items);
}

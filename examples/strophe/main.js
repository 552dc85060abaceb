import { Strophe, stx } from './node_modules/strophe.js/dist/strophe.esm.js';
import { registration } from './attach/strophe.js';
import './xmppreg/xmpp-account.js';
import './xmppreg/xmpp-signup.js';

Strophe.addConnectionPlugin('registration', registration(Strophe));

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

function logIn(jid, password) {
  const { CONNECTED, CONNFAIL, AUTHFAIL } = Strophe.Status;
  $('#problem').textContent = '';
  // Strophe.js does not look up the address, so it takes the one in the tag of the sign-up.
  const connection = new Strophe.Connection(signup.url);
  connection.connect(jid, password, status => {
    if (status === CONNECTED) show(connection);
    if (status === AUTHFAIL) fail('The server does not know this address and password.');
    if (status === CONNFAIL) fail('There is no connection to the server.');
  });

  function fail(problem) {
    $('#problem').textContent = problem;
    login.elements.jid.value = jid;
  }
}

/** The client itself. */
function show(connection) {
  const { jid } = connection;
  const domain = Strophe.getDomainFromJid(jid);
  signup.remove();
  $('#welcome').hidden = true;
  $('#client').hidden = false;
  $('#client h1').focus();
  $('#address').textContent = jid;
  $('#app').href = `xmpp:${encodeURIComponent(Strophe.getNodeFromJid(jid))}@${encodeURIComponent(domain)}`;

  // The account can be changed without signing in once more.
  const account = document.createElement('xmpp-account');
  account.connection = manager => connection.registration.attach(manager);
  $('#client').append(account);

  connection.send(stx`<presence xmlns="jabber:client"/>`);
  const request = stx`
    <iq xmlns="jabber:client" type="get" to="${domain}">
      <query xmlns="http://jabber.org/protocol/disco#info"/>
    </iq>`;
  connection.sendIQ(request, answer => {
    for (const feature of answer.querySelectorAll('feature')) {
      const item = document.createElement('li');
      item.textContent = feature.getAttribute('var');
      $('#features').append(item);
    }
  });
}

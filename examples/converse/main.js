import { plugin } from './attach/converse.js';
import './xmppreg/xmpp-account.js';
import './xmppreg/xmpp-signup.js';

const { converse } = window;
const dialog = document.querySelector('dialog');
const { content } = document.querySelector('template');
const button = document.querySelector('#account');

converse.plugins.add('registration', plugin);
converse.plugins.add('xmppreg', {
  dependencies: ['registration'],
  initialize() {
    const { api } = this._converse;

    // Replaces Converse.js's own link below the login form.
    api.elements.define(
      'converse-register-link',
      class extends HTMLElement {
        connectedCallback() {
          const link = document.createElement('button');
          link.type = 'button';
          link.className = 'btn btn-secondary';
          link.textContent = 'Create an account';
          link.addEventListener('click', signUp);
          this.className = 'd-block mt-3 text-center';
          this.replaceChildren(link);
        }
      },
    );

    function signUp() {
      dialog.replaceChildren(content.cloneNode(true));
      dialog.querySelector('xmpp-signup').addEventListener('handover', event => {
        event.preventDefault();
        const { jid, password } = event.detail;
        dialog.close();
        api.user.login(jid, password);
      });
      dialog.showModal();
    }
    // The account can be changed without signing in once more.
    button.addEventListener('click', () => {
      const account = document.createElement('xmpp-account');
      account.connection = manager => api.registration.attach(manager);
      dialog.replaceChildren(account);
      dialog.showModal();
    });
    api.listen.on('connected', () => (button.hidden = false));
    api.listen.on('disconnected', () => (button.hidden = true));

    dialog.addEventListener('close', () => dialog.replaceChildren());
  },
});

const url = content.querySelector('xmpp-signup').getAttribute('url');

converse.initialize({
  whitelisted_plugins: ['registration', 'xmppreg'],
  // Switches off Converse.js's own registration form, and the address #converse/register that leads to it.
  allow_registration: false,
  blacklisted_plugins: ['converse-register'],
  // Given no address of a WebSocket, Converse.js looks it up by the domain.
  websocket_url: url || undefined,
  discover_connection_methods: !url,
  assets_path: 'node_modules/converse.js/dist',
});

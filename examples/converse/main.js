import './xmppreg/xmpp-signup.js';

const { converse } = window;
const dialog = document.querySelector('dialog');
const { content } = document.querySelector('template');

converse.plugins.add('xmppreg', {
  initialize() {
    const { api } = this._converse;

    // Replaces Converse.js's own link below the login form.
    api.elements.define(
      'converse-register-link',
      class extends HTMLElement {
        connectedCallback() {
          const button = document.createElement('button');
          button.type = 'button';
          button.className = 'btn btn-secondary';
          button.textContent = 'Create an account';
          button.addEventListener('click', signUp);
          this.className = 'd-block mt-3 text-center';
          this.replaceChildren(button);
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
    dialog.addEventListener('close', () => dialog.replaceChildren());
  },
});

const url = content.querySelector('xmpp-signup').getAttribute('url');

converse.initialize({
  whitelisted_plugins: ['xmppreg'],
  // Switches off Converse.js's own registration form, and the address #converse/register that leads to it.
  allow_registration: false,
  blacklisted_plugins: ['converse-register'],
  // Given no address of a WebSocket, Converse.js looks it up by the domain.
  websocket_url: url || undefined,
  discover_connection_methods: !url,
  assets_path: 'node_modules/converse.js/dist',
});
